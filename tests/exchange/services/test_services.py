"""An agency's service pulled by its address: every record once, whatever the network does."""

from __future__ import annotations

from datetime import date

import pytest
from agencies.truth import expected, named
from agency_services import AWA, ON, again, apej, hurried, pull, push, refer, sample, services, states, workspace, young
from attrs import evolve

from cigem_core import Workspace
from cigem_core.errors import ConventionError, MissingToken, OperatorError, RemoteError, SourceRefused
from cigem_core.formats.rest import Budget, Patience
from cigem_core.model.fields import kind_of
from cigem_core.model.referrals import ReferralAnswer
from cigem_core.model.youth import YoungPerson
from cigem_core.store import cursors
from cigem_core.testing.apej import TOKEN
from cigem_core.testing.mishaps import PASSING, Mishap, Reply, one_in

YOUNG = kind_of(YoungPerson)


def moment(server, centre, resource="jeunes"):
    """How far a list was read."""
    with centre.store.reading() as connection:
        found = cursors.last(connection, "apej", server.url)
    return found[resource].moment.isoformat() if resource in found else None


def held(centre):
    """Record → when it changed last, as the workspace knows it."""
    return {row["reference"]: str(row["modified_at"])[:19] for row in centre.store.records(YOUNG)}


def there(server):
    return {one["id"]: one["modifie_le"][:19] for one in server.records["jeunes"]}


# --- what is read ----------------------------------------------------------------------------------------------------


def test_the_sample_comes_whole_while_one_request_in_five_fails(new_database):
    """What is wrong is what is known to be wrong, everything else is kept, and a second pull finds nothing new."""
    records = sample()
    with (
        apej(records, one_in(5)) as server,
        workspace(new_database("sample"), hurried(per_page=25, patience=Patience(attempts=8, turns=20))) as centre,
    ):
        first = pull(centre, server.url)
        known = held(centre)
        behind = {key for key, at in there(server).items() if key in known and known[key] != at}
        second = pull(centre, server.url)

    wrong = named(first.faults)
    assert wrong == expected("apej")
    assert first.counts.read == sum(len(rows) for rows in records.values())
    assert first.counts.quarantined == len({fault.address.row for fault in first.faults})
    assert first.counts.new == first.counts.accepted == first.counts.read - first.counts.quarantined
    assert (second.counts.new, second.counts.changed) == (0, len(behind))
    assert {request.event for request in server.requests} >= set(PASSING)


def test_only_what_changed_is_read_again(centre):
    """From the latest change seen, less the overlap that the list declares."""
    with apej({"jeunes": [young(n) for n in range(60)]}) as server:
        first = pull(centre, server.url)
        server.change("jeunes", "J3", nina="1850101000000A")
        server.add("jeunes", young(99))
        second = pull(centre, server.url)

        assert (first.counts.read, first.counts.new) == (60, 60)
        assert second.counts.read < 20
        assert (second.counts.new, second.counts.changed) == (1, 1)
        assert "modifie_depuis=2009-06-01T00%3A49%3A00Z" in next(r.path for r in server.requests[::-1] if "/jeunes" in r.path)
        assert held(centre) == there(server)


def test_under_another_mask_the_list_is_read_whole_again(centre):
    """What was not let in before must not stay out for ever."""
    wide = next(one for one in centre.conventions() if one.agency.code == "apej")
    narrow = [evolve(c, fields={**c.fields, "young_person": ("*", "!identity.nina")}) if c.axis == "employment-data" else c
              for c in wide.clauses]  # fmt: skip
    centre.install(evolve(wide, clauses=tuple(narrow)), on=ON, by="awa")
    with apej({"jeunes": [young(n, nina="1850101000000A") for n in range(30)]}) as server:
        pull(centre, server.url)
        assert {row["identity.nina"] for row in centre.store.records(YOUNG)} == {None}
        centre.install(wide, on=ON, by="awa")
        receipt = pull(centre, server.url)

    assert (receipt.counts.read, receipt.counts.changed) == (30, 30)
    assert {row["identity.nina"] for row in centre.store.records(YOUNG)} == {"1850101000000A"}


def test_an_amendment_made_while_pages_are_read_counts(database):
    """The mask asked for last decides what is kept, and the next pull reads what it lets in."""
    with workspace(database, hurried(per_page=5)) as centre, apej({"jeunes": [young(n) for n in range(20)]}) as server:
        shipped = next(one for one in centre.conventions() if one.agency.code == "apej")
        clauses = [c for c in shipped.clauses if c.axis != "employment-data"]

        def amended(number):
            if number == 3:
                with again(centre, database) as other:
                    other.install(evolve(shipped, clauses=tuple(clauses)), on=ON, by="moussa")

        server.plan(amended)
        with pytest.raises(ConventionError):
            pull(centre, server.url)

        assert held(centre) == {}
        assert moment(server, centre) is None


