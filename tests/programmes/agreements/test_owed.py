"""What is owed under a convention: whose days run, whose do not, and where each obligation stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.errors import ConventionError
from cigem_core.model.conventions import Convention
from cigem_core.model.standing import ConventionAct, Standing, Suspension, running, standing
from cigem_core.programmes.agreements.rules import Facts, GivenAnswer, HandedOver, SentReferral, due_within, owed

DAY = date.fromisoformat
TOML = """
reference = "C-1"
title = {fr = "Convention", en = "Convention"}
agency = {code = "chambre", name = {fr = "Chambre", en = "Chamber"}}
begins = 2009-06-12
ends = 2010-12-31
signed = {on = 2009-06-12, certainty = "stated"}
clauses = []
"""


def convention(obligation: str, **changed: object) -> Convention:
    return evolve(Convention.from_toml(f"{TOML}\n[[obligation]]\narticle = '5'\nof = 'chambre'\n{obligation}"), **changed)


def states(found) -> list[tuple[str, str, str | None, str]]:
    return [(one.about, str(one.due), one.done_on and str(one.done_on), str(one.state)) for one in found]


def test_a_referral_is_answered_within_its_days():
    """Due so many days after it left; the first answer counts, whatever follows."""
    ours = convention("owes = 'answer-referrals'\nwithin_days = 15")
    facts = Facts(
        sent=tuple(SentReferral(f"OR-{n}", f"C-{1 if n < 4 else 2}", DAY("2009-09-01")) for n in (1, 2, 3, 4)),
        answers=(
            GivenAnswer("OR-1", DAY("2009-09-20"), True),
            GivenAnswer("OR-1", DAY("2009-09-16"), False),
            GivenAnswer("OR-2", DAY("2009-09-17"), True),
        ),
    )

    assert states(owed([ours], facts, on=DAY("2009-09-16"))) == [
        ("OR-1", "2009-09-16", "2009-09-16", "met"),
        ("OR-2", "2009-09-16", None, "pending"),
        ("OR-3", "2009-09-16", None, "pending"),
    ]
    assert states(owed([ours], facts, on=DAY("2009-09-17")))[1:] == [
        ("OR-2", "2009-09-16", "2009-09-17", "late"),
        ("OR-3", "2009-09-16", None, "breached"),
    ]


def test_a_return_is_of_the_last_period_that_ended():
    """A hand-over on the last day of September is August's; periods that began before the convention are none."""
    ours = convention("owes = 'return'\nkind = 'job_seeker'\nevery = 'month'\nwithin_days = 10")
    handed = (
        HandedOver("chambre", "chambre", "job_seeker", DAY("2009-09-30")),
        HandedOver("chambre", "chambre", "job_offer", DAY("2009-10-01")),
        HandedOver("centre", "chambre", "job_seeker", DAY("2009-10-01")),
    )

    assert states(owed([ours], Facts(handed=handed), on=DAY("2009-10-11"))) == [
        ("2009-07", "2009-08-10", None, "breached"),
        ("2009-08", "2009-09-10", "2009-09-30", "late"),
        ("2009-09", "2009-10-10", None, "breached"),
    ]


def test_seats_are_counted_by_the_first_answer_that_takes_someone():
    ours = convention("owes = 'seats'\nplaces = 2\nevery = 'quarter'")
    facts = Facts(
        sent=tuple(SentReferral(f"OR-{n}", "C-1", DAY("2009-08-01")) for n in (1, 2, 3)),
        answers=(
            GivenAnswer("OR-1", DAY("2009-08-02"), True),
            GivenAnswer("OR-1", DAY("2009-10-05"), True),
            GivenAnswer("OR-2", DAY("2009-09-03"), True),
            GivenAnswer("OR-3", DAY("2009-10-05"), False),
        ),
    )

    found = owed([ours], facts, on=DAY("2009-12-31"))

    assert states(found) == [("2009-Q3", "2009-09-30", "2009-09-03", "met"), ("2009-Q4", "2009-12-31", None, "pending")]
    assert [one.count for one in found] == [2, 0]


def test_a_meeting_is_held_in_each_period():
    ours = convention("owes = 'meeting'\nevery = 'year'", standing=Standing(meetings=(DAY("2010-03-01"),)))

    assert states(owed([ours], Facts(), on=DAY("2010-06-01"))) == [("2010", "2010-12-31", "2010-03-01", "met")]
    assert states(owed([ours], Facts(), on=DAY("2010-02-01"))) == [("2010", "2010-12-31", None, "pending")]


