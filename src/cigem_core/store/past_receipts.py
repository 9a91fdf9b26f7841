"""Receipts of exchanges that are over: what they said, but for their faults, and what became of those since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, func, select

from cigem_core.errors import WorkspaceError
from cigem_core.model.axes import Axis
from cigem_core.model.receipts import Counts, FileReceipt, Head, Receipt
from cigem_core.store.schema import batch, batch_file, journal, quarantine
from cigem_core.text import Text


@frozen(kw_only=True)
class PastReceipt:
    """A receipt as the workspace remembers it: its faults are not stored, only which of its rows wait still."""

    receipt: Receipt
    closed: int
    """Rows of earlier files that it mended."""
    mended: int
    """Rows of its own that were mended since, or dismissed."""
    waiting: int
    """Rows of its own that wait still."""

    @property
    def number(self) -> int:
        """Its line in the journal."""
        assert self.receipt.journal is not None
        return self.receipt.journal.length

    def as_dict(self) -> dict[str, Any]:
        """The receipt as JSON writes it, with what became of its rows."""
        said = self.receipt.as_dict()
        facts = {name: said[name] for name in said if name not in ("faults", "not_run", "returned", "mended_again", "overtaken")}
        return {"number": self.number, **facts, "closed": self.closed, "mended": self.mended, "waiting": self.waiting}


def past_receipts(connection: Connection, *, agency: str | None = None) -> list[PastReceipt]:
    """The receipts of what was received, oldest first."""
    return _told(connection, agency)


def past_receipt(connection: Connection, number: int) -> PastReceipt:
    """The receipt whose line in the journal has that number; WorkspaceError where there is none."""
    found = _told(connection, None, journal.c.line == number)
    if not found:
        raise WorkspaceError(
            Text(
                fr=f"aucun récépissé ne porte le numéro {number} ; les lister : cigem receipt list",
                en=f"no receipt has the number {number}; list them: cigem receipt list",
            )
        )
    return found[0]


def _told(connection: Connection, agency: str | None, *where: ColumnElement[bool]) -> list[PastReceipt]:
    found = []
    lines = select(journal.c.line, journal.c.digest, journal.c.facts).where(journal.c.act == "pull", *where)
    lines = lines.order_by(journal.c.line)
    came = _counted(connection, quarantine.c.first_batch, quarantine.c.state)
    closed = _counted(connection, quarantine.c.closed_batch)
    for line, digest, text in connection.execute(lines):
        facts = json.loads(text)
        number = facts["batch"]
        if agency in (None, facts["agency"]):
            states = {state: count for (one, state), count in came.items() if one == number}
            waiting = states.pop("open", 0)
            found.append(
                PastReceipt(
                    receipt=_receipt(connection, number, facts["pending"], Head(line, digest)),
                    closed=closed.get((number,), 0), mended=sum(states.values()), waiting=waiting,
                )
            )  # fmt: skip
    return found


def _counted(connection: Connection, *columns: Any) -> Mapping[tuple[Any, ...], int]:
    """How many rows in quarantine have the same in some columns."""
    query = select(*columns, func.count()).where(columns[0].is_not(None)).group_by(*columns)
    return {tuple(same): count for *same, count in connection.execute(query)}


def _receipt(connection: Connection, number: int, pending: int, head: Head) -> Receipt:
    act = connection.execute(select(batch).where(batch.c.id == number)).mappings().one()
    files: dict[tuple[str, str], FileReceipt] = {}
    rows = select(batch_file).where(batch_file.c.batch == number).order_by(batch_file.c.position)
    for row in connection.execute(rows).mappings():
        counts = Counts(**{name: row[name] for name in ("read", "accepted", "new", "changed", "unchanged", "quarantined")})
        before = files.get(key := (row["name"], row["sha256"]))
        kinds = {**(before.kinds if before else {}), row["kind"]: counts}
        files[key] = FileReceipt(path=row["name"], sha256=row["sha256"], kinds=kinds)
    return Receipt(
        agency=act["agency"], axis=Axis(act["axis"]), convention=act["convention"], clause=act["clause"], on=act["on"],
        by=act["by"], files=tuple(files.values()), pending=pending, journal=head,
    )  # fmt: skip
