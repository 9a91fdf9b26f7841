"""Processes killed while they post letters: each referral has one effect, and what is believed is what happened."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

import pytest
from agency_services import ON, again, apej, hurried, parcels, push, states, workspace
from nursery import Nursery, kill
from scale import many

from cigem_core.testing.apej import TOKEN
from cigem_core.testing.mishaps import Mishap, one_in

KILLS = many(3, long=8, each=10)
PUSHER = """
from datetime import date
from cigem_core import Identity, Workspace
where, url, turn = arguments
with Workspace(where) as centre:
    say("ready")
    for part in range(2):
        for person in range(3):
            who = Identity(family_name=f"P{turn}-{part}-{person}", given_names="Awa")
            said = centre.refer(who, to="apej", again=True, on=date(2009, 10, 1), by="awa")
            say("referred", said.reference)
        done = centre.push("apej", to=url, on=date(2009, 10, 1), by="awa")
        say("pushed", done.sent)
"""

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform == "win32", reason="children are made by fork")]


@pytest.fixture
def nursery(tmp_path, monkeypatch):
    """Children who have the token, and whose temporary files go to a folder that must stay empty."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(scratch))
    monkeypatch.setenv("CIGEM_APEJ_TOKEN", TOKEN)
    made = Nursery(tmp_path)
    yield made
    made.close()
    assert list(scratch.iterdir()) == []


def killed(nursery, after, *job):
    """What a job said until it was killed, some time after it began its work; how long it had where nobody killed it."""
    process, started = nursery.start(*job), time.monotonic()
    while not nursery.said():
        time.sleep(0.001)
    if after is not None:
        time.sleep(after)
        kill(process)
    nursery.wait()
    return nursery.said()[1:], time.monotonic() - started


def test_a_push_by_letter_killed_at_any_moment_has_one_effect_each(database, nursery):
    """Whoever comes next sends what waits, under the same keys."""
    draw = random.Random(2011)
    with workspace(database, hurried()) as centre, apej(faults=one_in(7, [Mishap.LOST])) as server:
        _, takes = killed(nursery, None, PUSHER, database, server.url, "first")
        seen = Counter()
        for turn in range(4 * KILLS):
            if turn >= KILLS and len(seen) > 1:
                break
            # The first child may have been the slowest by far, or the quickest: kills go on until some fell elsewhere.
            within = takes if turn < KILLS else takes * draw.choice((0.2, 0.5, 2))
            said, _ = killed(nursery, draw.uniform(0, within), PUSHER, database, server.url, turn)
            seen[said[-1].split()[0] if said else "nothing"] += 1
            with centre.store.writing():
                pass  # a server may not have noticed yet that nobody is there any more
            check(centre, server)
        assert len(seen) > 1, "every kill fell at the same place"

        server.plan(None)
        with again(centre, database) as other:
            push(other, server.url)

        check(centre, server)
        assert set(states(centre).values()) == {"sent"}
        assert server.effects == dict.fromkeys(states(centre), 1)
        assert set(parcels(centre).values()) == {"left"}
        assert centre.retry("apej", on=ON, by="awa").left == []
        assert centre.verify_journal() is None


def check(centre, server):
    """No second effect; what is believed to have arrived has, and what was never tried has not."""
    assert set(server.effects.values()) <= {1}
    for number, state in states(centre).items():
        assert state == "waiting" or server.effects[number] == 1
    for parcel in centre.outbox(everything=True):
        for number in parcel.references:
            assert parcel.attempts or not server.effects[number]
            assert parcel.state != "left" or server.effects[number] == 1
