"""A page: a template filled with values, in one language, whole in one file: nothing is fetched and nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from cigem_core.pages import writing
from cigem_core.pages.libraries import jinja
from cigem_core.pages.parts import Beside, PrintedTable, Prose
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    from jinja2 import Environment

_HOUSE = "cigem_core.pages"
_MARKS = re.compile(r"(<style>.*?</style>|<svg.*?</svg>|<[^>]*>)", re.DOTALL)


def page(
    template: str = "report.html", *, title: Text | str, language: Language = "fr", of: str | None = None, **values: Any
) -> str:
    """A document as HTML: the same bytes for the same values, on screen, on paper (A4) and read aloud.

    `of` names the package whose folder `templates/` holds the template; it extends `report.html`, `letter.html`,
    `certificate.html` or `base.html` of this room. Without it these are filled themselves: `body` is a list of `Prose`,
    `PrintedTable`, charts, and of these `Beside` each other. What a template names and nobody handed in is an error. Every value
    is escaped, save what is `Markup`.
    """
    environment = _environment(language, of)
    filled = environment.get_template(template).render(title=title, language=language, **values)
    return _spaced(writing.plain(filled), language)


@cache
def _environment(language: Language, of: str | None) -> Environment:
    jinja2 = jinja()
    rooms = [room for room in (of, _HOUSE) if room]
    environment: Environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.PackageLoader(room) for room in rooms]),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {
        "day": partial(writing.long_day, language=language),
        "number": partial(writing.number, language=language),
        "percent": partial(writing.percent, language=language),
    }
    # Whether a cell holds a number, not what it looks like: an officer's text of digits stays a text.
    environment.tests["numeric"] = lambda cell: isinstance(cell, writing.NUMERIC) and not isinstance(cell, bool)
    environment.tests["unbroken"] = lambda cell: isinstance(cell, date) or writing.is_one_word(writing.written(cell, language))
    environment.globals["say"] = lambda fr, en: fr if language == "fr" else en
    environment.finalize = _finalize(environment, language)
    return environment


def _finalize(environment: Environment, language: Language) -> Callable[[Any], Any]:
    """What is put for a value wherever a template names it."""

    def finalize(value: Any) -> Any:
        if isinstance(value, PrintedTable | Prose | Beside):
            macro = getattr(environment.get_template("parts.html").module, type(value).__name__.lower())
            return macro(value)
        return writing.written(value, language)

    return finalize


def _spaced(filled: str, language: Language) -> str:
    """French signs keep their space on the same line; styles, drawings and marks are left alone."""
    return "".join(part if at % 2 else writing.spaced(part, language) for at, part in enumerate(_MARKS.split(filled)))
