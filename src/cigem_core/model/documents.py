"""Documents that plugins bring for the programmes: an instrument, an information sheet, a directory, a call."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class Document:
    """A file a plugin ships, and what it is; the programme that needs it reads it as it would read the file."""

    sort: str
    """`instrument`, `information-sheet`, `service-directory`; a programme looks for the sorts it knows."""
    name: str
    """The name of the file, by which it is asked for."""
    content: bytes = field(repr=False)
