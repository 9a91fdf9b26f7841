"""A plan of the centre's own: written in a file, carried like the fund's, its mistakes named."""

from __future__ import annotations

import copy as copies
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cigem_core import Identity, Workspace
from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.model.projects import Goal
from cigem_core.model.training import Enrolment, EnrolmentStatus
from cigem_core.model.values import Amount, Occupation
from cigem_core.programmes.training.own_plan import own_plan_of
from cigem_core.programmes.training.plan_files import read_plan

ON = date(2009, 10, 2)
ACT = {"on": ON, "by": "awa"}
WRITTEN = Path(__file__).parents[3] / "plugins/cigem-mali/samples/training/plan-du-centre.toml"
TABLES = sorted((WRITTEN.parent / "plan-du-centre").glob("*.csv"))
DOCUMENT = tomllib.loads(WRITTEN.read_text("utf-8"), parse_float=Decimal)


def test_a_plan_is_read_as_it_is_written():
    plan = own_plan_of(DOCUMENT, "plan.toml")

    assert str(plan.ref) == "centre:training_plan:PC-2009-01"
    assert [(one.reference, one.module, one.places) for one in plan.sessions] == [("C1", "SOUD", 2), ("C2", "SOUD", 1)]
    assert plan.budget[0].amount == Amount(450_000, "XOF")
    assert {one.funder: one.percent for one in plan.funders} == {"cigem": Decimal(60), "commune": Decimal("40")}


@pytest.mark.parametrize(
    ("part", "at", "word", "value", "said"),
    [
        ("session", 0, "places", 0, "[[session]] 1 (C1): places= is 1 or more"),
        ("session", 0, "places", "2", "[[session]] 1 (C1): places= is a whole number"),
        ("session", 1, "ends_on", date(2009, 1, 1), "[[session]] 2 (C2): ends_on= is before begins_on="),
        ("session", 1, "begins_on", "2009-11-02", "begins_on= is a bare day, like 2009-11-02"),
        ("session", 1, "module", "SOUDE", "[[session]] 2 (C2): there is no such module; the nearest is 'SOUD'"),
        ("session", 1, "reference", "C1", "two [[session]] are called 'C1'"),
        ("session", 0, "place", 2, "there is no 'place' here; the nearest is 'places'"),
        ("module", 0, "occupation", "9999", "occupation= is a code of ISCO-08 with four digits"),
        ("budget", 0, "currency", "francs", "currency= is a code of ISO 4217, like EUR"),
        ("budget", 0, "quantity", Decimal("0.3333"), "quantity × unit_cost must make a whole amount"),
        ("budget", 0, "heading", "", "[[budget]] 1: 'heading' is missing"),
        ("funder", 0, "percent", 61, "the funders' shares make 101 %, not 100 %"),
        ("funder", 0, "percent", 0, "[[funder]] 1 (cigem): percent= is more than 0"),
    ],
)
def test_each_mistake_is_named(part, at, word, value, said):
    wrong = copies.deepcopy(DOCUMENT)
    wrong[part][at][word] = value

    with pytest.raises(OperatorError) as refused:
        own_plan_of(wrong, "plan.toml")

    assert said in refused.value.text.en
    assert refused.value.text.fr != refused.value.text.en


@pytest.mark.parametrize("document", [{}, {"reference": 7}, {"reference": "P", "session": {}}, {"refrence": "P"}])
def test_what_is_no_plan_at_all_is_told_too(document):
    with pytest.raises(OperatorError, match=r"plan\.toml: "):
        own_plan_of(document, "plan.toml")


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "centre.sqlite"
    with Workspace.create(path, **ACT) as opened:
        for name in ("Diarra", "Keita", "Traoré", "Sow"):
            migrant = opened.people.open(identity=Identity(family_name=name), **ACT)
            opened.reception.open_project(migrant.reference, goal=Goal.TRAINING, occupation=Occupation("7212"), **ACT)
        opened.training.open_plan(WRITTEN, **ACT)
    return path


def test_who_gets_a_seat_is_enrolled_at_once_and_a_freed_seat_is_filled(centre, tmp_path):
    """There is nobody to ask: the row is the centre's, and says at once what the centre decides."""
    plan = centre.training
    asked = plan.enrol(plan.assign(on=ON), **ACT)

    assert [(one.reference, one.session) for one in asked] == [
        ("PC-2009-01-0001", "C1"), ("PC-2009-01-0002", "C1"), ("PC-2009-01-0003", "C2"),
    ]  # fmt: skip
    assert [one.identity.family_name for one in plan.plan().by_session["C2"]] == ["Traoré"]
    assert plan.assign(on=ON).assignment.assigned.is_empty()

    gone = plan.withdraw("PC-2009-01-0001", because="parti", **ACT)
    (new,) = gone.seated
    assert (new.session, new.identity.family_name, gone.untold) == ("C1", "Sow", ())
    rows = {one.reference: (one.session, one.status) for one in centre.store.find(Enrolment)}
    assert rows["PC-2009-01-0001"] == ("C1", EnrolmentStatus.ABANDONED)
    assert rows[new.reference] == ("C1", EnrolmentStatus.ENROLLED)

    plan.cancel("C2", because="pas de salle", **ACT)
    assert {one.session: len(one.enrolled) for one in plan.results()} == {"C1": 2, "C2": 0}
    assert [one.enrolment.reference for one in plan.roster().waiting] == ["PC-2009-01-0003"]


