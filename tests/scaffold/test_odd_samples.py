"""Samples as strangers have them: headers of two rows, columns without titles, files the draft cannot read."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path
from types import ModuleType

import openpyxl

from cigem_core.scaffold import Drafted, draft
from cigem_core.scaffold.trial import unread


def imported(drafted: Drafted) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{drafted.folder.name}_draft", drafted.module)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_second_row_of_titles_is_declared_and_skipped(tmp_path: Path):
    """The first row names the columns; the draft reads its source, and so it does its copy."""
    sample = tmp_path / "offres_200909.csv"
    sample.write_text(
        "N° offre;Employeur;Nombre de postes;Date de dépôt\r\nRef. of the offer;Who offers;How many;Given on\r\n"
        "A1;Sotelma;2;01/10/2009\r\nA2;Edm;1;02/10/2009\r\nA3;Amm;3;13/10/2009\r\n",
        "utf-8",
    )

    drafted = draft("essai", [sample], to=tmp_path / "out")

    (adapter,) = imported(drafted).cigem_adapters()
    for source in (sample, drafted.folder / "samples" / sample.name):
        reading = adapter.read(source)
        assert [batch.accepted["reference"].to_list() for batch in reading.files] == [["A1", "A2", "A3"]]
    assert "header_rows=2" in drafted.module.read_text("utf-8")


def test_days_in_a_column_without_a_title_are_drafted(tmp_path: Path):
    """What stands for them in the copy need not be a day, and stops nothing."""
    book = openpyxl.Workbook()
    book.active.title = "Offres"
    for row in [["N° offre", "Nombre de postes", None], *([f"OF-{n}", n, datetime(2009, 1, n)] for n in range(1, 20))]:
        book.active.append(row)
    book.save(tmp_path / "offres.xlsx")

    drafted = draft("essai", [tmp_path / "offres.xlsx"], to=tmp_path / "out", kinds=["job_offer"])

    (adapter,) = imported(drafted).cigem_adapters()
    assert adapter.read(tmp_path / "offres.xlsx")["job_offer"].accepted.height == 19
    assert adapter.read(drafted.folder / "samples" / "offres.xlsx")["job_offer"].accepted.height == 19


def test_column_without_a_title_is_none_of_a_draft(tmp_path: Path):
    """A text has no name to find it by: its regions are drafted as no field's, its phones are copied nowhere."""
    sample, folder = tmp_path / "offres_200909.csv", tmp_path / "out"
    sample.write_text("N° offre;;Places;\n" + "".join(f"OF-{n};Kayes;{n};70 12 34 {n:02}\n" for n in range(1, 20)), "utf-8")

    drafted = draft("essai", [sample], to=folder, kinds=["job_offer"])

    (adapter,) = imported(drafted).cigem_adapters()
    assert adapter.read(sample)["job_offer"].accepted.height == 19
    assert adapter.read(drafted.folder / "samples" / sample.name)["job_offer"].accepted.height == 19
    assert not any("70 12 34" in file.read_text("utf-8", "ignore") for file in folder.rglob("*") if file.is_file())


def test_a_draft_that_cannot_read_its_sample_says_so(tmp_path: Path):
    """Nothing that reads nothing looks finished."""
    module = (
        "from cigem_core.model.employment import JobOffer\nfrom cigem_core.sdk import Adapter, Csv, Table, column\n"
        "def cigem_adapters():\n"
        "    return [Adapter('essai', pull=[Table(JobOffer, Csv('o.csv', delimiter=';'), {'reference': column('N° offre')})])]\n"
    )
    (tmp_path / "o.csv").write_text("Ref;Nom\nA1;x\n", "utf-8")
    (tmp_path / "empty.csv").write_text("N° offre;Nom\n;x\n", "utf-8")

    assert "cannot read its own sample" in unread(module, [tmp_path / "o.csv"])[0]
    assert "reads no sound record" in unread(module, [tmp_path / "empty.csv"])[0]


def test_a_total_and_a_note_below_the_records_are_none(tmp_path):
    """They are no evidence of what columns hold, and in the sample that goes with the draft a total is one still."""
    rows = "".join(f"2009/00{n};Atelier {n};{n}50 000;200,5{n}\n" for n in range(1, 5))
    text = f"Chambre de Kayes;;;\nN° dossier;Atelier;Subvention (F CFA);Apport (EUR)\n{rows}TOTAL;;1 100 000;802,10\n"
    source = tmp_path / "subventions_2009.csv"
    source.write_text(f"{text}Fait à Kayes, Mme Diarra;;;\n", "utf-8")

    drafted = draft("chambre", [source], to=tmp_path / "package")
    (copy,) = (drafted.folder / "samples").iterdir()
    (table,) = imported(drafted).chambre.pull
    batch = table.read(copy)

    assert ": 4 records;" in drafted.module.read_text("utf-8")
    assert "Diarra" not in copy.read_text("utf-8")
    assert (batch.read, batch.accepted.height) == (4, 4)
    assert "total" in batch.spans["what"].to_list()