@pytest.mark.parametrize(
    "lie",
    [
        b'{"data": [], "meta": {"page": 1, "pages": 1, "total": 5}, "links": {"next": null}}',
        b'{"data": [{"id": "J1"}], "meta": {"page": 1, "pages": 9, "total": -1}, "links": {"next": null}}',
        b'{"data": [{"id": "J1"}], "meta": {"page": 1, "pages": 1, "total": "1"}, "links": {"next": null}}',
        b'{"data": {"id": "J1"}, "meta": {"page": 1, "pages": 1, "total": 1}, "links": {"next": null}}',
        b"<html>Bienvenue sur le point d'acces</html>",
        b"",
    ],
)
def test_a_service_that_lies_or_is_not_there_changes_nothing(centre, lie):
    """Neither records, nor cursor, nor journal."""
    before = centre.store.head()
    with apej(faults=lambda _: Reply(status=200, body=lie)) as server, pytest.raises(RemoteError) as refused:
        pull(centre, server.url)

    assert refused.value.may_retry
    assert centre.store.head() == before
    assert (held(centre), moment(server, centre)) == ({}, None)


def test_what_a_service_asks_to_wait_too_long_for_is_said(centre):
    with apej(faults=lambda _: Reply(status=429, headers={"Retry-After": "86400"})) as server:
        with pytest.raises(RemoteError, match="wait for 86400 s") as refused:
            pull(centre, server.url)

        assert (refused.value.after, len(server.requests)) == (86400, 1)


def test_a_token_that_stops_being_valid_midway_keeps_nothing(database):
    with workspace(database, hurried(per_page=5)) as centre, apej({"jeunes": [young(n) for n in range(30)]}) as server:
        server.plan(lambda number: Mishap.UNAUTHORISED if number > 3 else None)
        with pytest.raises(RemoteError, match="CIGEM_APEJ_TOKEN"):
            pull(centre, server.url)
        assert held(centre) == {}
        server.plan(None)
        assert pull(centre, server.url).counts.new == 30


def test_more_than_a_run_may_take_is_refused(database):
    with (
        workspace(database, hurried(per_page=5, budget=Budget(records=10))) as centre,
        apej({"jeunes": [young(n) for n in range(30)]}) as server,
        pytest.raises(RemoteError, match="takes more than 10 records"),
    ):
        pull(centre, server.url)


def test_progress_is_told_page_by_page(database):
    """Whoever waits sees that something comes."""
    said = []
    with workspace(database, hurried(per_page=10)) as centre, apej({"jeunes": [young(n) for n in range(30)]}) as server:
        pull(centre, server.url, progress=lambda name, read: said.append((name, read)))

    young_people = [read for name, read in said if name == "jeunes.json"]
    assert (young_people[0], young_people[-1]) == (0, 30)
    assert len({*young_people}) >= 3


# --- where it stands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [None, "training"])
def test_the_axis_says_what_of_the_service_is_read(centre, axis):
    with apej() as server, pytest.raises((OperatorError, ConventionError), match=r"axes|\(training\)"):
        pull(centre, server.url, axis)

    assert server.requests == []


def test_one_address_has_one_spelling(centre):
    """A stroke at its end, or capitals in the host, do not make the list read anew."""
    with apej({"jeunes": [young(n) for n in range(60)]}) as server:
        pull(centre, server.url)
        again_ = pull(centre, server.url.replace("http", "HTTP") + "/")

        assert again_.counts.read < 60


