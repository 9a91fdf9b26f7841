"""What the store yields knows whose it is."""

from __future__ import annotations

import gc

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cigem_core import JobOffer, JobSeeker
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.refs import Ref, hold, ref_of

PARTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)


@given(PARTS, st.none() | PARTS)
def test_a_ref_is_read_as_it_prints(key: str, scope: str | None) -> None:
    """Colons in a number do not separate its parts."""
    ref = Ref("anpe", "job_seeker", key, scope)

    assert Ref.parse(str(ref)) == ref


def test_a_ref_prints_as_people_write_it() -> None:
    assert str(Ref("anpe", "job_seeker", "ANS-2009-00009")) == "anpe:job_seeker:ANS-2009-00009"
    assert str(Ref("fafpa", "training_module", "M01", "PF-1")) == "fafpa:training_module:PF-1:M01"


@pytest.mark.parametrize("text", ["", "anpe", "anpe:job_seeker", "anpe:job_seeker:", "a:job_seeker:b:c:d"])
def test_what_names_no_record_is_told_how_one_is_named(text: str) -> None:
    with pytest.raises(OperatorError, match="expected agency:kind:number"):
        Ref.parse(text)


def test_an_unknown_kind_proposes_the_nearest() -> None:
    with pytest.raises(UnknownName, match="job_seeker"):
        Ref.parse("anpe:job_seker:1")


def test_a_record_knows_whose_it_is_until_it_says_something_else() -> None:
    """A changed copy is no record of the store's."""
    seeker, ref = JobSeeker(reference="1"), Ref("anpe", "job_seeker", "1")

    hold([seeker], [ref.parts])

    assert ref_of(seeker) == ref
    assert ref_of(evolve(seeker, wanted_job="soudure")) is None
    assert ref_of(JobSeeker(reference="1")) is None
    assert ref_of("1") is None


def test_what_is_forgotten_leaves_nothing_behind() -> None:
    """Objects come and go in the same places; none answers for another."""
    for number in range(1_000):
        offer = JobOffer(reference=str(number))
        assert ref_of(offer) is None
        hold([offer], [("anpe", "job_offer", str(number), None)])
        assert ref_of(offer) == Ref("anpe", "job_offer", str(number))
        del offer
    gc.collect()
