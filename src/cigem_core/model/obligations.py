"""What a party of a convention owes the other, as its TOML says it: `[[obligation]]`, beside the clauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from cigem_core.model.fields import kinds
from cigem_core.text import Text

Owes = Literal["answer-referrals", "return", "seats", "meeting"]
Every = Literal["month", "quarter", "year"]
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "year": 12}
CENTRE = "centre"
"""Who owes, where it is not the agency."""

_NEEDS: dict[Owes, frozenset[str]] = {
    "answer-referrals": frozenset({"within_days"}),
    "return": frozenset({"kind", "every", "within_days"}),
    "seats": frozenset({"places", "every"}),
    "meeting": frozenset({"every"}),
}


@frozen(kw_only=True)
class Obligation:
    """One thing owed, by whom, how often and within how many days."""

    article: str
    of: str
    """The agency's code, or `centre`."""
    owes: Owes
    within_days: int | None = None
    kind: str | None = None
    every: Every | None = None
    places: int | None = None

    def wrong(self, agency: str) -> Iterator[Text]:
        """What cannot be meant by it, in the convention of an agency."""
        given = {name for name in ("within_days", "kind", "every", "places") if getattr(self, name) is not None}
        for name in sorted(_NEEDS[self.owes] - given):
            yield Text(fr=f"« {self.owes} » demande « {name} »", en=f"'{self.owes}' needs '{name}'")
        for name in sorted(given - _NEEDS[self.owes]):
            yield Text(fr=f"« {self.owes} » ne prend pas « {name} »", en=f"'{self.owes}' takes no '{name}'")
        parties = (agency,) if self.owes in ("answer-referrals", "seats") else (agency, CENTRE)
        if self.of not in parties:
            yield Text(
                fr=f"« of » est {' ou '.join(f'« {party} »' for party in parties)}, pas « {self.of} »",
                en=f"'of' is {' or '.join(map(repr, parties))}, not '{self.of}'",
            )
        if self.within_days is not None and self.within_days < 0:
            yield Text(fr="« within_days » n'est pas négatif", en="'within_days' is not negative")
        if self.places is not None and self.places < 1:
            yield Text(fr="« places » est au moins 1", en="'places' is at least 1")

    @property
    def label(self) -> Text:
        """What is owed, in a sentence without its subject."""
        fr, en = _EVERY[self.every] if self.every else ("", "")
        called = _called(self.kind or "")
        match self.owes:
            case "answer-referrals":
                return Text(
                    fr=f"répond à chaque orientation dans les {self.within_days} jours",
                    en=f"answers each referral within {self.within_days} days",
                )
            case "return":
                return Text(
                    fr=f"remet ses fiches « {called.fr} » chaque {fr}, dans les {self.within_days} jours de son terme",
                    en=f"hands over its '{called.en}' records every {en}, within {self.within_days} days of its end",
                )
            case "seats":
                return Text(
                    fr=f"accepte au moins {self.places} personnes orientées chaque {fr}",
                    en=f"accepts at least {self.places} people referred every {en}",
                )
            case "meeting":
                return Text(fr=f"tient une réunion chaque {fr}", en=f"holds a meeting every {en}")


def _called(kind: str) -> Text:
    """What people call a kind; its name where no plugin declares it here."""
    known = next((one.label for one in kinds() if one.name == kind), None)
    return known or Text(fr=kind, en=kind)


_EVERY: dict[Every, tuple[str, str]] = {
    "month": ("mois", "month"),
    "quarter": ("trimestre", "quarter"),
    "year": ("année", "year"),
}
