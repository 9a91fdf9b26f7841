"""Numbers with what they count."""

import pytest

from cigem_core.spelling import remembered
from cigem_core.text import counted


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [(0, "0 ligne close", "0 rows closed"), (1, "1 ligne close", "1 row closed"), (2, "2 lignes closes", "2 rows closed")],
)
def test_french_counts_none_as_one_and_english_as_many(number, fr, en):
    told = counted(number, "ligne(s) close(s)", "row(s) closed")

    assert (told.fr, told.en) == (fr, en)


def test_what_is_longer_than_any_title_is_not_held_on_to():
    """A stranger's file may have headers of a hundred thousand signs, and thousands of them."""
    asked = []
    answer = remembered(lambda title: asked.append(title) or len(title))

    found = [answer(title) for title in ("Nom", "Nom", "x" * 300, "x" * 300)]

    assert found == [3, 3, 300, 300]
    assert [len(title) for title in asked] == [3, 300, 300]
