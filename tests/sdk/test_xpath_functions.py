"""What each function of forms' expressions makes of what it is given, and what values are worth as text and number.

ODK's page of functions says so (https://docs.getodk.org/form-operators-functions/).
"""

import polars as pl
import pytest
from sdk.test_xpath import COLUMNS, FORM

from cigem_core.model.expression_parser import parse
from cigem_core.sdk.forms.xpath import DAY, ITEMS, LIST, NOW, PLACE, compile_condition
from cigem_core.sdk.forms.xpath_functions import date_format
from cigem_core.sdk.forms.xpath_patterns import looks_around, matched

NOTES = "evaluation[]/note_sur_20"


def is_written(expression: str, as_: str, **answers) -> bool:
    """Whether an expression gives this text, for a record with these answers."""
    tree = parse(f"concat({expression}, '|') = '{as_}'")
    compiled = compile_condition(tree, FORM, "nom", COLUMNS)
    return compiled.over(frame(**answers)).to_list() == [True]


def frame(**answers) -> pl.DataFrame:
    texts = dict.fromkeys(("age", "note", "nom", "sexe", "langues", "debut", DAY, NOW)) | answers
    return pl.DataFrame([pl.Series(name, [text], dtype=pl.String) for name, text in texts.items()])


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("substr('abcde', 1, 3)", "bc"),
        ("substr('abcde', 2)", "cde"),
        ("substr('abcde', -2)", "de"),
        ("substr('abcde', -3, -1)", "cd"),
        ("substr('abcde', 3, 1)", ""),
        ("substr('abcde', 0, 99)", "abcde"),
        ("substr('abcde', -99, 2)", "ab"),
        ("substr('été', 1, 2)", "t"),
        ("substr('abcde', 'x')", ""),
        ("substr('abcde', 1, 'x')", ""),
        ("substr('abcde', 1.9, 3.9)", "bc"),
        ("substr('abcde', 9)", ""),
        ("substring('abcde', 1 div 0)", ""),
        ("substring('abcde', 1, 1 div 0)", "abcde"),
        ("substring('abcde', -1 div 0)", "abcde"),
        ("substring('abcde', -1 div 0, 1 div 0)", ""),
        ("substr('abcde', 1 div 0)", ""),
        ("selected-at('a b', 1 div 0)", ""),
        ("format-date(1 div 0, '%Y')", ""),
        ("substring-before('abc', '.')", ""),
        ("substring-after('abc', '.')", ""),
        ("substring('abcde', 2)", "bcde"),
        ("substring('abcde', 2, 3)", "bcd"),
        ("substring('abcde', 0, 3)", "ab"),
        ("substring('abcde', 1.5, 2.6)", "bcd"),
        ("substring('abcde', -1)", "abcde"),
        ("substring('abcde', 6)", ""),
        ("substring('abcde', 5)", "e"),
        ("substring('abcde', 'x')", ""),
        ("substring('abcde', 1, 'x')", ""),
        ("substring('abcde', 4, 9)", "de"),
        ("substring('été', 2, 1)", "t"),
        ("substring('abcde', 3, 0)", ""),
        ("substring-before('a-b-c', '-')", "a"),
        ("substring-before('abc', '-')", ""),
        ("substring-before('abc', '')", ""),
        ("substring-before('-abc', '-')", ""),
        ("substring-before('a.c', '.')", "a"),
        ("substring-after('a-b-c', '-')", "b-c"),
        ("substring-after('abc', '-')", ""),
        ("substring-after('abc', '')", "abc"),
        ("substring-after('abc-', '-')", ""),
        ("substring-after('a.c', '.')", "c"),
        ("normalize-space('  a \t b  ')", "a b"),
        ("normalize-space('a\u00a0 b')", "a\u00a0 b"),
        ("upper-case('été')", "ÉTÉ"),
        ("lower-case('ÉTÉ')", "été"),
        ("string-length('été')", "3"),
        ("string-length('')", "0"),
        ("selected-at('a b c', 1)", "b"),
        ("selected-at('a  b', 1)", "b"),
        ("selected-at('a b', 0)", "a"),
        ("selected-at('a b', 2)", ""),
        ("selected-at('a b', -1)", ""),
        ("selected-at('a b', 'x')", ""),
        ("selected-at('a b', 1.9)", "b"),
        ("count-selected('a  b c ')", "3"),
        ("count-selected('')", "0"),
        ("selected('a b', ' b ')", "true"),
        ("selected('a b', 'c')", "false"),
        ("selected('a b', 'a b')", "false"),
        ("selected('a  b', '')", "false"),
        ("selected('a\tb', 'a')", "false"),
        ("selected('a b', 'a\t')", "false"),
        ("join(', ', 'a', 'b', 'c')", "a, b, c"),
        ("join('-')", ""),
        ("concat('a', 1, true())", "a1true"),
        ("concat()", ""),
        ("coalesce('', 'b', 'c')", "b"),
        ("coalesce('a', 'b')", "a"),
        ("coalesce('', '')", ""),
        ("coalesce(${age}, 3)", "3"),
        ("once('x')", "x"),
        ("if(1 = 1, 'a', 'b')", "a"),
        ("if(1 = 2, 'a', 'b')", "b"),
        ("if(1 = 1, 2, 'b')", "2"),
        ("if(1 = 1, 2, 3)", "2"),
        ("if('', 1, 2)", "2"),
        ("if('x', true(), false())", "true"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(2.4)", "2"),
        ("round(1234.567, 2)", "1234.57"),
        ("round(1234, -2)", "1200"),
        ("int(2.9)", "2"),
        ("int(-2.9)", "-2"),
        ("int('x')", "NaN"),
        ("floor(-2.1)", "-3"),
        ("ceiling(2.1)", "3"),
        ("abs(-2)", "2"),
        ("sqrt(9)", "3"),
        ("sqrt(-1)", "NaN"),
        ("exp(0)", "1"),
        ("log(1)", "0"),
        ("log10(1000)", "3"),
        ("log10(0.001)", "-3"),
        ("log10(2) > 0.3 and log10(2) < 0.302", "true"),
        ("log10(0)", "-Infinity"),
        ("pow(2, 10)", "1024"),
        ("pi()", "3.141592653589793"),
        ("number('12')", "12"),
        ("number(' 12 ')", "12"),
        ("number('+1.5')", "1.5"),
        ("number('x')", "NaN"),
        ("number('\u00a012')", "NaN"),
        ("number('2009-06-01')", "14396"),
        ("number(true())", "1"),
        ("string(1.50)", "1.5"),
        ("string(false())", "false"),
        ("boolean('')", "false"),
        ("boolean(0)", "false"),
        ("boolean(2)", "true"),
        ("boolean('x')", "true"),
        ("not(1)", "false"),
        ("boolean(date('x'))", "false"),
        ("boolean(date('2009-06-01'))", "true"),
        ("boolean(number('x'))", "false"),
        ("boolean-from-string('True')", "true"),
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('yes')", "false"),
        ("1 div 0", "Infinity"),
        ("-1 div 0", "-Infinity"),
        ("0 div 0", "NaN"),
        ("7 mod 3", "1"),
        ("-7 mod 3", "-1"),
        ("7 mod -3", "1"),
        ("7 mod 0", "NaN"),
        ("7.5 mod 2", "1.5"),
        ("2 * 3 - 1", "5"),
        ("7 div 2", "3.5"),
        ("-(2 + 3)", "-5"),
        ("2 - 3 - 4", "-5"),
        ("999999999999999 + 0", "999999999999999"),
        ("1000000000000000 + 0", "1000000000000000.0"),
        ("-0.5 + 0", "-0.5"),
        ("date('2009-06-01')", "2009-06-01"),
        ("date('2009-06-01T23:00')", "2009-06-01"),
        ("date(14396.9)", "2009-06-01"),
        ("date('x')", ""),
        ("date('0000-01-01')", ""),
        ("date('2009-02-30')", ""),
        ("date('2009-06-01T12:00') + 0", "14396"),
        ("date-time('2009-06-01T12:00') + 0", "14396.5"),
        ("decimal-date-time('1970-01-02T06:00')", "1.25"),
        ("decimal-date-time('1970-01-01T00:00:43.2') * 1000", "0.5"),
        ("decimal-time('06:00')", "0.25"),
        ("decimal-time('00:01:26.4')", "0.001"),
        ("decimal-time('x')", "NaN"),
        ("decimal-time('25:00')", "NaN"),
        ("min(3, 1, 2)", "1"),
        ("max(3, 1, 2)", "3"),
        ("min(3, 'x')", "NaN"),
        ("max(${age}, 3)", "NaN"),
        ("min('4')", "4"),
        ("sum('4')", "4"),
        ("count(.)", "1"),
        ("count-non-empty(.)", "0"),
        ("count-non-empty('x')", "1"),
        ("translate('abcabc', 'ab', 'x')", "xcxc"),
        ("translate('abc', '', 'x')", "abc"),
        ("translate('aab', 'aa', 'xy')", "xxb"),
        ("jr:choice-name('peul', '${langues}')", "Peul"),
        ("jr:choice-name('x', '${langues}')", ""),
        ("jr:choice-name('peul', ${langues})", "Peul"),
        ("format-date('2009-06-01', '%Y-%m-%d %n %e %y')", "2009-06-01 6 1 09"),
        ("format-date('x', '%Y')", ""),
        ("format-date-time('2009-06-01T08:05:09.250', '%H:%M:%S.%3 %h')", "08:05:09.250 8"),
        ("starts-with('abc', 'ab')", "true"),
        ("ends-with('abc', 'bc')", "true"),
        ("contains('a.c', '.')", "true"),
        ("contains('abc', '.')", "false"),
        ("starts-with('abc', 'bc')", "false"),
        ("ends-with('abc', 'ab')", "false"),
        ("'a' < 1", "false"),
        ("'' < 1", "false"),
        ("1 < 2 and 2 <= 2 and 3 > 2 and 2 >= 2", "true"),
        ("2 < 2 or 2 > 2 or 3 <= 2 or 2 >= 3", "false"),
        ("1 = true()", "true"),
        ("'x' = true()", "true"),
        ("'1' = 1", "true"),
        ("'1.0' = 1", "true"),
        ("'1.0' = '1'", "false"),
        ("'x' != 1", "true"),
        ("'' = 0", "false"),
        ("0 = ''", "false"),
        ("${age} = ''", "true"),
        ("'' = ${age}", "true"),
        ("'2009-06-01' = date('2009-06-01')", "true"),
        ("1 != 1", "false"),
        ("1 or 0", "true"),
        ("1 and 0", "false"),
        ("0 or 0", "false"),
    ],
)
def test_what_a_function_makes_of_what_it_is_given(expression, text):
    assert is_written(expression, f"{text}|")


