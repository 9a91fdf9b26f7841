"""Which plugins an operator allows, by distribution and version: `CIGEM_PLUGINS`, a list or a file of one.

    CIGEM_PLUGINS="cigem-chambre==1.2, cigem-pays"
    CIGEM_PLUGINS=@/etc/cigem/plugins.txt

A plugin that is not on the list is not even imported. Without the variable every installed plugin is asked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from cigem_core.errors import OperatorError
from cigem_core.text import Text

VARIABLE = "CIGEM_PLUGINS"

Allowed = Mapping[str, frozenset[str]]
"""Distribution → the versions allowed; none for any version."""


def allowed() -> Allowed | None:
    """The list the environment holds; None where there is none. OperatorError where it cannot be read."""
    written = os.environ.get(VARIABLE)
    return None if written is None else read(_content(written))


def read(written: str) -> Allowed:
    """A list as it is written: one `name` or `name==version` a line, or between commas; `#` begins a remark."""
    found: dict[str, frozenset[str]] = {}
    lines = (line.partition("#")[0] for line in written.splitlines())
    for entry in (part.strip() for line in lines for part in line.split(",")):
        if not entry:
            continue
        known = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\s*==\s*([^\s=]+))?", entry)
        if known is None:
            raise OperatorError(
                Text(
                    fr=f"{VARIABLE} : « {entry} » ne se comprend pas ; écrire nom ou nom==version",
                    en=f"{VARIABLE}: '{entry}' is not understood; write name or name==version",
                )
            )
        name, versions = normal(known[1]), frozenset(filter(None, [known[2]]))
        free = name in found and not (found[name] and versions)
        found[name] = frozenset() if free else found.get(name, frozenset()) | versions
    return found


def normal(name: str) -> str:
    """A distribution's name in its one form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def refusal(held: Allowed | None, distribution: str, version: str) -> Text | None:
    """Why a distribution may not be used; None where it may."""
    if held is None:
        return None
    versions = held.get(normal(distribution))
    if versions is None:
        return Text(
            fr=f"{distribution} n'est pas sur la liste des extensions permises ({VARIABLE})",
            en=f"{distribution} is not on the list of plugins allowed ({VARIABLE})",
        )
    if versions and version not in versions:
        listed = ", ".join(sorted(versions))
        return Text(
            fr=f"{distribution} {version} n'est pas permise, mais {listed} ({VARIABLE})",
            en=f"{distribution} {version} is not allowed, but {listed} ({VARIABLE})",
        )
    return None


def _content(written: str) -> str:
    if not written.startswith("@"):
        return written
    try:
        return Path(written[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise OperatorError(
            Text(
                fr=f"{VARIABLE} désigne un fichier qui ne peut être lu : {written[1:]}",
                en=f"{VARIABLE} names a file that cannot be read: {written[1:]}",
            )
        ) from None
