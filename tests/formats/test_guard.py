"""Whatever a file does, it is refused or read within its limits, and whoever asked lives on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

import polars as pl
import pytest
from formats.books import ods, xlsx
from formats.hostile import A_CELL, kinds, mutants
from formats.tasks import boast, die, elements_of, environment, greet, panic, refuse, sleep, swell
from scale import many

from cigem_core import JobSeeker
from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.books.grid import read_book
from cigem_core.formats.guard import LIMITS, Limits, guarded, workers
from cigem_core.formats.guard.nesting import check_nesting
from cigem_core.formats.guard.reasons import Unreadable
from cigem_core.formats.source import Source
from cigem_core.sdk import Table, column

MIB = 1 << 20
_MUTANTS = many(10, long=30, each=20)
SLACK = float(os.environ.get("CIGEM_SLACK", "3"))
"""How many times longer than 5 s a file may take here: tests share a machine, and the clock is the wall's."""


def test_function_is_run_elsewhere():
    """The answer comes back from another process; bytes stay bytes."""
    assert guarded(elements_of, b"<a><b/></a>", name="x", size=1) == ["a", "b"]


@pytest.mark.parametrize(("function", "args", "reason"), [(die, (), "large"), (swell, (600,), "large"), (refuse, (), "sparse")])
def test_caller_lives_and_the_next_call_is_answered(function, args, reason):
    """A worker that dies, swells or refuses costs one refusal and no more."""
    with pytest.raises(SourceRefused) as refused:
        guarded(function, *args, name="plan.xlsx", size=10)

    assert refused.value.concerned["reason"] == reason
    assert "plan.xlsx" in refused.value.text.fr
    assert guarded(greet, "Awa", name="x", size=1) == "hello Awa"


def test_time_is_kept():
    """A file that takes too long is refused when its time is over."""
    began = time.monotonic()

    with pytest.raises(SourceRefused) as refused:
        guarded(sleep, name="x", size=1, limits=Limits(least_seconds=0.5))

    assert refused.value.concerned["reason"] == "time"
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("function", [boast, panic])
def test_nothing_is_quoted(function):
    """What went wrong inside is not said outside: it may quote a cell."""
    with pytest.raises(SourceRefused) as refused:
        guarded(function, name="x", size=1)

    assert refused.value.concerned["reason"] == "broken"
    assert "DIARRA" not in f"{refused.value.text.fr} {refused.value.text.en} {refused.value.concerned}"


def test_a_worker_knows_no_secrets(monkeypatch):
    """What reads strangers' files has neither tokens nor passwords nor proxies at hand."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", "s3cret")
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    monkeypatch.setenv("HTTPS_PROXY", "http://awa:s3cret@proxy")
    workers.close()

    held = guarded(environment, name="x", size=1)

    assert "s3cret" not in str(held)
    assert "PATH" in held


class _Panicking:
    """A format in which Polars gives up, at once or while it reads."""

    name, resource, is_sparse = "p.csv", None, False

    def __init__(self, later):
        self.later = later

    def matches(self, name):
        return True

    def open(self, source, choose, block=0):
        choose(["Ref"])
        return self if self.later else self._give_up()

    def blocks(self):
        yield self._give_up()

    heading, letters, assumed, header, sha256 = None, {}, (), ("Ref",), ""

    def _give_up(self):
        raise pl.exceptions.PanicException("Awa DIARRA, 65 12 34 56")


@pytest.mark.parametrize("later", [False, True])
def test_a_panic_of_polars_is_a_refusal(later):
    """It is no Exception: what embeds the library would not outlive it."""
    table = Table(JobSeeker, _Panicking(later), {"reference": column("Ref")})

    with pytest.raises(SourceRefused) as refused:
        table.read(b"x")

    assert "DIARRA" not in "".join(traceback.format_exception(refused.value))
    assert refused.value.text.fr.startswith("bytes : ce fichier est endommagé")


def test_worker_is_used_again():
    """A second call finds the worker of the first."""
    guarded(greet, "Awa", name="x", size=1)
    kept = workers._idle[-1]
    guarded(greet, "Awa", name="x", size=1)

    assert workers._idle[-1] is kept


def test_large_files_may_take_more():
    """Limits grow with a file's own size, up to the most."""
    assert (LIMITS.memory(1), LIMITS.seconds(1)) == (256 * MIB, 4.5)
    assert LIMITS.memory(15 * MIB) > 400 * MIB
    assert LIMITS.memory(10**12) == LIMITS.most_memory
    assert LIMITS.seconds(10**12) == LIMITS.most_seconds


@pytest.mark.parametrize("content", [b"[" * 1000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"[" * 200 + b"]" * 100])
def test_deep_json_is_seen_before_it_is_parsed(content):
    """Brackets are counted; those within texts are not."""
    check_nesting(json.dumps(["[" * 1000, {"a": [1] * 10}] * 200).encode())

    with pytest.raises(Unreadable):
        check_nesting(content)


def outcome(content: bytes) -> tuple[str, float]:
    """Read, or refused and why; and how long that took."""
    began = time.monotonic()
    try:
        read_book(Source.of(content, "hostile"))
        said = "read"
    except OperatorError as refused:
        said = str(refused.concerned["reason"])
    return said, time.monotonic() - began


HOSTILE = list(kinds())


@pytest.mark.parametrize(("kind", "content"), HOSTILE, ids=[kind for kind, _ in HOSTILE])
def test_hostile_file_is_refused_or_read(kind, content):
    """Each kind of hostile file, within its limits."""
    said, seconds = outcome(content)

    assert said != "read" or kind in READ
    assert seconds < 5 * SLACK


READ = {"style beyond", "many sheets", "many styles", "spaces repeated", "many shared texts"}
"""Strange, but understood."""


@pytest.mark.soak
def test_damaged_files_are_refused_or_read():
    """Bytes changed, cut off, parts changed: read, or refused with a sentence."""
    good = (xlsx(A_CELL * 3, strings="<si><t>a</t></si>"), ods("<table:table-row/>"))
    share = _MUTANTS // len(good)

    outcomes = [outcome(mutant) for number, one in enumerate(good) for mutant in mutants(one, share, seed=number)]

    assert all(seconds < 5 * SLACK for _, seconds in outcomes)
    assert {"read", "broken"} <= {said for said, _ in outcomes}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a child had")
@pytest.mark.long
def test_memory_stays_within_limits():
    """No worker that was given a hostile file ever had more than its limit; asked in a process with no other children."""
    code = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from formats.hostile import kinds
from cigem_core.errors import SourceRefused
from cigem_core.formats.books.grid import read_book
from cigem_core.formats.guard import workers
from cigem_core.formats.source import Source
for name, content in kinds():
    try:
        read_book(Source(name=name, content=content))
    except SourceRefused:
        pass
workers.close()
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    # Some kinds are large enough to be allowed more than the least.
    assert int(told.stdout) <= 600 * 1024
