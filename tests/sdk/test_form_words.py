"""What a form's rules say to whoever can mend an answer, and what is said of those that could not be asked."""

import pytest
from sdk.test_forms import CHOICES, HEADER, judged, rules, survey, told

from cigem_core.formats.forms.xlsform import read_form
from cigem_core.report import Rule
from cigem_core.sdk.forms.plan import plan_of
from cigem_core.sdk.forms.rules import FormRules
from cigem_core.text import Text

AN_ANSWER = Text(
    fr="cette réponse n'a pas la forme que le formulaire demande", en="expected an answer of the form the question asks for"
)


def plan(*rows: str, columns=None):
    form = rules(*rows).form
    return plan_of(form, [question.path for question in form.questions] if columns is None else columns)


def checks(*rows: str) -> list[tuple[Rule, str, str]]:
    """The rule and the words of each check of the last question."""
    return [(check.rule, check.remedy.fr, check.remedy.en) for check in list(plan(*rows).questions.values())[-1].checks]


@pytest.mark.parametrize(
    ("operator", "rule", "fr", "en"),
    [
        (">=", Rule.MINIMUM, "d'au moins 5", "at least 5"),
        ("<=", Rule.MAXIMUM, "d'au plus 5", "at most 5"),
        (">", Rule.MINIMUM, "plus grand que 5", "more than 5"),
        ("<", Rule.MAXIMUM, "plus petit que 5", "less than 5"),
    ],
)
def test_a_bound_is_told_with_its_number(operator, rule, fr, en):
    """Whichever side the answer stands on."""
    turned = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}[operator]

    assert checks(f"integer | q | | . {operator} 5") == [(rule, f"écrire un nombre {fr}", f"expected {en}")]
    assert checks(f"integer | q | | 5 {turned} .") == [(rule, f"écrire un nombre {fr}", f"expected {en}")]
    assert checks(f"integer | q | | -5 {turned} .")[0][1] == f"écrire un nombre {fr}".replace("5", "-5")


@pytest.mark.parametrize(
    ("operator", "rule", "fr", "en"),
    [
        (">=", Rule.MINIMUM, "écrire une date qui n'est pas avant {0}", "expected a date not before {0}"),
        ("<=", Rule.MAXIMUM, "écrire une date qui n'est pas après {0}", "expected a date not after {0}"),
        (">", Rule.MINIMUM, "écrire une date après {0}", "expected a date after {0}"),
        ("<", Rule.MAXIMUM, "écrire une date avant {0}", "expected a date before {0}"),
        ("=", Rule.PATTERN, "écrire la date : {0}", "expected the date: {0}"),
        ("!=", Rule.PATTERN, "écrire une autre date que {0}", "expected another date than {0}"),
    ],
)
def test_a_bound_of_dates_is_told_with_its_day(operator, rule, fr, en):
    """That on which the form was begun is told in words."""
    day = (rule, fr.format("2009-01-01"), en.format("2009-01-01"))
    now = (rule, fr.format("le moment où la fiche a été saisie"), en.format("the moment the form was filled in"))
    today = (rule, fr.format("le jour où la fiche a été saisie"), en.format("the day the form was filled in"))

    assert checks(f"date | q | | . {operator} '2009-01-01'") == [day]
    assert checks(f"datetime | q | | . {operator} date('2009-01-01')") == [day]
    assert checks("start | start", f"datetime | q | | . {operator} now()") == [now]
    assert checks("start | start", f"date | q | | . {operator} today()") == [today]


