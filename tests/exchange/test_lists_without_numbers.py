"""Lists whose rows nobody numbers: what comes again, what is mended, and what becomes of a record whose name was mended."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from cigem_mairie import SentByTown, mairie

from cigem_core import Convention, Workspace
from cigem_core.errors import ConventionError
from cigem_core.testing.hosts import hosting

ON = date(2009, 10, 1)
NUMBER = "N° anomalie"
SAMPLE = Path(__file__).parents[1] / "plugins/cigem-mairie/samples/adresses_200909.csv"

AGREED = """
reference = "MAIRIE-2009"
title = {fr = "Convention de la mairie", en = "Convention of the town hall"}
agency = {code = "mairie", name = {fr = "Mairie", en = "Town hall"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "inferred"}

[[clause]]
article = "art. 2"
axis = "reception"
direction = "pull"
fields.sent_by_town = ["*"]
"""


@pytest.fixture
def town(new_database, tmp_path):
    """The centre with the town hall's list of September."""
    with Workspace.create(new_database("town"), on=ON, by="awa", bare=True, plugins=hosting(mairie)) as centre:
        centre.install(Convention.from_toml(AGREED), on=ON, by="awa")
        centre.pull("mairie", shutil.copy(SAMPLE, tmp_path), on=ON, by="awa")
        yield centre


def pull(centre: Workspace, path: Path, *, dropping: str = "", **mended: dict[str, str]):
    """The file with cells mended in the rows that have a text somewhere; `dropping` leaves a column empty."""
    book = openpyxl.load_workbook(path)
    for sheet in book:
        header = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            told = dict(zip(header, row, strict=True))
            for name, cells in mended.items():
                if told["Nom"].value == name:
                    for column, text in cells.items():
                        told[column].value = text
            if dropping:
                told[dropping].value = None
    book.save(path)
    return centre.pull("mairie", path, on=ON, by="awa")


def told(centre: Workspace) -> list[tuple[int, str | None, list[str]]]:
    """The open entries: number, the first letters of the key, and rules."""
    return [(e.id, e.key and e.key[:1].isalnum() and "key", [str(f.rule) for f in e.faults]) for e in centre.quarantine()]


def births(centre: Workspace, name: str) -> list[str]:
    found = centre.records(SentByTown)
    return sorted(f"{one.identity.birth} {one.sent_on}" for one in found if one.identity.family_name == name)


def test_the_list_is_taken_and_comes_again_unchanged(town, tmp_path):
    assert [len(list(town.records(SentByTown))), told(town)] == [9, [
        (1, None, ["type"]), (2, None, ["required"]), (3, "key", ["unique"]),
    ]]  # fmt: skip
    rows = (tmp_path / SAMPLE.name).read_text("utf-8").splitlines()
    (tmp_path / "adresses_200910.csv").write_text("\n".join([rows[0], *reversed(rows[1:10])]), "utf-8")

    receipt = town.pull("mairie", tmp_path / "adresses_200910.csv", on=ON, by="awa")

    assert (receipt.counts.new, receipt.counts.changed, receipt.counts.unchanged) == (0, 0, 7)


def test_what_is_no_part_of_the_key_changes_the_record(town, tmp_path):
    text = SAMPLE.read_text("utf-8").replace("04/09/2009;Retour volontaire", "04/09/2009;Formation")
    (tmp_path / "adresses_200910.csv").write_text(text, "utf-8")

    receipt = town.pull("mairie", tmp_path / "adresses_200910.csv", on=ON, by="awa")

    assert (receipt.counts.new, receipt.counts.changed) == (0, 1)


def test_corrections_come_home_whatever_part_of_the_key_they_mend(town, tmp_path):
    """The number of the entry says which row it was: the key of none of them is what it was."""
    path = tmp_path / "a.xlsx"
    town.corrections("mairie", path, on=ON, by="awa")
    header = [cell.value for cell in openpyxl.load_workbook(path).active[1]]

    receipt = pull(
        town, path, DIALLO={"Né(e) le": "28/02/1986"}, SANGARÉ={"Né(e) le": "1984"}, KEITA={"Adressé le": "25/09/2009"}
    )

    assert header == ["Nom", "Prénoms", "Sexe", "Né(e) le", "Adressé le", "Motif", NUMBER]
    assert (receipt.counts.new, told(town)) == (3, [])
    assert births(town, "KEITA") == ["1991-12-31 2009-09-04", "1991-12-31 2009-09-25"]


def test_a_double_sent_back_as_it_stands_stays_refused(town, tmp_path):
    path = tmp_path / "a.xlsx"
    town.corrections("mairie", path, on=ON, by="awa")

    assert pull(town, path).counts.quarantined == 3
    assert [rules for _, _, rules in told(town)] == [["type"], ["required"], ["unique"]]
    assert [one.reason for one in town.records(SentByTown) if one.identity.family_name == "KEITA"] == ["Retour volontaire"]


def test_a_row_that_lost_its_number_is_known_by_what_it_says(town, tmp_path):
    """Where what was wrong is no part of the key; where a part was mended, it is another record and the entry waits on."""
    text = SAMPLE.read_text("utf-8").splitlines()
    wrong = ["DIABATÉ;Sory;X;1990;21/09/2009;", "FOFANA;Niama;X;1991;21/09/2009;"]
    (tmp_path / "adresses_200910.csv").write_text("\n".join([text[0], *wrong]), "utf-8")
    town.pull("mairie", tmp_path / "adresses_200910.csv", on=ON, by="awa")
    path = tmp_path / "a.xlsx"
    town.corrections("mairie", path, on=ON, by="awa")
    mended = {"DIABATÉ": {"Sexe": "M"}, "FOFANA": {"Sexe": "F", "Prénoms": "Niamoye"}}

    pull(town, path, dropping=NUMBER, **mended)

    assert births(town, "DIABATÉ") == ["1990 2009-09-21"]
    assert births(town, "FOFANA") == ["1991 2009-09-21"]
    assert "FOFANA" in {body["cells"]["Nom"] for _, _, body in waiting(town)}
    assert "DIABATÉ" not in {body["cells"]["Nom"] for _, _, body in waiting(town)}


def waiting(centre: Workspace):
    from cigem_core.store.quarantined import kept_rows

    with centre.store.reading() as connection:
        return kept_rows(connection, "mairie")


def test_short_rows_that_lost_their_numbers_are_told_apart_by_all_that_names_them(town, tmp_path):
    """Two of one family: the name alone says nothing."""
    rows = ["Nom;Prénoms;Sexe;Né(e) le;Adressé le;Motif", "KONÉ;Awa;F;1990;21/09/2009", "KONÉ;Sira;F;1992;21/09/2009"]
    (tmp_path / "adresses_200910.csv").write_text("\n".join(rows), "utf-8")
    town.pull("mairie", tmp_path / "adresses_200910.csv", on=ON, by="awa")
    path = tmp_path / "a.csv"
    lines = [[*rows[0].split(";"), NUMBER], ["KONÉ", "Awa", "F", "1990", "21/09/2009", "Formation", ""]]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)

    town.pull("mairie", path, on=ON, by="awa")

    assert births(town, "KONÉ") == ["1990 2009-09-21"]
    assert {body["text"].split(";")[1] for _, _, body in waiting(town) if "text" in body} == {"Sira"}


