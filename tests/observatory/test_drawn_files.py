"""Files drawn from a seed: every figure is what the drawing counted, in every breakdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from agencies.truth import AXIS
from observatory.by_hand import BY, breakdowns
from observatory.drawn import Drawn

from cigem_core import Workspace
from cigem_core.model.periods import Period

ON = date(2010, 3, 1)


def differences(folder: Path, seed: int, people: int, most: int, *periods: str) -> tuple[int, list[str]]:
    """How many figures there were, and those that differ from what was drawn."""
    drawn, compared, wrong = Drawn(folder, seed, people), 0, []
    with Workspace.create(folder / "drawn.sqlite", on=ON, by="awa") as centre:
        for agency, files in drawn.files.items():
            centre.pull(agency, *files, axis=AXIS[agency], on=ON, by="awa")
        for written in periods:
            period = Period.parse(written)
            for name in BY:
                for by in breakdowns(name, most):
                    told = {
                        tuple(row[b] for b in by): row for row in centre.figures.table(name, period, by).iter_rows(named=True)
                    }
                    right = drawn.cells(name, period.first, period.last, by)
                    compared += len(right)
                    wrong += [f"{written} {name} {by} {codes}: cell of nobody" for codes in told.keys() - right.keys()]
                    for codes, numbers in right.items():
                        found = {part: told[codes][part] for part in numbers} if codes in told else None
                        wrong += [f"{written} {name} {by} {codes}: {found}, not {numbers}"] * (found != numbers)
    return compared, wrong


def test_figures_of_drawn_files_are_those_counted_while_drawing(tmp_path):
    """Each breakdown alone, over a quarter."""
    compared, wrong = differences(tmp_path, 7, 60, 1, "2009-Q3")

    assert wrong == []
    assert compared > 60


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_figures_of_many_drawn_files_are_those_counted_while_drawing(tmp_path, seed):
    """All breakdowns together, over months, quarters and years."""
    compared, wrong = differences(tmp_path, seed, 300, 5, "2009-Q3", "2009-09", "2009", "2008-12", "2009-Q4")

    assert wrong == []
    assert compared > 2_000
