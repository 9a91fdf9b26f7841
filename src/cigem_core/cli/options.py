"""What commands share: the options every one takes, who acts and when, and what a refusal looks like."""

from __future__ import annotations

import functools
import getpass
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cigem_core.cli.language import Speech, is_utf8
from cigem_core.cli.settings import settings
from cigem_core.cli.streams import plainly_said, silenced
from cigem_core.errors import CallError, CigemError, UnknownName
from cigem_core.model.axes import AXES
from cigem_core.spelling import in_normal_form
from cigem_core.text import Text, written_out

if TYPE_CHECKING:
    from pathlib import Path

    from cigem_core.model.receipts import Head
    from cigem_core.workspace import Workspace

WORKSPACE = "CIGEM_WORKSPACE"

AXIS = ("|".join((*(axis.word.fr for axis in AXES), "…")), "|".join((*(axis.word.en for axis in AXES), "…")))
"""How the value of `--axis` is shown, in French and English: the axes that ship; the conventions installed may declare more."""

Command = Callable[..., Any]

_QUIET = "cigem.quiet"
"""Under which the context of a line remembers that nobody wishes to hear its answer."""


class Day(click.ParamType[date]):
    """A day: 2009-10-01 or 01/10/2009."""

    def __init__(self, say: Speech) -> None:
        self.name = say("jour", "day")
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day meant; a usage error when there is none."""
        if isinstance(value, date):
            return value
        day, _, rest = str(value).partition("/")
        month, _, year = rest.partition("/")
        try:
            return date.fromisoformat(f"{year}-{month:0>2}-{day:0>2}" if rest else str(value))
        except ValueError:
            self.fail(
                self._say(
                    f"« {value} » n'est pas un jour comme 2009-10-01 ou 01/10/2009", f"'{value}' is not a day like 2009-10-01"
                ),
                param,
                ctx,
            )


class WholeNumber(click.ParamType[int]):
    """A whole number, of which a bound may be asked."""

    def __init__(self, say: Speech, *, least: int | None = None) -> None:
        self.name = say("nombre", "number")
        self._say, self._least = say, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number meant; a usage error when there is none."""
        try:
            number = int(value)
        except ValueError:
            self.fail(self._say(f"« {value} » n'est pas un nombre entier", f"'{value}' is not a whole number"), param, ctx)
        if self._least is not None and number < self._least:
            self.fail(self._say(f"donner au moins {self._least}", f"give at least {self._least}"), param, ctx)
        return number


class Word(click.Choice[str]):
    """One of some words, in either language or as its code; the command gets the code."""

    def __init__(self, say: Speech, words: Mapping[str, Text]) -> None:
        super().__init__([say.text(word) for word in words.values()])
        self._codes = {_bare(typed): code for code, word in words.items() for typed in (code, word.fr, word.en)}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code of the word typed; a usage error that lists the words when it is none of them."""
        return self._codes.get(_bare(str(value))) or super().convert(value, param, ctx)


def _bare(word: str) -> str:
    """A word as it is compared: without case or accents, in one piece."""
    letters = (c for c in in_normal_form("NFKD", word.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\s'’]+", "-", "".join(letters).strip())


def subcommand(say: Speech) -> str:
    """How a group shows that a command follows."""
    return say("COMMANDE [ARGUMENTS]...", "COMMAND [ARGS]...")


def common(say: Speech) -> Callable[[Command], Command]:
    """The options every command takes, before or after its name, and what happens when something is refused."""

    def decorate(function: Command) -> Command:
        @click.option(
            "-w",
            "--workspace",
            metavar=say("ESPACE", "WORKSPACE"),
            help=say("L'espace de travail : un fichier, ou l'adresse d'une base.", "The workspace: a file, or a database's URL."),
        )
        @click.option(
            "--lang",
            type=click.Choice(["fr", "en"]),
            help=say("La langue des messages (par défaut : fr).", "The language of the messages (default: fr)."),
        )
        @click.option("-q", "--quiet", is_flag=True, help=say("Ne dire que ce qui ne va pas.", "Say only what goes wrong."))
        @click.pass_context
        def run(context: click.Context, /, workspace: str | None, lang: str | None, quiet: bool, **rest: Any) -> Any:  # noqa: ARG001
            root = context.find_root()
            # The option nearest to the end of the line counts; the environment only where there is none.
            root.obj = workspace or root.obj
            quiet = root.meta[_QUIET] = quiet or root.meta.get(_QUIET, False)
            try:
                with plainly_said(), silenced() if quiet and not rest.get("as_json") else nullcontext():
                    return function(**rest)
            except CigemError as error:
                # A name with a line end in it would begin a line of its own; a call's mistakes have a line each, and none inside.
                text = say.text(error.text)
                told = written_out(text if isinstance(error, CallError) else text.replace("\n", "\\n"))
                click.echo(say("Erreur : ", "Error: ") + told, err=True)
                if rest.get("as_json"):
                    print_json({"error": {"code": error.code, "message": say.text(error.text)}})
                context.exit(2 if isinstance(error, UnknownName) else 1)
            except KeyboardInterrupt:
                click.echo(
                    say(
                        "\nInterrompu : ce qui n'était pas fini n'est pas gardé",
                        "\nInterrupted: what was not finished is not kept",
                    ),
                    err=True,
                )
                context.exit(130)
            except OSError as error:
                if isinstance(error, BrokenPipeError):
                    raise
                click.echo(say("Erreur : ", "Error: ") + written_out(say.text(_in_the_way(error))), err=True)
                context.exit(1)

        return functools.update_wrapper(run, function)

    return decorate


def _in_the_way(error: OSError) -> Text:
    """What the system said no to, and of which file."""
    file = error.filename if isinstance(error.filename, str) else ""
    if isinstance(error, FileNotFoundError) and file:
        return Text(fr=f"{file} est introuvable", en=f"{file} is not there")
    why = f"{file} ({error.strerror})" if file else str(error.strerror)
    return Text(fr=f"lecture ou écriture impossible : {why}", en=f"cannot read or write: {why}")


def who_and_when(say: Speech) -> Callable[[Command], Command]:
    """`--on` and `--by`: today and the login name, here and nowhere below."""

    def decorate(function: Command) -> Command:
        on = click.option(
            "--on", type=Day(say), metavar=say("JOUR", "DAY"), default=date.today,
            help=say("Le jour de l'acte (par défaut : aujourd'hui).", "The day of the act (default: today)."),
        )  # fmt: skip
        by = click.option(
            "--by", metavar=say("NOM", "NAME"), default=getpass.getuser,
            help=say("Qui agit (par défaut : le nom de session).", "Who acts (default: the login name)."),
        )  # fmt: skip
        return on(by(function))

    return decorate


def as_json_option(say: Speech) -> Callable[[Command], Command]:
    """`--json`."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help=say("Écrire du JSON, et rien d'autre, sur la sortie.", "Write JSON alone on stdout."),
    )


