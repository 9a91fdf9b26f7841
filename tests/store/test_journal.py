"""The journal shows whatever was done to it, with the head that a partner holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from scale import many
from sqlalchemy import Text, cast, select, text, update
from sqlalchemy import delete as delete_from

from cigem_core.errors import InternalError
from cigem_core.model.receipts import Head
from cigem_core.store import Store, journal
from cigem_core.store.schema import journal as journal_table

ON = date(2009, 10, 1)
LINES = 12
TIMES = many(2, long=5, each=10)
COLUMNS = ("line", "on", "by", "act", "facts", "previous", "digest")
# As a hand would write them: nothing checks the types on the way, but the database.
AS_TEXT = text("INSERT INTO journal VALUES (:line, :on, :by, :act, :facts, :previous, :digest)")
Row = tuple[int, str, str, str, str, str, str]


@pytest.fixture
def whole(database) -> Iterator[tuple[Store, Head]]:
    """A workspace with a journal, and the head its partner holds."""
    store = Store.create(database)
    with store.writing() as connection:
        for number in range(LINES):
            head = journal.write(connection, "trial", {"n": number, "agency": "anpe"}, on=ON, by="awa")
    yield store, head
    store.close()


def edit(rows: list[Row], draw: random.Random) -> list[Row]:
    """One cell of one line says something else."""
    at, column = draw.randrange(len(rows)), draw.randrange(1, 7)
    row = list(rows[at])
    row[column] = draw.choice(["", "2009-10-02", "x", row[column] + " ", "0" * 64, row[column][:-1]])
    return [*rows[:at], tuple(row), *rows[at + 1 :]]


def delete(rows: list[Row], draw: random.Random) -> list[Row]:
    """A line is gone, the others keep their numbers."""
    at = draw.randrange(len(rows))
    return [*rows[:at], *rows[at + 1 :]]


def insert(rows: list[Row], draw: random.Random) -> list[Row]:
    """A line is slipped in, and those after it are numbered anew."""
    at = draw.randrange(len(rows))
    slipped = (at + 1, "2009-10-01", "awa", "trial", '{"n": 99}', rows[at][5], "f" * 64)
    return [*rows[:at], slipped, *((row[0] + 1, *row[1:]) for row in rows[at:])]


def reorder(rows: list[Row], draw: random.Random) -> list[Row]:
    """Two lines change places, numbers and all."""
    one, other = draw.sample(range(len(rows)), 2)
    moved = list(rows)
    moved[one], moved[other] = (rows[one][0], *rows[other][1:]), (rows[other][0], *rows[one][1:])
    return moved


def truncate(rows: list[Row], draw: random.Random) -> list[Row]:
    """The end is cut off."""
    return rows[: draw.randrange(len(rows))]


def rewrite(rows: list[Row], draw: random.Random) -> list[Row]:
    """A line is changed and every digest from there on is made to fit."""
    at = draw.randrange(len(rows))
    kept = list(rows[:at])
    previous = kept[-1][6] if kept else journal.START
    for row in rows[at:]:
        facts = '{"n": -1}' if row is rows[at] else row[4]
        digest = journal.chain(previous, row[0], row[1], row[2], row[3], facts)
        kept.append((*row[:4], facts, previous, digest))
        previous = digest
    return kept


def swap_head(rows: list[Row], draw: random.Random) -> list[Row]:
    """The last line's digest is another's."""
    return [*rows[:-1], (*rows[-1][:6], draw.choice(rows[:-1])[6])]


MUTATIONS: list[Callable[[list[Row], random.Random], list[Row]]] = [edit, delete, insert, reorder, truncate, rewrite, swap_head]


@pytest.mark.soak
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_mutated_journal_is_found_out(whole, mutation):
    """Edited, deleted, inserted, reordered, cut off, rewritten, or with another head."""
    store, head = whole
    with store.reading() as connection:
        lines = connection.execute(select(journal_table).order_by(journal_table.c.line)).all()
    rows = [(line.line, line.on.isoformat(), *line[2:]) for line in lines]
    before = as_text(store)
    unnoticed = []
    for seed in range(TIMES):
        mutated = mutation(rows, random.Random(seed))
        if mutated == rows:
            continue
        try:
            with store.writing() as connection:
                connection.execute(delete_from(journal_table))
                if mutated:
                    connection.execute(AS_TEXT, [dict(zip(COLUMNS, row, strict=True)) for row in mutated])
        except InternalError:
            continue  # a date that is none: PostgreSQL does not even take it
        if store.verify_journal(head) is None and as_text(store) != before:
            unnoticed.append(seed)  # a date with a space after it is the same date, where dates are kept as such
    assert unnoticed == []


def as_text(store: Store) -> list[tuple[str, ...]]:
    """What every column of every line says, whatever it holds."""
    columns = (cast(column, Text) for column in journal_table.c)
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(journal_table.c.line))]


def test_a_whole_journal_is_said_to_be_whole(whole):
    store, head = whole

    assert store.verify_journal() is None
    assert store.verify_journal(head) is None
    assert store.verify_journal(Head(0, journal.START)) is None


def test_the_first_line_that_is_not_what_it_was_is_named(whole):
    store, head = whole
    with store.writing() as connection:
        connection.execute(update(journal_table).where(journal_table.c.line.in_((5, 9))).values(by="moussa"))

    assert store.verify_journal(head).line == 5
    assert "ligne 5" in store.verify_journal().text.fr


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS[1:])
@pytest.mark.parametrize("line", [3, LINES])
def test_a_line_with_bytes_that_are_no_text_is_named_as_well(whole, line, column):
    """And the journal goes on after it: people must be able to work until somebody looks."""
    store, _ = whole
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE journal SET \"{column}\" = X'ff00' WHERE line = {line}")

    assert store.verify_journal().line == line
    with store.writing() as connection:
        assert journal.write(connection, "trial", {}, on=ON, by="awa").length == LINES + 1
    assert store.verify_journal().line == line


def test_without_a_receipt_an_end_cut_off_looks_whole_and_with_it_does_not(whole):
    """Which is why the head rides in receipts."""
    store, head = whole
    with store.writing() as connection:
        connection.execute(delete_from(journal_table).where(journal_table.c.line > 7))

    assert store.verify_journal() is None
    assert store.verify_journal(head).line == 8


def test_a_receipt_holds_the_head_of_its_own_line(centre, september):
    """Whoever keeps receipts can check the journal long after."""
    before = centre.store.head().length
    first = centre.pull("anpe", september[0], on=ON, by="awa")
    centre.pull("anpe", september[1], on=ON, by="awa")

    assert centre.verify_journal(first.journal) is None
    assert first.as_dict()["journal"] == {"head": first.journal.digest, "length": before + 1}
