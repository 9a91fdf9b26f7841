"""Whom referrals speak of, for the lists an officer reads: names of files, of agencies' records, or of the referral itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, inspect, select

from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.identity import Identity
from cigem_core.model.referrals import Referral
from cigem_core.programmes.reception.searching import lines
from cigem_core.store.schema import current

_AT_ONCE = 500
_MANY = 20_000
"""Records beyond which a whole table is looked through, instead of asked for one by one."""


def names_of_referrals(connection: Connection, referrals: Iterable[Referral]) -> dict[str, str]:
    """Referral → the name of whom it speaks of."""
    found: dict[str, str] = {}
    about: dict[tuple[str, str], dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in referrals:
        if one.identity is not None:
            found[one.reference] = _name(one.identity)
        elif one.subject is not None:
            subject = one.subject
            about[str(subject.agency), str(subject.kind)][subject.scope or "", str(subject.key)].append(one.reference)
    for (agency, name), asked in about.items():
        for key, called in _names(connection, agency, kind_of(name), asked.keys()):
            for number in asked.get(key, ()):
                found[number] = called
    return found


def _names(
    connection: Connection, agency: str, kind: Kind, asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    keys = sorted({key for _, key in asked})
    if (agency, kind.name) == (CENTRE, "migrant"):
        for one in lines(connection, numbers=keys if len(keys) < _MANY else None):
            yield ("", one.number), one.name
        return
    table = current(kind)
    columns = [table.c[name] for name in ("identity.family_name", "identity.given_names") if name in kind.fields]
    if not columns or not inspect(connection).has_table(table.name):
        return
    query = select(table.c.scope, table.c.key, *columns).where(table.c.agency == agency)
    for at in range(0, len(keys), _AT_ONCE):
        for scope, key, *names in connection.execute(query.where(table.c.key.in_(keys[at : at + _AT_ONCE]))):
            yield (scope, key), " ".join(filter(None, names))


def _name(who: Identity) -> str:
    return " ".join(filter(None, (who.family_name, who.given_names)))
