"""The commands of a round of scholarships; CALL is the file of a call, or the reference of one kept in the workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json
from cigem_core.cli.verb import DAY, FILE, argument, flag, option, verb
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.programmes.scholarships.round import Round

GROUPS = {
    "scholarship": Text(
        fr="Un appel à candidatures pour des bourses : dire qui remplit les conditions, tirer, payer.",
        en="A call for applications to scholarships: say who may take part, draw, pay.",
    )
}

_CALL = argument("call", fr="APPEL", en="CALL")
_APPLICATIONS = option(
    "--applications",
    kind=FILE,
    shown=("FICHIER", "FILE"),
    fr="Les dossiers, CSV ou XLSX (par défaut : dossiers.csv, à côté de l'appel).",
    en="The applications, CSV or XLSX (default: dossiers.csv, beside the call).",
)
_SEED = option(
    "--seed", required=True, shown=("GRAINE", "TEXT"),
    fr="La graine du tirage, connue après l'empreinte de la liste.",
    en="The seed of the draw, known after the digest of the list.",
)  # fmt: skip
_LEAVE = flag(
    "--leave-undecided",
    fr="Tirer sans les dossiers qui attendent une décision.",
    en="Draw without the applications that wait for a decision.",
)


@verb(
    "scholarship check",
    _CALL,
    fr="Relire un appel en phrases, et dire ce qui n'y sera jamais rempli.",
    en="Read a call back in sentences, and say what in it can never be filled.",
)
def check(say: Speech, call: str, as_json: bool) -> None:
    """`cigem scholarship check`."""
    from cigem_core.programmes.scholarships.call import Call
    from cigem_core.programmes.scholarships.checking import check_call

    checked = check_call(Call.from_file(_file(say, call)))
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
    _CALL,
    _APPLICATIONS,
    fr="Dire quels dossiers sont recevables, lesquels ne le sont pas et pourquoi, lesquels attendent un agent.",
    en="Say which applications are eligible, which are not and why, which wait for an officer.",
)
def screen(say: Speech, call: str, applications: Path | None, as_json: bool) -> None:
    """`cigem scholarship screen`."""
    from cigem_core.cli.scholarship_tables import show_screening

    held = _round(say, call, applications)
    if as_json:
        intake = held.applications.intake.as_dict(say.language) if held.applications.intake else {}
        print_json({**held.screening.as_dict(), "commit": held.commitment, **intake})
    else:
        show_screening(say, held)


@verb(
    "scholarship draw",
    _CALL,
    _APPLICATIONS,
    _SEED,
    _LEAVE,
    option(
        "--committed", shown=("EMPREINTE", "DIGEST"),
        fr="L'empreinte publiée avant la graine : une autre liste est refusée.",
        en="The digest published before the seed: another list is refused.",
    ),
    fr="Tirer : qui a quel siège, qui attend. La même graine donne le même tirage.",
    en="Draw: who gets which seat, who waits. The same seed gives the same draw.",
)  # fmt: skip
def draw(
    say: Speech, call: str, applications: Path | None, seed: str, leave_undecided: bool, committed: str | None, as_json: bool
) -> None:
    """`cigem scholarship draw`."""
    from cigem_core.cli.scholarship_tables import show_draw

    drawn = _round(say, call, applications).draw(seed, leave_undecided=leave_undecided, committed=committed)
    if as_json:
        print_json(drawn.as_dict())
    else:
        show_draw(say, drawn)


@verb(
    "scholarship payments",
    _CALL,
    option("--on", kind=DAY, required=True, shown=("JOUR", "DAY"), fr="Le jour.", en="The day."),
    _APPLICATIONS,
    option(
        "--payments", kind=FILE, shown=("FICHIER", "FILE"),
        fr="Les paiements, CSV ou XLSX (par défaut : paiements.csv, à côté de l'appel).",
        en="The payments, CSV or XLSX (default: paiements.csv, beside the call).",
    ),
    option(
        "--seed", shown=("GRAINE", "TEXT"),
        fr="La graine du tirage, pour un appel qui n'est pas gardé.",
        en="The seed of the draw, for a call that is not kept.",
    ),
    _LEAVE,
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

    if seed is None:
        raise click.UsageError(
            say(
                "donner la graine du tirage (--seed), ou la référence d'un appel gardé (-w)",
                "give the seed of the draw (--seed), or the reference of a call that is kept (-w)",
            )
        )
    held = _round(say, call, applications)
    drawn = held.draw(seed, leave_undecided=leave_undecided)
    paid, intake = held.payments(payments or _file(say, call).parent / "paiements.csv", drawn)
    balances = held.balances(paid, drawn, on)
    if as_json:
        print_json({**balances.as_dict(), **intake.as_dict(say.language)})
    else:
        show_balances(say, balances)


def _round(say: Speech, call: str, applications: Path | None) -> Round:
    """The round that a call names."""
    from cigem_core.programmes.scholarships.round import Round

    return Round.on_files(_file(say, call), applications)


def _file(say: Speech, call: str) -> Path:
    """The file of a call."""
    path = Path(call)
    if not path.is_file():
        raise click.UsageError(
            say(
                f"« {call} » n'est ni le fichier d'un appel, ni un appel gardé",
                f"'{call}' is neither a call's file nor a call kept",
            )
        )
    return path


VERBS: tuple[Any, ...] = (check, screen, draw, payments)
