"""An adapter: which table a source is one of, in which order sources are read, and what it cannot be."""

import io

import openpyxl
import polars as pl
import pytest

from cigem_anpe import anpe, placements, seekers
from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.model.employment import JobOffer, JobSeeker, Placement
from cigem_core.model.fields import kind_of
from cigem_core.model.training import Trainee, TrainingModule, TrainingPlan
from cigem_core.sdk import Adapter, Csv, Source, Table, column
from cigem_core.sdk.adapter import Keys
from cigem_core.text import Text

SEEKERS = Table(JobSeeker, Csv("a_{yyyymm}.csv"), {"reference": column("N°"), "remarks": column("Vu")})
OFFERS = Table(JobOffer, Csv("b.csv"), {"reference": column("N°"), "title": column("Poste"), "employer": column("Chez")})
HOUSE = Adapter("house", pull=[OFFERS, SEEKERS])


@pytest.mark.parametrize("code", ["ANPE", "a b", "é", "", "a_b", "-"])
def test_an_agency_has_a_code_in_lower_case(code):
    """Letters, digits and hyphens: it stands in file names, in addresses and in the journal."""
    with pytest.raises(DeclarationError) as refused:
        Adapter(code)

    assert refused.value.text == Text(
        fr=f"le code d'une structure est en minuscules sans accents, pas « {code} »",
        en=f"an agency's code is lower-case letters, digits and hyphens, not '{code}'",
    )
    assert Adapter("a-1").agency == "a-1"


def test_no_agency_is_the_centre():
    with pytest.raises(DeclarationError) as refused:
        Adapter("centre")

    assert refused.value.text == Text(
        fr="« centre » désigne le centre lui-même ; donner à la structure un autre code",
        en="'centre' is the centre itself; give the agency another code",
    )


def test_tables_are_ordered_by_their_references():
    """However they are declared."""
    tables = [
        Table(TrainingModule, Csv("m.csv"), {"reference": column("N°"), "plan": column("Plan").reference()}),
        Table(Placement, Csv("r.csv"), {"reference": column("N°"), "seeker": column("S").reference()}),
        Table(JobSeeker, Csv("s.csv"), {"reference": column("N°")}),
        Table(TrainingPlan, Csv("p.csv"), {"reference": column("N°")}),
    ]

    order = Adapter("house", pull=tables)._order(tables)

    assert order == {"job_seeker": 0, "training_plan": 1, "training_module": 2, "placement": 3}


def test_a_source_is_known_by_its_name_or_else_by_its_columns():
    """The table most of whose columns it has; by its name, whatever they are."""
    named = Source.of(b"x\n1\n", "A_200909.csv")
    by_columns = Source.of("N°;Poste;Chez\n1;x;y\n".encode(), "z.csv")

    assert HOUSE.table_for(named)[0] is SEEKERS
    assert HOUSE.table_for(by_columns)[0] is OFFERS
    assert HOUSE.table_for(by_columns)[1] is by_columns


@pytest.mark.parametrize("columns", ["x;y", "N°;Poste", "N°;Vu;Poste;Chez;Plus"])
def test_a_source_that_is_none_is_refused_with_what_the_agency_hands_over(columns):
    """One that has as many columns of two tables is none of them either."""
    same = {"reference": column("N°"), "trade": column("Poste"), "identity.family_name": column("Chez")}
    twin = Table(Trainee, OFFERS.format, {name: lens for name, lens in same.items() if lens.header in OFFERS.headers})
    adapter = Adapter("house", pull=[OFFERS, SEEKERS, twin])

    with pytest.raises(SourceRefused) as refused:
        adapter.table_for(Source.of(f"{columns}\n1;2;3;4;5\n".encode(), "z.csv"))

    assert refused.value.text == Text(
        fr="z.csv n'est reconnu ni par son nom ni par ses colonnes ; house remet : a_{yyyymm}.csv, b.csv",
        en="z.csv is recognised neither by its name nor by its columns; house hands over: a_{yyyymm}.csv, b.csv",
    )


def test_two_tables_of_one_kind_are_refused_when_they_are_declared():
    """Their corrections come home by their kind."""
    with pytest.raises(DeclarationError, match="two tables read the kind 'job_offer'"):
        Adapter("house", pull=[OFFERS, Table(JobOffer, Csv("other.csv"), {"reference": column("Code")})])


