"""The programs an officer has: LibreOffice opens a file and saves it in another form, Chromium shows a page and prints it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Office = Callable[..., Path]
Browsed = Callable[[str, str], list[Path]]
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Save a file as another one in LibreOffice; `reads` is the filter by which it is opened."""
    program = shutil.which("soffice") or _missing("LibreOffice", "libreoffice-calc poppler-utils")
    settings = tmp_path_factory.mktemp("office").as_uri()

    def save(path: Path, ending: str, *, to: Path, reads: str | None = None) -> Path:
        to.mkdir(exist_ok=True, parents=True)
        opened = [f"--infilter={reads}"] if reads else []
        command = [
            program,
            f"-env:UserInstallation={settings}",
            "--headless",
            *opened,
            "--convert-to",
            ending,
            "--outdir",
            str(to),
        ]
        run = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=180, check=False)
        saved = to / f"{path.stem}.{ending}"
        assert saved.is_file(), run.stdout + run.stderr
        return saved

    return save


def _missing(what: str, packages: str) -> str:
    """Where pictures were asked for, what draws them must be there."""
    (pytest.fail if "CIGEM_LOOK" in os.environ else pytest.skip)(
        f"{what} is missing: apt-get install --no-install-recommends {packages}"
    )


@pytest.fixture
def browsed(tmp_path: Path) -> Browsed:
    """Look at a page in Chromium on a telephone, on a desk and on paper; the pictures of its sheets of paper.

    It is whole in its file, no wider than its screen, and axe-core finds nothing. All pictures are kept in the folder CIGEM_LOOK
    names, for a person to look at.
    """
    program = shutil.which("chromium") or _missing("Chromium", "chromium poppler-utils")
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        _missing("what steers it", "nodejs npm && make tests/look/node_modules")

    def look(name: str, html: str) -> list[Path]:
        folder = Path(os.environ.get("CIGEM_LOOK") or tmp_path / "pages")
        folder.mkdir(parents=True, exist_ok=True)
        page = folder / f"{name}.html"
        page.write_text(html, "utf-8")
        command = [str(node), str(HERE / "pages.mjs"), program, str(page), str(folder)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout) == {"violations": [], "wide": 0, "fetched": []}
        for old in folder.glob(f"{name}-p-*.png"):
            old.unlink()
        drawer = shutil.which("pdftoppm") or _missing("pdftoppm", "poppler-utils")
        printed = page.with_suffix(".pdf")
        subprocess.run([drawer, "-r", "80", "-png", str(printed), str(folder / f"{name}-p")], check=True)
        return sorted(folder.glob(f"{name}-p-*.png"))

    return look


@pytest.fixture
def shown(office: Office, tmp_path: Path) -> Callable[[Path], list[Path]]:
    """The pages of a file as pictures, kept in the folder CIGEM_LOOK names for a person to look at."""

    def pictures(path: Path) -> list[Path]:
        folder = Path(os.environ.get("CIGEM_LOOK") or tmp_path / "pages")
        for old in folder.glob(f"{path.stem}-*.png"):
            old.unlink()
        page = office(path, "pdf", to=folder)
        if drawer := shutil.which("pdftoppm"):
            subprocess.run([drawer, "-r", "110", "-png", str(page), str(page.with_suffix(""))], check=True)
        return sorted(folder.glob(f"{path.stem}*.png"))

    return pictures
