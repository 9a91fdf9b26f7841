"""The desk of training plans: who goes to which session, and what follows from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli import (
    training_attendance,
    training_certificates,
    training_money,
    training_plans,
    training_results,
    training_seats,
)  # fmt: skip
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.training_seats import PLAN, asked_as_dict
from cigem_core.cli.verb import FILE, argument, flag, option, verb
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.programmes.training.explain import Explained
    from cigem_core.programmes.training.plans import CarriedPlan
    from cigem_core.sdk.adapter import Reading

_FILE = ("FICHIER", "FILE")


@verb(
    "plan assign",
    argument("plan", fr="[PLAN]", en="[PLAN]", required=False),
    option("--sessions", kind=FILE, shown=_FILE, fr="Les sessions, CSV ou XLSX.", en="The sessions, CSV or XLSX."),
    option("--candidates", kind=FILE, shown=_FILE, fr="Les candidats, CSV ou XLSX.", en="The candidates, CSV or XLSX."),
    option("--reserves", kind=FILE, shown=_FILE, fr="Les places réservées (reserves.toml).", en="The reserved places."),
    flag("--why", fr="Dire de chacun pourquoi.", en="Say of each why."),
    fr="Dire qui va à quelle session : le plus de personnes, puis de places réservées, puis au mieux ; le meilleur est prouvé.",
    en="Say who goes to which session: the most people, then reserved places, then the best fit; the best is proven.",
)
def assign(
    say: Speech, plan: str | None, sessions: Path | None, candidates: Path | None, reserves: Path | None, why: bool, as_json: bool
) -> None:
    """Who goes to which session: of two files, or of a plan in the workspace."""
    if sessions is not None and candidates is not None and plan is None:
        from cigem_core.plugins import load
        from cigem_core.programmes.training.alone import assign_files

        done = assign_files(sessions, candidates, reserves, territory=load().territory)
        found, reading = done.explained, done.reading
    elif sessions is None and candidates is None:
        from cigem_core.model.fields import CENTRE
        from cigem_core.sdk.adapter import Reading

        with open_workspace(say) as centre:
            found, reading = centre.training.assign(plan, reserves=reserves or ()), Reading(agency=CENTRE, files=())
    else:
        raise click.UsageError(
            say("donner --sessions et --candidates, ou un PLAN", "name --sessions and --candidates, or a PLAN")
        )
    if as_json:
        print_json(_as_dict(say, found, reading, why))
    else:
        _show(say, found, reading, why)


def _as_dict(say: Speech, found: Explained, reading: Reading, why: bool) -> dict[str, Any]:
    from cigem_core.cli import show

    told = found.assignment.as_dict()
    if why:
        for row in (*told["assigned"], *told["unassigned"]):
            row["why"] = say.text(found.why(row["candidate"]))
    return told | show.reading_as_dict(reading, say.language)


def _show(say: Speech, found: Explained, reading: Reading, why: bool) -> None:
    from cigem_core.cli import show

    if reading.files:
        show.reading(say, reading)
    done = found.assignment
    console = show.screen()
    placed = say.text(counted(done.score.placed, "personne(s) placée(s)", "seated"))
    met = say.text(counted(done.score.reserved_met, "place(s) réservée(s) pourvue(s)", "reserved place(s) met"))
    proven = say(" : rien de mieux n'existe", ": nothing better exists") if done.score == done.bound else f" ≤ {done.bound}"
    console.print(f"\n[bold]{placed}, {met}, {say('accord', 'fit')} {done.score.fit}[/bold]{proven}")
    for frame in (done.assigned, done.unassigned):
        for row in frame.iter_rows(named=True):
            where = row.get("session") or say.text(_WHY_NOT[row["reason"]])
            said = f" · {say.text(found.why(row['candidate']))}" if why else f" → {where}"
            console.print(f"  {row['candidate']}{said}", markup=False, highlight=False)


_WHY_NOT = {
    "no-session": Text(fr="aucune session de ce métier", en="no session of this trade"), "full": Text(fr="complet", en="full")
}  # fmt: skip


@verb(
    "plan enrol",
    PLAN,
    option("--reserves", kind=FILE, shown=_FILE, fr="Les places réservées (reserves.toml).", en="The reserved places."),
    fr="Demander au fonds les places de la meilleure affectation ; elles partent avec « cigem push ».",
    en="Ask the fund for the seats of the best assignment; they leave with 'cigem push'.",
    acts=True,
)
def enrol(say: Speech, plan: str | None, reserves: Path | None, on: date, by: str, as_json: bool) -> None:
    """Seats asked of the fund."""
    with open_workspace(say) as centre:
        found = centre.training.assign(plan, reserves=reserves or (), on=on)
        asked = centre.training.enrol(found, on=on, by=by, plan=plan)
    if as_json:
        print_json([asked_as_dict(one) for one in asked])
        return
    for one in asked:
        click.echo(f"{one.reference} → {one.session}")
    if not asked:
        click.echo(say("personne à inscrire : aucun candidat n'a de place", "nobody to enrol: no candidate has a seat"))
    elif any(getattr(one, "to", None) for one in asked):
        click.echo(say("Elles partent avec : cigem push", "They leave with: cigem push"))


@verb(
    "plan show",
    argument("plan", fr="[PLAN]", en="[PLAN]", required=False),
    fr="Montrer un plan : ses sessions, les places, les inscrits, les certifiés.",
    en="Show a plan: its sessions, their places, who is enrolled and certified.",
)
def show_plan(say: Speech, plan: str | None, as_json: bool) -> None:
    """The sessions of a plan."""
    with open_workspace(say) as centre:
        carried, results = centre.training.plan(plan), centre.training.results(plan)
    rows = [
        {
            "session": one.session, "module": one.module, "begins_on": one.begins_on and one.begins_on.isoformat(),
            "ends_on": one.ends_on and one.ends_on.isoformat(), "places": carried.sessions[one.session].places,
            "enrolled": len(one.enrolled), "certified": len(one.certified),
            "cancelled_on": one.cancelled_on and one.cancelled_on.isoformat(),
        }
        for one in sorted(results, key=lambda one: one.session)
    ]  # fmt: skip
    if as_json:
        print_json({"plan": str(carried.ref), "sessions": rows})
        return
    _show_sessions(say, carried, rows)


def _show_sessions(say: Speech, carried: CarriedPlan, rows: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from cigem_core.cli import show

    about = " · ".join(filter(None, (str(carried.ref), carried.plan.promoter, carried.plan.region)))
    table = Table(box=None, pad_edge=False, header_style="bold", title=about, title_justify="left", title_style="bold")
    for heading in ("Session", say("Module", "Module"), say("Début", "Begins"), say("Fin", "Ends")):
        table.add_column(heading, no_wrap=heading != "Module")
    for heading in (say("Inscrits", "Enrolled"), say("Places", "Places"), say("Certifiés", "Certified")):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        module, held = carried.modules.get(row["module"]), carried.sessions[row["session"]]
        days = ("" if day is None else say(f"{day:%d/%m/%Y}", f"{day}") for day in (held.begins_on, held.ends_on))
        title = module.title if module and module.title else row["module"]
        title += say(" (annulée)", " (cancelled)") if row["cancelled_on"] else ""
        many = (str(row[name]) if row[name] is not None else "—" for name in ("enrolled", "places", "certified"))
        table.add_row(row["session"], escape(title), *days, *many)
    show.screen().print(table)


_HERE = (show_plan, assign, enrol)
_DESKS = (training_plans, training_seats, training_attendance, training_results, training_certificates, training_money)
VERBS = (*_HERE, *(one for desk in _DESKS for one in desk.VERBS))
GROUPS = {
    "plan": Text(fr="Les plans de formation, de l'affectation au règlement.", en="Training plans, from seats to money."),
    "certificate": Text(fr="Les attestations de formation.", en="Certificates of training."),
}
