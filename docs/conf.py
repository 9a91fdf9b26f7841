"""How the site is built: `make docs`. Pages need no network; the dictionary and the reference are made from the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from sources import dictionary, reference, states  # noqa: E402  it lies beside this file

project = "cigem_core"
author = "cigem_core"
copyright = "the authors of cigem_core; Apache-2.0"
language = "en"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["conf.py", "sources.py"]
html_theme = "furo"
html_title = "cigem_core"
html_static_path: list[str] = []
html_copy_source = False
html_show_sourcelink = False
# Furo's own fonts are the reader's: nothing is fetched.
html_theme_options = {"sidebar_hide_name": False, "footer_icons": []}
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
suppress_warnings = ["autodoc.import_object"]


def setup(app: Any) -> None:
    """Make the pages that are made, and read docstrings as they are written here."""
    (HERE / "dictionary.md").write_text(dictionary(), "utf-8")
    (HERE / "reference.md").write_text(reference(), "utf-8")
    (HERE / "states.md").write_text(states(), "utf-8")
    app.connect("autodoc-process-docstring", _as_rst)
    app.connect("source-read", _beyond_the_site)
    app.connect("html-page-context", _in_its_language)


def _as_rst(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Docstrings are plain text with `code`; examples are indented."""
    told: list[str] = []
    for line in lines:
        indented = line.startswith("    ")
        if indented and not (told and (told[-1].startswith("    ") or told[-1] == "")):
            told.append("")
        if indented and not any(earlier.startswith("    ") for earlier in told[-2:]):
            told += ["::", ""]
        if not indented and line and told and told[-1].startswith("    "):
            told.append("")
        told.append(line if indented else _plain(line))
    lines[:] = told


def _plain(line: str) -> str:
    pieces = re.split(r"(`[^`]*`)", line)
    return "".join(f"`{piece}`" if piece.startswith("`") else re.sub(r"([*|_\\])", r"\\\1", piece) for piece in pieces)


def _beyond_the_site(app: Any, docname: str, source: list[str]) -> None:
    """What lies outside docs/ is named, and not linked: the site stands alone."""
    source[0] = re.sub(r"\[([^\]]+)\]\((?:\.\./)+(?:plugins|src|tests|README)[^)]*\)", r"\1", source[0])


OTHERS = {
    "fr/index": "index", "fr/demarrer": "install", "fr/recevoir": "reception", "fr/corriger-un-fichier": "corrections",
    "fr/orienter": "referrals", "fr/suivre": "referrals", "fr/transmettre": "referrals", "fr/conventions": "conventions",
    "fr/bourses": "scholarships", "fr/former": "training", "fr/publier": "publishing", "fr/sauvegarder": "backup",
    "fr/depanner": "command-line",
}  # fmt: skip
"""French pages, and what says the same to readers of English."""


def _in_its_language(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """A page says its language, to readers' programs too, and where the other one is."""
    is_french = pagename.startswith("fr/")
    context["language"] = "fr" if is_french else "en"
    back = {english: french for french, english in reversed(OTHERS.items())}
    other = OTHERS.get(pagename) if is_french else back.get(pagename)
    if other and "body" in context:
        code, name = ("en", "English") if is_french else ("fr", "Français")
        link = f'<p lang="{code}"><a hreflang="{code}" href="{context["pathto"](other)}">{name}</a></p>'
        context["body"] = link + context["body"]
