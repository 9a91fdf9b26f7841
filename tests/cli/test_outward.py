"""What leaves, what comes back, and what is kept for later, from the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made import SEPTEMBER
from mending import mend

from cigem_core import Referral, Workspace
from cigem_core.cli.commands import program

WHO = ("--on", "2009-10-01", "--by", "awa")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder with a workspace that holds September, and the receipt of it."""
    folder = tmp_path_factory.mktemp("begun")
    where = ("-w", folder / "centre.sqlite")
    assert command("init", folder / "centre.sqlite", *WHO).exit_code == 0
    said = command("pull", "anpe", *SEPTEMBER, "--axis", "employment-data", *WHO, "--json", *where)
    (folder / "recepisse.json").write_text(said.stdout, "utf-8")
    return folder


def command(*arguments: object, language: str = "fr") -> Result:
    return CliRunner().invoke(program(language), [str(a) for a in arguments])


@pytest.fixture
def cigem(tmp_path, monkeypatch, begun):
    """Run a command in French, in a folder with a workspace that holds September."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "fr")
    monkeypatch.setenv("CIGEM_WORKSPACE", "centre.sqlite")
    return command


def test_corrections_leave_and_come_home(cigem, tmp_path):
    sent = cigem("corrections", "anpe", "--to", "a_corriger.xlsx")
    mend(tmp_path / "a_corriger.xlsx")
    home = cigem("pull", "anpe", "a_corriger.xlsx", "--axis", "employment-data", *WHO)

    assert "27 lignes à corriger : a_corriger.xlsx" in sent.output
    assert home.exit_code == 0
    assert json.loads(cigem("quarantine", "list", "--json").stdout) == []
    refused = cigem("corrections", "anpe", "--to", "a.xlsx")
    assert (refused.exit_code, refused.stderr) == (1, "Erreur : aucune ligne de anpe n'attend de correction\n")


def test_what_will_not_be_corrected_is_closed_for_a_reason(cigem):
    first, second, *_ = (str(entry["id"]) for entry in json.loads(cigem("quarantine", "list", "--json").stdout))

    assert cigem("quarantine", "dismiss", first).exit_code == 2
    unsaid = cigem("quarantine", "dismiss", first, "--because", " ", *WHO)
    assert unsaid.stderr == "Erreur : dire pourquoi, sur une ligne (because=)\n"
    assert "aucune anomalie ouverte" in cigem("quarantine", "dismiss", "999", "--because", "doublon", *WHO).stderr
    closed = cigem("quarantine", "dismiss", first, second, "--because", "doublon", *WHO)

    assert (closed.exit_code, closed.output) == (0, "2 lignes closes\n")
    assert len(json.loads(cigem("quarantine", "list", "--json").stdout)) == 25
    assert len(json.loads(cigem("quarantine", "list", "--all", "--json").stdout)) == 27


def test_a_receipt_shows_whether_the_journal_was_cut_off(cigem, tmp_path):
    import sqlite3

    assert cigem("journal", "verify").exit_code == 0
    lines = json.loads((tmp_path / "recepisse.json").read_text("utf-8"))["journal"]["length"]
    assert f"Journal entier : {lines} lignes" in cigem("journal", "verify", "--receipt", "recepisse.json").output

    with sqlite3.connect(tmp_path / "centre.sqlite") as raw:
        raw.execute("DELETE FROM journal WHERE line = ?", [lines])

    # The tables hold more than the lines that are left prove, and the receipt says which are gone.
    assert cigem("journal", "verify").exit_code == 1
    cut = cigem("journal", "verify", "--receipt", "recepisse.json")
    assert (cut.exit_code, cut.stderr) == (1, f"journal : coupé à la ligne {lines}, alors que le récépissé en atteste {lines}\n")


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[]", "null", '{"journal": {}}', '{"journal": {"length": "y", "head": 1}}',
        '{"journal": {"length": 1e400, "head": "a"}}', '{"journal": {"length": NaN, "head": "a"}}',
        '{"journal": {"length": -1, "head": "a"}}', '{"journal": {"length": 2.5, "head": "a"}}',
        '{"journal": {"length": 2, "head": ["a"]}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_wrong_usage(cigem, content):
    Path("autre.json").write_text(content, "utf-8")

    said = cigem("journal", "verify", "--receipt", "autre.json")

    assert said.exit_code == 2
    assert "n'est pas un récépissé écrit par --json" in said.stderr


def test_a_letter_that_waits_at_another_address_is_told_of(cigem, monkeypatch):
    """Else nobody would look for it: nothing waits where the service is now."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", "t")
    cigem("refer", "--to", "apej", "--family-name", "Diarra", "--axis", "reception", *WHO)
    assert cigem("push", "apej", "--to", "http://127.0.0.1:9/api/v1", *WHO).exit_code == 1

    moved = cigem("push", "apej", "--to", "http://127.0.0.1:9/api/v2", *WHO)

    assert (moved.exit_code, moved.output) == (
        0,
        "Aucune orientation n'attend apej à cette adresse :\n"
        "  OR-2009-0001 : attend encore à http://127.0.0.1:9/api/v1 ; si le service a déménagé : "
        "cigem outbox retry apej --to http://127.0.0.1:9/api/v2\n",
    )


