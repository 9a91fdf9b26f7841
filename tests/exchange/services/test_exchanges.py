"""Exchanges with APEJ over a bad network, by processes that are killed at any step: one effect each, nothing skipped.

`CIGEM_HISTORIES` says how many exchanges are asked for, see scale.py where it does not; each takes a tenth of a second.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from agency_services import AWA, ON, apej, hurried, parcels, pull, push, refer, states, workspace, young
from attrs import evolve
from crashes import Fuse, Killed, Mortal, mortal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from scale import many
from sqlalchemy import select

from cigem_core import Workspace
from cigem_core.errors import RemoteError
from cigem_core.formats.rest import Patience, RequestLimits, Secret
from cigem_core.model.fields import kind_of
from cigem_core.model.youth import Internship, YoungPerson
from cigem_core.store.schema import outbox, version
from cigem_core.testing.apej import TOKEN
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Mishap, Reply

SHARES = many(1, long=10, each=1000)
EACH = many(4, long=200, each=10)
PLUGINS = hurried(
    per_page=3, limits=RequestLimits(connect=5, silence=0.3, whole=0.4), patience=Patience(attempts=3, turns=6)
)  # fmt: skip
QUICK = [mishap for mishap in Mishap if mishap not in (Mishap.TIMEOUT, Mishap.SLOW)]
PORTAL = Reply(headers={"Content-Type": "text/html"}, body=b"<html>Bienvenue</html>")
EVENTS = st.none() | st.sampled_from([*QUICK * 6, PORTAL, Mishap.TIMEOUT, Mishap.SLOW])
PLANS = st.lists(EVENTS, max_size=14) | st.sampled_from(QUICK).map(lambda mishap: lambda _: mishap)
UNSURE = st.sampled_from([Mishap.LOST, Mishap.CUT, PORTAL]).map(lambda event: lambda _: event)
"""Days on which what is sent arrives, and nobody is told."""
DEATHS = st.none() | st.integers(1, 16)
SOON = st.none() | st.integers(1, 8)
STATUS = {"recue": "received", "acceptee": "accepted", "refusee": "refused", "terminee": "done"}


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory):
    """A workspace with its conventions, of which each history has a copy."""
    Exchanges.template = tmp_path_factory.mktemp("template") / "centre.sqlite"
    workspace(Exchanges.template, PLUGINS).close()


def never_arrived(letter):
    """Whether it may be taken back: never tried, or each attempt was answered with a refusal."""
    return letter.heard >= letter.attempts if letter.state == "refused" else not letter.attempts


class Exchanges(RuleBasedStateMachine):
    """A centre and an agency: what the one believes is what happened at the other."""

    template: Path
    seen: ClassVar[Counter[str]] = Counter()
    """What happened in all histories."""

    @initialize(count=st.integers(0, 7))
    def begin(self, count):
        self.folder = Path(tempfile.mkdtemp(prefix="cigem-"))
        self.where = shutil.copy(self.template, self.folder / "centre.sqlite")
        self.fuse = Fuse()
        self.services = Mortal(token=lambda _: Secret(TOKEN), clock=HandClock().clock, fuse=self.fuse)
        self.witness = Workspace(self.where, plugins=PLUGINS, services=self.services)
        self.number, self.unknown = count, set()
        self.serve({"jeunes": [young(n) for n in range(count)], "stages": [self.stage(n) for n in range(count)]})

    def serve(self, records, before=None):
        """Start the service, with what it knew before."""
        self.server = apej(records).__enter__()
        if before is not None:
            for name in ("referrals", "effects", "_keys", "_latest"):
                setattr(self.server, name, getattr(before, name))
        answer = self.server._serving.answer
        self.server._serving.answer = lambda received: self.refusal(received) or answer(received)

    def refusal(self, received):
        """The agency refuses whom it does not know, unless it took them before."""
        known = received.headers.get("idempotency-key") in self.server._keys
        if received.method == "POST" and not known and any(name.encode() in received.body for name in self.unknown):
            return Reply(status=422, body=b'{"errors": [{"field": "nom", "code": "unknown", "message": "inconnu"}]}')
        return None

    @staticmethod
    def stage(number):
        return {"id": f"S{number}", "jeune": f"J{number}", "issue": "en_cours"}

    def act(self, plan, death, what):
        """One exchange by a process of its own; whatever happens to it, it ends here."""
        self.server.plan(plan)
        self.fuse.light(None)
        with mortal(self.where, PLUGINS, self.services) as centre:
            self.fuse.light(death)
            try:
                what(centre)
            except (Killed, RemoteError) as error:
                self.seen[type(error).__name__] += 1
            finally:
                self.seen["exchanges"] += bool(self.fuse.steps)
                self.fuse.light(None)
        self.server.plan(None)

    def look(self, what):
        """Someone else looks at the same workspace, or acts there on a quiet day; that process never ends."""
        return what(self.witness)

    # --- at the agency -----------------------------------------------------------------------------------------------

    def records_change(self, places):
        """At each place that has a record it changes; where there is none, one comes."""
        records = self.server.records["jeunes"]
        for place in places:
            if place < len(records):
                self.server.change("jeunes", records[place]["id"], nina=str(len(self.server.requests)))
            else:
                self.server.add("jeunes", young(self.number))
                self.server.add("stages", self.stage(self.number))
                self.number += 1

    def referrals_are_decided(self, statuses):
        """Forward only: what was brought to an end stays so."""
        for one, status in zip(self.server.referrals.values(), statuses, strict=False):
            if one["statut"] in ("recue", "acceptee") and status:
                self.server.decide(one["numero"], status)

    @rule(name=st.sampled_from(["Keita", "Diarra"]), is_known=st.booleans())
    def someone_becomes_known_or_unknown(self, name, is_known):
        (self.unknown.discard if is_known else self.unknown.add)(name)

    @rule()
    def the_service_moves(self):
        """It stops, and starts again at another address, with what it knew."""
        before = self.server
        before.__exit__(None, None, None)
        self.serve(before.records, before)

    # --- at the centre -----------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(["Keita", "Diarra"]), death=st.integers(1, 2))
    def someone_is_referred_by_a_process_that_dies(self, name, death):
        self.act(None, death, lambda centre: refer(centre, evolve(AWA, family_name=name)))

    @rule(plan=PLANS | UNSURE, death=SOON, names=st.lists(st.sampled_from(["Keita", "Diarra"]), min_size=1, max_size=3))
    def people_are_referred_and_pushed(self, plan, death, names):
        self.look(lambda centre: [refer(centre, evolve(AWA, family_name=name)) for name in names])
        self.act(plan, death, lambda centre: push(centre, self.server.url))

    @rule(plan=PLANS | UNSURE, death=SOON)
    def referrals_are_pushed(self, plan, death):
        self.act(plan, death, lambda centre: push(centre, self.server.url))

    @rule(plan=PLANS | UNSURE, death=SOON, moved=st.booleans())
    def letters_are_sent_again(self, plan, death, moved):
        to = self.server.url if moved else None
        self.act(plan, death, lambda centre: centre.retry("apej", to=to, on=ON, by="awa"))

    @rule(plan=PLANS | UNSURE, death=SOON)
    def what_was_refused_is_taken_back_and_pushed(self, plan, death):
        def taken_back(centre):
            if found := [one.id for one in centre.outbox() if never_arrived(one)]:
                centre.withdraw(*found, because="corrigé", on=ON, by="awa")
                push(centre, self.server.url)

        self.act(plan, death, taken_back)

    @rule(plan=PLANS, death=DEATHS, places=st.lists(st.integers(0, 12), max_size=4))
    def records_are_pulled(self, plan, death, places):
        self.records_change(places)
        self.act(plan, death, lambda centre: pull(centre, self.server.url))

    @rule(plan=PLANS, death=DEATHS, statuses=st.lists(st.sampled_from(["", *list(STATUS)[1:]]), max_size=5))
    def answers_are_pulled(self, plan, death, statuses):
        self.referrals_are_decided(statuses)
        self.act(plan, death, lambda centre: pull(centre, self.server.url, "reception"))

    # --- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def what_is_believed_is_what_happened(self):
        """No second effect, no effect believed that is not there, none denied that may be."""
        said, letters = self.look(lambda centre: (states(centre), centre.outbox(everything=True)))
        effects = self.server.effects
        assert all(count == 1 for count in effects.values()), effects
        assert set(effects) <= set(said)
        for state in letters:
            for number in state.references:
                if state.state == "left":
                    assert effects[number] == 1
                if state.state == "refused" or not state.attempts:
                    assert effects[number] == 0
        theirs = {one["numero"]: STATUS[one["statut"]] for one in self.server.referrals.values()}
        order = ["waiting", "sent", "received", "accepted", "refused", "done"]
        for number, state in said.items():
            assert state == "waiting" or effects[number] == 1
            assert order.index(state) <= order.index(theirs.get(number, "waiting")), (number, state, theirs)
        held = Counter(number for one in letters for number in one.references)
        assert all(count == 1 for count in held.values())

    def teardown(self):
        """On a quiet day everything comes to its end."""
        try:
            self.unknown.clear()
            self.look(self.settle)
        finally:
            self.witness.close()
            self.server.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def settle(self, centre):
        url = self.server.url
        centre.retry("apej", to=url, on=ON, by="awa")
        if refused := [one.id for one in centre.outbox()]:
            # Where an answer never came before the refusal, the agency is asked.
            assert all(self.server.effects[number] == 0 for one in centre.outbox() for number in one.references)
            centre.withdraw(*refused, because="corrigé", never_arrived=True, on=ON, by="awa")
        push(centre, url)
        pull(centre, url, "reception")
        first, second = pull(centre, url), pull(centre, url)

        numbers = list(states(centre))
        assert self.server.effects == dict.fromkeys(numbers, 1)
        assert states(centre) == {one["numero"]: STATUS[one["statut"]] for one in self.server.referrals.values()}
        assert set(parcels(centre).values()) <= {"left", "withdrawn"}
        assert not first.faults
        assert (second.counts.new, second.counts.changed) == (0, 0)
        self.check_records(centre)
        with centre.store.reading() as connection:
            assert not any(connection.execute(select(outbox.c.content)).scalars())
        assert centre.verify_journal() is None
        assert centre.store.is_sound()

    def check_records(self, centre):
        """All there is, as it is, and no state of a record kept twice in a row."""
        held = {row["reference"]: row["identity.nina"] for row in centre.store.records(kind_of(YoungPerson))}
        assert held == {one["id"]: one.get("nina") for one in self.server.records["jeunes"]}
        stages = [row["reference"] for row in centre.store.records(kind_of(Internship))]
        assert sorted(stages) == sorted(one["id"] for one in self.server.records["stages"])
        with centre.store.reading() as connection:
            query = select(version.c.kind, version.c.key, version.c.sequence, version.c.digest)
            rows = connection.execute(query.where(version.c.agency == "apej").order_by(*query.selected_columns)).all()
        for one, other in pairwise(rows):
            if one[:2] == other[:2]:
                assert other.sequence == one.sequence + 1
                assert other.digest != one.digest


@pytest.mark.soak
@pytest.mark.parametrize("share", range(SHARES))
def test_every_referral_has_one_effect_and_no_record_is_skipped(share):
    """As many histories as it takes; in shares, which run side by side."""
    each = settings(
        max_examples=many(3, long=10, each=1000),
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    seen = Exchanges.seen
    seen.clear()
    # Some draws have little trouble in them: then it takes more.
    while seen["exchanges"] < EACH or (min(seen["Killed"], seen["RemoteError"]) <= EACH // 20 and seen["exchanges"] < 50 * EACH):
        run_state_machine_as_test(Exchanges, settings=each)

    assert min(seen["Killed"], seen["RemoteError"]) > EACH // 20, seen
