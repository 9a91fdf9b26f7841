"""A family of columns: one a day, a month, a choice, known by what their headers say, in both directions.

    days = family("day").dates("dd/mm/yyyy", first=date(2009, 12, 14), last=date(2010, 3, 4))
    marks = Child(DayMark, {"day": days.heading(), "mark": days.cell().codes({"P": Mark.PRESENT, …})})
    sheet = Table(SheetRow, Csv("presences_*.csv", delimiter=";"), {…}, families=[days], children=[marks])

Each row holds a list with an item for each such column, in the order of the file. A header that cannot be, or stands
twice, is a fault of the header's row, and nothing below it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.errors import DeclarationError
from cigem_core.formats.tables import ITEM
from cigem_core.report import Rule
from cigem_core.sdk.codecs import Codec, CodeListCodec, CodesCodec, Meaning
from cigem_core.sdk.dates import DateCodec, DateFormat, MonthCodec
from cigem_core.sdk.lenses import Column
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.model.codes import CodeList

HEADING, CELL = f"{ITEM}#heading", f"{ITEM}#cell"
"""After a family's name: the column of its headers, and that of the cells below them."""


@frozen(kw_only=True, eq=False)
class Family:
    """Columns that are alike: what their headers may say, and between which bounds."""

    name: str
    codec: Codec
    looks: str
    """The regular expression of a header that is meant to be one of them."""
    first: Any = None
    last: Any = None
    needed: str | None = None
    """Where a file without any of them is none of these: how one is written, for whoever is told that they are missing."""

    def heading(self) -> Column:
        """The lens of the field that holds what the header says."""
        return Column(self.name + HEADING, self.codec)

    def cell(self) -> Column:
        """The lens of the field that holds what stands in the cell: text until a verb says otherwise."""
        return Column(self.name + CELL)

    def is_meant(self, header: str) -> bool:
        """Whether a header is meant to be one of them, be it written wrongly."""
        return re.fullmatch(self.looks, header.strip(), re.IGNORECASE) is not None

    def judged(self, headers: Sequence[str]) -> tuple[list[int], list[tuple[str, Rule, Text]]]:
        """Of all headers of a file, the places of those that can be, and what is wrong with the others that are meant."""
        meant = [at for at, header in enumerate(headers) if self.is_meant(header)]
        said = self._said([headers[at].strip() for at in meant])
        places: list[int] = []
        wrong: list[tuple[str, Rule, Text]] = []
        for at, value in zip(meant, said, strict=True):
            if fault := self._fault(value, [said[meant.index(place)] for place in places]):
                wrong.append((headers[at].strip(), *fault))
            else:
                places.append(at)
        return places, wrong

    def _said(self, headers: Sequence[str]) -> list[Any]:
        import polars as pl

        texts = pl.DataFrame({"header": headers}, schema={"header": pl.String})
        return texts.select(self.codec.decode(pl.col("header"))).to_series().to_list()

    def _fault(self, value: Any, earlier: Sequence[Any]) -> tuple[Rule, Text] | None:
        if value is None:
            return self.codec.rule, self.codec.remedy
        if value in earlier:
            return Rule.UNIQUE, TWICE
        if self.first is not None and value < self.first:
            return Rule.MINIMUM, _bound(self.first, "au plus tôt", "no earlier than")
        if self.last is not None and value > self.last:
            return Rule.MAXIMUM, _bound(self.last, "au plus tard", "no later than")
        return None


TWICE = Text(fr="cette colonne est là deux fois : en garder une", en="expected this column once; keep one of the two")


def _bound(day: Any, fr: str, en: str) -> Text:
    shown = f"{day:%d/%m/%Y}" if isinstance(day, date) else str(day)
    return Text(
        fr=f"{fr} {shown} : les cases de cette colonne ne sont pas lues", en=f"expected {en} {shown}; its cells are not read"
    )


@frozen
class Unsaid:
    """A family of which it is not said yet what its headers hold."""

    name: str

    def dates(self, written: str, *, first: date | None = None, last: date | None = None, needed: bool = False) -> Family:
        """Headers that are days, written in one way, between two days at most; `needed` where a file must have one."""
        codec = DateCodec((DateFormat(written),))
        return Family(name=self.name, codec=codec, looks=_DAY, first=first, last=last, needed=written if needed else None)

    def months(self, *, first: date | None = None, last: date | None = None) -> Family:
        """Headers that are months, written `mm/yyyy`; a month is its first day."""
        return Family(name=self.name, codec=MonthCodec(), looks=_MONTH, first=first, last=last)

    def choices(self, meanings: Mapping[str, Meaning]) -> Family:
        """Headers that are the agency's own codes; whatever else stands in a header is no member of the family."""
        return Family(name=self.name, codec=CodesCodec(meanings), looks="|".join(map(re.escape, meanings)))

    def listed(self, codes: CodeList) -> Family:
        """Headers that are names of a code list, in any of their spellings."""
        spellings = (name for entry in codes.codes for name in (entry.name, *entry.spellings))
        return Family(name=self.name, codec=CodeListCodec(codes), looks="|".join(map(re.escape, spellings)))


_WORD, _NAMED = (
    r"\(?[^\W\d_]+\.?\)?",
    "janv|f[ée]vr|mars|avr|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c|jan|feb|apr|may|jun|jul|aug",
)
_DAY = (
    rf"(?:{_WORD}\s+)?(?:[0-9]{{1,4}}[/.\-][0-9]{{1,2}}[/.\-][0-9]{{1,4}}|[0-9]{{1,2}}/[0-9]{{1,2}}"
    rf"|[0-9]{{1,2}}(?:er)?\s+(?:{_NAMED})[^\W\d_]*\.?(?:\s+[0-9]{{4}})?)(?:\s+{_WORD})?"
)
"""A day, and what people write for one: with its weekday or half of the day, without its year, its month in letters."""
_MONTH = r"[0-9]{1,4}[/.\-][0-9]{1,4}"


def family(name: str) -> Unsaid:
    """Columns that are alike, under a name for all of them."""
    if not name.isidentifier():
        raise DeclarationError(
            Text(
                fr=f"une famille de colonnes se nomme d'un mot, pas « {name} »",
                en=f"a family of columns has one word, not '{name}'",
            )
        )
    return Unsaid(name)
