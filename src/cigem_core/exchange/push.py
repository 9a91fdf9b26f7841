"""Handing the centre's referrals over to an agency, in its own layout and under its clause."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve
from sqlalchemy import Connection

from cigem_core.errors import OperatorError
from cigem_core.exchange.delivery import deliver
from cigem_core.exchange.passage import REFERRAL, Passage
from cigem_core.model.conventions import Axis
from cigem_core.model.receipts import Dispatch, Remark
from cigem_core.plugins import Plugins
from cigem_core.policy import Permit, permit
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.hooks import Event
from cigem_core.sdk.table import Table
from cigem_core.sdk.writing import unwritten
from cigem_core.store import Store, journal, outbox, records
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


def push(store: Store, plugins: Plugins, agency: str, folder: Path, *, on: date, by: str, axis: Axis | None = None) -> Dispatch:
    """Write the referrals that wait for an agency to a file in a folder; each leaves once.

    What leaves is kept with the decision and its journal line, in one transaction; then the file is put in place. Raises
    UnknownName, ConventionError, or OperatorError where the folder cannot be written.
    """
    adapter = plugins.adapter(agency)
    table = referrals_table(adapter)
    place = _prepared(folder)
    deliver(store)
    with store.writing() as connection:
        conventions = store.conventions_in(connection)
        granted = permit(conventions, agency=adapter.agency, direction="push", on=on, axis=axis, kinds=[table.kind])
        passage = Passage(connection=connection, conventions=conventions, granted=granted, on=on)
        rows, remarks, withheld = _leaving(connection, passage)
        done = Dispatch(
            agency=adapter.agency, axis=granted.axis, convention=granted.convention.reference, clause=granted.article,
            on=on, by=by, waiting=len(rows) + withheld, sent=len(rows), withheld=withheld, remarks=tuple(remarks),
        )  # fmt: skip
        if not rows:
            return done
        frame, unsaid = _writable(table, frame_of(table.kind, rows))
        batch = store.add_batch(connection, granted, on=on, by=by)
        name = _free_name(connection, place, table.format.file_name(on))
        parcel = outbox.put(connection, batch=batch, place=str(place), name=name, content=_content(table, frame))
        outbox.holds(connection, parcel, to=adapter.agency, kind=table.kind, keys=[row["reference"] for row in rows])
        facts = _facts(done, granted, batch, parcel)
        head = journal.write(connection, "push", facts, on=on, by=by)
    _delivered(store, parcel)
    plugins.tell(Event(act="push", agency=adapter.agency, on=on, by=by, facts=facts))
    return evolve(done, files=(place / parcel.name,), sha256=(parcel.sha256,), remarks=(*remarks, *unsaid), journal=head)


def referrals_table(adapter: Adapter) -> Table:
    """The table by which an agency is handed referrals; OperatorError when its adapter has none."""
    for table in adapter.push:
        if table.kind is REFERRAL:
            return table
    raise OperatorError(
        Text(
            fr=f"l'adaptateur de {adapter.agency} ne dit pas comment lui transmettre des orientations (push=)",
            en=f"the adapter of {adapter.agency} does not say how referrals are handed to it (push=)",
        )
    )


def _prepared(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".cigem-probe"
        probe.touch(mode=0o600)
        probe.unlink()
        return folder.resolve()
    except OSError:
        raise OperatorError(
            Text(fr=f"{folder} : écriture impossible ; vérifier le dossier", en=f"{folder}: cannot be written; check the folder")
        ) from None


def _leaving(connection: Connection, passage: Passage) -> tuple[list[dict[str, Any]], list[Remark], int]:
    """What leaves of each referral that waits, and why some do not."""
    rows, remarks = [], []
    for referral in records.waiting(connection, REFERRAL, passage.to):
        leaves = passage.of(referral)
        if refusal := passage.refusal(referral, leaves):
            remarks.append(Remark(reference=referral["reference"], column=None, reason=refusal))
        else:
            rows.append(leaves)
    return rows, remarks, len(remarks)


def _writable(table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Remark]]:
    """The records without what the layout cannot say, and remarks that say so."""
    import polars as pl

    remarks = []
    for name, lost in unwritten(table, frame).items():
        said = Text(
            fr="la disposition de la structure ne peut le dire en entier ; le lui dire autrement",
            en="the agency's layout cannot say all of it; tell it in another way",
        )
        column = table.lenses[name].headers[0]
        remarks += [Remark(reference=frame["reference"][at], column=column, reason=said) for at in lost.arg_true()]
        if not table.kind.fields[name].many:
            # Of several values the first ones stand; a value that reads back as another one must not.
            frame = frame.with_columns(pl.when(~lost).then(pl.col(name)).alias(name))
    return frame, remarks


def _content(table: Table, frame: pl.DataFrame) -> bytes:
    cells, file = table.encode(frame), io.BytesIO()
    table.format.write(file, cells.columns, cells.rows())
    return file.getvalue()


def _free_name(connection: Connection, place: Path, name: str) -> str:
    """The name of the day's file, or of the day's second one."""
    taken = outbox.names_at(connection, str(place))
    stem, dot, ending = name.rpartition(".")
    number, free = 2, name
    while free in taken or (place / free).exists():
        free, number = f"{stem}_{number}{dot}{ending}", number + 1
    return free


def _facts(done: Dispatch, granted: Permit, batch: int, parcel: Parcel) -> dict[str, Any]:
    counts = {"waiting": done.waiting, "sent": done.sent, "withheld": done.withheld}
    return {"agency": done.agency, "batch": batch, **granted.facts, **counts, "files": [{"sha256": parcel.sha256}]}


def _delivered(store: Store, parcel: Parcel) -> None:
    waiting: Sequence[Parcel] = deliver(store)
    if parcel.id in {one.id for one in waiting}:
        raise OperatorError(
            Text(
                fr=f"{parcel.name} est prêt mais n'a pu être écrit ; il le sera à la prochaine ouverture de l'espace de travail",
                en=f"{parcel.name} is ready but could not be written; it will be when the workspace is next opened",
            )
        )
