"""A form's rules where its questions are in repeats, and where answers are of several words."""

import polars as pl
import pytest
from sdk.test_form_words import checks
from sdk.test_forms import judged, rules, told

from cigem_core.errors import InternalError
from cigem_core.report import Rule
from cigem_core.text import Text

BEGUN = "2009-09-09T09:12:00.000+00:00"


def test_a_repeat_that_was_not_asked_has_no_items():
    """Neither counted nor added; one that was asked, and has none, is empty."""
    form = rules(
        "text | a", "begin_repeat | r | | | ${a} = 'x'", "integer | n", "end_repeat",
        "integer | many | | . = count(${r})", "integer | sum | | . = sum(${n})",
    )  # fmt: skip
    lists = {"r[]/n": ["1", "2"]}

    found = judged(
        form, {"a": "x", "many": "2", "sum": "3", **lists}, {"a": "y", "many": "0", "sum": "0", **lists},
        {"a": "y", "many": "2", "sum": "3", **lists}, {"a": "x", "many": "0", "sum": "0", "r[]/n": []}, {"many": "0", "sum": "0"},
    )  # fmt: skip

    assert told(found) == [("many", "row", [2]), ("sum", "row", [2])] or told(found) == [
        ("many", "pattern", [2]),
        ("sum", "row", [2]),
    ]
    assert found.cells["r[]/n"].to_list() == [["1", "2"], None, None, [], None]


def test_the_answers_of_items_that_were_not_asked_count_for_nothing():
    """An answer that is missing where it was asked leaves no sum; one that was not asked takes no part in it."""
    form = rules(
        "begin_repeat | r", "text | kind", "integer | n | | | ${kind} = 'x'", "end_repeat", "integer | sum | | . = sum(${n})",
        "integer | many | | . = count-non-empty(${n})",
    )  # fmt: skip

    found = judged(
        form, {"r[]/kind": ["x", "y", "x"], "r[]/n": ["1", "5", "2"], "sum": "3", "many": "2"},
        {"r[]/kind": ["y"], "r[]/n": ["5"], "sum": "0", "many": "0"},
        {"r[]/kind": ["x", "x"], "r[]/n": ["5", None], "sum": "5", "many": "1"},
    )  # fmt: skip

    assert told(found) == [("sum", "row", [2])]


def test_an_item_sees_its_own_answers_and_those_around_it():
    """Its place, the record's answers, and the day the form was begun."""
    form = rules(
        "start | start", "integer | most", "begin_repeat | r", "integer | n | | . <= ${most}",
        "integer | place | | . = position(..)",
        "date | day | | . <= today()", "text | why | yes | | ${n} > 5", "end_repeat",
    )  # fmt: skip
    items = {"r[]/n": ["1", "9"], "r[]/place": ["1", "1"], "r[]/day": ["2009-09-09", "2009-09-10"], "r[]/why": ["x", None]}

    found = judged(form, {"start": BEGUN, "most": "8", **items}, {"start": None, "most": None, **items})

    assert told(found) == [
        ("r[]/day", "maximum", [(0, 1)]), ("r[]/n", "row", [(0, 1)]), ("r[]/place", "row", [(0, 1), (1, 1)]),
        ("r[]/why", "required", [(0, 1), (1, 1)]),
    ]  # fmt: skip
    assert found.cells["r[]/why"].to_list() == [[None, None], [None, None]]


def test_a_record_is_not_judged_by_an_item_that_is_wrong():
    """Nor an item by a wrong answer of its record, but by a right one beside it."""
    form = rules(
        "integer | most", "begin_repeat | r", "integer | n | | . <= ${most}", "integer | m | | . > ${n}", "end_repeat",
        "integer | sum | | . = sum(${n})",
    )  # fmt: skip

    found = judged(
        form,
        {"most": "x", "r[]/n": ["1", "y"], "r[]/m": ["0", "0"], "sum": "9"},
        {"most": "5", "r[]/n": ["6"], "r[]/m": [None], "sum": "9"},
    )

    assert told(found) == [
        ("most", "type", [0]), ("r[]/m", "row", [(0, 0)]), ("r[]/n", "row", [(1, 0)]), ("r[]/n", "type", [(0, 1)]),
        ("sum", "row", [1]),
    ]  # fmt: skip


def test_columns_of_one_repeat_are_equally_long():
    form = rules("begin_repeat | r", "text | a", "text | b", "end_repeat")

    with pytest.raises(InternalError) as refused:
        judged(form, {"r[]/a": ["1", "2"], "r[]/b": ["1"]})

    assert refused.value.text == Text(fr="les colonnes de r[] sont inégales", en="the columns of r[] are of unequal lengths")


