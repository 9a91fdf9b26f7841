"""Words that a shell completes: commands and options by themselves, and here the agencies, the kinds of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class
from click.types import StringParamType

from cigem_core.cli.language import Speech
from cigem_core.cli.options import print_json
from cigem_core.cli.verb import argument, verb
from cigem_core.text import Text

ASKED_BY = "_CIGEM_COMPLETE"
"""The variable by which a shell asks for completions."""


class AgencyName(StringParamType):
    """The code of an agency; a shell is told those installed."""

    name = "agency"

    def __init__(self, say: Speech) -> None:
        self._say = say

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code as it was typed; a usage error where a file stands in its place."""
        typed = str(super().convert(value, param, ctx))
        if Path(typed).suffix and Path(typed).is_file():
            self.fail(
                self._say(
                    f"« {typed} » est un fichier ; la structure vient d'abord, puis ses fichiers (`cigem adapters` les liste)",
                    f"'{typed}' is a file; the agency comes first, and its files after it (`cigem adapters` lists them)",
                ),
                param,
                ctx,
            )
        return typed

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The agencies that begin so."""
        from cigem_core.plugins import load

        return [CompletionItem(code) for code in sorted(load().adapters) if code.startswith(incomplete)]


class KindName(StringParamType):
    """A kind of record, by its code or as people call it; a shell is told the codes, with what people call them."""

    name = "kind"

    def __init__(self, say: Speech) -> None:
        self._say = say

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The kinds whose code begins so."""
        from cigem_core.model.fields import kinds
        from cigem_core.plugins import load

        load()  # plugins bring kinds of their own
        return [CompletionItem(one.name, help=self._say.text(one.label)) for one in kinds() if one.name.startswith(incomplete)]


@verb(
    "completion",
    argument("shell", kind=("bash", "zsh", "fish"), fr="bash|zsh|fish", en="bash|zsh|fish"),
    fr='Écrire ce qui apprend à l\'interpréteur de commandes à compléter : eval "$(cigem completion bash)".',
    en='Write what teaches a shell to complete words: eval "$(cigem completion bash)".',
)
def completion(_: Speech, shell: str, as_json: bool) -> None:
    """The script of one shell."""
    made = get_completion_class(shell)
    assert made is not None
    script = made(click.get_current_context().find_root().command, {}, "cigem", ASKED_BY).source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script, nl=False)


VERBS = (completion,)
GROUPS: dict[str, Text] = {}
