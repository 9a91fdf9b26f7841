"""The commands of the desk: visits, information sheets handed over, assessments."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.plain import exact, plain, shown, table
from cigem_core.cli.reception.receiving import told
from cigem_core.cli.reception.words import REASONS
from cigem_core.cli.verb import DAY, FOLDER, NUMBER, argument, option, verb

if TYPE_CHECKING:
    from cigem_core.programmes.reception.scoring import Bounds

_FILE = argument("migrant", fr="MG-…", en="MG-…")
_SHEETS = option(
    "--sheets", kind=FOLDER, shown=("DOSSIER", "FOLDER"), fr="Le dossier des fiches (sinon, celles des extensions).",
    en="The folder of sheets (else those of plugins).",
)  # fmt: skip


@verb(
    "migrants visit",
    argument("migrant", fr="[MG-…]", en="[MG-…]", required=False),
    option("--reason", kind=REASONS, required=True, fr="Le motif.", en="The reason."),
    option("--minutes", kind=NUMBER, shown=("MINUTES", "MINUTES"), fr="La durée.", en="How long."),
    option("--asked", shown=("TEXTE", "TEXT"), fr="Ce qui est demandé.", en="What was asked."),
    option("--answered", shown=("TEXTE", "TEXT"), fr="Ce qui est répondu.", en="What was answered."),
    acts=True,
    fr="Noter une visite, avec ou sans dossier.",
    en="Write down a visit, with a file or without.",
)
def visit(say: Speech, migrant: str | None, reason: str, on: date, by: str, as_json: bool, **said: Any) -> None:
    """`cigem migrants visit`."""
    from cigem_core.cli.typed import member
    from cigem_core.model.counsel import VisitReason

    with open_workspace(say) as centre:
        made = centre.reception.visit(migrant, reason=member(VisitReason, reason), on=on, by=by, **said)
    told(made.reference, plain(made), as_json)


@verb(
    "migrants sheets",
    _SHEETS,
    option("--on", kind=DAY, shown=("JOUR", "DAY"), fr="Ce jour (par défaut : aujourd'hui).", en="On this day (default: today)."),
    fr="Les fiches d'information, et celles à rafraîchir.",
    en="The information sheets, and those to refresh.",
)
def sheets(say: Speech, sheets: Path | None, on: date | None, as_json: bool) -> None:
    """`cigem migrants sheets`."""
    from cigem_core.programmes.reception.sheets import flaw

    with open_workspace(say) as centre:
        found = centre.reception.sheets(sheets)
    rows = [(one, flaw(one, on or date.today())) for one in found]
    if as_json:
        print_json([{**plain(one, say.language), "digest": one.digest, "to_refresh": why and say.text(why)} for one, why in rows])
        return
    headings = [
        say("Fiche", "Sheet"),
        say("Titre", "Title"),
        say("Valable jusqu'au", "Valid until"),
        say("À rafraîchir", "To refresh"),
    ]
    table(say, headings, [(s.reference, s.title, s.valid_until, why) for s, why in rows], empty=say("Aucune fiche.", "No sheet."))


@verb(
    "migrants hand",
    _FILE,
    argument("sheet", fr="FICHE", en="SHEET"),
    _SHEETS,
    acts=True,
    fr="Remettre une fiche d'information ; une fiche expirée ou non vérifiée est refusée.",
    en="Hand over an information sheet; one that expired or that nobody checked is refused.",
)
def hand(say: Speech, migrant: str, sheet: str, sheets: Path | None, on: date, by: str, as_json: bool) -> None:
    """`cigem migrants hand`."""
    with open_workspace(say) as centre:
        handed, _ = centre.reception.hand(migrant, sheet, sheets=centre.reception.sheets(sheets), on=on, by=by)
    told(f"{migrant} ← {shown(say, handed.sheet)}", plain(handed), as_json)


@verb(
    "migrants assess",
    _FILE,
    argument("instrument", fr="GRILLE", en="INSTRUMENT"),
    option("--answer", many=True, shown=("QUESTION=RÉPONSE", "QUESTION=ANSWER"), fr="Une réponse.", en="An answer."),
    acts=True,
    fr="Faire un bilan avec une grille (un fichier, ou celle d'une extension) : toutes les réponses, ou celles qu'on a.",
    en="Make an assessment with an instrument (a file, or a plugin's): all the answers, or those there are.",
)
def assess(say: Speech, migrant: str, instrument: str, answer: tuple[str, ...], on: date, by: str, as_json: bool) -> None:
    """`cigem migrants assess`."""
    pairs = [one.partition("=") for one in answer]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError(say("écrire --answer question=réponse", "write --answer question=answer"))
    with open_workspace(say) as centre:
        chosen = centre.reception.instrument(instrument)
        made = centre.reception.assess(migrant, chosen, {name.strip(): said.strip() for name, _, said in pairs}, on=on, by=by)
    told(made.reference, plain(made), as_json)


@verb(
    "migrants scores",
    argument("assessment", fr="BI-…", en="BI-…"),
    option("--before", shown=("BI-…", "BI-…"), fr="Comparer à ce bilan d'avant.", en="Compare with this earlier assessment."),
    fr="Ce que donne un bilan : exact, ou entre deux bornes quand des questions restent ouvertes.",
    en="What an assessment gives: exact, or between two bounds where questions are left open.",
)
def scores(say: Speech, assessment: str, before: str | None, as_json: bool) -> None:
    """`cigem migrants scores`."""
    with open_workspace(say) as centre:
        found: Any = centre.reception.compare(before, assessment) if before else centre.reception.scores(assessment)
    if as_json:
        print_json(plain(found, say.language))
        return
    whole = say("ensemble", "whole")
    if before:
        rows = [(one.dimension or whole, *(_bounds(say, b) for b in (one.before, one.after, one.difference))) for one in found]
        headings = ["", say("Avant", "Before"), say("Après", "After"), say("Différence", "Difference")]
    else:
        rows = [
            (one.dimension or whole, _bounds(say, one.bounds), _bounds(say, one.scale), f"{one.answered}/{one.questions}")
            for one in found
        ]
        headings = ["", say("Points", "Points"), say("Échelle", "Scale"), say("Réponses", "Answers")]
    table(say, headings, rows, empty="")


def _bounds(say: Speech, bounds: Bounds) -> str:
    low, high = exact(bounds.low), exact(bounds.high)
    return low if bounds.is_exact else say(f"de {low} à {high}", f"{low} to {high}")


VERBS = (visit, sheets, hand, assess, scores)
