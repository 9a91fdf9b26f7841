"""A document of TOML read with care: every mistake is kept, with its line and what would be right there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from attrs import define, field, frozen

from cigem_core.errors import CallError, nearest
from cigem_core.programmes.scholarships.toml_lines import Path, line_of
from cigem_core.text import Text

T = TypeVar("T")


@frozen
class Mistake:
    """Something a document says that cannot be meant, and on which line."""

    line: int
    text: Text

    def __str__(self) -> str:
        return f"line {self.line}: {self.text.en}"


@define
class Mistakes:
    """The mistakes found so far."""

    lines: Mapping[Path, int]
    found: list[Mistake] = field(factory=list)

    def add(self, path: Path, fr: str, en: str) -> None:
        """One more, where a value stands."""
        self.found.append(Mistake(line_of(path, self.lines), Text(fr=fr, en=en)))

    def raise_any(self) -> None:
        """CallError with every mistake, in the order of the lines."""
        if self.found:
            raise wrong_call(sorted(self.found, key=lambda mistake: mistake.line))


def wrong_call(mistakes: Iterable[Mistake]) -> CallError:
    """The refusal of a call that is written wrongly."""
    listed = tuple(mistakes)
    fr = "\n  ".join(_on_one_line(f"ligne {mistake.line} : {mistake.text.fr}") for mistake in listed)
    en = "\n  ".join(_on_one_line(f"line {mistake.line}: {mistake.text.en}") for mistake in listed)
    text = Text(fr=f"l'appel est mal écrit :\n  {fr}", en=f"the call is written wrongly:\n  {en}")
    return CallError(text, mistakes=listed)


def _on_one_line(said: str) -> str:
    """What a document names may have line ends in it: they begin no line of ours."""
    return said.replace("\n", "\\n")


@define
class CallSection:
    """A table of the document: what it holds is taken out by name, and what is left at the end is unknown."""

    data: dict[str, Any]
    path: Path
    mistakes: Mistakes
    known: list[str] = field(factory=list)

    def wrong(self, name: str | int, fr: str, en: str) -> None:
        """A mistake in one of its values."""
        self.mistakes.add((*self.path, name), fr, en)

    def has(self, name: str) -> bool:
        """Whether it speaks of something."""
        self.known.append(name)
        return name in self.data

    def text(self, name: str) -> str:
        """A text that is not empty; "" after a mistake."""
        return self._take(name, _is_text, "", "un texte entre guillemets", "a text in quotes")

    def named(self, name: str) -> str:
        """A text that others name: with no space at its edges, which cells of a file never have."""
        text = self.text(name)
        if text != text.strip():
            self.wrong(name, f"« {text} » a des espaces au bord ; les ôter", f"'{text}' has spaces at its edges; take them away")
        return text.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Texts in brackets, none of them twice; none where nothing is said."""
        if not self.has(name):
            return ()
        found: list[str] = self._take(name, _are_texts, [], 'des textes entre crochets, ["…", "…"]', "texts in brackets")
        for at, text in enumerate(found):
            if text in found[:at]:
                self.wrong(name, f"« {text} » est donné deux fois", f"'{text}' is given twice")
        return tuple(dict.fromkeys(found))

    def day(self, name: str) -> date:
        """A day written 2020-11-09."""
        return self._take(name, _is_day, date.min, "un jour comme 2020-11-09, sans guillemets", "a day like 2020-11-09")

    def whole(self, name: str, *, least: int = 1) -> int:
        """A whole number of at least so much."""
        fr, en = f"un nombre entier d'au moins {least}, sans guillemets", f"a whole number of at least {least}"
        return self._take(name, lambda value: type(value) is int and value >= least, least, fr, en)

    def decimal(self, name: str) -> Decimal:
        """A number: whole, or with decimals in quotes."""
        known = self._take(name, lambda value: number(value) is not None, 0, _NUMBER.fr, _NUMBER.en)
        return number(known) or Decimal(0)

    def phrase(self, name: str, *, required: bool = False) -> Text | None:
        """A sentence with its languages: `title.fr`, and `title.en` where there is one."""
        if not required and not self.has(name):
            return None
        inside = self.inside(name)
        if inside is None:
            return Text(fr="", en="")
        fr = inside.text("fr")
        en = inside.text("en") if inside.has("en") else fr
        inside.close()
        return Text(fr=fr, en=en)

    def inside(self, name: str) -> CallSection | None:
        """A table inside it; None after a mistake."""
        value = self._take(name, lambda value: isinstance(value, dict), None, "une table { … }", "a table { … }")
        return None if value is None else CallSection(value, (*self.path, name), self.mistakes)

    def each(self, name: str) -> Iterator[CallSection]:
        """The tables of a list: `[[rule]]`."""
        if not self.has(name):
            return
        fr, en = f"des tables [[{name}]]", f"tables [[{name}]]"
        listed: list[dict[str, Any]] = self._take(
            name, lambda v: isinstance(v, list) and all(isinstance(one, dict) for one in v), [], fr, en
        )
        for at, one in enumerate(listed):
            yield CallSection(one, (*self.path, name, at), self.mistakes)

    def one_of(self, name: str, words: Iterable[str], fr: str, en: str) -> str:
        """A text that is one of some words; the nearest is proposed for another."""
        text, there = self.text(name), sorted(words)
        if text and text not in there:
            near = nearest(text, there)
            self.wrong(name, f"{fr} « {text} » n'existe pas ; {near.fr}", f"there is no {en} '{text}'; {near.en}")
        return text

    def close(self) -> None:
        """What was not asked for is a word nobody knows."""
        for name in self.data:
            if name not in self.known:
                near = nearest(name, self.known)
                self.wrong(name, f"« {name} » n'existe pas ici ; {near.fr}", f"there is no '{name}' here; {near.en}")

    def _take(self, name: str, is_right: Callable[[Any], bool], otherwise: T, fr: str, en: str) -> Any | T:
        if not self.has(name):
            self.mistakes.add(self.path, f"« {name} » manque", f"'{name}' is missing")
            return otherwise
        value = self.data[name]
        if not is_right(value):
            self.wrong(name, f"« {name} » : il faut {fr}", f"'{name}': expected {en}")
            return otherwise
        return value


def number(value: Any) -> Decimal | None:
    """The exact number of a value; None where it is none: a number with decimals stands in quotes."""
    if type(value) is int:
        return Decimal(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value):
        return Decimal(value)
    return None


_NUMBER = Text(
    fr='un nombre ; avec des décimales, il s\'écrit entre guillemets avec un point, comme "13.51"',
    en='a number; with decimals it stands in quotes, like "13.51"',
)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
