"""Where tables are printed; Rich is loaded with it, and `--help` does without."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text as Styled

from cigem_core.cli.long_lists import MANY, WORD, laid_out
from cigem_core.cli.streams import HELD, SIGNS, Plain
from cigem_core.text import written_out


class Screen(Console):
    """Where tables are printed: its own colours pass, and what is in a cell does not obey."""

    def __init__(self, *, stderr: bool = False, is_piped: bool = False, **more: Any) -> None:
        stream = sys.stderr if stderr else sys.stdout
        beneath: Any = stream.beneath if isinstance(stream, Plain) else stream
        super().__init__(file=cast("Any", _Trimmed(beneath)) if is_piped else beneath, **more)

    def print(self, *objects: Any, **more: Any) -> None:
        """Print; tables are fitted to the width there is, and those of very many rows without Rich."""
        if len(objects) == 1 and isinstance(table := objects[0], Table) and table.row_count > MANY:
            headings, *columns = [[str(one.header) for one in table.columns], *map(_texts, table.columns)]
            self.long_list(headings, list(zip(*columns, strict=True)))
            return
        for one in objects:
            if isinstance(one, Table):
                _fit(one, self)
        super().print(*objects, **more)

    def long_list(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print very many rows: fitted to a screen, and whole in a file."""
        self.file.write(written_out(laid_out(headings, rows, width=self.width if self.is_terminal else None)) + "\n")

    def render_str(self, text: str, **more: Any) -> Styled:
        """A text whose French signs stay on the line of their word: Rich would break it at a no-break space as well."""
        return super().render_str(SIGNS.sub(HELD, text), **more)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something, each as plain text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(written_out(segment.text).replace(HELD, " "), segment.style)


def _texts(column: Column) -> list[str]:
    """What the cells of a column say, without their marks."""
    return [Styled.from_markup(cell).plain if "[" in (cell := str(one)) or "\\" in cell else cell for one in column.cells]


def _fit(table: Table, console: Console) -> None:
    """On a narrow screen, what is one word stays whole, and what is a text goes on below; nothing is left out."""
    if Measurement.get(console, console.options.update(width=10_000), table).maximum <= console.width:
        return
    table.collapse_padding = True
    for column in table.columns:
        column.overflow = "fold"
        cells = [str(cell) for cell in column.cells]
        if all(len(cell) <= WORD and not re.search(r"\s", cell) for cell in cells):
            column.width = max(map(len, (*cells, *str(column.header).split())), default=None)


class _Trimmed:
    """A stream whose lines end where their last word does."""

    def __init__(self, beneath: TextIO) -> None:
        self._beneath = beneath

    def write(self, text: str) -> int:
        return self._beneath.write(re.sub(r" +(?=\n)", "", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)
