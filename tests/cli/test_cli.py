"""The command line, as an officer and as a script meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from made import make

from cigem_core import JobOffer, Workspace
from cigem_core.cli.commands import program

COUNTS = ("read", "accepted", "new", "changed", "unchanged", "quarantined")


@pytest.fixture
def cigem(tmp_path, monkeypatch):
    """Run a command in French, in a folder with a workspace."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGUAGE", "fr")

    def run(*arguments: object, language: str = "fr") -> Result:
        return CliRunner().invoke(program(language), [str(a) for a in arguments])

    make("centre.sqlite")
    return run


def shell(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command in a process of its own."""
    command = [sys.executable, "-c", "from cigem_core.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False)


def pull(cigem, *files: Path, **options: str) -> Result:
    settings = {"--axis": "employment-data", "--on": "2009-10-01", "--by": "awa", **options}
    return cigem("-w", "centre.sqlite", "pull", "anpe", *files, *(word for pair in settings.items() for word in pair))


def test_json_is_one_receipt_alone_on_the_output(tmp_path, september):
    """Everything else goes to the other stream; the shape is the documented one."""
    make(tmp_path / "c.sqlite")

    run = shell(
        "pull", "anpe", *september, "--axis", "employment-data", "--on", "2009-10-01", "--json", "-w", tmp_path / "c.sqlite"
    )

    receipt = json.loads(run.stdout)
    assert run.returncode == 0
    assert list(receipt) == [
        "agency",
        "axis",
        "convention",
        "clause",
        "on",
        "by",
        *COUNTS,
        "pending",
        "returned",
        "mended_again",
        "overtaken",
        "files",
        "not_run",
        "faults",
        "journal",
    ]
    assert [f["path"] for f in receipt["files"]] == [path.name for path in september]
    assert list(receipt["files"][0]["kinds"]["job_seeker"]) == list(COUNTS)
    assert list(receipt["faults"][0]) == ["file", "sheet", "row", "column", "rule", "value", "message"]
    assert all(isinstance(f["row"], int) and f["sheet"] is None for f in receipt["faults"])
    assert receipt["read"] == receipt["accepted"] + receipt["quarantined"]


def test_an_officer_reads_where_and_what_to_do(cigem, september):
    result = pull(cigem, *september)

    assert result.exit_code == 0
    assert "Récépissé · ANPE · CIGEM-ANPE-2009 art. 4 · données de l'emploi" in result.output
    assert "écrire un numéro comme 70 12 34 56 (trouvé « 7612 »)" in result.output
    assert "27 anomalies à corriger" in result.output


def test_english_is_one_option_away(cigem, september):
    result = cigem("-w", "centre.sqlite", "pull", "anpe", september[0], "--on", "2009-10-01", language="en")

    assert "expected a number like 70 12 34 56 (found '7612')" in result.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["pull", "anpe", "absent.csv"], 1, "fichier introuvable"),
        (["pull", "anpe", "."], 1, "dossier"),
        (["-w", "absent.sqlite", "records"], 1, "cigem init absent.sqlite"),
        (["pull", "anep", "x.csv"], 2, "le plus proche est « anpe »"),
        (["records", "job_seker"], 2, "le plus proche est « job_seeker »"),
        (["pull", "anpe", "x.csv", "--axis", "travail"], 2, "travail"),
        (["pull", "anpe", "x.csv", "--on", "31/02/2009"], 2, "n'est pas un jour comme 2009-10-01"),
        (["pull", "anpe"], 2, "FICHIER"),
        (["tirer"], 2, "tirer"),
    ],
)
def test_a_refusal_is_one_clear_sentence_and_the_documented_exit_code(cigem, arguments, code, said):
    """1: a file or an exchange is refused; 2: wrong usage."""
    result = cigem("-w", "centre.sqlite", *arguments)

    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_before_the_convention_the_exchange_is_refused(cigem, september):
    result = pull(cigem, *september, **{"--on": "2009-06-11"})

    assert result.exit_code == 1
    assert "en vigueur" in result.stderr
    assert result.stdout == ""


def test_the_workspace_comes_from_the_environment_too(tmp_path, september):
    where = str(tmp_path / "c.sqlite")
    make(where)

    assert shell("records", CIGEM_WORKSPACE=where).returncode == 0
    without = {k: v for k, v in os.environ.items() if k != "CIGEM_WORKSPACE"}
    command = [sys.executable, "-c", "from cigem_core.cli import main; main()", "records"]
    assert subprocess.run(command, capture_output=True, env=without, check=False).returncode == 2


def test_help_is_french_and_english():
    """Click's own texts included."""
    french, english = shell("pull", "--help").stdout.decode(), shell("pull", "--help", "--lang", "en").stdout.decode()

    assert "Utilisation : cigem pull [OPTIONS] STRUCTURE [FICHIER|URL]..." in french
    assert "Afficher cette aide" in french
    assert "Usage: cigem pull [OPTIONS] AGENCY [SOURCE|URL]..." in english


def test_a_terminal_without_utf_8_is_no_reason_to_fail(tmp_path, september):
    """Old consoles cannot print every sign; JSON stays exact."""
    where = tmp_path / "c.sqlite"
    make(where)

    shown = shell("doctor", "-w", where, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    run = shell("check", "anpe", september[0], "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert shown.returncode == 0
    assert any(f["column"] == "Prénom(s)" or f["column"] == "Région" for f in json.loads(run.stdout)["faults"])


def test_check_needs_neither_workspace_nor_convention(cigem, september):
    """The SDK alone; it says which rules could not be asked."""
    result = cigem("check", "anpe", september[2], "--json")

    read = json.loads(result.output)
    assert result.exit_code == 0
    assert {n["rule"] for n in read["not_run"]} == {"foreign-key placement.seeker", "foreign-key placement.offer"}
    assert read["quarantined"] == 2


def test_adapters_lists_what_is_installed(cigem):
    result = cigem("adapters", "--json")

    assert {p["name"]: p["status"] for p in json.loads(result.output)}["anpe"] == "ok"
    assert "job_seeker" in cigem("adapters").output


def test_records_speak_the_names_of_codes(cigem, september):
    pull(cigem, *september)

    counted = cigem("-w", "centre.sqlite", "records").output
    shown = cigem("-w", "centre.sqlite", "records", "job_seeker", "--limit", "1").output
    line = json.loads(cigem("-w", "centre.sqlite", "records", "job_seeker", "--limit", "1", "--json").output)

    assert "job_seeker · demandeur d'emploi" in counted
    assert "Région : Kidal" in shown
    assert line["residence.region"] == "iso-3166-2:ml@2009/ML-8"


def test_quarantine_lists_addresses_and_no_values(cigem, september):
    pull(cigem, *september)

    listed = cigem("-w", "centre.sqlite", "quarantine", "list").output
    entries = json.loads(cigem("-w", "centre.sqlite", "quarantine", "list", "--json").output)

    assert "Téléphone : écrire un numéro comme 70 12 34 56" in listed
    assert "7612" not in listed
    assert len(entries) == 27


def test_the_doctor_tells_health_from_illness(cigem, tmp_path):
    """A damaged workspace is found, and the exit code says so."""
    assert cigem("-w", "centre.sqlite", "doctor").exit_code == 0
    (tmp_path / "centre.sqlite").write_bytes(b"not a database" * 100)

    assert cigem("-w", "centre.sqlite", "doctor").exit_code == 1


def test_init_never_turns_another_file_into_a_workspace(cigem, tmp_path):
    precious = tmp_path / "budget.xls"
    precious.write_bytes(b"precious" * 1000)

    result = cigem("init", precious)

    assert result.exit_code == 1
    assert precious.read_bytes() == b"precious" * 1000


def test_init_twice_leaves_the_workspace_as_it_is(cigem, september):
    pull(cigem, *september)
    before = cigem("-w", "centre.sqlite", "records").output

    assert cigem("init", "centre.sqlite").exit_code == 0
    assert cigem("-w", "centre.sqlite", "records").output == before


def test_conventions_are_listed_and_installed(cigem, tmp_path):
    """A new wording of a reference takes the place of the old one; a wrong one is refused."""
    from importlib import resources

    text = resources.files("cigem_mali").joinpath("conventions/CIGEM-ANPE-2009.toml").read_text("utf-8")
    (tmp_path / "new.toml").write_text(text.replace('fields.job_offer = "*"\n', ""), "utf-8")
    (tmp_path / "wrong.toml").write_text(text.replace('"art. 4"', "4\nno"), "utf-8")

    assert cigem("-w", "centre.sqlite", "conventions", "install", "new.toml").exit_code == 0
    listed = cigem("-w", "centre.sqlite", "conventions", "list").output
    refused = cigem("-w", "centre.sqlite", "conventions", "install", "wrong.toml")

    assert "demandeur d'emploi : tout" in listed
    assert "offre" not in listed
    assert refused.exit_code == 1


def test_the_french_catalogue_is_the_compiled_one():
    """messages.mo says what messages.po says, whichever version compiled it; and every text of Click has its French."""
    import gettext

    from babel.messages.pofile import read_po

    import cigem_core.cli

    folder = Path(cigem_core.cli.__file__).parent / "locale/fr/LC_MESSAGES"
    with (folder / "messages.po").open("rb") as po:
        written = {message.id: message.string for message in read_po(po) if message.id}
    with (folder / "messages.mo").open("rb") as mo:
        compiled = gettext.GNUTranslations(mo)

    assert written
    assert all(written.values())
    assert {text: said for text, said in compiled._catalog.items() if text} == forms(written)


def forms(written):
    """Each text by the name under which a compiled catalogue holds it: a plural has a number beside its singular."""
    single = {text: said for text, said in written.items() if isinstance(text, str)}
    plural = {(text[0], n): said for text, said in written.items() if isinstance(text, tuple) for n, said in enumerate(said)}
    return single | plural


def test_the_option_beats_the_environment_wherever_it_stands(tmp_path, september):
    """Else an officer's data would go into the wrong workspace."""
    named, other = str(tmp_path / "b.sqlite"), str(tmp_path / "a.sqlite")
    make(named)
    make(other)

    shell("-w", named, "pull", "anpe", september[1], "--on", "2009-10-01", CIGEM_WORKSPACE=other)

    with Workspace(named) as filled, Workspace(other) as empty:
        assert (len(list(filled.records(JobOffer))), len(list(empty.records(JobOffer)))) == (150, 0)
    assert b"Records" in shell("--lang", "en", "records", "-w", named, CIGEM_LANG="fr").stdout


def test_the_package_is_a_program_too():
    """Where the command is not on the path."""
    said = subprocess.run([sys.executable, "-m", "cigem_core", "--version"], capture_output=True, text=True, check=True)

    assert said.stdout.startswith("cigem ")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("cigem rec", "records"), ("cigem pull a", "anpe"), ("cigem records tr", "training_plan"), ("cigem plan ass", "assign")],
)
def test_a_shell_is_told_how_a_word_may_go_on(typed, offered):
    """Commands, agencies, kinds of records."""
    at = str(len(typed.split()) - 1)

    said = shell(COMP_WORDS=typed, COMP_CWORD=at, _CIGEM_COMPLETE="bash_complete")

    assert f"plain,{offered}" in said.stdout.decode().split()


def test_the_script_for_a_shell_is_printed(cigem):
    """To be evaluated when it starts."""
    assert "_CIGEM_COMPLETE=zsh_complete" in cigem("completion", "zsh").stdout


def test_the_list_of_commands_tells_each_in_whole_words(cigem):
    """At 80 columns nothing is cut off."""
    told = cigem("--help").stdout

    assert "find         Trouver quelqu'un dans toutes les fiches\n" in told
    assert "..." not in told.partition("Commandes")[2]


def test_a_workspace_that_is_not_here_is_looked_for_above(cigem, tmp_path, monkeypatch):
    """The whole place is said, and where one of that name is."""
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b")

    told = cigem("records", "-w", "centre.sqlite").stderr

    assert f"il n'y a pas d'espace de travail à {tmp_path}/a/b/centre.sqlite" in told
    assert f"il y en a un à {tmp_path}/centre.sqlite" in told


def test_a_dry_run_says_what_would_be_kept_and_keeps_nothing(cigem, september):
    """Neither records nor rows in quarantine nor a line of the journal; the real one then says the same."""
    line = (
        "pull",
        "anpe",
        september[1],
        "--axis",
        "emploi",
        "--on",
        "2009-10-01",
        "--by",
        "awa",
        "-w",
        "centre.sqlite",
        "--json",
    )

    tried = json.loads(cigem(*line, "--dry-run").stdout)
    with Workspace("centre.sqlite") as centre:
        assert (centre.store.counts(), centre.quarantine(), centre.store.head().length) == ({}, [], 4)
    done = json.loads(cigem(*line).stdout)

    assert tried.pop("journal") is None
    assert done.pop("journal")["length"] == 5
    assert tried == done


def test_a_file_may_come_by_standard_input(september, tmp_path):
    """Under a name by which its table is known, or by its columns."""
    for name in ("--name", september[1].name), ():
        command = ["check", "anpe", "-", *name, "--json"]
        said = CliRunner().invoke(program("fr"), command, input=september[1].read_bytes())

        assert json.loads(said.stdout)["files"][0]["kinds"]["job_offer"]["read"] == 155


def test_a_refusal_is_json_too_where_json_was_asked_for(cigem):
    """Its code is the same in every language; the sentence stands on the other stream as well."""
    said = cigem("pull", "anpx", "x.csv", "--json", "-w", "centre.sqlite")

    assert json.loads(said.stdout)["error"]["code"] == "unknown_name"
    assert said.stderr.startswith("Erreur : aucun adaptateur n'est installé pour « anpx »")
    assert said.exit_code == 2


def test_an_entry_of_a_workbook_is_told_by_its_cell_and_lines_end_with_their_words(cigem, tmp_path):
    """As the agency's spreadsheet calls it; what is piped is not padded, and the list says how many there are."""
    plan = Path(__file__).parents[2] / "plugins/cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx"
    assert cigem("-w", "centre.sqlite", "pull", "fafpa", plan, "--on", "2009-10-01", "--by", "awa").exit_code == 0

    told = cigem("-w", "centre.sqlite", "quarantine", "list").stdout
    listed = json.loads(cigem("-w", "centre.sqlite", "quarantine", "list", "--json").stdout)

    assert "Inscriptions!D40 · Sexe : écrire F ou H" in told
    assert "12 lignes à corriger ; les renvoyer : cigem corrections" in told
    assert not [line for line in told.splitlines() if line != line.rstrip()]
    assert "Inscriptions!D40" in {fault["cell"] for entry in listed for fault in entry["faults"]}


def test_quiet_says_only_what_goes_wrong(cigem, september):
    """For scheduled tasks; what is asked for as JSON comes."""
    pull = ("pull", "anpe", september[1], "--axis", "emploi", "--on", "2009-10-01", "--by", "awa", "-w", "centre.sqlite")

    done, again = cigem(*pull, "--quiet"), cigem("-q", "records", "-w", "centre.sqlite")
    refused = cigem("pull", "anpe", "absent.csv", "-q", "-w", "centre.sqlite")

    assert (done.stdout, again.stdout, refused.stdout) == ("", "", "")
    assert (refused.exit_code, "absent.csv" in refused.stderr) == (1, True)
    assert json.loads(cigem("records", "-q", "--json", "-w", "centre.sqlite").stdout)
