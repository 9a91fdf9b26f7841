"""What records say of those who were trained, found and kept: results, work, and who is still to be asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from attrs import evolve, field, frozen

from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.employment import JobSeeker, Placement
from cigem_core.model.identity import Identity
from cigem_core.model.migrants import Migrant, Reach, SafeWay
from cigem_core.model.participation import PARTICIPATION, ParticipationState
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import Evaluation, Trainee, TrainingResult
from cigem_core.model.training_acts import InsertionAnswer, LaterStanding, SessionResult
from cigem_core.model.values import Phone
from cigem_core.model.youth import Internship, YoungPerson
from cigem_core.programmes.training.insertion import to_ask
from cigem_core.programmes.training.outcomes import FoundResult, FoundResults, found_results
from cigem_core.programmes.training.placed import standings
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.roster import RESULT_ACTS, Roster, read_roster
from cigem_core.programmes.training.settlement import months_after
from cigem_core.programmes.training.ties import Tie, TiedRecord, by_ref, files_of, of_each, tied_records
from cigem_core.store import Store
from cigem_core.text import Text


def results_from(store: Store, roster: Roster, agency: str) -> FoundResults:
    """The results that an agency's trainees' records tell of those enrolled; UnknownName where it handed none over."""
    tied = tied_trainees(store, roster, agency)
    evaluations: dict[str, list[Evaluation]] = defaultdict(list)
    for one in store.find(Evaluation, agency=agency):
        evaluations[f"{agency}:trainee:{one.trainee}"].append(one)
    return found_results(tied, roster.plan.sessions, evaluations)


def tied_trainees(store: Store, roster: Roster, agency: str) -> list[TiedRecord]:
    """The trainees' records of an agency that speak of those enrolled; UnknownName where it handed none over."""
    trainees = by_ref(store.find(Trainee, agency=agency))
    if not trainees:
        said = Text(
            fr=f"{agency} n'a remis aucun stagiaire ; recevoir son fichier (cigem pull)",
            en=f"{agency} handed over no trainee; receive its file (cigem pull)",
        )
        raise UnknownName(said)
    return tied_records(roster, trainees, files_of(store))


def keep_results(store: Store, plan: CarriedPlan, agency: str, *, plain: bool, on: date, by: str) -> FoundResults:
    """Keep what an agency's records tell of those tied to them; with `plain`, on plain evidence too."""
    found = results_from(store, read_roster(store, plan), agency)
    kept = [one for one in found.results if plain or one.tie is Tie.TIED]
    said = (
        SessionResult(
            plan=str(plan.ref), session=one.session, enrolment=one.enrolment, result=one.result, mark=one.mark,
            source=one.source, recorded_on=on,
        )
        for one in kept
    )  # fmt: skip
    store.keep(*said, act="results", on=on, by=by, plan=str(plan.ref), source=agency)
    return FoundResults(results=kept, unclear=found.unclear)


def may_be_attested(roster: Roster, found: FoundResult, on: date) -> bool:
    """Whether someone passed, in a session that has ended, and nothing else of them says otherwise."""
    ends = roster.plan.sessions[found.session].ends_on
    passed = roster.named(found.enrolment).state is ParticipationState.CERTIFIED
    return passed and found.result is TrainingResult.CERTIFIED and ends is not None and ends <= on


def keep_result(
    store: Store, plan: CarriedPlan, given: str, result: TrainingResult, mark: Decimal | None, *, on: date, by: str
) -> SessionResult:
    """Keep a result by hand; OperatorError where it cannot follow, or the mark is none out of 20."""
    one = read_roster(store, plan).named(given)
    if mark is not None and not 0 <= mark <= 20:
        raise OperatorError(Text(fr="une note est de 0 à 20", en="a mark is from 0 to 20"))
    if one.enrolment is None or one.session is None:
        raise OperatorError(Text(fr=f"{given} n'est inscrit(e) à aucune session", en=f"{given} is enrolled in no session"))
    if result in RESULT_ACTS:
        PARTICIPATION.after(one.state, RESULT_ACTS[result], about=given)
    said = SessionResult(
        plan=str(plan.ref), session=one.session, enrolment=one.enrolment.reference, result=result, mark=mark, recorded_on=on
    )
    (kept,) = store.keep(said, act="results", on=on, by=by, plan=str(plan.ref))
    return cast(SessionResult, kept)


