"""Titles that begin with `#`, as tags do: they are an agency's, whatever ours are called."""

import pytest

from cigem_core.errors import SourceRefused
from cigem_core.model.employment import JobOffer
from cigem_core.sdk import Csv, Table, column

offers = Table(JobOffer, Csv("o.csv", delimiter=";"), {
    "reference": column("#ref").required(), "title": column("#row"), "posts": column("#posts").number(),
})  # fmt: skip
CONTENT = "#ref;#row;#posts;#adm1\nA-1;Maçon;2;ML01\nA-2;Soudeur;deux;ML02\n".encode()


def test_columns_of_any_such_title_are_read():
    """Beside the cells stand columns of ours, `#row` among them."""
    batch = offers.read(CONTENT)

    assert batch.accepted.select("reference", "title", "posts", "#row", "#cargo").rows() == [
        ("A-1", "Maçon", 2, 2, '{"#adm1":"ML01"}'),
    ]  # fmt: skip
    assert [(fault.address.row, fault.address.column, fault.value) for fault in batch.faults] == [(3, "#posts", "deux")]


@pytest.mark.parametrize(
    "title", ["#row", "#first", "#last", "#entry", "#key", "#text", "#cargo", "#is x", "#scope", "#replaces"]
)
def test_no_title_of_ours_is_taken_for_theirs(title):
    """Declared or not."""
    table = Table(JobOffer, Csv("o.csv", delimiter=";"), {"reference": column("N°").required(), "title": column(title)})

    assert table.read(f"N°;{title}\n1;x\n".encode()).accepted.select("reference", "title").rows() == [("1", "x")]
    assert offers.read(f"#ref;#row;#posts;{title} 2\n1;x;2;y\n".encode()).accepted.height == 1


def test_they_are_written_as_they_stand(tmp_path):
    """The titles of the agency, and what nobody declared."""
    offers.write(offers.read(CONTENT), tmp_path / "o.csv")

    assert (tmp_path / "o.csv").read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\r\n")[0] == b"#ref;#row;#posts;#adm1"


def test_a_missing_one_is_named_as_it_stands():
    """Without what tells it apart within."""
    with pytest.raises(SourceRefused, match="not found: '#posts'"):
        offers.read(b"#ref;#row\n1;x\n")
