"""The four calls that ship with the plugin, each with what is right for it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.files import Applications, read_applications

FOLDER = Path(__file__).parents[3] / "plugins/cigem-bourses/samples"
CALLS = ("maroc-2020", "maroc-2022", "etat-2014", "cinq-pays-2026")


@cache
def truth(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"truth/{name}.json").read_text("utf-8"))


@cache
def call(name: str) -> Call:
    return Call.from_file(FOLDER / name / "call.toml")


@cache
def applications(name: str) -> Applications:
    return read_applications(FOLDER / name / "dossiers.csv", call(name))


def as_sets(lines: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True, ensure_ascii=False) for line in lines)


def found(faults: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Faults as the truth lists them."""
    return {(f["agency"], f["file"], f["sheet"] or "", f["row"], f["column"] or "", f["rule"], f["value"] or "") for f in faults}


def listed(wrong: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(w["agency"], w["file"], w["sheet"], w["row"], w["column"], w["type"], w["value"]) for w in wrong}
