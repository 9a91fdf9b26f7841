"""Conventions between a centre and its partner agencies, as documents people can read.

A convention is written in TOML (see the plugins that ship some). Each clause names one axis, one direction,
and for every kind the fields it lets cross: `"*"`, a group or a field, and `"!name"` for all but that.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from operator import eq
from typing import Any, Literal, get_args

from attrs import evolve, frozen

from cigem_core.errors import ConventionError
from cigem_core.model.axes import AXES, AxisDeclaration, axes_of
from cigem_core.model.axes import Axis as Axis
from cigem_core.model.obligations import Every, Obligation, Owes
from cigem_core.model.standing import UNTOUCHED, Standing
from cigem_core.model.toml_text import toml_of
from cigem_core.text import Text

Direction = Literal["pull", "push", "onward"]
"""What an agency hands over, what it is handed, and what it lets the centre hand on to other agencies."""


@frozen(kw_only=True)
class Agency:
    """A State service the centre works with."""

    code: str
    name: Text


@frozen(kw_only=True)
class Signature:
    """The day a convention was signed, and how that day is known."""

    on: date
    certainty: Literal["stated", "inferred"]
    because: Text | None = None


@frozen(kw_only=True)
class Clause:
    """What one article lets cross, in one direction, for one axis."""

    article: str
    axis: Axis
    direction: Direction
    fields: Mapping[str, tuple[str, ...]]
    """Kind → fields that may cross."""
    cargo: bool | tuple[str, ...] = False
    """Whether columns nobody declared are kept for write-back, or which. Where a clause hides a field, only those it names."""
    purpose: str | None = None
    """A term of the W3C Data Privacy Vocabulary, for the reader; it decides nothing."""


@frozen(kw_only=True)
class Convention:
    """A signed agreement with one agency; in force from its first day to its last, both included, save suspended days.

    An amendment is another wording of the same reference, which counts from the day it takes effect.
    """

    reference: str
    agency: Agency
    title: Text
    signed: Signature
    begins: date
    ends: date | None = None
    illustrative: Text | None = None
    """Said where the clauses are not the signed ones."""
    clauses: tuple[Clause, ...]
    obligations: tuple[Obligation, ...] = ()
    axes: tuple[AxisDeclaration, ...] = ()
    """Those it declares beside the ones that ship."""
    takes_effect: date | None = None
    """The first day of this wording, where it is an amendment."""
    amends: str | None = None
    """What an amendment is of, as the parties call it."""
    standing: Standing = UNTOUCHED
    """What became of it since: no part of its wording, nor of its digest."""

    def is_in_force(self, on: date) -> bool:
        """Whether it lets anything happen on a day; an amendment does from the day it takes effect."""
        return self.counts_from <= on and (self.last is None or on <= self.last) and not self.standing.is_suspended(on)

    @property
    def last(self) -> date | None:
        """The last day of its term, or the earlier one on which the parties ended it."""
        days = [day for day in (self.ends, self.standing.terminated) if day is not None]
        return min(days, default=None)

    @property
    def counts_from(self) -> date:
        """The first day on which this wording may decide."""
        return self.takes_effect or self.begins

    @property
    def period(self) -> Text:
        """From when to when it is in force."""
        fr = f"au {self.last:%d/%m/%Y}" if self.last else "sans terme"
        en = f"to {self.last}" if self.last else "with no end"
        since = self.standing.open
        fr += f", suspendue depuis le {since.begins:%d/%m/%Y}" if since else ""
        en += f", suspended since {since.begins}" if since else ""
        return Text(fr=f"du {self.begins:%d/%m/%Y} {fr}", en=f"from {self.begins}, {en}")

    @property
    def document(self) -> str:
        """The convention as canonical JSON: what is kept, and what its digest is of."""
        return json.dumps(_converter().unstructure(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """Which wording of the convention was applied."""
        return hashlib.sha256(self.document.encode()).hexdigest()

    @classmethod
    def from_toml(cls, text: str | bytes) -> Convention:
        """Read a convention; ConventionError names what is wrong and where. TOML is UTF-8."""
        try:
            return cls._structured(toml_of(text if isinstance(text, str) else text.decode("utf-8-sig")))
        except UnicodeDecodeError:
            raise _wrong(
                Text(fr="le fichier n'est pas en UTF-8 ; l'enregistrer ainsi", en="the file is not UTF-8; save it so")
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise _wrong(Text(fr=f"ce n'est pas du TOML ({error})", en=f"this is not TOML ({error})")) from None
        except (ValueError, RecursionError):
            raise _wrong(
                Text(fr="des nombres sans fin ou des niveaux sans nombre", en="numbers without end, or levels without number")
            ) from None

    @classmethod
    def from_document(cls, document: str) -> Convention:
        """Read back what `document` wrote."""
        return _read_back(document)

    @classmethod
    def _structured(cls, data: dict[str, Any]) -> Convention:
        from cattrs.errors import BaseValidationError
        from cattrs.v import transform_error

        data = {(name if _SEVERAL.get(name, name) in data else _SEVERAL.get(name, name)): value for name, value in data.items()}
        try:
            convention: Convention = _converter().structure(data, cls)
        except BaseValidationError as error:
            fr = " ; ".join(transform_error(error, format_exception=lambda e, _: _why(e).fr))
            en = "; ".join(transform_error(error, format_exception=lambda e, _: _why(e).en))
            raise _wrong(Text(fr=fr.replace(" @ $.", ", à "), en=en.replace(" @ $.", ", at "))) from None
        if convention.ends is not None and convention.ends < convention.begins:
            raise _wrong(Text(fr="elle finit avant de commencer", en="it ends before it begins"))
        if convention.takes_effect is not None and convention.takes_effect < convention.begins:
            raise _wrong(Text(fr="elle prend effet avant de commencer", en="it takes effect before it begins"))
        convention = _worded(convention)
        for at, obligation in enumerate(convention.obligations):
            for said in obligation.wrong(convention.agency.code):
                raise _wrong(Text(fr=f"{said.fr}, à obligations[{at}]", en=f"{said.en}, at obligations[{at}]"))
        code = convention.agency.code
        if not code or code != code.lower():
            raise _wrong(
                Text(
                    fr=f"le code de la structure est en minuscules, comme « chambre », pas « {code} »",
                    en=f"the code of the agency is in lower case, like 'chambre', not '{code}'",
                )
            )
        return convention


@lru_cache(64)
def _read_back(document: str) -> Convention:
    """A wording is what it was: those in force are asked for at every exchange."""
    return Convention._structured(json.loads(document))


def wordings_on(conventions: Iterable[Convention], on: date) -> list[Convention]:
    """Of each convention the wording that counts on a day: the last one that has taken effect."""
    held = list(conventions)
    if len(held) < 2:
        return held  # most agencies have one convention in one wording, and are asked about at each exchange
    found: dict[str, Convention] = {}
    for one in sorted(held, key=lambda one: one.counts_from):
        if one.counts_from <= on or one.reference not in found:
            found[one.reference] = one
    return list(found.values())


def axes_in(conventions: Iterable[Convention]) -> tuple[Axis, ...]:
    """The axes that ship, and those the conventions declare."""
    return axes_of(declared.axis for one in conventions for declared in one.axes)


def _worded(convention: Convention) -> Convention:
    """The axes of its clauses with their words; ConventionError where one is neither shipped nor declared."""
    codes = [str(axis) for axis in AXES]
    for at, one in enumerate(convention.axes):
        if not one.is_plain:
            raise _wrong(
                Text(
                    fr=f"le code d'un axe est en minuscules sans accent, chiffres et tirets, à axes[{at}]",
                    en=f"the code of an axis is in lower case, digits and hyphens, at axes[{at}]",
                )
            )
        if one.code in codes:
            there = Text(fr=f"l'axe « {one.code} » existe déjà", en=f"there is an axis '{one.code}' already")
            raise _wrong(Text(fr=f"{there.fr}, à axes[{at}]", en=f"{there.en}, at axes[{at}]"))
        codes.append(one.code)
    known = {str(axis): axis for axis in axes_in([convention])}
    for at, clause in enumerate(convention.clauses):
        if clause.axis not in known:
            listed = ", ".join(known)
            raise _wrong(
                Text(
                    fr=f"il faut l'un de : {listed}, ou un autre que déclare [[axis]], à clauses[{at}].axis",
                    en=f"expected one of: {listed}, or another that [[axis]] declares, at clauses[{at}].axis",
                )
            )
    return evolve(convention, clauses=tuple(evolve(one, axis=known[str(one.axis)]) for one in convention.clauses))


def in_force(conventions: Iterable[Convention], on: date) -> list[Convention]:
    """The wordings that decide on a day."""
    return [one for one in wordings_on(conventions, on) if one.is_in_force(on)]


_SEVERAL = {"clause": "clauses", "obligation": "obligations", "axis": "axes"}
"""How a TOML file calls one of several."""


def _wrong(said: Text) -> ConventionError:
    return ConventionError(
        Text(fr=f"la convention est mal écrite : {said.fr}", en=f"the convention is written wrongly: {said.en}")
    )


def _why(error: BaseException) -> Text:
    """What is wrong with one value of a convention, for whoever wrote it."""
    if isinstance(error, KeyError):
        return Text(fr=f"« {error.args[0]} » manque", en=f"'{error.args[0]}' is missing")
    if isinstance(error, _NotOneOf):
        listed = ", ".join(error.args[0])
        return Text(fr=f"il faut l'un de : {listed}", en=f"expected one of: {listed}")
    if isinstance(error, _Expected):
        return error.text
    fields = getattr(error, "extra_fields", None)
    if fields:
        listed = ", ".join(sorted(fields))
        return Text(fr=f"« {listed} » n'existe pas ici", en=f"there is no '{listed}' here")
    return Text(fr="cette valeur n'est pas de la forme attendue", en="this value is not of the expected form")


class _NotOneOf(ValueError):
    """A word that is none of those allowed."""


class _Expected(ValueError):
    """A value of another type."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


