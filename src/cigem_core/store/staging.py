"""Staging: decoded rows wait in temporary tables of the writer's own connection, then move in one transaction.

Temporary tables take no lock on the workspace, belong to nobody else, and are gone with the connection
whatever happens: a crash leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Subquery,
    Table,
    Text,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from cigem_core.model.fields import CENTRE, Field, Kind, kind_of
from cigem_core.model.receipts import Counts
from cigem_core.sdk.frames import key_of
from cigem_core.store.dialects import dialect_of
from cigem_core.store.schema import column_type, current, quarantine, version

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class StagedFile:
    """One file whose rows wait."""

    position: int
    name: str
    kind: Kind
    fields: tuple[Field, ...]
    """The fields that may cross and that the file speaks of."""
    rows: Table
    is_over: bool = False
    """Whether it is a later layer of a file: the rows in quarantine are with the first."""


@define
class Staging:
    """The rows of one exchange, before they are kept."""

    connection: Connection
    files: list[StagedFile] = field(factory=list)
    _entries: Table | None = None

    def open(self, name: str, kind: Kind, fields: tuple[Field, ...], *, over: StagedFile | None = None) -> StagedFile:
        """Make room for the rows of a file, or for another layer of rows over those of a file."""
        rows = Table(
            f"staged_{len(self.files)}",
            MetaData(),
            Column("key", Text, primary_key=True),
            *(Column(f.name, column_type(f)) for f in fields),
            Column("cargo", Text),
            Column("content", Text, nullable=False),
            Column("digest", Text, nullable=False),
            Column("entry", Integer),
            Column("verdict", Text, nullable=False),
            prefixes=["TEMPORARY"],
        )
        # Few records name the entry they mend; without this each entry would be looked for in all of them.
        named = rows.c.entry.is_not(None)
        Index(f"{rows.name}_by_entry", rows.c.entry, sqlite_where=named, postgresql_where=named)
        self._create(rows)
        position = over.position if over else len(self.files)
        self.files.append(StagedFile(position=position, is_over=bool(over), name=name, kind=kind, fields=fields, rows=rows))
        return self.files[-1]

    def accept(self, file: StagedFile, accepted: pl.DataFrame) -> None:
        """Stage accepted records: columns of the file's fields, `#cargo`, and `#entry` for what they correct."""
        import polars as pl

        names = [f.name for f in file.fields]
        cargo = accepted["#cargo"]
        content = accepted.select(pl.struct(sorted(names)).struct.json_encode()).to_series()
        digests = [digest_of(c, g) for c, g in zip(content.to_list(), cargo.to_list(), strict=True)]
        frame = accepted.select(
            key_of(file.kind),
            *(_stored(f) for f in file.fields),
            cargo.alias("cargo"),
            content.alias("content"),
            pl.Series("digest", digests, dtype=pl.String),
            pl.col("#entry").alias("entry"),
            pl.lit("new").alias("verdict"),
        )
        self._load(file.rows, frame)

    def quarantine(self, file: StagedFile, rows: list[dict[str, Any]]) -> None:
        """Stage rows that cannot be taken: dicts of `row`, `key`, `body`, `faults`, `is_unique`, `entry`."""
        import polars as pl

        if rows:
            places = {"file": pl.Series([file.position] * len(rows)), "row": pl.Series([r["row"] for r in rows])}
            digests = {"digest": pl.Series([digest_of(r["body"], None) for r in rows])}
            texts = {name: pl.Series([r[name] for r in rows], dtype=pl.String) for name in ("key", "body", "faults")}
            rest = {
                "is_unique": pl.Series([r["is_unique"] for r in rows]),
                "entry": pl.Series([r["entry"] for r in rows], dtype=pl.Int64),
            }
            self._load(self._quarantined(), pl.DataFrame(places | digests | texts | rest))

    def _quarantined(self) -> Table:
        if self._entries is None:
            self._entries = Table(
                "staged_quarantine",
                MetaData(),
                Column("file", Integer, nullable=False),
                Column("row", BigInteger, nullable=False),
                Column("digest", Text, nullable=False),
                Column("key", Text),
                Column("body", Text, nullable=False),
                Column("faults", Text, nullable=False),
                Column("is_unique", Boolean, nullable=False),
                Column("entry", Integer),
                prefixes=["TEMPORARY"],
            )
            self._create(self._entries)
        return self._entries

    def _create(self, table: Table) -> None:
        raw = self.connection.connection.driver_connection
        assert raw is not None
        statements: list[ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, table.indexes)]
        for made in statements:
            raw.cursor().execute(str(made.compile(dialect=self.connection.dialect)))

    def _load(self, table: Table, frame: pl.DataFrame) -> None:
        dialect_of(self.connection).load(self.connection.connection.driver_connection, table, frame)

    # Below: inside the transaction of the exchange.

    def merge(self, file: StagedFile, *, agency: str, batch: int, sha256: str, seen_before: bool) -> Counts:
        """Decide new, changed or unchanged; add versions; bring the current table up to date; file the rest."""
        for table in (file.rows, self._entries):
            if table is not None:
                dialect_of(self.connection).survey(self.connection, table)
        self._judge(file, agency, sha256, seen_before=seen_before)
        now, rows, key = current(file.kind), file.rows, self._matches(file, agency)
        kept = rows.c.verdict.in_(("new", "changed"))
        settled = self._settled(file, agency)
        cited = select(settled.c.key, func.max(settled.c.entry).label("entry")).group_by(settled.c.key).subquery()
        sequence = func.coalesce(now.c.sequence, 0) + 1
        self.connection.execute(
            insert(version).from_select(
                ["agency", "kind", "scope", "key", "sequence", "batch", "file", "content", "cargo", "digest", "corrects"],
                select(
                    literal(agency), literal(file.kind.name), literal(""), rows.c.key, sequence, literal(batch),
                    literal(file.position), rows.c.content, rows.c.cargo, rows.c.digest, cited.c.entry,
                ).select_from(rows.outerjoin(now, key).outerjoin(cited, cited.c.key == rows.c.key)).where(kept),
            )
        )  # fmt: skip
        self._bring_up_to_date(file, agency, batch)
        mended = select(settled.c.entry).join(rows, rows.c.key == settled.c.key).where(rows.c.verdict != "seen")
        self.connection.execute(
            update(quarantine).where(quarantine.c.id.in_(mended)).values(state="corrected", closed_batch=batch)
        )
        quarantined = 0 if file.is_over else self._file_entries(file, agency, batch, sha256)
        found: dict[str, int] = dict(self.connection.execute(select(rows.c.verdict, func.count()).group_by(rows.c.verdict)).all())
        new, changed = found.get("new", 0), found.get("changed", 0)
        unchanged = found.get("unchanged", 0) + found.get("seen", 0)
        accepted = new + changed + unchanged
        return Counts(
            read=accepted + quarantined, accepted=accepted, new=new, changed=changed, unchanged=unchanged, quarantined=quarantined
        )

    def pending(self, agency: str) -> int:
        """How many staged records point at a record that is not there yet (a row in quarantine)."""
        total = 0
        for file in self.files:
            waits: list[ColumnElement[bool]] = []
            for reference in (f for f in file.fields if f.refers_to):
                there = current(kind_of(str(reference.refers_to)))
                column = file.rows.c[reference.name]
                holder = CENTRE if reference.issuer == "centre" else agency
                waits.append(column.is_not(None) & ~exists().where(there.c.agency == holder, there.c.key == column))
            if waits:
                total += self.connection.execute(select(func.count()).select_from(file.rows).where(or_(*waits))).scalar_one()
        return total

    def _judge(self, file: StagedFile, agency: str, sha256: str, *, seen_before: bool) -> None:
        now, rows = current(file.kind), file.rows
        there = exists().where(self._matches(file, agency))
        if seen_before:
            # This very file was taken before: what it says is history already, unless the row was in quarantine.
            settled = self._settled(file, agency)
            waiting = select(settled.c.key).where(settled.c.sha256 == sha256)
            self.connection.execute(update(rows).where(there, rows.c.key.not_in(waiting)).values(verdict="seen"))
        differs = [rows.c[f.name].is_distinct_from(now.c[f.name]) for f in file.fields]
        yesterday = func.coalesce(now.c.cargo, "{}")
        differs.append(and_(rows.c.cargo.is_not(None), dialect_of(self.connection).says_other(yesterday, rows.c.cargo)))
        self.connection.execute(
            update(rows)
            .where(self._matches(file, agency), rows.c.verdict == "new")
            .values(verdict=case((or_(*differs), "changed"), else_="unchanged"))
        )

    def _bring_up_to_date(self, file: StagedFile, agency: str, batch: int) -> None:
        now, rows = current(file.kind), file.rows
        names = [f.name for f in file.fields]
        values = select(
            literal(agency), literal(""), rows.c.key, func.coalesce(now.c.sequence, 0) + 1, literal(batch),
            *(rows.c[name] for name in names), self._cargo(rows, now),
        )  # fmt: skip
        columns = ["agency", "scope", "key", "sequence", "batch", *names, "cargo"]
        upsert = (
            dialect_of(self.connection)
            .insert(now)
            .from_select(
                columns,
                values.select_from(rows.outerjoin(now, self._matches(file, agency))).where(
                    rows.c.verdict.in_(("new", "changed"))
                ),
            )
        )
        self.connection.execute(
            upsert.on_conflict_do_update(
                index_elements=["agency", "scope", "key"], set_={name: upsert.excluded[name] for name in columns[3:]}
            )
        )

    def _file_entries(self, file: StagedFile, agency: str, batch: int, sha256: str) -> int:
        """File the rows in quarantine: seen again, a row is the same entry, in the state it is in."""
        if self._entries is None:
            return 0
        rows = self._entries
        here = rows.c.file == file.position
        still_wrong = (quarantine.c.agency == agency, quarantine.c.kind == file.kind.name, quarantine.c.state == "open")
        corrected_in_vain = exists().where(rows.c.entry == quarantine.c.id, *still_wrong)
        self.connection.execute(
            update(quarantine)
            .where(here, rows.c.entry == quarantine.c.id, *still_wrong)
            .values({name: rows.c[name] for name in ("key", "body", "faults", "is_unique")} | {"last_batch": batch})
        )
        nth = func.row_number().over(partition_by=rows.c.digest, order_by=rows.c.row)
        upsert = dialect_of(self.connection).insert(quarantine).from_select(
            ["agency", "kind", "digest", "occurrence", "scope", "key", "state", "body", "faults", "is_unique",
             "file", "sha256", "row", "first_batch", "last_batch"],
            select(
                literal(agency), literal(file.kind.name), rows.c.digest, nth, literal(""), rows.c.key, literal("open"),
                rows.c.body, rows.c.faults, rows.c.is_unique, literal(file.name), literal(sha256),
                cast(rows.c.row, Text), literal(batch), literal(batch),
            ).where(here, ~corrected_in_vain).order_by(rows.c.row),
        )  # fmt: skip
        again: dict[str, Any] = {name: upsert.excluded[name] for name in ("file", "sha256", "row", "last_batch")}
        # An entry that was corrected in vain holds the later text, and what is wrong with that.
        same = quarantine.c.body == upsert.excluded.body
        again |= {name: case((same, upsert.excluded[name]), else_=quarantine.c[name]) for name in ("faults", "is_unique")}
        self.connection.execute(
            upsert.on_conflict_do_update(index_elements=["agency", "kind", "digest", "occurrence"], set_=again)
        )
        return int(self.connection.execute(select(func.count()).select_from(rows).where(here)).scalar_one())

    def _settled(self, file: StagedFile, agency: str) -> Subquery:
        """The open entries that staged records settle: those they name, or else those that carry their key.

        By its key alone a record does not settle an entry faulted `unique`: it may well be the other holder.
        The two are asked apart, as joins: databases find no quick way for "this or that" of each row.
        """
        rows = file.rows.alias("settling")
        is_open = and_(quarantine.c.agency == agency, quarantine.c.kind == file.kind.name, quarantine.c.state == "open")
        by_number = and_(rows.c.entry.is_not(None), quarantine.c.id == rows.c.entry)
        by_key = and_(rows.c.entry.is_(None), quarantine.c.key == rows.c.key, quarantine.c.is_unique == false())
        pairs = select(rows.c.key, quarantine.c.id.label("entry"), quarantine.c.sha256)
        return union_all(*(pairs.join_from(rows, quarantine, and_(is_open, how)) for how in (by_number, by_key))).subquery()

    @staticmethod
    def _matches(file: StagedFile, agency: str) -> ColumnElement[bool]:
        now = current(file.kind)
        return and_(now.c.agency == agency, now.c.scope == "", now.c.key == file.rows.c.key)

    def _cargo(self, rows: Table, now: Table) -> ColumnElement[str | None]:
        """Today's cargo over yesterday's: a column that is absent today is no change."""
        return case(
            (rows.c.cargo.is_(None), now.c.cargo),
            else_=dialect_of(self.connection).patched(func.coalesce(now.c.cargo, "{}"), rows.c.cargo),
        )


def _stored(field: Field) -> pl.Expr:
    """A column as the database holds it: dates and lists as text."""
    import polars as pl

    column = pl.col(field.name)
    if field.many:
        listed = pl.struct(field.name).struct.json_encode().str.strip_prefix(f"{{{json.dumps(field.name)}:").str.strip_suffix("}")
        return pl.when(column.is_not_null()).then(listed).alias(field.name)
    return column.cast(pl.String) if field.value.storage == "date" else column


def digest_of(content: str, cargo: str | None) -> str:
    """What tells one version of a record from another: the digest of what it says."""
    return hashlib.sha256(f"{content}\n{cargo or ''}".encode()).hexdigest()
