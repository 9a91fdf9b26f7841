"""XLSForm: the workbook in which a form is written, read into a `Form`.

A workbook with mistakes is refused, naming the sheet, the row, the column and the mend of each; what it holds that
nobody knows (a type, a column, a sheet, an expression) is kept apart in `Form.notes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from attrs import define, evolve, field

from cigem_core.errors import DeclarationError, nearest
from cigem_core.formats.forms.kobo_sections import unfolded
from cigem_core.formats.forms.xlsform_cells import FormRow, FormSheet, sheets_of
from cigem_core.formats.forms.xlsform_words import NAME, SECTION, TYPES, Select, select_of, yes_or_no
from cigem_core.formats.source import Source
from cigem_core.model.expressions import AnswerNode, walk
from cigem_core.model.forms import ITEM, SEVERAL, Choice, Expression, Form, Question, QuestionType, Section
from cigem_core.text import Text

_EXPRESSIONS = ("required", "relevant", "constraint", "calculation", "choice_filter")
_MADE_NAMES = {"note": "generated_note_name", "group": "generated_group_name"}
"""Names XLSForm makes where an author gave none, followed by the number of the row."""

_OTHER = Choice(name="other", label={"": "Other", "français (fr)": "Autre"})


def read_form(given: Any) -> Form:
    """The form a workbook holds; DeclarationError with every mistake in it, SourceRefused where it is no workbook."""
    source = Source.of(given)
    reading = _FormReading(source.name)
    sheets, notes = sheets_of(source)
    reading.notes += notes
    settings = _settings(sheets.get("settings"))
    lists = {name: _lists(sheets.get(name), settings, reading) for name in ("choices", "external_choices")}
    survey = evolve(sheets["survey"], rows=tuple(unfolded(sheets["survey"].rows, lists["choices"], reading.mistake)))
    _Survey(survey, lists, reading).read()
    form = Form(
        title=settings.get("title") or settings.get("id") or _stem(source.name),
        id=settings.get("id") or _stem(source.name),
        version=settings.get("version", ""),
        root=settings.get("root") or "data",
        languages=sheets["survey"].languages,
        questions=tuple(reading.questions),
        sections=tuple(reading.sections),
    )
    _check_expressions(form, reading)
    reading.conclude()
    return evolve(form, notes=tuple(reading.notes))


def form_in(package: str, name: str) -> Callable[[], Form]:
    """The form a package ships under a name, read when it is first asked for."""

    @cache
    def form() -> Form:
        return read_form(Source(name=name, content=resources.files(package).joinpath(name).read_bytes()))

    return form


@define
class _FormReading:
    """What was found so far: the form's parts, its mistakes, and what nobody knows."""

    file: str
    questions: list[Question] = field(factory=list)
    sections: list[Section] = field(factory=list)
    mistakes: list[Text] = field(factory=list)
    notes: list[Text] = field(factory=list)

    def mistake(self, at: FormRow, column: str, fr: str, en: str) -> None:
        """Something the author must mend."""
        self.mistakes.append(at.says(column, fr, en))

    def note(self, at: FormRow, column: str, fr: str, en: str) -> None:
        """Something that says nothing here."""
        self.notes.append(at.says(column, fr, en))

    def conclude(self) -> None:
        """DeclarationError where there are mistakes; what is wrong with a row that is asked of many choices is said once."""
        if self.mistakes:
            mistakes = tuple(dict.fromkeys(self.mistakes))
            fr, en = "\n".join(m.fr for m in mistakes), "\n".join(m.en for m in mistakes)
            raise DeclarationError(Text(fr=f"{self.file} : {fr}", en=f"{self.file}: {en}"), mistakes=mistakes)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _settings(sheet: FormSheet | None) -> Mapping[str, str]:
    """The first row of the settings."""
    return next((row.cells for row in sheet.rows), {}) if sheet else {}


