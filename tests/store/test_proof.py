"""The journal proves the data: whatever somebody edits by hand is named, by its table, its record and its line."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from datetime import date

import pytest
from agency_services import SAMPLE, apej, refer, young
from agency_services import workspace as speaking

from cigem_core import Identity, Workspace
from cigem_core.testing.mishaps import Mishap

ON = date(2009, 10, 1)
LATER = date(2009, 11, 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with something in every table: pulls, corrections in vain, referrals, letters, a push to a folder."""
    folder = tmp_path_factory.mktemp("made")
    samples = SAMPLE.parents[2]
    with apej({"jeunes": [young(1), young(2)]}) as service, speaking(folder / "centre.sqlite") as centre:
        anpe = samples / "cigem-anpe/samples/anpe"
        files = [anpe / f"{name}_200909.csv" for name in ("demandeurs", "offres", "placements")]
        centre.pull("anpe", *files, on=ON, by="awa", axis="employment-data")
        centre.pull("anpe", anpe / "demandeurs_200910.csv", on=LATER, by="awa", axis="employment-data")
        ufae = samples / "cigem-ufae/samples/ufae"
        for name in ("submissions.json", "submissions_edited.json"):
            centre.pull("ufae", ufae / name, on=ON, by="awa")
        centre.pull("apej", service.url, on=ON, by="awa", axis="employment-data")
        centre.refer(Identity(family_name="Diarra"), to="anpe", on=ON, by="awa")
        centre.push("anpe", to=folder / "out", on=ON, by="awa")
        refer(centre), refer(centre)
        centre.push("apej", to=service.url, on=ON, by="awa")
        refer(centre)
        service.plan(lambda _: Mishap.ERROR)
        centre.push("apej", to=service.url, on=ON, by="awa")
        centre.dismiss(centre.quarantine()[0].id, because="doublon", on=LATER, by="awa")
        assert centre.verify_journal() is None
    return folder / "centre.sqlite"


@pytest.fixture
def edited(made, tmp_path):
    """A copy that is edited by hand: SQL in, what the workspace then says of itself out."""
    path = tmp_path / "centre.sqlite"
    shutil.copy(made, path)

    def edit(*statements):
        with sqlite3.connect(path) as raw:
            for statement in statements:
                assert raw.execute(statement).rowcount > 0, statement
        raw.close()
        with Workspace(path) as centre:
            return centre.verify_journal()

    return edit


def test_what_nobody_edited_is_whole(edited):
    assert edited("UPDATE outbox SET attempts = attempts + 1") is None


EDITS = {
    "a field of a record": ("UPDATE current_job_seeker SET remarks = 'x' WHERE rowid = 5", "current_job_seeker"),
    "a date of a record": ("UPDATE current_job_offer SET posted_on = '2001-01-01' WHERE rowid = 2", "current_job_offer"),
    "a list of a record": (
        'UPDATE current_job_seeker SET "identity.phones" = \'["+22370000000"]\' WHERE rowid = 3',
        "current_job_seeker",
    ),
    "a record taken away": ("DELETE FROM current_job_seeker WHERE rowid = 7", "current_job_seeker"),
    "the first record": ("DELETE FROM current_trainee WHERE rowid = (SELECT min(rowid) FROM current_trainee)", "current_trainee"),
    "a record put in": (
        "INSERT INTO current_job_seeker (agency, scope, key, sequence, batch, reference) VALUES ('anpe', '', 'ZZ', 1, 2, 'ZZ')",
        "current_job_seeker",
    ),
    "a record of the centre's": ("UPDATE current_referral SET reason = 'x'", "current_referral"),
    "a child of a record": ("UPDATE current_evaluation SET mark = '20' WHERE rowid = 1", "current_trainee"),
    "a child taken away": ("DELETE FROM current_evaluation WHERE rowid = 1", "current_trainee"),
    "what a version said": ("UPDATE version SET content = '{}' WHERE id = 9", "version"),
    "who acted": ("UPDATE batch SET \"by\" = 'moussa' WHERE id = 2", "batch"),
    "the day of an act": ("UPDATE batch SET \"on\" = '2008-01-01' WHERE id = 2", "batch"),
    "a version taken away": ("DELETE FROM version WHERE id = 9", "version"),
    "the last version taken away": ("DELETE FROM version WHERE id = (SELECT max(id) FROM version)", "version"),
    "a version put in": (
        "INSERT INTO version (agency, kind, scope, key, sequence, batch, file, content, digest) "
        "VALUES ('anpe', 'job_seeker', '', 'ZZ', 1, 2, 0, '{}', 'x')",
        "version",
    ),
    "the count of a file": ("UPDATE batch_file SET name = 'x.csv' WHERE batch = 1 AND position = 0", "batch_file"),
    "the wording of a convention": ("UPDATE convention SET document = replace(document, 'art. 4', 'art. 9')", "convention"),
    "a convention taken away": ("DELETE FROM convention WHERE id = 1", "convention"),
    "a convention put in": (
        'INSERT INTO convention (reference, agency, digest, document, "on", "by") '
        'SELECT reference, agency, digest, document, "on", "by" FROM convention WHERE id = 1',
        "convention",
    ),
    "a row in quarantine": ("UPDATE quarantine SET body = '{\"cells\": {}}' WHERE id = 3", "quarantine"),
    "its state": ("UPDATE quarantine SET state = 'corrected' WHERE id = 3", "quarantine"),
    "its faults": ("UPDATE quarantine SET faults = '[]' WHERE id = 3", "quarantine"),
    "an entry taken away": ("DELETE FROM quarantine WHERE id = 3", "quarantine"),
    "why it was dismissed": ("UPDATE quarantine SET because = 'autre chose' WHERE state = 'dismissed'", "quarantine"),
    "where a parcel goes": ("UPDATE outbox SET place = '/tmp' WHERE state = 'waiting'", "outbox"),
    "that a parcel left": ("UPDATE outbox SET state = 'left', content = NULL WHERE state = 'waiting'", "outbox"),
    "that a parcel waits": ("UPDATE outbox SET state = 'waiting' WHERE id = 1", "outbox"),
    "a parcel's digest": ("UPDATE outbox SET sha256 = 'x' WHERE id = 1", "outbox"),
    "which referral left": ("UPDATE sent SET \"key\" = 'OR-2009-9999' WHERE parcel = 1", "sent"),
    "its number there": ("UPDATE sent SET theirs = 'x' WHERE theirs IS NOT NULL", "sent"),
    "that it left at all": ("DELETE FROM sent WHERE parcel = 1", "sent"),
    "another id of a record": ("UPDATE alias SET \"key\" = 'x' WHERE rowid = 1", "alias"),
    "how far a service was read": ("UPDATE cursor SET moment = '2001-01-01T00:00:00Z'", "cursor"),
    "the trail itself": ("UPDATE trail SET tag = 'x' WHERE place = 'quarantine'", "trail"),
    "the proof itself": ("UPDATE proof SET tags = zeroblob(length(tags)) WHERE line = 6", "proof"),
}


