"""TOML that others wrote, read in bounded memory."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

_MOST_DOTS = 2_000
"""Dots of a line: of a key with more parts, tomllib remembers as many as their number squared."""


def toml_of(text: str, *, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """What a text of TOML says; TOMLDecodeError where it is none, or a line of it has more dots than any sentence."""
    if text.count(".") > _MOST_DOTS and any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
        raise tomllib.TOMLDecodeError(f"a line has more than {_MOST_DOTS} dots")
    return tomllib.loads(text, parse_float=parse_float)


def exact_of(value: Any) -> Decimal | None:
    """The number a value of TOML is, with decimals in quotes or read as they stand; None for `true`, `nan`, `inf` and texts."""
    if isinstance(value, str):
        return Decimal(value) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value) else None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value) if Decimal(value).is_finite() else None
