"""The libraries this room stands on, loaded when a document is made; MissingExtra where they are not installed."""

from __future__ import annotations

from typing import Any

from cigem_core.errors import MissingExtra
from cigem_core.text import Text


def jinja() -> Any:
    """Jinja2, which fills templates."""
    try:
        import jinja2
    except ImportError:
        raise _missing() from None
    return jinja2


def vega() -> Any:
    """vl-convert, which draws Vega-Lite without a browser."""
    try:
        import vl_convert
    except ImportError:
        raise _missing() from None
    return vl_convert


def _missing() -> MissingExtra:
    return MissingExtra(
        Text(
            fr="les pages demandent une extension : pip install cigem-core[pages]",
            en="pages need an extra: pip install cigem-core[pages]",
        )
    )
