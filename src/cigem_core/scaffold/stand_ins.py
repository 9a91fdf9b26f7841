"""Values that stand for those of real people in the copy of a sample: of the same shape, and of nobody.

A name becomes an invented one, a date another of the same precision, a telephone number one of the same plan, a code
another code of its column, any other text one with other letters and digits at the same places. What a lens reads is
replaced by what it reads, and what it refuses by what it refuses. A text is replaced everywhere by the same one, so
that keys still point where they did. Columns nobody declared may hold anything: they are replaced too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from attrs import define, field, frozen

from cigem_core.formats.tables import DATE
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.values import PartialDate, Phone
from cigem_core.scaffold.days import year_in
from cigem_core.scaffold.evidence import accepts
from cigem_core.scaffold.matching import Match, Matched
from cigem_core.scaffold.samples import SampleColumn
from cigem_core.sdk.codecs import CodeListCodec, CodesCodec
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.numbers import PhoneCodec
from cigem_core.spelling import fold

Make = Callable[[str, Random], str]
"""Given a text, one that may stand for it."""


@frozen(kw_only=True, eq=False)
class Treatment:
    """What is done to the cells of a column; nothing without `make`."""

    make: Make | None = None
    lens: Lens | None = None
    """The lens whose verdict is kept."""
    among: tuple[str, ...] = ()
    """The codes one of which stands for another."""
    kept: frozenset[str] = frozenset()
    """The texts that say what an item is, not whose."""
    is_key: bool = False
    """Whether two texts may never become one."""


@define
class StandIns:
    """Replaces cells: called with the title of a table, the header of a column, and a cell."""

    seed: str
    treatments: dict[tuple[str, str], Treatment] = field(factory=dict)
    known: dict[tuple[str, str], dict[str, str]] = field(factory=dict)
    shared: dict[str, str] = field(factory=dict)
    """Text → what stands for it in every column whose lens does not matter."""
    originals: set[str] = field(factory=set)
    given: set[str] = field(factory=set)
    drawn: int = 0

    @classmethod
    def of(cls, tables: Iterable[Matched], seed: str) -> StandIns:
        """Stand-ins for what some tables hold."""
        made = cls(seed)
        for found in tables:
            for column in found.table.columns:
                treatment = _treatment(found, column)
                made.treatments[found.table.title, column.header] = treatment
                if treatment.make:
                    made.originals |= {fold(text) for text in column.filled.unique().to_list()}
        for found in tables:
            for column in found.table.columns:
                made._prepare(found.table.title, column)
        return made

    def __call__(self, title: str, header: str, cell: Any) -> Any:
        """What stands for a cell."""
        bare = cell.strip()
        treatment = self.treatments.get((title, header), _ANYTHING)
        if not bare or treatment.make is None or bare in treatment.kept:
            return cell
        known = self.known.get((title, header), {})
        if bare in treatment.among:
            self.drawn += 1
            found = self._chance(self.drawn).choice(treatment.among)
        else:
            found = known.get(bare) or self._shared(bare)
        return cell.replace(bare, found)

    def _prepare(self, title: str, column: SampleColumn) -> None:
        """What stands for each text of a column whose lens matters."""
        treatment = self.treatments[title, column.header]
        if treatment.make is None:
            return
        texts = [text for text in column.filled.unique(maintain_order=True).to_list() if text not in treatment.among]
        real = set() if column.what is None else set(column.cells.filter(column.what == DATE).to_list())
        if treatment.lens is None and treatment.make is shaped:
            return
        verdict = _verdicts(texts, treatment.lens)
        found: dict[str, str] = {}
        for attempt in range(_ATTEMPTS):
            left = [text for text in texts if text not in found]
            tries = {text: treatment.make(text, self._chance(attempt, text)) for text in left}
            read = _verdicts(list(tries.values()), treatment.lens)
            for text, tried in tries.items():
                same = text in real or read.get(tried) == verdict.get(text)
                same = same and not (treatment.is_key and tried in found.values())
                if same and (self._is_another_day(text, tried) if treatment.make is dated else self._is_new(text, tried)):
                    found[text] = tried
                    self.given.add(tried)
        self.known[title, column.header] = {text: found.get(text) or self._shared(text) for text in texts}

    def _shared(self, text: str) -> str:
        """Other letters and digits at the same places; the same ones for the same text, and for the same UUID inside one."""
        if found := _UUID.search(text):
            before, after = text[: found.start()], text[found.end() :]
            fresh = UUID(bytes=self._chance(found[0].lower()).randbytes(16))
            return (self._shared(before) if before else "") + str(fresh) + (self._shared(after) if after else "")
        if text not in self.shared:
            self.shared[text] = self._free(text)
            self.given.add(self.shared[text])
        return self.shared[text]

    def _free(self, text: str) -> str:
        """A stand-in that no other text has; of short ones there may be so few that one stands for itself."""
        tries = (shaped(text, self._chance(attempt, text)) for attempt in range(_ATTEMPTS))
        if (found := next((one for one in tries if one not in self.given and self._is_new(text, one)), None)) is not None:
            return found
        tries = (shaped(text, self._chance("again", attempt, text)) for attempt in range(10 * _ATTEMPTS))
        return next((one for one in tries if one not in self.given), shaped(text, self._chance(text)))

    def _is_new(self, text: str, tried: str) -> bool:
        """Whether a stand-in is another text, and where it is long enough for that, nobody's, and of no other text."""
        if tried == text or len(text) < _SHORT:
            return tried != text
        return fold(tried) not in self.originals and tried not in self.given

    def _chance(self, *about: object) -> Random:
        """Chance that falls the same way for the same sample: a package can be drafted again."""
        return Random("|".join([self.seed, *map(str, about)]))  # noqa: S311  nothing rests on it but variety

    def _is_another_day(self, text: str, tried: str) -> bool:
        """Whether a day is nobody's; a year is, as soon as it is another."""
        is_year = len(text) == 4 or year_in(text) is not None
        return tried != text and (is_year or fold(tried) not in self.originals)


