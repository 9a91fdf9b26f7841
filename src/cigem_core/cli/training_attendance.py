"""The desk of training plans, of who is there: roll-call sheets, hours that records tell, and attendance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json, told_file
from cigem_core.cli.training_seats import PLAN
from cigem_core.cli.verb import DAY, FILE, OUTPUT, argument, flag, option, verb

if TYPE_CHECKING:
    from cigem_core.programmes.training.hours import PersonAttendance

_FILE, _AGENCY = ("FICHIER", "FILE"), ("STRUCTURE", "AGENCY")


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
)
def sheet(say: Speech, session: str, day: tuple[date, ...], to: Path, plan: str | None, as_json: bool) -> None:
    """A sheet to fill in."""
    with open_workspace(say) as centre:
        written = centre.training.sheet(session, day, to, plan=plan)
    told_file(written, as_json=as_json)


@verb(
    "plan roll-call",
    argument("sheet", kind=FILE, fr="[FICHIER]", en="[FILE]", required=False),
    option(
        "--from", shown=_AGENCY, fr="Prendre les heures des fiches d'une structure.", en="Take the hours of an agency's records."
    ),
    flag("--plain", fr="Avec --from : aussi sur un indice évident.", en="With --from: on plain evidence too."),
    PLAN,
    option("--session", shown=("CODE", "CODE"), fr="La session, si le nom du fichier ne la dit pas.", en="The session."),
    fr="Lire la feuille d'appel d'une session (presences_SESSION.csv ou .xlsx), et la garder ; ou, avec --from, noter les heures "
    "que les fiches d'une structure disent suivies.",
    en="Read the roll-call sheet of a session (presences_SESSION.csv or .xlsx), and keep it; or, with --from, record the hours "
    "that an agency's records say were attended.",
    acts=True,
)
def roll_call(
    say: Speech, sheet: Path | None, plain: bool, plan: str | None, session: str | None, on: date, by: str, as_json: bool,
    **given: str | None,
) -> None:  # fmt: skip
    """A session's sheet, or hours, kept."""
    agency = given["from"]
    if (sheet is None) == (agency is None):
        raise click.UsageError(say("donner un FICHIER, ou --from", "give a FILE, or --from"))
    if agency is not None:
        if session is not None:
            raise click.UsageError(say("--session va avec un FICHIER", "--session goes with a FILE"))
        _keep_hours(say, agency, plain, plan, on, by, as_json)
        return
    if plain:
        raise click.UsageError(say("--plain va avec --from", "--plain goes with --from"))
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


def _keep_hours(say: Speech, agency: str, plain: bool, plan: str | None, on: date, by: str, as_json: bool) -> None:
    with open_workspace(say) as centre:
        found = centre.training.roll_call_from(agency, plain=plain, on=on, by=by, plan=plan)
    if as_json:
        print_json({"hours": [one.as_dict() for one in found.hours], "unclear": list(found.unclear)})
        return
    for one in found.hours:
        click.echo(f"{one.enrolment} · {one.session} · {one.hours} h · {one.source} · {say.text(one.tie.label)}")
    for number in found.unclear:
        told = say("à éclaircir : sa fiche peut parler d'une autre place", "unclear: its record may speak of another seat")
        click.echo(f"{number} · {told}")
    if not found.hours and not found.unclear:
        click.echo(say("aucune fiche rattachée ne dit d'heures", "no tied record tells hours"))


@verb(
    "plan attendance",
    argument("session", fr="SESSION", en="SESSION"),
    PLAN,
    fr="Dire l'assiduité dans une session, par personne et par semaine : selon l'appel, et selon les heures des fiches.",
    en="Say how a session was attended, by person and by week: by roll calls, and by the hours that records tell.",
)
def attendance(say: Speech, session: str, plan: str | None, as_json: bool) -> None:
    """Who was there."""
    with open_workspace(say) as centre:
        found = centre.training.attendance(session, plan=plan)
    if as_json:
        print_json(found.as_dict())
        return
    for one in found.people:
        hours = _hours(one)
        against = [f"! {say.text(what.label)}" for what in one.contradictions]
        click.echo(" · ".join([one.enrolment, _rate(say, one.tally.rate), *hours, *against]))
    for monday, tally in found.weeks.items():
        click.echo(f"{say('semaine du', 'week of')} {monday:%d/%m/%Y} · {_rate(say, tally.rate)}")
    by_hours = [] if found.hours_rate is None else [f"{_rate(say, found.hours_rate)} {say('des heures', 'of hours')}"]
    click.echo(" · ".join([session, _rate(say, found.tally.rate), *by_hours]))


def _hours(person: PersonAttendance) -> list[str]:
    """What each record tells, side by side."""
    whole = f"/{person.taught}" if person.taught else ""
    return [f"{one.hours}{whole} h ({one.source})" for one in person.hours]


def _rate(say: Speech, rate: Decimal | Fraction | None) -> str:
    return say("non appelé", "not called") if rate is None else say(f"{float(100 * rate):.0f} %", f"{float(100 * rate):.0f}%")


VERBS = (sheet, roll_call, attendance)
