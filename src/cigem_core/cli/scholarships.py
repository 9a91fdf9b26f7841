"""The commands of a round of scholarships; CALL is the file of a call, or the reference of one kept in the workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from cigem_core.cli import scholarship_after as after
from cigem_core.cli import scholarship_review as reviewing
from cigem_core.cli import scholarship_steps as steps
from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json, told_file
from cigem_core.cli.scholarship_calls import APPLICATIONS, CALL, LEAVE, SEED, drawn_round, file_of, kept, round_of, seed_of
from cigem_core.cli.verb import DAY, FILE, FOLDER, OUTPUT, argument, option, verb
from cigem_core.text import Text

GROUPS = {
    "scholarship": Text(
        fr="Un appel à candidatures pour des bourses : dire qui remplit les conditions, tirer, payer.",
        en="A call for applications to scholarships: say who may take part, draw, pay.",
    )
}


@verb(
    "scholarship check",
    CALL,
    fr="Relire un appel en phrases, et dire ce qui n'y sera jamais rempli.",
    en="Read a call back in sentences, and say what in it can never be filled.",
)
def check(say: Speech, call: str, as_json: bool) -> None:
    """`cigem scholarship check`."""
    from cigem_core.programmes.scholarships.call import Call
    from cigem_core.programmes.scholarships.checking import check_call

    with kept(say, call) as (desk, reference):
        checked = check_call(desk.call(reference) if desk else Call.from_file(file_of(say, call)))
    if as_json:
        says, vain = ([say.text(one) for one in listed] for listed in (checked.says, checked.vain))
        print_json({"call": checked.call.reference, "digest": checked.call.digest, "says": says, "vain": vain})
        return
    for sentence in checked.says:
        click.echo(say.text(sentence))
    for sentence in checked.vain:
        click.echo(say("Attention : ", "Beware: ") + say.text(sentence))
    click.echo(say("empreinte : ", "digest: ") + checked.call.digest)


@verb(
    "scholarship screen",
    CALL,
    APPLICATIONS,
    fr="Dire quels dossiers sont recevables, lesquels ne le sont pas et pourquoi, lesquels attendent un agent.",
    en="Say which applications are eligible, which are not and why, which wait for an officer.",
)
def screen(say: Speech, call: str, applications: Path | None, as_json: bool) -> None:
    """`cigem scholarship screen`."""
    from cigem_core.cli.scholarship_tables import show_screening

    with kept(say, call, applications) as (desk, reference):
        held = desk.round(reference) if desk else round_of(say, call, applications)
        if as_json:
            intake = held.applications.intake.as_dict(say.language) if held.applications.intake else {}
            print_json({**held.screening.as_dict(), "commit": held.commitment, **intake})
        else:
            show_screening(say, held)


@verb(
    "scholarship draw",
    CALL,
    APPLICATIONS,
    option(
        "--seed", required=True, shown=("GRAINE", "TEXT"),
        fr="La graine du tirage, connue après l'empreinte de la liste.",
        en="The seed of the draw, known after the digest of the list.",
    ),
    LEAVE,
    option(
        "--committed", shown=("EMPREINTE", "DIGEST"),
        fr="L'empreinte publiée avant la graine : une autre liste est refusée (appel dans un fichier).",
        en="The digest published before the seed: another list is refused (call in a file).",
    ),
    acts=True,
    fr="Tirer : qui a quel siège, qui attend. La même graine donne le même tirage.",
    en="Draw: who gets which seat, who waits. The same seed gives the same draw.",
)  # fmt: skip
def draw(
    say: Speech,
    call: str,
    applications: Path | None,
    seed: str,
    leave_undecided: bool,
    committed: str | None,
    on: date,
    by: str,
    as_json: bool,
) -> None:
    """`cigem scholarship draw`."""
    from cigem_core.cli.scholarship_tables import show_draw

    with kept(say, call, applications) as (desk, reference):
        if desk:
            drawn = desk.draw(reference, seed, leave_undecided=leave_undecided, on=on, by=by)
        else:
            held = round_of(say, call, applications)
            drawn = held.draw(seed, leave_undecided=leave_undecided, committed=committed)
    if as_json:
        print_json(drawn.as_dict())
    else:
        show_draw(say, drawn)


@verb(
    "scholarship payments",
    CALL,
    option("--on", kind=DAY, required=True, shown=("JOUR", "DAY"), fr="Le jour.", en="The day."),
    APPLICATIONS,
    option(
        "--payments", kind=FILE, shown=("FICHIER", "FILE"),
        fr="Les paiements, CSV ou XLSX (par défaut : paiements.csv, à côté de l'appel).",
        en="The payments, CSV or XLSX (default: paiements.csv, beside the call).",
    ),
    SEED,
    LEAVE,
    fr="Ce qui est dû, payé, en retard ou inégal, un jour donné.",
    en="What is due, paid, late or unequal on a day.",
)  # fmt: skip
def payments(
    say: Speech,
    call: str,
    on: date,
    applications: Path | None,
    payments: Path | None,
    seed: str | None,
    leave_undecided: bool,
    as_json: bool,
) -> None:
    """`cigem scholarship payments`."""
    from cigem_core.cli.scholarship_tables import show_balances

    with kept(say, call) as (desk, reference):
        if desk and payments:
            raise click.UsageError(
                say(
                    "un appel gardé compte ses propres paiements : recevoir d'abord le fichier (cigem scholarship pay)",
                    "a call that is kept counts its own payments: take the file in first (cigem scholarship pay)",
                )
            )
        if desk:
            found, intake = desk.balances(reference, on=on), desk.paid_so_far(reference)
        else:
            held = round_of(say, call, applications)
            drawn = held.draw(seed_of(say, seed), leave_undecided=leave_undecided)
            paid, intake = held.payments(payments or file_of(say, call).parent / "paiements.csv", drawn)
            found = held.balances(paid, drawn, on)
    if as_json:
        print_json({**found.as_dict(), **intake.as_dict(say.language)})
    else:
        show_balances(say, found)


@verb(
    "scholarship explain",
    CALL,
    argument("application", fr="N°", en="NUMBER"),
    APPLICATIONS,
    SEED,
    LEAVE,
    fr="Dire pourquoi un dossier a ce résultat, et le plus petit changement qui lui en aurait donné un autre.",
    en="Say why an application has its result, and the smallest change that would have given it another.",
)
def explain(
    say: Speech, call: str, application: str, applications: Path | None, seed: str | None, leave_undecided: bool, as_json: bool
) -> None:
    """`cigem scholarship explain`."""
    from cigem_core.programmes.scholarships.explaining import explain as explained

    told = explained(*drawn_round(say, call, applications, seed, leave_undecided), application)
    if as_json:
        print_json(told.as_dict(say.language))
        return
    for sentence in told.sentences:
        click.echo(say.text(sentence))


@verb(
    "scholarship publish",
    CALL,
    option("--to", kind=FOLDER, required=True, shown=("DOSSIER", "FOLDER"), fr="Un dossier vide.", en="An empty folder."),
    APPLICATIONS,
    SEED,
    LEAVE,
    fr="Écrire ce qui se publie : l'appel, ce qui a compté, le résultat, et verify.py qui recompte tout.",
    en="Write what is published: the call, what counted, the result, and verify.py, which recomputes everything.",
)
def publish(
    say: Speech, call: str, to: Path, applications: Path | None, seed: str | None, leave_undecided: bool, as_json: bool
) -> None:
    """`cigem scholarship publish`."""
    from cigem_core.programmes.scholarships.publishing import package

    made = package(*drawn_round(say, call, applications, seed, leave_undecided))
    made.write(to)
    if as_json:
        print_json({"folder": str(to), "package": made.digest})
    else:
        click.echo(say(f"{to} · empreinte du paquet {made.digest}", f"{to} · digest of the package {made.digest}"))


@verb(
    "scholarship results",
    CALL,
    option("--to", kind=OUTPUT, required=True, shown=("FICHIER.xlsx", "FILE.xlsx"), fr="Un classeur.", en="A workbook."),
    APPLICATIONS,
    SEED,
    LEAVE,
    fr="Écrire les résultats avec les noms, pour le personnel seul.",
    en="Write the results with names, for the staff alone.",
)
def results(
    say: Speech, call: str, to: Path, applications: Path | None, seed: str | None, leave_undecided: bool, as_json: bool
) -> None:
    """`cigem scholarship results`."""
    from cigem_core.programmes.scholarships.results import write_results

    written = write_results(*drawn_round(say, call, applications, seed, leave_undecided), to)
    told_file(written, as_json=as_json)


@verb(
    "scholarship page",
    CALL,
    option("--to", kind=OUTPUT, required=True, shown=("FICHIER.html", "FILE.html"), fr="La page.", en="The page."),
    option("--issuer", default="", shown=("CENTRE", "CENTRE"), fr="Qui publie.", en="Who publishes."),
    APPLICATIONS,
    SEED,
    LEAVE,
    acts=True,
    fr="Écrire la page du tirage, par comptes et sans noms, à imprimer.",
    en="Write the page of the draw, by counts and without names, to print.",
)
def page(
    say: Speech,
    call: str,
    to: Path,
    issuer: str,
    applications: Path | None,
    seed: str | None,
    leave_undecided: bool,
    on: date,
    by: str,
    as_json: bool,
) -> None:
    """`cigem scholarship page`."""
    from cigem_core.programmes.scholarships.results import round_page

    held, drawn = drawn_round(say, call, applications, seed, leave_undecided)
    to.write_text(round_page(held, drawn, on=on, issuer=issuer or by, language=say.language), "utf-8")
    told_file(to, as_json=as_json)


ON_FILES = (check, screen, draw, payments, explain, publish, results, page)
VERBS: tuple[Any, ...] = (*ON_FILES, *steps.VERBS, *reviewing.VERBS, *after.VERBS)
