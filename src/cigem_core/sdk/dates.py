"""Dates as agencies write them: `dd/mm/yyyy`, a bare year, or about a year.

A format is text in which `dd`, `mm` and `yyyy` stand for two, two and four digits, `d` and `m` for one or two; the rest is
taken literally. A format with only `yyyy` tells a year; when a word or a tilde stands with it (`vers yyyy`),
about a year, and then letter case and runs of spaces are free.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import frozen

from cigem_core.errors import DeclarationError
from cigem_core.formats.tables import DATE
from cigem_core.model.values import VALUE_TYPES, PartialDate
from cigem_core.report import Rule
from cigem_core.sdk.codecs import Spelled, by_distinct, once_each
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_TOKEN = re.compile(r"dd|mm|yyyy|(?<![^\W\d_])[dm](?![^\W\d_])")
"""What stands for digits: `d` and `m` alone for one or two of them."""

Precision = Literal["day", "year", "about"]

_MEANT_FOR_DIGITS = re.compile(r"(?i)\b(?:d{1,2}|j{1,2}|m{1,2}|y{1,4}|a{2,4})\b")
"""What authors write for digits, which would be taken literally: jj/mm/aaaa, d/m/yy."""


@frozen(slots=False)
class DateFormat:
    """One way to write a date; DeclarationError when it cannot be read back."""

    written: str

    def __attrs_post_init__(self) -> None:
        tokens = sorted(2 * part if len(part) == 1 else part for part in _TOKEN.findall(self.written))
        literal = _TOKEN.sub(" ", self.written)
        if tokens not in (["yyyy"], ["dd", "mm", "yyyy"]) or _MEANT_FOR_DIGITS.search(literal):
            raise DeclarationError(
                Text(
                    fr=f"le format de date « {self.written} » doit contenir dd, mm et yyyy une fois chacun, ou yyyy seul "
                    "(d et m pour des jours et des mois sans zéro)",
                    en=f"the date format '{self.written}' must hold dd, mm and yyyy once each, or yyyy alone "
                    "(d and m for days and months without a zero)",
                )
            )
        if self.written != self.written.strip():
            raise DeclarationError(
                Text(
                    fr=f"le format de date « {self.written} » a des espaces au bord ; les cases sont lues sans les leurs",
                    en=f"the date format '{self.written}' has spaces at its edge; cells are read without theirs",
                )
            )

    @cached_property
    def precision(self) -> Precision:
        """What a date written so tells."""
        if len(_TOKEN.findall(self.written)) > 1:
            return "day"
        return "about" if re.search(r"[^\W\d_]|~", self.written.replace("yyyy", "")) else "year"

    @cached_property
    def _parts(self) -> list[str]:
        return [part for part in re.split(f"({_TOKEN.pattern})", self.written) if part]

    @cached_property
    def expression(self) -> str:
        """The regular expression of a cell written so; the year is its first group."""
        digits = {"dd": "[0-9]{2}", "mm": "[0-9]{2}", "d": "[0-9]{1,2}", "m": "[0-9]{1,2}", "yyyy": "([0-9]{4})"}
        loose = self.precision == "about"
        literal = (lambda p: r"\s+".join(map(re.escape, re.split(r"\s+", p)))) if loose else re.escape
        body = "".join(digits.get(part) or literal(part) for part in self._parts)
        return f"{'(?i)' if loose else ''}^{body}$"

    @cached_property
    def _directives(self) -> str:
        """The format as strptime writes it."""
        directives = {"dd": "%d", "mm": "%m", "d": "%d", "m": "%m", "yyyy": "%Y"}
        return "".join(directives.get(part) or part.replace("%", "%%") for part in self._parts)

    def reads(self, text: str) -> bool:
        """Whether a text is a date written so."""
        if not re.search(self.expression, text):
            return False
        try:
            return self.precision != "day" or bool(datetime.strptime(text, self._directives))
        except ValueError:
            return False

    def day(self, cell: pl.Expr) -> pl.Expr:
        """The days of the cells written so; null for the others and for days that do not exist."""
        import polars as pl

        # Polars alone also takes short years, and the year 0000, which neither Python nor EDTF level 0 has.
        year = cell.str.extract(self.expression)
        written_so = cell.str.contains(self.expression) & (year != "0000")
        return pl.when(written_so).then(cell.str.to_date(self._directives, strict=False, cache=False))

    def read(self, cell: pl.Expr) -> pl.Expr:
        """The EDTF text of the cells written so; null for the others and for days that do not exist."""
        import polars as pl

        if self.precision == "day":
            return self.day(cell).cast(pl.String)
        year = cell.str.extract(self.expression)
        return pl.when(year != "0000").then(year + "~" if self.precision == "about" else year)

    def write(self, edtf: pl.Expr) -> pl.Expr:
        """The cell for some EDTF texts of this precision."""
        import polars as pl

        at = {"yyyy": edtf.str.slice(0, 4), "mm": edtf.str.slice(5, 2), "dd": edtf.str.slice(8, 2)}
        at |= {part: at[2 * part].str.strip_prefix("0") for part in "dm"}
        return pl.concat_str([at[part] if part in at else pl.lit(part) for part in self._parts])

    @property
    def like(self) -> str:
        """An example."""
        likes = {"dd": "31", "d": "31", "mm": "12", "m": "12", "yyyy": "1985"}
        return _TOKEN.sub(lambda part: likes[part[0]], self.written)


def precision_of(edtf: pl.Expr) -> dict[Precision, pl.Expr]:
    """Which EDTF texts tell a day, a year, or about a year."""
    length = edtf.str.len_bytes()
    return {"day": length == 10, "year": length == 4, "about": length == 5}


@frozen(slots=False)
class DateCodec:
    """A calendar date in one of several formats; the first one writes."""

    formats: tuple[DateFormat, ...]
    rule: ClassVar[Rule] = Rule.TYPE

    def __attrs_post_init__(self) -> None:
        _check_formats(self.formats)
        if from_year := [f.written for f in self.formats if f.precision != "day"]:
            said = from_year[0]
            raise DeclarationError(
                Text(
                    fr=f"une date se dit au jour près, pas « {said} » ; une naissance peut n'être qu'une année (birth)",
                    en=f"a date is told to the day, not '{said}'; a birth may be just a year (birth)",
                )
            )

    @property
    def fills(self) -> tuple[type, ...]:
        return (date,)

    @property
    def remedy(self) -> Text:
        return _remedy(self.formats)

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return once_each(cell, lambda one: pl.coalesce([form.day(one) for form in self.formats]), pl.Date)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return self.formats[0].write(value.cast(pl.String))

    def spelled(self, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        return _spelled(self.formats, cell, what)


@frozen(slots=False)
class BirthCodec:
    """A birth as precisely as it is known; the first format of each precision writes."""

    formats: tuple[DateFormat, ...]
    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (PartialDate,)

    def __attrs_post_init__(self) -> None:
        _check_formats(self.formats)

    @property
    def precisions(self) -> frozenset[Precision]:
        """What this column can tell."""
        return frozenset(form.precision for form in self.formats)

    @property
    def remedy(self) -> Text:
        return _remedy(self.formats)

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return once_each(cell, lambda one: pl.coalesce([form.read(one) for form in self.formats]), pl.String)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        told = precision_of(value)
        first = {form.precision: form for form in reversed(self.formats)}
        written = [pl.when(told[precision]).then(form.write(value)) for precision, form in first.items()]
        return pl.coalesce(written)

    def spelled(self, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        return _spelled(self.formats, cell, what)


@frozen(slots=False)
class MonthCodec(Spelled):
    """A month, written `mm/yyyy`; it is kept as its first day."""

    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (date,)
    remedy: ClassVar[Text] = Text(fr="écrire un mois, comme 12/2009", en="expected a month, like 12/2009")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        return DateFormat("dd/mm/yyyy").day("01/" + cell)

    def encode(self, value: pl.Expr) -> pl.Expr:
        return value.dt.strftime("%m/%Y")


@frozen(slots=False)
class MomentCodec(Spelled):
    """A moment with its time zone, as RFC 3339 writes it; kept in UTC."""

    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (datetime,)
    remedy: ClassVar[Text] = Text(
        fr="écrire un instant avec son fuseau, comme 2009-06-01T08:30:00Z",
        en="expected a moment with its time zone, like 2009-06-01T08:30:00Z",
    )

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return by_distinct(cell, _moment, pl.String)

    def encode(self, value: pl.Expr) -> pl.Expr:
        return value


_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"
)
"""And what is near to it: a time zone without its colon, or without its minutes."""


def _moment(text: str) -> str | None:
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        stored: str = VALUE_TYPES[datetime].store(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        return None
    return stored


def _spelled(formats: tuple[DateFormat, ...], cell: pl.Expr, what: pl.Expr) -> pl.Expr:
    """The day of a real date as the first of the formats that tells days writes it; its time of day is passed over."""
    import polars as pl

    writes = next((form for form in formats if form.precision == "day"), None)
    return cell if writes is None else pl.when(what == DATE).then(writes.write(cell)).otherwise(cell)


def _check_formats(formats: tuple[DateFormat, ...]) -> None:
    """There is a format, and none writes what another would read as more, or less, precise."""
    if not formats:
        raise DeclarationError(
            Text(fr="dire comment les dates sont écrites : « dd/mm/yyyy »", en="say how dates are written: 'dd/mm/yyyy'")
        )
    for one, other in permutations(formats, 2):
        # A leap year, so that a literal 29/02 is found out too.
        if one.precision != other.precision and other.reads(one.written.replace("yyyy", "2000")):
            raise DeclarationError(
                Text(
                    fr=f"une date écrite « {one.written} » se lirait « {other.written} » : ôter l'un des deux formats",
                    en=f"a date written '{one.written}' would be read as '{other.written}'; drop one of the two formats",
                )
            )


def _remedy(formats: tuple[DateFormat, ...]) -> Text:
    likes = [form.like for form in formats]
    return Text(
        fr="écrire une date du calendrier, exactement comme " + " ou ".join(likes),
        en="expected a date of the calendar, written exactly like " + " or ".join(likes),
    )
