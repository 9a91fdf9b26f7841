"""The instrument a file holds: TOML, or the XLSForm an agency already has.

Of a form, the choices' column `points` is the coding, the groups are the dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cigem_core.formats.forms.xlsform import read_form
from cigem_core.formats.source import Source
from cigem_core.model.forms import ITEM, Choice, Form, Question, QuestionType, text_of
from cigem_core.programmes.reception.instrument import Instrument, instrument_of
from cigem_core.programmes.reception.papers import Leaf, text_in, toml_in
from cigem_core.text import Text

_CHOSEN = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)


def read_instrument(given: Any) -> Instrument:
    """The instrument a TOML file or an XLSForm holds; SourceRefused says where it is none."""
    source = Source.of(given)
    if source.is_workbook():
        return instrument_of_form(source)
    return instrument_of(toml_in(text_in(source), source.name))


def instrument_of_form(source: Source) -> Instrument:
    """The instrument a workbook asks; questions whose answer is no choice are asked elsewhere, and left out.

    A form brings no weights: each question weighs one, and only choices with a column `points` count.
    """
    form = read_form(source)
    questions = list(_questions(form))
    groups = dict.fromkeys(question["dimension"] for question in questions if "dimension" in question)
    title = form.title
    data: dict[str, Any] = {
        "reference": form.id, "title": title, "source": f"XLSForm {form.id} {form.version}".strip(),
        "licence": "voir la structure qui l'a écrit",
        "dimension": [{"name": name, "label": _label(form, name)} for name in groups], "question": questions,
    }  # fmt: skip
    return instrument_of(Leaf(data, source.name))


def _questions(form: Form) -> Iterator[dict[str, Any]]:
    for question in form.questions:
        if question.type in _CHOSEN and question.choices and ITEM not in question.path:
            yield _question(form, question)


def _question(form: Form, question: Question) -> dict[str, Any]:
    group = next((section.name for section in form.around(question)), None)
    found: dict[str, Any] = {
        "name": question.name, "label": _both(text_of(question.label, question.name)),
        "several": question.type is QuestionType.SELECT_MULTIPLE,
        "choice": [_choice(choice) for choice in question.choices or ()],
    }  # fmt: skip
    return found | ({"dimension": group} if group else {})


def _choice(choice: Choice) -> dict[str, Any]:
    found: dict[str, Any] = {"code": choice.name, "label": _both(text_of(choice.label, choice.name))}
    points = choice.columns.get("points", "").strip()
    return found | ({"points": points} if points else {})


def _label(form: Form, name: str) -> dict[str, str]:
    section = next(one for one in form.sections if one.name == name)
    return _both(text_of(section.label, name))


def _both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}
