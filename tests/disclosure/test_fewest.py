"""Small tables hide the fewest cells there are: no choice of fewer keeps an attacker out, whichever is tried."""

from __future__ import annotations

from itertools import combinations

import polars as pl
from disclosure.attacker import cell, counted, narrowed
from disclosure.test_protect import rows, tables_of
from hypothesis import HealthCheck, given, settings
from scale import many

from cigem_core.disclosure import protect, suppression

DEEP = [12, 12, 0, 6, 35, 20, 12, 6, 20, 8, 50, 3, 35, 2, 6, 2, 1, 50, 6, 35, 50, 2, 6, 1, 1, 8, 20, 35, 1, 8, 12, 8]
LEAST = 22


def with_fewer(table: pl.DataFrame, truth: dict, by: list[str], number: int):
    """The same table with other cells hidden, so many: every choice that hides the sensitive ones."""
    cells = [cell(row, by) for row in table.iter_rows(named=True)]
    must = [n for n, one in enumerate(cells) if 0 < truth.get(one, 0) < 5]
    may = [n for n, one in enumerate(cells) if truth.get(one, 0) >= 5]
    for some in combinations(may, number - len(must)) if number >= len(must) else ():
        hidden = {*must, *some}
        values = [None if n in hidden else truth.get(one, 0) for n, one in enumerate(cells)]
        yield table.with_columns(pl.Series("value", values, dtype=pl.Int64))


@settings(max_examples=many(6, long=60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables_of((2, 2), (2, 3)))
def test_no_choice_of_one_cell_fewer_keeps_the_attacker_out(frame):
    """All of them are tried; hiding more never tells more, so that those of fewer still need not be."""
    done, truth = protect(frame, by=["d0", "d1"], value="n"), counted(frame, ["d0", "d1"])

    assert done.loss.is_least
    for other in with_fewer(done.table, truth, ["d0", "d1"], done.loss.hidden - 1):
        assert narrowed([other], [truth]) != []


def test_what_the_search_alone_would_hide_too_much_is_shown(monkeypatch):
    """In this table the search alone ends with more cells than it takes."""
    frame = rows({"d0": 4, "d1": 4, "d2": 2}, DEEP)
    by = ["d0", "d1", "d2"]
    done = protect(frame, by=by, value="n")
    monkeypatch.setattr(suppression, "SMALL", 0)
    alone = protect(frame, by=by, value="n")

    assert (done.loss.hidden, done.loss.least) == (LEAST, LEAST)
    assert alone.loss.hidden > LEAST
    assert alone.loss.least < LEAST
    assert narrowed(done.tables, [counted(frame, by)]) == []


def test_earlier_releases_and_codes_never_published_are_no_part_of_the_count():
    """What is not published anyhow is no loss; what was published cannot be hidden any more."""
    frame = pl.DataFrame({"outcome": ["yes", "no", "yes", "no"], "sex": ["F", "F", "M", "M"], "n": [19, 1, 30, 30]})
    done = protect(frame, by=["sex", "outcome"], value="n", silent={"outcome": ["no"]})

    assert done.loss.is_least
    again = protect(frame, by=["sex", "outcome"], value="n", silent={"outcome": ["no"]}, earlier=done)
    assert again.table.equals(done.table)
