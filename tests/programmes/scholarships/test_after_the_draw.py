"""After a draw: answers in their term, appeals listed before they are judged, renewal by results, orders and statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from programmes.scholarships.samples import FOLDER, call, truth

from cigem_core import Workspace
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.applications import Application
from cigem_core.programmes.scholarships import verifier
from cigem_core.scholarships import Call, package

NAME, REFERENCE = "cinq-pays-2026", "CINQ-PAYS-2026"
KNOWN = truth(NAME)
SEED = KNOWN["payments"]["awards_of"]
DAY = date(2026, 9, 20)
WHO = {"on": DAY, "by": "awa"}
TERMS = 'answer_days = 15\n\n[renewal]\narticle = "20"\nat_least = "10"\nrepeats = 1\n\n[[rule]]'


_SOME = 180
"""Lines of the sample's file: enough for some to wait."""


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory):
    """A round that is drawn, to be copied by each test."""
    path = tmp_path_factory.mktemp("round") / "centre.sqlite"
    with Workspace.create(path, bare=True, **WHO) as centre:
        desk = centre.scholarships
        desk.open(Call.from_toml(call(NAME).text.replace("[[rule]]", TERMS, 1)), **WHO)
        lines = (FOLDER / NAME / "dossiers.csv").read_text("utf-8-sig").splitlines()[:_SOME]
        (path.parent / "dossiers.csv").write_text("\r\n".join([*lines, ""]), "utf-8-sig", newline="")
        desk.intake(REFERENCE, path.parent / "dossiers.csv", **WHO)
        desk.commit(REFERENCE, **WHO)
        desk.draw(REFERENCE, SEED, leave_undecided=True, **WHO)
    return path


@pytest.fixture
def desk(drawn_once, tmp_path):
    (tmp_path / "copy.sqlite").write_bytes(drawn_once.read_bytes())
    with Workspace(tmp_path / "copy.sqlite") as centre:
        yield centre.scholarships


def test_an_award_nobody_answers_lapses_on_its_day_and_the_draw_is_made_again(desk):
    """Those who answered keep their seats, those who get one have a term of their own, and nobody who stays loses."""
    before = dict(desk.awards(REFERENCE))
    one, other, *silent = sorted(before)
    for number in (one, other):
        desk.note(REFERENCE, number, "accept", **WHO)

    assert desk.lapse(REFERENCE, on=DAY + timedelta(days=15), by="awa") == ([], ())
    late = {"on": DAY + timedelta(days=16), "by": "awa"}
    with pytest.raises(OperatorError, match="the answer was due by 2026-10-05"):
        desk.note(REFERENCE, silent[0], "accept", **late)
    passed, moves = desk.lapse(REFERENCE, **late)

    after = desk.awards(REFERENCE)
    assert passed == silent
    assert {one, other} <= after.keys()
    assert {move.application for move in moves} == {number for number in after if before.get(number) != after[number]}
    assert {desk.terms(REFERENCE)[number] for number in after.keys() - before.keys()} == {late["on"] + timedelta(days=15)}
    assert str(desk.state(REFERENCE, silent[0])) == "lapsed"
    assert desk.lapse(REFERENCE, **late) == ([], ())


def test_someone_who_accepted_and_withdraws_has_withdrawn(desk):
    """The state is folded from everything that happened, in its order."""
    number = sorted(desk.awards(REFERENCE))[0]
    desk.note(REFERENCE, number, "accept", **WHO)
    desk.note(REFERENCE, number, "renew", **WHO)
    desk.withdraw(REFERENCE, number, **WHO)

    assert str(desk.state(REFERENCE, number)) == "withdrawn"
    assert desk.withdraw(REFERENCE, number, **WHO).as_dict() == desk.last_round(REFERENCE)[1].as_dict()


def test_an_appeal_is_listed_first_and_moves_exactly_those_listed_once_it_is_granted(desk, tmp_path):
    """The record keeps the new cell, the published list its digest, and whoever rechecks the round agrees."""
    held, drawn = desk.last_round(REFERENCE)
    number = drawn.placed[0].application
    before = dict(desk.awards(REFERENCE))
    weighed = desk.appeal(REFERENCE, number, asks="bac_mean", cell="9,50", because="relevé faux", **WHO)

    assert desk.awards(REFERENCE) == before
    assert [one.moves for _, one in desk.appeals(REFERENCE)] == [weighed.moves]
    desk.judge(REFERENCE, number, granted=True, because="relevé vérifié", **WHO)
    after = desk.awards(REFERENCE)
    moved = {n: (before.get(n), after.get(n)) for n in before.keys() | after.keys() if before.get(n) != after.get(n)}
    assert moved == {move.application: (move.before, move.after) for move in weighed.moves}
    assert len(moved) > 1
    again, made = desk.last_round(REFERENCE)
    assert number in again.screening.refused
    assert again.commitment == held.commitment
    assert verifier.check(package(again, made).write(tmp_path / "p"), held.commitment) == []
    assert desk.appeals(REFERENCE) == []


def test_an_officer_s_decision_is_appealed_and_rejected_without_any_move(desk):
    """A rejected appeal changes nothing but its own record."""
    number = next(iter(desk.round(REFERENCE).screening.to_review))
    before = dict(desk.awards(REFERENCE))
    desk.appeal(REFERENCE, number, eligible=True, because="acte de naissance vu", **WHO)
    desk.judge(REFERENCE, number, granted=False, because="acte illisible", **WHO)

    assert desk.awards(REFERENCE) == before
    assert str(desk.state(REFERENCE, number)) == "to-review"
    with pytest.raises(OperatorError, match="no appeal to judge"):
        desk.judge(REFERENCE, number, granted=True, because="encore", **WHO)


