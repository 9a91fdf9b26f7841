"""Where tables are printed; Rich is loaded with it, and `--help` does without."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from cigem_core.cli.streams import Plain
from cigem_core.text import written_out


class Screen(Console):
    """Where tables are printed: its own colours pass, and what is in a cell does not obey."""

    def __init__(self, *, stderr: bool = False, **more: Any) -> None:
        stream = sys.stderr if stderr else sys.stdout
        super().__init__(file=stream.beneath if isinstance(stream, Plain) else stream, **more)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something, each as plain text."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(written_out(segment.text), segment.style)
