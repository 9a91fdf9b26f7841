"""The pages as a site: what is made from the code is whole, links and anchors lead somewhere, and it builds without a warning."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import cigem_core
import cigem_core.sdk
from cigem_core.model.fields import kinds

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(page for page in DOCS.rglob("*.md") if page.name not in ("dictionary.md", "reference.md", "states.md"))


@pytest.fixture(scope="module")
def sources():
    sys.path.insert(0, str(DOCS))
    try:
        return importlib.import_module("sources")
    finally:
        sys.path.remove(str(DOCS))


def test_the_dictionary_has_every_field_of_every_kind_in_both_languages(sources):
    page = sources.dictionary()

    own = [kind for kind in kinds() if kind.python.__module__.startswith("cigem_core.")]
    assert own
    for kind in own:
        section = page.partition(f"## {kind.label.en} · {kind.label.fr}\n")[2].partition("\n## ")[0]
        rows = [f"| `{f.name}` | {f.label.en} | {f.label.fr} |" for f in kind.fields.values()]
        assert [row for row in rows if row not in section] == []


def test_the_states_are_drawn_from_their_tables(sources):
    """Every move of every table is on the page, in the diagram and in its row."""
    page = sources.states()

    for table in sources.LIVES.values():
        moves = [(state, act, to) for state, acts in table.moves.items() for act, to in acts.items()]
        assert all(f"{state.name} --> {to.name} : {table.word(act).fr}" in page for state, act, to in moves)
        assert all(f"| {state.label.fr} | {table.word(act).fr} | {to.label.fr} |" in page for state, act, to in moves)


def test_a_reception_day_takes_at_most_fifteen_statements():
    """What is imported, and what the page itself checks, is not counted."""
    code = re.search(r"```python\n(.*?)```", (DOCS / "reception.md").read_text("utf-8"), re.DOTALL)[1]
    day = [one for one in ast.parse(code).body if not isinstance(one, (ast.Import, ast.ImportFrom, ast.Assert))]

    assert 10 <= len(day) <= 15


def test_everything_a_visitor_imports_has_its_place_in_the_reference(sources):
    """The front door and the SDK, name by name."""
    described = {module for modules in sources.MODULES.values() for module in modules}
    named = [getattr(door, name) for door in (cigem_core, cigem_core.sdk) for name in door.__all__]

    homes = {one.__name__: one.__module__ for one in named if hasattr(one, "__module__") and hasattr(one, "__name__")}
    assert {name: home for name, home in homes.items() if home not in described} == {}


@cache
def anchors(page: Path) -> set[str]:
    """The headings of a page as addresses, as MyST makes them."""
    headings = re.findall(
        r"^#{1,3} (.+)$", re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL), flags=re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_anchors_lead_somewhere(page):
    """`page.md#heading`; pages made from the code are not here."""
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text("utf-8"))

    assert [(to, anchor) for to, anchor in links if anchor not in anchors((page.parent / to) if to else page)] == []


def test_every_page_stands_in_the_index():
    """By name, or by a pattern of its folder."""
    listed = set()
    for index in DOCS.rglob("index.md"):
        for tree in re.findall(r"```\{toctree\}(.*?)```", index.read_text("utf-8"), flags=re.DOTALL):
            for line in (line.strip() for line in tree.splitlines()):
                if line and not line.startswith(":"):
                    listed |= set(index.parent.glob(f"{line}.md"))

    assert [page for page in PAGES if page not in listed and page != DOCS / "index.md"] == []


@pytest.mark.long
def test_the_site_is_built_without_a_warning_and_asks_no_other_host(tmp_path):
    pytest.importorskip("sphinx")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "-d", tmp_path / "trees", DOCS, tmp_path / "site"]

    run = subprocess.run(list(map(str, command)), capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    fetched = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["'](?:https?:)?//[^"']+""")
    pages = [*(tmp_path / "site").rglob("*.html")]
    assert [found for page in pages for found in fetched.findall(page.read_text("utf-8"))] == []
    assert (tmp_path / "site/searchindex.js").is_file()
