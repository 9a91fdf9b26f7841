"""Who gets which seat, over plain data: for anyone who wants only that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.programmes.scholarships.acceptance import Ranks, deferred_acceptance
from cigem_core.programmes.scholarships.seat_choice import SeatChoice
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

Reserved = tuple[str, int, AbstractSet[str]]
"""The name of a reserve, its places at a seat, and whom it is for."""


@frozen(kw_only=True)
class Seated:
    """A seat someone got, and whether on a place of a reserve's."""

    seat: str
    reserve: str | None = None


@frozen(kw_only=True, eq=False)
class Market:
    """Who may have which seats: what an allocation is made of."""

    choices: Mapping[str, Sequence[str]] = field(repr=False)
    """Applicant → seats in order."""
    orders: Mapping[str, Sequence[str]] = field(repr=False)
    """Seat → the applicants it accepts, in its order."""
    places: Mapping[str, int]
    reserves: Mapping[str, Sequence[Reserved]] = field(factory=dict, repr=False)

    def seated(self) -> dict[str, Seated]:
        """Who gets which seat, by deferred acceptance; those who get none are left out."""
        found = {}
        for seat, choice in self.kept().items():
            names = [name for name, _, _ in self.reserves.get(seat, ())]
            for rank, reserve in choice.kept().items():
                found[self.orders[seat][rank]] = Seated(seat=seat, reserve=None if reserve is None else names[reserve])
        return found

    def kept(self) -> dict[str, SeatChoice]:
        """The seats, once everyone has proposed."""
        ranks = self._ranks()
        seats = {seat: SeatChoice(many, [n for _, n, _ in self.reserves.get(seat, ())]) for seat, many in self.places.items()}
        members = {seat: [group for _, _, group in self.reserves.get(seat, ())] for seat in self.places}
        try:
            deferred_acceptance(self._proposers(ranks), self.choices, seats, ranks, self.orders, members)
        except KeyError as unknown:
            near = nearest(str(unknown.args[0]), self.places)
            raise OperatorError(
                Text(
                    fr=f"quelqu'un choisit un siège qui n'existe pas ; {near.fr}",
                    en=f"someone chose a seat that is not there; {near.en}",
                )
            ) from None
        return seats

    def _ranks(self) -> dict[str, Ranks]:
        """The places in each order; seats that share one share its places."""
        known: dict[int, Ranks] = {}
        for order in self.orders.values():
            if id(order) in known:
                continue
            known[id(order)] = dict(zip(order, range(len(order)), strict=True))
            if len(known[id(order)]) < len(order):
                raise OperatorError(Text(fr="quelqu'un est deux fois dans un ordre", en="someone stands twice in an order"))
        return {seat: known[id(self.orders[seat])] if seat in self.orders else {} for seat in self.places}

    def _proposers(self, ranks: Mapping[str, Ranks]) -> Iterable[str]:
        """Those who stand first at their first choice propose first: the result is the same, and sooner there."""
        last = len(self.choices)
        keys = {who: ranks[chosen[0]].get(who, last) for who, chosen in self.choices.items() if chosen}
        return sorted(keys, key=keys.__getitem__)


def allocate(
    preferences: Mapping[str, Sequence[str]] | pl.DataFrame,
    priorities: Mapping[str, Sequence[str]] | pl.DataFrame,
    places: Mapping[str, int] | pl.DataFrame,
    reserves: Mapping[str, Sequence[Reserved]] | pl.DataFrame | None = None,
) -> Any:
    """Give seats to applicants, by deferred acceptance: applicant → seat; whoever gets none is left out.

        >>> allocate({"a": ["law"], "b": ["law"]}, {"law": ["a", "b"]}, {"law": 1}, {"law": [("north", 1, {"b"})]})
        {'b': 'law'}

    `preferences`: applicant → seats in order; `priorities`: seat → applicants in order, whoever is missing there is not
    accepted; `places`: seat → how many; `reserves`: seat → (name, places, whom it is for). Reserved places are filled as
    far as can be, by the best who can fill them, and are open to all where nobody can.

    Polars tables do as well, with columns `applicant` and `seat` in order (`priorities`: `seat`, `applicant`), `seat` and
    `places`, and for reserves `seat`, `name`, `places`, `applicant`; a table then comes back. Raises OperatorError for a
    seat without places that someone chose.
    """
    if not isinstance(preferences, Mapping):
        return _table(_of_tables(preferences, priorities, places, reserves).seated())
    market = Market(choices=preferences, orders=dict(priorities), places=dict(places), reserves=dict(reserves or {}))  # type: ignore[arg-type]
    _check(market)
    return {market.orders[seat][rank]: seat for seat, choice in market.kept().items() for rank in choice.ranks()}


def _check(market: Market) -> None:
    for seat, many in market.places.items():
        if type(many) is not int or many < 0:
            raise OperatorError(
                Text(fr=f"{seat} : des places sont un nombre entier", en=f"{seat}: places are a whole number, 0 or more")
            )


def _of_tables(preferences: Any, priorities: Any, places: Any, reserves: Any) -> Market:
    def grouped(table: Any, by: str, listed: str) -> dict[str, list[str]]:
        import polars as pl

        lists = table.group_by(by, maintain_order=True).agg(pl.col(listed))
        return dict(zip(lists[by], lists[listed].to_list(), strict=True))

    kept: dict[str, list[Reserved]] = {}
    if reserves is not None:
        import polars as pl

        lists = reserves.group_by("seat", "name", maintain_order=True).agg(pl.col("places").first(), pl.col("applicant"))
        for seat, name, many, members in lists.iter_rows():
            kept.setdefault(seat, []).append((name, many, frozenset(members)))
    market = Market(
        choices=grouped(preferences, "applicant", "seat"), orders=grouped(priorities, "seat", "applicant"),
        places=dict(zip(places["seat"], places["places"].to_list(), strict=True)), reserves=kept,
    )  # fmt: skip
    _check(market)
    return market


def _table(seated: Mapping[str, Seated]) -> pl.DataFrame:
    import polars as pl

    rows = [(who, one.seat) for who, one in seated.items()]
    return pl.DataFrame(rows, schema={"applicant": pl.String, "seat": pl.String}, orient="row")
