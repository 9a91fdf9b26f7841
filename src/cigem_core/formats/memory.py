"""A table already in memory, handed over like a file: its header is row 1.

Beside a column may stand what each of its cells was (`tables.IS`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, IS, ITEM, LAST, ROW, Block, Choose, ChosenColumns, Misfit, OpenTable, Span
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_ROWS = 50_000


def open_frame(source: Source, choose: Choose) -> OpenTable:
    """Start reading an Arrow table; its cells are taken as text. SourceRefused where a column cannot be text."""
    whole: pl.DataFrame = source.table
    frame = whole.select(name for name in whole.columns if not name.startswith(IS))
    columns = choose(frame.columns)
    for position in columns.names:
        if not _is_plain(frame.dtypes[position]) and not _is_list(frame, position):
            name, dtype = frame.columns[position], frame.dtypes[position].base_type()
            raise SourceRefused(
                Text(
                    fr=f"{source.name} : la colonne « {name} » est de type {dtype} ; en donner le texte",
                    en=f"{source.name}: the column '{name}' is of type {dtype}; hand over its text",
                )
            )
    kinds = whole.select(name for name in whole.columns if name.startswith(IS))
    titles = {name: frame.columns[at] for at, name in columns.names.items()}
    letters = {name: source.letters[title] for name, title in titles.items() if title in source.letters}
    digest = source.digest or _digest(frame)
    return _OpenFrame(source.name, frame.columns, frame, kinds, columns, digest, source.assumed, letters)


def _is_list(frame: pl.DataFrame, position: int) -> bool:
    """Whether a column holds the items of lists, and says so by its name."""
    import polars as pl

    return ITEM in frame.columns[position] and frame.dtypes[position] == pl.List(pl.String)


def _is_plain(dtype: pl.DataType) -> bool:
    import polars as pl

    textual = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Time, pl.Null)
    return dtype.is_numeric() or dtype.base_type() in textual


def _digest(frame: pl.DataFrame) -> str:
    digest = hashlib.sha256()
    plain = frame.select(name for name, dtype in frame.schema.items() if _is_plain(dtype))
    for rows in (plain.head(0), *plain.iter_slices(_ROWS)):
        digest.update(rows.write_csv(include_header=rows.is_empty()).encode())
    return digest.hexdigest()


@frozen(eq=False)
class _OpenFrame:
    name: str
    header: Sequence[str]
    _frame: pl.DataFrame = field(repr=False)
    _kinds: pl.DataFrame = field(repr=False)
    _columns: ChosenColumns
    sha256: str
    assumed: tuple[Text, ...]
    letters: Mapping[str, str]
    heading: Span = Span(row=1, first=1, last=1, what="header")

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        import polars as pl

        filled = (
            (pl.col(name).cast(pl.String).str.strip_chars() != "") if _is_plain(dtype) else pl.col(name).is_not_null()
            for name, dtype in self._frame.schema.items()
        )
        names = {self.header[position]: name for position, name in sorted(self._columns.names.items())}
        rows = pl.int_range(pl.len(), dtype=pl.Int64) + 2
        read = self._frame.select(
            *(_text(header).alias(name) for header, name in names.items()),
            *(rows.alias(name) for name in (ROW, FIRST, LAST)),
        ).hstack([self._kinds[IS + header].alias(IS + name) for header, name in names.items() if IS + header in self._kinds])
        is_filled = self._frame.select(pl.any_horizontal(*filled).fill_null(False)).to_series()
        for start in range(0, read.height, _ROWS):
            cells, kept = read.slice(start, _ROWS), is_filled.slice(start, _ROWS)
            blanks = tuple(Span(row=row, first=row, last=row) for row in cells[ROW].filter(~kept))
            sound, misfits = self._told_apart(cells.filter(kept), list(names.values()))
            last = start + 1 + cells.height
            yield Block(cells=sound, misfits=misfits, others=blanks, first=start + 2, last=last)

    def _told_apart(self, cells: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, tuple[Misfit, ...]]:
        """Rows that databases can hold, and those in which a null byte stands."""
        import polars as pl

        texts = [pl.col(name).list.join("") if ITEM in name else pl.col(name) for name in names]
        broken = cells.select(
            pl.any_horizontal([pl.lit(False), *(t.str.contains("\0", literal=True) for t in texts)])
        ).to_series()
        if not broken.any():
            return cells, ()
        misfits = []
        for row in cells.filter(broken).iter_rows(named=True):
            told = ";".join(str(row[name] or "") for name in names).replace("\0", "\\x00")
            misfits.append(
                Misfit(
                    rule=Rule.ENCODING, row=row[ROW], first=row[ROW], last=row[ROW], expected=len(names),
                    text=told if self._columns.whole else None,
                )
            )  # fmt: skip
        return cells.filter(~broken), tuple(misfits)


def _text(header: str) -> pl.Expr:
    import polars as pl

    return pl.col(header) if ITEM in header else pl.col(header).cast(pl.String).fill_null("")
