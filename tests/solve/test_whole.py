"""What is best in whole numbers is found, proven, and told quietly."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.disclosure.protecting import protect_cubes
from cigem_core.errors import InternalError, MissingExtra
from cigem_core.solve.flows import Arc, greatest_gain
from cigem_core.solve.quiet import solver
from cigem_core.solve.whole import Problem


def test_the_first_respect_is_not_given_up_for_the_second():
    problem = Problem()
    one, other = problem.number(3), problem.number(5)
    problem.limit({one: 1, other: 1}, at_most=6)

    best = problem.best({one: 1, other: 1}, {one: 1})

    assert best.values == (3, 3)
    assert best.reached == best.bounds == (6, 3)
    assert best.is_proven


def test_what_cannot_be_is_an_error_of_ours():
    problem = Problem()
    one = problem.number(3)
    problem.limit({one: 1}, at_least=4)

    with pytest.raises(InternalError, match="best plan failed"):
        problem.best({one: 1})


numbers = st.lists(st.integers(0, 3), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(most=numbers, data=st.data())
def test_nothing_better_exists(most, data):
    """Beside every combination tried by hand: weights that make fractions best when whole numbers are not asked for."""
    weights = st.lists(st.integers(-3, 3), min_size=len(most), max_size=len(most))
    rows = data.draw(st.lists(st.tuples(weights, st.integers(0, 6)), max_size=3))
    first, second = data.draw(weights), data.draw(weights)
    problem = Problem()
    at = [problem.number(one) for one in most]
    for row, limit in rows:
        problem.limit(dict(zip(at, row, strict=True)), at_most=limit)

    best = problem.best(dict(zip(at, first, strict=True)), dict(zip(at, second, strict=True)))

    def worth(values, row):
        return sum(v * w for v, w in zip(values, row, strict=True))

    possible = [
        values
        for values in itertools.product(*(range(one + 1) for one in most))
        if all(worth(values, row) <= limit for row, limit in rows)
    ]
    assert best.reached == best.bounds == max((worth(v, first), worth(v, second)) for v in possible)


def test_a_flow_carries_as_much_as_it_can_and_gains_the_most():
    arcs = [Arc(tail=0, head=2, most=2), Arc(tail=2, head=1, most=1, gain=5), Arc(tail=2, head=1, most=4, gain=3)]

    assert greatest_gain(arcs, source=0, sink=1, amount=9) == (2, 1, 1)


def test_nothing_stands_on_the_output_but_what_we_write():
    """The solver's banner is held back by C until the process ends: it must not come out even then."""
    code = "from cigem_core.solve.whole import Problem; p = Problem(); n = p.number(2); print(p.best({n: 1}).reached)"

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "(2,)\n"


def test_a_closed_output_stops_nobody():
    code = "import os; os.close(1); from cigem_core.solve.whole import Problem; p = Problem(); n = p.number(2); p.best({n: 1})"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_caller_who_solves_with_other_threads_stops_nobody():
    """All solvers of a program share their threads, and one that asks for another number of them is not run by HiGHS."""
    code = """
import highspy
theirs = highspy.Highs()
theirs.setOptionValue("output_flag", False)
theirs.setOptionValue("threads", 2)
theirs.addVar(0, 3.5)
theirs.changeColIntegrality(0, highspy.HighsVarType.kInteger)
theirs.run()
from cigem_core.solve.whole import Problem
problem = Problem()
one, other = problem.number(3), problem.number(5)
problem.limit({one: 2, other: 2}, at_most=7)
print(problem.best({one: 1, other: 1}, {one: 1}).reached)
"""

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert run.stdout.splitlines()[-1:] == ["(3, 3)"], run.stderr


@pytest.mark.parametrize(
    ("gone", "asked"),
    [
        ("highspy", solver),
        ("numpy", lambda: protect_cubes([], [], [], set())),
        ("ortools.graph.python", lambda: greatest_gain([], source=0, sink=1, amount=1)),
    ],
)
def test_what_must_be_installed_first_is_said(gone, asked, monkeypatch):
    """In a sentence with the command, whoever asks for what is best or for what must be hidden."""
    monkeypatch.setitem(sys.modules, gone, None)

    with pytest.raises(MissingExtra, match=r"pip install cigem-core\[solve\]"):
        asked()
