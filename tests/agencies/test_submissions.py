"""UFAE's submissions told in many ways: what is wrong is named by its record and question, all else is taken."""

from __future__ import annotations

from datetime import date
from itertools import count
from random import Random

from agencies.submissions import submissions
from agencies.truth import named
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core import Workspace
from cigem_core.formats.source import Source

ON = date(2009, 10, 1)


def test_every_way_of_telling_submissions_is_read_and_their_faults_are_named(tmp_path):
    """Answers in any order, empty or absent, numbers as text or not; what is not relevant is never wrong."""
    turn = count()
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa") as here:

        @settings(max_examples=many(6, long=20), deadline=None)
        @given(st.integers(0, 2**32), st.integers(1, 9), st.integers(0, 8))
        def law(seed, records, faults):
            content, expected, read = submissions(Random(seed), records, faults)
            source = Source(name=f"submissions_{next(turn)}.json", content=content)

            first = here.pull("ufae", source, axis="training", on=ON, by="awa")
            again = here.pull("ufae", source, axis="training", on=ON, by="awa")

            assert {cell[2:] for cell in named(first.faults)} == expected
            assert (first.counts.read, first.counts.quarantined) == (read, len(expected))
            assert (again.counts.new, again.counts.changed, again.counts.accepted) == (0, 0, first.counts.accepted)

        law()
