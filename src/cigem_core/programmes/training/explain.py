"""Why someone sits where they sit, or sits nowhere: a sentence each, in both languages, true of the plan as it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cigem_core.errors import OperatorError
from cigem_core.programmes.training.assignment import Assignment
from cigem_core.programmes.training.fit import OpenSession, Traits, minor_group
from cigem_core.programmes.training.reserves import SessionReserve
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    import polars as pl

_ALIKE = ("occupation", "region", "sex", "returnee", "visitor")


@frozen(slots=False, eq=False)
class Explained:
    """An assignment with what it was made of."""

    sessions: Sequence[OpenSession] = field(repr=False)
    candidates: pl.DataFrame = field(repr=False)
    assignment: Assignment = field(repr=False)
    reserves: Sequence[SessionReserve] = ()

    def why(self, candidate: str) -> Text:
        """Why a candidate sits where they sit, or nowhere; OperatorError where there is no such candidate."""
        if candidate not in self._people:
            raise OperatorError(
                Text(fr=f"aucun candidat ne porte le numéro {candidate}", en=f"no candidate has the number {candidate}")
            )
        who = self._people[candidate]
        if seat := self._seats.get(candidate):
            return self._placed(who, *seat)
        return self._left(who)

    def _placed(self, who: dict[str, Any], reference: str, fit: int) -> Text:
        session = self._by_reference[reference]
        same = who["occupation"] == session.occupation
        trade = Text(
            fr=f"métier {who['occupation']}" if same else f"métier voisin ({session.occupation} pour {who['occupation']})",
            en=f"trade {who['occupation']}" if same else f"a near trade ({session.occupation} for {who['occupation']})",
        )
        region = _region(who["region"], session.region)
        reserved = [one.name for one in self.reserves if one.is_for(_traits(who)) and one.places_of(session.places)]
        listed = ", ".join(reserved)
        fr = f", et la session réserve des places à : {listed}" if reserved else ""
        en = f", and the session reserves places for: {listed}" if reserved else ""
        return Text(
            fr=f"placé(e) en {reference} : {trade.fr}, {region.fr}, soit {fit} sur 100{fr}.",
            en=f"seated in {reference}: {trade.en}, {region.en}, {fit} of 100{en}.",
        )

    def _left(self, who: dict[str, Any]) -> Text:
        if who["occupation"] is None:
            return Text(
                fr="sans place : aucun métier n'est souhaité ; en indiquer un.", en="no seat: no trade is asked for; name one."
            )
        group = minor_group(who["occupation"])
        fitting = [one for one in self.sessions if minor_group(one.occupation) == group]
        if not fitting:  # none teaches it, or those that do have begun
            return Text(
                fr=f"sans place : aucune session n'enseigne un métier du groupe {group} de la CITP-08.",
                en=f"no seat: no session teaches a trade of ISCO-08 group {group}.",
            )
        room, wanting = sum(one.room for one in fitting), self._wanting[group]
        served = self._served_before(who)
        alike = Text(
            fr=f" ; {counted(served, 'semblable(s) placé(s) avant, en attente depuis plus longtemps', '').fr}.",
            en=f"; {served} alike who have waited longer go first.",
        )
        nobody = Text(fr=".", en=".")
        end = alike if served else nobody
        return Text(
            fr=f"sans place : {counted(room, 'place(s)', '').fr} pour {wanting} candidats du groupe {group}{end.fr}",
            en=f"no seat: {counted(room, '', 'place(s)').en} for {wanting} candidates of group {group}{end.en}",
        )

    def _served_before(self, who: dict[str, Any]) -> int:
        """How many of those alike got a seat: all of them have waited at least as long."""
        return self._served.get(tuple(who[name] for name in _ALIKE), 0)

    @cached_property
    def _people(self) -> dict[str, dict[str, Any]]:
        return {row["candidate"]: row for row in self.candidates.iter_rows(named=True)}

    @cached_property
    def _seats(self) -> dict[str, tuple[str, int]]:
        return {candidate: (session, fit) for candidate, session, fit in self.assignment.assigned.iter_rows()}

    @cached_property
    def _by_reference(self) -> dict[str, OpenSession]:
        return {session.reference: session for session in self.sessions}

    @cached_property
    def _wanting(self) -> dict[str, int]:
        import polars as pl

        group = self.candidates.select(pl.col("occupation").str.head(3).alias("group")).drop_nulls()
        return dict(group.group_by("group").len().iter_rows())

    @cached_property
    def _served(self) -> dict[tuple[Any, ...], int]:
        seated = self.candidates.join(self.assignment.assigned, on="candidate", how="semi")
        return {row[:-1]: row[-1] for row in seated.group_by(_ALIKE).len().iter_rows()}


def _traits(who: dict[str, Any]) -> Traits:
    return Traits(**{name: who[name] for name in ("sex", "region", "returnee", "visitor")})


def _region(theirs: str | None, of_session: str | None) -> Text:
    if theirs is None or of_session is None:
        return Text(fr="région non indiquée", en="region not said")
    if theirs == of_session:
        return Text(fr="même région", en="the same region")
    return Text(fr=f"autre région ({of_session})", en=f"another region ({of_session})")
