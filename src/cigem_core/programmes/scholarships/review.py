"""Review: who reads which application, where two readings lie too far apart, and how severe each reader is.

Scores are whole points and are never altered: a reader's severity is shown beside them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.text import Text


@frozen(kw_only=True)
class ReviewerPoints:
    """The points one reviewer gave one application, criterion by criterion."""

    application: str
    reviewer: str
    points: Mapping[str, int]

    @property
    def total(self) -> int:
        """All its points."""
        return sum(self.points.values())


def assign(
    applications: Iterable[str],
    reviewers: Sequence[str],
    *,
    each: int,
    seed: str,
    conflicts: Mapping[str, AbstractSet[str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Application → the reviewers who read it: by lot, none in conflict with it, the load as even as conflicts let it.

    `conflicts` are reviewer → applications they may not read. The same seed gives the same again, whatever the order.
    Raises OperatorError where an application has too few reviewers without a conflict.
    """
    barred = conflicts or {}
    load = dict.fromkeys(sorted(reviewers), 0)
    found = {}
    # Those with the fewest possible reviewers choose first, so that loads can still be evened out after them.
    free = {one: [who for who in load if one not in barred.get(who, ())] for one in set(applications)}
    for one in sorted(free, key=lambda one: (len(free[one]), _lot(seed, one))):
        if len(free[one]) < each:
            raise OperatorError(
                Text(
                    fr=f"{one} : {len(free[one])} lecteur(s) sans conflit pour {each} lectures ; en nommer d'autres",
                    en=f"{one}: {len(free[one])} reviewer(s) without a conflict for {each} readings; name others",
                )
            )
        chosen = sorted(free[one], key=lambda who: (load[who], _lot(seed, one, who)))[:each]
        for who in chosen:
            load[who] += 1
        found[one] = tuple(sorted(chosen))
    return found


def _lot(seed: str, *parts: str) -> str:
    return hashlib.sha256("|".join((seed, *parts)).encode()).hexdigest()


def to_moderate(readings: Iterable[ReviewerPoints], *, more_than: int) -> list[str]:
    """The applications whose readings differ by more than so many points, by number."""
    totals: dict[str, list[int]] = defaultdict(list)
    for one in readings:
        totals[one.application].append(one.total)
    return sorted(number for number, given in totals.items() if max(given) - min(given) > more_than)


def severity(readings: Iterable[ReviewerPoints]) -> dict[str, Decimal]:
    """Reviewer → how many points more (or less) they give than the others who read the same, to four decimals.

    Who shared no application with anyone is left out.
    """
    by_application: dict[str, list[ReviewerPoints]] = defaultdict(list)
    for one in readings:
        by_application[one.application].append(one)
    apart: dict[str, list[Decimal]] = defaultdict(list)
    for shared in by_application.values():
        for one in shared:
            others = [other.total for other in shared if other.reviewer != one.reviewer]
            if others:
                apart[one.reviewer].append(Decimal(one.total) - Decimal(sum(others)) / len(others))
    cent = Decimal("0.0001")
    return {who: (sum(found, Decimal(0)) / len(found)).quantize(cent, ROUND_HALF_UP) for who, found in sorted(apart.items())}


def review_points(readings: Iterable[ReviewerPoints], moderated: Iterable[ReviewerPoints], *, readers: int) -> dict[str, int]:
    """Application → its points: the sum of its readings, once all are there; a further reading counts instead of each.

    Whole points, with nothing rounded: of two readings their sum, and where a third parted them, twice that one.
    """
    totals: dict[str, list[int]] = defaultdict(list)
    for one in readings:
        totals[one.application].append(one.total)
    found = {number: sum(given) for number, given in totals.items() if len(given) >= readers}
    return found | {one.application: readers * one.total for one in moderated if one.application in found}
