"""What refers to the rows of a sheet from elsewhere: other sheets, names, charts, tables, comments, drawings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from html import unescape
from xml.sax.saxutils import escape

from cigem_core.formats.books.insertion.references import Shift
from cigem_core.formats.books.insertion.rows import Adjust, Formula, adjusted, attribute, with_attribute
from cigem_core.formats.guard.reasons import Unreadable

_DATA = re.compile(r"(<((?:\w+:)?)sheetData\b[^>]*?)(?:/>|>(.*?)</\2sheetData>)", re.DOTALL)
_FORMULAS = re.compile(
    r"(<((?:\w+:)?(?:formula[12]?|f|definedName|calculatedColumnFormula|totalsRowFormula))\b[^>]*?(?<!/)>)([^<]*)(?=</\2>)"
)
_RANGES = re.compile(r"<(?:\w+:)?(autoFilter|sortState|sortCondition|table|dimension)\b[^>]*>")
_LISTS = re.compile(r"<(?:\w+:)?(dataValidation|conditionalFormatting|protectedRange|ignoredError)\b[^>]*>")
_ASKED = re.compile(r"<((?:\w+:)?(?:conditionalFormatting|dataValidation))\b[^>]*?(?<!/)>.*?</\1>", re.DOTALL)
_SINGLES = re.compile(r"<(?:\w+:)?(mergeCell|hyperlink|comment|threadedComment|cellWatch)\b[^>]*>")
_LISTED = re.compile(r"(<(xm:sqref)>)([^<]*)(?=</\2>)")
_LOCATION = re.compile(r'(<(?:\w+:)?hyperlink\b[^>]*\slocation=")([^"]*)(?=")')
_BREAKS = re.compile(r"<((?:\w+:)?)rowBreaks\b.*?</\1rowBreaks>", re.DOTALL)
_CACHES = re.compile(r"<((?:\w+:)?(?:num|str|multiLvlStr)Cache)\b[^>]*>.*?</\1>", re.DOTALL)
_BREAK = re.compile(r"<(?:\w+:)?brk\b[^>]*>")


def split(sheet: str) -> tuple[str, str, str]:
    """A sheet's markup before its rows, its rows, and what follows them."""
    found = _DATA.search(sheet)
    if not found or "<!" in sheet:
        raise Unreadable("broken")
    closing = f"</{found[2]}sheetData>"
    return f"{sheet[: found.start()]}{found[1]}>", found[3] or "", closing + sheet[found.end() :]


def beside_rows(markup: str, shift: Shift, adjust: Adjust) -> str:
    """What stands before or after the rows of the sheet they were put into."""
    markup = _BREAKS.sub(lambda found: _BREAK.sub(lambda one: _break(one[0], shift), found[0]), markup)
    return references(_asked_in_rows(markup, shift, adjust), shift)


def _asked_in_rows(markup: str, shift: Shift, adjust: Adjust) -> str:
    """Formulas outside cells; those asked of each row of a range that takes the new rows in are about that row."""
    made, at = [], 0
    for found in _ASKED.finditer(markup):
        listed = _LISTED.search(found[0])
        ranges = attribute(found[0].partition(">")[0] + ">", "sqref") or (listed[3] if listed else "")
        made += [formulas(markup[at : found.start()], adjust)]
        made += [formulas(found[0], partial(adjust, floats=True) if shift.takes_in(ranges) else adjust)]
        at = found.end()
    return "".join([*made, formulas(markup[at:], adjust)])


def references(markup: str, shift: Shift) -> str:
    """References that stand in attributes, as they read now: ranges grow, merged cells and single ones do not."""
    markup = _attributes(markup, _RANGES, "ref", shift.reference)
    markup = _attributes(markup, _LISTS, "sqref", shift.references)
    for name in ("ref", "r"):
        markup = _attributes(markup, _SINGLES, name, lambda text: shift.reference(text, grows=False))
    return _LISTED.sub(lambda found: found[1] + shift.references(found[3]), markup)


def formulas(markup: str, adjust: Adjust) -> str:
    """Formulas outside cells, and the places links lead to, as they read now."""
    markup = _LOCATION.sub(lambda found: found[1] + _respelled(found[2], adjust, quoted=True), markup)
    return _FORMULAS.sub(lambda found: found[1] + _respelled(found[3], adjust), markup)


def other_sheet(markup: str, adjust: Adjust, cells: Mapping[tuple[int, int], Formula], stale: frozenset[tuple[int, int]]) -> str:
    """Another sheet of the workbook, its formulas given, without the results of those that are stale."""
    before, rows, after = split(markup)
    rows_now, around = adjusted(rows, None, cells, stale), (formulas(before, adjust), formulas(after, adjust))
    return markup if (rows_now, around) == (rows, (before, after)) else around[0] + rows_now + around[1]


def drawing(markup: str, shift: Shift) -> str:
    """Pictures and charts move with the rows they stand on, and grow with those they cover, as a spreadsheet has them."""
    anchor = re.compile(r"<((?:\w+:)?)(twoCellAnchor|oneCellAnchor)\b([^>]*)>(.*?)</\1\2>", re.DOTALL)
    return anchor.sub(lambda found: _anchored(found, shift), markup)


