"""What a database must know how to do: its manners, its way in for bulk, its refusals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ColumnElement, Connection, Table

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.model.fields import Field

BUSY_SECONDS: float = 60
"""How long a writer waits for another one to finish."""

READ = "cigem_read"
"""The execution option of a connection that only reads."""


class Trouble(Enum):
    """Why a database may say no to an operator."""

    BUSY = "busy"
    FORBIDDEN = "forbidden"
    FULL = "full"
    FOREIGN = "foreign"
    UNREACHABLE = "unreachable"


class DatabaseDialect(ABC):
    """One database's ways."""

    reading: ClassVar[dict[str, Any]]
    """Execution options of a connection that only reads: one moment, and no lock a writer would wait for."""

    @abstractmethod
    def settle(self, raw: Any) -> None:
        """Prepare a connection that was just made."""

    @abstractmethod
    def begin(self, connection: Connection) -> None:
        """Begin a transaction; writers come one after the other, for the journal is one chain."""

    @abstractmethod
    def insert(self, table: Table) -> Any:
        """An insert that may be an upsert."""

    @abstractmethod
    def load(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        """Put rows into a temporary table, outside of any transaction of ours."""

    @abstractmethod
    def fill(self, raw: Any, table: Table, frame: pl.DataFrame) -> None:
        """Put rows into a temporary table, within the transaction there is."""

    @abstractmethod
    def survey(self, connection: Connection, table: Table) -> None:
        """Let the planner look at a table that was filled a moment ago, or may have been."""

    @abstractmethod
    def listed(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """What a column says in all rows, as a list in JSON."""

    @abstractmethod
    def member(self, content: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
        """What a JSON object says of a field, as its column in a table would hold it; null where it does not speak of it."""

    @abstractmethod
    def patched(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[Any]:
        """A JSON object with the members of another put over it, as canonical text of this database."""

    @abstractmethod
    def says_other(self, before: ColumnElement[Any], today: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a JSON object says something of its members that the other does not, however they are written.

        An empty text, null and an absent member say the same: nothing.
        """

    @abstractmethod
    def plain(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A text that is compared and sorted character by character, whatever the language of the database."""

    @abstractmethod
    def octets(self, column: ColumnElement[Any]) -> ColumnElement[bytes]:
        """What a column says as bytes of UTF-8, or whatever else a hand put there: that much can always be read."""

    @abstractmethod
    def holds(self, text: ColumnElement[str], signs: Iterable[str]) -> ColumnElement[bool]:
        """Whether somewhere in a text signs follow one another, each of a set written in brackets: `[eéè]`, `[^a-z]`."""

    @abstractmethod
    def place_of(self, text: ColumnElement[str], sign: str) -> ColumnElement[int]:
        """Where a sign first stands in a text, from 1; 0 where it does not."""

    @abstractmethod
    def json(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """A text as JSON writes it."""

    @abstractmethod
    def is_document(self, content: ColumnElement[Any], columns: Mapping[str, tuple[ColumnElement[Any], Field]]) -> Any:
        """Whether a JSON document says of each field what its column holds; it may say no where one writes it otherwise."""

    @abstractmethod
    def is_sound(self, connection: Connection) -> bool:
        """Whether the database finds itself in order."""

    @abstractmethod
    def copy(self, connection: Connection, to: Path) -> None:
        """Copy the database to an empty file; OperatorError where that is not ours to do."""

    @abstractmethod
    def trouble(self, error: BaseException) -> Trouble | None:
        """What an operator can do something about; None when the mistake is ours."""

    @abstractmethod
    def code(self, error: BaseException) -> str:
        """The database's own name for what went wrong: it quotes no value."""
