"""Calls made by lot give what a second reckoning of the rules gives: screening, notices, order, seats, waiting, balances."""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from programmes.scholarships.other_calls import COLUMNS, PAID, a_call, applications, payments, write, wrong_ones
from programmes.scholarships.samples import as_sets
from programmes.scholarships.second_reckoning import Second, bare, due_days, reckoned

from cigem_core.programmes.scholarships import verifier
from cigem_core.scholarships import Round, package
from cigem_mali import MALI_2009

REGIONS = {bare(code.name): code.code for code in MALI_2009.by_code.values()}


def agree(seed: int, folder: Path, many: int = 40) -> None:
    """One call, its files and two seeds, reckoned both ways."""
    chance = random.Random(seed)
    text = a_call(chance)
    call = tomllib.loads(text)
    rows = applications(chance, call, many)
    (folder / "call.toml").write_text(text, "utf-8")
    encoding = chance.choice(("cp1252", "utf-8-sig"))
    wrong = wrong_ones(chance, call, rows)
    write(folder / "dossiers.csv", COLUMNS, chance.sample([*rows, *wrong], len(rows) + len(wrong)), encoding)

    held, other = Round.on_files(folder / "call.toml"), Second(call, rows, REGIONS)
    intake = held.applications.intake
    assert (intake.read, intake.quarantined) == (len(rows) + len(wrong), len(wrong)), seed
    told = held.screening.as_dict()
    for name, lines in other.screened().items():
        assert as_sets(told[name]) == as_sets(lines), (seed, name)

    for drawing in ("2022-12-24|07 11 13", f"graine é {seed}"):
        drawn = held.draw(drawing, leave_undecided=True)
        seats, reserved = other.drawn(drawing)
        assert {n: award.seat for n, award in drawn.seats.items()} == seats, seed
        assert {n for n, award in drawn.seats.items() if award.seat_type != "open"} == reserved, seed
        assert [award.application for award in drawn.placed] == [n for n in other.order(drawing) if n in seats], seed
        assert [n for n, _ in drawn.waiting] == [n for n in other.order(drawing) if n not in seats], seed
        for award in drawn.placed:
            chosen = other.choices(other.rows[award.application])[0]
            assert (award.rank_of_choice, award.score) == (
                chosen.index(award.seat) + 1,
                other.score(other.rows[award.application]),
            )
            assert fulfils_its_reserve(call, other, award), seed
    made = package(held, drawn)
    assert verifier.check(made.write(folder / "published"), held.commitment) == [], seed

    paid = payments(chance, call, sorted(seats), {payer["name"]: due_days(payer) for payer in call.get("payer", [])})
    write(folder / "paiements.csv", PAID, paid, encoding)
    lines, intake = held.payments(folder / "paiements.csv", drawn)
    assert intake.faults == (), seed
    for on in (date(2023, 3, 1), date(2024, 2, 29) + timedelta(days=seed % 500)):
        balance = held.balances(lines, drawn, on).as_dict()
        for name, expected in reckoned(call, seats, paid, on).items():
            assert as_sets(balance[name]) == as_sets(expected), (seed, name, on)


def fulfils_its_reserve(call, other, award) -> bool:
    if award.seat_type == "open":
        return True
    reserve = next(one for one in call["reserve"] if one["name"] == award.seat_type)
    return reserve["places"].get(award.seat, 0) > 0 and other.fulfils(other.rows[award.application], reserve["when"])


@pytest.mark.parametrize("seed", range(5))
def test_a_call_of_another_country_gives_the_same_by_a_second_reckoning(seed, tmp_path):
    """Five calls here, some hundreds in the long run."""
    agree(seed, tmp_path, many=25)


@pytest.mark.long
def test_three_hundred_other_calls(tmp_path):
    """Each with its own rules, scores, seats, reserves and payers."""
    for seed in range(100, 400):
        (tmp_path / str(seed)).mkdir()
        agree(seed, tmp_path / str(seed), many=60)