def test_a_name_the_agency_spells_otherwise_later_is_another_record(town, tmp_path):
    """Nothing says that both are one: yesterday's stays, and people decide (docs/kinds.md)."""
    text = SAMPLE.read_text("utf-8").replace("SIDIBÉ;Kadiatou", "SIDIBÉ;Kadidiatou")
    (tmp_path / "adresses_200910.csv").write_text(text, "utf-8")

    receipt = town.pull("mairie", tmp_path / "adresses_200910.csv", on=ON, by="awa")

    assert (receipt.counts.new, receipt.counts.changed) == (1, 0)
    assert births(town, "SIDIBÉ") == ["1988-07-05 2009-09-04"] * 2


def test_no_name_stands_in_the_journal_or_in_a_ref(town):
    from cigem_core.model.refs import ref_of

    refs = {str(ref_of(one)) for one in town.records(SentByTown)}
    with town.store.reading() as connection:
        lines = "".join(str(row) for row in connection.exec_driver_sql("select * from journal"))

    assert all(ref.startswith("mairie:sent_by_town:") and len(ref.split(":")[-1]) == 20 for ref in refs)
    assert len(refs) == 9
    assert not [name for name in ("DIARRA", "Kadiatou") if name in lines]


def test_a_clause_that_hides_a_part_of_the_key_refuses_the_exchange(new_database, tmp_path):
    hiding = AGREED.replace('["*"]', '["*", "!identity.birth"]')
    with Workspace.create(new_database("town"), on=ON, by="awa", bare=True, plugins=hosting(mairie)) as centre:
        centre.install(Convention.from_toml(hiding), on=ON, by="awa")

        with pytest.raises(ConventionError, match=r"hides identity\.birth"):
            centre.pull("mairie", shutil.copy(SAMPLE, tmp_path), on=ON, by="awa")

        assert centre.store.counts() == {}
