"""Whatever goes wrong between a centre and a service, no token and nobody's name shows where they have no business.

`CIGEM_HISTORIES` says how many failures are forced.
"""

from __future__ import annotations

import http.client
import itertools
import json
import logging
import random
import traceback
from pathlib import Path

import pytest
from agency_services import AWA, ON, apej, hurried, pull, push, refer, workspace, young
from attrs import evolve
from click.testing import CliRunner
from scale import many
from sqlalchemy import select

from cigem_core.cli.commands import program
from cigem_core.errors import CigemError
from cigem_core.formats.rest import Patience, RequestLimits
from cigem_core.model.values import Phone
from cigem_core.store.schema import journal, outbox
from cigem_core.testing.mishaps import Mishap, Reply

FAILURES = min(5000, many(15, long=150))
TOKEN = "tok-5ecr3t-d0-n0t-sh0w"
NAME, PHONE = "Nomsecret", "+22370987654"
SECRETS = (TOKEN, NAME, NAME.upper(), "70987654")
ECHO = {"errors": [{"field": NAME, "code": f"{NAME}_inconnu", "message": f"{TOKEN} {NAME} {PHONE}"}], "id": TOKEN, "data": [NAME]}
ECHOED = json.dumps(ECHO).encode()
STATUSES = (200, 201, 202, 204, 302, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 999)
EVENTS = [
    *(one for one in Mishap if one not in (Mishap.SLOW, Mishap.TIMEOUT)),
    *(Reply(status=status, headers={"X-Echo": f"Bearer {TOKEN}", "Content-Type": "application/json"}, body=ECHOED)
      for status in STATUSES),
    Reply(body=f"<html>{TOKEN} {NAME}</html>".encode()),
    Reply(status=201, headers={"Content-Type": "application/json"}, body=f'{{"id": "{TOKEN}"}}'.encode()),
    Reply(headers={f"X-{NAME} {TOKEN}\r\nX": NAME}, body=b"{}"),
    Reply(headers={"Location": f"http://{NAME}:{TOKEN}@127.0.0.1/"}, status=307),
]  # fmt: skip
PERSON = evolve(AWA, family_name=NAME, phones=(Phone(PHONE),))


