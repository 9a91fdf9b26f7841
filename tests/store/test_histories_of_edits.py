"""Originals, edits, corrections and what comes again, in any order and under any mask, against a plain model of the laws."""

from __future__ import annotations

from itertools import count

import pytest
from attrs import define, field
from histories import HISTORIES
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from staged import File, keep

from cigem_core.model.fields import kind_of
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.store import Store
from cigem_core.store.records import find
from cigem_core.store.schema import version

TRAINEE, EVALUATION = kind_of(Trainee), kind_of(Evaluation)
FIELDS = ("reference", "trade", "hours")
MASKS = {"whole": FIELDS, "without hours": FIELDS[:2]}

NUMBERS = count()

one_row = st.fixed_dictionaries(
    {
        "person": st.sampled_from("ab"),
        "step": st.integers(0, 3),
        "text": st.integers(0, 2),
        "marks": st.lists(st.sampled_from(["9", "12"]), max_size=2),
    }
)
one_file = st.fixed_dictionaries(
    {
        "rows": st.lists(one_row, min_size=1, max_size=5, unique_by=lambda row: (row["person"], row["step"])),
        "is_wrong": st.sampled_from([False, False, False, True]),
        "mask": st.sampled_from(sorted(MASKS)),
        "has_children": st.booleans(),
        "blocks": st.integers(1, 2),
    }
)


def own(row):
    return f"{row['person']}{row['step']}"


def names(row):
    """The id before its own, which every edit says."""
    return [f"{row['person']}{row['step'] - 1}"] if row["step"] else []


def in_order(rows):
    """Rows as they edit one another, as far as the file says; or else as they stand in it."""
    here = {own(row): row for row in rows}

    def steps(row):
        return max((1 + steps(here[name]) if name in here else 1 for name in names(row)), default=0)

    return sorted(rows, key=steps)


def staged(file):
    rows = [
        {
            "reference": own(row), "trade": f"{own(row)} {row['text']}", "hours": row["text"], "#replaces": names(row) or None,
            "evaluation": [{"mark": mark} for mark in row["marks"]], "key": own(row),
        }
        for row in file["rows"]
    ]  # fmt: skip
    ways = {"fields": MASKS[file["mask"]], "edits": True, "blocks": file["blocks"]}
    if file["is_wrong"]:
        return File(kind=Trainee, wrong=[{**row, "#replaces": None} for row in rows], **ways)
    inside = {"evaluation": ("trainee", "position", "mark")} if file["has_children"] else {}
    return File(kind=Trainee, accepted=rows, children=inside, **ways)


@define
class Model:
    """What the laws say, one row after the other."""

    records: dict = field(factory=dict)
    """Key → what the record says; in the order they were first kept."""
    links: list = field(factory=list)
    accepted: set = field(factory=set)
    replaced: set = field(factory=set)
    entries: dict = field(factory=dict)
    taken: set = field(factory=set)
    versions: int = 0

    def group(self, one):
        """The ids that are of one record."""
        found, waiting = set(), {one}
        while waiting:
            at = waiting.pop()
            found.add(at)
            waiting |= {b for pair in self.links if at in pair for b in pair} - found
        return found

    def keep(self, file, sha256):
        rows, taken = file["rows"], (sha256, file["mask"], file["has_children"])
        known = taken in self.taken
        self.taken.add(taken)
        stale = {own(row) for row in rows} & self.replaced
        if file["is_wrong"]:
            for row in rows:
                self.entries.setdefault((own(row), str(sorted(row.items()))), "open")
        else:
            self.links += [(own(row), name) for row in rows for name in names(row)]
            self.replaced |= {name for row in rows for name in names(row)}
            self.fold()
            live = [row for row in in_order(rows) if own(row) not in stale]
            for row in live:
                self.take(row, file, known=known)
            for row in live:
                group = self.group(own(row))
                if own(row) not in self.accepted:
                    of_record = [own(other) for other in live if own(other) in group]
                    self.replaced |= (group & self.accepted | set(of_record)) - {of_record[-1]}
            self.accepted |= {own(row) for row in live}
        self.entries |= dict.fromkeys((entry for entry in self.entries if entry[0] in self.replaced), "corrected")

    def fold(self):
        """Two records that turn out to be one: that which was not replaced goes on."""
        for key in list(self.records):
            same = [other for other in self.records if other in self.group(key)]
            if key in self.records and len(same) > 1:
                stands = [one for one in same if self.records[one]["live"] not in self.replaced]
                # Where one file replaces both, or neither, which of the two numbers goes on is not promised.
                assume(len(stands) == 1)
                goes_on = (stands or same)[0]
                for one in same:
                    if one != goes_on:
                        del self.records[one]

    def take(self, row, file, *, known):
        group = self.group(own(row))
        key = next((one for one in self.records if one in group), None)
        settles = {entry for entry, state in self.entries.items() if state == "open" and entry[0] == own(row)}
        if key is not None and known:
            return
        said = {"trade": f"{own(row)} {row['text']}"} | ({"hours": row["text"]} if file["mask"] == "whole" else {})
        said |= {"marks": row["marks"]} if file["has_children"] else {}
        before = self.records.get(key, {})
        if any(before.get(name, None if name != "marks" else []) != value for name, value in said.items()) or key is None:
            self.versions += 1
        self.records[key or own(row)] = {"hours": None, "marks": [], **before, **said, "live": own(row)}
        self.entries |= dict.fromkeys(settles, "corrected")


@pytest.fixture
def store(database):
    made = Store.create(database)
    yield made
    made.close()


@settings(max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(one_file, min_size=1, max_size=6), again=st.lists(st.integers(0, 5), max_size=3))
def test_whatever_comes_in_whatever_order_the_laws_hold(store, files, again):
    """Of each record the latest edit counts, it says what it said last under each mask, and nothing is kept twice."""
    model, agency = Model(), f"agency-{next(NUMBERS)}"
    for file in [*files, *(files[at] for at in again if at < len(files))]:
        made = staged(file)
        keep(store, made, agency=agency)
        model.keep(file, made.sha256)
        check(store, model, agency)


def check(store, model, agency):
    marks = {}
    for row in store.records(EVALUATION, agency=agency):
        marks.setdefault(row["trainee"], []).append(row["mark"])
    found = {
        row["key"]: {"trade": row["trade"], "hours": row["hours"], "marks": marks.get(row["key"], [])}
        for row in store.records(TRAINEE, agency=agency)
    }
    assert found == {key: {name: said[name] for name in ("trade", "hours", "marks")} for key, said in model.records.items()}
    assert set(marks) <= set(found)
    states = sorted((entry.key, entry.state) for entry in store.entries(agency=agency, state=None))
    assert states == sorted((key, state) for (key, _), state in model.entries.items())
    with store.reading() as connection:
        kept = select(func.count()).select_from(version).where(version.c.agency == agency)
        assert connection.execute(kept).scalar() == model.versions
        for one in model.accepted:
            assert len(find(connection, TRAINEE, one, agency=agency)) == 1
