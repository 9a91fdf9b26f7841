"""The image is built, and docs/container.md walked, where there is an engine for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.look
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "plugins/cigem-anpe/samples/anpe"


@pytest.fixture(scope="module")
def engine() -> str:
    """The program that runs containers; without one there is nothing to look at."""
    found = shutil.which("docker") or shutil.which("podman")
    if found is None:
        pytest.skip("no container engine here: install docker or podman to build the image and run it")
    if subprocess.run([found, "info"], capture_output=True, check=False).returncode:
        pytest.skip(f"{found} is here, but its engine does not answer")
    return found


def said(*command: str, **environment: str) -> str:
    run = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=1800, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def image(engine: str) -> str:
    said(engine, "build", "-t", "cigem-look", ".")
    return "cigem-look"


def test_files_are_received_by_nobody_in_particular(engine: str, image: str):
    volume = f"cigem-look-{uuid.uuid4().hex[:8]}"
    run = (engine, "run", "--rm", "-v", f"{volume}:/data")
    try:
        said(*run, image, "init", "centre.sqlite", "--on", "2009-10-01", "--by", "awa")
        files = ("/files/demandeurs_200909.csv", "/files/offres_200909.csv", "/files/placements_200909.csv")
        received = said(
            *run, "-v", f"{SAMPLES}:/files:ro", image, "pull", "anpe", *files, "--axis", "emploi", "--on", "2009-10-01",
            "--by", "awa",
        )  # fmt: skip
        assert "27 anomalies à corriger" in received
        assert said(*run, "--entrypoint", "id", image, "-u").strip() == "10001"
        assert said(*run, "--entrypoint", "stat", image, "-c", "%a", "centre.sqlite").strip() == "600"
    finally:
        subprocess.run([engine, "volume", "rm", "-f", volume], capture_output=True, check=False)


@pytest.fixture
def composed(engine: str, image: str) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    if subprocess.run([engine, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip(f"{engine} has no compose here")
    compose = (engine, "compose", "-p", f"cigem-look-{uuid.uuid4().hex[:8]}")
    environment = {"CIGEM_DATABASE_PASSWORD": uuid.uuid4().hex}
    yield compose, environment
    subprocess.run([*compose, "down", "-v"], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, check=False)


def test_a_server_beside_it_keeps_what_is_received(composed):
    compose, environment = composed
    desk = (*compose, "run", "--rm", "-v", f"{SAMPLES}:/files:ro", "cigem")
    act = ("--on", "2009-10-01", "--by", "awa")

    said(*compose, "up", "-d", "--wait", "database", **environment)
    said(*desk, "init", "postgresql://cigem@database/cigem", *act, **environment)
    received = said(*desk, "pull", "anpe", "/files/demandeurs_200909.csv", *act, **environment)

    assert "912" in received
    assert "ANPE" in said(*desk, "receipt", "show", "5", **environment)
