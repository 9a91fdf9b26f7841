"""What happened under conventions, found in the store; and the acts of the parties upon them, kept there."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.model.conventions import Convention, wordings_on
from cigem_core.model.fields import kind_of
from cigem_core.model.obligations import CENTRE
from cigem_core.model.referrals import Decision, Referral
from cigem_core.model.standing import ConventionAct, Deed, standing
from cigem_core.programmes.agreements.rules import Facts, GivenAnswer, HandedOver, SentReferral
from cigem_core.store import Store
from cigem_core.store.answers import answers
from cigem_core.store.outbox import left_on
from cigem_core.store.schema import batch, batch_file, outbox, sent
from cigem_core.store.wordings import acts
from cigem_core.text import Text

REFERRAL = kind_of(Referral).name
_ACCEPTS = frozenset({Decision.ACCEPTED, Decision.DONE})


def facts_of(connection: Connection) -> Facts:
    """What left, what was answered and what was handed over, by references and days alone."""
    left = select(batch.c.agency, batch.c.convention, batch.c.on, sent.c.kind, sent.c.key, sent.c.parcel)
    left = left.join(outbox, outbox.c.id == sent.c.parcel).join(batch, batch.c.id == outbox.c.batch)
    leaving = connection.execute(left.where(outbox.c.state == "left").order_by(batch.c.id, sent.c.key)).all()
    days = left_on(connection, {row.parcel for row in leaving})
    gone = [(row, days.get(row.parcel, row.on)) for row in leaving]
    return Facts(
        sent=tuple(SentReferral(row.key, row.convention, day) for row, day in gone if row.kind == REFERRAL),
        answers=_answers(connection, {row.key: row.agency for row in leaving if row.kind == REFERRAL}),
        handed=(
            *_received(connection),
            *dict.fromkeys(HandedOver(CENTRE, row.agency, row.kind, day) for row, day in gone),
        ),
    )


def _answers(connection: Connection, to: dict[str, str]) -> tuple[GivenAnswer, ...]:
    return tuple(GivenAnswer(one.referral, one.on, one.decision in _ACCEPTS) for one in answers(connection, to))


def _received(connection: Connection) -> tuple[HandedOver, ...]:
    """Each pull of a kind, even one with nothing new in it."""
    query = select(batch.c.agency, batch_file.c.kind, batch.c.on).join(batch, batch.c.id == batch_file.c.batch)
    rows = connection.execute(query.order_by(batch.c.id, batch_file.c.position))
    return tuple(dict.fromkeys(HandedOver(agency, agency, kind, on) for agency, kind, on in rows))


def act_upon(
    store: Store, reference: str, deed: Deed, *, on: date, by: str, until: date | None = None,
    document: Path | None = None, because: str | None = None,
) -> ConventionAct:  # fmt: skip
    """Keep that the parties suspended, resumed or ended a convention, or met upon it.

    `document` is the paper that says so, of which the digest is kept. Raises UnknownName where no such convention is
    installed, ConventionError where the act cannot be: one that is not suspended cannot be resumed.
    """
    digest = hashlib.sha256(document.read_bytes()).hexdigest() if document else None
    done = ConventionAct(convention=reference, deed=deed, on=on, by=by, until=until, document=digest)
    known = store.conventions()
    convention = named(known, reference)
    if until is not None and until < on:
        raise OperatorError(Text(fr="le dernier jour vient après celui de l'acte", en="the last day is after that of the act"))
    said = {"convention": reference, "until": until and until.isoformat(), "document": digest, "because": because}
    with store.acting(deed, on=on, by=by, agency=convention.agency.code) as act:
        standing([*acts(act.connection).get(reference, ()), done])
        act.facts |= {name: value for name, value in said.items() if value}
    return done


def named(conventions: tuple[Convention, ...], reference: str) -> Convention:
    """The convention of that reference; UnknownName proposes the nearest."""
    for one in conventions:
        if one.reference == reference:
            return one
    near = nearest(reference, {one.reference for one in conventions})
    raise UnknownName(
        Text(
            fr=f"aucune convention « {reference} » n'est installée ; {near.fr}",
            en=f"no convention '{reference}' is installed; {near.en}",
        )
    )


def wording_on(conventions: tuple[Convention, ...], reference: str, on: date) -> Convention:
    """The wording of a convention that counts on a day."""
    named(conventions, reference)
    return next(one for one in wordings_on(conventions, on) if one.reference == reference)
