"""Exchanges by hand: frames of accepted records and rows in quarantine, kept as a pull keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from attrs import field, frozen

from cigem_core.model.conventions import Convention
from cigem_core.model.fields import Kind, kind_of
from cigem_core.model.receipts import Counts
from cigem_core.policy import permit
from cigem_core.sdk.frames import column_of
from cigem_core.store import Store
from cigem_core.store.acts import begin
from cigem_core.store.batches import add_file, was_taken
from cigem_core.store.merging import merge, pending
from cigem_core.store.schema import ensure

ON = date(2009, 10, 1)
CONVENTION = Convention.from_toml(
    """
    reference = "TRIAL-2009"
    title.fr = "Essai"
    title.en = "Trial"
    agency.code = "trial"
    agency.name.fr = "Structure d'essai"
    agency.name.en = "Trial agency"
    begins = 2009-01-01

    [signed]
    on = 2009-01-01
    certainty = "stated"

    [[clause]]
    article = "art. 1"
    axis = "training"
    direction = "pull"
    purpose = "https://w3id.org/dpv#ServiceProvision"
    cargo = true
    fields.training_plan = "*"
    fields.training_module = "*"
    fields.training_session = "*"
    fields.enrolment = "*"
    fields.budget_line = "*"
    fields.trainee = "*"
    fields.evaluation = "*"
    fields.young_person = "*"
    """
)


@frozen(kw_only=True)
class File:
    """What one file holds: accepted records and rows in quarantine, as dicts of stored forms."""

    kind: type
    accepted: Sequence[Mapping[str, Any]] = ()
    """Fields by name; `#replaces` and `#entry`; children as lists of dicts under the name of their kind."""
    wrong: Sequence[Mapping[str, Any]] = ()
    """`key` and `scope`, `#replaces`, and whatever else tells one row from another."""
    fields: tuple[str, ...] | None = None
    children: Mapping[str, tuple[str, ...]] = field(factory=dict)
    edits: bool = False
    latest: str | None = None
    repeats: bool = False
    blocks: int = 1

    @property
    def sha256(self) -> str:
        """What tells this file from another."""
        return hashlib.sha256(json.dumps([self.accepted, self.wrong], default=str).encode()).hexdigest()


def keep(store: Store, *files: File, agency: str = "trial") -> list[Counts]:
    """Keep what some files hold, in one exchange; what became of each."""
    with store.staging() as staging:
        staged = [_staged(staging, file, agency) for file in files]
        with staging.connection.begin():
            involved = [kind_of(f.kind) for f in files] + [kind_of(name) for f in files for name in f.children]
            ensure(staging.connection, involved)
            granted = permit([CONVENTION], agency="trial", direction="pull", on=ON, kinds=involved)
            batch = begin(staging.connection, "pull", agency=granted.convention.agency.code, on=ON, by="awa", granted=granted)
            found = []
            for file, room in zip(files, staged, strict=True):
                mask = json.dumps([agency, file.fields, sorted(file.children.items())])
                known = was_taken(staging.connection, file.sha256, room.kind, mask)
                counts = merge(staging, room, batch=batch, sha256=file.sha256, is_known=known)
                add_file(staging.connection, batch, room, mask, file.sha256, counts)
                assert counts.balances
                found.append(counts)
            keep.pending = pending(staging)
            return found


def _staged(staging: Any, file: File, agency: str) -> Any:
    kind = kind_of(file.kind)
    names = file.fields or tuple(kind.fields)
    inside = {name: tuple(kind_of(name).fields[f] for f in some) for name, some in file.children.items()}
    room = staging.open(
        "f", kind, tuple(f for f in kind.fields.values() if f.name in names),
        agency=agency, children=inside, edits=file.edits, latest=file.latest, repeats=file.repeats,
    )  # fmt: skip
    size = -(-len(file.accepted) // file.blocks) or 1
    for first in range(0, max(len(file.accepted), 1), size):
        rows = file.accepted[first : first + size]
        children = {name: _children(kind, kind_of(name), some, rows) for name, some in file.children.items()}
        staging.accept(room, _accepted(kind, names, rows), children)
    staging.quarantine(room, [_entry(number, row) for number, row in enumerate(file.wrong)])
    return room


def _accepted(kind: Kind, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    columns = [column_of(f, [row.get(f.name) for row in rows]) for f in kind.fields.values() if f.name in names]
    beside = {"#cargo": pl.String, "#entry": pl.Int64, "#replaces": pl.List(pl.String), "#row": pl.Int64}
    columns += [pl.Series(name, [row.get(name) for row in rows], dtype=dtype) for name, dtype in beside.items()]
    return pl.DataFrame(columns)


def _children(kind: Kind, child: Kind, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    parent = next(f.name for f in child.keys if f.refers_to)
    key = kind.keys[0].name
    listed = [
        {parent: row[key], "position": position, **one, "#row": row.get("#row")}
        for row in rows
        for position, one in enumerate(row.get(child.name, ()))
    ]
    columns = [column_of(child.fields[name], [one.get(name) for one in listed]) for name in names]
    with_rows = any("#row" in row for row in rows)
    return pl.DataFrame(columns + ([pl.Series("#row", [one["#row"] for one in listed], dtype=pl.Int64)] if with_rows else []))


def _entry(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: row.get(name) for name in ("key", "#replaces", "entry")}
    return {
        **said, "place": number, "row": str(row.get("key")), "scope": row.get("scope", ""),
        "body": json.dumps(row, sort_keys=True), "faults": "[]", "is_unique": row.get("is_unique", False),
        "is_hollow": False,
    }  # fmt: skip
