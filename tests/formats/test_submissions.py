"""Submissions of forms: the same columns from KoboToolbox's JSON and from XML, and nothing hostile let in."""

import json
from xml.sax.saxutils import escape

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, ChosenColumns
from cigem_core.formats.trees.places import PathNaming
from cigem_core.formats.trees.records import open_records
from cigem_core.formats.trees.submissions import Submissions
from cigem_core.formats.trees.xml_pieces import XmlPiece, as_list, pieces

FORM = Submissions("submissions*", resource="submissions", repeats=["formation/evaluation"])
REPEATS = frozenset({("formation", "evaluation")})
BESIDE = [ROW, FIRST, LAST]

XML = """<?xml version="1.0" encoding="UTF-8"?>
<data xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa" id="suivi" version="v1">
  <stagiaire><nom>Dembélé &amp; fils</nom><telephone/></stagiaire>
  <formation>
    <evaluation><module>Atelier</module><note>17.0</note></evaluation>
    <evaluation><module>Gestion</module></evaluation>
  </formation>
  <orx:meta><orx:instanceID>uuid:fd7b</orx:instanceID></orx:meta>
</data>"""

JSON = {
    "count": 1, "next": None, "previous": None,
    "results": [{
        "stagiaire/nom": "Dembélé & fils",
        "stagiaire/telephone": "",
        "formation/evaluation": [
            {"formation/evaluation/module": "Atelier", "formation/evaluation/note": "17.0"},
            {"formation/evaluation/module": "Gestion"},
        ],
        "meta/instanceID": "uuid:fd7b",
        "_xform_id_string": "suivi",
        "_uuid": "fd7b",
    }],
}  # fmt: skip

CELLS = {
    "stagiaire/nom": ["Dembélé & fils"],
    "stagiaire/telephone": [""],
    "formation/evaluation[]/module": [["Atelier", "Gestion"]],
    "formation/evaluation[]/note": [["17.0", None]],
    "meta/instanceID": ["uuid:fd7b"],
    "_xform_id_string": ["suivi"],
    "_uuid": ["fd7b"],
}


def everything(header) -> ChosenColumns:
    return ChosenColumns(names=dict(enumerate(header)), whole=True)


def read(content: bytes):
    opened = FORM.open(Source.of(content), everything)
    blocks = list(opened.blocks())
    cells = pl.concat([block.cells for block in blocks]).drop(BESIDE).to_dict(as_series=False)
    return cells, [misfit for block in blocks for misfit in block.misfits]


def listed(*records: str) -> bytes:
    return ("<submissions>\n" + "\n".join(records) + "\n</submissions>").encode()


def submission(inside: str, uuid: str = "x") -> str:
    return f'<data id="f" version="1">{inside}<meta><instanceID>uuid:{uuid}</instanceID></meta></data>'


def test_json_and_xml_give_the_same_columns():
    """One table reads both; XML has its version beside."""
    from_json, _ = read(json.dumps(JSON).encode())
    from_xml, _ = read(XML.encode())

    assert from_json == CELLS
    assert from_xml == CELLS | {"@version": ["v1"]}


def test_submission_that_says_its_identifier_keeps_it():
    """It is computed from the instance's only where it is absent."""
    assert read(submission("<_uuid>own</_uuid>").encode())[0]["_uuid"] == ["own"]
    assert read(b'<data id="f" instanceID="uuid:y"><a>1</a></data>')[0]["_uuid"] == ["y"]


def test_list_holds_many_submissions():
    """With whatever structure each has, in their order."""
    records = [submission(f"<a>{n}</a>" + ("<b/>" if n % 3 else ""), str(n)) for n in range(50)]

    cells, misfits = read(listed(*records))

    assert cells["a"] == [str(n) for n in range(50)]
    assert cells["b"] == ["" if n % 3 else None for n in range(50)]
    assert misfits == []


def test_many_documents_are_read_as_one_list():
    """Each as a server stores it, with its own declaration; in the encoding it names."""
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><data id="f"><a>é</a></data>'.encode("latin-1")

    cells, misfits = read(as_list([XML.encode(), b"\xef\xbb\xbf" + submission("<a>1</a>").encode(), latin]))

    assert cells["stagiaire/nom"] == ["Dembélé & fils", None, None]
    assert cells["a"] == [None, "1", "é"]
    assert misfits == []


def test_submission_wrapped_by_its_server_is_found():
    """ODK Aggregate and Briefcase put it under `data`, beside the names of media files."""
    wrapped = (
        f'<submission xmlns="http://opendatakit.org/submissions"><data>{submission("<a>1</a>")}</data><mediaFile/></submission>'
    )

    assert read(wrapped.encode())[0]["a"] == ["1"]


