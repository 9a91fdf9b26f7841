"""The outbox: what leaves is kept in the transaction that decides it, and stands there until it has left.

Whoever is killed between the two leaves a parcel with its content; whoever comes next delivers it. A parcel is a file
for a folder, or a letter to a service, which its key lets be sent again without a second effect.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from attrs import field, frozen
from sqlalchemy import Connection, delete, func, insert, select, update

from cigem_core.model.fields import Kind
from cigem_core.store.locking import LOCKED, locked
from cigem_core.store.objects import in_blocks
from cigem_core.store.schema import batch, journal, outbox, sent

State = Literal["waiting", "left", "refused", "withdrawn"]


@frozen(kw_only=True)
class Draft:
    """What is to leave: for which folder or service, under which name or key."""

    place: str
    name: str
    content: bytes = field(repr=False)
    path: str | None = None
    media: str | None = None
    lock: bytes | None = field(default=None, repr=False)
    """Of what is made of an agency's workbook: what it waits locked by."""
    keys: Mapping[str, str | None] = field(factory=dict)
    """The records it holds → the number each gets at the agency, where it is known beforehand."""


@frozen(kw_only=True)
class Parcel:
    """What leaves, or has left."""

    id: int
    agency: str
    place: str
    name: str
    sha256: str
    content: bytes | None = field(default=None, repr=False)
    path: str | None = None
    """Of a letter, where below the service's address it is posted; None for a file."""
    media: str | None = None
    state: State = "waiting"
    attempts: int = 0
    heard: int = 0
    """The attempts that were answered, and surely had no effect; any other may have arrived."""
    said: Mapping[str, Any] = field(factory=dict)
    """What stood in the way: a sentence in both languages, or the fields the agency refused; never a value."""
    references: tuple[str, ...] = ()
    """The centre's records it holds."""
    kind: str | None = None
    """Of which kind they are, by name."""
    axis: str = ""
    convention_digest: str = ""
    """The wording under which it was decided that it leaves."""
    on: date | None = None
    """The day that was decided."""


def put(connection: Connection, draft: Draft, *, batch: int, to: str, kind: Kind) -> int:
    """Add a parcel with the records it holds, which leave once; its number."""
    values = {name: getattr(draft, name) for name in ("place", "name", "content", "path", "media")}
    digest = hashlib.sha256(draft.content).hexdigest()
    values |= {"batch": batch, "sha256": digest, "state": "waiting", "attempts": 0}
    if draft.lock is not None:
        values |= {"content": locked(draft.content, draft.lock, digest), "media": LOCKED}
    number: int = connection.execute(insert(outbox).values(values).returning(outbox.c.id)).scalar_one()
    rows = [{"to": to, "kind": kind.name, "key": key, "parcel": number, "theirs": its} for key, its in draft.keys.items()]
    connection.execute(insert(sent), rows)
    return number


def names_at(connection: Connection, place: str) -> set[str]:
    """The names that parcels to a place ever had."""
    return set(connection.execute(select(outbox.c.name).where(outbox.c.place == place)).scalars())


def parcels(
    connection: Connection, *, agency: str | None = None, states: Iterable[State] = (), ids: Iterable[int] | None = None
) -> Sequence[Parcel]:
    """The parcels of an agency that are in some states, in the order they were decided."""
    names = ("id", "place", "name", "sha256", "content", "path", "media", "state", "attempts", "heard", "said")
    decided = (batch.c[name] for name in ("agency", "axis", "convention_digest", "on"))
    query = select(*decided, *(outbox.c[name] for name in names)).join(batch, batch.c.id == outbox.c.batch)
    query = query.where(batch.c.agency == agency) if agency else query
    query = query.where(outbox.c.state.in_(list(states))) if states else query
    query = query if ids is None else query.where(outbox.c.id.in_(list(ids)))
    rows = [dict(row) for row in connection.execute(query.order_by(outbox.c.id)).mappings()]
    held = _held(connection, [row["id"] for row in rows])
    return [Parcel(**{**row, "said": json.loads(row["said"] or "{}")}, **held.get(row["id"], {})) for row in rows]


