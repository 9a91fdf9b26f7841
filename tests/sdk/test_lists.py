"""Lists inside records: one row an item, back to one list a record, and the cells of items named by their places."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core.model.employment import JobSeeker
from cigem_core.model.training import Evaluation, Trainee
from cigem_core.report import Rule
from cigem_core.sdk import Child, Csv, PhonePlan, Table, column
from cigem_core.sdk.reading.items import any_of, exploded, gathered, indexed, listed

TEXTS = pl.List(pl.String)
PHONES = PhonePlan(calling_code="223", national="[2456789][0-9]{7}", like="70 12 34 56")


def test_a_list_is_one_row_an_item_with_its_record_and_its_place():
    """A column no record holds is null beside the others; a record without items has no row."""
    cells = pl.DataFrame(
        {"r[].a": [["x", "y"], None, [], ["z"]], "r[].b": [["1", None], None, [], None]}, schema={"r[].a": TEXTS, "r[].b": TEXTS}
    )

    items = exploded(cells, ["r[].a", "r[].b"])

    assert items.select("#at", "#place", "r[].a", "r[].b").rows() == [(0, 0, "x", "1"), (0, 1, "y", None), (3, 0, "z", None)]
    assert exploded(cells.clear(), ["r[].a"]).height == 0


def test_values_of_items_are_one_list_a_record():
    """Items without a value are left out, several values of one item stand side by side; no value, no list."""
    items = pl.DataFrame({"#at": [0, 0, 2, 2, 3]})

    one = gathered(items, pl.Series(["a", "b", None, "c", None]), 5)
    several = gathered(items, pl.Series([["a"], ["b", "c"], None, ["d"], None], dtype=TEXTS), 5)

    assert one.to_list() == [["a", "b"], None, ["c"], None, None]
    assert several.to_list() == [["a", "b", "c"], None, ["d"], None, None]
    assert any_of(items, pl.Series([False, True, False, False, True]), 5).to_list() == [True, False, False, True, False]


CELLS = st.text("ab", max_size=2)


@given(
    st.lists(
        st.fixed_dictionaries({"n": CELLS, "r[].a": st.lists(CELLS, max_size=3), "r[].b": st.lists(CELLS, max_size=3)}),
        min_size=1,
        max_size=4,
    )
)
def test_lists_come_back_from_columns_named_by_places(records):
    """But for items that hold nothing at the end, which no one can have meant."""
    placed = [indexed(record) for record in records]
    header = sorted({name for cells in placed for name in cells}, key=lambda name: (name != "n", name))

    names, rows = listed(header, [[cells.get(name, "") for name in header] for cells in placed], lambda _: True)

    for record, row in zip(records, rows, strict=True):
        found = dict(zip(names, row, strict=True))
        filled = max([at + 1 for name in ("r[].a", "r[].b") for at, text in enumerate(record[name]) if text], default=0)
        assert found["n"] == record["n"]
        for name in ("r[].a", "r[].b"):
            assert found.get(name, [""] * filled) == [*record[name], "", "", ""][:filled]


def test_an_item_is_called_by_its_place():
    """From 0; what a record does not hold has no place."""
    assert indexed({"n": "x", "none": None, "r[].a": ["p", None], "r[].b": None}) == {"n": "x", "r[0].a": "p", "r[1].a": ""}


@pytest.mark.parametrize(
    ("header", "row", "names", "said"),
    [
        (["r[0].a", "n", "r[1].a"], ["x", "1", "y"], ["n", "r[].a"], ["1", ["x", "y"]]),
        (["r[1].a", "r[0].b"], ["y", "p"], ["r[].a", "r[].b"], [["", "y"], ["p", ""]]),
        (["r[0].a", "s[0]", "s[1]"], [" ", "p", "q"], ["r[].a", "s[]"], [[], ["p", "q"]]),
        (["r[0].a", "r[1].a", "r[0].b", "r[1].b"], ["x", "", "", "q"], ["r[].a", "r[].b"], [["x", ""], ["", "q"]]),
        (["r[0][1]"], ["x"], ["r[][1]"], [["x"]]),
        (["r[x]", "r[]"], ["1", "2"], ["r[x]", "r[]"], ["1", "2"]),
        (["r[1234567]"], ["1"], ["r[1234567]"], ["1"]),
    ],
)
def test_columns_named_by_places_are_put_back(header, row, names, said):
    """All columns of one list are as long as its last item that holds something."""
    assert listed(header, [row], lambda _: True) == (names, [said])


def seekers(**lenses) -> Table:
    return Table(JobSeeker, Csv("x.csv"), {"reference": column("N°").required(), **lenses})


def read(table, *lists):
    """What is read of records that hold these lists: column → items, a mapping a record."""
    names = sorted({name for record in lists for name in record})
    frame = pl.DataFrame(
        {"N°": [str(n) for n in range(len(lists))], **{name: [record.get(name) for record in lists] for name in names}},
        schema={"N°": pl.String, **dict.fromkeys(names, TEXTS)},
    )
    return table.read(frame)


def told(batch):
    return [(f.address.row, f.address.column, f.rule, f.value) for f in batch.faults]


def test_the_items_of_a_list_are_one_field_of_several_values():
    """A wrong item is called by its place, and shown; its record is in quarantine."""
    table = seekers(**{"identity.phones": column("c[].v").phone(PHONES)})

    batch = read(table, {"c[].v": ["70123456", " ", "70 12 34 57"]}, {"c[].v": ["x", "70123456"]}, {"c[].v": []}, {})

    assert batch.accepted["identity.phones"].to_list() == [["+22370123456", "+22370123457"], None, None]
    assert told(batch) == [(3, "c[0].v", Rule.PATTERN, "x")]
    assert batch.quarantined["c[].v"].to_list() == [["x", "70123456"]]


def test_each_number_of_a_list_is_written_in_an_item_of_its_own():
    numbers = pl.DataFrame({"v": [["+22370123456", "+22370123457", "+33612345678"], None]})

    written = numbers.select(**column("c[].v").phone(PHONES).encode(pl.col("v"))).to_series()

    assert written.to_list() == [["70 12 34 56", "70 12 34 57", None], None]


def test_only_the_items_that_say_so_are_looked_at():
    """Those in which another column of the list holds a text."""
    table = seekers(**{"identity.phones": column("c[].v").where("c[].t", "tel").phone(PHONES)})

    batch = read(table, {"c[].t": ["tel", "mail"], "c[].v": ["70123456", "a@b"]}, {"c[].t": ["mail", "tel"], "c[].v": ["a", "b"]})

    assert batch.accepted["identity.phones"].to_list() == [["+22370123456"]]
    assert told(batch) == [(3, "c[1].v", Rule.PATTERN, "b")]


def test_a_required_list_is_missing_where_none_of_its_items_says_anything():
    """The list itself is blamed, and not an item: there is none."""
    table = seekers(languages=column("l[].nom").required())

    batch = read(table, {"l[].nom": ["peul", None]}, {"l[].nom": [" "]}, {})

    assert batch.accepted["languages"].to_list() == [["peul"]]
    assert told(batch) == [(3, "l", Rule.REQUIRED, ""), (4, "l", Rule.REQUIRED, "")]


def test_the_items_of_a_list_may_be_one_text():
    table = seekers(remarks=column("l[].mot").joined(" / "))

    batch = read(table, {"l[].mot": ["a", "", "b"]}, {})

    assert batch.accepted["remarks"].to_list() == ["a / b", None]


def test_the_items_of_a_list_may_be_records_of_their_own():
    """With the key of the record that holds them, and their place among the others; kept with it, or not at all."""
    marks = Child(Evaluation, {"module": column("e[].module"), "mark": column("e[].note").decimal(".", minimum=0)})
    table = Table(Trainee, Csv("x.csv"), {"reference": column("N°"), "hours": column("h").number()}, children=[marks])
    frame = pl.DataFrame(
        {
            "N°": ["A", "B", "C"], "h": ["1", "2", "x"], "e[].module": [["m1", "m2"], ["m1", "m2"], ["m9"]],
            "e[].note": [["17", ""], ["x", "-1"], ["1"]],
        },
        schema_overrides={"e[].module": TEXTS, "e[].note": TEXTS},
    )  # fmt: skip

    batch = table.read(frame)

    held = batch.children["evaluation"]
    assert held.select("trainee", "position", "module", "mark", "#row").rows() == [
        ("A", 0, "m1", "17", 2),
        ("A", 1, "m2", None, 2),
    ]
    assert told(batch) == [(3, "e[0].note", Rule.TYPE, "x"), (3, "e[1].note", Rule.MINIMUM, "-1"), (4, "h", Rule.TYPE, "x")]
    assert (marks.path, marks.parent.name, marks.place.name) == ("e[]", "trainee", "position")
