"""A form's rules, asked of answers: what is ignored, what is broken and under which rule, and what could not be asked."""

import time

import polars as pl
import pytest
import xpath_by_hand
from form_books import survey
from hypothesis import given, settings
from hypothesis import strategies as st
from xpath_by_hand import Cell

from cigem_core.formats.forms.xlsform import read_form
from cigem_core.sdk.forms.rules import FormRules

CHOICES = [
    ["list_name", "name", "label", "pays"],
    *(["sexe", "f", "Femme"], ["sexe", "m", "Homme"], ["precision", "exacte", "Oui"], ["precision", "annee", "Non"]),
    *(["langue", "peul", "Peul"], ["langue", "bambara", "Bambara"], ["pays", "ml", "Mali"], ["pays", "sn", "Sénégal"]),
    *(["ville", "kayes", "Kayes", "ml"], ["ville", "segou", "Ségou", "ml"], ["ville", "dakar", "Dakar", "sn"]),
]
HEADER = "type | name | required | constraint | relevant | choice_filter | constraint_message::Français (fr)"


def rules(*rows: str) -> FormRules:
    return FormRules(read_form(survey(HEADER, *rows, choices=CHOICES)))


def judged(form: FormRules, *records: dict, columns=None):
    """Judge some records, given as path → answer (or answers)."""
    schema = {q.path: pl.List(pl.String) if q.repeat else pl.String for q in form.form.questions}
    schema = {path: type for path, type in schema.items() if columns is None or path in columns}
    return form.apply(pl.DataFrame([{path: record.get(path) for path in schema} for record in records], schema=schema))


def told(found) -> list[tuple]:
    """(column, rule, where) of each fault."""
    return sorted((fault.header, fault.rule.value, _where(fault.broken.to_list())) for fault in found.broken)


def _where(flags: list) -> list:
    if flags and isinstance(flags[0], list):
        return [(row, item) for row, items in enumerate(flags) for item, flag in enumerate(items) if flag]
    return [row for row, flag in enumerate(flags) if flag]


def unasked(found) -> dict[str, str]:
    return {entry.rule: entry.reason.fr for entry in found.not_run}


# --- what each answer is by itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "right", "wrong"),
    [
        ("integer", ["0", "-4", "+7", "007"], ["1.5", "x", "1 000", "1e3", "٣"]),
        ("decimal", ["0", "-4.5", ".5", "17.0"], ["1,5", "x", "1e3", "NaN"]),
        ("date", ["2009-02-28", "2008-02-29"], ["2009-02-30", "28/02/2009", "2009-2-3", "0000-01-01", "2009-06-01T00:00"]),
        ("time", ["08:30", "23:59:59.999+00:00", "08:30Z"], ["24:00", "8:30", "08:60"]),
        (
            "datetime",
            ["2009-09-09T09:12:00.000+00:00", "2009-09-09T09:12"],
            ["2009-02-30T09:12", "2009-09-09", "2009-09-09T25:00"],
        ),
        ("geopoint", ["14.44 -11.43 0 0", "14.44 -11.43"], ["14.44", "Kayes"]),
        ("geoshape", ["1 2 0 0;3 4 0 0;1 2 0 0", "1 2;3 4"], ["1;2"]),
    ],
)
def test_an_answer_is_of_its_type(type, right, wrong):
    """A malformed one, or a day that does not exist, breaks `type`; an empty one breaks nothing."""
    form = rules(f"{type} | q")

    found = judged(form, *({"q": text} for text in (*right, None, *wrong)))

    assert told(found) == [("q", "type", list(range(len(right) + 1, len(right) + 1 + len(wrong))))]


def test_a_choice_is_one_of_those_offered():
    """Exactly as it is named; each word of a choice of several."""
    form = rules("select_one sexe | sexe", "select_multiple langue | langues")

    found = judged(form, {"sexe": "f", "langues": "peul bambara"}, {"sexe": "F"}, {"langues": "peul wolof"}, {})

    assert told(found) == [("langues", "enum", [2]), ("sexe", "enum", [1])]


def test_what_is_required_is_so_only_where_it_is_asked():
    """`required` may itself depend on answers."""
    form = rules(
        "text | nom | yes",
        "select_one sexe | sexe | no",
        "text | jeune_fille | yes | | ${sexe} = 'f'",
        "text | vu | ${sexe} = 'm'",
    )

    found = judged(form, {"nom": "A"}, {"nom": "A", "sexe": "f"}, {"sexe": "m"})

    assert told(found) == [("jeune_fille", "required", [1]), ("nom", "required", [2]), ("vu", "required", [2])]


# --- what is not asked -----------------------------------------------------------------------------------------------


