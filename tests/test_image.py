"""The image and the server beside it: what can be known of them without an engine (`make look` builds and runs them)."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
PAGE = (ROOT / "docs/container.md").read_text("utf-8")


def said(word: str) -> list[str]:
    """What follows a word of the Dockerfile, its lines joined."""
    return re.findall(rf"^{word} (.*)$", DOCKERFILE.replace("\\\n", " "), flags=re.MULTILINE)


def is_let_in(path: str) -> bool:
    """Whether what is copied is left in what the engine gets to see; the last rule that speaks of it counts."""
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    let_in = True
    for rule in rules:
        bare = rule.removeprefix("!")
        if fnmatch(path, bare) or fnmatch(path, f"**/{bare}") or path.startswith(f"{bare}/"):
            let_in = rule.startswith("!")
    return let_in


def test_all_that_is_copied_is_there_and_let_in():
    copied = [path for line in said("COPY") if "--from" not in line for path in line.split()[:-1]]

    assert {"src", "plugins", "locks/image.txt"} <= set(copied)
    assert all((ROOT / path).exists() and is_let_in(path) for path in copied)


def test_nothing_of_this_machine_is_let_in():
    """Workspaces, passwords, environments, histories."""
    assert not any(map(is_let_in, (".git", ".env", ".venv", "centre.sqlite", "build", "docs")))
    assert not is_let_in("plugins/cigem-anpe/tests")


def test_what_is_installed_is_locked_and_nobody_is_root():
    assert len({base.split()[0] for base in said("FROM")}) == 1
    assert all("--require-hashes" in line or "--no-deps" in line for line in said("RUN") if "pip install" in line)
    assert said("USER") == ["cigem"]
    assert DOCKERFILE.index("USER cigem") < DOCKERFILE.index("ENTRYPOINT")


def test_the_page_says_what_the_files_say():
    """The server's name, the password's, the volume's."""
    url = re.search(r"CIGEM_WORKSPACE: (\S+)", COMPOSE)[1]
    user, host, name = re.fullmatch(r"postgresql://(\w+)@(\w+)/(\w+)", url).groups()

    assert f"\n  {host}:\n" in COMPOSE
    assert f"POSTGRES_USER: {user}" in COMPOSE
    assert f"POSTGRES_DB: {name}" in COMPOSE
    assert url in PAGE
    assert {"CIGEM_DATABASE_PASSWORD"} == set(re.findall(r"\$\{(\w+):\?", COMPOSE)) <= set(re.findall(r"\w+", PAGE))
    assert re.findall(r"^  (\w+):$", COMPOSE.partition("\nvolumes:\n")[2], flags=re.MULTILINE) == ["database", "depot"]
    assert said("VOLUME") == ["/data"] == list(set(re.findall(r"depot:(\S+)", COMPOSE)))
