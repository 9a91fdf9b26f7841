"""Values of documents that came in another shape than is declared: a list for one value, a text for an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from cigem_core.formats.tables import ITEM
from cigem_core.spelling import fold
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

SHAPE = "#shape"
"""Before the names of columns that are looked at for this alone."""

_REMEDIES = {
    "list": Text(
        fr="une seule valeur est attendue ici, et c'est une liste : demander à la structure laquelle compte",
        en="expected one value here, found a list; ask the agency which one counts",
    ),
    "object": Text(
        fr="ce qui est ici est un objet d'une autre forme que celle attendue : la demander comme avant à la structure",
        en="expected another shape than that of the object found here; ask the agency for it as it was before",
    ),
    "nested": Text(
        fr="c'est ici une liste dans une liste, ou une valeur seule, sans les parties attendues : les demander à la structure",
        en="expected parts here, found a list in a list or one value by itself; ask the agency for them",
    ),
    "value": Text(
        fr="ce qui est ici est une valeur seule, sans les parties attendues : les demander à la structure",
        en="expected parts here, found one value by itself; ask the agency for them",
    ),
}


INSIDE = Text(
    fr="une seule valeur est attendue dans chaque item, et c'est une liste : la demander à part, une ligne par valeur",
    en="expected one value in each item, found a list; ask the agency for a row for each, as a list of its own",
)


def lists_inside(items: pl.DataFrame, kinds: Mapping[str, str]) -> dict[str, pl.Series]:
    """Column → which of its items are lists themselves, where any is: nobody declared them, and their text is no value."""
    import polars as pl

    found = {}
    for name in items.columns:
        opens = (items[name].str.starts_with("[") & items[name].str.ends_with("]")).fill_null(False)
        if kinds.get(name) != "text" and opens.any():
            at = opens.arg_true()
            lists = [where for where, text in zip(at, items[name].gather(at), strict=True) if _is_list(text)]
            found[name] = pl.Series([False]).new_from_index(0, items.height).scatter(lists, True)
    return {name: inside for name, inside in found.items() if inside.any()}


def _is_list(text: str) -> bool:
    try:
        return isinstance(held := json.loads(text), list) and bool(held)
    except (ValueError, RecursionError):
        return False


class Misshapen(NamedTuple):
    """A column that stands where a declared one should, in another shape."""

    position: int
    header: str
    """What is declared to stand there; of a list, the list."""
    shape: str
    """What was found: a list, an object, a value."""

    @property
    def remedy(self) -> Text:
        """What to do about it."""
        return _REMEDIES[self.shape]


def misshapen(found: Sequence[str], declared: Sequence[str], named: Mapping[int, str]) -> Iterator[Misshapen]:
    """The columns of a document, none of the declared ones, whose way there parts from a declared one's in its shape alone."""
    ways = [(header, list(_way(header))) for header in declared]
    for position, name in enumerate(found):
        if position in named:
            continue
        here = list(_way(name))
        for header, way in ways:
            if (shape := _parts(here, way)) is not None:
                is_nested = shape == "value" and ITEM in name and ITEM in header
                yield Misshapen(position, header.partition(ITEM)[0], "nested" if is_nested else shape)


def _way(name: str) -> Iterator[tuple[str, str]]:
    """The keys on the way to a value, and what stands under each: an object, a list, a value."""
    steps = re.split(r"[./]", name)
    for at, step in enumerate(steps):
        is_last = at == len(steps) - 1
        yield fold(step.removesuffix(ITEM)), "list" if step.endswith(ITEM) else "value" if is_last else "object"
    if steps[-1].endswith(ITEM):
        yield "", "value"


def _parts(here: Sequence[tuple[str, str]], way: Sequence[tuple[str, str]]) -> str | None:
    """What stands where two ways part, where they part by that and not by their keys."""
    for mine, theirs in zip_longest(here, way, fillvalue=("", "")):
        if mine[0] != theirs[0]:
            # An item of a list is a value by itself, or has keys.
            return (mine[1] if mine[0] == "" else "object") if "" in (mine[0], theirs[0]) else None
        if mine[1] != theirs[1]:
            return mine[1]
    return None
