"""What the commands print: for officers in words and tables, for programs as plain data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cigem_core.cli.language import Speech, is_utf8
from cigem_core.cli.options import print_json
from cigem_core.cli.screens import Screen
from cigem_core.cli.streams import is_silenced
from cigem_core.exchange.progress import Progress, silent
from cigem_core.model.codes import CodeList, countries
from cigem_core.model.conventions import Axis, Clause, Convention
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.receipts import Assumed, Counts, Receipt
from cigem_core.model.values import Country, Edited, Labelled, PartialDate
from cigem_core.policy import compile_mask
from cigem_core.report import Fault, NotRun, fault_as_dict
from cigem_core.text import Language, Text, counted, without_secrets

if TYPE_CHECKING:
    from cigem_core.cli.doctor import Finding
    from cigem_core.plugins import Plugins
    from cigem_core.sdk.adapter import Reading
    from cigem_core.store.quarantined import Entry, EntryFault

_SHOWN = 40
"""Faults listed on screen; `--json` gives them all."""


def screen(stderr: bool = False) -> Screen:
    """Where the commands print."""
    console = Screen(stderr=stderr, highlight=False)
    # A table cut to 80 columns helps nobody who redirects it to a file, and neither do spaces at the end of its lines.
    return console if console.is_terminal else Screen(stderr=stderr, highlight=False, width=140, is_piped=True)


@contextmanager
def progress(say: Speech) -> Iterator[Progress]:
    """A line on the terminal while files are read; nothing where nobody looks, or wishes to."""
    if not sys.stderr.isatty() or is_silenced():
        yield silent
        return
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=screen(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def tell(name: str, read: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(escape(name), total=None)
            number = f"{read:,}".replace(",", "\u202f")
            bar.update(tasks[name], description=escape(say(f"{name} : {number} fiches lues", f"{name}: {number} records read")))

        yield tell


def created(say: Speech, where: str, installed: Sequence[Convention], plugins: Plugins) -> None:
    """What `init` did: the conventions that stand there, whose each wording is, and what plugins ship beside."""
    console = screen()
    where = without_secrets(where)
    console.print(say(f"Espace de travail prêt : {escape(where)}", f"Workspace ready: {escape(where)}"))
    for convention in installed:
        origin = plugins.origin_of(convention) or say("texte propre au centre", "the centre's own wording")
        console.print(f"  {escape(convention.reference)} · {escape(say.text(convention.title))} · {escape(origin)}")
    if not installed:
        console.print(say("  aucune convention : aucun échange n'est possible", "  no convention: no exchange is possible"))
    known = {convention.reference for convention in installed}
    for convention in plugins.conventions:
        if convention.reference not in known:
            name, origin = escape(convention.reference), escape(plugins.origin_of(convention) or "?")
            how = f"cigem init {escape(where)} --convention {name}"
            console.print(say(f"  non installée : {name} ({origin}) ; {how}", f"  not installed: {name} ({origin}); {how}"))
    for plugin in plugins.found:
        if plugin.status != "ok" and plugin.reason:
            console.print(f"  {escape(plugin.name)} : {escape(say.text(plugin.reason))}")


def receipt(say: Speech, done: Receipt) -> None:
    """A receipt as an officer reads it: what was kept, what must be mended."""
    console = screen()
    console.print()
    tried = "" if done.journal else say("Essai, rien n'a été gardé · ", "Tried, nothing was kept · ")
    title = tried + say(f"Récépissé · {done.agency.upper()}", f"Receipt · {done.agency.upper()}")
    console.print(f"[bold]{title}[/bold] · {escape(done.convention)} {escape(done.clause)} · {say.text(done.axis.label)}")
    console.print(say(f"le {done.on:%d/%m/%Y}, par {escape(done.by)}", f"on {done.on}, by {escape(done.by)}"))
    counted_files(say, console, ((f.path, kind, counts) for f in done.files for kind, counts in f.kinds.items()), kept=True)
    for number, (fr, en) in zip((done.pending, done.returned, done.mended_again, done.overtaken), _BESIDE, strict=True):
        if number:
            console.print(say.text(counted(number, fr, en)))
    _assumed(say, console, done.assumed)
    _not_run(say, console, done.not_run)
    _faults(say, console, done.faults)


_BESIDE = (
    ("fiche(s) en attente d'une autre, en quarantaine", "record(s) waiting for one in quarantine"),
    ("fiche(s) revenue(s) à un état d'avant", "record(s) went back to what they said before"),
    (
        "ligne(s) que quelqu'un avait déjà corrigée(s) autrement ; « cigem history » dit qui, et quoi",
        "row(s) that somebody had mended otherwise; 'cigem history' says who, and what",
    ),
    (
        "fiche(s) que les corrections et un fichier reçu avec elles disent autrement : le fichier compte ; « cigem history » "
        "montre les deux",
        "record(s) that corrections and a file received with them say otherwise: the file counts; 'cigem history' shows both",
    ),
)
"""What a receipt says of records beside their counts: waiting, returned, mended again, overtaken."""


def reading(say: Speech, read: Reading) -> None:
    """What `check` found."""
    console = screen()
    console.print()
    counted = ((b.file, b.table.kind.name, _counts(b)) for b in read.files)
    counted_files(say, console, counted, kept=False)
    _assumed(say, console, read.assumed)
    _not_run(say, console, read.not_run)
    _faults(say, console, read.faults)


def reading_as_dict(read: Reading, language: Language) -> dict[str, Any]:
    """What `check` found, for programs."""
    return {
        "agency": read.agency,
        "read": read.read,
        "accepted": sum(b.accepted.height for b in read.files),
        "quarantined": sum(b.quarantined.height for b in read.files),
        "pending": sum(b.pending for b in read.files),
        "files": [
            {
                "path": b.file,
                "sha256": b.sha256,
                "kinds": {
                    b.table.kind.name: {"read": b.read, "accepted": b.accepted.height, "quarantined": b.quarantined.height}
                },
            }
            for b in read.files
        ],
        "not_run": [{"rule": n.rule, "reason": n.reason.in_(language)} for n in read.not_run],
        "assumed": [{"file": one.file, "what": one.what.in_(language)} for one in read.assumed],
        "faults": [fault_as_dict(fault, language) for fault in read.faults],
    }


def _counts(batch: Any) -> Counts:
    return Counts(read=batch.read, accepted=batch.accepted.height, quarantined=batch.quarantined.height)


_NARROW = 100
"""Columns of a screen below which a file and its kind stand one above the other."""


def counted_files(say: Speech, console: Console, files: Iterable[tuple[str, str, Counts]], *, kept: bool) -> None:
    """What became of the records of files, kind by kind."""
    table, is_narrow = Table(box=None, pad_edge=False, header_style="bold"), kept and console.width < _NARROW
    for heading in [say("Fichier", "File")] if is_narrow else [say("Fichier", "File"), say("Type de fiche", "Kind")]:
        table.add_column(heading)
    columns = [
        ("read", say("Lues", "Read")),
        ("accepted", say("Acceptées", "Accepted")),
        ("new", say("Nouvelles", "New")),
        ("changed", say("Modifiées", "Changed")),
        ("unchanged", say("Inchangées", "Unchanged")),
        ("quarantined", say("En quarantaine", "Quarantined")),
    ]
    shown = [(name, heading) for name, heading in columns if kept or name in ("read", "accepted", "quarantined")]
    for _, heading in shown:
        table.add_column(heading, justify="right")
    for path, kind, counts in files:
        label = say.text(kind_of(kind).label)
        names = [f"{escape(path)}\n{escape(label)}"] if is_narrow else [escape(path), escape(label)]
        table.add_row(*names, *(str(getattr(counts, name)) for name, _ in shown))
    console.print()
    console.print(table)


def _assumed(say: Speech, console: Console, found: Sequence[Assumed]) -> None:
    for one in found:
        console.print(say(f"supposé de {escape(one.file)} : ", f"assumed of {escape(one.file)}: ") + escape(say.text(one.what)))


def _not_run(say: Speech, console: Console, rules: Sequence[NotRun]) -> None:
    for rule in rules:
        console.print(say(f"règle non appliquée : {rule.rule}", f"rule not run: {rule.rule}") + f" · {say.text(rule.reason)}")


def _faults(say: Speech, console: Console, faults: Sequence[Fault]) -> None:
    if not faults:
        console.print(say("\nAucune anomalie.", "\nNo fault."))
        return
    number = len(faults)
    heading = say(
        f"{number} anomalie{'s' if number > 1 else ''} à corriger", f"{number} fault{'s' if number > 1 else ''} to mend"
    )
    console.print(f"\n[bold]{heading}[/bold]")
    shown = faults[:_SHOWN]
    # The tables of one receipt stand under one another: their columns do too.
    places, columns = (
        max(len(text) for text in texts) for texts in (map(_place, shown), (f.address.column or "" for f in shown))
    )
    for (file, sheet), some in groupby(shown, key=lambda fault: (fault.address.file, fault.address.sheet)):
        title = escape(f"{file}, {say('feuille', 'sheet')} {sheet}" if sheet else file)
        table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left", title_style="cyan")
        table.add_column(say("Case", "Cell") if sheet else say("Ligne", "Row"), justify="right", min_width=min(places, _WIDE))
        table.add_column(say("Colonne", "Column"), min_width=min(columns, _WIDE))
        table.add_column(say("Que faire", "What to do"))
        for fault in some:
            column = fault.address.column or say("(toute la ligne)", "(the whole row)")
            table.add_row(escape(_place(fault)), escape(column), escape(fault.message(say.language)))
        console.print()
        console.print(table)
    if number > _SHOWN:
        console.print(
            say(
                f"… et {number - _SHOWN} autres : {number} en tout ; « cigem corrections » les renvoie, --json les donne toutes",
                f"… and {number - _SHOWN} more: {number} in all; 'cigem corrections' sends them back, --json gives all",
            )
        )


_WIDE = 36
"""Columns no wider than this stand under one another: an id of a form's has 36 characters."""


