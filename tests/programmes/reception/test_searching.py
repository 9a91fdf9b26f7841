"""Files found by a name: parts of names in any order, without accents or case, those of attached records too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from cigem_core import Identity
from cigem_core.model.employment import JobSeeker
from cigem_core.model.migrants import Attachment, Migrant
from cigem_core.model.names import answers_to, words
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import Enrolment, TrainingPlan

ON = date(2009, 10, 1)
WHO = {"on": ON, "by": "awa"}
FAMILY = ["Traoré", "TRAORE", "N’Diaye", "n'diaye", "Ag Attaher", "Keïta", "Keita", "Łukasz", "Weiß", "Dembélé", "ɲamasi"]
PLANS = ["PF:1", "PF-2%3A"]
GIVEN = ["Awa", "Aïssata", "Zeïnab", "Jean-Noël", "Mary Ann", "Sékou", "ＡＷＡ", "Ɛlɛni"]
ASKED = ["traore", "TRAORÉ awa", "awa traore", "ann", "eïn", "zein", "n'dia", "weiss", "keita keita", "att ag", "lukasz", "ɲama",
         "jean noel", "a a", "%", "_", "", "zzz", "e\u0301"]  # fmt: skip


@pytest.fixture
def peopled(centre):
    """Files with names, nicknames or nothing, and records tied to them, some under numbers with signs of their own."""
    chance, store = random.Random(7), centre.store
    with store.acting("open-file", **WHO) as act:
        act.keep(*(Migrant(reference=f"MG-2009-{n:04}", opened_on=ON, **_called(chance)) for n in range(60)))
        act.keep(
            *(TrainingPlan(reference=plan) for plan in PLANS),
            *(JobSeeker(**said) for said in _records_of(chance, registered_on=ON)),
        )
        act.keep(*(Enrolment(plan=PLANS[n % 2], session="S1", **said) for n, said in enumerate(_records_of(chance))))
        # As if agencies had given them: each is tied under its ref.
        records = [ref_of(one) for kind in (JobSeeker, Enrolment) for one in act.find(kind)]
        act.keep(*(
            Attachment(record=str(ref), migrant=f"MG-2009-{chance.randrange(60):04}", attached_on=ON,
                       detached_on=chance.choice([None, None, ON]))
            for ref in records
        ))  # fmt: skip
    return centre


def _called(chance: random.Random) -> dict[str, Any]:
    named = {"identity": Identity(family_name=chance.choice(FAMILY), given_names=chance.choice([*GIVEN, None]))}
    return chance.choice([named, {"known_as": f"le petit {chance.choice(GIVEN)}"}, {}])


def _records_of(chance: random.Random, **more: Any) -> Iterator[dict[str, Any]]:
    for n in range(30):
        who = Identity(family_name=chance.choice(FAMILY), given_names=chance.choice(GIVEN))
        key = chance.choice([f"KAY-{n}", f"K:{n}", f"K%{n}", f"%3A{n}"])
        yield {"reference": key, "identity": who, **more}


def names_of_all(centre) -> dict[str, tuple[str, ...]]:
    """Every file's words, looked up one by one."""
    found = {}
    for migrant in centre.store.find(Migrant):
        told = [migrant, *(record for ref in tied_to(centre, migrant.reference) for record in _records(centre, ref))]
        named = [name for one in told if one.identity for name in (one.identity.family_name, one.identity.given_names)]
        found[migrant.reference] = words(migrant.known_as, *named)
    return found


def tied_to(centre, number: str) -> list[str]:
    return [one.record for one in centre.store.find(Attachment, migrant=number) if one.holds]


def _records(centre, ref: str):
    parsed = Ref.parse(ref)
    kind = {"job_seeker": JobSeeker, "enrolment": Enrolment}[str(parsed.kind)]
    inside = {"plan": parsed.scope} if parsed.scope else {}
    return centre.store.find(kind, reference=parsed.key, **inside)


def test_every_file_that_answers_is_found_and_no_other(peopled):
    """As if each file were looked at with what is tied to it: signs of the database's own mean nothing."""
    known = names_of_all(peopled)

    for asked in ASKED:
        answering = [number for number, names in known.items() if answers_to(words(asked), names)]
        assert [one.number for one in peopled.people.search(asked, limit=None)] == answering, asked


def test_a_list_names_whom_only_a_record_names(peopled):
    nameless = [one.reference for one in peopled.store.find(Migrant) if not one.identity and not one.known_as]

    shown = {one.number: one.name for one in peopled.people.all()}

    assert [bool(shown[number]) for number in nameless] == [bool(tied_to(peopled, number)) for number in nameless]
    assert any(shown[number] for number in nameless)
