"""The rows of a sheet's markup, with new ones put in among them; what is not touched keeps every byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from xml.sax.saxutils import escape

from attrs import define, frozen

from cigem_core.formats.books.columns import column_of, letters_of
from cigem_core.formats.books.insertion.references import Shift, moved
from cigem_core.formats.guard.reasons import Unreadable

ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
CELL = re.compile(r"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</\1c>)", re.DOTALL)
_FORMULA = re.compile(r"<((?:\w+:)?)f\b([^>]*?)(?:/>|>([^<]*)</\1f>)")
_VALUE = re.compile(r"<((?:\w+:)?)v\b[^>]*?(?:/>|>[^<]*</\1v>)")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@frozen(kw_only=True)
class New:
    """A cell to be put in: what it holds, spelled as markup."""

    type: str | None = None
    markup: str = ""
    style: str | None = None
    """Its style, where it is not that of the row it is like."""


@define
class Formula:
    """A formula where it stands, and what it reads now."""

    row: int
    column: int
    before: str
    after: str
    group: str | None
    area: str | None = None
    """The cells it fills with its results, where it is one for several."""


def attribute(attributes: str, name: str) -> str | None:
    """The value of an attribute, spelled as it stands."""
    found = re.search(rf'\s{name}\s*=\s*(?:"([^"]*)"|\'([^\']*)\')', attributes)
    return None if found is None else found[1] if found[1] is not None else found[2]


def with_attribute(attributes: str, name: str, value: str) -> str:
    """The attributes with another value for one of them."""
    return re.sub(rf'(\s{name}\s*=\s*)(?:"[^"]*"|\'[^\']*\')', lambda found: f'{found[1]}"{value}"', attributes, count=1)


def numbered(data: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Each row with its number; raises Unreadable where something else stands between them."""
    number = end = 0
    for found in ROW.finditer(data):
        said = attribute(found[2], "r")
        number = int(said) if said and said.isdecimal() else number + 1
        if data[end : found.start()].strip():
            raise Unreadable("broken")
        end = found.end()
        yield number, found
    if data[end:].strip():
        raise Unreadable("broken")


