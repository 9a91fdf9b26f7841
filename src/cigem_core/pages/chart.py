"""A chart: Vega-Lite as plain data, drawn into the page as SVG, with its title and a description for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cigem_core.errors import DeclarationError
from cigem_core.model.values import Labelled
from cigem_core.pages import writing
from cigem_core.pages.drawn import tidied
from cigem_core.pages.libraries import jinja, vega
from cigem_core.text import Language, Text

if TYPE_CHECKING:
    from markupsafe import Markup

VERSION = "6.1"
COLOURS = ("#1d3f6e", "#b35806", "#1b7837", "#762a83", "#6b6b6b", "#a6761d")
"""Told apart by those who see few colours, and 3 to 1 or more against white."""
_FONT = "Liberation Sans"
"""The one font that the drawing library has with it: widths are reckoned alike on every machine."""
_STYLE: dict[str, Any] = {
    "font": _FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {"labelColor": "#1a1a1a", "titleColor": "#1a1a1a", "gridColor": "#dfe4ea", "labelFontSize": 12, "titleFontSize": 12},
    "legend": {"labelFontSize": 12, "titleFontSize": 12},
    "range": {"category": list(COLOURS)},
    "mark": {"color": COLOURS[0]},
}  # fmt: skip
_NUMBERS: dict[Language, dict[str, Any]] = {
    # A no-break space that every font has: the narrow one would be taken from whatever font the machine has.
    "fr": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0"], "percent": "\u00a0%"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
}
_PATTERNS: dict[Language, dict[str, str]] = {
    "fr": {"dateTime": "%A %e %B %Y à %X", "date": "%d/%m/%Y", "time": "%H:%M:%S"},
    "en": {"dateTime": "%A %e %B %Y at %X", "date": "%d %b %Y", "time": "%H:%M:%S"},
}


def chart(
    spec: Mapping[str, Any], *, title: Text | str, description: Text | str, language: Language = "fr", shown: bool = True
) -> Markup:
    """A Vega-Lite specification as a figure of a page; `shown=False` keeps its title for those who listen.

    `description` says in words what is seen. Texts in both languages may stand anywhere in the specification. A day is written
    `2009-10-01T00:00:00`: without the hour it would be one of Greenwich. Data stand in it: a `url` is refused.
    """
    title, description = (writing.plain(str(writing.written(text, language))) for text in (title, description))
    _refuse_addresses(spec)
    drawing = tidied(_draw(_told(spec, language), language), title, description)
    markup = jinja().utils.markupsafe.Markup
    caption = markup("<figcaption>{}</figcaption>").format(title) if shown else ""
    done: Markup = _shown()(markup("<figure>{}{}</figure>").format(caption, markup(drawing)))
    return done


@cache
def _shown() -> type[Markup]:
    """Markup that a notebook shows as what it is."""
    markup: type[Markup] = jinja().utils.markupsafe.Markup

    class Drawing(markup):  # type: ignore[valid-type,misc]
        def _repr_html_(self) -> str:
            return str(self)

    return Drawing


def _draw(spec: Mapping[str, Any], language: Language) -> str:
    style = {**_STYLE, **spec.get("config", {})}
    whole = {"width": 560, "height": 260, "autosize": {"type": "fit-x", "contains": "padding"}, **spec, "config": style}
    drawn: str = vega().vegalite_to_svg(
        whole, vl_version=VERSION, allowed_base_urls=[], format_locale=_NUMBERS[language], time_format_locale=_days(language)
    )
    return drawn


def _days(language: Language) -> dict[str, Any]:
    """How the drawing library writes days."""
    from babel.dates import get_day_names

    monday_first = {width: get_day_names(width, locale=language) for width in ("wide", "abbreviated")}
    wide, short = ([names[(number - 1) % 7] for number in range(7)] for names in monday_first.values())
    return {
        **_PATTERNS[language], "periods": ["", ""], "days": wide, "shortDays": short,
        "months": writing.months(language), "shortMonths": writing.months(language, "abbreviated"),
    }  # fmt: skip


def _told(value: Any, language: Language) -> Any:
    """The specification as plain data. One control character in a text would end the process in the drawing library."""
    match value:
        case Text():
            return _told(value.in_(language), language)
        case Labelled():
            return _told(value.label, language)
        case str():
            return writing.plain(value).replace("\u202f", "\u00a0")
        case Mapping():
            return {_told(key, language): _told(one, language) for key, one in value.items()}
        case list() | tuple():
            return [_told(one, language) for one in value]
    return value


def _refuse_addresses(value: Any) -> None:
    """What a page shows stands in it: nothing is fetched, and nothing in a drawing leads elsewhere."""
    if isinstance(value, Mapping):
        if found := {"url", "href"} & set(value):
            raise DeclarationError(
                Text(
                    fr=f"un graphique ne va rien chercher : y mettre les données au lieu de « {min(found)} »",
                    en=f"a chart fetches nothing: put the data in it instead of '{min(found)}'",
                )
            )
        for key, one in value.items():
            if key != "values":  # a row may have a column of that name
                _refuse_addresses(one)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            _refuse_addresses(one)
