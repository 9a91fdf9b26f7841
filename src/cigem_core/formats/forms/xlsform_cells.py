"""The sheets of an XLSForm as rows whose cells go by one word each, whatever their headers' spelling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from cigem_core.errors import DeclarationError, nearest
from cigem_core.formats.books.grid import read_book
from cigem_core.formats.forms.xlsform_words import COLUMNS, SILENT, SILENT_SHEETS, column_of
from cigem_core.formats.source import Source
from cigem_core.formats.tables import IS
from cigem_core.model.forms import Wording
from cigem_core.report import Address
from cigem_core.spelling import WHITE_SPACE
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_WORDINGS = frozenset({"label", "required_message", "constraint_message", "rank_message"})


@frozen(kw_only=True)
class FormRow:
    """A row of a sheet: its cells by word, and what it says in several languages."""

    file: str
    sheet: str
    number: int
    cells: Mapping[str, str]
    wordings: Mapping[str, Wording]
    headers: Mapping[str, str] = field(repr=False)
    """Word → the header as it stands."""
    others: Mapping[str, str]
    """The cells of columns nobody knows."""

    def says(self, column: str, fr: str, en: str) -> Text:
        """A sentence about a cell of this row."""
        header = self.headers.get(column, column)
        return Text(
            fr=f"feuille « {self.sheet} », ligne {self.number}, colonne « {header} » : {fr}",
            en=f"sheet '{self.sheet}', row {self.number}, column '{header}': {en}",
        )

    def address(self, column: str) -> Address:
        """Where a cell of this row stands."""
        return Address(file=self.file, sheet=self.sheet, row=self.number, column=self.headers.get(column, column))


@frozen(kw_only=True)
class FormSheet:
    """A sheet: its rows that hold something, and the languages its labels name."""

    rows: tuple[FormRow, ...]
    languages: tuple[str, ...]


Grid = Sequence[Sequence[str]]


def sheets_of(source: Source) -> tuple[dict[str, FormSheet], list[Text]]:
    """The sheets that make a form, by lower-case name, and notes on what else the workbook holds."""
    grids = grids_of(source)
    names = {name.strip(WHITE_SPACE).casefold(): name for name in grids}
    if "survey" not in names and len(names) == 1:
        # A workbook of one sheet is a survey, whatever the sheet is called.
        names = {"survey": next(iter(names.values()))}
    if "survey" not in names:
        near = nearest("survey", grids)
        fr, en = "il n'a pas de feuille « survey »", "it has no sheet 'survey'"
        raise DeclarationError(Text(fr=f"{source.name} : {fr} ; {near.fr}", en=f"{source.name}: {en}; {near.en}"))
    notes: list[Text] = []
    sheets = {plain: _sheet(source.name, name, plain, grids[name], notes) for plain, name in names.items() if plain in COLUMNS}
    for plain, name in names.items():
        if plain not in COLUMNS and plain not in SILENT_SHEETS and any(map(any, grids[name])):
            near = nearest(plain, COLUMNS)
            fr, en = f"la feuille « {name} » n'est pas lue", f"the sheet '{name}' is not read"
            notes.append(Text(fr=f"{fr} ; {near.fr}", en=f"{en}; {near.en}"))
    return sheets, notes


def _sheet(file: str, name: str, plain: str, grid: Grid, notes: list[Text]) -> FormSheet:
    header = grid[0] if grid else []
    known = COLUMNS[plain]
    columns = [(known.get(column_of(cell)[0]), *column_of(cell), cell) for cell in header]
    if plain == "survey" and "type" not in [word for word, *_ in columns]:
        fr, en = f"feuille « {name} », ligne 1 : il manque la colonne « type »", f"sheet '{name}', row 1: no column 'type'"
        raise DeclarationError(Text(fr=f"{file} : {fr}", en=f"{file}: {en}"))
    # Columns of choices nobody knows are what filters look at, so only the survey's are noted.
    unknown = [cell for word, plainly, _, cell in columns if cell and word is None and not plainly.startswith("_")]
    if unknown and plain in ("survey", "settings"):
        listed = ", ".join(dict.fromkeys(unknown))
        fr, en = "colonnes inconnues, elles ne sont pas lues", "unknown columns, which are not read"
        notes.append(Text(fr=f"feuille « {name} », ligne 1 : {fr} : {listed}", en=f"sheet '{name}', row 1: {en}: {listed}"))
    notes += _told_twice(name, [(word, cell) for word, _, language, cell in columns if word not in (None, SILENT, *_WORDINGS)])
    rows = (_row(file, name, number, columns, cells) for number, cells in enumerate(grid[1:], start=2) if any(cells))
    languages = dict.fromkeys(language for word, _, language, _ in columns if word == "label" and language)
    return FormSheet(rows=tuple(rows), languages=tuple(languages))


def _told_twice(sheet: str, columns: Sequence[tuple[str | None, str]]) -> Iterator[Text]:
    """Two columns of one meaning: `relevant` and `bind::relevant`. The first that is filled is read."""
    for word in dict.fromkeys(word for word, _ in columns):
        headers = [header for one, header in columns if one == word]
        if len(headers) > 1:
            listed = ", ".join(headers)
            fr, en = f"ces colonnes disent la même chose : {listed}", f"these columns say the same: {listed}"
            yield Text(
                fr=f"feuille « {sheet} », ligne 1 : {fr} ; n'en garder qu'une, la première remplie est lue",
                en=f"sheet '{sheet}', row 1: {en}; keep one, the first that is filled is read",
            )


def _row(
    file: str, sheet: str, number: int, columns: Sequence[tuple[str | None, str, str, str]], texts: Sequence[str]
) -> FormRow:
    cells: dict[str, str] = {}
    wordings: dict[str, dict[str, str]] = {}
    headers: dict[str, str] = {}
    others: dict[str, str] = {}
    for (word, _, language, header), text in zip(columns, texts, strict=False):
        if word is None:
            others |= {header: text} if header and text else {}
        elif word != SILENT:
            headers.setdefault(word, header)
            if text and word in _WORDINGS:
                wordings.setdefault(word, {}).setdefault(language, text)
            elif text:
                cells.setdefault(word, text)
    return FormRow(file=file, sheet=sheet, number=number, cells=cells, wordings=wordings, headers=headers, others=others)


def grids_of(source: Source) -> dict[str, Grid]:
    """The sheets of a workbook as rows of trimmed text; SourceRefused where it is none."""
    return {sheet.name: _rows(sheet.cells) for sheet in read_book(source).sheets}


def _rows(cells: pl.DataFrame) -> Grid:
    texts = cells.select(name for name in cells.columns if not name.startswith(IS))
    return [[(text or "").strip(WHITE_SPACE) for text in row] for row in texts.iter_rows()]
