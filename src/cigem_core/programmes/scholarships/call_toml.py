"""A call, from its TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, get_args

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.applications import Application
from cigem_core.model.toml_text import toml_of
from cigem_core.programmes.scholarships.call_follow_up import renewal_of, review_of
from cigem_core.programmes.scholarships.sections import CallSection, Mistake, Mistakes, number, wrong_call
from cigem_core.programmes.scholarships.terms import OPEN, Bound, Criterion, Payer, Requirement, Reserve, Seat
from cigem_core.programmes.scholarships.toml_lines import lines_of
from cigem_core.programmes.scholarships.vocabulary import ASKABLE, Askable, Vocabulary, installed_table, piece_key
from cigem_core.text import Text

C = TypeVar("C")
"""The call that is made of what was read: `Call` stands above."""


def read_call(given: str | bytes, make: Callable[..., C], words: Vocabulary | None = None) -> C:
    """Read a call; CallError names every mistake with its line. `words` are those of a country's table of applications.

    Without them an installed plugin's are taken; where there is none, the words of values are not looked at.
    """
    try:
        text = given if isinstance(given, str) else given.decode("utf-8-sig")
        data = toml_of(text)
    except UnicodeDecodeError as error:
        line = given[: error.start].count(b"\n") + 1 if isinstance(given, bytes) else 1
        raise wrong_call(
            [Mistake(line, Text(fr="ce n'est pas de l'UTF-8 ; l'enregistrer ainsi", en="not UTF-8; save it so"))]
        ) from None
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None) or _line_said(str(error), text)
        raise wrong_call([Mistake(line, Text(fr=f"ce n'est pas du TOML ({error})", en=f"this is not TOML ({error})"))]) from None
    mistakes = Mistakes(lines_of(text))
    call = _CallReader(CallSection(data, (), mistakes), words or _installed_words()).call(text, make)
    mistakes.raise_any()
    return call


def _line_said(error: str, text: str) -> int:
    """The line an error of the parser names: `… (at line 12, column 3)`."""
    _, _, after = error.partition("at line ")
    digits = after.partition(",")[0]
    return int(digits) if digits.isdecimal() else len(text.splitlines())


@cache
def _installed_words() -> Vocabulary | None:
    try:
        return Vocabulary(installed_table(Application))
    except OperatorError:
        return None


class _CallReader:
    """Reads the tables of a call, one kind after the other; later ones name what earlier ones declared."""

    def __init__(self, root: CallSection, words: Vocabulary | None) -> None:
        self.root = root
        self.words = {} if words is None else words.words

    def call(self, text: str, make: Callable[..., C]) -> C:
        root = self.root
        payers = tuple(map(self._payer, root.each("payer")))
        self._distinct("payer", [payer.name for payer in payers])
        seats = tuple(self._seat(seat, [payer.name for payer in payers]) for seat in root.each("seat"))
        self._distinct("seat", [seat.code for seat in seats])
        if not seats:
            root.mistakes.add(
                (), "il n'y a pas de siège : écrire au moins un [[seat]]", "there is no seat: write at least one [[seat]]"
            )
        reserves = tuple(self._reserve(reserve, [seat.code for seat in seats]) for reserve in root.each("reserve"))
        self._distinct("reserve", [reserve.name for reserve in reserves])
        opens, closes = root.day("opens"), root.day("closes")
        call = make(
            reference=root.named("reference"),
            title=root.phrase("title", required=True) or Text(fr="", en=""),
            opens=opens,
            closes=closes,
            counted_on=root.day("counted_on"),
            source=root.phrase("source"),
            illustrative=root.phrase("illustrative"),
            seed=root.phrase("seed"),
            pieces=self._pieces(),
            requirements=tuple(map(self._requirement, root.each("rule"))),
            criteria=tuple(map(self._criterion, root.each("score"))),
            seats=seats,
            reserves=reserves,
            then=self._then(),
            payers=payers,
            answer_days=root.whole("answer_days") if root.has("answer_days") else None,
            renewal=renewal_of(root),
            review=review_of(root),
            text=text,
        )
        if date.min not in (opens, closes) and closes < opens:
            root.wrong("closes", "l'appel finit avant de commencer", "the call ends before it begins")
        root.close()
        return call

    def _pieces(self) -> tuple[str, ...]:
        """What a file must contain; the same piece written in another way is the same piece."""
        pieces = self.root.texts("pieces")
        keys = [piece_key(self._value(self.root, "pieces", piece, ASKABLE["pieces"])) for piece in pieces]
        for at, piece in enumerate(pieces):
            if keys[at] in keys[:at]:
                self.root.wrong(
                    "pieces", f"« {piece} » est donné deux fois : casse, accents et espaces ne comptent pas",
                    f"'{piece}' is given twice: case, accents and spaces do not count",
                )  # fmt: skip
        return pieces

    def _then(self) -> tuple[str, ...]:
        fields = self.root.texts("then")
        for name in fields:
            known = self._known(name, self.root, "then")
            if known and not known.is_number:
                self.root.wrong(
                    "then", f"« {name} » ne se classe pas : il faut un nombre", f"'{name}' cannot be ranked: expected a number"
                )
        return fields

    def _requirement(self, rule: CallSection) -> Requirement:
        article, field = rule.text("article"), rule.text("field")
        known = self._known(field, rule, "field")
        bounds = [bound for bound in get_args(Bound) if rule.has(bound)]
        if len(bounds) != 1:
            listed = ", ".join(get_args(Bound))
            rule.mistakes.add(rule.path, f"il faut l'un de : {listed}, et un seul", f"expected one of: {listed}, and only one")
        rule.close()
        bound: Bound = bounds[0] if bounds else "one_of"
        limit = self._limit(rule, bound, known) if bounds else ()
        return Requirement(article=article, field=field, bound=bound, limit=limit)

    def _limit(self, rule: CallSection, bound: Bound, known: Askable | None) -> int | Decimal | tuple[str, ...]:
        fits = known is None or {
            "age_at_most": known.sort == "birth",
            "age_at_least": known.sort == "birth",
            "one_of": known.sort != "birth",
        }.get(bound, known.is_number)
        if not fits and known:
            rule.wrong(
                bound, f"« {bound} » ne va pas avec le champ {known.name}", f"'{bound}' does not go with the field {known.name}"
            )
            return ()
        if bound == "one_of":
            return self._values(rule, bound, known)
        return rule.whole(bound, least=0) if bound.startswith("age") else rule.decimal(bound)

    def _criterion(self, score: CallSection) -> Criterion:
        article, name, field = score.text("article"), score.text("name"), score.text("field")
        known = self._known(field, score, "field")
        steps, points = score.has("steps"), score.has("points")
        if steps == points:
            score.mistakes.add(
                score.path, "il faut « steps » ou « points », l'un des deux", "expected 'steps' or 'points', one of them"
            )
        score.close()
        return Criterion(
            article=article,
            name=name,
            field=field,
            steps=self._steps(score, known) if steps else (),
            points=self._points(score, known) if points and not steps else {},
        )

    def _steps(self, score: CallSection, known: Askable | None) -> tuple[tuple[Decimal, int], ...]:
        if known and not known.is_number:
            score.wrong(
                "steps", f"{known.name} n'est pas un nombre ; écrire « points »", f"{known.name} is no number; write 'points'"
            )
        found = []
        listed = score.data["steps"] if isinstance(score.data["steps"], list) else [None]
        for step in listed:
            threshold, given = (number(step[0]), step[1]) if isinstance(step, list) and len(step) == 2 else (None, None)
            if threshold is None or type(given) is not int:
                score.wrong(
                    "steps", 'il faut des seuils et leurs points, comme [["13.51", 5], ["11.51", 3]]',
                    'expected thresholds with their points, like [["13.51", 5], ["11.51", 3]]',
                )  # fmt: skip
                return ()
            found.append((threshold, given))
        return tuple(found)

    def _points(self, score: CallSection, known: Askable | None) -> Mapping[str, int]:
        inside = score.inside("points")
        if known and known.sort == "birth":
            score.wrong("points", "une naissance ne donne pas de points", "a birth gives no points")
        points = {} if inside is None else inside.data
        for word, given in points.items():
            if inside is not None and type(given) is not int:
                inside.wrong(
                    word, f"les points de « {word} » sont un nombre entier", f"the points of '{word}' are a whole number"
                )
        return {self._value(score, "points", word, known): given for word, given in points.items() if type(given) is int}

    def _seat(self, seat: CallSection, payers: list[str]) -> Seat:
        code, title, country = seat.named("code"), seat.phrase("title", required=True), seat.text("country")
        places = seat.whole("places", least=0)
        accepts = self._wanted(seat, "accepts") if seat.has("accepts") else {}
        at_least = seat.whole("at_least", least=0) if seat.has("at_least") else None
        paid = seat.texts("payers") if seat.has("payers") else tuple(payers)
        for name in paid:
            if name not in payers:
                near = nearest(name, payers)
                seat.wrong(
                    "payers", f"aucun payeur ne s'appelle « {name} » ; {near.fr}", f"no payer is called '{name}'; {near.en}"
                )
        seat.close()
        return Seat(
            code=code, title=title or Text(fr="", en=""), country=country, places=places,
            accepts=accepts, at_least=at_least, payers=paid,
        )  # fmt: skip

    def _reserve(self, reserve: CallSection, seats: list[str]) -> Reserve:
        name, article = reserve.named("name"), reserve.text("article")
        if name == OPEN:
            reserve.wrong(
                "name", f"« {OPEN} » dit déjà un siège que rien ne réserve ; donner un autre nom",
                f"'{OPEN}' already says a seat that nothing reserves; choose another name",
            )  # fmt: skip
        inside = reserve.inside("places")
        places: dict[str, int] = {}
        for seat in inside.data if inside is not None else ():
            if seat not in seats and inside is not None:
                near = nearest(seat, seats)
                inside.wrong(seat, f"aucun siège n'a le code « {seat} » ; {near.fr}", f"no seat has the code '{seat}'; {near.en}")
            elif inside is not None:
                places[seat] = inside.whole(seat, least=0)
        when = self._wanted(reserve, "when")
        reserve.close()
        return Reserve(name=name, article=article, places=places, when=when)

    def _payer(self, payer: CallSection) -> Payer:
        found = Payer(
            name=payer.named("name"), amount=payer.whole("amount"), currency=payer.text("currency"), first=payer.day("first"),
            every_months=payer.whole("every_months"), count=payer.whole("count"),
        )  # fmt: skip
        if found.currency and not (len(found.currency) == 3 and found.currency.isascii() and found.currency.isupper()):
            payer.wrong(
                "currency", f"une monnaie a un code de trois lettres (ISO 4217), comme EUR, pas « {found.currency} »",
                f"a currency has a code of three letters (ISO 4217), like EUR, not '{found.currency}'",
            )  # fmt: skip
        if _last_month(found) > _LAST_MONTH:
            payer.wrong("count", "la dernière échéance tombe après l'an 9999", "the last instalment falls after the year 9999")
        payer.close()
        return found

    def _wanted(self, section: CallSection, name: str) -> dict[str, tuple[str, ...]]:
        """Field → values: what a seat accepts, whom a reserve is for."""
        inside = section.inside(name)
        if inside is None:
            return {}
        found = {}
        for field in inside.data:
            known = self._known(field, inside, field)
            if known and known.sort == "birth":
                inside.wrong(field, "une naissance n'est pas une valeur à citer ici", "a birth is no value to name here")
                continue
            found[field] = self._values(inside, field, known)
        if not inside.data:
            section.wrong(name, f"« {name} » ne dit rien", f"'{name}' says nothing")
        return found

    def _values(self, section: CallSection, name: str, known: Askable | None) -> tuple[str, ...]:
        listed = section.data[name]
        if not isinstance(listed, list) or not listed:
            section.wrong(name, f"« {name} » : il faut des valeurs entre crochets", f"'{name}': expected values in brackets")
            return ()
        return tuple(dict.fromkeys(self._value(section, name, value, known) for value in listed))

    def _value(self, section: CallSection, name: str, value: Any, known: Askable | None) -> str:
        """The word a value is, in its one form; numbers may stand without quotes."""
        if known is not None and known.is_number:
            exact = number(value)
            if exact is None or (known.sort == "whole" and exact != int(exact)):
                section.wrong(name, f"« {value} » n'est pas une valeur de {known.name}", f"'{value}' is no value of {known.name}")
                return ""
            return plain(exact)
        if not isinstance(value, str):
            section.wrong(name, f"« {value} » : il faut un texte entre guillemets", f"'{value}': expected a text in quotes")
            return ""
        if known is not None and known.sort == "words" and "," in value:
            section.wrong(
                name, f"« {value} » : la virgule sépare les mots d'un dossier ; les écrire un à un",
                f"'{value}': a comma parts the words of a file; write them one by one",
            )  # fmt: skip
            return value
        there = self.words.get(known.name) if known else None
        if there is not None and value not in there and known:
            near = nearest(value, there)
            section.wrong(
                name,
                f"« {value} » n'est pas une valeur de {known.name} ; {near.fr}",
                f"'{value}' is no value of {known.name}; {near.en}",
            )
        return value

    def _known(self, field: str, section: CallSection, name: str) -> Askable | None:
        """The field of that name; a mistake, with the nearest, where there is none."""
        if field and field not in ASKABLE:
            near = nearest(field, ASKABLE)
            section.wrong(
                name, f"un dossier n'a pas de champ « {field} » ; {near.fr}", f"an application has no field '{field}'; {near.en}"
            )
        return ASKABLE.get(field)

    def _distinct(self, name: str, called: list[str]) -> None:
        for at, one in enumerate(called):
            if one and one in called[:at]:
                self.root.mistakes.add(
                    (name, at, "code" if name == "seat" else "name"),
                    f"« {one} » est déclaré deux fois",
                    f"'{one}' is declared twice",
                )


def _last_month(payer: Payer) -> int:
    """The month of the last instalment, counted from the year 0."""
    return payer.first.year * 12 + payer.first.month - 1 + (payer.count - 1) * payer.every_months


_LAST_MONTH = date.max.year * 12 + 11
"""The last month that has a name."""


def plain(value: Decimal) -> str:
    """The one text of a number: `13.5`, `2020`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