def test_an_answer_to_a_question_that_is_not_relevant_is_ignored():
    """It is blanked, and nothing is asked of it."""
    form = rules("text | oui", "begin_group | g | | | ${oui} = 'x'", "integer | age | yes | . > 0", "end_group")

    found = judged(form, {"oui": "x", "g/age": "-1"}, {"oui": "y", "g/age": "beaucoup"}, {"g/age": "3"})

    assert told(found) == [("g/age", "minimum", [0])]
    assert found.cells["g/age"].to_list() == ["-1", None, None]


def test_an_ignored_answer_counts_nowhere():
    """What depends on it sees no answer, whichever stands first in the form."""
    form = rules("text | c | | | ${b} = 'x'", "text | b | | | ${a} = 'x'", "text | a")

    found = judged(form, {"a": "x", "b": "x", "c": "1"}, {"a": "y", "b": "x", "c": "1"})

    assert found.cells.rows() == [("1", "x", "x"), (None, None, "y")]


CASCADE = (
    "text | a", "text | b | | | ${a} != ''", "begin_group | g | | | ${b} = 'x' or ${a} = 'y'", "text | c | | | ${a} != 'z'",
    "begin_repeat | r | | | ${b} = 'x'", "text | d | | | . != 'y' and ${c} != 'y'", "text | e", "end_repeat", "end_group",
)  # fmt: skip
letters = st.sampled_from(["x", "y", "z", None])


def asked_by_hand(record: dict) -> set[str]:
    """The questions asked of a record, found one after the other in plain Python."""
    answers = {path: record[path] or "" for path in ("a", "b", "g/c")}
    if answers["a"] == "":
        answers["b"] = ""
    in_group = answers["b"] == "x" or answers["a"] == "y"
    if not in_group or answers["a"] == "z":
        answers["g/c"] = ""
    asked = {"a"} | ({"b"} if answers["a"] else set()) | ({"g/c"} if in_group and answers["a"] != "z" else set())
    return asked | ({"g/r[]/e"} if in_group and answers["b"] == "x" else set())


@given(st.lists(st.fixed_dictionaries({"a": letters, "b": letters, "g/c": letters, "g/r[]/e": st.lists(letters, max_size=3)})))
def test_relevance_blanks_exactly_what_is_irrelevant(records):
    """Whatever the answers, those to questions that were asked stay as they were, and no other does."""
    found = judged(rules(*CASCADE), *({**record, "g/r[]/d": record["g/r[]/e"]} for record in records), columns=None)

    for record, kept in zip(records, found.cells.rows(named=True), strict=True):
        asked = asked_by_hand(record)
        for path in ("a", "b", "g/c"):
            assert kept[path] == (record[path] if path in asked else None)
        shown = record["g/r[]/e"] if "g/r[]/e" in asked or not record["g/r[]/e"] else None
        assert kept["g/r[]/e"] == shown
    assert [fault.header for fault in found.broken] == []
    assert [entry.rule for entry in found.not_run] == ["relevant g/r[]/d"]


def test_a_condition_that_depends_on_itself_is_reported():
    """The question's answers are kept and not checked."""
    form = rules("integer | a | yes | | ${b} = '1'", "integer | b | yes | | ${a} = '1'")

    found = judged(form, {"a": "x", "b": "y"})

    assert found.cells.rows() == [("x", "y")]
    assert "dépend d'elle-même" in next(iter(unasked(found).values()))


# --- constraints -----------------------------------------------------------------------------------------------------


def test_each_part_of_a_constraint_breaks_its_own_rule():
    """A lower bound is a minimum, an upper one a maximum, whichever side it stands on."""
    form = rules("integer | annee | | . >= 1920 and 2009 >= .")

    found = judged(form, {"annee": "1919"}, {"annee": "1920"}, {"annee": "2010"}, {"annee": "x"}, {})

    assert told(found) == [("annee", "maximum", [2]), ("annee", "minimum", [0]), ("annee", "type", [3])]
    assert [fault.remedy.fr for fault in found.broken if fault.rule != "type"] == [
        "écrire un nombre d'au moins 1920",
        "écrire un nombre d'au plus 2009",
    ]


def test_a_comparison_with_another_answer_is_a_contradiction():
    """It is not asked where one of the two is empty or already wrong."""
    form = rules("date | debut", "date | fin | | . >= ${debut}")
    good, late, none, wrong = "2009-06-01", "2009-06-02", None, "2009-02-30"

    found = judged(
        form,
        *(
            {"debut": d, "fin": f}
            for d, f in [(good, late), (late, good), (none, good), (good, none), (wrong, good), (late, wrong)]
        ),
    )

    assert told(found) == [("debut", "type", [4]), ("fin", "row", [1]), ("fin", "type", [5])]
    assert found.broken[-1].remedy.fr == "corriger l'une des deux dates : « fin » ne peut être avant « debut »"


