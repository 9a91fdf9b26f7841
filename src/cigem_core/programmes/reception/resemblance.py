"""Records that plainly speak of someone the centre has a file on: found, and only suggested."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, func, inspect, or_, select

from cigem_core.model.fields import CENTRE, Kind, build, kind_of, kinds
from cigem_core.model.identity import Identity
from cigem_core.model.kinship import Kinship, proofs_between
from cigem_core.model.migrants import Migrant
from cigem_core.model.refs import Ref
from cigem_core.store.records import restored
from cigem_core.store.schema import current


@frozen(kw_only=True)
class Suggested:
    """A record that plainly speaks of the same person, and what shows it; an officer decides."""

    record: Ref
    proofs: tuple[Kinship, ...]


def suggested_for(connection: Connection, migrant: Migrant, told: Sequence[Any], tied: Collection[str]) -> list[Suggested]:
    """Agencies' records not yet tied to a file, and other files, that plainly speak of the same person.

    `told` are the records that tell of the person already: what they know is looked for as well.
    """
    known = [one.identity for one in (migrant, *told) if getattr(one, "identity", None)]
    found: list[Suggested] = []
    for kind in kinds():
        if kind.name != "referral" and {"identity.nina", "identity.phones"} <= kind.fields.keys():
            for ref, identity in _marked(connection, kind, known):
                if str(ref) in tied or (ref.kind, ref.key) == ("migrant", migrant.reference):
                    continue
                proofs = {proof for who in known for proof in proofs_between(who, identity)}
                if proofs and not (ref.kind == "migrant" and _is_joined(connection, ref)):
                    found.append(Suggested(record=ref, proofs=tuple(proof for proof in Kinship if proof in proofs)))
    return sorted(found, key=lambda one: str(one.record))


def _marked(connection: Connection, kind: Kind, known: Sequence[Identity]) -> Iterator[tuple[Ref, Identity]]:
    """The records of a kind that share a national number or a phone with somebody known."""
    table = current(kind)
    if not inspect(connection).has_table(table.name) or kind.name == "registration":
        return
    asked: list[ColumnElement[bool]] = []
    for who in known:
        if who.nina:
            asked.append(func.replace(func.lower(table.c["identity.nina"]), " ", "") == "".join(who.nina.lower().split()))
        asked += [table.c["identity.phones"].like(f'%"{phone}"%') for phone in who.phones]
    if not asked:
        return
    query = select(table).where(or_(*asked)).order_by(table.c.agency, table.c.scope, table.c.key)
    for row in connection.execute(query).mappings():
        record = build(kind, restored(kind, dict(row)))
        if record.identity is not None:
            yield Ref(row["agency"], kind.name, row["key"], row["scope"] or None), record.identity


def _is_joined(connection: Connection, ref: Ref) -> bool:
    table = current(kind_of(Migrant))
    query = select(table.c.joined_to).where(table.c.agency == CENTRE, table.c.key == ref.key)
    return connection.execute(query).scalar() is not None
