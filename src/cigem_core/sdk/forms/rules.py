"""The rules of a form, asked of the answers in a table: whole columns at a time, the items of repeats included.

    judged = FormRules(read_form("suivi_formation.xlsx")).apply(cells)

An answer to a question that is not relevant is ignored: it is blanked before anything is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from cigem_core.errors import InternalError
from cigem_core.model.forms import ITEM, SEVERAL, Form, QuestionType, repeat_of
from cigem_core.report import NotRun, Rule
from cigem_core.sdk.forms.plan import AskedRule, FormCheck, FormCondition, FormPlan, plan_of
from cigem_core.sdk.forms.remedies import required, unknown_choice, wrong_type
from cigem_core.sdk.forms.xpath import DAY, ITEMS, LIST, NOW, PLACE, Compiled
from cigem_core.sdk.forms.xpath_values import NUMBER, midnight_in
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class FormFault:
    """A rule of the form that some answers break."""

    header: str
    """The column whose cells are blamed."""
    rule: Rule
    remedy: Text
    broken: pl.Series = field(repr=False, eq=False)
    """Where: a Boolean for each row, or a list of them, one for each item, where the question is in a repeat."""


@frozen(kw_only=True)
class Judged:
    """What a form says of some answers."""

    cells: pl.DataFrame = field(repr=False, eq=False)
    """The answers, without those to questions that were not asked."""
    broken: tuple[FormFault, ...]
    not_run: tuple[NotRun, ...]


@frozen(eq=False, slots=False)
class FormRules:
    """The rules of a form."""

    form: Form

    @cached_property
    def _plans(self) -> dict[frozenset[str], FormPlan]:
        return {}

    def plan(self, columns: Collection[str]) -> FormPlan:
        """What can be asked where only these columns may be read; `not_run` says what cannot."""
        known = frozenset(columns)
        if known not in self._plans:
            self._plans[known] = plan_of(self.form, known)
        return self._plans[known]

    def apply(self, cells: pl.DataFrame) -> Judged:
        """Judge answers: trimmed text, null where empty, in columns named by the paths of their questions."""
        plan = self.plan(cells.columns)
        run = _Run(plan, cells)
        run.blank()
        faults = tuple(run.faults())
        return Judged(cells=run.blanked(), broken=faults, not_run=plan.not_run)

    def unmet(self, answers: Mapping[str, str | Sequence[str | None]]) -> tuple[FormFault, ...]:
        """What one filled-in form still breaks, before it is sent: answers by the names of their columns."""
        import polars as pl

        schema = {q.path: pl.String if q.repeat is None else pl.List(pl.String) for q in self.form.questions}
        asked = {path: type for path, type in schema.items() if path.count(ITEM) < 2}
        row = pl.DataFrame({path: [answers.get(path) or None] for path in asked}, schema=asked)
        return self.apply(row).broken


@frozen(eq=False)
class _Scope:
    """The rows of the table, or the items of one repeat, one below the other."""

    repeat: str | None
    height: int
    rows: pl.Series | None = None
    """The row each item belongs to."""
    lists: pl.Series | None = None
    """That column of the repeat which has all its items, as it came."""


@define
class _Run:
    """One judging of one table."""

    plan: FormPlan
    cells: pl.DataFrame
    scopes: dict[str | None, _Scope] = field(factory=dict)
    answers: dict[str, pl.Series] = field(factory=dict)
    """Path → the answers in their scope, blanked once it is known where they were asked."""
    held: dict[str, pl.Series] = field(factory=dict)
    """Condition → where it holds, in its own scope."""
    asked: dict[str, pl.Series] = field(factory=dict)
    """Path → where the question was asked; absent where it always is."""
    wrong: dict[str, pl.Series] = field(factory=dict)
    """Path → where the answer is wrong by itself."""

    def __attrs_post_init__(self) -> None:
        self.scopes[None] = _Scope(None, self.cells.height)
        for path in self.plan.questions:
            repeat = repeat_of(path)
            if repeat not in self.scopes:
                alike = [self.cells[each] for each in self.plan.questions if repeat_of(each) == repeat]
                self.scopes[repeat] = _items(repeat, max(alike, key=_count))
            self.answers[path] = self.cells[path] if repeat is None else _flat(self.cells[path], self.scopes[repeat])

    def blank(self) -> None:
        """Ignore the answers to questions that were not asked."""
        for path in self.plan.order:
            if conditions := self.plan.questions[path].conditions:
                scope = self._scope(path)
                asked = _all(self._lifted(self._holds(c), c.path, scope) for c in conditions)
                self.asked[path] = asked
                self.answers[path] = _only(self.answers[path], asked)

    def blanked(self) -> pl.DataFrame:
        """The table without those answers; a list of which no item was asked is null."""
        changed = {path: self._relisted(self.answers[path], self._scope(path)) for path in self.asked}
        for path, lists in changed.items():
            if (kept := self._with_items(repeat_of(path))) is not None:
                changed[path] = _only(lists, kept)
        return self.cells.with_columns(series.alias(path) for path, series in changed.items())

    def _with_items(self, repeat: str | None) -> pl.Series | None:
        """The rows where a repeat, or an item of it, was asked, or which had none; None where it always was."""
        around = [c for c in self.held if repeat and f"{repeat}/".startswith(f"{c}/")]
        if not around:
            return None
        scope = self.scopes[repeat]
        asked = self._relisted(_all(self._lifted(self.held[c], c, scope) for c in around), scope)
        return asked.list.any().fill_null(False) | (asked.list.len() == 0)

    def faults(self) -> Iterable[FormFault]:
        """What is broken: first what each answer is by itself, then what it must satisfy, then what contradicts."""
        judged = [each for each in self.plan.questions.values() if each.is_judged]
        for each in judged:
            yield from self._by_themselves(each)
        alone = {id(check) for each in judged for check in each.checks if not check.cells and check.names is None}
        for each in judged:
            found = [self._fault(each, check) for check in each.checks if id(check) in alone]
            yield from self._seen(each, found)
        for each in judged:
            found = [self._fault(each, check) for check in each.checks if id(check) not in alone]
            yield from (self._told(each, fault) for fault in found if fault.broken.any())

    def _by_themselves(self, each: AskedRule) -> Iterable[FormFault]:
        """Missing answers, answers that are not what is asked for, and choices nobody offers."""
        answers, path = self.answers[each.question.path], each.question.path
        if each.required is not False:
            missing = answers.is_null() & self.asked.get(path, _everywhere(answers))
            if isinstance(each.required, Compiled):
                missing &= self._ask(each.required, self._scope(path))
            if missing.any():
                fault = FormFault(header=path, rule=Rule.REQUIRED, remedy=required(each.question), broken=missing)
                yield self._told(each, fault)
        found = []
        if remedy := wrong_type(each.question):
            found.append(FormFault(header=path, rule=Rule.TYPE, remedy=remedy, broken=_mistyped(answers, each.question.type)))
        if each.names is not None:
            remedy = unknown_choice(each.question, each.question.choices or ())
            strange = _strange(answers, each.names, each.question.type in SEVERAL)
            found.append(FormFault(header=path, rule=Rule.ENUM, remedy=remedy, broken=strange))
        yield from self._seen(each, found)

    def _seen(self, each: AskedRule, found: Iterable[FormFault]) -> Iterable[FormFault]:
        """Faults that make an answer wrong by itself: nothing more is asked of it."""
        path = each.question.path
        for fault in found:
            if fault.broken.any():
                self.wrong[path] = fault.broken | self.wrong[path] if path in self.wrong else fault.broken
                yield self._told(each, fault)

    def _fault(self, each: AskedRule, check: FormCheck) -> FormFault:
        """Where a check is broken; it is asked of answers that are there and right, and of right ones only."""
        path = each.question.path
        scope, answers = self._scope(path), self.answers[path]
        asked = answers.is_not_null() & ~self._ask(check.holds, scope)
        if check.names is not None:
            asked &= _chosen(answers, check.names, each.question.type in SEVERAL)
        for other in {path} | check.holds.paths | check.cells:
            if other in self.wrong:
                asked &= ~self._gathered(self.wrong[other], other, scope)
        for other in check.cells:
            if repeat_of(other) in (None, scope.repeat):
                asked &= self._lifted(self.answers[other], other, scope).is_not_null()
        return FormFault(header=path, rule=check.rule, remedy=check.remedy, broken=asked)

    def _told(self, each: AskedRule, fault: FormFault) -> FormFault:
        """A fault as the table sees it: lists where the question is in a repeat."""
        scope = self._scope(each.question.path)
        if scope.repeat is None:
            return fault
        lists = self._relisted(fault.broken, scope)
        return FormFault(header=fault.header, rule=fault.rule, remedy=fault.remedy, broken=_filled(lists))

    def _scope(self, path: str) -> _Scope:
        return self.scopes[repeat_of(path)]

    def _holds(self, condition: FormCondition) -> pl.Series:
        if condition.path not in self.held:
            self.held[condition.path] = self._ask(condition.asked, self._scope(condition.path))
        return self.held[condition.path]

    def _ask(self, compiled: Compiled, scope: _Scope) -> pl.Series:
        """An expression's value for every row, or item, of a scope."""
        import polars as pl

        columns = [self._column(need, scope).alias(need) for need in compiled.needs]
        return compiled.over(pl.DataFrame([pl.int_range(scope.height, eager=True).alias("#"), *columns]))

    def _column(self, need: str, scope: _Scope) -> pl.Series:
        if need == PLACE:
            return _places(scope)
        if need in (DAY, NOW):
            begun = str(self.plan.begun)
            told = self._lifted(self.answers[begun], begun, scope)
            return told.str.head(10) if need == DAY else told
        if need.startswith(ITEMS):
            return _beside(self._items_of(need.removeprefix(ITEMS)), scope)
        if need.startswith(LIST):
            return _beside(self._answers_to(need.removeprefix(LIST)), scope)
        return self._lifted(self.answers[need], need, scope)

    def _items_of(self, repeat: str) -> pl.Series:
        """A list of as many items as a repeat has, none where it was not asked."""
        lists, kept = self.scopes[repeat].lists, self._with_items(repeat)
        assert lists is not None
        return lists if kept is None else _only(lists, kept)

    def _answers_to(self, path: str) -> pl.Series:
        """A list of the answers to a question, of the items it was asked in: the others count for nothing."""
        scope, answers = self._scope(path), self.answers[path]
        if path not in self.asked or scope.rows is None:
            return self._relisted(answers, scope)
        there = self.asked[path]
        return _lists(answers.filter(there), evolve(scope, rows=scope.rows.filter(there)))

    def _lifted(self, series: pl.Series, path: str, scope: _Scope) -> pl.Series:
        """A column of the table beside the items of a repeat; the column itself where it stands there already."""
        return series if repeat_of(path) == scope.repeat else _beside(series, scope)

    def _gathered(self, flags: pl.Series, path: str, scope: _Scope) -> pl.Series:
        """Flags of another scope beside this one's rows: any item's, where there are several."""
        other = self._scope(path)
        if other.repeat in (None, scope.repeat):
            return self._lifted(flags, path, scope)
        return _beside(self._relisted(flags, other).list.any().fill_null(False), scope)

    def _relisted(self, flat: pl.Series, scope: _Scope) -> pl.Series:
        """The items of a repeat as the lists they came in."""
        return flat if scope.lists is None else _lists(flat, scope)