def test_suspended_days_do_not_run():
    """Those after the referral left, up to the due day as already moved; the day of resumption runs again."""
    paused = (Suspension(DAY("2009-09-10"), DAY("2009-09-15")), Suspension(DAY("2009-09-18")))

    assert running(DAY("2009-09-16"), DAY("2009-09-01"), paused[:1], until=DAY("2009-12-01")) == DAY("2009-09-21")
    assert running(DAY("2009-09-16"), DAY("2009-09-01"), paused, until=DAY("2009-09-20")) == DAY("2009-09-24")
    assert running(DAY("2009-09-16"), DAY("2009-09-12"), paused[:1], until=DAY("2009-12-01")) == DAY("2009-09-18")


DAYS = st.integers(0, 60).map(lambda n: DAY("2009-09-01") + timedelta(days=n))


@settings(max_examples=60)
@given(DAYS, st.integers(0, 30), st.lists(DAYS, unique=True, max_size=6), DAYS)
def test_a_term_has_as_many_running_days_as_the_convention_gives(begins, days, changes, until):
    """Whatever was suspended: of the days after the beginning, exactly so many that run, and the last one runs."""
    changes.sort()
    pairs = [(changes[at], changes[at + 1] if at + 1 < len(changes) else None) for at in range(0, len(changes), 2)]
    paused = [Suspension(*pair) for pair in pairs]

    due = running(begins + timedelta(days=days), begins, paused, until=until)

    after = [begins + timedelta(days=n) for n in range(1, (due - begins).days + 1)]
    runs = [day for day in after if not any(p.holds(day) and (p.resumed or day <= until) for p in paused)]
    assert len(runs) == days
    assert not after or after[-1] in runs


def test_what_a_party_owes_follows_the_wording_of_its_day():
    """An amendment changes the days of what begins under it, and of nothing before."""
    first = convention("owes = 'answer-referrals'\nwithin_days = 15")
    amended = evolve(convention("owes = 'answer-referrals'\nwithin_days = 5"), takes_effect=DAY("2009-10-01"))
    sent = (SentReferral("OR-1", "C-1", DAY("2009-09-30")), SentReferral("OR-2", "C-1", DAY("2009-10-01")))

    found = owed([amended, first], Facts(sent=sent), on=DAY("2009-12-01"))

    assert [(one.about, str(one.due)) for one in found] == [("OR-1", "2009-10-15"), ("OR-2", "2009-10-06")]


def test_what_is_due_next_comes_first():
    ours = convention("owes = 'answer-referrals'\nwithin_days = 15")
    sent = tuple(SentReferral(f"OR-{n}", "C-1", DAY("2009-09-05") - timedelta(days=n)) for n in range(5))

    found = owed([ours], Facts(sent=sent), on=DAY("2009-09-17"))

    assert [one.about for one in due_within(found, 2, on=DAY("2009-09-17"))] == ["OR-3", "OR-2", "OR-1"]


def test_acts_that_cannot_be_are_refused():
    acts = [ConventionAct(convention="C-1", deed="suspend", on=DAY("2009-09-01"))]

    with pytest.raises(ConventionError, match="it is suspended already"):
        standing([*acts, ConventionAct(convention="C-1", deed="suspend", on=DAY("2009-09-02"))])
    with pytest.raises(ConventionError, match="it is not suspended"):
        standing([ConventionAct(convention="C-1", deed="resume", on=DAY("2009-08-01")), *acts])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("owes = 'return'\nevery = 'month'\nwithin_days = 3", "'return' needs 'kind'"),
        ("owes = 'meeting'\nevery = 'month'\nplaces = 3", "'meeting' takes no 'places'"),
        ("owes = 'seats'\nevery = 'week'\nplaces = 3", "expected one of: month, quarter, year"),
        ("owes = 'seats'\nevery = 'year'\nplaces = '3'", "expected a whole number"),
        ("owes = 'answer-referrals'\nwithin_days = -1", "'within_days' is not negative"),
    ],
)
def test_an_obligation_that_cannot_be_meant_is_refused(written, said):
    with pytest.raises(ConventionError, match=said):
        convention(written)
