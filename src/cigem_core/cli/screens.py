"""Where tables are printed; Rich is loaded with it, and `--help` does without."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text as Styled

from cigem_core.cli.streams import Plain
from cigem_core.text import written_out


class Screen(Console):
    """Where tables are printed: its own colours pass, and what is in a cell does not obey."""

    def __init__(self, *, stderr: bool = False, is_piped: bool = False, **more: Any) -> None:
        stream = sys.stderr if stderr else sys.stdout
        beneath: Any = stream.beneath if isinstance(stream, Plain) else stream
        super().__init__(file=cast("Any", _Trimmed(beneath)) if is_piped else beneath, **more)

    def render_str(self, text: str, **more: Any) -> Styled:
        """A text whose French signs stay on the line of their word: Rich would break it at a no-break space as well."""
        return super().render_str(_SIGNS.sub(_HELD, text), **more)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something, each as plain text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(written_out(segment.text).replace(_HELD, " "), segment.style)


_HELD = "\ue0a0"
"""Stands for a space at which no line is broken, until the lines are made."""
_SIGNS = re.compile(r"(?<=«)[ \u00a0\u202f]|[ \u00a0\u202f](?=[»:;?!])")


class _Trimmed:
    """A stream whose lines end where their last word does."""

    def __init__(self, beneath: TextIO) -> None:
        self._beneath = beneath

    def write(self, text: str) -> int:
        return self._beneath.write(re.sub(r" +(?=\n)", "", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)