def test_today_is_the_day_the_form_was_begun():
    """And not the day on which it is judged; where that day is unknown, nothing is said."""
    form = rules("start | start", "date | naissance | | . <= today()")

    found = judged(
        form,
        {"start": "2009-09-09T09:12:00.000+00:00", "naissance": "2009-09-09"},
        {"start": "2009-09-09T09:12:00.000+00:00", "naissance": "2009-09-10"},
        {"start": None, "naissance": "2030-01-01"},
    )

    assert told(found) == [("naissance", "maximum", [1])]
    assert found.broken[0].remedy.fr == "écrire une date qui n'est pas après le jour où la fiche a été saisie"


def test_a_contradiction_names_the_other_answers():
    """Whatever is computed from them."""
    form = rules("integer | a", "integer | b", "integer | c | | . <= round(${a} div 2) or . = ${b}")

    found = judged(form, {"a": "3", "b": "1", "c": "3"}, {"a": "3", "b": "1", "c": "2"}, {"a": "3", "c": "3"})

    assert told(found) == [("c", "row", [0])]
    assert found.broken[0].remedy.fr == "cette réponse contredit une autre : « a », « b »"


def test_a_form_says_what_to_do_in_its_own_words():
    """The answers to other questions that its sentence would show are named instead."""
    form = rules("text | nom", "text | tel | | regex(., '[0-9]{8}') | | | Huit chiffres, ${nom} !")

    found = judged(form, {"nom": "Awa", "tel": "12"})

    assert [(fault.rule.value, fault.remedy.fr) for fault in found.broken] == [("pattern", "Huit chiffres, « nom » !")]


def test_a_filter_leaves_some_choices_open():
    """A choice that the other answer rules out contradicts it."""
    form = rules("select_one pays | pays", "select_one ville | ville | | | | pays = ${pays}")

    found = judged(
        form, {"pays": "ml", "ville": "kayes"}, {"pays": "sn", "ville": "kayes"}, {"ville": "dakar"}, {"ville": "rome"}
    )

    assert told(found) == [("ville", "enum", [3]), ("ville", "row", [1])]


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_no_item_of_a_repeat_holds_is_missing_in_each():
    """Its column has no lists at all: the others tell how many items there are."""
    form = rules("begin_repeat | r", "text | a | yes", "text | b | yes", "end_repeat")

    found = judged(form, {"r[]/b": ["x", None]}, {})

    assert told(found) == [("r[]/a", "required", [(0, 0), (0, 1)]), ("r[]/b", "required", [(0, 1)])]


NOTES = (
    "integer | plafond", "begin_repeat | note | | | ", "text | module | yes",
    "decimal | sur_20 | yes | . >= 0 and . <= ${plafond}",
    "text | motif | yes | | ${sur_20} < 10", "end_repeat", "integer | total | | . = sum(${sur_20}) and . >= count(${note})",
)  # fmt: skip


def test_each_item_is_judged_beside_its_record():
    """Answers of the same item, and those of the record around it."""
    form = rules(*NOTES)
    module, sur_20, motif = (f"note[]/{name}" for name in ("module", "sur_20", "motif"))

    found = judged(
        form,
        {"plafond": "20", module: ["a", "b"], sur_20: ["17", "-1"], motif: ["x", None], "total": "16"},
        {"plafond": "10", module: ["a", None, "c"], sur_20: ["11", "x", "9"], motif: [None, None, "z"], "total": "3"},
        {module: [], sur_20: [], motif: []},
        {},
    )

    assert told(found) == [
        ("note[]/module", "required", [(1, 1)]),
        ("note[]/motif", "required", [(0, 1)]),
        ("note[]/sur_20", "minimum", [(0, 1)]),
        ("note[]/sur_20", "row", [(1, 0)]),
        ("note[]/sur_20", "type", [(1, 1)]),
    ]
    assert found.cells[motif].to_list() == [[None, None], [None, None, "z"], [], None]
    assert [fault.broken.dtype for fault in found.broken] == [pl.List(pl.Boolean)] * 5


def test_a_record_is_judged_by_all_its_items():
    """Their sum and their number; not where one of them is wrong."""
    form = rules(*NOTES)
    lists = {"note[]/module": ["a", "b"], "note[]/sur_20": ["10", "12"], "note[]/motif": [None, None], "plafond": "20"}

    found = judged(
        form,
        {**lists, "total": "22"},
        {**lists, "total": "21"},
        {"total": "0"},
        {**lists, "note[]/sur_20": ["x", "1"], "total": "1"},
    )

    assert [entry for entry in told(found) if entry[0] == "total"] == [("total", "row", [1]), ("total", "row", [3])]


