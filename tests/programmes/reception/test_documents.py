"""The documents reception reads: instruments, information sheets, directories of services."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.errors import CigemError, OperatorError, SourceRefused, UnknownName
from cigem_core.formats.source import Source
from cigem_core.model.identity import Sex
from cigem_core.model.migrants import Condition
from cigem_core.model.projects import Goal, Service
from cigem_core.model.values import Occupation, PartialDate
from cigem_core.programmes.reception.directory_files import read_directory
from cigem_core.programmes.reception.fitting import Profile, Verdict, age_on, fit, fits
from cigem_core.programmes.reception.instrument import instrument_kept, instrument_of
from cigem_core.programmes.reception.instrument_files import read_instrument
from cigem_core.programmes.reception.papers import Leaf
from cigem_core.programmes.reception.scoring import compare, score
from cigem_core.programmes.reception.sheets import in_order, read_sheet, read_sheets, sheet_for, sheet_kept, to_refresh

ON = date(2009, 10, 1)
HSDS = Path(__file__).parents[5] / "shared/corpora/fixtures/hsds/examples"

INSTRUMENT = """
reference = "essai"
title = { fr = "Essai", en = "Trial" }
source = "inventé"
licence = "CC0"
illustrative = "Exemple : personne n'est jugé par lui."

[[dimension]]
name = "metier"

[[question]]
name = "experience"
dimension = "metier"
weight = 0.1
choice = [{ code = "aucune", points = 0 }, { code = "peu", points = 1 }, { code = "longue", points = 3 }]

[[question]]
name = "outils"
dimension = "metier"
several = true
choice = [{ code = "a", points = 1 }, { code = "b", points = 2 }, { code = "dettes", points = -1 }]