def _anchored(found: re.Match[str], shift: Shift) -> str:
    rows = [int(one) for one in re.findall(r"<(?:\w+:)?row>(\d+)</(?:\w+:)?row>", found[0])[:2]]
    kept = attribute(found[3], "editAs")
    if not rows or kept == "absolute":
        return found[0]
    moves = [shift.row(row + 1) - 1 for row in rows]
    if kept == "oneCell":
        moves = [row + moves[0] - rows[0] for row in rows]
    numbers = iter(moves)
    return re.sub(r"(<((?:\w+:)?row)>)\d+(?=</\2>)", lambda one: one[1] + str(next(numbers, one[0])), found[0], count=len(rows))


def notes(markup: str, shift: Shift) -> str:
    """The boxes of comments (VML): each says its cell's row, and the rows it covers."""

    def anchored(found: re.Match[str]) -> str:
        numbers = [one.strip() for one in found[2].split(",")]
        if len(numbers) != 8 or not all(one.lstrip("-").isdecimal() for one in numbers):
            return found[0]
        moved = shift.row(int(numbers[2]) + 1) - 1 - int(numbers[2])
        numbers[2], numbers[6] = str(int(numbers[2]) + moved), str(int(numbers[6]) + moved)
        return found[1] + ", ".join(numbers)

    if not any(int(row) + 1 >= shift.before for row in re.findall(r"<(?:\w+:)?Row>(\d+)</(?:\w+:)?Row>", markup)):
        return markup
    markup = re.sub(r"(<(?:\w+:)?Anchor>)([^<]*)(?=</(?:\w+:)?Anchor>)", anchored, markup)
    return re.sub(r"(<(?:\w+:)?Row>)(\d+)(?=</(?:\w+:)?Row>)", lambda one: one[1] + str(shift.row(int(one[2]) + 1) - 1), markup)


def chart(markup: str, adjust: Adjust) -> str:
    """A chart; the values it was last drawn with are left out where it looks at others now."""
    now = formulas(markup, partial(adjust, singles=True))
    return markup if now == markup else _CACHES.sub("", now)


def pivot_source(markup: str, shift: Shift, sheet: str) -> str:
    """The cells a pivot table is made from."""

    def replaced(found: re.Match[str]) -> str:
        said, name = attribute(found[0], "ref"), unescape(attribute(found[0], "sheet") or "")
        is_ours = said is not None and name.casefold() == sheet.casefold()
        return with_attribute(found[0], "ref", shift.reference(said)) if is_ours and said else found[0]

    now = re.sub(r"<(?:\w+:)?worksheetSource\b[^>]*>", replaced, markup)
    return now if now == markup else re.sub(r"<(?:\w+:)?pivotCacheDefinition\b[^>]*>", _refreshed, now, count=1)


def _refreshed(found: re.Match[str]) -> str:
    """A pivot table that is made anew when the workbook is opened."""
    if attribute(found[0], "refreshOnLoad") is not None:
        return with_attribute(found[0], "refreshOnLoad", "1")
    return re.sub(r"\s*(/?>)$", r' refreshOnLoad="1"\1', found[0])


def calculated_anew(workbook: str) -> str:
    """A workbook that is calculated when it is opened."""
    found = re.search(r"<((?:\w+:)?)calcPr\b[^>]*>", workbook)
    if found is None:
        after = re.search(r"</((?:\w+:)?)(?:definedNames|sheets)>(?!.*</(?:\w+:)?definedNames>)", workbook, re.DOTALL)
        if after is None:
            raise Unreadable("broken")
        return f'{workbook[: after.end()]}<{after[1]}calcPr fullCalcOnLoad="1"/>{workbook[after.end() :]}'
    if attribute(found[0], "fullCalcOnLoad") is not None:
        return workbook.replace(found[0], with_attribute(found[0], "fullCalcOnLoad", "1"), 1)
    return workbook.replace(found[0], re.sub(r"\s*(/?>)$", r' fullCalcOnLoad="1"\1', found[0]), 1)


def without_chain(markup: str, element: str, name: str) -> str:
    """A list of parts without the one that says in which order cells are calculated."""
    return re.sub(rf"<(?:\w+:)?{element}\b[^>]*{name}[^>]*?(?:/>|></(?:\w+:)?{element}>)", "", markup)


def _attributes(markup: str, tag: re.Pattern[str], name: str, change: Callable[[str], str]) -> str:
    def replaced(found: re.Match[str]) -> str:
        said = attribute(found[0], name)
        return found[0] if said is None else with_attribute(found[0], name, change(said))

    return tag.sub(replaced, markup)


def _break(markup: str, shift: Shift) -> str:
    said = attribute(markup, "id")
    return with_attribute(markup, "id", str(shift.row(int(said)))) if said and said.isdecimal() else markup


def _respelled(text: str, adjust: Adjust, *, quoted: bool = False) -> str:
    plain = unescape(text)
    now = adjust(plain)
    return text if now == plain else escape(now, {'"': "&quot;"} if quoted else {})