def standings_of(store: Store, roster: Roster, months: int) -> dict[str, LaterStanding | None]:
    """Where those enrolled stand so many months after their session: answers first, then work of records tied to them."""
    ends = {
        one.enrolment.reference: roster.plan.sessions[one.session].ends_on
        for session in roster.plan.sessions
        for one in roster.by_session.get(session, ())
        if one.enrolment is not None and one.session is not None
    }
    return standings(ends, months, store.find(InsertionAnswer, plan=str(roster.plan.ref)), _work(store, roster))


def _work(store: Store, roster: Roster) -> Mapping[str, Sequence[Placement | Internship]]:
    """Enrolment → the placements and internships of people whose record is tied to it."""
    by_person: dict[str, list[Placement | Internship]] = defaultdict(list)
    found: list[Placement | Internship] = [*store.find(Placement, agency=None), *store.find(Internship, agency=None)]
    for one in found:
        if (ref := ref_of(one)) is not None:
            kind, key = ("job_seeker", one.seeker) if isinstance(one, Placement) else ("young_person", one.young_person)
            by_person[str(evolve(ref, kind=kind, key=key))].append(one)
    if not by_person:
        return {}
    keys = sorted({Ref.parse(ref).key or "" for ref in by_person})
    seekers, young = (store.find(kind, agency=None, reference=keys) for kind in (JobSeeker, YoungPerson))
    tied = of_each(tied_records(roster, by_ref([*seekers, *young]), files_of(store)), plain=False)
    return {number: [work for one in some for work in by_person.get(one.ref, ())] for (number, _), some in tied.items()}


def employed_of(store: Store, roster: Roster, months: Collection[int]) -> dict[int, frozenset[str]]:
    """Months after → who is known to work then."""
    working = (LaterStanding.EMPLOYED, LaterStanding.SELF_EMPLOYED)
    return {
        many: frozenset(number for number, standing in standings_of(store, roster, many).items() if standing in working)
        for many in sorted(set(months))
    }


@frozen(kw_only=True)
class ToAsk:
    """Someone to be asked where they stand, for when, and how they may be reached safely."""

    enrolment: str
    session: str
    identity: Identity | None = field(default=None, repr=False)
    months: int
    due_on: date
    reach: Reach | None = field(default=None, repr=False)

    @property
    def phones(self) -> tuple[Phone, ...]:
        """Where they may be called: the phone said to be safe, or else those of the enrolment; none where nobody is to call."""
        if self.reach is not None and self.reach.way is SafeWay.NOT_AT_ALL:
            return ()
        if self.reach is not None and self.reach.phone is not None:
            return (self.reach.phone,)
        return self.identity.phones if self.identity else ()


def asked_this_week(store: Store, roster: Roster, *, on: date, months: Collection[int]) -> list[ToAsk]:
    """Whom to ask in the week of a day, and whoever was due before and of whom nothing is known; the longest due first."""
    files = _files(store, roster)
    found = []
    for many in sorted(set(months)):
        known = {number for number, standing in standings_of(store, roster, many).items() if standing is not None}
        for code, session in sorted(roster.plan.sessions.items()):
            rows = {one.reference: one for one in roster.enrolled(code)}
            for number in to_ask(session.ends_on, many, rows.keys(), known, on):
                assert session.ends_on is not None
                file = files.get(number)
                found.append(
                    ToAsk(
                        enrolment=number, session=code, months=many, due_on=months_after(session.ends_on, many),
                        identity=rows[number].identity, reach=file.reach if file else None,
                    )
                )  # fmt: skip
    return sorted(found, key=lambda one: (one.due_on, one.session, one.enrolment))


def _files(store: Store, roster: Roster) -> dict[str, Migrant]:
    """Enrolment → the file of its person, where there is one."""
    files, migrants = files_of(store), {one.reference: one for one in store.find(Migrant)}
    found: dict[str, Any] = {}
    for one in roster.everyone.values():
        if one.enrolment is not None:
            refs = (one.who, str(ref_of(one.enrolment)))
            file = next((migrants[files[ref]] for ref in refs if ref in files and files[ref] in migrants), None)
            found |= {one.enrolment.reference: file} if file else {}
    return found
