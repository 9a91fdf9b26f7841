"""The test a draft brings with it, in one place: the contract of its adapter, and what is still to be answered."""

from __future__ import annotations

TEST = '''"""What this adapter shows of itself, from its samples and its declaration; `pytest -rsx` says what is missing."""

import inspect

import {module}
import pytest

from cigem_core.testing import contract

test_contract = contract({module}.{name}, samples="../samples")


def test_no_question_is_left():
    """The draft's questions, until each is answered and its line taken away."""
    left = [line for line in inspect.getsource({module}).splitlines() if line.startswith("# ?")]
    if left:
        pytest.xfail("\\n".join(["still to be answered:", *left]))
'''


def contract(module: str, name: str) -> str:
    """The test of a drafted package."""
    return TEST.format(module=module, name=name)
