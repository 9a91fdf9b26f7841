"""The gate: which clause, which mask, and what is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from attrs import evolve

from cigem_core import Axis, Convention, ConventionError
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.policy import ALL, Mask, check, compile_mask, permit
from cigem_core.text import Text

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


ONWARD = """
[[clause]]
article = "art. 5"
axis = "reception"
direction = "pull"
fields.job_seeker = "*"
"""


def said(*held: Convention, on: date = TODAY, **asked) -> Text:
    """The words of a refusal."""
    with pytest.raises(ConventionError) as refused:
        permit(held, **{"agency": "anpe", "direction": "pull", "on": on, **asked})
    assert refused.value.concerned == {"agency": asked.get("agency", "anpe")}
    return refused.value.text


@pytest.mark.parametrize(
    ("asked", "fr", "en"),
    [
        (
            {"agency": "apej"}, "aucune convention avec apej n'est installée ; sans convention, pas d'échange",
            "no convention with apej is installed; no convention, no exchange",
        ),
        (
            {"on": date(2011, 1, 2)},
            "aucune convention avec anpe n'est en vigueur le 02/01/2011 ; installées : TEST-2009 (du 12/06/2009 au 11/06/2010)",
            "no convention with anpe is in force on 2011-01-02; installed: TEST-2009 (from 2009-06-12, to 2010-06-11)",
        ),
        (
            {"kinds": [OFFER, SEEKER], "axis": Axis.TRAINING},
            "la convention TEST-2009 n'a pas de clause permettant à anpe de remettre job_offer, job_seeker (training)",
            "convention TEST-2009 has no clause letting anpe hand over job_offer, job_seeker (training)",
        ),
        (
            {"axis": Axis.TRAINING}, "la convention TEST-2009 n'a pas de clause permettant à anpe de remettre * (training)",
            "convention TEST-2009 has no clause letting anpe hand over * (training)",
        ),
        (
            {"direction": "push", "kinds": [SEEKER]},
            "la convention TEST-2009 n'a pas de clause permettant de transmettre job_seeker à anpe",
            "convention TEST-2009 has no clause letting job_seeker be handed to anpe",
        ),
        (
            {"direction": "onward", "kinds": [SEEKER]},
            "la convention TEST-2009 n'a pas de clause permettant de transmettre plus loin job_seeker de anpe",
            "convention TEST-2009 has no clause letting job_seeker of anpe go on to others",
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_what_rule_stands_in_the_way(asked, fr, en):
    assert said(convention(), **asked) == Text(fr=fr, en=en)


def test_several_that_lapsed_are_all_named():
    other = evolve(convention(), reference="TEST-2008")

    text = said(convention(), other, on=date(2011, 1, 2))

    assert text.fr.endswith("TEST-2009 (du 12/06/2009 au 11/06/2010), TEST-2008 (du 12/06/2009 au 11/06/2010)")
    assert text.en.endswith("TEST-2009 (from 2009-06-12, to 2010-06-11), TEST-2008 (from 2009-06-12, to 2010-06-11)")
    assert said(convention(), other, kinds=[OFFER]).en.startswith("convention TEST-2009, TEST-2008 has no clause")


def test_where_two_axes_fit_both_are_named():
    text = said(convention(ONWARD), kinds=[SEEKER])

    listed = "TEST-2009 art. 5 (reception), TEST-2009 art. 4 (employment-data)"
    assert text == Text(
        fr=f"plusieurs axes permettent cet échange avec anpe : {listed} ; préciser l'axe (--axis)",
        en=f"several axes let this exchange with anpe happen: {listed}; name the axis (--axis)",
    )


def test_where_two_conventions_fit_both_are_named():
    text = said(convention(), evolve(convention(), reference="TEST-2010"), kinds=[SEEKER])

    listed = "TEST-2009 art. 4 (employment-data), TEST-2010 art. 4 (employment-data)"
    assert text == Text(
        fr=f"deux conventions en vigueur permettent cet échange avec anpe : {listed} ; donner un terme à l'une",
        en=f"two conventions in force let this exchange with anpe happen: {listed}; give one of them an end",
    )


@pytest.mark.parametrize(
    ("fields", "fr", "en"),
    [
        (
            '["*", "!identity.familyname"]',
            "art. 9 : job_seeker n'a pas de champ « identity.familyname » ; le plus proche est « identity.family_name »",
            "art. 9: job_seeker has no field 'identity.familyname'; the nearest is 'identity.family_name'",
        ),
        (
            '["identity"]', "art. 9 masque reference de job_seeker : une clé ou un champ obligatoire ne peut être masqué",
            "art. 9 hides reference of job_seeker: a key or a required field cannot be hidden",
        ),
    ],
)  # fmt: skip
def test_a_clause_that_cannot_be_applied_says_why(fields, fr, en):
    clause = f'[[clause]]\narticle = "art. 9"\naxis = "training"\ndirection = "pull"\nfields.job_seeker = {fields}\n'

    with pytest.raises(ConventionError) as refused:
        check(convention(clause))

    assert refused.value.text == Text(fr=fr, en=en)


def test_required_fields_of_a_placement_cannot_be_hidden():
    clause = '[[clause]]\narticle = "a"\naxis = "training"\ndirection = "pull"\nfields.placement = ["outcome"]\n'

    with pytest.raises(ConventionError, match=r"hides reference, seeker of placement"):
        check(convention(clause))


def test_clauses_of_one_axis_add_up_and_cargo_needs_both():
    def clause(field: str, cargo: str) -> str:
        head = '[[clause]]\narticle = "a"\naxis = "training"\ndirection = "pull"'
        return f'{head}\ncargo = {cargo}\nfields.job_seeker = ["reference", "{field}"]\n'

    both = permit(
        [convention(clause("remarks", "true") + clause("status", "true"))],
        agency="anpe",
        direction="pull",
        on=TODAY,
        axis=Axis.TRAINING,
    )
    one = permit(
        [convention(clause("remarks", "true") + clause("status", "false"))],
        agency="anpe",
        direction="pull",
        on=TODAY,
        axis=Axis.TRAINING,
    )

    assert both.mask == Mask(fields={"job_seeker": frozenset({"reference", "remarks", "status"})}, cargo=True)
    assert both.article == "a, a"
    assert [f.name for f in both.mask.permitted(SEEKER)] == ["reference", "status", "remarks"]
    assert not one.mask.cargo
    assert not both.mask.takes(OFFER)
    assert both.mask.takes(SEEKER)


def test_clauses_that_speak_of_nothing_asked_do_not_count():
    offers = '[[clause]]\narticle = "art. 6"\naxis = "employment-data"\ndirection = "pull"\nfields.job_offer = "*"\n'

    def articles(*kinds) -> str:
        return permit([convention(offers)], agency="anpe", direction="pull", on=TODAY, kinds=kinds).article

    assert articles(SEEKER) == "art. 4"
    assert articles(OFFER) == "art. 6"
    assert articles(SEEKER, OFFER) == articles() == "art. 4, art. 6"


def test_what_a_permit_keeps_with_an_exchange():
    held = convention()

    granted = permit([held], agency="anpe", direction="pull", on=TODAY)

    assert granted.facts == {
        "axis": "employment-data",
        "convention": "TEST-2009",
        "convention_digest": held.digest,
        "clause": "art. 4",
        "mask_digest": granted.mask.digest,
    }


def test_digests_of_masks_are_facts_that_never_change():
    """They are stored: another way to write them would make every record look as if it crossed under another mask."""
    mask = Mask(fields={"job_seeker": frozenset({"b", "a"}), "job_offer": frozenset({"c"})}, cargo=False)

    def of(value: object) -> str:
        return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

    assert mask.digest == of([{"job_offer": ["c"], "job_seeker": ["a", "b"]}, False])
    assert mask.digest_of(SEEKER) == of([{"job_seeker": ["a", "b"]}, False])
    assert mask.digest_of(kind_of("placement")) == of([{"placement": []}, False])
    assert ALL.digest == ALL.digest_of(SEEKER) == of([None, True])
    assert mask.digest == "212b59b1813cf085c6ed09d3a0dd894acb6a332056040b5f737adb6b1faccc5b"
