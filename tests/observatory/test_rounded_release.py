"""A release with counts rounded instead of hidden: totals add up, nobody is told, and every output says so."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from disclosure.test_rounding import narrowed
from observatory.releases import from_csv, from_sdmx, observations
from observatory.test_counting import seekers
from observatory.test_one_release import PERIOD, SEEKERS, WOMEN, crowd, differences
from observatory.test_protection import QUARTER, people

from cigem_core.disclosure import Protected, Rounded
from cigem_core.errors import OperatorError
from cigem_core.model.periods import Period
from cigem_core.model.releases import Release
from cigem_core.observatory.labels import labels
from cigem_core.observatory.protection import release_figures
from cigem_core.observatory.writing.bulletin import Bulletin, protection_told
from cigem_core.observatory.writing.columns import frame_of_figures, write_columns
from cigem_core.observatory.writing.workbook import write_tables

ON = date(2009, 10, 15)


@pytest.fixture(scope="module")
def rounded(tmp_path_factory):
    """Two indicators over people made by hand, rounded to 10 and written out."""
    chosen, folder, names = [SEEKERS, WOMEN], tmp_path_factory.mktemp("rounded"), labels([])
    figures, done = release_figures(chosen, seekers(*crowd()), PERIOD, {}, base=10)
    way = protection_told(10, done.reach)
    bulletin = Bulletin(period=PERIOD, indicators=chosen, figures=figures, coverage=(), names=names, way=way)
    write_columns(frame_of_figures(figures, str(PERIOD)), folder, chosen, way)
    for language in ("fr", "en"):
        (folder / f"bulletin.{language}.html").write_text(bulletin.html(language), "utf-8")
        write_tables(bulletin, folder / f"bulletin.{language}.xlsx", language, on=ON)
    return folder, chosen, names, done


def cell_of(region: str, sex: str) -> frozenset[tuple[str, str]]:
    return frozenset(one for one in (("region", region), ("sex", sex)) if one[1] != "_T")


def test_counts_are_multiples_whose_totals_add_up_and_nobody_is_told(rounded):
    """The table of region and sex as it is written out, attacked by a program written apart."""
    folder, _, _, done = rounded
    told = {key: numbers[0] for (name, key), numbers in from_csv(folder / "figures.csv").items() if name == SEEKERS.name}
    truth: dict[frozenset, int] = {}
    for row in crowd():
        region, sex = row["residence.region"] or "_U", {"female": "F", "male": "M", None: "_U"}[row["identity.sex"]]
        for cell in ({("region", region), ("sex", sex)}, {("region", region)}, {("sex", sex)}, set()):
            truth[frozenset(cell)] = truth.get(frozenset(cell), 0) + 1

    assert all(number % 10 == 0 for number in told.values())
    assert all(abs(told.get(cell, 0) - number) < 10 * done.reach for cell, number in truth.items())
    regions, sexes = ({code for cell in truth for name, code in cell if name == wanted} for wanted in ("region", "sex"))
    rows = [
        {"region": region, "sex": sex, "value": int(told.get(cell_of(region, sex), 0))}
        for region in (*regions, "_T")
        for sex in (*sexes, "_T")
    ]
    table = pl.DataFrame(rows)
    for name in ("region", "sex"):
        other = "sex" if name == "region" else "region"
        sums = table.filter(pl.col(name) != "_T").group_by(other).agg(pl.col("value").sum())
        assert sums.sort(other).equals(table.filter(pl.col(name) == "_T").select(other, "value").sort(other))
    assert narrowed([(done, [table])], truth) == []


def test_a_ratio_is_made_of_the_rounded_counts(rounded):
    folder, *_ = rounded

    for (name, _), (value, numerator, denominator, *_rest) in from_csv(folder / "figures.csv").items():
        if name == "women":
            assert value == (pytest.approx(numerator / denominator, abs=5e-5) if denominator else None)
            assert numerator % 10 == denominator % 10 == 0


def test_every_output_says_that_it_is_rounded_and_to_what(rounded):
    """Columns, data package, bulletin and workbook; and they say the same numbers."""
    folder, chosen, names, _ = rounded

    assert differences(folder, chosen, names, "fr") == []
    assert differences(folder, chosen, names, "en") == []
    assert "arrondis à des multiples de\u00a010" in (folder / "bulletin.fr.html").read_text("utf-8").replace(" 10", "\u00a010")
    assert "multiples of 10" in (folder / "bulletin.en.html").read_text("utf-8")
    assert "multiples of 10" in json.loads((folder / "datapackage.json").read_text("utf-8"))["description"]
    columns = pl.read_csv(folder / "figures.csv")
    assert set(columns["obs_status"]) == {"E"}
    assert set(columns["rounded_to"]) == {10}


def test_what_belongs_together_is_published_in_one_way():
    """A month whose cells were hidden and a quarter that is rounded would tell what the other leaves out."""
    frames, month = seekers(*people()), Period(2009, 7, 1)
    _, hidden = release_figures([SEEKERS], frames, month, {})
    _, near = release_figures([SEEKERS], frames, month, {}, base=10)
    assert isinstance(hidden, Protected)
    assert isinstance(near, Rounded)

    with pytest.raises(OperatorError, match="2009-07 was published with cells hidden"):
        release_figures([SEEKERS], frames, QUARTER, {"2009-07": hidden}, base=10)
    with pytest.raises(OperatorError, match="2009-07 was published with --rounded-to 10"):
        release_figures([SEEKERS], frames, QUARTER, {"2009-07": near})
    figures, done = release_figures([SEEKERS], frames, QUARTER, {"2009-07": Rounded.restored(near.kept())}, base=10)
    assert all(one.value % 10 == 0 for one in figures)
    assert all(high - low >= 5 for low, high in done.ranges.values())
    # A period apart may be published otherwise.
    assert release_figures([SEEKERS], frames, Period(2009, 8, 1), {"2009-07": near})[1].loss.hidden > 0


@pytest.mark.long
def test_a_quarter_of_the_sample_is_published_rounded(own, tmp_path):
    """CSV and SDMX say the same, valid against the official schemas; the release is kept, and told in the same way again."""
    from pysdmx.io import read_sdmx

    done = own.figures.publish("2009-Q3", tmp_path / "out", on=ON, by="awa", rounded_to=10)
    told = from_csv(tmp_path / "out/figures.csv")

    assert (done.rounded_to, done.hidden) == (10, 0)
    assert told == from_sdmx(observations(tmp_path / "out/sdmx-data.csv"))
    assert told == from_sdmx(observations(tmp_path / "out/sdmx-data.xml"))
    assert read_sdmx(tmp_path / "out/sdmx-data.xml", validate=True).data
    assert {one["OBS_STATUS"] for one in observations(tmp_path / "out/sdmx-data.csv")} == {"A", "E"}
    assert {one["ROUNDED_TO"] for one in observations(tmp_path / "out/sdmx-data.csv") if one["OBS_STATUS"] == "E"} == {"10"}
    (kept,) = own.store.find(Release)
    assert json.loads(kept.inside)["base"] == 10
    assert own.figures.publish("2009-Q3", tmp_path / "again", on=ON, by="awa", rounded_to=10).digest == done.digest
    with pytest.raises(OperatorError, match="--rounded-to 10"):
        own.figures.publish("2009-Q3", tmp_path / "hidden", on=ON, by="awa")
