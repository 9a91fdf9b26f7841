"""Rows of a delimited text that are no records: totals, notes, signatures, its header again.

They are told by their own words and by the rows above them, never by those below: where blocks are cut makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, evolve

from cigem_core.formats.row_words import is_note, is_sum, is_tag, is_total
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Misfit, Span, Unread
from cigem_core.report import Rule
from cigem_core.spelling import HIDDEN, WHITE_SPACE, fold, in_normal_form, title_key

if TYPE_CHECKING:
    import polars as pl

What = Literal["title", "total", "note"]

_SUMS = r"(?i)tota(?:l|ux)|ensemble|sommes?|cumul|report|moyenne|solde|capitulati"
_SIGNS = "[^A-Za-z0-9]"
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,\u00a0\u202f]*(?: ?(?:%|F ?CFA|XOF))?")
_WORDS = 4
"""A text of so many words, alone in its row, is a sentence and no key."""


@define
class Footers:
    """What is known of the rows above."""

    names: Sequence[str]
    """The columns read, by the names they are handed over under, in the order of the header."""
    titles: Sequence[str]
    """What the header calls them."""
    key: str | None
    total: str
    keys_have_digits: bool | None = None
    """Whether all keys have one; None before the first record."""
    unread: Unread | None = None
    has_ended: bool = False
    """Whether a note stood below the last record."""

    def set_aside(self, block: Block) -> Block:
        """The block with what is no record among its other rows."""
        if len(self.names) < 2 or self.key is None:
            return block
        found = self._found(block, *self._odd(block.cells))
        if not found:
            return block
        import polars as pl

        beside = [Span(row=row, first=first, last=last, what=what) for row, (what, first, last) in found.items()]
        return evolve(
            block,
            cells=block.cells.filter(~pl.col(ROW).is_in(list(found))),
            misfits=tuple(misfit for misfit in block.misfits if misfit.row not in found),
            others=(*block.others, *beside),
        )

    def _odd(self, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that may be none, with their places; and of each row, which plain record came last, all with digits."""
        import polars as pl

        key, filled = pl.col(str(self.key)), pl.sum_horizontal(pl.col(self.names) != "")
        few = (filled <= 1) | (filled * 2 <= len(self.names))
        title = self.titles[self.names.index(str(self.key))]
        looks = few | (key == "") | key.str.contains(_SUMS) | (key == title) | key.str.starts_with("#")
        odd = cells.with_row_index("at").filter(looks)
        odd = odd.filter(~self._are_records(odd))
        is_odd = pl.Series([False]).new_from_index(0, cells.height).scatter(odd["at"], True)
        digits = cells.select((key.str.contains("[0-9]") | (key == "")).alias("digits"))["digits"]
        at = pl.int_range(pl.len(), dtype=pl.Int64)
        return odd, pl.DataFrame({"odd": is_odd, "digits": (digits | is_odd).cum_min()}).with_columns(
            pl.when(~pl.col("odd")).then(at).forward_fill().alias("last")
        )

    def _are_records(self, odd: pl.DataFrame) -> pl.Series:
        """Which odd rows are records for sure: several cells hold something, and the first says none of our words."""
        import polars as pl

        held = [pl.col(name).str.strip_chars(WHITE_SPACE + HIDDEN) for name in self.names]
        letters = pl.coalesce(pl.when(cell != "").then(cell) for cell in held).str.normalize("NFD").str.replace_all(_SIGNS, "")
        first = odd.select(
            letters.str.to_lowercase().alias("first"), pl.sum_horizontal(cell != "" for cell in held).alias("filled")
        )
        words = [_letters(word) for word in (self.total, *self.titles)]
        says = pl.col("first").str.contains(_SUMS) | pl.col("first").is_in(words) | (pl.col("first") == "")
        tags = odd.select(pl.any_horizontal(cell.str.starts_with("#") for cell in held)).to_series()
        return first.select((pl.col("filled") > 1) & ~says.fill_null(True)).to_series() & ~tags

    def _found(self, block: Block, odd: pl.DataFrame, plain: pl.DataFrame) -> dict[int, tuple[What, int, int]]:
        """What the odd rows are, in their order; those that are records are left out."""
        found: dict[int, tuple[What, int, int]] = {}
        rows: list[tuple[int, int | None, Any]] = [(row[ROW], row["at"], row) for row in odd.iter_rows(named=True)]
        short = [misfit for misfit in block.misfits if misfit.rule is Rule.MISSING_CELL and misfit.cells]
        rows += [(misfit.row, None, misfit) for misfit in short]
        apart = self.keys_have_digits
        """What is known without this block's plain records."""
        ended = -1
        for row, at, held in sorted(rows, key=lambda one: one[0]):
            if at is not None:
                self.keys_have_digits = _have_digits(apart, plain, at)
                self.has_ended = self.has_ended and _last(plain, at) <= ended
            texts = list(held.cells or ()) if isinstance(held, Misfit) else [held[name] for name in self.names]
            if (what := self._what(texts, of_misfit=isinstance(held, Misfit))) is not None:
                place = (held.first, held.last) if isinstance(held, Misfit) else (held[FIRST], held[LAST])
                found[row] = (what, *place)
                if self.unread is not None:
                    self.unread.add(row)
                self.has_ended = self.has_ended or what == "note"
                ended = at if at is not None else ended
            elif at is not None:
                self.has_ended = False
                if held[self.key]:
                    apart = apart is not False and bool(re.search("[0-9]", held[self.key]))
        self.keys_have_digits = _have_digits(apart, plain, plain.height)
        self.has_ended = self.has_ended and _last(plain, plain.height) <= ended
        return found

    def _what(self, texts: Sequence[str], *, of_misfit: bool) -> What | None:
        """What a row is by its texts; None for a record."""
        held = [(at, text.strip(WHITE_SPACE + HIDDEN)) for at, text in enumerate(texts)]
        filled = [(at, text) for at, text in held if text]
        if not filled:
            return None
        if not of_misfit and len(filled) > 1 and self._is_header(filled):
            return "title"
        first, *others = (text for _, text in filled)
        numbers = all(_NUMBER.fullmatch(text) for text in others)
        if numbers and (is_sum(fold(first), fold(self.total)) or (others and is_total(fold(first)))):
            return "total"
        calls = not of_misfit and self.names[filled[0][0]] == self.key
        return "note" if len(filled) == 1 and self._is_note(first, calls=calls) else None

    def _is_header(self, filled: Sequence[tuple[int, str]]) -> bool:
        """The header again, or a row of tags."""
        titles = [title_key(title) for title in self.titles]
        return all(title_key(text) == titles[at] for at, text in filled) or all(is_tag(text) for _, text in filled)

    def _is_note(self, text: str, *, calls: bool) -> bool:
        """A text by itself that reads as notes do or follows one; where keys stand, a sentence, or what calls nothing.

        Any other text by itself is a record that lacks its key, or its cells, for its faults to be told.
        """
        if is_note(fold(text)) or self.has_ended:
            return True
        return calls and (len(text.split()) >= _WORDS or (self.keys_have_digits is True and not re.search("[0-9]", text)))


def _have_digits(apart: bool | None, plain: pl.DataFrame, at: int) -> bool | None:
    """Whether all keys above a place have one, those of plain records included; None where there is no record."""
    if _last(plain, at) < 0:
        return apart
    return apart is not False and bool(plain["digits"][at - 1])


def _last(plain: pl.DataFrame, at: int) -> int:
    """The last plain record above a place; -1 where there is none."""
    found = plain["last"][at - 1] if at else None
    return -1 if found is None else int(found)


def _letters(word: str) -> str:
    """A word without accents, spaces and signs, whatever its letter case."""
    return re.sub(_SIGNS, "", in_normal_form("NFD", word)).lower()
