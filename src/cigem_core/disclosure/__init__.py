"""Disclosure control: tables of counts and amounts that leave without saying anything of anybody.

Usable alone, on any Polars or Arrow table; needs the extra `solve`. `protect` hides cells and proves what it hid; `round_tables`
tells every cell to a multiple of a base instead.
"""

from cigem_core.disclosure.protecting import Protected, protect
from cigem_core.disclosure.rounding import Rounded, round_tables
from cigem_core.disclosure.sensitivity import Concentration, PPercent

__all__ = ["Concentration", "PPercent", "Protected", "Rounded", "protect", "round_tables"]
