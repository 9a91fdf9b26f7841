"""One value told by several columns. A birth: the date where it is known, else the year, and whether that is approximate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from cigem_core.errors import DeclarationError
from cigem_core.model.values import PartialDate
from cigem_core.report import Rule
from cigem_core.sdk.codecs import CodesCodec
from cigem_core.sdk.dates import DateCodec, DateFormat, precision_of
from cigem_core.sdk.lenses import REQUIRED, Cell, Check, Lens, bounds
from cigem_core.sdk.numbers import NumberCodec
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class BirthColumns(Lens):
    """A birth in two or three columns: the date counts where there is one, else the year."""

    date: str
    year: str
    approximate: str | None
    dates: DateCodec
    minimum: int | None
    flags: CodesCodec
    is_required: bool = False

    def required(self) -> BirthColumns:
        """A row with neither date nor year is faulty."""
        return evolve(self, is_required=True)

    def named(self, names: Callable[[str], str]) -> BirthColumns:
        """The same columns under other names."""
        approximate = names(self.approximate) if self.approximate else None
        return evolve(self, date=names(self.date), year=names(self.year), approximate=approximate)

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.date, self.year, *([self.approximate] if self.approximate else []))

    @property
    def fills(self) -> tuple[type, ...]:
        return (PartialDate,)

    def decode(self, cell: Cell) -> pl.Expr:
        import polars as pl

        year = self._year(cell)
        written = year.cast(pl.String).str.zfill(4)
        about = self.flags.decode(cell(self.approximate)).fill_null(False) if self.approximate else pl.lit(False)
        from_year = pl.when(about).then(written + "~").otherwise(written)
        known = cell(self.date).is_not_null()
        return pl.when(known).then(self._day(cell)).otherwise(from_year)

    def _day(self, cell: Cell) -> pl.Expr:
        import polars as pl

        return self.dates.decode(cell(self.date)).cast(pl.String)

    def _year(self, cell: Cell) -> pl.Expr:
        import polars as pl

        number = NumberCodec().decode(cell(self.year))
        return pl.when(number.is_between(1, 9999)).then(number)

    def checks(self, cell: Cell, value: pl.Expr) -> tuple[Check, ...]:
        date, year = cell(self.date), cell(self.year)
        number = NumberCodec().decode(year)
        lowest = 1 if self.minimum is None else self.minimum
        found = [
            Check(
                rule=Rule.TYPE, header=self.date, remedy=self.dates.remedy,
                broken=date.is_not_null() & value.is_null(),
            ),
            Check(
                rule=Rule.TYPE, header=self.year, broken=year.is_not_null() & (number.is_null() | (number > 9999)),
                remedy=Text(fr="écrire une année en chiffres, comme 1985", en="expected a year in digits, like 1985"),
            ),
            *bounds(self.year, number, lowest, None),
        ]  # fmt: skip
        if self.approximate:
            flag = cell(self.approximate)
            broken = flag.is_not_null() & self.flags.decode(flag).is_null()
            found.append(Check(rule=self.flags.rule, header=self.approximate, broken=broken, remedy=self.flags.remedy))
        if self.is_required:
            found.append(Check(rule=Rule.REQUIRED, header=self.date, broken=date.is_null() & year.is_null(), remedy=REQUIRED))
        return tuple(found)

    def encode(self, value: pl.Expr) -> Mapping[str, pl.Expr]:
        import polars as pl

        told = precision_of(value)
        day = pl.when(told["day"]).then(self.dates.formats[0].write(value))
        # Without a column for it, about a year cannot be written: it would come back as that very year.
        in_years = ~told["day"] if self.approximate else told["year"]
        year = pl.when(in_years).then(value.str.slice(0, 4).str.strip_chars_start("0"))
        cells: dict[str, pl.Expr] = {self.date: day, self.year: year}
        if self.approximate:
            cells[self.approximate] = self.flags.encode(pl.when(~told["day"]).then(told["about"]))
        return cells

    def blamed(self, cell: Cell) -> Mapping[str, pl.Expr]:
        dated = cell(self.date).is_not_null()
        return {self.date: dated, self.year: ~dated & cell(self.year).is_not_null()}

    def spelled(self, header: str, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        return self.dates.spelled(cell, what) if header == self.date else cell


@frozen(kw_only=True)
class ColumnGroup:
    """Several columns that make one value; a verb says which value."""

    headers: Mapping[str, str]
    """Role → header."""

    def birth(self, *formats: str, minimum: int | None = None, yes: str = "true", no: str = "false") -> Lens:
        """A birth told by a date, or else a year with a column saying whether it is approximate.

        `minimum` bounds the year; `yes` and `no` are how the approximate column is written.
        """
        roles = {"date", "year", "approximate"}
        if not {"date", "year"} <= set(self.headers) or set(self.headers) - roles:
            given = ", ".join(sorted(self.headers))
            raise DeclarationError(
                Text(
                    fr=f"une naissance se lit de columns(date=, year=, approximate=), pas de : {given}",
                    en=f"a birth is read from columns(date=, year=, approximate=), not from: {given}",
                )
            )
        if yes == no:
            raise DeclarationError(
                Text(fr=f"oui et non s'écrivent tous deux « {yes} »", en=f"yes and no are both written '{yes}'")
            )
        dates = DateCodec(tuple(map(DateFormat, formats)))
        approximate = self.headers.get("approximate")
        return BirthColumns(
            date=self.headers["date"], year=self.headers["year"], approximate=approximate,
            dates=dates, minimum=minimum, flags=CodesCodec({yes: True, no: False}),
        )  # fmt: skip


def columns(**headers: str) -> ColumnGroup:
    """Several columns, each with its role: `columns(date="Né le", year="Année")`."""
    return ColumnGroup(headers=headers)
