"""Under a narrowed mask no column crosses that the clause does not name, whatever it is called and wherever it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.trees.documents import Json
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.policy import Mask
from cigem_core.sdk import Adapter, column
from cigem_core.sdk.declaration import Child
from cigem_core.sdk.table import Table

SEEKERS = Table(
    JobSeeker,
    Csv("s.csv", delimiter=";"),
    {
        "reference": column("N°"), "identity.family_name": column("Nom"), "identity.nina": column("N° NINA"),
        "identity.birth": column("Né(e) le").birth("dd/mm/yyyy"), "remarks": column("Observations"),
    },
)  # fmt: skip
EVERY = frozenset(SEEKERS.kind.fields)
HIDDEN = {"identity.family_name", "identity.nina", "identity.sex"}
SECRET = "KEITA"


def mask(*cargo: str, all_may: bool = False) -> Mask:
    """Names, number and sex are hidden."""
    return Mask(fields={SEEKERS.kind.name: EVERY - HIDDEN}, cargo=all_may or frozenset(cargo))


def read(header: str, given: Mask, *, entry: bool = False):
    """A row with a secret in one column."""
    first, number = (
        ("N°;N° anomalie;Né(e) le;Observations", "A-1;7;01/02/1990;") if entry else ("N°;Né(e) le;Observations", "A-1;;")
    )
    text = f'{first};"{header}"\r\n{number};{SECRET}\r\n'
    return SEEKERS.read(text.encode(), mask=given)


LOOK_ALIKE = (
    "Nоm",
    "Nom (2)",
    "No NINA",
    "etat-civil",
    "Sexe",
    "Nom de famille",
    "N0m",
    "",
    "colonne 4",
    "#surplus4",
    "NÓM",
    "nom\u200b",
)


@pytest.mark.parametrize("entry", [False, True])
@pytest.mark.parametrize("header", LOOK_ALIKE)
@pytest.mark.parametrize("all_may", [False, True])
def test_what_looks_like_a_hidden_column_carries_nothing_across(header, entry, all_may):
    """Nor does what the table does not declare: a sex nobody declared is hidden all the same."""
    batch = read(header, mask("Vu", all_may=all_may), entry=entry)

    assert SECRET not in str(batch.accepted.rows()) + str(batch.quarantined.rows()) + str(batch.faults)
    assert batch.read == 1


@settings(max_examples=30)
@given(
    header=st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\r\n\0";\x1a'), max_size=12), entry=st.booleans()
)
def test_no_name_at_all_carries_a_column_across(header, entry):
    batch = read(header, mask("Vu le"), entry=entry)

    assert SECRET not in str(batch.accepted.rows()) + str(batch.quarantined.rows())


def test_what_the_clause_names_crosses_in_any_case():
    batch = read("VU", mask("vu "))

    assert json.loads(batch.accepted["#cargo"].item()) == {"VU": SECRET}


@pytest.mark.parametrize("named", ["Nom", "N° NINA", "NOM ", "nom."])
def test_a_clause_that_names_a_hidden_column_opens_nothing(named):
    """Its fields say what is hidden, and they say it first."""
    batch = read(named, mask(named))

    assert SECRET not in str(batch.accepted.rows()) + str(batch.quarantined.rows())


def test_under_a_full_mask_every_column_crosses_where_the_clause_says_so():
    full = Mask(fields={SEEKERS.kind.name: EVERY})

    batch = SEEKERS.read("N°;Nom;N° NINA;Né(e) le;Observations;Vu\r\nA-1;K;;;;o\r\n".encode(), mask=full)

    assert json.loads(batch.accepted["#cargo"].item()) == {"Vu": "o"}


MARKS = Child(Evaluation, {"module": column("notes[].m"), "mark": column("notes[].n").decimal(".")})
TRAINEES = Table(
    Trainee, Json("t.json", resource="t"), {"reference": column("id"), "hours": column("h").number()}, children=[MARKS]
)


@pytest.mark.parametrize(
    ("marks", "kept"), [(frozenset(MARKS.kind.fields), True), (frozenset({"trainee", "position", "module"}), False)]
)
def test_a_row_is_kept_whole_only_where_no_field_of_a_child_is_hidden(marks, kept):
    """A record that cannot be told apart would bring its children's hidden values along."""
    trainee = frozenset(TRAINEES.kind.fields)
    source = b'[{"id": "A-1", "h": 3, "notes": [{"m": "X", "n": 12.5}]}, "KEITA 12.5"]'

    batch = TRAINEES.read(source, mask=Mask(fields={"trainee": trainee, "evaluation": marks}))

    assert ("KEITA" in str(batch.quarantined.rows())) is kept


def test_what_a_document_holds_beside_a_hidden_value_does_not_cross():
    """Neither the value itself nor what holds it."""
    offers = Table(
        JobOffer,
        Json("o.json", resource="o"),
        {"reference": column("id"), "title": column("poste.titre"), "employer": column("qui.nom")},
    )
    narrow = Mask(fields={"job_offer": frozenset({"reference", "title"})}, cargo=frozenset({"vu", "qui.nom", "qui"}))
    source = json.dumps(
        [{"id": "1", "poste": {"titre": "x"}, "qui": {"nom": SECRET, "tel": SECRET}, "vu": "oui", "autre": SECRET}]
    )

    batch = Adapter("here", pull=[offers]).read(source.encode(), mask=narrow)[JobOffer]

    assert json.loads(batch.accepted["#cargo"].item()) == {"vu": "oui"}
