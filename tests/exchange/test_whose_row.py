"""Whose row is it: numbers copied along, keys that are somebody's, rows that come home as they left."""

from __future__ import annotations

import csv
from datetime import date

import polars as pl
import pytest

from cigem_anpe import offers
from cigem_core import JobOffer, Workspace
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.training import TrainingModule
from cigem_core.sdk import Csv, Table, column

ON = date(2009, 10, 1)
NUMBER = "N° anomalie"


def pull(centre: Workspace, path, *rows: dict[str, str]):
    """A file of these rows, in which columns they do not speak of are empty."""
    columns = dict.fromkeys([*offers.headers, *(name for row in rows for name in row)])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(columns), delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
    return centre.pull("anpe", path, on=ON, by="awa", axis="employment-data")


def offer(key: str, status: str = "O", employer: str = "Sotelma") -> dict[str, str]:
    return {"N° offre": key, "Statut": status, "Employeur": employer}


def told(centre: Workspace) -> list[tuple[int, str | None, list[str]]]:
    """The open entries: number, key and rules."""
    return [(e.id, e.key, [str(fault.rule) for fault in e.faults]) for e in centre.quarantine()]


def employers(centre: Workspace) -> dict[str, str | None]:
    return {record.reference: record.employer for record in centre.records(JobOffer)}


@pytest.fixture
def twice(centre, tmp_path) -> Workspace:
    """Two rows of one number: the first is taken, the second waits as entry 1."""
    pull(centre, tmp_path / "offres_200909.csv", offer("OF-1"), offer("OF-1", employer="Double"), offer("OF-2", employer="Autre"))
    assert told(centre) == [(1, "OF-1", ["unique"])]
    return centre


def test_a_double_stays_refused_while_its_number_is_somebodys(twice, tmp_path):
    """Its first holder's, or any other's."""
    for key in ("OF-1", "OF-2"):
        receipt = pull(twice, tmp_path / "a.csv", {**offer(key, employer="Double"), NUMBER: "1"})
        assert receipt.counts.quarantined == 1

    assert employers(twice) == {"OF-1": "Sotelma", "OF-2": "Autre"}
    assert pull(twice, tmp_path / "a.csv", {**offer("OF-3", employer="Double"), NUMBER: "1"}).counts.new == 1
    assert told(twice) == []


def test_a_double_that_was_dismissed_and_comes_home_overwrites_nobody(twice, tmp_path):
    twice.dismiss(1, because="doublon", on=ON, by="awa")

    pull(twice, tmp_path / "a.csv", {**offer("OF-1", employer="Double"), NUMBER: "1"})

    assert (employers(twice)["OF-1"], told(twice)) == ("Sotelma", [])


def test_a_first_holder_in_quarantine_keeps_its_number_wherever_it_stands(centre, tmp_path):
    """The officer sorts the sheet, and the double comes first."""
    pull(centre, tmp_path / "offres_200909.csv", offer("OF-1", status="Z"), offer("OF-1", employer="Double"))
    double, holder = {**offer("OF-1", employer="Double"), NUMBER: "2"}, {**offer("OF-1"), NUMBER: "1"}

    receipt = pull(centre, tmp_path / "a.csv", double, holder)

    assert [(f.address.row, str(f.rule)) for f in receipt.faults] == [(2, "unique")]
    assert (employers(centre), told(centre)) == ({"OF-1": "Sotelma"}, [(2, "OF-1", ["unique"])])


def test_a_row_copied_by_mistake_keeps_the_true_one_from_nothing(centre, tmp_path):
    """Sent back twice, wrong as it was, the row is still its entry; alone and mended, it is taken."""
    pull(centre, tmp_path / "offres_200909.csv", offer("OF-1", status="Z"))
    pull(centre, tmp_path / "a.csv", *[{**offer("OF-1", status="Z"), NUMBER: "1"}] * 2)
    assert [(number, rules) for number, _, rules in told(centre) if number == 1] == [(1, ["enum"])]

    pull(centre, tmp_path / "a.csv", {**offer("OF-1"), NUMBER: "1"})

    assert employers(centre) == {"OF-1": "Sotelma"}
    assert 1 not in [number for number, *_ in told(centre)]


