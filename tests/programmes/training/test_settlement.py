"""What sessions earn by their results, as the truth says; and whatever happens, no unit is lost or made."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cigem_fafpa import fafpa
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core.errors import OperatorError
from cigem_core.model.training import BudgetLine, Enrolment, EnrolmentStatus, TrainingSession
from cigem_core.programmes.training.attendance import AttendanceCount
from cigem_core.programmes.training.instalments import ResultInstalment, instalments_of, read_instalments
from cigem_core.programmes.training.roll_call import read_roll_call, session_named
from cigem_core.programmes.training.settlement import SessionResults, months_after, parts, settle, shares, totals

PLUGINS = Path(__file__).parents[3] / "plugins"
SAMPLE = PLUGINS / "cigem-mali/samples/training"
TRUTH = json.loads((SAMPLE / "truth/settlement.json").read_text("utf-8"))["sessions"]


@pytest.fixture(scope="module")
def results():
    plan = fafpa.read(PLUGINS / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx")
    sessions, enrolments = list(plan[TrainingSession].records()), list(plan[Enrolment].records())
    of = {s.reference: [e for e in enrolments if e.session == s.reference] for s in sessions}
    tallies = defaultdict(dict)
    for path in SAMPLE.glob("presences_*"):
        session = session_named(path.name, sessions)
        tallies[session.reference] = read_roll_call(path, session, [e.reference for e in of[session.reference]]).tallies
    budgets = defaultdict(int)
    for line in plan[BudgetLine].records():
        budgets[line.module, line.amount.currency] += line.amount.units
    return budgets, [
        SessionResults(
            module=s.module, session=s.reference, begins_on=s.begins_on, ends_on=s.ends_on, tallies=tallies[s.reference],
            enrolled=frozenset(e.reference for e in of[s.reference]),
            certified=frozenset(e.reference for e in of[s.reference] if e.status is EnrolmentStatus.CERTIFIED),
        )
        for s in sessions
    ]  # fmt: skip


@pytest.mark.parametrize("on", sorted({line["on"] for line in TRUTH}))
def test_the_sample_is_settled_as_it_should_be(results, on):
    lines = settle(*results, read_instalments(SAMPLE / "instalments.toml"), date.fromisoformat(on))

    told = [{"on": on, **{k: v for k, v in line.as_dict().items() if k != "currency"}} for line in lines]
    assert told == [line for line in TRUTH if line["on"] == on]


def test_equal_shares_leave_what_is_over_to_the_first_sessions():
    sessions = [SessionResults(module="M", session=code) for code in ("S2", "S3", "S1")]

    assert shares({("M", "XOF"): 11}, sessions) == {("S1", "XOF"): 4, ("S2", "XOF"): 4, ("S3", "XOF"): 3}


def test_the_same_day_some_months_later_or_the_months_last():
    assert months_after(date(2009, 8, 31), 6) == date(2010, 2, 28)
    assert months_after(date(2009, 12, 19), 6) == date(2010, 6, 19)
    assert months_after(date(2007, 8, 31), 6) == date(2008, 2, 29)


def test_a_rate_is_enough_exactly_and_a_session_that_is_cancelled_earns_no_more():
    """Four of five days are 80 percent; what would be settled from the day of the cancelling on is released."""
    half = [
        ResultInstalment(when="attended", percent=Decimal(50), at_least=Decimal(80)),
        ResultInstalment(when="opened", percent=Decimal(50)),
    ]
    days = {"begins_on": date(2010, 1, 4), "ends_on": date(2010, 1, 9)}
    enrolled = frozenset({"a", "b"})
    session = SessionResults(
        module="M", session="S", **days, enrolled=enrolled, tallies={"a": AttendanceCount(present=4, absent=1)}
    )

    (line,) = settle({("M", "XOF"): 100}, [session], half, date(2010, 1, 10))
    assert (line.earned, line.open, line.released) == (75, 0, 25)

    cancelled = SessionResults(module="M", session="S", **days, cancelled_on=date(2010, 1, 4), enrolled=enrolled)
    (line,) = settle({("M", "XOF"): 100}, [cancelled], half, date(2010, 1, 4))
    assert (line.earned, line.open, line.released) == (0, 0, 100)


percents = st.integers(0, 100).map(Decimal)
whens = st.lists(
    st.one_of(
        st.builds(ResultInstalment, when=st.sampled_from(["opened", "certified"]), percent=st.just(Decimal(0))),
        st.builds(ResultInstalment, when=st.just("attended"), percent=st.just(Decimal(0)), at_least=percents),
        st.builds(ResultInstalment, when=st.just("inserted"), percent=st.just(Decimal(0)), months=st.integers(1, 12)),
    ), min_size=1, max_size=5,
)  # fmt: skip
numbers = st.frozensets(st.sampled_from("abcdef"))
counts = st.builds(AttendanceCount, present=st.integers(0, 5), absent=st.integers(0, 5))
session_results = st.lists(
    st.builds(
        SessionResults, module=st.sampled_from(["M1", "M2"]), session=st.uuids().map(str),
        begins_on=st.none() | st.dates(date(2010, 1, 1), date(2010, 3, 1)),
        ends_on=st.none() | st.dates(date(2010, 3, 1), date(2010, 6, 1)),
        cancelled_on=st.none() | st.dates(date(2010, 1, 1), date(2010, 6, 1)),
        enrolled=numbers, certified=numbers, employed=st.dictionaries(st.integers(1, 12), numbers),
        tallies=st.dictionaries(st.sampled_from("abcdef"), counts),
    ), max_size=4,
)  # fmt: skip


@settings(max_examples=many(40, long=100), deadline=None)
@given(
    given_whens=whens, sessions=session_results, cuts=st.lists(st.integers(0, 100), min_size=5, max_size=5),
    units=st.dictionaries(st.tuples(st.sampled_from(["M1", "M2"]), st.sampled_from(["XOF", "EUR"])), st.integers(0, 10**9)),
    day=st.dates(date(2009, 12, 1), date(2011, 8, 1)),
)  # fmt: skip
def test_money_reconciles_at_every_moment(given_whens, sessions, cuts, units, day):
    """Committed = earned + open + released, of the whole budget and no more; what is earned is never taken back."""
    marks = [0, *sorted(cuts)[: len(given_whens) - 1], 100]
    instalments = [
        ResultInstalment(when=one.when, percent=Decimal(after - before), at_least=one.at_least, months=one.months)
        for one, before, after in zip(given_whens, marks, marks[1:], strict=False)
    ]

    lines, later = settle(units, sessions, instalments, day), settle(units, sessions, instalments, day + timedelta(days=40))

    taught = {one.module for one in sessions}
    for currency, sums in totals(lines).items():
        assert sums["committed"] == sums["earned"] + sums["open"] + sums["released"]
        assert sums["committed"] == sum(
            amount for (module, code), amount in units.items() if code == currency and module in taught
        )
    assert all(min(line.earned, line.open, line.released) >= 0 for line in lines)
    assert all(before.earned <= after.earned and before.open >= after.open for before, after in zip(lines, later, strict=True))
    assert sum(parts(999, instalments)) == 999


@pytest.mark.parametrize(
    ("given_one", "said"),
    [
        ({"when": "open", "percent": 100}, "when=: the nearest is 'opened'"),
        ({"when": "opened"}, "'percent' is missing"),
        ({"when": "attended", "percent": 100}, "'at_least' is missing"),
        ({"when": "attended", "percent": 100, "at_lest": 80}, "there is no 'at_lest' here; the nearest is 'at_least'"),
        ({"when": "inserted", "percent": 100, "months": 0}, "months= is a number from 1"),
        ({"when": "opened", "percent": 100, "months": 6}, "there is no 'months' here"),
        ({"when": "opened", "percent": 99}, "the percents make 99, not 100"),
        ({"when": "opened", "percent": "all"}, "percent= is a number from 0 to 100"),
        ({"when": "opened", "percent": Decimal("NaN")}, "percent= is a number from 0 to 100"),
    ],
)
def test_each_mistake_in_the_instalments_is_named(given_one, said):
    with pytest.raises(OperatorError) as refused:
        instalments_of({"instalment": [given_one]}, "instalments.toml")

    assert said in refused.value.text.en
