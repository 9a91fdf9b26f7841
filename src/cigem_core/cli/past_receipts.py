"""The receipts of what was received before, and what became of the rows they sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import table
from cigem_core.cli.verb import NUMBER, Verb, argument, option, verb
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.store.past_receipts import PastReceipt


@verb(
    "receipt list",
    option("--agency", shown=("STRUCTURE", "AGENCY"), fr="D'une seule structure.", en="Of one agency only."),
    fr="Lister les récépissés de ce qui fut reçu, et ce qui reste à y corriger.",
    en="List the receipts of what was received, and what is left to mend of each.",
)
def _list(say: Speech, agency: str | None, as_json: bool) -> None:
    from cigem_core.cli.agencies import check_agency
    from cigem_core.store.past_receipts import past_receipts

    with open_workspace(say) as centre:
        check_agency(centre, agency)
        with centre.store.reading() as connection:
            found = past_receipts(connection, agency=agency)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    headings = [say("N°", "No."), say("Le", "On"), say("Par", "By"), say("Structure", "Agency"), say("Lues", "Read")]
    headings += [say("En quarantaine", "Quarantined"), say("À corriger", "To mend")]
    table(say, headings, map(_row, found), empty=say("Rien n'a été reçu.", "Nothing was received."))


def _row(past: PastReceipt) -> tuple[object, ...]:
    done = past.receipt
    return (past.number, done.on, done.by, done.agency, done.counts.read, done.counts.quarantined, past.waiting)


@verb(
    "receipt show",
    argument("number", kind=NUMBER, fr="N°", en="NUMBER"),
    fr="Montrer un récépissé d'avant ; ses anomalies sont dans la quarantaine.",
    en="Show a receipt of before; its faults are in the quarantine.",
)
def _show(say: Speech, number: int, as_json: bool) -> None:
    from cigem_core.store.past_receipts import past_receipt

    with open_workspace(say) as centre, centre.store.reading() as connection:
        found = past_receipt(connection, number)
    if as_json:
        print_json(found.as_dict())
    else:
        _told(say, found)


def _told(say: Speech, past: PastReceipt) -> None:
    """What it said, and what became of its rows."""
    from rich.markup import escape

    from cigem_core.cli.show import counted_files, screen

    console, done = screen(), past.receipt
    title = say(f"Récépissé {past.number} · {done.agency.upper()}", f"Receipt {past.number} · {done.agency.upper()}")
    console.print(f"[bold]{title}[/bold] · {escape(done.convention)} {escape(done.clause)} · {say.text(done.axis.label)}")
    console.print(say(f"le {done.on:%d/%m/%Y}, par {escape(done.by)}", f"on {done.on}, by {escape(done.by)}"))
    counted_files(say, console, ((f.path, kind, counts) for f in done.files for kind, counts in f.kinds.items()), kept=True)
    console.print()
    for told in (
        counted(past.closed, "ligne(s) d'avant close(s) par ces fichiers", "row(s) of before closed by these files"),
        counted(past.mended, "ligne(s) de ces fichiers close(s) depuis", "row(s) of these files closed since"),
        counted(past.waiting, "ligne(s) de ces fichiers à corriger encore", "row(s) of these files still to mend"),
    ):
        console.print(say.text(told))


GROUPS: dict[str, Text] = {}
VERBS: tuple[Verb, ...] = (_list, _show)
