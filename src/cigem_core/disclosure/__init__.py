"""Disclosure control: tables of counts and amounts that leave without saying anything of anybody.

Usable alone, on any Polars or Arrow table; needs the extra `solve`. `protect` hides cells and proves what it hid; `round_tables`
tells every cell to a multiple of a base instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cigem_core.disclosure.protecting import Protected, protect
from cigem_core.disclosure.published import Rounded
from cigem_core.disclosure.sensitivity import Concentration, PPercent
from cigem_core.solve.quiet import missing_solver

if TYPE_CHECKING:
    from cigem_core.disclosure.rounding import round_tables

__all__ = ["Concentration", "PPercent", "Protected", "Rounded", "protect", "round_tables"]


def __getattr__(name: str) -> Any:
    """What needs the solver from its first line on is loaded when it is asked for."""
    if name != "round_tables":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from cigem_core.disclosure.rounding import round_tables
    except ModuleNotFoundError:
        raise missing_solver() from None
    return round_tables
