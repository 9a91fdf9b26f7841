"""Pages point at what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Within the project; the outside world is not asked."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))

    made = {"dictionary.md", "reference.md"}  # from the code, when the site is built
    here = [link for link in links if "://" not in link and Path(link).name not in made]
    assert [link for link in here if not (page.parent / link).exists()] == []


def test_the_page_on_adapters_lists_every_field_of_every_kind():
    """Declarations and page check each other."""
    from cigem_core.model.employment import JobOffer, JobSeeker, Placement
    from cigem_core.model.fields import kind_of

    page = (ROOT / "docs/adapter.md").read_text("utf-8")

    absent = [name for kind in (JobSeeker, JobOffer, Placement) for name in kind_of(kind).fields if f"| `{name}` |" not in page]
    assert absent == []


def test_the_page_on_adapters_lists_every_verb_of_a_column():
    from cigem_core.sdk.lenses import Column

    page = (ROOT / "docs/adapter.md").read_text("utf-8")
    verbs = [
        name
        for name, member in vars(Column).items()
        if not name.startswith("_") and getattr(member, "__doc__", None) and callable(member)
    ]

    own = {"decode", "checks", "encode", "blamed", "spelled", "optional"}
    assert [verb for verb in verbs if verb not in own and f"`.{verb}(" not in page] == []
