"""Values of the domain for tests, as hypothesis strategies: names, births, telephone numbers, places.

    @given(people.names(), people.births(), people.phones(PHONES), people.places(PROVINCES))

The people are invented, and of no country: a plugin hands in its own names where they matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from cigem_core.model.codes import CodeList
from cigem_core.model.identity import Identity, Sex
from cigem_core.model.values import PartialDate, Phone, Place
from cigem_core.sdk.dates import Precision
from cigem_core.sdk.numbers import PhonePlan
from cigem_core.testing.strategies import numbers_of, partial_dates, texts

FAMILY = ("Aldur", "N'Daw", "O’Breen", "de la Cour", "Ñuñez", "Łuk", "Ødegård", "van 't Hof", "Li", "Saint-Éloi")
"""Invented family names, with what names have: apostrophes, particles, hyphens, letters of many alphabets."""
GIVEN = ("Ana", "Bo", "Chloé", "Zoë", "Jean-Noël", "Mary Ann", "Đorđe", "Aïda", "İrem", "Noor")


def names(known: Sequence[str] = FAMILY) -> SearchStrategy[str]:
    """Names as they are written: as in the passport, in capitals, in small letters; some nobody has."""
    written = st.sampled_from([way for name in known for way in (name, name.upper(), name.lower())])
    return written | texts(without="\r\n\t;,|\"'=@")


def births(*precisions: Precision, earliest: date = date(1920, 1, 1)) -> SearchStrategy[PartialDate]:
    """Births as precisely as they are known: a day, a year, about a year; all of them unless said."""
    return partial_dates(frozenset(precisions or ("day", "year", "about")), from_year=earliest.year)


def phones(plan: PhonePlan) -> SearchStrategy[Phone]:
    """Telephone numbers of a national plan."""
    return numbers_of(plan).map(lambda number: Phone(f"+{plan.calling_code}{number}"))


def places(codes: CodeList) -> SearchStrategy[Place]:
    """Places of a territory, in its edition."""
    return st.sampled_from(list(codes.by_code)).map(lambda code: Place(codes.list, codes.edition, code))


def identities(plan: PhonePlan | None = None) -> SearchStrategy[Identity]:
    """People: always a family name, the rest as far as it is known."""
    return st.builds(
        Identity,
        family_name=names(),
        given_names=st.none() | names(GIVEN),
        sex=st.none() | st.sampled_from(list(Sex)),
        birth=st.none() | births(),
        phones=st.just(()) if plan is None else st.lists(phones(plan), max_size=2).map(tuple),
    )