_TYPES: dict[type, Text] = {
    str: Text(fr="il faut un texte entre guillemets", en="expected a text in quotes"),
    int: Text(fr="il faut un nombre entier, sans guillemets", en="expected a whole number, without quotes"),
    bool: Text(fr="il faut true ou false, sans guillemets", en="expected true or false, without quotes"),
}


_CARGO = Text(
    fr="il faut la liste des colonnes admises, ou true ou false, sans guillemets",
    en="expected the list of columns that may cross, or true or false, without quotes",
)


@cache
def _converter() -> Any:
    """Documents are taken as they are written: a wrong type is refused, never turned into another."""
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
    from cattrs.preconf.json import make_converter

    converter = make_converter(forbid_extra_keys=True, detailed_validation=True)

    def exactly(value: Any, wanted: type) -> Any:
        if type(value) is not wanted:
            raise _Expected(_TYPES[wanted])
        return value

    def one_of(words: tuple[str, ...]) -> Any:
        def structure(value: Any, wanted: Any) -> Any:
            if value not in words:
                raise _NotOneOf(words)
            return wanted(value) if isinstance(wanted, type) else value

        return structure

    def day(value: Any, _: Any) -> date:
        if type(value) is date:
            return value
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return date.fromisoformat(value)
        raise _Expected(Text(fr="il faut un jour comme 2009-06-12", en="expected a day like 2009-06-12"))

    def cargo(value: Any, _: Any) -> bool | tuple[str, ...]:
        if isinstance(value, list) and all(type(item) is str and item.strip() for item in value):
            return tuple(value)
        if type(value) is bool:
            return value
        raise _Expected(_CARGO)

    for plain in _TYPES:
        converter.register_structure_hook(plain, exactly)
    converter.register_structure_hook_func(lambda t: t == bool | tuple[str, ...], cargo)
    converter.register_structure_hook(Axis, lambda value, _: Axis(exactly(value, str)))
    converter.register_unstructure_hook(Axis, str)
    converter.register_structure_hook_func(lambda t: t == Direction, one_of(get_args(Direction)))
    for words in (Owes, Every, Literal["stated", "inferred"]):
        converter.register_structure_hook_func(partial(eq, words), one_of(get_args(words)))
    converter.register_structure_hook(date, day)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook_func(
        lambda t: t == tuple[str, ...],
        lambda v, _: tuple(exactly(item, str) for item in ([v] if isinstance(v, str) else v)),
    )
    # What became of a convention stands in no document; what few conventions say changes no digest of the others.
    silent = override(omit_if_default=True)
    converter.register_structure_hook(
        Convention,
        make_dict_structure_fn(
            Convention, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, standing=override(omit=True)
        ),
    )
    converter.register_unstructure_hook(
        Convention,
        make_dict_unstructure_fn(
            Convention,
            converter,
            standing=override(omit=True),
            obligations=silent,
            axes=silent,
            takes_effect=silent,
            amends=silent,
        ),
    )
    return converter
