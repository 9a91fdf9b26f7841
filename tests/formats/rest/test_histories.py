"""A list that changes while it is read over a bad network, for as long as one likes: nothing is skipped or doubled.

`CIGEM_HISTORIES` says how many exchanges are asked for.
"""

from __future__ import annotations

import pytest
from apej_service import HURRIED, crowd, service, speak, young
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from scale import many

from cigem_core.errors import RemoteError
from cigem_core.formats.rest import Patience, read
from cigem_core.testing.mishaps import PASSING, Mishap

EXCHANGES = many(60, long=200)
EACH = 20
"""Exchanges that a history has at the least, or nearly."""
SHORT = evolve(HURRIED, patience=Patience(attempts=4, turns=5))

# What takes real time is rare, so that there is time for the rest.
QUICK = [mishap for mishap in PASSING if mishap not in (Mishap.TIMEOUT, Mishap.SLOW)]
PLANS = st.lists(st.none() | st.sampled_from(QUICK * 8 + [Mishap.TIMEOUT, Mishap.SLOW]), max_size=30)


class Histories(RuleBasedStateMachine):
    """A mirror kept by readings from cursor to cursor, beside the service's own lists."""

    @initialize(count=st.integers(0, 17), alike=st.booleans())
    def begin(self, count, alike):
        records = crowd(count)
        if alike:
            records["jeunes"] = [young(number, minute=1) for number in range(count)]
        self.server = service(records).__enter__()
        self.number, self.cursor, self.mirror = count, None, {}

    def states(self):
        """When each record changed last."""
        return {record["id"]: record["modifie_le"] for record in self.server.records["jeunes"]}

    def read(self, name, plan, cursor=None):
        """A reading on a bad day; None where it ended in an error."""
        self.server.plan(plan)
        with speak(self.server, SHORT) as client:
            try:
                return read(client, name, cursor=cursor)
            except RemoteError as error:
                refused = error
        assert refused.may_retry or refused.status == 401  # twice in a row
        return None

    @rule(which=st.integers(0, 99))
    @precondition(lambda self: self.server.records["jeunes"])
    def a_record_changes(self, which):
        records = self.server.records["jeunes"]
        self.server.change("jeunes", records[which % len(records)]["id"])

    @rule()
    def a_record_comes(self):
        self.server.add("jeunes", young(self.number))
        self.server.add("stages", {"id": f"S{self.number}"})
        self.number += 1

    @rule(which=st.integers(0, 99))
    @precondition(lambda self: self.server.records["jeunes"])
    def a_record_goes(self, which):
        for name in ("jeunes", "stages"):
            records = self.server.records[name]
            self.server.remove(name, records[which % len(records)]["id"])

    @rule(plan=PLANS, whole=st.booleans())
    def what_changed_is_read(self, plan, whole):
        """Each record once, in a state it was in; an error leaves the mirror as it was."""
        before = self.states()
        reading = self.read("jeunes", plan, None if whole else self.cursor)
        after = self.states()
        if reading is None:
            return
        found = [(record["id"], record["modifie_le"]) for record in reading.records()]
        assert len({known for known, _ in found}) == len(found) == reading.count
        assert all(before[known] <= state <= after[known] for known, state in found)
        assert (self.cursor is not None and not whole) or {known for known, _ in found} == set(after)
        self.mirror.update(found)
        self.cursor = reading.cursor

    @rule(plan=PLANS)
    def a_list_without_dates_is_read(self, plan):
        reading, there = self.read("stages", plan), sorted(one["id"] for one in self.server.records["stages"])
        assert reading is None or sorted(record["id"] for record in reading.records()) == there

    @invariant()
    def nothing_was_skipped(self):
        """One quiet reading from the cursor, and the mirror holds all there is as it is."""
        self.server.plan(None)
        with speak(self.server, HURRIED) as client:
            reading = read(client, "jeunes", cursor=self.cursor)
        mirror = {**self.mirror, **{record["id"]: record["modifie_le"] for record in reading.records()}}
        now = self.states()
        assert {known: mirror.get(known) for known in now} == now

    def teardown(self):
        self.server.__exit__(None, None, None)


TestHistories = pytest.mark.soak(Histories.TestCase)
TestHistories.settings = settings(
    max_examples=max(3, EXCHANGES // EACH),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
