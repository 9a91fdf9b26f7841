"""The instrument that ships is read, scored, and says that it is an example."""

from fractions import Fraction

from cigem_core.formats.source import Source
from cigem_core.programmes.reception.instrument_files import read_instrument
from cigem_core.programmes.reception.scoring import score
from cigem_mali import cigem_documents


def test_the_instrument_says_that_nobody_should_be_judged_by_it():
    (document,) = cigem_documents()
    instrument = read_instrument(Source(name=document.name, content=document.content))

    assert document.sort == "instrument"
    assert "nobody should be judged" in instrument.illustrative.en
    scores = {
        one.dimension: one.bounds for one in score(instrument, {"experience": "deux-ans-ou-plus", "appris": "famille ecole"})
    }
    assert (scores["metier"].low, scores["metier"].high) == (Fraction(4), Fraction(4))
    assert (scores["moyens"].low, scores["moyens"].high) == (Fraction(0), Fraction(1))
