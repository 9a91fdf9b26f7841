"""The command line: `cigem`. French by default; `--lang en` for English.

Exit codes: 0 when every row is accounted for, 1 when a file or an exchange is refused, 2 for wrong usage.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

from cigem_core.cli.language import chosen, is_utf8, settle


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    if arguments is None:  # called by the system, and not by a program that goes on
        # A command makes many objects and few circles: to look for them at every seven hundred takes a sixth of its time.
        gc.set_threshold(_LOOKED_FOR, 20, 50)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not is_utf8(stream):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = chosen(given)
    settle(language)
    from cigem_core.cli.commands import program
    from cigem_core.cli.completing import ASKED_BY
    from cigem_core.cli.streams import plainly_said
    from cigem_core.plugins import own_process

    if arguments is None:
        own_process()
    if ASKED_BY in os.environ:  # a shell asks, and is answered in bytes
        program(language).main(args=given, prog_name="cigem")
    with plainly_said():
        if any("\ud800" <= character <= "\udfff" for text in given for character in text):
            print(_NOT_UTF8[language], file=sys.stderr)  # noqa: T201
            sys.exit(2)
        program(language).main(args=given, prog_name="cigem")


_LOOKED_FOR = 200_000
"""So many new objects, and what they hold in circles is looked for."""

_NOT_UTF8 = {
    "fr": "Erreur : un argument n'est pas en UTF-8 ; renommer le fichier, ou changer le codage du terminal",
    "en": "Error: an argument is not UTF-8; rename the file, or change the encoding of the terminal",
}
