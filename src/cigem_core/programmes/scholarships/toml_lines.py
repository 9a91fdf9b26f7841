"""On which line each key of a TOML document stands: what `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands: names of tables and keys, and places in lists from 0."""

_HEADER = re.compile(r"\s*(\[\[?)(.*?)(\]\]?)\s*(#.*)?$")


def lines_of(text: str) -> dict[Path, int]:
    """The line of each table and key, counted from 1; the text must be TOML."""
    found: dict[Path, int] = {(): 1}
    counted: dict[Path, int] = {}
    here: Path = ()
    for line, statement in _statements(text):
        if header := _HEADER.fullmatch(statement):
            names = _names(header[2])
            here = (*_resolved(names[:-1], counted), names[-1])
            if header[1] == "[[":
                counted[here] = counted.get(here, -1) + 1
                found.setdefault(here, line)
                here = (*here, counted[here])
            else:
                here = _resolved(names, counted)
            found[here] = line
        else:
            for path in _paths(tomllib.loads(statement)):
                found.setdefault(here + path, line)
    return found


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of a value, or of the nearest table it stands in."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and assignments with the line each begins on; an assignment may take several."""
    waiting, began = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not waiting and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if not waiting and _HEADER.fullmatch(line):
            yield number, line
            continue
        began = began if waiting else number
        waiting = f"{waiting}{line}\n"
        if _is_whole(waiting):
            yield began, waiting
            waiting = ""


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _names(dotted: str) -> tuple[str, ...]:
    """The names of a table's header: `seat.accepts`, and quoted ones."""
    value, names = tomllib.loads(f"{dotted} = 0"), []
    while isinstance(value, dict):
        [(name, value)] = value.items()
        names.append(name)
    return tuple(names)


def _resolved(names: tuple[str, ...], counted: Mapping[Path, int]) -> Path:
    """The path of a table, inside the last item of each list on the way."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counted:
            path = (*path, counted[path])
    return path


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inside in items:
        yield from _paths(inside, (*path, name))
