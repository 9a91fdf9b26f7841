"""What is known beyond the files that are being read: keys and records that the store holds, and rows that wait in quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.exchange.corrections import cells_of
from cigem_core.model.fields import CENTRE, Field, Kind, kind_of
from cigem_core.report import Rule
from cigem_core.sdk.adapter import Keys
from cigem_core.sdk.batch import REPLACES
from cigem_core.sdk.declaration import Declaration
from cigem_core.sdk.frames import full, scope_of
from cigem_core.spelling import WHITE_SPACE
from cigem_core.store import Store
from cigem_core.store.holders import holders, kept
from cigem_core.store.keys import came_without, held, repeated
from cigem_core.store.quarantined import kept_rows

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.batch import Batch


class KnownKeys(Keys):
    """The keys of the sources being read, and those the store holds: read once, when first asked."""

    def __init__(self, store: Store, agency: str) -> None:
        super().__init__()
        self._store, self._agency = store, agency
        self._asked: dict[str, tuple[pl.Series, pl.Series]] = {}
        self._short: dict[str, Mapping[int, Mapping[str, str]]] = {}
        self.leans_on_records = False
        """Whether what was read depends on what records said: once they say otherwise, it is read again."""

    def take(self, batch: Batch) -> None:
        """Remember the keys of a batch, and the ids its records were edited under."""
        super().take(batch)
        if REPLACES in batch.accepted.columns:
            self.accepted[batch.table.kind.name].append(_replaced(batch))

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:
        """What is known of each key, here or in the store."""
        name = str(reference.refers_to)
        if reference.issuer == "centre":
            kept, waiting = self._store.keys(CENTRE, kind_of(name), to=self._agency)
            return self.standing(keys, [kept], [waiting])
        if name not in self._asked:
            self._asked[name] = self._store.keys(self._agency, kind_of(name))
            kept, waiting = self._asked[name]
            self.accepted.setdefault(name, []).insert(0, kept)
            self.claimed.setdefault(name, []).insert(0, waiting)
        return super().known(reference, keys)

    def repeated(self, kind: Kind) -> Mapping[int, str | None]:
        """The entries whose key was another's."""
        with self._store.reading() as connection:
            return repeated(connection, self._agency, kind)

    def short(self, table: Declaration) -> Mapping[int, Mapping[str, str]]:
        """The entries of rows that lacked cells, and those they had."""
        if table.kind.name not in self._short:
            with self._store.reading() as connection:
                every = kept_rows(connection, self._agency)
            waiting = [(entry, body) for _, entry, body in every if entry.kind == table.kind.name]
            lacking = [(entry, body) for entry, body in waiting if any(f.rule == Rule.MISSING_CELL for f in entry.faults)]
            told = {entry.id: cells_of(table, body) for entry, body in lacking}
            self._short[table.kind.name] = {
                entry: {name: bare for name, text in cells.items() if (bare := text.strip(WHITE_SPACE))}
                for entry, cells in told.items()
                if cells
            }
        return self._short[table.kind.name]

    def holders(self, kind: Kind, names: Sequence[str]) -> Mapping[str, tuple[frozenset[str], tuple[str, ...]]]:
        """The ids the store knows, and whose they are."""
        with self._store.reading() as connection:
            return holders(connection, self._agency, kind, names)

    def came_without(self, kind: Kind, entries: Sequence[int], keys: Sequence[str]) -> Mapping[int | str, frozenset[str]]:
        """The columns that rows in quarantine lacked."""
        with self._store.reading() as connection:
            return came_without(connection, self._agency, kind, entries, keys)

    def kept(self, kind: Kind, names: Sequence[str]) -> pl.DataFrame | None:
        """What the records of the agency say now."""
        self.leans_on_records = True
        with self._store.reading() as connection:
            return kept(connection, self._agency, kind, names)

    def held(self, kind: Kind) -> pl.Series:
        """The keys the store holds."""
        with self._store.reading() as connection:
            return held(connection, self._agency, kind)


def _replaced(batch: Batch) -> pl.Series:
    """The other ids of accepted records, with their scopes where they have them."""
    import polars as pl

    kind = batch.table.kind
    ids = batch.accepted.select(scope_of(kind), pl.col(REPLACES).alias("key")).explode("key").drop_nulls()
    return ids.select(pl.col("key") if kind.scope is None else full(pl.col("scope"), pl.col("key"))).to_series()
