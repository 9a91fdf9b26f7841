"""Rows of delimited files that are no records: totals, notes and signatures, wherever they stand."""

import pytest

from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Csv, Table, column

LENSES = {
    "reference": column("N° offre").required(),
    "employer": column("Employeur"),
    "posts": column("Places").number(minimum=1),
}
declared = Table(JobOffer, Csv("o.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), LENSES)
undeclared = Table(JobOffer, Csv("o.csv"), LENSES)
ROWS = ["OF-1;SOTELMA;2", "OF-2;BDM;1"]


def read(table, *rows: str, block: int | None = None):
    from cigem_core.sdk.batch import gather

    content = "".join(f"{row}\r\n" for row in ("N° offre;Employeur;Places", *rows)).encode()
    return gather(table.scan(content, block=block))


def keys(batch) -> list[str]:
    return batch.accepted["reference"].to_list()


@pytest.mark.parametrize("block", [24, None])
@pytest.mark.parametrize("table", [declared, undeclared])
@pytest.mark.parametrize("below", [
    ["TOTAL;;3", "Fait à Kayes, le 05/10/2009;;", "Le Directeur;;"],
    ["Total général;;3"], ["Sous-total;;2", "Somme;;3"], [";TOTAL;3"], ["Nombre total d'offres;;2"], ["Ensemble :;;3"],
    ["Arrêté le présent état à deux postes", "Visa", "Moussa Diarra"], ["NB : chiffres provisoires;;"], ["Source : ANPE;;"],
    ["Certifié conforme;;"], ["La Directrice régionale;;", "Mme Ba Awa"], ["N° offre;Employeur;Places"], ["#ref;#org;#posts"],
    [";;", "Le chef de service;;"], ["Kayes, le 12/10/2009;;"], ["Saint-Louis, le 1er mars 2009;;"], ["Kita, 3.11.09;;"],
])  # fmt: skip
def test_what_stands_below_is_no_record(table, below, block):
    """Told by its words and by the rows above, whatever its number of cells and wherever blocks are cut."""
    batch = read(table, *ROWS, *below, block=block)

    assert (keys(batch), batch.faults) == (["OF-1", "OF-2"], ())
    assert batch.spans["row"].sort().to_list() == list(range(1, 4 + len(below)))


def test_totals_stand_between_as_well():
    """Records go on below a subtotal."""
    assert keys(read(declared, "OF-1;SOTELMA;2", "Sous-total;;2", "OF-2;BDM;1", "TOTAL;;3")) == ["OF-1", "OF-2"]


@pytest.mark.parametrize("row", ["OF-3;;", "TOTAL;SARL Total;2", "Le Directeur;EDM;1", "OF-3;;3"])
def test_what_may_be_a_record_is_one(row):
    """An offer of a company called Total is no total."""
    assert len(keys(read(declared, *ROWS, row))) == 3


@pytest.mark.parametrize("block", [12, 24, None])
@pytest.mark.parametrize("rows", [["KEITA;;", "Awa;;"], ["KEITA;;", "AW-1;;", "Awa;;"], ["OF-1;BDM;1", "KEITA;;1", "Awa;;"]])
def test_where_a_record_is_called_by_letters_alone_another_may_be(rows, block):
    """However few of its cells are filled: a key that was taken for one shows what keys are like."""
    assert keys(read(declared, *rows, block=block)) == [row.partition(";")[0] for row in rows]
