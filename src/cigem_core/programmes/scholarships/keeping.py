"""Files of a round, kept: accepted records, and the rows in quarantine where whoever must mend them finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve

from cigem_core.exchange.pull import entries_of
from cigem_core.model.applications import Application
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.scholarships import InstalmentPaid
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.files import Intake
from cigem_core.programmes.scholarships.payments import Paid
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.batch import CARGO, ENTRY
from cigem_core.store import Store
from cigem_core.store.batches import add_file, was_taken
from cigem_core.store.merging import merge
from cigem_core.store.quarantined import kept_rows
from cigem_core.store.schema import ensure_current
from cigem_core.store.staging import Staging

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.batch import Batch
    from cigem_core.store.acts import Act
    from cigem_core.store.quarantined import Entry

_BETWEEN = "/"
"""Between a call and the name of its file: quarantines of several calls stand apart."""


def keep_applications(act: Act, batch: Batch, call: Call) -> Intake:
    """Keep what a file of applications holds: one that came before is a new version where it says something new."""
    import polars as pl

    kind = kind_of(Application)
    accepted = batch.accepted.with_columns(pl.lit(call.reference).alias("call"))
    fields = tuple(f for f in kind.fields.values() if f.name in accepted.columns)
    _keep_batch(act, batch, kind, accepted.select(*(f.name for f in fields), CARGO, ENTRY), call)
    return Intake.of(batch)


def keep_payments(act: Act, batch: Batch, call: Call, paid: Iterable[Paid]) -> Intake:
    """Keep what a file of payments holds; a line that came before is no second payment."""
    alike: Counter[Paid] = Counter()
    lines = []
    for one in paid:
        alike[one] += 1
        lines.append(
            InstalmentPaid(
                call=call.reference, application=one.application, payer=one.payer, due_on=one.due_on, paid_on=one.paid_on,
                units=one.units, position=alike[one],
            )
        )  # fmt: skip
    act.keep(*lines)
    _keep_batch(act, batch, batch.table.kind, batch.accepted.clear().select(*_names(batch), CARGO, ENTRY), call)
    return Intake.of(batch)


def keep_results(act: Act, batch: Batch, call: Call) -> None:
    """Keep what a file of results holds: a year that came before is a new version where it says something new."""
    _keep_batch(act, batch, batch.table.kind, batch.accepted.select(*_names(batch), CARGO, ENTRY), call)


def _names(batch: Batch) -> list[str]:
    return [f.name for f in batch.fields]


def _keep_batch(act: Act, batch: Batch, kind: Kind, accepted: pl.DataFrame, call: Call) -> None:
    """Stage and merge in the act's own transaction."""
    wording = call.digest
    ensure_current(act.connection, kind)
    fields = tuple(f for f in kind.fields.values() if f.name in accepted.columns)
    with Staging.within(act.connection) as staging:
        file = staging.open(f"{call.reference}{_BETWEEN}{batch.file}", kind, fields, agency=CENTRE, repeats=batch.table.repeats)
        staging.accept(file, accepted)
        staging.quarantine(file, entries_of(batch))
        # What a file said that came before is history: nothing newer is put back by it.
        known = was_taken(act.connection, batch.sha256, kind, wording)
        counts = merge(staging, file, batch=act.number, sha256=batch.sha256, is_known=known)
        files = act.facts.setdefault("files", [])
        add_file(act.connection, act.number, evolve(file, position=len(files)), wording, batch.sha256, counts)
    files.append({"kind": kind.name, "sha256": batch.sha256})


def rows_of(store: Store, kind: type[Any], call: str) -> Iterator[tuple[str, Entry, dict[str, Any]]]:
    """The rows of a call that wait in quarantine: the file each came in, its entry, and what was kept of it."""
    name = kind_of(kind).name
    with store.reading() as connection:
        waiting = kept_rows(connection, CENTRE)
    for _, entry, body in waiting:
        reference, _, file = entry.file.rpartition(_BETWEEN)
        if (entry.kind, reference) == (name, call):
            yield file, entry, body


def waiting_rows(store: Store, kind: type[Any], call: str) -> tuple[Fault, ...]:
    """The faults of the rows of a call that wait in quarantine, with what their cells held."""
    faults = []
    for file, entry, body in rows_of(store, kind, call):
        cells = body.get("cells", {})
        for fault in entry.faults:
            value = None if fault.column is None else cells.get(fault.column) or ""
            address = Address(file=file, row=int(entry.row), column=fault.column)
            faults.append(Fault(address=address, rule=Rule(fault.rule), value=value, remedy=fault.remedy))
    return tuple(faults)


def kept_intake(store: Store, kind: type[Any], call: str, accepted: int) -> Intake:
    """What the files of a call came to so far: records kept, and rows that wait."""
    faults = waiting_rows(store, kind, call)
    waiting = len({(fault.address.file, fault.address.row) for fault in faults})
    read = accepted + waiting
    return Intake(file="", sha256="", read=read, accepted=accepted, quarantined=waiting, faults=faults)