def _place(fault: Fault) -> str:
    return fault.address.cell or str(fault.address.row)


def conventions(say: Speech, installed: Sequence[Convention]) -> None:
    """Conventions and their clauses."""
    console = screen()
    for convention in installed:
        title, period = escape(say.text(convention.title)), say.text(convention.period)
        console.print(f"[bold]{escape(convention.reference)}[/bold] · {title} · {period}")
        if convention.illustrative:
            console.print(f"  {escape(say.text(convention.illustrative))}")
        for clause in convention.clauses:
            act = {
                "pull": say("recevoir", "pull"),
                "push": say("transmettre", "push"),
                "onward": say("faire suivre", "hand on"),
            }[clause.direction]
            cargo = _cargo(say, clause)
            console.print(
                f"  {escape(clause.article)} · {say.text(clause.axis.label)} · {act}" + (f" · {cargo}" if cargo else "")
            )
            mask = compile_mask(clause)
            for kind in map(kind_of, clause.fields):
                hidden = [escape(say.text(f.label)) for f in kind.fields.values() if not mask.permits(kind, f.name)]
                but = say(" : tout, sauf ", ": all but ") + ", ".join(hidden) if hidden else say(" : tout", ": all")
                console.print(f"    {say.text(kind.label)}{but}")
    if not installed:
        console.print(say("Aucune convention installée.", "No convention installed."))


