"""Keys that come again: found in this block or any earlier one, however many there are."""

from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.sdk.reading.seen import Seen

KEYS = st.lists(st.none() | st.sampled_from("abcdefgh") | st.text(max_size=3), max_size=12)


@given(st.lists(KEYS, max_size=12))
def test_a_key_that_comes_again_is_found(blocks):
    """The first holder of a key keeps it, in whatever block it stood; rows without a key are nobody's."""
    seen, held = Seen(), set()

    for block in blocks:
        again = seen.repeated(pl.Series(block, dtype=pl.String))

        expected = []
        for key in block:
            expected.append(key in held)
            held |= {key} - {None}
        assert again.to_list() == expected


@given(st.integers(1, 60))
def test_each_key_is_moved_a_few_times_only(blocks):
    """Runs are few, however many blocks a file has: a large one takes no longer a key than a small one."""
    seen = Seen()
    for block in range(blocks):
        seen.repeated(pl.Series([f"{block}-{n}" for n in range(10)]))

    heights = [run.height for run in seen._runs]

    assert sum(heights) == blocks * 10
    assert all(first >= 2 * second for first, second in pairwise(heights))
