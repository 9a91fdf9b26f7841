"""Merging: within the transaction of an exchange, what was staged becomes versions, current records and entries.

A statement speaks of all the rows of a file at once. Where rows of a file are versions of one record they take turns:
first the rows that are the first of their records, then those that are the second, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from cigem_core.model.fields import CENTRE, Field, kind_of
from cigem_core.model.receipts import Counts
from cigem_core.sdk.frames import stays_inside
from cigem_core.store import aliases, children, entries, proof
from cigem_core.store.dialects import DatabaseDialect, dialect_of
from cigem_core.store.records import leads_nowhere
from cigem_core.store.schema import current, quarantine, version
from cigem_core.store.staging import StagedFile, Staging
from cigem_core.store.titles import go_by_first_titles

_KEPT = ("new", "changed")
_UNCHANGED = ("unchanged", "seen", "older")


def merge(staging: Staging, file: StagedFile, *, batch: int, sha256: str, is_known: bool) -> Counts:
    """Decide new, changed or unchanged; add versions; bring the current table up to date; file the rest.

    `is_known` says that this very file was taken before under the same mask.
    """
    _survey(staging, file)
    if file.is_titled:
        go_by_first_titles(staging, file)
    if file.names is not None:
        aliases.resolve(staging, file)
    turns = _take_turns(staging.connection, file)
    for turn in range(turns):
        one = _Turn(connection=staging.connection, file=file, wrong=staging.entries, batch=batch, turn=turn)
        one.keep(sha256, is_known=is_known)
    quarantined = entries.keep(staging, file, batch=batch, sha256=sha256)
    if file.names is not None:
        entries.close_replaced(staging.connection, file, batch)
    return _counted(staging.connection, file.rows, quarantined)


def pending(staging: Staging) -> int:
    """How many staged records point at a record that is not there yet (a row in quarantine)."""
    total = 0
    for file in staging.files:
        waits = [_waits(file, reference) for reference in file.fields if reference.refers_to]
        if waits:
            query = select(func.count()).select_from(file.rows).where(or_(*waits))
            total += staging.connection.execute(query).scalar_one()
    return total


def returned(staging: Staging, *, batch: int) -> int:
    """How many staged records changed to what an earlier version of theirs said word for word."""
    total = 0
    for file in staging.files:
        rows = file.rows.c
        of_record = (version.c.agency == rows.agency, version.c.scope == rows.scope, version.c.key == rows.key)
        before = exists().where(
            *of_record, version.c.kind == file.kind.name, version.c.batch != batch, version.c.digest == rows.digest
        )
        changed = select(func.count()).select_from(file.rows).where(rows.verdict == "changed", before)
        total += staging.connection.execute(changed).scalar_one()
    return total


def mended_again(staging: Staging, *, batch: int) -> int:
    """How many staged records say otherwise what an earlier correction of the same row said, in this exchange or before."""
    total = 0
    for file in staging.files:
        rows = file.rows.c
        before = (quarantine.c.id == rows.entry, quarantine.c.state == "corrected", quarantine.c.closed_batch != batch)
        of_record = (version.c.agency == rows.agency, version.c.scope == rows.scope, version.c.key == rows.key)
        beside = (version.c.kind == file.kind.name, version.c.batch == batch, version.c.corrects == rows.entry)
        again = or_(exists().where(*before), exists().where(*of_record, *beside, version.c.file != file.position))
        changed = select(func.count()).select_from(file.rows).where(rows.verdict == "changed", again)
        total += staging.connection.execute(changed).scalar_one()
    return total


def overtaken(connection: Connection, files: Sequence[StagedFile], corrections: Sequence[StagedFile], *, batch: int) -> int:
    """How many records of files say otherwise what corrections of the same exchange made of them."""
    total = 0
    for file in files:
        rows, of_kind = file.rows.c, [one.position for one in corrections if one.kind == file.kind]
        of_record = (version.c.agency == rows.agency, version.c.scope == rows.scope, version.c.key == rows.key)
        there = (version.c.kind == file.kind.name, version.c.batch == batch, version.c.file.in_(of_kind))
        changed = select(func.count()).select_from(file.rows).where(rows.verdict == "changed", exists().where(*of_record, *there))
        total += connection.execute(changed).scalar_one() if of_kind else 0
    return total


def _waits(file: StagedFile, reference: Field) -> ColumnElement[bool]:
    target, column = kind_of(str(reference.refers_to)), file.rows.c[reference.name]
    holder = CENTRE if reference.issuer == "centre" else file.agency
    scope = file.rows.c.scope if stays_inside(file.kind, reference) else None
    return and_(column.is_not(None), leads_nowhere(target, column, holder, scope))


def _survey(staging: Staging, file: StagedFile) -> None:
    beside = [child.rows for child in file.children]
    for table in (file.rows, staging.entries, file.names, *beside):
        if table is not None:
            dialect_of(staging.connection).survey(staging.connection, table)


def _take_turns(connection: Connection, file: StagedFile) -> int:
    """Give every row its turn; how many turns there are."""
    rows = file.rows
    if file.has_turns:
        nth = func.row_number().over(partition_by=(rows.c.scope, rows.c.key), order_by=(rows.c.step, rows.c.place)) - 1
        order = select(rows.c.place, nth.label("nth")).subquery()
        connection.execute(update(rows).where(order.c.place == rows.c.place, order.c.nth > 0).values(turn=order.c.nth))
    last: int | None = connection.execute(select(func.max(rows.c.turn))).scalar()
    return 0 if last is None else last + 1


def _counted(connection: Connection, rows: Table, quarantined: int) -> Counts:
    found: dict[str, int] = dict(connection.execute(select(rows.c.verdict, func.count()).group_by(rows.c.verdict)).all())
    new, changed, unchanged = found.get("new", 0), found.get("changed", 0), sum(found.get(name, 0) for name in _UNCHANGED)
    accepted = new + changed + unchanged
    return Counts(
        read=accepted + quarantined, accepted=accepted, new=new, changed=changed, unchanged=unchanged, quarantined=quarantined
    )


@frozen(kw_only=True)
class _Turn:
    """The rows of a file that are the n-th of their records, on their way into the store."""

    connection: Connection
    file: StagedFile
    wrong: Table | None
    """The rows of all files that cannot be taken."""
    batch: int
    turn: int

    @property
    def rows(self) -> Table:
        """The staged rows, of all turns."""
        return self.file.rows

    @property
    def now(self) -> Table:
        """The current records."""
        return current(self.file.kind)

    @property
    def ways(self) -> DatabaseDialect:
        """The ways of the database."""
        return dialect_of(self.connection)

    def keep(self, sha256: str, *, is_known: bool) -> None:
        """Judge the rows, add versions of those that say something new, and close the entries they settle."""
        if is_known:
            self._pass_over_known(sha256)
        if self.file.latest:
            self._pass_over_older(self.file.latest)
        self._compare()
        for child in self.file.children:
            self.connection.execute(children.differing(self.file, child, self._here()))
        kept = and_(self._here(), self.rows.c.verdict.in_(_KEPT))
        self._add_versions(kept)
        self._bring_up_to_date(kept)
        for child in self.file.children:
            children.replace(self.connection, self.file, child, batch=self.batch, kept=kept)
        settled = entries.settled(self.file, self._here(), self.wrong)
        entries.close(self.connection, settled, self.batch)

    def _here(self) -> ColumnElement[bool]:
        turn = self.rows.c.turn
        # Few rows have a later turn, and they are found by index.
        return and_(turn > literal_column("0"), turn == self.turn) if self.turn else turn == 0

    def _matches(self) -> ColumnElement[bool]:
        now, rows = self.now.c, self.rows.c
        return and_(now.agency == rows.agency, now.scope == rows.scope, now.key == rows.key)

    def _pass_over_known(self, sha256: str) -> None:
        """What a file that was taken before says is history already, unless the row was in quarantine."""
        settled = entries.settled(self.file, self._here(), self.wrong)
        waiting = select(settled.c.place).where(settled.c.sha256 == sha256)
        there = exists().where(self._matches())
        fresh = (self._here(), self.rows.c.verdict == "new")
        self.connection.execute(update(self.rows).where(*fresh, there, self.rows.c.place.not_in(waiting)).values(verdict="seen"))

    def _pass_over_older(self, latest: str) -> None:
        """A record whose moment is before that of the current one overwrites nothing."""
        before = self._instant(self.rows.c[latest]) < self._instant(self.now.c[latest])
        self.connection.execute(
            update(self.rows).where(self._here(), self.rows.c.verdict == "new", self._matches(), before).values(verdict="older")
        )

    def _instant(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        """Moments as texts that sort as they follow one another: `…00Z` is before `…00.5Z`, and is `…00.0Z`."""
        bare = func.rtrim(moment, "Z")
        return self.ways.plain(case((bare.contains("."), func.rtrim(func.rtrim(bare, "0"), ".")), else_=bare))

    def _compare(self) -> None:
        """Column by column, over what may cross today and what the file speaks of; the key names the record."""
        now, rows = self.now, self.rows
        differs = [rows.c[f.name].is_distinct_from(now.c[f.name]) for f in self.file.fields if not f.is_key]
        yesterday = func.coalesce(now.c.cargo, "{}")
        differs.append(and_(rows.c.cargo.is_not(None), self.ways.says_other(yesterday, rows.c.cargo)))
        verdict = case((or_(*differs), "changed"), else_="unchanged")
        self.connection.execute(
            update(rows).where(self._here(), rows.c.verdict == "new", self._matches()).values(verdict=verdict)
        )

    def _add_versions(self, kept: ColumnElement[bool]) -> None:
        rows = self.rows
        settled = entries.settled(self.file, self._here(), self.wrong)
        cited = select(settled.c.place, func.max(settled.c.entry).label("entry")).group_by(settled.c.place).subquery()
        said = {
            "agency": rows.c.agency, "kind": literal(self.file.kind.name), "scope": rows.c.scope, "key": rows.c.key,
            "sequence": func.coalesce(self.now.c.sequence, 0) + 1, "batch": literal(self.batch),
            "file": literal(self.file.position), "content": rows.c.content, "cargo": rows.c.cargo,
            "digest": rows.c.digest, "corrects": cited.c.entry,
        }  # fmt: skip
        found = rows.outerjoin(self.now, self._matches()).outerjoin(cited, cited.c.place == rows.c.place)
        added = insert(version).from_select([*said], select(*said.values()).select_from(found).where(kept))
        before = proof.VERSIONS.last(self.connection)
        self.connection.execute(added)
        proof.note(self.connection, before, self.file.agency, self.file.kind.name, self.batch, self.file.position)

    def _bring_up_to_date(self, kept: ColumnElement[bool]) -> None:
        now, rows = self.now, self.rows
        said: dict[str, ColumnElement[Any]] = {
            "agency": rows.c.agency, "scope": rows.c.scope, "key": rows.c.key,
            "sequence": func.coalesce(now.c.sequence, 0) + 1, "batch": literal(self.batch),
            **{f.name: rows.c[f.name] for f in self.file.fields}, "cargo": self._cargo(),
        }  # fmt: skip
        if self.file.names is not None:
            # An edit comes under an id of its own; the record goes on under its first one.
            said |= {f.name: rows.c.key for f in self.file.fields if f.is_key}
        found = select(*said.values()).select_from(rows.outerjoin(now, self._matches())).where(kept)
        upsert = self.ways.insert(now).from_select([*said], found)
        again = {name: upsert.excluded[name] for name in said if name not in ("agency", "scope", "key")}
        self.connection.execute(upsert.on_conflict_do_update(index_elements=["agency", "scope", "key"], set_=again))

    def _cargo(self) -> ColumnElement[str | None]:
        """Today's cargo over yesterday's: a column that is absent today is no change."""
        now, rows = self.now, self.rows
        return case(
            (rows.c.cargo.is_(None), now.c.cargo), else_=self.ways.patched(func.coalesce(now.c.cargo, "{}"), rows.c.cargo)
        )
