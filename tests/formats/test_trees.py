"""JSON documents as agencies answer them: which columns they have, what is refused, and that both roads agree."""

import json
from collections import Counter
from datetime import date
from io import BytesIO

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, ChosenColumns
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.json_pieces import JsonPiece, pieces
from cigem_core.formats.trees.places import PathNaming
from cigem_core.formats.trees.records import open_records

YOUNG = Json("jeunes*.json", resource="jeunes", records="data")
KOBO = Json("submissions*.json", resource="submissions", records="results", separator="/", repeats_prefix=True)
BESIDE = [ROW, FIRST, LAST]


def everything(header) -> ChosenColumns:
    return ChosenColumns(names=dict(enumerate(header)), whole=True)


def only(*names: str):
    return lambda header: ChosenColumns(names={at: name for at, name in enumerate(header) if name in names}, whole=False)


def read(content, form=YOUNG, choose=everything, **options):
    """The header, the cells and the misfits of a document."""
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    opened = form.open(Source.of(given), choose, **options)
    blocks = list(opened.blocks())
    assert [block.first for block in blocks[1:]] == [block.last + 1 for block in blocks[:-1]]
    return opened.header, pl.concat([block.cells for block in blocks]), [m for block in blocks for m in block.misfits]


def cells(content, form=YOUNG) -> dict[str, list]:
    return read(content, form)[1].drop(BESIDE).to_dict(as_series=False)


# --- what is read ----------------------------------------------------------------------------------------------------


def test_keys_are_joined_into_columns():
    """Objects by the separator; items of lists give lists of text, all equally long."""
    record = {
        "id": "A-1",
        "etat_civil": {"naissance": {"annee": 1985, "approx": True}, "prenoms": ["Awa", "Fanta"]},
        "contacts": [{"type": "tel", "valeur": "76"}, {"type": "mail"}],
    }

    assert cells([record]) == {
        "id": ["A-1"],
        "etat_civil.naissance.annee": ["1985"],
        "etat_civil.naissance.approx": ["true"],
        "etat_civil.prenoms[]": [["Awa", "Fanta"]],
        "contacts[].type": [["tel", "mail"]],
        "contacts[].valeur": [["76", None]],
    }


def test_keys_of_a_form_already_hold_their_path():
    """Inside a repeat they repeat its name, which is taken off."""
    record = {"stagiaire/nom": "Dao", "formation/evaluation": [{"formation/evaluation/module": "Atelier"}]}

    assert cells({"results": [record]}, KOBO) == {"stagiaire/nom": ["Dao"], "formation/evaluation[]/module": [["Atelier"]]}


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a":1},{"a":2}]',
        b'{"data":[{"a":1},{"a":2}]}',
        b'{"meta":{"data":3},"data":[{"a":1},{"a":2}],"links":{"next":null}}\n',
        b'{"a":1}\n{"a":2}',
        b'{"a":1}\r\n\r\n{"a":2}\r\n',
        b'{\n"a":1\n}\n{\n"a":2\n}\n',
        b'\xef\xbb\xbf[ {"a":1} ,\n{"a":2} ]',
    ],
)
def test_records_stand_in_a_list_in_lines_or_under_a_key(content):
    """A bare list is taken where a key was declared: pages carry the key, samples do not."""
    assert cells(content) == {"a": ["1", "2"]}


def test_one_object_is_one_record_where_no_key_was_declared():
    """There is no list to look for."""
    assert cells(b'{"a": {"b": 1}}', Json("x.json", resource="x")) == {"a.b": ["1"]}


@pytest.mark.parametrize("content", [b"[]", b'{"data": []}', b"[\n]\n"])
def test_document_without_records_is_no_mistake(content):
    """A page may be empty; it has no columns, which are then empty, not missing."""
    header, found, misfits = read(content)

    assert (header, found.height, misfits) == ((), 0, [])
    assert YOUNG.is_sparse


def test_empty_values_are_null_or_empty():
    """Null is an absent key, the empty text stays; an absent list is an empty one."""
    assert cells([{"a": None, "b": "", "c": [], "d": {}}, {"e": 1}]) == {
        "b": ["", None],
        "c[]": [[], []],
        "d": [None, None],
        "e": [None, "1"],
    }


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("12", "12"), ("-1", "-1"), ("2.50", "2.5"), ("17.0", "17"), ("1e3", "1000"), ("1.5E-7", "0.00000015"), ("-0", "0"),
        ("-0.0", "0"), ("0.1", "0.1"), ("0.12345678901234567890", "0.1234567890123456789"), ("1e22", "1" + "0" * 22),
        ("123456789012345678901234567890123456789012345678901", "123456789012345678901234567890123456789012345678901"),
        ("true", "true"), ("false", "false"), ('"17.0"', "17.0"),
    ],
)  # fmt: skip
def test_numbers_are_their_digits(written, read_as):
    """Every digit that was given, no exponent, no zeros that say nothing; text stays as it is."""
    content = f'[{{"a":{written}}},{{"a":{written}}},{{"a":{written}}}]'.encode()

    assert cells(content) == {"a": [read_as] * 3}


