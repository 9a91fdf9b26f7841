"""What a command answers to `--json` is asked of every command that any test runs, and compared with its schema.

A command says `if as_json: print_json(…)`, and else what people read. Under test both are made, and where JSON was not asked
for, it is compared instead of being printed: no test runs a command twice, and no command's answer goes unseen.
"""

from __future__ import annotations

import ast
import copy
import importlib.machinery
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from functools import cache, wraps
from pathlib import Path
from typing import Any

import click
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"
DESKS, OPTIONS = "cigem_core.cli", "cigem_core.cli.options"
_unseen = 0
_made = 0


def install() -> None:
    """From now on, compare what every command answers; before the commands are imported."""
    sys.meta_path.insert(0, _Finder())


@contextmanager
def unseen() -> Iterator[None]:
    """What is answered inside is compared, and not printed."""
    global _unseen
    _unseen += 1
    try:
        yield
    finally:
        _unseen -= 1


def answered(value: Any) -> None:
    """Compare what the running command answers with its schema; AssertionError says where it is something else."""
    if (command := _running()) is not None:
        document = json.loads(json.dumps(value))
        is_error = isinstance(document, dict) and document.keys() == {"error"}
        if wrong := next(validator("error" if is_error else command).iter_errors(document), None):
            raise AssertionError(f"cigem {command} --json at {wrong.json_path}: {wrong.message}")


def _running() -> str | None:
    """The words of the command that runs; None where it is none of ours, or takes no `--json`."""
    context, words = click.get_current_context(silent=True), list[str]()
    if context is None or "as_json" not in context.params:
        return None
    while context.parent is not None:
        # A command that has others below it stands twice.
        words = words if words and words[0] == context.info_name else [str(context.info_name), *words]
        context = context.parent
    return " ".join(words) if context.command.name == "cigem" else None


@cache
def validator(command: str) -> Any:
    """What compares with the schema of a command."""
    path = SCHEMAS / f"{command.replace(' ', '-')}.json"
    return Draft202012Validator(json.loads(path.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER)


class _Finder(importlib.machinery.PathFinder):
    """Finds the modules of the command line."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> Any:
        """The module, where it is one of those."""
        if fullname != DESKS and not fullname.startswith(f"{DESKS}."):
            return None
        spec = super().find_spec(fullname, path, target)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Reads a module so that both answers are made."""

    def get_code(self, fullname: str) -> Any:
        """The code, made of the source each time: what is kept beside it is of the module as it is."""
        tree = _Both().visit(ast.parse(self.get_data(self.path), self.path))
        return compile(ast.fix_missing_locations(tree), self.path, "exec", dont_inherit=True)

    def exec_module(self, module: Any) -> None:
        """Run it; what prints an answer compares it first."""
        super().exec_module(module)
        if module.__name__ == OPTIONS:
            module.print_json = _comparing(module.print_json)
            module.common = _answering(module.common)


def _comparing(print_json: Any) -> Any:
    @wraps(print_json)
    def compared(value: Any) -> None:
        global _made
        answered(value)
        _made += 1
        if not _unseen:
            print_json(value)

    return compared


def _answering(common: Any) -> Any:
    """Each command as it was, which answers programs once whichever way it goes; AssertionError where it does not."""

    def for_language(say: Any) -> Any:
        decorate = common(say)

        def decorated(function: Any) -> Any:
            @wraps(function)
            def once(**given: Any) -> Any:
                before = _made
                with _alone() if given.get("as_json") and not _one_by_one(given) else nullcontext():
                    returned = function(**given)
                if "as_json" in given and (times := _made - before) != 1 and not _one_by_one(given):
                    raise AssertionError(f"cigem {_running()} --json answers {times} times, asked {given}")
                return returned

            return decorate(once)

        return decorated

    return for_language


@contextmanager
def _alone() -> Iterator[None]:
    """Where JSON is asked for, what is printed inside is one document; ValueError where a sentence stands beside it."""
    out = _Told(sys.stdout)
    try:
        with redirect_stdout(out):
            yield
        json.loads(out.getvalue())
    finally:
        out.beneath.write(out.getvalue())


class _Told(io.StringIO):
    """What is printed, kept until it was looked at."""

    def __init__(self, beneath: Any) -> None:
        super().__init__()
        self.beneath = beneath

    @property
    def encoding(self) -> Any:
        """That of the stream it goes to."""
        return self.beneath.encoding


def _one_by_one(given: dict[str, Any]) -> bool:
    """Whether records are handed over, an object a line."""
    return _running() == "records" and bool(given["kind"]) and given["to"] is None


class _Both(ast.NodeTransformer):
    """`if as_json: one else: other` → where JSON is not asked for, one is made too, unseen."""

    def visit_If(self, node: ast.If) -> ast.AST:
        """A command's two answers."""
        self.generic_visit(node)
        # What hands records over one by one has but one go at them.
        if _is_asked(node.test) and "records_as_json" not in ast.dump(node):
            node.orelse = [*_unseen_too(node.body), *node.orelse]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """The same on one line."""
        if isinstance(node.value, ast.IfExp) and _is_asked(node.value.test):
            made, shown = ast.Expr(node.value.body), ast.Expr(node.value.orelse)
            return ast.copy_location(ast.If(test=node.value.test, body=[made], orelse=[*_unseen_too([made]), shown]), node)
        return node


def _is_asked(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "as_json"


def _unseen_too(body: list[ast.stmt]) -> list[ast.stmt]:
    made = ast.parse("from answers import unseen\nwith unseen():\n    pass").body
    assert isinstance(made[1], ast.With)
    made[1].body = [copy.deepcopy(one) for one in body if not isinstance(one, ast.Return)] or made[1].body
    return made
