"""Services side by side: the same question to each, of people who came with the same need."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.periods import Period
from cigem_core.model.yardsticks import YARDSTICKS
from cigem_core.observatory.services import compare_services

YEAR = Period.parse("2009")
CERTIFIED = next(one for one in YARDSTICKS if one.name == "certified")
MODULES = {"M1": ("CFP", "7212"), "M2": ("CFP", "7213"), "M3": ("UFAE", "7212")}

PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(sorted(MODULES)),
        st.sampled_from(["female", "male", None]),
        st.sampled_from(["1970-01-01", "1990-01-01", None]),
        st.sampled_from(["certified", "abandoned", "present", None]),
    ),
    min_size=20,
    max_size=90,
)
TEXT = pl.String


def frames(people) -> dict[str, pl.LazyFrame]:
    """Enrolments in one session a module, which begins in the period; no trainees."""
    sessions = [("fafpa", "P", f"S-{code}", code, date(2009, 6, 1)) for code in MODULES]
    modules = [("fafpa", "P", code, *facts) for code, facts in MODULES.items()]
    enrolled = [
        ("fafpa", "P", str(n), f"S-{module}", sex, birth, status, None, None, None)
        for n, (module, sex, birth, status) in enumerate(people)
    ]
    named = {"agency": TEXT, "scope": TEXT, "key": TEXT}
    of_person = {"identity.sex": TEXT, "identity.birth": TEXT}
    migration = {"migration.returnee": pl.Boolean, "migration.country": TEXT, "residence.region": TEXT}
    schemas = {
        "training_session": (sessions, {**named, "module": TEXT, "begins_on": pl.Date}),
        "training_module": (modules, {**named, "provider": TEXT, "occupation": TEXT}),
        "enrolment": (enrolled, {**named, "session": TEXT, **of_person, "status": TEXT, **migration}),
        "trainee": ([], {**named, "ended_on": pl.Date, "result": TEXT, "trade": TEXT, **of_person, "residence.region": TEXT}),
    }
    return {kind: pl.DataFrame(rows, schema=schema, orient="row").lazy() for kind, (rows, schema) in schemas.items()}


def by_hand(people, *, trade: str = "") -> dict[str, tuple[int, float] | None]:
    """Operator → how many people, and their rate as if each operator had received everybody; None where few are concerned."""
    known = [
        (MODULES[module][0], (sex, birth), status == "certified")
        for module, sex, birth, status in people
        if status in ("certified", "abandoned") and MODULES[module][1].startswith(trade)
    ]
    everybody, cells = defaultdict(int), defaultdict(list)
    for operator, alike, done in known:
        everybody[alike] += 1
        cells[operator, alike].append(done)
    told: dict[str, tuple[int, float] | None] = {}
    for operator in {operator for operator, *_ in known}:
        here = {alike: done for (whose, alike), done in cells.items() if whose == operator}
        number, good = sum(map(len, here.values())), sum(map(sum, here.values()))
        weight = sum(everybody[alike] for alike in here)
        rate = sum(everybody[alike] / weight * sum(done) / len(done) for alike, done in here.items())
        told[operator] = None if good < 5 or number - good < 5 else (number, rate)
    return told


@settings(max_examples=40, deadline=None)
@given(PEOPLE, st.sampled_from(["", "7212", "721"]), st.randoms())
def test_each_service_is_told_as_a_clerk_would_reckon_it(people, trade, random):
    """Whatever the order of rows; of a service with few people nothing is told but that it is there."""
    need = {"trade": trade} if trade else {}
    right = by_hand(people, trade=trade)
    random.shuffle(people)

    told = compare_services(CERTIFIED, frames(people), YEAR, by="operator", need=need)

    assert set(told["operator"]) == set(right)
    for row in told.iter_rows(named=True):
        expected = right[row["operator"]]
        assert (row["people"], row["is_hidden"]) == (expected and expected[0], expected is None)
        if expected:
            assert row["standardised"] == pytest.approx(expected[1], abs=6e-5)
            assert 0 <= row["low"] <= row["standardised"] <= row["high"] <= 1


def test_the_sample_is_compared_across_agencies(observed):
    """Placements of one agency and internships of another answer the same question; modules tell two services apart."""
    told = observed.figures.compare("work", "2009")

    assert told["agency"].to_list() == ["anpe", "apej"]
    assert observed.figures.compare("certified", "2009")["agency"].to_list() == ["fafpa", "ufae"]
    (figure,) = observed.figures.indicate("2009", only="employed_after_6_months")
    assert told.row(0, named=True)["people"] == figure.more["denominator"]
    assert told.row(0, named=True)["rate"] == pytest.approx(figure.value, abs=1e-4)


def test_what_nobody_can_tell_apart_is_refused(observed):
    with pytest.raises(OperatorError, match="nearest is 'sex'"):
        observed.figures.compare("work", "2009", by="sexe")
    with pytest.raises(OperatorError, match="'level' tells nothing apart"):
        observed.figures.compare("certified", "2009", by="module", need={"level": "DEF"})
    with pytest.raises(UnknownName, match="'work'"):
        observed.figures.compare("works", "2009")
