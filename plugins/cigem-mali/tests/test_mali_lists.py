"""Mali's lists: every spelling of the interface description, and what may be said between editions."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.model.codes import UNDETERMINED, translate
from cigem_core.model.values import Phone, Place
from cigem_core.sdk import column
from cigem_core.spelling import fold
from cigem_mali import COUNTRIES, MALI_2009, MALI_2017, PHONES, SCHOOL_LEVELS

SPELLINGS = {
    "Congo": "CG", "Congo (Rép. dém.)": "CD", "Îles du Cap-Vert": "CV", "Guyane": "GF", "Hong Kong": "HK", "Kirghizistan": "KG",
    "Macao": "MO", "Birmanie": "MM", "Île Maurice": "MU", "Palaos (Palau)": "PW", "Palestine": "PS", "Réunion": "RE",
    "São Tomé et Príncipe": "ST", "Surinam": "SR", "Cité du Vatican": "VA", "Saint-Vincent-et-les-Grenadines": "VC",
    "Mali": "ML", "Côte d’Ivoire": "CI", "Côte d'Ivoire": "CI", "La Réunion": "RE", "Congo-Brazzaville": "CG", "Maurice": "MU",
}  # fmt: skip
REGIONS_2009 = {
    "Kayes": "ML-1", "Koulikoro": "ML-2", "Sikasso": "ML-3", "Ségou": "ML-4", "Mopti": "ML-5", "Tombouctou": "ML-6",
    "Gao": "ML-7",
    "Kidal": "ML-8", "Bamako": "ML-BKO", "Timbuktu": "ML-6", "District de Bamako": "ML-BKO",
}  # fmt: skip
WAYS = [str, str.upper, str.lower, str.title, fold, lambda name: name.replace("'", "’"), lambda name: name.replace("’", "ʼ")]


@pytest.mark.parametrize("way", WAYS)
def test_countries_in_any_case_accents_and_apostrophe(way):
    """Every spelling the interface description declares, and some of CLDR's own."""
    countries = COUNTRIES()

    assert {name: countries.code_of(way(name)) for name in SPELLINGS} == SPELLINGS


@pytest.mark.parametrize("way", WAYS)
def test_every_country_by_its_french_name(way):
    """249 countries, each by its CLDR name."""
    countries = COUNTRIES()

    assert len(countries.codes) == 249
    assert all(countries.code_of(way(entry.name)) == entry.code for entry in countries.codes)


@pytest.mark.parametrize("name", ["Bamako", "ML", "Afrique", "Zone euro", "Kosovo", "", "Maurice-Île"])
def test_what_is_no_country(name):
    """Codes are not names; neither are continents."""
    assert COUNTRIES().code_of(name) is None


@pytest.mark.parametrize("way", WAYS)
def test_regions_of_2009(way):
    """Nine units, and two spellings; today's Ménaka and Taoudénit are not among them."""
    assert {name: MALI_2009.code_of(way(name)) for name in REGIONS_2009} == REGIONS_2009
    assert len(MALI_2009.codes) == 9
    assert [MALI_2009.code_of(way(name)) for name in ("Ménaka", "Taoudénit", "Nioro")] == [None] * 3
    assert [MALI_2017.code_of(way(name)) for name in ("Ménaka", "Taoudénit")] == ["ML-9", "ML-10"]


@pytest.mark.parametrize(
    ("code", "later"),
    [
        ("ML-1", "ML-1"), ("ML-2", "ML-2"), ("ML-3", "ML-3"), ("ML-4", "ML-4"), ("ML-5", "ML-5"), ("ML-8", "ML-8"),
        ("ML-BKO", "ML-BKO"),
        ("ML-6", None), ("ML-7", None), ("ML-9", None),
    ],
)  # fmt: skip
def test_from_2009_to_2017(code, later):
    """Gao and Tombouctou were divided: a record of 2009 cannot say which part."""
    place = Place("iso-3166-2:ml", "2009", code)

    found = translate(place, "2017", [MALI_2009, MALI_2017])

    assert found == (UNDETERMINED if later is None else Place("iso-3166-2:ml", "2017", later))


@pytest.mark.parametrize(("code", "earlier"), [("ML-9", "ML-7"), ("ML-10", "ML-6"), ("ML-7", "ML-7"), ("ML-BKO", "ML-BKO")])
def test_from_2017_to_2009(code, earlier):
    """Ménaka lay in Gao, Taoudénit in Tombouctou."""
    place = Place("iso-3166-2:ml", "2017", code)

    assert translate(place, "2009", [MALI_2009, MALI_2017]) == Place("iso-3166-2:ml", "2009", earlier)


def test_school_levels_are_exact():
    """Ten levels, as the agencies write them."""
    names = ["Néant", "Fondamental 1", "Fondamental 2", "DEF", "CAP", "BT", "BAC", "DUT", "Licence", "Maîtrise"]

    assert [entry.name for entry in SCHOOL_LEVELS.codes] == names
    assert SCHOOL_LEVELS.code_of("Bac") is None
    assert all(entry.isced is not None for entry in SCHOOL_LEVELS.codes)


@given(st.sampled_from("2456789"), st.integers(0, 9_999_999), st.sampled_from(["", "+223", "00223", "+223 ", "00 223."]))
def test_malian_phones(first, rest, prefix):
    """Eight digits starting with 2, 4, 5, 6, 7, 8 or 9, with or without the calling code."""
    digits = f"{first}{rest:07d}"

    assert phones(prefix + digits) == [Phone("+223" + digits).number]
    assert phones(prefix + " ".join(digits)) == [Phone("+223" + digits).number]


@pytest.mark.parametrize("cell", ["10123456", "30123456", "00123456", "7012345", "701234567", "223 70123456", "+22470123456"])
def test_other_phones(cell):
    """1, 3 and 0 start no number of Mali; 223 without a sign is no calling code."""
    assert phones(cell) is None


def phones(cell):
    """What a cell of phones holds."""
    return pl.DataFrame({"T": [cell]}).select(column("T").phone(PHONES).decode(pl.col)).to_series().to_list()[0]
