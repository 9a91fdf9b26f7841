"""A call for applications, as a value: who may apply, what counts, which seats there are, and who pays.

A call is written in TOML (`call_toml` reads it). It is to applications what a convention is to an agency: what it does
not ask for is not read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.programmes.scholarships.terms import Criterion, Payer, RenewalRule, Requirement, Reserve, ReviewRule, Seat
from cigem_core.text import Text


@frozen(kw_only=True)
class Call:
    """A call for applications to scholarships.

        call = Call.from_toml(Path("call.toml").read_text("utf-8"))

    Its digest is that of its text: another wording is another call.
    """

    reference: str
    title: Text
    opens: date
    closes: date
    """The last day on which an application may be deposited."""
    counted_on: date
    """The day on which ages are counted."""
    source: Text | None = field(default=None, repr=False)
    """Where its rules come from."""
    illustrative: Text | None = field(default=None, repr=False)
    """Which of them are ours."""
    seed: Text | None = None
    """Where the seed of the draw will come from: a lottery's numbers, a beacon's round."""
    pieces: tuple[str, ...] = ()
    """What a file must contain."""
    requirements: tuple[Requirement, ...] = field(default=(), repr=False)
    criteria: tuple[Criterion, ...] = field(default=(), repr=False)
    seats: tuple[Seat, ...] = field(default=(), repr=False)
    reserves: tuple[Reserve, ...] = field(default=(), repr=False)
    then: tuple[str, ...] = ()
    """Fields that part equal scores, higher first."""
    payers: tuple[Payer, ...] = field(default=(), repr=False)
    answer_days: int | None = None
    """Days in which an award is to be answered; one that nobody answered lapses."""
    renewal: RenewalRule | None = field(default=None, repr=False)
    review: ReviewRule | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    """Its TOML."""

    def __repr__(self) -> str:
        counted = [
            f"{len(some)} {name}"
            for name, some in (("seats", self.seats), ("reserves", self.reserves), ("payers", self.payers))
            if some
        ]
        return f"Call({self.reference}: {self.opens} to {self.closes}; {', '.join(counted)}, {self.places:,} places)"

    def _repr_html_(self) -> str:
        """The seats and what is reserved at each; the whole call stands in `text`."""
        rows = []
        for seat in self.seats:
            reserved = ", ".join(f"{one.name} {one.places[seat.code]}" for one in self.reserves_of(seat.code))
            rows.append((seat.code, seat.title.fr, seat.places, reserved))
        return notebook.table(["seat", "title", "places", "of which reserved"], rows, title=repr(self))

    @classmethod
    def from_toml(cls, text: str | bytes) -> Call:
        """Read a call; CallError names every mistake with its line and the nearest right word."""
        from cigem_core.programmes.scholarships.call_toml import read_call

        return read_call(text, cls)

    @classmethod
    def from_file(cls, path: str | Path) -> Call:
        """Read a call from a file of TOML; SourceRefused where it cannot be read."""
        from cigem_core.formats.source import Source

        stream = Source.of(path).open()
        try:
            return cls.from_toml(stream.read(_LONGEST))
        finally:
            stream.close()

    @property
    def digest(self) -> str:
        """Which wording of the call was applied."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def fields(self) -> frozenset[str]:
        """The fields it asks for, by the names calls give them."""
        asked = {rule.field for rule in self.requirements} | {score.field for score in self.criteria} | set(self.then)
        for named in (*(seat.accepts for seat in self.seats), *(reserve.when for reserve in self.reserves)):
            asked |= set(named)
        return frozenset(asked | ({"pieces"} if self.pieces else set()))

    @property
    def by_code(self) -> Mapping[str, Seat]:
        """The seats by their codes."""
        return {seat.code: seat for seat in self.seats}

    @property
    def places(self) -> int:
        """How many places there are in all."""
        return sum(seat.places for seat in self.seats)

    def reserves_of(self, seat: str) -> tuple[Reserve, ...]:
        """The reserves that keep places of a seat."""
        return tuple(reserve for reserve in self.reserves if reserve.places.get(seat))

    def payers_of(self, seat: str) -> tuple[Payer, ...]:
        """Who pays the holders of a seat."""
        return tuple(payer for payer in self.payers if payer.name in self.by_code[seat].payers)


_LONGEST = 1 << 20
"""Bytes of a call: it is read by people."""
