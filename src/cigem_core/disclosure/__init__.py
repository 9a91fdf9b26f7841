"""Disclosure control: tables of counts and amounts that leave without saying anything of anybody.

Usable alone, on any Polars or Arrow table; needs the extra `solve`. `protect` hides cells and proves what it hid.
"""

from cigem_core.disclosure.protecting import Protected, protect
from cigem_core.disclosure.sensitivity import Concentration, PPercent

__all__ = ["Concentration", "PPercent", "Protected", "protect"]
