"""A form's checks, settled for the columns at hand: what is asked, in which order, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from attrs import define, evolve, field, frozen

from cigem_core.errors import DeclarationError
from cigem_core.model.expressions import FunctionCall, Negative, Node, Operation, Path, Words, walk
from cigem_core.model.forms import (
    ITEM,
    SELECTS,
    UNASKED,
    Choice,
    Expression,
    Form,
    Question,
    QuestionType,
    Section,
)
from cigem_core.report import NotRun, Rule
from cigem_core.sdk.forms.constraints import parts_of
from cigem_core.sdk.forms.remedies import FILTERED, broken_constraint, not_judged, not_run
from cigem_core.sdk.forms.xpath import DAY, NOW, Compiled, NotCompiled, compile_condition
from cigem_core.sdk.remedies import masked
from cigem_core.text import Text

_MOST_GROUPS = 300
"""How many groups of choices a filter may tell apart."""


@frozen(kw_only=True)
class FormCondition:
    """Whether a question, or what is in a section, is asked."""

    path: str
    asked: Compiled


@frozen(kw_only=True)
class FormCheck:
    """Something an answer must satisfy."""

    rule: Rule
    remedy: Text
    holds: Compiled = field(repr=False)
    cells: frozenset[str] = frozenset()
    """The other answers it compares: it is skipped where one of them is empty."""
    names: tuple[str, ...] | None = None
    """The choices it is about; None where it is about every answer."""


@frozen(kw_only=True)
class AskedRule:
    """A question whose column is at hand."""

    question: Question
    conditions: tuple[FormCondition, ...] = ()
    """What must hold for it to be asked, outermost first."""
    is_judged: bool = True
    """Whether it is known when it is asked; otherwise its answers are kept and not checked."""
    required: Compiled | bool = False
    checks: tuple[FormCheck, ...] = ()

    @property
    def names(self) -> tuple[str, ...] | None:
        """The choices it offers, where the form says so."""
        choices = self.question.choices
        return None if choices is None else tuple(dict.fromkeys(choice.name for choice in choices))


@frozen(kw_only=True)
class FormPlan:
    """What is asked of some columns."""

    questions: Mapping[str, AskedRule]
    """By the names of their columns, as they stand in the form."""
    order: tuple[str, ...]
    """Each question after those that say whether it is asked."""
    begun: str | None
    """The question that says when the form was begun."""
    not_run: tuple[NotRun, ...]


def plan_of(form: Form, columns: Collection[str]) -> FormPlan:
    """Settle what can be asked where only these columns may be read."""
    return _Planner(form, frozenset(columns)).plan()


@define
class _Planner:
    form: Form
    columns: frozenset[str]
    not_run: list[NotRun] = field(factory=list)
    compiled: dict[str, FormCondition | DeclarationError] = field(factory=dict)

    def plan(self) -> FormPlan:
        begun = self.form.first("start") or self.form.first("today")
        asked = {question.path: self._asked(question) for question in self.form.questions if self._is_here(question)}
        asked = self._without_circles(asked)
        leads_to = {path: _looked_at(each.conditions, asked) for path, each in asked.items()}
        order = tuple(TopologicalSorter(leads_to).static_order())
        self._report_unknown()
        told = begun.path if begun else None
        return FormPlan(questions=asked, order=order, begun=told, not_run=tuple(self.not_run))

    def _is_here(self, question: Question) -> bool:
        """Whether a question can be judged at all; what is asked of others is reported."""
        if question.path.count(ITEM) > 1:
            fr, en = "une liste dans une liste n'est pas vérifiée", "a list within a list is not checked"
            self.not_run.append(NotRun(rule=f"form {question.path}", reason=Text(fr=fr, en=en)))
            return False
        if question.path in self.columns:
            return True
        if question.type not in UNASKED:
            self.not_run += [NotRun(rule=f"{what} {question.path}", reason=masked([question.path])) for what in _asks(question)]
        return False

    def _asked(self, question: Question) -> AskedRule:
        around: list[Question | Section] = [*self.form.around(question), question]
        conditions = [self._condition(part) for part in around if part.relevant]
        known = tuple(condition for condition in conditions if isinstance(condition, FormCondition))
        if len(known) < len(conditions):
            return AskedRule(question=question, conditions=known, is_judged=False)
        return AskedRule(question=question, conditions=known, required=self._required(question), checks=self._checks(question))

    def _condition(self, part: Question | Section) -> FormCondition | DeclarationError:
        if part.path not in self.compiled:
            self.compiled[part.path] = self._compiled_condition(part)
        return self.compiled[part.path]

    def _compiled_condition(self, part: Question | Section) -> FormCondition | DeclarationError:
        try:
            assert part.relevant is not None
            return FormCondition(path=part.path, asked=self._compile(part.relevant, part.path))
        except DeclarationError as error:
            return error

    def _compile(self, expression: Expression, about: str) -> Compiled:
        return compile_condition(expression.tree(), self.form, about, self.columns)

    def _attempt(self, what: str, path: str, make: Callable[[], Iterable[FormCheck]]) -> tuple[FormCheck, ...]:
        """Checks, or a report of why they cannot be asked."""
        try:
            return tuple(make())
        except DeclarationError as error:
            self.not_run.append(not_run(what, path, error))
            return ()

    def _required(self, question: Question) -> Compiled | bool:
        if question.type in UNASKED or isinstance(question.required, bool):
            return question.required is True and question.type not in UNASKED
        try:
            return self._compile(question.required, question.path)
        except DeclarationError as error:
            self.not_run.append(not_run("required", question.path, error))
            return False

    def _checks(self, question: Question) -> tuple[FormCheck, ...]:
        checks: tuple[FormCheck, ...] = ()
        if question.type is QuestionType.UNKNOWN:
            fr, en = f"le type « {question.asked} » est inconnu", f"the type '{question.asked}' is unknown"
            self.not_run.append(NotRun(rule=f"type {question.path}", reason=Text(fr=fr, en=en)))
        if question.type in SELECTS and question.choices is None:
            fr, en = "ses choix ne sont pas dans le formulaire", "its choices are not in the form"
            self.not_run.append(NotRun(rule=f"enum {question.path}", reason=Text(fr=fr, en=en)))
        if question.constraint:
            checks += self._attempt("constraint", question.path, lambda: self._constraint(question))
        if question.choice_filter and question.choices is not None:
            checks += self._attempt("choice_filter", question.path, lambda: self._filter(question))
        return checks

    def _constraint(self, question: Question) -> Iterator[FormCheck]:
        """A check for each part; a part that cannot be asked is reported, and the others are asked."""
        assert question.constraint is not None
        for part in parts_of(question.constraint.tree(), self.form, question.path):
            try:
                holds = compile_condition(part.tree, self.form, question.path, self.columns)
            except NotCompiled as error:
                self.not_run.append(not_run("constraint", question.path, error))
                continue
            remedy = broken_constraint(part, question, self.form)
            yield FormCheck(rule=part.rule, remedy=remedy, holds=holds, cells=self._with_day(part.cells, holds))

    def _with_day(self, cells: frozenset[str], holds: Compiled) -> frozenset[str]:
        """The cells a check compares, that of the day it is judged by among them."""
        begun = self.form.first("start") or self.form.first("today")
        return cells | {begun.path} if begun and {DAY, NOW} & set(holds.needs) else cells

    def _filter(self, question: Question) -> Iterator[FormCheck]:
        """A check for each group of choices that a filter treats alike."""
        assert question.choice_filter is not None
        tree = question.choice_filter.tree()
        groups = _groups(tree, question.choices or ())
        if len(groups) > _MOST_GROUPS:
            fr, en = "ce filtre distingue trop de choix", "this filter tells too many choices apart"
            raise NotCompiled(Text(fr=fr, en=en))
        for told, names in groups.items():
            trees = tuple(_told(tree, dict(columns)) for columns in told)
            either = trees[0] if len(trees) == 1 else Operation("or", trees)
            holds = compile_condition(either, self.form, question.path, self.columns)
            cells = self._with_day(holds.paths - {question.path}, holds)
            yield FormCheck(rule=Rule.ROW, remedy=FILTERED, holds=holds, cells=cells, names=names)

    def _without_circles(self, asked: Mapping[str, AskedRule]) -> dict[str, AskedRule]:
        """Questions whose conditions lead back to themselves are not judged."""
        known: dict[str, AskedRule] = {}
        for path, each in asked.items():
            circles = [c for c in each.conditions if path in _reached(c, asked)]
            self.compiled |= {condition.path: _CIRCLE for condition in circles}
            kept = tuple(condition for condition in each.conditions if condition not in circles)
            known[path] = evolve(each, conditions=kept, is_judged=False) if circles else each
        return known

    def _report_unknown(self) -> None:
        """Say which conditions cannot be asked, and what they leave unchecked."""
        for path, error in self.compiled.items():
            if isinstance(error, DeclarationError):
                within = [p for p in sorted(self.columns) if p == path or p.startswith(f"{path}/")]
                self.not_run.append(not_judged(path, within, error))


def _looked_at(conditions: Iterable[FormCondition], asked: Collection[str]) -> set[str]:
    return {path for condition in conditions for path in condition.asked.paths if path in asked}


def _reached(condition: FormCondition, asked: Mapping[str, AskedRule]) -> set[str]:
    """Every question a condition depends on, near or far."""
    reached: set[str] = set()
    ahead = _looked_at([condition], asked)
    while ahead:
        reached |= ahead
        ahead = {far for path in ahead for far in _looked_at(asked[path].conditions, asked)} - reached
    return reached


_CIRCLE = NotCompiled(
    Text(fr="cette condition dépend d'elle-même", en="this condition depends on itself"),
)


def _asks(question: Question) -> Iterator[str]:
    """What is asked of the answers to a question, beyond their being what they are."""
    if question.required is not False:
        yield "required"
    if question.constraint:
        yield "constraint"
    if question.choice_filter:
        yield "choice_filter"


Told = tuple[tuple[str, str], ...]
"""What a row of choices says, in the columns a filter looks at."""


def _groups(tree: Node, choices: Iterable[Choice]) -> dict[tuple[Told, ...], tuple[str, ...]]:
    """The choices a filter treats alike; a name that stands in several rows is open where one of them is."""
    choices = tuple(choices)
    known = {column for choice in choices for column in choice.columns} | {"name"}
    looked_at = sorted({name for node in walk(tree) if (name := _column(node)) in known and name is not None})
    rows: dict[str, dict[Told, None]] = {}
    for choice in choices:
        says = {**choice.columns, "name": choice.name}
        rows.setdefault(choice.name, {})[tuple((column, says.get(column, "")) for column in looked_at)] = None
    groups: dict[tuple[Told, ...], tuple[str, ...]] = {}
    for name, told in rows.items():
        groups[tuple(told)] = (*groups.get(tuple(told), ()), name)
    return groups


def _column(node: Node) -> str | None:
    """The column of the choices a part of a filter names."""
    bare = isinstance(node, Path) and node.start is None and not node.absolute and len(node.steps) == 1
    return node.steps[0].name if bare and isinstance(node, Path) and not node.steps[0].conditions else None


def _told(tree: Node, columns: Mapping[str, str]) -> Node:
    """A filter in which the columns of the choices are spelled out."""
    column = _column(tree)
    if column is not None and column in columns:
        return Words(columns[column])
    match tree:
        case Operation():
            return Operation(tree.operator, tuple(_told(part, columns) for part in tree.operands))
        case Negative():
            return Negative(_told(tree.operand, columns))
        case FunctionCall():
            return FunctionCall(tree.name, tuple(_told(part, columns) for part in tree.arguments))
    return tree
