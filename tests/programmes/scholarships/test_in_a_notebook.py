"""What a notebook shows of a round: one line for each value, a table or sentences of what matters, and nobody's name."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from attrs import evolve
from programmes.scholarships.samples import FOLDER, applications, call, truth

from cigem_core import notebook, scholarships
from cigem_core.scholarships import Round, check_call, explain, package
from cigem_core.text import Text

NAME = "cinq-pays-2026"


@pytest.fixture(scope="module")
def shown():
    held = Round(call=call(NAME), applications=applications(NAME))
    drawn = held.draw(truth(NAME)["draws"][0]["seed"], leave_undecided=True)
    paid, intake = held.payments(FOLDER / NAME / "paiements.csv", drawn)
    return {
        "call": held.call, "round": held, "applications": held.applications, "intake": intake, "screening": held.screening,
        "draw": drawn, "award": drawn.placed[0], "explanation": explain(held, drawn, drawn.waiting[0][0]), "paid": paid[0],
        "balances": held.balances(paid, drawn, date(2027, 3, 10)), "package": package(held, drawn),
        "checked": check_call(held.call),
        "decision": scholarships.Ruling(application="CP26-00028", is_eligible=True, because="acte vu"),
    }  # fmt: skip


class _Marks(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_value_of_the_room_is_one_line(shown):
    """Every class that the room of scholarships offers is among them."""
    offered = {one for one in vars(scholarships).values() if isinstance(one, type)}

    assert offered <= {type(one) for one in shown.values()}
    assert {name: repr(one) for name, one in shown.items() if len(repr(one)) > 200 or "\n" in repr(one)} == {}


def test_what_has_parts_is_a_table_or_sentences_whose_marks_are_whole(shown):
    drawn = {name: one._repr_html_() for name, one in shown.items() if hasattr(one, "_repr_html_")}

    assert set(shown) - set(drawn) == {"award", "paid", "decision"}  # lines of others
    assert all(_Marks(html).open == [] for html in drawn.values())
    assert "<td>MA-SCI</td>" in drawn["draw"]
    assert '<td style="text-align:right">241</td>' in drawn["screening"]
    assert "verify.py" in drawn["package"]


def test_nobody_s_name_is_in_any(shown):
    frame = shown["applications"].frame
    names = {name for column in ("family_name", "given_names") for name in frame[column] if len(name) > 4}
    said = " ".join(repr(one) + (one._repr_html_() if hasattr(one, "_repr_html_") else "") for one in shown.values())

    assert [name for name in names if f">{name}<" in said or f" {name} " in said] == []


def test_a_title_is_no_marks(shown):
    evil = evolve(shown["call"], seats=(evolve(shown["call"].seats[0], title=Text(fr="<script>", en="<b>")),))

    assert "<script>" not in evil._repr_html_()
    assert "&lt;script&gt;" in evil._repr_html_()


def test_a_long_table_says_how_much_more_there_is():
    html = notebook.table(["n"], ([n] for n in range(1234)))

    assert html.count("<tr>") == 52
    assert "… and 1,184 more" in html
