"""The desk of training plans: who goes to which session, and what follows from it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli import training_money, training_plans, training_results, training_seats
from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.training_seats import PLAN, asked_as_dict
from cigem_core.cli.verb import DAY, FILE, OUTPUT, argument, flag, option, verb
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.model.receipts import Head
    from cigem_core.programmes.training.explain import Explained
    from cigem_core.sdk.adapter import Reading

_FILE = ("FICHIER", "FILE")


@verb(
    "plan assign",
    argument("plan", fr="[PLAN]", en="[PLAN]", required=False),
    option("--sessions", kind=FILE, shown=_FILE, fr="Les sessions (sessions.csv).", en="The sessions (sessions.csv)."),
    option("--candidates", kind=FILE, shown=_FILE, fr="Les candidats (candidats.csv).", en="The candidates (candidats.csv)."),
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
            where = row.get("session") or row["reason"]
            reason = f" · {say.text(found.why(row['candidate']))}" if why else ""
            console.print(f"  {row['candidate']} → {where}{reason}", markup=False)


@verb(
    "plan roll-call",
    argument("sheet", kind=FILE, fr="FICHIER", en="FILE"),
    PLAN,
    option("--session", shown=("CODE", "CODE"), fr="La session, si le nom du fichier ne la dit pas.", en="The session."),
    fr="Lire la feuille d'appel d'une session (presences_SESSION.csv ou .xlsx), et la garder.",
    en="Read the roll-call sheet of a session (presences_SESSION.csv or .xlsx), and keep it.",
    acts=True,
)
def roll_call(say: Speech, sheet: Path, plan: str | None, session: str | None, on: date, by: str, as_json: bool) -> None:
    """A session's sheet, kept."""
    from cigem_core.cli import show
    from cigem_core.model.fields import CENTRE
    from cigem_core.sdk.adapter import Reading

    with open_workspace(say) as centre:
        called = centre.training.roll_call(sheet, on=on, by=by, plan=plan, session=session)
    reading = Reading(agency=CENTRE, files=(called.batch,))
    if as_json:
        told = {"session": called.session, "rates": called.rates()}
        print_json(told | show.reading_as_dict(reading, say.language))
        return
    show.reading(say, reading)
    for row in called.rates():
        rate = say("non appelé", "not called") if row["rate"] is None else f"{row['rate']:.0%}"
        show.screen().print(f"  {row['number']} · {rate} · P {row['P']} R {row['R']} A {row['A']} E {row['E']}", markup=False)


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


@verb(
    "certificate verify",
    argument("number", fr="NUMÉRO", en="NUMBER"),
    option(
        "--head", shown=("LONGUEUR:EMPREINTE", "LENGTH:DIGEST"), fr="La tête du journal que l'on tient.", en="The journal's head."
    ),
    fr="Dire si une attestation est au journal, entière et non annulée.",
    en="Say whether a certificate stands in the journal, whole and not revoked.",
)
def verify(say: Speech, number: str, head: str | None, as_json: bool) -> None:
    """Whether a certificate holds."""
    with open_workspace(say) as centre:
        found = centre.training.certificate(number)
        broken = centre.verify_journal(_head(say, head))
    holds = found.revoked_on is None and broken is None
    if as_json:
        revoked = found.revoked_on and found.revoked_on.isoformat()
        print_json({"certificate": number, "holds": holds, "revoked_on": revoked, "journal_is_whole": broken is None})
    elif broken is not None:
        click.echo(say("le journal a été altéré : rien ne s'en déduit", "the journal was altered: nothing follows from it"))
    elif found.revoked_on is not None:
        click.echo(
            say(f"{number} est annulée depuis le {found.revoked_on:%d/%m/%Y}", f"{number} is revoked since {found.revoked_on}")
        )
    else:
        issued = found.issued_on
        click.echo(say(f"{number} est valable, délivrée le {issued:%d/%m/%Y}", f"{number} holds, issued on {issued}"))
    if not holds:
        click.get_current_context().exit(1)


def _head(say: Speech, written: str | None) -> Head | None:
    from cigem_core.model.receipts import Head

    if written is None:
        return None
    length, colon, digest = written.partition(":")
    if not colon or not length.isdecimal():
        raise click.UsageError(say("--head s'écrit LONGUEUR:EMPREINTE", "--head is written LENGTH:DIGEST"))
    return Head(int(length), digest)


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
        }
        for one in sorted(results, key=lambda one: one.session)
    ]  # fmt: skip
    if as_json:
        print_json({"plan": str(carried.ref), "sessions": rows})
        return
    for row in rows:
        places = say(f"{row['enrolled']} inscrits / {row['places']} places", f"{row['enrolled']} of {row['places']} places")
        certified = say(f"{row['certified']} certifiés", f"{row['certified']} certified")
        click.echo(f"{row['session']} · {row['module']} · {row['begins_on']} → {row['ends_on']} · {places} · {certified}")


@verb(
    "plan sheet",
    argument("session", fr="SESSION", en="SESSION"),
    option(
        "--day",
        kind=DAY,
        shown=("JOUR", "DAY"),
        many=True,
        fr="Un jour (par défaut : tous, du lundi au vendredi).",
        en="A day of it.",
    ),
    option("--to", kind=OUTPUT, shown=_FILE, required=True, fr="Où l'écrire (.csv, .xlsx).", en="Where to."),
    PLAN,
    fr="Écrire la feuille d'appel d'une session, à remplir : une ligne par personne, une colonne par jour.",
    en="Write a session's roll-call sheet to fill in: a row a person, a column a day.",
    answers=False,
)
def sheet(say: Speech, session: str, day: tuple[date, ...], to: Path, plan: str | None) -> None:
    """A sheet to fill in."""
    with open_workspace(say) as centre:
        click.echo(str(centre.training.sheet(session, day, to, plan=plan)))


_HERE = (show_plan, assign, enrol, sheet, roll_call, verify)
VERBS = (*_HERE, *training_plans.VERBS, *training_seats.VERBS, *training_results.VERBS, *training_money.VERBS)
GROUPS = {
    "plan": Text(fr="Les plans de formation, de l'affectation au règlement.", en="Training plans, from seats to money."),
    "certificate": Text(fr="Les attestations de formation.", en="Certificates of training."),
}
