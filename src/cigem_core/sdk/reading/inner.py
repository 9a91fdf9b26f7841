"""Columns of an agency's whose titles begin with `#`, as ours beside the cells do: within frames they have another name."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from cigem_core.sdk.declaration import Child, Declaration

_OURS, _THEIRS = "#", "\x1f"
"""Before the names of our own columns; and before theirs that begin so (a unit separator, which headers are compared without)."""


def inner(title: str) -> str:
    """The name of a column within frames."""
    return f"{_THEIRS}{title}" if title.startswith(_OURS) else title


def names_of(titles: Iterable[str]) -> list[str]:
    """The names of columns within frames, by their titles."""
    return list(map(inner, titles))


def shown(name: str) -> str:
    """The title of a column, by its name within frames."""
    return name.removeprefix(_THEIRS)


def titles(names: Iterable[str]) -> list[str]:
    """The titles of columns, by their names within frames."""
    return list(map(shown, names))


def within(table: Declaration) -> Declaration:
    """The table whose columns have the names they have within frames."""
    if not any(header.startswith(_OURS) for header in table.headers):
        return table
    return evolve(
        table,
        kind=table.kind.python,
        lenses={name: lens.named(inner) for name, lens in table.lenses.items()},
        children=[
            Child(child.kind.python, {n: lens.named(inner) for n, lens in child.lenses.items()}) for child in table.children
        ],
        replaces=map(inner, table.replaces),
        dated=table.dated and table.dated.named(inner),
    )
