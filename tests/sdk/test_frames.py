"""Records as columns: which type each field has, and what names a record among those of its agency."""

from decimal import Decimal

import polars as pl

from cigem_core.model.employment import JobSeeker, Placement
from cigem_core.model.fields import kind_of
from cigem_core.model.training import BudgetLine, TrainingPlan, TrainingSession
from cigem_core.sdk.frames import SEPARATOR, frame_of, full_key, key_of, scope_of, stays_inside

LINE, SESSION, PLACEMENT, SEEKER = map(kind_of, (BudgetLine, TrainingSession, Placement, JobSeeker))


def test_a_row_has_a_column_per_field_and_what_it_does_not_name_is_empty():
    frame = frame_of(SEEKER, [{"reference": "A-1", "languages": ["peul"]}, {}])

    assert frame.columns == list(SEEKER.fields)
    assert frame.select("reference", "languages", "migration.returnee").rows() == [("A-1", ["peul"], None), (None, None, None)]
    assert frame.select("registered_on", "languages", "migration.returnee").dtypes == [pl.Date, pl.List(pl.String), pl.Boolean]
    assert SEEKER.field("experience_years").python is Decimal
    assert frame["experience_years"].dtype == pl.String


def test_a_key_in_several_parts_is_a_list_and_a_scope_stands_before_it():
    """Stored keys are compared with these texts: another spelling would make every record a new one."""
    lines = pl.DataFrame({"plan": ["P1", None], "module": ["M1", 'a"b'], "heading": ["Salle", None]})

    found = lines.select(key_of(LINE), scope_of(LINE), full_key(LINE).alias("full"))

    assert found.to_dict(as_series=False) == {
        "key": ['["M1","Salle"]', '["a\\"b",null]'],
        "scope": ["P1", ""],
        "full": [f'P1{SEPARATOR}["M1","Salle"]', f'{SEPARATOR}["a\\"b",null]'],
    }


def test_a_key_of_one_part_is_that_part_and_has_no_scope_where_it_is_unique_in_the_agency():
    placements = pl.DataFrame({"reference": ["P-1"]})

    found = placements.select(key_of(PLACEMENT), scope_of(PLACEMENT))

    assert found.to_dict(as_series=False) == {"key": ["P-1"], "scope": [""]}
    assert placements.select(full_key(PLACEMENT)).to_dict(as_series=False) == {"key": ["P-1"]}
    assert full_key(LINE).meta.output_name() == "key"


def test_a_reference_stays_inside_where_both_kinds_have_the_same_scope():
    """The module of a session is one of its own plan; the plan itself is in no scope."""
    assert stays_inside(SESSION, SESSION.field("module"))
    assert not stays_inside(SESSION, SESSION.field("plan"))
    assert not stays_inside(PLACEMENT, PLACEMENT.field("seeker"))
    assert kind_of(TrainingPlan).scope is None