def test_a_number_copied_to_another_record_does_not_close_the_row_that_is_still_wrong(centre, tmp_path):
    pull(centre, tmp_path / "offres_200909.csv", offer("OF-1", status="Z"))

    receipt = pull(centre, tmp_path / "a.csv", {**offer("OF-9"), NUMBER: "1"}, {**offer("OF-1", status="Y"), NUMBER: "1"})

    assert (receipt.counts.accepted, receipt.counts.quarantined) == (1, 1)
    assert told(centre) == [(1, "OF-1", ["enum"])]
    assert [v["corrects"] for v in centre.store.versions(kind_of(JobOffer), "OF-9", agency="anpe")] == [None]


def test_numbers_dragged_down_a_column_lose_no_row(centre, tmp_path):
    """Each row that is wrong stands in quarantine, whatever its number says."""
    pull(centre, tmp_path / "offres_200909.csv", offer("OF-1", status="Z"), offer("OF-2", status="Z"))

    pull(centre, tmp_path / "a.csv", {**offer("OF-1", status="Y"), NUMBER: "1"}, {**offer("OF-2", status="Y"), NUMBER: "1"})

    assert {key for _, key, _ in told(centre)} == {"OF-1", "OF-2"}


def test_a_row_left_as_it_was_keeps_its_origin(centre, tmp_path):
    """Its cells are still empty, and the next file shows it as it came all the same."""
    path = tmp_path / "offres_200909.csv"
    path.write_text(";".join(offers.headers) + '\nOF-1;So"telma' + ";" * (len(offers.headers) - 2) + "\n", "utf-8")
    centre.pull("anpe", path, on=ON, by="awa", axis="employment-data")

    centre.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")
    first = (tmp_path / "a.csv").read_bytes()
    centre.pull("anpe", tmp_path / "a.csv", on=ON, by="awa", axis="employment-data")
    centre.corrections("anpe", tmp_path / "b.csv", on=ON, by="awa")

    assert b'So"telma' in first.replace(b'""', b'"')
    assert (tmp_path / "b.csv").read_bytes() == first
    assert told(centre) == [(1, "OF-1", ["structure"])]


def test_two_copies_mended_by_two_officers_open_nothing_again(centre, tmp_path):
    """One row has a column the other lacks, so neither comes home with the cells it left with."""
    pull(centre, tmp_path / "offres_200909.csv", {**offer("OF-1", status="Z"), "Note": "x"})
    pull(centre, tmp_path / "offres_200910.csv", offer("OF-2", status="Z"))
    one, two = {**offer("OF-1"), NUMBER: "1"}, {**offer("OF-2"), NUMBER: "2"}

    pull(centre, tmp_path / "a.csv", one, two | {"Statut": "Z"})
    pull(centre, tmp_path / "b.csv", one | {"Statut": "Z"}, two)

    assert (sorted(employers(centre)), told(centre)) == (["OF-1", "OF-2"], [])


class Elsewhere:
    """A store in which plan P's module M1 is somebody's, and entry 1 was refused for carrying its code."""

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:
        return None

    def repeated(self, kind: Kind) -> dict[int, str | None]:
        return {1: "P\x1fM1"}

    def short(self, table: Table) -> dict[int, dict[str, str]]:
        return {}

    def came_without(self, kind: Kind, entries: list[int], keys: list[str]) -> dict[int | str, frozenset[str]]:
        return {}

    def held(self, kind: Kind) -> pl.Series:
        return pl.Series(["P\x1fM1"])


@pytest.mark.parametrize(("plan", "wrong"), [("P", ["unique"]), ("Q", [])])
def test_keys_that_are_unique_inside_something_are_compared_inside_it(plan, wrong):
    modules = Table(
        TrainingModule, Csv("m.csv", delimiter=";"), {"plan": column("Plan").reference(), "reference": column("Code")}
    )

    (batch,) = modules.scan(f"Plan;Code;{NUMBER}\n{plan};M1;1\n".encode(), known=Elsewhere())

    assert [str(fault.rule) for fault in batch.faults] == wrong