def _lists(sheet: FormSheet | None, settings: Mapping[str, str], reading: _FormReading) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices a sheet holds, by name."""
    lists: dict[str, dict[str, Choice]] = {}
    twice = bool(yes_or_no(settings.get("duplicates", "")))
    for row in sheet.rows if sheet else ():
        if not (name := row.cells.get("list_name")):
            continue
        if choice := row.cells.get("name"):
            _add_choice(lists.setdefault(name, {}), row, choice, twice or row.sheet != "choices", reading)
        else:
            reading.mistake(row, "name", "donner un nom à ce choix", "give this choice a name")
    return {name: tuple(choices.values()) for name, choices in lists.items()}


def _add_choice(choices: dict[str, Choice], row: FormRow, name: str, twice: bool, reading: _FormReading) -> None:
    if name in choices and not twice:
        fr, en = f"le choix « {name} » est déjà dans la liste : ôter l'un des deux", f"the choice '{name}' is there twice"
        reading.mistake(row, "name", fr, f"{en}; drop one of the two")
    number = len(choices) if name in choices else ""
    choices[f"{name}\0{number}" if number else name] = Choice(name=name, label=row.wordings.get("label", {}), columns=row.others)


@define
class _Survey:
    """Walks the rows of the survey, keeping the sections that are open."""

    sheet: FormSheet
    lists: Mapping[str, Mapping[str, tuple[Choice, ...]]]
    reading: _FormReading
    open: list[tuple[str, str, FormRow]] = field(factory=list)
    """(what it is, its path, its row)"""
    taken: dict[str, int] = field(factory=dict)
    """Path → the row that has it."""
    others: frozenset[str] = frozenset()
    """The lists to which one question adds another choice: then all have it, as in the form that is made of the sheet."""

    def read(self) -> None:
        """Every question and section, in the order of the rows."""
        selects = [select_of(" ".join(row.cells.get("type", "").split())) for row in self.sheet.rows if not _is_off(row)]
        self.others = frozenset(select.list for select in selects if select is not None and select.other)
        for row in self._asked():
            asked = " ".join(row.cells["type"].split())
            if section := SECTION.fullmatch(asked):
                side, what = section["side"].lower(), section["what"].lower().removeprefix("l")
                self._begin(row, what) if side == "begin" else self._end(row, what)
            else:
                self._question(row, asked)
        for what, path, row in self.open:
            name = path.rstrip("/")
            fr, en = f"« {name} » n'est pas fermé", f"'{name}' is not closed"
            self.reading.mistake(row, "type", f"{fr} : ajouter une ligne end_{what}", f"{en}; add a row end_{what}")

    def _asked(self) -> Iterator[FormRow]:
        """The rows that are neither comments nor switched off."""
        for row in self.sheet.rows:
            if _is_off(row):
                continue
            if row.cells.get("type", ""):
                yield row
            elif row.cells.get("name"):
                self.reading.mistake(row, "type", "dire le type de cette question", "say the type of this question")

    def _begin(self, row: FormRow, what: str) -> None:
        if what not in ("group", "repeat"):
            fr = "les boucles ne sont plus lues : écrire un groupe par choix, ou une répétition"
            self.reading.mistake(row, "type", fr, "loops are no longer read; write a group for each choice, or a repeat")
            self.open.append((what, self._prefix, row))
            return
        name = self._name(row, what)
        path = self._prefix + name + (ITEM if what == "repeat" else "")
        self._take(path.removesuffix(ITEM), row)
        self.open.append((what, path + "/", row))
        relevant = _expression(row, "relevant")
        label = row.wordings.get("label", {})
        self.reading.sections.append(Section(path=path, name=name, label=label, relevant=relevant, repeats=what == "repeat"))

    def _end(self, row: FormRow, what: str) -> None:
        if self.open and self.open[-1][0] == what:
            self.open.pop()
            return
        opened = f"begin_{self.open[-1][0]}" if self.open else "—"
        fr = f"end_{what} ne ferme rien : la dernière ligne ouverte est {opened}"
        self.reading.mistake(row, "type", fr, f"end_{what} closes nothing; what was opened last is {opened}")

    def _question(self, row: FormRow, asked: str) -> None:
        select = select_of(asked)
        kind = select.type if select else self._type(row, asked)
        if kind is None:
            return
        name = self._name(row, asked.lower())
        path = self._prefix + name
        self._take(path, row)
        question = _question(row, path, name, kind, asked, self._required(row))
        if select is None:
            self.reading.questions.append(question)
            return
        choices = self._choices(row, select)
        self.reading.questions.append(evolve(question, choices=choices))
        if select.other:
            self.reading.questions.append(_other(question))

    def _type(self, row: FormRow, asked: str) -> QuestionType | None:
        """What answers are; None where the row is refused."""
        plain = asked.casefold()
        if plain == "include" or plain.startswith("cascading"):
            fr, en = "copier ces questions dans la feuille", "copy these questions into the sheet"
            self.reading.mistake(row, "type", f"« {asked} » n'est plus lu : {fr}", f"'{asked}' is no longer read; {en}")
            return None
        if kind := TYPES.get(plain) or (QuestionType.FILE if plain.startswith("osm ") else None):
            return kind
        near = nearest(plain, (*TYPES, "select_one", "select_multiple", "rank"))
        near = near if "« " in near.fr else Text(fr="ses réponses sont gardées", en="its answers are kept")
        fr, en = f"le type « {asked} » est inconnu et ne sera pas vérifié", f"the type '{asked}' is unknown and goes unchecked"
        self.reading.note(row, "type", f"{fr} ; {near.fr}", f"{en}; {near.en}")
        return QuestionType.UNKNOWN

    @property
    def _prefix(self) -> str:
        return self.open[-1][1] if self.open else ""

    def _name(self, row: FormRow, what: str) -> str:
        name = row.cells.get("name", "")
        if not name and what in _MADE_NAMES:
            return f"{_MADE_NAMES[what]}_{row.number}"
        if not name:
            self.reading.mistake(row, "name", "donner un nom à cette ligne", "give this row a name")
        elif not NAME.fullmatch(name):
            fr = f"« {name} » n'est pas un nom : une lettre ou _ d'abord, puis lettres, chiffres, _ . -"
            en = f"'{name}' is no name: a letter or _ first, then letters, digits, _ . -"
            self.reading.mistake(row, "name", fr, en)
        return name

    def _take(self, path: str, row: FormRow) -> None:
        if not row.cells.get("name"):
            return
        if first := self.taken.get(path):
            fr = f"le nom « {row.cells.get('name')} » est déjà pris ligne {first} : en choisir un autre"
            en = f"the name '{row.cells.get('name')}' is taken by row {first}; choose another"
            self.reading.mistake(row, "name", fr, en)
        self.taken[path] = row.number

    def _required(self, row: FormRow) -> Expression | bool:
        plain, found = yes_or_no(row.cells.get("required", "")), _expression(row, "required")
        return found if plain is None and found else bool(plain)

    def _choices(self, row: FormRow, select: Select) -> tuple[Choice, ...] | None:
        if select.source == "file" or "${" in select.list:
            return None
        lists = self.lists[select.source]
        choices = lists.get(select.list)
        if choices is None:
            near = nearest(select.list, lists)
            fr = f"la liste « {select.list} » n'est pas dans la feuille {select.source} ; {near.fr}"
            self.reading.mistake(row, "type", fr, f"no list '{select.list}' in the sheet {select.source}; {near.en}")
            return ()
        if select.type in SEVERAL and (wide := [c.name for c in choices if len(c.name.split()) > 1]):
            fr = f"le choix « {wide[0]} » contient un espace, qui sépare les réponses : l'ôter"
            self.reading.mistake(row, "type", fr, f"the choice '{wide[0]}' holds a space, which parts answers; take it out")
        has_other = select.list not in self.others or any(choice.name == _OTHER.name for choice in choices)
        return choices if has_other else (*choices, _OTHER)


def _is_off(row: FormRow) -> bool:
    """Whether a row is a comment, or switched off."""
    return row.cells.get("type", "").startswith("#") or bool(yes_or_no(row.cells.get("disabled", "")))


def _question(row: FormRow, path: str, name: str, kind: QuestionType, asked: str, required: Expression | bool) -> Question:
    return Question(
        path=path,
        name=name,
        type=kind,
        asked=asked,
        label=row.wordings.get("label", {}),
        required=required,
        required_message=row.wordings.get("required_message", {}),
        relevant=_expression(row, "relevant"),
        constraint=_expression(row, "constraint"),
        constraint_message=row.wordings.get("constraint_message", {}),
        calculation=_expression(row, "calculation"),
        choice_filter=_expression(row, "choice_filter"),
        read_only=bool(yes_or_no(row.cells.get("read_only", ""))),
        appearance=row.cells.get("appearance", ""),
        default=row.cells.get("default", ""),
    )


def _other(question: Question) -> Question:
    """The question XLSForm adds below a choice that may be another."""
    return Question(
        path=f"{question.path}_other",
        name=f"{question.name}_other",
        type=QuestionType.TEXT,
        asked="text",
        label={"": "Specify other.", "français (fr)": "Préciser."},
        relevant=Expression(f"selected(${{{question.name}}}, 'other')", at=None),
    )


def _expression(row: FormRow, column: str) -> Expression | None:
    text = row.cells.get(column, "")
    return Expression(text, at=row.address(column)) if text else None


def _check_expressions(form: Form, reading: _FormReading) -> None:
    """Every `${…}` names one question; what cannot be understood is noted, for its rule will not run."""
    for expression in _expressions(form):
        try:
            tree = expression.tree()
        except DeclarationError as error:
            reading.notes.append(_said(expression, error.text))
            continue
        for name in dict.fromkeys(node.name for node in walk(tree) if isinstance(node, AnswerNode)):
            _check_name(form, name.removeprefix("last-saved#"), expression, reading)


def _check_name(form: Form, name: str, expression: Expression, reading: _FormReading) -> None:
    holders = form.named(name)
    if not holders:
        near = nearest(name, form.names)
        fr, en = f"aucune question ne s'appelle « {name} » ; {near.fr}", f"no question is called '{name}'; {near.en}"
        reading.mistakes.append(_said(expression, Text(fr=fr, en=en)))
    elif len(holders) > 1:
        fr = f"« {name} » est à la fois {' et '.join(holders)} : en renommer une"
        en = f"'{name}' is both {' and '.join(holders)}; rename one"
        reading.mistakes.append(_said(expression, Text(fr=fr, en=en)))


def _expressions(form: Form) -> Iterable[Expression]:
    for part in form.parts:
        for column in _EXPRESSIONS:
            expression = getattr(part, column, None)
            if isinstance(expression, Expression):
                yield expression


def _said(expression: Expression, text: Text) -> Text:
    at = expression.at
    if at is None:
        return text
    return Text(
        fr=f"feuille « {at.sheet} », ligne {at.row}, colonne « {at.column} » : {text.fr}",
        en=f"sheet '{at.sheet}', row {at.row}, column '{at.column}': {text.en}",
    )