def test_value_here_and_object_there_have_their_own_columns():
    """One odd record hides no other, and loses nothing."""
    records = [{"a": {"b": 1}}, {"a": "x"}, {"a": [2]}, {"a": [{"c": 3}, 4]}]

    assert cells(records) == {
        "a": [None, "x", None, None],
        "a.b": ["1", None, None, None],
        "a[]": [[], [], ["2"], [None, "4"]],
        "a[].c": [[], [], [None], ["3", None]],
    }


def test_list_inside_an_item_is_kept_whole():
    """As its JSON text, in the column of its place."""
    assert cells([{"a": [{"b": [1, {"c": 2.50}, None]}, {"b": []}]}, {"a": [["x"]]}]) == {
        "a[]": [[None, None], ['["x"]']],
        "a[].b": [['[1,{"c":2.5},null]', None], [None]],
    }


def test_keys_that_look_like_paths_are_told_apart():
    """Two columns of one name are two columns; only lists have `[]`."""
    header, found, _ = read(
        [{"a.b": 1, "a": {"b": 2}, "c[]": 3}], choose=lambda h: ChosenColumns(names={0: "x", 1: "y", 2: "z"}, whole=True)
    )

    assert header == ("a.b", "a.b", "c[ ]")
    assert found.drop(BESIDE).rows() == [("1", "2", "3")]


def test_column_that_only_the_last_record_has_is_in_the_header():
    """However far down it stands, and whatever was chosen before."""
    records = [{"id": number} for number in range(5_000)] + [{"id": 5_000, "tard": {"le": "x"}}]
    seen = []

    def choose(header):
        seen.append(header)
        return everything(header)

    header, found, _ = read(records, choose=choose)

    assert header == ("id", "tard.le")
    assert found["tard.le"].to_list() == [None] * 5_000 + ["x"]
    assert seen[-1] == header


def test_choice_that_changes_with_the_header_is_the_last_one():
    """A column passed over before is read again when the whole header asks for it."""
    content = "\n".join([*(json.dumps({"id": n, "b": n}) for n in range(20)), '{"c": 1}']).encode()

    def choose(header):
        return ChosenColumns(names={header.index("b"): "b"} if "c" in header else {}, whole=True)

    assert read(content, choose=choose)[1]["b"].to_list() == [*map(str, range(20)), None]


def test_records_are_numbered_from_one_in_blocks():
    """A record has no lines: its row, first and last are its place."""
    opened = YOUNG.open(Source.of(b'[{"a":1},2,{"a":3},{"a":4},{"a":5}]'), everything, block=2)

    blocks = list(opened.blocks())

    assert [(block.first, block.last) for block in blocks] == [(1, 2), (3, 4), (5, 5)]
    assert [block.cells.select(BESIDE).rows() for block in blocks] == [[(1, 1, 1)], [(3, 3, 3), (4, 4, 4)], [(5, 5, 5)]]
    assert [misfit.row for block in blocks for misfit in block.misfits] == [2]
    assert opened.heading is None


# --- what is set aside, what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("odd", "rule"),
    [
        ("5", "structure"), ("null", "structure"), ('"x"', "structure"), ("[1]", "structure"), ("NaN", "structure"),
        ('{"a":1,"a":2}', "structure"), ('{"a":{"b":1,"b":1}}', "structure"), ('{"a":-Infinity}', "structure"),
        ('{"a":1e999}', "structure"), ('{"a":' + "9" * 500 + "}", "structure"),
        ('{"a":"\\ud800"}', "encoding"), ('{"a":"x\\u0000"}', "encoding"), ('{"\\udfff":1}', "encoding"),
    ],
)  # fmt: skip
def test_odd_record_is_set_aside_alone(odd, rule):
    """It is kept as it came only where all columns may be."""
    content = f'[{{"a":"1"}},{odd},{{"a":"3"}}]'.encode()

    header, found, misfits = read(content)
    narrow = read(content, choose=only())[2]

    assert (header, found["a"].to_list(), found[ROW].to_list()) == (("a",), ["1", "3"], [1, 3])
    assert [(m.row, m.rule.value, m.text) for m in misfits] == [(2, rule, odd)]
    assert [(m.row, m.rule.value, m.text) for m in narrow] == [(2, rule, None)]


def test_key_said_twice_once_empty_is_what_it_holds():
    """Nothing hides anything."""
    assert cells(b'[{"a":null,"a":1},{"a":2,"a":null},{"a":3}]') == {"a": ["1", "2", "3"]}


