"""Conventions in ODRL 2.2: out and in again, nothing lost that it can say, the rest told, and nothing foreign passed over."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner
from hypothesis import given, settings
from wordings_made import wordings

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import CigemError, ConventionError
from cigem_core.model.conventions import Signature
from cigem_core.policy import check, compile_mask
from cigem_core.programmes.agreements.odrl_reading import from_odrl
from cigem_core.programmes.agreements.odrl_writing import to_odrl, unsayable

SHIPPED = Path(__file__).parents[3] / "plugins/cigem-mali/src/cigem_mali/conventions"
ANPE = Convention.from_toml((SHIPPED / "CIGEM-ANPE-2009.toml").read_bytes())
PLAIN = Convention.from_toml(b"""
reference = "C-1"
title = {fr = "Convention", en = "Convention"}
agency = {code = "chambre", name = {fr = "Chambre", en = "Chamber"}}
begins = 2009-06-12
ends = 2011-06-11
takes_effect = 2010-01-01
amends = "avenant n\xc2\xb0 1"
signed = {on = 2009-06-12, certainty = "stated"}

[[clause]]
article = "art. 4"
axis = "training"
direction = "pull"
purpose = "https://w3id.org/dpv#ServiceProvision"
fields.training_session = "*"

[[obligation]]
article = "art. 8"
of = "chambre"
owes = "answer-referrals"
within_days = 15
""")


def said(convention: Convention) -> str:
    return json.dumps(to_odrl(convention))


@settings(max_examples=30, deadline=None)
@given(wordings())
def test_out_and_in_again_nothing_is_lost_that_odrl_can_say(convention):
    """The same crosses, on the same days, for the same purposes; the same is owed. Where no loss is told, all is there."""
    back = from_odrl(said(convention))

    assert to_odrl(back) == to_odrl(convention)
    kept = [one for one in convention.clauses if one.fields]
    assert [compile_mask(one).fields for one in back.clauses] == [compile_mask(one).fields for one in kept]
    assert [(c.axis, c.direction, c.article, c.purpose) for c in back.clauses] == [
        (c.axis, c.direction, c.article, c.purpose) for c in kept
    ]
    assert (back.begins, back.ends, back.obligations) == (convention.begins, convention.ends, convention.obligations)
    if not unsayable(convention):
        assert back.digest == convention.digest


@settings(max_examples=15, deadline=None)
@given(wordings())
def test_what_is_told_as_lost_is_all_that_is(convention):
    """What was read back can be said whole."""
    assert unsayable(from_odrl(said(convention))) in ([], unsayable(evolve(PLAIN, axes=convention.axes, takes_effect=None)))


def test_what_odrl_cannot_say_is_listed():
    assert unsayable(PLAIN) == []
    assert from_odrl(said(PLAIN)) == PLAIN
    assert [one.en for one in unsayable(ANPE)] == [
        "how the day of its signature is known",
        "art. 3: the columns nobody declared (cargo)",
        "art. 4: the columns nobody declared (cargo)",
        "art. 5: how the fields of job_seeker are written (groups, '*', '!'): they are named one by one",
        "art. 5: how the fields of job_seeker are written (groups, '*', '!'): they are named one by one",
    ]


def test_an_agreement_of_another_hand_is_read():
    """Without what only ours say: numbers of rules, the range of days, lists of one; and with the prefixes of JSON-LD."""
    policy = to_odrl(PLAIN)
    del policy["valid"], policy["profile"], policy["@context"]
    for rule in (*policy["permission"], *policy["obligation"]):
        del rule["uid"], rule["@type"]
    policy["@type"], policy["permission"] = "odrl:Agreement", policy["permission"][0]
    policy["permission"]["action"] = {"@id": "http://www.w3.org/ns/odrl/2/use"}
    policy["permission"]["target"] = [{"uid": "urn:cigem:kind:training_session"}]

    back = from_odrl(json.dumps(policy))

    assert back == evolve(PLAIN, begins=date(2010, 1, 1), takes_effect=None)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("@type",), "Offer", "@type: expected an Agreement"),
        (("prohibition",), [], "policy: 'prohibition' cannot be said in a convention"),
        (("profile",), "https://example.org/p", "profile: there is only urn:cigem:odrl"),
        (("uid",), "https://example.org/1", "uid: expected an identifier urn:cigem:convention:…"),
        (("permission", 0, "duty"), [], "permission[0]: 'duty' cannot be said"),
        (("permission", 0, "action"), "sell", "permission[0]: expected 'use' or 'distribute'"),
        (("permission", 0, "assigner"), "urn:cigem:party:apej", "permission[0]: expected 'use' or 'distribute'"),
        (("permission", 0, "target"), "urn:x", "permission[0].target: expected an identifier urn:cigem:field:…"),
        (("permission", 0, "target"), "urn:cigem:kind:nothing", "nothing"),
        (("permission", 0, "constraint"), [], "permission[0]: the axis is missing"),
        (("permission", 0, "constraint", 0, "operator"), "eq", "'dateTime eq' cannot be said"),
        (("permission", 0, "constraint", 0, "rightOperand"), "2010-02-01", "constraint: all rules have the same days"),
        (("obligation", 0, "action"), "compensate", "obligation[0]: expected one of: cigem:answerReferrals"),
        (("obligation", 0, "constraint", 2, "rightOperand"), "PT5H", "expected a duration like P15D or P1M"),
        (("issued",), "hier", "expected a day like 2009-06-12"),
        (("title",), None, "'title' is missing"),
    ],
)
def test_what_a_convention_cannot_say_is_refused_with_its_place(path, value, told):
    policy = to_odrl(PLAIN)
    *way, last = path
    at = policy
    for step in way:
        at = at[step]
    at[last] = value

    with pytest.raises(CigemError, match=re.escape(told)):
        check(from_odrl(json.dumps(policy)))


@pytest.mark.parametrize("text", [b"[", b"[]", b"3", b"\xff", b'{"@type": ' + b"[" * 100_000])
def test_what_is_no_document_is_refused(text):
    with pytest.raises(ConventionError):
        from_odrl(text)


def test_on_the_command_line(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(program("fr"), ["-w", str(tmp_path / "c.sqlite"), "conventions", *map(str, arguments)])

    Workspace.create(tmp_path / "c.sqlite", on=date(2009, 10, 1), by="awa").close()
    out = tmp_path / "anpe.jsonld"

    written = run("odrl", "CIGEM-ANPE-2009", "--on", "2009-10-01", "--to", out)

    assert "ODRL ne dit pas : comment le jour de la signature est connu" in written.stderr
    assert json.loads(run("odrl", SHIPPED / "CIGEM-ANPE-2009.toml").stdout) == json.loads(out.read_text("utf-8"))
    assert run("install", out, "--on", "2009-10-02", "--by", "awa").exit_code == 0
    told = run("diff", ANPE.digest[:12], out).output.splitlines()
    # What ODRL cannot say is said to be lost, and so it differs.
    assert told == [f"{article} : les colonnes non déclarées ne passent plus" for article in ("art. 3", "art. 4")]
    with Workspace(tmp_path / "c.sqlite") as centre:
        (now,) = [one for one in centre.conventions() if one.agency.code == "anpe"]
    assert now.signed == Signature(on=date(2009, 6, 12), certainty="stated")
