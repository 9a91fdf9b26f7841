"""LibreOffice, as an officer has it: opens a file, and saves it in another form."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Office = Callable[..., Path]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Save a file as another one in LibreOffice; `reads` is the filter by which it is opened."""
    program = shutil.which("soffice")
    if program is None:
        missing = "LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc poppler-utils"
        (pytest.fail if "CIGEM_LOOK" in os.environ else pytest.skip)(missing)
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


@pytest.fixture
def shown(office: Office, tmp_path: Path) -> Callable[[Path], list[Path]]:
    """The pages of a file as pictures, kept in the folder CIGEM_LOOK names for a person to look at."""

    def pictures(path: Path) -> list[Path]:
        folder = Path(os.environ.get("CIGEM_LOOK") or tmp_path / "pages")
        page = office(path, "pdf", to=folder)
        if drawer := shutil.which("pdftoppm"):
            subprocess.run([drawer, "-r", "110", "-png", str(page), str(page.with_suffix(""))], check=True)
        return sorted(folder.glob(f"{path.stem}*.png"))

    return pictures
