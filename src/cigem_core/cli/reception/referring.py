"""The commands of referrals: prepared, taken back, answered by hand, re-oriented, seen; the letter and the caseload."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import AXIS, open_workspace, print_json
from cigem_core.cli.plain import plain, shown, table, write_page
from cigem_core.cli.reception.receiving import told
from cigem_core.cli.reception.words import ANSWERS, REFUSALS, WAYS
from cigem_core.cli.verb import DAY, OUTPUT, argument, flag, option, verb
from cigem_core.text import Text

GROUPS: dict[str, Text] = {}

_NUMBER = argument("number", fr="OR-…", en="OR-…")
_TO = option("--to", required=True, shown=("STRUCTURE", "AGENCY"), fr="La structure visée.", en="The agency meant.")
_ON = option(
    "--on", kind=DAY, shown=("JOUR", "DAY"), fr="Vu de ce jour (par défaut : aujourd'hui).", en="As of this day (default: today)."
)
_ASKED = (
    option("--need", shown=("CODE", "CODE"), fr="Le métier (CITP-08), comme 7212.", en="The occupation (ISCO-08), like 7212."),
    option("--service", shown=("N°", "NUMBER"), fr="La prestation du répertoire.", en="The service of the directory."),
    option("--session", shown=("CODE", "CODE"), fr="La session de formation demandée.", en="The training session asked for."),
    option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi.", en="Why."),
    option("--axis", shown=AXIS, fr="L'axe de la convention.", en="The convention's axis."),
    flag(
        "--again",
        fr="Même s'il y a déjà été orienté pour ce besoin.",
        en="Even where they were referred there for this need before.",
    ),
)


@verb(
    "referrals",
    option("--to", shown=("STRUCTURE", "AGENCY"), fr="Vers une seule structure.", en="To one agency only."),
    option("--migrant", shown=("MG-…", "MG-…"), fr="De cette personne.", en="Of this person."),
    flag("--unanswered", fr="Celles qui restent sans réponse.", en="Those without an answer."),
    flag("--outstanding", fr="Celles dont on attend la réponse, les plus proches du délai d'abord.",
         en="Those an answer is waited for, nearest their delay first."),
    _ON,
    fr="Les orientations du centre, et où en est chacune.",
    en="The centre's referrals, and where each of them stands.",
)  # fmt: skip
def referrals(
    say: Speech, to: str | None, migrant: str | None, unanswered: bool, outstanding: bool, on: date | None, as_json: bool
) -> None:
    """`cigem referrals`."""
    from cigem_core.exchange.following import waiting_for

    day = on or date.today()
    with open_workspace(say) as centre:
        desk = centre.reception
        held = desk.followed(on=day, to=to, migrant=migrant)
        held = waiting_for(held) if outstanding else held
        if unanswered:
            held = [one for one in held if str(one.state) in ("sent", "expired")]
        found = desk.lines(held, on=day)
    if as_json:
        print_json([{**_as_dict(whole), **_line(one)} for whole, one in zip(held, found, strict=True)])
        return
    headings = [
        say("N°", "No."),
        say("Nom", "Name"),
        say("Vers", "To"),
        say("Le", "On"),
        say("État", "State"),
        say("Jours", "Days"),
        say("Avant le", "By"),
        say("Motif", "Reason"),
        say("Réponse", "Answer"),
    ]
    rows = [(r.number, r.name, r.to, r.referred_on, r.state, r.days_waiting, r.due_on, r.reason, r.answer) for r in found]
    table(say, headings, rows, empty=say("Aucune orientation.", "No referral."))


def _line(one: Any) -> dict[str, Any]:
    return {name: value for name, value in plain(one).items() if name not in ("number", "answer", "to")}


def _as_dict(one: Any) -> dict[str, Any]:
    """A referral as it always stood in this command's JSON."""
    referral, answer = one.referral, one.answer
    told_so = answer and {
        "decision": plain(answer.decision), "on": plain(answer.decided_on), "refusal": answer.refusal, "result": answer.result,
        "refusal_code": plain(answer.refusal_code), "said_by": answer.said_by, "told_by": plain(answer.told_by),
    }  # fmt: skip
    return {
        "reference": referral.reference, "to": referral.to, "on": plain(referral.referred_on), "axis": plain(referral.axis),
        "convention": referral.convention, "state": str(one.state), "answer": told_so,
    }  # fmt: skip


@verb(
    "referrals prepare",
    argument("migrant", fr="MG-…", en="MG-…"),
    _TO,
    *_ASKED,
    option("--bring", shown=("PIÈCES", "PAPERS"), fr="Ce qu'il faut apporter.", en="What to bring."),
    acts=True,
    fr="Préparer l'orientation de quelqu'un qui a un dossier ; elle part avec « cigem push ».",
    en="Prepare a referral of someone who has a file; it leaves with 'cigem push'.",
)
def prepare(say: Speech, migrant: str, to: str, on: date, by: str, as_json: bool, **asked: Any) -> None:
    """`cigem referrals prepare`."""
    with open_workspace(say) as centre:
        made = centre.reception.refer(migrant, to=to, on=on, by=by, **_asked(asked))
    told(made.reference, {"reference": made.reference, "to": made.to, "migrant": migrant}, as_json)


def _asked(typed: dict[str, Any]) -> dict[str, Any]:
    from cigem_core.cli.typed import occupation_of

    return {**typed, "need": occupation_of(typed["need"])}


