"""Records posted one at a time to an agency's service: each is a letter, with its body and what kind of text it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from cigem_core.formats.trees import nested


@frozen(kw_only=True)
class Letter:
    """What is posted of one record, and where below the service's address."""

    path: str
    media: str
    content: bytes = field(repr=False)


class _OneByOne:
    """What formats that write record by record share: no file of theirs is ever read."""

    resource: ClassVar[str | None] = None
    is_sparse: ClassVar[bool] = True

    def matches(self, name: str) -> bool:  # noqa: ARG002
        """No file is one of these."""
        return False


@frozen
class JsonPost(_OneByOne):
    """A record as a JSON object, in the shape its columns' names tell.

    Cells are text, save those named in `numbers` and `booleans`. An empty cell is null; an object all of whose members
    are empty is null.
    """

    path: str
    numbers: tuple[str, ...] = field(default=(), kw_only=True)
    booleans: tuple[str, ...] = field(default=(), kw_only=True)
    separator: str = field(default=".", kw_only=True)

    def letter(self, cells: Mapping[str, Any], key: str) -> Letter:  # noqa: ARG002  the key travels in a header
        """The letter of one record, given its cells by their columns."""
        typed = {name: self._typed(name, text) for name, text in cells.items()}
        record = nested(typed, self.separator)
        return Letter(path=self.path, media="application/json", content=json.dumps(record, ensure_ascii=False).encode())

    def _typed(self, name: str, text: Any) -> Any:
        if text in (None, ""):
            return None
        if name in self.numbers:
            return json.loads(text)
        return text == "true" if name in self.booleans else text
