"""The figures of the sample, every breakdown, against what another program reckoned from the definitions alone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from cigem_core.model.periods import Period
from cigem_core.model.shipped_indicators import INDICATORS
from cigem_core.observatory.counting import tabulate
from cigem_core.observatory.figures import figures_of
from cigem_core.observatory.frames import read_frames

TRUTH = Path(__file__).parents[2] / "plugins/cigem-mali/samples/figures/indicators.json"
TABLES: dict[tuple[str, str, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
for figure in json.loads(TRUTH.read_text("utf-8"))["figures"]:
    TABLES[figure["indicator"], figure["period"], tuple(figure["by"])].append(figure)
PERIODS = sorted({period for _, period, _ in TABLES})


def _in_order(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(figures, key=lambda one: sorted(one["by"].items()))


@pytest.mark.parametrize("period", PERIODS)
def test_every_figure_of_the_sample_is_right(observed, period):
    """1,610 figures over four periods: no cell differs, none is missing and none too many."""
    when, frames = Period.parse(period), read_frames(observed.store, INDICATORS)
    told = {
        (name, period, by): [figure.as_dict() for figure in figures_of(one, when, by, tabulate(one, frames, when, by))]
        for name, one in observed.figures.indicators.items()
        for (known, of, by) in TABLES
        if (known, of) == (name, period)
    }

    assert len(told) == len([key for key in TABLES if key[1] == period])
    assert [key for key in told if _in_order(told[key]) != _in_order(TABLES[key])] == []


def test_the_sample_has_all_its_figures():
    assert sum(map(len, TABLES.values())) == 1_610
