"""What a page is made of besides charts, as plain values: tables and paragraphs, in whichever language the page is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from cigem_core.pages.writing import NUMERIC
from cigem_core.text import Text


def _rows(given: Iterable[Sequence[Any]]) -> tuple[Sequence[Any], ...]:
    return tuple(given)


_ROWS, _LETTERS = 20, 700
"""Of a table that is kept together on paper, at most."""


@frozen(kw_only=True)
class PrintedTable:
    """A table of a page. The first cell of a row names it; numbers stand right, whole ones with their thousands set apart.

    What must not be set apart, such as a year, is handed in as text.
    """

    caption: Text | str
    header: Sequence[Text | str]
    rows: Sequence[Sequence[Any]] = field(converter=_rows)
    foot: Sequence[Any] = ()
    """The last row, where one sums up the others."""
    empty: Text | str = Text(fr="Rien à signaler.", en="Nothing to report.")
    """What stands there instead of no row."""

    @property
    def numbers(self) -> frozenset[int]:
        """The columns that hold numbers, by their places: their headings stand right, as the numbers do."""
        are = (at for row in self.rows for at, cell in enumerate(row) if isinstance(cell, NUMERIC) and not isinstance(cell, bool))
        return frozenset(are)

    @property
    def is_short(self) -> bool:
        """Whether it stands on one sheet: a short one is not parted."""
        return len(self.rows) <= _ROWS and sum(len(str(cell)) for row in self.rows for cell in row) <= _LETTERS

    @rows.validator
    def _as_wide(self, _: Any, rows: Sequence[Sequence[Any]]) -> None:
        for number, row in enumerate(rows, 1):
            if len(row) != len(self.header):
                raise ValueError(f"row {number} of a table has {len(row)} cells, its header {len(self.header)}")


def _several(given: Text | str | Iterable[Text | str]) -> tuple[Text | str, ...]:
    return (given,) if isinstance(given, str | Text) else tuple(given)


@frozen
class Beside:
    """Parts that stand side by side where there is room: a chart, and the table that says the same."""

    parts: Sequence[Any]


@frozen
class Prose:
    """Paragraphs of a page, each a text, or one alone; under a heading where one is given."""

    paragraphs: Sequence[Text | str] = field(converter=_several)
    heading: Text | str | None = None
