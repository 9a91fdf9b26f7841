"""What follows a draw, on the command line: answers, appeals, renewal, what each payer has to pay."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict

from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json
from cigem_core.cli.scholarship_calls import CALL, kept
from cigem_core.cli.scholarship_steps import BECAUSE, tell_intake
from cigem_core.cli.verb import DAY, FILE, FOLDER, argument, flag, option, verb

if TYPE_CHECKING:
    from cigem_core.programmes.scholarships.appeals import Appeal, Move

_ACTS = ("accept", "decline", "renew", "suspend", "graduate", "insert", "end")
_NUMBER = argument("application", fr="N°", en="NUMBER")
_ON = option("--on", kind=DAY, required=True, shown=("JOUR", "DAY"), fr="Le jour.", en="The day.")


@verb(
    "scholarship status",
    CALL,
    argument("application", fr="[N°]", en="[NUMBER]", required=False),
    fr="Dire où en est chaque dossier, ou un seul ; et jusqu'à quand une bourse attend sa réponse.",
    en="Say where each application stands, or one; and until when an award waits for its answer.",
)
def status(say: Speech, call: str, application: str | None, as_json: bool) -> None:
    """`cigem scholarship status`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        one = {} if application is None else {application: desk.state(reference, application)}
        states = one or desk.states(reference)
        terms = desk.terms(reference) if desk.has_drawn(reference) else {}
    if as_json:
        lines = [
            {"application": number, "state": str(state), "answer_by": str(term) if (term := terms.get(number)) else None}
            for number, state in states.items()
        ]
        print_json({"call": reference, "applications": lines})
        return
    for number, state in states.items():
        term = terms.get(number)
        until = say(f" · réponse attendue le {term:%d/%m/%Y}", f" · answer due by {term}") if term else ""
        click.echo(f"{number} · {say.text(state.label)}{until}")


