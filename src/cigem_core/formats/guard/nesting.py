"""How deep JSON is nested, seen without parsing it."""

from __future__ import annotations

import re

from cigem_core.formats.guard.reasons import Unreadable

DEEPEST = 100
"""Lists and objects within one another; agencies' files have fewer than ten."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_BRACKETS = b"[]{}"
_OTHERS = bytes(set(range(256)) - set(_BRACKETS))


def check_nesting(content: bytes, deepest: int = DEEPEST) -> None:
    """Raises Unreadable where JSON is nested deeper than that, or its brackets do not close."""
    if content.count(b"[") + content.count(b"{") <= deepest:
        return
    brackets = _STRING.sub(b"", content).translate(None, _OTHERS)
    # Each turn takes the innermost pairs away.
    for _ in range(deepest):
        if not brackets:
            return
        brackets = _innermost_away(brackets)
    if brackets:
        raise Unreadable("deep")


def _innermost_away(brackets: bytes) -> bytes:
    return re.sub(rb"(?:\[\]|\{\})+", b"", brackets)
