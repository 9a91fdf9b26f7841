"""What an adapter's author writes with: tables, lenses, rules, and the hook that hands an adapter over.

from cigem_core.sdk import Adapter, Csv, Table, column, hookimpl, not_after
"""

from cigem_core.formats.books.sheets import Workbook
from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.wild import Wild, read_any
from cigem_core.formats.forms.xlsform import form_in
from cigem_core.formats.posts import FormPost, JsonPost
from cigem_core.formats.rest import Paging, Secret
from cigem_core.formats.rest.api import Api, Resource
from cigem_core.formats.source import Source
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.model.codes import Code, CodeList, countries, occupations, sectors
from cigem_core.model.documents import Document
from cigem_core.model.fields import field, group, key, kind, refers, scope, several
from cigem_core.model.indicators import Indicator, Tally
from cigem_core.model.states import Transitions
from cigem_core.model.values import Labelled
from cigem_core.newfiles import writing_new
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
from cigem_core.spelling import fold
from cigem_core.text import Text

__all__ = [
    "ALL",
    "API_VERSION",
    "Adapter",
    "Api",
    "Child",
    "Code",
    "CodeList",
    "Csv",
    "Document",
    "Event",
    "Family",
    "FormPost",
    "Indicator",
    "Json",
    "JsonPost",
    "Labelled",
    "Lens",
    "Mask",
    "Paging",
    "PhonePlan",
    "Reading",
    "Resource",
    "Secret",
    "Sheet",
    "Source",
    "Submissions",
    "Table",
    "Tally",
    "Text",
    "Transitions",
    "Wild",
    "Workbook",
    "at_most",
    "column",
    "columns",
    "countries",
    "family",
    "field",
    "fold",
    "form_in",
    "group",
    "hookimpl",
    "key",
    "kind",
    "not_after",
    "not_before",
    "occupations",
    "product",
    "read_any",
    "refers",
    "required_when",
    "scope",
    "sectors",
    "several",
    "write_workbook",
    "writing_new",
]
