"""Handing an agency the centre's records that are addressed to it, in its own layout and under its clause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import Connection

from cigem_core.errors import OperatorError
from cigem_core.exchange.delivery import deliver
from cigem_core.exchange.loads import Fillings, Load, Rows, file_of, letters_of, lock_by, prepared, rows_of
from cigem_core.exchange.passage import REFERRAL, Passage, unwritable
from cigem_core.exchange.posting import Posted, post, waiting
from cigem_core.exchange.services import Services
from cigem_core.exchange.waybills import waybill_facts
from cigem_core.formats.books.sheets import SheetTable
from cigem_core.formats.posts import Letterbox
from cigem_core.formats.source import Source
from cigem_core.model.conventions import Axis
from cigem_core.model.fields import Kind, kind_of
from cigem_core.model.receipts import Dispatch, Remark
from cigem_core.plugins import Plugins
from cigem_core.policy import permit
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.table import Table
from cigem_core.store import Store, journal, outbox, records
from cigem_core.store.acts import begin
from cigem_core.store.outbox import Parcel
from cigem_core.store.wordings import wordings
from cigem_core.text import Text


@frozen(kw_only=True)
class Way:
    """How an agency takes records of one addressed kind, and where to: a folder, its service's address, a workbook to add to."""

    adapter: Adapter
    table: Table
    kind: Kind
    """What leaves; the table's own kind, or the one whose records ask for the table's rows."""
    to: str
    into: Source | None = None

    @property
    def is_by_letter(self) -> bool:
        """Whether each record is posted to a service."""
        return isinstance(self.table.format, Letterbox)

    @property
    def is_markup(self) -> bool:
        """Whether what leaves is written as XML, which cannot hold every character: a workbook, a form."""
        return self.into is not None or self.table.form is not None

    def place(self, services: Services) -> str:
        """Where parcels go: a folder that can be written to, made where it is not there; a service that can be spoken to."""
        return services.place(self.adapter, self.to) if self.is_by_letter else str(prepared(Path(self.to)))

    def load(self, connection: Connection, rows: Rows, place: str, on: date, fillings: Fillings) -> Load:
        """What leaves of some records."""
        if isinstance(self.table.format, Letterbox):
            return letters_of(connection, self.table, self.table.format, rows, place)
        if self.into is not None and self.table.kind is self.kind:
            return rows_of(connection, self.table, rows, self.into, Path(place))
        if self.into is not None:
            if (fill := fillings.get(self.table.kind.name)) is None:
                what = self.table.kind.label
                raise OperatorError(
                    Text(
                        fr=f"{self.adapter.agency} : aucun programme d'ici ne sait remplir ces lignes : {what.fr}",
                        en=f"{self.adapter.agency}: no programme here knows how to fill such rows: {what.en}",
                    )
                )
            return fill(connection, self.adapter, self.table, rows, into=self.into, folder=Path(place), on=on)
        return file_of(connection, self.table, rows, Path(place), on)