@pytest.mark.parametrize(
    ("expression", "answers", "text"),
    [
        ("${age}", {"age": "007"}, "007"),
        ("${age} + 0", {"age": "007"}, "7"),
        ("${debut}", {"debut": "2009-06-01T12:00"}, "2009-06-01T12:00"),
        ("${debut}", {"debut": "2009-6-1"}, "2009-6-1"),
        ("${age} + 0", {"age": "1e3"}, "NaN"),
        ("${note} + 0", {"note": "+.5"}, "0.5"),
        ("${note} + 0", {"note": "3."}, "3"),
        ("${debut} + 0", {"debut": "2009-06-01T12:00"}, "14396"),
        ("if(true(), ${age}, ${note})", {"age": "007"}, "007"),
        ("if(true(), ${age}, ${note}) + 1", {"age": "007"}, "8"),
        ("if(false(), ${age}, ${debut})", {"debut": "2009-06-01"}, "2009-06-01"),
        ("today()", {DAY: "2009-06-01"}, "2009-06-01"),
        ("now()", {NOW: "2009-06-01T06:00:00Z"}, "2009-06-01T06:00:00Z"),
        ("now() + 0", {NOW: "2009-06-01T06:00:00Z"}, "14396.25"),
        ("once('x')", {"nom": "y"}, "y"),
        ("count-non-empty(.)", {"nom": "y"}, "1"),
        ("coalesce(${age}, ${note})", {"note": "2.50"}, "2.50"),
        ("max(${age}, ${note})", {"age": "3", "note": "2.5"}, "3"),
        ("boolean(${age})", {"age": "0"}, "false"),
        ("boolean(${age})", {"age": "x"}, "false"),
        ("${age} = ${note}", {"age": "1", "note": "1.0"}, "true"),
        ("${age} = ${note}", {}, "true"),
        ("${age} = ${note}", {"age": "1"}, "false"),
        ("${age} = ${note}", {"age": "x", "note": "x"}, "false"),
        ("${debut} = '2009-06-01'", {"debut": "2009-06-01T00:00"}, "true"),
    ],
)
def test_an_answer_is_worth_what_its_question_asks_for(expression, answers, text):
    """As text it stays as it was written; as a number it is that number, or none."""
    assert is_written(expression, f"{text}|", **answers)


