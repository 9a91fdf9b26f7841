"""The site as a reader sees it: pictures of some pages, and a search that works without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.look

SITE = Path(__file__).parents[2] / "build/docs"
SEEN = ["index", "first-adapter", "dictionary", "reference", "hooks", "concepts/mask", "fr/recevoir"]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Open an address of the site with no network at all; any further options are the browser's."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None or not SITE.is_dir():
        missing = "Chromium is missing (apt-get install --no-install-recommends chromium), or the site is (make docs)"
        (pytest.fail if "CIGEM_LOOK" in os.environ else pytest.skip)(missing)
    alone = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND"]
    profile = tmp_path_factory.mktemp("chromium")

    def show(address: str, *options: str) -> str:
        command = [program, *alone, f"--user-data-dir={profile}", "--virtual-time-budget=8000", *options, address]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stderr
        return run.stdout

    return show


@pytest.mark.parametrize("name", SEEN)
def test_pages_are_drawn(chromium, tmp_path, name):
    """A picture each, for a person to look at."""
    folder = Path(os.environ.get("CIGEM_LOOK") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"site-{name.replace('/', '-')}.png"

    chromium((SITE / f"{name}.html").as_uri(), "--window-size=1280,1400", f"--screenshot={picture}")

    assert picture.stat().st_size > 20_000


def test_search_finds_pages_offline(chromium):
    """The index of words is a file of the site."""
    page = chromium((SITE / "search.html").as_uri() + "?q=quarantine", "--dump-dom")

    assert "corrections.html" in page
