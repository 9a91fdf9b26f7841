"""Receiving an agency's files: the gate, the reading, and one transaction with its journal line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from cigem_core.errors import InternalError
from cigem_core.exchange.ages import AHEAD, check_day, check_newest, day_of_name, latest_by
from cigem_core.exchange.known import KnownKeys
from cigem_core.exchange.progress import Progress, silent
from cigem_core.exchange.remote import fetch, is_address
from cigem_core.exchange.services import Services
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW
from cigem_core.model.conventions import Axis
from cigem_core.model.fields import Kind, kind_of
from cigem_core.model.receipts import Assumed, FileReceipt, Receipt
from cigem_core.plugins import Plugins
from cigem_core.policy import Mask, Permit, permit
from cigem_core.report import Fault, NotRun, Rule
from cigem_core.sdk.batch import ENTRY, KEY, REPLACES, SCOPE, SURPLUS, TEXT, WITHOUT
from cigem_core.sdk.reading.corrected import is_corrections
from cigem_core.sdk.reading.inner import titles
from cigem_core.sdk.reading.items import indexed
from cigem_core.sdk.table import Table
from cigem_core.store import Store, cursors, journal
from cigem_core.store.acts import begin
from cigem_core.store.batches import add_file, was_taken
from cigem_core.store.cursors import Cursor
from cigem_core.store.merging import mended_again, merge, overtaken, pending, returned
from cigem_core.store.proof import watch
from cigem_core.store.schema import ensure
from cigem_core.store.staging import StagedFile, Staging
from cigem_core.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from cigem_core.sdk.batch import Batch


_ATTEMPTS = 5


def pull(
    store: Store,
    plugins: Plugins,
    agency: str,
    sources: Sequence[Any],
    *,
    on: date,
    by: str,
    axis: Axis | None = None,
    progress: Progress = silent,
    services: Services | None = None,
    again: bool = False,
    dry_run: bool = False,
) -> Receipt:
    """Receive files from an agency, or what its service says, and keep what they hold, all of them together.

    With `dry_run` everything is done and then given up: the receipt says what would have been kept, and its `journal` is None.

    Raises UnknownName for an agency without adapter, ConventionError when no clause in force lets these
    records cross, SourceRefused when a file cannot be read at all, or is older than one that was taken and `again` is not
    said; then nothing was kept.
    """
    adapter = plugins.adapter(agency)
    agency = adapter.agency
    services = services or Services()
    fetched = {
        url: fetch(store, adapter, services, url, on=on, axis=axis, progress=progress) for url in sources if is_address(url)
    }
    arranged = adapter.arrange([part for one in sources for part in (fetched[one].sources if is_address(one) else (one,))])
    if not again:
        check_newest(store, agency, arranged)
    kinds = tuple(dict.fromkeys(table.kind for table, _ in arranged))
    conventions = store.conventions()
    granted = permit(conventions, agency=agency, direction="pull", on=on, axis=axis, kinds=kinds)
    read_to = tuple(cursor for one in fetched.values() for cursor in one.cursors)
    unsaid = tuple(fault for one in fetched.values() for fault in one.faults)
    exchange = _Exchange(
        store=store, agency=agency, granted=granted, on=on, by=by, progress=progress, cursors=read_to, unsaid=unsaid,
        again=again, dry_run=dry_run,
    )  # fmt: skip
    return exchange.run(arranged, kinds)


@frozen(kw_only=True)
class _Read:
    """What was read of one file, beside its staged rows."""

    staged: StagedFile
    sha256: str
    read: int
    day: str | None
    """Of which day it is, as its name or a column says."""
    is_dated: bool
    """Whether a column says so."""
    corrects: bool
    """Whether it holds corrections, of rows that came before."""

    def mask_digest(self, mask: Mask) -> str:
        """What the mask says of its kind, and of the kinds of the records inside its records."""
        digests = [mask.digest_of(kind) for kind in (self.staged.kind, *(child.kind for child in self.staged.children))]
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


@define
class _ReadFiles:
    """What was read of all files, beside their staged rows."""

    files: list[_Read] = field(factory=list)
    faults: list[Fault] = field(factory=list)
    not_run: dict[NotRun, None] = field(factory=dict)
    assumed: dict[Assumed, None] = field(factory=dict)

    def take(self, name: str, batch: Batch) -> None:
        """What a batch of a file says beside its records."""
        self.faults += batch.faults
        self.not_run.update(dict.fromkeys(batch.not_run))
        self.assumed.update(dict.fromkeys(Assumed(name, said) for said in batch.assumed))

    def in_order(self) -> list[_Read]:
        """Corrections first, for their rows came before; then the files of each kind by their days, where all of them tell one.

        The newest has the last word.
        """
        kinds = [file.staged.kind.name for file in self.files]
        dated = [file for file in self.files if not file.corrects]
        told = {name: all(file.day for file in dated if file.staged.kind.name == name) for name in kinds}

        def place(file: _Read) -> tuple[int, bool, str]:
            name = file.staged.kind.name
            return kinds.index(name), not file.corrects, str(file.day) if told[name] and not file.corrects else ""

        return sorted(self.files, key=place)


@define(kw_only=True)
class _Exchange:
    store: Store
    agency: str
    granted: Permit
    on: date
    by: str
    progress: Progress
    cursors: Sequence[Cursor] = ()
    """How far the lists of a service were read."""
    unsaid: Sequence[Fault] = ()
    """What a service should have said and did not."""
    again: bool = False
    """Whether files may be older than those that were taken, and count in the order given."""
    dry_run: bool = False

    def run(self, arranged: list[tuple[Table, Source]], kinds: tuple[Kind, ...]) -> Receipt:
        """Read before the store is locked; keep under the lock, if what was looked up still holds."""
        for attempt in range(1, _ATTEMPTS + 1):
            before = self.store.head()
            keys = KnownKeys(self.store, self.agency)
            with self.store.staging() as staging:
                found = self._read(arranged, staging, keys)
                may_differ = keys.leans_on_records or any(fault.rule is Rule.FOREIGN_KEY for fault in found.faults)
                with self.store.committing(staging.connection, only_tried=self.dry_run):
                    unchanged = journal.head(staging.connection) == before
                    # A convention may have been amended while we read, or a missing record have come: then once more.
                    if unchanged or (self._still_granted(kinds) and (not may_differ or attempt == _ATTEMPTS)):
                        receipt = self._keep(staging, found, kinds)
                        return evolve(receipt, journal=None) if self.dry_run else receipt
        raise InternalError(Text(fr="l'échange n'a pas abouti", en="the exchange did not come to an end"))

    def _still_granted(self, kinds: tuple[Kind, ...]) -> bool:
        """Whether what was granted before reading is what is granted now; what is granted now counts from here on."""
        before = self.granted
        self.granted = permit(
            self.store.conventions(), agency=self.agency, direction="pull", on=self.on, axis=before.axis, kinds=kinds
        )
        return self.granted == before

    def _read(self, arranged: list[tuple[Table, Source]], staging: Staging, keys: KnownKeys) -> _ReadFiles:
        found, mask = _ReadFiles(), self.granted.mask
        for table, source in arranged:
            staged: StagedFile | None = None
            read, sha256 = 0, ""
            days: set[str] = set()
            self.progress(source.name, 0)
            keys.look_ahead(table, source, mask)
            for batch in table.scan(source, mask, known=keys):
                keys.take(batch)
                staged = staged or _open(staging, self.agency, source, batch)
                staging.accept(staged, batch.accepted, batch.children)
                staging.quarantine(staged, entries_of(batch))
                found.take(source.name, batch)
                read, sha256 = read + batch.read, batch.sha256
                days |= batch.days
                self.progress(source.name, read)
            if staged is None:
                raise InternalError(Text(fr=f"{source.name} : rien n'a été lu", en=f"{source.name}: nothing was read"))
            latest = latest_by(days, self.on)
            if days and latest is None:
                found.not_run[AHEAD] = None
            day = latest or day_of_name(table, source)
            file = _Read(
                staged=staged, sha256=sha256, read=read, day=day, is_dated=latest is not None, corrects=is_corrections(source)
            )
            found.files.append(file)
        return found

    def _keep(self, staging: Staging, found: _ReadFiles, kinds: tuple[Kind, ...]) -> Receipt:
        connection, granted, convention = staging.connection, self.granted, self.granted.convention
        ensure(connection, [*kinds, *(child.kind for file in found.files for child in file.staged.children)])
        watch(connection, [self.agency])
        files = found.files if self.again else found.in_order()
        for file in files if not self.again else ():
            if file.is_dated:
                name, day = file.staged.name, str(file.day)
                check_day(connection, self.agency, file.staged.kind, name=name, sha256=file.sha256, day=day)
        batch = begin(connection, "pull", agency=self.agency, on=self.on, by=self.by, granted=granted)
        cursors.move(connection, self.agency, self.cursors, batch=batch)
        receipts = []
        for file in files:
            staged, of_kind = file.staged, file.mask_digest(granted.mask)
            taken = was_taken(connection, file.sha256, staged.kind, of_kind)
            counts = merge(staging, staged, batch=batch, sha256=file.sha256, is_known=taken)
            if counts.read != file.read or not counts.balances:
                raise InternalError(
                    Text(fr=f"{staged.name} : le compte n'y est pas", en=f"{staged.name}: the count does not balance")
                )
            add_file(connection, batch, staged, of_kind, file.sha256, counts)
            receipts.append(FileReceipt(path=staged.name, sha256=file.sha256, kinds={staged.kind.name: counts}))
        receipt = Receipt(
            agency=self.agency,
            axis=granted.axis,
            convention=convention.reference,
            clause=granted.article,
            on=self.on,
            by=self.by,
            files=_by_file(receipts),
            pending=pending(staging),
            returned=returned(staging, batch=batch),
            mended_again=mended_again(staging, batch=batch),
            overtaken=self._overtaken(connection, files, batch),
            not_run=tuple(found.not_run),
            assumed=tuple(found.assumed),
            faults=(*found.faults, *self.unsaid),
        )
        facts = _facts(receipt, batch, granted, files)
        head = journal.write(connection, "pull", facts, on=self.on, by=self.by)
        return evolve(receipt, journal=head)

    def _overtaken(self, connection: Connection, files: Sequence[_Read], batch: int) -> int:
        """How many records have another last word than the corrections that came beside; where nobody gave the order himself."""
        mended, others = ([one.staged for one in files if one.corrects is corrects] for corrects in (True, False))
        return 0 if self.again else overtaken(connection, others, mended, batch=batch)


def _by_file(receipts: list[FileReceipt]) -> tuple[FileReceipt, ...]:
    """One receipt per file: the sheets of a workbook are told together."""
    files: dict[tuple[str, str, str], FileReceipt] = {}
    for one in receipts:
        for kind, counts in one.kinds.items():
            # Two files of one kind may well be the same: the second one is told apart.
            taken = [key for key in files if key[:2] == (one.path, one.sha256) and kind not in files[key].kinds]
            key = taken[0] if taken else (one.path, one.sha256, f"{len(files)}")
            whole = files.get(key, evolve(one, kinds={}))
            files[key] = evolve(whole, kinds={**whole.kinds, kind: counts})
    return tuple(files.values())


def _facts(receipt: Receipt, batch: int, granted: Permit, read: Sequence[_Read]) -> dict[str, Any]:
    """The journal's line of a pull: references, counts and digests. File names may name people: they stay out."""
    said = evolve(receipt, faults=()).as_dict("fr")
    files = [{"sha256": file["sha256"], "kinds": file["kinds"]} for file in said["files"]]
    for file in files:
        of_file = [one for one in read if one.is_dated and one.sha256 == file["sha256"] and one.staged.kind.name in file["kinds"]]
        if of_file:
            file["days"] = {one.staged.kind.name: one.day for one in of_file}
    return {"agency": receipt.agency, **granted.facts, "batch": batch, "pending": receipt.pending, "files": files}


