"""The report of execution: a year of a convention counted again from what was exchanged, and checked against receipts."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from click.testing import CliRunner
from made import SEPTEMBER
from programmes.agreements.anpe import OWED, SHIPPED

from cigem_core import Convention, Workspace
from cigem_core.cli.commands import program
from cigem_core.errors import OperatorError, UnknownName
from cigem_core.model.employment import JobSeeker
from cigem_core.model.receipts import Counts, Head
from cigem_core.programmes.agreements.execution import Exchanged, ExchangedFile, Share, answered_in, crossed, decided_in
from cigem_core.programmes.agreements.execution_document import document, recheck
from cigem_core.programmes.agreements.rules import Facts, GivenAnswer, SentReferral

DAY = date.fromisoformat
OCTOBER, YEAR_END = DAY("2009-10-12"), DAY("2009-12-31")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A workspace that nobody changes here, and the receipts each exchange gave."""
    tmp_path = tmp_path_factory.mktemp("execution")
    with Workspace.create(tmp_path / "c.sqlite", on=DAY("2009-10-01"), by="awa") as centre:
        centre.install(Convention.from_toml(SHIPPED.read_text("utf-8") + OWED), on=DAY("2009-10-01"), by="awa")
        receipts = [centre.pull("anpe", *SEPTEMBER, on=OCTOBER, by="awa", axis="employment-data")]
        centre.refer(next(iter(centre.records(JobSeeker))), to="anpe", on=OCTOBER, by="awa")
        receipts.append(centre.push("anpe", to=tmp_path / "out", on=OCTOBER, by="awa"))
        answer = "N° orientation;Décision;Date;Motif du refus;Résultat\r\nOR-2009-0001;A;20/10/2009;;\r\n"
        receipts.append(centre.pull("anpe", b"\xef\xbb\xbf" + answer.encode(), on=DAY("2009-11-02"), by="awa"))
        centre.dismiss(centre.quarantine()[0].id, because="doublon", on=DAY("2009-11-03"), by="awa")
        yield centre, receipts, tmp_path / "c.sqlite"


def test_a_year_is_what_its_receipts_say(told):
    """Every count of the report is the sum of what the receipts say; what was done later is not told."""
    centre, (september, left, answers), _ = told
    found = centre.agreements.report("anpe", year=2009, on=YEAR_END)

    assert sum((one.counts for one in found.crossed), Counts()) == september.counts + answers.counts
    assert {(one.month, one.act, one.kind): one.records for one in found.crossed if one.act == "push"} == {
        ("2009-10", "push", "referral"): left.sent
    }
    assert (found.quarantine_rate.numerator, found.quarantine_rate.denominator) == (
        september.counts.quarantined, september.counts.read + 1,
    )  # fmt: skip
    assert (found.detained_as("open"), found.detained_as("dismissed")) == (september.counts.quarantined - 1, 1)
    assert (found.referrals, found.days_to_answer, found.median_days_to_answer) == (1, (8,), 8)
    assert [str(one.state) for one in found.obligations if one.owes == "answer-referrals"] == ["met"]
    assert found.states["art. 6", "anpe", "return"]["late"] == 1
    earlier = centre.agreements.report("anpe", year=2009, on=DAY("2009-10-31"))
    assert (len(earlier.exchanges), earlier.days_to_answer, earlier.detained_as("dismissed")) == (2, (8,), 0)
    assert centre.agreements.report("CIGEM-ANPE-2009", year=2010, on=YEAR_END).exchanges == ()


def test_each_party_checks_it_against_its_receipts(told):
    centre, receipts, _ = told
    said = json.loads(json.dumps(document(centre.agreements.report("anpe", year=2009, on=YEAR_END))))
    held = [one.as_dict() for one in receipts]

    whole, part = recheck(said, held), recheck(said, held[:1])
    assert (whole.holds, whole.confirmed, whole.unconfirmed) == (True, 3, ())
    assert (part.holds, part.confirmed, len(part.unconfirmed)) == (True, 1, 2)
    for name in ("new", "accepted"):
        file = said["exchanges"][0]["files"][0]
        altered = json.loads(json.dumps(said))
        altered["exchanges"][0]["files"][0][name] = file[name] + 1
        assert not recheck(altered, []).holds
        assert not recheck(altered, held).holds
    dropped = {**said, "exchanges": said["exchanges"][1:]}
    assert "the report says nothing of this exchange" in str(recheck(dropped, held[:1]).discrepancies[-1].text)
    assert not recheck(said, [{**held[0], "clause": "art. 9"}]).holds
    assert not recheck(said, [{**held[0], "on": "2008-10-12"}]).holds
    for wrong in ({}, {"journal": None, "on": "2009-10-12"}):
        with pytest.raises(OperatorError, match="not a receipt"):
            recheck(said, [wrong])
    with pytest.raises(OperatorError, match="no report of execution"):
        recheck(held[0], [])