def told_by(error: BaseException) -> str:
    """All that an exception and those before it say, with the variables of the frames in which it went through ours."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [
        str(frame.locals)
        for frame in told.stack
        if "/cigem_core/exchange/services" in frame.filename or "/rest/" in frame.filename
    ]
    plain = [*traceback.format_exception(error), str(error), repr(error), repr(error.args), repr(vars(error))]
    words = [error.text.fr, error.text.en] if isinstance(error, CigemError) else []
    before = [told_by(one) for one in (error.__cause__, error.__context__) if one]
    return "\n".join([*plain, *words, *frames, *before])


@pytest.fixture
def every_log(caplog, monkeypatch):
    """Whatever any library logs, and what the standard library would print of every request."""
    for name in (None, "urllib3", "requests", "sqlalchemy", "sqlalchemy.engine", "cigem_core"):
        caplog.set_level(logging.DEBUG, logger=name)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    return caplog


def test_what_became_of_letters_shows_no_value_by_itself(tmp_path):
    """A refusal quotes the service in the faults that were asked for, and not wherever the outcome is printed."""
    refusal = Reply(status=422, headers={"Content-Type": "application/json"}, body=ECHOED)
    with apej(token=TOKEN) as server, workspace(tmp_path / "centre.sqlite", hurried(), token=TOKEN) as centre:
        refer(centre, PERSON)
        server.plan(lambda _: Mishap.CUT)
        push(centre, server.url)
        server.plan(lambda _: refusal)

        outcome = centre.retry("apej", on=ON, by="awa")

    assert NAME in repr(outcome.faults)
    assert [secret for secret in SECRETS if secret in repr(outcome)] == []


@pytest.mark.soak
def test_no_failure_tells_of_a_token_or_a_person(tmp_path, every_log, capfd, monkeypatch):
    """Not in a log, an exception, a line of the journal, what the outbox says, or a file beside the workspace."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(scratch))
    plugins = hurried(patience=Patience(attempts=2, turns=2), limits=RequestLimits(connect=5, silence=0.3, whole=0.4))
    person = young(1, etat_civil={"nom": NAME, "prenoms": ["Awa"]}, contacts=[{"type": "tel", "valeur": PHONE}])
    acts = {
        "pull": lambda: pull(centre, server.url),
        "push": lambda: (refer(centre, PERSON, because=NAME), push(centre, server.url)),
        "retry": lambda: centre.retry("apej", on=ON, by="awa"),
        "answers": lambda: pull(centre, server.url, "reception"),
    }
    cases, chance, failed = itertools.cycle(itertools.product(EVENTS, acts)), random.Random(5), 0
    where = tmp_path / "centre.sqlite"
    with apej({"jeunes": [person]}, token=TOKEN) as server, workspace(where, plugins, token=TOKEN) as centre:
        refer(centre, PERSON), push(centre, server.url)
        for number in range(FAILURES):
            event, act = next(cases) if number < len(EVENTS) * len(acts) else (chance.choice(EVENTS), chance.choice([*acts]))
            server.plan(lambda _, event=event: event)
            try:
                outcome = acts[act]()
            except CigemError as error:
                failed += 1
                said = told_by(error)
                assert [secret for secret in SECRETS if secret in said] == [], (event, act)
            else:
                assert [secret for secret in SECRETS if secret in repr(outcome)] == [], (event, act)
            settle(centre, server)
        waits = json.dumps([dict(one.said) for one in centre.outbox(everything=True)])
        with centre.store.reading() as connection:
            kept = "".join(connection.execute(select(journal.c.facts)).scalars()) + waits
            names = str(connection.execute(select(outbox.c.name, outbox.c.path, outbox.c.media)).all())
        assert list(scratch.iterdir()) == []
        assert {path.name for path in tmp_path.iterdir()} <= {
            "scratch",
            "centre.sqlite",
            "centre.sqlite-wal",
            "centre.sqlite-shm",
        }

    printed = "".join(capfd.readouterr())
    for place, text in {"logs": every_log.text, "streams": printed, "journal and outbox": kept, "names": names}.items():
        assert [secret for secret in SECRETS if secret in text] == [], place
    assert failed > FAILURES // 4
    assert {record.name.partition(".")[0] for record in every_log.records} >= {"urllib3", "sqlalchemy"}


def settle(centre, server):
    """What was refused is taken back, so that there is something to send again; what is there does not grow."""
    server.plan(None)
    if len(centre.outbox()) > 4:
        centre.retry("apej", on=ON, by="awa")
        if refused := [one.id for one in centre.outbox() if one.state == "refused"]:
            centre.withdraw(*refused, because="corrigé", on=ON, by="awa")
            push(centre, server.url)
        for number in server.referrals.values():
            number["statut"] = "terminee"
        pull(centre, server.url, "reception")
    server.requests.clear()


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def cigem(tmp_path, monkeypatch):
    """Run a command beside a workspace; the token stands in the environment."""
    monkeypatch.setenv("CIGEM_WORKSPACE", str(tmp_path / "centre.sqlite"))
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    who = ("--on", "2009-10-01", "--by", "awa")

    def run(*arguments, language="fr", who=who):
        return CliRunner().invoke(program(language), [str(one) for one in (*arguments, *who)])

    assert run("init", tmp_path / "centre.sqlite").exit_code == 0
    return run


