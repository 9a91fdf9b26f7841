"""Axes are data of the conventions: three ship, and a fourth needs nothing but its declaration."""

from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest

from cigem_core import Axis, Convention
from cigem_core.errors import ConventionError, UnknownName
from cigem_core.model.axes import AXES
from cigem_core.model.conventions import axes_in
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.policy import axis_named, permit

HEAD = """
reference = "C-1"
title = {fr = "Convention", en = "Convention"}
agency = {code = "chambre", name = {fr = "Chambre", en = "Chamber"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "stated"}
"""
CLAUSE = """
[[clause]]
article = "art. 4"
axis = "%s"
direction = "pull"
fields.job_seeker = "*"
"""
DECLARED = """
[[axis]]
code = "bourses"
name = {fr = "bourses d'études", en = "study grants"}
word = {fr = "bourse", en = "grant"}
"""
FOURTH = Convention.from_toml(HEAD + CLAUSE % "bourses" + DECLARED)
SEEKER = kind_of(JobSeeker)


def test_a_fourth_axis_lets_cross_as_the_others_do():
    granted = permit([FOURTH], agency="chambre", direction="pull", on=date(2009, 10, 1), kinds=[SEEKER])

    assert (granted.axis, granted.axis.label.fr) == ("bourses", "bourses d'études")
    with pytest.raises(ConventionError, match=r"no clause letting chambre hand over job_seeker \(training\)"):
        permit([FOURTH], agency="chambre", direction="pull", on=date(2009, 10, 1), axis=Axis.TRAINING, kinds=[SEEKER])
    assert axes_in([FOURTH]) == (*AXES, "bourses")


def test_it_is_named_by_its_code_its_word_or_its_name():
    assert {axis_named([FOURTH], said) for said in ("bourses", "Bourse", "grant", "Study grants", " bourses d'études ")} == {
        "bourses"
    }
    assert [axis_named([FOURTH], said) for said in ("accueil", "employment", "plans de formation", None)] == [*AXES, None]
    with pytest.raises(UnknownName, match="there is no axis 'bourses'"):
        axis_named([], "bourses")


def test_what_one_convention_declares_changes_no_other():
    """Its document holds the declaration, and reads back; a convention that declares none has the digest it had."""
    again = Convention.from_document(FOURTH.document)

    assert (again, again.clauses[0].axis.word) == (FOURTH, FOURTH.clauses[0].axis.word)
    assert '"axes"' not in Convention.from_toml(HEAD + CLAUSE % "training").document
    for kept in (copy.deepcopy(again.clauses[0].axis), pickle.loads(pickle.dumps(again.clauses[0].axis))):
        assert (kept, kept.label) == ("bourses", again.clauses[0].axis.label)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (CLAUSE % "bourses", r"expected one of: reception, employment-data, training, or another .* at clauses\[0\]\.axis"),
        (CLAUSE % "training" + DECLARED.replace("bourses", "training", 1), r"there is an axis 'training' already, at axes\[0\]"),
        (CLAUSE % "bourses" + DECLARED * 2, r"there is an axis 'bourses' already, at axes\[1\]"),
        (DECLARED.replace('"bourses"', '"Bourses d\'ici"'), r"in lower case, digits and hyphens, at axes\[0\]"),
        (DECLARED.replace('code = "bourses"', "code = 3"), r"expected a text in quotes.*axes\[0\]"),
        ((CLAUSE % "x").replace('"x"', "3"), r"expected a text in quotes"),
    ],
)
def test_an_axis_that_is_wrong_is_told_with_its_place(written, said):
    with pytest.raises(ConventionError, match=said):
        Convention.from_toml(HEAD + ("clauses = []" if "[[clause]]" not in written else "") + written)
