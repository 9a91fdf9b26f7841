"""Scenarios of a year and a half against a naive reckoning: day after day, as somebody with a calendar and a pencil would."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import many
from wordings_made import obligations

from cigem_core.model.conventions import Convention
from cigem_core.model.standing import ConventionAct, standing
from cigem_core.programmes.agreements.rules import Facts, GivenAnswer, HandedOver, SentReferral, owed

FIRST = date(2009, 5, 20)
DAYS = [FIRST + timedelta(days=n) for n in range(560)]
DAY = st.sampled_from(DAYS[:500])
PLAIN = Convention.from_toml(f"""
reference = "C-1"
title = {{fr = "Convention", en = "Convention"}}
agency = {{code = "chambre", name = {{fr = "Chambre", en = "Chamber"}}}}
begins = {FIRST}
signed = {{on = {FIRST}, certainty = "stated"}}
clauses = []
""")


@st.composite
def scenarios(draw):
    """A convention with what is owed, the acts upon it until a day, what was exchanged, and the day, on which it is asked."""
    on = draw(DAY)
    turns = sorted(draw(st.lists(DAY, unique=True, max_size=4)))
    acts = [ConventionAct(convention="C-1", deed=("suspend", "resume")[at % 2], on=day) for at, day in enumerate(turns)]
    acts += [ConventionAct(convention="C-1", deed="meeting", on=day) for day in draw(st.lists(DAY, max_size=4))]
    if draw(st.integers(0, 3)) == 0:
        acts.append(ConventionAct(convention="C-1", deed="terminate", on=draw(DAY)))
    acts = [act for act in acts if act.on <= on]
    convention = evolve(
        PLAIN, obligations=tuple(draw(st.lists(obligations("chambre"), min_size=1, max_size=3))), standing=standing(acts),
        begins=draw(st.sampled_from(DAYS[:60])), ends=draw(st.none() | DAY),
    )  # fmt: skip
    sent = [
        SentReferral(f"OR-{n}", draw(st.sampled_from(["C-1", "C-1", "C-2"])), draw(DAY)) for n in range(draw(st.integers(0, 6)))
    ]
    facts = Facts(
        sent=tuple(sent),
        answers=tuple(
            GivenAnswer(draw(st.sampled_from(sent)).referral, draw(DAY), draw(st.booleans()))
            for _ in range(draw(st.integers(0, 8)) if sent else 0)
        ),
        handed=tuple(
            HandedOver(*draw(st.sampled_from([("chambre", "chambre"), ("centre", "chambre"), ("chambre", "autre")])),
                       draw(st.sampled_from(["job_seeker", "job_seeker", "job_offer"])), draw(DAY))
            for _ in range(draw(st.integers(0, 12)))
        ),
    )  # fmt: skip
    return convention, acts, facts, on


@settings(max_examples=many(15, long=5_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_what_is_owed_is_what_a_calendar_says(scenario):
    convention, acts, facts, on = scenario

    found = owed([convention], facts, on=on)

    assert [(o.article, o.about, o.due, o.done_on, str(o.state), o.count) for o in found] == [
        told for one in convention.obligations for told in by_hand(convention, acts, facts, on, one)
    ]


def by_hand(convention, acts, facts, on, one):
    """Every term of an obligation, in the order of time or of referrals' numbers."""
    paused = paused_days(acts, on)
    if one.owes == "answer-referrals":
        for referral in sorted(facts.sent, key=lambda sent: sent.referral):
            if referral.convention == "C-1" and referral.on <= on:
                days = [a.on for a in facts.answers if a.referral == referral.referral and a.on <= on]
                yield term(one, referral.referral, referral.on, one.within_days, min(days, default=None), on, paused)
        return
    for name, days in calendar(convention, one.every).items():
        if one.owes == "return":
            if days[-1] < on:
                done = [h.on for h in facts.handed if h.on <= on and (h.giver, h.agency, h.kind) == (one.of, "chambre", one.kind)]
                ours = [day for day in done if last_ended(day, one.every) == name]
                yield term(one, name, days[-1], one.within_days, min(ours, default=None), on, paused)
        elif days[0] <= on:
            before = days[0] - timedelta(days=1)
            if one.owes == "meeting":
                held = [act.on for act in acts if act.deed == "meeting" and act.on <= on and act.on in days]
                yield term(one, name, before, len(days), min(held, default=None), on, paused)
            else:
                taken = sorted(day for day in first_accepted(facts, on) if day in days)
                done = taken[one.places - 1] if len(taken) >= one.places else None
                yield (*term(one, name, before, len(days), done, on, paused)[:5], len(taken))


def paused_days(acts, on) -> set[date]:
    """Each day on which it was suspended, the day of resumption not among them; one that goes on lasts until the day asked."""
    paused, is_paused = set(), False
    for day in DAYS:
        for act in acts:
            if act.on == day and act.deed in ("suspend", "resume"):
                is_paused = act.deed == "suspend"
        if is_paused and day <= on:
            paused.add(day)
    return paused


def term(one, about, begins, days, done, on, paused):
    """Count the days that run, one after the other."""
    due, left = begins, days
    while left:
        due += timedelta(days=1)
        left -= due not in paused
    late = "late" if done and done > due else "met"
    return one.article, about, due, done, late if done else ("breached" if on > due else "pending"), None


def calendar(convention, every) -> dict[str, list[date]]:
    """The whole periods between its first day and its last, each with its days."""
    last = min((day for day in (convention.ends, convention.standing.terminated) if day), default=date(2012, 12, 31))
    return {name: days for name, days in periods(every).items() if convention.begins <= days[0] and days[-1] <= last}


@cache
def periods(every) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    day = date(2009, 1, 1)
    while day <= date(2012, 12, 31):
        found.setdefault(named(day, every), []).append(day)
        day += timedelta(days=1)
    return found


def named(day: date, every: str) -> str:
    return {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}"}[every]


def last_ended(day: date, every: str) -> str:
    """The period that ended last before a day."""
    back = day
    while named(back, every) == named(day, every):
        back -= timedelta(days=1)
    return named(back, every)


def first_accepted(facts, on) -> list[date]:
    ours = {sent.referral for sent in facts.sent if sent.convention == "C-1" and sent.on <= on}
    days: dict[str, list[date]] = {}
    for answer in facts.answers:
        if answer.accepts and answer.on <= on and answer.referral in ours:
            days.setdefault(answer.referral, []).append(answer.on)
    return [min(some) for some in days.values()]
