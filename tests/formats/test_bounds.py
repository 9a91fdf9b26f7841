"""Files made to take everything: each is refused or read within 256 MiB and 5 s, and whoever asked lives on.

What each format is bounded by stands in SECURITY.md. The whole table is `long`; its small twin has a hundredth of the bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from formats.bounds import read
from formats.endless import endless

from cigem_core.errors import SourceRefused
from cigem_core.formats.delimited.blocks import LINES, whole_lines
from cigem_core.formats.source import Source
from cigem_core.formats.tables import MOST_BLANKS, MOST_MISFITS, Unread

SLACK = float(os.environ.get("CIGEM_SLACK", "3"))
"""How many times longer than 5 s a file may take here: tests share a machine, and CPU seconds stretch too when it is full."""

FORMATS = ("csv", "wild", "json", "xml", "xlsx", "xls", "rest")
SMALL = 0.01
NAMES = [(kind, name) for kind in ("csv", "json", "xml", "rest") for name in endless(SMALL)[kind]]
"""Workbooks are in `test_guard`, small ones too."""


def test_there_are_twelve_of_each_of_six_formats():
    """`wild` is CSV whose dialect nobody declared: the same files."""
    assert {kind: len(files) for kind, files in endless().items()} == dict.fromkeys(set(FORMATS) - {"wild"}, 12)


@pytest.mark.parametrize(("kind", "name"), NAMES, ids=[f"{kind}: {name}" for kind, name in NAMES])
def test_a_small_one_is_refused_with_a_sentence_or_read(kind, name):
    said = read(kind, endless(SMALL)[kind][name]())

    assert said.startswith("read ") or len(said) > len("refused: X")


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process had")
@pytest.mark.parametrize("kind", FORMATS)
def test_a_large_one_is_within_its_bounds(kind):
    """Asked of a process of its own, which reads one after the other and lives to the end."""
    command = [sys.executable, str(Path(__file__).parent / "bounds.py"), kind]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in told.stdout.splitlines()]

    assert len(lines) == 12
    assert {line["name"]: line["mib"] for line in lines if line["mib"] > 256} == {}
    assert {line["name"]: line["cpu"] for line in lines if line["cpu"] > 5 * SLACK} == {}


def test_a_file_of_which_most_is_no_record_is_refused_wherever_it_is():
    """A quarter is the bound, once there are many: a large file with a few bad rows in a hundred is read."""
    one, other = Unread("a.csv"), Unread("b.csv")
    for number in range(1, MOST_MISFITS * 2):
        one.add(rows=number * 5)
    for number in range(1, MOST_MISFITS + 1):
        other.add(rows=number * 3)

    with pytest.raises(SourceRefused, match="one row in four"):
        other.add(rows=MOST_MISFITS * 3)


def test_blank_rows_are_those_of_one_sheet_at_most():
    unread = Unread("a.csv")
    unread.pass_over(MOST_BLANKS)

    with pytest.raises(SourceRefused, match="blank rows"):
        unread.pass_over(1)


@pytest.mark.parametrize(
    "content", [b"\n" * (LINES * 5 + 7), b"ab\n" * LINES * 3 + b"c", b"", b"\n", b"a" * 9 + b"\n" * LINES * 2]
)
def test_blocks_have_few_lines_and_lose_none(content):
    """Blocks of bytes alone would be a hundred times as large in memory where lines are empty."""
    stream = Source.of(content).open()
    blocks = [lines for lines, _ in whole_lines(stream, 1 << 19)]

    assert b"".join(blocks) == content
    assert max(block.count(b"\n") for block in blocks) <= LINES
    assert all(block.endswith(b"\n") for block in blocks[:-1])
