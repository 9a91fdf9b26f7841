"""The hooks through which plugins and embedders meet the library (pluggy, entry points `cigem_core`).

Each carries one value declared at or below the SDK. A plugin says which version of these hooks it was
written for, as `CIGEM_API = "1.0"` at the top of its module: the major number must be ours, and the minor
number no higher than ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pluggy
from attrs import frozen

from cigem_core.model.codes import CodeList
from cigem_core.model.conventions import Convention
from cigem_core.model.documents import Document
from cigem_core.model.indicators import Indicator
from cigem_core.sdk.adapter import Adapter

GROUP = "cigem_core"
API_VERSION = "1.0"

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)
"""Marks a plugin's function as the implementation of the hook of the same name."""


@frozen(kw_only=True)
class Event:
    """Something that happened and is kept: told after the commit, never before."""

    act: str
    """The verb of the journal line: `pull`, `init`, `install`."""
    agency: str | None
    on: date
    by: str
    facts: Any
    """What the journal line says: counts, references and digests; never what a cell held."""


@hookspec
def cigem_adapters() -> Iterable[Adapter]:
    """The adapters a plugin brings. Asked once, when plugins are loaded."""
    return ()


@hookspec
def cigem_codelists() -> Iterable[CodeList]:
    """The code lists a plugin brings: territories, school levels, spellings."""
    return ()


@hookspec
def cigem_conventions() -> Iterable[Convention]:
    """The conventions a plugin ships; `cigem init` installs them unless told not to."""
    return ()


@hookspec
def cigem_indicators() -> Iterable[Indicator]:
    """The indicators a plugin brings: figures are reckoned, protected and published like the library's own."""
    return ()


@hookspec
def cigem_documents() -> Iterable[Document]:
    """The documents a plugin ships for the programmes: instruments, information sheets, directories of services."""
    return ()


@hookspec
def cigem_happened(event: Event) -> None:
    """Told after each commit, for embedders: update a screen, send a notice. What it raises is reported, not raised."""
