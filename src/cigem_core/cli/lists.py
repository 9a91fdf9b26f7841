"""Records as a list to print or to hand on: a workbook, or a page, under the headings people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.plain import write_page
from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.fields import Field, Kind
from cigem_core.model.names import words
from cigem_core.newfiles import writing_new
from cigem_core.text import Text

_SIDE_BY_SIDE = 8
"""Columns of a record that can be read side by side on paper."""


def write_list(
    say: Speech, kind: Kind, records: Iterable[dict[str, Any]], spoken: Callable[[Field, Any], str], to: Path, columns: str | None
) -> int:
    """Write records, one a row, to a workbook or a page that is not there yet, for its owner alone; how many there were.

    `columns` names some, as people call them; else those that some record fills. It holds personal values.
    """
    way = to.suffix.lower()
    if way not in _WAYS:
        raise OperatorError(
            Text(
                fr=f"{to} : une liste s'écrit en .xlsx, en .html ou en .pdf",
                en=f"{to}: a list is written as .xlsx, .html or .pdf",
            )
        )
    rows = list(records)
    filled = chosen(kind, columns) if columns else [n for n in kind.fields if any(row.get(n) is not None for row in rows)]
    if way != ".xlsx" and len(filled) > _SIDE_BY_SIDE:
        raise OperatorError(
            Text(
                fr=f'{len(filled)} colonnes ne tiennent pas sur une page : en choisir (--columns "Nom,Téléphones"), ou .xlsx',
                en=f'{len(filled)} columns do not fit a page: choose some (--columns "Surname,Phones"), or .xlsx',
            )
        )
    header = [say("Structure", "Agency"), *(say.text(kind.fields[name].label) for name in filled)]
    cells = [[row["agency"], *(_said(row.get(name), kind.fields[name], spoken) for name in filled)] for row in rows]
    with writing_new(to):
        _WAYS[way](say, say.text(kind.label), header, cells, to)
    return len(rows)


def _said(stored: Any, field: Field, spoken: Callable[[Field, Any], str]) -> str:
    return "" if stored is None else spoken(field, stored)


def chosen(kind: Kind, columns: str) -> list[str]:
    """The fields somebody names by their label in either language, or by their code; UnknownName where one is none."""
    called = {
        "".join(words(text)): name
        for name, one in kind.fields.items()
        for text in (
            name,
            name.rpartition(".")[2].replace("_", " "),
            one.label.fr,
            one.label.en,
            one.label.fr.replace("(s)", ""),
        )
    }
    found = []
    for typed in columns.split(","):
        if (named := called.get("".join(words(typed)))) is None:
            near = nearest(typed.strip(), [one.label.fr for one in kind.fields.values()])
            raise UnknownName(
                Text(
                    fr=f"« {typed.strip()} » n'est pas une colonne de {kind.label.fr} ; {near.fr}",
                    en=f"'{typed.strip()}' is no column of {kind.label.en}; {near.en}",
                )
            )
        found.append(named)
    return found


def _workbook(_: Speech, title: str, header: Sequence[str], rows: Sequence[Sequence[str]], to: Path) -> None:
    from cigem_core.formats.books.workbook import Sheet, write_workbook

    write_workbook(to, [Sheet(name=title, header=header, rows=rows)])


def _page(say: Speech, title: str, header: Sequence[str], rows: Sequence[Sequence[str]], to: Path) -> None:
    from cigem_core.pages import PrintedTable, page

    table = PrintedTable(caption=f"{title} : {len(rows)}", header=header, rows=rows)
    write_page(to, page(title=title, language=say.language, body=[table]))


_WAYS: dict[str, Callable[[Speech, str, Sequence[str], Sequence[Sequence[str]], Path], None]] = {
    ".xlsx": _workbook,
    ".html": _page,
    ".pdf": _page,
}


def list_options(say: Speech) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--to` and `--columns`, for a list."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        to = click.option(
            "--to", metavar=say("FICHIER", "FILE"), type=click.Path(dir_okay=False, path_type=Path),
            help=say(
                "Écrire une liste à imprimer (.xlsx, .html ou .pdf) ; elle contient des données personnelles.",
                "Write a list to print (.xlsx, .html or .pdf); it holds personal data.",
            ),
        )  # fmt: skip
        columns = click.option(
            "--columns", metavar=say("COLONNES", "COLUMNS"),
            help=say("Les colonnes de la liste : « Nom,Prénom(s) ».", "The columns of the list: 'Surname,Given names'."),
        )  # fmt: skip
        return to(columns(function))

    return decorate