def test_tables_that_are_redirected_are_not_cut_to_a_narrow_screen(cigem, monkeypatch):
    """A line stays a line, whoever searches in it."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", "t")
    monkeypatch.delenv("COLUMNS", raising=False)
    cigem("refer", "--to", "apej", "--family-name", "Diarra", "--axis", "reception", *WHO)
    cigem("push", "apej", "--to", "http://127.0.0.1:9/api/v1", *WHO)

    parcels, referrals = cigem("outbox", "list").output, cigem("referrals").output

    (listed,) = [line for line in parcels.splitlines() if "OR-2009-0001" in line]
    assert "http://127.0.0.1:9/api/v1" in listed
    assert "en attente" in listed
    assert max(map(len, parcels.splitlines())) > 80
    assert len(referrals.splitlines()) == 2


def test_someone_is_referred_answered_and_followed(cigem):
    """By the number of a record, or by what is typed as the agency's own file would write it."""
    number = json.loads(cigem("records", "job_seeker", "--limit", "1", "--json").stdout)["reference"]
    first = json.loads(cigem("refer", "anpe", "job_seeker", number, "--to", "anpe", "--need", "7212", *WHO, "--json").stdout)
    typed = cigem(
        "refer", "--to", "anpe", "--family-name", "Diarra", "--given-names", "Awa", "--birth", "vers 1985", "--sex", "F",
        "--because", "soudure", *WHO,
    )  # fmt: skip
    pushed = json.loads(cigem("push", "anpe", "--to", "out", *WHO, "--json").stdout)
    header, *rows = csv.reader(io.StringIO(Path("out/orientations_20091001.csv").read_text("cp1252"), newline=""), delimiter=";")

    assert (first["reference"], typed.output) == ("OR-2009-0001", "Orientation OR-2009-0002 vers anpe\n")
    assert (pushed["waiting"], pushed["sent"], pushed["withheld"]) == (2, 2, 0)
    assert [row[header.index("Date ou année de naissance")] for row in rows][1] == "vers 1985"

    Path("reponses_20091015.csv").write_bytes(
        "N° orientation;Décision;Date;Motif du refus;Résultat\r\nOR-2009-0001;A;12/10/2009;;\r\n".encode("cp1252")
    )
    assert cigem("pull", "anpe", "reponses_20091015.csv", *WHO).exit_code == 0
    states = {one["reference"]: one["state"] for one in json.loads(cigem("referrals", "--json").stdout)}
    assert states == {"OR-2009-0001": "accepted", "OR-2009-0002": "sent"}
    assert "OR-2009-0002" in cigem("referrals", "--unanswered").output
    assert cigem("push", "anpe", "--to", "out", *WHO).output == "Aucune orientation n'attend anpe.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--to", "anpe"), 2, "dire qui est orienté"),
        (("anpe", "job_seeker", "--to", "anpe"), 2, "une fiche se désigne par"),
        (("anpe", "job_seeker", "X-1", "--to", "anpe"), 1, "la chercher : cigem find X-1"),
        (("anp", "job_seeker", "X-1", "--to", "anpe"), 2, "installé pour « anp » ; le plus proche est « anpe »"),
        (("--to", "anpe", "--family-name", "Diarra", "--birth", "12/13/1985"), 1, "Date ou année de naissance : "),
        (("--to", "anpe", "--family-name", "Diarra", "--need", "99X1"), 1, "Code métier : "),
        (("--to", "mairie", "--family-name", "Diarra"), 2, "mairie"),
    ],
)
def test_what_cannot_be_referred_is_said_in_one_sentence(cigem, arguments, code, said):
    result = cigem("refer", *arguments, *WHO)

    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_everything_leaves_and_a_copy_is_kept(cigem, tmp_path):
    exported = cigem("export", "--to", "sortie", *WHO)
    copied = cigem("backup", "--to", "copie.sqlite", *WHO)

    assert "lignes : sortie" in exported.output
    assert (tmp_path / "sortie/datapackage.json").exists()
    assert re.match("Copie entière : copie.sqlite, journal de [0-9]+ lignes, tête ", copied.output)
    assert cigem("-w", "copie.sqlite", "doctor").exit_code == 0
    again = cigem("backup", "--to", "copie.sqlite", *WHO)
    assert (again.exit_code, again.stderr) == (1, "Erreur : copie.sqlite existe déjà ; donner un autre nom\n")


