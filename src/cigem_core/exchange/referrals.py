"""Referring someone to an agency, and following what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import evolve, frozen, has
from sqlalchemy import Connection

from cigem_core.errors import ConventionError, OperatorError
from cigem_core.exchange.passage import REFERRAL, Passage
from cigem_core.model.conventions import Axis
from cigem_core.model.fields import CENTRE, build, flatten, kind_of
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.referrals import Decision, FollowedReferral, Referral, ReferralAnswer, ReferralState, Subject, follow
from cigem_core.model.values import Occupation
from cigem_core.plugins import Plugins
from cigem_core.policy import permit
from cigem_core.sdk.hooks import Event
from cigem_core.store import Store, journal, outbox, records
from cigem_core.text import Text

ANSWER = kind_of(ReferralAnswer)
_ORDER = {str(decision): place for place, decision in enumerate(Decision)}


@frozen(kw_only=True)
class Need:
    """Who is referred, and for what."""

    who: Any
    """A record of an agency's, or the Identity of someone the centre itself received."""
    agency: str | None = None
    """Whose record it is, where several agencies have one of that number."""
    occupation: Occupation | None = None
    residence: Residence | None = None
    session: str | None = None
    because: str | None = None


def refer(store: Store, plugins: Plugins, need: Need, *, to: str, axis: Axis | None, on: date, by: str) -> Referral:
    """Keep that someone is referred to an agency, and give the referral its number.

    Raises ConventionError when no clause in force lets referrals go there, or nothing of the person may go;
    OperatorError when the workspace does not hold the record; UnknownName when nobody knows the agency it is of.
    """
    to = to.strip().lower()
    with store.writing() as connection:
        conventions = store.conventions_in(connection)
        granted = permit(conventions, agency=to, direction="push", on=on, axis=axis, kinds=[REFERRAL])
        prefix = f"OR-{on.year:04d}-"
        referral = evolve(
            _spoken_of(connection, plugins, need, to),
            reference=f"{prefix}{records.next_number(connection, REFERRAL, prefix):04d}",
            to=to,
            referred_on=on,
            axis=granted.axis,
            convention=granted.convention.reference,
        )
        stored = flatten(referral)
        _check_texts(stored)
        passage = Passage(connection=connection, conventions=conventions, granted=granted, on=on)
        if refusal := passage.refusal(stored, passage.of(stored)):
            raise ConventionError(refusal, agency=to)
        batch = store.add_batch(connection, granted, on=on, by=by)
        records.add(connection, REFERRAL, stored, batch=batch)
        facts = {"referral": referral.reference, "agency": to, "batch": batch, **granted.facts}
        journal.write(connection, "refer", facts, on=on, by=by)
    plugins.tell(Event(act="refer", agency=to, on=on, by=by, facts=facts))
    return referral


def _check_texts(stored: Mapping[str, Any]) -> None:
    """Refuse characters that no file of an agency's and no database can hold."""
    for name, value in stored.items():
        for text in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(text, str) and ("\0" in text or not _is_unicode(text)):
                raise OperatorError(
                    Text(
                        fr=f"{name} contient un caractère qui ne s'écrit dans aucun fichier ; l'ôter",
                        en=f"{name} holds a character that no file can hold; take it out",
                    )
                )


def _is_unicode(text: str) -> bool:
    """Whether it is text: halves of characters (surrogates) alone are none."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def followed(store: Store, *, to: str | None = None) -> Iterator[FollowedReferral]:
    """The centre's referrals, by their numbers, each with where it stands."""
    answers: dict[str, list[ReferralAnswer]] = {}
    # In the order they came; among those of one exchange, a referral is accepted before it is done.
    for row in sorted(store.records(ANSWER), key=lambda row: (row["batch"], _ORDER.get(row["decision"], 0))):
        answers.setdefault(row["referral"], []).append(build(ANSWER, row))
    with store.reading() as connection:
        left = outbox.sent_keys(connection, REFERRAL)
    for row in store.records(REFERRAL, agency=CENTRE):
        if to in (None, row["to"]):
            number = row["reference"]
            yield follow(build(REFERRAL, row), answers.get(number, ()), is_sent=number in left)


def awaiting(store: Store, agency: str) -> Iterator[tuple[Referral, str]]:
    """The referrals an agency's service has and did not bring to an end, with the numbers they got there."""
    with store.reading() as connection:
        given = outbox.numbers_given(connection, to=agency, kind=REFERRAL)
    for one in followed(store, to=agency):
        ended = one.state in (ReferralState.REFUSED, ReferralState.DONE)
        if not ended and one.referral.reference in given:
            yield one.referral, given[one.referral.reference]


def _spoken_of(connection: Connection, plugins: Plugins, need: Need, to: str) -> Referral:
    said: dict[str, Any] = {"reference": "", "occupation": need.occupation, "residence": need.residence, "session": need.session}
    said["reason"] = (need.because.strip() or None) if isinstance(need.because, str) else need.because
    if isinstance(need.who, Identity):
        return Referral(identity=need.who, **said)
    kind = kind_of(type(need.who)) if has(type(need.who)) else None
    if kind is None or not any(name.startswith("identity.") for name in kind.fields):
        raise OperatorError(
            Text(
                fr="on oriente une personne : une fiche qui parle de quelqu'un, ou une Identity",
                en="people are referred: a record that speaks of someone, or an Identity",
            )
        )
    key = kind.keys[0].store(getattr(need.who, kind.keys[0].name))
    scope = kind.scope.store(getattr(need.who, kind.scope.name)) if kind.scope else None
    giver = need.agency and need.agency.strip().lower()
    holders = [row["agency"] for row in records.find(connection, kind, key, agency=giver, scope=scope)]
    if not holders:
        plugins.check_giver(giver)
        raise OperatorError(
            Text(
                fr=f"l'espace de travail n'a pas de {kind.label.fr} portant ce numéro",
                en=f"the workspace has no {kind.label.en} of that number",
            )
        )
    if len(holders) > 1:
        listed = ", ".join(holders)
        raise OperatorError(
            Text(
                fr=f"plusieurs structures ont un {kind.label.fr} de ce numéro : {listed} ; dire laquelle (agency=)",
                en=f"several agencies have a {kind.label.en} of that number: {listed}; say which (agency=)",
            )
        )
    subject = Subject(agency=holders[0], kind=kind.name, key=key, scope=scope)
    return Referral(subject=subject, their_reference=key if holders[0] == to else None, **said)