@pytest.mark.parametrize(
    ("expression", "lists", "text"),
    [
        ("sum(${note_sur_20})", [["1", "2.5"], [], None, ["1", "x"], ["1", None]], ["3.5", "0", "0", "NaN", "NaN"]),
        ("min(${note_sur_20})", [["3", "2.5"], [], None, ["1", "x"], ["4"]], ["2.5", "NaN", "NaN", "NaN", "4"]),
        ("max(${note_sur_20})", [["3", "2.5"], [], None, ["1", "x"], ["4"]], ["3", "NaN", "NaN", "NaN", "4"]),
        ("count(${note_sur_20})", [["3", None], [], None, ["1", "x"], ["4"]], ["2", "0", "0", "2", "1"]),
        ("count-non-empty(${note_sur_20})", [["3", None], [], None, ["1", "x"], [None]], ["1", "0", "0", "2", "0"]),
        ("count(${evaluation})", [["3", None], [], None, ["1"], [None]], ["2", "0", "0", "1", "1"]),
        ("count-non-empty(${evaluation})", [["3", None], [], None, ["1"], [None]], ["2", "0", "0", "1", "1"]),
    ],
)
def test_the_answers_of_a_list_are_counted_and_added(expression, lists, text):
    """Of a record without items the sum is 0, and there is no least; one item that is no number leaves none."""
    rows = pl.DataFrame({name: pl.Series(lists, dtype=pl.List(pl.String)) for name in (LIST + NOTES, ITEMS + "evaluation[]")})

    for at, expected in enumerate(text):
        tree = parse(f"concat({expression}, '') = '{expected}'")
        assert compile_condition(tree, FORM, "nom", COLUMNS).over(rows)[at], (lists[at], expected)


