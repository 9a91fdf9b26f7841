"""What leaves of the records that wait, by the ways agencies take them: a file, rows of their workbook, letters."""

from __future__ import annotations

import hashlib
import io
import json
import os
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen
from sqlalchemy import Connection

from cigem_core.errors import OperatorError
from cigem_core.formats.guard import LIMITS
from cigem_core.formats.posts import Letterbox
from cigem_core.formats.source import Source
from cigem_core.model.receipts import Remark
from cigem_core.newfiles import new_file
from cigem_core.report import Fault
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.adding import added
from cigem_core.sdk.frames import frame_of
from cigem_core.sdk.table import Table
from cigem_core.sdk.writing import unwritten
from cigem_core.store import outbox
from cigem_core.store.identity import epoch
from cigem_core.store.locking import lock_of
from cigem_core.store.outbox import Draft
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

Rows = Sequence[Mapping[str, Any]]
"""Records of an addressed kind in stored forms, as far as they may leave."""


@frozen(kw_only=True)
class Load:
    """What leaves, and what of the records does not."""

    drafts: tuple[Draft, ...] = ()
    remarks: tuple[Remark, ...] = ()
    withheld: int = 0
    faults: tuple[Fault, ...] = ()


class Filling(Protocol):
    """How a programme makes rows that an agency keeps of the records that ask for them: seats of a plan, of referrals."""

    def __call__(
        self, connection: Connection, adapter: Adapter, table: Table, rows: Rows, *, into: Source, folder: Path, on: date
    ) -> Load:
        """The agency's workbook with a row for each record that gets one."""
        ...


Fillings = Mapping[str, Filling]
"""The kind of the rows, by name → how they are made."""


def file_of(connection: Connection, table: Table, rows: Rows, folder: Path, on: date) -> Load:
    """One file of the agency's layout, for a folder."""
    frame, remarks = writable(table, frame_of(table.kind, rows))
    cells, file = table.encode(frame), io.BytesIO()
    table.format.write(file, cells.columns, cells.rows())
    name = free_name(connection, folder, table.format.file_name(on))
    keys = {row["reference"]: None for row in rows}
    draft = Draft(place=str(folder), name=name, content=file.getvalue(), keys=keys)
    return Load(drafts=(draft,), remarks=tuple(remarks))


def rows_of(connection: Connection, table: Table, rows: Rows, into: Source, folder: Path) -> Load:
    """The agency's own workbook with a row for each below the others; SourceRefused where it has no such sheet or columns."""
    frame, remarks = writable(table, frame_of(table.kind, rows))
    content = added(table, into, table.encode(frame))
    keys = {row["reference"]: None for row in rows}
    draft = Draft(
        place=str(folder), name=free_name(connection, folder, into.name), content=content, lock=lock_by(into), keys=keys
    )
    return Load(drafts=(draft,), remarks=tuple(remarks))


def lock_by(into: Source) -> bytes:
    """What locks whatever is made of a workbook while it waits."""
    return lock_of(into.whole(LIMITS.largest)[0])


def letters_of(connection: Connection, table: Table, box: Letterbox, rows: Rows, url: str) -> Load:
    """A letter for each, to the agency's service, under a key that is the same for whoever sends it from a copy or a backup.

    What a form asks for and a record does not say withholds it.
    """
    frame, remarks = writable(table, frame_of(table.kind, rows))
    identity, taken = epoch(connection).identity, outbox.names_at(connection, url)
    drafts, withheld = list[Draft](), 0
    for row, cells in zip(rows, table.encode(frame).iter_rows(named=True), strict=True):
        if unmet := _unmet(table, row["reference"], cells):
            remarks, withheld = [*remarks, *unmet], withheld + 1
            continue
        key = _key(identity, row["reference"], cells, taken)
        letter, keys = box.letter(cells, key), {row["reference"]: None}
        drafts.append(Draft(place=url, name=key, content=letter.content, path=letter.path, media=letter.media, keys=keys))
    return Load(drafts=tuple(drafts), remarks=tuple(remarks), withheld=withheld)


def _key(identity: str, reference: str, cells: Mapping[str, Any], taken: Collection[str]) -> str:
    """The key of a letter: of which workspace, which record (its number bears the epoch) and what it says.

    What was taken back and says the same again is another letter: it gets the next key.
    """
    for turn in count():
        said = json.dumps([identity, reference, cells, turn], ensure_ascii=False, default=str)
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(said.encode()).hexdigest()))
        if key not in taken:
            break
    return key


def _unmet(table: Table, reference: str, cells: Mapping[str, Any]) -> list[Remark]:
    """What the agency's form asks for and a record does not say."""
    if table.form is None:
        return []
    from cigem_core.sdk.forms.rules import FormRules

    answers = {name: text for name, text in cells.items() if text not in (None, "")}
    faults = FormRules(table.form()).unmet(answers)
    return [Remark(reference=reference, column=fault.header, reason=fault.remedy) for fault in faults]


def writable(table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Remark]]:
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


def free_name(connection: Connection, place: Path, name: str) -> str:
    """The name of the day's file, or of the day's second one."""
    taken = outbox.names_at(connection, str(place))
    stem, dot, ending = name.rpartition(".")
    number, free = 2, name
    while free in taken or (place / free).exists():
        free, number = f"{stem}_{number}{dot}{ending}", number + 1
    return free


def prepared(folder: Path) -> Path:
    """A folder that can be written to, made where it was not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new_file(folder / f".cigem-probe.{os.getpid()}").unlink()
        return folder.resolve()
    except OSError:
        raise OperatorError(
            Text(fr=f"{folder} : écriture impossible ; vérifier le dossier", en=f"{folder}: cannot be written; check the folder")
        ) from None
