"""What a form's checks say to the officer who can mend an answer, in French and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cigem_core.errors import DeclarationError
from cigem_core.model.expressions import AnswerNode, FunctionCall, Node, Path
from cigem_core.model.forms import SEVERAL, Choice, Form, Question, QuestionType, text_of
from cigem_core.report import NotRun, Rule
from cigem_core.sdk.forms.constraints import Part, constant
from cigem_core.sdk.forms.xpath import resolve
from cigem_core.sdk.lenses import REQUIRED
from cigem_core.sdk.numbers import NumberCodec
from cigem_core.text import Text

_MANY = 20

_TYPES: Mapping[QuestionType, Text] = {
    QuestionType.INTEGER: NumberCodec().remedy,
    QuestionType.DECIMAL: NumberCodec(decimal=".").remedy,
    QuestionType.DATE: Text(fr="écrire une date qui existe, comme 1985-12-31", en="expected a date that exists, like 1985-12-31"),
    QuestionType.TIME: Text(fr="écrire une heure qui existe, comme 08:30", en="expected a time that exists, like 08:30"),
    QuestionType.MOMENT: Text(
        fr="écrire une date et une heure qui existent, comme 2009-12-31T08:30",
        en="expected a date and a time that exist, like 2009-12-31T08:30",
    ),
    QuestionType.POINT: Text(
        fr="écrire une latitude et une longitude, comme 14.44 -11.43", en="expected a latitude and a longitude, like 14.44 -11.43"
    ),
    QuestionType.TRACE: Text(fr="séparer les points par « ; »", en="expected points between semicolons"),
    QuestionType.SHAPE: Text(fr="séparer les points par « ; »", en="expected points between semicolons"),
}

_BOUNDS: Mapping[str, Text] = {
    ">=": Text(fr="écrire un nombre d'au moins {0}", en="expected at least {0}"),
    "<=": Text(fr="écrire un nombre d'au plus {0}", en="expected at most {0}"),
    ">": Text(fr="écrire un nombre plus grand que {0}", en="expected more than {0}"),
    "<": Text(fr="écrire un nombre plus petit que {0}", en="expected less than {0}"),
    "=": Text(fr="écrire {0}", en="expected {0}"),
    "!=": Text(fr="écrire autre chose que {0}", en="expected anything but {0}"),
}
_DAYS: Mapping[str, Text] = {
    ">=": Text(fr="écrire une date qui n'est pas avant {0}", en="expected a date not before {0}"),
    "<=": Text(fr="écrire une date qui n'est pas après {0}", en="expected a date not after {0}"),
    ">": Text(fr="écrire une date après {0}", en="expected a date after {0}"),
    "<": Text(fr="écrire une date avant {0}", en="expected a date before {0}"),
    "=": Text(fr="écrire la date : {0}", en="expected the date: {0}"),
    "!=": Text(fr="écrire une autre date que {0}", en="expected another date than {0}"),
}
_BEGUN = {
    "today": Text(fr="le jour où la fiche a été saisie", en="the day the form was filled in"),
    "now": Text(fr="le moment où la fiche a été saisie", en="the moment the form was filled in"),
}
_NUMBERS_APART: Mapping[str, Text] = {
    ">=": Text(fr="ne peut être plus petit que", en="not less than"),
    "<=": Text(fr="ne peut être plus grand que", en="not more than"),
    ">": Text(fr="doit être plus grand que", en="more than"),
    "<": Text(fr="doit être plus petit que", en="less than"),
}
_DATES_APART: Mapping[str, Text] = {
    ">=": Text(fr="ne peut être avant", en="not before"),
    "<=": Text(fr="ne peut être après", en="not after"),
    ">": Text(fr="doit être après", en="after"),
    "<": Text(fr="doit être avant", en="before"),
}
_EQUALS: Mapping[str, Text] = {
    "=": Text(fr="doit être égal à", en="equal to"),
    "!=": Text(fr="ne peut être égal à", en="not equal to"),
}
_DATES = frozenset({QuestionType.DATE, QuestionType.MOMENT})
_PATTERN = Text(
    fr="cette réponse n'a pas la forme que le formulaire demande", en="expected an answer of the form the question asks for"
)
FILTERED = Text(
    fr="cette réponse ne va pas avec les autres : corriger l'une d'elles",
    en="expected a choice that the other answers leave open; mend one of them",
)
_ROW = Text(fr="cette réponse contredit une autre : {0}", en="expected no contradiction with another answer: {0}")


def required(question: Question) -> Text:
    """A missing answer."""
    return text_of(_in_words(question.required_message), "") if question.required_message else REQUIRED


def wrong_type(question: Question) -> Text | None:
    """An answer that is not what its question asks for."""
    return _TYPES.get(question.type)


def unknown_choice(question: Question, choices: Sequence[Choice]) -> Text:
    """An answer that is none of the choices."""
    names = [choice.name for choice in choices]
    some = ", ".join(names if len(names) <= _MANY else [*names[:3], "…"])
    if question.type in SEVERAL:
        return Text(fr=f"écrire des réponses parmi : {some}", en=f"expected words among: {some}")
    return Text(fr=f"écrire l'une des réponses : {some}", en=f"expected one of: {some}")


def broken_constraint(part: Part, question: Question, form: Form) -> Text:
    """What the form's author says, or else what the constraint asks."""
    own = question.constraint_message
    return text_of(_in_words(own), "") if own else _asked(part, question, form)


