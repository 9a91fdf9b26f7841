"""Services side by side: what became of the people each received, for the same need, made alike in age and sex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cigem_core.errors import OperatorError, nearest
from cigem_core.model.fields import kind_of
from cigem_core.model.indicators import step
from cigem_core.model.periods import Period
from cigem_core.model.values import Occupation
from cigem_core.model.yardsticks import LIKE, Ending, Yardstick
from cigem_core.observatory.codes import code_of
from cigem_core.observatory.comparing import compare
from cigem_core.observatory.counting import Frames, counting
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


def compare_services(
    yardstick: Yardstick,
    frames: Frames,
    period: Period,
    *,
    by: str,
    need: Mapping[str, str] | None = None,
    like: Sequence[str] = LIKE,
    least: int = 5,
) -> pl.DataFrame:
    """A row a service (`by`: agency, module, operator, …) as `compare` tells it; whoever's service is unknown is left out.

    `need` keeps the people who came with the same: a trade by its code or how it begins, a level, a region. Records that
    do not say one of these take no part. OperatorError where no records do.
    """
    import polars as pl

    wanted, like = need or {}, [name for name in dict.fromkeys(like) if name != by]
    for name in (by, *wanted, *like):
        _check_is_known(yardstick, name)
    endings = [ending for ending in yardstick.endings if {by, *wanted, *like} - {"agency"} <= ending.known.by.keys()]
    if not endings:
        listed = ", ".join(dict.fromkeys([by, *wanted, *like]))
        raise OperatorError(Text(fr=f"aucune fiche ne dit à la fois {listed}", en=f"no record says all of {listed}"))
    people = pl.concat(_people(ending, frames, period, by, wanted, like) for ending in endings).collect()
    return compare(people.filter(pl.col(by) != "_U"), services=by, strata=like, succeeded="succeeded", least=least)


def _check_is_known(yardstick: Yardstick, name: str) -> None:
    if name not in yardstick.breakdowns:
        near = nearest(name, yardstick.breakdowns)
        raise OperatorError(
            Text(fr=f"« {name} » ne distingue rien ; {near.fr}", en=f"'{name}' tells nothing apart; {near.en}"),
        )


def _people(
    ending: Ending, frames: Frames, period: Period, by: str, need: Mapping[str, str], like: Sequence[str]
) -> pl.LazyFrame:
    """A row a person whose end is known: their service, what they are made alike in, and whether they got there."""
    import polars as pl

    found = counting(ending.known, frames, period).filter(*(_is_needed(ending, name, value) for name, value in need.items()))
    codes = [pl.col("agency") if name == "agency" else code_of(ending.known, name) for name in dict.fromkeys([by, *like])]
    return found.select(*codes, code_of(ending.known, "result").is_in(ending.good).alias("succeeded"))


def _is_needed(ending: Ending, name: str, value: str) -> pl.Expr:
    import polars as pl

    if name == "agency":
        return pl.col("agency") == value
    steps = [step(kind_of(ending.known.kind), path) for path in ending.known.paths(name)]
    if steps[0].field.python is Occupation:
        return pl.coalesce(pl.col(one.column) for one in steps).str.starts_with(value)
    return code_of(ending.known, name) == value