def _items(repeat: str | None, lists: pl.Series) -> _Scope:
    import polars as pl

    rows = pl.int_range(lists.len(), eager=True, dtype=pl.UInt32)
    lengths = lists.list.len().fill_null(0)
    of_items = pl.DataFrame({"row": rows, "length": lengths}).select(pl.col("row").repeat_by("length").explode()).to_series()
    of_items = of_items.drop_nulls()
    return _Scope(repeat, of_items.len(), of_items, lists)


def _count(lists: pl.Series) -> int:
    """How many items a column of a repeat has."""
    return int(lists.list.len().sum())


def _flat(lists: pl.Series, scope: _Scope) -> pl.Series:
    """The items of a column of a repeat, one below the other; a column that none of them holds has no lists at all."""
    import polars as pl

    if not _count(lists):
        return pl.Series(lists.name, [None], dtype=pl.String).new_from_index(0, scope.height)
    flat = lists.explode(empty_as_null=False, keep_nulls=False)
    if flat.len() != scope.height:
        text = Text(
            fr=f"les colonnes de {scope.repeat} sont inégales", en=f"the columns of {scope.repeat} are of unequal lengths"
        )
        raise InternalError(text)
    return flat


def _lists(flat: pl.Series, scope: _Scope) -> pl.Series:
    import polars as pl

    assert scope.rows is not None
    assert scope.lists is not None
    grouped = pl.DataFrame({"row": scope.rows, "item": flat}).group_by("row", maintain_order=True).agg("item")
    rows = pl.DataFrame({"row": pl.int_range(scope.lists.len(), eager=True, dtype=pl.UInt32), "there": scope.lists.is_not_null()})
    empty = pl.lit([], dtype=pl.List(flat.dtype))
    kept = pl.when(pl.col("item").is_null() & pl.col("there")).then(empty).otherwise("item")
    return rows.join(grouped, on="row", how="left", maintain_order="left").select(kept.alias(flat.name)).to_series()


