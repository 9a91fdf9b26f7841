"""Mali: its territory, school levels, spellings and telephone numbers, and the conventions of the migration centre."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

from cigem_core import Convention
from cigem_core.sdk import CodeList, Document, hookimpl
from cigem_mali.lists import COUNTRIES, MALI_2009, MALI_2017, PHONES, SCHOOL_LEVELS

__all__ = ["COUNTRIES", "MALI_2009", "MALI_2017", "PHONES", "SCHOOL_LEVELS"]

CIGEM_API = "1.0"


@hookimpl
def cigem_codelists() -> Iterable[CodeList]:
    """The territory and the school levels."""
    return [MALI_2009, MALI_2017, SCHOOL_LEVELS]


@hookimpl
def cigem_conventions() -> Iterable[Convention]:
    """The conventions the centre signed with its partner agencies."""
    folder = resources.files("cigem_mali").joinpath("conventions")
    texts = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    return [Convention.from_toml(folder.joinpath(name).read_text("utf-8")) for name in texts]


@hookimpl
def cigem_documents() -> Iterable[Document]:
    """One small instrument of assessment, which says of itself that it is an example."""
    folder = resources.files("cigem_mali").joinpath("instruments")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    return [Document(sort="instrument", name=name, content=folder.joinpath(name).read_bytes()) for name in names]