def test_nobody_decides_of_moves_that_were_not_listed(desk):
    """Where a withdrawal came between, the appeal is weighed again before it is judged."""
    _, drawn = desk.last_round(REFERENCE)
    number, other = drawn.placed[0].application, drawn.placed[1].application
    told = desk.appeal(REFERENCE, number, asks="bac_mean", cell="9,50", because="relevé faux", **WHO)
    gainer = next(move.application for move in told.moves if move.application not in (number, other))
    desk.withdraw(REFERENCE, gainer, **WHO)

    with pytest.raises(OperatorError, match="weigh it again"):
        desk.judge(REFERENCE, number, granted=True, because="vu", **WHO)
    desk.appeal(REFERENCE, number, asks="bac_mean", cell="9,50", because="relevé faux", **WHO)
    desk.judge(REFERENCE, number, granted=True, because="vu", **WHO)
    assert number not in desk.awards(REFERENCE)


def test_an_appeal_is_refused_where_it_names_nothing_that_was_read(desk):
    """A field the call does not ask for, a cell that cannot stand there, a decision the rules do not leave open."""
    number = sorted(desk.awards(REFERENCE))[0]
    with pytest.raises(UnknownName, match="the nearest is 'bac_mean'"):
        desk.appeal(REFERENCE, number, asks="bac_men", cell="9", because="x", **WHO)
    with pytest.raises(OperatorError, match="Moyenne du bac"):
        desk.appeal(REFERENCE, number, asks="bac_mean", cell="vingt et un", because="x", **WHO)
    with pytest.raises(OperatorError, match="waits for no decision"):
        desk.appeal(REFERENCE, number, eligible=False, because="x", **WHO)


def test_the_list_that_is_published_takes_no_more_files(desk):
    """A file that came after the commitment would change it."""
    with pytest.raises(OperatorError, match="published"):
        desk.intake(REFERENCE, FOLDER / NAME / "dossiers.csv", **WHO)


def test_results_renew_or_suspend_by_the_rule_of_the_call(desk, tmp_path):
    """One failed year may be repeated, a second suspends; the same file twice changes nothing; others are quarantined."""
    good, bad, waiting = sorted(desk.awards(REFERENCE))[:3]
    for number in (good, bad):
        desk.note(REFERENCE, number, "accept", **WHO)

    def year(name: str, *rows: str) -> list[str]:
        (tmp_path / name).write_text("\r\n".join(["N° dossier;Année;Admis;Moyenne", *rows, ""]), "utf-8-sig", newline="")
        told, intake = desk.renew(REFERENCE, tmp_path / name, **WHO)
        assert intake.read == len(rows)
        return [f"{one.application} {one.state} {intake.quarantined}" for one in told]

    first = (f"{good};2027;O;12,5", f"{bad};2027;N;8", f"{waiting};2027;O;14")
    assert year("2027.csv", *first) == [f"{good} studying 1", f"{bad} studying 1"]
    assert year("2027bis.csv", *first) == []
    assert year("2028.csv", f"{good};2028;O;11", f"{bad};2028;O;9,99") == [f"{good} studying 0", f"{bad} suspended 0"]
    assert str(desk.note(REFERENCE, bad, "end", because="deux échecs", **WHO)) == "ended"


def test_an_order_leaves_out_what_is_unanswered_or_was_suspended(desk):
    """What is ordered is what is owed to those whose scholarship goes on."""
    one, other, silent = sorted(desk.awards(REFERENCE))[:3]
    for number in (one, other):
        desk.note(REFERENCE, number, "accept", **WHO)
    desk.note(REFERENCE, other, "suspend", on=date(2026, 12, 1), by="awa")
    listed = desk.orders(REFERENCE, on=date(2027, 3, 1))

    ordered = [line for lines in listed.values() for line in lines]
    assert {line.application for line in ordered} == {one, other}
    assert all(line.due_on <= date(2026, 12, 1) for line in ordered if line.application == other)
    told = desk.statement(REFERENCE, one, on=date(2027, 3, 1))
    owed = [line for line in told if line.due_on <= date(2027, 3, 1)]
    assert sum(line.missing for line in owed) == sum(line.missing for line in ordered if line.application == one)
    with pytest.raises(UnknownName):
        desk.statement(REFERENCE, "CP26-99999", on=DAY)
    assert silent in desk.awards(REFERENCE)


def test_the_record_keeps_what_an_appeal_corrected(drawn_once, tmp_path):
    """And only that cell of it; the journal names no cell."""
    (tmp_path / "copy.sqlite").write_bytes(drawn_once.read_bytes())
    with Workspace(tmp_path / "copy.sqlite") as centre:
        desk = centre.scholarships
        number = desk.last_round(REFERENCE)[1].placed[0].application
        [was] = centre.store.find(Application, reference=number)
        desk.appeal(REFERENCE, number, asks="region", cell="Kayes", because="mal lu", **WHO)
        desk.judge(REFERENCE, number, granted=True, because="vu", **WHO)
        [now] = centre.store.find(Application, reference=number)

        assert str(now.residence.region).endswith("ML-1")
        assert (now.identity, now.mean, now.choices) == (was.identity, was.mean, was.choices)
        with centre.store.reading() as connection:
            lines = str(connection.exec_driver_sql("select * from journal").fetchall())
        assert "Kayes" not in lines
        assert "mal lu" not in lines
        assert centre.verify_journal() is None
