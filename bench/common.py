"""What every peer is given: the code lists as plain data, one way to keep rows in SQLite, one form of answer."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from rows import COLUMNS, Truth

SEXES = ("M", "F")
YES_NO = ("O", "N")
REASONS = ("expulsion", "retour volontaire", "rapatriement", "transit")
SITUATIONS = ("1", "2", "3", "4")
REQUIRED = ("N° inscription", "Date inscription", "Nom", "Prénom(s)")
PHONE = r"^(?:\+223|00223)?([2456789][0-9]{7})$"
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ′´`", "'"))


class Found(NamedTuple):
    """What a peer says of a file: how many rows it saw, and the faults it names."""

    rows: int
    faults: list[Truth]


class Lists(NamedTuple):
    """Code lists. Names of regions and countries are folded: without case, accents or forms of the apostrophe."""

    regions: dict[str, str]
    countries: dict[str, str]
    levels: list[str]
    occupations: list[str]


def fold(text: str) -> str:
    """The text without case, accents or forms of the apostrophe."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).casefold().split())


def lists_beside(file: str) -> Lists:
    """The lists, which stand beside the file."""
    return Lists(**json.loads(Path(file).with_suffix(".json").read_text("utf-8")))


def write_lists(path: Path) -> None:
    """Write the library's own lists as plain data, so that peers need not import it."""
    from cigem_core.model.codes import occupations
    from cigem_mali import COUNTRIES, MALI_2009, SCHOOL_LEVELS

    lists = Lists(
        regions=dict(MALI_2009.by_spelling),
        countries=dict(COUNTRIES().by_spelling),
        levels=[code.name for code in SCHOOL_LEVELS.codes],
        occupations=[code.code for code in occupations().codes],
    )
    path.write_text(json.dumps(lists._asdict()), "utf-8")


def make_table(base: str) -> None:
    """Make the table all peers share: one column a header, the key first."""
    named = ", ".join(f'"{name}"' for name in COLUMNS[1:])
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute(f'CREATE TABLE seeker ("{COLUMNS[0]}" PRIMARY KEY, {named})')


def keep_in_sqlite(base: str, rows: Iterable[Sequence[Any]]) -> None:
    """Insert accepted rows in one transaction: the sink all peers share."""
    make_table(base)
    places = ", ".join("?" * len(COLUMNS))
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.executemany(f"INSERT INTO seeker VALUES ({places})", rows)
