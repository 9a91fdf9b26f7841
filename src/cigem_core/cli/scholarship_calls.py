"""Which round a command means: a call in a file, or one that a workspace keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import named_workspace, open_workspace
from cigem_core.cli.verb import FILE, argument, flag, option

if TYPE_CHECKING:
    from cigem_core.programmes.scholarships.desk import Scholarships
    from cigem_core.programmes.scholarships.draw import Draw
    from cigem_core.programmes.scholarships.round import Round

CALL = argument("call", fr="APPEL", en="CALL")
"""The path of a call's TOML, or the reference of a call that is kept."""
APPLICATIONS = option(
    "--applications",
    kind=FILE,
    shown=("FICHIER", "FILE"),
    fr="Les dossiers, CSV ou XLSX (par défaut : dossiers.csv, à côté de l'appel).",
    en="The applications, CSV or XLSX (default: dossiers.csv, beside the call).",
)
LEAVE = flag(
    "--leave-undecided",
    fr="Tirer sans les dossiers qui attendent une décision.",
    en="Draw without the applications that wait for a decision.",
)


SEED = option(
    "--seed", shown=("GRAINE", "TEXT"),
    fr="La graine du tirage, pour un appel dans un fichier.",
    en="The seed of the draw, for a call in a file.",
)  # fmt: skip


@contextmanager
def kept(
    say: Speech, call: str, applications: Path | None = None, *, always: bool = False
) -> Iterator[tuple[Scholarships | None, str]]:
    """The desk and the reference of a call that is kept; (None, "") for a call in a file and no workspace.

    A file named together with a workspace (`-w`) is opened there first, with the applications beside it. `always` is for
    steps that can only be kept: they take the workspace of the environment too.
    """
    is_file = Path(call).is_file()
    where = click.get_current_context().find_root().obj or (named_workspace() if always or not is_file else None)
    if is_file and not where:
        if always:
            open_workspace(say)  # says that none is named
        yield None, ""
        return
    if not where:
        file_of(say, call)  # says that it is neither
    with open_workspace(say) as centre:
        desk = centre.scholarships
        yield desk, _opened(desk, Path(call), applications) if is_file else call


def _opened(desk: Scholarships, path: Path, applications: Path | None) -> str:
    """The reference of a call in a file, which is kept from now on."""
    from cigem_core.programmes.scholarships.call import Call

    call, on, by = Call.from_file(path), date.today(), getuser()
    is_new = call.reference not in desk.calls()
    if is_new or desk.call(call.reference).digest != call.digest:
        desk.open(call, on=on, by=by)
    beside = applications or path.parent / "dossiers.csv"
    if applications or (is_new and beside.is_file()):
        desk.intake(call.reference, beside, on=on, by=by)
    return call.reference


def drawn_round(say: Speech, call: str, applications: Path | None, seed: str | None, leave_undecided: bool) -> tuple[Round, Draw]:
    """A round and its draw: the last one kept, or the one a seed gives."""
    with kept(say, call, applications) as (desk, reference):
        if desk:
            return desk.last_round(reference)
        held = round_of(say, call, applications)
        return held, held.draw(seed_of(say, seed), leave_undecided=leave_undecided)


def seed_of(say: Speech, seed: str | None) -> str:
    """The seed; a usage error where none is given for a call in a file."""
    if seed is None:
        raise click.UsageError(
            say(
                "donner la graine du tirage (--seed), ou la référence d'un appel gardé (-w)",
                "give the seed of the draw (--seed), or the reference of a call that is kept (-w)",
            )
        )
    return seed


def round_of(say: Speech, call: str, applications: Path | None) -> Round:
    """The round of a call in a file."""
    from cigem_core.programmes.scholarships.round import Round

    return Round.on_files(file_of(say, call), applications)


def file_of(say: Speech, call: str) -> Path:
    """The file of a call; a usage error where there is none."""
    path = Path(call)
    if not path.is_file():
        raise click.UsageError(
            say(
                f"« {call} » n'est pas le fichier d'un appel ; pour un appel gardé, donner l'espace de travail (-w)",
                f"'{call}' is no file of a call; for a call that is kept, name the workspace (-w)",
            )
        )
    return path
