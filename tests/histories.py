"""What must hold of a workspace's history, whatever was done to it; and how many histories are asked for."""

from __future__ import annotations

from scale import many
from sqlalchemy import func, select

from cigem_core import Workspace
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.store.schema import batch, batch_file, current, version
from cigem_core.store.schema import journal as journal_table

SEEKER = kind_of(JobSeeker)
HISTORIES = many(10, long=50)


def check_history(centre: Workspace) -> None:
    """Every sequence is gapless, ends at the current record, and the journal tells of every batch."""
    now = current(SEEKER)
    by_key = select(version.c.key, func.min(version.c.sequence), func.max(version.c.sequence), func.count())
    with centre.store.reading() as connection:
        histories = connection.execute(by_key.where(version.c.kind == SEEKER.name).group_by(version.c.key)).all()
        latest = dict(connection.execute(select(now.c.key, now.c.sequence)).all())
        told = connection.execute(select(func.count()).where(journal_table.c.act == "pull")).scalar()
        batches = connection.execute(select(func.count()).select_from(batch)).scalar()
        said = connection.execute(select(func.sum(batch_file.c.new + batch_file.c.changed))).scalar()
        assert said == sum(number for *_, number in histories)
    assert all((first, last) == (1, number) for _, first, last, number in histories)
    assert {key: last for key, _, last, _ in histories} == latest
    assert told == batches
    assert centre.verify_journal() is None
    assert centre.store.is_sound()
