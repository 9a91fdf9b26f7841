"""What an adapter has shown of itself: which checks of the contract it passed, and the tier that follows from them.

The evidence is a file, `contract.json`, beside the adapter's module. It is written by the contract tests, never by hand, and
holds the digest of the source it was shown by: after any change the tier is to be looked at again.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen

from cigem_core.text import Text

FILE = "contract.json"

Outcome = Literal["pass", "unsupported", "not-reviewed", "fail"]

NEEDS: Mapping[str, tuple[str, ...]] = {
    "bronze": ("balance", "addresses"),
    "silver": ("one-bad-cell", "idempotent", "hostile", "gate"),
    "gold": ("reads-back", "settles", "writes-back", "cargo"),
    "platinum": ("exactly-once",),
}
"""What each tier asks beside those below it."""

ALWAYS = ("deterministic", "offline")
"""What is asked whatever the tier: a failure of any check leaves no tier at all."""

CHECKS = (*(name for names in NEEDS.values() for name in names), *ALWAYS)


@frozen
class CheckMark:
    """What one check said: its outcome, and why it could not be asked or what it failed by."""

    outcome: Outcome
    because: str = ""
    facts: Mapping[str, Any] = field(factory=dict)
    """What was looked at: how many rows, files, texts; by which road records were written back."""


@frozen(kw_only=True)
class Evidence:
    """The marks of one adapter, and what they were given for."""

    agency: str
    marks: Mapping[str, CheckMark]
    source: str
    """The digest of the adapter's package."""
    core: str
    """The version of the library."""
    api: str
    """The version of the hooks."""
    whole: bool = False
    """Whether the heavy checks were asked in full."""

    @property
    def tier(self) -> str | None:
        """The highest tier all of whose checks passed, those of the tiers below it too; None without any."""
        if any(self._outcome(name) == "fail" for name in self.marks) or any(self._outcome(n) != "pass" for n in ALWAYS):
            return None
        reached = None
        for tier, names in NEEDS.items():
            if any(self._outcome(name) != "pass" for name in names):
                break
            reached = tier
        return reached

    def _outcome(self, check: str) -> Outcome:
        return self.marks[check].outcome if check in self.marks else "not-reviewed"

    def is_stale(self, source: str, core: str) -> bool:
        """Whether it was given for another source, or by another version of the library."""
        return (self.source, _series(self.core)) != (source, _series(core))

    def as_dict(self) -> dict[str, Any]:
        """For the file that ships with the adapter."""
        marks = {
            name: {"outcome": mark.outcome, **({"because": mark.because} if mark.because else {}), **dict(mark.facts)}
            for name, mark in sorted(self.marks.items(), key=lambda item: _place(item[0]))
        }
        return {
            "tier": self.tier, "source": self.source, "core": self.core, "api": self.api, "whole": self.whole, "checks": marks,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, agency: str, held: Mapping[str, Any]) -> Evidence:
        """What a file holds; the tier written there is for people, and is not believed."""
        marks = {str(name): _mark(mark) for name, mark in held["checks"].items()}
        core, api, source = (str(held[name]) for name in ("core", "api", "source"))
        return cls(agency=agency, marks=marks, source=source, core=core, api=api, whole=held.get("whole") is True)


TIERS: Mapping[str, Text] = {
    "bronze": Text(fr="bronze", en="bronze"),
    "silver": Text(fr="argent", en="silver"),
    "gold": Text(fr="or", en="gold"),
    "platinum": Text(fr="platine", en="platinum"),
}
TO_REVIEW = Text(fr="à revoir", en="to be looked at again")
NONE_SHOWN = Text(fr="rien de montré", en="nothing shown")


def standing(module: str, agency: str, core: str) -> Text:
    """The tier of an adapter as its package's evidence makes it; said to be reviewed where it was given for another source."""
    evidence = evidence_of(module, agency)
    if evidence is None or evidence.tier is None:
        return NONE_SHOWN
    tier = TIERS[evidence.tier]
    if not evidence.is_stale(source_of(module), core):
        return tier
    return Text(fr=f"{tier.fr}, {TO_REVIEW.fr}", en=f"{tier.en}, {TO_REVIEW.en}")


def evidence_of(module: str, agency: str) -> Evidence | None:
    """What the file beside a module says of an agency's adapter; None where it says nothing that can be read."""
    folder = folder_of(module)
    if folder is None:
        return None
    try:
        held = json.loads((folder / FILE).read_text("utf-8"))
        return Evidence.from_dict(agency, held["agencies"][agency])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # written by whoever made the package: what cannot be read shows nothing


def written(folder: Path, *some: Evidence) -> Path:
    """Write evidence beside a module, what the file says of other agencies' adapters staying as it is."""
    path = folder / FILE
    try:
        held = json.loads(path.read_text("utf-8"))["agencies"]
    except (OSError, ValueError, LookupError):
        held = {}
    agencies = dict(sorted({**held, **{one.agency: one.as_dict() for one in some}}.items()))
    path.write_text(json.dumps({"agencies": agencies}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def folder_of(module: str) -> Path | None:
    """The folder of an imported package; None for a module without one of its own."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file).parent if file and Path(file).stem == "__init__" else None


def source_of(module: str) -> str:
    """The digest of all a package's files, but for the evidence and what Python makes of them."""
    digest = hashlib.sha256()
    for path, name in _files(folder_of(module)):
        # A checkout may have other line ends than the package that was built of it.
        digest.update(f"{name}\0".encode() + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _files(folder: Path | None) -> Iterator[tuple[Path, str]]:
    if folder is not None:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != FILE and "__pycache__" not in path.parts:
                yield path, path.relative_to(folder).as_posix()


def _mark(held: Mapping[str, Any]) -> CheckMark:
    facts = {name: value for name, value in held.items() if name not in ("outcome", "because")}
    outcome = held["outcome"]
    if outcome not in ("pass", "unsupported", "not-reviewed", "fail"):
        raise ValueError(outcome)
    return CheckMark(outcome, str(held.get("because", "")), facts)


def _series(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _place(check: str) -> int:
    return CHECKS.index(check) if check in CHECKS else len(CHECKS)
