"""A table that is like no kind there is gets one of its own, drafted from its columns: its key, its types, its codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen
from cigem_dtm import Displacement
from click.testing import CliRunner
from scaffold.test_drafts import run_contract
from scaffold.test_odd_samples import imported

from cigem_core import Amount
from cigem_core.cli.commands import program
from cigem_core.errors import OperatorError
from cigem_core.model.fields import field, key, kind, kind_of, kinds, provisional_kinds
from cigem_core.model.values import Phone, Place
from cigem_core.plugins import load
from cigem_core.scaffold import draft

NAMES = ("Diarra", "Traoré", "Keïta", "Coulibaly", "Sidibé", "Konaté")
GIVEN = ("Awa", "Moussa", "Sira", "Bakary", "Fanta", "Oumar", "Kadia")
COUNT = 60


@pytest.fixture(autouse=True)
def _nothing_stays_declared():
    """What one draft declares is not there when the next is made, in whatever order."""
    load()  # what plugins declare stays
    with provisional_kinds():
        yield


def written(folder: Path, name: str, header: str, row) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *(row(n) for n in range(COUNT)), ""]), "utf-8")
    return path


def gauges(folder: Path) -> Path:
    """Columns whose names say nothing, of every type."""
    return written(
        folder, "jauges_200909.csv", "N° fiche;x1;x2;x3;x4;x5;x6;Pluie (mm);Relevé à;x7;Montant (F CFA);matricule",
        lambda n: f"F-{n:03};{1 + n % 28:02}/{1 + n % 12:02}/2009;7{n % 10} {n + 10} 22 {n + 10};{n * 3};{'ABC'[n % 3]};"
        f"{('Kayes', 'Ségou', 'Mopti')[n % 3]};{1990 + n % 9};{n},{n % 9};2009-09-{1 + n % 28:02}T08:00:00Z;"
        f"{('oui', 'non')[n % 2]};{n} 500;{100000 + n * 7}",
    )  # fmt: skip


def visits(folder: Path) -> Path:
    """People: who came, who saw them, what they said."""
    return written(
        folder, "visites.csv", "N° inscription;Nom;Prénom;Date de naissance;x1;Vu par;Conseil;Issue;Propos",
        lambda n: f"V{n:03};{NAMES[n % 6]};{GIVEN[n % 7]};{1 + n % 28:02}/0{1 + n % 9}/19{60 + n % 30};7{n % 10} {n + 10} 22 "
        f"{n + 10};{GIVEN[n % 3]};{NAMES[n % 2]};{('accordé', 'refusé')[n % 2]};il a dit que {n}",
    )  # fmt: skip


def test_each_column_gets_the_type_of_its_cells(tmp_path):
    """A day, telephones, numbers, codes, places, years, decimals, moments, yes and no, money; digits that name are a text."""
    sample = gauges(tmp_path)
    drafted = draft("meteo", [sample], to=tmp_path / "out")
    page = drafted.module.read_text("utf-8")

    assert drafted.kinds == ("jauge",)
    for line in (
        '"reference": column("N° fiche").required()', '"x1": column("x1").date("dd/mm/yyyy")', '"x2": column("x2").phone(PHONES)',
        '"x3": column("x3").number()', '"x4": column("x4").codes({"A": JaugeX4.A, "B": JaugeX4.B, "C": JaugeX4.C})',
        '"x5": column("x5").codelist(MALI_2009)', '"x6": column("x6").year()', '"pluie_mm": column("Pluie (mm)").decimal(",',
        '"releve_a": column("Relevé à").moment()', '"x7": column("x7").codes({"oui": True, "non": False})',
        '"montant": column("Montant (F CFA)").amount("XOF")', '"matricule": column("matricule"),',
    ):  # fmt: skip
        assert line in page
    for line in (
        'reference: str = key("N° fiche", fr="N° fiche")', "x1: date | None", "x2: tuple[Phone, ...] = several(",
        "x3: int | None",
        "x4: JaugeX4 | None", "x5: Place | None", "x6: int | None", "pluie_mm: Decimal | None", "releve_a: datetime | None",
        "x7: bool | None", "montant: Amount | None", "matricule: str | None",
    ):  # fmt: skip
        assert line in page
    (adapter,) = imported(drafted).cigem_adapters()
    for source in (sample, drafted.folder / "samples" / sample.name):
        assert adapter.read(source)["jauge"].accepted.height == COUNT


def test_trying_a_draft_declares_no_kind(tmp_path):
    """Whoever drafts may go on in the same process, and draft again."""
    before = kinds()
    made = [draft("pluie", [gauges(tmp_path)], to=tmp_path / name).module.read_text("utf-8") for name in ("one", "two")]

    assert kinds() == before
    assert made[0] == made[1]


def test_rows_that_no_column_tells_apart_are_told_apart_by_several(tmp_path):
    """And it is asked; in the copy they still are."""
    sample = written(
        tmp_path, "releves.csv", "Jour,Poste,Averses,Vent",
        lambda n: f"2009-09-{1 + n // 4:02},{('Nord', 'Sud', 'Est', 'Ouest')[n % 4]},{n % 5},{('faible', 'très fort')[n % 2]}",
    )  # fmt: skip
    drafted = draft("vent", [sample], to=tmp_path / "out")

    assert any("no column tells records apart; do jour, poste together?" in asked for asked in drafted.questions)
    (adapter,) = imported(drafted).cigem_adapters()
    for source in (sample, drafted.folder / "samples" / sample.name):
        assert adapter.read(source)["releve"].accepted.height == COUNT


def test_a_kind_is_drafted_where_it_is_asked_for_although_another_fits(tmp_path):
    """What says who someone is becomes the group every kind shares; names that repeat are codes of nothing."""
    sample = visits(tmp_path)
    run = CliRunner().invoke(
        program("fr"),
        ["new-adapter", "accueil", "--from", str(sample), "--to", str(tmp_path / "out"), "--new-kind", "hearing_told"],
    )
    page = (tmp_path / "out/src/cigem_accueil/__init__.py").read_text("utf-8")

    assert "visites : un type de fiche ébauché, hearing_told" in run.output
    for line in (
        "class HearingTold:", "identity: Identity | None = group()", '"identity.birth": column("Date de naissance")',
        'ACCORDE = "accorde", "accordé"', '"vu_par": column("Vu par"),', '"conseil": column("Conseil"),',
        'propos: str | None = field("Propos", fr="Propos", sensitivity="personal")',
    ):  # fmt: skip
        assert line in page
    copy = (tmp_path / "out/samples/visites.csv").read_text("utf-8")
    assert not any(name in page + copy for name in (*NAMES, *GIVEN))


def test_of_a_kind_there_is_one_field_left_is_told_by_the_cells(tmp_path):
    """`x1` holds telephones, and nothing else of a job seeker does: it is taken for them, and asked about."""
    drafted = draft("quartier", [visits(tmp_path)], to=tmp_path / "out", kinds=["demandeur"])
    page = drafted.module.read_text("utf-8")

    assert '"identity.phones": column("x1").phone(PHONES)' in page
    assert 'job_seekers: is "x1" the phones (identity.phones)?' in drafted.questions
    assert '# Left as cargo: "Vu par", "Propos"' in page
    assert '# Left as cargo: "Issue", 2 codes  # 60 of 60 cells read' in page


def test_the_kind_of_a_plugin_is_taken_by_what_it_is_called(tmp_path):
    """The package needs the one that declares it."""
    sample = written(
        tmp_path, "camps.csv", "Record number;Area;People present;Reported on",
        lambda n: f"R{n};Zone {n % 5};{n};2009-09-{1 + n % 28:02}",
    )  # fmt: skip
    drafted = draft("camps", [sample], to=tmp_path / "out", kinds=["déplacement"])

    assert kind_of(Displacement).name == drafted.tables["camps"]
    assert "from cigem_dtm import Displacement" in drafted.module.read_text("utf-8")
    assert drafted.kinds == ()


@pytest.mark.parametrize("name", ["Visite", "une visite", "class", "job_seeker", "9"])
def test_a_kind_that_cannot_be_called_so_is_refused(tmp_path, name):
    with pytest.raises(OperatorError, match="cannot name a new kind"):
        draft("accueil", [visits(tmp_path)], to=tmp_path / "out", new_kinds=[name])


@pytest.mark.long
def test_the_draft_of_a_kind_is_gold(tmp_path):
    """Every check but the one that needs a service, on people and on numbers."""
    made = draft("carnet", [gauges(tmp_path), visits(tmp_path)], to=tmp_path / "out", new_kinds=["visites=visit_told"])

    run = run_contract(made)

    assert "carnet: gold" in run.stdout, run.stdout + run.stderr


def test_a_kind_that_no_draft_could_import_is_none_it_is_of(tmp_path):
    """One that somebody declared in this process, and in no plugin."""

    @kind("rainfall", fr="relevé de pluie", en="rainfall")
    @frozen(kw_only=True)
    class Rainfall:
        reference: str = key("N° fiche", fr="N° fiche")
        x1: date | None = field("x1", fr="x1")
        x2: Phone | None = field("x2", fr="x2")
        x3: int | None = field("x3", fr="x3")
        x5: Place | None = field("x5", fr="x5")
        rain: Decimal | None = field("Pluie (mm)", fr="Pluie (mm)")
        paid: Amount | None = field("Montant (F CFA)", fr="Montant (F CFA)")
        number: str | None = field("matricule", fr="matricule")

    drafted = draft("pluie", [gauges(tmp_path)], to=tmp_path / "out", kinds=())

    assert drafted.kinds == ("jauge",)
    assert "rainfall" not in drafted.module.read_text("utf-8").casefold()
