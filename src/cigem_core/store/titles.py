"""Columns nobody declared go by the title they first came under: letter case and stray spaces make no other column of it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from cigem_core.spelling import title_key
from cigem_core.store.schema import current
from cigem_core.store.staging import StagedFile, Staging, digest_of


def go_by_first_titles(staging: Staging, file: StagedFile) -> None:
    """Call the columns of staged rows as what is kept calls them.

    The rows of a table have the same columns, so that one row tells them; so does one kept record, nearly always, and the
    others are asked only where it does not.
    """
    connection, rows, now = staging.connection, file.rows, current(file.kind)
    kept = select(now.c.cargo).where(now.c.agency == file.agency, now.c.cargo.is_not(None))
    row = connection.execute(select(rows.c.cargo).where(rows.c.cargo.is_not(None)).limit(1)).scalar()
    one = connection.execute(kept.limit(1)).scalar() if row else None
    today = list(json.loads(row)) if row and one else []
    if all(title in json.loads(one or "{}") for title in today):
        return
    titles = first_titles(today, {title for text in connection.execute(kept).scalars() for title in json.loads(text)})
    if not titles:
        return
    changed = []
    asked = select(rows.c.place, rows.c.content, rows.c.cargo).where(rows.c.cargo.is_not(None))
    for place, content, cargo in connection.execute(asked):
        told = {titles.get(title, title): cell for title, cell in json.loads(cargo).items()}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        changed.append({"at": place, "told": text, "says": digest_of(content, text)})
    connection.execute(
        update(rows).where(rows.c.place == bindparam("at")).values(cargo=bindparam("told"), digest=bindparam("says")), changed
    )


def first_titles(today: Iterable[str], before: Iterable[str]) -> dict[str, str]:
    """Titles of today that differ from one of before in nothing that counts, and that one; two never become the same."""
    today = set(today)
    free = {title_key(title): title for title in sorted(set(before) - today, reverse=True)}
    return {title: free.pop(title_key(title)) for title in sorted(today - set(before)) if title_key(title) in free}
