"""How cells of digits become values and back: whole and decimal numbers, amounts of money, telephone numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from cigem_core.formats.tables import NUMBER, SCIENTIFIC
from cigem_core.model.values import Amount, Phone
from cigem_core.report import Rule
from cigem_core.sdk.codecs import Spelled, by_distinct, refuse
from cigem_core.spelling import WHITE_SPACE
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True, slots=False)
class NumberCodec:
    """A whole number, or a decimal one with its mark: digits, with a sign where there is one."""

    decimal: str | None = None
    rule: ClassVar[Rule] = Rule.TYPE

    def __attrs_post_init__(self) -> None:
        if self.decimal not in (None, ",", "."):
            refuse(
                f"les décimales suivent « , » ou « . », pas « {self.decimal} »",
                f"decimals follow ',' or '.', not '{self.decimal}'",
            )

    @property
    def fills(self) -> tuple[type, ...]:
        return (int,) if self.decimal is None else (Decimal,)

    @property
    def remedy(self) -> Text:
        if self.decimal is None:
            return Text(fr="écrire un nombre entier en chiffres, comme 12", en="expected a whole number in digits, like 12")
        like = f"2{self.decimal}5"
        return Text(fr=f"écrire un nombre en chiffres, comme 12 ou {like}", en=f"expected a number in digits, like 12 or {like}")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        if self.decimal is None:
            plain = pl.when(cell.str.contains(r"^[+-]?[0-9]+$")).then(cell.str.strip_prefix("+"))
            return plain.cast(pl.Int64, strict=False)
        return by_distinct(cell, self._canonical, pl.String)

    def _canonical(self, text: str) -> str | None:
        """The number as it is stored: no sign or zero that says nothing."""
        known = re.fullmatch(rf"([+-]?)([0-9]+)(?:[{self.decimal}]([0-9]+))?", text)
        if known is None:
            return None
        sign, whole, decimals = known[1], known[2].lstrip("0") or "0", (known[3] or "").rstrip("0")
        number = f"{whole}.{decimals}" if decimals else whole
        return f"-{number}" if sign == "-" and number != "0" else number

    def measure(self, value: pl.Expr) -> pl.Expr:
        """The number that bounds are compared with."""
        import polars as pl

        return value if self.decimal is None else value.cast(pl.Float64)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        text = value.cast(pl.String)
        return text if self.decimal is None else text.str.replace(".", self.decimal, literal=True)

    def spelled(self, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        """A number with this column's decimal mark, without the spaces it is shown with; what is no number stays what it is."""
        import polars as pl

        spelled = cell.str.replace_many(list(_THOUSANDS), [""])
        if self.decimal == ",":
            spelled = spelled.str.replace(".", self.decimal, literal=True)
        return pl.when(what.is_in([NUMBER, SCIENTIFIC])).then(spelled).otherwise(cell)


class YearCodec(Spelled):
    """A year, in four digits."""

    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (int,)
    remedy: ClassVar[Text] = Text(fr="écrire une année en quatre chiffres, comme 1985", en="expected a year like 1985")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return pl.when(cell.str.contains(r"^[0-9]{4}$")).then(cell).cast(pl.Int64, strict=False)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return value.cast(pl.String).str.zfill(4)


class UnitsCodec(Spelled):
    """A whole number of units of money, with or without a space between its thousands; another column says which."""

    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (int,)
    remedy: ClassVar[Text] = Text(
        fr="écrire un montant entier en chiffres, comme 153 000", en="expected a whole amount in digits, like 153 000"
    )

    def decode(self, cell: pl.Expr) -> pl.Expr:
        return _units(cell)

    def measure(self, value: pl.Expr) -> pl.Expr:
        """The number that bounds are compared with."""
        return value

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return by_thousands(value.cast(pl.String))


def _units(cell: pl.Expr) -> pl.Expr:
    """A whole number whose thousands may stand apart; null where it is none."""
    import polars as pl

    amount = rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_THOUSANDS}][0-9]{{3}})+)$"
    digits = cell.str.replace_many(list(_THOUSANDS), [""]).str.strip_prefix("+")
    return pl.when(cell.str.contains(amount)).then(digits.cast(pl.Int64, strict=False))


