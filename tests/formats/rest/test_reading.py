"""A list is read with every record once, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from apej_service import API, HURRIED, crowd, service, speak, young
from attrs import evolve

from cigem_core.errors import DeclarationError, RemoteError, UnknownName
from cigem_core.formats.rest import Api, Budget, Paging, ReadList, Resource, Secret, connect, read
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import PASSING, Mishap, Reply, one_in
from cigem_core.testing.serving import Received, Serving, said


def ids(reading: ReadList) -> list[str]:
    return [record["id"] for record in reading.records()]


def of(server, name="jeunes", api=API, **more) -> ReadList:
    with speak(server, api) as client:
        return read(client, name, **more)


@pytest.mark.parametrize("name", ["jeunes", "stages"])
@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 23])
def test_a_list_comes_whole(name, count):
    with service(crowd(count)) as server:
        reading = of(server, name)

    assert sorted(ids(reading)) == sorted(record["id"] for record in server.records[name])
    assert reading.count == count


@pytest.mark.parametrize("name", ["jeunes", "stages"])
@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("mishap", PASSING)
def test_whatever_goes_wrong_once_nothing_is_skipped_or_doubled(name, at, mishap):
    """At any request of a reading."""
    with service(crowd(14), [None] * (at - 1) + [mishap]) as server:
        reading = of(server, name, HURRIED)

    assert sorted(ids(reading)) == sorted(record["id"] for record in server.records[name])


@pytest.mark.parametrize("often", [3, 5, 7])
def test_one_request_in_a_few_fails_in_turn(often):
    with service(crowd(31), one_in(often)) as server:
        for name in ("jeunes", "stages", "projets"):
            assert sorted(ids(of(server, name, HURRIED))) == sorted(record["id"] for record in server.records[name])


def test_a_list_that_changes_all_the_time_is_read_all_the_same():
    """Each page is asked from where the last one ended: what changes moves to the end, and nothing slips away."""
    with service(crowd(40), lambda _: Mishap.CHANGED) as server:
        reading = of(server)

    assert sorted(ids(reading)) == sorted(f"J{n}" for n in range(40))
    assert reading.turns == 1


@pytest.mark.parametrize("often", [1, 60])
def test_a_long_list_is_read_in_one_turn(often):
    """With as many calls as it has pages, one more each time a page ends among records of one moment, and one to count."""
    records = [young(n, minute=n // often * often) for n in range(600)]
    with service({"jeunes": records}) as server:
        reading = of(server, api=evolve(API, paging=Paging(per_page=100)))

    assert (reading.count, reading.turns) == (600, 1)
    assert reading.calls <= 14


def test_the_latest_change_counts():
    """A record read before it changed is handed over as it became."""
    with service(crowd(12), [None, Mishap.CHANGED]) as server:
        reading = of(server)
        became = {record["id"]: record["modifie_le"] for record in server.records["jeunes"]}

    assert {record["id"]: record["modifie_le"] for record in reading.records()} == became


def test_many_records_of_one_moment_are_read_by_number():
    """As after an import by night."""
    with service({"jeunes": [young(n, minute=7) for n in range(23)]}) as server:
        assert sorted(ids(of(server))) == sorted(f"J{n}" for n in range(23))


@pytest.mark.parametrize("odd", [None, "", "hier", "2009-13-45T00:00:00Z", 7])
def test_records_without_a_moment_are_read_too(odd):
    """They are faults for the table to find; asking by moments would pass them by."""
    records = [young(n) for n in range(12)] + [{**young(n), "modifie_le": odd} for n in range(12, 15)]
    with service({"jeunes": records}) as server:
        assert sorted(ids(of(server))) == sorted(f"J{n}" for n in range(15))


def test_records_without_a_key_are_known_by_what_they_say():
    records = [{**young(n), "id": None} for n in range(7)] + [{"modifie_le": "2009-06-01T00:09:00Z"}] * 2
    with service({"jeunes": records}) as server:
        assert of(server).count == 8


def test_a_record_that_stands_in_the_list_twice_is_counted_once():
    """The list holds it so on every turn, wherever its pages are cut."""
    records = [young(n) for n in range(12)] + [young(3, minute=50, nina="later")]
    with service({"jeunes": records}) as server:
        reading = of(server)

    assert sorted(ids(reading)) == sorted(f"J{n}" for n in range(12))
    assert next(record for record in reading.records() if record["id"] == "J3")["nina"] == "later"


def test_two_records_of_one_key_are_both_kept_where_nothing_says_which_is_later():
    """It is for the table to find the second one wrong."""
    stages = [*crowd(9)["stages"], {"id": "S2", "jeune": "J8"}]
    with service({"stages": stages}) as server:
        assert of(server, "stages").count == 10


class Restless:
    """A list in which one record goes and another comes between two pages, so that its number stays as it was."""

    def __init__(self, server, name):
        self.server, self.name = server, name

    def __call__(self, number):
        if number == 2:
            first = self.server.records[self.name][0]
            self.server.remove(self.name, first["id"])
            self.server.add(self.name, {**first, "id": "NEW"})


@pytest.mark.parametrize("name", ["jeunes", "stages"])
def test_one_that_goes_and_one_that_comes_do_not_hide_a_third(name):
    with service(crowd(14)) as server:
        server.plan(Restless(server, name))
        reading = of(server, name)

    assert {record["id"] for record in server.records[name]} <= set(ids(reading))


def test_the_next_reading_begins_where_this_one_ended():
    with service(crowd(12)) as server:
        first = of(server)
        server.change("jeunes", "J2", nina="1")
        server.add("jeunes", young(40))
        second = of(server, cursor=first.cursor)

    assert first.cursor == datetime(2009, 6, 1, 0, 11, tzinfo=UTC)
    assert set(ids(second)) == {"J11", "J2", "J40"}  # the moment of the cursor is included
    assert second.cursor == datetime(2009, 6, 1, 0, 13, tzinfo=UTC)


def test_it_begins_a_little_before_for_what_was_dated_late():
    young_people = evolve(API.resource("jeunes"), overlap=timedelta(minutes=5))
    with service(crowd(12)) as server:
        cursor = of(server).cursor
        late = of(server, api=evolve(API, resources=(young_people,)), cursor=cursor)

    assert sorted(ids(late)) == sorted(f"J{n}" for n in range(6, 12))


def test_a_reading_that_finds_nothing_keeps_its_cursor():
    cursor = datetime(2009, 7, 1, tzinfo=UTC)
    with service(crowd(3)) as server:
        reading = of(server, cursor=cursor)

    assert (reading.count, reading.cursor, reading.document) == (0, cursor, b"[]")


def test_a_record_dated_in_the_future_moves_no_cursor():
    """It would hide every change until then."""
    with service({"jeunes": [*crowd(7)["jeunes"], {**young(8), "modifie_le": "2999-01-01T00:00:00Z"}]}) as server:
        reading = of(server)

    assert reading.count == 8
    assert reading.cursor == datetime(2009, 6, 1, 0, 6, tzinfo=UTC)


@pytest.mark.parametrize("mishap", [Mishap.SAME_PAGE, Mishap.CUT, Mishap.ERROR, Mishap.SHORTER, Mishap.BUSY])
def test_what_stays_wrong_ends_in_an_error_and_nothing(mishap):
    with service(crowd(14), lambda _: mishap) as server, pytest.raises(RemoteError) as refused:
        of(server, "stages")

    assert refused.value.may_retry


def test_a_service_that_announces_more_than_it_has_is_refused():
    api = evolve(API, paging=Paging(per_page=5, total="meta.page"))
    with service(crowd(3)) as server, pytest.raises(RemoteError, match="does not hold the number it announces"):
        of(server, "stages", api)


def test_a_run_takes_no_more_than_it_may():
    """Calls and records are counted; one too many, and nothing is kept."""
    with service(crowd(30)) as server:
        for budget in (Budget(calls=3), Budget(records=8), Budget(records=29)):
            with pytest.raises(RemoteError, match="takes more than"):
                of(server, api=evolve(API, budget=budget))
        assert of(server, api=evolve(API, budget=Budget(records=30))).count == 30


@pytest.mark.parametrize(
    "paging",
    [Paging(per_page=4, total=None), Paging(per_page=4, total=None, pages=None, next=None), Paging(per_page=4, next=None)],
)
@pytest.mark.parametrize("name", ["jeunes", "stages"])
def test_services_that_say_less_are_read_too(paging, name):
    with service(crowd(14)) as server:
        assert of(server, name, evolve(API, paging=paging)).count == 14


def test_pages_may_be_asked_by_the_records_before_them():
    """As KoboToolbox does."""
    paging = Paging(
        page="start", size="limit", per_page=30, counts="records", first=0, data="results", total="count", next="next"
    )

    assert paging.query(2, 30) == {"start": "60", "limit": "30"}


KOBO = Paging(page="start", size="limit", counts="records", first=0, data="results", total="count", next="next")


@pytest.mark.parametrize("most", [1, 3, 4, 9, 10, 11])
@pytest.mark.parametrize(
    "paging",
    [
        KOBO, evolve(KOBO, next=None), evolve(KOBO, total=None, pages=None), evolve(KOBO, page="offset", first=0, per_page=7),
        evolve(KOBO, page="page", size="per_page", counts="pages", first=1),
    ],
    ids=["start and limit", "no next", "no total", "offset", "pages"],
)  # fmt: skip
def test_a_service_may_give_fewer_to_a_page_than_were_asked_for(paging, most):
    """Its pages are counted on from what it gave, whatever its cap."""
    everyone = [young(n) for n in range(10)]

    def answer(received: Received) -> Reply:
        asked = {name: int(values[0]) for name, values in parse_qs(urlsplit(received.path).query).items()}
        size = min(asked[paging.size], most)
        at = asked[paging.page] if paging.counts == "records" else (asked[paging.page] - 1) * size
        page = {"count": len(everyone), "next": at + size < len(everyone) or None, "results": everyone[at : at + size]}
        return said(200, json.dumps(page).encode())

    api = evolve(API, resources=[Resource("jeunes")], paging=evolve(paging, pages=None))
    with Serving(answer, lambda _: None, elsewhere="", patience=1, pause=1) as server:
        client = connect(api, f"http://127.0.0.1:{server.port}", token=lambda _: "x", clock=HandClock().clock)
        assert ids(read(client, "jeunes")) == [one["id"] for one in everyone]


def test_a_list_nobody_declared_is_named_with_the_nearest():
    with service() as server, speak(server) as client, pytest.raises(UnknownName, match="the nearest is 'jeunes'"):
        read(client, "jeune")


def test_a_list_may_stand_below_a_path():
    api = Api(agency="apej", resources=[Resource("young", path="v1/jeunes")])
    with service(crowd(2)) as server:
        server_root = server.url.removesuffix("/v1")
        with speak(server, api) as client:
            client.base = evolve(client.base, path="/api")
            assert server_root.endswith("/api")
            assert read(client, "young").count == 2


def bare(rows, *, most=100, knows_pages=True):
    """A service that gives bare lists, `most` records at once at the most; it says nothing of how many there are."""

    def answer(received: Received) -> Reply:
        query = {name: texts[-1] for name, texts in parse_qs(urlsplit(received.path).query).items()}
        found = [row for row in rows if all(str(row.get(name, value)) == value for name, value in query.items())]
        page, size = int(query.get("page", 1)) if knows_pages else 1, min(int(query.get("per_page", 100)), most)
        return said(200, json.dumps(found[(page - 1) * size : page * size]).encode())

    return Serving(answer, lambda _: None, elsewhere="", patience=5, pause=0)


def told_nothing(resource: Resource, **more) -> Api:
    return Api(
        agency="abri", scheme=None, paging=Paging(data="", total=None, pages=None, next=None), resources=[resource], **more
    )


def whole(server: Serving, api: Api, **more) -> ReadList:
    with connect(api, f"http://127.0.0.1:{server.port}", **more) as client:
        return read(client, api.resources[0].name)


CASES = [{"id": n, "country": ("ML", "SN", "CI")[n % 3]} for n in range(10)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_a_server_that_caps_its_pages_gives_all_it_has(count):
    """A page that is shorter than asked for is no end where nothing says so."""
    with bare(CASES[:count], most=3) as server:
        assert ids(whole(server, told_nothing(Resource("cases")))) == list(range(count))


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_server_that_knows_no_pages_is_believed(count):
    with bare(CASES[:count], knows_pages=False) as server:
        assert ids(whole(server, told_nothing(Resource("cases")))) == list(range(count))


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("total", [None, "meta.total"])
def test_an_empty_page_is_no_end_where_another_follows(ends, total):
    """A service may give a page of what may not be seen; one that says for ever that more follows is left all the same."""
    pages = [[{"id": n} for n in range(3)], [], [{"id": 3}]]

    def answer(received: Received) -> Reply:
        at = int(parse_qs(urlsplit(received.path).query)["page"][0]) - 1
        told = {"data": pages[at] if at < len(pages) else [], "links": {"next": "x" if not ends or at < 2 else None}}
        return said(200, json.dumps({**told, "meta": {"total": 4}}).encode())

    api = Api(agency="abri", scheme=None, paging=Paging(total=total, pages=None), resources=[Resource("cases")])
    with Serving(answer, lambda _: None, elsewhere="", patience=5, pause=0) as server:
        reading = whole(server, api)

    assert (ids(reading), reading.calls <= 10) == ([0, 1, 2, 3], True)


def test_a_list_that_comes_whole_is_asked_for_once_and_without_pages():
    api = Api(agency="abri", scheme=None, paging=Paging(page=None, data=""), resources=[Resource("cases")])
    with bare(CASES) as server:
        reading = whole(server, api)

    assert (reading.count, [one.path for one in server.requests]) == (10, ["/cases"])


def test_a_list_is_read_for_each_value_of_its_parameters():
    """One country after the other; a record that several of them hold comes once."""
    rows = [*CASES, {"id": 99}]  # of no country: it is given for each
    with bare(rows) as server:
        reading = whole(server, told_nothing(Resource("cases", query={"country": ("ML", "SN"), "state": "open"})))

    assert sorted(ids(reading)) == [0, 1, 3, 4, 6, 7, 9, 99]
    assert [parse_qs(urlsplit(one.path).query)["country"] for one in server.requests][:1] == [["ML"]]
    assert all("state=open" in one.path for one in server.requests)


def test_the_records_of_a_run_are_counted_over_all_its_lists():
    with bare(CASES) as server, pytest.raises(RemoteError, match="more than 6 records"):
        whole(server, told_nothing(Resource("cases", query={"country": ["ML", "SN"]}), budget=Budget(records=6)))


def test_a_key_stands_alone_in_the_header_a_service_names():
    api = Api(
        agency="abri", scheme="", token_header="X-Api-Key", paging=Paging(page=None, data=""), resources=[Resource("cases")]
    )
    with bare(CASES) as server:
        whole(server, api, token=lambda _: Secret("s3cret"))

    (asked,) = server.requests
    assert asked.headers["x-api-key"] == "s3cret"
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    ("declare", "told"),
    [
        (lambda: Resource("cases", query={"country": ()}), "'country' .* needs a value"),
        (lambda: Resource("cases", query={"after": "1"}, modified="at", since="after"), "both since="),
        (lambda: Paging(page=None, next="next"), "has no next="),
        (lambda: Api(agency="abri", token_header="Host"), "cannot carry a token"),
        (lambda: Api(agency="abri", token_header="X Key"), "cannot carry a token"),
    ],
)
def test_what_cannot_be_asked_is_refused_where_it_is_declared(declare, told):
    with pytest.raises(DeclarationError, match=told):
        declare()
