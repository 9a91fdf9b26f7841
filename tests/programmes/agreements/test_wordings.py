"""What changed between two wordings, what may cross and why, and a page that says it and can be asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import many
from wordings_made import wordings

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import UnknownName
from cigem_core.model.axes import AXES
from cigem_core.model.conventions import Clause
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.model.obligations import Obligation
from cigem_core.model.standing import Standing, Suspension
from cigem_core.programmes.agreements.differences import differences
from cigem_core.programmes.agreements.explaining import explain
from cigem_core.programmes.agreements.paper import paper, verified

SHIPPED = Path(__file__).parents[3] / "plugins/cigem-mali/src/cigem_mali/conventions"
ANPE = Convention.from_toml((SHIPPED / "CIGEM-ANPE-2009.toml").read_bytes())
SEEKER = kind_of(JobSeeker)


def without(name: str) -> Convention:
    """The same, where a field of job seekers is no longer handed over."""
    clauses = tuple(
        evolve(one, fields={**one.fields, "job_seeker": (*one.fields["job_seeker"], f"!{name}")})
        if one.direction == "pull" and "job_seeker" in one.fields
        else one
        for one in ANPE.clauses
    )
    return evolve(ANPE, clauses=clauses, takes_effect=date(2009, 11, 1), amends="avenant n° 1")


NARROWER = without("identity.nina")


def test_what_changes_is_said_in_sentences():
    owing = evolve(
        ANPE, obligations=(Obligation(article="art. 9", of="centre", owes="meeting", every="year"),), ends=date(2011, 6, 11)
    )
    nina = SEEKER.fields["identity.nina"].label

    gone = [one for one in differences(ANPE, NARROWER) if nina.fr in one.fr]

    assert gone
    assert all("ne remet plus" in one.fr and "no longer hands over" in one.en for one in gone)
    assert all("ne remet plus" not in one.fr for one in differences(NARROWER, ANPE))
    assert [one.fr for one in differences(ANPE, owing)] == [
        "le centre est tenu à ceci : tient une réunion chaque année (art. 9)",
        "elle finit le 11/06/2011, et non plus sans terme",
    ]
    assert differences(ANPE, ANPE) == []


def test_why_a_field_crosses_and_since_when():
    before, later = date(2009, 10, 31), date(2009, 11, 1)
    wordings = [ANPE, NARROWER]

    pull = explain(wordings, SEEKER, "identity.nina", on=before)[0]
    refused = explain(wordings, SEEKER, "identity.nina", on=later)[0]
    other = explain(wordings, SEEKER, "identity.family_name", on=later)[0]

    assert (pull.crosses, pull.since) == (True, date(2009, 6, 12))
    assert (other.crosses, other.since) == (True, date(2009, 6, 12))
    assert not refused.crosses
    assert "ajouter « identity.nina » à fields.job_seeker" in refused.sentence.fr


def test_the_amendment_that_is_proposed_lets_it_cross():
    """What `explain` proposes is enough."""
    clauses = tuple(
        evolve(one, fields={**one.fields, "job_seeker": (*one.fields["job_seeker"], "identity.nina")})
        if one.direction == "pull" and "job_seeker" in one.fields
        else one
        for one in NARROWER.clauses
    )

    assert explain([evolve(NARROWER, clauses=clauses)], SEEKER, "identity.nina", on=date(2009, 11, 1))[0].crosses


def test_nothing_crosses_while_it_is_suspended():
    suspended = evolve(ANPE, standing=Standing(suspensions=(Suspension(date(2009, 10, 1)),)))

    assert [one.crosses for one in explain([suspended], SEEKER, "reference", on=date(2009, 10, 1))] == [False] * 3


def test_a_field_that_is_none_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match=r"the nearest is 'identity\.nina'"):
        explain([ANPE], SEEKER, "identity.nino", on=date(2009, 10, 1))


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_page_says_the_wording_and_can_be_asked(path):
    convention = Convention.from_toml(path.read_bytes())
    html = paper(convention)

    assert convention.digest in html
    assert convention.agency.name.fr.replace("'", "&#39;") in html
    assert verified(html, [convention]).holds
    assert verified(paper(convention, "en"), [convention]).holds
    assert verified(html.replace("art. ", "art.\n", 1), [convention]).holds


def test_an_altered_page_is_found_out():
    html = paper(ANPE)

    assert not verified(html.replace("centre", "préfet", 1), [ANPE]).holds
    assert not verified(html, [NARROWER]).holds
    assert not verified("<p>Bonjour</p>", [ANPE]).holds
    assert not verified(paper(NARROWER).replace(NARROWER.digest, ANPE.digest), [ANPE]).holds


def test_on_the_command_line(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(program("fr"), ["-w", str(tmp_path / "c.sqlite"), *arguments])

    on = date(2009, 10, 1)
    with Workspace.create(tmp_path / "c.sqlite", on=on, by="awa") as centre:
        centre.install(NARROWER, on=on, by="awa")
        centre.agreements.meet(ANPE.reference, on=date(2009, 10, 5), by="awa")

    told = run("conventions", "history", ANPE.reference).output
    page = str(tmp_path / "page.html")

    assert [line.split("  ")[1] for line in told.splitlines()] == ["texte", "avenant n° 1", "réunion"]
    assert "ne remet plus" in run("conventions", "diff", ANPE.digest[:12], NARROWER.digest[:12]).output
    assert "oui" in run("conventions", "explain", "anpe", "job_seeker", "identity.nina", "--on", "2009-10-31").output
    assert run("conventions", "page", ANPE.reference, "--to", page, "--on", "2009-10-31").exit_code == 0
    assert run("conventions", "page", ANPE.reference, "--to", page).exit_code == 1
    assert run("conventions", "verify", page).exit_code == 0
    Path(page).write_text(Path(page).read_text("utf-8").replace("centre", "préfet", 1), "utf-8")
    assert run("conventions", "verify", page).exit_code == 1


def test_what_stands_in_the_way_is_named_with_the_least_that_would_remove_it():
    """A convention that does not hold that day, a clause that is missing, a field that may not even come: each is said."""

    def said(one: Convention, direction: int, on: date, name: str = "identity.nina") -> str:
        return explain([one], SEEKER, name, on=on)[direction].sentence.fr

    paused = evolve(ANPE, standing=Standing(suspensions=(Suspension(date(2009, 10, 1)),)))
    ended = evolve(ANPE, ends=date(2010, 6, 11))
    later = evolve(NARROWER, begins=date(2009, 6, 12))

    assert said(paused, 0, date(2009, 10, 1)).endswith("non ; il faudrait que CIGEM-ANPE-2009 ne soit pas suspendue ce jour")
    assert said(ended, 0, date(2010, 6, 12)).endswith("a pris fin le 11/06/2010 : il faudrait un avenant qui la prolonge")
    assert said(later, 0, date(2009, 10, 31)).startswith(
        "la structure le remet au centre : non ; CIGEM-ANPE-2009 ne vaut qu'à partir du 01/11/2009 ; et il suffirait d'ajouter"
    )
    assert said(without("identity.birth"), 2, date(2009, 11, 1), "identity.birth").endswith(
        "non ; il suffirait d'ajouter « identity.birth » à fields.job_seeker de art. 4 (CIGEM-ANPE-2009)"
    )


@settings(max_examples=many(10, long=300), deadline=None)
@given(wordings(), st.sampled_from(list(SEEKER.fields)), st.sampled_from([0, 1]))
def test_for_any_wording_the_amendment_proposed_is_enough(convention, name, direction):
    """Added where it says, the field crosses; the sentence says a clause that is there, or all that a new one must hold."""
    told = explain([convention], SEEKER, name, on=convention.counts_from)[direction]
    if told.crosses:
        assert told.since == convention.counts_from
        return
    way = ("pull", "push")[direction]
    speaking = [c for c in convention.clauses if c.direction == way and "job_seeker" in c.fields]
    if speaking:
        fields = {**speaking[0].fields, "job_seeker": (*speaking[0].fields["job_seeker"], name)}
        mended = tuple(evolve(c, fields=fields) if c is speaking[0] else c for c in convention.clauses)
    else:
        listed = tuple(told.amendment.en.rpartition("says: ")[2].split(", "))
        new = Clause(article="art. 99", axis=AXES[0], direction=way, fields={"job_seeker": listed})
        mended = (*convention.clauses, new)

    assert explain([evolve(convention, clauses=mended, ends=None)], SEEKER, name, on=convention.counts_from)[direction].crosses


def test_columns_nobody_declared_and_purposes_are_differences_too():
    narrower, named = (
        evolve(ANPE, clauses=tuple(evolve(c, cargo=said, purpose=c.purpose if said else None) for c in ANPE.clauses))
        for said in (False, ("Vu le",))
    )

    told = [one.fr for one in differences(ANPE, narrower)]
    assert "art. 4 : les colonnes non déclarées ne passent plus" in told
    assert "art. 4 : la finalité est aucune, et non plus https://w3id.org/dpv#ProvideOfficialStatistics" in told
    assert "art. 4 : les colonnes non déclarées passent si ce sont : Vu le" in [one.fr for one in differences(ANPE, named)]