def _cargo(say: Speech, clause: Clause) -> str:
    """Which columns a clause lets cross beside the declared ones."""
    if isinstance(clause.cargo, bool):
        hides = compile_mask(clause).hides(*map(kind_of, clause.fields))
        return say("colonnes non déclarées admises", "undeclared columns too") if clause.cargo and not hides else ""
    return say("et les colonnes ", "and the columns ") + escape(", ".join(clause.cargo))


def counts(say: Speech, found: dict[tuple[str, str], int], *, as_json: bool) -> None:
    """How many records there are."""
    if as_json:
        rows = [{"agency": agency, "kind": kind, "records": number} for (agency, kind), number in found.items()]
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("Structure", "Agency"))
    table.add_column(say("Type de fiche", "Kind"))
    table.add_column(say("Fiches", "Records"), justify="right")
    for (agency, kind), number in found.items():
        table.add_row(agency, f"{kind} · {say.text(kind_of(kind).label)}", str(number))
    screen().print(table if found else say("Aucune fiche.", "No record."))


def records(say: Speech, kind: Kind, rows: Iterable[dict[str, Any]], codelists: Sequence[CodeList], only: Sequence[str]) -> None:
    """Records one after the other, `only` some of their fields, empty ones left out, codes by their names."""
    console, spoken, rows = screen(), speaker(say, codelists), iter(rows)
    asked = [kind.fields[name] for name in only if (name,) != tuple(key.name for key in kind.keys)]
    labels = {f.name: (say.text(f.label), f) for f in asked}
    first = [(_heading(row), _fields(labels, row, spoken)) for row in islice(rows, _ONE_BY_ONE)]
    if console.is_terminal:
        for heading, fields in first:
            console.print(f"[bold]{escape(heading[0])}[/bold]{escape(heading[1])}", *map(escape, fields), sep="\n")
    else:
        for heading, fields in first:
            click.echo("\n".join(("".join(heading), *fields)))
    for row in rows:
        click.echo("\n".join(("".join(_heading(row)), *_fields(labels, row, spoken))))
    if not first:
        console.print(say("Aucune fiche.", "No record."))


