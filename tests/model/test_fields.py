"""Kinds and fields: objects to stored forms and back, and declarations that cannot be meant."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings

from cigem_core.errors import DeclarationError, OperatorError, UnknownName, nearest
from cigem_core.model.called import kind_called
from cigem_core.model.employment import JobOffer, JobSeeker, Placement
from cigem_core.model.fields import build, field, flatten, key, kind, kind_of, kinds
from cigem_core.model.identity import Identity, Migration, Residence, Sex
from cigem_core.model.values import Occupation, PartialDate, Phone, Place
from cigem_core.testing import strategies


@pytest.mark.parametrize("known", kinds(), ids=lambda known: known.name)
def test_a_record_is_built_back_from_its_stored_forms(known):
    """build(flatten(record)) == record, and flatten(build(stored)) == stored, for every kind."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(strategies.records(known.python))
    def law(record):
        stored = flatten(record)

        assert build(known, stored) == record
        assert flatten(build(known, stored)) == stored
        assert list(stored) == list(known.fields)

    law()


def test_stored_forms_of_a_record():
    """Dotted names inside groups; text for values that have one; None where nothing is known."""
    seeker = JobSeeker(
        reference="NIO-1",
        identity=Identity(
            family_name="KEITA", sex=Sex.MALE, birth=PartialDate(year=1985, approximate=True), phones=(Phone("+22370123456"),)
        ),
        occupation=Occupation("7112"),
        experience_years=Decimal("2.5"),
        languages=("bambara", "peul"),
        migration=Migration(returnee=False, returned_on=date(2006, 3, 3)),
    )

    stored = flatten(seeker)

    assert {name: value for name, value in stored.items() if value is not None} == {
        "reference": "NIO-1", "identity.family_name": "KEITA", "identity.sex": "male", "identity.birth": "1985~",
        "identity.phones": ["+22370123456"], "occupation": "7112", "experience_years": "2.5", "languages": ["bambara", "peul"],
        "migration.returnee": False, "migration.returned_on": date(2006, 3, 3),
    }  # fmt: skip
    assert build(kind_of(JobSeeker), stored) == seeker


def test_a_group_without_any_value_is_none():
    """No and zero are values; nothing at all is no group."""
    known = kind_of(JobSeeker)

    assert build(known, {"reference": "1"}).identity is None
    assert build(known, flatten(JobSeeker(reference="1", residence=Residence()))).residence is None
    assert build(known, {"reference": "1", "migration.returnee": False}).migration == Migration(returnee=False)


@pytest.mark.parametrize(("number", "stored"), [("1.50", "1.5"), ("-0", "0"), ("0.0", "0"), ("10.00", "10")])
def test_equal_decimals_are_stored_alike(number, stored):
    """A version is compared column by column: equal values have one stored form, the one a lens reads."""
    assert kind_of(JobSeeker).field("experience_years").store(Decimal(number)) == stored


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (JobSeeker(reference=5), "reference: expected str, got int"),
        (JobSeeker(reference="1", residence=Residence(region="Kayes")), r"residence\.region: expected Place, got str"),
        (JobSeeker(reference="1", residence="Kayes"), "residence: expected Residence, got str"),
        (JobSeeker(reference="1", identity=Identity(family_name=5)), r"identity\.family_name: expected str, got int"),
        (JobSeeker(reference="1", identity=Identity(sex="female")), r"identity\.sex: expected Sex, got str"),
        (JobSeeker(reference="1", identity=Identity(phones="70")), r"identity\.phones: expected tuple\[Phone, \.\.\.\], got str"),
        (JobSeeker(reference="1", registered_on=datetime(2009, 10, 1)), "registered_on: expected date, got datetime"),
        (JobSeeker(reference="1", occupation=Occupation("zzzz")), "occupation: this Occupation cannot be read back"),
        (JobSeeker(reference="1", residence=Residence(region=Place("", "2009", "ML-1"))), "this Place cannot be read back"),
        (JobSeeker(reference="1", experience_years=Decimal("NaN")), "experience_years: this Decimal cannot be read back"),
    ],
)
def test_what_is_no_value_of_a_field_is_not_stored(record, said):
    """A wrong type, or a value that nobody could read back, is refused by the field's name, when it is given."""
    with pytest.raises(OperatorError, match=said):
        flatten(record)