def _asked(part: Part, question: Question, form: Form) -> Text:
    if part.comparison is not None:
        operator, other = part.comparison.operator, part.comparison.other
        if isinstance(other, (AnswerNode, Path)):
            return _apart(operator, question, form.by_path.get(resolve(form, question.path, other)))
        if bound := _bound(other):
            dates = question.type in _DATES
            return _filled((_DAYS if dates else _BOUNDS)[operator], bound)
    if part.rule is Rule.ROW:
        fr, en = (", ".join(quoted.format(path) for path in sorted(part.others)) for quoted in ("« {0} »", "'{0}'"))
        return Text(fr=_ROW.fr.format(fr), en=_ROW.en.format(en))
    return _PATTERN


def _bound(node: Node) -> Text | None:
    if isinstance(node, FunctionCall) and node.name in _BEGUN and not node.arguments:
        return _BEGUN[node.name]
    spelled = constant(node)
    return None if spelled is None else Text(fr=spelled, en=spelled)


def _filled(sentence: Text, bound: Text) -> Text:
    return Text(fr=sentence.fr.format(bound.fr), en=sentence.en.format(bound.en))


def _apart(operator: str, question: Question, other: Question | None) -> Text:
    """Two answers that must stand in some order."""
    if other is None:
        return _PATTERN
    dates = {question.type, other.type} <= _DATES
    link = _EQUALS.get(operator) or (_DATES_APART if dates else _NUMBERS_APART)[operator]
    mend = "corriger l'une des deux dates" if dates else "corriger l'une des deux réponses"
    return Text(
        fr=f"{mend} : « {question.path} » {link.fr} « {other.path} »",
        en=f"expected '{question.path}' {link.en} '{other.path}'; mend one of the two",
    )


def _in_words(wording: Mapping[str, str]) -> Mapping[str, str]:
    """A form's sentence, in which answers to other questions are named and never quoted."""
    return {language: re.sub(r"\$\{\s*([^{}]*?)\s*\}", r"« \1 »", said) for language, said in wording.items()}


def not_run(what: str, path: str, error: DeclarationError) -> NotRun:
    """A check that could not be asked."""
    return NotRun(rule=f"{what} {path}", reason=error.text)


def not_judged(path: str, questions: Sequence[str], error: DeclarationError) -> NotRun:
    """Questions of which it is not known whether they are asked at all, and which are therefore not checked."""
    listed = ", ".join(questions)
    return NotRun(
        rule=f"relevant {path}",
        reason=Text(fr=f"{error.text.fr} ; non vérifié : {listed}", en=f"{error.text.en}; unchecked: {listed}"),
    )