def test_on_the_command_line(told, tmp_path):
    centre, receipts, where = told
    (tmp_path / "r.json").write_text(json.dumps(receipts[0].as_dict()), "utf-8")

    def run(*arguments):
        return CliRunner().invoke(program("fr"), ["-w", str(where), "conventions", *arguments])

    asked = ("report", "anpe", "--year", "2009", "--on", "2009-12-31")
    assert "job_seeker" in run(*asked).output
    for name in ("rapport.html", "rapport.json"):
        assert run(*asked, "--to", str(tmp_path / name)).exit_code == 0
        assert run(*asked, "--to", str(tmp_path / name)).exit_code == 1
    assert json.loads((tmp_path / "rapport.json").read_text("utf-8")) == json.loads(run(*asked, "--json").output)
    page = (tmp_path / "rapport.html").read_text("utf-8")
    assert "Rapport d'exécution 2009" in page.replace("&#39;", "'")
    assert receipts[0].journal.digest[:16] in page
    people = [one.identity for one in centre.records(JobSeeker)]
    assert not any(f"{one.given_names} {one.family_name}" in page or f"{one.nina}" in page for one in people if one.nina)
    checked = run("recheck", str(tmp_path / "rapport.json"), str(tmp_path / "r.json"))
    assert (checked.exit_code, checked.output) == (0, "1 échange confirmé par un récépissé, 2 sans récépissé\n")
    assert run("report", "anpe", "--year", "2009", "--to", str(tmp_path / "rapport.pdf")).exit_code == 1
    assert run("report", "nobody", "--year", "2009").exit_code == 2
    with pytest.raises(UnknownName, match="the nearest is 'anpe'"):
        centre.agreements.report("anp", year=2009, on=YEAR_END)


def exchanged(on: str, act: str = "pull", clause: str = "art. 4", *files: tuple[str, int], records: int = 0) -> Exchanged:
    return Exchanged(
        act=act, on=DAY(on), clause=clause, convention_digest="d", journal=Head(1, "h"), records=records,
        files=tuple(ExchangedFile(kind=kind, sha256="s", counts=Counts(read=n, accepted=n, new=n)) for kind, n in files),
    )  # fmt: skip


def test_what_crossed_is_added_up_by_month_way_kind_and_clause():
    """Sheets of one kind in one file are one exchange."""
    found = crossed([
        exchanged("2009-10-01", "pull", "art. 4", ("job_seeker", 3), ("job_seeker", 2), ("job_offer", 1)),
        exchanged("2009-10-31", "pull", "art. 4", ("job_seeker", 4)),
        exchanged("2009-11-01", "pull", "art. 4", ("job_seeker", 1)),
        exchanged("2009-10-05", "push", "art. 3", records=7),
    ])  # fmt: skip

    assert [(one.month, one.act, one.kind, one.exchanges, one.counts.read, one.records) for one in found] == [
        ("2009-10", "pull", "job_offer", 1, 1, 0),
        ("2009-10", "pull", "job_seeker", 2, 9, 0),
        ("2009-10", "push", "referral", 1, 0, 7),
        ("2009-11", "pull", "job_seeker", 1, 1, 0),
    ]


def test_shares_are_rounded_half_up_and_of_nothing_there_is_none():
    assert (Share(1, 3).ratio, Share(2, 3).ratio, Share(1, 16).ratio, Share(1, 1).ratio) == (
        "0.3333",
        "0.6667",
        "0.0625",
        "1.0000",
    )
    assert Share(5, 80_000).ratio == "0.0001"  # 0.0000625
    assert Share(0, 0).as_dict() == {"numerator": 0, "denominator": 0, "value": None}
    assert Share(1, 20_000).value == Fraction(1, 20_000)


def test_answers_are_counted_once_and_from_the_day_the_referral_left():
    facts = Facts(
        sent=tuple(SentReferral(f"OR-{n}", "C-1", DAY(f"20{9 + n:02d}-01-10")) for n in range(2)),
        answers=(GivenAnswer("OR-0", DAY("2009-01-20"), False), GivenAnswer("OR-0", DAY("2009-01-15"), True)),
    )

    assert answered_in(facts, "C-1", 2009, YEAR_END) == (1, (5,))
    assert answered_in(facts, "C-1", 2009, DAY("2009-01-14")) == (1, ())
    assert answered_in(facts, "C-2", 2009, YEAR_END) == (0, ())


def test_the_wordings_of_a_year_are_those_that_decided_on_some_day_of_it():
    first = Convention.from_toml(SHIPPED.read_bytes())
    amended = evolve(first, takes_effect=DAY("2010-03-01"), amends="avenant n° 1")
    last = evolve(first, takes_effect=DAY("2011-01-01"), amends="avenant n° 2", ends=DAY("2011-06-11"))

    held = [decided_in([last, first, amended], year) for year in (2008, 2009, 2010, 2011, 2012)]

    assert held == [(), (first,), (first, amended), (last,), ()]
