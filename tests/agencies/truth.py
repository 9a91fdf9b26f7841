"""What is wrong in the synthetic samples of an agency, as it is known from how they were made."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from cigem_core.report import Fault

PLUGINS = Path(__file__).parents[2] / "plugins"

FILES = {
    "anpe": ["demandeurs_200909.csv", "offres_200909.csv", "placements_200909.csv"],
    "apej": ["jeunes.json", "stages.json", "projets.json"],
    "fafpa": ["plan_formation_2009.xlsx"],
    "ufae": ["submissions.json"],
}
AXIS = {"anpe": "employment-data", "apej": "employment-data", "fafpa": "training", "ufae": "training"}


def sources(agency: str) -> list[Path]:
    """The files of an agency's sample."""
    return [PLUGINS / f"cigem-{agency}/samples/{agency}/{name}" for name in FILES[agency]]


def expected(agency: str) -> set[tuple[str, str, str, str, str]]:
    """The cells that are wrong: file, sheet, row, column, rule."""
    with (PLUGINS / f"cigem-{agency}/samples/truth/errors.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["agency"] == agency]
    return {(row["file"], row["sheet"], row["row"], row["column"], row["type"]) for row in rows}


def named(faults: Iterable[Fault]) -> set[tuple[str, str, str, str, str]]:
    """The cells some faults name, in the same words."""
    return {(f.address.file, f.address.sheet or "", str(f.address.row), f.address.column or "", str(f.rule)) for f in faults}


def rows(cells: Iterable[tuple[str, str, str, str, str]]) -> set[tuple[str, str, str]]:
    """The rows some cells stand in."""
    return {cell[:3] for cell in cells}
