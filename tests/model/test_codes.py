"""Code lists: one code for a spelling, editions that translate or do not, and the lists the core ships."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import DeclarationError
from cigem_core.model.codes import UNDETERMINED, Code, CodeList, countries, occupations, sectors, translate
from cigem_core.model.values import Country, Occupation, Place, Sector
from cigem_core.spelling import fold
from cigem_core.text import Text


def list_of(*codes, **more):
    return CodeList(
        **{"list": "test", "edition": "1", "title": Text(fr="Essai", en="Test"), "source": "test", "codes": codes} | more
    )


def test_one_spelling_means_one_code():
    """Two codes under one name could not be read."""
    with pytest.raises(DeclarationError, match="the list test@1 spells two codes 'Gao'"):
        list_of(Code(code="1", name="Gao"), Code(code="2", name="Kidal", spellings=("Gao",)))


def test_a_folded_list_finds_spellings_that_differ_only_by_accents():
    """What folds together is one spelling."""
    near = Code(code="1", name="Ségou"), Code(code="2", name="SEGOU")

    assert list_of(*near).code_of("SEGOU") == "2"
    with pytest.raises(DeclarationError, match="spells two codes"):
        list_of(*near, folded=True)


def test_an_agency_adds_its_own_spellings():
    """The list itself stays as it was; an unknown code is refused."""
    plain = list_of(Code(code="CG", name="Congo-Brazzaville"))

    spelt = plain.with_spellings({"Congo": "CG", "Rép. du Congo": "CG"})

    assert (spelt.code_of("Congo"), spelt.code_of("Congo-Brazzaville"), plain.code_of("Congo")) == ("CG", "CG", None)
    with pytest.raises(DeclarationError, match="no code ZZ"):
        plain.with_spellings({"Nulle part": "ZZ"})
    with pytest.raises(DeclarationError, match="spells two codes"):
        list_of(Code(code="1", name="Gao"), Code(code="2", name="Kidal")).with_spellings({"Gao": "2"})


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("SÉGOU", "segou"), ("Se\u0301gou", "segou"), ("Côte d’Ivoire", "cote d'ivoire"), ("Côte d'Ivoire", "cote d'ivoire"),
        ("Côte d`Ivoire", "cote d'ivoire"), ("Côte dʼIvoire", "cote d'ivoire"), ("Côte d‘Ivoire", "cote d'ivoire"),
        ("  São\u00a0Tomé \t et  Príncipe ", "sao tome et principe"), ("ÎLES", "iles"), ("Straße", "strasse"),
    ],
)  # fmt: skip
def test_folding(text, folded):
    """Case, accents, forms of the apostrophe and runs of spaces do not count."""
    assert fold(text) == folded


def test_an_acute_accent_stands_for_an_apostrophe():
    """As typed on many French keyboards."""
    assert fold("Côte d´Ivoire") == "cote d'ivoire"


@given(st.text())
def test_folding_twice_is_folding_once(text):
    """A folded name is compared as it is."""
    assert fold(fold(text)) == fold(text)


OLD = list_of(Code(code="A", name="A"), Code(code="B", name="B"), to={"2": {"A": "A"}})
NEW = list_of(Code(code="A", name="A"), Code(code="C", name="C"), edition="2", to={"1": {"A": "A", "C": "B"}})


@pytest.mark.parametrize(
    ("edition", "code", "to", "found"),
    [
        ("1", "A", "2", "A"),
        ("1", "B", "2", None),
        ("2", "C", "1", "B"),
        ("1", "B", "1", "B"),
        ("1", "A", "3", None),
        ("9", "A", "1", None),
    ],
)
def test_translation(edition, code, to, found):
    """What cannot be known is undetermined, never guessed."""
    result = translate(Place("test", edition, code), to, [OLD, NEW])

    assert result == (UNDETERMINED if found is None else Place("test", to, found))


def test_lists_of_the_core():
    """436 unit groups of ISCO-08, 21 sections of ISIC, 249 countries of ISO 3166-1."""
    assert [len(known.codes) for known in (occupations(), sectors(), countries())] == [436, 21, 249]
    assert [known.list for known in (occupations(), sectors(), countries())] == [Occupation.list, Sector.list, Country.list]
    assert occupations().code_of("7212") == "7212"
    assert sectors().code_of("V") is None
    assert countries("en").code_of("cote d’ivoire") == "CI"
    assert countries().code_of("Congo") is None


@pytest.mark.parametrize("make", [occupations, sectors, countries])
def test_every_code_is_written_as_lists_promise(make):
    """Codes are unique, and every name leads back to its code."""
    known = make()

    assert len(known.by_code) == len(known.codes)
    assert all(known.code_of(entry.name) == entry.code for entry in known.codes)
    assert all(len(code) == {"isco-08": 4, "isic-4": 1, "iso-3166-1": 2}[known.list] for code in known.by_code)
