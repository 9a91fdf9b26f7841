"""What an adapter's author writes with: tables, lenses, rules, and the hook that hands an adapter over.

from cigem_core.sdk import Adapter, Csv, Table, column, hookimpl, not_after
"""

from cigem_core.formats.books.sheets import Workbook
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.wild import Wild, read_any
from cigem_core.formats.forms.xlsform import form_in
from cigem_core.formats.posts import FormPost, JsonPost
from cigem_core.formats.rest.api import Api, Resource
from cigem_core.formats.source import Source
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.model.codes import Code, CodeList
from cigem_core.policy import ALL, Mask
from cigem_core.sdk.adapter import Adapter, Reading
from cigem_core.sdk.births import columns
from cigem_core.sdk.declaration import Child
from cigem_core.sdk.families import Family, family
from cigem_core.sdk.hooks import API_VERSION, Event, hookimpl
from cigem_core.sdk.lenses import Lens, column
from cigem_core.sdk.numbers import PhonePlan
from cigem_core.sdk.rules import at_most, not_after, not_before, product, required_when
from cigem_core.sdk.table import Table

__all__ = [
    "ALL",
    "API_VERSION",
    "Adapter",
    "Api",
    "Child",
    "Code",
    "CodeList",
    "Csv",
    "Event",
    "Family",
    "FormPost",
    "Json",
    "JsonPost",
    "Lens",
    "Mask",
    "PhonePlan",
    "Reading",
    "Resource",
    "Source",
    "Submissions",
    "Table",
    "Wild",
    "Workbook",
    "at_most",
    "column",
    "columns",
    "family",
    "form_in",
    "hookimpl",
    "not_after",
    "not_before",
    "product",
    "read_any",
    "required_when",
]
