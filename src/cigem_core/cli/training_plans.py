"""The desk of training plans, of the plan itself: opened by the centre, and who pays which share of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import open_workspace, print_json
from cigem_core.cli.training_seats import PLAN
from cigem_core.cli.verb import FILE, argument, verb

if TYPE_CHECKING:
    from cigem_core.sdk.adapter import Reading


@verb(
    "plan open",
    argument("written", kind=FILE, fr="PLAN.toml|TABLE...", en="PLAN.toml|TABLE...", many=True),
    fr="Ouvrir ou modifier un plan du centre lui-même : un fichier TOML, ou ses tables (modules.csv, sessions.csv, budget.csv, "
    "financeurs.csv, plan.csv ; ou en .xlsx). Rien n'est gardé s'il y a une anomalie.",
    en="Open or amend a plan of the centre's own: a TOML file, or its tables (modules.csv, sessions.csv, budget.csv, "
    "financeurs.csv, plan.csv; or as .xlsx). Nothing is kept where there is a fault.",
    acts=True,
)
def open_plan(say: Speech, written: tuple[Path, ...], on: date, by: str, as_json: bool) -> None:
    """A plan of the centre's own."""
    from cigem_core.programmes.training.plan_files import read_plan

    found = read_plan(written)
    if found.plan is None:
        _show_faults(say, found.reading, as_json)
        click.get_current_context().exit(1)
    with open_workspace(say) as centre:
        plan = centre.training.open_plan(*written, on=on, by=by)
    if as_json:
        print_json({"plan": str(plan.ref), "modules": sorted(plan.modules), "sessions": sorted(plan.sessions)})
        return
    many = say(f"{len(plan.sessions)} session(s)", f"{len(plan.sessions)} session(s)")
    click.echo(f"{plan.ref} · {many}")


def _show_faults(say: Speech, reading: Reading, as_json: bool) -> None:
    from cigem_core.cli import show

    if as_json:
        print_json({"plan": None, **show.reading_as_dict(reading, say.language)})
        return
    show.reading(say, reading)
    click.echo(say("rien n'est gardé : corriger, et ouvrir à nouveau", "nothing is kept: mend them, and open again"))


@verb(
    "plan fund",
    argument("shares", fr="FINANCEUR=PART...", en="FUNDER=SHARE...", many=True),
    PLAN,
    fr="Dire qui paie quelle part d'un plan, en pour cent ; les parts font 100.",
    en="Say who pays which share of a plan, in percent; the shares make 100.",
    acts=True,
)
def fund(say: Speech, shares: tuple[str, ...], plan: str | None, on: date, by: str, as_json: bool) -> None:
    """Who pays a plan."""
    said = dict(_share(say, one) for one in shares)
    if len(said) < len(shares):
        raise click.UsageError(say("un financeur n'est nommé qu'une fois", "a funder is named once"))
    with open_workspace(say) as centre:
        kept = centre.training.fund(said, on=on, by=by, plan=plan)
    if as_json:
        print_json({one.funder: float(one.percent) for one in kept})
        return
    for one in kept:
        click.echo(f"{one.funder} · {one.percent} %")


def _share(say: Speech, written: str) -> tuple[str, Decimal]:
    funder, _, share = written.rpartition("=")
    try:
        percent = Decimal(share.replace(",", "."))
    except InvalidOperation:
        percent = Decimal(-1)
    if not funder or not percent.is_finite() or not 0 < percent <= 100:
        raise click.UsageError(
            say(f"« {written} » : FINANCEUR=PART, comme commune=40", f"'{written}': FUNDER=SHARE, like town=40")
        )
    return funder, percent


VERBS = (open_plan, fund)
