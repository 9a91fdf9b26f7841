"""Instruments of assessment: questions, how answers are coded and weighed, and where all that comes from.

instrument = read_instrument("projet.toml")          # or the XLSForm an agency already has
scores = score(instrument, {"metier": "confirme"})   # exact; bounds where questions are left open
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from cigem_core.errors import OperatorError, SourceRefused, UnknownName, nearest
from cigem_core.programmes.reception.papers import Leaf, canonical, digest_of
from cigem_core.text import Text


@frozen(kw_only=True)
class Coding:
    """An answer a question offers, and the points it is coded as; None where it is coded as nothing."""

    code: str
    label: Text
    points: Fraction | None = None


@frozen(kw_only=True)
class Asked:
    """A question of an instrument."""

    name: str
    label: Text
    dimension: str | None = None
    weight: Fraction = Fraction(1)
    several: bool = False
    choices: tuple[Coding, ...] = ()
    least: Fraction | None = None
    most: Fraction | None = None
    """Of a question answered by a number: the number is its points, between these two."""

    @property
    def is_scored(self) -> bool:
        """Whether its answer counts."""
        return self.least is not None or any(choice.points is not None for choice in self.choices)

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The least and the most any answer to it counts, weighed."""
        if self.least is not None and self.most is not None:
            ends = [self.least, self.most]
        else:
            points = [choice.points or Fraction(0) for choice in self.choices]
            ends = [sum((p for p in points if p < 0), Fraction(0)), sum((p for p in points if p > 0), Fraction(0))]
            ends = ends if self.several else [min(points), max(points)]
        weighed = sorted(end * self.weight for end in ends)
        return weighed[0], weighed[1]

    def value(self, answer: str) -> Fraction:
        """What an answer counts, weighed; OperatorError names the answers there are, and quotes none."""
        if self.least is not None and self.most is not None:
            return self._number(answer) * self.weight
        by_code = {choice.code: choice.points or Fraction(0) for choice in self.choices}
        codes = answer.split() if self.several else [answer]
        if not codes or len(set(codes)) < len(codes) or not set(codes) <= by_code.keys():
            listed = ", ".join(by_code)
            raise OperatorError(
                Text(fr=f"question {self.name} : répondre par {listed}", en=f"question {self.name}: answer one of {listed}")
            )
        return sum((by_code[code] for code in codes), Fraction(0)) * self.weight

    def _number(self, answer: str) -> Fraction:
        least, most = self.least or Fraction(0), self.most or Fraction(0)
        try:
            found = Fraction(Decimal(answer.replace(",", ".")))
        except (ArithmeticError, ValueError):
            found = most + 1
        if not least <= found <= most:
            ends = f"{least}–{most}"
            raise OperatorError(
                Text(fr=f"question {self.name} : un nombre de {ends}", en=f"question {self.name}: a number within {ends}")
            )
        return found


@frozen(kw_only=True)
class Dimension:
    """What some questions measure together."""

    name: str
    label: Text


@frozen(kw_only=True)
class Instrument:
    """Questions, coding, weights and dimensions, with their source and licence, in one wording."""

    reference: str
    title: Text
    source: str
    licence: str
    illustrative: Text | None = None
    """Said where it is only an example, and nobody should be judged by it."""
    dimensions: tuple[Dimension, ...]
    questions: tuple[Asked, ...]
    wording: str = field(repr=False)

    @property
    def digest(self) -> str:
        """Which wording it is."""
        return digest_of(self.wording)

    def question(self, name: str) -> Asked:
        """The question of that name; UnknownName proposes the nearest."""
        found = next((one for one in self.questions if one.name == name), None)
        if found is None:
            near = nearest(name, [one.name for one in self.questions])
            raise UnknownName(
                Text(fr=f"{self.reference} n'a pas de question « {name} » ; {near.fr}",
                     en=f"{self.reference} has no question '{name}'; {near.en}")
            )  # fmt: skip
        return found


def instrument_kept(wording: str, name: str) -> Instrument:
    """The instrument of a wording that was kept."""
    return instrument_of(Leaf(json.loads(wording), name))


def instrument_of(paper: Leaf) -> Instrument:
    """The instrument a document describes."""
    paper.only("reference", "title", "source", "licence", "illustrative", "dimension", "question")
    dimensions = tuple(_dimension(one) for one in paper.each("dimension"))
    questions = tuple(_question(one, {d.name for d in dimensions}) for one in paper.each("question"))
    _once(paper, "dimension", [one.name for one in dimensions])
    _once(paper, "question", [one.name for one in questions])
    if not questions:
        raise paper.refuse("question", "un instrument pose au moins une question", "an instrument asks one question at least")
    return Instrument(
        reference=paper.needed("reference"),
        title=paper.both("title") or Text(fr=paper.needed("reference"), en=paper.needed("reference")),
        source=paper.needed("source"),
        licence=paper.needed("licence"),
        illustrative=paper.both("illustrative"),
        dimensions=dimensions,
        questions=questions,
        wording=canonical(paper.data),
    )


def _dimension(paper: Leaf) -> Dimension:
    paper.only("name", "label")
    name = paper.needed("name")
    return Dimension(name=name, label=paper.both("label") or Text(fr=name, en=name))


def _question(paper: Leaf, dimensions: set[str]) -> Asked:
    paper.only("name", "label", "dimension", "weight", "several", "choice", "least", "most")
    name, dimension = paper.needed("name"), paper.text("dimension")
    if dimension is not None and dimension not in dimensions:
        near = nearest(dimension, dimensions)
        raise paper.refuse("dimension", f"aucune dimension de ce nom ; {near.fr}", f"no dimension of that name; {near.en}")
    choices, least, most = tuple(_choice(one) for one in paper.each("choice")), paper.exact("least"), paper.exact("most")
    _once(paper, "choice", [one.code for one in choices])
    if (least is None) != (most is None) or bool(choices) == (least is not None) or (least is not None and most and least > most):
        raise paper.refuse(
            "choice", "il faut des choix [[question.choice]], ou un nombre entre least et most",
            "expected choices [[question.choice]], or a number between least and most",
        )  # fmt: skip
    weight = paper.exact("weight")
    return Asked(
        name=name, label=paper.both("label") or Text(fr=name, en=name), dimension=dimension, several=paper.yes("several"),
        weight=Fraction(1) if weight is None else weight, choices=choices, least=least, most=most,
    )  # fmt: skip


def _choice(paper: Leaf) -> Coding:
    paper.only("code", "label", "points")
    code = paper.needed("code")
    if len(code.split()) > 1:
        raise paper.refuse("code", "un code n'a pas d'espace", "a code holds no space")
    return Coding(code=code, label=paper.both("label") or Text(fr=code, en=code), points=paper.exact("points"))


def _once(paper: Leaf, what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise paper.refuse(what, f"« {name} » y est deux fois", f"'{name}' is there twice")


def unscored(instrument: Instrument) -> SourceRefused:
    """The refusal to score by an instrument that codes no answer."""
    return SourceRefused(
        Text(
            fr=f"{instrument.reference} ne code aucune réponse en points : il se remplit, il ne se calcule pas",
            en=f"{instrument.reference} codes no answer as points: it can be filled in, not scored",
        )
    )
