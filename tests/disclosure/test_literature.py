"""Cases that are known from the literature, with what is published of them; numbers alone are taken from there."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from disclosure.attacker import ranges

from cigem_core.disclosure import Concentration, PPercent, protect, round_tables
from cigem_core.disclosure.audit import Guarded, prove
from cigem_core.disclosure.cells import Universe, cube
from cigem_core.disclosure.given import tables_of
from cigem_core.disclosure.protecting import protect_cubes


def investments() -> pl.DataFrame:
    """Three activities by three regions: Fischetti and Salazar, Management Science 47 (2001), figure 1."""
    numbers = ((20, 50, 10), (8, 19, 22), (17, 32, 12))
    rows = [(a, r, n) for a, line in zip(("I", "II", "III"), numbers, strict=True) for r, n in zip("ABC", line, strict=True)]
    return pl.DataFrame(rows, schema=["activity", "region", "value"], orient="row")


BY = ("activity", "region")
SENSITIVE = frozenset({("activity", "II"), ("region", "C")})


def as_far_as(hidden, at, width: int, above: int) -> bool:
    """Whether the audit proves one cell of the table of investments that wide, with some cells hidden."""
    import numpy as np

    made, universe = cube(investments(), BY, {}), Universe()
    universe.add(made.values, made.sums)
    equations = universe.equations()
    numbers = np.array(sorted(equations.at[frozenset(zip(BY, one, strict=True))] for one in hidden))
    guarded = Guarded(cells=np.array([equations.at[at]]), width=np.array([width]), above=np.array([above]))
    return bool(prove(equations, numbers, guarded).complete()[0])


def test_what_the_attacker_of_investments_finds():
    """With activities II and III hidden in regions A and C, the sensitive 22 lies between 5 and 30, and no wider."""
    hidden = list(product(("II", "III"), "AC"))
    shown = cube(investments(), BY, {}).frame.with_columns(
        value=pl.when(pl.concat_list(BY).is_in([list(one) for one in hidden])).then(None).otherwise("value")
    )

    assert ranges([shown], [SENSITIVE]) == {SENSITIVE: (5, 30)}
    assert as_far_as(hidden, SENSITIVE, 25, 8)
    assert not as_far_as(hidden, SENSITIVE, 26, 0)
    assert not as_far_as(hidden, SENSITIVE, 25, 9)


def test_the_fewest_cells_for_one_sensitive_investment_are_four():
    """One cell hidden alone can be reckoned, and so can two; its rectangle takes three more."""
    made = cube(investments(), BY, {})
    done = protect_cubes([made], [{SENSITIVE: (5, 2)}], [], set())

    assert (done.loss.hidden, done.loss.is_least) == (4, True)
    low, high = done.ranges[SENSITIVE]
    assert high - low >= 5
    assert high >= 24


def test_the_interval_of_a_small_table_is_the_published_one():
    """Two rows of three are hidden: the first cell lies between 3 and 6 (Handbook, chapter 4, example 3, after Geurts, 1992)."""
    rows = [("1", "1", None), ("1", "2", None), ("1", "_T", 7), ("2", "1", None), ("2", "2", None), ("2", "_T", 3), ("3", "1", 3),
            ("3", "2", 3), ("3", "_T", 6), ("_T", "1", 9), ("_T", "2", 7), ("_T", "_T", 16)]  # fmt: skip
    table = pl.DataFrame(rows, schema=["row", "column", "value"], orient="row")
    first = frozenset({("row", "1"), ("column", "1")})

    assert ranges([table], [first]) == {first: (3, 6)}


@pytest.mark.parametrize(
    ("contributions", "rule", "is_sensitive"),
    [
        # Handbook, chapter 4, example 1: safe for (1, 90), though the second may estimate the largest to within 2 %.
        ([50_000, 49_000, 1_000], Concentration(1, 90), False),
        ([50_000, 49_000, 1_000], PPercent(10), True),
        ([50_000, 49_000, 1_000], PPercent(2), False),
        ([50_000, 49_000, 1_000], PPercent(2.01), True),
        # Example 2: the estimate is 15.4 % too high, so it is safe at p = 10; the corresponding (2, 90.9) protects too much.
        ([52_000, 50_000, 8_000], PPercent(10), False),
        ([52_000, 50_000, 8_000], PPercent(15.3), False),
        ([52_000, 50_000, 8_000], PPercent(15.4), True),
        ([52_000, 50_000, 8_000], Concentration(2, 90.9), True),
        # Example 4: 300 of 330 are more than 85 %.
        ([300, 20, 10], Concentration(1, 85), True),
        ([300, 20, 10], Concentration(1, 91), False),
    ],
)
def test_a_cell_is_sensitive_where_the_handbook_says_so(contributions, rule, is_sensitive):
    """The third contribution may be many small ones, which say nothing else."""
    frame = pl.DataFrame({"cell": ["x"] * len(contributions) + ["y"] * 4, "value": [*contributions, *[100_000] * 4]})
    [given] = tables_of(frame, ["cell"], {}, 1, [rule])

    assert (frozenset({("cell", "x")}) in given.needs) == is_sensitive


@pytest.mark.parametrize(
    ("contributions", "rule", "above"),
    [
        ([300, 20, 10], Concentration(1, 85), 23),  # an upper bound below 352.94 is too close (example 4)
        ([300, 20, 10], PPercent(10), 20),  # p / 100 of the largest less the rest (example 5)
        ([50_000, 49_000, 1_000], PPercent(10), 4_000),
    ],
)
def test_the_upper_bound_must_reach_as_far_as_the_handbook_says(contributions, rule, above):
    """Protection levels are those of the handbook's table, in whole numbers."""
    frame = pl.DataFrame({"cell": ["x"] * len(contributions), "value": contributions})
    [given] = tables_of(frame, ["cell"], {}, 1, [rule])

    assert given.needs[frozenset({("cell", "x")})] == (above, above)