@pytest.mark.parametrize(
    ("operator", "numbers", "dates"),
    [
        (">=", ("ne peut être plus petit que", "not less than"), ("ne peut être avant", "not before")),
        ("<=", ("ne peut être plus grand que", "not more than"), ("ne peut être après", "not after")),
        (">", ("doit être plus grand que", "more than"), ("doit être après", "after")),
        ("<", ("doit être plus petit que", "less than"), ("doit être avant", "before")),
        ("=", ("doit être égal à", "equal to"), ("doit être égal à", "equal to")),
        ("!=", ("ne peut être égal à", "not equal to"), ("ne peut être égal à", "not equal to")),
    ],
)
def test_two_answers_that_contradict_each_other_are_both_named(operator, numbers, dates):
    """As dates only where both are."""

    def said(what: str, fr: str, en: str):
        return [(Rule.ROW, f"corriger l'une des deux {what} : « q » {fr} « a »", f"expected 'q' {en} 'a'; mend one of the two")]

    assert checks("integer | a", f"decimal | q | | . {operator} ${{a}}") == said("réponses", *numbers)
    assert checks("date | a", f"datetime | q | | . {operator} ${{a}}") == said("dates", *dates)
    assert checks("integer | a", f"date | q | | . {operator} ${{a}}") == said("réponses", *numbers)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["integer | q | | . = 5"], [(Rule.PATTERN, "écrire 5", "expected 5")]),
        (["integer | q | | 5 != ."], [(Rule.PATTERN, "écrire autre chose que 5", "expected anything but 5")]),
        (["integer | q | | . > 1 + 1"], [(Rule.MINIMUM, AN_ANSWER.fr, AN_ANSWER.en)]),
        (["integer | q | | . > ."], [(Rule.PATTERN, AN_ANSWER.fr, AN_ANSWER.en)]),
        (["integer | q | | not(. > 3)"], [(Rule.PATTERN, AN_ANSWER.fr, AN_ANSWER.en)]),
        (["integer | q | | string-length(.) > 3"], [(Rule.PATTERN, AN_ANSWER.fr, AN_ANSWER.en)]),
        (["integer | q | | . = 1 or . = 2"], [(Rule.PATTERN, AN_ANSWER.fr, AN_ANSWER.en)]),
        (["integer | q | | . > int(3)"], [(Rule.MINIMUM, AN_ANSWER.fr, AN_ANSWER.en)]),
        (
            ["integer | b", "integer | a", "integer | q | | . > ${b} + ${a}"],
            [
                (
                    Rule.ROW,
                    "cette réponse contredit une autre : « a », « b »",
                    "expected no contradiction with another answer: 'a', 'b'",
                )
            ],
        ),
        (
            ["integer | q | | (5 > . and . > 2) and . != 3"],
            [
                (Rule.MAXIMUM, "écrire un nombre plus petit que 5", "expected less than 5"),
                (Rule.MINIMUM, "écrire un nombre plus grand que 2", "expected more than 2"),
                (Rule.PATTERN, "écrire autre chose que 3", "expected anything but 3"),
            ],
        ),
    ],
)
def test_each_part_of_a_constraint_says_what_it_asks(rows, said):
    assert checks(*rows) == said


@pytest.mark.parametrize(
    ("constraint", "cells"),
    [
        (". >= ${a}", {"a"}),
        ("${a} <= .", {"a"}),
        (". > ${a} + 1", {"a"}),
        (". > -${a}", {"a"}),
        (". > round(${a})", set()),
        ("${a} = 'x' or . = 1", set()),
        (". = ${a} or . = ${b}", {"a", "b"}),
        ("${a} > ${b}", {"a", "b"}),
        (". > 1", set()),
        (". <= today()", {"start"}),
        (". <= now()", {"start"}),
    ],
)
def test_what_a_check_compares_it_must_find(constraint, cells):
    """It is not asked where one of them is empty; what a function makes of an empty answer is its author's to say."""
    (check,) = plan("start | start", "integer | a", "integer | b", f"integer | q | | {constraint}").questions["q"].checks

    assert check.cells == cells


TYPES = {
    "integer": ("écrire un nombre entier en chiffres, comme 12", "expected a whole number in digits, like 12"),
    "decimal": ("écrire un nombre en chiffres, comme 12 ou 2.5", "expected a number in digits, like 12 or 2.5"),
    "date": ("écrire une date qui existe, comme 1985-12-31", "expected a date that exists, like 1985-12-31"),
    "time": ("écrire une heure qui existe, comme 08:30", "expected a time that exists, like 08:30"),
    "geopoint": (
        "écrire une latitude et une longitude, comme 14.44 -11.43",
        "expected a latitude and a longitude, like 14.44 -11.43",
    ),
    "geotrace": ("séparer les points par « ; »", "expected points between semicolons"),
    "select_one sexe": ("écrire l'une des réponses : f, m", "expected one of: f, m"),
    "select_multiple langue": ("écrire des réponses parmi : peul, bambara", "expected words among: peul, bambara"),
}


@pytest.mark.parametrize("type", TYPES)
def test_an_answer_that_is_none_is_told_what_would_be_one(type):
    (fault,) = judged(rules(f"{type} | q"), {"q": "?"}).broken

    assert (fault.remedy.fr, fault.remedy.en) == TYPES[type]


def test_choices_are_listed_while_they_are_few():
    """Twenty; of more, the first three."""

    def said(many: int) -> Text:
        choices = [["list_name", "name", "label"], *(["c", f"n{n}", "x"] for n in range(many))]
        form = FormRules(read_form(survey(HEADER, "select_one c | q", choices=choices)))
        return judged(form, {"q": "?"}).broken[0].remedy

    listed = ", ".join(f"n{n}" for n in range(20))
    assert said(20) == Text(fr=f"écrire l'une des réponses : {listed}", en=f"expected one of: {listed}")
    assert said(21) == Text(fr="écrire l'une des réponses : n0, n1, n2, …", en="expected one of: n0, n1, n2, …")


def test_a_missing_answer_is_told_in_the_words_of_the_form():
    """Else in ours; those of one language stand for the other."""
    header = "type | name | required | constraint | required_message::Français (fr) | constraint_message::English (en)"
    form = FormRules(
        read_form(survey(header, "text | a | yes", "text | b | yes | | Son nom, ${a} ?", "integer | c | | . > 1 | | Two!"))
    )

    required, in_words, constraint = judged(form, {"c": "1"}).broken

    assert required.remedy == Text(fr="remplir cette case, elle est obligatoire", en="fill in this cell, it is required")
    assert in_words.remedy.fr == "Son nom, « a » ?"
    assert constraint.remedy == Text(fr="Two!", en="Two!")


