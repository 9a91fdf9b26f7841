"""What the desk keeps: delays of conventions, histories of acts, and replays."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import many
from sqlalchemy import select

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError
from cigem_core.model.arrivals import AidNature, Arrival, Registration
from cigem_core.model.counsel import VisitReason
from cigem_core.model.migrants import Condition, Migrant, Situation
from cigem_core.model.obligations import Obligation
from cigem_core.model.projects import Goal, IndividualProject, ProjectResult
from cigem_core.model.referral_life import LIFE
from cigem_core.model.referrals import Referral, ReferralState, RefusalCode, ToldBy
from cigem_core.plugins import load
from cigem_core.programmes.reception.groups import headcount
from cigem_core.store.schema import version

ON = date(2009, 10, 1)
PLUGINS = load()


def test_a_referral_expires_after_the_delay_of_its_convention(tmp_path):
    """The days of a suspension do not run, and an answer that comes late is an answer."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        signed = next(one for one in centre.conventions() if one.agency.code == "anpe")
        owes = Obligation(article="art. 5", of="anpe", owes="answer-referrals", within_days=15)
        centre.install(evolve(signed, obligations=(owes,)), on=ON, by="awa")
        desk = centre.reception
        awa = desk.receive(identity=Identity(family_name="Traoré", given_names="Awa"), on=ON, by="awa").reference
        number = desk.refer(awa, to="anpe", on=ON, by="awa").reference
        (tmp_path / "out").mkdir()
        centre.push("anpe", to=tmp_path / "out", on=ON, by="awa")

        (line,) = desk.outstanding(on=date(2009, 10, 16))
        assert (line.state, line.due_on, line.days_waiting) == (ReferralState.SENT, date(2009, 10, 16), 15)
        assert desk.referral(number, on=date(2009, 10, 17)).state is ReferralState.EXPIRED
        assert desk.caseload(on=date(2009, 10, 17)).states == {ReferralState.EXPIRED: 1}
        answered = desk.answer(number, "accept", said_by="M. K", told_by=ToldBy.PHONE, on=date(2009, 10, 20), by="awa")
        assert answered.state is ReferralState.ACCEPTED
        assert desk.outstanding(on=date(2009, 10, 20)) == []


# --- histories -----------------------------------------------------------------------------------------------------------

VERBS = (
    "receive", "receive", "absent", "amend", "situate", "end", "project", "close", "refer", "withdraw", "answer", "give", "visit",
    "join", "part",
)  # fmt: skip
ACTS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 2), st.sampled_from(["awa", "issa"])),
    min_size=3,
    max_size=12,
)


class History:
    """Acts upon a workspace: those that are refused change nothing."""

    def __init__(self, centre: Workspace) -> None:
        self.centre, self.desk, self.people = centre, centre.reception, centre.people
        self.group = self.desk.announce(4, on=ON, by="awa").reference
        self.files: list[str] = []
        self.referrals: list[str] = []
        self.projects: list[str] = []

    def act(self, what: str, number: int, other: int, by: str, day: int) -> None:
        told = {"on": ON + timedelta(days=day), "by": by}
        someone = self.files[number % len(self.files)] if self.files else "MG-2009-0000"
        if what == "receive":
            self.files.append(self.desk.receive(self.group, known_as=f"n{number}", **told).reference)
        elif what == "absent":
            self.desk.amend(self.group, absent=number, **told)
        elif what == "amend":
            self.desk.amend(self.group, announced=number, **told)
        elif what == "situate":
            self.people.situate(someone, list(Condition)[other], **told)
        elif what == "end":
            self.people.end_situation(someone, list(Condition)[other], **told)
        elif what == "project":
            self.projects.append(self.desk.open_project(someone, goal=Goal.JOB, **told).reference)
        elif what == "close":
            self.desk.close_project(self.projects[number % len(self.projects)], ProjectResult.PARTLY, **told)
        elif what == "refer":
            who = Identity(family_name=f"Nom{number}")
            self.people.amend(someone, identity=who, **told)
            self.referrals.append(self.desk.refer(someone, to=("anpe", "fafpa", "apej")[other], **told).reference)
        elif what == "withdraw":
            self.desk.withdraw(self.referrals[number % len(self.referrals)], because="x", **told)
        elif what == "answer":
            move = ("accept", "refuse", "begin")[other]
            code = RefusalCode.FULL if move == "refuse" else None
            self.desk.answer(
                self.referrals[number % len(self.referrals)], move, said_by="x", told_by=ToldBy.PHONE, code=code, **told
            )
        elif what == "give":
            self.desk.give(someone, AidNature.MEAL, quantity=other, **told)
        elif what == "visit":
            self.desk.visit(someone, reason=VisitReason.OTHER, **told)
        elif what == "join":
            self.people.join(someone, self.files[other % len(self.files)], because="x", **told)
        elif what == "part":
            self.people.part(someone, **told)

    def run(self, acts: list[tuple[str, int, int, str]]) -> None:
        for day, (what, number, other, by) in enumerate(acts):
            try:
                self.act(what, number, other, by, day)
            except (OperatorError, ZeroDivisionError):
                continue

    def check(self) -> None:
        """No impossible state, and those announced came, did not come or are expected."""
        store = self.centre.store
        (group,) = store.find(Arrival, reference=self.group)
        count = headcount(group, store.find(Registration, arrival=self.group))
        assert count.announced == count.received + count.absent + count.expected
        assert min(count.received, count.absent, count.expected, count.unannounced) >= 0
        open_ones = [one.migrant for one in store.find(IndividualProject, closed_on=None)]
        assert len(set(open_ones)) == len(open_ones)
        doubles = {one.reference: one.joined_to for one in store.find(Migrant) if one.joined_to}
        assert not set(doubles.values()) & doubles.keys()
        last = ON + timedelta(days=30)
        stands = {one.number: one.state for one in self.desk.referrals(on=last)}
        counted = self.desk.caseload(on=last).states
        assert counted == {state: list(stands.values()).count(state) for state in counted}
        assert sum(counted.values()) == len(stands)
        assert {one.state for one in self.centre.referrals()} <= set(LIFE.moves) | {ReferralState.WITHDRAWN}
        assert all(one.until is None or one.since is None or one.since <= one.until for one in store.find(Situation))
        assert len({one.reference for one in store.find(Referral)}) == len(self.referrals)
        assert self.centre.verify_journal() is None

    def digests(self) -> list[tuple[str, str, int, str]]:
        """What every version says."""
        columns = version.c.kind, version.c.key, version.c.sequence, version.c.digest
        with self.centre.store.reading() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(version.c.id))]


def replay(acts, workspace):
    """The acts upon a workspace that nobody has used: what every version says, and what there is to check."""
    with Workspace(workspace, plugins=PLUGINS) as centre:
        history = History(centre)
        history.run(acts)
        history.check()
        return history.digests()


def check_histories(folder, number):
    Workspace.create(folder / "bare.sqlite", on=ON, by="awa", plugins=PLUGINS).close()

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def law(acts):
        once, again = (shutil.copy(folder / "bare.sqlite", folder / name) for name in ("once.sqlite", "again.sqlite"))
        assert replay(acts, once) == replay(acts, again)

    law()


@pytest.mark.soak
def test_histories_of_reception_reach_no_impossible_state_and_replay_alike(tmp_path):
    """The same acts, the same digests; five thousand histories by CIGEM_HISTORIES=10000 (make soak)."""
    check_histories(tmp_path, many(5, long=20, each=2))
