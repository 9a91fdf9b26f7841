"""From the outbox to an agency's service: letters, each with one effect however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from attrs import define, evolve, field, frozen
from sqlalchemy import Connection

from cigem_core.errors import CigemError, ConventionError, MissingToken, OperatorError, RemoteError, WorkspaceError
from cigem_core.exchange.passage import still_lets
from cigem_core.exchange.services import Services
from cigem_core.exchange.verdicts import facts_of, faults_of
from cigem_core.exchange.waybills import Waybill, check_waybill, waybill_facts, waybills
from cigem_core.formats.rest import Accepted, Client, Refused, send
from cigem_core.report import Fault
from cigem_core.sdk.adapter import Adapter
from cigem_core.store import Store, journal, outbox
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text

_CONFLICT = 409


@define
class Posted:
    """What became of some letters."""

    left: list[Parcel] = field(factory=list)
    refused: list[Parcel] = field(factory=list)
    delayed: list[Parcel] = field(factory=list)
    faults: list[Fault] = field(factory=list, repr=False)  # they quote what the letter said
    trouble: CigemError | None = None
    """Why some wait on."""


@frozen(kw_only=True)
class _Sending:
    """Who sends letters of an agency's, and when."""

    store: Store
    adapter: Adapter
    on: date
    by: str


def post(store: Store, adapter: Adapter, services: Services, *, on: date, by: str, url: str | None = None) -> Posted:
    """Send the letters that wait for an agency, or for one address of its; what cannot be sent now waits on.

    A letter the service accepted before, or that is sent by two at once, has one effect there: it carries its key.
    """
    done, act = Posted(), _Sending(store=store, adapter=adapter, on=on, by=by)
    with store.reading() as connection:
        letters = [letter for letter in waiting(connection, adapter.agency) if url in (None, letter.place)]
        said = waybills(connection, [letter.id for letter in letters])
        permitted = [one for one in letters if _is_permitted(connection, one, said.get(one.id), done, on)]
    for place, some in groupby(permitted, key=lambda letter: letter.place):
        with services.connect(adapter, place) as client:
            _post(act, client, list(some), done)
    return done


def waiting(connection: Connection, agency: str) -> list[Parcel]:
    """The letters that wait for an agency, by their addresses: those that were tried less often first.

    So a letter at which a service breaks each time keeps no other one back for ever.
    """
    found = outbox.parcels(connection, agency=agency, states=["waiting"])
    return sorted((one for one in found if one.path is not None), key=lambda one: (one.place, one.attempts, one.id))


def _is_permitted(connection: Connection, letter: Parcel, said: Waybill | None, done: Posted, on: date) -> bool:
    """Whether a letter is the one that was decided, and may leave today; an amendment since may say no."""
    try:
        check_waybill(letter, said)
        still_lets(connection, letter, on, onward=said.onward if said else {})
    except (ConventionError, WorkspaceError) as error:
        done.delayed.append(letter)
        done.trouble = error
        return False
    return True


def _post(act: _Sending, client: Client, letters: Sequence[Parcel], done: Posted) -> None:
    for at, letter in enumerate(letters):
        with act.store.writing() as connection:
            is_ours = outbox.begin(connection, letter)
        if not is_ours:
            _told_by_another(act, letter, done)
            continue
        unheard = client.unheard
        try:
            outcome = _sent(client, letter)
        except (RemoteError, MissingToken) as trouble:
            done.trouble = trouble
            if not _was_delayed(act, letter, trouble, heard=client.unheard == unheard):
                _told_by_another(act, letter, done)
            elif getattr(trouble, "status", None) == _CONFLICT:
                done.delayed.append(letter)
            else:
                # What stopped this one would stop the next ones too.
                done.delayed += letters[at:]
                return
            continue
        _keep(act, letter, outcome, done)


def _sent(client: Client, letter: Parcel) -> Accepted | Refused:
    segments = [step for step in str(letter.path).split("/") if step]
    return send(client, *segments, body=letter.content or b"", key=letter.name, content_type=str(letter.media))


def _was_delayed(act: _Sending, letter: Parcel, trouble: CigemError, *, heard: bool) -> bool:
    with act.store.writing() as connection:
        return outbox.was_tried(connection, letter, {"fr": trouble.text.fr, "en": trouble.text.en}, heard=heard)