SOME = [what if at % 4 == 0 else pytest.param(what, marks=pytest.mark.long) for at, what in enumerate(EDITS)]
"""Each takes seconds: a quarter of them in `make test`, all in `make test-all`."""


@pytest.mark.parametrize("what", SOME)
def test_what_is_edited_by_hand_is_named(edited, what):
    """Its table, its record and the line that wrote it."""
    statement, table = EDITS[what]

    broken = edited(statement)

    assert broken is not None
    assert f": {table}: " in broken.text.en, broken.text.en
    assert broken.line > 0
    assert broken.text.fr


def test_the_record_and_the_line_are_those_that_were_edited(edited, made):
    with sqlite3.connect(made) as raw:
        key, batch = raw.execute("SELECT key, batch FROM current_job_seeker WHERE rowid = 5").fetchone()
        (line,) = raw.execute(
            "SELECT line FROM journal WHERE act = 'pull' AND json_extract(facts, '$.batch') = ?", (batch,)
        ).fetchone()

    broken = edited("UPDATE current_job_seeker SET remarks = 'x' WHERE rowid = 5")

    assert (broken.line, broken.text.en) == (
        line,
        f"line {line}: current_job_seeker: anpe:job_seeker:{key} is not what was written",
    )


def test_a_version_rewritten_with_its_digest_and_its_record_is_named(edited, made):
    """Whoever makes all three agree has not written what the line proves."""
    with sqlite3.connect(made) as raw:
        content, cargo = raw.execute("SELECT content, cargo FROM version WHERE id = 9").fetchone()
    said = json.dumps({**json.loads(content), "remarks": "x"}, separators=(",", ":"), ensure_ascii=False).replace("'", "''")
    digest = hashlib.sha256(f"{said}\n{cargo or ''}".encode()).hexdigest()

    broken = edited(
        f"UPDATE version SET content = '{said}', digest = '{digest}' WHERE id = 9",
        "UPDATE current_job_seeker SET remarks = 'x' WHERE key = (SELECT key FROM version WHERE id = 9)",
    )

    assert ": version: anpe:job_seeker:" in broken.text.en


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE quarantine SET body = '{\"cells\": {}}' WHERE id = 3", "quarantine"),
        ("UPDATE current_job_seeker SET remarks = 'x' WHERE rowid = 5", "current_job_seeker"),
        ("UPDATE version SET content = '{}' WHERE id = 9", "version"),
    ],
)
def test_what_was_edited_stays_edited_whatever_is_done_afterwards(made, tmp_path, statement, table):
    """The next act does not vouch for what it found altered."""
    path = tmp_path / "centre.sqlite"
    shutil.copy(made, path)
    with sqlite3.connect(path) as raw:
        raw.execute(statement)
    raw.close()
    seekers = SAMPLE.parents[2] / "cigem-anpe/samples/anpe"
    with Workspace(path) as centre:
        for name in ("demandeurs_200909.csv", "offres_200909.csv"):
            centre.pull("anpe", seekers / name, on=LATER, by="awa", axis="employment-data")
        centre.refer(Identity(family_name="Keita"), to="anpe", on=LATER, by="awa")

        assert f": {table}: " in centre.verify_journal().text.en
