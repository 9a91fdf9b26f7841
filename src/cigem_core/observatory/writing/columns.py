"""Published figures as columns: CSV and Parquet, with a Frictionless data package that says what they mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cigem_core.disclosure.cells import TOTAL
from cigem_core.model.indicators import Indicator
from cigem_core.observatory.protection import PublishedFigure
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

BREAKDOWNS = ("region", "sex", "age", "occupation", "returnee", "contract", "status", "agency")
NUMBERS = ("value", "numerator", "denominator", "low", "high", "median_days")
_WHOLE = ("numerator", "denominator", "median_days")
SHOWN, HIDDEN, ROUNDED = "A", "Q", "E"
"""SDMX's observation status: a normal value; one that is missing because it was suppressed; one that is near the true one."""
NOT_KEYS = (*NUMBERS, "obs_status", "rounded_to")
"""What says something of a figure, and does not name it."""


def frame_of_figures(figures: Sequence[PublishedFigure], period: str) -> pl.DataFrame:
    """A row a figure: indicator, period, a code in each breakdown (`_T` for all), its numbers and its status.

    Where counts are rounded, `rounded_to` says to multiples of what.
    """
    import polars as pl

    others = sorted({name for one in figures for name in one.by} - set(BREAKDOWNS))
    rows = [
        {
            "indicator": one.indicator,
            "period": period,
            **{name: one.by.get(name, TOTAL) for name in (*BREAKDOWNS, *others)},
            **{name: getattr(one, name) for name in NUMBERS},
            "obs_status": HIDDEN if one.is_hidden else ROUNDED if one.rounded_to else SHOWN,
            "rounded_to": one.rounded_to,
        }
        for one in figures
    ]
    text = dict.fromkeys(("indicator", "period", *BREAKDOWNS, *others), pl.String)
    numbers = {name: pl.Int64 if name in _WHOLE else pl.Float64 for name in NUMBERS}
    frame = pl.DataFrame(rows, schema={**text, **numbers, "obs_status": pl.String, "rounded_to": pl.Int64})
    frame = frame if frame["rounded_to"].count() else frame.drop("rounded_to")
    return frame.sort("indicator", *BREAKDOWNS, *others)


def as_csv(frame: pl.DataFrame) -> str:
    """The same as CSV: counts without decimals."""
    return frame.with_columns(written("value")).write_csv()


def written(name: str) -> pl.Expr:
    """A column of numbers as text, as short as they are."""
    import polars as pl

    return pl.col(name).cast(pl.String).str.strip_suffix(".0")


def write_columns(frame: pl.DataFrame, folder: Path, indicators: Sequence[Indicator], way: Text) -> list[Path]:
    """`figures.csv`, `figures.parquet` and `datapackage.json`."""
    csv, parquet, package = (folder / name for name in ("figures.csv", "figures.parquet", "datapackage.json"))
    csv.write_text(as_csv(frame), "utf-8", newline="\n")
    frame.write_parquet(parquet, compression="zstd")
    schema = {"fields": [_field(name, indicators) for name in frame.columns], "missingValues": [""]}
    schema["primaryKey"] = [name for name in frame.columns if name not in NOT_KEYS]
    described = [
        {"name": "figures", "path": csv.name, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
         "profile": "tabular-data-resource", "schema": schema},
        {"name": "figures-parquet", "path": parquet.name, "format": "parquet", "mediatype": "application/vnd.apache.parquet",
         "schema": schema},
    ]  # fmt: skip
    told = {
        "name": "cigem-figures",
        "profile": "data-package",
        "description": f"Figures of an observatory. {way.en}",
        "resources": described,
    }
    package.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return [csv, parquet, package]


def _field(name: str, indicators: Sequence[Indicator]) -> dict[str, object]:
    kind = "integer" if name in (*_WHOLE, "rounded_to") else "number" if name in NUMBERS else "string"
    if name == "indicator":
        return {"name": name, "type": kind, "constraints": {"enum": [one.name for one in indicators]}}
    if name == "obs_status":
        return {"name": name, "type": kind, "constraints": {"enum": [SHOWN, HIDDEN, ROUNDED]}}
    return {"name": name, "type": kind}