@pytest.mark.parametrize(
    ("to", "need"),
    [
        ("fafpa", ("--session", "S002")),
        ("ufae", ("--need", "7212")),
        ("ufae", ("--need", "soudure")),
        ("anpe", ("--need", "7212")),
    ],
)
def test_someone_is_referred_to_any_agency_by_name_or_by_record(cigem, to, need):
    """A trade is named by its code everywhere, or by the agency's own word."""
    (record,) = json.loads("[" + cigem("records", "job_seeker", "--limit", "1", "--json").stdout + "]")

    by_record = cigem("refer", "anpe", "job_seeker", record["key"], "--to", to, *need, *WHO)
    by_name = cigem("refer", "--family-name", "Diarra", "--given-names", "Awa", "--to", to, *need, *WHO)

    assert (by_record.exit_code, by_name.exit_code) == (0, 0), by_record.output + by_name.output
    assert len(json.loads(cigem("referrals", "--to", to, "--json").stdout)) == 2


def test_a_list_is_written_to_be_printed(cigem, tmp_path):
    """French headings, days as people write them, codes by their names; for its owner alone, and never over a file."""
    import openpyxl

    told = cigem("records", "demandeur", "--to", "liste.xlsx", "--columns", "Nom, prénoms, date ou année de naissance, région")

    sheet = openpyxl.load_workbook("liste.xlsx").active
    first, second, *_ = sheet.iter_rows(values_only=True)
    assert told.output == f"{sheet.max_row - 1} fiches : liste.xlsx\n"
    assert first == ("Structure", "Nom", "Prénom(s)", "Date ou année de naissance", "Région")
    assert second == ("anpe", "BARRY", "Ssouleymane", "12/01/1968", "Kidal")
    assert (tmp_path / "liste.xlsx").stat().st_mode & 0o077 == 0
    assert "liste.xlsx existe déjà" in cigem("records", "demandeur", "--to", "liste.xlsx").stderr


def test_a_list_on_a_page_has_no_more_columns_than_can_be_read(cigem, tmp_path):
    """Some are chosen; what is no column is answered with the nearest."""
    assert "--columns" in cigem("records", "demandeur", "--to", "liste.html").stderr
    wrong = cigem("records", "demandeur", "--to", "liste.html", "--columns", "Nom,Prénon")
    assert wrong.stderr == "Erreur : « Prénon » n'est pas une colonne de demandeur d'emploi ; le plus proche est « Prénom(s) »\n"
    assert not (tmp_path / "liste.html").exists()

    assert cigem("records", "demandeur", "--to", "liste.html", "--columns", "Nom,Téléphones", "--limit", "9").exit_code == 0
    assert "BARRY" in (tmp_path / "liste.html").read_text("utf-8")
    told = cigem("records", "demandeur", "--to", "autre.html", "--columns", "Nom", "--limit", "9", "--json")
    assert json.loads(told.stdout) == {"file": "autre.html", "records": 9}


def test_a_name_is_asked_for_rather_than_typed_on_the_line(tmp_path):
    """Or read from the standard input, one a line, which may end early."""
    where = str(tmp_path / "c.sqlite")
    Workspace.create(where, on=date(2009, 10, 1), by="awa").close()

    def refer(said, *arguments):
        typed = ["-w", where, "refer", "--to", "anpe", "--ask", "--on", "2009-10-01", "--by", "awa", *arguments]
        return CliRunner().invoke(program("fr"), typed, input=said)

    made = refer("Diarra\nAwa\n\nvers 1985\n", "--json")
    assert json.loads(made.stdout)["reference"] == "OR-2009-0001"
    assert made.stderr.startswith("Nom : Prénoms : Sexe : Naissance : Téléphone : ")
    assert refer("Awa\n", "--family-name", "Keita").stderr.startswith("Prénoms : Sexe : ")
    assert "une fiche ou un nom" in refer("").stderr
    again = refer("Diarra\nAwa\n\nvers 1985\n")
    assert (again.exit_code, "déjà orienté vers anpe pour le même besoin : OR-2009-0001" in again.stderr) == (1, True)
    with Workspace(where) as centre:
        assert [(one.identity.family_name, one.identity.given_names) for one in centre.records(Referral)] == [
            ("Diarra", "Awa"), ("Keita", "Awa"),
        ]  # fmt: skip
