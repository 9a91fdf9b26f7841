"""The commands by which people are referred, referrals leave, and what became of them is seen."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve, frozen

from cigem_core.cli.completing import AgencyName, KindName
from cigem_core.cli.language import Speech
from cigem_core.cli.options import (
    AXIS,
    as_json_option,
    common,
    open_workspace,
    place_of,
    print_json,
    where_tokens_are,
    who_and_when,
)
from cigem_core.cli.typed import birth_of
from cigem_core.errors import OperatorError
from cigem_core.model.called import kind_called
from cigem_core.model.codes import occupations
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.values import Occupation
from cigem_core.text import Text, counted

if TYPE_CHECKING:
    from cigem_core.model.receipts import Dispatch
    from cigem_core.model.referrals import Referral
    from cigem_core.sdk.table import Table
    from cigem_core.workspace import Workspace

_TYPED = {
    "family_name": "identity.family_name",
    "given_names": "identity.given_names",
    "sex": "identity.sex",
    "birth": "identity.birth",
    "phone": "identity.phones",
    "region": "residence.region",
    "need": "occupation",
}
"""Option → the field it fills; each is typed as the agency's own file would write it."""


def _refer(say: Speech) -> click.Command:
    @click.command(
        "refer",
        help=say(
            "Orienter une personne vers une structure : celle d'une fiche (STRUCTURE:TYPE:NUMÉRO), ou celle qui est là, par son "
            "nom. Les valeurs s'écrivent comme dans les fichiers de la structure. L'orientation part avec « cigem push ».",
            "Refer someone to an agency: whom a record speaks of (AGENCY:KIND:NUMBER), or who stands here, by their name. "
            "Values are written as in the agency's files. The referral leaves with 'cigem push'.",
        ),
    )
    @click.argument("record", metavar=say("[STRUCTURE:TYPE:NUMÉRO]", "[AGENCY:KIND:NUMBER]"), nargs=-1)
    @click.option(
        "--to",
        type=AgencyName(say),
        metavar=say("STRUCTURE", "AGENCY"),
        required=True,
        help=say("La structure visée.", "The agency meant."),
    )
    @click.option("--need", metavar="CODE", help=say("Le métier (CITP-08), comme 7212.", "The occupation (ISCO-08), like 7212."))
    @click.option("--session", metavar="CODE", help=say("La session de formation demandée.", "The training session asked for."))
    @click.option("--because", metavar=say("MOTIF", "REASON"), help=say("Pourquoi.", "Why."))
    @click.option("--family-name", metavar=say("NOM", "NAME"), help=say("Le nom.", "The family name."))
    @click.option("--given-names", metavar=say("PRÉNOMS", "NAMES"), help=say("Les prénoms.", "The given names."))
    @click.option("--sex", metavar="CODE", help=say("Le sexe, au code de la structure.", "The sex, by the agency's code."))
    @click.option(
        "--birth", metavar="DATE", help=say("12/03/1985, 1985 ou « vers 1985 ».", "Like 12/03/1985, 1985 or 'vers 1985'.")
    )
    @click.option("--phone", metavar=say("NUMÉRO", "NUMBER"), help=say("Le téléphone.", "The phone number."))
    @click.option("--region", metavar=say("RÉGION", "REGION"), help=say("La région.", "The region."))
    @click.option("--axis", metavar=say(*AXIS), help=say("L'axe de la convention.", "The convention's axis."))
    @click.option(
        "--ask",
        is_flag=True,
        help=say(
            "Demander le nom et le reste, hors de la ligne de commande ; ou les lire de l'entrée, un par ligne.",
            "Ask for the name and the rest instead of reading them on the command line; or read them from stdin, one a line.",
        ),
    )
    @click.option(
        "--again",
        is_flag=True,
        help=say(
            "Même si elle y a déjà été orientée pour ce besoin.", "Even where they were referred there for this need before."
        ),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def refer(
        record: tuple[str, ...],
        to: str,
        because: str | None,
        session: str | None,
        axis: str | None,
        again: bool,
        ask: bool,
        on: date,
        by: str,
        as_json: bool,
        **typed: str | None,
    ) -> None:
        if len(record) not in (0, 1, 3):
            raise click.UsageError(
                say(
                    "une fiche se désigne par sa structure, son type et son numéro : chambre:job_seeker:2009-00001",
                    "a record is named by its agency, its kind and its number: chambre:job_seeker:2009-00001",
                )
            )
        if ask:
            typed |= _asked(say, typed)
        given = {_TYPED[option]: text for option, text in typed.items() if text}
        if record and any(name.startswith(("identity.", "residence.")) for name in given):
            raise click.UsageError(say("donner une fiche ou un nom, pas les deux", "give a record or a name, not both"))
        with open_workspace(say) as centre:
            read = _as_the_agency_reads(centre, to, given)
            who: Any = read.identity
            if record:
                who = ":".join(record)
            if who is None:
                raise click.UsageError(
                    say("dire qui est orienté : une fiche ou un nom", "say who is referred: a record or a name")
                )
            made = centre.refer(
                who, to=to, need=read.occupation, residence=read.residence, because=because, session=session,
                axis=axis, again=again, on=on, by=by,
            )  # fmt: skip
        if as_json:
            print_json(_referral_as_dict(made))
        else:
            click.echo(say(f"Orientation {made.reference} vers {made.to}", f"Referral {made.reference} to {made.to}"))

    return refer


_QUESTIONS = {
    "family_name": Text(fr="Nom", en="Family name"),
    "given_names": Text(fr="Prénoms", en="Given names"),
    "sex": Text(fr="Sexe", en="Sex"),
    "birth": Text(fr="Naissance", en="Birth"),
    "phone": Text(fr="Téléphone", en="Phone"),
    "region": Text(fr="Région", en="Region"),
}


def _asked(say: Speech, typed: dict[str, str | None]) -> dict[str, str | None]:
    """What of the person is not on the line, asked one by one: an empty answer says nothing, and the input may end early.

    A command line stays in the shell's history, and others see it in the list of processes.
    """
    answers: dict[str, str | None] = {}
    for option, question in _QUESTIONS.items():
        if not typed.get(option):
            click.echo(say(f"{question.fr} : ", f"{question.en}: "), nl=False, err=True)
            if not (line := sys.stdin.readline()):
                break
            answers[option] = line.strip() or None
    return answers


def _as_the_agency_reads(centre: Workspace, to: str, given: dict[str, str]) -> _AskedNames:
    """What was typed, read as a row of the agency's file is: with the same care, and the same advice."""
    import polars as pl

    from cigem_core.exchange.push import push_table
    from cigem_core.model.referrals import Referral
    from cigem_core.policy import Mask

    table: Table = push_table(centre.plugins.adapter(to), Referral)
    # A trade has one code everywhere; an agency's own word for it is understood too.
    is_own = "occupation" in table.lenses and given.get("occupation") not in occupations().by_code
    need = None if is_own else given.pop("occupation", None)
    # A birth that an agency writes in several columns is typed as one.
    apart = "identity.birth" in table.lenses and len(table.lenses["identity.birth"].headers) > 1
    birth = birth_of(given.pop("identity.birth", None)) if apart else None
    # A number, and what it is unique inside of: every row has them, and they are not asked of whoever types.
    naming = {"reference", *([table.kind.scope.name] if table.kind.scope else [])}
    cells = {table.lenses[name].headers[0]: "0" for name in naming}
    for name, text in given.items():
        if name not in table.lenses:
            raise OperatorError(
                Text(fr=f"les fichiers de {to} n'ont pas de case pour {name}", en=f"the files of {to} have no column for {name}")
            )
        cells[table.lenses[name].headers[0]] = text
    typed = Mask(fields={table.kind.name: frozenset({*naming, *given})})
    batch = table.read(pl.DataFrame([cells]), mask=typed)
    for fault in batch.faults:
        raise OperatorError(
            Text(fr=f"{fault.address.column} : {fault.message('fr')}", en=f"{fault.address.column}: {fault.message('en')}")
        )
    read = next(batch.records())
    occupation = getattr(read, "occupation", None) if need is None else _occupation(need)
    identity = evolve(read.identity or Identity(), birth=birth) if birth else read.identity
    return _AskedNames(identity=identity, residence=read.residence, occupation=occupation)


@frozen(kw_only=True)
class _AskedNames:
    """What was typed of someone who is referred."""

    identity: Identity | None
    residence: Residence | None
    occupation: Occupation | None


def _occupation(code: str) -> Occupation:
    if code not in occupations().by_code:
        raise OperatorError(
            Text(
                fr=f"« {code} » n'est pas un groupe de base de la CITP-08, comme 7212",
                en=f"'{code}' is no unit group of ISCO-08, like 7212",
            )
        )
    return Occupation(code)


def _push(say: Speech) -> click.Command:
    @click.command(
        "push",
        epilog=where_tokens_are(say),
        help=say(
            "Transmettre à une structure les orientations qui l'attendent, dans sa propre disposition. Chacune part une fois.",
            "Hand an agency the referrals that wait for it, in its own layout. Each leaves once.",
        ),
    )
    @click.argument("agency", type=AgencyName(say), metavar=say("STRUCTURE", "AGENCY"))
    @click.option(
        "--to",
        metavar=say("DOSSIER|URL", "FOLDER|URL"),
        help=say(
            "Le dossier où la structure prend ses fichiers, ou l'adresse de son service.",
            "The folder the agency takes its files from, or the address of its service.",
        ),
    )
    @click.option(
        "--into",
        metavar=say("CLASSEUR", "WORKBOOK"),
        type=click.Path(path_type=Path),
        help=say("Le classeur de la structure à compléter.", "The agency's workbook to add to."),
    )
    @click.option("--axis", metavar=say(*AXIS), help=say("L'axe de la convention.", "The convention's axis."))
    @click.option(
        "--kind",
        type=KindName(say),
        metavar=say("TYPE", "KIND"),
        help=say("Quel type, si elle en reçoit plusieurs.", "Which kind, where it takes several."),
    )
    @click.option(
        "--dry-run",
        is_flag=True,
        help=say("Dire ce qui partirait, et ne rien transmettre.", "Say what would leave; hand nothing over."),
    )
    @who_and_when(say)
    @as_json_option(say)
    @common(say)
    def push(
        agency: str, to: str | None, into: Path | None, axis: str | None, kind: str | None, dry_run: bool, on: date, by: str,
        as_json: bool,
    ) -> None:  # fmt: skip
        place, asked = to or place_of(say, agency), kind_called(kind).name if kind else None
        with open_workspace(say) as centre:
            done = centre.push(agency, to=place, into=into, axis=axis, kind=asked, on=on, by=by, dry_run=dry_run)
        if as_json:
            print_json(done.as_dict(say.language))
        else:
            _show_dispatch(say, done, tried=dry_run)
        if done.delayed:
            click.echo(say.text(done.trouble) if done.trouble else "", err=True)
            raise click.exceptions.Exit(1)

    return push


_DELAYED = Text(fr="retardée(s) : voir « cigem outbox list »", en="delayed: see 'cigem outbox list'")


def _show_dispatch(say: Speech, done: Dispatch, *, tried: bool = False) -> None:
    if not done.waiting:
        _show_none(say, done)
        return
    title = say(f"Bordereau · {done.agency.upper()}", f"Dispatch · {done.agency.upper()}")
    only = say("Essai, rien n'est parti · ", "Tried, nothing left · ") if tried else ""
    click.echo(f"{only}{title} · {done.convention} {done.clause} · {say.text(done.axis.label)}")
    parts = [
        counted(done.sent, "transmise(s)", "sent"),
        counted(done.withheld, "retenue(s)", "withheld"),
        *([counted(done.refused, "refusée(s)", "refused")] if done.refused else []),
        *([counted(done.delayed, _DELAYED.fr, _DELAYED.en)] if done.delayed else []),
    ]
    click.echo(f"{done.waiting} {say('en attente', 'waiting')} = {' + '.join(map(say.text, parts))}")
    for path, sha256 in zip(done.files, done.sha256, strict=True):
        click.echo(f"{path}\n  sha256 {sha256}")
    _show_remarks(say, done)
    for fault in done.faults:
        place = ", ".join(part for part in (fault.address.sheet, str(fault.address.row), fault.address.column) if part)
        click.echo(f"  {fault.address.file}, {place} : {fault.message(say.language)}")


def _show_none(say: Speech, done: Dispatch) -> None:
    """Nothing waited for this place; what waits at another one has a remark."""
    if done.remarks:
        here = say(f"Aucune orientation n'attend {done.agency} à cette adresse :", f"No referral waits for {done.agency} there:")
        click.echo(here)
        _show_remarks(say, done)
    else:
        click.echo(say(f"Aucune orientation n'attend {done.agency}.", f"No referral waits for {done.agency}."))


def _show_remarks(say: Speech, done: Dispatch) -> None:
    for remark in done.remarks:
        about = f"{remark.reference}, {remark.column}" if remark.column else remark.reference
        click.echo(f"  {about} : {say.text(remark.reason)}")


def _referral_as_dict(referral: Referral) -> dict[str, Any]:
    return {
        "reference": referral.reference,
        "to": referral.to,
        "on": referral.referred_on and referral.referred_on.isoformat(),
        "axis": referral.axis and str(referral.axis),
        "convention": referral.convention,
    }


COMMANDS = (_refer, _push)
