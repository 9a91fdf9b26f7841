"""Every example in the README and the docs runs, in a folder that holds the synthetic sample."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

SAMPLES = Path(__file__).parent / "plugins/cigem-anpe/samples/anpe"
ROUND = Path(__file__).parent / "plugins/cigem-bourses/samples/cinq-pays-2026"
MORE = [Path(__file__).parent / "plugins" / name for name in ("cigem-fafpa/samples/fafpa", "cigem-mali/samples/training")]


def _enter(namespace: dict[str, Any]) -> None:
    namespace["_was"], namespace["_folder"] = os.getcwd(), tempfile.mkdtemp()
    shutil.copytree(SAMPLES, namespace["_folder"], dirs_exist_ok=True)
    shutil.copytree(ROUND, Path(namespace["_folder"]) / ROUND.name)
    for sample in MORE:
        shutil.copytree(sample, namespace["_folder"], dirs_exist_ok=True)
    os.chdir(namespace["_folder"])


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_was"])
    shutil.rmtree(namespace["_folder"], ignore_errors=True)


# How long an example takes says more of the machine than of the code.
# What a newcomer runs tries a promise on fewer values; `make test-all` on as many as hypothesis does by itself.
settings.register_profile("house", deadline=None, max_examples=100 if {"CIGEM_LONG", "CIGEM_HISTORIES"} & set(os.environ) else 25)
# Of a mutant it is asked whether it is noticed, every time alike; not which example is the smallest.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, max_examples=25, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.load_profile("house")

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"], setup=_enter, teardown=_leave).pytest()