def by_thousands(digits: pl.Expr) -> pl.Expr:
    """A whole number with its thousands set apart, from the right."""
    backwards = digits.str.reverse().str.replace_all("([0-9]{3})", "${1} ").str.strip_chars_end()
    return backwards.str.reverse().str.replace("- ", "-", literal=True)


@frozen(kw_only=True, slots=False)
class AmountCodec(Spelled):
    """A whole amount of one currency, with or without a space between its thousands."""

    currency: str
    rule: ClassVar[Rule] = Rule.TYPE

    @property
    def fills(self) -> tuple[type, ...]:
        return (Amount,)

    def __attrs_post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            refuse(
                f"une monnaie a un code de trois lettres (ISO 4217), comme EUR, pas « {self.currency} »",
                f"a currency has a code of three letters (ISO 4217), like EUR, not '{self.currency}'",
            )

    remedy: ClassVar[Text] = Text(
        fr="écrire un montant entier en chiffres, comme 153 000", en="expected a whole amount in digits, like 153 000"
    )

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return _units(cell).cast(pl.String) + f" {self.currency}"

    def measure(self, value: pl.Expr) -> pl.Expr:
        """The number that bounds are compared with."""
        import polars as pl

        return value.str.strip_suffix(f" {self.currency}").cast(pl.Int64, strict=False)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return by_thousands(pl.when(value.str.ends_with(f" {self.currency}")).then(value.str.strip_suffix(f" {self.currency}")))


_DECIMAL = r"\.[0-9]?$|^[^.]*\.0+$|^[0-9]{5,}\.[0-9]+$"
"""A point that sets decimals apart, and no groups of digits."""

_THOUSANDS = " \u00a0\u202f\u2009"
"""The spaces that may set thousands apart."""


@frozen(kw_only=True)
class PhonePlan:
    """The numbers of a country: its calling code, what a national number looks like, and how it is grouped."""

    calling_code: str
    national: str
    """A regular expression for the national number without spaces."""
    group: int = 2
    like: str
    """An example, shown to whoever must mend a cell."""

    def __attrs_post_init__(self) -> None:
        if not re.fullmatch("[0-9]+", self.calling_code) or self.group < 1:
            refuse(
                f"le plan +{self.calling_code} : un indicatif est fait de chiffres, et les groupes d'au moins un chiffre",
                f"the plan +{self.calling_code}: a calling code is made of digits, and groups hold at least one",
            )
        if not re.fullmatch(self.national, re.sub(r"[.\s]", "", self.like)):
            refuse(
                f"le plan +{self.calling_code} ne reconnaît pas son propre exemple, « {self.like} »",
                f"the plan +{self.calling_code} does not take its own example, '{self.like}'",
            )


@frozen(slots=False)
class PhoneCodec(Spelled):
    """One number of a national plan, with or without its calling code; spaces and dots are free."""

    plan: PhonePlan
    rule: ClassVar[Rule] = Rule.PATTERN
    fills: ClassVar[tuple[type, ...]] = (Phone,)

    @property
    def remedy(self) -> Text:
        return Text(fr=f"écrire un numéro comme {self.plan.like}", en=f"expected a number like {self.plan.like}")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        number = pl.col("number")
        # Named twice in one expression, the number would be looked for twice.
        alone = pl.when(number.is_not_null()).then(pl.concat_list(number))
        return self.number(cell).map_batches(
            lambda numbers: numbers.to_frame("number").select(alone).to_series(),
            return_dtype=pl.List(pl.String),
            is_elementwise=True,
        )

    def number(self, cell: pl.Expr) -> pl.Expr:
        """The number of a cell in its international form, null where it is none."""
        import polars as pl

        # A number that a spreadsheet saved with its decimals is none: 7012345.0 is not 70123450.
        whole = pl.when(~cell.str.contains(_DECIMAL)).then(cell)
        bare = whole.str.replace_many([".", *WHITE_SPACE], [""])
        code = self.plan.calling_code
        return pl.lit(f"+{code}") + bare.str.extract(rf"^(?:\+{code}|00{code})?({self.plan.national})$")

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        first, code = value.list.first(), f"+{self.plan.calling_code}"
        number = pl.when(first.str.starts_with(code)).then(first.str.strip_prefix(code))
        return number.str.replace_all(rf"([0-9]{{{self.plan.group}}})", "${1} ").str.strip_chars_end()
