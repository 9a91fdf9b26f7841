"""Where applications stand today: the acts that screening, the last draw and people's answers amount to, folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cigem_core.model.scholarships import ApplicationState, ScholarshipWithdrawal
from cigem_core.programmes.scholarships.kept import KeptRounds, check_there
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.states import APPLICATION


def standing(kept: KeptRounds, reference: str, application: str) -> ApplicationState:
    """Where one application stands; UnknownName where none of that number is kept."""
    held = kept.round(reference)
    check_there(held, application)
    return standings(kept, reference, held)[application]


def standings(kept: KeptRounds, reference: str, held: Round | None = None) -> dict[str, ApplicationState]:
    """Application → where it stands, by number."""
    held = held or kept.round(reference)
    awards = kept.awards(reference) if kept.last(reference) else None
    gone = {one.application: one for one in kept.withdrawals(reference)}
    noted = {number: [step.act for step in steps] for number, steps in kept.steps(reference).items()}
    return {
        number: APPLICATION.fold(["deposit", *acts_of(held, number, awards, gone.get(number), noted.get(number, ()))])
        for number in sorted(held.applications.column("application"))
    }


def acts_of(
    held: Round, number: str, awards: Mapping[str, str] | None, gone: ScholarshipWithdrawal | None, noted: Sequence[str]
) -> list[str]:
    """What happened to an application since it was deposited; `awards` is None before any draw."""
    screening = held.screening
    if number in screening.refused:
        return ["refuse"]
    if number in screening.to_review:
        return ["hold", "withdraw"] if gone else ["hold"]
    acts = ["hold", "admit"] if number in screening.decided else ["admit"]
    if gone:
        # Whoever answered, or let the term pass, held a seat.
        once = ["award"] if noted or gone.lapsed else []
        return [*acts, *once, *noted, "lapse" if gone.lapsed else "withdraw"]
    if awards is None:
        return acts
    if number in awards:
        return [*acts, "award", *noted]
    return [*acts, "award", *noted, "lose"] if noted else [*acts, "wait"]