[[question]]
name = "epargne"
least = 0
most = 10
"""


def instrument():
    return read_instrument(INSTRUMENT.encode())


# --- instruments -----------------------------------------------------------------------------------------------------


def test_scores_are_exact():
    """A tenth of three and three is three and three tenths, not nearly so."""
    by_dimension = {
        one.dimension: one for one in score(instrument(), {"experience": "longue", "outils": "a b", "epargne": "2,5"})
    }

    assert by_dimension["metier"].bounds.low == by_dimension["metier"].bounds.high == Fraction(33, 10)
    assert by_dimension[None].bounds.low == Fraction(58, 10)
    assert by_dimension[None].bounds.is_exact


ANSWERS = {
    "experience": st.sampled_from(["aucune", "peu", "longue"]),
    "outils": st.lists(st.sampled_from(["a", "b", "dettes"]), min_size=1, unique=True).map(" ".join),
    "epargne": st.integers(0, 10).map(str),
}


@given(st.fixed_dictionaries(ANSWERS), st.sets(st.sampled_from(list(ANSWERS))))
def test_what_is_left_open_gives_bounds_that_hold_whatever_is_answered_later(answers, left_open):
    """And the bounds are within the scale."""
    partial = score(instrument(), {name: answer for name, answer in answers.items() if name not in left_open})
    whole = score(instrument(), answers)

    for before, after in zip(partial, whole, strict=True):
        assert before.scale.low <= before.bounds.low <= after.bounds.low <= before.bounds.high <= before.scale.high
        assert after.bounds.is_exact
        assert before.bounds.is_exact == (before.answered == before.questions)


def test_two_assessments_are_compared_by_the_bounds_of_both():
    kept = instrument()
    before, after = score(kept, {"experience": "peu"}), score(kept, {"experience": "longue", "outils": "a"})

    change = next(one for one in compare((kept.digest, before), (kept.digest, after)) if one.dimension == "metier")

    assert (change.difference.low, change.difference.high) == (
        Fraction(13, 10) - Fraction(31, 10),
        Fraction(13, 10) + Fraction(9, 10),
    )
    with pytest.raises(OperatorError, match="not made with the same wording"):
        compare((kept.digest, before), ("another", after))


def test_an_answer_that_is_none_is_not_quoted():
    with pytest.raises(OperatorError, match="question experience: answer one of aucune, peu, longue") as refused:
        score(instrument(), {"experience": "secret"})
    assert "secret" not in str(refused.value)
    with pytest.raises(OperatorError, match="a number within 0–10"):
        score(instrument(), {"epargne": "11"})
    with pytest.raises(UnknownName, match="the nearest is 'experience'"):
        score(instrument(), {"experiance": "peu"})


def test_a_kept_wording_is_the_instrument_it_was():
    kept = instrument()

    again = instrument_kept(kept.wording, kept.reference)

    assert (again, again.digest) == (kept, kept.digest)
    assert read_instrument(INSTRUMENT.replace("points = 3", "points = 4").encode()).digest != kept.digest


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('licence = "CC0"', "", "licence: it is missing"),
        ('name = "experience"', 'nane = "experience"', "question 1, nane: there is no such name here; the nearest is 'name'"),
        ('dimension = "metier"\nseveral', 'dimension = "metiers"\nseveral', "no dimension of that name; the nearest is 'metier'"),
        ("weight = 0.1", 'weight = "lourd"', "question 1, weight: expected a number"),
        ("least = 0", "", "expected choices"),
        ('code = "peu"', 'code = "aucune"', "question 1, choice: 'aucune' is there twice"),
        ("[[dimension]]", "[[dimension", "this is not TOML"),
    ],
)
def test_a_wrong_instrument_says_where(old, new, why):
    with pytest.raises(SourceRefused, match=why.replace("[", r"\[")):
        read_instrument(INSTRUMENT.replace(old, new).encode())


def test_the_form_an_agency_already_has_will_do(tmp_path):
    """Its groups are dimensions, and the column `points` of its choices is the coding."""
    import openpyxl

    book = openpyxl.Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    survey.title = "survey"
    for row in [
        ("type", "name", "label"), ("begin_group", "metier", "Métier"), ("select_one exp", "experience", "Expérience"),
        ("end_group", "", ""), ("text", "remarques", "Remarques"),
    ]:  # fmt: skip
        survey.append(row)
    for row in [("list_name", "name", "label", "points"), ("exp", "peu", "Peu", "1"), ("exp", "longue", "Longue", "2.5")]:
        choices.append(row)
    settings.append(("form_title", "form_id", "version"))
    settings.append(("Bilan", "bilan-metier", "3"))
    book.save(tmp_path / "bilan.xlsx")

    read = read_instrument(tmp_path / "bilan.xlsx")

    assert (read.reference, [one.name for one in read.questions], read.questions[0].dimension) == (
        "bilan-metier", ["experience"], "metier",
    )  # fmt: skip
    assert score(read, {"experience": "longue"})[0].bounds.low == Fraction(5, 2)


def test_a_form_without_points_is_filled_in_but_not_scored():
    """No weight is invented."""
    paper = {
        "reference": "x",
        "source": "y",
        "licence": "z",
        "question": [{"name": "q", "choice": [{"code": "a"}, {"code": "b"}]}],
    }

    with pytest.raises(SourceRefused, match="codes no answer as points"):
        score(instrument_of(Leaf(paper, "x")), {"q": "a"})


# --- information sheets ----------------------------------------------------------------------------------------------

TOML = """
country = "CA"
purpose = "études"
title = "Étudier au Canada"
conditions = ["une admission"]
papers = ["passeport", "relevés de notes"]
addresses = ["Ambassade"]
fees = ["permis : 150 CAD"]
source = "canada.ca"
checked_on = 2009-06-01
valid_until = 2009-12-31
"""
PLAIN = """---
country: ES
purpose: travail saisonnier
source: "ministère"
checked_on: 2009-06-01
valid_until: 2009-08-31
papers:
- passeport
- contrat
---
## À savoir
Le contrat est signé **avant** le départ.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "canada.toml").write_text(TOML, "utf-8")
    (tmp_path / "espagne.md").write_text(PLAIN, "utf-8")
    (tmp_path / "notes.txt").write_text("rien", "utf-8")
    return tmp_path


