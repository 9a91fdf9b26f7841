"""Files that come again: an older one, corrections nobody mended, a name that is taken."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cigem_core import Convention, JobSeeker, Trainee, Workspace
from cigem_core.errors import DeclarationError, OperatorError, SourceRefused
from cigem_core.formats.naming import day_in
from cigem_core.policy import Mask
from cigem_core.report import Rule
from cigem_core.sdk import Adapter, Csv, Source, Table, column
from cigem_core.testing.hosts import hosting

ON = date(2009, 10, 1)


def pull(centre: Workspace, *files: object, again: bool = False):
    return centre.pull("anpe", *files, on=ON, by="awa", axis="employment-data", again=again)


@pytest.fixture
def rows(september) -> list[bytes]:
    """The header of ANPE's job seekers, and a few that are right."""
    return september[0].read_bytes().split(b"\r\n")[:4]


def write(folder: Path, name: str, rows: list[bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"".join(row + b"\r\n" for row in rows))
    return folder / name


def remarks(centre: Workspace) -> set[str | None]:
    return {seeker.remarks for seeker in centre.records(JobSeeker, agency="anpe")}


def test_older_file_saved_anew_rolls_nobody_back_unless_it_is_said(centre, rows, tmp_path):
    """October was taken: September, changed by a blank line, is refused; the very file that was taken changes nothing."""
    old = [rows[0], *(row.rpartition(b";")[0] + b";vieux" for row in rows[1:])]
    new = [row.replace(b"vieux", b"neuf") for row in old]
    september, october = write(tmp_path / "a", "demandeurs_200909.csv", old), write(tmp_path / "b", "demandeurs_200910.csv", new)
    saved_anew = write(tmp_path / "c", "demandeurs_200909.csv", [*old, b""])
    pull(centre, september)
    pull(centre, october)

    with pytest.raises(SourceRefused, match="--again"):
        pull(centre, saved_anew)
    same = pull(centre, september)

    assert remarks(centre) == {"neuf"}
    assert same.counts.changed == 0
    back = pull(centre, saved_anew, again=True)
    assert (back.counts.changed, back.returned) == (3, 3)
    assert "3 revenues à un état d'avant" in str(back)
    assert remarks(centre) == {"vieux"}


def test_every_receipt_says_how_many_went_back(centre, rows, tmp_path):
    """Where no name tells the month, the receipt is what shows it; whoever changes to something new is not counted."""
    said = ([b"vieux", b"vieux", b"vieux"], [b"neuf", b"autre", b"vieux"])
    bare = [row.rpartition(b";")[0] for row in rows[1:]]
    of_month = [[rows[0], *(b";".join(both) for both in zip(bare, words, strict=True))] for words in said]
    pull(centre, write(tmp_path / "a", "demandeurs_200909.csv", of_month[0]))
    second = pull(centre, write(tmp_path / "b", "demandeurs_200909.csv", of_month[1]))
    third = pull(centre, write(tmp_path / "c", "demandeurs_200909.csv", [of_month[0][0], *of_month[0][1:3], b""]))

    assert [(one.counts.changed, one.returned) for one in (second, third)] == [(2, 0), (2, 2)]
    assert third.as_dict()["returned"] == 2


def test_newer_file_of_another_table_hides_nothing(centre, rows, september, tmp_path):
    """Only files of the same table are older or newer."""
    offers = tmp_path / "offres_200911.csv"
    shutil.copy(september[1], offers)
    pull(centre, offers)

    assert pull(centre, write(tmp_path / "a", "demandeurs_200909.csv", rows)).counts.accepted == 3


def test_files_of_one_pull_count_by_the_days_of_their_names(centre, rows, tmp_path):
    """October given before September has the last word all the same; with `again`, the order given counts."""
    old = [rows[0], *(row.rpartition(b";")[0] + b";vieux" for row in rows[1:])]
    september = write(tmp_path / "a", "demandeurs_200909.csv", old)
    october = write(tmp_path / "b", "demandeurs_200910.csv", [row.replace(b"vieux", b"neuf") for row in old])

    pull(centre, october, september)

    assert remarks(centre) == {"neuf"}


LISTED = Table(
    JobSeeker,
    Csv("liste*.csv", delimiter=";"),
    {"reference": column("Ref"), "remarks": column("Obs")},
    dated=column("Arrêté au").date("dd/mm/yyyy"),
)
WORDING = Convention.from_toml("""
reference = "RADIO"
title = {fr = "Convention", en = "Convention"}
agency = {code = "radio", name = {fr = "Radio", en = "Radio"}}
begins = 2009-01-01
signed = {on = 2009-01-01, certainty = "stated"}

[[clause]]
article = "art. 1"
axis = "employment-data"
direction = "pull"
fields.job_seeker = ["reference", "remarks"]
""")


@pytest.fixture
def listing(new_database):
    """A centre to which an agency sends lists whose rows say of which day they are."""
    with Workspace.create(new_database("w"), on=ON, by="awa", plugins=hosting(Adapter("radio", pull=[LISTED]))) as made:
        made.install(WORDING, on=ON, by="awa")
        yield made


def listed(day: str, *rows: str) -> bytes:
    return "\r\n".join(["Ref;Obs;Arrêté au", *(f"{row};{day}" for row in rows)]).encode()


def take(centre: Workspace, *contents: bytes, again: bool = False):
    """The receipt of some lists, all under one name."""
    return centre.pull("radio", *(Source.of(one, "liste.csv") for one in contents), on=ON, by="awa", again=again)


def said(centre: Workspace) -> list[str | None]:
    return [one.remarks for one in centre.records(JobSeeker, agency="radio")]


def test_older_file_is_known_by_a_column_that_its_table_names(listing):
    """Whatever the file is called; the very file that was taken changes nothing, and `again` takes it."""
    take(listing, first := listed("31/08/2009", "A;vieux"))
    take(listing, listed("30/09/2009", "A;neuf"))

    with pytest.raises(SourceRefused, match="--again"):
        take(listing, anew := listed("31/08/2009", "A;vieux", ""))

    assert take(listing, first).counts.changed == 0
    assert said(listing) == ["neuf"]
    assert take(listing, anew, again=True).returned == 1
    assert take(listing, listed("30/09/2009", "A;autre")).counts.changed == 1


def test_lists_of_one_pull_count_by_their_days(listing):
    """The newest has the last word, in whatever order they are given."""
    take(listing, listed("30/09/2009", "A;neuf"), listed("31/08/2009", "A;vieux"))

    assert said(listing) == ["neuf"]


def test_the_day_of_a_file_is_the_latest_of_its_rows_up_to_the_exchange(listing):
    """A slip of one row, 2090 for 2009, makes no later list an older one; a cell that is no day is a fault of its row."""
    take(listing, b"Ref;Obs;Arr\xc3\xaat\xc3\xa9 au\r\nA;un;31/08/2009\r\nB;un;31/08/2090\r\nC;un;\r\n")
    receipt = take(listing, b"Ref;Obs;Arr\xc3\xaat\xc3\xa9 au\r\nA;deux;30/09/2009\r\nB;deux;fin septembre\r\n")
    ahead = take(listing, listed("31/10/2009", "A;trois"))

    assert [(str(fault.rule), fault.address.row) for fault in receipt.faults] == [("type", 3)]
    assert said(listing) == ["trois", "un", "un"]
    assert [one.rule for one in ahead.not_run] == ["dated"]


def test_mended_rows_of_an_older_list_come_home(listing, tmp_path):
    """They are of the day they were sent, and what was wrong with them is what is asked."""
    take(listing, listed("31/08/2009", "A;x", ";y"))
    take(listing, listed("30/09/2009", "B;z"))
    written = tmp_path / "a_corriger.csv"
    listing.corrections("radio", written, on=ON, by="awa")
    written.write_text(written.read_text("utf-8-sig").replace(";y;", "C;y;").replace(";;y", ";C;y"), "utf-8-sig")

    receipt = listing.pull("radio", written, on=ON, by="awa")

    assert (receipt.counts.new, len(listing.quarantine())) == (1, 0)


def test_days_are_told_by_a_column_of_days_that_may_be_seen():
    """Another column is refused when it is declared; one that the mask hides is not looked at, which is said."""
    with pytest.raises(DeclarationError, match="dated="):
        Table(JobSeeker, Csv("x.csv"), {"reference": column("Ref")}, dated=column("Obs"))
    table = Table(
        JobSeeker, Csv("x.csv", delimiter=";"),
        {"reference": column("Ref"), "registered_on": column("Le").date("dd/mm/yyyy")}, dated=column("Le").date("dd/mm/yyyy"),
    )  # fmt: skip
    batch = table.read(b"Ref;Le\nA;01/09/2009\n", Mask(fields={"job_seeker": frozenset({"reference"})}))

    assert (batch.days, [one.rule for one in batch.not_run]) == (frozenset(), ["dated"])
    assert table.read(b"Ref;Le\nA;01/09/2009\n").days == {"2009-09-01"}


@pytest.mark.parametrize(("pattern", "name", "day"), [
    ("d_{yyyymm}.csv", "D_200909.CSV", "200909"), ("d_{yyyymmdd}*.csv", "d_20091002 (2).csv", "20091002"),
    ("plan_{yyyy}.xlsx", "plan_2009.xlsx", "2009"), ("{dd}-{mm}-{yyyy}.csv", "02-10-2009.csv", "20091002"),
    ("d.csv", "d.csv", None), ("d_{yyyymm}.csv", "x.csv", None), ("{dd}{mm}.csv", "0210.csv", None),
    ("d_{yyyymm}.csv", "Copie de d_200909 (2).csv", "200909"), ("d_{yyyymm}.csv", "d_200909.csv.csv", "200909"),
    ("d_{yyyymm}.csv", "d_2009091.csv", None), ("d_{yyyymm}.csv", "d_200913.csv", None), ("{yyyy}.csv", "export-1234.csv", None),
])  # fmt: skip
def test_names_tell_days_that_can_be_compared(pattern, name, day):
    """Whatever the order of their stamps; without a year nothing is told."""
    assert day_in(pattern, name) == day


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_row_that_lacked_cells_waits_until_something_is_put_into_it(centre, rows, ending, tmp_path):
    """The file came back as it was written: the row is no better than it was, the second time as little as the first."""
    short = b";".join(rows[2].split(b";")[:9])
    pull(centre, write(tmp_path / "a", "demandeurs_200909.csv", [rows[0], rows[1], short]))

    for turn in range(2):
        path = tmp_path / f"turn{turn}{ending}"
        centre.corrections("anpe", path, on=ON, by="awa")
        receipt = pull(centre, path)

        assert [fault.rule for fault in receipt.faults] == [Rule.MISSING_CELL]
        assert len(centre.quarantine()) == 1


def test_row_that_lacked_cells_and_lost_its_number_is_known_by_its_key(centre, rows, tmp_path):
    """Without the column of the numbers it says no more than it did."""
    pull(centre, write(tmp_path / "a", "demandeurs_200909.csv", [rows[0], b";".join(rows[2].split(b";")[:9])]))
    path = tmp_path / "a_corriger.xlsx"
    centre.corrections("anpe", path, on=ON, by="awa")
    book = openpyxl.load_workbook(path)
    [sheet] = book
    sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "N° anomalie"))
    book.save(path)

    assert [fault.rule for fault in pull(centre, path).faults] == [Rule.MISSING_CELL]
    assert len(centre.quarantine()) == 1


