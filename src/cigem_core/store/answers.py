"""What agencies said of referrals, over time: each answer with the day it speaks of, and the day it came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from attrs import frozen
from sqlalchemy import Connection, select

from cigem_core.model.fields import CENTRE, kind_of
from cigem_core.model.referrals import Decision, ReferralAnswer
from cigem_core.store.schema import batch, version


@frozen(kw_only=True)
class Answered:
    """Somebody said what becomes of a referral."""

    agency: str
    referral: str
    decision: str
    on: date
    """The day it was decided; where none is said, the day it came."""
    came: date


def answers(connection: Connection, to: dict[str, str]) -> Iterator[Answered]:
    """Each answer to some referrals (referral → agency it left for), in the order they came; an acknowledgement is none.

    Only the agency a referral left for answers it; what it said by word of mouth was written down by the centre.
    """
    query = select(version.c.agency, version.c.content, batch.c.on).join(batch, batch.c.id == version.c.batch)
    for agency, content, came in connection.execute(
        query.where(version.c.kind == kind_of(ReferralAnswer).name).order_by(version.c.id)
    ):
        said = json.loads(content)
        decision, referral = said.get("decision"), said.get("referral")
        if referral not in to or agency not in (to[referral], CENTRE) or decision in (None, str(Decision.RECEIVED)):
            continue
        on = date.fromisoformat(said["decided_on"]) if said.get("decided_on") else came
        yield Answered(agency=agency, referral=referral, decision=decision, on=on, came=came)
