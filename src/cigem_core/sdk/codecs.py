"""How one cell becomes one value and back, a column at a time.

A codec decodes a trimmed cell into the stored form of a value, or null where it cannot be understood,
and writes the stored form back in its first, normal way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from attrs import frozen

from cigem_core.errors import DeclarationError
from cigem_core.model.codes import CodeList
from cigem_core.model.values import Country, Edited, Level, Listed, Occupation, Phone, Place, Sector
from cigem_core.report import Rule
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl


class Codec(Protocol):
    """Both directions of one column."""

    @property
    def rule(self) -> Rule:
        """The rule a cell breaks when it cannot be understood."""

    @property
    def fills(self) -> tuple[type, ...]:
        """The types of field it can fill."""

    @property
    def remedy(self) -> Text:
        """What to write instead."""

    def decode(self, cell: pl.Expr) -> pl.Expr:
        """Trimmed text, null where empty → stored form, null where it cannot be understood."""

    def encode(self, value: pl.Expr) -> pl.Expr:
        """Stored form → text, null where empty."""


def by_distinct(cell: pl.Expr, function: Callable[[str], Any], dtype: Any) -> pl.Expr:
    """Apply a Python function to the distinct values of a column only."""

    def apply(column: pl.Series) -> pl.Series:
        import polars as pl

        distinct = column.unique().drop_nulls()
        results = pl.Series([function(text) for text in distinct.to_list()], dtype=dtype)
        return column.replace_strict(distinct, results, default=None, return_dtype=dtype)

    return cell.map_batches(apply, return_dtype=dtype, is_elementwise=True)


@frozen(slots=False)
class TextCodec:
    """Text as it stands; never refused."""

    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (str,)
    remedy: ClassVar[Text] = Text(fr="écrire un texte", en="expected text")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        return cell

    def encode(self, value: pl.Expr) -> pl.Expr:
        return value


class ReferenceCodec(TextCodec):
    """The key of another record, as the agency writes it."""


@frozen(slots=False)
class CodesCodec:
    """An agency's own codes for the members of an enumeration, or for yes and no; exact after trimming."""

    meanings: Mapping[str, StrEnum | bool]
    rule: ClassVar[Rule] = Rule.ENUM

    def __attrs_post_init__(self) -> None:
        if len(self.fills) != 1:
            _refuse(
                "des codes veulent dire les membres d'une même énumération, ou oui et non",
                "codes mean members of one enumeration, or yes and no",
            )
        for code in self.meanings:
            if not code or code != code.strip():
                _refuse(
                    f"le code « {code} » ne se lit jamais : une case vide n'est pas un code, et les espaces au bord sont ôtés",
                    f"the code '{code}' is never read: an empty cell is no code, and spaces at the edge are taken off",
                )

    @property
    def fills(self) -> tuple[type, ...]:
        return tuple({type(value) for value in self.meanings.values()})

    @property
    def remedy(self) -> Text:
        *first, last = self.meanings
        fr = f"écrire {', '.join(first)} ou {last}" if first else f"écrire {last}"
        return Text(fr=fr, en=f"expected one of: {', '.join(self.meanings)}")

    @cached_property
    def _stored(self) -> dict[str, Any]:
        return {text: value if isinstance(value, bool) else str(value) for text, value in self.meanings.items()}

    def decode(self, cell: pl.Expr) -> pl.Expr:
        return cell.replace_strict(list(self._stored), list(self._stored.values()), default=None)

    def encode(self, value: pl.Expr) -> pl.Expr:
        first: dict[Any, str] = {}
        for text, stored in self._stored.items():
            first.setdefault(stored, text)
        return value.replace_strict(list(first), list(first.values()), default=None)


@frozen(slots=False)
class CodeListCodec:
    """Names (or codes) of a code list; the list may be given as a function, to be made when first used."""

    given: CodeList | Callable[[], CodeList]
    written: str = "name"
    rule: ClassVar[Rule] = Rule.ENUM

    @property
    def fills(self) -> tuple[type, ...]:
        # A list given as a function stays unknown until a cell is read.
        if not isinstance(self.given, CodeList):
            return (Place, Level, Occupation, Country, Sector)
        return tuple(listed for listed in Listed.__subclasses__() if listed.list == self.codes.list) or (Place, Level)

    @cached_property
    def codes(self) -> CodeList:
        """The list itself."""
        return self.given if isinstance(self.given, CodeList) else self.given()

    @property
    def remedy(self) -> Text:
        title, names = self.codes.title, [entry.name if self.written == "name" else entry.code for entry in self.codes.codes]
        some = ", ".join(names if len(names) <= _MANY else names[:3]) + ("" if len(names) <= _MANY else "…")
        return Text(
            fr=f"écrire une valeur de la liste « {title.fr} » : {some}",
            en=f"expected a value of the list '{title.en}': {some}",
        )

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return by_distinct(cell, self._decode, pl.String)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        return by_distinct(value, self._encode, pl.String)

    def _decode(self, text: str) -> str | None:
        code = self.codes.code_of(text) if self.written == "name" else (text if text in self.codes.by_code else None)
        if code is None or self._is_plain:
            return code
        return str(Edited(self.codes.list, self.codes.edition, code))

    def _encode(self, stored: str) -> str | None:
        if self._is_plain:
            return self._normal(stored)
        value = Edited.parse(stored)
        here = (value.list, value.edition) == (self.codes.list, self.codes.edition)
        return self._normal(value.code) if here else None

    def _normal(self, code: str) -> str | None:
        entry = self.codes.by_code.get(code)
        return None if entry is None else (entry.name if self.written == "name" else code)

    @property
    def _is_plain(self) -> bool:
        """Whether values carry the bare code: lists that are the same everywhere."""
        return self.codes.list in {listed.list for listed in Listed.__subclasses__()}