def test_an_item_knows_its_place():
    compiled = compile_condition(parse("position(..) = 2"), FORM, NOTES, COLUMNS)

    assert compiled.over(pl.DataFrame({PLACE: [1, 2, 3]})).to_list() == [False, True, False]


def test_a_value_is_told_for_each_row():
    """Where it depends on none of them too; and for no row there is none."""
    compiled = compile_condition(parse("1 = 1 or contains('a', 'b')"), FORM, "nom", COLUMNS)
    mixed = compile_condition(parse("contains(., 'b') and contains('ab', 'b')"), FORM, "nom", COLUMNS)

    assert compiled.over(pl.DataFrame({"nom": ["b", "x", "b"]})).to_list() == [True] * 3
    assert mixed.over(pl.DataFrame({"nom": ["b", "x", "b"]})).to_list() == [True, False, True]
    assert compiled.over(pl.DataFrame({"nom": []}, schema={"nom": pl.String})).to_list() == []


@pytest.mark.parametrize(
    ("pattern", "text", "is_one"),
    [
        ("[a-z]+", "abc", True),
        ("[a-z]+", "abc1", False),
        ("a|bc", "bc", True),
        ("a|bc", "ac", False),
        (r"\d+", "١", False),
        (r"\d+", "12", True),
        (r"\D+", "١", True),
        (r"\w+", "é", False),
        (r"[\w-]+", "a-b", True),
        (r"[\w-]+", "é", False),
        (r"\s", "\t", True),
        (r"\s", "\u00a0", False),
        (r"\S", "\u00a0", True),
        (r"[\s]", " ", True),
        (r"[^\d]", "١", True),
        (r"\.", ".", True),
        (r"\.", "x", False),
        (r"[]\d]x", "x", False),
        (r"(?=a).b?", "ab", True),
        (r"(?=a).b?", "bb", False),
        (r"(?=\d).", "١", False),
        (r"^(?!0)(?=.{4}$)\d+", "1234", True),
        (r"^(?!0)(?=.{4}$)\d+", "0234", False),
        (r"^(?!0)(?=.{4}$)\d+", "12345", False),
        (r"(?![)(])[a-z)(]+", "(a", False),
        (r"(?![)(])[a-z)(]+", "a(", True),
        (r"(?!\)a).*", ")a", False),
        (r"(?![])]).+", "]", False),
        (r"[a\]]\d", "]1", True),
        (r"[\D]", "١", True),
        (r"[\Dx]", "1", False),
        (r"\\d", "\\d", True),
        (r"\W", "é", True),
    ],
)
def test_a_whole_text_is_of_a_pattern(pattern, text, is_one):
    """As Java reads it: classes are of ASCII, inside brackets too; it may look ahead before it begins."""
    found = pl.DataFrame({"c": [text, None]}).select(matched(pl.col("c"), pattern)).to_series().to_list()

    assert found == [is_one, None]
    assert pl.select(matched(pl.lit(None, dtype=pl.String), pattern)).dtypes == [pl.Boolean]


