"""Which of the first rows of a table are titles, which the header, and which its first record.

Columns have kinds (numbers, dates, codes); a header is the row whose cells are not of the kind of their columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto
from statistics import median

from attrs import frozen

from cigem_core.spelling import WHITE_SPACE


class CellKind(Enum):
    """What a cell looks like."""

    EMPTY = auto()
    YEAR = auto()
    NUMBER = auto()
    MONEY = auto()
    DATE = auto()
    TIME = auto()
    LINK = auto()
    CODE = auto()
    TEXT = auto()
    OTHER = auto()


_NUMBER = r"[+-]?(?:\d+|\d{1,3}(?:[ ,.’'\u00a0\u202f]\d{3})+)(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[+-]?[.,]\d+"
_CURRENCY = r"(?:[$€£¥]|F ?CFA|FCFA|EUR|USD|XOF)"
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- ][A-Za-zéû]{3,9}\.?[- ]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
_CLOCK = r"\d{1,2}[:h]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[aApP]\.?[mM]\.?)?(?:Z|[+-]\d{2}:?\d{2})?"

_KINDS = [
    (CellKind.YEAR, r"(?:1[89]|20)\d\d"),
    (CellKind.NUMBER, rf"(?:{_NUMBER}) ?[%‰]?"),
    (CellKind.DATE, rf"(?:{_DAY})(?:[T ,]+{_CLOCK})?"),
    (CellKind.TIME, _CLOCK),
    (CellKind.MONEY, rf"[-+(]?{_CURRENCY} ?[-+]?(?:{_NUMBER})\)?|[-+(]?(?:{_NUMBER}) ?{_CURRENCY}\)?"),
    (CellKind.LINK, r"(?:https?|ftp)://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+"),
    (CellKind.CODE, r"[A-Za-z]{1,6}[-_/.]?\d[\w/.-]*|\d+(?:[-_/]\w+)+|\d+[A-Za-z]\w*|\+?\d[\d ().-]{6,}"),
    (CellKind.TEXT, r"[\w .'’()\[\]/&°%+*#?!=@$€<>\u00a0-]+"),
]
_COMPILED = [(kind, re.compile(pattern)) for kind, pattern in _KINDS]
_NOTHING = {"", "-", "--", "na", "n/a", "nan", "null", "none", "nil", "."}


def kind_of(cell: str) -> CellKind:
    """What a cell looks like."""
    bare = cell.strip(WHITE_SPACE)
    if bare.lower() in _NOTHING:
        return CellKind.EMPTY
    if len(bare) > _LONGEST:
        return CellKind.OTHER
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(bare)), CellKind.OTHER)


_LONGEST = 200
_WORDS = {CellKind.TEXT, CellKind.OTHER}


@frozen(kw_only=True)
class Heading:
    """How many of the first rows are titles, and how many after them are the header; no header is 0."""

    titles: int
    header: int


def find_heading(rows: Sequence[Sequence[str]], width: int) -> Heading:
    """Tell titles, header and records apart among the first rows of a table, blank ones left out."""
    filled = [sum(1 for cell in row if cell.strip(WHITE_SPACE)) for row in rows]
    usual = median([count for row, count in zip(rows, filled, strict=True) if len(row) == width] or [1])
    enough = max(min(2, width), min(width, usual) / 2)
    first = next((at for at, count in enumerate(filled[:_TITLES]) if count >= enough), 0)
    # Where the header comes again it says nothing of its columns.
    below = [row for row in rows[first + 1 :] if len(row) == width and list(row) != list(rows[first])]
    kinds = _kinds_of_columns(below, width)
    header = 0
    while first + header < len(rows) and header < _HEADINGS and _is_header(rows, first + header, kinds, opening=not header):
        # A row that lacks a cell goes on no header: it is a record whose cells stand under others' titles.
        if header and len(rows[first + header]) < width:
            break
        header += 1
    ragged = [len(row) != width for row in rows[first : first + header]]
    # A title may hold delimiters; the names of columns are as many as they are.
    lost = ragged.index(False) if False in ragged else 0
    return Heading(titles=first + lost, header=header - lost)


_TITLES, _HEADINGS = 60, 5
"""Rows above a header, rows a header takes: more than that and they are records."""


def widest(rows: Sequence[Sequence[str]], usual: int) -> int:
    """How many cells a table has whose rows may end before their last ones: as many as there are names in its first row.

    A wider record must show that these are names of columns.
    """
    most = max(map(len, rows), default=0)
    is_header = len(rows) > 1 and len(rows[0]) == most > usual and most in map(len, rows[1:])
    named = is_header and all(cell.strip(WHITE_SPACE) for cell in rows[0]) and _reads_as_names(rows[0], rows[1:])
    return most if named else usual


def _kinds_of_columns(rows: Sequence[Sequence[str]], width: int) -> list[CellKind | None]:
    """The kind most cells of each column are of; None for words, and where none prevails."""
    body = rows[len(rows) // 4 :] or rows
    return [_prevailing([kind_of(row[column]) for row in body]) for column in range(width)]


def _prevailing(kinds: Sequence[CellKind]) -> CellKind | None:
    counted = Counter(kind for kind in kinds if kind is not CellKind.EMPTY)
    years = counted.pop(CellKind.YEAR, 0)
    if years:
        counted[CellKind.NUMBER if counted[CellKind.NUMBER] else CellKind.YEAR] += years
    if not counted:
        return None
    [(kind, count)] = counted.most_common(1)
    return kind if kind not in _WORDS and count >= 0.7 * counted.total() else None


def _is_header(rows: Sequence[Sequence[str]], at: int, kinds: Sequence[CellKind | None], *, opening: bool) -> bool:
    """Whether a row is of other kinds than the columns below it."""
    alike = unlike = 0
    for cell, kind in zip(rows[at], kinds, strict=False):
        mine = kind_of(cell)
        if kind is None or mine is CellKind.EMPTY or (mine is CellKind.YEAR and kind is not CellKind.YEAR):
            continue
        if mine in _WORDS or (kind is not CellKind.CODE and mine is CellKind.CODE):
            unlike += 1
        else:
            alike += 1
    if alike or unlike:
        return unlike > alike
    return opening and _reads_as_names(rows[at], rows[at + 1 :])


def _reads_as_names(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Where all is words: names of columns are short, all different, and do not come again below."""
    names = [cell.strip(WHITE_SPACE) for cell in row]
    given = [name for name in names if name]
    came_again = sum(1 for other in below for mine, cell in zip(names, other, strict=False) if mine and mine == cell.strip())
    wordy = all(kind_of(name) in {*_WORDS, CellKind.CODE, CellKind.YEAR} and len(name) <= _NAME for name in given)
    return bool(given) and len(set(given)) == len(given) and wordy and came_again == 0


_NAME = 80
