"""A command declared once: its name, its help in both languages, what it takes; Click's command is made of that.

    @verb(
        "scholarship screen",
        argument("call", kind=FILE, fr="APPEL", en="CALL"),
        option("--applications", kind=FILE, shown=("FICHIER", "FILE"), fr="Les dossiers.", en="The applications."),
        fr="Dire qui remplit les conditions.", en="Say who fulfils the conditions.",
    )
    def screen(say: Speech, call: Path, applications: Path | None, as_json: bool) -> None: ...

A desk's file ends with `VERBS = (screen, …)` and, where its commands stand in a group, `GROUPS = {"scholarship": Text(…)}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import click
from attrs import frozen

from cigem_core.cli.language import Speech
from cigem_core.cli.options import Day, WholeNumber, Word, as_json_option, common, subcommand, who_and_when
from cigem_core.text import Text

Kind = Literal["text", "number", "day", "file", "folder", "output"]
TEXT: Kind = "text"
NUMBER: Kind = "number"
DAY: Kind = "day"
FILE: Kind = "file"
"""A file that is there; the command gets its Path."""
FOLDER: Kind = "folder"
"""A folder, there or to be made."""
OUTPUT: Kind = "output"
"""A file to be written."""


@frozen(kw_only=True)
class Parameter:
    """Something a command takes: where it stands on the line, and how it is told in both languages."""

    flags: tuple[str, ...]
    help: Text | None
    """None for what stands by its place: its name says what it is."""
    shown: Text | None
    kind: Kind | tuple[str, ...] | Mapping[str, Text] | click.ParamType[Any] = TEXT
    """What it holds; a tuple names the codes that may stand there, a mapping their words in both languages too."""
    required: bool = False
    many: bool = False
    default: Any = None
    flag: bool = False

    def decorate(self, say: Speech, function: Callable[..., Any]) -> Callable[..., Any]:
        """Hand it to Click."""
        if self.flag:
            return click.option(*self.flags, is_flag=True, help=self._help(say))(function)
        settings: dict[str, Any] = {"type": self._type(say), "required": self.required, "metavar": self._shown(say)}
        if self.help is None:
            return click.argument(*self.flags, **settings, nargs=-1 if self.many else 1)(function)
        if self.many:
            return click.option(*self.flags, **settings, multiple=True, help=self._help(say))(function)
        # To Click a default of None is a value like another: what is required would never be asked for.
        given = {} if self.default is None else {"default": self.default}
        return click.option(*self.flags, **settings, **given, help=self._help(say))(function)

    def _help(self, say: Speech) -> str | None:
        return say.text(self.help) if self.help else None

    def _shown(self, say: Speech) -> str | None:
        return say.text(self.shown) if self.shown else None

    def _type(self, say: Speech) -> click.ParamType[Any]:
        if isinstance(self.kind, click.ParamType):
            return self.kind
        if isinstance(self.kind, tuple):
            return click.Choice(self.kind)
        if isinstance(self.kind, Mapping):
            return Word(say, self.kind)
        return _TYPES[self.kind](say)


_TYPES: dict[str, Callable[[Speech], click.ParamType[Any]]] = {
    TEXT: lambda _: click.STRING,
    NUMBER: WholeNumber,
    DAY: Day,
    FILE: lambda _: click.Path(exists=True, dir_okay=False, path_type=Path),
    FOLDER: lambda _: click.Path(file_okay=False, path_type=Path),
    OUTPUT: lambda _: click.Path(dir_okay=False, path_type=Path),
}


def argument(
    name: str,
    *,
    fr: str,
    en: str,
    kind: Kind | tuple[str, ...] | Mapping[str, Text] | click.ParamType[Any] = TEXT,
    required: bool = True,
    many: bool = False,
) -> Parameter:
    """What stands by its place; `fr` and `en` are how the usage line shows it."""
    return Parameter(flags=(name,), help=None, shown=Text(fr=fr, en=en), kind=kind, required=required, many=many)


def option(
    *flags: str,
    fr: str,
    en: str,
    shown: tuple[str, str] | None = None,
    kind: Kind | tuple[str, ...] | Mapping[str, Text] | click.ParamType[Any] = TEXT,
    required: bool = False,
    many: bool = False,
    default: Any = None,
) -> Parameter:
    """What stands behind a word of its own; `shown` is how its value is called, in French and English."""
    called = Text(fr=shown[0], en=shown[1]) if shown else None
    told = Text(fr=fr, en=en)
    return Parameter(flags=flags, help=told, shown=called, kind=kind, required=required, many=many, default=default)


def flag(*flags: str, fr: str, en: str) -> Parameter:
    """What is either said or not."""
    return Parameter(flags=flags, help=Text(fr=fr, en=en), shown=None, flag=True)


@frozen(kw_only=True)
class Verb:
    """A command: its words (`scholarship screen`), its help, what it takes, and what it does."""

    words: tuple[str, ...]
    help: Text
    parameters: tuple[Parameter, ...]
    acts: bool
    """Whether it takes `--on` and `--by`: someone does something on a day."""
    run: Callable[..., None]
    epilog: Text | None = None

    def command(self, say: Speech) -> click.Command:
        """The command in one language."""

        def call(**given: Any) -> None:
            self.run(say, **given)

        function: Callable[..., Any] = as_json_option(say)(common(say)(call))
        if self.acts:
            function = who_and_when(say)(function)
        for parameter in reversed(self.parameters):
            function = parameter.decorate(say, function)
        epilog = say.text(self.epilog) if self.epilog else None
        return click.command(self.words[-1], help=say.text(self.help), epilog=epilog)(function)


def verb(
    words: str, *parameters: Parameter, fr: str, en: str, acts: bool = False, epilog: Text | None = None
) -> Callable[[Callable[..., None]], Verb]:
    """Declare a command; the function gets `say`, then what the command takes, by name.

    With `acts` it gets `on` and `by` as well, and in any case `as_json`: every command answers programs.
    """

    def declare(run: Callable[..., None]) -> Verb:
        return Verb(
            words=tuple(words.split()), help=Text(fr=fr, en=en), parameters=parameters, acts=acts, run=run, epilog=epilog,
        )  # fmt: skip

    return declare


def add(program: click.Group, say: Speech, verbs: Sequence[Verb], groups: Mapping[str, Text]) -> None:
    """Add a desk's commands to the command line, each in its group; a group that is there already is added to."""
    for one in verbs:
        room = program
        for word in one.words[:-1]:
            room = _group(room, word, say, groups)
        room.add_command(one.command(say))


def _group(parent: click.Group, name: str, say: Speech, groups: Mapping[str, Text]) -> click.Group:
    there = parent.commands.get(name)
    if isinstance(there, click.Group):
        return there
    if there is not None:
        parent.add_command(both := _Both(there, subcommand_metavar=subcommand(say)))
        return both

    @click.group(name, subcommand_metavar=subcommand(say), help=say.text(groups[name]))
    @common(say)
    def made() -> None:
        pass

    parent.add_command(made)
    return made


class _Both(click.Group):
    """A command that has others below it: what is no name of theirs is its own."""

    def __init__(self, own: click.Command, **settings: Any) -> None:
        super().__init__(own.name, help=own.help, **settings)
        self._own = own

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no name of a command below, options included, is handed to the command itself."""
        if args and args[0] in self.commands:
            return super().parse_args(ctx, args)
        ctx.params, ctx.args = {}, args
        return args

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command named, or else the command itself."""
        if ctx._protected_args:
            return super().invoke(ctx)
        with self._own.make_context(ctx.info_name, list(ctx.args), parent=ctx.parent) as own:
            return self._own.invoke(own)
