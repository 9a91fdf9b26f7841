"""How one cell becomes one value and back, a column at a time.

A codec decodes a trimmed cell into the stored form of a value, or null where it cannot be understood,
and writes the stored form back in its first, normal way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from attrs import frozen

from cigem_core.errors import DeclarationError
from cigem_core.formats.tables import DATE
from cigem_core.model.axes import Axis
from cigem_core.model.codes import CodeList
from cigem_core.model.values import Country, Edited, Level, Listed, Occupation, Place, Sector
from cigem_core.report import Rule
from cigem_core.sdk.frames import looked_up
from cigem_core.spelling import WHITE_SPACE
from cigem_core.text import Text

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

    def spelled(self, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        """A typed cell as this column's text would say it; `what` tells what the cell was (`formats.tables`)."""


class Spelled:
    """How typed cells are spelled by columns that have no way of their own: dates as in a French spreadsheet."""

    def spelled(self, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        """Dates by day, month and year; everything else as it stands."""
        import polars as pl

        day = [cell.str.slice(start, length) for start, length in ((8, 2), (5, 2), (0, 4))]
        is_day = (what == DATE) & (cell.str.len_bytes() == 10)
        return pl.when(is_day).then(pl.concat_str(day, separator="/")).otherwise(cell)


def by_distinct(cell: pl.Expr, function: Callable[[str], Any], dtype: Any) -> pl.Expr:
    """Apply a Python function to the distinct values of a column only."""
    import polars as pl

    return _once_each(cell, lambda distinct: pl.Series([function(text) for text in distinct.to_list()], dtype=dtype), dtype)


def once_each(cell: pl.Expr, decode: Callable[[pl.Expr], pl.Expr], dtype: Any) -> pl.Expr:
    """Decode the distinct values of a column only: worth it where that costs more than finding them."""
    import polars as pl

    return _once_each(cell, lambda distinct: distinct.to_frame("cell").select(decode(pl.col("cell"))).to_series(), dtype)


def _once_each(cell: pl.Expr, decode: Callable[[pl.Series], pl.Series], dtype: Any) -> pl.Expr:
    def apply(column: pl.Series) -> pl.Series:
        import polars as pl

        cells, cell = column.to_frame("cell"), pl.col("cell")
        distinct = cells.select(cell.drop_nulls().unique()).to_series()
        return cells.select(looked_up(cell, distinct, decode(distinct))).to_series()

    return cell.map_batches(apply, return_dtype=dtype, is_elementwise=True)


@frozen(slots=False)
class TextCodec(Spelled):
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


Meaning = StrEnum | bool | Listed | Edited | Axis
"""What an agency's code can stand for."""


@frozen(slots=False)
class CodesCodec(Spelled):
    """An agency's own codes for the members of an enumeration, of a list, or for yes and no; exact after trimming."""

    meanings: Mapping[str, Meaning]
    rule: ClassVar[Rule] = Rule.ENUM

    def __attrs_post_init__(self) -> None:
        if len(self.fills) != 1:
            refuse(
                "des codes veulent dire les membres d'une même énumération, ou oui et non",
                "codes mean members of one enumeration, or yes and no",
            )
        for code in self.meanings:
            if not code or code != code.strip():
                refuse(
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
        import polars as pl

        return looked_up(cell, pl.Series(list(self._stored)), pl.Series(list(self._stored.values())))

    def encode(self, value: pl.Expr) -> pl.Expr:
        first: dict[Any, str] = {}
        for text, stored in self._stored.items():
            first.setdefault(stored, text)
        return value.replace_strict(list(first), list(first.values()), default=None)


@frozen(slots=False)
class CodeListCodec(Spelled):
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


@frozen(slots=False)
class OneOfCodec(Spelled):
    """Texts that stand for themselves, exact after trimming; nothing else is taken."""

    texts: tuple[str, ...]
    rule: ClassVar[Rule] = Rule.ENUM
    fills: ClassVar[tuple[type, ...]] = (str,)

    def __attrs_post_init__(self) -> None:
        if not self.texts or any(not text or text != text.strip() for text in self.texts):
            refuse(
                "donner au moins un texte, aucun n'étant vide ni bordé d'espaces",
                "name at least one text, none of them empty or with spaces at its edges",
            )

    @property
    def remedy(self) -> Text:
        some = ", ".join(self.texts[:_MANY]) + ("…" if len(self.texts) > _MANY else "")
        return Text(fr=f"écrire l'un de : {some}", en=f"expected one of: {some}")

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return pl.when(cell.is_in(list(self.texts))).then(cell)

    def encode(self, value: pl.Expr) -> pl.Expr:
        return self.decode(value)


@frozen(slots=False)
class WordsCodec(Spelled):
    """Several words in one cell, between separators; never refused, unless only some words are known."""

    separator: str
    of: tuple[str, ...] = ()
    """The words there are, where not any will do."""
    fills: ClassVar[tuple[type, ...]] = (str,)

    @property
    def rule(self) -> Rule:
        return Rule.ENUM if self.of else Rule.TYPE

    def __attrs_post_init__(self) -> None:
        if len(self.separator) != 1:
            refuse(
                f"les mots sont séparés par un seul caractère, pas « {self.separator} » ; les espaces autour sont libres",
                f"words are separated by one character, not '{self.separator}'; spaces around it are free",
            )

    @property
    def remedy(self) -> Text:
        fr, en = f"séparer les mots par « {self.separator} »", f"expected words separated by '{self.separator}'"
        if self.of:
            fr, en = f"{fr} ; ce sont : {', '.join(self.of)}", f"{en}; they are: {', '.join(self.of)}"
        return Text(fr=fr, en=en)

    def filled(self, cell: pl.Expr) -> pl.Expr:
        """The cells that hold a word: those of separators alone hold none."""
        import polars as pl

        return pl.when(cell.str.strip_chars(self.separator + WHITE_SPACE) != "").then(cell)

    def decode(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        return once_each(cell, self._words, pl.List(pl.String))

    def _words(self, cell: pl.Expr) -> pl.Expr:
        import polars as pl

        words = cell.str.split(self.separator).list.eval(pl.element().str.strip_chars()).list.filter(pl.element() != "")
        known = words.list.eval(pl.element().is_in(list(self.of))).list.all() if self.of else pl.lit(True)
        return pl.when((words.list.len() > 0) & known).then(words)

    def encode(self, value: pl.Expr) -> pl.Expr:
        return value.list.join(self.separator if self.separator.isspace() else f"{self.separator} ")


def refuse(fr: str, en: str) -> NoReturn:
    """A declaration that cannot be meant."""
    raise DeclarationError(Text(fr=fr, en=en))
