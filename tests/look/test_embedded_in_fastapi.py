"""An application embeds the library: it runs, and two type checkers accept it as it is written."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from made import SAMPLES

from cigem_core import Workspace

pytestmark = pytest.mark.look
APP = Path(__file__).parent / "embedded" / "app.py"
ON = "2009-10-01"


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The application, beside a workspace."""
    pytest.importorskip("fastapi", reason="an application to embed in is missing: pip install fastapi httpx")
    pytest.importorskip("httpx", reason="what asks it is missing: pip install httpx")
    monkeypatch.chdir(tmp_path)
    Workspace.create("centre.sqlite", on=date.fromisoformat(ON), by="awa").close()
    spec = importlib.util.spec_from_file_location("embedded_app", APP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its annotations are looked up where it is known by name.
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def test_files_come_in_and_people_are_found(application: ModuleType):
    """Each request has a workspace of its own; what is refused says so by its code."""
    from fastapi.testclient import TestClient

    name = "demandeurs_200909.csv"
    with TestClient(application.app) as client:
        content = (SAMPLES / name).read_bytes()
        first = client.post(f"/anpe/{name}", content=content, params={"on": ON}, headers={"content-type": "text/csv"})
        unknown = client.post(f"/anpee/{name}", content=content, params={"on": ON}, headers={"content-type": "text/csv"})
        early = client.post(f"/anpe/{name}", content=content, params={"on": "2001-01-01"}, headers={"content-type": "text/csv"})
        listed = client.get("/seekers", params={"limit": 2}).json()
        found = client.get("/find", params={"text": "barry ssouleymane"}).json()

    assert (first.status_code, first.json()["accepted"], first.json()["quarantined"]) == (200, 912, 18)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_name")
    assert (early.status_code, early.json()["code"]) == (403, "convention_error")
    assert listed[0] == {"number": "ABE-2009-00119", "born": "1968-01-12"}
    assert found == ["anpe:job_seeker:ABE-2009-00119"]


@pytest.mark.parametrize("checker", [("mypy", "--strict"), ("basedpyright", "--level", "error")], ids=lambda words: words[0])
def test_type_checkers_accept_it(checker: tuple[str, ...], tmp_path: Path):
    """As an embedder's own checks would read it: with what the installed library says of itself."""
    if importlib.util.find_spec("fastapi") is None:
        pytest.skip("an application to embed in is missing: pip install fastapi httpx")
    program = shutil.which(checker[0], path=str(Path(sys.executable).parent)) or shutil.which(checker[0])
    if program is None:
        pytest.skip(f"{checker[0]} is missing: pip install {checker[0]}")
    shutil.copy(APP, tmp_path)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}', "utf-8")
    python = {"mypy": ["--python-executable", sys.executable], "basedpyright": ["--pythonpath", sys.executable]}[checker[0]]
    run = subprocess.run([program, *checker[1:], *python, "app.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout + run.stderr
