"""Tables that leave: an attacker written apart narrows no sensitive cell, whatever the counts."""

from __future__ import annotations

import polars as pl
import pytest
from disclosure.attacker import cell, counted, known, narrowed, ranges
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core.disclosure import Protected, protect
from cigem_core.errors import OperatorError

TABLES = many(100, long=1_000)
"""How many flat tables are tried; of the other sorts, a third of that."""
thorough = settings(max_examples=TABLES, suppress_health_check=[HealthCheck.too_slow])
COUNTS = st.one_of(st.just(0), st.integers(1, 4), st.integers(1, 12), st.integers(5, 400))


def rows(codes: dict[str, int], counts: list[int]) -> pl.DataFrame:
    """A row a cell that is not empty, from counts in the order of their codes."""
    frame = pl.DataFrame({"n": counts})
    size = 1
    for name, number in reversed(codes.items()):
        frame = frame.with_columns((pl.int_range(pl.len()) // size % number).cast(pl.String).str.pad_start(2, "0").alias(name))
        size *= number
    return frame.filter(pl.col("n") > 0).select(*codes, "n")


def tables_of(*sizes: tuple[int, int]):
    """Tables with so many codes a breakdown."""
    shape = st.tuples(*(st.integers(low, high) for low, high in sizes))

    def filled(numbers):
        codes = {f"d{n}": number for n, number in enumerate(numbers)}
        cells = 1
        for number in numbers:
            cells *= number
        return st.lists(COUNTS, min_size=cells, max_size=cells).map(lambda counts: rows(codes, counts))

    return shape.flatmap(filled).filter(lambda frame: frame.height > 0)


@thorough
@given(tables_of((1, 5), (1, 6)))
def test_no_sensitive_cell_of_a_flat_table_is_narrowed(frame):
    """Nor is one published; zeros and large cells are not hidden for being themselves."""
    done = protect(frame, by=["d0", "d1"], value="n")

    assert narrowed(done.tables, [counted(frame, ["d0", "d1"])]) == []


@settings(thorough, max_examples=max(5, TABLES // 3))
@given(tables_of((1, 4), (1, 3), (1, 3)))
def test_no_sensitive_cell_of_a_deep_table_is_narrowed(frame):
    """Three breakdowns, where a program in fractions may say too much is possible."""
    done = protect(frame, by=["d0", "d1", "d2"], value="n")

    assert narrowed(done.tables, [counted(frame, ["d0", "d1", "d2"])]) == []


@settings(thorough, max_examples=max(5, TABLES // 3))
@given(tables_of((2, 4), (1, 3), (1, 3)))
def test_tables_published_together_do_not_undo_each_other(frame):
    """Two tables of the same people share the totals of what they both break down by."""
    done = protect(frame, by=[["d0", "d1"], ["d0", "d2"]], value="n")

    assert narrowed(done.tables, [counted(frame, ["d0", "d1"]), counted(frame, ["d0", "d2"])]) == []


@settings(thorough, max_examples=max(5, TABLES // 3))
@given(tables_of((2, 4), (1, 3), (1, 3)))
def test_a_later_release_does_not_undo_an_earlier_one(frame):
    """What was published stays known; where the later table cannot be made safe beside it, it is refused."""
    first = protect(frame, by=["d0", "d1"], value="n")
    again = Protected.restored(first.kept())
    try:
        second = protect(frame, by=["d0", "d2"], value="n", earlier=again)
    except OperatorError:
        return

    both = [counted(frame, ["d0", "d1"]), counted(frame, ["d0", "d2"])]
    assert narrowed([*first.tables, *second.tables], both) == []


@pytest.mark.parametrize("days", [3, 80])
@settings(thorough, max_examples=max(3, TABLES // 30), deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=3).filter(lambda counts: sum(counts) >= 5))
def test_beside_a_total_that_was_published_a_cell_may_have_to_rise_as_well_as_fall(days, counts):
    """Two people and three make five, published: each may be none to five, and a larger table is no reason to refuse."""
    width = len(counts)
    frame = rows({"day": days, "back": width}, counts + [20, 30, 40][:width] * (days - 1))
    first = protect(frame.filter(pl.col("day") == "00"), by=["day", "back"], value="n")

    later = protect(frame, by=["day", "back"], value="n", earlier=Protected.restored(first.kept()))

    assert sum(counts) in first.table["value"].to_list()
    assert narrowed(later.tables, [counted(frame, ["day", "back"])]) == []


def test_what_was_hidden_is_hidden_in_the_same_way_when_it_is_published_again():
    """The same table twice tells nothing more: the second hides the same cells."""
    frame = rows({"d0": 4, "d1": 4}, [3, 20, 9, 40, 15, 2, 30, 8, 25, 60, 7, 31, 12, 18, 44, 6])
    first = protect(frame, by=["d0", "d1"], value="n")

    assert protect(frame, by=["d0", "d1"], value="n", earlier=first).table.equals(first.table)


def test_zeros_are_published_and_the_table_is_whole():
    """Every combination of codes has its cell, totals included, though nobody is in some."""
    frame = rows({"d0": 3, "d1": 3}, [0, 9, 8, 7, 0, 30, 12, 13, 0])
    done = protect(frame, by=["d0", "d1"], value="n")

    assert done.table.height == 16
    assert done.table.filter(pl.col("value") == 0).height == 3
    assert done.loss.hidden == 0


def test_the_known_example_of_one_cell_takes_three_others():
    """In a table of two breakdowns one sensitive cell needs a rectangle: three more cells (the smallest pattern there is)."""
    frame = rows({"d0": 3, "d1": 3}, [3, 20, 30, 25, 35, 45, 22, 33, 44])
    done = protect(frame, by=["d0", "d1"], value="n")

    assert (done.loss.sensitive, done.loss.hidden) == (1, 4)
    assert ranges(done.tables, [frozenset({("d0", "00"), ("d1", "00")})]) == {frozenset({("d0", "00"), ("d1", "00")}): (0, 23)}


def test_two_small_cells_alone_in_a_row_do_not_protect_each_other():
    """Their published sum of three leaves each a range of three: more must be hidden."""
    frame = rows({"d0": 2, "d1": 3}, [1, 2, 60, 40, 50, 70])
    done = protect(frame, by=["d0", "d1"], value="n")

    assert done.loss.hidden > 4
    assert narrowed(done.tables, [counted(frame, ["d0", "d1"])]) == []


def test_groups_are_cells_too():
    """A group of regions is published beside them, and does not give them away."""
    frame = pl.DataFrame({"region": ["a", "b", "c", "d"], "n": [3, 40, 50, 60]})
    done = protect(frame, by=["region"], value="n", hierarchies={"region": {"north": ["a", "b"], "south": ["c", "d"]}})

    shown = dict(done.table.select("region", "value").iter_rows())
    assert set(shown) == {"a", "b", "c", "d", "north", "south", "_T"}
    assert shown["a"] is None
    assert shown["b"] is None or shown["north"] is None
    low, high = done.ranges[frozenset({("region", "a")})]
    assert high - low >= 5


@settings(max_examples=30)
@given(tables_of((2, 4), (2, 4)), st.randoms(use_true_random=False))
def test_nothing_depends_on_the_order_of_rows(frame, random):
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=random.randint(0, 2**31))

    assert protect(frame, by=["d0", "d1"], value="n").table.equals(protect(shuffled, by=["d0", "d1"], value="n").table)


def test_people_may_stand_one_to_a_row():
    """And any table of Arrow's will do."""
    people = pl.DataFrame({"sex": ["F"] * 7 + ["M"] * 3, "region": ["a"] * 10})
    done = protect(people.to_arrow(), by=["sex"])

    assert dict(done.table.select("sex", "value").iter_rows())["M"] is None


def test_codes_that_are_never_published_are_still_reckoned_with():
    """Of a ratio's two terms the rest can be reckoned: here one person, so the terms are hidden although they are large."""
    frame = pl.DataFrame({"outcome": ["yes", "no", "yes", "no"], "sex": ["F", "F", "M", "M"], "n": [19, 1, 30, 30]})
    done = protect(frame, by=["sex", "outcome"], value="n", silent={"outcome": ["no"]})

    shown = {cell(row, ["sex", "outcome"]): row["value"] for row in done.table.iter_rows(named=True)}
    assert not any(("outcome", "no") in named for named in shown)
    women, who_did = frozenset({("sex", "F")}), frozenset({("sex", "F"), ("outcome", "yes")})
    assert None in (shown[women], shown[who_did])


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"a": ["x"], "n": [1.5]}), "not made of whole numbers"),
        (pl.DataFrame({"a": ["x"], "n": [-1]}), "negative"),
        (pl.DataFrame({"a": ["_T"], "n": [1]}), "code of the total"),
        (pl.DataFrame({"b": ["x"], "n": [1]}), "no such column"),
    ],
)
def test_a_table_that_is_none_is_refused_with_the_reason(frame, said):
    with pytest.raises(OperatorError, match=said):
        protect(frame, by=["a"], value="n")


def test_a_group_in_itself_is_refused():
    frame = pl.DataFrame({"a": ["x"], "n": [9]})
    with pytest.raises(OperatorError, match="holds itself"):
        protect(frame, by=["a"], value="n", hierarchies={"a": {"g": ["h", "x"], "h": ["g"]}})


def test_what_an_earlier_release_gave_away_cannot_be_protected_and_is_refused():
    """Everything but one region was published; the region cannot be broken down into that and one other any more."""
    frame = pl.DataFrame({"d0": ["a", "b"], "n": [3, 30]})
    first = protect(frame, by=["d0"], value="n", threshold=2)
    assert known(first.tables)[1]

    with pytest.raises(OperatorError, match="cannot be protected"):
        protect(frame, by=["d0"], value="n", earlier=first)