def _open(staging: Staging, agency: str, source: Source, batch: Batch) -> StagedFile:
    """Room for the records of a source, as its first batch shows them."""
    inside = {
        name: tuple(f for f in kind_of(name).fields.values() if f.name in children.columns)
        for name, children in batch.children.items()
    }
    table = batch.table
    return staging.open(
        source.name,
        table.kind,
        batch.fields,
        agency=agency,
        children=inside,
        edits=bool(table.replaces),
        latest=table.latest,
        repeats=table.repeats,
        is_titled=not table.format.is_sparse,
    )


def entries_of(batch: Batch) -> list[dict[str, Any]]:
    """The rows in quarantine as the store keeps them: the row as it came, and what is wrong without values."""
    faults: dict[int, list[Fault]] = {}
    for fault in batch.faults:
        faults.setdefault(fault.address.place, []).append(fault)
    columns = [name for name in batch.quarantined.columns if not name.startswith("#")]
    titled = dict(zip(titles(columns), columns, strict=True))
    entries = []
    for row in batch.quarantined.iter_rows(named=True):
        place, found = row[ROW], faults[row[ROW]]
        entries.append(
            {
                "place": place,
                "row": str(found[0].address.row),
                "scope": row.get(SCOPE) or "",
                "key": row[KEY],
                REPLACES: row.get(REPLACES),
                "body": json.dumps(_body(batch, row, titled), ensure_ascii=False, sort_keys=True),
                "faults": json.dumps([_as_kept(fault) for fault in found], ensure_ascii=False),
                "is_unique": any(f.rule is Rule.UNIQUE for f in found),
                "entry": row[ENTRY],
                "is_hollow": row[ENTRY] is not None and not any(row[name] for name in columns),
            }
        )
    return entries


def _as_kept(fault: Fault) -> list[str | None]:
    """A fault without the value it was found in."""
    at = fault.address
    cell = [f"{at.sheet}!{at.cell}" if at.sheet else at.cell] if at.cell else []
    return [at.column, str(fault.rule), fault.remedy.fr, fault.remedy.en, *cell]


def _body(batch: Batch, row: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The row as it is kept: its cells by their columns, or its text where they could not be told apart."""
    lacked = {"without": row[WITHOUT]} if row[WITHOUT] else {}
    if row[TEXT] is not None:
        return {"text": row[TEXT], "columns": list(columns)} | lacked
    cells = indexed({title: row[name] for title, name in columns.items()})
    if cells:
        beside = [text for name, text in row.items() if name.startswith(SURPLUS) and text]
        return {"cells": cells} | ({"beside": beside} if beside else {}) | lacked
    # Under a narrower mask an extra delimiter would push a forbidden text under a permitted column.
    return {"file": batch.file, "row": row[ROW], "first": row[FIRST], "last": row[LAST], "columns": list(columns)} | lacked
