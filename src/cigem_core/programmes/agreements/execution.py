"""The execution of a convention in a year: what crossed, what waited, what was owed; facts in, figures out, nothing read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from attrs import asdict, field, frozen

from cigem_core.model.conventions import Convention
from cigem_core.model.receipts import Counts, Head
from cigem_core.programmes.agreements.rules import DueState, Facts, Owed

Way = Literal["pull", "push", "corrections"]
"""What the agency handed over, what it was handed, and its own rows that went back to be mended."""


@frozen(kw_only=True)
class ExchangedFile:
    """A file of an exchange, or the sheets of one kind in it: its digest, and what became of its records."""

    kind: str
    sha256: str
    counts: Counts


@frozen(kw_only=True)
class Exchanged:
    """One exchange under a convention, as its receipt tells it: the line of the journal is the same in both."""

    act: Way
    on: date
    clause: str
    convention_digest: str
    journal: Head
    files: tuple[ExchangedFile, ...] = ()
    left: tuple[str, ...] = ()
    """The digests of the parcels that left."""
    records: int = 0
    """The records that left; of corrections, the rows that went back."""


@frozen(kw_only=True)
class Detained:
    """A row that came under the convention and was put in quarantine: since when, and how its wait ended."""

    kind: str
    since: date
    state: Literal["open", "corrected", "dismissed"] = "open"
    closed_on: date | None = None


@frozen
class Share:
    """One count of another; none where the other is 0."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        """Exactly."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def ratio(self) -> str | None:
        """Rounded half up to four decimals."""
        if self.value is None:
            return None
        scaled = int(self.value * 10_000 + Fraction(1, 2))
        return f"{scaled // 10_000}.{scaled % 10_000:04d}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON gives it."""
        return {"numerator": self.numerator, "denominator": self.denominator, "value": self.ratio and float(self.ratio)}


@frozen(kw_only=True)
class MonthCrossed:
    """What crossed in a month: of one kind, one way, under one clause."""

    month: str
    act: Way
    kind: str
    clause: str
    exchanges: int
    counts: Counts = Counts()
    records: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As JSON gives it."""
        named = {name: getattr(self, name) for name in ("month", "act", "kind", "clause", "exchanges")}
        return {**named, **asdict(self.counts), "records": self.records}


@frozen(kw_only=True)
class Execution:
    """A year of a convention, on a day."""

    convention: str
    agency: str
    year: int
    on: date
    wordings: tuple[Convention, ...]
    """Those that decided on some day of the year."""
    exchanges: tuple[Exchanged, ...] = ()
    obligations: tuple[Owed, ...] = ()
    """Those that fell or fall due in the year."""
    detained: tuple[Detained, ...] = ()
    days_to_answer: tuple[int, ...] = ()
    """Of the referrals that left in the year, those answered: the days they took."""
    referrals: int = 0
    """The referrals that left in the year."""
    openness: Share = field(default=Share(0, 0))
    """Of the agency's enrolments in sessions that began in the year and whose returnee is known, those of returnees."""

    @property
    def crossed(self) -> list[MonthCrossed]:
        """By month, way, kind and clause."""
        return crossed(self.exchanges)

    @property
    def quarantine_rate(self) -> Share:
        """Of the records read, those that could not be taken as they were."""
        total = sum((one.counts for each in self.exchanges for one in each.files), Counts())
        return Share(total.quarantined, total.read)

    @property
    def correction_rate(self) -> Share:
        """Of the rows put in quarantine in the year, those corrected by the day asked."""
        return Share(sum(one.state == "corrected" for one in self.detained), len(self.detained))

    @property
    def median_days_to_answer(self) -> int | None:
        """Of an even number the lower of the two in the middle."""
        return _lower_median(self.days_to_answer)

    @property
    def median_days_to_correct(self) -> int | None:
        """From the row's first coming to the record that mended it."""
        return _lower_median(
            [(one.closed_on - one.since).days for one in self.detained if one.closed_on and one.state == "corrected"]
        )

    @property
    def states(self) -> Mapping[tuple[str, str, str], Mapping[DueState, int]]:
        """Article, who owes and what → how many of its terms were met, late, breached, or are pending."""
        found: dict[tuple[str, str, str], dict[DueState, int]] = defaultdict(lambda: dict.fromkeys(DueState, 0))
        for one in self.obligations:
            found[one.article, one.of, one.owes][one.state] += 1
        return found

    def detained_as(self, state: str) -> int:
        """How many rows of the year's quarantine are in a state."""
        return sum(one.state == state for one in self.detained)


def crossed(exchanges: Iterable[Exchanged]) -> list[MonthCrossed]:
    """Exchanges added up by month, way, kind and clause: what each party can do again from its receipts."""
    found: dict[tuple[str, Way, str, str], list[tuple[Counts, int]]] = defaultdict(list)
    for one in exchanges:
        month = f"{one.on:%Y-%m}"
        by_kind: dict[str, Counts] = {}
        for file in one.files:
            by_kind[file.kind] = by_kind.get(file.kind, Counts()) + file.counts
        for kind, counts in (by_kind or {_OUTWARD[one.act]: Counts()}).items():
            found[month, one.act, kind, one.clause].append((counts, one.records))
    return [
        MonthCrossed(
            month=month, act=act, kind=kind, clause=clause, exchanges=len(some),
            counts=sum((counts for counts, _ in some), Counts()), records=sum(records for _, records in some),
        )
        for (month, act, kind, clause), some in sorted(found.items())
    ]  # fmt: skip


_OUTWARD: dict[Way, str] = {"push": "referral", "corrections": "", "pull": ""}
"""What leaves towards an agency; rows that go back are of several kinds."""


def answered_in(facts: Facts, reference: str, year: int, on: date) -> tuple[int, tuple[int, ...]]:
    """The referrals that left under a convention in a year, and the days of those answered by a day."""
    known = facts.until(on)
    first: dict[str, date] = {}
    for answer in known.answers:
        first[answer.referral] = min(answer.on, first.get(answer.referral, answer.on))
    sent = [one for one in known.sent if one.convention == reference and one.on.year == year]
    return len(sent), tuple(sorted((first[one.referral] - one.on).days for one in sent if one.referral in first))


def decided_in(wordings: Sequence[Convention], year: int) -> tuple[Convention, ...]:
    """The wordings of one convention that decided on some day of a year."""
    held = sorted(wordings, key=lambda one: one.counts_from)
    ends = [*(one.counts_from for one in held[1:]), date.max]
    first, last = date(year, 1, 1), date(year, 12, 31)
    return tuple(
        one
        for one, later in zip(held, ends, strict=True)
        if one.counts_from <= last and later > first and (one.last is None or one.last >= first)
    )


def _lower_median(days: Sequence[int]) -> int | None:
    return sorted(days)[(len(days) - 1) // 2] if days else None
