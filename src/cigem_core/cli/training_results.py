"""The desk of training plans, of what became of people: results, and work some months later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.training_seats import PLAN
from cigem_core.cli.verb import FILE, NUMBER, OUTPUT, argument, option, verb
from cigem_core.text import counted

if TYPE_CHECKING:
    from cigem_core.model.training_acts import LaterStanding
    from cigem_core.programmes.training.results import ToAsk

_AGENCY, _SHEET = ("STRUCTURE", "AGENCY"), ("FICHIER", "FILE")


@verb(
    "plan results",
    option("--from", shown=_AGENCY, required=True, fr="La structure qui suit les stagiaires.", en="Who follows the trainees."),
    PLAN,
    fr="Montrer les résultats que les fiches d'une structure disent des inscrits, et sur quel indice ; rien n'est noté.",
    en="Show the results that an agency's records tell of those enrolled, and on what evidence; nothing is kept.",
)
def results(say: Speech, plan: str | None, as_json: bool, **given: str) -> None:
    """What records tell."""
    with open_workspace(say) as centre:
        found = centre.training.results_from(given["from"], plan=plan)
    if as_json:
        print_json({"results": [one.as_dict() for one in found.results], "unclear": list(found.unclear)})
        return
    for one in found.results:
        mark = "" if one.mark is None else f" · {one.mark}"
        click.echo(f"{one.enrolment} · {one.session} · {say.text(one.result.label)}{mark} · {say.text(one.tie.label)}")
    for number in found.unclear:
        click.echo(say(f"{number} · à éclaircir : les fiches se contredisent", f"{number} · unclear: the records contradict"))


@verb(
    "plan result",
    argument("who", fr="NUMÉRO", en="NUMBER"),
    argument("result", fr="RÉSULTAT", en="RESULT", kind=("in-progress", "certified", "adjourned", "abandoned")),
    option("--mark", shown=("NOTE", "MARK"), fr="La note sur 20.", en="The mark out of 20."),
    PLAN,
    fr="Noter à la main comment la session de quelqu'un a fini.",
    en="Record by hand how someone's session ended.",
    acts=True,
)
def result(say: Speech, who: str, result: str, mark: str | None, plan: str | None, on: date, by: str, as_json: bool) -> None:
    """A result by hand."""
    from cigem_core.model.training import TrainingResult

    known = {one.value: one for one in TrainingResult}
    with open_workspace(say) as centre:
        kept = centre.training.record_result(who, known[result], mark=_mark(say, mark), on=on, by=by, plan=plan)
    if as_json:
        print_json({"enrolment": kept.enrolment, "session": kept.session, "result": str(kept.result)})
    else:
        click.echo(f"{kept.enrolment} · {kept.session} · {say.text(kept.result.label)}")


def _mark(say: Speech, written: str | None) -> Decimal | None:
    try:
        found = None if written is None else Decimal(written.replace(",", "."))
    except InvalidOperation:
        found = Decimal("NaN")
    if found is not None and not found.is_finite():
        raise click.UsageError(say("--mark est un nombre, comme 14,5", "--mark is a number, like 14.5"))
    return found


@verb(
    "plan follow-up",
    argument("session", fr="[SESSION]", en="[SESSION]", required=False),
    argument("answers", fr="INSCRIPTION=SITUATION...", en="ENROLMENT=SITUATION...", many=True, required=False),
    option(
        "--months", kind=NUMBER, shown=("MOIS", "MONTHS"), fr="Combien de mois après la fin.", en="How many months after the end."
    ),
    option("--to", kind=OUTPUT, shown=_SHEET, fr="Écrire la liste, à remplir (.csv, .xlsx).", en="Write the list to fill in."),
    option("--form", kind=OUTPUT, shown=_SHEET, fr="Écrire le formulaire (XLSForm).", en="Write the form (XLSForm)."),
    option(
        "--from",
        kind=FILE,
        shown=_SHEET,
        fr="Lire la liste remplie, ou les réponses au formulaire, et noter.",
        en="Read the filled-in list, or the form's answers, and record.",
    ),
    PLAN,
    fr="Dire qui est à joindre cette semaine ; --to l'écrit en une liste à remplir, --form écrit un formulaire pour "
    "KoboToolbox ou ODK, --from relit l'une ou l'autre. Avec une SESSION, noter les réponses et dire le taux, et ses bornes.",
    en="Say who is to be asked this week; --to writes it as a list to fill in, --form writes a form for KoboToolbox or "
    "ODK, --from reads either back. With a SESSION, record the answers and say the rate, with its bounds.",
    acts=True,
)
def follow_up(
    say: Speech, session: str | None, answers: tuple[str, ...], months: int | None, to: Path | None, form: Path | None,
    plan: str | None, on: date, by: str, as_json: bool, **given: Path | None,
) -> None:  # fmt: skip
    """Answers some months later."""
    filled = given["from"]
    if sum(one is not None for one in (session, to, form, filled)) > 1:
        raise click.UsageError(
            say("une SESSION, --to, --form ou --from : une seule à la fois", "a SESSION, --to, --form or --from: one at a time")
        )
    if filled is not None:
        _take_back(say, filled, plan, on, by, as_json)
        return
    if form is not None:
        with open_workspace(say) as centre:
            path = centre.training.follow_up_form(form, months=[months] if months else (6, 12), plan=plan)
        print_json({"form": str(path)}) if as_json else click.echo(str(path))
        return
    if session is None:
        _show_whom_to_ask(say, months, to, plan, on, as_json)
        return
    if months is None:
        raise click.UsageError(say("dire combien de mois après : --months 6", "say how many months after: --months 6"))
    said = dict(_answer(say, one) for one in answers)
    with open_workspace(say) as centre:
        if said:
            centre.training.follow_up(said, months=months, on=on, by=by, plan=plan)
        rate = centre.training.insertion(session, months=months, plan=plan)
    told = rate.as_dict()
    if as_json:
        print_json({"session": session, "months": months, **told})
        return
    rates = (("" if told[name] is None else f"{100 * told[name]:.0f}") for name in ("low", "high"))
    low, high = (say(f"{rate} %", f"{rate}%") if rate else say("inconnu", "unknown") for rate in rates)
    click.echo(
        say(
            f"{rate.at_work} au travail sur {rate.known} joints, {rate.all} inscrits : entre {low} et {high}",
            f"{rate.at_work} at work of {rate.known} reached, {rate.all} enrolled: between {low} and {high}",
        )
    )


def _take_back(say: Speech, filled: Path, plan: str | None, on: date, by: str, as_json: bool) -> None:
    from cigem_core.cli import show
    from cigem_core.model.fields import CENTRE
    from cigem_core.sdk.adapter import Reading

    with open_workspace(say) as centre:
        found = centre.training.take_back_follow_up(filled, on=on, by=by, plan=plan)
    reading, told = Reading(agency=CENTRE, files=(found.batch,)), [(one.enrolment, one.months) for one in found.answers]
    if as_json:
        answered = [{"enrolment": number, "months": months} for number, months in told]
        print_json({"answered": answered, **show.reading_as_dict(reading, say.language)})
        return
    show.reading(say, reading)
    click.echo(say.text(counted(len(told), "réponse(s) notée(s)", "answer(s) recorded")))


def _show_whom_to_ask(say: Speech, months: int | None, to: Path | None, plan: str | None, on: date, as_json: bool) -> None:
    after = [months] if months else (6, 12)
    with open_workspace(say) as centre:
        found = centre.training.to_ask(on=on, months=after, plan=plan)
        if to is not None:
            centre.training.hand_out_follow_up(to, on=on, months=after, plan=plan)
    if as_json:
        print_json([_to_ask(one) for one in found])
        return
    if to is not None:
        people = say.text(counted(len(found), "personne(s) à joindre", "to be asked"))
        click.echo(f"{to} · {people}")
        return
    for one in found:
        told = _to_ask(one)
        way = say.text(one.reach.way.label) if one.reach and one.reach.way else None
        how = " · ".join(filter(None, (way, ", ".join(told["phones"])))) or say("aucun téléphone connu", "no known phone")
        click.echo(f"{one.due_on:%d/%m/%Y} · {one.enrolment} · {one.session} · {one.months} {say('mois', 'months')} · {how}")


def _to_ask(one: ToAsk) -> dict[str, Any]:
    """Whom to ask, and how they may be reached safely."""
    told = {"enrolment": one.enrolment, "session": one.session, "months": one.months, "due_on": one.due_on.isoformat()}
    way = str(one.reach.way) if one.reach and one.reach.way else None
    return {**told, "way": way, "phones": [str(phone) for phone in one.phones]}


def _answer(say: Speech, written: str) -> tuple[str, LaterStanding]:
    from cigem_core.errors import nearest
    from cigem_core.model.training_acts import LaterStanding

    number, _, standing = written.partition("=")
    known = {one.value: one for one in LaterStanding}
    if not number or standing not in known:
        near = say.text(nearest(standing, known))
        raise click.UsageError(
            say(f"« {written} » : INSCRIPTION=SITUATION ; {near}", f"'{written}': ENROLMENT=SITUATION; {near}")
        )
    return number, known[standing]


@verb(
    "plan openness",
    option("--by", shown=("A,B", "A,B"), fr="Ventiler : agency, trade, sex, region, returnee.", en="Break down by these."),
    PLAN,
    fr="Dire quelle part des personnes orientées le fonds a admise, et en combien de jours ; vue interne, toutes les cases.",
    en="Say which share of those referred the fund admitted, and in how many days; the inside view, every cell.",
)
def openness(say: Speech, by: str | None, plan: str | None, as_json: bool) -> None:
    """How open plans are."""
    names = [name.strip() for name in (by or "").split(",") if name.strip()]
    with open_workspace(say) as centre:
        found = centre.training.openness(names, plan=plan)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        cell = " · ".join(say("non dit", "not said") if code == "_U" else code for code in one.by.values()) or say(
            "ensemble", "all"
        )
        days = "" if one.median_days is None else say(f", {one.median_days} jour(s)", f", {one.median_days} day(s)")
        told = say(f"{one.admitted} admis sur {one.referred} orientés", f"{one.admitted} admitted of {one.referred} referred")
        click.echo(f"{cell} · {told}{days}")


VERBS = (results, result, follow_up, openness)