def test_corrections_never_take_the_place_of_a_file(centre, rows, tmp_path):
    """Somebody may be mending it."""
    pull(centre, write(tmp_path / "a", "demandeurs_200909.csv", [rows[0], rows[1], b"x;y"]))
    path = tmp_path / "a_corriger.xlsx"
    centre.corrections("anpe", path, on=ON, by="awa")
    path.write_bytes(b"mended")

    with pytest.raises(OperatorError, match="is there already"):
        centre.corrections("anpe", path, on=ON, by="awa")

    assert path.read_bytes() == b"mended"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


SUBMISSION = {
    "start": "2009-09-09T09:12:00.000+00:00", "stagiaire/prenom": "Alou", "stagiaire/sexe": "m",
    "stagiaire/precision_naissance": "annee", "stagiaire/annee_naissance": "1985", "stagiaire/region": "ml_3",
    "formation/filiere": "soudure", "formation/debut": "2009-06-02", "formation/heures_suivies": "41",
    "formation/resultat": "abandon",
}  # fmt: skip


def submitted(own: str, number: int, name: str, **more: str) -> bytes:
    """A document of one submission to UFAE's form."""
    ids = {"_id": number, "_uuid": own, "meta/instanceID": f"uuid:{own}", "stagiaire/nom": name}
    return json.dumps({"count": 1, "results": [{**SUBMISSION, **ids, **more}]}).encode()


def test_a_submission_under_somebody_elses_id_is_a_fault_in_a_later_file_too(centre):
    """The service numbers each: one id under another number, of whom something else is said, is of two people."""

    def take(content: bytes):
        return centre.pull("ufae", Source.of(content, "submissions.json"), on=ON, by="awa")

    take(submitted("u1", 41000, "Dembélé"))
    other = take(submitted("u1", 41099, "Touré"))
    same = take(submitted("u1", 41000, "Dembele"))
    moved = take(submitted("u1", 50000, "Dembele"))
    edited = take(submitted("u2", 41000, "Dembélé A.", **{"meta/deprecatedID": "uuid:u1"}))

    assert [fault.rule for fault in other.faults] == [Rule.UNIQUE]
    assert [one.counts.quarantined for one in (other, same, moved, edited)] == [1, 0, 0, 0]
    assert [someone.identity.family_name for someone in centre.records(Trainee, agency="ufae")] == ["Dembélé A."]
