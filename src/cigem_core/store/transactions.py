"""A workspace's database: opened, read at one moment, written in one transaction, and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine

from cigem_core.errors import WorkspaceError
from cigem_core.sdk.hooks import Event
from cigem_core.store.database import check_revision, connect, migrate, named, plainly
from cigem_core.store.dialects import dialect_of
from cigem_core.store.journal import HAPPENED
from cigem_core.store.leftovers import leftovers, noted, sweep
from cigem_core.store.proof import opened
from cigem_core.store.staging import Staging
from cigem_core.text import Text


class Database:
    """A workspace's database, and the one transaction through which something is kept in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_closed = False
        self._is_swept = False
        self.listeners: list[Callable[[Event], None]] = []
        """Who hears of each line of the journal, once it is committed."""

    @classmethod
    def create(cls, where: str | Path) -> Self:
        """Make a workspace, or bring an existing one up to date; WorkspaceError where it cannot be made."""
        return cls._checked(connect(where, create=True), migrate)

    @classmethod
    def create_or_update(cls, where: str | Path) -> bool:
        """Make a workspace or bring one up to date, and close it; whether it was made just now."""
        engine = connect(where, create=True)
        try:
            return migrate(engine)
        finally:
            engine.dispose()

    @classmethod
    def open(cls, where: str | Path) -> Self:
        """Open a workspace; WorkspaceError when there is none, or it is of another version."""
        return cls._checked(connect(where, create=False), check_revision)

    @classmethod
    def _checked(cls, engine: Engine, check: Callable[[Engine], object]) -> Self:
        try:
            check(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Let go of the database, for good."""
        self._is_closed = True
        self._engine.dispose()

    @property
    def file(self) -> Path | None:
        """The file of the database; None where it is on a server, or in memory."""
        name = self._engine.url.database if self._engine.dialect.name == "sqlite" else None
        return None if name in (None, "", ":memory:") else Path(str(name))

    @contextmanager
    def writing_beside(self, *paths: Path) -> Iterator[None]:
        """What is being written beside its place is remembered, so that nothing of it stays behind when we are killed."""
        with noted(self.file, *paths):
            yield

    def leftovers(self) -> list[Path]:
        """What processes that were killed left half written; it is removed when the workspace is next written."""
        return leftovers(self.file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads, all of it at one moment."""
        with self._asked() as engine, engine.connect() as connection:
            yield connection.execution_options(**dialect_of(engine).reading)

    @contextmanager
    def writing(self, *, only_tried: bool = False) -> Iterator[Connection]:
        """One transaction: kept whole, or not at all; what it told the journal is told to embedders when it is kept.

        One that is `only_tried` is taken back at its end, and nobody hears of it.
        """
        with self._asked() as engine, engine.connect() as connection, self.committing(connection, only_tried=only_tried):
            yield connection

    @contextmanager
    def committing(self, connection: Connection, *, only_tried: bool = False) -> Iterator[None]:
        """The same, on a connection there is."""
        connection.info.pop(HAPPENED, None)
        if not self._is_swept and not only_tried:
            self._is_swept = True
            sweep(self.file)
        with connection.begin() as transaction:
            opened(connection)
            yield
            if only_tried:
                transaction.rollback()
                connection.info.pop(HAPPENED, None)
        for event in connection.info.pop(HAPPENED, ()):
            for listener in self.listeners:
                listener(event)

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Room for the rows of an exchange, on a connection of its own."""
        with self._asked() as engine, engine.connect() as connection:
            try:
                yield Staging(connection)
            finally:
                # The temporary tables hold personal values and go with this connection, which no one else gets;
                # where somebody interrupted it, it is gone already.
                if not connection.invalidated:
                    connection.detach()

    @contextmanager
    def _asked(self) -> Iterator[Engine]:
        if self._is_closed:
            raise WorkspaceError(
                Text(
                    fr=f"{named(self._engine)} a été refermé ; l'ouvrir à nouveau",
                    en=f"{named(self._engine)} was closed; open it again",
                )
            )
        with plainly(self._engine):
            yield self._engine

    def copy(self, to: Path) -> None:
        """Copy everything, as it is at one moment, to an empty file; OperatorError where a server must do it itself."""
        with (
            self._asked() as engine,
            engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            plainly(engine, into=to.parent),
        ):
            dialect_of(engine).copy(connection, to)

    def is_sound(self) -> bool:
        """Whether the database itself is in order."""
        with self.reading() as connection:
            return dialect_of(connection).is_sound(connection)