def where_tokens_are(say: Speech) -> str:
    """What a command that speaks with a service says at the end of its help."""
    return say(
        "Le jeton d'un service est lu dans la variable CIGEM_STRUCTURE_TOKEN (CIGEM_APEJ_TOKEN), ou au trousseau : keyring set "
        "cigem STRUCTURE. Il ne se donne pas sur la ligne de commande, ni dans l'adresse.",
        "A service's token is read from the variable CIGEM_AGENCY_TOKEN (CIGEM_APEJ_TOKEN), or from the keyring: keyring set "
        "cigem AGENCY. It is given neither on the command line nor in the address.",
    )


def named_workspace() -> str | None:
    """The workspace named on the command line, or else in the environment, or else in `cigem.toml`."""
    return click.get_current_context().find_root().obj or os.environ.get(WORKSPACE) or settings().where


def place_of(say: Speech, agency: str) -> str:
    """Where an agency's service or folder is by `cigem.toml`; a usage error where it does not say."""
    if (place := settings().place(agency)) is None:
        raise click.UsageError(
            say(
                f"donner un fichier, un dossier ou une adresse ; ou écrire celle de {agency} sous [agencies] dans cigem.toml",
                f"give a file, a folder or an address; or write that of {agency} under [agencies] in cigem.toml",
            )
        )
    return place


def open_workspace(say: Speech) -> Workspace:
    """The workspace to work in; a usage error when none is named."""
    from cigem_core.workspace import Workspace

    where = named_workspace()
    if not where:
        raise click.UsageError(
            say(
                "donner l'espace de travail : -w ESPACE, CIGEM_WORKSPACE, ou workspace dans cigem.toml ; en créer un : "
                "cigem init centre.sqlite",
                "name the workspace: -w WORKSPACE, CIGEM_WORKSPACE, or workspace in cigem.toml; to make one: cigem init "
                "centre.sqlite",
            )
        )
    return Workspace(where)


def told_file(path: Path, *, as_json: bool) -> None:
    """Where something was written."""
    if as_json:
        print_json({"file": str(path)})
    else:
        click.echo(str(path))


def head_as_dict(head: Head) -> dict[str, Any]:
    """How far the journal had come, for programs."""
    return {"head": head.digest, "length": head.length}


def print_json(value: Any) -> None:
    """JSON alone on the output, exact on any terminal; of a very long list each item stands on a line of its own."""
    told = functools.partial(json.dumps, ensure_ascii=not is_utf8(sys.stdout))
    if isinstance(value, list) and len(value) > _MANY:
        click.echo("[\n" + ",\n".join(map(told, value)) + "\n]")
    else:
        click.echo(told(value, indent=2))


_MANY = 1000
"""Items beyond which a list is written by the item: to indent them takes five times as long, and twice the room."""
