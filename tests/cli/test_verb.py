"""A command is declared once, and both languages and every option follow from that."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from cigem_core.cli.language import Speech
from cigem_core.cli.verb import FILE, NUMBER, add, argument, flag, option, verb
from cigem_core.errors import OperatorError
from cigem_core.text import Text

told: list[dict[str, Any]] = []


@verb(
    "round draw",
    argument("call", kind=FILE, fr="APPEL", en="CALL"),
    option("--seats", kind=NUMBER, shown=("N", "N"), fr="Combien de places.", en="How many seats."),
    option("--way", kind=("fair", "quick"), fr="De quelle façon.", en="In which way."),
    flag("--again", fr="Encore une fois.", en="Once more."),
    fr="Tirer au sort.",
    en="Draw lots.",
    acts=True,
)
def draw(say: Speech, **given: Any) -> None:
    if given["seats"] == 0:
        raise OperatorError(Text(fr="aucune place", en="no seat"))
    told.append(given)
    click.echo(say("fait", "done"))


def _program(language: Any) -> click.Group:
    program = click.Group()
    add(program, Speech(language), (draw,), {"round": Text(fr="Les tirages.", en="The draws.")})
    return program


def test_a_verb_gets_what_was_typed_by_name(tmp_path: Path) -> None:
    """Arguments, options, flags, the day and the author arrive as the function names them."""
    call = tmp_path / "call.toml"
    call.write_text("")

    result = CliRunner().invoke(
        _program("en"),
        ["round", "draw", str(call), "--seats", "3", "--way", "fair", "--again", "--on", "01/10/2009", "--by", "awa"],
    )

    assert result.output == "done\n"
    said = {"call": call, "seats": 3, "way": "fair", "again": True, "on": date(2009, 10, 1), "by": "awa", "as_json": False}
    assert told[-1] == said


@pytest.mark.parametrize(
    ("language", "group", "help"), [("fr", "Les tirages.", "Tirer au sort."), ("en", "The draws.", "Draw lots.")]
)
def test_help_speaks_the_language_asked_for(language: str, group: str, help: str) -> None:
    """Both help pages are made of the one declaration."""
    assert group in CliRunner().invoke(_program(language), ["--help"]).output
    assert help in CliRunner().invoke(_program(language), ["round", "draw", "--help"]).output


def test_a_refusal_is_a_sentence_and_an_exit_code(tmp_path: Path) -> None:
    """What raises a CigemError ends the command with its sentence."""
    call = tmp_path / "call.toml"
    call.write_text("")

    result = CliRunner().invoke(_program("fr"), ["round", "draw", str(call), "--seats", "0"])

    assert (result.exit_code, result.stderr) == (1, "Erreur : aucune place\n")
