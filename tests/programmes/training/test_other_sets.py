"""Sets made by lot give what a second reckoning of the rules gives: wrong cells, seats, reasons, fairness, rates."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from programmes.training import second_reckoning as second
from programmes.training.other_sets import OUTSIDE, MadeFile, a_roll_call, a_set

from cigem_core.formats.source import Source
from cigem_core.model.training import TrainingSession
from cigem_core.programmes.training.alone import assign_files
from cigem_core.programmes.training.attendance import AttendanceCount
from cigem_core.programmes.training.instalments import instalments_of
from cigem_core.programmes.training.roll_call import read_roll_call
from cigem_core.programmes.training.settlement import SessionResults, settle
from cigem_mali import MALI_2009


def faults(batch) -> set[tuple]:
    return {(fault.address.row, fault.address.column or "", str(fault.rule)) for fault in batch.faults}


def taken(made: MadeFile, batch, key: str, seed: int) -> dict[str, dict[str, str]]:
    """The rows that take part, by number, once the wrong ones are told as they should be."""
    wrong = {row for row, _, _ in made.wrong}
    assert set(made.wrong) <= faults(batch), (seed, made.name)
    assert {row for row, _, _ in faults(batch)} == wrong, (seed, made.name)
    assert (batch.read, batch.quarantined.height) == (len(made.rows), len(wrong)), (seed, made.name)
    return {cells[key].strip(): cells for row, cells in made.rows.items() if row not in wrong}


def toml(reserves) -> str:
    lines = []
    for one in reserves:
        any_of = ", ".join(
            "{" + ", ".join(f"{name} = {json.dumps(value)}" for name, value in c.items()) + "}" for c in one["any"]
        )
        lines += ["[[reserve]]", f'name = "{one["name"]}"', f"percent = {one['percent']}", f"any = [{any_of}]"]
    return "\n".join(lines)


def agree(seed: int, folder: Path, *, people: int, sessions: int) -> None:
    """One set of files, reckoned both ways."""
    chance = random.Random(seed)
    made = a_set(chance, people=people, sessions=sessions)
    for file in (made.sessions, made.candidates):
        (folder / file.name).write_bytes(file.content)
    (folder / "reserves.toml").write_text(toml(made.reserves), "utf-8")
    paths = (folder / "sessions.csv", folder / "candidats.csv", folder / "reserves.toml")

    done = assign_files(*paths, territory=MALI_2009)

    offered, waiting = done.reading.files
    places, who = taken(made.sessions, offered, "Session", seed), taken(made.candidates, waiting, "N°", seed)
    found = done.assignment
    seats = {candidate: session for candidate, session, _ in found.assigned.iter_rows()}
    assert sorted([*seats, *found.unassigned["candidate"]]) == sorted(who), seed
    assert all(list(seats.values()).count(code) <= int(one["Places"]) for code, one in places.items()), seed
    levels = (found.score.placed, found.score.reserved_met, found.score.fit)
    assert second.worth(seats, who, places, made.reserves) == levels, seed
    assert second.best(who, places, made.reserves) == levels == tuple(found.bound.as_dict().values()), seed
    assert list(second.unfair(seats, who, places)) == [], seed
    assert all(value == second.reason(who[number], places) for number, value in found.unassigned.iter_rows()), seed


def agree_on_a_sheet(seed: int) -> None:
    """One roll call, reckoned both ways."""
    made = a_roll_call(random.Random(seed))
    session = TrainingSession(plan="P", reference="S07", module="M1", begins_on=made.first, ends_on=made.last)

    called = read_roll_call(Source(name=made.name, content=made.content), session, made.enrolled)

    of_rows = {one for one in made.wrong if one[2] not in (*OUTSIDE, "unique", "type") or one[1] == "N°"}
    assert set(made.wrong) == faults(called.batch), seed
    assert (called.batch.read, called.batch.quarantined.height) == (made.rows, len({row for row, _, _ in of_rows})), seed
    assert called.rates() == [{"number": n, **second.rate(letters)} for n, letters in sorted(made.marks.items())], seed


def agree_on_money(seed: int) -> None:
    """One plan settled on a day, reckoned both ways."""
    chance = random.Random(seed)
    cuts = sorted(chance.sample(range(1, 100), chance.randint(0, 3)))
    terms = [
        {"when": chance.choice(("opened", "attended", "certified", "inserted")), "percent": after - before,
         "at_least": chance.choice((0, 50, 75, 80, 100)), "months": chance.choice((1, 6, 12))}
        for before, after in zip([0, *cuts], [*cuts, 100], strict=True)
    ]  # fmt: skip
    sessions = [_a_session(chance, at) for at in range(chance.randint(1, 7))]
    budgets = {one["module"]: chance.randint(0, 10**7) for one in sessions}
    on = date(2010, 1, 1) + timedelta(days=chance.randint(0, 500))

    lines = settle(
        {(module, "XOF"): units for module, units in budgets.items()},
        [
            SessionResults(
                module=one["module"], session=one["code"], begins_on=one["begins"], ends_on=one["ends"],
                enrolled=frozenset(one["people"]), certified=frozenset(one["certified"]),
                employed={months: frozenset(some) for months, some in one["at_work"].items()},
                tallies={
                    who: AttendanceCount(present=there, absent=called - there) for who, (there, called) in one["called"].items()
                },
            )
            for one in sessions
        ],
        instalments_of({"instalment": [_worded(term) for term in terms]}, "instalments.toml"), on,
    )  # fmt: skip

    told = {one.session: (one.committed, one.earned, one.open, one.released) for one in lines}
    assert told == second.settled(budgets, sessions, terms, on), seed


def _a_session(chance: random.Random, at: int) -> dict:
    begins = date(2010, 1, 1) + timedelta(days=chance.randint(0, 90))
    people = [f"I{n}" for n in range(chance.choice((0, 1, 3, 7, 15)))]
    some = lambda: [who for who in people if chance.random() < 0.6]  # noqa: E731
    called = {who: (lambda n: (chance.randint(0, n), n))(chance.randint(0, 10)) for who in some()}
    return {
        "code": f"S{at}", "module": chance.choice(("M1", "M2", "M3")), "begins": begins,
        "ends": begins + timedelta(days=chance.randint(0, 120)), "people": people, "certified": some(),
        "at_work": {months: some() for months in (1, 6, 12)}, "called": called,
    }  # fmt: skip


def _worded(term: dict) -> dict:
    """What an instalment says, and no more."""
    own = {"attended": "at_least", "inserted": "months"}.get(term["when"])
    return {name: term[name] for name in ("when", "percent", *([own] if own else []))}


@pytest.mark.parametrize("seed", range(4))
def test_other_files_give_the_same_by_a_second_reckoning(seed, tmp_path):
    """Four sets here, two hundred in the long run."""
    agree(seed, tmp_path, people=25, sessions=4)


@pytest.mark.parametrize("seed", range(12))
def test_other_sheets_give_the_same_by_a_second_reckoning(seed):
    """Twelve sheets here, two hundred in the long run."""
    agree_on_a_sheet(seed)


def test_other_plans_are_settled_the_same_by_a_second_reckoning():
    """Two hundred of them, for they take no time."""
    for seed in range(200):
        agree_on_money(seed)


@pytest.mark.long
def test_two_hundred_other_sets(tmp_path):
    """Each with its own spellings, trades, reserves and mistakes."""
    for seed in range(100, 300):
        (tmp_path / str(seed)).mkdir()
        agree(seed, tmp_path / str(seed), people=20 + seed % 60, sessions=1 + seed % 9)


@pytest.mark.long
def test_two_hundred_other_sheets():
    """Half of them text, half of them workbooks."""
    for seed in range(100, 300):
        agree_on_a_sheet(seed)