def test_sheets_are_read_from_a_folder(folder):
    canada, spain = read_sheets(folder)

    assert (canada.reference, canada.papers) == ("CA-études", ("passeport", "relevés de notes"))
    assert (spain.reference, spain.papers, spain.source) == ("ES-travail saisonnier", ("passeport", "contrat"), "ministère")
    assert spain.body.startswith("## À savoir")
    assert sheet_kept(canada.wording, "x") == canada


def test_a_sheet_that_expired_or_that_nobody_checked_is_refused_with_those_to_refresh(folder):
    (folder / "italie.toml").write_text('country = "IT"\npurpose = "travail"\nsource = "x"', "utf-8")
    sheets = read_sheets(folder)

    assert [(one.reference, why.en) for one, why in to_refresh(sheets, ON)] == [
        ("ES-travail saisonnier", "it expired on 2009-08-31"),
        ("IT-travail", "nobody checked it"),
    ]
    assert sheet_for(sheets, "CA-études", ON).country == "CA"
    with pytest.raises(OperatorError, match=r"it expired on 2009-08-31. Sheets to refresh: ES-travail.*; IT-travail \(nobody"):
        sheet_for(sheets, "ES-travail saisonnier", ON)
    with pytest.raises(UnknownName, match="the nearest is 'CA-études'"):
        sheet_for(sheets, "CA-etude", ON)


def test_one_word_changed_is_another_wording(folder):
    before = read_sheet(folder / "canada.toml")
    (folder / "canada.toml").write_text(TOML.replace("une admission", "deux admissions"), "utf-8")
    after = read_sheet(folder / "canada.toml")

    assert before.digest != after.digest
    with pytest.raises(SourceRefused, match="two different sheets bear the reference 'CA-études'"):
        in_order([before, after])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (PLAIN.replace("---\n##", "##"), "the front matter ends with '---'"),
        (PLAIN.replace("papers:", "papiers:"), "papiers: there is no such name here; the nearest is 'papers'"),
        (PLAIN.replace("2009-08-31", "31/08/2009"), "valid_until: expected a day like 2009-06-12"),
        (PLAIN.replace("country: ES", "  country: ES"), "line 2: write 'name: value'"),
        (TOML.replace("2009-12-31", "2009-05-31"), "it would expire before it was checked"),
        (TOML.replace('country = "CA"', ""), "country: it is missing"),
    ],
)
def test_a_wrong_sheet_says_where(text, why):
    with pytest.raises(SourceRefused, match=why):
        read_sheet(Source.of(text.encode(), name="fiche"))


# --- directories -----------------------------------------------------------------------------------------------------

HEADER = (
    "N°;Prestation;Structure;Prestataire;Code métier;Projets;Résidents de;Lieu;Âge min;Âge max;Sexe;Niveau CITE min;"
    "Situations;Langues;Places;Commence le;À apporter;Comment faire;Confirmée le\n"
)


def test_a_directory_of_ours_is_read_row_by_row():
    """Read = accepted + quarantined, and a fault says which cell."""
    rows = (
        "1;Maçonnerie;fafpa;;7112;formation, emploi;Kayes, Ségou;Kayes;16;40;M;;de retour;bambara,peul;12;;Carte;;01/09/2009\n"
        "2;Soudure;fafpa;;7212;rien;;;;;;;;;;;;;\n"
        "3;;fafpa;;;;;;;;;;;;;;;;\n"
    )
    read = read_directory(Source.of((HEADER + rows).encode(), name="prestations_kayes.csv"))

    (service,) = read.services
    assert (read.name, read.read, read.quarantined) == ("prestations-kayes", 3, 2)
    assert (service.number, service.goals, service.conditions) == (
        "prestations-kayes/1", (Goal.TRAINING, Goal.JOB), (Condition.RETURNING,),
    )  # fmt: skip
    assert [(fault.address.row, fault.address.column, str(fault.rule)) for fault in read.faults] == [
        (3, "Projets", "enum"), (4, "Prestation", "required"),
    ]  # fmt: skip


