"""Rows in quarantine go back in the agency's layout, and come home by the same door."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime

import openpyxl
import polars as pl
import pytest
from agencies.truth import AXIS, sources
from cigem_fafpa import sessions
from mending import MENDED, NUMBER, mend

from cigem_core import Convention, JobSeeker, Workspace
from cigem_core.errors import OperatorError, SourceRefused, WorkspaceError
from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.model.fields import kind_of
from cigem_core.model.training import TrainingSession
from cigem_core.text import Text

ON = date(2009, 10, 1)


def pull(centre: Workspace, *files: object):
    return centre.pull("anpe", *files, on=ON, by="awa", axis="employment-data")


@pytest.fixture
def quarantined(holding_september) -> Workspace:
    return holding_september


def test_every_cell_mended_and_the_quarantine_is_empty(quarantined, tmp_path):
    """The road there and back; each new version cites the entry it corrects."""
    path = tmp_path / "a_corriger.xlsx"
    written = quarantined.corrections("anpe", path, on=ON, by="awa")
    entries = {e.id for e in quarantined.quarantine()}
    mend(path)

    receipt = pull(quarantined, path)

    assert written.rows == len(entries) == 27
    assert receipt.faults == ()
    assert quarantined.quarantine() == []
    assert {e.state for e in quarantined.store.entries(state=None)} == {"corrected"}
    assert receipt.counts.accepted == 27
    assert [f.path for f in receipt.files] == ["a_corriger.xlsx"]


def test_a_row_that_two_people_mend_otherwise_is_told_to_the_second(quarantined, tmp_path):
    """Theirs is what counts now; the receipt says that something else was said before, and history keeps both."""
    ours, theirs = tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    quarantined.corrections("anpe", ours, on=ON, by="awa")
    mend(ours)
    book = openpyxl.load_workbook(ours)
    sheet = book["demandeur d'emploi"]
    place = next(cell.column for cell in sheet[1] if cell.value == "Lieu de naissance")
    sheet.cell(2, place).value = "Nioro"
    book.save(theirs)

    first, second, again = pull(quarantined, ours), pull(quarantined, theirs), pull(quarantined, theirs)

    assert [one.mended_again for one in (first, second, again)] == [0, 1, 0]
    assert "1 déjà corrigée autrement" in str(second)
    assert second.counts.changed == 1


def test_the_workbook_marks_each_wrong_cell_and_says_what_is_expected(quarantined, tmp_path):
    """In French, in the agency's own layout, and only the wrong cells."""
    quarantined.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["demandeur d'emploi"]
    header = [cell.value for cell in sheet[1]]
    marked = {(header[c.column - 1], c.value): c.comment.text for row in sheet.iter_rows(min_row=2) for c in row if c.comment}
    assert book.sheetnames == ["demandeur d'emploi", "offre d'emploi", "placement"]
    assert header[:3] == ["N° inscription", "Date inscription", "Nom"]
    assert marked["Téléphone", "7612"] == "écrire un numéro comme 70 12 34 56"
    assert len([title for title, _ in marked if title != NUMBER]) == 16
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)


def test_a_long_row_stands_in_its_columns_with_the_rest_beside(quarantined, tmp_path):
    """The officer moves cells to their places; while some stand beside, the row is still wrong."""
    quarantined.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["demandeur d'emploi"]
    header = [cell.value for cell in sheet[1]]

    beside = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[-1] is not None]
    again = pull(quarantined, tmp_path / "a.xlsx")

    assert header[-2:] == [None, None]
    assert [row[-2:] for row in beside] == [("x", "y")]
    assert {"extra-cell", "unique"} <= {str(f.rule) for f in again.faults}
    # The short row too: nobody said that its last cells are empty.
    assert len(quarantined.quarantine()) == 27


def test_a_row_with_a_stray_quote_comes_as_it_was(centre, september, tmp_path):
    """Its text stands in a column of its own; the officer fills in the cells."""
    text = september[1].read_bytes().decode("cp1252").replace("SOTELMA;", 'SOT"ELMA;', 1)
    (tmp_path / "offres_200909.csv").write_bytes(text.encode("cp1252"))
    pull(centre, tmp_path / "offres_200909.csv")

    centre.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")

    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    header = [cell.value for cell in sheet[1]]
    assert any(
        'SOT"ELMA' in str(value) for value in (row[header.index("Ligne d'origine")].value for row in sheet.iter_rows(min_row=2))
    )