def _keep(act: _Sending, letter: Parcel, outcome: Accepted | Refused, done: Posted) -> None:
    """What became of a letter, with its line in the journal; unless another who sent it too was told before."""
    facts: dict[str, Any] = {"agency": letter.agency, "parcel": letter.id, "sha256": letter.sha256, "status": outcome.status}
    with act.store.writing() as connection:
        if isinstance(outcome, Accepted):
            is_news = outbox.has_left(connection, letter, theirs=outcome.theirs)
        else:
            said = facts_of(act.adapter, letter, outcome)
            is_news = outbox.was_tried(connection, letter, said, refused=True, heard=not outcome.may_have_arrived)
        if is_news:
            journal.write(connection, "sent" if isinstance(outcome, Accepted) else "refused", facts, on=act.on, by=act.by)
    if isinstance(outcome, Accepted):
        done.left.append(letter)
    elif is_news:
        done.refused.append(letter)
        done.faults += faults_of(letter, outcome)
    else:
        _told_by_another(act, letter, done)


def _told_by_another(act: _Sending, letter: Parcel, done: Posted) -> None:
    """What became of a letter that somebody else sent meanwhile."""
    with act.store.reading() as connection:
        (now,) = outbox.parcels(connection, ids=[letter.id])
    places = {"left": done.left, "refused": done.refused, "waiting": done.delayed}
    if now.state in places:
        places[now.state].append(letter)


def readdress(store: Store, adapter: Adapter, place: str, *, on: date, by: str) -> None:
    """Letters that wait at another address go to this one from now on: the service has moved, and knows their keys."""
    with store.writing() as connection:
        away = [letter for letter in waiting(connection, adapter.agency) if letter.place != place]
        said = waybills(connection, [letter.id for letter in away])
        for letter in away:
            check_waybill(letter, said.get(letter.id))
        if away:
            outbox.readdress(connection, [letter.id for letter in away], place)
            facts = waybill_facts([evolve(letter, place=place) for letter in away])
            journal.write(connection, "readdress", {"agency": adapter.agency, **facts}, on=on, by=by)


def take_back(store: Store, numbers: Sequence[int], *, because: str, on: date, by: str, never_arrived: bool = False) -> list[str]:
    """Withdraw parcels that an agency refused, or that were never sent: their records wait again, and leave anew.

    `never_arrived` is the agency's word for those it refused after an attempt without an answer; the journal keeps that it
    was given. Raises OperatorError where one of them may have arrived, and then none is withdrawn.
    """
    with store.writing() as connection:
        found = outbox.parcels(connection, states=["refused", "waiting"], ids=numbers)
        safe = {parcel.id for parcel in found if _never_arrived(parcel)}
        refused = {parcel.id for parcel in found if parcel.state == "refused"}
        vouched = refused - safe if never_arrived else set()
        ours = safe | vouched
        if kept := sorted(set(numbers) - ours):
            raise OperatorError(_cannot_be_taken_back(", ".join(map(str, kept)), were_refused=set(kept) <= refused))
        keys = outbox.withdraw(connection, ours)
        taken = sorted([parcel.agency, key] for parcel in found if parcel.id in ours for key in parcel.references)
        facts: dict[str, Any] = {"parcels": sorted(ours), "because": because, "taken": taken}
        facts |= {"never_arrived": sorted(vouched)} if vouched else {}
        journal.write(connection, "withdraw", facts, on=on, by=by)
    return keys


def _never_arrived(parcel: Parcel) -> bool:
    """Whether each attempt was answered with a refusal, or there was none; one without an answer may have arrived."""
    if parcel.state == "refused":
        return parcel.heard >= parcel.attempts
    return parcel.path is not None and parcel.attempts == 0


def _cannot_be_taken_back(listed: str, *, were_refused: bool) -> Text:
    if were_refused:
        return Text(
            fr=f"l'envoi {listed} fut refusé après un essai resté sans réponse : il est peut-être arrivé ; demander à la "
            "structure, et si elle ne l'a pas : cigem outbox withdraw … --never-arrived",
            en=f"parcel {listed} was refused after an attempt without an answer, and may have arrived; ask the agency, and if "
            "it has none: cigem outbox withdraw … --never-arrived",
        )
    return Text(
        fr=f"l'envoi {listed} n'attend pas, ou est peut-être arrivé : on reprend ceux qui furent refusés ou jamais essayés ; "
        "les lister : cigem outbox list",
        en=f"parcel {listed} does not wait, or may have arrived; those refused or never tried can be taken back; "
        "list them: cigem outbox list",
    )
