"""The commands of the door: groups that arrive, people received, what each is given."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import plain, shown, table
from cigem_core.cli.reception.words import AIDS, CONDITIONS, MEANS, SAFE_WAYS
from cigem_core.cli.verb import DAY, FILE, NUMBER, argument, option, verb
from cigem_core.text import Text

GROUPS = {"arrivals": Text(fr="Les groupes qui arrivent.", en="Groups that arrive.")}

PERSON = (
    option("--known-as", shown=("SURNOM", "NAME"), fr="Le surnom, s'il n'y a que lui.", en="The nickname, if that is all."),
    option("--family-name", shown=("NOM", "NAME"), fr="Le nom.", en="The family name."),
    option("--given-names", shown=("PRÉNOMS", "NAMES"), fr="Les prénoms.", en="The given names."),
    option("--sex", kind=("F", "M"), fr="Le sexe.", en="The sex."),
    option("--birth", shown=("DATE", "DATE"), fr="12/03/1985, 1985 ou « vers 1985 ».", en="12/03/1985, 1985 or 'vers 1985'."),
    option(
        "--phone", many=True, shown=("NUMÉRO", "NUMBER"), fr="Un téléphone, comme +99968961219.", en="A phone, like +99968961219."
    ),
    option("--nina", shown=("N°", "NUMBER"), fr="Le numéro national.", en="The national number."),
    option("--language", many=True, shown=("LANGUE", "LANGUAGE"), fr="Une langue parlée.", en="A language spoken."),
    option("--region", shown=("RÉGION", "REGION"), fr="La région où il habite.", en="The region they live in."),
    option("--district", shown=("CERCLE", "DISTRICT"), fr="Le cercle où il habite.", en="The district they live in."),
    option("--level", shown=("NIVEAU", "LEVEL"), fr="Le niveau d'étude, par son nom.", en="The school level, by its name."),
    option("--occupation", shown=("CODE", "CODE"), fr="Le métier (CITP-08).", en="The occupation (ISCO-08)."),
    option("--reach", kind=SAFE_WAYS, fr="Comment le joindre sans risque.", en="How to reach them safely."),
    option("--safe-phone", shown=("NUMÉRO", "NUMBER"), fr="Le numéro qui ne le met pas en danger.",
           en="The number that puts them in no danger."),
    option("--through", shown=("QUI", "WHOM"), fr="Par qui le joindre.", en="Through whom to reach them."),
    option("--hours", shown=("QUAND", "WHEN"), fr="À quelles heures.", en="At which hours."),
    option("--caution", shown=("TEXTE", "TEXT"), fr="À quoi prendre garde.", en="What to beware of."),
    option("--guardian", shown=("NOM", "NAME"), fr="D'un mineur : qui en répond.", en="Of a minor: who answers for them."),
    option("--guardian-relation", shown=("LIEN", "RELATION"), fr="Son lien avec lui.", en="How they are related."),
    option("--guardian-phone", shown=("NUMÉRO", "NUMBER"), fr="Son téléphone.", en="Their phone."),
    option("--guardian-file", shown=("MG-…", "MG-…"), fr="Son propre dossier.", en="Their own file."),
)  # fmt: skip
"""What may be typed of a person; none of it is required."""

SITUATION = (
    option("--situation", kind=CONDITIONS, fr="La situation.", en="The situation."),
    option("--next", shown=("LIEU", "PLACE"), fr="En transit : la prochaine étape.", en="In transit: the next place."),
    option("--leaves-by", kind=DAY, shown=("JOUR", "DAY"), fr="En transit : à partir avant.", en="In transit: to leave by."),
)


@verb(
    "receive",
    option("--arrival", shown=("N°", "NUMBER"), fr="Le groupe dont il est.", en="The group they are of."),
    option("--passenger", kind=NUMBER, shown=("N°", "NUMBER"), fr="Son numéro sur la liste.", en="Their number on the list."),
    option("--migrant", shown=("MG-…", "MG-…"), fr="Le dossier qu'il a déjà.", en="The file they have already."),
    *PERSON,
    *SITUATION,
    acts=True,
    fr="Recevoir quelqu'un : ouvrir son dossier, ou reprendre celui qu'il a. Rien n'est exigé.",
    en="Receive someone: open their file, or take the one they have. Nothing is required.",
)
def receive(
    say: Speech, arrival: str | None, passenger: int | None, migrant: str | None, on: date, by: str, as_json: bool, **typed: Any
) -> None:
    """`cigem receive`."""
    from cigem_core.cli.typed import leg_of, person_of

    condition, leg = leg_of(typed)
    with open_workspace(say) as centre:
        found = centre.reception.receive(
            arrival, passenger=passenger, migrant=migrant, condition=condition, leg=leg, on=on, by=by,
            **({} if migrant else person_of(typed, centre.plugins.codelists, on)),
        )  # fmt: skip
    told(found.reference, {"migrant": found.reference, "arrival": arrival}, as_json)


@verb(
    "arrivals announce",
    argument("number", fr="[NOMBRE]", en="[NUMBER]", kind=NUMBER, required=False),
    option("--amend", shown=("AR-…", "AR-…"), fr="Corriger cette annonce.", en="Amend this announcement."),
    option("--arrives-on", kind=DAY, shown=("JOUR", "DAY"), fr="Le jour attendu.", en="The day expected."),
    option("--means", kind=MEANS, fr="Le moyen de transport.", en="The means of travel."),
    option("--carrier", shown=("NOM", "NAME"), fr="Le transporteur.", en="The carrier."),
    option("--country", shown=("CODE", "CODE"), fr="Le pays de départ, comme LY.", en="The country left, like LY."),
    option("--place", shown=("LIEU", "PLACE"), fr="Le lieu d'arrivée.", en="The place of arrival."),
    option("--announced-by", shown=("QUI", "WHO"), fr="Qui l'annonce.", en="Who announces it."),
    acts=True,
    fr="Annoncer un groupe : un effectif, sans aucun nom.",
    en="Announce a group: a headcount and nobody's name.",
)
def announce(
    say: Speech, number: int | None, amend: str | None, country: str | None, place: str | None, means: str | None,
    on: date, by: str, as_json: bool, **said: Any,
) -> None:  # fmt: skip
    """`cigem arrivals announce`."""
    from cigem_core.cli.typed import country_of, member
    from cigem_core.model.arrivals import Means

    facts = {**said, "arrives_at": place, "country": country_of(country), "means": member(Means, means) if means else None}
    with open_workspace(say) as centre:
        if amend is None and number is None:
            raise click.UsageError(say("dire combien sont annoncés", "say how many are announced"))
        if amend is not None:
            arrival = centre.reception.amend(amend, announced=number, on=on, by=by, **facts)
        else:
            arrival = centre.reception.announce(number or 0, on=on, by=by, **facts)
    told(arrival.reference, {"arrival": arrival.reference, "announced": arrival.announced}, as_json)


@verb("arrivals list", fr="Les groupes, et où en est chacun.", en="The groups, and how each stands.")
def listed(say: Speech, as_json: bool) -> None:
    """`cigem arrivals list`."""
    with open_workspace(say) as centre:
        found = centre.reception.arrivals()
    if as_json:
        print_json([{**plain(arrival), **plain(count)} for arrival, count in found])
        return
    headings = [
        say("N°", "No."),
        say("Attendu le", "Expected on"),
        say("Annoncés", "Announced"),
        say("Reçus", "Received"),
        say("Non venus", "Absent"),
        say("Attendus", "Expected"),
        say("En plus", "Beyond"),
    ]
    rows = [(a.reference, a.arrives_on, c.announced, c.received, c.absent, c.expected, c.unannounced) for a, c in found]
    table(say, headings, rows, empty=say("Aucun groupe.", "No group."))


@verb(
    "arrivals show",
    argument("arrival", fr="AR-…", en="AR-…"),
    fr="Un groupe : ceux de la liste, et où en est chacun.",
    en="A group: those on its list, and how each stands.",
)
def show(say: Speech, arrival: str, as_json: bool) -> None:
    """`cigem arrivals show`."""
    from cigem_core.model.arrivals import Registration

    with open_workspace(say) as centre:
        count = centre.reception.headcount(arrival)
        people = centre.store.find(Registration, arrival=arrival)
    if as_json:
        print_json({"arrival": arrival, **plain(count), "people": plain(people)})
        return
    click.echo(" · ".join(
        f"{label} {number}" for label, number in (
            (say("annoncés", "announced"), count.announced), (say("reçus", "received"), count.received),
            (say("non venus", "absent"), count.absent), (say("attendus", "expected"), count.expected),
            (say("en plus", "beyond"), count.unannounced),
        )
    ))  # fmt: skip
    rows = [
        (
            one.number,
            one.identity and one.identity.family_name,
            one.identity and one.identity.given_names,
            one.presence,
            one.migrant,
        )
        for one in people
    ]
    headings = [
        say("N°", "No."),
        say("Nom", "Name"),
        say("Prénoms", "Given names"),
        say("Présence", "Presence"),
        say("Dossier", "File"),
    ]
    table(say, headings, rows, empty=say("Personne n'est encore nommé.", "Nobody is named yet."))


@verb(
    "arrivals names",
    argument("arrival", fr="AR-…", en="AR-…"),
    argument("source", fr="FICHIER", en="FILE", kind=FILE),
    option(
        "--agency",
        required=True,
        shown=("STRUCTURE", "AGENCY"),
        fr="L'adaptateur qui lit la liste.",
        en="The adapter that reads it.",
    ),
    acts=True,
    fr="Prendre les noms d'un groupe dans la liste du transporteur, lue par un adaptateur.",
    en="Take the names of a group from the carrier's list, read by an adapter.",
)
def names(say: Speech, arrival: str, source: Path, agency: str, on: date, by: str, as_json: bool) -> None:
    """`cigem arrivals names`."""
    with open_workspace(say) as centre:
        found = centre.reception.name_passengers(arrival, source, agency=agency, on=on, by=by)
    if as_json:
        faults = [{"row": f.address.row, "column": f.address.column, "message": f.message(say.language)} for f in found.faults]
        print_json(
            {
                "arrival": arrival,
                "read": found.read,
                "quarantined": found.quarantined,
                "named": len(found.registrations),
                "faults": faults,
            }
        )
        return
    click.echo(
        say(
            f"{len(found.registrations)} noms pris, {found.quarantined} en quarantaine, sur {found.read}",
            f"{len(found.registrations)} names taken, {found.quarantined} in quarantine, of {found.read}",
        )
    )
    for fault in found.faults:
        click.echo(shown(say, f"{fault.address.row} · {fault.address.column} : {fault.message(say.language)}"))


@verb(
    "arrivals absent",
    argument("arrival", fr="AR-…", en="AR-…"),
    option("--passenger", kind=NUMBER, shown=("N°", "NUMBER"), fr="Quelqu'un de la liste.", en="Someone on the list."),
    option("--number", kind=NUMBER, shown=("NOMBRE", "NUMBER"), fr="Combien, sans noms.", en="How many, without names."),
    acts=True,
    fr="Noter qui n'est pas venu : quelqu'un de la liste, ou un nombre.",
    en="Write down who did not come: someone on the list, or a number.",
)
def absent(say: Speech, arrival: str, passenger: int | None, number: int | None, on: date, by: str, as_json: bool) -> None:
    """`cigem arrivals absent`."""
    if (passenger is None) == (number is None):
        raise click.UsageError(say("donner --passenger ou --number", "give --passenger or --number"))
    with open_workspace(say) as centre:
        if passenger is not None:
            centre.reception.miss(arrival, passenger, on=on, by=by)
        else:
            centre.reception.amend(arrival, absent=number, on=on, by=by)
        count = centre.reception.headcount(arrival)
    told(arrival, {"arrival": arrival, **plain(count)}, as_json)


@verb(
    "arrivals give",
    argument("migrant", fr="MG-…", en="MG-…"),
    argument("what", fr="QUOI", en="WHAT", kind=AIDS),
    option("--quantity", kind=NUMBER, shown=("NOMBRE", "NUMBER"), fr="Combien (un par défaut).", en="How many (one by default)."),
    option("--amount", shown=("MONTANT", "AMOUNT"), fr="Des espèces, comme « 15000 EUR ».", en="Cash, like '15000 EUR'."),
    option("--arrival", shown=("AR-…", "AR-…"), fr="Le groupe.", en="The group."),
    acts=True,
    fr="Noter ce que quelqu'un a reçu : repas, nuit, transport, trousse, espèces.",
    en="Write down what someone was given: meal, night, transport, kit, cash.",
)
def give(
    say: Speech,
    migrant: str,
    what: str,
    quantity: int | None,
    amount: str | None,
    arrival: str | None,
    on: date,
    by: str,
    as_json: bool,
) -> None:
    """`cigem arrivals give`."""
    from cigem_core.cli.typed import amount_of, member
    from cigem_core.model.arrivals import AidNature

    with open_workspace(say) as centre:
        aid = centre.reception.give(
            migrant, member(AidNature, what), quantity=quantity, amount=amount_of(amount), arrival=arrival, on=on, by=by
        )
    told(f"{migrant} · {shown(say, aid.nature)}", plain(aid), as_json)


@verb(
    "arrivals leave", argument("migrant", fr="MG-…", en="MG-…"), acts=True,
    fr="Noter que quelqu'un en transit est reparti.", en="Write down that someone in transit went on.",
)  # fmt: skip
def leave(say: Speech, migrant: str, on: date, by: str, as_json: bool) -> None:
    """`cigem arrivals leave`."""
    with open_workspace(say) as centre:
        left = centre.reception.leave(migrant, on=on, by=by)
    told(migrant, plain(left), as_json)


def told(line: str, facts: Any, as_json: bool) -> None:
    """What an act answers: its number, or its facts for programs."""
    if as_json:
        print_json(facts)
    else:
        click.echo(line)


VERBS = (receive, announce, listed, show, names, absent, give, leave)
