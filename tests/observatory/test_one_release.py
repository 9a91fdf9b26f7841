"""Whatever form a release is read in, it says the same of each cell and hides the same."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from observatory.releases import SECRET, cell, from_csv, from_sdmx, observations, tables_in_html, tables_in_xlsx
from observatory.test_counting import seekers
from pysdmx.io import read_sdmx

from cigem_core.model.indicators import Indicator, Tally
from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.observatory.labels import label, labels
from cigem_core.observatory.protection import release_figures
from cigem_core.observatory.writing.bulletin import Bulletin
from cigem_core.observatory.writing.columns import frame_of_figures, write_columns
from cigem_core.observatory.writing.sdmx import ids_of
from cigem_core.observatory.writing.workbook import write_tables
from cigem_core.text import Text

ON = date(2009, 10, 15)
PERIOD = Period.parse("2009-Q3")
SEEKERS = INDICATORS[0]
WOMEN = Indicator(
    name="women",
    label=Text(fr="=1+1 femmes", en="=1+1 women"),  # a label that a spreadsheet would run
    definition=Text(fr="Part des femmes.", en="Share of women."),
    unit=Text(fr="rapport", en="ratio"),
    counts=Tally("job_seeker", day="registered_on", where={"sex": ("F",)}, by=SEEKERS.counts.by),
    among=Tally("job_seeker", day="registered_on", where={"sex": ("F", "M")}, by=SEEKERS.counts.by),
)


def crowd():
    """Regions of many, of few and of nobody, some of unknown sex."""
    found = []
    for region, women, men, unknown in (("ML-1", 1_200, 900, 20), ("ML-2", 3, 41, 0), ("ML-3", 60, 2, 9), (None, 7, 0, 6)):
        for sex, number in (("female", women), ("male", men), (None, unknown)):
            birth = {"identity.birth": "1984-02-29", "occupation": "7212" if number % 2 else "5120"}
            one = {"registered_on": date(2009, 8, 3), "residence.region": region, "identity.sex": sex, **birth}
            found += [one] * number
    return found


def differences(folder: Path, indicators, names, language) -> list[str]:
    """What the bulletin and its workbook say otherwise than the columns, cell by cell."""
    told = from_csv(folder / "figures.csv")
    titles = {}
    for one in indicators:
        for by in [*((name,) for name in one.breakdowns), ("region", "sex")]:
            called = [_breakdown(name)[language].lower() for name in by]
            joined = ({"fr": " et ", "en": " and "}[language]).join(called)
            titles[f"{one.label.in_(language)}{', par ' if language == 'fr' else ', by '}{joined}"] = (one, by)
    wrong = []
    tables = tables_in_html(folder / f"bulletin.{language}.html")
    sheets = list(tables_in_xlsx(folder / f"bulletin.{language}.xlsx").values())
    assert len(sheets) == len(tables) + 1
    for (caption, (_, *rows)), (_, *numbers) in zip(tables, sheets[1:], strict=True):
        one, by = titles[caption.replace("\u00a0", " ")]
        codes = _codes(told, one.name, by, names, language)
        assert {tuple(row[: len(by)]) for row in rows} == set(codes), caption
        assert [row[: len(by)] for row in numbers] == [row[: len(by)] for row in rows], caption
        for row, same in zip(rows, numbers, strict=True):
            right = told[cell(one.name, codes[tuple(row[: len(by)])])]
            shown = [None if text == "–" else text for text in row[len(by) :]]
            shown = SECRET if set(shown) == {"s"} else [_number(text) for text in shown]
            held = SECRET if set(same[len(by) :]) == {"s"} else list(same[len(by) :])
            expected = right if right == SECRET else list(right[: 3 if one.is_ratio else 1])
            wrong += [f"{caption} {row}: {right}"] * (shown != expected) + [f"{caption} {same}: {right}"] * (held != expected)
    return wrong


def _number(text):
    if text is None:
        return None
    is_french = "," in text and len(text.split(",")[1]) == 4  # thousands stand in threes, ratios have four decimals
    return float(text.replace(",", "." if is_french else ""))


def _breakdown(name):
    from cigem_core.observatory.labels import BREAKDOWNS

    return {"fr": BREAKDOWNS[name].fr, "en": BREAKDOWNS[name].en}


def _codes(told, indicator, by, names, language):
    """What each cell of a breakdown is called → its codes, as the columns have them."""
    cells = [dict(key) for name, key in told if name == indicator and {breakdown for breakdown, _ in key} == set(by)]
    return {tuple(label(names, name, codes[name]).in_(language).replace("\u202f", "") for name in by): codes for codes in cells}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A release of two indicators over people made by hand."""
    chosen, folder = [SEEKERS, WOMEN], tmp_path_factory.mktemp("release")
    figures, _ = release_figures(chosen, seekers(*crowd()), PERIOD, {})
    names = labels([])
    bulletin = Bulletin(period=PERIOD, indicators=chosen, figures=figures, coverage=(), names=names)
    write_columns(frame_of_figures(figures, str(PERIOD)), folder, chosen, bulletin.way)
    for language in ("fr", "en"):
        (folder / f"bulletin.{language}.html").write_text(bulletin.html(language), "utf-8")
        write_tables(bulletin, folder / f"bulletin.{language}.xlsx", language, on=ON)
    return folder, chosen, names, bulletin