def test_unknown_names_propose_the_nearest():
    """A kind, and a field of a kind."""
    with pytest.raises(UnknownName, match="the nearest is 'job_seeker'"):
        kind_of("job_seekers")
    with pytest.raises(UnknownName, match=r"the nearest is 'identity\.family_name'"):
        kind_of(JobSeeker).field("identity.surname_family_name")
    with pytest.raises(UnknownName, match="'Identity' is no kind of record"):
        kind_of(Identity)


def test_of_many_names_a_sentence_lists_the_first():
    """Whoever mistypes the number of an application is not answered with a thousand others."""
    few, many = [f"A{n:03}" for n in range(40)], [f"A{n:03}" for n in range(1000)]

    assert nearest("Z", few).en == f"there are: {', '.join(few)}"
    assert nearest("Z", many).fr == f"il existe : {', '.join(few)}… (960 de plus)"
    assert nearest("A0099", many).en == "the nearest is 'A099'"


def test_kinds_know_their_key_and_references():
    """Read from the declaration."""
    placement = kind_of("placement")

    assert [part.name for part in placement.keys] == ["reference"]
    assert {f.name: f.refers_to for f in placement.references} == {"seeker": "job_seeker", "offer": "job_offer"}
    assert placement.field("seeker").is_required
    assert [kind_of(python).name for python in (JobSeeker, JobOffer, Placement)] == ["job_seeker", "job_offer", "placement"]


def test_a_kind_has_one_key():
    """None, or two, are refused when the class is declared; the kind is not kept."""

    @frozen(kw_only=True)
    class Keyless:
        remarks: str | None = field("Remarks", fr="Observations")

    @frozen(kw_only=True)
    class Twice:
        one: str = key("One", fr="Un")
        two: str = key("Two", fr="Deux")

    with pytest.raises(DeclarationError, match="must declare a key"):
        kind("test_kind", fr="essai", en="test")(Keyless)
    with pytest.raises(UnknownName):
        kind_of("test_kind")


def test_a_name_belongs_to_one_class():
    """Two packages cannot both declare a kind."""

    @frozen(kw_only=True)
    class Other:
        reference: str = key("Number", fr="Numéro")

    with pytest.raises(DeclarationError, match="two classes declare the kind 'job_seeker'"):
        kind("job_seeker", fr="essai", en="test")(Other)


def test_a_field_has_a_known_type():
    """The message lists what there is."""

    @frozen(kw_only=True)
    class Strange:
        reference: str = key("Number", fr="Numéro")
        weight: float | None = field("Weight", fr="Poids")

    with pytest.raises(DeclarationError, match=r"Strange\.weight: the type <class 'float'> is unknown; there are: str, int"):
        kind("test_kind", fr="essai", en="test")(Strange)


@pytest.mark.parametrize("typed", ["job_seeker", "job seeker", "Demandeur d'emploi", "demandeur", "DEMANDEUR D’EMPLOI", "demand"])
def test_a_kind_is_named_by_its_code_or_as_people_call_it(typed):
    """In either language, without case or accents, and by the first words."""
    assert kind_called(typed).name == "job_seeker"


def test_a_name_that_is_no_kind_is_answered_in_its_language():
    """With the nearest, however it is called, or what the kinds are called that agencies hand over."""
    with pytest.raises(UnknownName) as near:
        kind_called("demandeur d'emplois")
    with pytest.raises(UnknownName) as far:
        kind_called("xyz")

    assert near.value.text.fr.endswith("le plus proche est « demandeur d'emploi »")
    assert "offre d'emploi" in far.value.text.fr
    assert "job offer" in far.value.text.en
    assert "job_offer" not in far.value.text.fr + far.value.text.en


def test_a_word_that_begins_several_kinds_is_answered_with_them():
    """Nobody guesses which was meant."""
    with pytest.raises(UnknownName, match=r"'training' may mean: training plan, .+; say more of it"):
        kind_called("training")


def test_a_word_that_names_no_kind_is_answered_with_the_nearest():
    """As for its code."""
    with pytest.raises(UnknownName, match="job_seeker"):
        kind_called("job_seekr")