_ATTEMPTS, _SHORT, _FEW = 40, 5, 2


def _verdicts(texts: list[str], lens: Lens | None) -> Mapping[str, bool]:
    import polars as pl

    if lens is None or not texts:
        return {}
    return dict(zip(texts, accepts(pl.Series(texts, dtype=pl.String), lens).to_list(), strict=True))


def _treatment(found: Matched, column: SampleColumn) -> Treatment:
    for match in found.every():
        if column.header in match.headers:
            return _of_field(found, match, column)
        if column.header in match.guess.lens.headers:
            counts = Counter(column.filled.to_list())
            return Treatment(make=shaped, kept=frozenset(text for text, count in counts.items() if count > _FEW))
    days = [text for text in column.filled.head(200).to_list() if _shifted(text, _ANY) is not None]
    return Treatment(make=dated if len(days) > column.filled.head(200).len() / 2 else shaped)


def _of_field(found: Matched, match: Match, column: SampleColumn) -> Treatment:
    wanted, lens = match.wanted, match.guess.lens
    # Of a kind that nobody has read yet, nothing is known to be harmless.
    if not (found.is_drafted or _is_personal(found.kind, wanted)):
        return Treatment()
    alone = lens if isinstance(lens, Column) and lens.glue is None else None
    if alone and isinstance(alone.codec, (CodesCodec, CodeListCodec)):
        if wanted.is_key:
            return Treatment()  # The page lists them; drawn by chance, two records would be one.
        texts = column.filled.unique(maintain_order=True)
        return Treatment(make=shaped, lens=lens, among=tuple(texts.filter(accepts(texts, lens)).to_list()))
    if wanted.python in (date, datetime, PartialDate):
        return Treatment(make=dated, lens=alone, is_key=wanted.is_key)
    if wanted.python is Phone and alone and isinstance(alone.codec, PhoneCodec):
        return Treatment(make=_numbered(alone.codec.plan.calling_code), lens=alone)
    return Treatment(make=named if wanted.name in _NAMES else shaped, lens=alone if wanted.python is not str else None)


