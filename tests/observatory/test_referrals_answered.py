"""How many referrals an agency answered, and how soon."""

from __future__ import annotations

from datetime import date

from cigem_core import Identity

ANSWERS = "N° orientation;Décision;Date;Motif du refus;Résultat\r\n{}"


def test_the_median_wait_is_the_lower_of_two_and_the_first_answer_counts(own, tmp_path):
    """Sent on 1 October; answered after 3, 5 and 9 days, one of them twice; one is never answered."""
    for name in ("Awa", "Binta", "Coumba", "Djeneba"):
        own.refer(Identity(family_name="Diarra", given_names=name), to="anpe", on=date(2009, 9, 30), by="awa")
    sent = own.push("anpe", to=tmp_path / "out", on=date(2009, 10, 1), by="awa")
    assert sent.sent == 4
    numbers = [one.referral.reference for one in own.referrals(to="anpe")]
    rows = [(0, "A", "04/10/2009"), (0, "D", "30/10/2009"), (1, "A", "06/10/2009"), (2, "R", "10/10/2009")]
    text = ANSWERS.format("".join(f"{numbers[n]};{decision};{day};;\r\n" for n, decision, day in rows))
    (tmp_path / "reponses_20091031.csv").write_bytes(text.encode("utf-8-sig"))
    own.pull("anpe", tmp_path / "reponses_20091031.csv", on=date(2009, 10, 31), by="awa")

    (figure,) = own.figures.indicate("2009-10", only="referrals_answered", by=["agency"])
    assert figure.as_dict() == {
        "indicator": "referrals_answered", "period": "2009-10", "by": {"agency": "anpe"},
        "value": 0.75, "numerator": 3, "denominator": 4, "median_days": 5,
    }  # fmt: skip
    # Referred in September, but sent in October: the day it left counts.
    (none,) = own.figures.indicate("2009-09", only="referrals_answered")
    assert (none.value, none.more["median_days"]) == (None, None)
