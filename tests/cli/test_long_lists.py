"""Lists of very many rows: shown in about the time it takes to read them, and nothing of them is lost."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.markup import escape
from rich.table import Table

from cigem_core.cli import show
from cigem_core.cli.language import Speech
from cigem_core.cli.long_lists import MANY, laid_out
from cigem_core.cli.options import print_json
from cigem_core.cli.plain import table
from cigem_core.cli.screens import Screen
from cigem_core.model.employment import JobOffer
from cigem_core.model.fields import kind_of

SAY = Speech("fr")
CELL = st.text(st.characters(categories=["L", "Nd", "P", "Zs"]), max_size=60)


class Seen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def printed(out: io.StringIO, monkeypatch, print_it) -> list[str]:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    with redirect_stdout(out):
        print_it()
    return out.getvalue().splitlines()


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8), width=st.one_of(st.none(), st.integers(40, 120)))
def test_whatever_the_width_every_word_of_a_list_is_there(rows, width):
    told = laid_out(("N°", "Nom", "Que faire"), rows, width=width)

    letters = sorted(letter for row in rows for cell in row for letter in cell if not letter.isspace())
    assert sorted(letter for letter in told if not letter.isspace()) == sorted([*"N°NomQuefaire", *letters])
    assert all(line == line.rstrip() for line in told.split("\n"))
    if width is None:
        assert told.count("\n") == len(rows)


def test_a_list_is_fitted_to_a_screen_and_stands_whole_in_a_file(monkeypatch):
    """A text goes on below in its column, as in shorter tables; a number, a day or a code stays in one piece."""
    rows = [("OR-2009-00001", "Aïssata Coulibaly", "cherche un emploi de soudeur « ou : de maçon » près de Kayes, vite")] * 2
    rows = rows * MANY
    show_it = lambda: table(SAY, ("N°", "Nom", "Motif"), rows, empty="")  # noqa: E731

    seen, filed = (printed(out, monkeypatch, show_it) for out in (Seen(), io.StringIO()))

    assert max(map(len, seen)) <= 80
    assert "« ou :" in " ".join(seen[1:3])
    assert sum(line.startswith("OR-2009-") for line in seen) == len(rows)
    assert filed[1:] == [f"{number}  {name}  {why}" for number, name, why in rows]


def test_a_table_of_richs_is_laid_out_the_same_where_it_is_very_long(monkeypatch):
    """Marks are no text of it, what looks like one is; a cell of two lines has two; controls are written out."""
    drawn = Table("N°", "Anomalies", box=None, header_style="bold")
    for n in range(MANY + 1):
        drawn.add_row(f"[bold]{n}[/bold]", escape("[ligne] : écrire\n\x1b[2Jencore"))

    lines = printed(io.StringIO(), monkeypatch, lambda: Screen(width=140, is_piped=True).print(drawn))

    assert lines[:3] == ["N°    Anomalies", "0     [ligne] : écrire", "      \\u001b[2Jencore"]
    assert len(lines) == 1 + 2 * (MANY + 1)


@pytest.mark.parametrize("out", [Seen, io.StringIO])
def test_records_are_told_alike_however_many_they_are(out, monkeypatch):
    """Those that are shown with care, and the very many that follow."""
    kind = kind_of(JobOffer)
    rows = [{"key": f"{n}", "agency": "anpe", "sequence": 1, "employer": "Sotelma [SA]"} for n in range(700)]

    lines = printed(out(), monkeypatch, lambda: show.records(SAY, kind, iter(rows), (), tuple(kind.fields)))

    label = kind.fields["employer"].label.fr
    told = [line.replace("\x1b[1m", "").replace("\x1b[0m", "") for line in lines]
    assert told == [line for n in range(700) for line in (f"{n} · anpe · version 1", f"  {label} : Sotelma [SA]")]


@pytest.mark.parametrize("many", [2, MANY + 1])
def test_a_very_long_list_is_one_json_document_too(many):
    items = [{"id": n, "nom": f"Awa « {n} »\n", "faults": [None, {"cell": 1.5}]} for n in range(many)]
    with redirect_stdout(out := io.StringIO()):
        print_json(items)

    assert json.loads(out.getvalue()) == items
