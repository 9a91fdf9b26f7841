"""Documents as services and programs send them: one page of many, envelopes, what is no JSON, what cannot be read."""

import json

import pytest

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.model.employment import JobOffer, JobSeeker
from cigem_core.policy import Mask
from cigem_core.report import Rule
from cigem_core.sdk import Adapter, Json, Submissions, Table, column

offers = Table(JobOffer, Json("offres*.json", resource="offres", records="data"), {
    "reference": column("id").required(), "title": column("intitule"), "posts": column("places").number(),
})  # fmt: skip
answers = Table(JobOffer, Submissions("s*.xml", resource="s", repeats=["g"]), {
    "reference": column("meta/instanceID").required(), "employer": column("g[]/a").joined(" "),
})  # fmt: skip
ONE = {"id": "1", "intitule": "Maçon", "places": 2}


@pytest.mark.parametrize("around", [
    {"count": 1500, "next": "https://x/?page=2"}, {"next": "https://x/?page=2"}, {"meta": {"total": 3}}, {"total_count": 40},
    {"links": {"next": "/p/2"}}, {"has_more": True}, {"@odata.nextLink": "https://x"}, {"pagination": {"total": 7}},
    {"count": "1500"}, {"page": 1, "total_pages": 3}, {"nextPageToken": "abc"}, {"meta": {"next_cursor": "abc"}}, {"last": False},
    {"links": [{"rel": "self", "href": "/1"}, {"rel": "next", "href": "/2"}]}, {"_links": {"next": {"href": "/2"}}},
    {"page": {"number": 0, "totalElements": 99}}, {"info": {"pages": 2}}, {"recordsTotal": 57, "recordsFiltered": 57},
    {"truncated": True}, {"current_page": 1, "last_page": 4}, {"next_page": 2},
])  # fmt: skip
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("records", [1, 2])
def test_first_page_alone_is_no_list(around, before, records):
    """It says of itself that more follow, before the list or after it."""
    held = {"data": [{**ONE, "id": str(at)} for at in range(records)]}

    with pytest.raises(SourceRefused, match="only a page of the list"):
        offers.read(json.dumps({**around, **held} if before else {**held, **around}).encode())


@pytest.mark.parametrize("around", [
    {"count": 1, "next": None, "previous": None}, {"meta": {"total": 1, "pages": 1}}, {"links": {"next": None}},
    {"has_more": False}, {"page": 1, "total_pages": 1, "last": True, "truncated": False}, {"recordsFiltered": 1},
    {"_links": {"self": {"href": "/1"}}, "links": [{"rel": "prev", "href": "/0"}]}, {"next_cursor": "", "total": "1"},
    {"info": {"count": 1, "pages": 1, "next": None}}, {"page": "2", "pages": "une"},
])  # fmt: skip
def test_whole_list_in_an_envelope_is_read(around):
    """What says that nothing follows is as it should be."""
    assert offers.read(json.dumps({**around, "data": [ONE], "links2": []}).encode()).accepted.height == 1


@pytest.mark.parametrize(("record", "said"), [
    ('{"id": "1", "places": NaN}', "NaN"), ('{"id": "1", "places": -Infinity}', "NaN"),
    ('{"id": "1", "nina": "a", "nina": "b"}', "the same key 'nina'"), ('{"id": "1", "base64EncryptedKey": "x"}', "encrypted"),
])  # fmt: skip
def test_what_is_wrong_with_a_record_is_said(record, said):
    """No quote stands wrong there; records beside it are read."""
    batch = offers.read(f'{{"data": [{record}, {json.dumps(ONE)}]}}'.replace('"id": "1", "int', '"id": "2", "int').encode())

    assert [fault.rule for fault in batch.faults] == [Rule.STRUCTURE]
    assert said in batch.faults[0].message("en")
    assert batch.accepted.height == 1


@pytest.mark.parametrize("root", ['<f id="f">{}</f>', "<f>{}</f>", "<f xmlns='x'>{}</f>"])
def test_submission_that_begins_with_a_repeat_is_one(root):
    """Its repeated groups are no list of submissions."""
    groups = "".join(f"<g><a>{n}</a></g>" for n in (1, 2, 3))

    batch = answers.read(root.format(f"{groups}<meta><instanceID>uuid:1</instanceID></meta>").encode())

    assert batch.accepted.select("reference", "employer").rows() == [("uuid:1", "1 2 3")]