def test_a_directory_has_the_columns_a_centre_keeps_and_says_which_it_has_not():
    """A misspelt title looks like a column that is not there: both are named."""
    read = read_directory(Source.of("N°;Prestation;Age min\n1;Écoute;16\n".encode(), name="prestations.csv"))

    (service,) = read.services
    assert (service.name, service.from_age) == ("Écoute", None)
    assert "Âge min" in read.not_run[0].reason.fr
    with pytest.raises(SourceRefused, match="Prestation"):
        read_directory(Source.of("N°;Service\n1;Écoute\n".encode(), name="prestations.csv"))


@pytest.mark.skipif(not HSDS.is_dir(), reason="the examples of HSDS are not here")
def test_every_example_of_hsds_is_read_or_refused_saying_what_it_is():
    held = sorted(path for path in HSDS.rglob("*") if path.suffix in (".json", ".csv") or path.name == "csv")
    read, refused = {}, {}
    for path in held:
        try:
            read[path.name] = read_directory(path).read
        except SourceRefused as error:
            refused[path.name] = error.text.en

    assert read == {
        "csv": 1, "services.csv": 1, "organization_full.json": 1, "service_at_location_full.json": 1,
        "service_at_location_list.json": 1, "service_full.json": 1, "service_list.json": 1, "tabular.json": 1,
    }  # fmt: skip
    assert len(read) + len(refused) == len(held) > 30
    assert "it describes a place" in refused["location.json"]
    assert "organisations without their services" in refused["organization_list.json"]


def hsds(**said):
    return {"id": "s1", "name": "Écoute", "status": "active", **said}


def read_json(document):
    return read_directory(Source.of(json.dumps(document).encode(), name="annuaire.json"))


def test_a_service_of_hsds_that_lacks_what_is_required_goes_to_quarantine():
    good = hsds(minimum_age=18, organization={"name": "ONG"}, service_areas=[{"name": "Kayes"}], assured_date="2009-06-01")
    found = read_json({"contents": [good, hsds(id="s2", name=None), hsds(id="s3", status="ouvert", minimum_age="dix")]})

    assert (found.read, found.quarantined) == (3, 2)
    assert [(f.address.row, f.address.column, str(f.rule)) for f in found.faults] == [
        ("s2", "name", "required"), ("s3", "status", "enum"), ("s3", "minimum_age", "type"),
    ]  # fmt: skip
    (service,) = found.services
    assert (service.provider, service.areas, service.from_age, service.confirmed_on) == ("ONG", ("Kayes",), 18, date(2009, 6, 1))