MAGNITUDES = [
    ("Agriculture", "Portugal", 759), ("Agriculture", "Portugal", 245), ("Agriculture", "Spain", 966),
    ("Agriculture", "Spain", 432), ("Entertainment", "Iceland", 168), ("Entertainment", "Portugal", 71),
    ("Entertainment", "Portugal", 23), ("Entertainment", "Spain", 774), ("Entertainment", "Spain", 115),
    ("Entertainment", "Spain", 164), ("Governmental", "Portugal", 216), ("Governmental", "Portugal", 20),
    ("Governmental", "Spain", 65), ("Governmental", "Spain", 27), ("Industry", "Iceland", 96), ("Industry", "Iceland", 88),
    ("Industry", "Iceland", 19), ("Industry", "Portugal", 257), ("Industry", "Portugal", 34), ("Industry", "Spain", 84),
]  # fmt: skip
"""Twenty contributions of companies to four sectors in three countries, in tenths (the set `magnitude1` of the R packages
SSBtools and GaussSuppression, vignette on magnitude tables)."""


def magnitudes() -> pl.DataFrame:
    return pl.DataFrame(MAGNITUDES, schema=["sector", "country", "value"], orient="row")


def test_cells_of_one_contributor_are_hidden_and_their_countries_do_not_give_them_away():
    """Two cells have a single contributor: entertainment in Iceland, industry in Spain."""
    done = protect(magnitudes(), by=["sector", "country"], value="value", rules=[PPercent(5)], threshold=2)
    alone = [frozenset({("sector", s), ("country", c)}) for s, c in (("Entertainment", "Iceland"), ("Industry", "Spain"))]

    assert set(alone) <= set(done.guarded)
    for one in alone:
        low, high = ranges(done.tables, [one])[one]
        assert high >= done.values[one] + done.guarded[one][1]
        assert low < done.values[one]


def test_groups_of_sectors_and_countries_are_protected_as_one():
    """Private and public, inside and outside the Union: the hierarchies of that set."""
    groups = {"sector": {"private": ["Agriculture", "Entertainment", "Industry"], "public": ["Governmental"]},
              "country": {"EU": ["Portugal", "Spain"], "nonEU": ["Iceland"]}}  # fmt: skip
    done = protect(
        magnitudes(), by=["sector", "country"], value="value", hierarchies=groups, rules=[Concentration(1, 80)], threshold=2
    )
    shown = {(row["sector"], row["country"]): row["value"] for row in done.table.iter_rows(named=True)}

    # What is alone in its group is the group, and hidden with it.
    assert shown["Entertainment", "Iceland"] is shown["Entertainment", "nonEU"] is None
    for country in ("Portugal", "Spain", "Iceland"):
        assert (shown["Governmental", country] is None) == (shown["public", country] is None)
    assert done.loss.is_least
    for one, (_, above) in done.guarded.items():
        assert done.ranges[one][1] >= done.values[one] + above


def test_who_is_alone_in_a_cell_cannot_tell_who_is_alone_in_the_next():
    """The singleton problem (Handbook, chapter 4): each of two alone in a row knows their own cell, and so the other's."""
    rows = [("1", "A", 40), ("1", "B", 70), ("1", "C", 90), ("1", "C", 90), ("1", "C", 80), ("1", "D", 300), ("1", "D", 310),
            ("1", "D", 290), ("2", "A", 50), ("2", "B", 20), ("2", "C", 80), ("2", "C", 85), ("2", "C", 75), ("2", "D", 200),
            ("2", "D", 210), ("2", "D", 190)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["row", "column", "value"], orient="row")
    done = protect(frame, by=["row", "column"], value="value", rules=[PPercent(10)], threshold=2)

    # In each row and each column of these four, hiding the four alone would let each of them reckon the others.
    cells = {(row["row"], row["column"]): row["value"] for row in done.table.iter_rows(named=True)}
    assert [cells[r, c] for r in "12" for c in "AB"] == [None] * 4
    for r in "12":
        assert None in [cells[r, c] for c in ("C", "D", "_T")]
    for c in "AB":
        assert cells["_T", c] is None
    mine = frozenset({("row", "1"), ("column", "A")})
    known = done.table.with_columns(value=pl.when((pl.col("row") == "1") & (pl.col("column") == "A")).then(40).otherwise("value"))
    for other in ({("row", "1"), ("column", "B")}, {("row", "2"), ("column", "A")}):
        low, high = ranges([known], [frozenset(other)])[frozenset(other)]
        assert high - low >= done.guarded[frozenset(other)][1] > 0
        assert mine in done.guarded


def test_a_rounding_of_a_small_table_keeps_its_totals():
    """The counts of the investments rounded to 5: each to a multiple beside it, and all seven sums hold."""
    done = round_tables(investments(), by=list(BY), value="value", base=5, threshold=1)
    said = {(row["activity"], row["region"]): row["value"] for row in done.table.iter_rows(named=True)}

    assert (done.reach, done.furthest <= 4) == (1, True)
    assert said["_T", "_T"] == 190
    for activity in ("I", "II", "III", "_T"):
        assert said[activity, "_T"] == sum(said[activity, region] for region in "ABC")
    for region in "ABC":
        assert said["_T", region] == sum(said[activity, region] for activity in ("I", "II", "III"))
