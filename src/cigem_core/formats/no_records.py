"""Rows of a table that are no records, wherever they stand: its header again, totals, notes and signatures.

A row is first looked at by its key. Where all keys have a digit, or are one word, a text that is otherwise calls nothing;
then it depends on what stands beside it. What might be a record stays one, for its faults to be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import isclose
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from cigem_core.formats.row_words import is_note, is_sum, is_tag, is_total
from cigem_core.formats.tables import DATE, ERROR, NUMBER, TEXT
from cigem_core.spelling import fold

if TYPE_CHECKING:
    import polars as pl

What = Literal["title", "total", "note", "blank"]

_FULL = 0.75
"""A row that fills so much of what the fullest one fills is sure to be a record: other keys are held against its key."""
_LEADING = 3
"""Among so many first rows a second header is looked for."""


def no_records(
    texts: pl.DataFrame, kinds: pl.DataFrame, header: Sequence[str], *, key: int, total: str, skip: int = 0
) -> Mapping[int, What]:
    """The rows below a header that are no records, from 0, but for blank ones.

    `texts` and `kinds` (see `tables.IS`) have a column for each of the header, in its order; `key` is the place of the
    key among them. As many as `skip` of the first rows that hold something are titles, whatever they hold.
    """
    import polars as pl

    trimmed = texts.select(pl.all().str.strip_chars())
    bare = trimmed.select(pl.when(pl.all() != "").then(pl.all()))
    filled = bare.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    named = bare.to_series(key)
    summed = (named.str.contains(r"(?i)tota(?:l|ux)\b") | (named == total)).fill_null(False)
    differs = _unlike(named, named.filter(~summed & (filled >= _FULL * int(filled.max() or 0))))  # type: ignore[arg-type]
    odd = named.is_null() | summed | differs | (named == header[key].strip()) | named.str.starts_with("#")
    # A row of sums is also told by its first cell, whichever column stands first in this file.
    odd = odd.fill_null(True) | (bare.to_series(0).str.to_lowercase() == total.lower()).fill_null(False)
    odd = (odd | ((filled == 1) & (len(header) > 1))) & (filled > 0)
    found: dict[int, What] = dict.fromkeys((filled > 0).arg_true().head(skip).to_list(), "title")
    if not odd.any():
        return found
    table = _Body.of(bare, kinds, [fold(name) for name in header], key, fold(total), sure=~odd & (filled > 0))
    for row in table.rows(odd, differs):
        leads = row.at < _LEADING and all(at in found or not filled[at] for at in range(row.at))
        if row.at not in found and (what := table.what(row, leads=leads)) is not None:
            found[row.at] = what
    return dict(sorted(found.items()))


def _unlike(named: pl.Series, sure: pl.Series) -> pl.Series:
    """Which keys are like none of those of sure records: they have more words, or no digit where all have one."""
    words = int(sure.str.count_matches(r"\S+").max() or 0)  # type: ignore[arg-type]
    if not words:
        return named.is_null() & False
    wordy = named.str.count_matches(r"\S+") > words
    digits = sure.drop_nulls().str.contains("[0-9]").all()
    return (wordy | ~named.str.contains("[0-9]") if digits else wordy).fill_null(False)


@frozen(kw_only=True)
class _DoubtfulRow:
    """A row that may be no record."""

    at: int
    key: str | None
    differs: bool
    """Whether its key is like none of the others."""
    beside: Sequence[tuple[int, str, int]]
    """Column, text and kind of its cells that hold something, but for the key."""

    @property
    def words(self) -> list[str]:
        """The folded texts beside its key."""
        return [fold(text) for _, text, kind in self.beside if kind == TEXT]

    @property
    def has_numbers_alone(self) -> bool:
        """Whether there are numbers beside its key, and nothing else."""
        return all(kind in (NUMBER, ERROR) for *_, kind in self.beside)


@frozen(kw_only=True, eq=False)
class _Body:
    """The rows below a header, and what is known of those that are records for sure."""

    bare: pl.DataFrame
    kinds: pl.DataFrame
    header: Sequence[str]
    key: int
    total: str
    sure: pl.Series
    last: int | None
    """The last sure record."""
    numeric: frozenset[int]
    """The columns in which they have numbers or days alone."""
    _sums: dict[int, tuple[pl.Series, pl.Series]] = field(factory=dict)
    """Of a column, the sums of its sure records down to each row, and how many they are of."""

    @classmethod
    def of(
        cls, bare: pl.DataFrame, kinds: pl.DataFrame, header: Sequence[str], key: int, total: str, *, sure: pl.Series
    ) -> _Body:
        """Look at the sure records."""
        places, records = sure.arg_true(), kinds.filter(sure)
        numeric = frozenset(
            at
            for at, column in enumerate(records.iter_columns())
            if column.count() and column.drop_nulls().is_in([NUMBER, DATE]).all()
        )
        last = int(places[-1]) if places.len() else None
        return cls(bare=bare, kinds=kinds, header=header, key=key, total=total, sure=sure, last=last, numeric=numeric)

    def rows(self, odd: pl.Series, differs: pl.Series) -> Iterator[_DoubtfulRow]:
        """The odd rows, one by one."""
        held = zip(self.bare.filter(odd).iter_rows(), self.kinds.filter(odd).iter_rows(), strict=True)
        for at, (texts, kinds) in zip(odd.arg_true().to_list(), held, strict=True):
            beside = [(n, text, kinds[n] or TEXT) for n, text in enumerate(texts) if text is not None and n != self.key]
            yield _DoubtfulRow(at=at, key=texts[self.key], differs=bool(differs[at]), beside=beside)

    def what(self, row: _DoubtfulRow, *, leads: bool) -> What | None:
        """What a row is; None for a record. `leads` says whether nothing but titles stands between it and the header."""
        if self._is_header(row) or (leads and self._is_second_header(row)):
            return "title"
        if self._is_total(row):
            return "total"
        if self._is_made_ready(row):
            return "blank"
        return "note" if self._is_note(row) else None

    def _is_header(self, row: _DoubtfulRow) -> bool:
        """The header again, or a row of tags (#adm1)."""
        held = [(at, text) for at, text, _ in row.beside] + ([(self.key, row.key)] if row.key else [])
        return all(fold(text) == self.header[at] for at, text in held) or all(is_tag(text) for _, text in held)

    def _is_second_header(self, row: _DoubtfulRow) -> bool:
        """Texts alone, one of them where numbers stand below."""
        calls = row.key is not None and not row.differs and fold(row.key) != self.header[self.key]
        texts = all(kind == TEXT for *_, kind in row.beside)
        return not calls and texts and any(at in self.numeric for at, *_ in row.beside)

    def _is_total(self, row: _DoubtfulRow) -> bool:
        if self.key and any(at == 0 and fold(text) == self.total for at, text, _ in row.beside):
            return True
        if row.key is None:
            said = any(is_sum(text, self.total) for text in row.words)
            return said or (row.has_numbers_alone and all(self._adds_up(row.at, at, text) for at, text, _ in row.beside))
        if is_sum(fold(row.key), self.total):
            return row.differs or row.has_numbers_alone
        if not row.has_numbers_alone:
            return row.differs and is_total(fold(row.key))
        return is_total(fold(row.key)) or (row.differs and bool(row.beside))

    def _is_made_ready(self, row: _DoubtfulRow) -> bool:
        """Whether nothing stands in it but what formulas make of empty cells: noughts, errors, one number in several rows."""
        if row.key is not None or not all(kind in (NUMBER, DATE, ERROR) for *_, kind in row.beside):
            return False
        return all(kind == ERROR or text == "0" or text in self._again[at] for at, text, kind in row.beside)

    @cached_property
    def _again(self) -> Sequence[frozenset[str]]:
        """Of each column, what stands in several rows without a key."""
        nameless = self.bare.filter(self.bare.to_series(self.key).is_null())
        return [frozenset(column.filter(column.is_duplicated()).drop_nulls()) for column in nameless.iter_columns()]

    def _adds_up(self, row: int, column: int, text: str) -> bool:
        """Whether a number is the sum of those of the records above it, or a formula of sums nobody calculated."""
        import polars as pl

        if text.startswith("="):
            return "SUM(" in text.upper() or "SUBTOTAL(" in text.upper()
        if column not in self._sums:
            numbers = self.bare.to_series(column).cast(pl.Float64, strict=False)
            told = pl.select(pl.when(self.sure).then(numbers)).to_series()
            self._sums[column] = told.fill_null(0).cum_sum(), told.is_not_null().cum_sum()
        sums, counts = self._sums[column]
        number = pl.Series([text]).cast(pl.Float64, strict=False)[0]
        return row > 0 and counts[row - 1] > 1 and number is not None and isclose(sums[row - 1], number, rel_tol=1e-12)

    def _is_note(self, row: _DoubtfulRow) -> bool:
        """A text by itself that calls nothing; below the records, texts that stand apart or read as notes do."""
        if row.key is not None and not row.beside:
            return row.differs or is_note(fold(row.key))
        calls, ends = row.key is not None and not row.differs, self.last is not None and row.at > self.last
        fits = row.key is None and any(kind != TEXT and at in self.numeric for at, _, kind in row.beside)
        if calls or fits or not ends:
            return False
        few = len(row.beside) + (row.key is not None) <= max(2, len(self.header) // 2)
        reads_as_one = any(kind == TEXT and is_note(fold(text)) and not self._is_said(at, text) for at, text, kind in row.beside)
        return reads_as_one or is_note(fold(row.key or "")) or (few and self._is_apart(row.at))

    def _is_said(self, column: int, text: str) -> bool:
        """Whether sure records say the same in a column: `Certifié` is a trainee's result there, and no note."""
        return bool((self.sure & (self.bare.to_series(column) == text)).any())

    def _is_apart(self, row: int) -> bool:
        """Whether a blank row stands between it and the last sure record."""
        between = self.bare[(self.last or 0) + 1 : row]
        return any(all(text is None for text in texts) for texts in between.iter_rows())
