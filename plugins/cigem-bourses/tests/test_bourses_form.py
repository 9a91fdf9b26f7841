"""The form of a call asks what the call asks, reads back without a note, and its answers are applications like any other."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cigem_bourses.__main__ import main
from cigem_bourses.answers import write_form
from openpyxl import Workbook

from cigem_core.errors import OperatorError
from cigem_core.formats.forms.xlsform import read_form
from cigem_core.scholarships import Call, read_applications, screen

SAMPLES = Path(__file__).parents[1] / "samples"
CALLS = ("maroc-2020", "maroc-2022", "etat-2014", "cinq-pays-2026")


@pytest.mark.parametrize("name", CALLS)
def test_the_form_of_a_call_reads_back(name, tmp_path):
    """Its questions are the fields the call names, its seats the choices, and nothing in it is unknown."""
    call = Call.from_file(SAMPLES / name / "call.toml")
    form = read_form(write_form(call, tmp_path / "formulaire.xlsx"))
    asked = {question.name: question for question in form.questions}

    assert form.notes == ()
    assert [choice.name for choice in asked["choix_1"].choices] == list(call.by_code)
    assert ("moyenne" in asked, "situation" in asked) == ("bac_mean" in call.fields, "social" in call.fields)
    with pytest.raises(OperatorError, match="is there already"):
        write_form(call, tmp_path / "formulaire.xlsx")


def test_what_was_answered_is_read_as_applications(tmp_path):
    """Births that are known to the year, documents that were ticked, several situations; and wrong answers are named."""
    call = Call.from_file(SAMPLES / "cinq-pays-2026/call.toml")
    form = read_form(write_form(call, tmp_path / "f.xlsx"))
    pieces = next(question for question in form.questions if question.name == "pieces")
    ticked = " ".join(choice.name for choice in pieces.choices)
    good = {
        "_uuid": "1", "dossier": "K1", "depot": "2026-09-01", "nom": "Traoré", "prenoms": "Awa", "sexe": "F",
        "annee_naissance": "2005", "environ": "oui", "region": "ML-3", "serie": "TSE", "annee_bac": "2026",
        "moyenne": "12.5", "redoublements": "0", "situation": "handicap orphelin", "pieces": ticked, "choix_1": "MA-GES",
    }  # fmt: skip
    bad = good | {"_uuid": "2", "dossier": "K2", "moyenne": "20.5", "choix_1": "MA-G", "situation": "autre"}
    (tmp_path / "dossiers.json").write_text(json.dumps({"results": [good, bad]}), "utf-8")

    read = read_applications(tmp_path / "dossiers.json", call)

    assert screen(call, read).eligible.keys() == {"K1"}
    assert read.frame.row(0, named=True)["birth"] == "2005~"
    assert {(f.address.row, f.address.column, str(f.rule)) for f in read.intake.faults} == {
        ("K2", "moyenne", "maximum"), ("K2", "choix_1", "enum"), ("K2", "situation", "enum"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["dossiers (1).csv", "dossiers_kayes.CSV", "dossiers-2026.xlsx", "lycée.txt", "réponses.json"])
def test_what_a_file_is_called_says_nothing_but_whether_it_holds_rows_or_answers(name, tmp_path):
    """Browsers number what comes twice, and schools put their names on files."""
    call = Call.from_file(SAMPLES / "etat-2014/call.toml")
    rows = (SAMPLES / "etat-2014/dossiers.csv").read_bytes()
    answer = {"_uuid": "1", "dossier": "K1", "depot": "2014-10-02", "nom": "Traoré", "prenoms": "Awa", "choix_1": "DEMI"}
    if name.endswith(".json"):
        (tmp_path / name).write_text(json.dumps({"results": [answer]}), "utf-8")
    elif name.endswith(".xlsx"):
        book = Workbook()
        for line in csv.reader(io.StringIO(rows.decode("cp1252")), delimiter=";"):
            book.active.append(line)
        book.save(tmp_path / name)
    else:
        (tmp_path / name).write_bytes(rows)

    read = read_applications(tmp_path / name, call)

    assert read.intake.read == (1 if name.endswith(".json") else 600)
    assert len(read) > 0


def test_the_form_is_written_from_the_command_line(tmp_path, capsys):
    """And what stands in the way is one sentence."""
    words = [str(SAMPLES / "etat-2014/call.toml"), str(tmp_path / "f.xlsx")]

    assert main(words) == 0
    assert main(words) == 1
    assert main([]) == 2
    assert "existe déjà" in capsys.readouterr().err
