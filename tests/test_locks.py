"""What is locked is what is declared: every version with its hashes, and nothing of the machine that wrote it."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?: ; [^\\]+)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n?"
)


def entries(path: Path) -> dict[str, set[str]]:
    """The versions of each package; a file may hold one for each range of Pythons."""
    rest, found = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE), {}
    while entry := ENTRY.match(rest):
        found.setdefault(entry["name"], set()).add(entry["version"])
        rest = rest[entry.end() :]
    assert rest == "", f"{path.name} holds more than versions and hashes: {rest[:80]!r}"
    return found


def declared(*extras: str) -> list[Requirement]:
    """What these extras ask for, those that they name themselves included."""
    asked = [Requirement(line) for line in chain(*(DECLARED["optional-dependencies"][name] for name in extras))]
    ours = sorted({extra for requirement in asked if requirement.name == "cigem-core" for extra in requirement.extras})
    others = [requirement for requirement in asked if requirement.name != "cigem-core"]
    return others + (declared(*ours) if ours else [])


def known(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_versions_and_hashes_and_no_place(path):
    """No registry, no folder, no package of ours: whatever follows a version is a marker or a hash."""
    assert len(entries(path)) > 10
    assert not [name for name in entries(path) if name.startswith("cigem-")]


EXTRAS = {
    "demo": ["demo"],
    "dev": ["all", "test", "lint", "docs", "mutants"],
    "image": ["all"],
    "bench": ["bench"],
    "audit": ["audit"],
    "types": ["types"],
}


@pytest.mark.parametrize(("lock", "extras"), EXTRAS.items())
def test_what_is_declared_is_locked_at_a_version_that_is_let_in(lock, extras):
    """Whoever declares a dependency runs `make lock`."""
    held = entries(ROOT / "locks" / f"{lock}.txt")
    wanted = [*map(Requirement, DECLARED["dependencies"]), *declared(*extras)]

    missing = [str(one) for one in wanted if known(one.name) not in held]
    outside = [str(one) for one in wanted for version in held.get(known(one.name), ()) if version not in one.specifier]

    assert not missing, "run make lock"
    assert not outside, "run make lock"
    assert set(EXTRAS) == {path.stem for path in LOCKS}


def test_a_newcomer_gets_the_versions_that_are_tested():
    """What `make demo` installs is part of what `make test` installs."""
    tested = entries(ROOT / "locks/dev.txt")

    assert {name: versions for name, versions in entries(ROOT / "locks/demo.txt").items() if tested.get(name) != versions} == {}


def test_the_makefile_locks_these_extras():
    told = dict(re.findall(r"^([A-Z]+) := ([a-z,]+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert told == {lock.upper(): ",".join(extras) for lock, extras in EXTRAS.items()}