def _beside(series: pl.Series, scope: _Scope) -> pl.Series:
    """A column of the table, beside the items of a repeat where these are the scope."""
    return series if scope.rows is None else series.gather(scope.rows)


def _places(scope: _Scope) -> pl.Series:
    import polars as pl

    return pl.DataFrame({"row": scope.rows}).select(pl.int_range(1, pl.len() + 1).over("row")).to_series()


def _filled(lists: pl.Series) -> pl.Series:
    import polars as pl

    return pl.select(pl.when(lists.is_null()).then(pl.lit([], dtype=lists.dtype)).otherwise(lists)).to_series()


def _all(flags: Iterable[pl.Series]) -> pl.Series:
    first, *others = flags
    for other in others:
        first = first & other
    return first


def _everywhere(series: pl.Series) -> pl.Series:
    import polars as pl

    return pl.repeat(True, series.len(), eager=True)


def _only(series: pl.Series, where: pl.Series) -> pl.Series:
    import polars as pl

    return pl.select(pl.when(where).then(series).alias(series.name)).to_series()


_POINT = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_POINTS = rf"{_POINT}(?: {_POINT}){{1,3}}"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_LOOKS: Mapping[QuestionType, str] = {
    QuestionType.INTEGER: r"^[+-]?[0-9]+$",
    QuestionType.DECIMAL: NUMBER,
    QuestionType.DATE: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    QuestionType.MOMENT: f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}$",
    QuestionType.TIME: f"^{_CLOCK}$",
    QuestionType.POINT: f"^{_POINTS}$",
    QuestionType.TRACE: rf"^{_POINTS}(?:\s*;\s*{_POINTS})*\s*;?$",
    QuestionType.SHAPE: rf"^{_POINTS}(?:\s*;\s*{_POINTS})*\s*;?$",
}
"""How the answers of a type look."""


