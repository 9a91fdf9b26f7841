"""Forms' expressions compiled to Polars: one expression, asked of a whole column of answers.

    compile_condition(parse(". >= ${debut}"), form, "formation/fin", columns)

What cannot be compiled raises `NotCompiled` with the reason, so that its rule is reported and never passes in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NoReturn

from attrs import define, field, frozen

from cigem_core.errors import DeclarationError, nearest
from cigem_core.model.expression_parser import parse
from cigem_core.model.expressions import (
    COMPARISONS,
    HERE,
    AnswerNode,
    FunctionCall,
    Negative,
    Node,
    Number,
    Operation,
    Path,
    Words,
    written,
)
from cigem_core.model.forms import ITEM, Form, QuestionType, in_language, repeat_of
from cigem_core.sdk.forms.xpath_functions import FUNCTIONS, date_format
from cigem_core.sdk.forms.xpath_patterns import looks_around, matched
from cigem_core.sdk.forms.xpath_values import Items, Value, answer_of, compared, computed, number, text, truth
from cigem_core.sdk.remedies import masked
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

LIST, ITEMS, DAY, NOW, PLACE = "#list ", "#items ", "#day", "#now", "#place"
"""Columns a compiled expression may need beside the answers: the answers of all items (before the path of a question),
the items themselves (before that of a repeat), the day and the moment the form was begun, and the place of an item in
its list."""


class NotCompiled(DeclarationError):
    """An expression that means something to a phone and cannot be asked here; `text` says why."""


@frozen
class Compiled:
    """An expression of whole columns, taken in steps, and the columns it needs.

    Each step is a column made of earlier ones: an expression that names a part twice would double it at every level.
    """

    steps: tuple[pl.Expr, ...] = field(repr=False, eq=False)
    needs: tuple[str, ...]

    def over(self, frame: pl.DataFrame) -> pl.Series:
        """What it gives for each row of a table that holds what it needs."""
        for place, step in enumerate(self.steps):
            frame = frame.with_columns(_for_each_row(step, frame).alias(_step(place)))
        return frame[_step(len(self.steps) - 1)]

    @property
    def paths(self) -> frozenset[str]:
        """The questions it looks at."""
        return frozenset(need.removeprefix(LIST) for need in self.needs if not need.startswith((ITEMS, DAY, NOW, PLACE)))


def compile_condition(tree: Node, form: Form, about: str, columns: Collection[str]) -> Compiled:
    """Where a condition about a question (or a section) holds; NotCompiled where it cannot be asked."""
    compiler = _Compiler(form, about, columns)
    asked = compiler.value(tree).truth
    return Compiled((*compiler.steps, asked), tuple(compiler.needs))


def _for_each_row(step: pl.Expr, frame: pl.DataFrame) -> pl.Series:
    """One value a row; what is the same for all of them is worked out once: no column is asked, or one without any answer."""
    found = frame.select(step).to_series()
    return found if len(found) == frame.height else found.new_from_index(0, frame.height)


def _step(number: int) -> str:
    return f"#step {number}"


def resolve(form: Form, about: str, node: AnswerNode | Path) -> str:
    """The path of the question or section a part of an expression names; NotCompiled where it names none."""
    if node == HERE:
        return about
    if isinstance(node, AnswerNode):
        if "#" in node.name:
            _refuse(f"${{{node.name}}} est la réponse d'une autre fiche", f"${{{node.name}}} is an answer of another record")
        holders = form.named(node.name)
        if len(holders) != 1:
            near = nearest(node.name, form.names)
            _refuse(f"aucune question ne s'appelle « {node.name} » ; {near.fr}", f"no question is '{node.name}'; {near.en}")
        return holders[0]
    found = _walked(form, about, node)
    if found is None:
        _refuse(f"« {written(node)} » ne mène à aucune question", f"'{written(node)}' leads to no question")
    return found


def _walked(form: Form, about: str, path: Path) -> str | None:
    """Where the steps of a path lead."""
    from_here = path.start is None or path.start == FunctionCall("current")
    if not from_here or any(step.conditions for step in path.steps):
        _refuse(
            f"« {written(path)} » cherche dans une liste, ce qui ne se vérifie pas ici",
            f"'{written(path)}' looks something up, which is not checked here",
        )
    names = [step.name for step in path.steps]
    at = [] if path.absolute else _bare(about).split("/")
    for name in names[1:] if path.absolute else names:
        if name == "..":
            at = at[:-1]
        elif name != ".":
            at.append(name)
    bare = "/".join(at)
    return next((part.path for part in form.parts if _bare(part.path) == bare), None)


def _bare(path: str) -> str:
    return path.replace(ITEM, "")


@define
class _Compiler:
    """Compiles one expression; notes the columns it looks at."""

    form: Form
    about: str
    columns: Collection[str]
    needs: dict[str, None] = field(factory=dict)
    steps: list[pl.Expr] = field(factory=list)

    def value(self, node: Node) -> Value:
        """What a part is worth, where it is one value a row."""
        found = self.part(node)
        if isinstance(found, Items):
            _refuse(
                f"« {written(node)} » a plusieurs réponses, une par élément de la liste",
                f"'{written(node)}' has several answers, one for each item of its list",
            )
        if not node.parts:
            return found
        return Value(found.kind, self.kept(found.own), None if found.written is None else self.kept(found.written))

    def kept(self, column: pl.Expr) -> pl.Expr:
        """A column to be computed once, however often it is looked at."""
        import polars as pl

        self.steps.append(column)
        return pl.col(_step(len(self.steps) - 1))

    def part(self, node: Node) -> Value | Items:
        """What a part is worth."""
        import polars as pl

        match node:
            case Number():
                return number(pl.lit(node.value))
            case Words():
                return text(pl.lit(node.text))
            case AnswerNode() | Path():
                return self.answers(resolve(self.form, self.about, node))
            case Negative():
                return number(-self.value(node.operand).number)
            case Operation():
                return self.operation(node)
            case FunctionCall():
                return self.call(node)
        raise NotImplementedError(type(node).__name__)

    def answers(self, path: str) -> Value | Items:
        """The answers to a question: one a row, or those of a list."""
        import polars as pl

        question = self.form.by_path.get(path)
        if question is None:
            return self.items(path)
        if path not in self.columns:
            raise NotCompiled(masked([path]))
        repeat = repeat_of(path)
        if repeat is None or repeat == repeat_of(self.about):
            self.needs.setdefault(path)
            return answer_of(pl.col(path), question.type)
        self.needs.setdefault(LIST + path)
        return Items(pl.col(LIST + path), question.type)

    def items(self, path: str) -> Items:
        """The items of a repeat, which any of its columns counts."""
        import polars as pl

        if not path.endswith(ITEM) or path == repeat_of(self.about):
            _refuse(f"« {path} » est un groupe, pas une réponse", f"'{path}' is a group, not an answer")
        if not any(question.repeat == path and question.path in self.columns for question in self.form.questions):
            raise NotCompiled(masked([path]))
        self.needs.setdefault(ITEMS + path)
        return Items(pl.col(ITEMS + path), None)

    def operation(self, node: Operation) -> Value:
        """What an operator makes of its operands."""
        if node.operator == "|":
            _refuse("« | » réunit des listes, ce qui ne se vérifie pas ici", "'|' joins lists, which is not checked here")
        operands = [self.value(operand) for operand in node.operands]
        if node.operator in COMPARISONS:
            return compared(node.operator, *operands)
        if node.operator in ("and", "or"):
            result = operands[0].truth
            for operand in operands[1:]:
                result = (result & operand.truth) if node.operator == "and" else (result | operand.truth)
            return truth(result)
        total = operands[0].number
        for operand in operands[1:]:
            total = computed(node.operator, total, operand.number)
        return number(total)

    def call(self, node: FunctionCall) -> Value:
        """What a function makes of what it is given."""
        if special := _SPECIAL.get(node.name):
            return special(self, node)
        function = FUNCTIONS.get(node.name)
        if function is None:
            near = nearest(node.name, (*FUNCTIONS, *_SPECIAL))
            _refuse(
                f"la fonction {node.name}() ne se vérifie pas ici ; {near.fr}",
                f"the function {node.name}() is not checked here; {near.en}",
            )
        _check_count(node, function.fewest, function.most)
        if node.name in ("sum", "min", "max") and len(node.arguments) == 1:
            return self._gathered(node)
        return function.make(*map(self.value, node.arguments))

    def _gathered(self, node: FunctionCall) -> Value:
        import polars as pl

        part = self.part(node.arguments[0])
        if isinstance(part, Value):
            return number(part.number)
        if part.type is None:
            _refuse(f"{node.name}() compte des réponses, pas des groupes", f"{node.name}() is of answers, not of groups")
        numbers = part.numbers
        told = ~numbers.list.eval(pl.element().is_null()).list.any().fill_null(False)
        if node.name == "sum":
            return number(pl.when(told).then(numbers.list.sum().fill_null(0.0)))
        return number(pl.when(told).then(getattr(numbers.list, node.name)()))

    def _count(self, node: FunctionCall) -> Value:
        import polars as pl

        part = self._one(node)
        if isinstance(part, Value):
            return number(pl.lit(1.0))
        return number(part.lists.list.len().fill_null(0).cast(pl.Float64))

    def _count_non_empty(self, node: FunctionCall) -> Value:
        import polars as pl

        part = self._one(node)
        if isinstance(part, Value):
            return number((part.text != "").cast(pl.Float64))
        lists = part.lists if part.type is None else part.lists.list.drop_nulls()
        return number(lists.list.len().fill_null(0).cast(pl.Float64))

    def _one(self, node: FunctionCall) -> Value | Items:
        _check_count(node, 1, 1)
        return self.part(node.arguments[0])

    def _today(self, node: FunctionCall) -> Value:
        return self._begun(node, DAY)

    def _now(self, node: FunctionCall) -> Value:
        return self._begun(node, NOW)

    def _begun(self, node: FunctionCall, column: str) -> Value:
        """The day, or the moment, is that on which the form was begun: it is judged as it was then."""
        import polars as pl

        _check_count(node, 0, 0)
        start = self.form.first("start") or self.form.first("today")
        if start is None:
            _refuse("le formulaire ne note pas le jour (start)", "the form does not note the day (start)")
        if start.path not in self.columns:
            raise NotCompiled(masked([start.path]))
        self.needs.setdefault(column)
        return answer_of(pl.col(column), QuestionType.DATE if column == DAY else QuestionType.MOMENT)

    def _once(self, node: FunctionCall) -> Value:
        _check_count(node, 1, 1)
        return FUNCTIONS["coalesce"].make(self.value(HERE), self.value(node.arguments[0]))

    def _position(self, node: FunctionCall) -> Value:
        import polars as pl

        if repeat_of(self.about) is None or written(node) != "position(..)":
            _refuse("position() ne se vérifie que dans une répétition", "position() is checked in a repeat only")
        self.needs.setdefault(PLACE)
        return number(pl.col(PLACE).cast(pl.Float64))

    def _regex(self, node: FunctionCall) -> Value:
        _check_count(node, 2, 2)
        given, pattern = node.arguments
        if not isinstance(pattern, Words):
            _refuse("le motif de regex() n'est pas écrit en toutes lettres", "the pattern of regex() is not spelled out")
        found = matched(self.value(given).text, pattern.text)
        if found is None and looks_around(pattern.text):
            _refuse("le motif de regex() regarde autour de lui", "the pattern of regex() looks around")
        if found is None:
            _refuse(f"« {pattern.text} » n'est pas un motif", f"'{pattern.text}' is no pattern")
        return truth(found)

    def _translate(self, node: FunctionCall) -> Value:
        _check_count(node, 3, 3)
        given, old, new = node.arguments
        if not (isinstance(old, Words) and isinstance(new, Words)):
            _refuse("translate() ne dit pas quelles lettres", "translate() does not spell its letters out")
        pairs = {letter: new.text[at : at + 1] for at, letter in reversed(list(enumerate(old.text)))}
        return text(self.value(given).text.str.replace_many(pairs) if pairs else self.value(given).text)

    def _format_date(self, node: FunctionCall) -> Value:
        import polars as pl

        _check_count(node, 2, 2)
        given, form = node.arguments
        known = date_format(form.text) if isinstance(form, Words) else None
        if known is None:
            _refuse(
                f"« {written(form)} » écrit des mots dans la langue du téléphone",
                f"'{written(form)}' writes words in the phone's language",
            )
        moment = (self.value(given).number * 86_400_000).round().cast(pl.Int64, strict=False).cast(pl.Datetime("ms"))
        return text(moment.dt.to_string(known).fill_null(""))

    def _jr_choice_name(self, node: FunctionCall) -> Value:
        _check_count(node, 2, 2)
        value, named = node.arguments
        whose = parse(named.text) if isinstance(named, Words) else named
        question = self.form.by_path.get(resolve(self.form, self.about, whose)) if isinstance(whose, (AnswerNode, Path)) else None
        if question is None or question.choices is None:
            _refuse("ces choix ne sont pas dans le formulaire", "these choices are not in the form")
        labels = {choice.name: in_language(choice.label, "fr") or choice.name for choice in reversed(question.choices)}
        return text(self.value(value).text.replace_strict(labels, default="", return_dtype=_string()))


_SPECIAL: Mapping[str, Callable[[_Compiler, FunctionCall], Value]] = {
    "count": _Compiler._count,
    "count-non-empty": _Compiler._count_non_empty,
    "today": _Compiler._today,
    "now": _Compiler._now,
    "once": _Compiler._once,
    "position": _Compiler._position,
    "regex": _Compiler._regex,
    "translate": _Compiler._translate,
    "format-date": _Compiler._format_date,
    "format-date-time": _Compiler._format_date,
    "jr:choice-name": _Compiler._jr_choice_name,
}


def _string() -> pl.DataType:
    import polars as pl

    return pl.String()


def _check_count(node: FunctionCall, fewest: int, most: int) -> None:
    given = len(node.arguments)
    if not fewest <= given <= most:
        _refuse(
            f"{node.name}() reçoit {given} valeurs, ce qui n'est pas son nombre",
            f"{node.name}() is given {given} values, which is not its number",
        )


def _refuse(fr: str, en: str) -> NoReturn:
    raise NotCompiled(Text(fr=fr, en=en))
