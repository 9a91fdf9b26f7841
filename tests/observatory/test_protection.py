"""What leaves of the figures: small cells stay inside, whichever table and whichever release would give them away."""

from __future__ import annotations

from datetime import date

import polars as pl
from disclosure.attacker import narrowed
from observatory.test_counting import seekers

from cigem_core.disclosure import Protected, Rounded
from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.observatory.protection import PublishedFigure, release_figures, tables_of
from cigem_core.observatory.writing.columns import frame_of_figures

SEEKERS = next(one for one in INDICATORS if one.name == "seekers_registered")
QUARTER, MONTHS = Period.parse("2009-Q3"), (7, 8, 9)


def people() -> list[dict[str, object]]:
    """Three regions over a quarter: few women in one of them, each month."""
    found = []
    for month in MONTHS:
        for region, women, men in (("ML-1", 20, 30), ("ML-2", 1, 25), ("ML-3", 15, 18)):
            for sex, number in (("female", women), ("male", men)):
                found += [
                    {
                        "registered_on": date(2009, month, 3),
                        "residence.region": f"{region}",
                        "identity.sex": sex,
                    }
                ] * number
    return found


def told(figures: list[PublishedFigure], region: str, sex: str) -> PublishedFigure:
    """The figure of one region and sex."""
    wanted = {"region": region, "sex": sex}
    (one,) = [f for f in figures if all(f.by[name] == wanted.get(name, "_T") for name in f.by)]
    return one


def test_a_cell_of_few_people_is_hidden_with_others_and_large_totals_are_told():
    """Three women in one region: their cell is not told, nor what would tell it; the whole is."""
    figures, done = release_figures([SEEKERS], seekers(*people()), QUARTER, {})

    assert (told(figures, "ML-2", "F").value, told(figures, "ML-2", "F").is_hidden) == (None, True)
    assert told(figures, "_T", "_T").value == 327
    low, high = done.ranges[frozenset({("region", "ML-2"), ("sex", "F"), ("population", SEEKERS.name), ("period", "2009-Q3")})]
    assert high - low >= 5


def test_months_published_before_do_not_give_a_quarter_away():
    """What the month hid is hidden from whoever holds the quarter as well, and the other way round."""
    frames = seekers(*people())
    months: dict[str, Protected] = {}
    tables = []
    for month in MONTHS:
        period = Period(2009, month, 1)
        figures, months[str(period)] = release_figures([SEEKERS], frames, period, months)
        tables.append((str(period), figures))
    figures, done = release_figures([SEEKERS], frames, QUARTER, months)
    tables.append(("2009-Q3", figures))

    shown = {period: told(some, "ML-2", "F").value for period, some in tables}
    assert set(shown.values()) == {None}
    guarded = [key for key in done.guarded if ("region", "ML-2") in key and ("sex", "F") in key]
    assert all(done.ranges[key][1] - done.ranges[key][0] >= 5 for key in guarded if key in done.ranges)


def test_a_month_without_some_region_is_part_of_its_quarter():
    """Its cells are none there; both ways of protecting keep what is published of the quarter, and read it back."""
    rows = [row for row in people() if (row["residence.region"], row["registered_on"].month) != ("ML-3", 9)]
    for base in (None, 10):
        done: dict[str, Protected | Rounded] = {}
        for period in (*(Period(2009, month, 1) for month in MONTHS), QUARTER):
            _, kept = release_figures([SEEKERS], seekers(*rows), period, done, base=base)
            done[str(period)] = type(kept).restored(kept.kept())
        assert done["2009-Q3"].guarded


def test_an_attacker_of_the_published_figures_narrows_nobody():
    """The table of region and sex, as it is written out, attacked by a program written apart."""
    figures, _ = release_figures([SEEKERS], seekers(*people()), QUARTER, {})
    frame = frame_of_figures(figures, "2009-Q3")
    table = frame.filter(*(pl.col(name) == "_T" for name in ("age", "occupation", "returnee"))).select("region", "sex", "value")

    truth = {}
    for row in people():
        region, sex = str(row["residence.region"]), "F" if row["identity.sex"] == "female" else "M"
        for cell in ({("region", region), ("sex", sex)}, {("region", region)}, {("sex", sex)}, set()):
            truth[frozenset(cell)] = truth.get(frozenset(cell), 0) + 1
    assert narrowed([table.with_columns(pl.col("value").cast(pl.Int64))], [truth]) == []


def test_each_indicator_is_published_by_each_breakdown_and_sex_within_region():
    assert tables_of(SEEKERS) == [("age",), ("occupation",), ("returnee",), ("region", "sex")]