@verb(
    "referrals withdraw", _NUMBER,
    option("--because", required=True, shown=("MOTIF", "REASON"), fr="Pourquoi.", en="Why."), acts=True,
    fr="Retirer une orientation qui n'est pas encore partie.", en="Take back a referral that has not left yet.",
)  # fmt: skip
def withdraw(say: Speech, number: str, because: str, on: date, by: str, as_json: bool) -> None:
    """`cigem referrals withdraw`."""
    with open_workspace(say) as centre:
        centre.reception.withdraw(number, because=because, on=on, by=by)
    told(number, {"reference": number, "state": "withdrawn"}, as_json)


@verb(
    "referrals answer",
    _NUMBER,
    argument("act", fr="RÉPONSE", en="ANSWER", kind=ANSWERS),
    option("--said-by", required=True, shown=("QUI", "WHO"), fr="Qui l'a dit.", en="Who said it."),
    option("--told-by", kind=WAYS, required=True, fr="Comment.", en="How."),
    option("--reason", kind=REFUSALS, fr="D'un refus : le motif, de la liste.", en="Of a refusal: the reason, from the list."),
    option("--words", shown=("TEXTE", "TEXT"), fr="D'un refus : en toutes lettres.", en="Of a refusal: in words."),
    option("--result", shown=("TEXTE", "TEXT"), fr="D'une fin : le résultat.", en="Of an end: the result."),
    acts=True,
    fr="Noter une réponse qu'aucun fichier n'apporte : receive, accept, refuse, begin ou finish.",
    en="Write down an answer that no file brings: receive, accept, refuse, begin or finish.",
)
def answer(
    say: Speech,
    number: str,
    act: str,
    said_by: str,
    told_by: str,
    reason: str | None,
    on: date,
    by: str,
    as_json: bool,
    **said: Any,
) -> None:
    """`cigem referrals answer`."""
    from cigem_core.cli.typed import member
    from cigem_core.model.referrals import RefusalCode, ToldBy

    code = member(RefusalCode, reason) if reason else None
    with open_workspace(say) as centre:
        one = centre.reception.answer(
            number, act, said_by=said_by, told_by=member(ToldBy, told_by), code=code, on=on, by=by, **said
        )
    told(f"{number} · {shown(say, one.state)}", _as_dict(one), as_json)


@verb(
    "referrals reorient", _NUMBER, _TO, *_ASKED, acts=True,
    fr="Orienter la même personne vers une autre structure à la place : la chaîne est gardée.",
    en="Refer the same person to another agency instead: the chain is kept.",
)  # fmt: skip
def reorient(say: Speech, number: str, to: str, on: date, by: str, as_json: bool, **asked: Any) -> None:
    """`cigem referrals reorient`."""
    with open_workspace(say) as centre:
        made = centre.reception.reorient(number, to=to, on=on, by=by, **_asked(asked))
    told(made.reference, {"reference": made.reference, "to": made.to, "follows": number}, as_json)


@verb(
    "referrals letter", _NUMBER,
    option("--out", kind=OUTPUT, required=True, shown=("PAGE", "PAGE"), fr="Où l'écrire.", en="Where to."),
    _ON, fr="La lettre d'orientation : une page A4, et rien que la convention ne laisse savoir à la structure.",
    en="The letter of referral: one page of A4, with nothing the convention does not let the agency know.",
)  # fmt: skip
def letter(say: Speech, number: str, out: Path, on: date | None, as_json: bool) -> None:
    """`cigem referrals letter`."""
    with open_workspace(say) as centre:
        text = centre.reception.letter(number, on=on or date.today())
    write_page(out, text)
    told(str(out), {"reference": number, "file": str(out)}, as_json)


@verb(
    "referrals caseload",
    option("--to", shown=("STRUCTURE", "AGENCY"), fr="Vers une seule structure.", en="To one agency only."),
    option("--out", kind=OUTPUT, shown=("PAGE", "PAGE"), fr="La page à écrire (.html, .pdf).", en="The page to write."),
    _ON,
    fr="Qui attend quoi, depuis quand ; les situations, les états, les réponses.",
    en="Who waits for what, since when; situations, states, answers.",
)
def caseload(say: Speech, to: str | None, out: Path | None, on: date | None, as_json: bool) -> None:
    """`cigem referrals caseload`."""
    day = on or date.today()
    with open_workspace(say) as centre:
        found = centre.reception.caseload(on=day, to=to)
        if out is not None:
            write_page(out, centre.reception.caseload_page(on=day, held=found, language=say.language))
    if as_json:
        print_json(plain(found, say.language))
        return
    click.echo(
        say(
            f"{found.files} dossiers · {found.open_projects} projets ouverts · {found.under_way} orientations en cours",
            f"{found.files} files · {found.open_projects} open projects · {found.under_way} referrals under way",
        )
    )
    rows = [(r.number, r.name, r.to, r.state, r.days_waiting, r.due_on) for r in found.waiting]
    headings = [
        say("N°", "No."),
        say("Nom", "Name"),
        say("Vers", "To"),
        say("État", "State"),
        say("Jours", "Days"),
        say("Avant le", "By"),
    ]
    table(say, headings, rows, empty=say("Personne n'attend.", "Nobody waits."))
    if found.more_waiting:
        click.echo(say(f"… et {found.more_waiting} autres", f"… and {found.more_waiting} more"))


VERBS = (referrals, prepare, withdraw, answer, reorient, letter, caseload)
