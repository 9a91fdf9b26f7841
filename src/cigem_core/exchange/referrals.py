"""Referring someone to an agency, and following what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import evolve, frozen, has
from sqlalchemy import Connection

from cigem_core.errors import ConventionError, OperatorError, nearest
from cigem_core.exchange.following import followed, standing, stands
from cigem_core.exchange.passage import REFERRAL, Passage
from cigem_core.model.conventions import Axis, Convention
from cigem_core.model.fields import flatten, kind_of
from cigem_core.model.identity import Identity, Residence
from cigem_core.model.referral_life import check_reorientation, check_unseen
from cigem_core.model.referrals import ENDED, Referral
from cigem_core.model.refs import Ref, ref_of
from cigem_core.model.training import TrainingSession
from cigem_core.model.values import Occupation
from cigem_core.plugins import Plugins
from cigem_core.policy import permit
from cigem_core.store import Store, outbox, records
from cigem_core.store.objects import objects
from cigem_core.store.quarantined import not_kept
from cigem_core.text import Text


@frozen(kw_only=True)
class Need:
    """Who is referred, and for what."""

    who: Any
    """A record that the workspace yielded, its ref, or the Identity of someone the centre itself received."""
    occupation: Occupation | None = None
    residence: Residence | None = None
    session: str | None = None
    because: str | None = None
    service: str | None = None
    bring: str | None = None
    follows: str | None = None
    """The referral this one takes the place of."""
    again: bool = False
    """Whether it is meant, where the same person was referred there for the same need before."""


def refer(store: Store, plugins: Plugins, need: Need, *, to: str, axis: Axis | None, on: date, by: str) -> Referral:
    """Keep that someone is referred to an agency, and give the referral its number.

    Raises ConventionError when no clause in force lets referrals go there, or nothing of the person may go;
    OperatorError when the workspace does not hold the record; UnknownName when nobody knows the agency it is of.
    """
    to = to.strip().lower()
    conventions = store.conventions()
    granted = permit(conventions, agency=to, direction="push", on=on, axis=axis, kinds=[REFERRAL])
    with store.acting("refer", on=on, by=by, agency=to, granted=granted) as act:
        referral = evolve(
            _spoken_of(act.connection, plugins, need, to),
            reference=act.next_number(Referral, f"OR-{on.year:04d}-"),
            to=to,
            referred_on=on,
            axis=granted.axis,
            convention=granted.convention.reference,
        )
        _check(act.connection, referral, again=need.again, on=on)
        said = flatten(referral)
        passage = Passage(connection=act.connection, conventions=conventions, granted=granted, on=on)
        if refusal := passage.refusal(said, passage.of(said)):
            raise ConventionError(refusal, agency=to)
        act.facts["referral"] = referral.reference
        act.keep(referral)
    return referral


def what_leaves(store: Store, number: str, *, on: date) -> tuple[Referral, Convention, dict[str, Any]]:
    """A referral, the convention in force, and what of it that lets its agency know, in stored forms.

    Raises ConventionError where no clause lets it go there on that day, or nothing would say whom it is of.
    """
    conventions = store.conventions()
    with store.reading() as connection:
        referral = stands(connection, number).referral
        to, said = str(referral.to), flatten(referral)
        granted = permit(conventions, agency=to, direction="push", on=on, axis=referral.axis, kinds=[REFERRAL])
        passage = Passage(connection=connection, conventions=conventions, granted=granted, on=on)
        leaves = passage.of(said)
        if refusal := passage.refusal(said, leaves):
            raise ConventionError(refusal, agency=to)
    return referral, granted.convention, leaves


def _check(connection: Connection, referral: Referral, *, again: bool, on: date) -> None:
    """OperatorError where what is asked for does not exist, was asked for before, or cannot take the place of another."""
    to = str(referral.to)
    if referral.session is not None:
        _check_session(connection, to, referral.session)
    if referral.follows is not None:
        check_reorientation(stands(connection, referral.follows, on=on), to)
    if not again:
        named = {"subject__key": referral.subject.key} if referral.subject else {"identity__family_name": _family(referral)}
        check_unseen(referral, standing(connection, {"to": to, **named}, on=on))


def _check_session(connection: Connection, to: str, session: str) -> None:
    # Where no plan of the agency's was received, nothing here can tell; its workbook does, when it is pushed.
    held = {one.reference for one in objects(connection, kind_of(TrainingSession), agency=to)}
    if held and session not in held:
        near = nearest(session, held)
        raise OperatorError(
            Text(
                fr=f"{to} n'a pas de session « {session} » dans l'espace de travail ; {near.fr}",
                en=f"{to} has no session '{session}' in the workspace; {near.en}",
            )
        )


def _family(referral: Referral) -> str | None:
    return referral.identity.family_name if referral.identity else None


def awaiting(store: Store, agency: str) -> Iterator[tuple[Referral, str]]:
    """The referrals an agency's service has and did not bring to an end, with the numbers they got there."""
    with store.reading() as connection:
        given = outbox.numbers_given(connection, to=agency, kind=REFERRAL)
    for one in followed(store, to=agency):
        if one.state not in ENDED and one.referral.reference in given:
            yield one.referral, given[one.referral.reference]


def _spoken_of(connection: Connection, plugins: Plugins, need: Need, to: str) -> Referral:
    told = ("occupation", "residence", "session", "service", "bring", "follows")
    said: dict[str, Any] = {"reference": "", **{name: getattr(need, name) for name in told}}
    said["reason"] = (need.because.strip() or None) if isinstance(need.because, str) else need.because
    if isinstance(need.who, Identity):
        return Referral(identity=need.who, **said)
    ref = _named(need.who)
    kind = kind_of(str(ref.kind))
    if not any(name.startswith("identity.") for name in kind.fields):
        raise _nobody()
    found = records.named(connection, ref)
    if found is None:
        plugins.check_giver(ref.agency)
        raise not_kept(connection, ref)
    subject = found[1]
    return Referral(subject=subject, their_reference=subject.key if subject.agency == to else None, **said)


def _named(who: Any) -> Ref:
    """The record that is meant; OperatorError where what was handed in names none."""
    if isinstance(who, str):
        return Ref.parse(who)
    ref = who if isinstance(who, Ref) else ref_of(who)
    if ref is not None:
        return ref
    if not has(type(who)):
        raise _nobody()
    raise OperatorError(
        Text(
            fr="cette fiche ne vient pas de l'espace de travail, ou a été modifiée depuis ; la désigner : structure:type:numéro",
            en="this record does not come from the workspace, or was changed since; name it: agency:kind:number",
        )
    )


def _nobody() -> OperatorError:
    return OperatorError(
        Text(
            fr="on oriente une personne : une fiche qui parle de quelqu'un, ou une Identity",
            en="people are referred: a record that speaks of someone, or an Identity",
        )
    )
