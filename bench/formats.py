"""Side by side in one run: reading a large workbook, beside fastexcel reading the same file.

python bench/formats.py                     100,000 rows × 25 columns, five turns
python bench/formats.py --rows 10000 --turns 3

Both are asked for the same file in turn, in one process; ours reads it in another one, whose answer is waited for. The
first turn, which starts that process, is told apart. Needs fastexcel, and openpyxl to write the file.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

from cigem_core.formats.books.grid import read_book
from cigem_core.formats.source import Source

COLUMNS = 25


def main() -> None:
    """Write the file, read it in turn, print the medians and their ratio."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--turns", type=int, default=5)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="cigem-bench-") as folder:
        path = Path(folder, "large.xlsx")
        write(path, wanted.rows)
        print(
            f"{wanted.rows:,} rows × {COLUMNS} columns, {path.stat().st_size / 1e6:.1f} MB; Python {platform.python_version()}, "
            f"{os.cpu_count()} cores"
        )
        first = _seconds(lambda: _ours(path))
        turns = [(_seconds(lambda: _ours(path)), _seconds(lambda: _theirs(path))) for _ in range(wanted.turns)]
    ours, theirs = (statistics.median(one) for one in zip(*turns, strict=True))
    print(f"first of all, starting the process: {first:.2f} s")
    print(f"ours, every cell with its type: {ours:.2f} s; fastexcel: {theirs:.2f} s; ratio {ours / theirs:.2f}")


def write(path: Path, rows: int) -> None:
    """Texts, whole and decimal numbers, dates, and columns that mix them."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Large")
    sheet.append([f"Colonne {column}" for column in range(COLUMNS)])
    for row in _rows(rows):
        sheet.append(row)
    book.save(path)


def _rows(number: int) -> Iterator[list[str | int | float | date | None]]:
    chance = random.Random(1)
    day = date(2009, 1, 1)
    for row in range(number):
        mixed = (f"{row % 100}", row, day, None, "Élodie")
        for_row: list[str | int | float | date | None] = []
        for column in range(COLUMNS // 5):
            dated = day + timedelta(chance.randrange(300))
            text = f"Nom {chance.randrange(5000)}" if column else f"ANPE-{row:06d}"
            for_row += [text, chance.randrange(100_000), round(chance.random() * 1000, 2), dated, mixed[(row + column) % 5]]
        yield for_row


def _ours(path: Path) -> object:
    return read_book(Source.of(path))


def _theirs(path: Path) -> object:
    # Its types are not known where it is not installed, and only the bench has it.
    return import_module("fastexcel").read_excel(path).load_sheet(0).to_polars()


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
