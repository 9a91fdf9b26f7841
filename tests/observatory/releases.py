"""A release read back from its files, by programs that know nothing of how they were written."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

BREAKDOWNS = ("region", "sex", "age", "occupation", "returnee", "contract", "status", "agency")
Cell = frozenset[tuple[str, str]]
Number = float | None
SECRET = "hidden"
ILO = {
    "sex": {"SEX_T": "_T", "SEX_F": "F", "SEX_M": "M", "SEX_U": "_U"},
    "age": {
        "AGE_TOTAL": "_T", "AGE_YLT15": "Y_LT15", "AGE_Y15-24": "Y15-24", "AGE_Y25-34": "Y25-34", "AGE_Y35-54": "Y35-54",
        "AGE_Y55-64": "Y55-64", "AGE_YGE65": "Y_GE65", "AGE_U": "_U",
    },
    "occupation": {"OCU_ISCO08_TOTAL": "_T", "OCU_ISCO08_X": "_U", **{f"OCU_ISCO08_{n}": str(n) for n in range(10)}},
}  # fmt: skip


def cell(indicator: str, codes: dict[str, str]) -> tuple[str, Cell]:
    return indicator, frozenset((name, code) for name, code in codes.items() if code != "_T")


def number(text: str | None) -> Number:
    return float(text) if text else None


def from_csv(path: Path) -> dict[tuple[str, Cell], Any]:
    """(indicator, cell) → its numbers, or that it is hidden; no cell twice."""
    found: dict[tuple[str, Cell], Any] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = tuple(number(row[name]) for name in ("value", "numerator", "denominator", "low", "high", "median_days"))
            assert row["obs_status"] in "AQE"
            assert row["obs_status"] != "Q" or set(numbers) == {None}
            assert (row["obs_status"] == "E") == bool(row.get("rounded_to"))
            key = cell(row["indicator"], {name: row[name] for name in BREAKDOWNS})
            assert key not in found
            found[key] = SECRET if row["obs_status"] == "Q" else numbers
    return found


def from_sdmx(rows: Iterator[dict[str, str]]) -> dict[tuple[str, Cell], Any]:
    """The same, of observations with the codes of the International Labour Organization."""
    found: dict[tuple[str, Cell], Any] = {}
    for row in rows:
        codes = {name: ILO[name][row[name.upper()]] if name in ILO else row[name.upper()] for name in BREAKDOWNS}
        names = ("OBS_VALUE", "NUMERATOR", "DENOMINATOR", "LOW", "HIGH", "MEDIAN_DAYS")
        numbers = tuple(number(row.get(name)) for name in names)
        key = cell(row["INDICATOR"], codes)
        assert key not in found
        found[key] = SECRET if row["OBS_STATUS"] == "Q" else numbers
    return found


def observations(path: Path) -> Iterator[dict[str, str]]:
    """Of SDMX-CSV or SDMX-ML."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    else:
        yield from (dict(one.attrib) for one in ElementTree.parse(path).iter("Obs"))


class _Tables(HTMLParser):
    """The tables of a page: their captions and the texts of their cells."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self._in = ""
        self._caption, self._rows, self._text = "", list[list[str]](), ""

    def handle_starttag(self, tag, attrs) -> None:
        if tag == "table":
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("caption", "th", "td"):
            self._in, self._text = tag, ""

    def handle_data(self, data: str) -> None:
        self._text += data if self._in else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self._caption = self._text
        elif tag in ("th", "td"):
            self._rows[-1].append(self._text)
        elif tag == "table":
            self.found.append((self._caption, self._rows))
        self._in = "" if tag in ("caption", "th", "td") else self._in


def tables_in_html(path: Path) -> list[tuple[str, list[list[str]]]]:
    """(caption, header and rows) of each table."""
    reader = _Tables()
    reader.feed(path.read_text("utf-8"))
    return [(caption, [[text.replace("\u202f", "").replace("\u00a0", " ") for text in row] for row in rows])
            for caption, rows in reader.found]  # fmt: skip


def tables_in_xlsx(path: Path) -> dict[str, list[list[Any]]]:
    """Sheet → rows of values; nothing in it is a formula."""
    import openpyxl

    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            assert not name.startswith("xl/worksheets/sheet") or b"<f>" not in parts.read(name)
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