ADDRESSES = [
    "https://awa:s3cret@apej.example/api/v1", " https://awa:s3cret@apej.example/", "ftp://awa:s3cret@apej.example/",
    "https:/awa:s3cret@apej.example", "https://apej.example/api/v1?token=s3cret", "https://apej.example/#s3cret",
    "https://apéj.example/s3cret", "http://apej.example/s3cret", "HTTPS://s3cret@127.0.0.1/", "file:///s3cret",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_secret_in_it_is_refused_and_not_repeated(centre, address):
    """Neither to pull from, nor to push to, nor to send letters to that wait; and nothing is decided."""
    refer(centre)
    before = centre.store.head()
    acts = [
        lambda: pull(centre, address),
        lambda: push(centre, address),
        lambda: centre.retry("apej", to=address, on=ON, by="awa"),
    ]
    for act in acts:
        with pytest.raises(OperatorError) as refused:
            act()
        assert "s3cret" not in f"{refused.value!r}{refused.value.text}{refused.value.concerned}"
    assert centre.store.head() == before
    assert list(centre.outbox(everything=True)) == []


def test_without_a_token_nothing_is_asked_and_nothing_decided(database, monkeypatch):
    """Neither read nor decided; the error says where a token is put."""
    monkeypatch.delenv("CIGEM_APEJ_TOKEN", raising=False)
    with workspace(database, token=None) as centre, apej() as server:
        refer(centre)
        before = centre.store.head()
        for act in (pull, push):
            with pytest.raises(MissingToken, match="CIGEM_APEJ_TOKEN"):
                act(centre, server.url)

        assert centre.store.head() == before
        assert server.requests == []


def test_the_token_comes_from_the_environment(database, monkeypatch):
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    with workspace(database, token=None) as centre, apej({"jeunes": [young(1)]}) as server:
        assert pull(centre, server.url).counts.new == 1


def test_an_agency_without_a_service_says_so(centre, monkeypatch):
    with pytest.raises(OperatorError, match="anpe"):
        centre.pull("anpe", "https://anpe.example/", axis="employment-data", on=ON, by="awa")


def test_an_unencrypted_service_elsewhere_is_refused_unless_it_is_meant(database):
    with workspace(database) as centre:
        with pytest.raises(SourceRefused, match="not encrypted"):
            pull(centre, "http://apej.example/api/v1")
        meant = services(allow_plain=True)
        assert meant.place(centre.plugins.adapter("apej"), "http://apej.example:80/api/v1/") == "http://apej.example/api/v1"


# --- answers ---------------------------------------------------------------------------------------------------------


def answers(centre):
    return {
        row["referral"]: (row["decision"], row["refusal"], row["result"]) for row in centre.store.records(kind_of(ReferralAnswer))
    }


def test_answers_move_the_referral(centre):
    """Received, refused with its reason, done with its result; what was brought to an end is not asked again."""
    with apej() as server:
        numbers = [refer(centre, because="soudure") for _ in range(3)]
        push(centre, server.url)
        assert set(states(centre).values()) == {"sent"}
        pull(centre, server.url, "reception")
        assert set(states(centre).values()) == {"received"}
        # What the service repeats of our letter is no answer: our reason for referring is none for refusing.
        assert set(answers(centre).values()) == {("received", None, None)}
        server.decide(numbers[0], "refusee", motif="complet")
        server.decide(numbers[1], "terminee", resultat="placé")
        pull(centre, server.url, "reception")

        assert states(centre) == dict(zip(numbers, ["refused", "done", "received"], strict=True))
        first, second, _ = centre.referrals()
        assert (first.answer.refusal, second.answer.result) == ("complet", "placé")
        done = len(server.requests)
        again_ = pull(centre, server.url, "reception")
        assert [request.path for request in server.requests[done:]] == ["/api/v1/orientations/OR-00003"]
        assert (again_.counts.read, again_.counts.new, again_.counts.changed) == (1, 0, 0)


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=410), Reply(body=b"null"), Reply(body=b"[1]")])
def test_a_referral_the_service_does_not_know_is_told_and_the_others_are_read(centre, reply):
    """One that is gone must not keep the answers of all others out."""
    with apej() as server:
        numbers = [refer(centre) for _ in range(3)]
        push(centre, server.url)
        server.plan([None, reply])
        receipt = pull(centre, server.url, "reception")

    assert [(f.address.file, f.address.row, f.rule) for f in receipt.faults] == [("orientations", numbers[1], "remote")]
    assert (receipt.counts.read, receipt.counts.accepted) == (2, 2)
    assert list(states(centre).values()) == ["received", "sent", "received"]


def test_an_answer_nobody_declared_is_a_fault(centre):
    with apej() as server:
        number = refer(centre)
        push(centre, server.url)
        server.decide(number, "peut-être")
        receipt = pull(centre, server.url, "reception")

    assert [(f.address.column, f.rule) for f in receipt.faults] == [("statut", "enum")]
    assert states(centre) == {number: "sent"}


def test_nothing_to_ask_is_no_error(centre):
    with apej() as server:
        assert pull(centre, server.url, "reception").counts.read == 0
        refer(centre, evolve(AWA, given_names="Fanta"))
        assert pull(centre, server.url, "reception").counts.read == 0

    assert server.requests == []


def test_what_is_pulled_before_the_convention_is_refused(database):
    with workspace(database) as centre, apej() as server, pytest.raises(ConventionError, match="2009-01-01"):
        centre.pull("apej", server.url, axis="employment-data", on=date(2009, 1, 1), by="awa")


def test_a_workspace_made_from_the_front_door_speaks_too(database):
    """What `services` is for."""
    Workspace.create(database, on=ON, by="awa").close()
    with Workspace(database, services=services()) as centre, apej({"jeunes": [young(1)]}) as server:
        assert pull(centre, server.url).counts.new == 1
