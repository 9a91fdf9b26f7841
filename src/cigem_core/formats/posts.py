"""Records posted one at a time to an agency's service: each is a letter, with its body and what kind of text it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO, Protocol, runtime_checkable

from attrs import field, frozen

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.forms.openrosa import write_submission
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Choose, OpenTable
from cigem_core.formats.trees.documents import nested
from cigem_core.model.forms import Form
from cigem_core.text import Text


@frozen(kw_only=True)
class Letter:
    """What is posted of one record, and where below the service's address."""

    path: str
    media: str
    content: bytes = field(repr=False)


@runtime_checkable
class Letterbox(Protocol):
    """A format whose records are posted one at a time."""

    def letter(self, cells: Mapping[str, Any], key: str) -> Letter:
        """The letter of one record, given its cells by their columns; `key` names it for ever."""


class _OneByOne:
    """What formats that write record by record share: no file of theirs is ever read."""

    resource = None
    is_sparse = True

    def matches(self, name: str) -> bool:  # noqa: ARG002
        """No file is one of these."""
        return False

    def open(self, source: Source, choose: Choose, block: int = 0) -> OpenTable:  # noqa: ARG002
        """Refuse: a letter is sent, and nothing comes back in its form."""
        raise SourceRefused(
            Text(
                fr=f"{source.name} : ce qui s'envoie une à une ne se reçoit pas par fichier",
                en=f"{source.name}: what is posted one by one does not come back as a file",
            )
        )

    def file_name(self, on: date) -> str:  # noqa: ARG002
        """Refuse: a letter is no file."""
        raise OperatorError(_NO_FILE)

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:  # noqa: ARG002
        """Refuse: a letter is no file."""
        raise OperatorError(_NO_FILE)


_NO_FILE = Text(
    fr="ces fiches s'envoient une à une au service de la structure (push), et ne s'écrivent pas dans un fichier",
    en="these records are posted one by one to the agency's service (push), and not written to a file",
)


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen
class JsonPost(_OneByOne):
    """A record as a JSON object, in the shape its columns' names tell.

    Cells are text, save those named in `numbers` and `booleans`. An empty cell is null; an object all of whose members
    are empty is null.
    """

    path: str
    numbers: tuple[str, ...] = field(default=(), converter=_names, kw_only=True)
    booleans: tuple[str, ...] = field(default=(), converter=_names, kw_only=True)
    separator: str = field(default=".", kw_only=True)

    def letter(self, cells: Mapping[str, Any], key: str) -> Letter:  # noqa: ARG002  the key travels in a header
        """The letter of one record, given its cells by their columns."""
        typed = {name: self._typed(name, text) for name, text in cells.items()}
        record = {name: _or_null(value) for name, value in nested(typed, self.separator).items()}
        return Letter(path=self.path, media="application/json", content=json.dumps(record, ensure_ascii=False).encode())

    def _typed(self, name: str, text: Any) -> Any:
        if text in (None, ""):
            return None
        if name in self.numbers:
            return json.loads(text)
        return text == "true" if name in self.booleans else text


def _or_null(value: Any) -> Any:
    """An object of which something is said; null in place of one that says nothing."""
    if not isinstance(value, dict):
        return value
    members = {name: _or_null(member) for name, member in value.items()}
    return members if any(member is not None for member in members.values()) else None


@frozen
class FormPost(_OneByOne):
    """A record as a filled-in form, posted as OpenRosa asks: multipart, the answers in `xml_submission_file`.

    The key is the submission's own id: the server knows a second sending by it, and answers 202.
    """

    form: Callable[[], Form]
    path: str = "submission"

    def letter(self, cells: Mapping[str, Any], key: str) -> Letter:
        """The letter of one record, given its answers by the names of their questions."""
        answers = {name: text for name, text in cells.items() if text not in (None, "")}
        document = write_submission(self.form(), answers, instance_id=f"uuid:{key}")
        head = 'Content-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\nContent-Type: text/xml'
        content = f"--{key}\r\n{head}\r\n\r\n".encode() + document + f"\r\n--{key}--\r\n".encode()
        return Letter(path=self.path, media=f"multipart/form-data; boundary={key}", content=content)
