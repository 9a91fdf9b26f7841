"""Texts made to take for ever: each comes to its end, refused or read, in the time its size deserves."""

from __future__ import annotations

import json

import pytest
from formats.test_headers import offers

from cigem_core import Convention, ConventionError, JobSeeker
from cigem_core.errors import SourceRefused
from cigem_core.sdk import Csv, Json, Submissions, Table, column

FORM = Table(JobSeeker, Submissions("s.xml", resource="submissions"), {"reference": column("meta/instanceID").required()})
LIST = Table(JobSeeker, Json("s.json", resource="jeunes"), {"reference": column("id").required()})

ENDLESS_XML = {
    "comments before the root": b"<!-- -->" * 60_000 + b"<data/>",
    "elements of as many names": b"<data>" + b"".join(b"<c%d>1</c%d>" % (n, n) for n in range(20_000)) + b"</data>",
    "namespaces": b"<d " + b" ".join(b'xmlns:a%d="u%d"' % (n, n) for n in range(9_000)) + b">" + b"<a1:b/>" * 9_000 + b"</d>",
    "depth": b"<a>" * 195_000,
    "a document type": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>',
    "instructions": b"<?a" * 60_000,
}
ENDLESS_JSON = {
    "depth": b"[" * 195_000,
    "depth that closes": b'{"a":' * 90_000 + b"1" + b"}" * 90_000,
    "keys of one record": b'[{"id":"1",' + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}]",
    "a key of its own in each record": b"[" + b",".join(b'{"id":"%d","k%d":1}' % (n, n) for n in range(8_000)) + b"]",
    "braces": b'[{"id":"1"},' + b"{ " * 90_000,
    "blanks": b"[" + b" " * 2_000_000,
}


@pytest.mark.parametrize("kind", ENDLESS_XML)
def test_xml_without_end_is_refused_or_read_as_no_record(kind: str) -> None:
    try:
        batch = FORM.read(ENDLESS_XML[kind])
    except SourceRefused:
        return
    assert batch.accepted.height == 0


@pytest.mark.parametrize("kind", ENDLESS_JSON)
def test_json_without_end_is_refused(kind: str) -> None:
    with pytest.raises(SourceRefused):
        LIST.read(ENDLESS_JSON[kind])


@pytest.mark.parametrize(
    "content",
    [b";".join(b"c%d" % n for n in range(20_000)) + b"\n", b"\0" * 2_000_000, b";".join([b"Numero"] * 20_000) + b"\n"],
    ids=["columns", "nulls", "one name"],
)
def test_csv_without_end_is_refused(content: bytes) -> None:
    with pytest.raises(SourceRefused):
        offers.read(content)


def test_a_header_that_almost_calls_the_entries_is_a_header() -> None:
    """What is looked for in titles is looked for once."""
    table = Table(JobSeeker, Csv("s.csv", delimiter=";"), {"reference": column("Ref")})

    assert table.read(b"Ref;N" + b"o" * 4_000 + b"anomalie" * 500 + b"\n1;2\n").read == 1


MARKS = "a" + "\u0327\u0301" * 60_000
"""One letter under marks without number: to put them in order takes their number squared."""


@pytest.mark.parametrize("content", [
    f"Ref;Nom;{MARKS}\nA;B;C\n", f"Ref;Nom\nA;B\n{MARKS};\n", "Ref;Nom\nA;B\ntotal " + "general" * 40 + " zzz;\n",
], ids=["marks in a header", "marks in a key", "words in many ways"])  # fmt: skip
def test_csv_that_could_be_read_in_many_ways_is_read_in_one(content: str) -> None:
    table = Table(JobSeeker, Csv("s.csv"), {"reference": column("Ref"), "identity.family_name": column("Nom")})

    assert table.read(content.encode()).read >= 1


PEOPLE = Table(JobSeeker, Json("p.json", resource="p"), {
    "reference": column("id"), "identity.family_name": column("c[].v").joined(" "),
})  # fmt: skip


def test_json_whose_keys_are_looked_at_once_comes_to_its_end() -> None:
    """A key that stands twice after many others, and places in a list that no number holds."""
    twice = b'[{"id":"1",' + b",".join(b'"k%d":1' % n for n in range(60_000)) + b',"k59999":2}]'
    places = b'[{"id":"1","c":{"%s":{"v":"b"},"%s":{"v":"a"},"01":{"v":"c"}}}]' % (b"9" * 5_000, b"8" * 5_000)

    assert "the same key 'k59999'" in PEOPLE.read(twice).faults[0].message("en")
    assert PEOPLE.read(places).accepted["identity.family_name"].to_list() == ["c a b"]


def test_json_of_more_cells_than_bytes_is_refused() -> None:
    """A megabyte of lists, each under a key of its own, would take a gibibyte."""
    content = json.dumps([{"id": str(n), f"k{n % 1500}": ["x"]} for n in range(20_000)]).encode()

    with pytest.raises(SourceRefused, match="keys of the document are probably data"):
        PEOPLE.read(content)


def test_convention_of_keys_without_end_is_refused() -> None:
    with pytest.raises(ConventionError, match="dots"):
        Convention.from_toml(".".join(["a"] * 20_000) + " = 1")
