"""Pages point at what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MADE = {"dictionary.md", "reference.md", "states.md"}
"""Pages made from the code when the documentation is built (docs/sources.py)."""

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Within the project; the outside world is not asked."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))

    here = [link for link in links if "://" not in link and Path(link).name not in MADE]
    assert [link for link in here if not (page.parent / link).exists()] == []


def test_the_page_on_adapters_lists_every_field_of_every_kind():
    """Declarations and page check each other: those of employment, of youth and of training."""
    from cigem_core.model import employment, training, youth
    from cigem_core.model.fields import kinds

    page = (ROOT / "docs/adapter.md").read_text("utf-8")
    told = dict(re.findall(r"^\*\*`(\w+)`\*\* .*\n((?:\n|\|.*\n)+)", page + "\n", flags=re.MULTILINE))
    modules = {module.__name__ for module in (employment, training, youth)}
    declared = {kind.python.__name__: set(kind.fields) for kind in kinds() if kind.python.__module__ in modules}

    assert {name: set(re.findall(r"^\| `([\w.]+)` \|", rows, flags=re.MULTILINE)) for name, rows in told.items()} == declared


def test_the_page_on_adapters_lists_every_verb_of_a_column():
    from cigem_core.sdk.lenses import Column

    page = (ROOT / "docs/adapter.md").read_text("utf-8")
    verbs = [
        name
        for name, member in vars(Column).items()
        if not name.startswith("_") and getattr(member, "__doc__", None) and callable(member)
    ]

    own = {"decode", "checks", "encode", "blamed", "spelled", "optional", "named"}
    assert [verb for verb in verbs if verb not in own and f"`.{verb}(" not in page] == []


def test_the_page_on_exit_codes_lists_every_code_of_a_refusal():
    """Programs know a refusal by it."""
    from cigem_core import errors
    from cigem_core.text import Text

    page = (ROOT / "docs/command-line.md").read_text("utf-8")
    classes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.CigemError)]
    codes = {one.__new__(one).code for one in classes} - {errors.CigemError(Text(fr="", en="")).code} | {"usage_error"}

    assert {
        code
        for code in re.findall(r"`(\w+)`", page)
        if code.endswith(("_error", "_refused", "_name", "_token", "_extra", "_encoding"))
    } == codes
