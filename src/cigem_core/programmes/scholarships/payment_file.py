"""The file of payments, read under a call: its payers, their due days and currencies, and the awards there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve

from cigem_core.model.applications import ScholarshipPayment
from cigem_core.model.fields import Kind
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.files import Intake, read_file
from cigem_core.programmes.scholarships.payments import Paid, schedule
from cigem_core.programmes.scholarships.vocabulary import installed_table
from cigem_core.report import Rule
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.rules import RowRule
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.batch import Batch


def read_payments(
    source: Any, call: Call, awards: Mapping[str, str], *, table: Table | None = None
) -> tuple[tuple[Paid, ...], Intake]:
    """Read a file of payments, CSV or XLSX; `awards` are application → seat. SourceRefused where it cannot be read."""
    made, batch = read_payment_batch(source, call, awards, table=table)
    return made, Intake.of(batch)


def read_payment_batch(
    source: Any, call: Call, awards: Mapping[str, str], *, table: Table | None = None
) -> tuple[tuple[Paid, ...], Batch]:
    """The same, with the rows as they came."""
    batch = read_file(payments_to(call, awards, table or installed_table(ScholarshipPayment)), source)
    columns = [batch.accepted[name].to_list() for name in ("application", "payer", "due_on", "paid_on", "units")]
    made = tuple(
        Paid(application=number, payer=payer, due_on=due_on, paid_on=paid_on, units=units)
        for number, payer, due_on, paid_on, units in zip(*columns, strict=True)
    )
    return made, batch


def payments_to(call: Call, awards: Mapping[str, str], table: Table) -> Table:
    """The table of payments under a call."""
    payer = table.lenses["payer"]
    assert isinstance(payer, Column)
    payers = {**table.lenses, "payer": payer.one_of(*(one.name for one in call.payers))} if call.payers else table.lenses
    rules = (_award(awards), _due_day(call), _currency(call))
    return evolve(table, kind=table.kind.python, lenses=payers, rules=(*table.rules, *rules))


def _award(awards: Mapping[str, str]) -> RowRule:
    """Only those who hold a seat are paid."""

    def broken(_: Kind) -> pl.Expr:
        import polars as pl

        return ~pl.col("application").is_in(list(awards))

    return _rule("award(application)", ("application",), Rule.FOREIGN_KEY, broken, _AWARD)


def _due_day(call: Call) -> RowRule:
    """A payment is of an instalment of its payer."""
    days = {f"{payer.name}\x1f{day}" for payer in call.payers for day in schedule(payer)}

    def broken(_: Kind) -> pl.Expr:
        import polars as pl

        return ~pl.concat_str("payer", pl.col("due_on").cast(pl.String), separator="\x1f").is_in(list(days))

    return _rule("due_day(due_on, payer)", ("due_on", "payer"), Rule.FOREIGN_KEY, broken, _DUE_DAY)


def _currency(call: Call) -> RowRule:
    """A payer pays in its own currency."""
    known = {payer.name: payer.currency for payer in call.payers}

    def broken(_: Kind) -> pl.Expr:
        import polars as pl

        return pl.col("currency") != pl.col("payer").replace_strict(known, default=None, return_dtype=pl.String)

    return _rule("currency(currency, payer)", ("currency", "payer"), Rule.ROW, broken, _CURRENCY)


def _rule(name: str, fields: tuple[str, ...], rule: Rule, broken: Callable[[Kind], pl.Expr], remedy: Text) -> RowRule:
    return RowRule(name=name, fields=fields, takes=(str, date), broken=broken, remedy=lambda _: remedy, rule=rule)


_AWARD = Text(
    fr="écrire le numéro d'un dossier qui a une bourse, d'après le dernier tirage",
    en="expected the number of an application that holds a seat, by the last draw",
)
_DUE_DAY = Text(fr="écrire un jour d'échéance de ce payeur", en="expected a due day of this payer")
_CURRENCY = Text(fr="écrire la monnaie de ce payeur", en="expected the currency of this payer")
