"""Histories of wordings, amendments, suspensions and exchanges, a canary in every cell: none is where its day did not let it.

`CIGEM_HISTORIES` says how many are asked for (make soak); each takes a tenth of a second or two.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import many
from wordings_made import FIRST, fields_of

from cigem_core import Convention, JobSeeker, Referral, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import CigemError
from cigem_core.model.conventions import Agency, Clause, Signature
from cigem_core.model.fields import kind_of
from cigem_core.plugins import load
from cigem_core.text import Text

SEEKER, REFERRAL = kind_of(JobSeeker), kind_of(Referral)
PLUGINS, COMMANDS = load(), program("fr")
ADAPTER = PLUGINS.adapter("anpe")
TABLE = next(table for table in ADAPTER.pull if table.kind is SEEKER)
HEADERS = {header: name for name, lens in TABLE.lenses.items() for header in lens.headers}
KEY = next(header for header, name in HEADERS.items() if SEEKER.fields[name].is_key)
DAY = next(header for header, name in HEADERS.items() if name == "registered_on")
NAMES = [header for header, name in HEADERS.items() if name in ("identity.family_name", "identity.given_names")]

Step = tuple[str, int, tuple[Clause, ...]]
"""What happens, so many days later; the clauses of a wording."""


@st.composite
def clauses(draw) -> tuple[Clause, ...]:
    """What seekers may say, and what a referral may; one in some wordings lets neither."""
    pull = Clause(article="art. 4", axis="reception", direction="pull", fields={"job_seeker": draw(_wide(SEEKER))})
    push = Clause(article="art. 3", axis="reception", direction="push", fields={"referral": draw(_wide(REFERRAL))})
    return draw(st.sampled_from([(pull, push)] * 4 + [(pull,), (push,)]))


def _wide(kind) -> st.SearchStrategy[tuple[str, ...]]:
    """Most wordings let most cross: where nothing does, nothing can leak."""
    spare = [f.name for f in kind.fields.values() if not f.is_key and not f.is_required]
    often = st.sampled_from(["identity.family_name", "identity.given_names"])  # what a row that is accepted says
    but = st.lists(often | st.sampled_from(spare), max_size=3).map(lambda hidden: ("*", *(f"!{name}" for name in hidden)))
    return st.one_of(but, but, but, fields_of(kind))


STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["amend", "pull", "pull", "suspend", "resume", "push", "corrections"]), st.integers(0, 40), clauses()
    ),
    min_size=2, max_size=6,
)  # fmt: skip


def wording(said: tuple[Clause, ...], takes_effect: date | None) -> Convention:
    name = Text(fr="ANPE", en="ANPE")
    return Convention(
        reference="C-1", agency=Agency(code="anpe", name=name), title=name, signed=Signature(on=FIRST, certainty="stated"),
        begins=FIRST, clauses=said, takes_effect=takes_effect,
    )  # fmt: skip


class Told:
    """What a history must keep to, reckoned beside it: the wordings by their days, the suspensions, and each canary's fate."""

    def __init__(self, first: tuple[Clause, ...]) -> None:
        self.wordings = {FIRST: first}
        self.paused: list[list[date | None]] = []
        self.forbidden: dict[str, None] = {}
        self.held: dict[str, str] = {}

    def lets(self, direction: str, on: date) -> frozenset[str]:
        """The fields that the wording of a day lets cross."""
        if any(begins <= on and (ends is None or on < ends) for begins, ends in self.paused):
            return frozenset()
        kind = SEEKER if direction == "pull" else REFERRAL
        said = [one for one in self.wordings[max(day for day in self.wordings if day <= on)] if one.direction == direction]
        return frozenset(name for name in kind.fields for one in said if _last_word(one.fields[kind.name], name))


def _last_word(entries: tuple[str, ...], name: str) -> bool:
    heard = [e for e in entries if e.lstrip("!") in ("*", name, name.rpartition(".")[0] or "*")]
    return bool(heard) and not heard[-1].startswith("!")


def canary(header: str, turn: int) -> str:
    """A text that stands in one cell of one file."""
    return f"Canari{list(HEADERS).index(header):02d}x{turn:03d}z"


def cells(turn: int) -> Iterator[str]:
    """A row for each turn: canaries everywhere but in the number, where records are told apart."""
    for header in HEADERS:
        yield f"KAY-2009-{turn:05d}" if header == KEY else canary(header, turn)


