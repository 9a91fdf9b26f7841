"""Nothing of anyone survives in a drafted package: neither in the copied samples nor in the comments of the module."""

from __future__ import annotations

import io
import json
import re

import openpyxl
from agencies.truth import sources

from cigem_core.model.fields import kind_of
from cigem_core.plugins import load
from cigem_core.scaffold import draft
from cigem_core.sdk import read_any
from cigem_core.spelling import fold
from cigem_mali import MALI_2009

SECRETS = ["Aminata Fictive-Traoré", "76 54 32 10", "aminata@exemple.ml", "née à Ségou en 1979", "12/03/1979", "1790312345678K"]
UNIQUE = 6
"""Texts so long that they stand for one person, or few; a region is a code, wherever it stands."""


def personal_texts(agency: str) -> set[str]:
    """What the agency's own adapter reads as personal in its first sample, as it stands in the file."""
    adapter, sample = load().adapter(agency), sources(agency)[0]
    content = sample.read_bytes()
    found = set()
    for batch in adapter.read(sample).files:
        kind = batch.table.kind
        fields = [f.name for f in kind.fields.values() if is_personal(f, kind)]
        for name in (name for name in fields if name in batch.accepted.columns):
            found |= {str(value) for value in batch.accepted[name].explode().drop_nulls().unique().to_list()}
    said, regions = everything(sample.name, content), {code.name for code in MALI_2009.codes}
    return {text for text in found if len(text) >= UNIQUE and text in said and text not in regions}


def is_personal(field, kind) -> bool:
    of_someone = any(name.startswith("identity.") for name in kind.fields)
    is_text = field.python is str or field.python.__name__ in ("PartialDate", "Phone")
    return is_text and not field.refers_to and (field.sensitivity != "none" or (field.is_key and of_someone))


def everything(name: str, content: bytes) -> str:
    """All a file says, as text."""
    if name.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return content.decode("cp1252", errors="replace") if name.endswith(".csv") else content.decode()


def test_no_personal_text_of_a_sample_is_found_in_its_draft(drafted):
    """Names, births, telephone numbers, identifiers, remarks: searched for in every file of the package."""
    agency, _, made = drafted
    secrets = personal_texts(agency)

    said = "\n".join(everything(path.name, path.read_bytes()) for path in made.files)

    words = set(re.split(r"[\n;\"]+", said)) | set(re.findall(r"[^\s;\"]+", said))
    assert len(secrets) > 100
    assert sorted(secret for secret in secrets if secret in words) == []


def test_columns_nobody_declares_are_replaced_too(tmp_path):
    """What nothing is known of may be anybody's."""
    lines = ["Nom;Conseillère;Courriel;Note libre;Vu le;Matricule interne"]
    lines += [f"Keita{n};{SECRETS[0]};{SECRETS[2]};{SECRETS[3]}, {SECRETS[1]};{SECRETS[4]};{SECRETS[5]}" for n in range(30)]
    path = tmp_path / "liste.csv"
    path.write_text("\n".join(lines), "utf-8")

    made = draft("nouvelle", [path], to=tmp_path / "package", kinds=["trainee"])

    said = "\n".join(file.read_text("utf-8") for file in made.files)
    assert [secret for secret in [*SECRETS, "Keita7", "Aminata"] if secret in said] == []
    assert len((tmp_path / "package/samples/liste.csv").read_text("utf-8").splitlines()) == 31


def test_titles_and_rows_that_cannot_be_aligned_are_replaced(tmp_path):
    """A title names who made the list; an extra delimiter pushes a name under any column."""
    text = f"Liste de {SECRETS[0]}\n\nNom;Prénom;Sexe\n" + "Keita;Awa;F\nSidibé;Ba;M\n" * 10 + f"x;{SECRETS[0]};y;z\nKonaté\n"
    path = tmp_path / "stagiaires.csv"
    path.write_text(text, "utf-8")

    made = draft("nouvelle", [path], to=tmp_path / "package", kinds=["trainee"])

    copy = (made.folder / "samples/stagiaires.csv").read_text("utf-8")
    assert not re.search("Aminata|Fictive|Traoré|Keita|Konaté|Sidibé", copy)
    assert [m.row for m in read_any(copy.encode()).misfits] == [m.row for m in read_any(path).misfits]


def test_a_cell_that_is_unlike_the_others_is_not_quoted(tmp_path):
    """A name typed under "Sexe" is no code, and stands in no comment."""
    rows = [{"id": f"A{n}", "nom": f"Keita{n}", "sexe": "M" if n % 2 else "F"} for n in range(40)]
    rows[7]["sexe"] = SECRETS[0]
    path = tmp_path / "jeunes.json"
    path.write_text(json.dumps({"data": rows, "par": SECRETS[2]}), "utf-8")

    made = draft("nouvelle", [path], to=tmp_path / "package")

    assert not any(re.search("Aminata|Keita|exemple", file.read_text("utf-8")) for file in made.files)
    assert "1 hold something else" in made.module.read_text("utf-8")


def test_shapes_are_kept(tmp_path):
    """Dates stay dates of the same precision, telephone numbers stay of the plan, upper case stays upper case."""
    births = ["12/03/1979", "1981", "vers 1985", "00/00/1990"]
    lines = ["N° inscription;Nom;Date de naissance;Téléphone"]
    lines += [f"KAY-{n:04d};KEITA{'abcdefgh'[n % 8]};{births[n % 4]};7{n % 10} 12 34 {n:02d}" for n in range(40)]
    path = tmp_path / "demandeurs.csv"
    path.write_text("\n".join(lines), "utf-8")

    made = draft("nouvelle", [path], to=tmp_path / "package", kinds=["job_seeker"])

    copy = read_any(made.folder / "samples/demandeurs.csv").rows
    shapes = [re.sub("[1-9]", "9", re.sub("0", "9", text)) for text in copy["Date de naissance"]]
    assert [re.sub("[0-9]", "9", birth) for birth in births] * 10 == shapes
    assert all(re.fullmatch(r"[2456789]\d \d\d \d\d \d\d", text) for text in copy["Téléphone"])
    assert all(re.fullmatch(r"[A-Z]{3}-\d{4}", text) for text in copy["N° inscription"])
    assert copy["N° inscription"].n_unique() == 40
    assert all(fold(text) != fold(before) for text, before in zip(copy["Nom"], ["KEITA"] * 40, strict=True))
    assert kind_of("job_seeker").field("identity.birth").sensitivity == "personal"