def push(
    store: Store, plugins: Plugins, agency: str, to: str | Path, *, on: date, by: str,
    axis: Axis | None = None, kind: type | str | None = None, into: Any = None, services: Services | None = None,
    fillings: Fillings | None = None, dry_run: bool = False,
) -> Dispatch:  # fmt: skip
    """Hand over the records of an addressed kind that wait for an agency on one axis; each leaves once.

    `kind` may be left out where the agency takes one only. `fillings` say how rows that it keeps itself are made of them.
    What leaves is kept with the decision and its journal line, in one transaction; then files are put in place, and
    letters sent. With `dry_run` all is decided and then given up: the dispatch says what would leave, and nothing is written,
    made or sent. Raises UnknownName, ConventionError, or OperatorError where the folder cannot be written.
    """
    way, services = _way(plugins.adapter(agency), kind, str(to), into), services or Services()
    place = way.to if dry_run else way.place(services)
    locks = [lock_by(way.into)] if way.into is not None else []
    if not dry_run:
        deliver(store, on=on, by=by, locks=locks)
    with store.writing(only_tried=dry_run) as connection:
        conventions = wordings(connection)
        granted = permit(conventions, agency=way.adapter.agency, direction="push", on=on, axis=axis, kinds=[way.kind])
        passage = Passage(kind=way.kind, connection=connection, conventions=conventions, granted=granted, on=on)
        rows, remarks = _leaving(connection, passage, as_markup=way.is_markup)
        load = way.load(connection, rows, place, on, fillings or {}) if rows else Load()
        held = [key for draft in load.drafts for key in draft.keys]
        done = Dispatch(
            agency=way.adapter.agency, axis=granted.axis, convention=granted.convention.reference, clause=granted.article,
            on=on, by=by, waiting=len(rows) + len(remarks), sent=len(held), withheld=len(remarks) + load.withheld,
            remarks=(*remarks, *load.remarks), faults=load.faults,
        )  # fmt: skip
        if load.drafts and not dry_run:
            parcels, done = _kept(connection, passage, load, done)
    if dry_run:
        return done
    if way.is_by_letter:
        done = evolve(done, remarks=(*done.remarks, *_elsewhere(store, way.adapter, place)))
        return _posted(done, post(store, way.adapter, services, on=on, by=by, url=place), held)
    return _delivered(store, parcels, done, locks) if load.drafts else done


def _way(adapter: Adapter, asked: type | str | None, to: str, into: Any) -> Way:
    table = push_table(adapter, asked)
    is_address = "://" in to
    by_letter, in_workbook = isinstance(table.format, Letterbox), isinstance(table.format, SheetTable)
    what = table.kind.label
    if by_letter != is_address:
        raise OperatorError(
            Text(
                fr=f"{adapter.agency} reçoit par son service ce qui lui est adressé ({what.fr}) : donner son adresse (--to https://…)"
                if by_letter
                else f"{adapter.agency} reçoit par fichier ce qui lui est adressé ({what.fr}) : donner un dossier (--to DOSSIER)",
                en=f"{adapter.agency} takes what is addressed to it ({what.en}) by its service; give its address (--to https://…)"
                if by_letter
                else f"{adapter.agency} takes what is addressed to it ({what.en}) as a file; give a folder (--to FOLDER)",
            )
        )
    if in_workbook != (into is not None):
        raise OperatorError(
            Text(
                fr=f"{adapter.agency} : donner le classeur à compléter (--into CLASSEUR)"
                if in_workbook
                else f"{adapter.agency} ne reçoit pas de classeur à compléter : ôter --into",
                en=f"{adapter.agency}: give the workbook to add to (--into WORKBOOK)"
                if in_workbook
                else f"{adapter.agency} takes no workbook to add to; leave --into out",
            )
        )
    source = None if into is None else Source.of(into)
    return Way(adapter=adapter, table=table, kind=addressed_kind(table.kind), to=to, into=source)


def addressed_kind(kind: Kind) -> Kind:
    """What leaves where rows of a kind are pushed: the kind itself, or the one whose records ask for such rows."""
    return kind_of(kind.asked_by) if kind.asked_by else kind


def push_table(adapter: Adapter, asked: type | str | None = None) -> Table:
    """The table by which an agency is handed records of an addressed kind, or of the only one it takes.

    OperatorError where its adapter has none, or several and none was asked for.
    """
    wanted = None if asked is None else addressed_kind(kind_of(asked))
    by_kind = {addressed_kind(table.kind): table for table in reversed(adapter.push)}
    if wanted is None and len(by_kind) == 1:
        (wanted,) = by_kind
    if wanted in by_kind:
        return by_kind[wanted]
    if wanted is None and by_kind:
        listed = ", ".join(sorted(kind.name for kind in by_kind))
        raise OperatorError(
            Text(
                fr=f"{adapter.agency} reçoit plusieurs types de fiches ({listed}) : dire lequel (--kind)",
                en=f"{adapter.agency} takes several kinds ({listed}); say which (--kind)",
            )
        )
    what = (wanted or REFERRAL).label
    raise OperatorError(
        Text(
            fr=f"l'adaptateur de {adapter.agency} ne dit pas comment lui transmettre ceci : {what.fr} (push=)",
            en=f"the adapter of {adapter.agency} does not say how this is handed to it: {what.en} (push=)",
        )
    )


