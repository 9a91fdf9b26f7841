"""Pages as PDF, where the extra is installed."""

from __future__ import annotations

import re
import sys

import pytest

from cigem_core.errors import MissingExtra
from cigem_core.pages import Prose, page, pdf
from cigem_core.text import Text


@pytest.fixture
def letter() -> str:
    pytest.importorskip("weasyprint", exc_type=ImportError)
    return page("letter.html", title=Text(fr="Orientation", en="Referral"), body=[Prose("Bonjour")])


def test_a_letter_is_one_sheet_of_a4_and_the_same_bytes_each_time(letter):
    made = pdf(letter)

    assert made.startswith(b"%PDF-")
    assert pdf(letter) == made
    assert len(re.findall(rb"/Type /Page\b", made)) in (0, 1)  # none where objects are packed


def test_nothing_is_fetched_for_it(letter):
    """An address in a page is passed over, not asked."""
    assert pdf(letter.replace("Bonjour", '<img src="http://127.0.0.1:9/x.png" alt="x">')).startswith(b"%PDF-")


def test_who_lacks_the_extra_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingExtra, match=r"pip install cigem-core\[pdf\]; or print the page from a browser"):
        pdf("<p>x")