@pytest.mark.parametrize("form", [
    "<root><count>1</count><next></next><previous></previous><results>{}</results></root>",
    "<root><count>1</count><next/><results><list-item>{}</list-item></results></root>", "<submissions>{}</submissions>",
])  # fmt: skip
def test_what_a_service_puts_around_submissions_is_none_of_them(form):
    """KoboToolbox's data.xml."""
    one = '<f id="f"><g><a>1</a></g><meta><instanceID>uuid:1</instanceID></meta></f>'

    assert answers.read(form.format(one).encode()).accepted["reference"].to_list() == ["uuid:1"]


def test_page_of_submissions_says_so():
    """1500 of them, and one is there."""
    one = '<f id="f"><meta><instanceID>uuid:1</instanceID></meta></f>'

    with pytest.raises(SourceRefused, match=r"only a page of the list \(1 / 1500\)"):
        answers.read(f"<root><count>1500</count><next>https://x</next><results>{one}</results></root>".encode())


def test_encrypted_submission_is_said_to_be_that():
    """One sentence, and not one a question."""
    meta = "<meta><instanceID>uuid:1</instanceID></meta>"

    batch = answers.read(f'<data id="s" encrypted="yes"><base64EncryptedKey>abc</base64EncryptedKey>{meta}</data>'.encode())

    assert ["encrypted" in fault.message("en") for fault in batch.faults] == [True]


def test_document_of_no_list_is_refused(tmp_path):
    """Its name is no table's and a declared column is missing: an id alone makes nobody an offer."""
    adapter, document = Adapter("x", pull=[offers]), {"data": [{"id": "1", "intitule": "Awa KEITA", "fonction": "chef"}]}
    for name in ("export.json", "offres.json"):
        (tmp_path / name).write_text(json.dumps(document))

    with pytest.raises(SourceRefused, match="neither by its name nor by its columns"):
        adapter.read(tmp_path / "export.json")

    assert adapter.read(tmp_path / "offres.json").read == 1


@pytest.mark.parametrize(("sent", "said"), [
    (b"<!DOCTYPE html>\n<html><title>x</title></html>", "a web page"), (b"\xef\xbb\xbf\n<!-- x --><HTML>\xe9", "a web page"),
    (b"PK\x03\x04\x14\0 xl/workbook.xml", "a workbook"), (b"PK\x03\x04\x14\0 a.json", "a ZIP archive"), (b"%PDF-1.4\n", "a PDF"),
    (b"\x1f\x8b\x08\0\0", "compressed"), (b"\xd0\xcf\x11\xe0\xa1", "a workbook of an old format"), (b"\x89PNG\r\n", "an image"),
])  # fmt: skip
@pytest.mark.parametrize("table", [offers, answers])
def test_other_file_in_place_of_a_document_is_said_to_be_that(table, sent, said):
    """A page to sign in, saved under another name, is no JSON that is broken at its first line."""
    with pytest.raises(SourceRefused, match=f"this is .*{said}"):
        table.read(sent)


@pytest.mark.parametrize("sent", [
    [{"id": "1", "nom": "KEITA"}, {"id": "2", "nom": "BA"}], {"data": [{"id": "1", "type": "Feature", "props": {"a": 1}}]},
])  # fmt: skip
def test_records_of_another_list_are_none_of_these(sent):
    """They share a number, and nothing else that is declared: an offer's title and places would go."""
    with pytest.raises(SourceRefused, match="not found: 'intitule', 'places'"):
        offers.read(json.dumps(sent).encode())


@pytest.mark.parametrize("sent", [[{"id": "1"}], [{"id": "1", "places": None, "autre": 1}, {"id": "2", "places": 3, "autre": 1}]])
def test_record_that_speaks_of_little_is_read(sent):
    assert offers.read(json.dumps(sent).encode()).accepted.height == len(sent)


@pytest.mark.parametrize("one", [["1", "Maçon", 2], "1", 3, None])
def test_what_is_no_record_is_said_to_be_none(one):
    """Lists of values, as spreadsheets are turned into JSON, have no names for them."""
    batch = offers.read(json.dumps([one, ONE]).encode())

    assert ["between braces" in fault.message("en") for fault in batch.faults] == [True]
    assert batch.accepted["reference"].to_list() == ["1"]


