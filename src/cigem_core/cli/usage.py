"""The whole command line as Click's group: what is typed wrongly is answered by what to type, to people and to programs."""

from __future__ import annotations

from typing import Any

import click

from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json

_AS_JSON = "cigem_core.as_json"


class Program(click.Group):
    """The commands, and the sentences for lines that none of them understands."""

    say = Speech("fr")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember whether JSON was asked for: what is wrong may be found before its option is."""
        ctx.meta[_AS_JSON] = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _told(ctx, self._misplaced(error)) from None

    def _misplaced(self, error: click.UsageError) -> click.UsageError:
        """An option of a command, where none is named yet."""
        name = error.option_name if isinstance(error, click.NoSuchOption) else None
        if name is None or not any(name in option.opts for command in _below(self) for option in command.params):
            return error
        fr = f"« {name} » vient après le nom de la commande : cigem COMMANDE … {name}"
        return click.UsageError(self.say(fr, f"'{name}' comes after the name of the command: cigem COMMAND … {name}"), error.ctx)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named; a usage error that says how it is called where the words stand otherwise."""
        first, *rest = args
        if first not in self.commands and (told := self._otherwise(first, rest)):
            ctx.fail(told)
        return super().resolve_command(ctx, args)

    def _otherwise(self, first: str, rest: list[str]) -> str | None:
        if first in ("help", "aide"):
            return self.say(
                "l'aide : cigem --help ; celle d'une commande : cigem COMMANDE --help",
                "help: cigem --help; that of a command: cigem COMMAND --help",
            )
        if rest and rest[0] in self.commands:
            line = " ".join(("cigem", rest[0], first, *rest[1:]))
            return self.say(f"la commande vient d'abord : {line}", f"the command comes first: {line}")
        return None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command named."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _told(ctx, _with_its_help(error)) from None


def _told(ctx: click.Context, error: click.UsageError) -> click.UsageError:
    """The error, once programs that asked for JSON were told of it."""
    if ctx.meta[_AS_JSON]:
        print_json({"error": {"code": "usage_error", "message": error.format_message()}})
    return error


def _below(group: click.Group) -> list[click.Command]:
    """Every command of a group, and of the groups in it."""
    found = list(group.commands.values())
    return found + [one for inner in found if isinstance(inner, click.Group) for one in _below(inner)]


def _with_its_help(error: click.UsageError) -> click.UsageError:
    """An option that is missing is told with what stands behind it."""
    option = error.param if isinstance(error, click.MissingParameter) else None
    if not isinstance(option, click.Option) or not option.help or error.ctx is None:
        return error
    shown = option.make_metavar(error.ctx)
    bare = error.format_message().rstrip(".")
    return click.UsageError(f"{bare} : {option.opts[-1]} {shown} ({option.help.rstrip('.')})", error.ctx)
