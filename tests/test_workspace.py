"""What a workspace asks of whoever uses it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cigem_core import JobSeeker, OperatorError, SourceRefused
from cigem_core.errors import UnknownName

ON = date(2009, 10, 1)


@pytest.mark.parametrize("by", ["", "  ", "a\nb", None, 3])
def test_whoever_acts_is_named_on_one_line(centre, september, by):
    with pytest.raises(OperatorError, match="who acts"):
        centre.pull("anpe", september[1], on=ON, by=by)


@pytest.mark.parametrize("on", ["2009-10-01", None, datetime(2009, 10, 1)])
def test_the_day_is_a_day(centre, september, on):
    with pytest.raises(OperatorError, match="is a day"):
        centre.pull("anpe", september[1], on=on, by="awa")


def test_a_pull_of_nothing_is_refused(centre):
    with pytest.raises(OperatorError, match="at least one file"):
        centre.pull("anpe", on=ON, by="awa")


def test_data_handed_over_as_a_path_is_refused_without_being_quoted(centre, september):
    text = september[0].read_bytes().decode("cp1252")

    with pytest.raises(SourceRefused, match="hand the content of a file over as bytes") as refused:
        centre.pull("anpe", text, on=ON, by="awa")

    assert "KEITA" not in str(refused.value)


def test_an_agency_is_known_in_any_case(centre, september):
    assert centre.pull("ANPE", september[1], on=ON, by="awa").agency == "anpe"


def test_a_record_of_an_unknown_agency_is_refused_with_the_nearest_name(centre, september):
    """A mistyped agency is not taken for a missing number; the agency's name is known in any case."""
    centre.pull("anpe", september[0], on=ON, by="awa")
    seeker = next(centre.records(JobSeeker))

    with pytest.raises(UnknownName, match="no adapter is installed for 'anp'; the nearest is 'anpe'"):
        centre.record(f"anp:job_seeker:{seeker.reference}")
    with pytest.raises(UnknownName, match="the nearest is 'anpe'"):
        centre.refer(f"anp:job_seeker:{seeker.reference}", to="anpe", on=ON, by="awa")

    assert centre.record(f"ANPE:job_seeker:{seeker.reference}") == seeker
    assert centre.record("anpe:job_seeker:KAY-0") is None
    assert centre.record("centre:job_seeker:KAY-0") is None
