"""What is handed over of payments: an order per payer, of what is due and not paid, and a student's statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import frozen

from cigem_core.errors import unwritable
from cigem_core.formats.delimited.guarding import guard
from cigem_core.newfiles import PLAIN, writing_new
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.payments import Paid, schedule
from cigem_core.spelling import fold

_HEADER = ("N° dossier", "Payeur", "Échéance", "Payé le", "Montant", "Devise", "Mode")
"""The columns of a file of payments: whoever pays fills in the day, and hands the file back."""


@frozen(kw_only=True)
class InstalmentDue:
    """One instalment of one application: what it is, and what was paid of it by a day."""

    application: str
    payer: str
    due_on: date
    units: int
    paid: int
    currency: str

    @property
    def missing(self) -> int:
        """What is still to be paid of it."""
        return max(0, self.units - self.paid)


def statement(call: Call, awards: Mapping[str, str], paid: Iterable[Paid], application: str, on: date) -> list[InstalmentDue]:
    """Every instalment of one application with what was paid of it by a day, in the order they fall due."""
    made: dict[tuple[str, date], int] = {}
    for one in paid:
        if one.application == application and one.paid_on <= on:
            made[one.payer, one.due_on] = made.get((one.payer, one.due_on), 0) + one.units
    lines = [
        InstalmentDue(
            application=application, payer=payer.name, due_on=day, units=payer.amount,
            paid=made.get((payer.name, day), 0), currency=payer.currency,
        )
        for payer in call.payers_of(awards[application])
        for day in schedule(payer)
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.due_on, line.payer))


def orders(call: Call, awards: Mapping[str, str], paid: Iterable[Paid], on: date) -> dict[str, list[InstalmentDue]]:
    """Payer → the instalments due by a day that are not whole, by application and due day."""
    made: dict[str, list[Paid]] = {}
    for one in paid:
        made.setdefault(one.application, []).append(one)
    found: dict[str, list[InstalmentDue]] = {payer.name: [] for payer in call.payers}
    for application in sorted(awards):
        for line in statement(call, awards, made.get(application, ()), application, on):
            if line.due_on <= on and line.missing:
                found[line.payer].append(line)
    return found


def order_name(payer: str, on: date) -> str:
    """The name of the file of an order: `ordre-pays-hote-2027-03-10.csv`."""
    return f"ordre-{file_part(payer)}-{on}.csv"


def file_part(name: str) -> str:
    """A name as a part of a file's: letters and digits without accents, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "sans-nom"


def write_orders(lines: Iterable[InstalmentDue], to: str | Path) -> Path:
    """Write an order as a file of payments whose days are still empty; OperatorError where a file stands there already."""
    rows = [(one.application, one.payer, f"{one.due_on:%d/%m/%Y}", "", str(one.missing), one.currency, "") for one in lines]
    return write_rows(Path(to), _HEADER, rows)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Write a file of rows to be filled in, no cell of which a spreadsheet takes for a formula."""
    text = "".join(";".join(_quoted(guard(cell)) for cell in row) + "\r\n" for row in (header, *rows))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None
    with writing_new(path, PLAIN):
        path.write_bytes(text.encode("utf-8-sig"))
    return path


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(';"\r\n') else cell
