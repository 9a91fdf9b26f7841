"""Whether a file is older than one that was taken: taken now, it would put people back to what was known of them before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from cigem_core.errors import SourceRefused
from cigem_core.formats.naming import day_in
from cigem_core.formats.source import Source
from cigem_core.sdk.table import Table
from cigem_core.store import Store
from cigem_core.store.schema import batch, batch_file
from cigem_core.text import Text


def check_newest(store: Store, agency: str, arranged: Sequence[tuple[Table, Source]]) -> None:
    """SourceRefused where a name tells an older day than that of a file that was taken; one taken as it is changes nothing."""
    for table, source in arranged:
        pattern = getattr(table.format, "name", None)
        day = day_in(pattern, source.name) if pattern else None
        if day is None or source.table is not None:
            continue
        taken = _taken(store, agency, table)
        newer = max((other for name, _ in taken if (other := day_in(str(pattern), name)) is not None), default=day)
        if newer > day and source.sha256() not in {sha256 for _, sha256 in taken}:
            raise SourceRefused(
                Text(
                    fr=f"{source.name} : un fichier plus récent ({newer}) a été reçu, et celui-ci ramènerait l'état d'avant ; "
                    "pour le prendre quand même, dire --again (again=True)",
                    en=f"{source.name}: a newer file ({newer}) was taken already, and this one would bring back what was known "
                    "before; to take it all the same, say --again (again=True)",
                ),
                newer=newer,
            )


def _taken(store: Store, agency: str, table: Table) -> list[tuple[str, str]]:
    """The names and digests of the files of a table that were taken."""
    query = (
        select(batch_file.c.name, batch_file.c.sha256)
        .join(batch, batch.c.id == batch_file.c.batch)
        .where(batch.c.agency == agency, batch_file.c.kind == table.kind.name)
    )
    with store.reading() as connection:
        return [(row.name, row.sha256) for row in connection.execute(query)]
