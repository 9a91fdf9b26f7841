"""The language of a command line: French unless asked otherwise, Click's own texts included."""

from __future__ import annotations

import gettext
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from cigem_core.cli.settings import settings
from cigem_core.errors import CigemError
from cigem_core.text import Language, Text

VARIABLE = "CIGEM_LANG"


def chosen(arguments: Sequence[str]) -> Language:
    """The language asked for by `--lang` or by the environment; what is wrong there, the option itself says later."""
    asked = os.environ.get(VARIABLE) or _settled()
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
    return "en" if asked == "en" else "fr"


def _settled() -> str:
    """What `cigem.toml` says; a file that cannot be read is told of by whoever needs it."""
    try:
        return settings().language or "fr"
    except (CigemError, OSError):
        return "fr"


def settle(language: Language) -> None:
    """Make Click speak the language: it takes its own texts from gettext."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))
    gettext.textdomain("messages")


def is_utf8(stream: TextIO) -> bool:
    """Whether every character can be written to a stream."""
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


class Speech:
    """Says the house's own sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, fr: str, en: str) -> str:
        """One of the two."""
        return fr if self.language == "fr" else en

    def text(self, text: Text) -> str:
        """A sentence that came from below."""
        return text.in_(self.language)
