"""A workspace that was restored gives no number twice and does nothing twice."""

from __future__ import annotations

import shutil
from datetime import date

import pytest
from agency_services import apej, refer
from agency_services import workspace as speaking
from click.testing import CliRunner

from cigem_core import Identity, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import OperatorError
from cigem_core.testing.mishaps import Mishap, Reply

ON = date(2009, 10, 1)
LATER = date(2009, 11, 2)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "centre.sqlite"


def referred(centre, name):
    return centre.refer(Identity(family_name=name), to="anpe", again=True, on=ON, by="awa").reference


def test_a_number_given_since_the_backup_is_not_given_again(path, tmp_path):
    """An answer that comes for it would speak of somebody else; two restores of one backup differ as well."""
    with Workspace.create(path, on=ON, by="awa") as centre:
        referred(centre, "Diarra")
        centre.backup(tmp_path / "b.sqlite", on=ON, by="awa")
        lost = {referred(centre, "Keita"), referred(centre, "Traoré")}
    lives = []
    for name in ("one", "other"):
        done = Workspace.restore(tmp_path / "b.sqlite", tmp_path / f"{name}.sqlite", on=LATER, by="awa")
        with Workspace(tmp_path / f"{name}.sqlite") as centre:
            lives.append({referred(centre, "Sissoko"), referred(centre, "Coulibaly")})
            assert centre.verify_journal() is None
        assert all(done.mark in number for number in lives[-1])
    assert not lives[0] & lives[1]
    assert not lost & (lives[0] | lives[1])
    assert [len(life) for life in lives] == [2, 2]


def test_a_number_of_an_entry_given_since_the_backup_names_no_other_row(path, tmp_path, september):
    """It stands in a corrections file out there."""
    with Workspace.create(path, on=ON, by="awa") as centre:
        centre.pull("anpe", september[1], on=ON, by="awa")
        centre.backup(tmp_path / "b.sqlite", on=ON, by="awa")
        kept = {entry.id for entry in centre.quarantine()}
        centre.pull("anpe", september[0], on=ON, by="awa", axis="employment-data")
        lost = {entry.id for entry in centre.quarantine()} - kept

    Workspace.restore(tmp_path / "b.sqlite", tmp_path / "r.sqlite", on=LATER, by="awa")

    with Workspace(tmp_path / "r.sqlite") as centre:
        centre.pull("anpe", september[0], on=ON, by="awa", axis="employment-data")
        now = {entry.id for entry in centre.quarantine()}
    assert (len(now), len(lost)) == (len(kept) + len(lost), len(lost))
    assert now & lost == set()
    assert kept < now


def test_it_says_what_may_have_left_since_and_a_letter_sent_twice_has_one_effect(path, tmp_path):
    with apej() as service, speaking(path) as centre:
        number = refer(centre)
        centre.backup(tmp_path / "b.sqlite", on=ON, by="awa")
        centre.push("apej", to=service.url, on=ON, by="awa")
        done = Workspace.restore(tmp_path / "b.sqlite", tmp_path / "r.sqlite", on=LATER, by="awa")
        shutil.copy(tmp_path / "b.sqlite", tmp_path / "copy.sqlite")

        for name in ("r.sqlite", "copy.sqlite"):
            with speaking(tmp_path / name) as again:
                assert again.push("apej", to=service.url, on=LATER, by="awa").sent == 1

        assert done.waiting == (number,)
        assert service.effects == {number: 1}


def test_a_letter_taken_back_leaves_under_another_key(path):
    """A service that knows the first one would only repeat that it refused it."""
    with apej() as service, speaking(path) as centre:
        number = refer(centre)
        service.plan(lambda _: Reply(status=422, body=b'{"errors": []}'))
        centre.push("apej", to=service.url, on=ON, by="awa")
        centre.withdraw(1, because="x", on=ON, by="awa")
        service.plan(lambda _: None)

        centre.push("apej", to=service.url, on=ON, by="awa")

        keys = [request.headers["idempotency-key"] for request in service.requests]
        assert len(set(keys)) == 2
        assert service.effects == {number: 1}


@pytest.mark.parametrize("mishap", [Mishap.LOST, Mishap.ERROR])
def test_a_letter_refused_after_an_answer_that_never_came_is_not_taken_back(path, mishap):
    """It may have arrived the first time, and would have a second effect."""
    with apej() as service, speaking(path) as centre:
        refer(centre)
        service.plan(lambda _: mishap)
        centre.push("apej", to=service.url, on=ON, by="awa")
        service.plan(lambda _: Reply(status=422, body=b'{"errors": []}'))
        assert len(centre.retry("apej", on=ON, by="awa").refused) == 1

        with pytest.raises(OperatorError, match="may have arrived"):
            centre.withdraw(1, because="x", on=ON, by="awa")


def test_a_place_that_is_taken_and_a_backup_that_is_none_are_refused(path, tmp_path):
    with Workspace.create(path, on=ON, by="awa") as centre:
        centre.backup(tmp_path / "b.sqlite", on=ON, by="awa")
    with pytest.raises(OperatorError, match="is there already"):
        Workspace.restore(tmp_path / "b.sqlite", path, on=LATER, by="awa")
    (tmp_path / "no.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(OperatorError):
        Workspace.restore(tmp_path / "no.sqlite", tmp_path / "r.sqlite", on=LATER, by="awa")
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".sqlite") == ["b.sqlite", "centre.sqlite", "no.sqlite"]


def test_the_command_restores_and_says_so(path, tmp_path):
    with Workspace.create(path, on=ON, by="awa") as centre:
        number = referred(centre, "Diarra")
        centre.backup(tmp_path / "b.sqlite", on=ON, by="awa")

    said = CliRunner().invoke(
        program("en"), ["restore", str(tmp_path / "b.sqlite"), "--to", str(tmp_path / "r.sqlite"), "--by", "awa"]
    )

    assert said.exit_code == 0, said.output
    assert "its numbers will bear R1" in said.output
    assert f"ask the agencies before you push:\n  {number}" in said.output
