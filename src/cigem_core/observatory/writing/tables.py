"""The tables of a bulletin, before they are written: the same cells for whoever reads and whoever reuses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from cigem_core.disclosure.cells import TOTAL
from cigem_core.model.indicators import Indicator
from cigem_core.observatory.labels import BREAKDOWNS, Names, label
from cigem_core.observatory.protection import PublishedFigure
from cigem_core.text import Text

HIDDEN = "s"
"""What stands for a hidden number."""
_TOLD = ("region", "occupation", "age", "status", "agency")
"""The breakdowns a bulletin tells, where there is something to see."""


@frozen(kw_only=True)
class FigureTable:
    """The cells of an indicator by one breakdown or two."""

    indicator: Indicator
    by: tuple[str, ...]
    cells: Sequence[PublishedFigure]

    @property
    def title(self) -> Text:
        """What it is called: the indicator, by what."""
        called = [BREAKDOWNS.get(name, Text(fr=name, en=name)) for name in self.by]
        fr, en = " et ".join(one.fr.lower() for one in called), " and ".join(one.en.lower() for one in called)
        return Text(fr=f"{self.indicator.label.fr}, par {fr}", en=f"{self.indicator.label.en}, by {en}")

    @property
    def header(self) -> list[Text]:
        """A column a breakdown, then the numbers."""
        names = [BREAKDOWNS.get(name, Text(fr=name, en=name)) for name in self.by]
        terms = [Text(fr="Dont", en="Of which"), Text(fr="Sur", en="Out of")] if self.indicator.is_ratio else []
        return [*names, Text(fr="Valeur", en="Value"), *terms]

    def rows(self, names: Names) -> Iterator[tuple[list[Text], list[float | int | str | None]]]:
        """What each cell is called, and its numbers; hidden ones are told as such."""
        for one in self.cells:
            called = [label(names, name, one.by[name]) for name in self.by]
            numbers = [one.value, one.numerator, one.denominator] if self.indicator.is_ratio else [one.value]
            yield called, [HIDDEN] * len(numbers) if one.is_hidden else list(numbers)


def figure_tables(indicator: Indicator, figures: Sequence[PublishedFigure]) -> list[FigureTable]:
    """The tables of an indicator: by each breakdown that is told and shows something."""
    wanted = [(name,) for name in indicator.breakdowns if name in _TOLD]
    made = [figure_table(indicator, by, figures) for by in wanted]
    return [one for one in made if any(cell.value is not None for cell in one.cells)]


def figure_table(indicator: Indicator, by: tuple[str, ...], figures: Sequence[PublishedFigure]) -> FigureTable:
    """The table of an indicator by some breakdowns."""
    cells = [
        one
        for one in figures
        if one.indicator == indicator.name and {name for name, code in one.by.items() if code != TOTAL} == set(by)
    ]
    return FigureTable(indicator=indicator, by=by, cells=cells)


def whole_of(indicator: Indicator, figures: Sequence[PublishedFigure]) -> PublishedFigure:
    """An indicator over everybody."""
    return figure_table(indicator, (), figures).cells[0]
