"""Who pays a plan, and what they paid."""

from __future__ import annotations

from datetime import date
from typing import cast

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.training_acts import Funding, TrainingPayment
from cigem_core.model.values import Amount
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.store import Store
from cigem_core.text import Text


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
