"""A plan opened by the centre itself, who pays a plan, and what they paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from attrs import evolve

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.fields import CENTRE
from cigem_core.model.training import TrainingPlan
from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.model.values import Amount
from cigem_core.programmes.training.money import check_shares
from cigem_core.programmes.training.own_plan import OwnPlan
from cigem_core.programmes.training.plans import CarriedPlan, find_plan
from cigem_core.programmes.training.roster import read_roster
from cigem_core.store import Store
from cigem_core.text import Text


def open_plan(store: Store, said: OwnPlan, *, on: date, by: str) -> CarriedPlan:
    """Keep a plan of the centre's own; one that stands already is amended, and what its file no longer names stays.

    Raises OperatorError where a session would have fewer places than people who sit there.
    """
    number, whose = said.reference, str(said.ref)
    known = store.find(TrainingPlan, agency=CENTRE, reference=number)
    plan = said.plan or (known[0] if known else TrainingPlan(reference=number))
    if known:
        held = read_roster(store, find_plan(store, whose))
        for one in said.sessions:
            sitting = len(held.by_session.get(one.reference, ()))
            if one.places is not None and one.places < sitting:
                raise OperatorError(
                    Text(
                        fr=f"la session {one.reference} a {sitting} personnes : {one.places} places ne suffisent pas",
                        en=f"the session {one.reference} has {sitting} people: {one.places} places are not enough",
                    )
                )
    named = {one.funder for one in said.funders}
    gone = [one for one in store.find(Funding, plan=whose) if named and one.funder not in named]
    unpaid = [evolve(one, percent=Decimal(0)) for one in gone]
    store.keep(
        plan, *said.modules, *said.sessions, *said.budget, *said.funders, *unpaid, act="open-plan", on=on, by=by, plan=whose
    )
    return find_plan(store, whose)


def fund(store: Store, plan: CarriedPlan, shares: Mapping[str, Decimal | int], *, on: date, by: str) -> list[Funding]:
    """Say who pays which share of a plan, in percent; OperatorError where they do not make the whole."""
    whose = str(plan.ref)
    said = [Funding(plan=whose, funder=funder, percent=Decimal(percent)) for funder, percent in sorted(shares.items())]
    check_shares(said)
    gone = [evolve(one, percent=Decimal(0)) for one in store.find(Funding, plan=whose) if one.funder not in shares]
    store.keep(*said, *gone, act="fund", on=on, by=by)
    return said


def funders_of(store: Store, plan: CarriedPlan) -> list[Funding]:
    """Who pays a plan; one nobody said the funders of is paid by whose it is alone."""
    whose = str(plan.ref)
    alone = Funding(plan=whose, funder=str(plan.ref.agency), percent=Decimal(100))
    return [one for one in store.find(Funding, plan=whose) if one.percent] or [alone]


def pay(store: Store, plan: CarriedPlan, session: str, funder: str, amount: Amount, *, on: date, by: str) -> TrainingPayment:
    """Record a payment; UnknownName where nobody of that name funds the plan, OperatorError where nothing was paid."""
    held = plan.session(session)
    known = [one.funder for one in funders_of(store, plan)]
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
