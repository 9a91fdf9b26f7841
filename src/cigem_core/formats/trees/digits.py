"""Numbers of documents as their digits, and values as the JSON they were."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

LONGEST = 400
"""Digits of a number written out, exponent resolved: more than any measure or amount has."""


class Digits(str):
    """A number as its digits: no exponent, no zeros that say nothing, every digit that was given."""

    __slots__ = ()


def digits(text: str) -> Digits:
    """A JSON number as its digits: 17.0 is 17, 1.50 is 1.5, 1e3 is 1000, -0 is 0.

    Raises OverflowError where its exponent leads beyond any measure.
    """
    if "e" in text or "E" in text:
        exact = Decimal(text)
        if exact and abs(exact.adjusted()) > LONGEST:
            raise OverflowError
        text = format(exact, "f") if exact else "0"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return Digits("0" if text == "-0" else text)


def as_json(value: Any) -> str:
    """A value as compact JSON, its numbers as they were read."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{as_json(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