def placed(row: int, cells: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Each cell of a row with its column, from 0."""
    column = -1
    for found in CELL.finditer(cells or ""):
        said = _REFERENCE.fullmatch(attribute(found[2], "r") or "")
        if said is not None and int(said[2]) != row:
            raise Unreadable("broken")
        column = column_of(said[1]) if said else column + 1
        yield column, found


Adjust = Callable[..., str]
"""How a formula reads now; `at` is the row it stands in."""


def formulas_of(data: str, adjust: Adjust) -> dict[tuple[int, int], Formula]:
    """Every formula of some rows by its row and column, those that share one spelled out."""
    found: dict[tuple[int, int], Formula] = {}
    masters: dict[str, tuple[str, int, int]] = {}
    for row, one in numbered(data):
        for column, cell in placed(row, one[3]):
            formula = _FORMULA.search(cell[3] or "")
            if formula is not None:
                text, group = unescape(formula[3] or ""), None
                if attribute(formula[2], "t") == "shared":
                    group = attribute(formula[2], "si") or ""
                    if text:
                        masters[group] = (text, row, column)
                    if group not in masters:
                        raise Unreadable("broken")
                    master, top, left = masters[group]
                    text = moved(master, row - top, column - left)
                area = attribute(formula[2], "ref") if attribute(formula[2], "t") in ("array", "dataTable") else None
                found[row, column] = Formula(row, column, text, adjust(text, at=row), group, area)
    return found


def adjusted(
    data: str, shift: Shift | None, formulas: Mapping[tuple[int, int], Formula], stale: frozenset[tuple[int, int]] = frozenset()
) -> str:
    """Rows whose formulas read what they should now, without the results of those that are stale.

    Where `shift` is given, the rows move as well.
    """
    moving = {one.group for one in formulas.values() if one.before != one.after or (shift and one.row >= shift.before)}
    touched = {
        place: one
        for place, one in formulas.items()
        if one.before != one.after or (one.group is not None and one.group in moving)
    }
    rows = {row for row, _ in (*touched, *stale)}
    out, end = [], 0
    for number, row in numbered(data):
        moves = shift is not None and number >= shift.before
        now = _row(number, row, shift, touched, stale) if moves or number in rows else row[0]
        out += [data[end : row.start()], now]
        end = row.end()
    return "".join((*out, data[end:]))


def _row(
    number: int, row: re.Match[str], shift: Shift | None, touched: Mapping[tuple[int, int], Formula],
    stale: frozenset[tuple[int, int]],
) -> str:  # fmt: skip
    now = shift.row(number) if shift else number
    cells, end = [], 0
    for column, cell in placed(number, row[3]):
        reference, place = f"{letters_of(column)}{now}", (number, column)
        cells += [row[3][end : cell.start()], _cell(cell, reference, touched.get(place), shift, stale=place in stale)]
        end = cell.end()
    attributes = with_attribute(row[2], "r", str(now))
    if row[3] is None:
        return f"<{row[1]}row{attributes}/>"
    return f"<{row[1]}row{attributes}>{''.join(cells)}{row[3][end:]}</{row[1]}row>"


def _cell(cell: re.Match[str], reference: str, formula: Formula | None, shift: Shift | None, *, stale: bool) -> str:
    attributes = with_attribute(cell[2], "r", reference)
    if cell[3] is None:
        return f"<{cell[1]}c{attributes}/>"
    inner = cell[3]
    if formula is not None:
        inner = _FORMULA.sub(lambda found: _formula(found, formula, shift), inner, count=1)
    elif shift is not None:
        inner = _FORMULA.sub(lambda found: _ranged(found, shift), inner, count=1)
    if stale:
        attributes, inner = re.sub(r'\st="(?:str|b|e|n)"', "", attributes), _VALUE.sub("", inner)
    return f"<{cell[1]}c{attributes}>{inner}</{cell[1]}c>"


def _formula(found: re.Match[str], formula: Formula, shift: Shift | None) -> str:
    attributes = re.sub(r'\s(?:t="shared"|si="\d+"|ref="[^"]*")', "", found[2]) if formula.group is not None else found[2]
    if formula.group is None and shift is not None:
        attributes = _reference(attributes, shift)
    return f"<{found[1]}f{attributes}>{escape(formula.after)}</{found[1]}f>"


def _ranged(found: re.Match[str], shift: Shift) -> str:
    return found[0].replace(found[2], _reference(found[2], shift), 1) if found[2] else found[0]


def _reference(attributes: str, shift: Shift) -> str:
    said = attribute(attributes, "ref")
    return attributes if said is None else with_attribute(attributes, "ref", shift.reference(said, grows=False))


def inserted(data: str, shift: Shift, like: int, rows: Sequence[Sequence[New | None]]) -> str:
    """Rows put in among others that have already moved; each cell has the style of the one in row `like`.

    Where there is one more of them than the others moved by, the first fills row `like` in.
    """
    fills = len(rows) - shift.by
    model = next((found for number, found in numbered(data) if number == shift.row(like)), None)
    start = model.start() if fills and model else None
    at = next((found.start() for number, found in numbered(data) if number >= shift.before + shift.by), len(data))
    first = shift.before - fills
    made = "".join(
        _made(first + offset, cells, shift.row(like), model, stays=offset < fills) for offset, cells in enumerate(rows)
    )
    return data[: at if start is None else start] + made + data[at:]


def is_blank(number: int, data: str) -> bool:
    """Whether nobody typed anything into a row: it may be styled, and calculate."""
    row = next((found for at, found in numbered(data) if at == number), None)
    cells = [cell[3] or "" for _, cell in placed(number, row[3])] if row else []
    return not any(_TYPED.search(cell) and not _FORMULA.search(cell) for cell in cells)


_TYPED = re.compile(r"<(?:\w+:)?(?:v|is)>")


def _made(number: int, cells: Sequence[New | None], like: int, model: re.Match[str] | None, *, stays: bool = False) -> str:
    """A new row; with `stays`, what row `like` holds where nothing is given stands in it."""
    prefix = model[1] if model else ""
    there = {column: cell[0] for column, cell in placed(like, model[3])} if model and stays else {}
    styles = styles_of(like, model)
    width = max(len(cells), 1 + max(styles, default=-1))
    filled = (cells[column] if column < len(cells) else None for column in range(width))
    made = (
        there[column] if cell is None and column in there
        else _new(prefix, f"{letters_of(column)}{number}", styles.get(column), cell)
        for column, cell in enumerate(filled)
    )  # fmt: skip
    kept = re.sub(r'\s(?:r|spans|hidden|collapsed|outlineLevel)="[^"]*"', "", model[2]) if model else ""
    return f'<{prefix}row r="{number}"{kept.rstrip()}>{"".join(made)}</{prefix}row>'


def styles_of(row: int, model: re.Match[str] | None) -> dict[int, str]:
    """The style of each cell of a row, by column; of all of them, where the row itself has one."""
    if model is None:
        return {}
    return {column: attribute(cell[2], "s") or "0" for column, cell in placed(row, model[3])}


def _new(prefix: str, reference: str, style: str | None, cell: New | None) -> str:
    style = (cell.style if cell else None) or style
    styled = f' s="{style}"' if style not in (None, "0") else ""
    if cell is None:
        return f'<{prefix}c r="{reference}"{styled}/>' if styled else ""
    typed = f' t="{cell.type}"' if cell.type else ""
    markup = re.sub(r"<(/?)", rf"<\1{prefix}", cell.markup)
    return f'<{prefix}c r="{reference}"{styled}{typed}>{markup}</{prefix}c>'
