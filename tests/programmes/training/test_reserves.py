"""The page of reserves: what it says, and how its mistakes are named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cigem_core.errors import OperatorError
from cigem_core.programmes.training.fit import Traits
from cigem_core.programmes.training.reserves import read_reserves

GOOD = """
[[reserve]]
name = "north"
percent = 12.5
any = [{ returnee = true, region = "XX-6" }, { sex = "F" }]
"""


def test_one_condition_is_enough_and_all_of_it_must_hold(tmp_path):
    (tmp_path / "reserves.toml").write_text(GOOD)

    (north,) = read_reserves(tmp_path / "reserves.toml")

    assert north.percent == Decimal("12.5")
    assert north.is_for(Traits(sex="female"))
    assert north.is_for(Traits(returnee=True, region="XX-6"))
    assert not north.is_for(Traits(returnee=None, region="XX-6"))
    assert not north.is_for(Traits())
    assert [north.places_of(n) for n in (7, 8, 15, 16)] == [0, 1, 1, 2]


def test_decimals_may_stand_in_quotes_as_in_a_call(tmp_path):
    (tmp_path / "reserves.toml").write_text(GOOD.replace("12.5", '"12.5"'))

    assert [one.percent for one in read_reserves(tmp_path / "reserves.toml")] == [Decimal("12.5")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[reserves]]", "no 'reserves'; the nearest is 'reserve'"),
        ("reserve = 3", "each reserve begins with"),
        (GOOD.replace("percent = 12.5", ""), "[[reserve]] 1 (north): 'percent' is missing"),
        (GOOD.replace("12.5", "101"), "percent= is a number from 0 to 100"),
        (GOOD.replace("12.5", "true"), "percent= is a number from 0 to 100"),
        (GOOD.replace("12.5", "nan"), "percent= is a number from 0 to 100"),
        (GOOD.replace("12.5", "inf"), "percent= is a number from 0 to 100"),
        (GOOD.replace("12.5", '"a third"'), "percent= is a number from 0 to 100"),
        (GOOD.replace('"F"', '["F"]'), 'sex = "F" or "M"'),
        (GOOD.replace("returnee = true", 'returnee = "O"'), "returnee = true or false, no quotes"),
        (GOOD.replace('"F"', '"H"'), 'sex = "F" or "M"'),
        (GOOD.replace("sex", "sexe"), "'sexe' is no field; the nearest is 'sex'"),
        (GOOD.replace("XX-6", "XX-7"), "region= is an ISO 3166-2 code; the nearest is 'XX-6'"),
        (GOOD.replace("name =", "nam ="), "there is no 'nam'; the nearest is 'name'"),
        (GOOD + "at_most = 3", "there is no 'at_most'"),
        (GOOD + GOOD, "two reserves are called 'north'"),
        ("percent = = 3", "this is not TOML"),
    ],
)
def test_each_mistake_says_where_it_is_and_what_to_write(tmp_path, text, said):
    (tmp_path / "reserves.toml").write_text(text)

    with pytest.raises(OperatorError) as refused:
        read_reserves(tmp_path / "reserves.toml", ["XX-6"])

    assert said in refused.value.text.en
    assert refused.value.text.fr.startswith("reserves.toml")
