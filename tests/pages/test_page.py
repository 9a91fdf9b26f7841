"""A page holds what it was handed, as text, in one language, and nothing that runs or is fetched."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cigem_core import Amount, PartialDate, Sex
from cigem_core.errors import MissingExtra
from cigem_core.pages import Beside, Percent, PrintedTable, Prose, page, written
from cigem_core.pages.writing import long_day, number, percent
from cigem_core.text import Text

HOSTILE = "<script>alert(1)</script>&\"'{{ 7*7 }}\x01\u202e"


class Seen(HTMLParser):
    """The elements of a page in order, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def made(text: str, language="fr") -> str:
    """A page that says a text wherever a page can say one."""
    table = PrintedTable(caption=text, header=[text, text], rows=[[text, 1], [text, text]], foot=[text, 1])
    return page(
        title=text,
        subtitle=text,
        language=language,
        issuer=[text],
        reference=text,
        foot=text,
        body=[Prose(text, heading=text), table],
    )


@settings(max_examples=30)
@given(st.text(min_size=1))
def test_no_text_is_taken_for_marks(text):
    """What an agency wrote is shown; a page has the same elements whatever its values are."""
    assert Seen(made(text)).elements == Seen(made("a")).elements


def test_a_hostile_text_is_shown_without_what_nobody_sees():
    html = made(HOSTILE)

    assert "<script" not in html
    assert "alert(1)&lt;/script&gt;&amp;&#34;&#39;{{ 7*7 }}</h1>" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)


def test_nothing_runs_and_nothing_is_fetched():
    """One file, which a reader may keep; the browser is told to refuse whatever else would come in."""
    html = made("Kayes")
    elements = {tag for tag, _ in Seen(html).elements}

    assert not elements & {"script", "link", "iframe", "img", "object", "form"}
    assert "default-src 'none'" in html
    assert "http://" not in html
    assert "https://" not in html


def test_a_table_moves_by_itself_on_a_telephone_and_its_references_stay_whole():
    """It can be reached and moved by keyboard, and says of what it is; a heading of nothing is no heading."""
    table = PrintedTable(caption="Qui attend", header=["N°", "", "Nom"], rows=[["OR-2009-0001", 3, "Traoré Awa"]])

    html = page(title="a", body=[Beside([table, Prose("à côté")])])

    assert '<div class="scroll" role="group" tabindex="0" aria-label="Qui attend">' in html
    assert '<th scope="row" class="whole">OR-2009-0001</th><td class="number">3</td><td class="">Traoré Awa</td>' in html
    assert html.count("<th scope") == 3
    assert re.search(r'<div class="beside">\s*<div>.*</div><div>\s*<p>à côté</p>', html, re.DOTALL)


def test_a_page_speaks_one_language():
    values = {"title": Text(fr="Rapport", en="Report"), "body": [Prose([Text(fr="Il est clos.", en="It is closed.")])]}

    french, english = page(**values), page(language="en", **values)

    assert '<html lang="fr">' in french
    assert "Il est clos." in french
    assert "It is closed." not in french
    assert '<html lang="en">' in english
    assert "It is closed." in english


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        (None, "", ""),
        (True, "oui", "yes"),
        (date(2009, 10, 1), "01/10/2009", "1 Oct 2009"),
        (PartialDate(year=1985, approximate=True), "vers 1985", "about 1985"),
        (PartialDate.parse("1985-03-12"), "12/03/1985", "12 Mar 1985"),
        (Amount(1_234_567, "XOF"), "1\u202f234\u202f567\u00a0XOF", "1,234,567\u00a0XOF"),
        (Percent(Fraction(1, 3)), "33,3\u00a0%", "33.3%"),
        (Percent(None), "\u2013", "\u2013"),
        (-1234.5, "\u22121\u202f234,5", "\u22121,234.5"),
        (Sex.FEMALE, "femme", "female"),
        ("2009", "2009", "2009"),
        (2009, 2009, 2009),
    ],
)
def test_values_are_written_as_people_read_them(value, fr, en):
    assert (written(value, "fr"), written(value, "en")) == (fr, en)


