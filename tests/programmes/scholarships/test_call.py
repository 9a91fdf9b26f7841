"""Reading a call: every word of the samples, and mistakes named with their line and the nearest right word."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programmes.scholarships.samples import CALLS, FOLDER

from cigem_core.errors import CallError
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.toml_lines import lines_of

TEXT = (FOLDER / "cinq-pays-2026/call.toml").read_text("utf-8")


@pytest.mark.parametrize("name", CALLS)
def test_the_calls_of_the_samples_are_read_whole(name):
    """Seats, rules and payers are as many as the text declares."""
    text = (FOLDER / name / "call.toml").read_text("utf-8")
    call = Call.from_toml(text)

    assert len(call.seats) == text.count("[[seat]]")
    assert len(call.requirements) == text.count("[[rule]]")
    assert len(call.criteria) == text.count("[[score]]")
    assert len(call.reserves) == text.count("[[reserve]]")
    assert len(call.payers) == text.count("[[payer]]")


def test_numbers_keep_their_decimals():
    """A threshold is exact, whatever a binary number would make of it."""
    call = Call.from_toml(TEXT)

    assert call.criteria[0].steps == ((Decimal(14), 2), (Decimal("10.51"), 1))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('field = "bac_mean"', 'field = "bac_men"', "no field 'bac_men'; the nearest is 'bac_mean'"),
        ('"TSECO"', '"TSEKO"', "'TSEKO' is no value of bac_series; the nearest is 'TSECO'"),
        ("ML-6 = 1", "ML-66 = 1", "'ML-66' is no value of region"),
        ("MA-SCI = 6", "MA-SCY = 6", "no seat has the code 'MA-SCY'; the nearest is 'MA-SCI'"),
        ('then = ["bac_year"]', 'then = ["sex"]', "'sex' cannot be ranked"),
        ("age_at_most = 25", "at_most = 25", "'at_most' does not go with the field birth"),
        ("age_at_most = 25", 'age_at_most = "25"', "'age_at_most': expected a whole number"),
        ('at_least = "10"', "at_least = 10.5", "with decimals it stands in quotes"),
        ("places = 15", "plcaes = 15", "there is no 'plcaes' here; the nearest is 'places'"),
        ("opens = 2026-08-03", 'opens = "2026-08-03"', "'opens': expected a day"),
        ('currency = "MAD"', 'currency = "dirham"', "a code of three letters"),
        ('code = "MA-GES"', 'code = "MA-SCI"', "'MA-SCI' is declared twice"),
        ('when = { sex = ["F"] }', 'when = { sexe = ["F"] }', "no field 'sexe'; the nearest is 'sex'"),
        ("places = 10\n", "places = \n", "this is not TOML"),
        ('code = "MA-GES"', 'code = "MA-GES "', "'MA-GES ' has spaces at its edges"),
        ('name = "Pays hôte"', 'name = " Pays hôte"', "' Pays hôte' has spaces at its edges"),
        ('name = "filles du nord"', 'name = "open"', "'open' already says a seat that nothing reserves"),
        ('"extrait de naissance"', '"RELEVE  DE NOTES"', "'relevé de notes' is given twice: case, accents and spaces"),
        ('"extrait de naissance"', '"extrait, naissance"', "'extrait, naissance': a comma parts the words of a file"),
        ("count = 3", "count = 40000", "the last instalment falls after the year 9999"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_nearest_right_word(right, wrong, said):
    """Whoever writes a call is told where, and what would be right there."""
    line = TEXT[: TEXT.index(right)].count("\n") + 1

    with pytest.raises(CallError, match=re.escape(said)) as refused:
        Call.from_toml(TEXT.replace(right, wrong, 1))

    assert line in [mistake.line for mistake in refused.value.concerned["mistakes"]]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "closes = 2026-09-11",
            "close = 2026-09-11",
            ["'closes' is missing", "there is no 'close' here; the nearest is 'closes'"],
        ),
        ("age_at_most = 25", "one_of = [25]", ["'one_of' does not go with the field birth"]),
        ("repeats = [0, 1] }", "birth = [1999] }", ["a birth is no value to name here"]),
    ],
)
def test_nothing_is_told_that_follows_from_another_mistake(right, wrong, said):
    """A day that is missing is not before another one, and nobody mends the values of what must go."""
    with pytest.raises(CallError) as refused:
        Call.from_toml(TEXT.replace(right, wrong, 1))

    assert [mistake.text.en for mistake in refused.value.concerned["mistakes"]] == said


def test_all_mistakes_are_told_at_once():
    """Nobody mends a call one mistake at a time."""
    text = TEXT.replace("places = 15", "places = -1").replace('"13"', "13").replace('country = "DZ"', 'contry = "DZ"')

    with pytest.raises(CallError) as refused:
        Call.from_toml(text)

    assert len(refused.value.concerned["mistakes"]) == 6


@given(st.integers(0, 40), st.sampled_from(["\n", "# …\n", "\n\n"]))
def test_the_line_of_a_key_moves_with_what_stands_before_it(at, between):
    """Lines are those an editor shows."""
    lines = TEXT.splitlines(keepends=True)
    text = "".join([*lines[:at], between, *lines[at:]])

    assert text.splitlines()[lines_of(text)["seat", 2, "accepts"] - 1].startswith("accepts = { bac_series")


def test_a_value_over_several_lines_has_the_line_it_begins_on():
    """Lists may be broken into lines, and tables may have headers of their own."""
    text = 'pieces = [\n  "a",\n  "b",\n]\n[[seat]]\n[seat.title]\nfr = "x"\n'

    lines = lines_of(text)

    assert (lines["pieces",], lines["seat", 0, "title", "fr"]) == (1, 7)
