"""The same content in another dress: other encoding, order, headers and undeclared columns change nothing but the cargo."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date
from pathlib import Path

import pytest

from cigem_anpe import anpe
from cigem_core import Workspace
from cigem_core.model.fields import kind_of
from cigem_core.model.receipts import Receipt

ON = date(2009, 10, 1)
DRESSES = [lambda name: name, str.upper, str.lower, lambda name: f"  {name.replace(' ', '   ')}\u00a0", lambda name: f"\t{name} "]


def dressed(path: Path, folder: Path) -> Path:
    """A file in UTF-8 with a byte order mark: columns shuffled, headers with stray spaces and in another case, one unknown."""
    draw = random.Random(path.name)
    header, *rows = csv.reader(io.StringIO(path.read_bytes().decode("cp1252"), newline=""), delimiter=";")
    order = [*range(len(header)), len(header)]
    draw.shuffle(order)
    names = [*(draw.choice(DRESSES)(name) for name in header), "Vu par"]
    made = [[names[at] for at in order]]
    for number, row in enumerate(rows):
        # A row of another width stays one: what it has too few or too many of is at its end.
        cells = [*row, f"Agent {number}"] if len(row) == len(header) else None
        made.append([cells[at] for at in order] if cells else [*row, f"Agent {number}"])
    target = folder / path.name
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(made)
    return target


def told(receipt: Receipt) -> dict[str, object]:
    """What a receipt says, but for what names the very bytes."""
    said = receipt.as_dict()
    files = [{"path": file["path"], "kinds": file["kinds"]} for file in said["files"]]
    faults = [{**fault, "message": None} if fault["column"] is None else fault for fault in said["faults"]]
    return {**said, "journal": None, "files": files, "faults": faults}


def records(centre: Workspace) -> dict[tuple[str, str], dict[str, object]]:
    """Every record of the three kinds, without its cargo."""
    kinds = [table.kind for table in anpe.pull if table.kind.name != "referral_answer"]
    return {
        (kind.name, row["key"]): {name: value for name, value in row.items() if name != "cargo"}
        for kind in kinds
        for row in centre.store.records(kind)
    }


@pytest.fixture
def both(new_database, september, tmp_path):
    """The two workspaces, and what each said."""
    plain, other = (Workspace.create(new_database(name), on=ON, by="awa") for name in ("plain", "other"))
    (tmp_path / "in").mkdir()
    files = [dressed(path, tmp_path / "in") for path in september]
    receipts = [
        centre.pull("anpe", *given, on=ON, by="awa", axis="employment-data")
        for centre, given in ((plain, september), (other, files))
    ]
    yield plain, other, receipts
    plain.close()
    other.close()


def test_the_same_rows_are_accepted_and_the_same_cells_are_named(both):
    """But for a byte order mark, an order, spaces, letter case and a column nobody declared, it is the same file."""
    plain, other, (first, second) = both

    assert told(second) == told(first)
    assert first.counts.accepted == 1240
    assert records(other) == records(plain)


def test_the_column_nobody_declared_is_kept_with_its_record_and_written_back(both, tmp_path):
    _, other, _ = both
    kind = kind_of("job_offer")
    rows = list(other.store.records(kind))

    assert all(json.loads(row["cargo"])["Vu par"].startswith("Agent ") for row in rows)

    offers = next(table for table in anpe.pull if table.kind is kind)
    batch = offers.read(tmp_path / "in" / "offres_200909.csv")
    offers.write(batch, tmp_path / "offres_200911.csv")
    again = offers.read(tmp_path / "offres_200911.csv")
    assert again.accepted["#cargo"].to_list() == batch.accepted["#cargo"].to_list()
    assert again.accepted.drop("#row").equals(batch.accepted.drop("#row"))
