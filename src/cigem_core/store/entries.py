"""Entries of the quarantine: which ones the records of a file settle, and which ones its rows open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy import true as yes

from cigem_core.store.dialects import dialect_of
from cigem_core.store.identity import epoch
from cigem_core.store.schema import alias, quarantine
from cigem_core.store.staging import StagedFile, Staging


def settled(file: StagedFile, here: ColumnElement[bool], wrong: Table | None) -> Subquery:
    """The open entries that staged records settle: those they name, or else those that carry their key or one they replaced.

    By its key alone a record does not settle an entry faulted `unique`: it may well be the other holder. Nor does it
    settle by number one that a row of the same file still stands for (`wrong`: the rows that cannot be taken): a number
    copied along with a row does not speak for it. The ways are asked apart, as joins: databases find no quick way for
    "this or that" of each row.
    """
    rows = file.rows
    own = rows.c.key if file.names is None else rows.c.own
    is_open = and_(quarantine.c.agency == rows.c.agency, quarantine.c.kind == file.kind.name, quarantine.c.state == "open")
    unnamed = and_(here, rows.c.entry.is_(None), quarantine.c.is_unique == false())

    def pairs(*, by_number: bool) -> Select[Any]:
        named = yes() if by_number else false()
        return select(rows.c.place, rows.c.verdict, named.label("by_number"), quarantine.c.id.label("entry"), quarantine.c.sha256)

    by_number = and_(is_open, here, rows.c.entry.is_not(None), quarantine.c.id == rows.c.entry)
    if wrong is not None:
        theirs = (wrong.c.file == file.position, wrong.c.entry == quarantine.c.id, wrong.c.is_hollow == false())
        stands = exists().where(*theirs, _same_key(wrong, quarantine))
        by_number = and_(by_number, or_(and_(quarantine.c.scope == rows.c.scope, quarantine.c.key == own), ~stands))
    by_key = and_(is_open, unnamed, quarantine.c.scope == rows.c.scope, quarantine.c.key == own)
    ways = [
        pairs(by_number=True).join_from(rows, quarantine, by_number),
        pairs(by_number=False).join_from(rows, quarantine, by_key),
    ]
    if file.names is not None:
        of_record = and_(*(alias.c[name] == rows.c[name] for name in ("agency", "scope", "key")))
        replaced = and_(of_record, alias.c.kind == file.kind.name, alias.c.is_replaced)
        by_alias = and_(is_open, unnamed, quarantine.c.scope == alias.c.scope, quarantine.c.key == alias.c.alias)
        ways.append(pairs(by_number=False).join_from(rows, alias, replaced).join(quarantine, by_alias))
    return union_all(*ways).subquery()


def close(connection: Connection, found: Subquery, batch: int) -> None:
    """Close the entries that records settle; what was passed over settles only the one it names."""
    counts = or_(found.c.verdict.in_(("new", "changed", "unchanged")), and_(found.c.verdict == "older", found.c.by_number))
    mended = select(found.c.entry).where(counts)
    connection.execute(update(quarantine).where(quarantine.c.id.in_(mended)).values(state="corrected", closed_batch=batch))


def keep(staging: Staging, file: StagedFile, *, batch: int, sha256: str) -> int:
    """File the rows in quarantine, and say how many: seen again, a row is the same entry, in the state it is in."""
    rows, connection = staging.entries, staging.connection
    if rows is None:
        return 0
    here = rows.c.file == file.position
    named = (rows.c.entry == quarantine.c.id, quarantine.c.agency == file.agency, quarantine.c.kind == file.kind.name)
    # Settled before, and seen again; or left as it was, with nothing in it but its number.
    is_same = and_(_same_key(rows, quarantine), or_(quarantine.c.state == "dismissed", rows.c.is_unique == false()))
    says_nothing_new = exists().where(*named, or_(rows.c.is_hollow, and_(quarantine.c.state != "open", is_same)))
    in_vain = _in_vain(rows, and_(here, *named))
    taken = rows.c.place.in_(select(in_vain.c.place).where(in_vain.c.nth == 1))
    _open(connection, rows, and_(here, ~taken, ~says_nothing_new), file, batch=batch, sha256=sha256)
    said = ("scope", "key", "body", "faults", "is_unique")
    now = {name: case((in_vain.c.is_hollow, quarantine.c[name]), else_=in_vain.c[name]) for name in said}
    connection.execute(
        update(quarantine).where(in_vain.c.entry == quarantine.c.id, in_vain.c.nth == 1).values(now | {"last_batch": batch})
    )
    return int(connection.execute(select(func.count()).select_from(rows).where(here)).scalar_one())


def _in_vain(rows: Table, named: ColumnElement[bool]) -> Subquery:
    """The rows that name an open entry and are wrong still; of those that name the same one, the first stands for it."""
    carries = case((_same_key(rows, quarantine), 0), else_=1)
    order = (rows.c.is_hollow, carries, rows.c.is_unique, rows.c.place)
    nth = func.row_number().over(partition_by=rows.c.entry, order_by=order).label("nth")
    return select(*rows.c, nth).join_from(rows, quarantine, and_(named, quarantine.c.state == "open")).subquery()


def _same_key(rows: Table, entries: Table) -> ColumnElement[bool]:
    """Whether two rows carry one key, or neither any."""
    return and_(rows.c.scope == entries.c.scope, rows.c.key.is_not_distinct_from(entries.c.key))


def _open(connection: Connection, rows: Table, here: ColumnElement[bool], file: StagedFile, *, batch: int, sha256: str) -> None:
    nth = func.row_number().over(partition_by=rows.c.digest, order_by=rows.c.place)
    said: dict[str, ColumnElement[Any]] = {
        "agency": literal(file.agency), "kind": literal(file.kind.name), "digest": rows.c.digest, "occurrence": nth,
        "state": literal("open"), **{name: rows.c[name] for name in ("scope", "key", "body", "faults", "is_unique", "row")},
        "file": literal(file.name), "sha256": literal(sha256), "first_batch": literal(batch), "last_batch": literal(batch),
    }  # fmt: skip
    if above := epoch(connection).entries_above:
        # After a restore: a number given since the backup was made stands in a file out there, for another row.
        last = connection.execute(select(func.coalesce(func.max(quarantine.c.id), 0))).scalar_one()
        said["id"] = literal(max(last, above)) + func.row_number().over(order_by=rows.c.place)
    found = select(*said.values()).where(here).order_by(rows.c.place)
    upsert = dialect_of(connection).insert(quarantine).from_select([*said], found)
    again: dict[str, Any] = {name: upsert.excluded[name] for name in ("file", "sha256", "row", "last_batch")}
    # An entry that was corrected in vain holds the later text, and what is wrong with that.
    same = quarantine.c.body == upsert.excluded.body
    again |= {name: case((same, upsert.excluded[name]), else_=quarantine.c[name]) for name in ("faults", "is_unique")}
    connection.execute(upsert.on_conflict_do_update(index_elements=["agency", "kind", "digest", "occurrence"], set_=again))


def close_replaced(connection: Connection, file: StagedFile, batch: int) -> None:
    """A row whose record was edited, and the edit accepted, waits for nobody, in whichever order the two came."""
    is_open = (quarantine.c.agency == file.agency, quarantine.c.kind == file.kind.name, quarantine.c.state == "open")
    same = (alias.c[name] == quarantine.c[name] for name in ("agency", "kind", "scope"))
    replaced = exists().where(*same, alias.c.alias == quarantine.c.key, alias.c.is_replaced)
    connection.execute(
        update(quarantine)
        .where(*is_open, quarantine.c.is_unique == false(), replaced)
        .values(state="corrected", closed_batch=batch)
    )
