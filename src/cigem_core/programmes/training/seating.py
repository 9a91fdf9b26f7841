"""Seats asked of the fund, and money recorded: what leaves goes through the door that exists."""

from __future__ import annotations

from datetime import date
from typing import cast

from attrs import evolve

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.exchange.referrals import Need, refer
from cigem_core.model.conventions import Axis
from cigem_core.model.referrals import Referral
from cigem_core.model.refs import Ref
from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.model.values import Amount
from cigem_core.plugins import Plugins
from cigem_core.programmes.training.assignment import Assignment
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.store import Store
from cigem_core.text import Text


def enrol(store: Store, plugins: Plugins, plan: CarriedPlan, found: Assignment, *, on: date, by: str) -> list[Referral]:
    """Name the session in each referral that got a seat, and refer those whose projects asked; the referrals."""
    seats = {Ref.parse(candidate): session for candidate, session, _ in found.assigned.iter_rows()}
    named = {str(ref.key): session for ref, session in seats.items() if ref.kind == "referral"}
    asked: list[Referral] = []
    if named:
        with store.acting("enrol", on=on, by=by, plan=str(plan.ref)) as act:
            held = act.find(Referral, reference=sorted(named))
            asked += act.keep(*(evolve(one, session=named[one.reference]) for one in held))
    for ref, session in seats.items():
        if ref.kind != "referral":
            need = Need(who=ref, session=session)
            asked.append(refer(store, plugins, need, to=str(plan.ref.agency), axis=Axis.TRAINING, on=on, by=by))
    return asked


def pay(store: Store, plan: CarriedPlan, session: str, funder: str, amount: Amount, *, on: date, by: str) -> TrainingPayment:
    """Record a payment; UnknownName where nobody of that name funds the plan, OperatorError where nothing was paid."""
    held = plan.session(session)
    known = [one.funder for one in store.find(Funding, plan=str(plan.ref)) if one.percent] or [str(plan.ref.agency)]
    if funder not in known:
        near = nearest(funder, known)
        raise UnknownName(
            Text(fr=f"« {funder} » ne finance pas ce plan ; {near.fr}", en=f"'{funder}' does not fund this plan; {near.en}")
        )
    if amount.units <= 0:
        raise OperatorError(Text(fr="un paiement est de plus de 0", en="a payment is of more than 0"))
    with store.acting("pay", on=on, by=by, plan=str(plan.ref)) as act:
        (kept,) = act.keep(
            TrainingPayment(
                reference=act.next_number(TrainingPayment, f"PF-{on.year:04d}-"), plan=str(plan.ref), session=held.reference,
                funder=funder, paid_on=on, amount=amount,
            )
        )  # fmt: skip
    return cast(TrainingPayment, kept)
