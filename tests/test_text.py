"""Numbers with what they count."""

import pytest

from cigem_core.text import counted


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [(0, "0 ligne close", "0 rows closed"), (1, "1 ligne close", "1 row closed"), (2, "2 lignes closes", "2 rows closed")],
)
def test_french_counts_none_as_one_and_english_as_many(number, fr, en):
    told = counted(number, "ligne(s) close(s)", "row(s) closed")

    assert (told.fr, told.en) == (fr, en)
