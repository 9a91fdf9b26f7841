"""No control of a cell, a file name or a service reaches a terminal, in words, in tables or as JSON."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import date

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.cli.show import screen
from cigem_core.cli.streams import plainly_said
from cigem_core.errors import ConventionError, RemoteError, UnknownName
from cigem_core.text import Text, without_secrets, written_out

CONTROLS = "\x1b]0;x\x07\x1b[2J\x9b31m\u202e\u2066\u200b\u2028\ufeff\x7f\r\U000e0041"


def obeyed(text: str) -> list[str]:
    return [c for c in CONTROLS if not c.isprintable() and c in text]


@given(text=st.text())
def test_what_is_written_out_holds_nothing_a_terminal_obeys_and_json_reads_it_back(text):
    told = written_out(json.dumps(text, ensure_ascii=False))

    assert obeyed(told) == []
    assert json.loads(told) == text


def test_words_tables_and_json_are_printed_plainly():
    out = io.StringIO()
    with redirect_stdout(out), plainly_said():
        click.echo(f"mot {CONTROLS}")
        click.echo(json.dumps({"nom": CONTROLS}, ensure_ascii=False))
        table = Table("Nom")
        table.add_row(CONTROLS)
        screen().print(table)

    assert obeyed(out.getvalue()) == []
    assert json.loads(out.getvalue().splitlines()[1]) == {"nom": CONTROLS}


class Seen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_a_sentence_is_parted_between_words_at_a_terminal_and_nowhere_else(monkeypatch):
    """French signs stay with their word; tables, JSON and what is one word are left as they are."""
    monkeypatch.setenv("COLUMNS", "30")
    said = "Erreur : « rien » n'est pas un type de fiche ; il existe : offre"
    table, document, path = "  a  " * 10, json.dumps({"nom": "Awa " * 12}), f"/{'x' * 40}"
    piped = io.StringIO()
    for stream in (seen := Seen(), piped):
        with redirect_stdout(stream), plainly_said():
            for text in (said, table, document, path):
                click.echo(text)

    assert piped.getvalue().splitlines() == [said, table, document, path]
    assert seen.getvalue().splitlines() == [
        "Erreur : « rien » n'est pas un", "type de fiche ; il existe :", "offre", table, document, path,
    ]  # fmt: skip


def test_a_file_whose_name_holds_controls_prints_them_written_out(tmp_path):
    name = tmp_path / "dem\x1b[2J\nErreur : tout va bien\u202e.csv"
    name.write_bytes(b"x")

    for command in (["check", "anpe", str(name)], ["check", "anpe", str(name), "--json"]):
        said = CliRunner().invoke(program("fr"), command)
        assert obeyed(said.output) == []
        assert "\nErreur : tout va bien" not in said.output


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are bytes on POSIX alone")
def test_an_argument_that_is_no_utf_8_gets_a_sentence(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", "from cigem_core.cli import main; main()", b"records", b"caf\xe9"],
        capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip

    assert (said.returncode, said.stdout) == (2, b"")
    assert b"Traceback" not in said.stderr
    assert b"n'est pas en UTF-8" in said.stderr


@pytest.mark.parametrize(
    "error",
    [
        UnknownName(Text(fr="a", en="b"), agency="anpe"),
        RemoteError(Text(fr="a", en="b"), status=503, may_retry=True, after=2.0, agency="x"),
    ],
)
def test_an_error_comes_whole_out_of_another_process(error):
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), again.text, again.concerned) == (type(error), str(error), error.text, error.concerned)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("wild", ["x = " + "[" * 100_000, "x = " + "9" * 100_000])
def test_a_convention_without_end_is_refused_in_a_sentence(wild):
    with pytest.raises(ConventionError, match="the convention is written wrongly"):
        Convention.from_toml(wild)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://awa:secret@host/base?password=secret&sslkey=secret", "postgresql://host/base"),
        ("https://secret@h.example/p?token=secret#secret", "https://h.example/p"),
        ("centre.sqlite", "centre.sqlite"),
        ("postgresql://host?password=secret", "postgresql://host"),
    ],
)
def test_an_address_is_told_without_its_secrets(address, told):
    assert without_secrets(address) == told


def test_what_was_taken_away_is_not_in_the_file_any_more(tmp_path):
    with Workspace.create(tmp_path / "c.sqlite", on=date(2009, 10, 1), by="awa") as centre, centre.store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