_MANY = 20


@frozen(kw_only=True)
class NumberCodec:
    """A whole number, or a decimal one with its mark: digits, with a sign where there is one."""

    decimal: str | None = None
    rule: ClassVar[Rule] = Rule.TYPE

    def __attrs_post_init__(self) -> None:
        if self.decimal not in (None, ",", "."):
            _refuse(
                f"les décimales suivent « , » ou « . », pas « {self.decimal} »",
                f"decimals follow ',' or '.', not '{self.decimal}'",
            )

    @property
    def fills(self) -> tuple[type, ...]:
        from decimal import Decimal

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


@frozen(kw_only=True)
class AmountCodec:
    """A whole amount of one currency, with or without a space between its thousands."""

    currency: str
    rule: ClassVar[Rule] = Rule.TYPE

    @property
    def fills(self) -> tuple[type, ...]:
        from cigem_core.model.values import Amount

        return (Amount,)

    def __attrs_post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            _refuse(
                f"une monnaie a un code de trois lettres (ISO 4217), comme XOF, pas « {self.currency} »",
                f"a currency has a code of three letters (ISO 4217), like XOF, not '{self.currency}'",
            )

    remedy: ClassVar[Text] = Text(
        fr="écrire un montant entier en chiffres, comme 153 000", en="expected a whole amount in digits, like 153 000"
    )

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        amount = rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{_THOUSANDS}][0-9]{{3}})+)$"
        digits = cell.str.replace_many(list(_THOUSANDS), [""]).str.strip_prefix("+")
        units = pl.when(cell.str.contains(amount)).then(digits.cast(pl.Int64, strict=False))
        return units.cast(pl.String) + f" {self.currency}"

    def measure(self, value: pl.Expr) -> pl.Expr:
        """The number that bounds are compared with."""
        import polars as pl

        return value.str.strip_suffix(f" {self.currency}").cast(pl.Int64, strict=False)

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        units = pl.when(value.str.ends_with(f" {self.currency}")).then(value.str.strip_suffix(f" {self.currency}"))
        # Thousands are set apart from the right.
        backwards = units.str.reverse().str.replace_all("([0-9]{3})", "${1} ").str.strip_chars_end()
        return backwards.str.reverse().str.replace("- ", "-", literal=True)


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
            _refuse(
                f"le plan +{self.calling_code} : un indicatif est fait de chiffres, et les groupes d'au moins un chiffre",
                f"the plan +{self.calling_code}: a calling code is made of digits, and groups hold at least one",
            )
        if not re.fullmatch(self.national, re.sub(r"[.\s]", "", self.like)):
            _refuse(
                f"le plan +{self.calling_code} ne reconnaît pas son propre exemple, « {self.like} »",
                f"the plan +{self.calling_code} does not take its own example, '{self.like}'",
            )


@frozen
class PhoneCodec:
    """One number of a national plan, with or without its calling code; spaces and dots are free."""

    plan: PhonePlan
    rule: ClassVar[Rule] = Rule.PATTERN
    fills: ClassVar[tuple[type, ...]] = (Phone,)

    @property
    def remedy(self) -> Text:
        return Text(fr=f"écrire un numéro comme {self.plan.like}", en=f"expected a number like {self.plan.like}")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        bare = cell.str.replace_many([".", *WHITE_SPACE], [""])
        code = self.plan.calling_code
        number = bare.str.extract(rf"^(?:\+{code}|00{code})?({self.plan.national})$")
        full = pl.lit(f"+{code}") + number
        return pl.when(full.is_not_null()).then(pl.concat_list(full))

    def encode(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        first, code = value.list.first(), f"+{self.plan.calling_code}"
        number = pl.when(first.str.starts_with(code)).then(first.str.strip_prefix(code))
        return number.str.replace_all(rf"([0-9]{{{self.plan.group}}})", "${1} ").str.strip_chars_end()


@frozen
class WordsCodec:
    """Several words in one cell, between separators; never refused."""

    separator: str
    rule: ClassVar[Rule] = Rule.TYPE
    fills: ClassVar[tuple[type, ...]] = (str,)

    def __attrs_post_init__(self) -> None:
        if len(self.separator) != 1:
            _refuse(
                f"les mots sont séparés par un seul caractère, pas « {self.separator} » ; les espaces autour sont libres",
                f"words are separated by one character, not '{self.separator}'; spaces around it are free",
            )

    @property
    def remedy(self) -> Text:
        return Text(fr=f"séparer les mots par « {self.separator} »", en=f"expected words separated by '{self.separator}'")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        words = cell.str.split(self.separator).list.eval(pl.element().str.strip_chars()).list.filter(pl.element() != "")
        return pl.when(words.list.len() > 0).then(words)

    def encode(self, value: pl.Expr) -> pl.Expr:
        return value.list.join(self.separator if self.separator.isspace() else f"{self.separator} ")


def _refuse(fr: str, en: str) -> NoReturn:
    raise DeclarationError(Text(fr=fr, en=en))