def _mistyped(answers: pl.Series, type: QuestionType) -> pl.Series:
    """Where answers do not look as they should, or are no day of the calendar."""
    import polars as pl

    cell = pl.col("cell")
    right = cell.str.contains(_LOOKS[type])
    if type in (QuestionType.DATE, QuestionType.MOMENT):
        right &= midnight_in(cell).is_not_null()
    return pl.DataFrame({"cell": answers}).select(cell.is_not_null() & ~right).to_series()


def _strange(answers: pl.Series, names: Collection[str], several: bool) -> pl.Series:
    """Where an answer, or a word of it, is none of the choices."""
    import polars as pl

    known = pl.Series(list(names), dtype=pl.String).implode()
    if not several:
        return ~answers.is_in(known).fill_null(True)
    strange = ~pl.element().is_in(known) & (pl.element() != "")
    return answers.str.split(" ").list.eval(strange).list.any().fill_null(False)


def _chosen(answers: pl.Series, names: Collection[str], several: bool) -> pl.Series:
    """Where an answer, or a word of it, is one of some choices."""
    import polars as pl

    known = pl.Series(list(names), dtype=pl.String).implode()
    if not several:
        return answers.is_in(known).fill_null(False)
    return answers.str.split(" ").list.eval(pl.element().is_in(known)).list.any().fill_null(False)
