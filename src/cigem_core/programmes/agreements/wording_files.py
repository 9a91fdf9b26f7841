"""Wordings read from files: TOML as the parties write it, or ODRL as other systems do."""

from __future__ import annotations

from pathlib import Path

from cigem_core.model.conventions import Convention

IN_ODRL = (".jsonld", ".json")
"""How the names of files end that hold ODRL."""


def read_wording(path: Path) -> Convention:
    """The convention of a file; ConventionError says what is wrong in it, and where."""
    if path.suffix.lower() in IN_ODRL:
        from cigem_core.programmes.agreements.odrl_reading import from_odrl

        return from_odrl(path.read_bytes())
    return Convention.from_toml(path.read_bytes())


def is_wording_file(named_by: str) -> bool:
    """Whether a wording is named by a file."""
    return Path(named_by).suffix.lower() in (".toml", *IN_ODRL)
