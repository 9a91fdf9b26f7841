"""One turn: a list read once from its first page to its last, and whether that turn saw all of it.

Pages are asked by number, so a record that moves while they are read shifts the others: one may come twice, and one
may not come at all. Two ways of walking, and what must hold at the end of each:

- **By time**, where the list is in the order of its changes. The next page is asked from the moment the last one
  ended with, that moment included: whatever changes moves behind us, to the end, and nothing is shifted away. At the end
  the service is asked how many there are, and as many must have come.
- **By number**. What came must be as many as the service says, the same on every page; and a turn before, whose pages
  were cut at other places, must have seen the same records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from attrs import define, field, frozen

from cigem_core.formats.rest.api import Resource
from cigem_core.formats.rest.documents import ApiItem, Listing, digest

Ask = Callable[[datetime | None, int, int, int], Listing]
"""Given a moment, a page counted from 0, its size and how many records came before it from that moment on: that page."""


@frozen(kw_only=True)
class Record:
    """A record as it came, known by its key or else by what it says."""

    identity: tuple[str, bytes | None]
    says: bytes
    changed: datetime | None
    text: str = field(repr=False)

    @classmethod
    def of(cls, item: ApiItem, resource: Resource) -> Record:
        """The record of an item; where the list does not tell versions apart, another content is another record."""
        says, known = digest(item.value), _key(item, resource)
        changed = _moment(item.value.get(resource.modified)) if isinstance(item.value, dict) and resource.modified else None
        alone = known is None or resource.modified is None
        return cls(identity=(known or "", says if alone else None), says=says, changed=changed, text=item.text)


@define(kw_only=True)
class RestTurn:
    """What came in one turn."""

    resource: Resource
    size: int
    records: dict[tuple[str, bytes | None], Record] = field(factory=dict, repr=False)
    rows: Counter[tuple[str, bytes]] = field(factory=Counter, repr=False)
    totals: list[int | None] = field(factory=list)
    pages: int = 0
    seen: int = 0
    """Records that no earlier page of this turn held; of two alike on one page, both."""
    stuttered: bool = False
    """Whether a page said what the page before had said."""
    has_ended: bool = field(default=False, init=False)
    """Whether a page came that must be the end, although nothing said so."""
    last: list[Record] = field(factory=list, init=False, repr=False)
    """The records of the page that came last."""

    def take(self, page: Listing) -> Listing:
        """Add a page."""
        came = [Record.of(item, self.resource) for item in page.items]
        alike = [one.says for one in came] == [one.says for one in self.last]
        if page.is_open and alike:
            # What was asked for by its number is the page before: the service knows no numbers, and has given all.
            self.has_ended = True
            return page
        # One empty page may stand among others; of two, one after the other, nothing more is believed.
        self.has_ended = bool(self.pages) and not came and not self.last
        self.seen += sum(record.identity not in self.records for record in came)
        self.stuttered |= len(came) > 1 and alike
        self.rows.update((record.identity[0], record.says) for record in came)
        self.totals.append(page.total)
        self.pages += 1
        self.last = came
        for record in came:
            self._keep(record)
        return page

    def keep_all(self, other: RestTurn) -> None:
        """Add the records of another turn."""
        for record in other.records.values():
            self._keep(record)

    @property
    def identities(self) -> set[str | bytes | None]:
        """By what its records are known: their keys, or what those without a key say."""
        return {known or says for known, says in self.records}

    @property
    def total(self) -> int | None:
        """How many there are, as the service said last."""
        return self.totals[-1] if self.totals else None

    @property
    def is_steady(self) -> bool:
        """Whether the service said the same number on every page."""
        return len(set(self.totals)) == 1

    @property
    def is_lost(self) -> bool:
        """Whether pages go on and on although nothing comes of them."""
        announced = [total for total in self.totals if total is not None]
        if not announced:
            return self.stuttered
        return self.rows.total() > 4 * max(announced) + 10 * self.size

    def _keep(self, record: Record) -> None:
        """The latest change counts, and of two alike the later to come."""
        held = self.records.get(record.identity)
        if held is not None and _is_older(record, held):
            return
        self.records.pop(record.identity, None)
        self.records[record.identity] = record


def by_time(turn: RestTurn, ask: Ask, start: datetime | None) -> bool:
    """Walk by time; whether all came."""
    since: datetime | None = start
    while True:
        before = turn.seen
        since = _to_the_end(turn, ask, since)
        total = turn.total if turn.pages == 1 else ask(start, 0, 1, 0).total
        # What was added after the end was reached stands behind it.
        if total is None or turn.seen >= total or turn.seen == before or turn.is_lost:
            return total is None or turn.seen == total


def by_number(turn: RestTurn, ask: Ask, start: datetime | None) -> None:
    """Walk by number."""
    while turn.take(ask(start, turn.pages, turn.size, turn.rows.total())).more and not turn.is_lost and not turn.has_ended:
        pass


def is_whole(turn: RestTurn, before: RestTurn | None, known: set[str | bytes | None]) -> bool:
    """Whether a walk by number saw all there is, given the turn before and all that earlier turns knew."""
    if turn.total is None:
        return turn.pages == 1 or (before is not None and before.rows == turn.rows and not turn.stuttered)
    if turn.pages == 1 or not turn.is_steady:
        return turn.is_steady and turn.seen == turn.total
    if turn.seen == turn.total:
        # One that went and one that came would hide a third that slipped from page to page: two turns must agree.
        return turn.identities <= known
    return before is not None and _holds_doubles(turn, before)


def _holds_doubles(turn: RestTurn, before: RestTurn) -> bool:
    """Whether the list itself holds some records twice: cut at other places, it shows the very same rows."""
    as_many = turn.rows.total() == turn.total
    return as_many and turn.rows == before.rows and turn.size != before.size and not turn.stuttered


def _to_the_end(turn: RestTurn, ask: Ask, since: datetime | None) -> datetime | None:
    """Walk by time until no page follows; the moment the last page was asked from."""
    page, before = 0, turn.rows.total()
    while turn.take(ask(since, page, turn.size, turn.rows.total() - before)).more and not turn.is_lost and not turn.has_ended:
        ended = _second(max((one.changed for one in turn.last if one.changed), default=None))
        if ended is not None and (since is None or ended > since):
            since, page, before = ended, 0, turn.rows.total()
        else:
            page += 1
    return since


def _key(item: ApiItem, resource: Resource) -> str | None:
    value = item.value.get(resource.key) if isinstance(item.value, dict) else None
    return None if value is None or value == "" else f"{type(value).__name__}:{value}"


def _moment(value: object) -> datetime | None:
    """The moment a text says; None where it says none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _second(moment: datetime | None) -> datetime | None:
    """A moment as it is asked for: to the second, and no later than it is."""
    return moment and moment.replace(microsecond=0)


def _is_older(record: Record, held: Record) -> bool:
    return record.changed is not None and held.changed is not None and record.changed < held.changed
