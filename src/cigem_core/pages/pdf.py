"""A page as PDF, where the extra is installed: the same A4 sheets that a browser prints, and nothing is fetched for them."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import Any

from cigem_core.errors import MissingExtra
from cigem_core.text import Text


def pdf(html: str) -> bytes:
    """A page of this room as PDF; MissingExtra says what to install. The same page gives the same bytes."""
    weasyprint = _weasyprint()
    # A page is whole in its file: of no address is anything asked.
    document = weasyprint.HTML(string=html, url_fetcher=weasyprint.urls.URLFetcher(allowed_protocols=("none",)))
    # What it does not find here it would give at random, or by the clock.
    named = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    made: bytes = document.write_pdf(pdf_identifier=named, pdf_tags=True)
    return made


def _weasyprint() -> Any:
    try:
        weasyprint = import_module("weasyprint")
        import_module("weasyprint.urls")
    except ModuleNotFoundError:
        raise MissingExtra(
            Text(
                fr="un PDF demande une extension : pip install cigem-core[pdf] ; ou imprimer la page depuis un navigateur",
                en="a PDF needs an extra: pip install cigem-core[pdf]; or print the page from a browser",
            )
        ) from None
    except OSError:
        raise MissingExtra(
            Text(
                fr="WeasyPrint ne trouve pas Pango : l'installer (libpango-1.0-0), ou imprimer la page depuis un navigateur",
                en="WeasyPrint does not find Pango: install it (libpango-1.0-0), or print the page from a browser",
            )
        ) from None
    return weasyprint
