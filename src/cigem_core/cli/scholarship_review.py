"""The review of applications, on the command line: who reads what, the points that come in, what is to be moderated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json
from cigem_core.cli.scholarship_calls import CALL, kept
from cigem_core.cli.scholarship_steps import tell_intake
from cigem_core.cli.verb import FILE, FOLDER, argument, option, verb


@verb(
    "scholarship reviewers",
    CALL,
    argument("reviewers", many=True, fr="LECTEUR...", en="REVIEWER..."),
    option(
        "--conflict", many=True, shown=("LECTEUR=N°", "REVIEWER=NUMBER"),
        fr="Un dossier que ce lecteur ne peut lire (à répéter).", en="An application this reviewer may not read (repeatable).",
    ),
    option("--seed", required=True, shown=("GRAINE", "TEXT"), fr="La graine de ce tirage.", en="The seed of this lot."),
    option("--to", kind=FOLDER, shown=("DOSSIER", "FOLDER"), fr="Écrire aussi leurs feuilles.", en="Write their sheets as well."),
    acts=True,
    fr="Tirer qui lit quel dossier recevable, sans conflit et à charge égale.",
    en="Draw who reads which eligible application, without conflicts and with an even load.",
)  # fmt: skip
def reviewers(
    say: Speech,
    call: str,
    reviewers: tuple[str, ...],
    conflict: tuple[str, ...],
    seed: str,
    to: Path | None,
    on: date,
    by: str,
    as_json: bool,
) -> None:
    """`cigem scholarship reviewers`."""
    barred = _conflicts(say, reviewers, conflict)
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        drawn = desk.assign_review(reference, barred, seed=seed, on=on, by=by)
        sheets = desk.reading_sheets(reference, to, on=on, by=by) if to else {}
    if as_json:
        lines = [{"application": number, "reviewers": list(readers)} for number, readers in sorted(drawn.items())]
        print_json({"call": reference, "readings": lines, "sheets": {who: str(path) for who, path in sheets.items()}})
        return
    for who in sorted(barred):
        many = sum(who in readers for readers in drawn.values())
        click.echo(
            say(f"{who} : {many} dossier(s)", f"{who}: {many} application(s)") + (f" · {sheets[who]}" if who in sheets else "")
        )


def _conflicts(say: Speech, named: tuple[str, ...], given: tuple[str, ...]) -> dict[str, set[str]]:
    """Reviewer → whom they may not read; a usage error where one names nobody of the reviewers."""
    found: dict[str, set[str]] = {who: set() for who in named}
    for one in given:
        who, _, number = one.partition("=")
        if who not in found or not number:
            raise click.UsageError(
                say(f"--conflict {one} : écrire LECTEUR=N°, d'un lecteur nommé", f"--conflict {one}: write REVIEWER=NUMBER")
            )
        found[who].add(number)
    return found


@verb(
    "scholarship readings",
    CALL,
    argument("file", kind=FILE, fr="FICHIER", en="FILE"),
    acts=True,
    fr="Recevoir les points des lecteurs ; une note donnée ne change plus.",
    en="Take the reviewers' points in; a score that was given is never altered.",
)
def readings(say: Speech, call: str, file: Path, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship readings`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        taken = desk.readings(reference, file, on=on, by=by)
    tell_intake(say, [taken], as_json)


@verb(
    "scholarship review",
    CALL,
    fr="Dire où en sont les lectures, lesquelles sont à départager, et la sévérité de chaque lecteur.",
    en="Say how far the readings are, which are to be parted, and how severe each reviewer is.",
)
def review(say: Speech, call: str, as_json: bool) -> None:
    """`cigem scholarship review`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        report = desk.review(reference)
    if as_json:
        severity = {who: str(apart) for who, apart in report.severity.items()}
        told = {"assigned": report.assigned, "read": report.read, "to_moderate": list(report.to_moderate), "severity": severity}
        print_json({"call": reference, **told})
        return
    click.echo(say(f"{report.read} lectures sur {report.assigned}", f"{report.read} readings of {report.assigned}"))
    for number in report.to_moderate:
        click.echo("  " + number + say(" : à départager", ": to be parted"))
    for who, apart in report.severity.items():
        click.echo(say(f"  {who} : {apart:+} point(s) par rapport aux autres", f"  {who}: {apart:+} point(s) beside the others"))


@verb(
    "scholarship moderate",
    CALL,
    argument("application", fr="N°", en="NUMBER"),
    argument("reviewer", fr="LECTEUR", en="REVIEWER"),
    acts=True,
    fr="Confier à un lecteur de plus un dossier dont les lectures sont trop éloignées ; sa lecture compte à leur place.",
    en="Hand an application whose readings lie too far apart to a further reviewer, whose reading counts instead.",
)
def moderate(say: Speech, call: str, application: str, reviewer: str, on: date, by: str, as_json: bool) -> None:
    """`cigem scholarship moderate`."""
    with kept(say, call, always=True) as (desk, reference):
        assert desk
        desk.moderate(reference, application, reviewer, on=on, by=by)
    if as_json:
        print_json({"call": reference, "application": application, "reviewer": reviewer})
    else:
        click.echo(f"{application} · {reviewer}")


VERBS: tuple[Any, ...] = (reviewers, readings, review, moderate)
