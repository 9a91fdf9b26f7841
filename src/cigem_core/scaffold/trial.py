"""A draft tried on the very samples it was made of: one that cannot read them says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cigem_core.errors import CigemError, SourceRefused
from cigem_core.formats.source import Source
from cigem_core.model.fields import provisional_kinds
from cigem_core.sdk.adapter import Adapter


def unread(module: str, sources: Sequence[Any]) -> tuple[str, ...]:
    """What a drafted module cannot read of its samples, in sentences."""
    declared: dict[str, Any] = {"__name__": "draft"}
    with provisional_kinds():
        try:
            exec(compile(module, "draft", "exec", dont_inherit=True), declared)  # noqa: S102  written here, every text of the samples quoted
            adapter: Adapter = declared["cigem_adapters"]()[0]
        except CigemError as error:
            return (f"this draft cannot be declared: {error.text.en}",)
        return tuple(said for source in sources if adapter.pull and (said := _unread(adapter, Source.of(source))))


def _unread(adapter: Adapter, source: Source) -> str | None:
    try:
        reading = adapter.read(source)
    except SourceRefused as refused:
        return f"this draft cannot read its own sample: {refused.text.en}"
    empty = [batch.table.kind.name for batch in reading.files if batch.accepted.is_empty()]
    if empty or not reading.files:
        return f"this draft reads no sound record of its own sample {source.name}: {', '.join(empty) or 'no table'}"
    return None
