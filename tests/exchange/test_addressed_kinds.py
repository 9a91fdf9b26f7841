"""The door takes any kind that is declared addressed, by the rules referrals leave by."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve, frozen

from cigem_anpe import anpe
from cigem_core import Identity, JobSeeker, Workspace
from cigem_core.errors import ConventionError, DeclarationError, OperatorError
from cigem_core.model.axes import Axis
from cigem_core.model.conventions import Clause
from cigem_core.model.fields import field, group, key, kind
from cigem_core.model.refs import Ref, ref_of
from cigem_core.plugins import Plugin, Plugins, load
from cigem_core.sdk import Adapter, Csv, Table, column

ON = date(2009, 10, 2)


@kind("trial_question", fr="question d'essai", en="question of a trial", addressed=True)
@frozen(kw_only=True)
class TrialQuestion:
    """What became of someone, asked of an agency."""

    reference: str = key("Question number", fr="N° question")
    to: str | None = field("Asked of", fr="Adressée à")
    axis: Axis | None = field("Axis", fr="Axe")
    subject: Ref | None = group()
    identity: Identity | None = group()
    asks: str | None = field("Question", fr="Question")


questions = Table(TrialQuestion, Csv("questions_{yyyymmdd}.csv", delimiter=";"), {
    "reference": column("N° question").required(), "identity.family_name": column("Nom"), "asks": column("Question"),
})  # fmt: skip
asked = evolve(anpe, push=[*anpe.push, questions])
FOUND = load()
ASKED = Plugins(
    found=(
        *(one for one in FOUND.found if anpe not in one.adapters),
        Plugin(name="anpe", distribution="x", version="1", status="ok", adapters=(asked,)),
    ),
    manager=FOUND._manager,
)


@pytest.fixture
def here(tmp_path, september):
    """A workspace with the agency's people, and a question on the first of them; its convention lets questions leave."""
    with Workspace.create(tmp_path / "centre.sqlite", on=ON, by="awa", plugins=ASKED) as opened:
        opened.pull("anpe", september[0], on=ON, by="awa")
        shipped = next(one for one in opened.conventions() if one.agency.code == "anpe")
        let = Clause(article="art. 9", axis=Axis.RECEPTION, direction="push", fields={"trial_question": ("*", "!subject")})
        opened.install(evolve(shipped, clauses=(*shipped.clauses, let)), on=ON, by="awa")
        who = ref_of(next(opened.records(JobSeeker)))
        about = TrialQuestion(reference="Q1", to="anpe", axis=Axis.RECEPTION, subject=who, asks="en poste ?")
        opened.store.keep(about, act="ask", on=ON, by="awa")
        yield opened


def push(here: Workspace, tmp_path, **more):
    return here.push("anpe", to=tmp_path / "out", **{"kind": TrialQuestion, "on": ON, "by": "awa", **more})


def test_it_leaves_once_with_what_the_agency_itself_says_of_the_person(here, tmp_path):
    """The name is asked of the record that is named; a referral that waits beside it stays."""
    here.refer(Identity(family_name="Keita", given_names="Awa"), to="anpe", on=ON, by="awa")
    who = next(here.records(JobSeeker))

    done, again = push(here, tmp_path), push(here, tmp_path)

    (path,) = done.files
    assert path.read_bytes().decode("cp1252").split("\r\n")[1] == f"Q1;{who.identity.family_name};en poste ?"
    assert (done.waiting, done.sent, again.waiting) == (1, 1, 0)
    assert [str(one.state) for one in here.referrals()] == ["waiting"]


def test_several_kinds_are_never_confused(here, tmp_path):
    """An agency that takes two is told which; what nobody declared has no way out."""
    with pytest.raises(OperatorError, match="say which"):
        push(here, tmp_path, kind=None)
    with pytest.raises(OperatorError, match="does not say how this is handed to it: placement"):
        push(here, tmp_path, kind="placement")


def test_without_its_clause_it_stays(here, tmp_path):
    """The clause of referrals lets no question out; nor does one that was taken back since it was decided."""
    parcel = push(here, tmp_path / "first")
    shipped = next(one for one in load().conventions if one.agency.code == "anpe")
    here.store.keep(TrialQuestion(reference="Q2", to="anpe", axis=Axis.RECEPTION), act="ask", on=ON, by="awa")
    here.install(evolve(shipped, title=shipped.title), on=ON, by="awa")

    with pytest.raises(ConventionError):
        push(here, tmp_path)

    assert parcel.sent == 1
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_a_file_that_waits_is_asked_again_under_the_clause_of_its_own_kind(here, tmp_path):
    """The folder was away; meanwhile the clause was withdrawn: it stays in the outbox, which says why."""
    (tmp_path / "out").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("cigem_core.exchange.push._delivered", lambda store, parcels, done, locks: done)
        patched.setattr("cigem_core.exchange.push.deliver", lambda *given, **more: None)
        push(here, tmp_path)
    here.install(next(one for one in load().conventions if one.agency.code == "anpe"), on=ON, by="awa")

    here.deliver(on=ON, by="awa")

    (waits,) = here.outbox()
    assert waits.kind == "trial_question"
    assert waits.said
    assert list((tmp_path / "out").iterdir()) == []


def test_what_cannot_leave_is_refused_when_it_is_declared():
    """A kind without an address, and a push table that nothing serves."""
    with pytest.raises(DeclarationError, match="to, axis"):

        @kind("trial_note", fr="note d'essai", en="note of a trial", addressed=True)
        @frozen(kw_only=True)
        class TrialNote:
            reference: str = key("Number", fr="N°")

    seekers = Table(JobSeeker, Csv("demandeurs.csv"), {"reference": column("N°").required()})
    with pytest.raises(DeclarationError, match=r"nothing hands over the kind 'job_seeker'.*referral"):
        Adapter("anpe", push=[seekers])


def test_a_backup_made_before_it_left_says_that_it_may_have_left_since(here, tmp_path):
    here.backup(tmp_path / "b.sqlite", on=ON, by="awa")

    done = Workspace.restore(tmp_path / "b.sqlite", tmp_path / "again.sqlite", on=ON, by="awa")

    assert done.waiting == ("Q1",)
