"""A plan's people and money at the desk: what the rest of `centre.training` stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.model.values import Amount
from cigem_core.plugins import Plugins
from cigem_core.programmes.training import steps
from cigem_core.programmes.training.cash import Ledger
from cigem_core.programmes.training.instalments import ResultInstalment, terms_of
from cigem_core.programmes.training.money import FunderBalance, balances
from cigem_core.programmes.training.paying import fund, funders_of, pay
from cigem_core.programmes.training.plans import CarriedPlan, find_plan
from cigem_core.programmes.training.roster import Roster, read_roster
from cigem_core.programmes.training.settlement import SessionResults, Settled, settle
from cigem_core.store import Store


class PlanAccounts:
    """Plans by their names, who takes part, and what is earned, paid and late."""

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store = store
        self._plugins = plugins

    def plan(self, named: str | None = None) -> CarriedPlan:
        """A plan with all that belongs to it; UnknownName or OperatorError where it is none, or not one."""
        return find_plan(self._store, named)

    def roster(self, plan: str | None = None) -> Roster:
        """Everyone who takes part in a plan and where they stand, with its waiting list."""
        return read_roster(self._store, self.plan(plan))

    def results(self, plan: str | None = None) -> list[SessionResults]:
        """What is known of the people of each session: who is enrolled, attended, is certified, works."""
        return steps.results_of(self._store, self.plan(plan))

    def settle(self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None) -> list[Settled]:
        """Where the money of each session stands on a day; `instalments` say what earns which part of it."""
        terms, held = terms_of(instalments), self.plan(plan)
        return settle(held.budgets, self._results(held, terms), terms, on)

    def fund(self, shares: Mapping[str, Decimal | int], *, on: date, by: str, plan: str | None = None) -> list[Funding]:
        """Say who pays which share of a plan, in percent; OperatorError where they do not make the whole."""
        return fund(self._store, self.plan(plan), shares, on=on, by=by)

    def pay(self, session: str, funder: str, amount: Amount, *, on: date, by: str, plan: str | None = None) -> TrainingPayment:
        """Record what a funder paid for a session."""
        return pay(self._store, self.plan(plan), session, funder, amount, on=on, by=by)

    def money(
        self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None
    ) -> list[FunderBalance]:
        """Where each funder stands on a day; a plan nobody said the funders of is paid by its fund alone."""
        carried = self.plan(plan)
        lines, payments = self.settle(instalments, on=on, plan=plan), self._store.find(TrainingPayment, plan=str(carried.ref))
        return balances(lines, funders_of(self._store, carried), payments, on)

    def ledger(self, instalments: Path | str | Sequence[ResultInstalment], *, on: date, plan: str | None = None) -> Ledger:
        """A plan's money as it falls due on a day: what is `late`, and each funder's cash position in `months`."""
        terms, held = terms_of(instalments), self.plan(plan)
        payments = self._store.find(TrainingPayment, plan=str(held.ref))
        return Ledger.of(held.budgets, self._results(held, terms), terms, funders_of(self._store, held), payments, on)

    def _results(self, plan: CarriedPlan, terms: Sequence[ResultInstalment]) -> list[SessionResults]:
        months = [one.months for one in terms if one.months is not None]
        return steps.results_of(self._store, plan, months=months)
