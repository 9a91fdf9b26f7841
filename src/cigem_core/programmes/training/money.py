"""Who pays what is earned: the funders' shares in whole units, what they paid, what they owe, and what is late. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.programmes.training.settlement import Settled
from cigem_core.text import Text


@frozen(kw_only=True)
class FunderBalance:
    """Where a funder stands on a day, in one currency."""

    funder: str
    currency: str
    committed: int
    earned: int
    open: int
    released: int
    paid: int

    @property
    def owed(self) -> int:
        """What is earned and not paid."""
        return max(self.earned - self.paid, 0)

    @property
    def ahead(self) -> int:
        """What was paid before it was earned."""
        return max(self.paid - self.earned, 0)

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        names = ("funder", "currency", "committed", "earned", "open", "released", "paid", "owed", "ahead")
        return {name: getattr(self, name) for name in names}


def check_shares(funders: Iterable[Funding]) -> None:
    """OperatorError where the shares of a plan do not make the whole."""
    total = sum((one.percent for one in funders), Decimal(0))
    if total != 100:
        raise OperatorError(
            Text(fr=f"les parts des financeurs font {total} %, et non 100 %", en=f"the funders' shares make {total} %, not 100 %")
        )


def split(units: int, funders: Sequence[Funding]) -> dict[str, int]:
    """An amount by funder: rounded down, the last by name taking the rest, so that no unit is lost."""
    in_order = sorted(funders, key=lambda one: one.funder)
    parts = {one.funder: int(units * one.percent // 100) for one in in_order[:-1]}
    return parts | ({in_order[-1].funder: units - sum(parts.values())} if in_order else {})


def balances(
    lines: Iterable[Settled], funders: Sequence[Funding], payments: Iterable[TrainingPayment], on: date
) -> list[FunderBalance]:
    """Where each funder stands on a day: the columns sum to those of the sessions, in every currency."""
    sums: Mapping[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        # What is committed is their sum, so that committed = earned + open + released holds for each funder as well.
        parts = {name: split(getattr(line, name), funders) for name in ("earned", "open", "released")}
        for name, by_funder in parts.items():
            for funder, units in by_funder.items():
                sums[funder, line.currency][name] += units
    for payment in payments:
        if payment.paid_on <= on:
            sums[payment.funder, payment.amount.currency]["paid"] += payment.amount.units
    return [
        FunderBalance(
            funder=funder, currency=currency, committed=of["earned"] + of["open"] + of["released"], earned=of["earned"],
            open=of["open"], released=of["released"], paid=of["paid"],
        )
        for (funder, currency), of in sorted(sums.items())
    ]  # fmt: skip