def test_corrections_are_known_by_their_columns_whatever_they_are_named():
    """By their name where the columns do not tell; and an ordinary file that speaks of anomalies keeps its name's table."""
    offers = "N°;Poste;Chez;No anomalie\n1;x;y;7\n".encode()
    told, torn = Source.of("N°;Vu\n1;une anomalie\n".encode(), "b.csv"), Source.of("N°;N° anomalie\n1;7\n".encode(), "b.csv")

    assert [HOUSE.table_for(Source.of(offers, name))[0] for name in ("a_200909.csv", "x", "b.csv")] == [OFFERS] * 3
    assert HOUSE.table_for(told)[0] is HOUSE.table_for(torn)[0] is OFFERS
    assert HOUSE.read(Source.of(offers, "a_200909.csv")).kinds == (kind_of(JobOffer),)


def test_a_workbook_of_nothing_known_needs_its_titles_back():
    """Or it is another agency's: which files this one hands over is said."""
    names = ", ".join(sorted(table.format.name for table in HOUSE.pull))
    content = io.BytesIO()
    openpyxl.Workbook().save(content)

    with pytest.raises(SourceRefused) as refused:
        HOUSE.read(Source.of(content.getvalue(), "x.xlsx"))

    assert refused.value.text == Text(
        fr="x.xlsx : aucune feuille n'a la colonne « N° anomalie », ni toutes les colonnes d'une table ; "
        "si ce sont des corrections, remettre leurs titres, ou écrire à nouveau le fichier (cigem corrections house) ; "
        f"sinon, house remet : {names}",
        en="x.xlsx: no sheet has the column 'N° anomalie', nor all the columns of a table; "
        "if these are corrections, put their titles back, or write the file again (cigem corrections house); "
        f"if not, house hands over: {names}",
    )


def test_what_was_read_together_is_told_together():
    """A kind that was not read is no kind of the reading; what two files say alike is said once."""
    sent = [Source.of("N°;Vu\r\n1;é\r\n".encode(), f"a_20090{n}.csv") for n in (1, 2)]

    reading = HOUSE.read(*sent, Source.of("N°;Poste;Chez\n1;x;y\n".encode(), "b.csv"))

    assert reading.kinds == (kind_of(JobOffer), kind_of(JobSeeker))
    assert [batch.file for batch in reading.files] == ["b.csv", "a_200901.csv", "a_200902.csv"]
    assert (reading.read, reading["job_seeker"].read, reading[JobOffer].read) == (3, 2, 1)
    assert {said.file for said in reading.assumed} == {"a_200901.csv", "a_200902.csv", "b.csv"}
    assert reading.faults == ()
    with pytest.raises(KeyError, match="placement"):
        reading[Placement]


def test_a_rule_that_could_not_be_asked_of_two_files_is_told_once():
    header = ";".join(placements.headers)

    reading = anpe.read(*(Source.of((header + "\r\n").encode("cp1252"), f"placements_20090{n}.csv") for n in (1, 2)))

    assert [entry.rule for entry in reading.not_run] == ["foreign-key placement.seeker", "foreign-key placement.offer"]
    assert reading.not_run[0].reason == Text(
        fr="aucun fichier de type « demandeur d'emploi » n'est donné", en="no source of kind 'job seeker' is given"
    )


def test_what_is_known_of_a_key_follows_from_what_was_read():
    """An accepted record counts before a row in quarantine; of a kind nobody read nothing is known."""
    keys = Keys()
    seeker = kind_of(Placement).field("seeker")
    asked = pl.Series(["A", "B", "C"])
    assert keys.known(seeker, asked) is None

    rows = {
        "N° inscription": ["A", "B"],
        "Date inscription": ["01/06/2009"] * 2,
        "Nom": ["x", ""],
        "Prénom(s)": ["x"] * 2,
        "Sexe": ["M"] * 2,
    }
    batch = seekers.read(pl.DataFrame({header: ["", ""] for header in seekers.headers} | rows))
    keys.take(batch)

    assert batch.claims.to_list() == ["B"]
    found = keys.known(seeker, asked)
    assert (found.to_list(), found.dtype) == ([2, 1, 0], pl.Int8)
    assert Keys.standing(asked, [pl.Series(["A", "B"])], [pl.Series(["B", "C"])]).to_list() == [2, 2, 1]
    assert not keys.repeated(kind_of(JobSeeker))
