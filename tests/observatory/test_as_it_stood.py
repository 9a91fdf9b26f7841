"""Figures as the workspace stood on a day, over several periods, with what is missing beside them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import pytest
from agencies.truth import sources

from cigem_core.errors import OperatorError
from cigem_core.model.periods import Period
from cigem_core.observatory.coverage import read_coverage
from cigem_core.observatory.figures import Figure, FigureList

ON = date(2009, 10, 1)
DAY = timedelta(days=1)
KINDS = ("job_seeker", "job_offer", "placement", "young_person", "internship", "business_project", "enrolment", "trainee")


def values(figures) -> dict[str, object]:
    return {one.indicator: one.as_dict() for one in figures}


def test_what_was_known_on_the_last_day_is_what_stands(observed):
    """Records folded from their history are the current ones, and so are the figures; the day before there was nothing."""
    for kind in KINDS:
        assert observed.store.frame(kind, at=ON).equals(observed.store.frame(kind))

    assert values(observed.figures.indicate("2009", at=ON)) == values(observed.figures.indicate("2009"))
    before = observed.figures.indicate("2009", at=ON - DAY)
    assert {one.value for one in before} <= {0, None}


def test_a_correction_changes_today_and_not_the_day_before(own, tmp_path):
    """A later file says another region of somebody: the figures of the day before say what was known then."""
    lines = next(path for path in sources("anpe") if "demandeurs" in path.name).read_bytes().decode("cp1252").splitlines()
    (moved,) = [line for line in lines if "ANS-2009-00009" in line][:1]
    header, cells = lines[0].split(";"), moved.split(";")
    at = header.index("Région")
    old = cells[at]
    cells[at] = "Gao" if old != "Gao" else "Kayes"
    file = tmp_path / "demandeurs_200910.csv"
    file.write_bytes("\r\n".join([lines[0], ";".join(cells), ""]).encode("cp1252"))
    had = own.figures.table("seekers_registered", "2009", ["region"])
    own.pull("anpe", file, axis="employment-data", on=ON + 30 * DAY, by="awa")

    then = own.figures.table("seekers_registered", "2009", ["region"], at=ON + 29 * DAY)
    now = own.figures.table("seekers_registered", "2009", ["region"])

    assert then.equals(had)
    assert not now.equals(had)
    assert now["value"].sum() == had["value"].sum()


def test_a_series_is_its_periods_oldest_first(observed):
    """Each period as if it had been asked alone; months add up to their quarter."""
    months = observed.figures.indicate("2009-09", only="seekers_registered", series=3)

    assert [one.period for one in months] == ["2009-07", "2009-08", "2009-09"]
    (quarter,) = observed.figures.indicate("2009-Q3", only="seekers_registered")
    assert sum(one.value for one in months) == quarter.value
    assert [one.period for one in observed.figures.indicate("2009", only="openness", series=2)] == ["2008", "2009"]
    table = observed.figures.table("seekers_registered", "2009-09", ["sex"], series=3)
    assert table.group_by("period", maintain_order=True).agg(pl.col("value").sum()).rows() == [
        (one.period, one.value) for one in months
    ]
    with pytest.raises(OperatorError, match="at least one period"):
        observed.figures.indicate("2009-09", series=0)


def test_beside_a_figure_stand_its_missing_returns_and_waiting_rows(observed):
    """ANPE's files came on 1 October: September is there, October is not; eighteen of their rows wait."""
    (september,) = observed.figures.indicate("2009-09", only="seekers_registered")
    (feed,) = september.coverage.feeds
    assert (feed.agency, feed.kind, feed.records, feed.waiting, feed.missing) == ("anpe", "job_seeker", 912, 18, ())

    (quarter,) = observed.figures.indicate("2009-Q4", only="seekers_registered", at=date(2009, 12, 15))
    assert quarter.coverage.feeds[0].missing == ("2009-10", "2009-11")  # December had not ended
    assert json.dumps(quarter.coverage.as_dict())


def test_rows_wait_until_the_day_they_are_closed(own):
    """One entry is dismissed in November: it waited in October, and waits no more."""
    (one, *_) = own.store.entries(agency="anpe", kind="job_seeker")
    own.dismiss(one.id, because="trial", on=ON + 31 * DAY, by="awa")
    seekers = [own.figures.indicator("seekers_registered")]

    def waits(day):
        return read_coverage(own.store, seekers, Period.parse("2009"), at=day).waiting

    assert (waits(ON - DAY), waits(ON), waits(ON + 30 * DAY), waits(ON + 31 * DAY), waits(None)) == (0, 18, 18, 17, 17)


def test_what_leaves_says_no_exact_numbers_of_what_is_behind_it(observed):
    """Beside published totals they would tell how many were left out."""
    told = observed.figures.coverage("2009", only="seekers_registered").texts(rounded=True)

    assert told[0].en.startswith("ANPE, job seeker: about 910 records, about 20 rows waiting for a correction")


def test_the_records_behind_a_figure_are_told_with_their_codes(observed):
    """As many as the figure counts, each under its code."""
    told = observed.figures.records("seekers_registered", "2009-Q3", {"sex": "F"}, by=["region", "sex"])
    table = observed.figures.table("seekers_registered", "2009-Q3", ["region", "sex"]).filter(sex="F")

    counted = told.group_by("by_region").len().sort("by_region")
    assert dict(counted.iter_rows()) == dict(table.select("region", "value").iter_rows())


def test_figures_and_charts_show_themselves_in_a_notebook(observed):
    """A table of what was asked, and bars with their title; what a code holds is escaped."""
    shown = observed.figures.indicate("2009", only="openness", by=["region"])._repr_html_()
    assert shown.startswith("<table>")
    assert "<th>region</th>" in shown
    odd = FigureList([Figure(indicator="<b>", period="2009", by={}, value=None)])
    assert "<b>" not in odd._repr_html_()

    chart = observed.figures.chart("seekers_registered", "2009", "region")
    assert chart._repr_html_().startswith("<figure>")
    assert "Kayes" in chart
