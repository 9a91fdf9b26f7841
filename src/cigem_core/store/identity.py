"""Which workspace this is, and how often it was restored: what letters' keys and numbers are made of.

A copy has the identity of its original, so that nothing it sends has a second effect. A restored one gives numbers of its
own: those given after the backup was made are not in it, and must not be given again, to somebody else.
"""

from __future__ import annotations

import secrets

from attrs import frozen
from sqlalchemy import Connection, func, select, update

from cigem_core.store.schema import quarantine, workspace

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which are read as digits."""
_LARGEST = 2**31 - 1
"""No number of an entry is larger in any of our databases."""


@frozen(kw_only=True)
class Epoch:
    """One life of a workspace, from its making or a restore to the next restore."""

    identity: str
    epoch: int
    mark: str
    """What its numbers bear: nothing before the first restore, then like `R1KXMW-`."""
    entries_above: int


def epoch(connection: Connection) -> Epoch:
    """The present one."""
    row = connection.execute(select(workspace)).one()
    return Epoch(identity=row.identity, epoch=row.epoch, mark=row.mark, entries_above=row.entries_above)


def raise_epoch(connection: Connection) -> Epoch:
    """Begin a new one: another restore of the same backup begins another one, whose numbers differ too."""
    now = epoch(connection)
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(4))
    last = connection.execute(select(func.coalesce(func.max(quarantine.c.id), 0))).scalar_one()
    above = last + 1 + secrets.randbelow(max((_LARGEST - last) // 8, 1))
    values = {"epoch": now.epoch + 1, "mark": f"R{now.epoch + 1}{drawn}-", "entries_above": above}
    connection.execute(update(workspace).values(values))
    return epoch(connection)
