"""Small changes to the source, one at a time, and whether some test notices each: mutmut makes them, this runs them.

    python tests/mutants.py [--all | --sample 500 --seed 2026] [--least 90] [--jobs 2] [PATTERN …]

Every test runs once to see which functions it reaches. Each mutant then meets the quickest of the tests that reach its
function, in a fork of a process that holds them all ready. One that also runs while modules are imported, as
declarations do, meets them once more in a process of its own: there the fork came too late.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

import pytest
from attrs import define, field, frozen
from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.state import state

ROOT = Path(__file__).parents[1]
MADE = ROOT / "mutants"
MUTATED = ("cigem_core/policy.py", "cigem_core/sdk/**/*.py")
TESTS = (
    "tests/sdk", "tests/test_policy.py", "tests/agencies", "tests/journeys/test_gate.py", "tests/testing", "tests/test_export.py",
    *(f"tests/exchange/{name}.py" for name in ("test_corrections", "services/test_posted_forms", "test_pull")),
    "tests/programmes/training/test_enrolling.py",
)  # fmt: skip
PYTEST = (
    "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--hypothesis-profile=mutants",
    "-m", "not soak and not long and not look", "-k", "not postgresql and not reported_is_found",
)  # fmt: skip
NEAR = TESTS[:2]
"""Tests of the very functions, which are asked first."""
SECONDS = 20
"""How long the tests a mutant meets may take together."""
ACTIVE = "MUTANT_UNDER_TEST"


@frozen
class Mutant:
    """A change to one function."""

    name: str
    diff: str

    @property
    def function(self) -> str:
        """The function it changes, as mutmut names it."""
        return self.name.partition("__mutmut_")[0]


def made() -> list[Mutant]:
    """Every mutant there is, written beside the originals into a copy of the source."""
    shutil.rmtree(MADE, ignore_errors=True)
    shutil.copytree(ROOT / "src", MADE / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    mutants = []
    for pattern in MUTATED:
        for path in sorted((MADE / "src").glob(pattern)):
            module = ".".join(path.relative_to(MADE / "src").with_suffix("").parts).removesuffix(".__init__")
            mutated = mutate_file_contents(str(path), path.read_text("utf-8"))
            path.write_text(mutated.code, "utf-8")
            lines, spans = mutated.code.splitlines(), mutated.line_span_by_function_name
            for name in mutated.mutant_names:
                was, now = (
                    lines[spans[each].start - 1 : spans[each].end]
                    for each in (f"{name.partition('__mutmut_')[0]}__mutmut_orig", name)
                )
                diff = "\n".join(line for line in [*unified_diff(was, now, lineterm="", n=1)][2:] if "__mutmut_" not in line)
                mutants.append(Mutant(f"{module}.{name}", diff))
    return mutants


@define
class Bench:
    """A pytest plugin that holds the collected tests ready, and lets forks run them."""

    mutants: Sequence[Mutant]
    jobs: int
    tell: Callable[[Mutant, str], None]
    failed: bool = False
    at_import: frozenset[str] = frozenset()
    reached: dict[str, tuple[float, list[str]]] = field(factory=dict)
    """Each test that passes unchanged: how long it takes, and the functions it reaches."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a test noticed something."""
        self.failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the mutants, in place of running the tests."""
        items = {item.nodeid: item for item in session.items}
        self.at_import = frozenset(state()._stats)
        if any("polars-0" in task.read_text() for task in Path("/proc/self/task").glob("*/comm")):
            pytest.exit("a test module sets Polars to work while it is imported, whose threads do not survive a fork")
        self._look(list(items.values()))
        survived = []
        for mutant, outcome in self._judged(self.mutants, lambda mutant: self._forked(mutant, items)):
            if outcome == "survived" and mutant.function in self.at_import:
                survived.append(mutant)
            else:
                self.tell(mutant, outcome)
        for mutant, outcome in self._judged(survived, self._afresh):
            self.tell(mutant, outcome)
        return True

    def _look(self, items: list[pytest.Item]) -> None:
        """Run every test once, to see what it reaches."""
        told = MADE / "reached.json"

        def run() -> int:
            reached = {}
            for at, item in enumerate(items):
                state()._stats.clear()
                self.failed, begun = False, time.monotonic()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[at + 1] if at + 1 < len(items) else None)
                if not self.failed:
                    reached[item.nodeid] = time.monotonic() - begun, sorted(state()._stats)
            told.write_text(json.dumps(reached), "utf-8")
            return 0

        os.waitpid(_fork("stats", run), 0)
        self.reached = json.loads(told.read_text("utf-8"))
        for name in sorted({item.nodeid for item in items} - self.reached.keys()):
            print(f"fails unchanged, and is passed over: {name}", flush=True)

    def _tests(self, function: str) -> tuple[list[str], float]:
        """Of the tests that reach a function, the near ones and the quickest of every file first, while there is time."""
        files: dict[str, int] = {}
        ranked = []
        for seconds, name in sorted((seconds, name) for name, (seconds, found) in self.reached.items() if function in found):
            file = name.partition("::")[0]
            files[file] = files.get(file, 0) + 1
            ranked.append((not name.startswith(NEAR), files[file], seconds, name))
        chosen, total = [], 0.0
        for *_, seconds, name in sorted(ranked):
            if total + seconds <= SECONDS:
                chosen.append(name)
                total += seconds
        return chosen, total

    def _forked(self, mutant: Mutant, items: dict[str, pytest.Item]) -> tuple[int, float]:
        names, seconds = self._tests(mutant.function)

        def run() -> int:
            for at, name in enumerate(names):
                following = items[names[at + 1]] if at + 1 < len(names) else None
                items[name].config.hook.pytest_runtest_protocol(item=items[name], nextitem=following)
                if self.failed:
                    return 1
            return 0

        return _fork(mutant.name, run), seconds

    def _afresh(self, mutant: Mutant) -> tuple[int, float]:
        seconds = sum(seconds for name, (seconds, _) in self.reached.items() if name.startswith(NEAR))

        def run() -> int:
            os.execv(sys.executable, [sys.executable, "-m", "pytest", *PYTEST, *NEAR])

        return _fork(mutant.name, run), seconds

    def _judged(self, mutants: Sequence[Mutant], start: Callable[[Mutant], tuple[int, float]]) -> Iterator[tuple[Mutant, str]]:
        """What became of each, a few at a time; a process that takes much too long is ended."""
        waiting, running = list(reversed(mutants)), {}
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                pid, seconds = start(mutant)
                running[pid] = mutant, time.monotonic() + 60 + 5 * seconds
            time.sleep(0.01)
            for pid, (mutant, end) in list(running.items()):
                if late := time.monotonic() > end:
                    os.kill(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, 0 if late else os.WNOHANG)
                if done:
                    del running[pid]
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)  # whatever it started and left
                    yield mutant, "timeout" if late else "killed" if status else "survived"


def _fork(active: str, run: Callable[[], int]) -> int:
    """A process of its own that runs something, silently, while a mutant is active."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        os.setsid()
        os.environ[ACTIVE] = active
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = run()
    finally:
        os._exit(code)


