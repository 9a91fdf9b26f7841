"""Tables as they are handed in: rows of people, cells or contributors, made into cells with all their totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from cigem_core.disclosure.cells import TOTAL, Cube, Hierarchies, Key, cube, parents_of
from cigem_core.disclosure.sensitivity import Rule, protection
from cigem_core.errors import OperatorError
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class Given:
    """A table with its totals, and what is known of who stands behind its cells."""

    cube: Cube
    needs: Mapping[Key, tuple[int, int]]
    """Sensitive cell → the width its range must keep, and how far it must reach above the truth."""
    alone: frozenset[Key] = frozenset()
    """The cells of one contributor, who therefore knows them."""


def rows_of(frame: Any, value: str | None) -> pl.DataFrame:
    """The rows of any frame, each with its `value`, 1 where no column is named; OperatorError where one is not whole."""
    import polars as pl

    given = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    rows = given if isinstance(given, pl.DataFrame) else pl.DataFrame(pl.from_arrow(given))
    amount = pl.lit(1) if value is None else pl.col(value)
    rows = rows.with_columns(amount.alias("value"))
    if not rows["value"].dtype.is_numeric() or rows.filter(pl.col("value").is_null() | (pl.col("value") % 1 != 0)).height:
        raise OperatorError(
            Text(
                fr=f"« {value} » n'est pas fait de nombres entiers ; donner des effectifs, ou des montants sans décimales",
                en=f"'{value}' is not made of whole numbers; give counts, or amounts in the smallest unit",
            )
        )
    if rows.filter(pl.col("value") < 0).height:
        raise OperatorError(Text(fr=f"« {value} » a des nombres négatifs", en=f"'{value}' has negative numbers"))
    return rows.with_columns(pl.col("value").cast(pl.Int64))


def tables_of(
    rows: pl.DataFrame,
    by: Sequence[str] | Sequence[Sequence[str]],
    hierarchies: Hierarchies,
    threshold: int,
    rules: Sequence[Rule],
) -> list[Given]:
    """The tables asked for: one by some breakdowns, or one by each of several lists of them."""
    names = [one for one in by if isinstance(one, str)]
    shapes = [tuple(names)] if len(names) == len(by) else [tuple(one) for one in by]
    return [_table_of(rows, shape, hierarchies, threshold, rules) for shape in shapes]


def _table_of(rows: pl.DataFrame, by: tuple[str, ...], hierarchies: Hierarchies, threshold: int, rules: Sequence[Rule]) -> Given:
    """A table with its totals, and what each of its sensitive cells needs."""
    import polars as pl

    if missing := [name for name in by if name not in rows.columns]:
        raise OperatorError(
            Text(fr=f"colonne(s) absente(s) : {', '.join(missing)}", en=f"no such column(s): {', '.join(missing)}")
        )
    known = coded(rows, by)
    for name in by:
        if known.filter(pl.col(name) == TOTAL).height:
            raise OperatorError(
                Text(
                    fr=f"{name} : « {TOTAL} » est le code du total ; donner les cases sans leurs totaux",
                    en=f"{name}: '{TOTAL}' is the code of the total; give cells without their totals",
                )
            )
    leaves = known.group_by(by).agg(pl.col("value").sum()) if by else known.select(pl.col("value").sum())
    made = cube(leaves, by, hierarchies)
    if not rules:
        needs = {key: (threshold, 0) for key, number in made.values.items() if 0 < number < threshold}
        return Given(cube=made, needs=needs)
    spread = known.filter(pl.col("value") > 0)
    for name in by:
        spread = _with_groups(spread, name, hierarchies.get(name, {}))
    found = protection(spread.lazy(), by, rules)
    keys = made.frame.join(found, on=list(by), how="left")
    needs, alone = {}, set[Key]()
    for key, row in zip(made.keys, keys.iter_rows(named=True), strict=True):
        if row["value"] and (row["needs"] > 0 or row["rows"] < threshold):
            above = max(row["needs"], 1)
            needs[key] = (above, above)
            alone |= {key} if row["rows"] == 1 else set()
    return Given(cube=made, needs=needs, alone=frozenset(alone))


def coded(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The codes of rows as texts, nothing as unknown, and their values."""
    import polars as pl

    return rows.select(*(pl.col(name).cast(pl.String).fill_null("_U") for name in by), "value")


def _with_groups(rows: pl.DataFrame, name: str, groups: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Each contributor once for every code it adds up to."""
    import polars as pl

    codes = rows[name].unique().to_list()
    parents = parents_of(codes, groups, name)
    ups = []
    for code in codes:
        at = code
        ups.append((code, at))
        while at != TOTAL:
            at = parents[at]
            ups.append((code, at))
    above = pl.DataFrame(ups, schema={name: pl.String, "up": pl.String}, orient="row")
    return rows.join(above, on=name).drop(name).rename({"up": name})
