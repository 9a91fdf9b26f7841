"""Exchanges with APEJ over a bad network, by processes that are killed at any step: one effect each, nothing skipped.

`CIGEM_HISTORIES` says how many exchanges are asked for; `make test` makes 300 of them (2,000 take two minutes).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from agency_services import AWA, ON, apej, hurried, parcels, pull, push, refer, states, workspace, young
from attrs import evolve
from crashes import Fuse, Killed, Mortal, mortal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from cigem_core.errors import RemoteError
from cigem_core.formats.rest import Limits, Patience, Secret
from cigem_core.model.fields import kind_of
from cigem_core.model.youth import Internship, YoungPerson
from cigem_core.store.schema import outbox, version
from cigem_core.testing.apej import TOKEN
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Mishap, Reply

EXCHANGES = int(os.environ.get("CIGEM_HISTORIES", "300"))
EACH = 12
"""Exchanges that a history has, or nearly."""
PLUGINS = hurried(
    per_page=3, limits=Limits(connect=5, silence=0.3, whole=0.4), patience=Patience(attempts=3, turns=6)
)  # fmt: skip
QUICK = [mishap for mishap in Mishap if mishap not in (Mishap.TIMEOUT, Mishap.SLOW)]
PORTAL = Reply(headers={"Content-Type": "text/html"}, body=b"<html>Bienvenue</html>")
EVENTS = st.none() | st.sampled_from([*QUICK * 6, PORTAL, Mishap.TIMEOUT, Mishap.SLOW])
PLANS = st.lists(EVENTS, max_size=14) | st.sampled_from(QUICK).map(lambda mishap: lambda _: mishap)
DEATHS = st.none() | st.integers(1, 24)
STATUS = {"recue": "received", "acceptee": "accepted", "refusee": "refused", "terminee": "done"}


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory):
    """A workspace with its conventions, of which each history has a copy."""
    Exchanges.template = tmp_path_factory.mktemp("template") / "centre.sqlite"
    workspace(Exchanges.template, PLUGINS).close()


class Exchanges(RuleBasedStateMachine):
    """A centre and an agency: what the one believes is what happened at the other."""

    template: Path

    @initialize(count=st.integers(0, 7))
    def begin(self, count):
        self.folder = Path(tempfile.mkdtemp(prefix="cigem-"))
        self.where = shutil.copy(self.template, self.folder / "centre.sqlite")
        self.fuse = Fuse()
        self.services = Mortal(token=lambda _: Secret(TOKEN), clock=HandClock().clock, fuse=self.fuse)
        self.number, self.made, self.unknown = count, [], set()
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
            except (Killed, RemoteError):
                pass
            finally:
                self.fuse.light(None)
        self.server.plan(None)

    def look(self, what):
        with mortal(self.where, PLUGINS, self.services) as centre:
            return what(centre)

    # --- at the agency -----------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 99))
    @precondition(lambda self: self.server.records["jeunes"])
    def a_record_changes(self, which):
        records = self.server.records["jeunes"]
        self.server.change("jeunes", records[which % len(records)]["id"], nina=str(len(self.server.requests)))

    @rule()
    def a_record_comes(self):
        self.server.add("jeunes", young(self.number))
        self.server.add("stages", self.stage(self.number))
        self.number += 1

    @rule(which=st.integers(0, 99), status=st.sampled_from(["acceptee", "refusee", "terminee"]))
    @precondition(lambda self: self.server.referrals)
    def a_referral_is_decided(self, which, status):
        """Forward only: what was brought to an end stays so."""
        referrals = list(self.server.referrals.values())
        one = referrals[which % len(referrals)]
        if one["statut"] in ("recue", "acceptee"):
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

    @rule(name=st.sampled_from(["Keita", "Diarra"]), death=DEATHS)
    def someone_is_referred(self, name, death):
        def referred(centre):
            refer(centre, evolve(AWA, family_name=name))

        self.act(None, death, referred)

    @rule(plan=PLANS, death=DEATHS)
    def referrals_are_pushed(self, plan, death):
        self.act(plan, death, lambda centre: push(centre, self.server.url))

    @rule(plan=PLANS, death=DEATHS, moved=st.booleans())
    def letters_are_sent_again(self, plan, death, moved):
        to = self.server.url if moved else None
        self.act(plan, death, lambda centre: centre.retry("apej", to=to, on=ON, by="awa"))

    @rule(death=DEATHS)
    def what_was_refused_is_taken_back(self, death):
        def taken_back(centre):
            refused = [one.id for one in centre.outbox() if one.state == "refused" or not one.attempts]
            if refused:
                centre.withdraw(*refused, because="corrigé", on=ON, by="awa")

        self.act(None, death, taken_back)

    @rule(plan=PLANS, death=DEATHS)
    def records_are_pulled(self, plan, death):
        self.act(plan, death, lambda centre: pull(centre, self.server.url))

    @rule(plan=PLANS, death=DEATHS)
    def answers_are_pulled(self, plan, death):
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
            self.server.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def settle(self, centre):
        url = self.server.url
        centre.retry("apej", to=url, on=ON, by="awa")
        if refused := [one.id for one in centre.outbox()]:
            centre.withdraw(*refused, because="corrigé", on=ON, by="awa")
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


TestExchanges = pytest.mark.soak(Exchanges.TestCase)
TestExchanges.settings = settings(
    max_examples=max(5, EXCHANGES // EACH),
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