def _held(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Parcel → the records it holds and their kind, which is one for all of them."""
    found: dict[int, dict[str, Any]] = {}
    query = select(sent.c.parcel, sent.c.kind, sent.c.key).where(sent.c.parcel.in_(ids)).order_by(sent.c.key)
    for parcel, kind, key in connection.execute(query):
        before = found.get(parcel, {"references": ()})["references"]
        found[parcel] = {"kind": kind, "references": (*before, key)}
    return found


def begin(connection: Connection, parcel: Parcel) -> bool:
    """A letter is about to be sent, and may have arrived from here on; False where it waits no longer."""
    waits = update(outbox).where(outbox.c.id == parcel.id, outbox.c.state == "waiting")
    return bool(connection.execute(waits.values(attempts=outbox.c.attempts + 1)).rowcount)


def has_left(connection: Connection, parcel: Parcel, *, theirs: str | None = None) -> bool:
    """A parcel is where it was to go: its content is kept no longer; `theirs` is the number its record got there.

    False where somebody else had said so, or had taken it back.
    """
    here = update(outbox).where(outbox.c.id == parcel.id, outbox.c.state.in_(["waiting", "refused"]))
    moved = connection.execute(here.values(content=None, state="left", said=None)).rowcount
    if moved and theirs is not None:
        connection.execute(update(sent).where(sent.c.parcel == parcel.id).values(theirs=theirs))
    return bool(moved)


def was_tried(
    connection: Connection, parcel: Parcel, said: Mapping[str, Any], *, refused: bool = False, heard: bool = False
) -> bool:
    """A letter could not be sent, or the agency does not take it as it is; what stood in the way is kept.

    `heard` says that the attempt was answered, and surely had no effect. False where it waits no longer: of two who send the
    same letter, the one it was accepted from is right.
    """
    values: dict[str, Any] = {"said": json.dumps(said, ensure_ascii=False), **({"state": "refused"} if refused else {})}
    values |= {"heard": outbox.c.heard + 1} if heard else {}
    waits = update(outbox).where(outbox.c.id == parcel.id, outbox.c.state == "waiting")
    return bool(connection.execute(waits.values(values)).rowcount)


def readdress(connection: Connection, ids: Iterable[int], place: str) -> None:
    """Letters are for another address of the same service from now on; their keys go with them."""
    connection.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(place=place))


def withdraw(connection: Connection, ids: Iterable[int]) -> list[str]:
    """Take parcels back: their records wait again, and leave anew; the records."""
    listed = list(ids)
    keys = list(connection.execute(select(sent.c.key).where(sent.c.parcel.in_(listed)).order_by(sent.c.key)).scalars())
    connection.execute(delete(sent).where(sent.c.parcel.in_(listed)))
    connection.execute(update(outbox).where(outbox.c.id.in_(listed)).values(content=None, state="withdrawn"))
    return keys


def sent_keys(connection: Connection, kind: Kind) -> set[str]:
    """The keys of the centre's records of a kind that are known to be where they were to go."""
    query = select(sent.c.key).join(outbox, outbox.c.id == sent.c.parcel)
    return set(connection.execute(query.where(sent.c.kind == kind.name, outbox.c.state == "left")).scalars())


def sent_on(connection: Connection, kind: Kind, only: Sequence[str] | None = None) -> dict[str, date]:
    """The centre's records of a kind that are where they were to go → the day they left."""
    gone = select(outbox.c.id).where(outbox.c.state == "left")
    query = select(sent.c.key, sent.c.parcel).where(sent.c.kind == kind.name, sent.c.parcel.in_(gone))
    query = query if only is None else query.where(sent.c.key.in_(only))
    left = dict(in_blocks(connection, query))
    parcels = set(left.values())
    # Many leave in one parcel: the day of each is looked up once.
    decided = select(outbox.c.id, batch.c.on).join(batch, batch.c.id == outbox.c.batch).where(outbox.c.state == "left")
    days = {number: day for number, day in connection.execute(decided) if number in parcels} | left_on(connection, parcels)
    return {key: days[parcel] for key, parcel in left.items()}


def left_on(connection: Connection, numbers: Collection[int]) -> dict[int, date]:
    """Parcel → the day the journal says it left: a service that was away for a week is reached a week after the decision."""
    told = select(journal.c.on, journal.c.facts).where(journal.c.act.in_(_LEAVING))
    found: dict[int, date] = {}
    for day, facts in connection.execute(told) if numbers else ():
        if (said := _PARCEL.search(facts)) and int(said[1]) in numbers:
            found[int(said[1])] = day
    return found


_LEAVING = ("deliver", "sent")
_PARCEL = re.compile(r'"parcel": ([0-9]+)')
"""Where a line says which; of a hundred thousand, reading all of each costs a second."""


def addressees(connection: Connection, kind: Kind) -> dict[str, str]:
    """The centre's records of a kind that leave, or have left → for which agency."""
    query = (
        select(sent.c.key, batch.c.agency).join(outbox, outbox.c.id == sent.c.parcel).join(batch, batch.c.id == outbox.c.batch)
    )
    return {row.key: row.agency for row in connection.execute(query.where(sent.c.kind == kind.name))}


def numbers_given(connection: Connection, *, to: str, kind: Kind) -> dict[str, str]:
    """The centre's records of a kind that an agency has → the numbers they got there."""
    query = select(sent.c.key, sent.c.theirs).where(sent.c.to == to, sent.c.kind == kind.name, sent.c.theirs.is_not(None))
    return {row.key: row.theirs for row in connection.execute(query.order_by(sent.c.key))}


def waiting(connection: Connection) -> int:
    """How many parcels have not left."""
    query = select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")
    return int(connection.execute(query).scalar_one())
