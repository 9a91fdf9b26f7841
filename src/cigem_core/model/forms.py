"""A form: the questions officers answer on a phone or in a browser, and what their answers must satisfy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property

from attrs import field, frozen

from cigem_core.model.expression_parser import parse
from cigem_core.model.expressions import Node
from cigem_core.report import Address
from cigem_core.text import Language, Text

Wording = Mapping[str, str]
"""What a form says, by the language it names (`Français (fr)`); under the empty name where it names none."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "fr": ("fr", "français", "francais", "french"),
    "en": ("en", "anglais", "english"),
}

ITEM = "[]"
"""In a path, after the name of a repeat: the questions below are answered once for each item."""


def in_language(wording: Wording, language: Language) -> str | None:
    """A form's own words in a language, or failing that in whichever it has."""
    for name, words in wording.items():
        plain = name.casefold()
        if plain.endswith(f"({language})") or plain.startswith(_NAMES[language]):
            return words
    return wording.get("") or next(iter(wording.values()), None)


def text_of(wording: Wording, otherwise: str) -> Text:
    """A form's own words as a text of the house."""
    return Text(fr=in_language(wording, "fr") or otherwise, en=in_language(wording, "en") or otherwise)


@frozen
class Expression:
    """What a form asks or computes, as its author wrote it, and where."""

    text: str
    at: Address | None = field(default=None, eq=False)

    def tree(self) -> Node:
        """The expression taken apart; DeclarationError where it cannot be understood."""
        return parse(self.text)


class QuestionType(StrEnum):
    """What an answer is."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    MOMENT = "dateTime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    POINT = "geopoint"
    TRACE = "geotrace"
    SHAPE = "geoshape"
    FILE = "file"
    ACKNOWLEDGE = "acknowledge"
    CALCULATE = "calculate"
    NOTE = "note"
    UNKNOWN = "unknown"
    """A type this library does not know: its answers are kept, and not checked."""


SELECTS = frozenset({QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANK})
SEVERAL = frozenset({QuestionType.SELECT_MULTIPLE, QuestionType.RANK})
"""Questions whose answer is several words between spaces."""
UNASKED = frozenset({QuestionType.CALCULATE, QuestionType.NOTE})
"""What is in a form and nobody answers."""


@frozen(kw_only=True)
class Choice:
    """One of the answers a question offers."""

    name: str
    label: Wording = field(factory=dict)
    columns: Mapping[str, str] = field(factory=dict)
    """What else its row says, for filters."""


@frozen(kw_only=True)
class Section:
    """A group of questions, or a repeat: a group answered once for each item."""

    path: str
    """Names between slashes, as KoboToolbox writes them; after a repeat's own name, `[]`."""
    name: str
    label: Wording = field(factory=dict)
    relevant: Expression | None = None
    repeats: bool = False


@frozen(kw_only=True)
class Question:
    """One question, with what its answer must satisfy."""

    path: str
    """The name of its column: `stagiaire/nom`, or `formation/evaluation[]/note` where it is asked for each item."""
    name: str
    type: QuestionType
    asked: str
    """The type as the author wrote it."""
    label: Wording = field(factory=dict)
    required: Expression | bool = False
    required_message: Wording = field(factory=dict)
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Wording = field(factory=dict)
    calculation: Expression | None = None
    choices: tuple[Choice, ...] | None = None
    """What a choice is made from; None where the form alone does not say (a file, earlier answers)."""
    choice_filter: Expression | None = None
    read_only: bool = False
    appearance: str = ""
    default: str = ""

    @property
    def repeat(self) -> str | None:
        """The path of the innermost repeat it is in, up to its `[]`."""
        return repeat_of(self.path)


def repeat_of(path: str) -> str | None:
    """The innermost repeat a path goes through."""
    before, found, _ = path.rpartition(ITEM)
    return before + found if found else None


def enclosing(path: str) -> tuple[str, ...]:
    """The paths of the sections around a question or a section, outermost first."""
    names = path.split("/")
    return tuple("/".join(names[:length]) for length in range(1, len(names)))


@frozen(kw_only=True, eq=False, slots=False)
class Form:
    """A form, as its author declared it."""

    title: str
    id: str
    version: str
    root: str = "data"
    """The name of the element a submission is."""
    languages: tuple[str, ...] = ()
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()
    notes: tuple[Text, ...] = ()
    """What of the workbook was understood to say nothing here: columns, sheets and types nobody knows."""

    @cached_property
    def by_path(self) -> Mapping[str, Question]:
        """The questions by the names of their columns."""
        return {question.path: question for question in self.questions}

    @cached_property
    def section(self) -> Mapping[str, Section]:
        """The groups and repeats by their paths."""
        return {section.path: section for section in self.sections}

    @property
    def parts(self) -> tuple[Question | Section, ...]:
        """Everything that has a name."""
        return (*self.questions, *self.sections)

    @cached_property
    def _named(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for part in self.parts:
            found[part.name] = (*found.get(part.name, ()), part.path)
        return found

    def named(self, name: str) -> tuple[str, ...]:
        """The paths of the questions and sections of a name: one, unless none or several have it."""
        return self._named.get(name, ())

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that may stand in `${…}`."""
        return frozenset(self._named)

    def around(self, question: Question) -> Iterator[Section]:
        """The sections a question is in, outermost first."""
        return (self.section[path] for path in enclosing(question.path) if path in self.section)

    def first(self, asked: str) -> Question | None:
        """The first question of a type as authors write it: `start`, `today`."""
        return next((question for question in self.questions if question.asked == asked), None)
