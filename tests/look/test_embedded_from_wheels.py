"""A stranger embeds the library: a fresh folder, a fresh environment with what is built, and a program written from the pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from made import SAMPLES

pytestmark = pytest.mark.look
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "embedded" / "desk.py"
PACKAGES = (".", "plugins/cigem-mali", "plugins/cigem-anpe")
CHECKERS = {"mypy": ("--strict", "--python-executable"), "basedpyright": ("--level", "error", "--pythonpath")}


def run(*command: str | Path, at: Path) -> str:
    """What a command says; AssertionError with all of it where it fails."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "CIGEM"))}
    done = subprocess.run(list(map(str, command)), cwd=at, capture_output=True, text=True, check=False, env=plain)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program and a file of the agency's, and beside it an environment with the built packages alone."""
    made = tmp_path_factory.mktemp("stranger")
    here, wheels, python = made / "program", made / "wheels", made / "env" / "bin" / "python"
    venv.create(made / "env", with_pip=True)
    run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "locks" / "demo.txt", at=made)
    for package in PACKAGES:
        # Setuptools leaves its own folders beside what it builds.
        source = made / "source" / package.replace("/", "-").replace(".", "core")
        shutil.copytree(ROOT / package / "src", source / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
        for beside in ("pyproject.toml", "README.md", "LICENSE"):
            if (ROOT / package / beside).exists():
                shutil.copy(ROOT / package / beside, source)
        run(python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", wheels, source, at=made)
    run(python, "-m", "pip", "install", "-q", "--no-deps", *sorted(wheels.glob("*.whl")), at=made)
    here.mkdir()
    shutil.copy(PROGRAM, here)
    shutil.copy(SAMPLES / "demandeurs_200909.csv", here)
    return made


def test_the_program_runs_with_what_is_built(folder: Path):
    """From the first file to a letter that leaves, each by the line that the pages have for it."""
    told = json.loads(run(folder / "env/bin/python", "desk.py", at=folder / "program"))

    assert (told["counts"], told["sent"], told["heard"]) == ([930, 912, 18], 1, [["pull", "anpe", "moussa"]])
    assert (told["faults"]["enum"], told["regions"] > 5, len(told["numbers"])) == (6, True, 2)
    assert told["refused"][0] == "source_refused"
    assert "notes.csv" in told["refused"][1]


@pytest.mark.parametrize("checker", CHECKERS)
def test_type_checkers_accept_it(folder: Path, checker: str):
    """Reading the built packages, not a checkout."""
    beside = os.pathsep.join(map(str, (Path(sys.executable).parent, ROOT / ".venv-types" / "bin")))
    program = shutil.which(checker, path=beside) or shutil.which(checker)
    if program is None:
        pytest.skip(f"{checker} is missing: pip install {checker}")

    run(program, *CHECKERS[checker], folder / "env/bin/python", "desk.py", at=folder / "program")