def test_an_amended_plan_keeps_its_people(centre, tmp_path):
    centre.training.enrol(centre.training.assign(on=ON), **ACT)
    fewer = tmp_path / "plan.toml"
    fewer.write_text(WRITTEN.read_text("utf-8").replace("places = 2", "places = 1"), "utf-8")

    with pytest.raises(OperatorError, match="the session C1 has 2 people: 1 places are not enough"):
        centre.training.open_plan(fewer, **ACT)
    fewer.write_text(WRITTEN.read_text("utf-8").replace("places = 2", "places = 3").replace('"commune"', '"mairie"'), "utf-8")
    centre.training.open_plan(fewer, **ACT)

    assert [one.session for one in centre.training.fill(**ACT)] == ["C1"]
    terms = Path(WRITTEN).with_name("instalments.toml")
    assert {one.funder for one in centre.training.money(terms, on=ON)} == {"cigem", "mairie"}


def test_its_tables_say_what_its_page_says(tmp_path):
    """As text, as workbooks, or as the sheets of one workbook, in any order of files and columns."""
    said = own_plan_of(DOCUMENT, "plan.toml")
    books, sheets = [], []
    for path in TABLES:
        header, *rows = [line.split(";")[::-1] for line in path.read_text("utf-8").splitlines()]
        books.append(tmp_path / f"{path.stem}.xlsx")
        write_workbook(books[-1], [Sheet(name="Feuille 1", header=header, rows=rows)])
        sheets.append(Sheet(name=path.stem, header=header, rows=rows))
    write_workbook(tmp_path / "Notre plan.xlsx", sheets)

    for files in (TABLES, TABLES[::-1], books, [tmp_path / "Notre plan.xlsx"]):
        found = read_plan(files)
        assert (found.reading.faults, found.reading.not_run, found.reading.assumed) == ((), (), ())
        assert found.plan == said
        assert found.reading.read == sum(len(path.read_text("utf-8").splitlines()) - 1 for path in TABLES)


WRONG = {
    "financeurs.csv": ["commune;0", "expected a share of more than 0", 3, "Part (%)"],
    "budget.csv": ["SOUD;Matière;0,3333;1000;XOF", "must make a whole amount", 3, "Quantité"],
    "sessions.csv": ["C2;SOUDE;Kayes;11/01/2010;27/02/2010;1", "the number of a known record", 3, "Code module"],
    "modules.csv": ["SOUD;Soudure;721;120;Atelier de Kayes;", "ISCO", 2, "Code métier"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_of_a_table_has_its_address_and_nothing_is_kept(name, tmp_path, centre):
    wrong, said, row, column = WRONG[name]
    made = []
    for path in TABLES:
        lines = path.read_text("utf-8").splitlines()
        if path.name == name:
            lines[row - 1] = f"PC-2009-01;{wrong}"
        made.append(tmp_path / path.name)
        made[-1].write_text("\n".join(lines), "utf-8")

    faults = [f for f in read_plan(made).reading.faults if f.address.file == name]
    assert (faults[0].address.row, faults[0].address.column) == (row, column)
    assert said in faults[0].remedy.en
    before = centre.store.head()
    with pytest.raises(OperatorError, match=r"nothing is kept, \d+ fault"):
        centre.training.open_plan(*made, **ACT)
    assert centre.store.head() == before


def test_tables_of_two_plans_or_of_none_are_refused(tmp_path):
    other = tmp_path / "modules.csv"
    other.write_text(TABLES[2].read_text("utf-8").replace("PC-2009-01", "PC-2009-02"), "utf-8")

    with pytest.raises(OperatorError, match=r"do not speak of one plan: PC-2009-02 \(modules\.csv\), PC-2009-01"):
        read_plan([other, TABLES[1]])
    with pytest.raises(OperatorError, match=r"name the file of its modules too"):
        read_plan([TABLES[1]])
    with pytest.raises(SourceRefused, match=r"modules\*\.csv"):
        read_plan([WRITTEN.with_name("candidats.csv")])
    shares = tmp_path / "financeurs.csv"
    shares.write_text(TABLES[1].read_text("utf-8").replace("40", "41"), "utf-8")
    with pytest.raises(OperatorError, match=r"101 %, not 100 %"):
        read_plan([TABLES[2], shares])


def test_tables_without_particulars_leave_those_that_are_known(centre):
    centre.training.open_plan(*(path for path in TABLES if path.name != "plan.csv"), **ACT)

    assert centre.training.plan().plan.promoter == "CIGEM"
