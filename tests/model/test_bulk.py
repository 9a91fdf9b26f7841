"""Many records at once are what they are one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cigem_core import Identity, JobSeeker, Migration, PartialDate, Placement, YoungPerson
from cigem_core.errors import OperatorError
from cigem_core.model.bulk import built, stored
from cigem_core.model.fields import build, flatten, kind_of
from cigem_core.model.identity import Sex
from cigem_core.model.values import Country, Phone
from cigem_core.testing.strategies import records

MANY = st.sampled_from([JobSeeker, Placement, YoungPerson]).flatmap(lambda cls: st.lists(records(cls), min_size=1, max_size=8))


@given(MANY)
def test_columns_say_what_each_record_says_and_make_it_again(some: list[object]) -> None:
    kind = kind_of(type(some[0]))

    columns = stored(kind, some)

    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    assert rows == [flatten(record) for record in some]
    assert built(kind, columns, height=len(some)) == [build(kind, row) for row in rows]


def test_a_column_that_is_absent_is_empty() -> None:
    (made,) = built(kind_of(JobSeeker), {"reference": ["1"], "identity.sex": ["female"]}, height=1)

    assert made == JobSeeker(reference="1", identity=Identity(sex=Sex.FEMALE))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (JobSeeker(reference=1), "reference: expected str, got int"),  # type: ignore[arg-type]
        (JobSeeker(reference="1", identity=Migration()), "identity: expected Identity"),  # type: ignore[arg-type]
        (JobSeeker(reference="1", migration=Migration(country=Country("ZZ"))), "migration.country: this Country cannot be read"),
        (JobSeeker(reference="1\0"), "reference holds a character that no file can hold"),
        (JobSeeker(reference="\ud800"), "reference holds a character that no file can hold"),
    ],
)
def test_the_field_that_holds_no_value_of_its_own_is_named(wrong: JobSeeker, named: str) -> None:
    sound = JobSeeker(reference="2", identity=Identity(birth=PartialDate(year=1985), phones=(Phone("+22370123456"),)))

    with pytest.raises(OperatorError, match=named):
        stored(kind_of(JobSeeker), [sound, wrong])
