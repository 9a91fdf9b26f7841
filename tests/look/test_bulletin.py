"""The bulletin of a quarter in Chromium: on a telephone, on a desk and on paper, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest
from observatory.conftest import own, pulled  # noqa: F401

pytestmark = pytest.mark.look


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_bulletin_is_read_anywhere(browsed, own, tmp_path, language):  # noqa: F811
    """One small file, nine charts or more, a table beside each; pictures of all its sheets."""
    own.figures.publish("2009-Q3", tmp_path / "out", on=date(2009, 10, 15), by="awa")
    html = (tmp_path / f"out/bulletin.{language}.html").read_text("utf-8")

    assert len(html.encode()) <= 200_000
    assert html.count("<figure") >= 9
    assert len(re.findall(r'<div class="beside"><div>\s*<div class="scroll"', html)) >= 9
    assert len(browsed(f"bulletin-{language}", html)) <= 11