def sheet(turn: int) -> bytes:
    """A row whose columns are all texts that no code list knows, one of names alone, and one cut short."""
    whole = list(cells(turn))
    names = [cell if header in (KEY, *NAMES) else "" for header, cell in zip(HEADERS, whole, strict=True)]
    names[list(HEADERS).index(KEY)] += "1"
    names[list(HEADERS).index(DAY)] = "01/01/2009"
    short = [*whole[:3], canary(NAMES[0], turn)]
    return "\r\n".join(";".join(row) for row in (HEADERS, names, whole, short)).encode("cp1252") + b"\r\n"


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """A workspace without a convention, copied for each history."""
    path = tmp_path_factory.mktemp("bare") / "bare.sqlite"
    Workspace.create(path, on=FIRST, by="awa", bare=True, plugins=PLUGINS).close()
    return path


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    """Where every history leaves what it leaves."""
    return tmp_path_factory.mktemp("histories")


@settings(max_examples=many(12, long=200), deadline=None, suppress_health_check=list(HealthCheck))
@given(first=clauses(), steps=STEPS)
def test_no_canary_is_where_its_day_did_not_let_it(bare, scratch, caplog, first, steps):
    """In no byte of the workspace, no receipt, no refusal, no log, no file that leaves, and nothing that is shown."""
    shutil.rmtree(scratch)
    scratch.mkdir()
    shutil.copy(bare, scratch / "c.sqlite")
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    told, said = Told(first), list[str]()
    steps = [("pull", 0, first), *steps, ("push", 1, first), ("corrections", 0, first)]
    with Workspace(scratch / "c.sqlite", plugins=PLUGINS) as centre:
        centre.install(wording(first, None), on=FIRST, by="awa")
        on = FIRST
        for turn, (what, later, clauses_) in enumerate(steps):
            on += timedelta(days=later)
            try:
                said.append(_done(centre, told, scratch, what, turn, on, clauses_))
            except CigemError as error:
                said += [error.text.fr, error.text.en, repr(error.__dict__)]
        said.append(repr(centre.journal()) + repr(centre.quarantine()) + repr(list(centre.records(JobSeeker))))
    shown = CliRunner().invoke(COMMANDS, ["-w", str(scratch / "c.sqlite"), "journal", "show"])
    text = "\n".join([*said, shown.output, caplog.text])
    written = b"".join(path.read_bytes() for path in scratch.rglob("*") if path.is_file() and path.name != "c.sqlite-lock")

    assert [one for one in told.forbidden if one in text or one.encode() in written] == []
    everything = text.encode() + written
    assert all(one.encode() in everything for one, name in told.held.items() if name.startswith("identity.family"))


def _done(centre, told: Told, scratch: Path, what: str, turn: int, on: date, said: tuple[Clause, ...]) -> str:
    match what:
        case "amend":
            if on > max(told.wordings):
                centre.install(wording(said, on), on=on, by="awa")
                told.wordings[on] = said
        case "suspend":
            centre.agreements.suspend("C-1", on=on, by="awa")
            told.paused.append([on, None])
        case "resume":
            centre.agreements.resume("C-1", on=on, by="awa")
            told.paused[-1][1] = on
        case "pull":
            return _pulled(centre, told, turn, on)
        case "push":
            return _pushed(centre, told, scratch / f"out{turn}", on)
        case "corrections":
            return _sent_back(centre, told, scratch, turn, on)
    return ""


def _pulled(centre, told: Told, turn: int, on: date) -> str:
    lets = told.lets("pull", on)
    told.forbidden |= {canary(header, turn): None for header, name in HEADERS.items() if header != KEY and name not in lets}
    receipt = centre.pull("anpe", sheet(turn), on=on, by="awa", again=True)
    told.held |= {canary(header, turn): name for header, name in HEADERS.items() if header != KEY and name in lets}
    return json.dumps(receipt.as_dict(), ensure_ascii=False) + repr(receipt)


def _pushed(centre, told: Told, out: Path, on: date) -> str:
    """What leaves is what the clause of that day lets the agency be handed, whatever was kept before."""
    for seeker in list(centre.records(JobSeeker))[:2]:
        centre.refer(seeker, to="anpe", on=on, by="awa", because=f"Motif{on.toordinal()}z", again=True)
    out.mkdir()
    done = centre.push("anpe", to=out, on=on, by="awa")
    left, lets = b"".join(path.read_bytes() for path in done.files), told.lets("push", on)
    hidden = [one for one, name in told.held.items() if name not in lets and one.encode() in left]
    assert hidden == []
    assert "reason" in lets or not re.search(rb"Motif\d", left)  # the heading of the column says Motif
    return repr(done)


def _sent_back(centre, told: Told, scratch: Path, turn: int, on: date) -> str:
    """What goes back is what the clause of that day lets the agency hand over again."""
    path = scratch / f"back{turn}.csv"
    done = centre.corrections("anpe", path, on=on, by="awa")
    left, lets = b"".join(one.read_bytes() for one in done.paths), told.lets("pull", on)
    assert [one for one, name in told.held.items() if name not in lets and one.encode() in left] == []
    return repr(done)
