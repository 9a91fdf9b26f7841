"""The commands of the files: found, seen whole, amended, tied to agencies' records, joined and taken apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import plain, shown, table, write_page
from cigem_core.cli.reception.receiving import PERSON, SITUATION, told
from cigem_core.cli.reception.words import CONDITIONS
from cigem_core.cli.verb import DAY, NUMBER, OUTPUT, argument, option, verb
from cigem_core.text import Text

GROUPS = {"migrants": Text(fr="Les dossiers du centre.", en="The centre's files on people.")}

_FILE = argument("migrant", fr="MG-…", en="MG-…")
_RECORD = argument("record", fr="STRUCTURE:TYPE:NUMÉRO", en="AGENCY:KIND:NUMBER")
_BECAUSE = option("--because", required=True, shown=("MOTIF", "REASON"), fr="Pourquoi.", en="Why.")


@verb(
    "migrants list",
    argument("name", fr="[NOM...]", en="[NAME...]", required=False, many=True),
    option("--limit", kind=NUMBER, shown=("NOMBRE", "NUMBER"), fr="Au plus autant.", en="So many at most."),
    fr="Les dossiers, ou ceux qui répondent à un nom : en tout ordre, sans accents, par une partie.",
    en="The files, or those that answer to a name: in any order, without accents, by a part.",
)
def listed(say: Speech, name: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """`cigem migrants list`."""
    with open_workspace(say) as centre:
        found = centre.people.search(" ".join(name), limit=limit) if name else centre.people.all(limit=limit)
    if as_json:
        print_json(
            [
                {"migrant": one.number, "name": one.name, "opened_on": plain(one.opened_on), "joined_to": one.joined_to}
                for one in found
            ]
        )
        return
    headings = [say("N°", "No."), say("Nom", "Name"), say("Ouvert le", "Opened on"), say("Double de", "Double of")]
    rows = [(one.number, one.name, one.opened_on, one.joined_to) for one in found]
    table(say, headings, rows, empty=say("Aucun dossier.", "No file."))


@verb(
    "migrants show",
    _FILE,
    option(
        "--page", kind=OUTPUT, shown=("FICHIER.html", "FILE.html"), fr="Écrire la page du dossier.", en="Write the file's page."
    ),
    option(
        "--on",
        kind=DAY,
        shown=("JOUR", "DAY"),
        fr="Vu de ce jour (par défaut : aujourd'hui).",
        en="As of this day (default: today).",
    ),
    fr="Tout ce qui est su de quelqu'un : chaque valeur avec sa source et son jour, les contradictions côte à côte.",
    en="Everything known of someone: each value with its source and day, contradictions side by side.",
)
def show(say: Speech, migrant: str, page: Any, on: date | None, as_json: bool) -> None:
    """`cigem migrants show`."""
    day = on or date.today()
    with open_workspace(say) as centre:
        known, held = centre.people.view(migrant), centre.people.situations(migrant)
        referrals = centre.reception.referrals(on=day, migrant=migrant)
        if page is not None:
            write_page(page, centre.reception.migrant_page(migrant, on=day, language=say.language))
    if as_json:
        print_json({
            "migrant": migrant, "situations": plain(held), "referrals": plain(referrals),
            "known": [{**plain(one, say.language), "contradicted": one.is_contradicted} for one in known],
        })  # fmt: skip
        return
    rows = [
        (say.text(one.label) if at == 0 else "", said.value, said.source, said.on, "≠" if one.is_contradicted else "")
        for one in known
        for at, said in enumerate(one.said)
    ]
    table(
        say,
        ["", say("Valeur", "Value"), "Source", say("Depuis", "Since"), ""],
        rows,
        empty=say("Rien n'est su.", "Nothing is known."),
    )
    for one in held:
        click.echo(f"{shown(say, one.condition)} · {shown(say, one.since)} – {shown(say, one.until)}")
    for referral in referrals:
        click.echo(f"{referral.number} · {referral.to} · {shown(say, referral.state)}")


@verb(
    "migrants open",
    option(
        "--from",
        "source",
        shown=("STRUCTURE:TYPE:NUMÉRO", "AGENCY:KIND:NUMBER"),
        fr="Depuis cette fiche.",
        en="From this record.",
    ),
    option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi la fiche est la sienne.", en="Why the record is theirs."),
    *PERSON,
    acts=True,
    fr="Ouvrir un dossier, avec ce qui est su ou depuis la fiche d'une structure.",
    en="Open a file, with what is known or from an agency's record.",
)
def opened(say: Speech, source: str | None, because: str | None, on: date, by: str, as_json: bool, **typed: Any) -> None:
    """`cigem migrants open`."""
    from cigem_core.cli.typed import person_of

    with open_workspace(say) as centre:
        if source is not None:
            if not because:
                raise click.UsageError(
                    say("dire pourquoi la fiche est la sienne (--because)", "say why the record is theirs (--because)")
                )
            found = centre.people.open_from(source, because=because, on=on, by=by)
        else:
            found = centre.people.open(on=on, by=by, **person_of(typed, centre.plugins.codelists, on))
    told(found.reference, {"migrant": found.reference}, as_json)


@verb(
    "migrants amend", _FILE, *PERSON, acts=True,
    fr="Compléter ou corriger un dossier ; ce qui n'est pas dit reste.",
    en="Complete or correct a file; what is not said stays.",
)  # fmt: skip
def amend(say: Speech, migrant: str, on: date, by: str, as_json: bool, **typed: Any) -> None:
    """`cigem migrants amend`."""
    from cigem_core.cli.typed import over, person_of

    with open_workspace(say) as centre:
        held = centre.people.file(migrant)
        said = over(held, person_of(typed, centre.plugins.codelists, on))
        centre.people.amend(migrant, on=on, by=by, **said)
    told(migrant, {"migrant": migrant}, as_json)


@verb(
    "migrants situation",
    _FILE,
    *SITUATION,
    option("--until", kind=DAY, shown=("JOUR", "DAY"), fr="Jusqu'à ce jour.", en="Until this day."),
    option("--end", kind=CONDITIONS, fr="Clore cette situation.", en="End this situation."),
    acts=True,
    fr="Donner une situation à quelqu'un à partir du jour, ou en clore une.",
    en="Give someone a situation from the day on, or end one.",
)
def situation(
    say: Speech, migrant: str, until: date | None, end: str | None, on: date, by: str, as_json: bool, **typed: Any
) -> None:
    """`cigem migrants situation`."""
    from cigem_core.cli.typed import leg_of, member
    from cigem_core.model.migrants import Condition

    condition, leg = leg_of(typed)
    if (condition is None) == (end is None):
        raise click.UsageError(say("donner --situation ou --end", "give --situation or --end"))
    with open_workspace(say) as centre:
        if condition is not None:
            found = centre.people.situate(migrant, condition, until=until, leg=leg, on=on, by=by)
        else:
            found = centre.people.end_situation(migrant, member(Condition, str(end)), on=on, by=by)
    told(f"{migrant} · {shown(say, found.condition)}", plain(found), as_json)


@verb(
    "migrants attach", _FILE, _RECORD, _BECAUSE, acts=True,
    fr="Rattacher la fiche d'une structure à un dossier, et dire pourquoi.",
    en="Attach an agency's record to a file, and say why.",
)  # fmt: skip
def attach(say: Speech, migrant: str, record: str, because: str, on: date, by: str, as_json: bool) -> None:
    """`cigem migrants attach`."""
    with open_workspace(say) as centre:
        tied = centre.people.attach(migrant, record, because=because, on=on, by=by)
    told(f"{migrant} ← {tied.record}", plain(tied), as_json)


@verb("migrants detach", _RECORD, _BECAUSE, acts=True, fr="Détacher une fiche.", en="Detach a record.")
def detach(say: Speech, record: str, because: str, on: date, by: str, as_json: bool) -> None:
    """`cigem migrants detach`."""
    with open_workspace(say) as centre:
        tied = centre.people.detach(record, because=because, on=on, by=by)
    told(f"{tied.migrant} ↚ {tied.record}", plain(tied), as_json)


@verb(
    "migrants suggest", _FILE,
    fr="Les fiches et dossiers qui parlent manifestement de la même personne ; rien n'est fait.",
    en="The records and files that plainly speak of the same person; nothing is done.",
)  # fmt: skip
def suggest(say: Speech, migrant: str, as_json: bool) -> None:
    """`cigem migrants suggest`."""
    with open_workspace(say) as centre:
        found = centre.people.suggestions(migrant)
    if as_json:
        print_json([{"record": str(one.record), "proofs": plain(one.proofs)} for one in found])
        return
    rows = [(str(one.record), one.proofs) for one in found]
    table(say, [say("Fiche", "Record"), say("Preuve", "Proof")], rows, empty=say("Aucune.", "None."))


@verb(
    "migrants join",
    argument("double", fr="DOUBLE", en="DOUBLE"),
    argument("into", fr="MG-…", en="MG-…"),
    _BECAUSE,
    acts=True,
    fr="Noter qu'un dossier est le double d'un autre.",
    en="Write down that a file is a double of another.",
)
def join(say: Speech, double: str, into: str, because: str, on: date, by: str, as_json: bool) -> None:
    """`cigem migrants join`."""
    with open_workspace(say) as centre:
        centre.people.join(double, into, because=because, on=on, by=by)
    told(f"{double} → {into}", {"double": double, "migrant": into}, as_json)


@verb(
    "migrants part",
    argument("double", fr="DOUBLE", en="DOUBLE"),
    acts=True,
    fr="Reprendre un double à part.",
    en="Take a double apart again.",
)
def part(say: Speech, double: str, on: date, by: str, as_json: bool) -> None:
    """`cigem migrants part`."""
    with open_workspace(say) as centre:
        centre.people.part(double, on=on, by=by)
    told(double, {"migrant": double}, as_json)


VERBS = (listed, show, opened, amend, situation, attach, detach, suggest, join, part)