_ONE_BY_ONE = 500
"""Records shown in bold and folded at a terminal; of those that follow nobody sees the beginning any more."""


def _heading(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["key"]), f" · {row['agency']} · version {row['sequence']}"


def _fields(labels: dict[str, tuple[str, Field]], row: dict[str, Any], spoken: Callable[[Field, Any], str]) -> list[str]:
    return [f"  {label} : {spoken(one, row[name])}" for name, (label, one) in labels.items() if row.get(name) is not None]


def speaker(say: Speech, codelists: Sequence[CodeList]) -> Callable[[Field, Any], str]:
    """How a stored value is said to an officer: days as people write them, codes by their names."""
    names = {(c.list, c.edition): c.by_code for c in codelists}

    def spoken(field: Field, stored: Any) -> str:
        return said(field.restore(stored))

    def said(value: Any) -> str:
        if isinstance(value, tuple):
            return ", ".join(map(said, value))
        if isinstance(value, PartialDate):
            return said(value.said)
        if isinstance(value, Text):
            return say.text(value)
        if isinstance(value, Country):
            known = countries(say.language).by_code.get(value.code)
            return known.name if known else value.code
        if isinstance(value, bool):
            return say("oui", "yes") if value else say("non", "no")
        if isinstance(value, date):
            return say(f"{value:%d/%m/%Y}", f"{value}")
        if isinstance(value, (Axis, Labelled)):
            return say.text(value.label)
        if isinstance(value, Edited) and value.code in names.get((value.list, value.edition), {}):
            return names[value.list, value.edition][value.code].name
        return str(value)

    return spoken


def records_as_json(rows: Iterable[dict[str, Any]]) -> None:
    """Records as JSON lines."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=not is_utf8(sys.stdout), default=str))


def entries(say: Speech, found: Sequence[Entry]) -> None:
    """The rows in quarantine: where and why, not what they hold."""
    console = screen()
    if not found:
        console.print(say("Aucune ligne en quarantaine.", "No row in quarantine."))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        say("N°", "No."), say("Structure", "Agency"), say("Fichier", "File"), say("Ligne", "Row"), say("État", "State"),
        say("Anomalies", "Faults"),
    ):  # fmt: skip
        table.add_column(heading)
    states = {"open": say("ouverte", "open"), "corrected": say("corrigée", "corrected"), "dismissed": say("écartée", "dismissed")}
    for entry in found:
        faults = "\n".join(_told(say, fault) for fault in entry.faults)
        table.add_row(str(entry.id), entry.agency, escape(entry.file), entry.row, states[entry.state], escape(faults))
    console.print(table)
    waiting = sum(entry.state == "open" for entry in found)
    told = say.text(counted(waiting, "ligne(s) à corriger", "row(s) to mend"))
    back = say("les renvoyer : cigem corrections STRUCTURE --to FICHIER", "to send them back: cigem corrections AGENCY --to FILE")
    console.print(f"\n{told} ; {back}" if waiting else f"\n{told}", markup=False)


def _told(say: Speech, fault: EntryFault) -> str:
    where = " · ".join(text for text in (fault.cell, fault.column or say("(ligne)", "(row)")) if text)
    return f"{where} : {say.text(fault.remedy)}"


def entry_as_dict(entry: Entry, language: Language) -> dict[str, Any]:
    """A row in quarantine, for programs."""
    return {
        "id": entry.id,
        "agency": entry.agency,
        "kind": entry.kind,
        "file": entry.file,
        "row": int(entry.row) if entry.row.isdecimal() else entry.row,
        "state": entry.state,
        "faults": [{"column": f.column, "cell": f.cell, "rule": f.rule, "message": f.remedy.in_(language)} for f in entry.faults],
    }


def findings(say: Speech, found: Sequence[Finding]) -> None:
    """What the doctor found."""
    console = screen()
    for finding in found:
        mark = "[red]✘[/red]" if finding.is_wrong else "[green]✔[/green]"
        console.print(f"{mark} {escape(say.text(finding.text))}")
