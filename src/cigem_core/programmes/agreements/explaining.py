"""May a field cross, in which direction, by which article and since when; where not, the smallest amendment that would let it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, get_args

from attrs import frozen

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.conventions import Convention, Direction, in_force, wordings_on
from cigem_core.model.fields import Kind
from cigem_core.programmes.agreements.differences import crossings
from cigem_core.text import Text

_DIRECTIONS: dict[Direction, Text] = {
    "pull": Text(fr="la structure le remet au centre", en="the agency hands it over"),
    "push": Text(fr="le centre le transmet à la structure", en="the centre hands it to the agency"),
    "onward": Text(fr="le centre le transmet à d'autres structures", en="the centre hands it on to others"),
}


@frozen(kw_only=True)
class FieldExplanation:
    """Whether a field crosses in one direction on a day, and why."""

    convention: str | None
    direction: Direction
    crosses: bool
    articles: tuple[str, ...] = ()
    since: date | None = None
    amendment: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """As `--json` gives it."""
        return {
            "convention": self.convention, "direction": self.direction, "crosses": self.crosses,
            "articles": list(self.articles), "since": self.since and self.since.isoformat(),
            "amendment": self.amendment and self.amendment.fr,
        }  # fmt: skip

    @property
    def sentence(self) -> Text:
        """In words."""
        what = _DIRECTIONS[self.direction]
        if self.crosses and self.since:
            articles = ", ".join(self.articles)
            return Text(
                fr=f"{what.fr} : oui, {self.convention} {articles}, depuis le {self.since:%d/%m/%Y}",
                en=f"{what.en}: yes, {self.convention} {articles}, since {self.since}",
            )
        no = self.amendment or Text(fr="aucune convention en vigueur", en="no convention in force")
        return Text(fr=f"{what.fr} : non ; {no.fr}", en=f"{what.en}: no; {no.en}")


def explain(conventions: Sequence[Convention], kind: Kind, name: str, *, on: date) -> list[FieldExplanation]:
    """For one agency's wordings: of a field, each direction; UnknownName where the kind has no such field."""
    if name not in kind.fields:
        near = nearest(name, kind.fields)
        raise UnknownName(
            Text(fr=f"{kind.name} n'a pas de champ « {name} » ; {near.fr}", en=f"{kind.name} has no field '{name}'; {near.en}")
        )
    deciding = in_force(conventions, on)
    return [_explained(conventions, deciding, kind, name, direction, on) for direction in get_args(Direction)]


def _explained(
    conventions: Sequence[Convention], deciding: Sequence[Convention], kind: Kind, name: str, direction: Direction, on: date
) -> FieldExplanation:
    comes = direction != "onward" or any(_articles(one, kind, name, "pull") for one in deciding)
    for one in deciding if comes else ():
        if articles := _articles(one, kind, name, direction):
            since = _since(conventions, one, kind, name, direction)
            return FieldExplanation(convention=one.reference, direction=direction, crosses=True, articles=articles, since=since)
    meant = next(iter([*deciding, *wordings_on(conventions, on)]), None)
    if meant is None:
        return FieldExplanation(convention=None, direction=direction, crosses=False)
    lacking = list(_lacking(meant, kind, name, direction, on, is_in_force=bool(deciding)))
    amendment = Text(fr=" ; et ".join(one.fr for one in lacking), en="; and ".join(one.en for one in lacking))
    return FieldExplanation(convention=meant.reference, direction=direction, crosses=False, amendment=amendment)


def _lacking(
    meant: Convention, kind: Kind, name: str, direction: Direction, on: date, *, is_in_force: bool
) -> Iterator[Text]:  # fmt: skip
    """Each thing that stands in the way on a day, and the least that would remove it."""
    if not is_in_force:
        yield _out_of_force(meant, on)
    if direction == "onward" and not _articles(meant, kind, name, "pull"):
        # What no clause lets come is not let go on either.
        yield _amendment(meant, kind, name, "pull")
    if not _articles(meant, kind, name, direction):
        yield _amendment(meant, kind, name, direction)


def _out_of_force(meant: Convention, on: date) -> Text:
    reference = meant.reference
    if meant.standing.is_suspended(on):
        return Text(fr=f"il faudrait que {reference} ne soit pas suspendue ce jour", en=f"{reference} would have to be resumed")
    if on < meant.counts_from:
        day = meant.counts_from
        return Text(fr=f"{reference} ne vaut qu'à partir du {day:%d/%m/%Y}", en=f"{reference} only holds from {day}")
    return Text(
        fr=f"{reference} a pris fin le {meant.last:%d/%m/%Y} : il faudrait un avenant qui la prolonge",
        en=f"{reference} ended on {meant.last}: it would take an amendment that prolongs it",
    )


def _articles(convention: Convention, kind: Kind, name: str, direction: Direction) -> tuple[str, ...]:
    found = [c for c in crossings(convention) if (c.kind, c.field, c.direction) == (kind.name, name, direction)]
    return tuple(dict.fromkeys(article for one in found for article in one.articles))


def _since(conventions: Sequence[Convention], now: Convention, kind: Kind, name: str, direction: Direction) -> date:
    """The first day of the wordings, without a gap up to the one of now, that let it cross."""
    since = now.counts_from
    earlier = sorted(
        (one for one in conventions if one.reference == now.reference and one.counts_from < since),
        key=lambda one: one.counts_from,
        reverse=True,
    )
    for one in earlier:
        if not _articles(one, kind, name, direction):
            break
        since = one.counts_from
    return since


def _amendment(convention: Convention, kind: Kind, name: str, direction: Direction) -> Text:
    speaking = [one for one in convention.clauses if one.direction == direction and kind.name in one.fields]
    if speaking:
        article = speaking[0].article
        return Text(
            fr=f"il suffirait d'ajouter « {name} » à fields.{kind.name} de {article} ({convention.reference})",
            en=f"it would do to add '{name}' to fields.{kind.name} of {article} ({convention.reference})",
        )
    keys = [f.name for f in kind.fields.values() if f.is_required or f.is_key]
    listed = ", ".join(dict.fromkeys((*keys, name)))
    return Text(
        fr=f"il faudrait une clause « {direction} » de plus dans {convention.reference}, où fields.{kind.name} dit : {listed}",
        en=f"it would take one more clause '{direction}' in {convention.reference}, in which fields.{kind.name} says: {listed}",
    )
