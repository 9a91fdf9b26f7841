"""Indicators as declared values: what a figure counts, of which records, on which day, and how it may be broken down.

    Indicator(
        name="openness", …,
        counts=Tally("enrolment", day="session.begins_on", where={"returnee": ("Y",)}, by={"region": "residence.region"}),
        among=Tally("enrolment", day="session.begins_on", where={"returnee": ("Y", "N")}, by={"region": "residence.region"}),
    )

A path names a field, through references where it must: `seeker.residence.region` of a placement is the region of whom it
placed. A path that ends in `?` says `Y` where the field holds something. Several paths are asked in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from cigem_core.errors import DeclarationError, nearest
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.values import VALUE_TYPES, Country, Edited, Listed, PartialDate
from cigem_core.text import Language, Text

UNKNOWN = "_U"
"""The code of what is empty or undetermined."""

FOLLOWED: Mapping[str, Mapping[str, Field]] = {
    "referral": {
        "sent_on": Field(name="sent_on", label=Text(fr="Partie le", en="Sent on"), value=VALUE_TYPES[date], python=date),
        "answered_on": Field(
            name="answered_on", label=Text(fr="Première réponse le", en="First answered on"), value=VALUE_TYPES[date], python=date
        ),
    }
}
"""What the store knows of records beside what they say: when a referral left, and when the agency first answered it."""


@frozen(kw_only=True)
class Step:
    """A field some way off: the references that lead there, then the field."""

    through: tuple[Field, ...]
    kind: Kind
    field: Field
    is_presence: bool = False

    @property
    def column(self) -> str:
        """The name of its column beside the records it is asked of."""
        return ".".join([*(one.name for one in self.through), self.field.name])


def step(kind: Kind, path: str) -> Step:
    """The field a path leads to from a kind; DeclarationError names what there is."""
    known = {**kind.fields, **FOLLOWED.get(kind.name, {})}
    name, is_presence = path.removesuffix("?"), path.endswith("?")
    if name in known:
        return Step(through=(), kind=kind, field=known[name], is_presence=is_presence)
    head, _, rest = name.partition(".")
    if head in known and rest and (to := known[head].refers_to):
        beyond = step(kind_of(to), rest)
        return Step(through=(known[head], *beyond.through), kind=beyond.kind, field=beyond.field, is_presence=is_presence)
    near = nearest(name, known)
    raise DeclarationError(
        Text(
            fr=f"aucun champ « {path} » depuis « {kind.name} » ; {near.fr}",
            en=f"no field '{path}' from '{kind.name}'; {near.en}",
        )
    )


@frozen
class Tally:
    """What is counted: records of a kind by a day of theirs (None: whatever the period), those that hold some codes.

    `where` names breakdowns or fields with the codes that count (None: empty). `amount` names a whole number that is
    summed, 1 where it is empty. `is_people` says that each record is somebody, so that small counts are protected.
    """

    kind: str
    day: str | None = field(kw_only=True)
    where: Mapping[str, tuple[str | None, ...]] = field(kw_only=True, factory=dict)
    amount: str | None = field(kw_only=True, default=None)
    by: Mapping[str, str | tuple[str, ...]] = field(kw_only=True)
    is_people: bool = field(kw_only=True, default=True)

    def __attrs_post_init__(self) -> None:
        kind = kind_of(self.kind)
        if self.day is not None and step(kind, self.day).field.python is not date:
            raise _no_day(self.kind, self.day)
        for name in self.by:
            for path in self.paths(name):
                _check_is_code(name, step(kind, path), has_day=self.day is not None)
        for name in self.where:
            for path in self.paths(name):
                step(kind, path)
        if self.amount is not None and step(kind, self.amount).field.python is not int:
            raise DeclarationError(
                Text(fr=f"« {self.amount} » n'est pas un nombre entier", en=f"'{self.amount}' is no whole number")
            )

    def paths(self, breakdown: str) -> tuple[str, ...]:
        """The paths asked in turn for a breakdown; a field stands for itself."""
        paths = self.by.get(breakdown, breakdown)
        return (paths,) if isinstance(paths, str) else paths

    @property
    def formula(self) -> Text:
        """In words: which records, by which day, holding what."""
        kind = kind_of(self.kind)
        fr, en = [kind.label.fr], [kind.label.en]
        if self.day:
            label = step(kind, self.day).field.label
            fr.append(f"{label.fr} dans la période")
            en.append(f"{label.en} in the period")
        for name, codes in self.where.items():
            label, listed = step(kind, self.paths(name)[0]).field.label, ", ".join(code or UNKNOWN for code in codes)
            fr.append(f"{label.fr} : {listed}")
            en.append(f"{label.en}: {listed}")
        if self.amount:
            label = step(kind, self.amount).field.label
            fr.append(f"somme de {label.fr}, 1 où rien n'est dit")
            en.append(f"sum of {label.en}, 1 where nothing is said")
        return Text(fr=" ; ".join(fr), en="; ".join(en))

    def steps(self) -> Iterator[Step]:
        """Every field it looks at."""
        kind = kind_of(self.kind)
        paths = [path for name in {**self.by, **self.where} for path in self.paths(name)]
        for path in [*paths, *(p for p in (self.day, self.amount) if p)]:
            yield step(kind, path)


def _check_is_code(name: str, found: Step, *, has_day: bool) -> None:
    python = found.field.python
    is_code = found.field.codes or python in (bool, str, PartialDate) or issubclass(python, (Edited, Listed, Country))
    if not (is_code or found.is_presence) or (python is PartialDate and not has_day) or found.field.many:
        raise DeclarationError(
            Text(
                fr=f"« {found.column} » ne peut ventiler ({name}) : attendu un code, un texte, un oui ou non, une naissance",
                en=f"'{found.column}' breaks nothing down ({name}): expected a code, a text, yes or no, a birth",
            )
        )


def _no_day(kind: str, path: str) -> DeclarationError:
    return DeclarationError(Text(fr=f"« {path} » de « {kind} » n'est pas un jour", en=f"'{path}' of '{kind}' is no day"))


@frozen(kw_only=True)
class Indicator:
    """A figure the observatory publishes: a count, or a ratio of two.

    `counts` is the count, or the numerator where `among` is the denominator. `unknown` counts whose outcome nobody
    knows: the ratio's `low` takes all of them as failures, its `high` as successes. `until` names a day of the
    numerator's records: the median number of days from their day to it is told.
    """

    name: str
    label: Text
    definition: Text
    unit: Text
    version: str = "1"
    counts: Tally
    among: Tally | None = None
    unknown: Tally | None = None
    until: str | None = None

    def __attrs_post_init__(self) -> None:
        if not self.name.replace("_", "").isalnum() or not self.name.isascii() or self.name != self.name.lower():
            raise DeclarationError(
                Text(
                    fr=f"un indicateur se nomme en minuscules, comme seekers_registered, pas « {self.name} »",
                    en=f"an indicator is named in small letters, like seekers_registered, not '{self.name}'",
                )
            )

    @property
    def terms(self) -> dict[str, Tally]:
        """What it counts, by the part it plays: numerator, denominator, unknown."""
        parts = {"numerator": self.counts, "denominator": self.among, "unknown": self.unknown}
        return {name: tally for name, tally in parts.items() if tally is not None}

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """What it counts: the numerator first."""
        return tuple(self.terms.values())

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """What it may be broken down by, in the order it is declared."""
        return tuple(name for name in self.counts.by if all(name in tally.by for tally in self.tallies))

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of records it is made of."""
        return frozenset(tally.kind for tally in self.tallies) | {s.kind.name for t in self.tallies for s in t.steps()}

    def as_dict(self, language: Language) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "label": self.label.in_(language),
            "definition": self.definition.in_(language),
            "unit": self.unit.in_(language),
            "version": self.version,
            "by": list(self.breakdowns),
            "terms": {name: tally.formula.in_(language) for name, tally in self.terms.items()},
        }

    @property
    def is_ratio(self) -> bool:
        """Whether it divides one count by another."""
        return self.among is not None


def needed(indicators: Any) -> dict[str, set[str]]:
    """The fields that some indicators look at, by kind: what has to be read."""
    fields: dict[str, set[str]] = {}
    for indicator in indicators:
        for tally in indicator.tallies:
            fields.setdefault(tally.kind, set())
            for one in tally.steps():
                kind = kind_of(tally.kind)
                for reference in one.through:
                    fields.setdefault(kind.name, set()).add(reference.name)
                    kind = kind_of(str(reference.refers_to))
                fields.setdefault(one.kind.name, set()).add(one.field.name)
        if indicator.until:
            fields[indicator.counts.kind].add(indicator.until)
    return fields
