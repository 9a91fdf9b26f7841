"""A header that cannot be trusted is refused: a column that is not known by its name would pass for another."""

from __future__ import annotations

import pytest

from cigem_core.errors import SourceRefused
from cigem_core.model.employment import JobOffer
from cigem_core.model.fields import kind_of
from cigem_core.policy import Mask
from cigem_core.sdk import Csv, Source, Table, column

offers = Table(
    JobOffer,
    Csv("offres.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")),
    {"reference": column("Numero"), "employer": column("Employeur privé"), "title": column("Poste")},
)
NARROW = Mask(fields={kind_of(JobOffer).name: frozenset({"reference", "title"})}, cargo=frozenset({"Note"}))


@pytest.mark.parametrize(
    "header",
    [
        b'Numero;"Employeur priv\xc3\xa9;Poste',
        b'Numero;Employeur priv\xc3\xa9";Poste',
        b"Numero;Employeur priv\xc3\xa9\x00;Poste",
        b'Numero;Employeur priv\xc3\xa9;Poste;"Extra\nB;SECRET;Vendeur;x"',
        b"Numero;Employeur priv\xc3\xa9;Poste\rA;SECRET;Vendeur",
    ],
    ids=["quote before", "quote after", "null byte", "rows in a name", "line ends of another age"],
)
def test_a_damaged_header_is_refused_under_any_mask(header):
    """Else a masked column would become an undeclared one, or rows a column's name."""
    for mask in (NARROW, Mask()):
        with pytest.raises(SourceRefused) as refused:
            offers.read(header + b"\nA;SECRET;Vendeur\n", mask=mask)
        assert "SECRET" not in str(refused.value)


def test_the_encoding_is_the_one_that_reads_the_whole_header():
    """Masked columns count: under another encoding their names would be others'."""
    batch = offers.read("Numero;Employeur privé;Poste\nA;SECRET;Maçon\n".encode("cp1252"), mask=NARROW)

    assert batch.accepted["title"].to_list() == ["Maçon"]
    assert "SECRET" not in str(batch.accepted.rows())


@pytest.mark.parametrize(
    "alike", ["Employeur prive", "EMPLOYEUR PRIVÉ.", "Employeur\u200b privé", "Ｅmployeur privé", "Employeur  privé (1)"[:-4]]
)
def test_a_masked_column_slightly_misnamed_is_still_masked(alike):
    """It is not kept as an undeclared one; a column truly undeclared is."""
    batch = offers.read(f"Numero;{alike};Poste;Note\nA;SECRET;Maçon;ici\n".encode(), mask=NARROW)

    assert batch.accepted["#cargo"].to_list() == ['{"Note":"ici"}']


def test_a_header_longer_than_any_is_refused():
    with pytest.raises(SourceRefused, match="first row cannot be read"):
        offers.read(b"Numero;Employeur priv\xc3\xa9;Poste;" + b"x" * (2 << 20) + b"\nA;B;C;D\n")


def test_more_columns_than_any_agency_has_are_refused():
    with pytest.raises(SourceRefused, match="2001 columns, while 2000 at most are read"):
        offers.read(f"Numero;Employeur privé;Poste;{';'.join(['X'] * 1998)}\n".encode())


def test_many_undeclared_columns_of_one_name_are_told_apart_at_once():
    names = ";".join(["X"] * 1900)

    batch = offers.read(f"Numero;Employeur privé;Poste;{names}\n".encode())

    assert batch.read == 0


def test_a_table_that_can_be_read_once_is_read_once(tmp_path):
    """Looking at its columns does not use it up."""
    import pyarrow as pa

    table = pa.table({"Numero": ["A"], "Employeur privé": ["x"], "Poste": ["Maçon"]})
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    source = Source.of(reader)

    assert offers.columns_found(source) == 3
    assert offers.read(source).read == 1


def test_a_pipe_is_refused(tmp_path):
    """It could be read once only."""
    import os

    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceRefused, match="no ordinary file"):
        offers.read(tmp_path / "pipe")
