"""Staging: decoded rows wait in temporary tables of the writer's own connection, then move in one transaction.

Temporary tables take no lock on the workspace, belong to nobody else, and are gone with the connection
whatever happens: a crash leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from sqlalchemy import Connection, Table

from cigem_core.errors import InternalError
from cigem_core.formats.tables import ROW
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.sdk.batch import CARGO, ENTRY, REPLACES
from cigem_core.sdk.frames import key_of, scope_of
from cigem_core.store import rooms
from cigem_core.store.dialects import dialect_of
from cigem_core.store.rooms import PLACE
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True, eq=False)
class StagedChildren:
    """The records inside the records of one file."""

    kind: Kind
    fields: tuple[Field, ...]
    parent: Field
    """The field that refers to the record they stand in."""
    rows: Table


@frozen(kw_only=True, eq=False)
class StagedFile:
    """One file whose rows wait."""

    position: int
    name: str
    agency: str
    kind: Kind
    fields: tuple[Field, ...]
    """The fields that may cross and that the file speaks of."""
    rows: Table
    children: tuple[StagedChildren, ...] = ()
    names: Table | None = None
    """The other ids its records give themselves; None where its records are not edited."""
    latest: str | None = None
    """The field that holds the moment of a record's last change."""
    repeats: bool = False
    """Whether a key may stand again in it, the later row being a later version."""
    is_titled: bool = False
    """Whether its columns are found by their titles, of which letter case and stray spaces do not count."""

    @property
    def has_turns(self) -> bool:
        """Whether several rows may be versions of one record."""
        return self.repeats or self.latest is not None or self.names is not None


@define
class Staging:
    """The rows of one exchange, before they are kept."""

    connection: Connection
    files: list[StagedFile] = field(factory=list)
    entries: Table | None = None
    """The rows that cannot be taken, of all files; None while there are none."""
    is_within: bool = False
    """Whether a transaction is under way, in which rows are staged as well as kept."""
    _heights: dict[int, int] = field(factory=dict)

    @classmethod
    @contextmanager
    def within(cls, connection: Connection) -> Iterator[Staging]:
        """Room within the transaction of an act; it is gone with the act's next step."""
        staging = cls(connection, is_within=True)
        yield staging
        beside = [staging.entries] if staging.entries is not None else []
        for table in (*(file.rows for file in staging.files), *beside):
            connection.exec_driver_sql(f"DROP TABLE {table.name}")

    def open(
        self,
        name: str,
        kind: Kind,
        fields: tuple[Field, ...],
        *,
        agency: str,
        children: Mapping[str, tuple[Field, ...]] | None = None,
        edits: bool = False,
        latest: str | None = None,
        repeats: bool = False,
        is_titled: bool = False,
    ) -> StagedFile:
        """Make room for the rows of a file, and for the records inside them."""
        position = len(self.files)
        label = f"staged_{position}"
        inside = [self._beside(label, kind, kind_of(n), some) for n, some in (children or {}).items()]
        file = StagedFile(
            position=position,
            name=name,
            agency=agency,
            kind=kind,
            fields=fields,
            rows=self.make(rooms.rows(label, fields, edits=edits)),
            children=tuple(inside),
            names=self.make(rooms.names(label)) if edits else None,
            latest=latest if any(f.name == latest for f in fields) else None,
            repeats=repeats,
            is_titled=is_titled,
        )
        self.files.append(file)
        return file

    def accept(self, file: StagedFile, accepted: pl.DataFrame, children: Mapping[str, pl.DataFrame] | None = None) -> None:
        """Stage accepted records: columns of the file's fields, `#cargo`, `#entry` for what they correct, and `#replaces`.

        `children` has the records inside them, by kind; they name the record they stand in.
        """
        import polars as pl

        first = self._heights.get(file.position, 0)
        self._heights[file.position] = first + accepted.height
        placed = accepted.with_columns(scope_of(file.kind), key_of(file.kind)).with_row_index(PLACE, offset=first)
        inside = {child.kind.name: _inside(placed, child, (children or {})[child.kind.name]) for child in file.children}
        content = _content(placed, file, inside)
        digests = [digest_of(c, g) for c, g in zip(content.to_list(), placed[CARGO].to_list(), strict=True)]
        frame = placed.select(
            PLACE,
            pl.lit(file.agency).alias("agency"),
            "scope",
            "key",
            pl.col("key").alias("own"),
            *(_stored(f) for f in file.fields),
            pl.col(CARGO).alias("cargo"),
            content.alias("content"),
            pl.Series("digest", digests, dtype=pl.String),
            pl.col(ENTRY).alias("entry"),
            pl.lit(0).alias("step"),
            pl.lit(0).alias("turn"),
            pl.lit("new").alias("verdict"),
        )
        self._load(file.rows, frame)
        for child in file.children:
            of_kind = inside[child.kind.name].with_columns(key_of(child.kind))
            self._load(child.rows, of_kind.select(PLACE, "scope", "key", *(_stored(f) for f in child.fields)))
        if file.names is not None and REPLACES in placed.columns:
            self._load(file.names, _named(placed))

    def quarantine(self, file: StagedFile, rows: list[dict[str, Any]]) -> None:
        """Stage rows that cannot be taken: dicts of `place`, `row`, `scope`, `key`, `body`, `faults`, `is_unique`, `entry`.

        `is_hollow`: nothing stands in it but the number of its entry. Those of edited records have `#replaces`.
        """
        import polars as pl

        if not rows:
            return
        if self.entries is None:
            self.entries = self.make(rooms.entries())
        given = {name: pl.Series([row[name] for row in rows], dtype=dtype) for name, dtype in _entry_types().items()}
        digests = pl.Series([digest_of(row["body"], None) for row in rows])
        position = pl.Series([file.position] * len(rows))
        self._load(self.entries, pl.DataFrame({"file": position, "digest": digests, **given}))
        if file.names is not None:
            self._load(file.names, _named(_said_in_vain(rows)))

    def make(self, room: Table) -> Table:
        """Make a temporary table and its indexes."""
        raw = self.connection.connection.driver_connection
        assert raw is not None
        for made in rooms.making(room, self.connection.engine.url.drivername):
            raw.cursor().execute(made)
        return room

    def fill(self, table: Table, frame: pl.DataFrame) -> None:
        """Put rows into a temporary table while the exchange is kept."""
        ways = dialect_of(self.connection)
        ways.fill(self.connection.connection.driver_connection, table, frame)
        ways.survey(self.connection, table)

    def _beside(self, label: str, parent: Kind, kind: Kind, fields: tuple[Field, ...]) -> StagedChildren:
        refers = next(f for f in kind.keys if f.refers_to == parent.name)
        return StagedChildren(kind=kind, fields=fields, parent=refers, rows=self.make(rooms.children(label, kind, fields)))

    def _load(self, table: Table, frame: pl.DataFrame) -> None:
        ways = dialect_of(self.connection)
        (ways.fill if self.is_within else ways.load)(self.connection.connection.driver_connection, table, frame)


