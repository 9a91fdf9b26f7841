"""The four calls of the plugin: what is wrong in their files, who is eligible, who gets a seat, and how payers stand."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from programmes.scholarships.samples import CALLS, FOLDER, applications, as_sets, call, found, listed, truth

from cigem_core.errors import OperatorError
from cigem_core.programmes.scholarships.draw import Draw, draw
from cigem_core.programmes.scholarships.files import read_applications
from cigem_core.programmes.scholarships.order import commit
from cigem_core.programmes.scholarships.payment_file import read_payments
from cigem_core.programmes.scholarships.payments import balances
from cigem_core.programmes.scholarships.screening import screen

of_each_call = pytest.mark.parametrize("name", CALLS)


def drawn(name: str, seed: str, **how: object) -> Draw:
    return draw(screen(call(name), applications(name)), applications(name), seed, leave_undecided=True, **how)


@of_each_call
def test_what_is_wrong_in_the_file_of_applications_is_found_and_nothing_else(name):
    """Quarantine is exactly what is known to be wrong, under the call's mask: the rest is not read."""
    intake = applications(name).intake.as_dict()

    assert (intake["read"], intake["accepted"]) == (truth(name)["read"], truth(name)["accepted"])
    assert found(intake["faults"]) == listed(truth(name)["quarantined"])


@of_each_call
def test_a_workbook_with_the_same_cells_gives_the_same(name, tmp_path):
    """An XLSX of the same columns is read as the CSV is."""
    content = (FOLDER / name / "dossiers.csv").read_bytes()
    text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp1252")
    book = openpyxl.Workbook()
    rows = [line.split(";") for line in text.splitlines()]
    for row in rows:
        if len(row) == len(rows[0]):  # a sheet has no row that is too short or too long
            book.active.append([cell or None for cell in row])
    book.save(tmp_path / "candidatures.xlsx")

    read = read_applications(tmp_path / "candidatures.xlsx", call(name))

    assert read.frame.sort("application").equals(applications(name).frame.sort("application"))
    assert {fault.address.sheet for fault in read.intake.faults} == {"Sheet"}


@of_each_call
def test_screening_gives_every_list_of_the_truth(name):
    """Who is eligible with which score, who waits for an officer, who is not and why, and what is told."""
    lists = screen(call(name), applications(name)).as_dict()

    assert {title: as_sets(lines) for title, lines in lists.items()} == {
        title: as_sets(lines) for title, lines in truth(name)["screen"].items()
    }


@of_each_call
def test_the_commitment_is_to_the_list_of_the_eligible(name):
    """Another list is refused at the draw."""
    screening = screen(call(name), applications(name))

    assert commit(screening.eligible) == truth(name)["commit"]
    with pytest.raises(OperatorError, match="published"):
        draw(screening, applications(name), "a", leave_undecided=True, committed="0" * 64)


@pytest.mark.parametrize("which", [0, 1])
@of_each_call
def test_the_draw_seats_whom_the_truth_seats(name, which):
    """Seats, choices, reserved places and the order of waiting, for both seeds."""
    right = truth(name)["draws"][which]
    got = drawn(name, right["seed"]).as_dict()
    fulfils = {one["application"]: one["fulfils"] for one in right["placed"]}

    assert [_seat(one) for one in got["placed"]] == [_seat(one) for one in right["placed"]]
    assert all(one["seat_type"] in ("open", *fulfils[one["application"]]) for one in got["placed"])
    assert got["waiting"] == right["waiting"]
    for seat, known in zip(got["seats"], right["seats"], strict=True):
        assert (seat["seat"], seat["places"], seat["taken"]) == (known["seat"], known["places"], known["taken"])
        assert sum(one["taken"] for one in seat["reserves"]) == known["reserved_taken"]
        for one, bounds in zip(seat["reserves"], known["reserves"], strict=True):
            assert (one["name"], one["places"]) == (bounds["name"], bounds["places"])
            assert bounds["taken_at_least"] <= one["taken"] <= bounds["taken_at_most"]


def _seat(one: dict[str, object]) -> tuple[object, ...]:
    return one["application"], one["seat"], one["rank_of_choice"], one["score"], one["seat_type"] == "open"


@of_each_call
def test_who_moves_when_some_withdraw(name):
    """The draw is made again without them, and nobody who stays likes their seat less."""
    known = truth(name)["withdrawal"]
    before = drawn(name, known["seed"])
    after = drawn(name, known["seed"], withdrawn=known["withdrawn"])

    had = {number: award.seat for number, award in before.seats.items()}
    has = {number: award.seat for number, award in after.seats.items()}
    moved = sorted(n for n in had.keys() | has.keys() if had.get(n) != has.get(n) and n not in known["withdrawn"])
    assert [{"application": n, "from": had.get(n), "to": has.get(n)} for n in moved] == known["moves"]
    assert len(after.waiting) == known["waiting"]


@of_each_call
def test_payments_and_balances_are_those_of_the_truth(name):
    """What is wrong in the file of payments, and on both days what is due, paid, late and unequal."""
    known = truth(name)["payments"]
    awards = {number: award.seat for number, award in drawn(name, known["awards_of"]).seats.items()}
    paid, intake = read_payments(FOLDER / name / "paiements.csv", call(name), awards)

    assert (intake.read, intake.accepted) == (known["read"], known["accepted"])
    assert found(intake.as_dict()["faults"]) == listed(known["quarantined"])
    for day in known["days"]:
        got = balances(call(name), awards, paid, date.fromisoformat(day["on"])).as_dict()
        assert as_sets(got["balances"]) == as_sets(day["balances"])
        assert as_sets(got["unequal"]) == as_sets(day["unequal"])


def test_a_draw_waits_for_the_officer_s_decisions():
    """Applications still to review are not left out without saying so."""
    name = "etat-2014"
    with pytest.raises(OperatorError, match=r"22 application\(s\) wait"):
        draw(screen(call(name), applications(name)), applications(name), "a")
