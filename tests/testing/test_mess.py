"""What agencies send untidily is read as it was meant; what the domain strategies make is what they say."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from cigem_anpe import offers, seekers
from cigem_core.sdk import Csv, Table
from cigem_core.testing import people
from cigem_core.testing.mess import agency_mess
from cigem_mali import MALI_2009, PHONES

quick = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
apart = Table(seekers.kind.python, Csv("s.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), seekers.lenses)


@quick
@given(agency_mess(apart))
def test_untidy_files_of_seekers_say_what_they_mean(mess):
    batch = apart.read(mess.source)

    assert batch.faults == ()
    assert list(batch.records()) == mess.records


@quick
@given(agency_mess(Table(offers.kind.python, offers.format, offers.lenses)))
def test_untidy_files_of_offers_say_what_they_mean(mess):
    table = Table(offers.kind.python, offers.format, offers.lenses)

    assert list(table.read(mess.source).records()) == mess.records


@given(people.identities(PHONES), people.places(MALI_2009), people.births("year"))
def test_people_are_of_the_country_that_is_handed_in(who, place, birth):
    assert who.family_name
    assert all(re.fullmatch(rf"\+223{PHONES.national}", phone.number) for phone in who.phones)
    assert place.code in MALI_2009.by_code
    assert (birth.month, birth.approximate) == (None, False)
