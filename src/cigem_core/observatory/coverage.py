"""Coverage: what figures are made of, which returns are missing, and how many rows wait for a correction beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.indicators import FOLLOWED, Indicator
from cigem_core.model.periods import Period
from cigem_core.store import Store
from cigem_core.store.waiting import received_on, waiting
from cigem_core.store.wordings import wordings
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.model.conventions import Convention

_ANSWERS = "referral_answer"
_RECORDS = Text(fr="fiche(s)", en="record(s)")
_WAITING = Text(fr="ligne(s) en attente de correction", en="row(s) waiting for a correction")
_FEW = 5


@frozen(kw_only=True)
class Feed:
    """One agency's records of one kind: how many there are, how many rows wait, and for which months nothing came."""

    agency: str
    kind: str
    records: int = 0
    waiting: int = 0
    received_on: date | None = None
    """The last day it was handed over."""
    missing: tuple[str, ...] = ()
    """The months of the period of which the return has not come: nothing was handed over since they ended."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        told = {name: getattr(self, name) for name in ("agency", "kind", "records", "waiting")}
        return {**told, "received_on": self.received_on and self.received_on.isoformat(), "missing": list(self.missing)}

    @property
    def text(self) -> Text:
        """In a sentence, for the inside."""
        have = counted(self.records, "fiche(s)", "record(s)")
        return self._told(have, counted(self.waiting, _WAITING.fr, _WAITING.en))

    @property
    def rounded(self) -> Text:
        """The same for the public: beside published totals, exact numbers would tell what these leave out."""
        return self._told(_about(self.records, _RECORDS), _about(self.waiting, _WAITING))

    def _told(self, have: Text, wait: Text) -> Text:
        label, months = kind_of(self.kind).label, ", ".join(self.missing)
        fr, en = f" ; rien reçu depuis la fin de : {months}", f"; nothing received since the end of: {months}"
        lack = Text(fr=fr, en=en) if months else Text(fr="", en="")
        return Text(
            fr=f"{self.agency.upper()}, {label.fr} : {have.fr}, {wait.fr}{lack.fr}.",
            en=f"{self.agency.upper()}, {label.en}: {have.en}, {wait.en}{lack.en}.",
        )


@frozen(kw_only=True)
class Coverage:
    """What a figure is made of, and what is missing from it."""

    feeds: tuple[Feed, ...] = ()
    unheard: tuple[str, ...] = ()
    """The kinds of which nobody handed anything over."""

    @property
    def waiting(self) -> int:
        """How many rows wait for a correction."""
        return sum(feed.waiting for feed in self.feeds)

    @property
    def missing(self) -> int:
        """How many monthly returns have not come."""
        return sum(len(feed.missing) for feed in self.feeds)

    def of(self, indicator: Indicator) -> Coverage:
        """What concerns one indicator."""
        kinds = kinds_behind([indicator])
        kept = tuple(feed for feed in self.feeds if feed.kind in kinds)
        return Coverage(feeds=kept, unheard=tuple(kind for kind in self.unheard if kind in kinds))

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {"feeds": [feed.as_dict() for feed in self.feeds], "unheard": list(self.unheard)}

    def texts(self, *, rounded: bool = False) -> list[Text]:
        """In sentences, with exact numbers or as they may leave."""
        told = [feed.rounded if rounded else feed.text for feed in self.feeds]
        if self.unheard:
            fr, en = (", ".join(kind_of(kind).label.in_(language) for kind in self.unheard) for language in ("fr", "en"))
            told.append(Text(fr=f"Rien n'a été reçu : {fr}.", en=f"Nothing was received: {en}."))
        return told


def kinds_behind(indicators: Iterable[Indicator]) -> frozenset[str]:
    """The kinds of records agencies hand over for some indicators; of the centre's referrals, the answers."""
    kinds = {name for one in indicators for name in one.kinds}
    return frozenset({*(kinds - FOLLOWED.keys()), *([_ANSWERS] if kinds & FOLLOWED.keys() else [])})


def read_coverage(store: Store, indicators: Sequence[Indicator], period: Period, *, at: date | None = None) -> Coverage:
    """What the figures of a period are made of, as the workspace stands, or as it stood when a day ended."""
    kinds = kinds_behind(indicators)
    with store.reading() as connection:
        came, wait = received_on(connection, at), waiting(connection, at)
        owing = _owing(wordings(connection), period)
    held = store.counts() if at is None else _counted_at(store, kinds, at)
    known = sorted({key for key in {*came, *wait, *held, *owing} if key[1] in kinds and key[0] != CENTRE})
    feeds = tuple(
        Feed(
            agency=agency, kind=kind, records=held.get((agency, kind), 0), waiting=wait.get((agency, kind), 0),
            received_on=came.get((agency, kind)),
            # Answers come when there is something to answer.
            missing=() if kind == _ANSWERS else _missing(period, came.get((agency, kind)), at),
        )
        for agency, kind in known
        if kind != _ANSWERS or (agency, kind) in came
    )  # fmt: skip
    heard = {feed.kind for feed in feeds if feed.received_on or feed.records or feed.waiting}
    return Coverage(feeds=feeds, unheard=tuple(sorted(kinds - heard - {_ANSWERS})))


def _owing(conventions: Iterable[Convention], period: Period) -> set[tuple[str, str]]:
    """Who may hand over what by a convention that holds in the period."""
    return {
        (one.agency.code, kind)
        for one in conventions
        if one.begins <= period.last and (one.last is None or one.last >= period.first)
        for clause in one.clauses
        if clause.direction == "pull"
        for kind in clause.fields
    }


def _counted_at(store: Store, kinds: Iterable[str], at: date) -> Mapping[tuple[str, str], int]:
    frames = {kind: store.frame(kind, fields=[kind_of(kind).keys[0].name], at=at) for kind in sorted(kinds)}
    counts = {kind: frame.group_by("agency").len() for kind, frame in frames.items()}
    return {(agency, kind): number for kind, frame in counts.items() for agency, number in frame.iter_rows()}


def _missing(period: Period, came: date | None, at: date | None) -> tuple[str, ...]:
    """The months, ended by the day asked, since whose end nothing came."""
    ended = [one for one in period.by_month() if at is None or one.last < at]
    return tuple(str(one) for one in ended if came is None or came <= one.last)


def _about(number: int, what: Text) -> Text:
    """A number to the nearest ten; of few it is only said that there are."""
    few = counted(2, what.fr, what.en)
    fr, en = (words.split(" ", 1)[1] for words in (few.fr, few.en))
    if 0 < number < _FEW:
        return Text(fr=f"moins de {_FEW} {fr}", en=f"fewer than {_FEW} {en}")
    if not number:
        return counted(0, what.fr, what.en)
    near = (number + 5) // 10 * 10
    return Text(fr=f"environ {near} {fr}", en=f"about {near} {en}")
