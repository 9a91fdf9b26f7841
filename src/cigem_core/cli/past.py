"""The commands that tell the past: who made a record say what, and what was done day after day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.acts import COUNTS, FACTS, act_called
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.verb import DAY, NUMBER, argument, option, verb
from cigem_core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cigem_core.model.codes import CodeList
    from cigem_core.model.fields import Field
    from cigem_core.model.refs import Ref
    from cigem_core.store.journal import Line
    from cigem_core.store.objects import Version

GROUPS: dict[str, Text] = {}


@verb(
    "history",
    argument("ref", fr="STRUCTURE:TYPE:NUMÉRO", en="AGENCY:KIND:NUMBER"),
    fr="Montrer l'histoire d'une fiche : qui lui a fait dire quoi, et quand.",
    en="Show the history of a record: who made it say what, and when.",
)
def history(say: Speech, ref: str, as_json: bool) -> None:
    """Show what each act made a record say."""
    from cigem_core.model.refs import Ref
    from cigem_core.store.quarantined import not_kept

    with open_workspace(say) as centre:
        asked = Ref.parse(ref)
        versions = centre.history(asked)
        codelists = centre.plugins.codelists
        if not versions:
            with centre.store.reading() as connection:
                raise not_kept(connection, asked)
    if as_json:
        print_json([_version(one) for one in versions])
    else:
        _show_history(say, asked, versions, codelists)


@verb(
    "journal list",
    option("--since", kind=DAY, shown=("JOUR", "DAY"), fr="Depuis ce jour.", en="Since that day."),
    option("--limit", kind=NUMBER, shown=("N", "N"), fr="Les N dernières lignes.", en="The last N lines."),
    fr="Lister ce qui s'est passé : le jour, qui, l'acte, et ce qu'en dit le journal.",
    en="List what happened: the day, who, the act, and what the journal says of it.",
)
def journal_list(say: Speech, since: date | None, limit: int | None, as_json: bool) -> None:
    """Show the lines of the journal."""
    with open_workspace(say) as centre:
        lines = centre.journal(since=since, limit=limit)
    if as_json:
        print_json([_line(one) for one in lines])
    elif lines:
        _show_lines(say, lines)
    else:
        click.echo(say("Le journal ne dit rien de ces jours.", "The journal says nothing of those days."))


def _show_history(say: Speech, ref: Ref, versions: Sequence[Version], codelists: Sequence[CodeList]) -> None:
    """Each act on a record, and the fields it changed."""
    from rich.markup import escape

    from cigem_core.cli.show import screen, speaker
    from cigem_core.model.fields import kind_of

    console, spoken, before = screen(), speaker(say, codelists), dict[str, Any]()
    kind = kind_of(str(ref.kind))
    console.print(f"[bold]{escape(str(ref))}[/bold] · {say.text(kind.label)}")
    for one in versions:
        mended = say(f" · corrige l'anomalie {one.corrects}", f" · mends entry {one.corrects}") if one.corrects else ""
        day = say(f"{one.on:%d/%m/%Y}", f"{one.on}")
        act = escape(say.text(act_called(one.act)))
        console.print(f"\n{day} · {escape(one.by)} · {act} · {escape(one.agency)}{mended}")
        for name, field in kind.fields.items():
            if name in one.said and one.said[name] != before.get(name):
                was, now = (
                    None if v is None else escape(spoken(field, _held(field, v))) for v in (before.get(name), one.said[name])
                )
                arrow = f"{was} → {now or say('(vide)', '(empty)')}" if was else now
                console.print(f"  {escape(say.text(field.label))} : {arrow}")
        before |= one.said


def _held(field: Field, said: Any) -> Any:
    """A stored form as the tables hold it: in what a version said, days are texts."""
    return date.fromisoformat(said) if field.value.storage == "date" and not field.many else said


def _show_lines(say: Speech, lines: Sequence[Line]) -> None:
    """The journal's lines, one under the other."""
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli.show import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (say("N°", "No."), say("Jour", "Day"), say("Par", "By"), say("Acte", "Act"), say("Ce qu'il en dit", "Facts")):
        table.add_column(heading)
    for one in lines:
        told = ((say.text(FACTS[name]), value) for name, value in one.facts.items() if name in FACTS and value)
        facts, act = " · ".join(f"{name} {_short(say, value)}" for name, value in told), say.text(act_called(one.act))
        table.add_row(str(one.line), say(f"{one.on:%d/%m/%Y}", f"{one.on}"), escape(one.by), escape(act), escape(facts))
    screen().print(table)


def _short(say: Speech, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_kind(say, name)} {_short(say, inside)}" for name, inside in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _kind(say: Speech, name: str) -> str:
    """What a kind, or what was counted of it, is called; a name that is neither stands for itself."""
    from cigem_core.model.fields import kinds

    found = COUNTS.get(name) or next((one.label for one in kinds() if one.name == name), None)
    return say.text(found) if found else name


def _version(one: Version) -> dict[str, Any]:
    return {
        "sequence": one.sequence, "act": one.act, "on": one.on.isoformat(), "by": one.by, "with": one.agency,
        "corrects": one.corrects, "said": dict(one.said),
    }  # fmt: skip


def _line(one: Line) -> dict[str, Any]:
    return {"line": one.line, "on": one.on.isoformat(), "by": one.by, "act": one.act, "facts": one.facts}


VERBS = (history, journal_list)
