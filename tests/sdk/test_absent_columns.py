"""Columns that some files come without: their fields are not spoken of there, and it is told."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from attrs import frozen
from openpyxl import load_workbook
from wordings_made import agreed

from cigem_core import Workspace
from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.model.fields import field, key, kind
from cigem_core.sdk import Adapter, Csv, Table, column, required_when
from cigem_core.testing.hosts import hosting


@kind("stall", fr="étal", en="stall")
@frozen(kw_only=True)
class Stall:
    """A place at the market."""

    reference: str = key("Number", fr="N°")
    trade: str | None = field("Trade", fr="Métier")
    since: date | None = field("Since", fr="Depuis")


stalls = Table(Stall, Csv("etals*.csv", delimiter=";", encodings=("utf-8-sig",)), {
    "reference": column("N°"),
    "trade": column("Métier").if_there(),
    "since": column("Depuis").date("dd/mm/yyyy"),
}, rules=[required_when("since", "trade")])  # fmt: skip
market = Adapter("marche", pull=[stalls])
ON = date(2009, 10, 1)
AGREED = agreed("marche", stall=["*"])


def test_a_file_without_the_column_is_read_and_says_so():
    batch = stalls.read("N°;Depuis\n1;01/01/2009\n2;\n".encode())

    assert batch.accepted.height == 2
    assert "trade" not in batch.accepted.columns
    assert [(one.rule, one.reason.en) for one in batch.not_run] == [
        ("required_when(since, trade)", "these columns are not in the file: Métier"),
        ("columns", "these columns are not in the file: Métier"),
    ]
    assert stalls.read("N°;Métier;Depuis\n1;maçon;01/01/2009\n".encode()).not_run == ()


def test_any_other_column_must_be_there():
    with pytest.raises(SourceRefused, match="Depuis"):
        stalls.read("N°;Métier\n1;maçon\n".encode())


def test_a_row_that_cannot_be_aligned_is_kept_whole_all_the_same():
    batch = stalls.read("N°;Depuis\n1;01/01/2009;x\n".encode())

    assert batch.quarantined["#text"].to_list() == ["1;01/01/2009;x"]


def test_what_is_required_cannot_be_absent():
    for lens in (column("N°").if_there(), column("N°").required().if_there()):
        with pytest.raises(DeclarationError, match="its column cannot be absent"):
            Table(Stall, stalls.format, {**stalls.lenses, "reference": lens})


def test_what_is_known_stays_where_a_later_file_does_not_speak_of_it(new_database, tmp_path):
    """Also of a row that was mended: its file of corrections speaks of no more than its own file did."""
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(market)) as centre:
        centre.install(AGREED, on=ON, by="awa")
        for text in ("N°;Métier;Depuis\n1;maçon;01/01/2009\n2;tailleur;01/01/2009\n", "N°;Depuis\n1;02/01/2009\n2;hier\n"):
            centre.pull("marche", text.encode(), on=ON, by="awa")
        centre.corrections("marche", tmp_path / "a_corriger.csv", on=ON, by="awa")
        text = (tmp_path / "a_corriger.csv").read_text("utf-8-sig")
        (tmp_path / "mended.csv").write_text(text.replace("hier", "03/01/2009"), "utf-8-sig")
        centre.pull("marche", tmp_path / "mended.csv", on=ON, by="awa")
        kept = {one.reference: (one.trade, one.since.day) for one in centre.records(Stall)}

    assert kept == {"1": ("maçon", 2), "2": ("tailleur", 3)}


FULL = "N°;Métier;Depuis\n1;maçon;01/01/2009\n2;tailleur;01/01/2009\n3;potier;01/01/2009\n4;forgeron;01/01/2009\n"
WITHOUT_TRADE = "N°;Depuis\n1;hier\n2;hier\n5;hier\n6;03/01/2009;x\n"
WITH_TRADE = "N°;Métier;Depuis\n3;;hier\n4;sculpteur;hier\n"


def _mended(centre, tmp_path, ending: str, mend) -> dict[str, str | None]:
    """What each stall trades in once its corrections came home, as `mend` changed their rows by column."""
    path, home = tmp_path / f"a_corriger{ending}", tmp_path / f"mended{ending}"
    centre.corrections("marche", path, on=ON, by="awa")
    if ending == ".xlsx":
        book = load_workbook(path)
        lines = book.active.iter_rows()
        titles = [cell.value for cell in next(lines)]
        for row in lines:
            mended = mend({title: cell.value or "" for title, cell in zip(titles, row, strict=True)})
            for title, cell in zip(titles, row, strict=True):
                cell.value = (mended[title] or None) if title else None
        book.save(home)
    else:
        lines = list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
        with home.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.DictWriter(file, [name for name in lines[0] if name], delimiter=";")
            out.writeheader()
            out.writerows(mend({name: text for name, text in line.items() if name}) for line in lines)
    centre.pull("marche", home, on=ON, by="awa")
    return {one.reference: one.trade for one in centre.records(Stall)}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_cell_that_a_row_came_without_and_is_blank_says_nothing(ending, new_database, tmp_path):
    """Rows of one corrections file came from several; a cell that is filled counts, and one emptied where it stood too."""
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(market)) as centre:
        centre.install(AGREED, on=ON, by="awa")
        for text in (FULL, WITHOUT_TRADE, WITH_TRADE):
            centre.pull("marche", text.encode(), on=ON, by="awa")
        still = _mended(centre, tmp_path, ending, lambda row: row | {"Depuis": "bientôt"})
        (tmp_path / f"a_corriger{ending}").unlink()
        filled = {"2": "couturier", "4": "", "6": "boulanger"}
        kept = _mended(
            centre, tmp_path, ending,
            lambda row: row | {"N°": row["N°"][:1] or "6", "Depuis": "02/01/2009"}
            | ({"Métier": filled[row["N°"][:1]]} if row["N°"][:1] in filled else {}),
        )  # fmt: skip
        again = centre.pull("marche", tmp_path / f"mended{ending}", on=ON, by="awa")
        centre.pull("marche", "N°;Depuis\n1;avant-hier\n".encode(), on=ON, by="awa")
        (tmp_path / "unnumbered.csv").write_text("N°;Métier;Depuis;N° anomalie\n1;;04/01/2009;\n", "utf-8-sig")
        centre.pull("marche", tmp_path / "unnumbered.csv", on=ON, by="awa")
        unnumbered = next((one.trade, one.since.day) for one in centre.records(Stall) if one.reference == "1")

    assert unnumbered == ("maçon", 4)
    assert still == {"1": "maçon", "2": "tailleur", "3": "potier", "4": "forgeron"}
    assert kept == {"1": "maçon", "2": "couturier", "3": None, "4": None, "5": None, "6": "boulanger"}
    assert again.counts.changed == 0


@pytest.mark.parametrize("trade", [column("Métier"), column("Métier").if_there()])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_cell_that_was_masked_when_its_row_came_and_is_blank_says_nothing(trade, ending, new_database, tmp_path):
    """The row never showed it: let through since, it comes home blank, and what another file said stays. Filled, it counts."""
    declared = Table(Stall, stalls.format, {**stalls.lenses, "trade": trade})
    with Workspace.create(new_database("centre"), on=ON, by="awa", plugins=hosting(Adapter("marche", pull=[declared]))) as centre:
        centre.install(AGREED, on=ON, by="awa")
        centre.pull("marche", FULL.encode(), on=ON, by="awa")
        centre.install(agreed("marche", stall=["*", "!trade"]), on=ON, by="awa")
        centre.pull("marche", "N°;Métier;Depuis\n1;vannier;hier\n2;vannier;hier\n5;;hier\n".encode(), on=ON, by="awa")
        still = _mended(centre, tmp_path, ending, lambda row: row | {"Depuis": "bientôt"})
        (tmp_path / f"a_corriger{ending}").unlink()
        centre.install(AGREED, on=ON, by="awa")
        centre.pull("marche", "N°;Métier;Depuis\n3;;hier\n".encode(), on=ON, by="awa")
        again = _mended(centre, tmp_path, ending, lambda row: row | {"Depuis": "bientôt"})
        (tmp_path / f"a_corriger{ending}").unlink()
        filled = {"2": "couturier"}
        kept = _mended(
            centre, tmp_path, ending,
            lambda row: row | {"Depuis": "02/01/2009"} | ({"Métier": filled[row["N°"]]} if row["N°"] in filled else {}),
        )  # fmt: skip

    known = {"1": "maçon", "2": "tailleur", "3": "potier", "4": "forgeron"}
    assert (still, again) == (known, known)
    assert kept == {"1": "maçon", "2": "couturier", "3": None, "4": "forgeron", "5": None}