def _entry_types() -> dict[str, Any]:
    import polars as pl

    texts = dict.fromkeys(("row", "scope", "key", "body", "faults"), pl.String)
    return {PLACE: pl.Int64, **texts, "is_unique": pl.Boolean, "is_hollow": pl.Boolean, "entry": pl.Int64}


def _inside(placed: pl.DataFrame, child: StagedChildren, children: pl.DataFrame) -> pl.DataFrame:
    """The children of staged records, in their order, with the place of the record each stands in."""
    import polars as pl

    # Where a key stands again in a file, its children say of which row they are.
    names = {ROW: ROW} if ROW in children.columns else {child.parent.name: "key"}
    if child.kind.scope is not None:
        names |= {child.kind.scope.name: "scope"}
    parents = placed.select(PLACE, "scope", *(pl.col(theirs).alias(ours) for ours, theirs in names.items()))
    found = children.join(parents, on=list(names), how="inner")
    if found.height != children.height:
        raise InternalError(Text(fr="des sous-fiches n'ont pas de fiche", en="some children have no record"))
    return found.sort(PLACE, *(f.name for f in child.kind.keys if f is not child.parent))


def _content(placed: pl.DataFrame, file: StagedFile, inside: Mapping[str, pl.DataFrame]) -> pl.Series:
    """What each record says, as canonical JSON: its fields, and its children under the name of their kind."""
    import polars as pl

    for child in file.children:
        said = pl.struct(sorted(f.name for f in child.fields if f is not child.parent))
        listed = inside[child.kind.name].group_by(PLACE, maintain_order=True).agg(said.alias(child.kind.name))
        placed = placed.join(listed, on=PLACE, how="left", maintain_order="left")
        placed = placed.with_columns(pl.col(child.kind.name).fill_null(pl.lit([], dtype=listed.schema[child.kind.name])))
    names = sorted([f.name for f in file.fields] + [child.kind.name for child in file.children])
    return placed.select(pl.struct(names).struct.json_encode()).to_series()


def _named(placed: pl.DataFrame) -> pl.DataFrame:
    """The ids that records give beside their own."""
    import polars as pl

    named = placed.select(PLACE, "scope", pl.col("key").alias("own"), pl.col(REPLACES).alias("alias"))
    return named.filter(pl.col("alias").is_not_null()).explode("alias").filter(pl.col("alias") != pl.col("own")).unique()


def _said_in_vain(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Which ids rows in quarantine give themselves: they are of no accepted record, and have no place among them."""
    import polars as pl

    given = [(None, row["scope"], row["key"], row.get(REPLACES)) for row in rows if row["key"] is not None]
    types: dict[str, Any] = {PLACE: pl.Int64, "scope": pl.String, "key": pl.String, REPLACES: pl.List(pl.String)}
    return pl.DataFrame(given, schema=types, orient="row")


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
