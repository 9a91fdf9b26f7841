"""Whether a file is older than one that was taken: taken now, it would put people back to what was known of them before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from cigem_core.errors import SourceRefused
from cigem_core.formats.naming import day_in
from cigem_core.formats.source import Source
from cigem_core.model.fields import Kind
from cigem_core.report import NotRun
from cigem_core.sdk.table import Table
from cigem_core.store import Store, journal
from cigem_core.store.schema import batch, batch_file
from cigem_core.text import Text

AHEAD = NotRun(
    rule="dated",
    reason=Text(
        fr="le fichier n'est que de jours d'après l'échange : son âge n'est pas connu",
        en="the file tells no days but those after the exchange: its age is not known",
    ),
)


def check_newest(store: Store, agency: str, arranged: Sequence[tuple[Table, Source]]) -> None:
    """SourceRefused where a name tells an older day than that of a file that was taken; one taken as it is changes nothing."""
    for table, source in arranged:
        day = day_of_name(table, source)
        if day is None:
            continue
        with store.reading() as connection:
            taken = _taken(connection, agency, table.kind)
        told = (day_in(str(getattr(table.format, "name", "")), name) for name in taken.values())
        newer = max((other for other in told if other is not None), default=day)
        if newer > day and source.sha256() not in taken:
            raise _older(source.name, newer)


def check_day(connection: Connection, agency: str, kind: Kind, *, name: str, sha256: str, day: str) -> None:
    """The same where it is not its name, but a column, that tells of which day a file is."""
    newer = max(_days_taken(connection, agency, kind), default=day)
    if newer > day and sha256 not in _taken(connection, agency, kind):
        raise _older(name, newer)


def day_of_name(table: Table, source: Source) -> str | None:
    """The day that the name of a file tells; mended rows come under any name, and tell none."""
    pattern = getattr(table.format, "name", None)
    return day_in(pattern, source.name) if pattern and source.table is None else None


def latest_by(days: Collection[str], on: date) -> str | None:
    """The last of some days, those after an exchange left aside: one slip would make every later file an older one."""
    return max((day for day in days if day[:10] <= on.isoformat()), default=None)


def _older(name: str, newer: str) -> SourceRefused:
    return SourceRefused(
        Text(
            fr=f"{name} : un fichier plus récent ({newer}) a été reçu, et celui-ci ramènerait l'état d'avant ; "
            "pour le prendre quand même, dire --again (again=True)",
            en=f"{name}: a newer file ({newer}) was taken already, and this one would bring back what was known "
            "before; to take it all the same, say --again (again=True)",
        ),
        newer=newer,
    )


def _taken(connection: Connection, agency: str, kind: Kind) -> Mapping[str, str]:
    """The files of a kind that were taken: digest → name."""
    query = (
        select(batch_file.c.sha256, batch_file.c.name)
        .join(batch, batch.c.id == batch_file.c.batch)
        .where(batch.c.agency == agency, batch_file.c.kind == kind.name)
    )
    return {row.sha256: row.name for row in connection.execute(query)}


def _days_taken(connection: Connection, agency: str, kind: Kind) -> list[str]:
    """The days of the files of a kind that were taken, as the journal tells them."""
    lines: list[Any] = [facts for _, _, facts in journal.told(connection, "pull") if facts.get("agency") == agency]
    days = [file.get("days", {}) for facts in lines for file in facts.get("files", ())]
    return [str(told[kind.name]) for told in days if kind.name in told]