@verb(
    "scholarship note",
    CALL,
    _NUMBER,
    argument("act", kind=_ACTS, fr="SUITE", en="STEP"),
    option("--because", shown=("MOTIF", "REASON"), fr="Pourquoi, si c'est dit.", en="Why, where it was said."),
    acts=True,
    fr="Noter la suite d'une bourse : acceptée (accept), refusée (decline), renouvelée (renew), suspendue (suspend), diplôme "
    "(graduate), emploi (insert), fin (end).",
    en="Note what became of a scholarship: accept, decline, renew, suspend, graduate, insert, end.",
)
def note(say: Speech, call: str, application: str, act: str, because: str | None, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship note`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        state = desk.note(reference, application, act, because=because, on=on, by=by)
    if as_json:
        print_json({"call": reference, "application": application, "state": str(state)})
    else:
        click.echo(f"{application} · {say.text(state.label)}")


@verb(
    "scholarship lapse",
    CALL,
    acts=True,
    fr="Laisser échoir les bourses dont le délai de réponse est passé, et refaire le tirage sans elles, même graine.",
    en="Let the awards lapse whose term of answer has passed, and draw again without them, same seed.",
)
def lapse(say: Speech, call: str, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship lapse`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        passed, moves = desk.lapse(reference, on=on, by=by)
    if as_json:
        print_json({"call": reference, "lapsed": passed, "moves": [asdict(move) for move in moves]})
        return
    click.echo(say(f"échues : {', '.join(passed) or 'aucune'}", f"lapsed: {', '.join(passed) or 'none'}"))
    _show_moves(say, moves)


@verb(
    "scholarship appeal",
    CALL,
    _NUMBER,
    option(
        "--field", shown=("CHAMP", "FIELD"),
        fr="Le champ à relire, comme l'appel le nomme (bac_mean).", en="The field to be read again, as the call names it.",
    ),
    option(
        "--cell", shown=("CASE", "CELL"),
        fr="Ce que la case aurait dû dire, écrit comme dans le fichier (12,75).",
        en="What the cell should have said, written as in the file (12,75).",
    ),
    flag("--eligible", fr="Revoir la décision d'un agent : recevable.", en="Take an officer's decision again: eligible."),
    flag("--ineligible", fr="Revoir la décision d'un agent : irrecevable.", en="Take it again: ineligible."),
    BECAUSE,
    acts=True,
    fr="Déposer un recours contre une étape : elle est refaite, et qui changerait de siège est dit avant de juger.",
    en="Lodge an appeal against one step: it is run again, and everyone who would move is listed, before anyone judges.",
)  # fmt: skip
def appeal(
    say: Speech,
    call: str,
    application: str,
    field: str | None,
    cell: str | None,
    eligible: bool,
    ineligible: bool,
    because: str,
    on: date,
    by: str,
    as_json: bool,
) -> None:
    """`cigem scholarship appeal`."""
    asked = [field is not None, eligible, ineligible]
    if sum(asked) != 1 or (field is None) != (cell is None):
        raise click.UsageError(
            say(
                "dire --field et --cell, ou bien --eligible ou --ineligible",
                "say --field and --cell, or else --eligible or --ineligible",
            )
        )
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        decided = None if field else eligible
        weighed = desk.appeal(
            reference, application, asks=field, cell=cell, eligible=decided, because=because, on=on, by=by
        )  # fmt: skip
    _tell_appeals(say, [weighed], as_json)


@verb(
    "scholarship appeals",
    CALL,
    fr="Lister les recours à juger, et qui changerait de siège par chacun.",
    en="List the appeals to be judged, and who would move by each.",
)
def appeals(say: Speech, call: str, as_json: bool) -> None:
    """`cigem scholarship appeals`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        found = [weighed for _, weighed in desk.appeals(reference)]
    _tell_appeals(say, found, as_json)


@verb(
    "scholarship judge",
    CALL,
    _NUMBER,
    flag("--grant", fr="Accorder le recours ; le tirage est refait avec la même graine.", en="Grant it, and draw again."),
    flag("--reject", fr="Le rejeter.", en="Reject it."),
    BECAUSE,
    acts=True,
    fr="Juger un recours déposé, une fois lue la liste de ceux qui changeraient de siège.",
    en="Judge an appeal that was lodged, once the list of those who would move has been read.",
)
def judge(
    say: Speech, call: str, application: str, grant: bool, reject: bool, because: str, on: date, by: str, as_json: bool
) -> None:
    """`cigem scholarship judge`."""
    if grant == reject:
        raise click.UsageError(say("dire --grant ou --reject", "say --grant or --reject"))
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        weighed = desk.judge(reference, application, granted=grant, because=because, on=on, by=by)
    if as_json:
        moves = [asdict(move) for move in weighed.moves] if grant else []
        print_json({"call": reference, "application": application, "granted": grant, "moves": moves})
        return
    click.echo(application + (say(" : recours accordé", ": appeal granted") if grant else say(" : recours rejeté", ": rejected")))
    _show_moves(say, weighed.moves if grant else ())


def _tell_appeals(say: Speech, found: list[Appeal], as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "application": one.application, "step": one.step, "before": asdict(one.before),
                    "after": asdict(one.after), "moves": [asdict(move) for move in one.moves],
                }
                for one in found
            ]
        )  # fmt: skip
        return
    for one in found:
        click.echo(f"{one.application} · {say.text(one.before.said)} → {say.text(one.after.said)}")
        _show_moves(say, one.moves)


def _show_moves(say: Speech, moves: tuple[Move, ...]) -> None:
    none = say("aucun siège", "no seat")
    for move in moves:
        click.echo(f"  {move.application} : {move.before or none} → {move.after or none}")
    click.echo(say(f"{len(moves)} dossier(s) changent de siège", f"{len(moves)} application(s) move"))


@verb(
    "scholarship renew",
    CALL,
    argument("file", kind=FILE, fr="RÉSULTATS", en="RESULTS"),
    acts=True,
    fr="Recevoir les résultats d'une année d'études : chaque bourse est renouvelée ou suspendue par la règle de l'appel.",
    en="Take in a year's results: each scholarship is renewed or suspended by the rule of the call.",
)
def renew(say: Speech, call: str, file: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship renew`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        told, intake = desk.renew(reference, file, on=on, by=by)
    if as_json:
        lines = [{"application": one.application, "year": one.year, "state": str(one.state)} for one in told]
        print_json({"renewed": lines, **intake.as_dict(say.language)})
        return
    tell_intake(say, [intake], as_json=False)
    for one in told:
        click.echo(f"{one.application} · {one.year} · {say.text(one.state.label)}")


@verb(
    "scholarship orders",
    CALL,
    _ON,
    option("--to", kind=FOLDER, required=True, shown=("DOSSIER", "FOLDER"), fr="Un dossier.", en="A folder."),
    fr="Écrire un ordre de paiement par payeur : ce qui est dû ce jour-là et pas encore payé.",
    en="Write an order of payment per payer: what is due on that day and not yet paid.",
)
def orders(say: Speech, call: str, on: date, to: Path, as_json: bool) -> None:
    """`cigem scholarship orders`."""
    from cigem_core.programmes.scholarships.orders import order_name, write_orders

    with kept(say, call, always=True) as (desk, reference):
        assert desk
        listed = {payer: lines for payer, lines in desk.orders(reference, on=on).items() if lines}
    written = {payer: write_orders(lines, to / order_name(payer, on)) for payer, lines in listed.items()}
    told = [
        {
            "payer": payer, "file": str(written[payer]), "instalments": len(lines),
            "units": sum(line.missing for line in lines), "currency": lines[0].currency,
        }
        for payer, lines in listed.items()
    ]  # fmt: skip
    if as_json:
        print_json({"call": reference, "on": str(on), "orders": told})
        return
    for one in told:
        click.echo(f"{one['payer']} · {one['instalments']} · {one['units']} {one['currency']} · {one['file']}")


@verb(
    "scholarship statement",
    CALL,
    _NUMBER,
    _ON,
    fr="Le relevé d'un boursier : chaque échéance, ce qui en fut payé et ce qui manque.",
    en="A student's statement: each instalment, what was paid of it and what is missing.",
)
def statement(say: Speech, call: str, application: str, on: date, as_json: bool) -> None:
    """`cigem scholarship statement`."""
    from cigem_core.cli.scholarship_tables import show_statement

    with kept(say, call, always=True) as (desk, reference):
        assert desk
        lines = desk.statement(reference, application, on=on)
    if as_json:
        told = [{**asdict(line), "due_on": str(line.due_on), "missing": line.missing} for line in lines]
        print_json({"call": reference, "application": application, "on": str(on), "instalments": told})
    else:
        show_statement(say, lines, on)


VERBS: tuple[Any, ...] = (status, note, lapse, appeal, appeals, judge, renew, orders, statement)
