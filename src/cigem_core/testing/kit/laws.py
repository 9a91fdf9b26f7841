"""Checks of the lenses: what is written is read back, and what is read has one normal form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cigem_core.sdk.table import Table
from cigem_core.testing import laws, strategies
from cigem_core.testing.kit.drawing import examples
from cigem_core.testing.kit.subject import Subject


def reads_back(subject: Subject) -> dict[str, Any]:
    """decode(encode(v)) == v, for every column of every table, pulled or pushed."""
    asked = 0
    for table in subject.tables:
        for name, lens in table.lenses.items():
            cases = st.lists(strategies.writable(table.kind.field(name), lens), min_size=1, max_size=25)
            _law(laws.reads_back, table, name, cases, subject.size(5, 500))
            asked += 1
    return {"columns": asked}


def settles(subject: Subject) -> dict[str, Any]:
    """decode(n(c)) == decode(c) and n(n(c)) == n(c), for every column of every table."""
    asked = 0
    for table in subject.tables:
        for name, lens in table.lenses.items():
            cases = st.lists(strategies.cells(lens), min_size=1, max_size=25)
            _law(laws.settles, table, name, cases, subject.size(5, 500))
            asked += 1
    return {"columns": asked}


def _law(law: Callable[..., object], table: Table, name: str, cases: SearchStrategy[list[Any]], most: int) -> None:
    @examples(most)
    @given(cases)
    def ask(case: list[Any]) -> None:
        law(table, name, case)

    ask()