def test_a_group_in_a_repeat_is_asked_item_by_item():
    form = rules("begin_repeat | r", "text | a", "begin_group | g | | | ${a} = 'x'", "text | b | yes", "end_group", "end_repeat")

    found = judged(form, {"r[]/a": ["x", "y", "x"], "r[]/g/b": ["1", "2", None]})

    assert found.cells["r[]/g/b"].to_list() == [["1", None, None]]
    assert told(found) == [("r[]/g/b", "required", [(0, 2)])]


def test_every_word_of_an_answer_of_several_is_looked_at():
    """A filter rules the answer out where it rules out one of them; spaces between them are free."""
    form = rules("select_one pays | pays", "select_multiple ville | v | | | | pays = ${pays}")

    found = judged(
        form, {"pays": "ml", "v": "kayes segou"}, {"pays": "ml", "v": "kayes dakar"}, {"pays": "sn", "v": "dakar"},
        {"pays": "sn", "v": "kayes  rome"}, {"pays": None, "v": "kayes"}, {"pays": "ml", "v": "kayes  segou "},
    )  # fmt: skip

    assert told(found) == [("v", "enum", [3]), ("v", "row", [1])]


def test_the_day_is_told_without_its_hour_and_the_moment_with_it():
    form = rules("start | start", "text | a | | . = today()", "text | b | | . = now()", "text | c | | concat(today(), '') = .")

    found = judged(form, {"start": BEGUN, "a": "2009-09-09", "b": "2009-09-09T09:12:00", "c": "2009-09-09"})

    assert told(found) == []


def test_a_time_is_a_part_of_the_day_and_the_text_it_was():
    form = rules("time | t | | . >= 0.5 and . < decimal-time('18:00')", "text | u | | . = concat(${t}, '')")

    found = judged(
        form, {"t": "06:00", "u": "06:00"}, {"t": "12:00:00", "u": "12:00:00"}, {"t": "18:00"}, {"t": "12:00", "u": "0.5"}
    )

    assert told(found) == [("t", "maximum", [2]), ("t", "minimum", [0]), ("u", "row", [3])]


def test_the_day_may_be_noted_by_a_question_of_its_own():
    """Where it is not known nothing is said of what it is compared with."""
    form = rules("today | jour", "date | q | | . <= today()")

    found = judged(
        form, {"jour": "2009-09-09", "q": "2009-09-10"}, {"jour": "2009-09-09", "q": "2009-09-09"}, {"q": "2009-09-10"}
    )

    assert told(found) == [("q", "maximum", [0])]


@pytest.mark.parametrize("itself", [".", "${q}", "../q", "/data/q"])
def test_a_question_may_be_called_by_its_name_in_its_own_constraint(itself):
    assert checks(f"integer | q | | {itself} > 5") == [
        (Rule.MINIMUM, "écrire un nombre plus grand que 5", "expected more than 5")
    ]


def test_a_constraint_and_a_filter_are_both_asked():
    form = rules("select_one pays | pays", "select_one ville | v | | . != 'kayes' | | pays = ${pays}")

    found = judged(form, {"pays": "ml", "v": "kayes"}, {"pays": "sn", "v": "segou"})

    assert told(found) == [("v", "pattern", [0]), ("v", "row", [1])]


def test_what_leads_back_to_itself_leaves_the_others_asked():
    """A question beside the circle is judged; those in it are kept as they are."""
    form = rules("text | a | yes | | ${b} = 'x'", "text | b | yes | | ${a} = 'x'", "text | c | yes | | ${d} = 'x'", "text | d")

    found = judged(form, {"a": "1", "b": None, "c": None, "d": "x"}, {"c": "1", "d": "y"})

    assert told(found) == [("c", "required", [0])]
    assert found.cells["c"].to_list() == [None, None]
    assert [entry.rule for entry in found.not_run] == ["relevant a", "relevant b"]


def test_required_may_depend_on_other_answers():
    form = rules("text | a", "text | b | ${a} = 'x'", "begin_repeat | r", "text | c | ${a} = 'x'", "end_repeat")

    found = judged(form, {"a": "x", "r[]/c": ["1", None]}, {"a": "y", "r[]/c": [None]}, {})

    assert told(found) == [("b", "required", [0]), ("r[]/c", "required", [(0, 1)])]
    assert found.broken[1].broken.dtype == pl.List(pl.Boolean)
