"""What is promised of the library's own code: asserts guard no data, and every error can go from one process to another."""

from __future__ import annotations

import ast
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import cigem_core
from cigem_core.errors import CigemError
from cigem_core.text import Text

SRC = Path(cigem_core.__file__).parent


def narrows(test: ast.expr) -> bool:
    """Whether an assert only tells the type checker what a name is: `desk`, `x is not None`, `isinstance(x, Y)`."""
    match test:
        case ast.Name() | ast.Call(func=ast.Name(id="isinstance")):
            return True
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
    return False


def test_no_assert_guards_data():
    """Python leaves asserts out when it is asked to (-O): rows would be lost without a word."""
    guards = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in SRC.rglob("*.py")
        if path.relative_to(SRC).parts[0] != "testing"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assert) and not narrows(node.test)
    ]

    assert guards == []


def errors() -> Iterator[type[BaseException]]:
    """Every class of error that the library and its rooms define."""
    for module in pkgutil.walk_packages([str(SRC)], "cigem_core."):
        if not module.name.endswith(("__main__", "migrations.env")) and ".versions" not in module.name:
            for found in vars(import_module(module.name)).values():
                if inspect.isclass(found) and issubclass(found, BaseException) and found.__module__ == module.name:
                    yield found


def made(kind: type[BaseException]) -> BaseException:
    """One of them, with whatever it asks for: sentences where it takes them, else words."""
    text = Text(fr="à corriger", en="to mend")
    if "__init__" not in vars(kind) and not issubclass(kind, CigemError):
        return kind("broken")
    asked = [each for each in inspect.signature(kind).parameters.values() if each.default is each.empty]
    given = [text if each.annotation == "Text" else "broken" for each in asked if each.kind is each.POSITIONAL_OR_KEYWORD]
    named = {each.name: ("cp850", "cp1252") for each in asked if each.kind is each.KEYWORD_ONLY}
    return kind(*given, **named, **({"agency": "anpe", "at": 3} if issubclass(kind, CigemError) else {}))


def test_every_error_can_be_pickled():
    """Else a pool of workers dies of a mistyped name."""
    kinds = list(errors())
    assert len(kinds) > 15

    for error in map(made, kinds):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize("kind", CigemError.__subclasses__())
def test_what_an_error_concerns_comes_along(kind):
    again = pickle.loads(pickle.dumps(made(kind)))

    assert again.concerned == {"agency": "anpe", "at": 3}