@pytest.mark.parametrize("form", [Json("p.json", resource="p"), Submissions("p.json", resource="p")])
@pytest.mark.parametrize("header", ["m[]{0}", "m{1}nom", "[]", "[]{0}nom", "m{0}[]{0}nom", "m[]nom", "m[]{0}e[]{0}nom"])
def test_column_of_a_list_that_nothing_can_stand_in_is_refused(form, header):
    """Written otherwise than the document's names are, it would be empty for ever."""
    right, wrong = (".", "[]/") if form.separator == "." else ("/", "[].")
    with pytest.raises(DeclarationError, match=r"is written|a list in a list"):
        Table(
            JobSeeker, form, {"reference": column("id"), "identity.family_name": column(header.format(right, wrong)).joined(" ")}
        )


def test_item_is_not_told_by_a_list_within_it():
    with pytest.raises(DeclarationError, match="a list in a list"):
        column("m[].v").where("m[].e[].t", "tel")


PEOPLE = Table(JobSeeker, Json("p*.json", resource="p", records="data"), {
    "reference": column("id").required(), "identity.family_name": column("c[].v").where("c[].t", "tel").joined(" "),
    "identity.given_names": column("etat.prenoms[]").joined(" "),
})  # fmt: skip


@pytest.mark.parametrize(("held", "read"), [
    ([{"t": "tel", "v": "1"}], "1"), ({"t": "tel", "v": "1"}, "1"), ([], None), (None, None), ({"1": {"t": "x", "v": "1"}}, None),
    ({"0": {"t": "tel", "v": "1"}, "2": {"t": "tel", "v": "3"}}, "1 3"),
    ({"10": {"t": "tel", "v": "b"}, "9": {"t": "tel", "v": "a"}}, "a b"),
])  # fmt: skip
def test_list_that_came_as_an_object_is_that_list(held, read):
    """One item by itself, or items by their numbers, as some programs write lists; beside lists that are lists."""
    other = {"id": "2", "c": [{"t": "tel", "v": "9"}], "etat": {"prenoms": "Awa"}}

    batch = PEOPLE.read(json.dumps({"data": [{"id": "1", "c": held}, other]}).encode())

    assert batch.accepted.select("reference", "identity.family_name", "identity.given_names").rows() == [
        ("1", read, None), ("2", "9", "Awa"),
    ]  # fmt: skip


@pytest.mark.parametrize(("held", "column", "said"), [
    ({"c": "1"}, "c", "or one value by itself"), ({"c": ["1"]}, "c", "or one value by itself"),
    ({"c": [[{"t": "tel", "v": "1"}]]}, "c", "found a list in a list"), ({"c": '[{"t": "tel"}]'}, "c", "one value by itself"),
    ({"c": {"a": {"t": "tel", "v": "1"}, "b": {"t": "tel", "v": "2"}}}, "c", "another shape"),
    ({"c": {"0": {"t": "tel", "v": "1"}, "total": 1}}, "c", "another shape"),
    ({"etat": [{"prenoms": ["Awa"]}]}, "etat.prenoms", "a list"), ({"etat": "Awa KEITA"}, "etat.prenoms", "found one value"),
    ({"etat": {"prenoms": [{"fr": "Awa"}]}}, "etat.prenoms", "shape"),
    ({"id": {"type": "x", "no": "1"}}, "id", "another shape"), ({"id": ["1"]}, "id", "a list"),
])  # fmt: skip
def test_value_in_another_shape_than_declared_is_a_fault(held, column, said):
    """What would be lost without a word is told, beside records that are as declared; what holds nothing is nothing."""
    whole = {"id": "2", "c": [{"t": "tel", "v": "9"}], "etat": {"prenoms": ["Awa"]}}
    nothing = {"id": "3", "c": "", "etat": []}

    batch = PEOPLE.read(json.dumps({"data": [{"id": "1", **held}, whole, nothing]}).encode())

    assert batch.accepted["reference"].to_list() == ["2", "3"]
    [fault] = batch.faults
    assert ((fault.address.column or "").removesuffix("[]"), said in fault.message("en")) == (column, True)


def test_value_of_another_shape_is_looked_at_where_it_may_cross_alone():
    """Under a mask that hides the list, neither it nor what stands in its place is asked for."""
    mask = Mask(fields={"job_seeker": frozenset({"reference"})}, cargo=False)

    batch = PEOPLE.read(json.dumps({"data": [{"id": "1", "c": "70 12 34 56", "etat": "Awa"}]}).encode(), mask)

    assert (batch.accepted["reference"].to_list(), batch.faults) == (["1"], ())
    assert not any("70 12" in str(row) for row in batch.accepted.rows())