def test_the_bulletin_and_its_workbook_say_what_the_columns_say(small):
    """Cell by cell, in both languages: the same numbers, the same hidden, none missing and none too many."""
    folder, chosen, names, _ = small

    assert differences(folder, chosen, names, "fr") == []
    assert differences(folder, chosen, names, "en") == []
    assert SECRET in from_csv(folder / "figures.csv").values()


def test_a_workbook_is_the_same_bytes_and_runs_nothing(small):
    """Whatever the clock says; a label that looks like a formula is a text."""
    folder, _, _, bulletin = small
    again = folder / "again.xlsx"
    write_tables(bulletin, again, "fr", on=ON)

    assert again.read_bytes() == (folder / "bulletin.fr.xlsx").read_bytes()
    summary = next(iter(tables_in_xlsx(again).values()))
    assert "=1+1 femmes" in [row[0] for row in summary]


@pytest.mark.long
def test_every_file_of_a_quarter_of_the_sample_says_the_same(own, tmp_path):
    """Bulletin, workbook, CSV and SDMX in both its forms, 225 figures of eleven indicators."""
    own.figures.publish("2009-Q3", tmp_path / "out", on=ON, by="awa", xlsx=True)
    folder, chosen = tmp_path / "out", list(own.figures.indicators.values())
    names = labels(own.plugins.codelists)

    told = from_csv(folder / "figures.csv")
    assert told == from_sdmx(observations(folder / "sdmx-data.csv"))
    assert told == from_sdmx(observations(folder / "sdmx-data.xml"))
    assert differences(folder, chosen, names, "fr") == []
    assert differences(folder, chosen, names, "en") == []
    read = read_sdmx(folder / "sdmx-data.xml", validate=True)  # against the official schemas
    assert told == from_sdmx(iter(read.data[0].data.astype(object).where(read.data[0].data.notna(), None).to_dict("records")))
    assert told == from_sdmx(_by_another_reader(folder))


def _by_another_reader(folder):
    """The observations as sdmx1 reads them; it is told the structure, for it does not read all of ours."""
    sdmx = pytest.importorskip("sdmx")
    from sdmx.model import v30

    with (folder / "sdmx-data.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))[3:]
    structure = v30.DataStructureDefinition(id="DSD_FIGURES", version="1.0.0")
    for name in columns[: columns.index("OBS_VALUE")]:
        structure.dimensions.append(v30.TimeDimension(id=name) if name == "TIME_PERIOD" else v30.Dimension(id=name))
    structure.measures.append(v30.Measure(id="OBS_VALUE"))
    for name in columns[columns.index("OBS_VALUE") + 1 :]:
        structure.attributes.append(v30.DataAttribute(id=name))
    (data,) = sdmx.read_sdmx(folder / "sdmx-data.xml", structure=structure).data
    for one in data.obs:
        told = {**one.dimension.values, **one.attached_attribute}
        yield {**{name: found.value for name, found in told.items()}, "OBS_VALUE": one.value}


def test_codes_that_sdmx_does_not_know_get_ids_of_their_own():
    """A plugin may break down by a text: what differs stays apart, and letters with accents are no ids."""
    ids = ids_of("host", ["Mairie de Kayes", "Mairie-de Kayes", "Mairie de_Kayes", "Ségou", "_T", ""])

    assert len(set(ids.values())) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_@$-]+", one) for one in ids.values())
    assert ids["_T"] == "_T"
