"""Indicators over many rows beside the same aggregation written by hand in Polars: CPU seconds and peak memory, as ratios.

    python bench/figures.py --rows 10000000

Rows are drawn: job seekers of nine regions over a year, births to the day, the year or about it. Each job is a process apart.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

BY = ("region", "sex", "age")


def draw(rows: int, path: Path) -> None:
    """Write so many synthetic job seekers, as the store's columns hold them."""
    number = pl.int_range(rows, dtype=pl.Int64)
    mixed = (number * 2_654_435_761) % 4_294_967_291
    regions = [f"ML-{n}" for n in range(1, 9)] + ["ML-BKO"]
    year, month, day = 1940 + mixed % 60, 1 + mixed // 60 % 12, 1 + mixed // 720 % 28
    padded = [part.cast(pl.String).str.zfill(2) for part in (month, day)]
    exact = pl.concat_str([year.cast(pl.String), *padded], separator="-")
    birth = (
        pl.when(mixed % 10 < 7).then(exact).when(mixed % 10 < 9).then(year.cast(pl.String)).otherwise(year.cast(pl.String) + "~")
    )
    columns: dict[str, pl.Expr] = {
        "residence.region": pl.lit(pl.Series(regions)).gather(mixed // 7 % 9),
        "identity.birth": birth,
        "identity.sex": pl.when(mixed % 2 == 0).then(pl.lit("female")).otherwise(pl.lit("male")),
    }
    named = {"agency": pl.lit("anpe"), "scope": pl.lit(""), "key": number.cast(pl.String)}
    registered = pl.date(2009, 1, 1) + pl.duration(days=mixed % 365)
    every = {**named, "registered_on": registered, **columns}
    pl.select([column.alias(name) for name, column in every.items()]).write_parquet(path)


def ours(path: Path) -> pl.DataFrame:
    """The indicator as it is declared."""
    from cigem_core.model.periods import Period
    from cigem_core.model.shipped_indicators import INDICATORS
    from cigem_core.observatory.counting import tabulate

    return tabulate(INDICATORS[0], {"job_seeker": pl.scan_parquet(path)}, Period.parse("2009"), BY).select(*BY, "value")


def by_hand(path: Path) -> pl.DataFrame:
    """The same, written for this one question."""
    born, on = pl.col("identity.birth"), pl.col("registered_on")
    year, slack, exact = born.str.head(4).cast(pl.Int32), born.str.ends_with("~").cast(pl.Int32), born.str.len_bytes() == 10
    turn = on.dt.month().cast(pl.Int32) * 100 + on.dt.day()
    birthday = born.str.slice(5, 2).cast(pl.Int32, strict=False) * 100 + born.str.slice(8, 2).cast(pl.Int32, strict=False)
    since = on.dt.year() - year
    late = pl.when(exact).then((turn < birthday).cast(pl.Int32))
    low, high = since - slack - late.otherwise((turn < 1231).cast(pl.Int32)), since + slack - late.otherwise(0)

    def group(age: pl.Expr) -> pl.Expr:
        steps = ((15, "Y_LT15"), (25, "Y15-24"), (35, "Y25-34"), (55, "Y35-54"), (65, "Y55-64"))
        chain = pl.when(age < steps[0][0]).then(pl.lit(steps[0][1])).when(age < steps[1][0]).then(pl.lit(steps[1][1]))
        for below, code in steps[2:]:
            chain = chain.when(age < below).then(pl.lit(code))
        return chain.otherwise(pl.lit("Y_GE65"))

    age = pl.when(group(low) == group(high)).then(group(high)).otherwise(pl.lit("_U")).alias("age")
    region = pl.col("residence.region").alias("region")
    sex = pl.col("identity.sex").replace_strict({"female": "F", "male": "M"}).alias("sex")
    of_year = pl.scan_parquet(path).filter(on.dt.year() == 2009)
    counted = of_year.group_by(region, sex, age).agg(pl.len().cast(pl.Int64).alias("value"))
    return counted.select(*BY, "value").sort(*BY).collect(engine="streaming")


def child(job: str, path: Path) -> None:
    """One job, in a process of its own: its CPU seconds, its peak memory, and a digest of what it found."""
    begun = time.process_time()
    found = {"ours": ours, "by hand": by_hand}[job](path)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.process_time() - begun:.2f} {used} {found.hash_rows(seed=0).sum()}")


def main() -> None:
    """Draw the rows, run both, and say how they compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--child", nargs=2)
    given = asked.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seekers.parquet"
        draw(given.rows, path)
        told: dict[str, list[tuple[float, int, str]]] = {"ours": [], "by hand": []}
        for _ in range(given.turns):
            for job, runs in told.items():
                line = subprocess.run(
                    [sys.executable, __file__, "--child", job, str(path)], capture_output=True, text=True, check=True
                )
                words = line.stdout.split()
                runs.append((float(words[0]), int(words[1]), words[2]))
    best = {job: min(runs) for job, runs in told.items()}
    assert best["ours"][2] == best["by hand"][2], "the two do not find the same figures"
    print(f"{given.rows:,} rows, by {', '.join(BY)}")
    for job, (seconds, memory, _) in best.items():
        print(f"{job:10} {seconds:7.2f} CPU s  {seconds / best['by hand'][0]:5.2f} x  {memory:6,} MiB")


if __name__ == "__main__":
    main()