def main(arguments: Sequence[str]) -> int:
    """Judge a sample, or all; 1 where too few were noticed."""
    parser = argparse.ArgumentParser(description="Mutation testing of sdk/ and policy.")
    parser.add_argument("patterns", nargs="*", help="names of mutants to run, such as cigem_core.sdk.dates.*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--least", type=float, default=90, help="per cent that must be killed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)

    os.chdir(ROOT)
    mutants = made()
    if asked.patterns:
        mutants = [mutant for mutant in mutants if any(fnmatch.fnmatchcase(mutant.name, each) for each in asked.patterns)]
    elif not asked.all and asked.sample < len(mutants):
        mutants = random.Random(asked.seed).sample(mutants, asked.sample)
    os.environ |= {
        "PYTHONPATH": os.pathsep.join([str(MADE / "src"), *sys.path[1:], os.environ.get("PYTHONPATH", "")]),
        "POLARS_MAX_THREADS": "1",
        ACTIVE: "stats",
    }
    sys.path.insert(0, str(MADE / "src"))
    config()  # read here, for tests change the directory
    counts: Counter[str] = Counter()

    def tell(mutant: Mutant, outcome: str) -> None:
        counts[outcome] += 1
        if outcome != "killed":
            print(f"\n{counts.total()}/{len(mutants)} {outcome}: {mutant.name}\n{mutant.diff}", flush=True)

    bench = Bench(mutants, asked.jobs, tell)
    code = pytest.main([*PYTEST, "-s", *TESTS], plugins=[bench])
    judged = counts["killed"] + counts["survived"]
    share = 100 * counts["killed"] / max(1, judged)
    print(f"{counts['killed']} of {judged} mutants killed: {share:.1f} %; {counts['timeout']} more ran out of time")
    return int(code != 0 or share < asked.least)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
