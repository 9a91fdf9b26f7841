"""Why an application has its result, and a change that is told only when the round run again confirms it."""

from __future__ import annotations

import random
from decimal import Decimal

import polars as pl
import pytest
from programmes.scholarships.other_calls import COLUMNS, write
from programmes.scholarships.samples import CALLS, applications, call, truth

from cigem_core.errors import UnknownName
from cigem_core.programmes.scholarships.changing import changed, result_of
from cigem_core.scholarships import Round, explain


def held(name):
    made = Round(call=call(name), applications=applications(name))
    return made, made.draw(truth(name)["draws"][0]["seed"], leave_undecided=True)


def confirmed(name, many, seed):
    """How many of some changes the round run again with them does not confirm, and how many were told."""
    made, drawn = held(name)
    wrong, told = [], 0
    for number in random.Random(seed).sample(applications(name).column("application"), many):
        explanation = explain(made, drawn, number)
        if explanation.change is None:
            continue
        told += 1
        again = changed(made, number, explanation.change.field, explanation.change.value)
        result = result_of(again, again.draw(drawn.seed, leave_undecided=True), number)
        if result != explanation.change.result or result == explanation.result:
            wrong.append(number)
    return wrong, told


@pytest.mark.parametrize("name", ["etat-2014"])
def test_what_would_have_changed_a_result_is_confirmed(name):
    """Some of each call here; hundreds in the long run."""
    assert confirmed(name, 2, seed=7) == ([], 2)


@pytest.mark.long
@pytest.mark.parametrize("name", CALLS)
def test_a_thousand_changes_are_confirmed(name):
    """A quarter of a thousand of each call."""
    wrong, told = confirmed(name, 250, seed=1)

    assert (wrong, told) == ([], 250)


@pytest.mark.parametrize("name", ["etat-2014", "cinq-pays-2026"])
def test_every_result_has_its_reason(name):
    """One of each sort: the sentence names what decided."""
    made, drawn = held(name)
    lists = truth(name)["screen"]
    refused = {one["reason"]: one for one in lists["ineligible"]}

    def because(number):
        return " ".join(one.fr for one in explain(made, drawn, number).because)

    assert refused["double"]["counts"] in because(refused["double"]["application"])
    assert refused["incomplete"]["pieces"][0] in because(refused["incomplete"]["application"])
    assert f"article {refused['ineligible']['articles'][0]}" in because(refused["ineligible"]["application"])
    assert "hors des jours" in because(refused["late"]["application"])
    assert lists["to_review"][0]["undetermined"][0] in because(lists["to_review"][0]["application"])
    placed = truth(name)["draws"][0]["placed"][0]
    assert f"siège {placed['seat']}, choix {placed['rank_of_choice']}" in because(placed["application"])


def test_an_unknown_number_is_named_with_the_nearest():
    """Nobody is explained who did not apply."""
    with pytest.raises(UnknownName, match="the nearest is"):
        explain(*held("etat-2014"), "ET14-0001")


BY_MEAN = """
reference = "M"
title.fr = "Par la moyenne"
opens = 2022-01-01
closes = 2022-12-31
counted_on = 2022-12-31
then = ["bac_mean"]
[[rule]]
article = "1"
field = "bac_mean"
at_most = "18"
[[seat]]
code = "A"
title.fr = "A"
country = "RW"
places = 3
[[seat]]
code = "B"
title.fr = "B"
country = "RW"
places = 4
"""


@pytest.fixture
def by_mean(tmp_path):
    """Nine who are parted by their marks alone."""
    (tmp_path / "call.toml").write_text(BY_MEAN, "utf-8")
    means = ("16,5", "15", "14,75", "14,75", "13,2", "12", "11,99", "10", "9")
    empty = dict.fromkeys(COLUMNS, "")
    rows = [
        empty | {
            "N° dossier": f"D{at}", "Date de dépôt": "01/02/2022", "Nom": "T", "Prénom(s)": "A", "Moyenne du bac": mean,
            "Choix 1": "A", "Choix 2": "B",
        }
        for at, mean in enumerate(means)
    ]  # fmt: skip
    write(tmp_path / "dossiers.csv", COLUMNS, rows, "cp1252")
    made = Round.on_files(tmp_path / "call.toml")
    return made, made.draw("s")


def test_no_smaller_change_of_a_mark_gives_another_result(by_mean):
    """Every nearer mark, hundredth by hundredth, leaves the result as it is."""
    made, drawn = by_mean
    for number in ("D0", "D5", "D8"):
        change = explain(made, drawn, number).change
        own = Decimal(made.applications.frame.row(by_predicate=pl.col("application") == number, named=True)["bac_mean"])
        assert change.field == "bac_mean"
        gap = abs(Decimal(change.value) - own)
        marks = [own + at * Decimal("0.01") for at in range(-int(gap * 100) + 1, int(gap * 100))]
        for mark in marks[:: max(1, len(marks) // 40)]:
            again = changed(made, number, "bac_mean", str(mark))
            assert result_of(again, again.draw("s"), number) == result_of(made, drawn, number), (number, change.value, mark)
    assert explain(made, drawn, "D8").as_dict()["change"]["value"] in ("11.99", "12")
