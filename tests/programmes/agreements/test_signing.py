"""Signatures of both parties over a wording: made with their keys, kept, shown on the page, and refused where a word differs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import ConventionError, OperatorError
from cigem_core.model.party_signatures import PartySignature, by_party, is_signed_by_both
from cigem_core.programmes.agreements.paper import paper, verified
from cigem_core.programmes.agreements.signing import holds, sign
from cigem_core.seal import make_key

SHIPPED = Path(__file__).parents[3] / "plugins/cigem-mali/src/cigem_mali/conventions"
TOML = SHIPPED / "CIGEM-ANPE-2009.toml"
ANPE = Convention.from_toml(TOML.read_bytes())
ON = date(2009, 10, 1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Party → its private and its public key."""
    folder = tmp_path_factory.mktemp("keys")
    pairs = {party: (folder / f"{party}.pem", folder / f"{party}.pub") for party in ("centre", "anpe", "other")}
    for pair in pairs.values():
        make_key(*pair)
    return pairs


@pytest.fixture(scope="module")
def both(keys):
    return [sign(ANPE, party, keys[party][0], on=ON) for party in ("centre", "anpe")]


def test_a_signature_holds_for_one_wording_one_party_one_day_and_one_key(both, keys):
    one = both[1]

    assert holds(one)
    assert PartySignature.from_dict(json.loads(json.dumps(one.as_dict()))) == one
    for changed in (
        {"digest": evolve(ANPE, ends=ON).digest}, {"party": "centre"}, {"on": date(2009, 10, 2)}, {"convention": "C-1"},
        {"key": both[0].key}, {"signature": both[0].signature}, {"signature": "é"}, {"key": ""},
    ):  # fmt: skip
        assert not holds(evolve(one, **changed))
    with pytest.raises(OperatorError, match="the parties of CIGEM-ANPE-2009 are centre and anpe, not 'apej'"):
        sign(ANPE, "apej", keys["anpe"][0], on=ON)
    for wrong in ({}, {**one.as_dict(), "form": "x"}, {**one.as_dict(), "on": "hier"}, {**one.as_dict(), "key": 3}, []):
        with pytest.raises(OperatorError, match="no signature of a convention"):
            PartySignature.from_dict(wrong)


def test_the_last_signature_of_each_party_counts(both):
    later = evolve(both[1], on=date(2009, 10, 2))

    assert list(by_party([both[1], both[0], later], ANPE.digest).values()) == [both[0], later]
    assert not is_signed_by_both([both[0], later], "0" * 64, "anpe")
    assert not is_signed_by_both([both[1], later], ANPE.digest, "anpe")


def test_the_page_shows_who_signed_and_can_be_asked(both):
    """A page printed before a party signed holds on; a signature that nobody kept does not."""
    plain, half, whole = (paper(ANPE, "fr", both[:n]) for n in range(3))

    assert [html.count("signé le 01/10/2009") for html in (plain, half, whole)] == [0, 1, 2]
    assert all(verified(html, [ANPE], both).holds for html in (plain, half, whole))
    assert "signé par centre le 01/10/2009, signé par anpe" in verified(whole, [ANPE], both).text.fr
    assert not verified(whole, [ANPE], both[:1]).holds
    assert not verified(whole.replace("signé le 01", "signé le 02", 1), [ANPE], both).holds
    forged = [both[0], evolve(both[1], signature=both[0].signature)]
    assert "signature of anpe does not hold" in verified(paper(ANPE, "fr", forged), [ANPE], forged).text.en
    amended = evolve(ANPE, takes_effect=date(2010, 1, 1), amends="avenant n° 1")
    assert "signé le" not in paper(amended, "fr", both)


def test_what_both_signed_is_not_altered(tmp_path, keys):
    """Another wording takes no signed one's place; what was signed is a wording installed, with the key that was given."""
    with Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa") as centre:
        desk = centre.agreements
        altered = evolve(ANPE, obligations=(), ends=date(2012, 1, 1))
        theirs, forged = (sign(one, "anpe", keys["anpe"][0], on=ON) for one in (ANPE, altered))

        with pytest.raises(ConventionError, match="a word was changed in it"):
            desk.keep_signature(forged, keys["anpe"][1], on=ON, by="awa")
        with pytest.raises(ConventionError, match="not the key which was given"):
            desk.keep_signature(theirs, keys["other"][1], on=ON, by="awa")
        with pytest.raises(ConventionError, match="the signature does not hold"):
            desk.keep_signature(evolve(theirs, on=date(2009, 9, 30)), keys["anpe"][1], on=ON, by="awa")
        desk.keep_signature(theirs, keys["anpe"][1], on=ON, by="awa")
        centre.install(evolve(altered, ends=date(2013, 1, 1)), on=ON, by="awa")
        centre.install(ANPE, on=ON, by="awa")
        desk.sign(ANPE.reference, "centre", keys["centre"][0], on=ON, by="awa")
        with pytest.raises(ConventionError, match=r"signed by both parties.*takes effect after 2009-06-12"):
            centre.install(altered, on=ON, by="awa")
        centre.install(evolve(altered, takes_effect=date(2010, 1, 1), amends="avenant n° 1"), on=ON, by="awa")

        assert [one.party for one in desk.signatures(ANPE.reference)] == ["anpe", "centre"]
        assert [told["by"] for told in desk.history(ANPE.reference) if told["what"] == "signature"] == ["anpe", "centre"]
        assert verified(desk.paper(ANPE.reference, on=ON), [ANPE], desk.signatures(ANPE.reference)).holds
        assert centre.verify_journal() is None


def test_on_the_command_line(tmp_path, keys):
    def run(*arguments):
        return CliRunner().invoke(program("fr"), ["-w", str(tmp_path / "c.sqlite"), "conventions", *map(str, arguments)])

    Workspace.create(tmp_path / "c.sqlite", on=ON, by="awa").close()
    who = ("--on", "2009-10-01", "--by", "awa")
    theirs, page = tmp_path / "anpe.json", tmp_path / "page.html"

    made = run("sign", TOML, "--as", "anpe", "--key", keys["anpe"][0], "--to", theirs, *who)
    kept = run("signature", theirs, "--key", keys["anpe"][1], *who)
    ours = run("sign", "CIGEM-ANPE-2009", "--as", "centre", "--key", keys["centre"][0], "--json", *who)

    assert made.output == kept.output == f"CIGEM-ANPE-2009 {ANPE.digest[:12]} : signée par anpe, 01/10/2009\n"
    assert json.loads(ours.output)["party"] == "centre"
    assert run("signature", theirs, "--key", keys["other"][1], *who).exit_code == 1
    assert run("page", "CIGEM-ANPE-2009", "--to", page, "--on", "2009-10-01").exit_code == 0
    assert "signé par centre le 01/10/2009, signé par anpe" in run("verify", page).output
    page.write_text(page.read_text("utf-8").replace("01/10/2009", "02/10/2009"), "utf-8")
    assert run("verify", page).exit_code == 1
