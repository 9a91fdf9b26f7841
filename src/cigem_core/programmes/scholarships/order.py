"""The order of eligible applications: score, then the fields that part equal scores, then the lot.

The lot of an application is a digest of the seed, the call and its number, so that nobody can choose it and anyone can
reckon it again. Before the seed is known, the list of the eligible is committed to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal

from cigem_core.programmes.scholarships.conditions import Value, each
from cigem_core.programmes.scholarships.files import Applications
from cigem_core.programmes.scholarships.screening import Screening


def lot(seed: str, call: str, number: str) -> str:
    """The lot of an application, as hexadecimal; the smaller stands first."""
    return hashlib.sha256(f"{seed}|{call}|{number}".encode()).hexdigest()


def commit(numbers: Iterable[str]) -> str:
    """The digest of a list of applications: SHA-256 of their sorted numbers, each followed by a line feed."""
    listed = "".join(f"{number}\n" for number in sorted(numbers))
    return hashlib.sha256(listed.encode()).hexdigest()


def in_order(screening: Screening, applications: Applications, seed: str) -> list[str]:
    """The eligible applications from the first to the last."""
    call = screening.call
    ranks = [_ranks(applications.column(name)) for name in call.then]
    numbers = applications.column("application")
    keys = []
    for at, number in enumerate(numbers):
        if (score := screening.eligible.get(number)) is not None:
            keys.append((-score, *(rank[at] for rank in ranks), lot(seed, call.reference, number), number))
    return [str(key[-1]) for key in sorted(keys)]


def _ranks(values: Sequence[Value]) -> list[int]:
    """The place of each number among all of them, the highest first and the empty last."""
    distinct = sorted({value for value in values if value is not None}, key=Decimal, reverse=True)
    places = {Decimal(value): at for at, value in reversed(list(enumerate(distinct)))}
    return each(values, lambda value: len(distinct) if value is None else places[Decimal(value)])
