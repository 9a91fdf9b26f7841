"""Scholarships, for those who write a round in Python: the call, the round, the draw, and `allocate` alone.

from cigem_core.scholarships import Call, Round, allocate
"""

from cigem_core.programmes.scholarships.allocation import allocate
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.checking import check_call
from cigem_core.programmes.scholarships.draw import Award, Draw, draw
from cigem_core.programmes.scholarships.explaining import Explanation, explain
from cigem_core.programmes.scholarships.files import Applications, read_applications
from cigem_core.programmes.scholarships.order import commit, lot
from cigem_core.programmes.scholarships.payments import Balances, Paid, balances, schedule
from cigem_core.programmes.scholarships.publishing import Package, package
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Ruling, Screening, screen
from cigem_core.programmes.scholarships.vocabulary import piece_key

__all__ = [
    "Applications",
    "Award",
    "Balances",
    "Call",
    "Draw",
    "Explanation",
    "Package",
    "Paid",
    "Round",
    "Ruling",
    "Screening",
    "allocate",
    "balances",
    "check_call",
    "commit",
    "draw",
    "explain",
    "lot",
    "package",
    "piece_key",
    "read_applications",
    "schedule",
    "screen",
]
