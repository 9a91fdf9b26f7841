"""What is printed says the numbers the rules gave, and no other."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from cigem_core import Workspace
from cigem_core.errors import UnknownName
from cigem_core.model.values import Amount

pytest.importorskip("jinja2")

PLUGINS = Path(__file__).parents[3] / "plugins"
SAMPLE = PLUGINS / "cigem-mali/samples/training"
ON = date(2009, 10, 2)


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    with Workspace.create(tmp_path_factory.mktemp("pages") / "centre.sqlite", on=ON, by="awa") as opened:
        opened.pull("fafpa", PLUGINS / "cigem-fafpa/samples/fafpa/plan_formation_2009.xlsx", on=ON, by="awa")
        opened.training.roll_call(SAMPLE / "presences_S005.csv", on=date(2010, 3, 5), by="awa")
        yield opened


def cells(html: str, row: str) -> list[str]:
    """The cells of the row that begins so, with plain spaces."""
    found = re.search(rf"<tr>\s*<th[^>]*>{row}</th>(.*?)</tr>", html, flags=re.DOTALL)
    assert found is not None
    return [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], flags=re.DOTALL)]


def test_every_number_of_the_page_is_one_of_the_rules(centre):
    on, terms = date(2010, 6, 30), SAMPLE / "instalments.toml"
    html = centre.training.page(terms, on=on, issuer=["Centre de Kayes"])

    line = next(one for one in centre.training.settle(terms, on=on) if one.session == "S005")
    fafpa = next(iter(centre.training.money(terms, on=on)))
    plain = html.replace("\u202f", "").replace("\u00a0", " ")
    for units in (line.committed, line.earned, line.open, line.released, fafpa.committed, fafpa.earned, fafpa.owed):
        assert f"{units} XOF" in plain
    called = centre.training.roll_call(SAMPLE / "presences_S005.csv", on=date(2010, 3, 6), by="awa")
    attended, days = (sum(getattr(t, name) for t in called.tallies.values()) for name in ("attended", "called"))
    assert f"{100 * attended / days:.1f}".replace(".", ",") in cells(html, "S005")
    assert html == centre.training.page(terms, on=on, issuer=["Centre de Kayes"])


def test_a_certificate_is_printed_with_the_number_it_is_checked_by_and_a_revoked_one_says_so(centre):
    (made,) = centre.training.certify("I00017", on=date(2010, 3, 5), by="awa")
    page = centre.training.print_certificate(made.reference, issuer=["Centre de Kayes"], place="Kayes")

    assert "Keita" in page
    assert "Chauffeur" in page
    assert f"Attestation n° {made.reference}," in page
    assert "a été certifiée" in page
    assert "90,0 %" in page.replace("\u202f", " ").replace("\u00a0", " ")
    centre.training.revoke(made.reference, because="double", on=date(2010, 4, 1), by="awa")
    assert "ANNULÉE le 01/04/2010" in centre.training.print_certificate(made.reference, issuer=["Centre"], place="Kayes")


def test_a_providers_statement_tells_each_instalment_and_what_was_paid(centre):
    on, terms = date(2010, 6, 30), SAMPLE / "instalments.toml"
    (paid,) = [centre.training.pay("S005", "fafpa", Amount(123_457, "XOF"), on=date(2010, 1, 5), by="awa")]
    provider = centre.training.plan().modules["M07"].provider
    html = centre.training.statement(provider, terms, on=on, issuer=["Centre de Kayes"])

    plain = html.replace("\u202f", "").replace("\u00a0", " ")
    ledger = centre.training.ledger(terms, on=on)
    lines = ledger.lines["S005", "XOF"]
    assert sum(line.part for line in lines) == sum(line.earned + line.open + line.released for line in lines)
    for line in lines:
        assert all(f"{units} XOF" in plain for units in (line.part, line.earned, line.open, line.released))
    assert f"{paid.amount.units} XOF" in plain
    assert "S001" not in plain, "another provider's session"
    with pytest.raises(UnknownName, match="no provider of the plan is called 'CFP Kaye'; the nearest is 'CFP Kayes'"):
        centre.training.statement("CFP Kaye", terms, on=on, issuer=["Centre"])


def test_a_plans_page_has_its_sessions_on_a_calendar(centre):
    """Told in words too, for whoever cannot see it."""
    pytest.importorskip("vl_convert")
    html = centre.training.page(SAMPLE / "instalments.toml", on=date(2010, 3, 1), issuer=["Centre"])

    sessions = centre.training.plan().sessions
    (told,) = re.findall(r"<desc[^>]*>([^<]*)</desc>", html)
    assert [part.split(" ")[0] for part in told.split("; ")] == sorted(
        sessions, key=lambda code: (sessions[code].begins_on, code)
    )
    assert {state for state in ("finie", "en cours", "à venir") if f">{state}<" in html} == {"finie", "en cours", "à venir"}


def test_a_sessions_page_tells_its_people_and_its_weeks(centre):
    html = centre.training.session_page("S005", on=date(2010, 6, 30), issuer=["Centre"], instalments=SAMPLE / "instalments.toml")
    called = centre.training.roll_call(SAMPLE / "presences_S005.csv", on=date(2010, 3, 6), by="awa")

    tallies = called.tallies
    for number, tally in tallies.items():
        rate = "" if tally.rate is None else f"{100 * tally.rate:.1f}".replace(".", ",")
        assert cells(html, number)[2] == rate
    sums = [sum(getattr(tally, name) for tally in tallies.values()) for name in ("present", "late", "absent", "excused")]
    weeks = re.findall(r"<tr>\s*<th[^>]*>\d\d/\d\d/\d{4}</th>(.*?)</tr>", html, flags=re.DOTALL)
    counted = [[int(n) for n in re.findall(r"<td[^>]*>\s*(\d+)\s*</td>", week)[:4]] for week in weeks]
    assert [sum(column) for column in zip(*counted, strict=True)] == sums
    with pytest.raises(UnknownName, match="the plan has no session S999"):
        centre.training.session_page("S999", on=date(2010, 6, 30), issuer=["Centre"])
