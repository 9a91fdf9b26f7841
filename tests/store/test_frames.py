"""Columns come out typed, and as they stood on a day."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import polars as pl
import pytest
from attrs import evolve

from cigem_core import Amount, Identity, JobOffer, JobSeeker, PartialDate, Referral
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.fields import kind_of
from cigem_core.model.identity import Migration, Residence
from cigem_core.model.values import Phone, Place
from cigem_core.store import Store, columns
from cigem_core.store.frames import frame

FIRST, SECOND = date(2009, 10, 1), date(2009, 11, 1)
KAYES = Place("iso-3166-2:ml", "2009", "ML-1")


@pytest.fixture
def store(database):
    opened = Store.create(database)
    yield opened
    opened.close()


def seeker(number: int, birth: PartialDate | None) -> JobSeeker:
    who = Identity(birth=birth, phones=(Phone("+22370123456"),))
    return JobSeeker(reference=f"S-{number}", identity=who, residence=Residence(region=KAYES), registered_on=FIRST)


def test_what_one_column_cannot_hold_stands_beside_it(store) -> None:
    """Births keep their precision as data, amounts their currency, codes their list."""
    births = [PartialDate(year=1985, month=3, day=12), PartialDate(year=1985), PartialDate(year=1985, approximate=True), None]
    store.keep(*(seeker(n, birth) for n, birth in enumerate(births)), act="trial", on=FIRST, by="awa")
    store.keep(JobOffer(reference="O-1", monthly_salary=Amount(75_000, "XOF")), act="trial", on=FIRST, by="awa")

    found = store.frame(JobSeeker, fields=["identity.birth", "residence.region", "identity.phones", "registered_on"])
    offers = store.frame(JobOffer, fields=["monthly_salary"])

    assert found.select(pl.selectors.starts_with("identity.birth")).rows() == [
        ("1985-03-12", date(1985, 3, 12), date(1985, 3, 12), "day"),
        ("1985", date(1985, 1, 1), date(1985, 12, 31), "year"),
        ("1985~", date(1984, 1, 1), date(1986, 12, 31), "about"),
        (None, None, None, None),
    ]
    assert found.row(0, named=True)["residence.region"] == "ML-1"
    assert found.row(0, named=True)["residence.region.list"] == "iso-3166-2:ml@2009"
    assert found.row(0, named=True)["identity.phones"] == ["+22370123456"]
    assert found.schema["registered_on"] == pl.Date
    assert offers.rows() == [("centre", "", "O-1", 75_000, "XOF")]


STRANGE = ('il dit « "oui" »', "a\\b", "a\nb\tc", "null", "[]", "", "é\U0001f600", "1", "\u2028", "x" * 5000)


def test_whatever_a_text_says_its_column_says(store, monkeypatch) -> None:
    """Columns come as lists in JSON, some rows at a time, of which none may be lost, doubled or taken for another."""
    monkeypatch.setattr(columns, "_AT_ONCE", 3)
    made = [
        JobSeeker(reference=f"S-{n}", migration=Migration(returnee=(True, False)[n % 2]), languages=(text,), remarks=text or None)
        for n, text in enumerate(STRANGE)
    ]
    store.keep(*made[::2], act="trial", on=FIRST, by="awa")
    store.keep(*made[1::2], act="trial", on=FIRST, by="awa")
    asked = ["migration.returnee", "remarks", "languages"]

    now, then = (store.frame(JobSeeker, fields=asked, at=day) for day in (None, FIRST))

    assert now.select("key", *asked).rows() == [
        (f"S-{n}", n % 2 == 0, one.remarks, list(one.languages)) for n, one in enumerate(made)
    ]
    assert then.equals(now)
    assert now.schema["migration.returnee"] == pl.Boolean


def test_rows_that_the_database_gives_in_another_order_come_in_that_of_their_names(tmp_path, monkeypatch) -> None:
    """SQLite gives rows backwards where nobody asked for an order, once told to: ours are asked for again, and none is lost."""
    monkeypatch.setattr(columns, "_AT_ONCE", 3)
    backwards = Store.create(tmp_path / "backwards.sqlite")
    backwards.keep(*(seeker(n, None) for n in range(10)), act="trial", on=FIRST, by="awa")

    with closing(backwards), backwards.reading() as connection:
        connection.exec_driver_sql("PRAGMA reverse_unordered_selects = ON")
        found = frame(connection, kind_of(JobSeeker), fields=["identity.phones"])

    assert found["key"].to_list() == [f"S-{n}" for n in range(10)]


def test_the_workspace_is_seen_as_it_stood_on_a_day(store) -> None:
    """What came later is not there yet; what was emptied later still stands."""
    one = Referral(reference="OR-1", to="fafpa", session="S1")
    store.keep(one, act="prepare", on=FIRST, by="awa")
    store.keep(evolve(one, session=None), Referral(reference="OR-2"), act="mend", on=SECOND, by="awa")

    def sessions(at: date | None) -> list[tuple[str, str | None]]:
        return store.frame(Referral, fields=["session"], at=at).select("key", "session").rows()

    assert sessions(date(2009, 9, 30)) == []
    assert sessions(FIRST) == [("OR-1", "S1")]
    assert sessions(SECOND) == sessions(None) == [("OR-1", None), ("OR-2", None)]
    assert store.frame(Referral, at=SECOND).equals(store.frame(Referral))


def test_a_kind_nobody_kept_has_its_columns_and_a_mistyped_field_the_nearest(store) -> None:
    empty = store.frame(JobOffer, fields=["posts", "posted_on"])

    assert (empty.height, empty.schema["posts"], empty.schema["posted_on"]) == (0, pl.Int64, pl.Date)
    with pytest.raises(UnknownName, match="the nearest is 'posts'"):
        store.frame(JobOffer, fields=["post"])
    with pytest.raises(OperatorError, match="its past is not kept apart"):
        store.frame("evaluation", at=FIRST)