def test_what_is_no_pattern_is_none():
    assert matched(pl.col("c"), "[") is None
    assert matched(pl.col("c"), "(?=") is None


@pytest.mark.parametrize("pattern", [r"(a)\1", "a(?=b).*", "(?<=a)b", "(?=a)a|b", "(?=(?=a)a).*"])
def test_what_only_an_engine_that_goes_back_would_know_is_not_matched(pattern):
    """Its rule is told as one that was not run: no stranger's pattern meets such an engine."""
    assert looks_around(pattern)
    assert matched(pl.col("c"), pattern) is None


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*", "(.*a){20}", "(?!(a+)+$)a+", "([a-z]+)*[0-9]", "(x{0,900}){0,900}", "a" * 5_000]
)
def test_a_pattern_made_to_take_for_ever_does_not(pattern):
    """Linear in the text, or refused for its size."""
    if (found := matched(pl.col("c"), pattern)) is not None:
        assert pl.DataFrame({"c": ["a" * 50_000 + "!"]}).select(found).item() in (True, False)


@pytest.mark.parametrize(
    ("written", "format"),
    [
        ("%Y-%m-%d", "%Y-%m-%d"),
        ("%e/%n/%y", "%-d/%-m/%y"),
        ("%H:%M:%S,%3", "%H:%M:%S,%3f"),
        ("%h", "%-H"),
        ("le", "le"),
        ("%a %Y", None),
        ("%b", None),
    ],
)
def test_a_format_of_dates_is_translated_unless_it_asks_for_words(written, format):
    assert date_format(written) == format