@pytest.mark.parametrize("content", ['[{"a":"\\ud83d\\ude00"},{"a":"x"}]', '[{"a":"😀"},{"a":"x"}]'])
def test_two_halves_of_a_character_are_one(content):
    """However it is written."""
    assert cells(content.encode()) == {"a": ["😀", "x"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'[{"a":1},{"a":', r"stops before its end \(line 1, column 15\)"),
        (b'[{"a":1}\n,{"a":"secret', r"broken at line 2, column 7"),
        (b'[{"a":1},\n{"a":2}] x', r"broken at line 2, column 10"),
        (b'[{"a":1},{"a":2},]', r"broken at line 1, column 18"),
        (b'[{"a":1}{"a":2}]', r"broken at line 1, column 9"),
        (b'{"a":1}{"a":2}', r"broken at line 1, column 8"),
        (b'{"data":[{"a":1}]', "stops before its end"),
        (b'{"data":[{"a":1}]} {}', "broken"),
        (b'{"data":[{"a":1}],"data":[]}', "expected under 'data'"),
        (b'{"results":[{"a":1}]}', "expected under 'data'"),
        (b'{"data":null}', "expected under 'data'"),
        (b"5", "no JSON document of records"),
        (b'"x"', "no JSON document of records"),
        (b'[{"a":"caf\xe9"}]', "byte 11 is not UTF-8"),
        ('[{"a":1}]'.encode("utf-16"), "UTF-16"),
        ('[{"a":1}]'.encode("utf-16-le"), "UTF-16"),
        ('[{"a":1}]'.encode("utf-32"), "UTF-16 or UTF-32"),
        (b"[" * 10_000, "more than 100"),
        (b'{"a":' * 10_000, "more than 100"),
        (b'[{"a":' + b"[" * 9_999 + b"]" * 9_999 + b"},{}]", "more than 100"),
        (b"nom;prenom\nDao;Awa\n", "no JSON document of records"),
        (b"PK\x03\x04\x14\0", "this is a ZIP archive, and not JSON"),
    ],
)
def test_broken_document_is_refused_with_its_place(content, said):
    """In both languages, and nothing of it is quoted."""
    with pytest.raises(SourceRefused, match=said) as refused:
        read(content)

    assert "secret" not in refused.value.text.fr + refused.value.text.en


def test_place_of_a_break_is_counted_in_the_whole_document():
    """Even where most of it was read as columns."""
    lines = [f' {{"a": {number}}},' for number in range(60_000)]
    lines[50_000] = ' {"a": 5 5},'

    with pytest.raises(SourceRefused, match="line 50002, column 10"):
        read("\n".join(["[", *lines, ' {"a": 1}', "]"]).encode())


def test_keys_made_of_data_are_refused():
    """More columns than a spreadsheet has are no columns."""
    with pytest.raises(SourceRefused, match="keys of the document are probably data"):
        read([{f"{number}": number} for number in range(5_000)])


# --- names and writing -----------------------------------------------------------------------------------------------


def test_files_are_known_by_their_names():
    """As those of other formats."""
    dated = Json("jeunes_{yyyymm}.json", resource="jeunes")

    assert dated.matches("JEUNES_200906.json")
    assert dated.file_name(date(2009, 6, 1)) == "jeunes_200906.json"
    assert YOUNG.matches("jeunes-page-2.json")
    assert YOUNG.file_name(date(2009, 6, 1)) == "jeunes.json"


@pytest.mark.parametrize("make", [lambda: Json("{jour}.json", resource="x"), lambda: Json("x", resource="x", separator="[]")])
def test_mistake_is_found_when_declared(make):
    """Before any file is opened."""
    with pytest.raises(DeclarationError):
        make()


def test_what_is_written_reads_back():
    """Columns tell the shape they came from."""
    header = ("id", "a.b", "contacts[].valeur", "noms[]")
    rows = [("1", "x", ["76", None], ["Awa"]), ("2", "", [], [])]
    file = BytesIO()

    YOUNG.write(file, header, rows)

    assert cells(file.getvalue()) == {
        "id": ["1", "2"],
        "a.b": ["x", None],
        "contacts[].valeur": [["76", None], []],
        "noms[]": [["Awa"], []],
    }


# --- promises --------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6) | st.sampled_from(
    ["", "null", '": x', "},{", "[", "17.0"]
)
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-1e20, 1e20) | texts
keys = st.sampled_from(["a", "b", "c", "é", "a.b", "a b", 'q"', ""])
trees = st.recursive(scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=4), max_leaves=8)
irregular = st.lists(st.dictionaries(keys, trees, max_size=5), max_size=8)