@pytest.mark.parametrize(
    ("rows", "rule", "fr", "en"),
    [
        (["couleur | q"], "type q", "le type « couleur » est inconnu", "the type 'couleur' is unknown"),
        (
            ["select_one_from_file v.csv | q"],
            "enum q",
            "ses choix ne sont pas dans le formulaire",
            "its choices are not in the form",
        ),
        (
            ["integer | a | | | ${q} = 1", "integer | q | | | ${a} = 1"],
            "relevant a",
            "cette condition dépend d'elle-même ; non vérifié : a",
            "this condition depends on itself; unchecked: a",
        ),
        (
            ["begin_group | g | | | regex(., .)", "text | q", "text | a", "end_group"],
            "relevant g",
            "le motif de regex() n'est pas écrit en toutes lettres ; non vérifié : g/a, g/q",
            "the pattern of regex() is not spelled out; unchecked: g/a, g/q",
        ),
        (
            ["begin_repeat | r", "begin_repeat | s", "text | q", "end_repeat", "end_repeat"],
            "form r[]/s[]/q",
            "une liste dans une liste n'est pas vérifiée",
            "a list within a list is not checked",
        ),
    ],
)
def test_what_a_form_cannot_be_asked_is_said_in_both_languages(rows, rule, fr, en):
    first = plan(*rows).not_run[0]

    assert (first.rule, first.reason) == (rule, Text(fr=fr, en=en))


def test_what_is_asked_of_a_masked_question_is_not_run():
    """Each thing that is, by its name; of a note or a calculation nothing is."""
    rows = ["text | a | yes | . != 'x'", "select_one ville | b | | | | pays = ${a}", "text | c", "note | d | yes", "text | e"]

    found = plan(*rows, columns=["e"])

    why = Text(fr="la convention ne laisse pas lire : {0}", en="the convention does not let these be read: {0}")
    assert [(entry.rule, entry.reason) for entry in found.not_run] == [
        (f"{what} {path}", Text(fr=why.fr.format(path), en=why.en.format(path)))
        for what, path in [("required", "a"), ("constraint", "a"), ("choice_filter", "b")]
    ]


def test_a_filter_that_tells_too_many_choices_apart_is_not_asked():
    """Each group of choices would be a check of its own; three hundred are."""

    def found(many: int):
        choices = [["list_name", "name", "label"], *(["c", f"n{n}", "x"] for n in range(many))]
        form = read_form(survey(HEADER, "text | a", "select_one c | q | | | | name = ${a}", choices=choices))
        return plan_of(form, ["a", "q"])

    assert (len(found(300).questions["q"].checks), found(300).not_run) == (300, ())
    assert found(301).questions["q"].checks == ()
    (said,) = found(301).not_run
    assert (said.rule, said.reason) == (
        "choice_filter q",
        Text(fr="ce filtre distingue trop de choix", en="this filter tells too many choices apart"),
    )


def test_a_choice_that_stands_twice_is_open_where_one_of_its_rows_is():
    """And one whose row leaves a column empty is in a group of its own."""
    twice = [["allow_choice_duplicates"], ["yes"]]
    choices = [
        ["list_name", "name", "label", "pays"],
        *(["v", *row] for row in (["k", "K", "ml"], ["k", "K", "sn"], ["d", "D", "sn"], ["x", "X"])),
    ]
    form = FormRules(
        read_form(survey(HEADER, "text | pays", "select_one v | q | | | | pays = ${pays}", choices=choices, settings=twice))
    )
    places = [("ml", "k"), ("sn", "k"), ("gn", "k"), ("sn", "d"), ("ml", "d"), ("ml", "x"), (None, "d")]

    found = judged(form, *({"pays": pays, "q": name} for pays, name in places))

    assert told(found) == [("q", "row", [2]), ("q", "row", [4]), ("q", "row", [5])]
    assert (found.broken[0].remedy.fr, found.broken[0].remedy.en) == (
        "cette réponse ne va pas avec les autres : corriger l'une d'elles",
        "expected a choice that the other answers leave open; mend one of them",
    )
    names = [check.names for check in form.plan(["pays", "q"]).questions["q"].checks]
    assert names == [("k",), ("d",), ("x",)]


def test_a_filter_may_name_the_choice_itself_and_call_functions():
    rows = ["text | a", "select_one sexe | q | | | | not(contains(concat(name, ''), ${a})) and -1 < 0"]

    found = judged(rules(*rows), {"a": "f", "q": "f"}, {"a": "f", "q": "m"}, {"a": "z", "q": "f"})

    assert told(found) == [("q", "row", [0])]
    assert CHOICES[1][1] == "f"
