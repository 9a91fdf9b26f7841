"""What a centre says once instead of at every command: `cigem.toml`, in the folder one works in or in one above it.

workspace = "centre.sqlite"         # beside this file
language = "fr"

[agencies]                          # where each one's service is, or its folder
jobs = "https://jobs.example/api/v1"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from cigem_core.errors import OperatorError, nearest
from cigem_core.text import Text

NAME = "cigem.toml"
_KEYS = ("workspace", "language", "agencies")


@frozen(kw_only=True)
class Settings:
    """What the file says; nothing where there is none."""

    path: Path | None = None
    workspace: str | None = None
    language: str | None = None
    agencies: Mapping[str, str] = field(factory=dict)

    @property
    def where(self) -> str | None:
        """The workspace: a path is taken from the file's own folder, wherever one stands below it."""
        return self._from_here(self.workspace)

    def place(self, agency: str) -> str | None:
        """Where an agency's service or folder is."""
        return self._from_here(self.agencies.get(agency.lower()))

    def _from_here(self, said: str | None) -> str | None:
        return said if said is None or self.path is None or "://" in said else str(self.path.parent / said)


def settings() -> Settings:
    """Those of the nearest file; OperatorError where it cannot be read, or somebody else could have put it there."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (path := folder / NAME).is_file():
            return _read(path)
    return Settings()


def _read(path: Path) -> Settings:
    import tomllib

    # Whoever may write into a folder above ours would else choose where personal data go.
    if hasattr(os, "getuid") and path.stat().st_uid not in (os.getuid(), 0):
        raise OperatorError(
            Text(
                fr=f"{path} appartient à quelqu'un d'autre et n'est pas suivi ; l'ôter, ou en être propriétaire",
                en=f"{path} belongs to someone else and is not followed; remove it, or own it",
            )
        )
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise OperatorError(Text(fr=f"{path} n'est pas du TOML ({error})", en=f"{path} is not TOML ({error})")) from None
    for key in said:
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            raise OperatorError(
                Text(fr=f"{path} : « {key} » n'y a pas de sens ; {near.fr}", en=f"{path}: '{key}' means nothing there; {near.en}")
            )
    agencies = said.get("agencies", {})
    texts: dict[str, Any] = {key: said[key] for key in ("workspace", "language") if key in said}
    if not isinstance(agencies, dict) or not all(isinstance(one, str) for one in (*texts.values(), *agencies.values())):
        raise OperatorError(
            Text(
                fr=f'{path} : workspace et language sont des textes, et [agencies] une table code = "adresse"',
                en=f'{path}: workspace and language are texts, and [agencies] a table code = "address"',
            )
        )
    return Settings(path=path, agencies={code.lower(): place for code, place in agencies.items()}, **texts)
