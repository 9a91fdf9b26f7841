"""The gate: which clause, which mask, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from cigem_core import Axis, Convention, ConventionError
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.policy import ALL, check, compile_mask, permit

SEEKER, OFFER = kind_of(JobSeeker), kind_of(JobOffer)
TODAY = date(2009, 10, 1)

TEXT = """
reference = "TEST-2009"
title = {fr = "Convention d'essai", en = "Test convention"}
agency = {code = "anpe", name = {fr = "ANPE", en = "ANPE"}}
begins = 2009-06-12
ends = 2010-06-11
signed = {on = 2009-06-12, certainty = "stated"}

[[clause]]
article = "art. 4"
axis = "employment-data"
direction = "pull"
fields.job_seeker = ["*", "!identity", "identity.birth"]
"""


def convention(clause: str = "") -> Convention:
    return Convention.from_toml(TEXT + clause)


def test_a_clause_lets_all_but_a_group_cross_and_one_field_of_it_back_in():
    """`"!name"` takes out, in the order written; a group's name stands for its fields."""
    mask = compile_mask(convention().clauses[0])

    assert mask.permits(SEEKER, "identity.birth")
    assert not mask.permits(SEEKER, "identity.family_name")
    assert mask.permits(SEEKER, "residence.region")
    assert not mask.takes(OFFER)
    assert not mask.cargo


def test_everything_crosses_for_someone_reading_their_own_file():
    """The SDK alone needs no convention."""
    assert all(ALL.permits(SEEKER, name) for name in SEEKER.fields)


@pytest.mark.parametrize(
    ("on", "agency", "axis", "kinds", "said"),
    [
        (date(2009, 6, 11), "anpe", None, [SEEKER], "in force"),
        (date(2010, 6, 12), "anpe", None, [SEEKER], "in force"),
        (TODAY, "apej", None, [SEEKER], "no convention with apej"),
        (TODAY, "anpe", Axis.TRAINING, [SEEKER], "no clause letting anpe hand over job_seeker"),
        (TODAY, "anpe", None, [OFFER], "no clause letting anpe hand over job_offer"),
    ],
)
def test_no_convention_in_force_no_exchange(on, agency, axis, kinds, said):
    """What was asked, and what stands in the way, is said."""
    with pytest.raises(ConventionError, match=said):
        permit([convention()], agency=agency, direction="pull", on=on, axis=axis, kinds=kinds)


@pytest.mark.parametrize("on", [date(2009, 6, 12), date(2010, 6, 11)])
def test_the_first_and_the_last_day_are_in_force(on):
    granted = permit([convention()], agency="anpe", direction="pull", on=on, kinds=[SEEKER])

    assert granted.article == "art. 4"


def test_a_clause_for_pulling_lets_nothing_be_pushed():
    with pytest.raises(ConventionError, match="handed to anpe"):
        permit([convention()], agency="anpe", direction="push", on=TODAY, kinds=[SEEKER])


def test_the_axis_must_be_named_where_two_clauses_fit():
    """And the refusal names both clauses."""
    second = '[[clause]]\narticle = "art. 5"\naxis = "reception"\ndirection = "pull"\nfields.job_seeker = "*"\n'

    with pytest.raises(ConventionError, match=r"art\. 5 \(reception\).* art\. 4 .*name the axis"):
        permit([convention(second)], agency="anpe", direction="pull", on=TODAY, kinds=[SEEKER])
    granted = permit([convention(second)], agency="anpe", direction="pull", on=TODAY, axis=Axis.RECEPTION, kinds=[SEEKER])
    assert granted.article == "art. 5"


def test_a_key_or_a_required_field_cannot_be_hidden():
    """Such a clause is refused when it is installed, not when a file waits."""
    hiding = convention(
        '[[clause]]\narticle = "art. 6"\naxis = "training"\ndirection = "pull"\nfields.placement = ["*", "!seeker"]\n'
    )

    with pytest.raises(ConventionError, match=r"art\. 6 hides seeker of placement"):
        check(hiding)


def test_a_field_that_does_not_exist_is_refused_with_the_nearest():
    wrong = convention(
        '[[clause]]\narticle = "art. 6"\naxis = "training"\ndirection = "pull"\nfields.job_seeker = ["identity.surname"]\n'
    )

    with pytest.raises(ConventionError, match=r"no field 'identity\.surname'; the nearest is"):
        check(wrong)


def test_a_convention_survives_its_document():
    """What is kept in the store reads back equal, and its digest changes with its wording."""
    first = convention()

    assert Convention.from_document(first.document) == first
    assert evolve(first, ends=None).digest != first.digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference = ", "not TOML"),
        (TEXT.replace('"anpe"', "3", 1).replace("begins = 2009-06-12\n", ""), "begins"),
        (TEXT.replace("employment-data", "employement"), "axis"),
        (TEXT + 'colour = "red"\n', "colour"),
    ],
)
def test_a_convention_written_wrongly_is_named_with_the_place(text, said):
    with pytest.raises(ConventionError, match=said):
        Convention.from_toml(text)


def test_the_shipped_convention_says_that_its_year_is_inferred():
    """Signed on 12 June; the year is inferred, and the clauses are illustrative: both are said."""
    from cigem_mali import cigem_conventions

    (shipped,) = [convention for convention in cigem_conventions() if convention.agency.code == "anpe"]

    assert shipped.signed.on == date(2009, 6, 12)
    assert shipped.signed.certainty == "inferred"
    assert shipped.illustrative is not None
    assert shipped.ends is None
    assert shipped.is_in_force(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('direction = "pull"', 'direction = "pull"\ncargo = "no"', r"true or false, without quotes, at clauses\[0\]\.cargo"),
        ('reference = "TEST-2009"', "reference = 3", "a text in quotes, at reference"),
        ("begins = 2009-06-12", "begins = 2009-06-12T10:00:00", "a day like 2009-06-12, at begins"),
        ("ends = 2010-06-11", "ends = 2008-06-11", "ends before it begins"),
        ('code = "anpe"', 'code = "ANPE"', "in lower case"),
        ('direction = "pull"', 'direction = "both"', "one of: pull, push"),
        ("begins = 2009-06-12", "", "'begins' is missing"),
    ],
)
def test_a_wrong_type_is_refused_and_never_turned_into_another(old, new, said):
    """`cargo = "no"` would otherwise open the gate."""
    with pytest.raises(ConventionError, match=said):
        Convention.from_toml(TEXT.replace(old, new))


def test_a_convention_that_is_not_utf_8_is_said_to_be():
    with pytest.raises(ConventionError, match="UTF-8"):
        Convention.from_toml(TEXT.replace("essai", "été").encode("cp1252"))


def test_clauses_of_one_axis_work_together():
    """One article speaks of job seekers, another of offers: files of both may come in one pull."""
    second = (
        '[[clause]]\narticle = "art. 5"\naxis = "employment-data"\ndirection = "pull"\ncargo = true\nfields.job_offer = "*"\n'
    )

    granted = permit([convention(second)], agency="anpe", direction="pull", on=TODAY, kinds=[SEEKER, OFFER])

    assert granted.article == "art. 4, art. 5"
    assert granted.mask.takes(OFFER)
    assert not granted.mask.cargo


def test_two_conventions_in_force_for_one_axis_are_a_contradiction():
    """Naming the axis would not help, so that is not what is asked for."""
    other = evolve(convention(), reference="OTHER-2009")

    with pytest.raises(ConventionError, match="give one of them an end"):
        permit([convention(), other], agency="anpe", direction="pull", on=TODAY, axis=Axis.EMPLOYMENT_DATA, kinds=[SEEKER])
