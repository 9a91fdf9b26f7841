"""The store: what was kept, read back; and the one transaction through which an exchange is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import asdict, frozen
from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, false, func, insert, literal, select, update
from sqlalchemy import inspect as inspect_database

from cigem_core.errors import WorkspaceError
from cigem_core.model import (  # noqa: F401  kinds are declared by being imported
    applications,
    arrivals,
    counsel,
    employment,
    participation,
    projects,
    referrals,
    releases,
    scholarships,
    training,
    training_acts,
    youth,
)
from cigem_core.model.conventions import Convention
from cigem_core.model.fields import CENTRE, Kind, kind_of, kinds
from cigem_core.model.receipts import Counts, Head
from cigem_core.model.refs import Ref
from cigem_core.policy import Permit
from cigem_core.sdk.frames import SEPARATOR, stays_inside
from cigem_core.sdk.hooks import Event
from cigem_core.store import journal, objects
from cigem_core.store.acts import Act
from cigem_core.store.database import check_revision, connect, migrate, named, plainly
from cigem_core.store.dialects import dialect_of
from cigem_core.store.frames import frame
from cigem_core.store.journal import HAPPENED
from cigem_core.store.leftovers import leftovers, noted, sweep
from cigem_core.store.objects import Version
from cigem_core.store.proof import opened, watch
from cigem_core.store.records import leads_nowhere, restored
from cigem_core.store.schema import alias, batch, batch_file, convention, current, ensure_current, quarantine, version
from cigem_core.store.staging import StagedFile, Staging
from cigem_core.store.wordings import check_takes_no_signed_place, wordings
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


R = TypeVar("R")


@frozen(kw_only=True)
class EntryFault:
    """What is wrong with a row in quarantine: the column (None for the whole row), the rule, and what to do."""

    column: str | None
    rule: str
    remedy: Text
    cell: str | None = None
    """Where it stands in a workbook, as its program calls it: `Inscriptions!D40`."""


@frozen(kw_only=True)
class Entry:
    """A row in quarantine: where it stands and what is wrong, without what its cells hold."""

    id: int
    agency: str
    kind: str
    key: str | None
    state: str
    file: str
    row: str
    faults: tuple[EntryFault, ...]


@frozen(kw_only=True)
class Dangling:
    """A reference that leads nowhere yet."""

    kind: str
    key: str
    field: str


class Store:
    """A workspace's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_closed = False
        self._is_swept = False
        self.listeners: list[Callable[[Event], None]] = []
        """Who hears of each line of the journal, once it is committed."""

    @classmethod
    def create(cls, where: str | Path) -> Store:
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
    def open(cls, where: str | Path) -> Store:
        """Open a workspace; WorkspaceError when there is none, or it is of another version."""
        return cls._checked(connect(where, create=False), check_revision)

    @classmethod
    def _checked(cls, engine: Engine, check: Callable[[Engine], object]) -> Store:
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
    def writing(self) -> Iterator[Connection]:
        """One transaction: kept whole, or not at all; what it told the journal is told to embedders when it is kept."""
        with self._asked() as engine, engine.connect() as connection, self.committing(connection):
            yield connection

    @contextmanager
    def committing(self, connection: Connection) -> Iterator[None]:
        """The same, on a connection there is."""
        connection.info.pop(HAPPENED, None)
        if not self._is_swept:
            self._is_swept = True
            sweep(self.file)
        with connection.begin():
            opened(connection)
            yield
        for event in connection.info.pop(HAPPENED, ()):
            for listener in self.listeners:
                listener(event)

    @contextmanager
    def acting(
        self, act: str, *, on: date, by: str, agency: str = CENTRE, granted: Permit | None = None, **facts: Any
    ) -> Iterator[Act]:
        """An act: what is found and kept in it is one transaction with its line in the journal, or nothing.

            with store.acting("open", on=on, by=by) as act:
                number = act.next_number(Migrant, f"MG-{on.year}-")
                act.keep(Migrant(reference=number, …))

        `facts` are what the line says beside what was kept: references and counts, never what is personal.
        """
        with self.writing() as connection:
            # Records of the centre's may open and close entries of its own.
            watch(connection, [CENTRE])
            doing = Act(connection=connection, verb=act, on=on, by=by, agency=agency, granted=granted, facts=facts)
            yield doing
            doing.close()

    def keep(self, *records: Any, act: str, on: date, by: str, **facts: Any) -> list[Any]:
        """Keep records of the centre's as one act; the records, each of which knows its ref from then on."""
        with self.acting(act, on=on, by=by, **facts) as doing:
            return doing.keep(*records)

    def find(self, kind: type[R], *, agency: str | None = CENTRE, **where: Any) -> list[R]:
        """The current records of a kind whose fields have these values: `find(Referral, to="chambre")`.

        `__` stands for the dot of a group, and several values in a list or set mean any of them. Records of the centre's
        own unless `agency` says whose; None for anybody's.
        """
        with self.reading() as connection:
            return list(objects.objects(connection, kind_of(kind), agency=agency, where=where))

    def frame(
        self, kind: type[Any] | str, *, fields: Iterable[str] | None = None, agency: str | None = None, at: date | None = None
    ) -> pl.DataFrame:
        """The records of a kind as typed columns; see `frames.frame`."""
        with self.reading() as connection:
            return frame(connection, kind_of(kind), fields=fields, agency=agency, at=at)

    def history(self, ref: Ref) -> list[Version]:
        """What each version of a record said, who made it so and when, oldest first."""
        with self.reading() as connection:
            return objects.history(connection, ref)

    def first_seen(self, kind: type[Any], *, agency: str) -> dict[tuple[str, str], date]:
        """The day on which each of an agency's records of a kind was first kept, by scope and key."""
        with self.reading() as connection:
            return objects.first_seen(connection, kind_of(kind), agency=agency)

    def acts_of(self, kind: type[Any]) -> dict[str, list[str]]:
        """The acts that made each of the centre's records of a kind, by key: what states are folded from."""
        with self.reading() as connection:
            return objects.acts_of(connection, kind_of(kind))

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

    def install(self, *documents: Convention, on: date, by: str, origins: Mapping[str, str] | None = None) -> None:
        """Keep conventions; a wording that counts already is left as it is, an amendment stands beside what it amends.

        `origins` says of wordings, by their digests, which distribution ships them.
        """
        with self.writing() as connection:
            known = {c.digest for c in self.conventions_in(connection)}
            for one in documents:
                if one.digest in known:
                    continue
                check_takes_no_signed_place(connection, one)
                connection.execute(
                    insert(convention).values(
                        reference=one.reference, agency=one.agency.code, digest=one.digest, document=one.document, on=on, by=by
                    )
                )
                facts = {"convention": one.reference, "digest": one.digest, "agency": one.agency.code}
                if origin := (origins or {}).get(one.digest):
                    facts["from"] = origin
                journal.write(connection, "install", facts, on=on, by=by)

    def conventions(self) -> tuple[Convention, ...]:
        """The conventions installed: of each the wordings that may decide, with where it stands."""
        with self.reading() as connection:
            return self.conventions_in(connection)

    @staticmethod
    def conventions_in(connection: Connection) -> tuple[Convention, ...]:
        """The same, within a transaction."""
        return wordings(connection)

    @staticmethod
    def wording(connection: Connection, digest: str) -> Convention:
        """A wording that was installed once, by its digest."""
        query = select(convention.c.document).where(convention.c.digest == digest).limit(1)
        return Convention.from_document(connection.execute(query).scalar_one())

    def verify_journal(self, held: Head | None = None) -> journal.Break | None:
        """The first line of the journal that is not what it was, given the head a receipt holds; None when whole.

        What the lines say was written is recounted: history, conventions, parcels, quarantine, and the current records.
        """
        from cigem_core.store.folded import altered_record
        from cigem_core.store.recount import Spoken, recount

        with self.reading() as connection:
            if broken := journal.verify(connection, held):
                return broken
            spoken = set[Spoken]()
            found = recount(connection, spoken) or altered_record(connection, spoken)
        return None if found is None else journal.Break(found.line, found.text)

    def head(self) -> Head:
        """How far the journal has come."""
        with self.reading() as connection:
            return journal.head(connection)

    def keys(self, agency: str, kind: Kind, *, to: str | None = None) -> tuple[pl.Series, pl.Series]:
        """The keys of an agency's records of a kind: those kept, and those of its rows in quarantine.

        They come with their scopes where the kind has one, and with the ids that records were edited under. `to` asks
        only for the records addressed to an agency.
        """
        import polars as pl

        table = current(kind)
        with self.reading() as connection:
            kept: list[str] = []
            if inspect_database(connection).has_table(table.name):
                query = select(_full_key(kind, table.c)).where(table.c.agency == agency)
                kept += connection.execute(query.where(table.c.to == to) if to else query).scalars()
                of_record = and_(alias.c.agency == table.c.agency, alias.c.scope == table.c.scope, alias.c.key == table.c.key)
                edited = select(_full_key(kind, alias.c, "alias")).join_from(alias, table, of_record)
                kept += connection.execute(edited.where(alias.c.agency == agency, alias.c.kind == kind.name)).scalars()
            waiting = connection.execute(
                select(_full_key(kind, quarantine.c)).where(*_open_entries(agency, kind), quarantine.c.key.is_not(None))
            ).scalars()
            return pl.Series(kept, dtype=pl.String), pl.Series(list(waiting), dtype=pl.String)

    def repeated(self, agency: str, kind: Kind) -> dict[int, str | None]:
        """The entries of a kind refused for another's key, and not corrected since: entry → that key, None if dismissed."""
        of_kind = (quarantine.c.agency == agency, quarantine.c.kind == kind.name, quarantine.c.state != "corrected")
        query = select(quarantine.c.id, quarantine.c.state, _full_key(kind, quarantine.c).label("key"))
        with self.reading() as connection:
            found = connection.execute(query.where(*of_kind, quarantine.c.is_unique))
            return {row.id: row.key if row.state == "open" else None for row in found}

    def held(self, agency: str, kind: Kind) -> pl.Series:
        """The keys of a kind that are somebody's: those of records, and of open entries refused for something else."""
        import polars as pl

        kept, _ = self.keys(agency, kind)
        wrong = (*_open_entries(agency, kind), quarantine.c.key.is_not(None), quarantine.c.is_unique == false())
        with self.reading() as connection:
            waiting = connection.execute(select(_full_key(kind, quarantine.c)).where(*wrong)).scalars()
            return pl.concat([kept, pl.Series(list(waiting), dtype=pl.String)])

    @staticmethod
    def was_taken(connection: Connection, sha256: str, kind: Kind, mask_digest: str) -> bool:
        """Whether this very file was taken before under the same mask."""
        taken = exists().where(
            batch_file.c.sha256 == sha256,
            batch_file.c.kind == kind.name,
            batch_file.c.mask_digest == mask_digest,
        )
        return bool(connection.execute(select(taken)).scalar())

    @staticmethod
    def add_file(connection: Connection, number: int, file: StagedFile, mask_digest: str, sha256: str, counts: Counts) -> None:
        """Record what became of a file of an exchange, and the mask its kind was read under."""
        facts = {"name": file.name, "kind": file.kind.name, "sha256": sha256, "mask_digest": mask_digest, **asdict(counts)}
        connection.execute(insert(batch_file).values(batch=number, position=file.position, **facts))

    @staticmethod
    def ensure(connection: Connection, wanted: Sequence[Kind]) -> None:
        """Make the current tables of some kinds, and of those they refer to, follow their declarations."""
        names = {k.name for k in wanted} | {str(f.refers_to) for k in wanted for f in k.references}
        for name in sorted(names):
            ensure_current(connection, kind_of(name))

    def records(self, kind: Kind, *, agency: str | None = None, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """The current records of a kind in stored forms, with `agency`, `scope`, `key` and `sequence`, ordered by key."""
        table = current(kind)
        with self.reading() as connection:
            if not inspect_database(connection).has_table(table.name):
                return
            there = {column["name"] for column in inspect_database(connection).get_columns(table.name)}
            order = [table.c.agency, table.c.scope, *_by_parts(connection, kind), table.c.key]
            query = select(*(c for c in table.columns if c.name in there)).order_by(*order)
            query = query.where(table.c.agency == agency) if agency else query
            for row in connection.execution_options(yield_per=1000).execute(query.limit(limit)).mappings():
                yield restored(kind, dict(row))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many records each agency has of each kind."""
        found: dict[tuple[str, str], int] = {}
        with self.reading() as connection:
            for kind in kinds():
                table = current(kind)
                if inspect_database(connection).has_table(table.name):
                    query = select(table.c.agency, func.count()).group_by(table.c.agency)
                    found |= {(agency, kind.name): number for agency, number in connection.execute(query)}
        return found

    def versions(self, kind: Kind, key: str, *, agency: str, scope: str | None = None) -> list[dict[str, Any]]:
        """The history of a record: what each version said, oldest first, under whichever of its ids it came."""
        of_kind = [version.c.agency == agency, version.c.kind == kind.name]
        if scope is not None:
            of_kind.append(version.c.scope == scope)
        with self.reading() as connection:
            ids = _ids(connection, kind, key, agency)
            query = select(version).where(*of_kind, version.c.key.in_(ids)).order_by(version.c.scope, version.c.id)
            return [{**row, "content": json.loads(row["content"])} for row in connection.execute(query).mappings()]

    def entries(self, *, agency: str | None = None, kind: str | None = None, state: str | None = "open") -> list[Entry]:
        """The rows in quarantine, in the order they came."""
        query = select(quarantine).order_by(quarantine.c.id)
        for column, value in ((quarantine.c.agency, agency), (quarantine.c.kind, kind), (quarantine.c.state, state)):
            query = query.where(column == value) if value else query
        shown = ("id", "agency", "kind", "key", "state", "file", "row")
        with self.reading() as connection:
            return [
                Entry(**{name: row[name] for name in shown}, faults=_faults(row["faults"]))
                for row in connection.execute(query).mappings()
            ]

    def rows_in_quarantine(self, agency: str) -> list[tuple[str, Entry, dict[str, Any]]]:
        """The open entries of an agency: the axis they last came under, the entry, and the row it keeps."""
        query = (
            select(quarantine.c.id, quarantine.c.body, batch.c.axis)
            .join(batch, batch.c.id == quarantine.c.last_batch)
            .where(quarantine.c.agency == agency, quarantine.c.state == "open")
        )
        with self.reading() as connection:
            kept = {row.id: (row.axis, json.loads(row.body)) for row in connection.execute(query)}
        return [(kept[e.id][0], e, kept[e.id][1]) for e in self.entries(agency=agency) if e.id in kept]

    def dismiss(self, numbers: Sequence[int], *, because: str, on: date, by: str) -> None:
        """Close open entries that will not be corrected; WorkspaceError when one is not open, and then none is closed."""
        with self.writing() as connection:
            found = set(
                connection.execute(
                    select(quarantine.c.id).where(quarantine.c.id.in_(numbers), quarantine.c.state == "open")
                ).scalars()
            )
            if absent := sorted(set(numbers) - found):
                listed = ", ".join(map(str, absent))
                raise WorkspaceError(
                    Text(
                        fr=f"aucune anomalie ouverte ne porte le numéro {listed} ; les lister : cigem quarantine list",
                        en=f"no open entry has the number {listed}; list them: cigem quarantine list",
                    )
                )
            agencies = connection.execute(select(quarantine.c.agency).where(quarantine.c.id.in_(numbers)).distinct())
            watch(connection, agencies.scalars().all())
            connection.execute(update(quarantine).where(quarantine.c.id.in_(numbers)).values(state="dismissed", because=because))
            journal.write(connection, "dismiss", {"entries": sorted(found)}, on=on, by=by)

    def dangling(self) -> list[Dangling]:
        """References of kept records that lead nowhere yet: their target is in quarantine."""
        found = []
        with self.reading() as connection:
            there = set(inspect_database(connection).get_table_names())
            for kind in kinds():
                table = current(kind)
                for reference in kind.references if table.name in there else ():
                    target, column = kind_of(str(reference.refers_to)), table.c[reference.name]
                    holder = literal(CENTRE) if reference.issuer == "centre" else table.c.agency
                    scope = table.c.scope if stays_inside(kind, reference) else None
                    query = select(table.c.key).where(column.is_not(None), leads_nowhere(target, column, holder, scope))
                    found += [
                        Dangling(kind=kind.name, key=key, field=reference.name) for key in connection.execute(query).scalars()
                    ]
        return found

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


def _full_key(kind: Kind, columns: Any, key: str = "key") -> ColumnElement[str]:
    """The key of each row, with its scope where the kind has one."""
    named: ColumnElement[str] = columns[key]
    return named if kind.scope is None else columns.scope + SEPARATOR + named


def _by_parts(connection: Connection, kind: Kind) -> list[ColumnElement[Any]]:
    """Keys of several parts are sorted part by part: the tenth child of a record does not come before the second."""
    plain, columns = dialect_of(connection).plain, current(kind).c
    parts = [(columns[f.name], f.value.storage) for f in kind.keys] if len(kind.keys) > 1 else []
    return [plain(column) if storage == "text" else column for column, storage in parts]


def _open_entries(agency: str, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return quarantine.c.agency == agency, quarantine.c.kind == kind.name, quarantine.c.state == "open"


def _ids(connection: Connection, kind: Kind, key: str, agency: str) -> set[str]:
    """The ids of the record that goes by a key or was edited under it."""
    of_kind = (alias.c.agency == agency, alias.c.kind == kind.name)
    keys = {key, *connection.execute(select(alias.c.key).where(*of_kind, alias.c.alias == key)).scalars()}
    return keys | set(connection.execute(select(alias.c.alias).where(*of_kind, alias.c.key.in_(keys))).scalars())


def _faults(text: str) -> tuple[EntryFault, ...]:
    # Those kept before cells were said have none.
    return tuple(
        EntryFault(column=column, rule=rule, remedy=Text(fr=fr, en=en), cell=next(iter(cell), None))
        for column, rule, fr, en, *cell in json.loads(text)
    )
