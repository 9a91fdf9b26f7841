"""Someone sought over every record: names in any order and by parts, telephones, numbers; and rows that wait."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.model.identity import Identity
from cigem_core.model.names import answers_to
from cigem_core.model.values import PartialDate

ON = date(2009, 10, 1)


@pytest.fixture
def pulled(holding_september):
    return holding_september


def keys(found):
    return {one.ref.key for one in found}


@pytest.mark.parametrize("asked", ["diarra sara", "SARA Diarra", "sar diar", "  Sàra   DIARRA "])
def test_names_are_found_in_any_order_by_parts_without_accents_or_case(pulled, asked):
    """Each word is part of a name of its own."""
    assert "BOU-2009-00590" in keys(pulled.seek(asked))


def test_a_name_with_accents_is_found_by_plain_letters(pulled):
    """The database does not fold them: they are looked at one by one."""
    assert "BAM-2009-00579" in keys(pulled.seek("keita hawah"))


@pytest.mark.parametrize("asked", ["75 89 13 91", "75891391", "+223 75 89 13 91", "00223 75.89.13.91", "891391"])
def test_a_telephone_is_found_however_it_is_written(pulled, asked):
    """With or without the calling code, and by its last digits."""
    assert keys(pulled.seek(asked)) == {"BOU-2009-00590"}


@pytest.mark.parametrize("asked", ["BOU-2009-00590", "2009-00590 diarra", "sara bou-2009-00590"])
def test_a_number_is_found_however_its_parts_stand(pulled, asked):
    """Words beside it are names."""
    assert "BOU-2009-00590" in keys(pulled.seek(asked))


def test_a_record_that_speaks_of_nobody_is_found_by_its_whole_number(pulled):
    """By a part of it, everything would be found."""
    assert keys(pulled.seek("of-2009-0001")) == {"OF-2009-0001"}
    assert not keys(pulled.seek("2009")) & {"OF-2009-0001"}


@pytest.mark.parametrize("asked", ["", "   ", "%", "_", "diarra zzz", "' or 1=1 --"])
def test_what_nobody_is_called_finds_nobody(pulled, asked):
    """Neither do the signs by which a database understands anything."""
    assert pulled.seek(asked) == []
    assert pulled.seek_waiting(asked) == []


@pytest.mark.parametrize("asked", ["محمد", "محمد ديارا"])
def test_a_name_in_another_script_is_found(pulled, asked):
    """Nothing of it is made of plain letters."""
    opened = pulled.people.open(identity=Identity(family_name="ديارا", given_names="محمد"), on=ON, by="awa")

    assert [one.ref.key for one in pulled.seek(asked)] == [opened.reference]


def test_a_birth_is_given_as_it_is_known(pulled):
    """To the day here."""
    (found,) = pulled.seek("75 89 13 91")

    assert (found.birth, found.phones) == (PartialDate(year=1976, month=12, day=10), ("+22375891391",))


def test_no_more_are_given_than_were_asked_for(pulled):
    """In the same order whenever it is asked."""
    assert pulled.seek("diarra", limit=3) == pulled.seek("diarra")[:3]


def test_a_row_in_quarantine_is_found_by_what_its_cells_hold(pulled):
    """Until somebody closes it."""
    (waiting,) = pulled.seek_waiting("BAM-2009-00043")
    assert (waiting.file, waiting.row) == ("demandeurs_200909.csv", "44")

    pulled.dismiss(waiting.entry, because="doublon", on=ON, by="awa")

    assert pulled.seek_waiting("BAM-2009-00043") == []


def test_people_are_found_in_every_kind_that_names_some(pulled):
    """The centre's own files too."""
    pulled.people.open(identity=Identity(family_name="Diarra", given_names="Sara"), on=ON, by="awa")

    assert {one.ref.kind for one in pulled.seek("sara diarra")} == {"job_seeker", "migrant"}


@given(st.lists(st.text("ab", min_size=1, max_size=2), max_size=4), st.lists(st.text("ab", max_size=3), max_size=4))
def test_two_words_asked_are_two_names_found(asked, names):
    """Whatever the order in which words and names are paired."""
    paired = any(
        all(word in name for word, name in zip(asked, chosen, strict=True)) for chosen in permutations(names, len(asked))
    )

    assert answers_to(asked, names) == (bool(asked) and len(asked) <= len(names) and paired)
