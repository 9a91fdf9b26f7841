"""What waits leaves when somebody sends it, to the place that the journal names, and at no other moment."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date

import pytest
from agency_services import SAMPLE, apej, refer, services
from agency_services import workspace as speaking
from attrs import evolve
from sqlalchemy import select, update

from cigem_core import Identity, JobSeeker, Workspace
from cigem_core.errors import OperatorError
from cigem_core.exchange import push as pushing
from cigem_core.exchange.delivery import Delivered
from cigem_core.model.fields import kind_of
from cigem_core.model.referrals import Referral
from cigem_core.programmes.agreements.steps import facts_of
from cigem_core.store.outbox import sent_on
from cigem_core.store.schema import journal, outbox
from cigem_core.testing.mishaps import Mishap

ON = date(2009, 10, 1)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "centre.sqlite"


@pytest.fixture
def waiting(database, tmp_path, monkeypatch):
    """A workspace in which a file was decided to leave, and whoever did was killed before it was put in place."""
    with Workspace.create(database, on=ON, by="awa") as centre:
        centre.refer(Identity(family_name="Diarra"), to="anpe", on=ON, by="awa")
        with monkeypatch.context() as patched:
            patched.setattr(pushing, "_delivered", lambda store, parcels, done, locks: done)
            centre.push("anpe", to=tmp_path / "out", on=ON, by="awa")
    return database


def edit(centre, **values):
    """What somebody who can write to the database does to the outbox."""
    with centre.store.writing() as connection:
        connection.execute(update(outbox).values(**values))


def acts(centre):
    with centre.store.reading() as connection:
        return connection.execute(select(journal.c.act).order_by(journal.c.line)).scalars().all()


def everything_that_reads(centre):
    centre.outbox(everything=True), list(centre.referrals()), centre.quarantine(), centre.verify_journal(), centre.conventions()


def test_opening_listing_and_verifying_deliver_nothing(waiting, tmp_path):
    """A copy handed to somebody else sends nothing when it is opened; neither does the workspace itself."""
    copy = tmp_path / "copy.sqlite"
    shutil.copy(waiting, copy)
    for path in (copy, waiting):
        with Workspace(path) as centre:
            before = centre.store.head()
            everything_that_reads(centre)
            assert centre.store.head() == before

    assert list((tmp_path / "out").iterdir()) == []


def test_what_waits_is_delivered_by_whoever_asks_with_a_line_of_its_own(waiting, tmp_path):
    with Workspace(waiting) as centre:
        (left,) = centre.deliver(on=ON, by="moussa").left
        again = centre.deliver(on=ON, by="moussa")

        written = tmp_path / "out" / left.name
        assert hashlib.sha256(written.read_bytes()).hexdigest() == left.sha256
        assert again == Delivered()
        assert acts(centre)[-2:] == ["push", "deliver"]


def test_what_waited_is_sent_on_the_day_it_leaves(waiting):
    """Whoever is to answer within some days is given them from that day; what waits binds nobody yet."""
    later = date(2009, 10, 9)
    with Workspace(waiting) as centre:
        with centre.store.reading() as connection:
            before = facts_of(connection)
        centre.deliver(on=later, by="moussa")
        with centre.store.reading() as connection:
            after, days = facts_of(connection), sent_on(connection, kind_of(Referral))

    assert (before.sent, before.handed) == ((), ())
    assert [(one.referral, one.on) for one in after.sent] == [("OR-2009-0001", later)]
    assert (days, [one.on for one in after.handed]) == ({"OR-2009-0001": later}, [later])


@pytest.mark.parametrize("what", ["place", "name", "content", "both"])
def test_a_parcel_that_is_not_the_one_decided_stays(waiting, tmp_path, what):
    """Its place, its name and its content are compared with the journal's line."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    forged = b"N;Nom\r\n"
    changes = {
        "place": {"place": str(elsewhere)},
        "name": {"name": "autre.csv"},
        "content": {"content": forged},
        "both": {"content": forged, "sha256": hashlib.sha256(forged).hexdigest()},
    }
    with Workspace(waiting) as centre:
        edit(centre, **changes[what])

        done = centre.deliver(on=ON, by="awa")

        assert ([parcel.id for parcel in done.waiting], done.left) == ([1], ())
        assert "is not the one the journal tells of" in centre.outbox()[0].said["en"]
    assert list(elsewhere.iterdir()) == list((tmp_path / "out").iterdir()) == []


def test_a_line_rewritten_with_its_parcel_decides_nothing(waiting, tmp_path):
    """Whoever changes the line as well would have to rewrite the chain."""
    with Workspace(waiting) as centre:
        edit(centre, place=str(tmp_path))
        with centre.store.writing() as connection:
            connection.execute(update(journal).where(journal.c.act == "push").values(facts="{}"))

        assert [parcel.id for parcel in centre.deliver(on=ON, by="awa").waiting] == [1]


