"""How open a plan is to those the centre refers: the share who got a seat at the fund, and the days it took. Pure.

This is the inside view, with every cell; what leaves goes through the protection of published tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from attrs import frozen

from cigem_core.errors import UnknownName, nearest
from cigem_core.programmes.training.attendance import share
from cigem_core.programmes.training.candidates import Waiting
from cigem_core.programmes.training.roster import Roster
from cigem_core.text import Text

BREAKDOWNS = ("agency", "trade", "sex", "region", "returnee")
_SEXES = {"female": "F", "male": "M"}
UNKNOWN = "_U"


@frozen(kw_only=True)
class ReferredPerson:
    """Someone referred to a fund's plan, and the day its workbook was seen to have them, if it has."""

    agency: str
    trade: str = UNKNOWN
    """The major group of ISCO-08, as figures count it."""
    sex: str = UNKNOWN
    region: str = UNKNOWN
    returnee: str = UNKNOWN
    referred_on: date | None = None
    is_admitted: bool = False
    admitted_on: date | None = None


@frozen(kw_only=True)
class AdmissionShare:
    """Of some who were referred, those admitted, and the lower median of the days it took."""

    by: Mapping[str, str]
    referred: int
    admitted: int
    median_days: int | None

    @property
    def share(self) -> Decimal | None:
        """Half up to four decimals; None where nobody was referred."""
        return share(self.admitted, self.referred)

    def as_dict(self) -> dict[str, Any]:
        """As JSON writes it."""
        share = None if self.share is None else float(self.share)
        said = {"by": dict(self.by), "referred": self.referred, "admitted": self.admitted}
        return {**said, "share": share, "median_days": self.median_days}


def referred_people(roster: Roster, people: Iterable[Waiting], seen: Mapping[str, date]) -> list[ReferredPerson]:
    """Those the centre referred to a plan; `seen` says on which day each enrolment was first seen."""
    told = {one.who: one for one in people}
    found = []
    for who, referrals in roster.referred.items():
        one, asked = roster.everyone[who], told.get(who)
        traits, trade = (asked.traits, asked.occupation) if asked else (None, referrals[0].occupation)
        row = one.enrolment
        found.append(
            ReferredPerson(
                agency=str(roster.plan.ref.agency), trade=trade.code[:1] if trade else UNKNOWN,
                sex=_SEXES.get(traits.sex or "", UNKNOWN) if traits else UNKNOWN,
                region=(traits.region if traits else None) or UNKNOWN,
                returnee=UNKNOWN if traits is None or traits.returnee is None else "NY"[traits.returnee],
                referred_on=referrals[0].referred_on, is_admitted=row is not None,
                admitted_on=seen.get(row.reference) if row else None,
            )
        )  # fmt: skip
    return found


def admission_shares(people: Iterable[ReferredPerson], by: Sequence[str] = ()) -> list[AdmissionShare]:
    """The shares of some people, by breakdowns; without any, of all of them. UnknownName for a breakdown that is none."""
    for name in by:
        if name not in BREAKDOWNS:
            near = nearest(name, BREAKDOWNS)
            raise UnknownName(Text(fr=f"« {name} » n'est pas une ventilation ; {near.fr}", en=f"'{name}' is none; {near.en}"))
    cells: dict[tuple[str, ...], list[ReferredPerson]] = defaultdict(list)
    if not by:
        cells[()] = []
    for one in people:
        cells[tuple(getattr(one, name) for name in by)].append(one)
    return [_share(dict(zip(by, codes, strict=True)), some) for codes, some in sorted(cells.items())]


def _share(by: Mapping[str, str], some: Sequence[ReferredPerson]) -> AdmissionShare:
    days = sorted((one.admitted_on - one.referred_on).days for one in some if one.admitted_on and one.referred_on)
    # Who was referred when the fund had them already was not let in by it: they took no day, and no fewer.
    lower = max(days[(len(days) - 1) // 2], 0) if days else None
    return AdmissionShare(by=by, referred=len(some), admitted=sum(one.is_admitted for one in some), median_days=lower)