def test_the_command_line_pulls_pushes_and_shows_what_waits(cigem):
    """An officer's day with a service."""
    with apej({"jeunes": [young(1)]}, token=TOKEN) as server:
        pulled = cigem("pull", "apej", server.url, "--axis", "employment-data")
        cigem("refer", "--to", "apej", "--family-name", "Diarra", "--given-names", "Awa")
        server.plan([Reply(status=422, body=b'{"errors": [{"field": "nom", "code": "unknown", "message": "inconnue"}]}')])
        refused = cigem("push", "apej", "--to", server.url)
        listed = cigem("outbox", "list", who=())
        taken = cigem("outbox", "withdraw", "1", "--because", "nom corrigé")
        server.plan(lambda _: Reply(status=503))
        server.plan(lambda _: Reply(status=503, headers={"Retry-After": "9999"}))
        delayed = cigem("push", "apej", "--to", server.url)
        server.plan(None)
        sent = cigem("outbox", "retry", "apej")
        answered = cigem("pull", "apej", server.url, "--axis", "reception")
        everything = json.loads(cigem("outbox", "list", "--all", "--json", who=()).stdout)

    assert (pulled.exit_code, "1 lues" in pulled.output or "1 " in pulled.output) == (0, True)
    assert "1 refusée" in refused.output
    assert "inconnue" in refused.output
    assert "refusé" in listed.output
    assert "nom (unknown)" in listed.output
    assert "Attendent à nouveau : OR-2009-0001" in taken.output
    assert (delayed.exit_code, "1 retardée " in delayed.output, "attendre 9999 s" in delayed.stderr) == (1, True, True)
    assert (sent.exit_code, sent.output) == (0, "1 partis, 0 refusés, 0 en attente\n")
    assert answered.exit_code == 0
    assert [(one["state"], one["referrals"]) for one in everything] == [("withdrawn", []), ("left", ["OR-2009-0001"])]
    assert server.effects == {"OR-2009-0001": 1}


ADDRESSES = [f"https://awa:{TOKEN}@apej.example/api/v1", f"https://apej.example/?token={TOKEN}", f"ftp://{TOKEN}@apej.example/"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_with_a_token_in_it_is_refused_and_not_repeated(cigem, address, language):
    cigem("refer", "--to", "apej", "--family-name", NAME, "--given-names", "Awa")
    for command in (("pull", "apej", address), ("push", "apej", "--to", address), ("outbox", "retry", "apej", "--to", address)):
        said = cigem(*command, language=language)
        assert (said.exit_code, TOKEN in said.output + said.stderr) == (1, False)


@pytest.mark.parametrize(("language", "words"), [("fr", "trousseau"), ("en", "keyring set cigem AGENCY")])
def test_help_says_where_the_token_comes_from(cigem, language, words):
    for command in (("pull",), ("push",), ("outbox", "retry")):
        said = " ".join(cigem(*command, "--help", language=language, who=()).output.split())
        assert words in said
        assert "CIGEM_APEJ_TOKEN" in said


def test_without_a_token_the_command_says_where_to_put_one(cigem, monkeypatch):
    monkeypatch.delenv("CIGEM_APEJ_TOKEN")
    with apej(token=TOKEN) as server:
        said = cigem("pull", "apej", server.url, "--axis", "employment-data")

    assert (said.exit_code, "CIGEM_APEJ_TOKEN" in said.stderr) == (1, True)


def test_what_fails_on_the_command_line_says_no_word_of_anyone(cigem, tmp_path):
    """Neither name nor token, on either stream."""
    cigem("refer", "--to", "apej", "--family-name", NAME, "--given-names", "Awa", "--phone", PHONE)
    with apej(token=TOKEN) as server:
        for event in EVENTS:
            if isinstance(event, Reply) and event.status in (429, 500, 503):
                continue  # these are waited for
            server.plan(lambda _, event=event: Reply(status=403, body=ECHOED) if isinstance(event, Mishap) else event)
            for command in (("push", "apej", "--to", server.url), ("pull", "apej", server.url, "--axis", "employment-data")):
                if isinstance(event, Reply) and event.status in (200, 201, 204, 202):
                    continue
                said = cigem(*command)
                shown = said.output + said.stderr
                # What was refused is said in the service's own words, which may be about the person, and never the token.
                refused = isinstance(event, Reply) and event.status in (400, 413, 422)
                assert [one for one in ((TOKEN,) if refused else SECRETS) if one in shown] == [], (event, command)
    assert Path(tmp_path / "centre.sqlite").exists()