def test_a_row_still_wrong_keeps_its_entry_with_its_new_faults(quarantined, tmp_path):
    """And the next corrections file shows the later text."""
    path = tmp_path / "a.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    before = {e.id: e for e in quarantined.quarantine()}
    book = openpyxl.load_workbook(path)
    sheet = book["demandeur d'emploi"]
    header = [cell.value for cell in sheet[1]]
    (row,) = [r for r in sheet.iter_rows(min_row=2) if r[header.index("Téléphone")].value == "7612"]
    row[header.index("Téléphone")].value, row[header.index("Sexe")].value = "76 12 34 56", "?"
    number = int(row[header.index(NUMBER)].value)
    book.save(path)

    pull(quarantined, path)

    after = {e.id: e for e in quarantined.quarantine()}
    assert after.keys() == before.keys()
    assert [(f.column, f.rule) for f in after[number].faults] == [("Sexe", "enum")]
    quarantined.corrections("anpe", later := tmp_path / "b.xlsx", on=ON, by="awa")
    assert "76 12 34 56" in [c.value for r in openpyxl.load_workbook(later)["demandeur d'emploi"].iter_rows() for c in r]


def test_pulling_the_first_file_again_finds_the_same_entries(quarantined, september, tmp_path):
    """Even those corrected in vain, or corrected: nothing is opened twice."""
    path = tmp_path / "a.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    pull(quarantined, path)
    before = quarantined.quarantine()

    pull(quarantined, *september)

    assert [e.id for e in quarantined.quarantine()] == [e.id for e in before]


def test_without_its_number_a_row_is_known_by_its_key_except_a_repeated_one(quarantined, tmp_path):
    """A row with neither closes nothing."""
    path = tmp_path / "a.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    mend(path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        at = [cell.value for cell in sheet[1]].index(NUMBER)
        for row in sheet.iter_rows(min_row=2):
            row[at].value = None
    book.save(path)

    receipt = pull(quarantined, path)

    left = quarantined.quarantine()
    assert receipt.counts.quarantined == 0
    assert sorted(fault.rule for e in left for fault in e.faults) == ["required", "unique"]


def test_sheets_that_lost_their_numbers_come_home_by_their_keys(quarantined, tmp_path):
    """Every column of numbers deleted, and notes beside: what was found out stands in the receipt."""
    path = tmp_path / "demandeurs_200910.csv.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    mend(path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.delete_cols([cell.value for cell in sheet[1]].index(NUMBER) + 1)
        sheet.insert_rows(1)
    book.create_sheet("notes").append(["vu avec Awa"])
    book.save(path)

    receipt = pull(quarantined, path)

    assert sorted(f.rule for e in quarantined.quarantine() for f in e.faults if f.rule != "extra-cell") == ["required", "unique"]
    assert receipt.counts.read == 27
    assert [said.what.en.partition(":")[0] for said in receipt.assumed] == [
        "the sheet 'demandeur d'emploi' has no column 'N° anomalie'",
        "the sheet 'notes' is left aside",
        "the sheet 'offre d'emploi' has no column 'N° anomalie'",
        "the sheet 'placement' has no column 'N° anomalie'",
    ]


def test_a_double_that_lost_its_number_does_not_overwrite_the_other(quarantined, tmp_path):
    """Sent back as it stands: whose record it is cannot be told, and it waits."""
    path = tmp_path / "a.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.delete_cols([cell.value for cell in sheet[1]].index(NUMBER) + 1)
    book.save(path)
    (before,) = (e for e in quarantined.quarantine() if "unique" in [f.rule for f in e.faults])

    receipt = pull(quarantined, path)

    assert receipt.counts.changed == 0
    assert before.id in [e.id for e in quarantined.quarantine()]