def test_no_record_breaks_nothing():
    """A block may be empty, and a form may have been answered by nobody."""
    found = judged(rules(*NOTES))

    assert (found.cells.height, found.broken, found.not_run) == (0, (), ())


# --- what cannot be asked --------------------------------------------------------------------------------------------


def test_a_rule_that_needs_a_masked_question_is_not_run():
    """It says so; the rules that do not need it are asked."""
    form = rules("date | debut | yes", "date | fin | yes | . >= ${debut}", "text | suite | yes | | ${debut} != ''")

    found = judged(form, {"fin": "2009-02-30"}, {"suite": "x"}, columns=["fin", "suite"])

    assert told(found) == [("fin", "required", [1]), ("fin", "type", [0])]
    assert found.cells["suite"].to_list() == [None, "x"]
    assert unasked(found) == {
        "required debut": "la convention ne laisse pas lire : debut",
        "constraint fin": "la convention ne laisse pas lire : debut",
        "relevant suite": "la convention ne laisse pas lire : debut ; non vérifié : suite",
    }


@pytest.mark.parametrize(
    ("row", "rule", "reason"),
    [
        ("text | q | | pulldata('v', 'a', 'b', .) = 'x'", "constraint q", "pulldata()"),
        ("text | q | | c'est ainsi", "constraint q", "ne se comprend pas"),
        ("text | q | pulldata('v', 'a', 'b', .) = 'x'", "required q", "pulldata()"),
        ("couleur | q", "type q", "inconnu"),
        ("select_one_from_file villes.csv | q", "enum q", "pas dans le formulaire"),
        ("select_one ville | q | | | | instance('x')/root/item = 1", "choice_filter q", "cherche dans une liste"),
    ],
)
def test_what_cannot_be_understood_is_reported(row, rule, reason):
    """Never ignored; and no answer is refused because of it."""
    found = judged(rules(row), {"q": "kayes"})

    assert found.broken == ()
    assert list(unasked(found)) == [rule]
    assert reason in unasked(found)[rule]


def test_the_parts_that_are_understood_are_asked():
    """A constraint is not lost for one of its parts."""
    found = judged(rules("integer | q | | . >= 0 and pulldata('v', 'a', 'b', .) = 'x'"), {"q": "-1"})

    assert (told(found), list(unasked(found))) == ([("q", "minimum", [0])], ["constraint q"])


def test_a_form_is_checked_before_it_leaves():
    """What one filled-in form breaks, by the same rules."""
    form = rules("text | nom | yes", "select_one sexe | sexe | yes")

    assert form.unmet({"nom": "Awa", "sexe": "f"}) == ()
    assert [(fault.header, fault.rule.value) for fault in form.unmet({"sexe": "x"})] == [("nom", "required"), ("sexe", "enum")]


# --- at length -------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["-4", "0", "21", "", "x", "9.5"]), max_size=8), st.integers(1, 3))
def test_lists_are_judged_as_their_items_are(notes, size):
    """However the items are spread over records."""
    form = rules("begin_repeat | r", "decimal | note | yes | . >= 0 and . <= 20", "end_repeat")
    spread = [[note or None for note in notes[at : at + size]] for at in range(0, len(notes), size)]

    found = judged(form, *({"r[]/note": items} for items in spread))

    flags = {fault.rule.value: [flag for items in fault.broken.to_list() for flag in items] for fault in found.broken}
    expected = {
        "required": [note == "" for note in notes],
        "type": [note == "x" for note in notes],
        "minimum": [note == "-4" for note in notes],
        "maximum": [note == "21" for note in notes],
    }
    assert flags == {rule: where for rule, where in expected.items() if any(where)}
    assert xpath_by_hand.number(Cell("number", "21")) == 21


@pytest.mark.long
def test_many_records_are_judged_in_seconds():
    """Two hundred thousand of them, with their items."""
    form = rules("start | start", "date | debut | yes | . <= today()", "date | fin | | . >= ${debut}", *NOTES)
    record = {"start": "2009-09-09T09:12:00Z", "debut": "2009-06-01", "fin": "2009-05-01", "note[]/sur_20": ["1", "21"]}
    record |= {"note[]/module": ["a", "b"], "note[]/motif": ["x", "y"], "plafond": "20", "total": "22"}
    one = judged(form, record).cells
    many = pl.concat([one] * 200_000, rechunk=True)

    begun = time.perf_counter()
    found = form.apply(many)

    assert time.perf_counter() - begun < 30
    assert {fault.header for fault in found.broken} == {"fin", "note[]/sur_20"}
