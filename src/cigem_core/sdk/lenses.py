"""Lenses: which column, or columns, of an agency's table make a field, in both directions.

    column("Né(e) le").birth("dd/mm/yyyy", "vers yyyy")
    columns(date="date", year="annee", approximate="approx").birth("yyyy-mm-dd")

Decoding what was encoded gives the same value; encoding what was decoded gives the cell's normal form.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from cigem_core.errors import DeclarationError
from cigem_core.formats.tables import ITEM
from cigem_core.model.codes import CodeList
from cigem_core.report import Rule
from cigem_core.sdk.codecs import Codec, CodeListCodec, CodesCodec, Meaning, OneOfCodec, ReferenceCodec, TextCodec, WordsCodec
from cigem_core.sdk.dates import BirthCodec, DateCodec, DateFormat, MomentCodec
from cigem_core.sdk.numbers import AmountCodec, NumberCodec, PhoneCodec, PhonePlan, UnitsCodec, YearCodec
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

Cell = Callable[[str], "pl.Expr"]
"""The trimmed cells of a column, by its header; null where empty."""

REQUIRED = Text(fr="remplir cette case, elle est obligatoire", en="fill in this cell, it is required")


@frozen(kw_only=True)
class Check:
    """A rule asked of every row: which cell is blamed where it is broken, and what to do about it."""

    rule: Rule
    header: str
    broken: pl.Expr = field(eq=False, repr=False)
    remedy: Text


_TEXT = TextCodec()


class Lens(ABC):
    """What one field and some columns tell of each other."""

    is_required: bool
    """Whether an empty value is a fault."""

    @property
    @abstractmethod
    def headers(self) -> tuple[str, ...]:
        """The columns looked at, as the agency names them."""

    @property
    @abstractmethod
    def fills(self) -> tuple[type, ...]:
        """The types of field this lens can fill."""

    @abstractmethod
    def decode(self, cell: Cell) -> pl.Expr:
        """The stored form of the value; null where it is empty or cannot be understood."""

    @abstractmethod
    def checks(self, cell: Cell, value: pl.Expr) -> tuple[Check, ...]:
        """What can be wrong with the cells themselves; `value` is what they were decoded to."""

    @abstractmethod
    def required(self) -> Lens:
        """The same lens, to which an empty value is a fault."""

    @abstractmethod
    def encode(self, value: pl.Expr) -> Mapping[str, pl.Expr]:
        """The cells that write a value, by header; null where empty."""

    @abstractmethod
    def spelled(self, header: str, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        """The cells of one of its columns in a typed source, as its text would say them."""

    @abstractmethod
    def named(self, names: Callable[[str], str]) -> Lens:
        """The same lens, its columns under other names."""

    @property
    def path(self) -> str | None:
        """The list whose items its columns hold, such as `contacts[]`; None where records hold the cells themselves."""
        return None

    @abstractmethod
    def blamed(self, cell: Cell) -> Mapping[str, pl.Expr]:
        """Which cell holds the value, when the value contradicts another: header → where it is that one."""


@frozen
class Column(Lens):
    """One column; `column()` makes one that holds text, and each verb says what else it holds."""

    header: str
    codec: Codec = _TEXT
    is_required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    only: tuple[str, str] | None = None
    """Of a list, the items to look at: those in which this column holds that text."""
    glue: str | None = None
    """Of a list, what stands between items that are read as one text."""
    blanks: tuple[str, ...] = ()
    """The texts that say there is nothing."""
    may_be_absent: bool = False
    """Whether a file may come without it."""

    def __attrs_post_init__(self) -> None:
        if not self.header.strip():
            raise DeclarationError(Text(fr="une colonne a un en-tête", en="a column has a header"))
        if max(header.count(ITEM) for header in (self.header, *(self.only or ())[:1])) > 1:
            raise DeclarationError(
                Text(
                    fr=f"colonne « {self.header} » : une liste dans une liste est une table à part "
                    "(docs/adapter.md, Lists in lists)",
                    en=f"column '{self.header}': a list in a list is a table of its own (docs/adapter.md, Lists in lists)",
                )
            )
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise DeclarationError(
                Text(
                    fr=f"colonne « {self.header} » : le minimum {self.minimum} dépasse le maximum {self.maximum}",
                    en=f"column '{self.header}': the minimum {self.minimum} is above the maximum {self.maximum}",
                )
            )

    def required(self) -> Column:
        """An empty cell is a fault. A column may tighten the model, never loosen it."""
        return evolve(self, is_required=True)

    def named(self, names: Callable[[str], str]) -> Column:
        """The same column under another name."""
        only = (names(self.only[0]), self.only[1]) if self.only else None
        return evolve(self, header=names(self.header), only=only)

    def optional(self) -> Column:
        """The same column, to which an empty cell is no fault."""
        return evolve(self, is_required=False)

    def if_there(self) -> Column:
        """A column that some files come without: there its field is not spoken of, and what is known of it stays."""
        return evolve(self, may_be_absent=True)

    def text(self) -> Column:
        """Text as it stands, trimmed."""
        return evolve(self, codec=TextCodec())

    def reference(self) -> Column:
        """The key of another record."""
        return evolve(self, codec=ReferenceCodec())

    def date(self, *formats: str) -> Column:
        """A calendar date in one of the formats (see `sdk.dates`); the first one writes."""
        return evolve(self, codec=DateCodec(tuple(map(DateFormat, formats))))

    def birth(self, *formats: str) -> Column:
        """A date, a year or about a year; the first format of each precision writes."""
        return evolve(self, codec=BirthCodec(tuple(map(DateFormat, formats))))

    def moment(self) -> Column:
        """A moment with its time zone (RFC 3339); kept in UTC."""
        return evolve(self, codec=MomentCodec())

    def where(self, header: str, is_: str) -> Column:
        """Of the items of a list, only those in which another of its columns holds this text."""
        if self.path is None or path_of(header) != self.path:
            raise DeclarationError(
                Text(
                    fr=f"colonne « {self.header} » : « {header} » n'est pas une colonne de la même liste",
                    en=f"column '{self.header}': '{header}' is no column of the same list",
                )
            )
        return evolve(self, only=(header, is_))

    def joined(self, glue: str) -> Column:
        """The items of a list as one text."""
        return evolve(self, glue=glue)

    def blank(self, *texts: str) -> Column:
        """These texts say that there is nothing, as an empty cell does: `N/A`, `Néant`; exact after trimming."""
        return evolve(self, blanks=texts)

    def codes(self, meanings: Mapping[str, Meaning]) -> Column:
        """The agency's own codes, exact after trimming; the first code of a meaning writes."""
        return evolve(self, codec=CodesCodec(meanings))

    def codelist(self, codes: CodeList | Callable[[], CodeList], *, written: str = "name") -> Column:
        """Names of a code list, or its codes with `written="code"`."""
        if written not in ("name", "code"):
            raise DeclarationError(
                Text(
                    fr=f"written= vaut « name » ou « code », pas « {written} »",
                    en=f"written= is 'name' or 'code', not '{written}'",
                )
            )
        return evolve(self, codec=CodeListCodec(codes, written))

    def number(self, *, minimum: int | None = None, maximum: int | None = None) -> Column:
        """A whole number."""
        return evolve(self, codec=NumberCodec(), minimum=minimum, maximum=maximum)

    def decimal(self, mark: str, *, minimum: int | None = None, maximum: int | None = None) -> Column:
        """A number with decimals after the mark, `,` or `.`; kept exactly."""
        return evolve(self, codec=NumberCodec(decimal=mark), minimum=minimum, maximum=maximum)

    def amount(self, currency: str, *, minimum: int | None = None, maximum: int | None = None) -> Column:
        """A whole amount of one currency (ISO 4217)."""
        return evolve(self, codec=AmountCodec(currency=currency), minimum=minimum, maximum=maximum)

    def phone(self, plan: PhonePlan) -> Column:
        """One telephone number of a national plan."""
        return evolve(self, codec=PhoneCodec(plan))

    def words(self, separator: str = ",", *, of: Sequence[str] = ()) -> Column:
        """Several words in one cell; with `of`, no others than these."""
        return evolve(self, codec=WordsCodec(separator, tuple(of)))

    def one_of(self, *texts: str) -> Column:
        """One of these texts, exact after trimming."""
        return evolve(self, codec=OneOfCodec(texts))

    def year(self) -> Column:
        """A year in four digits."""
        return evolve(self, codec=YearCodec())

    def units(self, *, minimum: int | None = None, maximum: int | None = None) -> Column:
        """A whole number of units of money, whose currency another column says."""
        return evolve(self, codec=UnitsCodec(), minimum=minimum, maximum=maximum)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        return (self.header, self.only[0]) if self.only else (self.header,)

    @cached_property
    def path(self) -> str | None:
        return path_of(self.header)

    @property
    def is_many(self) -> bool:
        """Whether a record gets several values from it."""
        return self.item_is_many if self.path is None else self.glue is None

    @property
    def item_is_many(self) -> bool:
        """Whether one cell may hold several values."""
        return isinstance(self.codec, (PhoneCodec, WordsCodec))

    @property
    def fills(self) -> tuple[type, ...]:
        return self.codec.fills

    def decode(self, cell: Cell) -> pl.Expr:
        return self.codec.decode(self._here(cell))

    def _here(self, cell: Cell) -> pl.Expr:
        import polars as pl

        here = cell(self.header)
        if self.blanks:
            here = pl.when(~here.is_in(list(self.blanks))).then(here)
        if self.only is None:
            return here
        header, text = self.only
        return pl.when(cell(header) == text).then(here)

    def checks(self, cell: Cell, value: pl.Expr) -> tuple[Check, ...]:
        here = self._here(cell)
        found: list[Check] = []
        never_refused = isinstance(self.codec, TextCodec)
        if isinstance(self.codec, WordsCodec):
            here, never_refused = self.codec.filled(here), not self.codec.of
        if self.is_required:
            found.append(Check(rule=Rule.REQUIRED, header=self.header, broken=here.is_null(), remedy=REQUIRED))
        if not never_refused:
            malformed = here.is_not_null() & value.is_null()
            found.append(Check(rule=self.codec.rule, header=self.header, broken=malformed, remedy=self.codec.remedy))
        if isinstance(self.codec, (NumberCodec, AmountCodec, UnitsCodec)):
            found += bounds(self.header, self.codec.measure(value), self.minimum, self.maximum)
        return tuple(found)

    def encode(self, value: pl.Expr) -> Mapping[str, pl.Expr]:
        if self.path is None:
            return {self.header: self.codec.encode(value)}
        return self._encode_items(value)

    def _encode_items(self, value: pl.Expr) -> Mapping[str, pl.Expr]:
        import polars as pl

        if self.glue is not None:
            joined = {self.header: value} if self.only is None else {self.header: value, self.only[0]: pl.lit(self.only[1])}
            return {name: pl.when(value.is_not_null()).then(pl.concat_list(cell)) for name, cell in joined.items()}
        one = pl.concat_list(pl.element()) if isinstance(self.codec, PhoneCodec) else pl.element()
        cells = {self.header: value.list.eval(self.codec.encode(one))}
        return cells if self.only is None else cells | {self.only[0]: value.list.eval(pl.lit(self.only[1]))}

    def spelled(self, header: str, cell: pl.Expr, what: pl.Expr) -> pl.Expr:
        return self.codec.spelled(cell, what) if header == self.header else cell

    def blamed(self, cell: Cell) -> Mapping[str, pl.Expr]:
        return {self.header: cell(self.header).is_not_null()}


def column(header: str) -> Column:
    """The column under this header; text until a verb says otherwise.

    In documents it is the path of a value (`etat_civil.nom`), with `[]` where a list of items stands on the way
    (`contacts[].valeur`): such a column gives one value an item.
    """
    return Column(header)


def path_of(header: str) -> str | None:
    """The list on the way to a column, such as `contacts[]`."""
    before, mark, _ = header.partition(ITEM)
    return before + mark if mark else None


def bounds(header: str, value: pl.Expr, minimum: int | None, maximum: int | None) -> list[Check]:
    """The checks of a number's bounds."""
    found = []
    if minimum is not None:
        remedy = Text(fr=f"écrire un nombre d'au moins {minimum}", en=f"expected at least {minimum}")
        found.append(Check(rule=Rule.MINIMUM, header=header, broken=value < minimum, remedy=remedy))
    if maximum is not None:
        remedy = Text(fr=f"écrire un nombre d'au plus {maximum}", en=f"expected at most {maximum}")
        found.append(Check(rule=Rule.MAXIMUM, header=header, broken=value > maximum, remedy=remedy))
    return found