def test_days_and_shares_in_sentences():
    assert (long_day(date(2009, 10, 1)), long_day(date(2009, 10, 2), "en")) == ("1er\u00a0octobre 2009", "2\u00a0October 2009")
    assert (percent(Fraction(1, 3)), percent(Fraction(1, 8), "en", 0)) == ("33,3\u00a0%", "13%")
    assert (number(0.125, decimals=2), number(1000)) == ("0,13", "1\u202f000")


def test_french_signs_stay_on_the_line_of_their_word():
    french = page(title="a", body=[Prose("Voir « la liste » : 3 % ?")])

    assert "«\u00a0la liste\u00a0»\u00a0: 3\u00a0%\u00a0?" in french
    assert "a : b" in page(title="a", language="en", body=[Prose("a : b")])


def test_numbers_stand_right_and_texts_of_digits_do_not():
    """A year handed in as text is not set apart as 2 009."""
    html = page(title="a", body=[PrintedTable(caption="c", header=["An", "N", "Vrai"], rows=[["2009", 12345, True]])])

    assert '<th scope="row" class="whole">2009</th>' in html
    assert '<td class="number">12\u202f345</td><td class="whole">oui</td>' in html


def test_a_table_without_rows_says_so():
    assert "Rien à signaler." in page(title="a", body=[PrintedTable(caption="c", header=["An"], rows=[])])


def test_a_row_as_wide_as_no_header_is_refused():
    with pytest.raises(ValueError, match="row 2 of a table has 1 cells, its header 2"):
        PrintedTable(caption="c", header=["a", "b"], rows=[[1, 2], [3]])


def test_what_a_template_names_must_be_handed_in():
    """A letter that lost a value is not sent with a hole in it."""
    with pytest.raises(Exception, match="'body' is undefined"):
        page(title="a")


def test_a_programme_keeps_its_templates_beside_it(tmp_path, monkeypatch):
    room = tmp_path / "roomtemplates" / "templates"
    room.mkdir(parents=True)
    (room.parent / "__init__.py").touch()
    (room / "solde.html").write_text(
        '{% extends "letter.html" %}{% block body %}<p>{{ say("Dû le", "Due on") }} {{ due|day }}</p>{% endblock %}', "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)

    html = page("solde.html", of="roomtemplates", title="Solde", due=date(2009, 10, 2), place="Kayes", on=date(2009, 10, 1))

    assert "<p>Dû le 2\u00a0octobre 2009</p>" in html
    assert "Kayes, le 1er\u00a0octobre 2009" in html


SAME = """
from datetime import date
from cigem_core.pages import PrintedTable, page, chart
days = [{"d": f"2009-{m:02d}-01T00:00:00", "n": m * 1000} for m in range(1, 13)]
spec = {"data": {"values": days}, "mark": "line", "encoding": {
    "x": {"field": "d", "type": "temporal"}, "y": {"field": "n", "type": "quantitative"}}}
drawn = chart(spec, title="Mois", description="De 1 000 à 12 000")
print(ascii(page(title="a", on=date(2009, 10, 1), body=[drawn, PrintedTable(caption="c", header=["a"], rows=[[1]])])))
"""


def test_the_same_bytes_on_every_machine():
    """Neither the clock's zone nor the machine's language is asked."""
    runs = [
        subprocess.run(
            [sys.executable, "-c", SAME], capture_output=True, text=True, check=True, env={"TZ": zone, "LC_ALL": spoken}
        )
        for zone, spoken in (("Pacific/Kiritimati", "C"), ("America/Caracas", "fr_FR.UTF-8"))
    ]

    assert runs[0].stdout == runs[1].stdout
    assert "<svg" in runs[0].stdout


@pytest.mark.parametrize("library", ["jinja2", "vl_convert"])
def test_a_library_that_is_missing_is_named(library, monkeypatch):
    from cigem_core.pages import libraries

    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingExtra, match=r"pip install cigem-core\[pages\]"):
        libraries.jinja() if library == "jinja2" else libraries.vega()