_NEAR = {"residence.district"}
"""What is harmless by itself, and not beside a birth and a trade: a village may have one welder of that age."""

_NAMES = {"identity.family_name", "identity.given_names", "identity.birthplace", "identity.nationality", *_NEAR}


def _is_personal(kind: Kind, wanted: Field) -> bool:
    """Whether a field says something of someone: by its declaration, or as the number of their record."""
    if wanted.refers_to:
        return _speaks_of_someone(kind_of(wanted.refers_to))
    return wanted.sensitivity != "none" or wanted.name in _NEAR or (wanted.is_key and _speaks_of_someone(kind))


def _speaks_of_someone(kind: Kind) -> bool:
    return any(name.startswith("identity.") for name in kind.fields)


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def shaped(text: str, chance: Random) -> str:
    """Other letters and digits at the same places."""
    return "".join(_other(character, chance) for character in text)


def _other(character: str, chance: Random) -> str:
    if character.isdigit():
        return chance.choice("0" if character == "0" and chance.random() < 0.5 else "123456789")
    if character.isalpha():
        letters = "abcdefghijklmnopqrstuvwxyz".replace(fold(character)[:1], "")
        letter = chance.choice(letters)
        return letter.upper() if character.isupper() else letter
    return character


def named(text: str, chance: Random) -> str:
    """Invented words, as many, written as the others were."""
    return re.sub(r"\w+", lambda found: _as(found[0], _invented(len(found[0]), chance)), text)


def _invented(length: int, chance: Random) -> str:
    syllables = [chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(max(2, round(length / 2)))]
    return "".join(syllables)


def _as(word: str, invented: str) -> str:
    return invented.upper() if word.isupper() and len(word) > 1 else invented.title() if word[:1].isupper() else invented


def _numbered(calling_code: str) -> Make:
    """Other digits after the calling code."""

    def make(text: str, chance: Random) -> str:
        code = re.match(rf"\s*(?:\+|00){calling_code}", text)
        return text[: code.end()] + shaped(text[code.end() :], chance) if code else shaped(text, chance)

    return make


def dated(text: str, chance: Random) -> str:
    """An earlier day, or year, written the same way; what is none stays none."""
    found = _shifted(text, chance)
    if found is not None:
        return found
    for _ in range(_ATTEMPTS):
        tried = shaped(text, chance)
        if _shifted(tried, chance) is None:
            return tried
    return "?" * len(text)


_ORDERS = (
    ("ymd", re.compile(r"([0-9]{4})([-/.])([0-9]{2})([-/.])([0-9]{2})")),
    ("dmy", re.compile(r"([0-9]{2})([-/.])([0-9]{2})([-/.])([0-9]{4})")),
)


def _shifted(text: str, chance: Random) -> str | None:
    for order, form in _ORDERS:
        if found := form.search(text):
            parts = dict(zip(order, (int(found[1]), int(found[3]), int(found[5])), strict=True))
            try:
                day = date(parts["y"], parts["m"], parts["d"]) - timedelta(days=chance.randint(30, 400))
            except (ValueError, OverflowError):
                break
            told = {"y": f"{day.year:04d}", "m": f"{day.month:02d}", "d": f"{day.day:02d}"}
            one, two, three = (told[part] for part in order)
            return text[: found.start()] + one + found[2] + two + found[4] + three + text[found.end() :]
    if re.fullmatch("[0-9]{4}", text) or year_in(text):
        return re.sub("[0-9]{4}", lambda year: f"{int(year[0]) - chance.randint(1, 3):04d}", text, count=1)
    return None


_ANY = Random(0)  # noqa: S311  only to see whether a text is a day
_ANYTHING = Treatment(make=shaped)