def test_letters_go_to_no_other_service_than_the_one_decided(database):
    """A letter whose address was changed in the table is not sent, and neither is the token."""
    with apej() as ours, apej() as theirs, speaking(database) as centre:
        refer(centre)
        ours.plan(lambda _: Mishap.LOST)
        centre.push("apej", to=ours.url, on=ON, by="awa")
        edit(centre, place=theirs.url)
        asked = len(ours.requests)

        done = centre.retry("apej", on=ON, by="awa")

        assert (len(done.delayed), done.left) == (1, [])
        assert "not the one the journal tells of" in str(done.trouble)
        with pytest.raises(OperatorError, match="not the one the journal tells of"):
            centre.retry("apej", to=ours.url, on=ON, by="awa")
        assert (len(theirs.requests), len(ours.requests)) == (0, asked)


def test_a_letter_moved_by_its_agency_s_new_address_leaves(database):
    with apej() as ours, apej() as moved, speaking(database) as centre:
        refer(centre)
        ours.plan(lambda _: Mishap.LOST)
        centre.push("apej", to=ours.url, on=ON, by="awa")
        Workspace(database, services=services()).close()

        done = centre.retry("apej", to=moved.url, on=ON, by="awa")

        assert len(done.left) == 1
        assert acts(centre)[-2:] == ["readdress", "sent"]


def handing_over(centre, *, direction, without):
    """ANPE's convention, one direction of which hides a field of its seekers."""
    shipped = next(one for one in centre.conventions() if one.agency.code == "anpe")

    def narrower(clause):
        if clause.direction != direction or "job_seeker" not in clause.fields:
            return clause
        return evolve(clause, fields={**clause.fields, "job_seeker": (*clause.fields["job_seeker"], f"!{without}")})

    return evolve(shipped, clauses=tuple(map(narrower, shipped.clauses)))


@pytest.mark.parametrize("direction", ["onward", "pull"])
def test_a_waiting_letter_asks_the_giver_s_convention_too(database, september, direction):
    """What ANPE lets go on no longer, or hand over no longer, leaves in no letter that was written before."""
    with apej() as service, speaking(database) as centre:
        centre.pull("anpe", september[0], on=ON, by="awa", axis="employment-data")
        who = next(one for one in centre.records(JobSeeker) if one.identity.birth)
        refer(centre, who)
        service.plan(lambda _: Mishap.ERROR)
        centre.push("apej", to=service.url, on=ON, by="awa")
        shipped = next(one for one in centre.conventions() if one.agency.code == "anpe")
        centre.install(handing_over(centre, direction=direction, without="identity.birth"), on=ON, by="awa")
        service.plan(lambda _: None)
        before = service.effects.total()

        done = centre.retry("apej", on=ON, by="awa")

        assert (len(done.delayed), done.left, service.effects.total()) == (1, [], before)
        assert "the convention of anpe no longer lets go on" in str(done.trouble)
        centre.install(shipped, on=ON, by="awa")
        assert len(centre.retry("apej", on=ON, by="awa").left) == 1


def test_a_referral_that_no_workbook_can_hold_keeps_no_other_back(database, tmp_path):
    """A control in a name: that one is withheld with its field, the others leave."""
    into = SAMPLE.parents[2] / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx"
    with Workspace.create(database, on=ON, by="awa") as centre:
        for name in ("Diarra", "Ke\x0bita", "Traore"):
            centre.refer(Identity(family_name=name, given_names="Awa"), to="fafpa", session="S002", on=ON, by="awa")

        done = centre.push("fafpa", to=tmp_path / "out", into=into, on=ON, by="awa")

    assert (done.waiting, done.sent, done.withheld) == (3, 2, 1)
    assert "identity.family_name holds a character that no workbook" in done.remarks[0].reason.en


def test_a_dry_run_says_what_would_leave_and_hands_nothing_over(waiting, tmp_path):
    """No folder is made, what waits from before stays, no line is written; the real one then says the same."""
    with Workspace(waiting) as centre:
        centre.refer(Identity(family_name="Keita"), to="anpe", on=ON, by="awa")
        before = centre.store.head()

        tried = centre.push("anpe", to=tmp_path / "elsewhere", on=ON, by="awa", dry_run=True)

        assert (tried.waiting, tried.sent, tried.files, tried.journal) == (1, 1, (), None)
        assert (centre.store.head(), len(centre.outbox())) == (before, 1)
        assert not (tmp_path / "elsewhere").exists()
        done = centre.push("anpe", to=tmp_path / "elsewhere", on=ON, by="awa")
        assert (done.waiting, done.sent, done.withheld, done.remarks) == (1, 1, 0, tried.remarks)


def test_a_dry_run_asks_no_service(tmp_path):
    """Nothing reaches it, and the referral waits as before."""
    with apej() as server, speaking(tmp_path / "c.sqlite") as centre:
        number = refer(centre)

        tried = centre.push("apej", to=server.url, axis="reception", on=ON, by="awa", dry_run=True)

        assert (tried.sent, server.effects, centre.outbox()) == (1, {}, [])
        assert [one.referral.reference for one in centre.referrals()] == [number]
