"""From the outbox to an agency's service: letters, each with one effect however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from attrs import define, field

from cigem_core.errors import OperatorError, RemoteError
from cigem_core.exchange.services import Services
from cigem_core.formats.rest import Accepted, Client, Refused, send
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.adapter import Adapter
from cigem_core.store import Store, journal, outbox
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text


@define
class Posted:
    """What became of some letters."""

    left: list[Parcel] = field(factory=list)
    refused: list[Parcel] = field(factory=list)
    delayed: list[Parcel] = field(factory=list)
    faults: list[Fault] = field(factory=list)
    trouble: RemoteError | None = None
    """Why some wait on."""


def post(store: Store, adapter: Adapter, services: Services, *, on: date, by: str, url: str | None = None) -> Posted:
    """Send the letters that wait for an agency, or for one address of its; what cannot be sent now waits on.

    A letter the service accepted before, or that is sent by two at once, has one effect there: it carries its key.
    """
    with store.reading() as connection:
        found = outbox.parcels(connection, agency=adapter.agency, states=["waiting"])
    letters = [parcel for parcel in found if parcel.path is not None and url in (None, parcel.place)]
    done = Posted()
    for place, some in groupby(letters, key=lambda letter: letter.place):
        with services.connect(adapter, place) as client:
            _post(store, client, list(some), done, on=on, by=by)
    return done


def _post(store: Store, client: Client, letters: Sequence[Parcel], done: Posted, *, on: date, by: str) -> None:
    for at, letter in enumerate(letters):
        try:
            outcome = _sent(client, letter)
        except RemoteError as trouble:
            with store.writing() as connection:
                outbox.was_tried(connection, letter, {"fr": trouble.text.fr, "en": trouble.text.en})
            # What stopped this one would stop the next ones too.
            done.delayed += letters[at:]
            done.trouble = trouble
            return
        _keep(store, letter, outcome, on=on, by=by)
        if isinstance(outcome, Accepted):
            done.left.append(letter)
        else:
            done.refused.append(letter)
            done.faults += _faults(letter, outcome)


def _sent(client: Client, letter: Parcel) -> Accepted | Refused:
    segments = [step for step in str(letter.path).split("/") if step]
    return send(client, *segments, body=letter.content or b"", key=letter.name, content_type=str(letter.media))


def _keep(store: Store, letter: Parcel, outcome: Accepted | Refused, *, on: date, by: str) -> None:
    """What became of a letter, with its line in the journal."""
    facts: dict[str, Any] = {"agency": letter.agency, "parcel": letter.id, "sha256": letter.sha256, "status": outcome.status}
    with store.writing() as connection:
        if isinstance(outcome, Accepted):
            theirs = outcome.value.get("id") if isinstance(outcome.value, dict) else None
            outbox.has_left(connection, letter, theirs=None if theirs is None else str(theirs))
            journal.write(connection, "sent", facts, on=on, by=by)
        else:
            fields = [{"field": error.field, "code": error.code} for error in outcome.errors]
            outbox.was_tried(connection, letter, {"refused": fields}, refused=True)
            journal.write(connection, "refused", facts, on=on, by=by)


def _faults(letter: Parcel, refused: Refused) -> Iterator[Fault]:
    """What the agency refused, on the fields that caused it; its own words may quote what was sent."""
    row = ", ".join(letter.references)
    for error in refused.errors:
        said = error.message or error.code
        remedy = Text(fr=f"refusé par {letter.agency} : {said}", en=f"refused by {letter.agency}: {said}")
        yield Fault(
            address=Address(file=str(letter.path), row=row, column=error.field or None, at=letter.id),
            rule=Rule.REMOTE,
            remedy=remedy,
        )
    if not refused.errors:
        remedy = Text(
            fr=f"refusé par {letter.agency}, qui ne dit pas pourquoi (code {refused.status})",
            en=f"refused by {letter.agency}, which does not say why (status {refused.status})",
        )
        yield Fault(address=Address(file=str(letter.path), row=row, at=letter.id), rule=Rule.REMOTE, remedy=remedy)


def take_back(store: Store, numbers: Sequence[int], *, because: str, on: date, by: str) -> list[str]:
    """Withdraw parcels that an agency refused: their records wait again, and leave anew with the next push.

    Raises OperatorError when one of them was not refused, and then none is withdrawn: a letter that waits may have
    arrived.
    """
    with store.writing() as connection:
        refused = {parcel.id for parcel in outbox.parcels(connection, states=["refused"], ids=numbers)}
        if absent := sorted(set(numbers) - refused):
            listed = ", ".join(map(str, absent))
            raise OperatorError(
                Text(
                    fr=f"aucun envoi refusé ne porte le numéro {listed} ; les lister : cigem outbox list",
                    en=f"no refused parcel has the number {listed}; list them: cigem outbox list",
                )
            )
        keys = outbox.withdraw(connection, refused)
        facts = {"parcels": sorted(refused), "because": because}
        journal.write(connection, "withdraw", facts, on=on, by=by)
    return keys