def test_one_service_at_two_places_is_one_service():
    at = [{"service": hsds(), "location": {"location_type": "physical", "name": name}} for name in ("Kayes", "Nioro")]

    assert [one.venue for one in read_json({"contents": at}).services] == ["Kayes; Nioro"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "name", "status", "services", "service", "contents", "location", "organization",
                                       "service_areas", "minimum_age", "services.csv", "location_id"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_whatever_a_json_document_holds_it_is_read_or_refused(document):
    """Never a traceback; and what is read is sorted out whole."""
    from cigem_core.programmes.reception.hsds import gathered, offered
    from cigem_core.text import Text

    try:
        found = gathered(list(offered(document)), "annuaire.json", Text(fr="", en=""))
    except CigemError:
        return
    assert found.read == len(found.services) + found.quarantined
    assert bool(found.faults) == bool(found.quarantined)


# --- what fits -------------------------------------------------------------------------------------------------------

WELDING = Service(
    number="d/1", name="Soudure", occupation=Occupation("7212"), goals=(Goal.TRAINING,), areas=("Kayes",), from_age=16, to_age=40,
    sex=Sex.FEMALE, least_level=2, conditions=(Condition.RETURNING,), places=5, confirmed_on=date(2009, 9, 1),
)  # fmt: skip
AWA = Profile(
    birth=PartialDate(year=1985), sex=Sex.FEMALE, level=3, conditions=frozenset({Condition.RETURNING}),
    places=frozenset({"Kayes", "ML-1"}), goal=Goal.TRAINING, occupation=Occupation("7213"),
)  # fmt: skip
PLACES = frozenset({"kayes", "segou"})


def test_what_fits_fits():
    found = fit(WELDING, AWA, on=ON, known_places=PLACES)

    assert (found.verdict, found.against, found.to_ask, found.is_stale) == (Verdict.FITS, (), (), False)


@pytest.mark.parametrize(
    ("changed", "verdict", "why"),
    [
        ({"birth": PartialDate(year=1950)}, Verdict.DOES_NOT_FIT, "from 16 to 40"),
        ({"birth": PartialDate(year=1968)}, Verdict.TO_CHECK, "the exact age is not known"),
        ({"birth": None}, Verdict.TO_CHECK, "the age is not known"),
        ({"sex": Sex.MALE}, Verdict.DOES_NOT_FIT, "only for: female"),
        ({"sex": None}, Verdict.TO_CHECK, "only for: female"),
        ({"level": 1}, Verdict.DOES_NOT_FIT, "at least ISCED 2"),
        ({"level": None}, Verdict.TO_CHECK, "at least ISCED 2"),
        ({"conditions": frozenset({Condition.STUDENT})}, Verdict.DOES_NOT_FIT, "for: returning"),
        ({"conditions": frozenset()}, Verdict.TO_CHECK, "for: returning"),
        ({"places": {"Ségou"}}, Verdict.DOES_NOT_FIT, "for residents of: Kayes"),
        ({"places": set()}, Verdict.TO_CHECK, "for residents of: Kayes"),
        ({"goal": Goal.JOB}, Verdict.DOES_NOT_FIT, "for a project of: training"),
        ({"goal": Goal.NONE_YET}, Verdict.TO_CHECK, "for a project of: training"),
        ({"occupation": Occupation("5120")}, Verdict.DOES_NOT_FIT, "another occupation"),
    ],
)
def test_what_does_not_fit_says_why_and_what_is_unknown_is_asked(changed, verdict, why):
    from attrs import evolve

    found = fit(WELDING, evolve(AWA, **changed), on=ON, known_places=PLACES)

    assert found.verdict is verdict
    assert [text.en for text in (*found.against, *found.to_ask) if why in text.en]


def test_full_closed_begun_and_confirmed_too_long_ago():
    from attrs import evolve

    said = {
        "no place left": evolve(WELDING, places=0), "closed: defunct": evolve(WELDING, closed_because="defunct"),
        "began on 2009-09-30": evolve(WELDING, starts_on=date(2009, 9, 30)),
    }  # fmt: skip
    for why, service in said.items():
        assert [text.en for text in fit(service, AWA, on=ON, known_places=PLACES).against] == [why]
    assert fit(evolve(WELDING, confirmed_on=date(2009, 1, 1)), AWA, on=ON).is_stale
    assert fit(evolve(WELDING, confirmed_on=None), AWA, on=ON).is_stale


def test_an_area_nobody_knows_is_read_by_a_person():
    from attrs import evolve

    told = evolve(WELDING, areas=("toute la vallée du fleuve",))

    assert fit(told, AWA, on=ON, known_places=PLACES).verdict is Verdict.TO_CHECK


@given(st.integers(1950, 2009), st.booleans(), st.dates(date(2009, 1, 1), date(2009, 12, 31)))
def test_an_age_known_by_the_year_holds_the_true_one(year, about, on):
    least, most = age_on(PartialDate(year=year, approximate=about), on)
    for month, day in ((1, 1), (12, 31), (on.month, on.day if (on.month, on.day) != (2, 29) else 28)):
        exact, _ = age_on(PartialDate(year=year, month=month, day=day), on)
        assert least <= exact <= most


@given(st.permutations([WELDING.__class__(number=f"d/{n}", places=n % 2) for n in range(5)]))
def test_the_order_of_a_directory_does_not_matter(services):
    assert [one.service.number for one in fits(services, AWA, on=ON)] == ["d/1", "d/3", "d/0", "d/2", "d/4"]
