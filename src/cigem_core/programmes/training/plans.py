"""A plan as a workspace holds it: the fund's records and the centre's, side by side, each with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from attrs import frozen

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.fields import kind_of
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import BudgetLine, Enrolment, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.sdk.frames import SEPARATOR
from cigem_core.store import Store
from cigem_core.text import Text


@frozen(kw_only=True, slots=False)
class CarriedPlan:
    """A training plan with all that belongs to it."""

    ref: Ref
    plan: TrainingPlan
    modules: Mapping[str, TrainingModule]
    sessions: Mapping[str, TrainingSession]
    enrolments: Sequence[Enrolment]
    budget: Sequence[BudgetLine]
    pending: frozenset[str]
    """Enrolment numbers of rows in quarantine."""

    @cached_property
    def by_session(self) -> Mapping[str, Sequence[Enrolment]]:
        """The enrolments of each session."""
        found: dict[str, list[Enrolment]] = defaultdict(list)
        for enrolment in self.enrolments:
            found[enrolment.session].append(enrolment)
        return found

    @cached_property
    def budgets(self) -> Mapping[tuple[str, str], int]:
        """Whole units by module and currency."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for line in self.budget:
            if line.amount is not None:
                found[line.module, line.amount.currency] += line.amount.units
        return found

    def session(self, code: str) -> TrainingSession:
        """The session of that code; UnknownName proposes the nearest."""
        if code not in self.sessions:
            near = nearest(code, self.sessions)
            raise UnknownName(
                Text(fr=f"le plan n'a pas de session {code} ; {near.fr}", en=f"the plan has no session {code}; {near.en}")
            )
        return self.sessions[code]

    def enrolment(self, number: str) -> Enrolment:
        """The enrolment of that number; UnknownName where there is none."""
        known = {one.reference: one for one in self.enrolments}
        if number not in known:
            fr = f"le plan n'a pas d'inscription {number} ; vérifier le numéro"
            raise UnknownName(Text(fr=fr, en=f"the plan has no enrolment {number}; check the number"))
        return known[number]


def find_plan(store: Store, named: str | None = None) -> CarriedPlan:
    """The plan of that number or ref, or the only one; UnknownName or OperatorError where that is none, or not one."""
    plans = {ref_of(one): one for one in store.find(TrainingPlan, agency=None)}
    refs = [ref for ref in plans if ref is not None and (named is None or named in (ref.key, str(ref)))]
    if len(refs) != 1:
        raise _which(named, [str(ref) for ref in plans if ref is not None], len(refs))
    ref = refs[0]
    agency, number = str(ref.agency), str(ref.key)
    modules = store.find(TrainingModule, agency=agency, plan=number)
    sessions = store.find(TrainingSession, agency=agency, plan=number)
    _, waiting = store.keys(agency, kind_of(Enrolment))
    inside = f"{number}{SEPARATOR}"
    return CarriedPlan(
        ref=ref, plan=plans[ref], modules={m.reference: m for m in modules}, sessions={s.reference: s for s in sessions},
        enrolments=store.find(Enrolment, agency=agency, plan=number), budget=store.find(BudgetLine, agency=agency, plan=number),
        pending=frozenset(key.removeprefix(inside) for key in waiting.drop_nulls() if key.startswith(inside)),
    )  # fmt: skip


def plan_refs(store: Store) -> list[str]:
    """The refs of all plans, the funds' and the centre's."""
    return sorted(str(ref) for one in store.find(TrainingPlan, agency=None) if (ref := ref_of(one)) is not None)


def _which(named: str | None, known: Sequence[str], found: int) -> OperatorError:
    listed = ", ".join(sorted(known))
    if not known:
        return OperatorError(
            Text(
                fr="l'espace de travail n'a pas de plan de formation : recevoir celui du fonds (cigem pull), ou en ouvrir un",
                en="the workspace has no training plan; pull the fund's (cigem pull), or open one",
            )
        )
    if not found and named is not None:
        near = nearest(named, [ref.rpartition(":")[2] for ref in known])
        return UnknownName(Text(fr=f"aucun plan « {named} » ; {near.fr}", en=f"there is no plan '{named}'; {near.en}"))
    return OperatorError(Text(fr=f"dire quel plan : {listed}", en=f"say which plan: {listed}"))
