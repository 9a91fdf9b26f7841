"""Acts: whatever the centre decides is kept here, in one transaction, with one line of the journal."""

from __future__ import annotations

from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import asdict, define, field
from sqlalchemy import Connection, insert

from cigem_core.errors import OperatorError
from cigem_core.model.bulk import stored
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.receipts import Head
from cigem_core.model.refs import hold
from cigem_core.policy import Permit
from cigem_core.sdk.batch import CARGO, ENTRY
from cigem_core.sdk.frames import column_of, key_of, scope_of
from cigem_core.store import journal, objects, records
from cigem_core.store.identity import epoch
from cigem_core.store.merging import merge
from cigem_core.store.schema import GRANTED, batch, ensure_current
from cigem_core.store.staging import Staging
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

R = TypeVar("R")

_LISTED = 50
"""How many records the journal line of an act names by their numbers; of more it says how many."""


def check_who_and_when(on: date, by: str) -> None:
    """Time and author are handed in, for whoever replays the past."""
    if type(on) is not date:
        raise OperatorError(Text(fr="on= est un jour (datetime.date)", en="on= is a day (datetime.date)"))
    if not isinstance(by, str) or not by.strip() or not by.isprintable():
        raise OperatorError(Text(fr="dire qui agit, sur une ligne (by=)", en="say who acts, on one line (by=)"))


def begin(connection: Connection, verb: str, *, agency: str, on: date, by: str, granted: Permit | None = None) -> int:
    """Begin an act; its number. `granted` is what lets it happen, where a convention must."""
    allowed = granted.facts if granted else dict.fromkeys(GRANTED, "")
    facts = {"act": verb, "agency": agency, "on": on, "by": by, **allowed}
    number: int = connection.execute(insert(batch).values(facts).returning(batch.c.id)).scalar_one()
    return number


@define(kw_only=True)
class Act:
    """Something the centre does on a day, while it is being kept: what is found and kept here belongs together.

    `facts` may be added to: the journal line says them. They are references, counts and digests, never what is personal.
    """

    connection: Connection
    verb: str
    on: date
    by: str
    agency: str = CENTRE
    """Whose records are kept, or with whom something is exchanged."""
    granted: Permit | None = None
    facts: dict[str, Any] = field(factory=dict)
    number: int = field(init=False)
    _kept: dict[str, dict[str, Any]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        check_who_and_when(self.on, self.by)
        said = self.connection, self.verb
        self.number = begin(*said, agency=self.agency, on=self.on, by=self.by, granted=self.granted)

    def find(self, kind: type[R], *, agency: str | None = CENTRE, **where: Any) -> list[R]:
        """The current records of a kind whose fields have these values; `__` stands for the dot of a group."""
        return list(objects.objects(self.connection, kind_of(kind), agency=agency, where=where))

    def next_number(self, kind: type[Any], prefix: str) -> str:
        """The number after the last one given under a prefix: `MG-2009-` → `MG-2009-0001`.

        After a restore it bears the mark of the epoch (`MG-2009-R1KXMW-0001`): what was given since the backup is not known,
        and must not be given to somebody else.
        """
        marked = f"{prefix}{epoch(self.connection).mark}"
        return f"{marked}{records.next_number(self.connection, kind_of(kind), marked):04d}"

    def keep(self, *given: Any) -> list[Any]:
        """Keep records of the centre's, each as a new version where it says something new; the records, with their refs.

        Raises OperatorError where a field holds no value of its own.
        """
        by_kind: dict[Kind, list[Any]] = {}
        for record in given:
            by_kind.setdefault(kind_of(type(record)), []).append(record)
        for kind, some in by_kind.items():
            self._keep(kind, some)
        return list(given)

    def close(self) -> Head:
        """Write the line of the journal."""
        kept = {"kept": {name: self._kept[name] for name in sorted(self._kept)}} if self._kept else {}
        facts = {
            "agency": self.agency,
            "batch": self.number,
            **(self.granted.facts if self.granted else {}),
            **kept,
            **self.facts,
        }
        return journal.write(self.connection, self.verb, facts, on=self.on, by=self.by)

    def _keep(self, kind: Kind, some: list[Any]) -> None:
        ensure_current(self.connection, kind)
        for reference in kind.references:
            ensure_current(self.connection, kind_of(str(reference.refers_to)))
        frame = _frame(kind, some)
        named = frame.select(scope_of(kind), key_of(kind))
        _check_keys(kind, named)
        with Staging.within(self.connection) as staging:
            file = staging.open(
                self.verb, kind, tuple(kind.fields.values()), agency=CENTRE, repeats=bool(named.is_duplicated().any())
            )
            staging.accept(file, frame)
            counts = merge(staging, file, batch=self.number, sha256="", is_known=False)
        said = {name: count for name, count in asdict(counts).items() if name in ("new", "changed", "unchanged") and count}
        keys = named["key"].to_list()
        listed = {"records": sorted(set(keys))} if len(keys) <= _LISTED else {}
        self._kept[kind.name] = said | listed
        scopes = named["scope"].to_list() if kind.scope else repeat(None)
        hold(some, zip(repeat(CENTRE), repeat(kind.name), keys, scopes, strict=False))


def _frame(kind: Kind, some: list[Any]) -> pl.DataFrame:
    """Records as staging takes them: a column per field, no cargo, and no entry they would correct."""
    import polars as pl

    columns = stored(kind, some)
    frame = pl.DataFrame([column_of(f, columns[f.name]) for f in kind.fields.values()])
    return frame.with_columns(pl.lit(None, pl.String).alias(CARGO), pl.lit(None, pl.Int64).alias(ENTRY))


def _check_keys(kind: Kind, named: pl.DataFrame) -> None:
    if named["key"].null_count():
        raise OperatorError(
            Text(fr=f"une fiche « {kind.label.fr} » n'a pas de numéro", en=f"a record of '{kind.label.en}' has no number")
        )