def test_csv_comes_home_too_one_file_a_table(quarantined, tmp_path):
    """In the agency's dialect, under any name."""
    written = quarantined.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")
    offers = next(path for path in written.paths if "job_offer" in path.name)
    rows = list(csv.reader(io.StringIO(offers.read_text("utf-8-sig"), newline=""), delimiter=";"))
    at = {title: rows[0].index(title) for title in MENDED["offre d'emploi"]}
    for row in rows[1:]:
        row[at["Type de contrat"]] = row[at["Type de contrat"]].replace("CDX", "CDD")
    renamed = tmp_path / "retour de l'ANPE.csv"
    with renamed.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)

    receipt = pull(quarantined, renamed)

    assert len(written.paths) == 3
    assert (receipt.counts.new, receipt.counts.quarantined) == (1, 4)
    assert len([e for e in quarantined.quarantine() if e.kind == "job_offer"]) == 4


def test_masked_columns_are_absent_and_not_missing(tmp_path, september):
    """What may not cross did not come, and is not asked back."""
    from cigem_mali import cigem_conventions

    (shipped,) = [convention for convention in cigem_conventions() if convention.agency.code == "anpe"]
    clause = shipped.document.replace('"job_seeker": ["*"]', '"job_seeker": ["*", "!identity.phones"]')
    with Workspace.create(tmp_path / "n.sqlite", on=ON, by="awa", bare=True) as narrow:
        narrow.install(Convention.from_document(clause), on=ON, by="awa")
        pull(narrow, *september)
        narrow.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
        header = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["demandeur d'emploi"][1]]
        receipt = pull(narrow, tmp_path / "a.xlsx")

    assert "Téléphone" not in header
    assert "Nom" in header
    assert receipt.counts.balances


