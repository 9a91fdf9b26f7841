"""The page says that a whole plan takes fifteen statements, and runs them: they are counted here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs/training.md"


def test_a_whole_plan_takes_at_most_fifteen_statements():
    (whole,) = re.findall(r"fifteen statements\n.*?```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)

    said = [one for one in ast.walk(ast.parse(whole)) if isinstance(one, ast.stmt)]
    counted = [one for one in said if not isinstance(one, (ast.ImportFrom, ast.Import))]
    assert 10 <= len(counted) <= 15 + 1, "and the line that opens the workspace"
