"""A delimited text as a sample: any dialect, told as it was found."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import ClassVar

from attrs import evolve, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.delimited.header import is_tags
from cigem_core.formats.delimited.wild import Wild, read_any
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW, ChosenColumns, Misfit
from cigem_core.scaffold.samples import Replace, SampleColumn, SampleTable, pattern, quoted
from cigem_core.text import Text


def look(source: Source) -> Delimited:
    """A delimited text; SourceRefused where its columns have no names."""
    wild = read_any(source)
    if not any(name.strip() for name in wild.header):
        raise SourceRefused(
            Text(
                fr=f"{source.name} : aucune ligne ne nomme les colonnes ; en mettre une en haut",
                en=f"{source.name}: no row names the columns; put one on top",
            )
        )
    return _by_first_row(source, wild) if wild.dialect.heading > 1 else Delimited(wild, summed=_no_records(source, wild))


def _no_records(source: Source, wild: Wild) -> frozenset[int]:
    """The rows between and below records that an adapter passes over: totals, notes, the header again."""

    def choose(header: Sequence[str]) -> ChosenColumns:
        if [name.strip() for name in header] != [name.strip() for name in wild.header]:
            raise SourceRefused(Text(fr="ce n'est pas l'en-tête", en="this is not the header"))
        return ChosenColumns(names={at: str(at) for at in range(len(header))}, whole=True, key=0)

    try:
        opened = Csv(source.name).open(source, choose)
    except SourceRefused:
        return frozenset()
    below = max(wild.spans.filter(wild.spans["what"] == "header")["last"].to_list(), default=0)
    return frozenset(span.row for block in opened.blocks() for span in block.others if span.first > below)


def _by_first_row(source: Source, wild: Wild) -> Delimited:
    """The text with its columns called by the first row of its header, as an adapter calls them; the rest stands beside."""
    found: list[Sequence[str]] = []

    def choose(header: Sequence[str]) -> ChosenColumns:
        names = [name.strip() for name in header]
        alike = len(names) == len(wild.header) and all(h.startswith(n) for h, n in zip(wild.header, names, strict=True))
        if not alike or not all(names) or len(set(names)) < len(names):
            raise SourceRefused(Text(fr="ce n'est pas l'en-tête", en="this is not the header"))
        found.append(names)
        return ChosenColumns(names={}, whole=False)

    try:
        Csv(source.name, header_rows=wild.dialect.heading).open(source, choose).close()
    except SourceRefused:
        return Delimited(wild)
    names = tuple(found[-1])
    rest = tuple(whole.removeprefix(name).strip() for whole, name in zip(wild.header, names, strict=True))
    rows = wild.rows.rename(dict(zip(wild.rows.columns[: len(names)], names, strict=True)))
    return Delimited(evolve(wild, header=names, rows=rows), (rest,))


@frozen(eq=False)
class Delimited:
    """A delimited text that was read whole."""

    wild: Wild
    further: tuple[tuple[str, ...], ...] = ()
    """The rows of its header below the first, where that one names the columns."""
    summed: frozenset[int] = frozenset()
    """The rows that are no records: totals, notes, the header again."""
    uses: ClassVar[Sequence[str]] = ("Csv",)

    @property
    def file_name(self) -> str:
        """Its own name."""
        return self.wild.name

    @property
    def tables(self) -> Sequence[SampleTable]:
        """The one table under its header; rows that cannot be aligned are no evidence."""
        import polars as pl

        wild = self.wild
        sound = ~wild.places[ROW].is_in([*(misfit.row for misfit in wild.misfits), *self.summed])
        rows = wild.rows.filter(sound).with_columns(pl.all().str.strip_chars().replace("", None))
        said = dict(zip(wild.header, zip(*self.further, strict=True), strict=True)) if self.further else {}
        columns = tuple(
            SampleColumn(header=name, cells=rows[name], hints=tuple(filter(None, said.get(name, ()))))
            for name, title in zip(rows.columns, wild.header, strict=False)
            # What stands under no title was given a name here, by which no adapter would find it.
            if title.strip()
        )
        notes = tuple(f"{assumed.en}" for assumed in wild.assumed)
        return [SampleTable(title=wild.name.rpartition(".")[0], columns=columns, declared=self._declared(), notes=notes)]

    def preamble(self, naming: tuple[str, str] | None) -> Sequence[str]:  # noqa: ARG002  a file is named by nothing
        """Nothing."""
        return []

    def copied(self, replace: Replace) -> bytes:
        """The text again, in its own dialect, as many cells in a row as it had."""
        wild, written = self.wild, io.StringIO()
        writer = csv.writer(
            written,
            delimiter=wild.dialect.plain_delimiter,
            quotechar=wild.dialect.quote or '"',
            lineterminator=wild.dialect.line_end,
        )
        title, misfits = wild.name.rpartition(".")[0], {misfit.row: misfit for misfit in wild.misfits}
        rows = dict(zip(wild.places[ROW], wild.rows.iter_rows(), strict=True))
        titles, headers = iter(wild.titles), iter((wild.header, *self.further))
        for what, row in wild.spans.select("what", "row").iter_rows():
            if row in self.summed and what in ("record", "misfit"):
                writer.writerow(_summed(rows[row]))
            elif what == "header":
                writer.writerow(next(headers, wild.header))
            elif what == "title":
                writer.writerow([replace(title, "", cell) for cell in next(titles, ())])
            elif what == "misfit":
                writer.writerow(_replaced(misfits[row], rows[row], replace, title))
            elif what == "record":
                writer.writerow([replace(title, header, cell) for header, cell in zip(wild.rows.columns, rows[row], strict=True)])
            else:
                written.write(wild.dialect.line_end)
        return written.getvalue().encode(wild.dialect.encoding, errors="replace")

    def _declared(self) -> str:
        dialect, name = self.wild.dialect, quoted(pattern(self.wild.name))
        # A row of tags is passed over by itself.
        deep = 1 + sum(not is_tags(row) for row in self.further)
        rows = f", header_rows={deep}" if deep > 1 else ""
        if not dialect.is_plain or dialect.header != 1 or rows:
            return f"Csv({name}{rows})"
        encodings = ("utf-8-sig",) if dialect.encoding.startswith("utf-8") else ("utf-8-sig", dialect.encoding)
        listed = ", ".join(map(quoted, encodings)) + ("," if len(encodings) == 1 else "")
        return f"Csv({name}, delimiter={quoted(dialect.delimiter)}, encodings=({listed}))"


def _summed(cells: Sequence[str]) -> list[str]:
    """A row that is no record: of a total its label, of a note nothing, for either may name somebody."""
    told = [cell for cell in cells if cell.strip()]
    label = "TOTAL" if len(told) > 1 else ""
    return [label if at == 0 else "0" if cell.strip() and label else "" for at, cell in enumerate(cells)]


def _replaced(misfit: Misfit, cells: Sequence[str], replace: Replace, title: str) -> list[str]:
    """A row that cannot be aligned: none of its cells is where it seems to be, so all of them are replaced."""
    return [replace(title, "", cell) for cell in misfit.cells or cells]
