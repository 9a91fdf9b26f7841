"""What in a call can never be filled or met is said before anybody applies."""

from __future__ import annotations

import pytest
from programmes.scholarships.samples import FOLDER

from cigem_core.scholarships import Call, check_call

TEXT = (FOLDER / "maroc-2020/call.toml").read_text("utf-8")

AGES = 'age_at_most = 23\n[[rule]]\narticle = "9"\nfield = "birth"\nage_at_least = 24'
STEPS = 'at_least = "14"\n[[score]]\narticle="5"\nname="m"\nfield="bac_mean"\nsteps=[["10",1],["12",2]]'


def vain(text: str) -> str:
    return "\n".join(one.en for one in check_call(Call.from_toml(text)).vain)


def test_a_call_that_can_be_filled_is_not_blamed():
    """Four reserves that together are all the places."""
    assert vain(TEXT) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("places = { MA-UNIV = 60 }", "places = { MA-UNIV = 160 }", "reserves 160 places of MA-UNIV, which has only 150"),
        ("places = { MA-UNIV = 60 }", "places = { MA-UNIV = 70 }", "160 reserved places for 150 places"),
        ("places = 150", "places = 150\naccepts = { bac_series = [\"TAL\"] }", "'TSEXP' can never be filled at MA-UNIV"),
        ("places = 150", "places = 150\naccepts = { bac_year = [2019] }", "MA-UNIV can never be held"),
        ("places = 150", "places = 150\nat_least = 3", "asks for 3 points, and nobody can have more than 0"),
        ("age_at_most = 23", AGES, "nobody can meet the rules"),
        ('at_least = "14"', STEPS, "threshold 12 comes after"),
    ],
)  # fmt: skip
def test_what_is_vain_is_named(right, wrong, said):
    """Each is a sentence that says where."""
    assert said in vain(TEXT.replace(right, wrong, 1))