@pytest.mark.parametrize(
    "odd",
    [submission("<a>1</a><a>2</a>"), submission("<g>text<a>1</a></g>"), submission("<a>1</a>text"), "<other><a>1</a></other>"],
)
def test_submission_that_cannot_be_told_apart_is_set_aside_alone(odd):
    """An element that stands twice and is no repeat, text between elements, or no submission at all."""
    cells, misfits = read(listed(submission("<a>0</a>"), odd, submission("<a>2</a>")))

    assert cells["a"] == ["0", "2"]
    assert [(misfit.row, misfit.rule.value) for misfit in misfits] == [(2, "structure")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE d [<!ENTITY a "b">]><data id="x"><a>&a;</a></data>', "no document type"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE d SYSTEM "http://example.org/x.dtd"><data id="x"/>', "no document type"),
        (XML.encode("utf-16"), "not UTF-8|UTF-16"),
        (b'<?xml version="1.0" encoding="utf-7"?><data id="x"/>', "not UTF-8"),
        (XML.encode()[:-20], "broken at line 8"),
        (listed(submission("<a>1</a>"), submission("<a>caf\xe9</a>")).replace(b"\xc3\xa9", b"\xe9"), "broken at line 3"),
        (listed(submission("<a>1</a>"), submission("<a>2")), "broken at line 3"),
        (b'<data id="x"><a>&secret;</a></data>', "broken at line 1"),
        (b'<data id="x">' + b"<a>" * 10_000 + b"</a>" * 10_000 + b"</data>", "more than 100 elements"),
        (b"<", "broken"),
    ],
)
def test_hostile_or_broken_document_is_refused(content, said):
    """Before anything is expanded or fetched; nothing of it is quoted."""
    with pytest.raises(SourceRefused, match=said) as refused:
        read(content)

    assert "secret" not in str(refused.value)


def test_submissions_are_not_written_as_a_file():
    """They are sent one by one."""
    with pytest.raises(OperatorError, match="send them one by one"):
        FORM.write(None, (), ())


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
texts = texts | st.sampled_from(["", " ", "a>b", '"', "]]", "&lt;", "/>", "\n", "</data>", "x\ty", "\u0085"])


@st.composite
def submissions(draw):
    """Submissions of one form, with what parsers take and regular expressions may not."""

    def leaf(name: str) -> str:
        plain = escape(draw(texts)).replace("]]&gt;", "")
        forms = [
            f"<{name}>{plain}</{name}>",
            f"<{name}/>",
            f'<{name} k="a>b">{plain}</{name} >',
            f"<{name}><![CDATA[x<y]]></{name}>",
        ]
        forms += [f"<!-- {name} --><{name}>&#233;</{name}>"]
        return draw(st.sampled_from([*forms[:1] * 6, *forms]))

    def one() -> str:
        items = draw(st.integers(0, 3))
        repeats = "".join(
            f"<evaluation>{leaf('module')}{leaf('note') if draw(st.booleans()) else ''}</evaluation>" for _ in range(items)
        )
        attribute = draw(st.sampled_from(["", " submissionDate='2009'", ' note="a&amp;b"']))
        inside = "".join(leaf(name) for name in draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3)))
        odd = draw(st.sampled_from([""] * 8 + ["stray", "<a/>"]))
        formation = f"<formation>{repeats}{leaf('fin')}</formation>"
        return f'<data id="f"{attribute}>{inside}{formation}{odd}<meta>{leaf("instanceID")}</meta></data>'

    between = draw(st.sampled_from(["", "\n", " <!-- --> "]))
    records = [one() for _ in range(draw(st.integers(0, 6)))]
    return f"<list>{between}{between.join(records)}{between}</list>".encode()


def road(content: bytes, parts) -> tuple:
    opened = open_records("x", "", parts, PathNaming("/", False), everything)
    blocks = list(opened.blocks())
    return opened.header, pl.concat([b.cells for b in blocks]), [(m.row, m.rule) for b in blocks for m in b.misfits]


@settings(max_examples=many(40, long=80), deadline=None)
@given(submissions(), st.sampled_from([1, 200, 1 << 20]))
def test_fast_and_exact_roads_agree(content, size):
    """Whole columns or one submission after the other: the same header, the same cells, the same misfits."""
    exact = road(content, lambda: [XmlPiece("x", content, REPEATS)])
    fast = road(content, lambda: pieces("x", content, REPEATS, size))

    assert (fast[0], fast[2]) == (exact[0], exact[2])
    assert fast[1].equals(exact[1])


@settings(max_examples=many(40, long=80), deadline=None)
@given(submissions(), st.data())
def test_damaged_document_is_refused_or_whole(content, data):
    """Cut anywhere, or with a byte changed: both roads say the same."""
    damaged = bytearray(content)
    at = data.draw(st.integers(0, len(damaged) - 1))
    if data.draw(st.booleans()):
        del damaged[at:]
    else:
        damaged[at] = data.draw(st.integers(0, 255))

    try:
        exact = road(bytes(damaged), lambda: [XmlPiece("x", bytes(damaged), REPEATS)])
    except SourceRefused:
        with pytest.raises(SourceRefused):
            road(bytes(damaged), lambda: pieces("x", bytes(damaged), REPEATS, 100))
    else:
        try:
            fast = road(bytes(damaged), lambda: pieces("x", bytes(damaged), REPEATS, 100))
        except SourceRefused:
            return  # read again as one document
        assert (fast[0], fast[2]) == (exact[0], exact[2])
        assert fast[1].equals(exact[1])