def test_a_row_of_which_only_its_place_was_kept_is_written_anew(tmp_path, september):
    """Also when there are no others: its sheet has the columns that may cross, and no other."""
    from cigem_mali import cigem_conventions

    (shipped,) = [convention for convention in cigem_conventions() if convention.agency.code == "anpe"]
    clause = shipped.document.replace('"job_seeker": ["*"]', '"job_seeker": ["*", "!identity.phones"]')
    header = september[0].read_bytes().partition(b"\r\n")[0]
    short = tmp_path / "demandeurs_200909.csv"
    short.write_bytes(header + b"\r\nKAY-1;01/09/2009;CANARI\r\n")
    with Workspace.create(tmp_path / "n.sqlite", on=ON, by="awa", bare=True) as narrow:
        narrow.install(Convention.from_document(clause), on=ON, by="awa")
        pull(narrow, short)
        narrow.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        sheet = book["demandeur d'emploi"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        assert sheet.cell(2, columns["Ligne d'origine"]).value == "demandeurs_200909.csv, ligne 2"
        assert "Téléphone" not in columns
        assert "CANARI" not in {cell.value for row in sheet.iter_rows() for cell in row}
        for title, text in (("N° inscription", "KAY-1"), ("Date inscription", "01/09/2009"), ("Nom", "B"), ("Prénom(s)", "A")):
            sheet.cell(2, columns[title]).value = text
        book.save(tmp_path / "b.xlsx")

        receipt = pull(narrow, tmp_path / "b.xlsx")

        assert receipt.counts.new == 1
        assert narrow.quarantine() == []


def test_a_number_no_entry_has_closes_nothing(quarantined, tmp_path):
    """However great it is: the row is known by its key, as one without a number."""
    waiting = {entry.id for entry in quarantined.quarantine()}
    quarantined.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["offre d'emploi"]
    at = next(cell.column for cell in sheet[1] if cell.value == NUMBER)
    for row, number in enumerate(("99999999999999999999", "9999999999", "-1", "x", ""), start=2):
        sheet.cell(row, at).value = number
    for other in ("demandeur d'emploi", "placement"):
        del book[other]
    book.save(tmp_path / "b.xlsx")

    receipt = pull(quarantined, tmp_path / "b.xlsx")

    assert receipt.counts.quarantined == 5
    assert receipt.counts.balances
    assert {entry.id for entry in quarantined.quarantine()} >= waiting


def test_a_corrected_record_keeps_what_its_correction_does_not_speak_of(quarantined, tmp_path):
    """Both versions stand in history."""
    path = tmp_path / "a.xlsx"
    quarantined.corrections("anpe", path, on=ON, by="awa")
    (entry,) = [e for e in quarantined.quarantine() if any(f.rule == "unique" for f in e.faults)]
    mend(path)
    pull(quarantined, path)

    (version,) = [
        v
        for key in (s.reference for s in quarantined.records(JobSeeker) if s.reference.startswith("NEW-"))
        for v in quarantined.store.versions(kind_of(JobSeeker), key, agency="anpe")
        if v["corrects"] == entry.id
    ]
    assert version["content"]["reference"] != entry.key


def test_dismissing_closes_an_entry_for_a_reason(quarantined):
    """All of those named, or none."""
    first, second, *_ = quarantined.quarantine()

    with pytest.raises(WorkspaceError, match="999"):
        quarantined.dismiss(first.id, 999, because="doublon", on=ON, by="awa")
    quarantined.dismiss(first.id, second.id, because="doublon", on=ON, by="awa")

    assert len(quarantined.quarantine()) == 25
    assert quarantined.verify_journal() is None


def test_nothing_to_correct_is_said(centre, tmp_path):
    with pytest.raises(OperatorError, match="waits for a correction"):
        centre.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")


def test_another_ending_is_refused(quarantined, tmp_path):
    with pytest.raises(OperatorError, match="xlsx"):
        quarantined.corrections("anpe", tmp_path / "a.pdf", on=ON, by="awa")
    assert list(tmp_path.glob("a*")) == []


def test_a_wide_table_is_printed_on_as_many_pages_as_it_takes_to_read_it(tmp_path):
    """Two side by side are usual; a form with many questions takes more."""
    for columns, pages in ((10, 2), (40, 8)):
        write_workbook(tmp_path / "w.xlsx", [Sheet(name="fiches", header=["x" * 40] * columns, rows=[["y"] * columns])])

        assert openpyxl.load_workbook(tmp_path / "w.xlsx").active.page_setup.fitToWidth == pages


def test_a_date_typed_into_a_workbook_may_be_a_real_one(tmp_path):
    """It becomes a date as the agency's own files write it, in a day's column and in a document's."""
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as here:
        for agency, column in (("apej", "etat_civil.naissance.date"), ("fafpa", "Né(e) le")):
            here.pull(agency, *sources(agency), axis=AXIS[agency], on=ON, by="awa")
            here.corrections(agency, mended := tmp_path / f"{agency}.xlsx", on=ON, by="awa")
            waiting = len(here.quarantine(agency=agency))
            type_day(mended, column, datetime(1988, 2, 28))

            receipt = here.pull(agency, mended, axis=AXIS[agency], on=ON, by="awa")

            assert (receipt.counts.new, len(here.quarantine(agency=agency))) == (1, waiting - 1)


def type_day(path, column, day):
    """Put a real date where a date was wrong."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for title in [cell for cell in sheet[1] if cell.value == column]:
            (wrong,) = [
                row[0] for row in sheet.iter_rows(min_row=2, min_col=title.column, max_col=title.column) if row[0].comment
            ]
            wrong.value, wrong.number_format = day, "dd/mm/yyyy"
    book.save(path)


def plan_book(path, *, ends: datetime | None, places: int):
    """FAFPA's plan with a module and a session."""
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for label in ("N° du plan", "Convention", "Promoteur", "Région"):
        book.active.append([label, "PF-1"])
    session = ["S1", "M1", "Kayes", datetime(2009, 1, 1), ends, places]
    for name, header, row in (
        ("Modules", ["Code module", "Intitulé", "Code métier", "Volume horaire", "Opérateur", "Certification"], ["M1", "a"]),
        ("Sessions", ["Code session", "Code module", "Lieu", "Date début", "Date fin", "Places"], session),
        ("Inscriptions", ["N°", "Nom", "Prénom", "Sexe", "Né(e) le", "Téléphone", "Résidence", "Pays de retour",
                          "Code session", "Statut"], []),
        ("Budget", ["Code module", "Rubrique", "Quantité", "Coût unitaire (F CFA)", "Montant (F CFA)"], []),
    ):  # fmt: skip
        sheet = book.create_sheet(name)
        for line in ([name], header, row):
            sheet.append(line)
    book.save(path)
    return path


@pytest.fixture
def session(tmp_path):
    """A centre in which a session that ended in February now has no last day, and a wrong number of places."""
    with Workspace.create(tmp_path / "s.sqlite", on=ON, by="awa") as here:
        for ends, places in ((datetime(2009, 2, 1), 5), (None, 0)):
            book = plan_book(tmp_path / f"plan_formation_{2009 + (places == 0)}.xlsx", ends=ends, places=places)
            here.pull("fafpa", book, on=ON, by="awa")
        here.corrections("fafpa", tmp_path / "a.xlsx", on=ON, by="awa")
        yield here


def test_a_column_that_no_waiting_row_fills_is_there_and_its_emptiness_counts(session, tmp_path):
    """A record mended is what it would have been, had it been right from the start; all its rules are asked."""
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    header = [cell.value for cell in book.active[1]]
    book.active.cell(2, header.index("Places") + 1).value = "7"
    book.save(tmp_path / "b.xlsx")

    receipt = session.pull("fafpa", tmp_path / "b.xlsx", on=ON, by="awa")

    (kept,) = session.records(TrainingSession)
    assert header == [*sessions.headers, NUMBER]
    assert (kept.ends_on, kept.places) == (None, 7)
    assert receipt.not_run == ()


@pytest.mark.parametrize("agency", AXIS)
def test_every_declared_column_is_there_and_a_list_has_room_for_an_item(agency, tmp_path):
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as here:
        here.pull(agency, *sources(agency), axis=AXIS[agency], on=ON, by="awa")
        here.corrections(agency, tmp_path / "a.xlsx", on=ON, by="awa")
        waiting = {entry.kind for entry in here.quarantine()}

    for table in here.plugins.adapter(agency).pull:
        if table.kind.name in waiting:
            header = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")[table.kind.label.fr[:28]][1]]
            assert {name.replace("[]", "[0]") for name in table.headers} <= set(header)


@pytest.mark.parametrize(
    ("agency", "sheet", "column"),
    [
        ("anpe", "demandeur d'emploi", "Nom"), ("anpe", "demandeur d'emploi", "Date de retour"),
        ("anpe", "demandeur d'emploi", "N° inscription"),
        ("fafpa", "inscription", "N° du plan"), ("fafpa", "inscription", "Sexe"),
        ("ufae", "stagiaire", "stagiaire/sexe"), ("ufae", "stagiaire", "formation/evaluation[]/note"),
        ("ufae", "stagiaire", "_uuid"), ("apej", "jeune", "etat_civil.naissance.annee"),
    ],
)  # fmt: skip
def test_a_deleted_column_is_missing_and_the_refusal_names_it(agency, sheet, column, tmp_path):
    """Its rules would fall silent otherwise: only what is masked may be absent. The entries stay."""
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as here:
        here.pull(agency, *sources(agency), axis=AXIS[agency], on=ON, by="awa")
        here.corrections(agency, tmp_path / "a.xlsx", on=ON, by="awa")
        waiting = here.quarantine()
        mend(tmp_path / "a.xlsx")
        delete_column(tmp_path / "a.xlsx", sheet, column)

        with pytest.raises(SourceRefused) as refused:
            here.pull(agency, tmp_path / "a.xlsx", axis=AXIS[agency], on=ON, by="awa")

        assert refused.value.text.fr == f"a.xlsx : colonnes attendues en première ligne et non trouvées : « {column} »"
        assert here.quarantine() == waiting


def delete_column(path, sheet, column):
    """Delete a column, of a list in each of its items, as an officer might who thinks it useless."""
    book = openpyxl.load_workbook(path)
    titles = [re.sub(r"\[[0-9]+\]", "[]", cell.value or "") for cell in book[sheet][1]]
    for at in reversed([at for at, title in enumerate(titles, start=1) if title == column]):
        book[sheet].delete_cols(at)
    book.save(path)


def test_a_column_deleted_from_csv_is_missing_too(quarantined, tmp_path):
    """Also the key, by which the file is known otherwise."""
    quarantined.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")
    waiting = quarantined.quarantine()
    header, *rows = csv.reader(io.StringIO((tmp_path / "a-job_offer.csv").read_text("utf-8-sig"), newline=""), delimiter=";")
    for column in ("N° offre", "Statut"):
        at = header.index(column)
        with (tmp_path / "b.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([*row[:at], *row[at + 1 :]] for row in (header, *rows))

        with pytest.raises(SourceRefused, match=column):
            pull(quarantined, tmp_path / "b.csv")

    assert quarantined.quarantine() == waiting


def remarked(tmp_path, *remarks: str, titled: str = "Autre") -> Workspace:
    """A centre where job seekers wait whose day of registration does not exist, and of whom something is remarked."""
    here = Workspace.create(tmp_path / "r.sqlite", on=ON, by="awa")
    seekers = next(table for table in here.plugins.adapter("anpe").pull if table.kind.name == "job_seeker")
    blank = dict.fromkeys(seekers.headers, "") | {"Nom": "x", "Prénom(s)": "y", "Date inscription": "31/02/2009"}
    rows = [blank | {"N° inscription": f"K-{at}", "Observations": remark, titled: "x"} for at, remark in enumerate(remarks)]
    pull(here, pl.DataFrame(rows))
    return here


def test_a_text_that_would_read_as_several_rows_is_written_to_a_workbook_only(tmp_path):
    """Someone could have himself registered by what he writes: the file of text is refused, and none is left behind."""
    forged = ";".join(["K-FORGE", "01/09/2009", "Forge", "Awa", *[""] * 21])
    with remarked(tmp_path, "bonjour", f"un\n{forged}\nfin") as here:
        second = here.quarantine()[1].id

        with pytest.raises(OperatorError) as refused:
            here.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")
        here.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")

    assert refused.value.text == Text(
        fr=f"anomalie n° {second} : un de ses textes se lirait comme plusieurs lignes ; demander un classeur (.xlsx)",
        en=f"entry {second}: one of its texts would read as several rows; ask for a workbook (.xlsx)",
    )
    assert sorted(path.name for path in tmp_path.glob("*a.*")) == ["a.xlsx"]


def test_a_text_longer_than_a_cell_holds_is_written_to_a_file_of_text_only(tmp_path):
    """A workbook would cut it without a word: it is refused, says where the text stands, and is not left behind."""
    with remarked(tmp_path, "x" * 32_767, "y" * 32_768) as here:
        second = here.quarantine()[1].id

        with pytest.raises(OperatorError) as refused:
            here.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
        here.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")

    assert refused.value.text == Text(
        fr=f"anomalie n° {second}, colonne « Observations » : trop long pour un classeur ; demander un fichier .csv",
        en=f"entry {second}, column 'Observations': too long for a workbook; ask for a .csv file",
    )
    assert sorted(path.name for path in tmp_path.glob("*a.*")) == ["a.csv"]


def test_either_file_may_be_saved_as_the_other_and_no_guard_stays(tmp_path):
    """What guards a text from being run is taken away again, of a title nobody declared as well."""
    remarks = ["- parle bambara", "'=1", "=1+1", "-2", "'mot"]
    with remarked(tmp_path, *remarks, titled="=A1") as here:
        here.corrections("anpe", tmp_path / "a.csv", on=ON, by="awa")
        here.corrections("anpe", tmp_path / "a.xlsx", on=ON, by="awa")
        rows = [*csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8-sig"), newline=""), delimiter=";")]
        in_workbook = [list(row) for row in openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)]
        assert [[cell or "" for cell in row] for row in in_workbook] == rows
        at = rows[0].index("Date inscription")
        mended = [rows[0], *([*row[:at], "01/09/2009", *row[at + 1 :]] for row in rows[1:])]
        write_workbook(tmp_path / "b.xlsx", [Sheet(name="a", header=mended[0], rows=mended[1:])])

        pull(here, tmp_path / "b.xlsx")

        kept = here.store.records(kind_of(JobSeeker), agency="anpe")
        assert [row["remarks"] for row in sorted(kept, key=lambda row: row["key"])] == remarks
        assert {tuple(json.loads(row["cargo"])) for row in here.store.records(kind_of(JobSeeker), agency="anpe")} == {("=A1",)}
