"""How far one walks through the library to read a file: its rooms, and how often the road leads from one to another.

A road that comes back to the same room for every row, or every column, is one that nobody can follow in the code. What is counted
is calls, not time: the figures are bounds a little above what they are, so that a new road for each cell is noticed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType

import pytest
from made import SEPTEMBER, make

import cigem_core
from cigem_core import Workspace

OURS = str(Path(cigem_core.__file__).parent)
ON = date(2009, 10, 1)


def walked(road: Callable[[], object]) -> tuple[set[str], int]:
    """The rooms whose functions were called, and how often the next call was in another room."""
    rooms: list[str] = []

    def told(frame: FrameType, event: str, _: object) -> None:
        room = frame.f_code.co_filename
        if event == "call" and room.startswith(OURS) and frame.f_code.co_name != "<module>" and rooms[-1:] != [room]:
            rooms.append(room)

    before = sys.getprofile()
    sys.setprofile(told)
    try:
        road()
    finally:
        sys.setprofile(before)
    return set(rooms), len(rooms)


@pytest.fixture
def centre(tmp_path):
    make(tmp_path / "centre.sqlite")
    with Workspace(tmp_path / "centre.sqlite") as opened:
        yield opened


def test_a_pull_walks_through_some_rooms_and_not_back_and_forth(centre):
    """A file of 930 rows and 23 columns, some of them wrong."""
    rooms, changes = walked(lambda: centre.pull("anpe", SEPTEMBER[0], on=ON, by="awa"))

    assert len(rooms) <= 85
    assert changes <= 900


def test_corrections_come_home_by_the_same_rooms(centre, tmp_path):
    centre.pull("anpe", SEPTEMBER[0], on=ON, by="awa")
    centre.corrections("anpe", tmp_path / "a_corriger.xlsx", on=ON, by="awa")

    rooms, changes = walked(lambda: centre.pull("anpe", tmp_path / "a_corriger.xlsx", on=ON, by="awa"))

    assert len(rooms) <= 85
    assert changes <= 1000
