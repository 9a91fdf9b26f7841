"""Counting, over frames made by hand: whatever the order of rows, and as a clerk with a calendar would count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.errors import DeclarationError, OperatorError
from cigem_core.model.indicators import Indicator, Tally, needed
from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.observatory.codes import age_group
from cigem_core.observatory.counting import counted_records, ratio, tabulate
from cigem_core.text import Text

BY_NAME = {one.name: one for one in INDICATORS}
YEAR = Period.parse("2009")
DAYS = st.dates(date(1900, 1, 1), date(2030, 12, 31))


def seekers(*rows: dict[str, object]) -> dict[str, pl.LazyFrame]:
    """Job seekers of one agency."""
    columns = {
        "registered_on": pl.Date, "residence.region": pl.String, "identity.sex": pl.String, "identity.birth": pl.String,
        "occupation": pl.String, "migration.returnee": pl.Boolean,
    }  # fmt: skip
    keyed = [{"agency": "anpe", "scope": "", "key": str(n), **row} for n, row in enumerate(rows)]
    schema = {"agency": pl.String, "scope": pl.String, "key": pl.String, **columns}
    return {"job_seeker": pl.DataFrame(keyed, schema=schema).lazy()}


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _group(age: int) -> str:
    for below, code in ((15, "Y_LT15"), (25, "Y15-24"), (35, "Y25-34"), (55, "Y35-54"), (65, "Y55-64")):
        if age < below:
            return code
    return "Y_GE65"


def _told(birth: str, on: date) -> str | None:
    frame = pl.DataFrame({"birth": [birth], "on": [on]}, schema={"birth": pl.String, "on": pl.Date})
    return frame.select(age_group(pl.col("birth"), pl.col("on"))).item()


@given(DAYS, DAYS)
def test_someone_born_on_a_known_day_has_one_age(born, on):
    assert _told(str(born), on) == _group(_age(born, on))


@given(st.integers(1900, 2030), DAYS, st.booleans())
def test_a_year_may_be_any_day_of_it_and_about_a_year_one_more_on_each_side(year, on, about):
    """The group is told where all days agree, and is undetermined otherwise."""
    slack = 1 if about else 0
    first, last = date(year - slack, 1, 1), date(year + slack, 12, 31)
    groups = {_group(_age(first + timedelta(days=n), on)) for n in range((last - first).days + 1)}

    assert _told(f"{year}~" if about else str(year), on) == (next(iter(groups)) if len(groups) == 1 else None)


def test_someone_of_29_february_is_a_year_older_on_1_march():
    assert _told("1984-02-29", date(2009, 2, 28)) == "Y15-24"
    assert _told("1984-02-29", date(2009, 3, 1)) == "Y25-34"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_ratios_are_rounded_half_up_to_four_decimals(numerator, denominator):
    """In whole numbers; nothing divided by nothing is no number."""
    from decimal import ROUND_HALF_UP, Decimal

    frame = pl.DataFrame({"n": [numerator], "d": [denominator]}, schema={"n": pl.Int64, "d": pl.Int64})
    told = frame.select(ratio(pl.col("n"), pl.col("d"))).item()

    right = Decimal(numerator) / denominator if denominator else None
    assert told == (None if right is None else float(right.quantize(Decimal("0.0001"), ROUND_HALF_UP)))


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "registered_on": st.none() | st.dates(date(2008, 10, 1), date(2010, 3, 1)),
            "residence.region": st.none() | st.sampled_from(["ML-1", "ML-BKO"]),
            "identity.sex": st.none() | st.sampled_from(["female", "male"]),
            "occupation": st.none() | st.sampled_from(["7212", "7213", "5120"]),
            "migration.returnee": st.none() | st.booleans(),
        }
    ),
    max_size=30,
)


@settings(max_examples=40)
@given(ROWS, st.randoms())
def test_cells_are_what_a_clerk_would_tick_off_in_any_order(rows, random):
    """Both ends of the period are in it, what is empty has a code of its own, and cells of nobody are left out."""
    codes = {None: "_U", "female": "F", "male": "M", True: "Y", False: "N"}

    def cell(row):
        region, occupation = row["residence.region"] or "_U", row["occupation"]
        codes_of = (codes[row["identity.sex"]], occupation[0] if occupation else "_U", codes[row["migration.returnee"]])
        return (region, *codes_of)

    right = Counter(cell(row) for row in rows if row["registered_on"] and row["registered_on"].year == 2009)
    random.shuffle(rows)

    by = ("region", "sex", "occupation", "returnee")
    told = tabulate(BY_NAME["seekers_registered"], seekers(*rows), YEAR, by)

    assert {tuple(row[name] for name in by): row["value"] for row in told.iter_rows(named=True)} == right
    assert tabulate(BY_NAME["seekers_registered"], seekers(*rows), YEAR)["value"].item() == right.total()


def test_a_breakdown_that_an_indicator_has_not_is_refused_with_those_it_has():
    with pytest.raises(OperatorError, match="tension is not broken down by 'sex'; there are: occupation, region"):
        tabulate(BY_NAME["tension"], {}, YEAR, ["sex"])


def test_the_records_behind_a_cell_are_named():
    """Each counts once, and nobody else is among them."""
    frames = seekers(
        {"registered_on": date(2009, 5, 1), "identity.sex": "female"},
        {"registered_on": date(2009, 5, 1), "identity.sex": "male"},
        {"registered_on": date(2010, 5, 1), "identity.sex": "female"},
    )
    found = counted_records(BY_NAME["seekers_registered"].counts, frames, YEAR, ["sex"]).collect()

    assert found.filter(sex="F")["key"].to_list() == ["0"]


def test_a_path_that_leads_nowhere_is_found_when_the_indicator_is_declared():
    with pytest.raises(DeclarationError, match=r"from 'job_seeker'; the nearest is 'residence.region'"):
        Tally("job_seeker", day="registered_on", by={"region": "residence.regoin"})
    with pytest.raises(DeclarationError, match="'occupation' of 'job_seeker' is no day"):
        Tally("job_seeker", day="occupation", by={})
    with pytest.raises(DeclarationError, match=r"'registered_on' breaks nothing down \(when\)"):
        Tally("job_seeker", day="registered_on", by={"when": "registered_on"})


def test_an_indicator_is_named_in_small_letters():
    said = Text(fr="…", en="…")
    with pytest.raises(DeclarationError, match="named in small letters"):
        Indicator(name="My figure", label=said, definition=said, unit=said, counts=Tally("trainee", day="ended_on", by={}))


def test_only_what_is_looked_at_is_read():
    """References are followed, and nobody's name is among the fields."""
    assert needed([BY_NAME["openness"]]) == {
        "enrolment": {"session", "residence.region", "migration.returnee", "migration.country"},
        "training_session": {"begins_on"},
    }


@pytest.mark.parametrize(
    ("written", "first", "last", "before"),
    [
        ("2009-09", date(2009, 9, 1), date(2009, 9, 30), "2009-08"),
        ("2009-Q1", date(2009, 1, 1), date(2009, 3, 31), "2008-Q4"),
        ("2009-Q4", date(2009, 10, 1), date(2009, 12, 31), "2009-Q3"),
        ("2009", date(2009, 1, 1), date(2009, 12, 31), "2008"),
        ("2008-02", date(2008, 2, 1), date(2008, 2, 29), "2008-01"),
    ],
)
def test_a_period_is_read_as_it_is_written(written, first, last, before):
    period = Period.parse(written)
    assert (str(period), period.first, period.last, str(period.before())) == (written, first, last, before)


@pytest.mark.parametrize("written", ["2009Q3", "2009-Q5", "2009-13", "09-2009", "0000", "", "2009-Q"])
def test_what_is_no_period_is_refused_with_an_example(written):
    with pytest.raises(OperatorError, match="2009-Q3"):
        Period.parse(written)