def _leaving(connection: Connection, passage: Passage, *, as_markup: bool) -> tuple[list[dict[str, Any]], list[Remark]]:
    """What leaves of each record that waits and was decided for this axis, and why some do not."""
    rows, remarks = [], []
    for waits in records.waiting(connection, passage.kind, passage.to):
        if waits["axis"] != passage.granted.axis:
            continue  # the clause of another axis let it in, and under that one it leaves
        leaves = passage.of(waits)
        if refusal := passage.refusal(waits, leaves) or (unwritable(leaves) if as_markup else None):
            remarks.append(Remark(reference=waits["reference"], column=None, reason=refusal))
        else:
            rows.append(leaves)
    return rows, remarks


def _kept(connection: Connection, passage: Passage, load: Load, done: Dispatch) -> tuple[list[Parcel], Dispatch]:
    """The parcels in the outbox, with their line in the journal."""
    granted = passage.granted
    batch = begin(connection, "push", agency=done.agency, on=done.on, by=done.by, granted=granted)
    ids = [outbox.put(connection, draft, batch=batch, to=done.agency, kind=passage.kind) for draft in load.drafts]
    parcels = list(outbox.parcels(connection, ids=ids))
    counts = {"waiting": done.waiting, "sent": done.sent, "withheld": done.withheld}
    files = [{"sha256": parcel.sha256} for parcel in parcels]
    facts = {"agency": done.agency, "batch": batch, **granted.facts, **counts, "files": files}
    facts |= {**waybill_facts(parcels), "onward": passage.onward}
    return parcels, evolve(done, journal=journal.write(connection, "push", facts, on=done.on, by=done.by))


def _elsewhere(store: Store, adapter: Adapter, place: str) -> list[Remark]:
    """The letters that wait at another address than the one given."""
    with store.reading() as connection:
        away = [letter for letter in waiting(connection, adapter.agency) if letter.place != place]
    moved = f"cigem outbox retry {adapter.agency} --to {place}"
    return [
        Remark(
            reference=", ".join(letter.references),
            column=None,
            reason=Text(
                fr=f"attend encore à {letter.place} ; si le service a déménagé : {moved}",
                en=f"still waits at {letter.place}; if the service has moved: {moved}",
            ),
        )
        for letter in away
    ]


def _delivered(store: Store, parcels: Sequence[Parcel], done: Dispatch, locks: Sequence[bytes]) -> Dispatch:
    waiting = {one.id for one in deliver(store, on=done.on, by=done.by, locks=locks).waiting}
    for parcel in parcels:
        if parcel.id in waiting:
            raise OperatorError(
                Text(
                    fr=f"{parcel.name} est prêt mais n'a pu être écrit ; l'écrire quand le dossier sera là : cigem deliver",
                    en=f"{parcel.name} is ready but could not be written; write it when the folder is there: cigem deliver",
                )
            )
    return evolve(done, files=tuple(Path(p.place) / p.name for p in parcels), sha256=tuple(p.sha256 for p in parcels))


def _posted(done: Dispatch, posted: Posted, held: Sequence[str]) -> Dispatch:
    """What became of the letters: those that waited from before are told as well."""
    left, refused, delayed = (
        [key for parcel in some for key in parcel.references] for some in (posted.left, posted.refused, posted.delayed)
    )
    earlier = len({*left, *refused, *delayed} - set(held))
    return evolve(
        done, waiting=done.waiting + earlier, sent=len(left), refused=len(refused), delayed=len(delayed),
        faults=(*done.faults, *posted.faults), trouble=posted.trouble.text if posted.trouble else None,
    )  # fmt: skip
