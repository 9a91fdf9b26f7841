"""JSON as it came."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.formats.rest import Paging
from cigem_core.formats.rest.documents import digest, listing, parsed

BARE = Paging(data="", total=None, pages=None, next=None)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def page(body: str | bytes, paging: Paging = BARE):
    return listing(body if isinstance(body, bytes) else body.encode(), paging, page=0, size=100)


@settings(max_examples=40)
@given(st.lists(VALUES), st.sampled_from([None, 2]), st.booleans())
def test_every_record_comes_with_its_own_text(values, indent, ascii):
    body = json.dumps({"meta": {"total": len(values)}, "data": values}, indent=indent, ensure_ascii=ascii).encode(
        "utf-8", "surrogatepass"
    )
    try:
        body.decode()
    except UnicodeDecodeError:
        return
    found = page(body, Paging(pages=None, next=None))

    assert [item.value for item in found.items] == values
    assert [json.loads(item.text) for item in found.items] == values
    assert found.total == len(values)


def test_numbers_and_repeated_names_stay_as_they_were_written():
    texts = ['{"n":1.10}', '{"n": 1e400}', '{"a":1, "a":2}', "9" * 5000, r'"\ud800"']

    assert [item.text for item in page(f"[{', '.join(texts)}]").items] == texts


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[", b"[1", b"[1,", b"{}", b'{"data": [', b"[NaN]", b"[Infinity]", b"[1] x", b"[1]]", b"\xff", b"[" * 99_999,
        b"null",
        b"[1 2]", b"[1,]", b"<html>", b'"text"',
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_without_a_word_of_it(body):
    with pytest.raises(ValueError, match="not the JSON that was expected"):
        page(body)


@pytest.mark.parametrize("meta", ["{}", '{"total": "3"}', '{"total": -1}', '{"total": true}', '{"total": null}', "[]"])
def test_a_number_that_was_declared_is_there(meta):
    with pytest.raises(ValueError, match="expected"):
        page(f'{{"data": [], "meta": {meta}}}', Paging(pages=None, next=None))


def test_a_list_may_stand_deep_and_behind_anything():
    paging = Paging(data="a.b", total="a.n", pages=None, next="a.next")
    found = page('\ufeff{"x": {"b": [0]}, "a": {"n": 2, "next": "more", "é": 1, "b": [1, {"b": []}]}}', paging)

    assert ([item.value for item in found.items], found.total, found.more) == ([1, {"b": []}], 2, True)


def test_more_is_said_by_an_address_by_a_number_or_by_a_full_page():
    numbered, plain = Paging(total=None, next=None), Paging(total=None, next=None, pages=None)

    assert page('{"data": [1], "meta": {"pages": 2}}', numbered).more
    assert not page('{"data": [1], "meta": {"pages": 1}}', numbered).more
    assert not page('{"data": []}', plain).more
    assert page('{"data": [1]}', plain).is_open
    assert not page('{"data": [1]}', numbered.__class__(page=None)).more
    assert not page('{"data": [], "meta": {"pages": 9}}', numbered).more  # nothing comes of an empty page


def test_what_a_value_says_has_no_order_of_names():
    assert digest({"a": 1, "b": [1]}) == digest({"b": [1], "a": 1}) != digest({"b": [1], "a": "1"})
    assert parsed(b"1") == 1
