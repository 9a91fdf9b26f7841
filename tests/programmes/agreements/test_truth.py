"""Three conventions over eighteen months: what was owed on three days, as another program reckoned it from the same rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from attrs import evolve

from cigem_core.model.conventions import Convention
from cigem_core.model.standing import ConventionAct, Deed, standing
from cigem_core.programmes.agreements.rules import Facts, GivenAnswer, HandedOver, SentReferral, owed

MALI = Path(__file__).parents[3] / "plugins/cigem-mali"
SAMPLE = MALI / "samples/conventions"
SHIPPED = MALI / "src/cigem_mali/conventions"
SCENARIO = json.loads((SAMPLE / "scenario.json").read_text("utf-8"))
EXPECTED = json.loads((SAMPLE / "expected.json").read_text("utf-8"))["on"]


def told(act: str) -> list[dict[str, str]]:
    return [{**one, "day": date.fromisoformat(one["day"])} for one in SCENARIO["acts"] if one["act"] == act]


def conventions(on: date) -> list[Convention]:
    """The shipped wordings with what is owed beside their clauses, as they stand on a day."""
    done = [(deed, one) for deed in get_args(Deed) for one in told(deed) if one["day"] <= on]
    made = []
    for one in SCENARIO["conventions"]:
        reference = one["reference"]
        text = (SHIPPED / f"{reference}.toml").read_text("utf-8") + (SAMPLE / one["file"]).read_text("utf-8")
        acts = [
            ConventionAct(convention=reference, deed=deed, on=act["day"]) for deed, act in done if act["convention"] == reference
        ]
        days = {"begins": date.fromisoformat(one["from"]), "ends": date.fromisoformat(one["until"])}
        made.append(evolve(Convention.from_toml(text), **days, standing=standing(acts)))
    return made


FACTS = Facts(
    sent=tuple(SentReferral(one["referral"], one["convention"], one["day"]) for one in told("refer")),
    answers=tuple(GivenAnswer(one["referral"], one["day"], one["decision"] in "AD") for one in told("answer")),
    handed=tuple(HandedOver(one["agency"], one["agency"], one["kind"], one["day"]) for one in told("pull")),
)


@pytest.mark.parametrize("day", EXPECTED)
def test_what_was_owed_on_a_day(day):
    on = date.fromisoformat(day)

    assert [one.as_dict() for convention in conventions(on) for one in owed([convention], FACTS, on=on)] == EXPECTED[day]
