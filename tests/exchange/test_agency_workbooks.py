"""Referrals and enrolments as rows of an agency's own workbook."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cigem_fafpa import enrolments, fafpa, sessions

import cigem_core.exchange.push as pushing
from cigem_core import Convention, Identity, PartialDate, Sex, Workspace
from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.source import Source
from cigem_core.model.referrals import Referral
from cigem_core.model.training import Enrolment
from cigem_core.plugins import Plugin, Plugins, load
from cigem_core.sdk import Adapter, Table, Workbook, column
from cigem_core.store import outbox

ON = date(2009, 10, 1)
SIRA = Identity(family_name="Diarra", given_names="Sira", sex=Sex.FEMALE, birth=PartialDate(year=1990, month=5, day=6))
PEOPLE = ["N°", "Nom", "Prénom", "Sexe", "Né(e) le", "Téléphone", "Résidence", "Pays de retour", "Code session", "Statut"]

intake = Adapter("mairie", push=[Table(Referral, Workbook("accueil_{yyyy}.xlsx").sheet("Orientations"), {
    "reference": column("N° orientation"), "identity.family_name": column("Nom"), "identity.given_names": column("Prénom"),
})])  # fmt: skip
CONVENTION = """
reference = "C-MAIRIE"
title = { fr = "x", en = "x" }
agency = { code = "mairie", name = { fr = "x", en = "x" } }
begins = 2009-01-01
signed = { on = 2009-01-01, certainty = "stated" }
[[clause]]
article = "art. 1"
axis = "reception"
direction = "push"
fields.referral = ["*"]
"""


def book(**sheets: list[list[Any]]) -> Any:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: Any, name: str) -> Source:
    held = io.BytesIO()
    made.save(held)
    return Source.of(held.getvalue(), name)


@pytest.fixture
def town(tmp_path: Path) -> Any:
    """A centre with a town hall that takes referrals on a sheet of its workbook."""
    found = load()
    plugin = Plugin(name="mairie", distribution="x", version="1", status="ok", adapters=(intake,))
    plugins = Plugins(found=(*found.found, plugin), manager=found._manager)
    with Workspace.create(tmp_path / "town.sqlite", on=ON, by="awa", plugins=plugins) as centre:
        centre.install(Convention.from_toml(CONVENTION), on=ON, by="awa")
        yield centre


def test_referral_is_a_row_of_a_workbook_that_is_no_plan(town, tmp_path):
    """A workbook need not be a training plan to be added to."""
    made = book(
        Orientations=[["N° orientation", "Nom", "Prénom"], ["OR-0", "Ba", "Ali"], [], ["Le Maire"]], Offres=[["N° offre"]]
    )
    referral = town.refer(SIRA, to="mairie", on=ON, by="awa")

    (path,) = town.push("mairie", into=saved(made, "accueil_2009.xlsx"), to=tmp_path / "out", on=ON, by="awa").files

    rows = list(openpyxl.load_workbook(path)["Orientations"].iter_rows(values_only=True))
    assert rows[1:4] == [("OR-0", "Ba", "Ali"), (referral.reference, "Diarra", "Sira"), (None, None, None)]
    assert path.name == "accueil_2009.xlsx"


def test_workbook_without_the_sheet_is_refused_before_anything_leaves(town, tmp_path):
    """The sheet is named, and the referral goes on waiting."""
    town.refer(SIRA, to="mairie", again=True, on=ON, by="awa")

    with pytest.raises(SourceRefused, match="the sheet 'Orientations' is missing"):
        town.push("mairie", into=saved(book(Offres=[["N° offre"]]), "accueil_2009.xlsx"), to=tmp_path, on=ON, by="awa")

    assert list(tmp_path.glob("*.xlsx")) == []


def test_an_interrupted_push_keeps_nothing_of_the_workbook_that_can_be_read(town, tmp_path, monkeypatch):
    """It holds cells that no clause lets us keep: it waits locked by itself, and leaves when it is given again."""
    head = ["N° orientation", "Nom", "Prénom", "Maladie"]
    given = saved(book(Orientations=[head, ["OR-0", "Ba", "Ali", "PALUDISME"]]), "accueil_2009.xlsx")
    other = saved(book(Orientations=[head, ["OR-9", "Ka", "Oumar", "x"]]), "accueil_2010.xlsx")
    town.refer(SIRA, to="mairie", on=ON, by="awa")
    with monkeypatch.context() as patched:
        patched.setattr(pushing, "_delivered", lambda store, parcels, done, locks: done)
        town.push("mairie", into=given, to=tmp_path / "out", on=ON, by="awa")

    (parcel,) = town.outbox(everything=True)
    with town.store.reading() as connection:
        kept = next(iter(outbox.parcels(connection, ids=[parcel.id]))).content
    town.deliver(on=ON, by="awa")
    town.push("mairie", into=other, to=tmp_path / "out", on=ON, by="awa")
    before = sorted(path.name for path in (tmp_path / "out").iterdir())
    town.push("mairie", into=given, to=tmp_path / "out", on=ON, by="awa")

    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert before == []
    rows = list(openpyxl.load_workbook(tmp_path / "out/accueil_2009.xlsx")["Orientations"].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:3]] == ["Ba", "Diarra"]
    assert town.verify_journal() is None
    assert town.outbox() == []


def test_enrolments_without_their_plan_are_refused_when_declared():
    """Seats are counted in the plan: an adapter that does not read it could never push."""
    with pytest.raises(DeclarationError, match="training_module"):
        Adapter("fonds", pull=[enrolments, sessions], push=[enrolments])


def test_enrolment_stands_above_the_signature_and_is_counted(tmp_path):
    """In FAFPA's plan: below the last person, born on a day, and no total of the plan says what was true before."""
    made = book(
        Plan=[["N° du plan :", "PF-1"], ["Convention :", "C-1"], ["Promoteur", "CIGEM"], ["Région\u00a0:", "Kayes"]],
        Modules=[
            ["Code module", "Intitulé", "Code métier", "Volume horaire", "Opérateur", "Certification"],
            ["M1", "Soudeur", "7212", 240, "X", "CAP"],
        ],
        Sessions=[
            ["Code session", "Code module", "Lieu", "Date début", "Date fin", "Places"],
            ["S1", "M1", "Kayes", datetime(2009, 11, 9), datetime(2009, 12, 19), 20],
        ],
        Inscriptions=[
            PEOPLE,
            ["I1", "Touré", "Mariam", "F", datetime(1987, 1, 14), None, "Kayes", "France", "S1", "Inscrit"],
            [],
            ["Arrêté la présente liste à un inscrit"],
            [None] * 8 + ["Le Directeur"],
        ],
        Budget=[
            ["Code module", "Rubrique", "Quantité", "Coût unitaire (F CFA)", "Montant (F CFA)"],
            ["M1", "Kits", "=COUNTA(Inscriptions!A2:A2)", 1000, "=C2*D2"],
        ],
    )
    made["Inscriptions"]["E2"].number_format = "dd/mm/yyyy"
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as centre:
        centre.refer(SIRA, to="fafpa", session="S1", on=ON, by="awa")
        (path,) = centre.push("fafpa", into=saved(made, "plan_formation_2009.xlsx"), to=tmp_path / "out", on=ON, by="awa").files

    sheet = openpyxl.load_workbook(path)["Inscriptions"]
    assert [sheet["A3"].value, sheet["E3"].value, sheet["E3"].number_format] == ["I2", datetime(1990, 5, 6), "dd/mm/yyyy"]
    assert sheet["I6"].value == "Le Directeur"
    reading = fafpa.read(path)
    assert reading[Enrolment].accepted.select("plan", "reference").rows() == [("PF-1", "I1"), ("PF-1", "I2")]
    assert [fault.address.cell for fault in reading.faults] == ["C2", "E2"]
    assert all("formule" in fault.message() for fault in reading.faults)