@st.composite
def regular(draw):
    """Records of one shape, as agencies' are, some of their parts left out."""

    def shape(depth: int):
        kinds = [
            texts,
            st.integers() | st.none(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.lists(texts | st.none(), max_size=3),
        ]
        if depth < 3:
            below = st.dictionaries(keys, st.nothing())
            fields = draw(st.lists(keys, max_size=4, unique=True))
            below = st.fixed_dictionaries({}, optional={key: shape(depth + 1) for key in fields})
            kinds += [below | st.none(), *([st.lists(below | st.none(), max_size=3)] if depth < 2 else [])]
        return draw(st.sampled_from(kinds))

    fields = draw(st.lists(keys, min_size=1, max_size=5, unique=True))
    record = st.fixed_dictionaries({}, optional={key: shape(1) for key in fields})
    return draw(st.lists(record, max_size=12))


documents = st.tuples(
    irregular | regular(), st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " :\t")])
)


def written(document) -> bytes:
    records, indent, separators = document
    return json.dumps(records, indent=indent, separators=separators, ensure_ascii=len(records) % 2 == 0).encode()


def road(content: bytes, parts) -> tuple:
    opened = open_records(
        "x", "", parts, PathNaming(".", False), lambda h: ChosenColumns(names={i: f"{i}" for i in range(len(h))}, whole=True)
    )
    blocks = list(opened.blocks())
    return opened.header, pl.concat([b.cells for b in blocks]), [(m.row, m.rule) for b in blocks for m in b.misfits]


@settings(max_examples=60, deadline=None)
@given(documents, st.sampled_from([1, 40, 1 << 20]))
def test_fast_and_exact_roads_agree(document, size):
    """Whole columns or one record after the other: the same header, the same cells, the same misfits."""
    content = written(document)

    fast = road(content, lambda: pieces("x", content, None, size))
    exact = road(content, lambda: [JsonPiece("x", content)])

    assert fast[0] == exact[0]
    assert fast[2] == exact[2]
    assert fast[1].equals(exact[1])
    assert fast[1].schema == exact[1].schema


def leaves(value, inside=False):
    """The texts of a tree, as cells show them; a list inside an item is one."""
    if isinstance(value, dict):
        for below in value.values():
            yield from leaves(below, inside)
    elif isinstance(value, list) and not inside:
        for item in value:
            yield from leaves(item, True)
    elif isinstance(value, list):
        yield from [json.loads(json.dumps(value), parse_float=lambda _: 0, parse_int=lambda _: 0)] if value else []
    elif value is not None:
        yield value if isinstance(value, str) else None


@settings(max_examples=40, deadline=None)
@given(irregular | regular())
def test_every_leaf_stands_in_exactly_one_cell(records):
    """Nothing is lost and nothing is said twice, whatever the shape."""
    found = road(json.dumps(records).encode(), lambda: pieces("x", json.dumps(records).encode(), None))[1].drop(BESIDE)

    for record, row in zip(records, found.iter_rows(), strict=True):
        stand = [text for cell in row for text in (cell if isinstance(cell, list) else [cell]) if text is not None]
        given_leaves = list(leaves(record))
        assert len(stand) == len(given_leaves)
        assert not Counter(leaf for leaf in given_leaves if isinstance(leaf, str)) - Counter(stand)


@settings(max_examples=30, deadline=None)
@given(irregular | regular(), st.data())
def test_column_not_chosen_leaves_no_trace(records, data):
    """Only what is chosen is in the blocks, under the names it was asked by; misfits have no text."""
    header = read(records, choose=lambda h: ChosenColumns(names={}, whole=True))[0]
    chosen = data.draw(st.sets(st.integers(0, max(len(header) - 1, 0)), max_size=len(header)))

    _, found, misfits = read(
        records, choose=lambda h: ChosenColumns(names={at: f"c{at}" for at in chosen if at < len(h)}, whole=False)
    )

    assert set(found.columns) == {f"c{at}" for at in chosen if at < len(header)} | set(BESIDE)
    assert all(misfit.text is None for misfit in misfits)


@settings(max_examples=60, deadline=None)
@given(documents, st.data())
def test_damaged_document_is_refused_or_whole(document, data):
    """Cut anywhere, or with a byte changed, every record that is read is counted once."""
    content = bytearray(written(document))
    at = data.draw(st.integers(0, max(len(content) - 1, 0)))
    if data.draw(st.booleans()):
        del content[at:]
    elif content:
        content[at] = data.draw(st.integers(0, 255))

    try:
        fast = road(bytes(content), lambda: pieces("x", bytes(content), None, 40))
        exact = road(bytes(content), lambda: [JsonPiece("x", bytes(content))])
    except SourceRefused:
        with pytest.raises(SourceRefused):
            road(bytes(content), lambda: [JsonPiece("x", bytes(content))])
    else:
        assert (fast[0], fast[2]) == (exact[0], exact[2])
        assert fast[1].equals(exact[1])
