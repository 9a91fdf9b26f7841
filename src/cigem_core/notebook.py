"""Values as a notebook shows them: tables and sentences in HTML, without a library; nothing in a cell is taken for marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Protocol

_SHOWN = 50
"""Rows of a table, at most: of the others it says how many they are."""


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, title: object = "", shown: int = _SHOWN) -> str:
    """Rows under a header; numbers stand right, and nothing stands for None."""
    lines = iter(rows)
    body = "".join(_row("td", cells) for cells in islice(lines, shown))
    more = sum(1 for _ in lines)
    foot = f'<tfoot><tr><td colspan="{len(header)}">… and {more:,} more</td></tr></tfoot>' if more else ""
    caption = f"<caption>{escape(str(title))}</caption>" if title else ""
    return f"<table>{caption}<thead>{_row('th', header)}</thead><tbody>{body}</tbody>{foot}</table>"


def listed(title: object, sentences: Iterable[object]) -> str:
    """Sentences one below the other, under a title."""
    items = "".join(f"<li>{escape(str(one))}</li>" for one in sentences)
    return f"<div><p><strong>{escape(str(title))}</strong></p><ul>{items}</ul></div>"


class Drawable(Protocol):
    """What shows itself in a notebook."""

    def _repr_html_(self) -> str: ...


def stacked(*parts: str | Drawable) -> str:
    """Parts one below the other; those that are empty leave no trace."""
    return f"<div>{''.join(part if isinstance(part, str) else part._repr_html_() for part in parts if part)}</div>"


def taken_in(file: str, read: int, accepted: int, quarantined: int, faults: Drawable) -> str:
    """What became of the rows of a file, and what is wrong with them."""
    title = f"{file}: {read:,} read = {accepted:,} accepted + {quarantined:,} quarantined"
    return stacked(listed(title, []), faults)


def _row(tag: str, cells: Sequence[object]) -> str:
    return "<tr>" + "".join(_cell(tag, one) for one in cells) + "</tr>"


def _cell(tag: str, said: object) -> str:
    right = ' style="text-align:right"' if isinstance(said, int | float) and not isinstance(said, bool) else ""
    return f"<{tag}{right}>{escape('' if said is None else str(said))}</{tag}>"
