"""What a centre says once, in cigem.toml."""

from __future__ import annotations

import os

import pytest
from agency_services import apej
from click.testing import CliRunner
from made import make

from cigem_core.cli.commands import program
from cigem_core.cli.language import chosen
from cigem_core.testing.apej import TOKEN


@pytest.fixture
def cigem(tmp_path, monkeypatch):
    """Run a command two folders below a workspace and its settings."""
    monkeypatch.delenv("CIGEM_WORKSPACE", raising=False)
    monkeypatch.delenv("CIGEM_LANG", raising=False)
    make(tmp_path / "kayes.sqlite")
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a/b")
    (tmp_path / "cigem.toml").write_text('workspace = "kayes.sqlite"\nlanguage = "en"\n', "utf-8")
    return lambda *line: CliRunner().invoke(program("fr"), [str(word) for word in line])


def test_the_workspace_and_the_language_are_said_once(cigem):
    """A path is taken from the file's own folder."""
    assert cigem("records").output == "Aucune fiche.\n"
    assert (chosen([]), chosen(["--lang", "fr"])) == ("en", "fr")


def test_a_service_is_known_by_its_agency(cigem, tmp_path, monkeypatch):
    """What comes from it and what goes to it."""
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    when = ("--on", "2009-10-01", "--by", "awa")
    with apej(token=TOKEN) as service:
        (tmp_path / "cigem.toml").write_text(f'workspace = "kayes.sqlite"\n[agencies]\napej = "{service.url}"\n', "utf-8")

        for line in (
            ("pull", "apej", "--axis", "emploi"),
            (
                "refer",
                "--to",
                "apej",
                "--axis",
                "accueil",
                "--family-name",
                "Diarra",
                "--given-names",
                "Awa",
                "--birth",
                "vers 1985",
            ),
            ("push", "apej"),
        ):
            assert cigem(*line, *when).exit_code == 0, line
        assert len(service.effects) == 1


def test_an_agency_without_an_address_is_asked_for_one(cigem):
    """From the command line, or from the file."""
    for command in ("pull", "push"):
        said = cigem(command, "anpe")
        assert (said.exit_code, "[agencies] dans cigem.toml" in said.output) == (2, True)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('workspace = "a', "n'est pas du TOML"),
        ('workspaces = "a"', "« workspaces » n'y a pas de sens ; le plus proche est « workspace »"),
        ("workspace = 3", "sont des textes"),
        ("agencies = 3", "une table code"),
    ],
)
def test_a_mistake_in_it_is_named(cigem, tmp_path, written, told):
    """With the file's path."""
    (tmp_path / "cigem.toml").write_text(written, "utf-8")

    said = cigem("records")

    assert said.exit_code == 1
    assert f"{tmp_path}/cigem.toml" in said.output
    assert told in said.output


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")
def test_somebody_elses_file_is_not_followed(cigem, monkeypatch):
    """It would choose where personal data go."""
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    monkeypatch.setattr("pathlib.Path.stat", lambda *_, **__: os.stat_result((0o100644, 1, 1, 1, 999, 999, 1, 0, 0, 0)))

    assert "appartient à quelqu'un d'autre" in cigem("records").output
