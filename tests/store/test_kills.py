"""Processes killed at any moment of a pull or a push: nothing is lost, nothing doubled, nothing left behind."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from histories import SEEKER, check_history
from nursery import Nursery, kill
from scale import many
from sqlalchemy import func, select

from cigem_core import Workspace
from cigem_core.store.schema import journal as journal_table
from cigem_core.store.schema import outbox, sent

ON = date(2009, 10, 1)
KILLS = many(5, long=20, each=10)

PULLER = """
from datetime import date
from cigem_core import Workspace
with Workspace(arguments[0]) as centre:
    say("ready")
    for path in arguments[1:]:
        centre.pull("anpe", path, on=date(2009, 10, 1), by="awa", axis="employment-data", again=True)
        say(path)
"""

PUSHER = """
from datetime import date
from cigem_core import Identity, Workspace
where, folder, turn = arguments
with Workspace(where) as centre:
    say("ready")
    for part in range(3):
        for person in range(4):
            name = f"P{turn}-{part}-{person}"
            said = centre.refer(Identity(family_name=name), to="anpe", again=True, on=date(2009, 10, 1), by="awa")
            say("referred", said.reference, name)
        done = centre.push("anpe", to=folder, on=date(2009, 10, 1), by="awa")
        say("pushed", done.sent, done.files[0].name)
"""

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform == "win32", reason="children are made by fork")]


@pytest.fixture
def nursery(tmp_path, monkeypatch):
    """Children whose temporary files go to a folder of their own, which must stay empty."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(scratch))
    made = Nursery(tmp_path)
    yield made
    made.close()
    assert [(path.name, path.stat().st_size) for path in scratch.iterdir()] == []


def longest(nursery: Nursery, *job: object) -> float:
    """How long a job takes when nobody kills it."""
    started = time.monotonic()
    nursery.start(*job)
    assert nursery.wait() == 0
    return time.monotonic() - started


def killed(nursery: Nursery, after: float, *job: object) -> list[str]:
    """What a job said until it was killed, some time after it began its work."""
    process = nursery.start(*job)
    while not nursery.said():
        time.sleep(0.001)
    time.sleep(after)
    kill(process)
    nursery.wait()
    return nursery.said()[1:]


def test_a_pull_killed_at_any_moment_is_kept_whole_or_not_at_all(centre, database, september, nursery, tmp_path):
    """What it said it kept is kept, what it did not finish is not there, and the same files complete it."""
    draw = random.Random(2009)
    takes = longest(nursery, PULLER, database, *editions(september[0], tmp_path / "in", "first"))

    kept = []
    for turn in range(4 * KILLS):
        if turn >= KILLS and len(set(kept)) > 1:
            break  # the first child may have been the slowest: kills go on until some fell elsewhere
        files, last = editions(september[0], tmp_path / "in", turn), turn
        before = centre.store.head().length
        within = takes if turn < KILLS else takes * draw.choice((0.05, 0.2, 0.5))
        said = len(killed(nursery, draw.uniform(0, within), PULLER, database, *files))
        with centre.store.writing():
            pass  # a server may not have noticed yet that nobody is there any more
        kept.append(centre.store.head().length - before)
        assert said <= kept[-1] <= said + 1
        if turn % 20 == 0 or turn == KILLS - 1:
            check_history(centre)
    assert len(set(kept)) > 1, "every kill fell at the same place"

    receipts = [centre.pull("anpe", path, on=ON, by="awa", axis="employment-data", again=True) for path in files]

    assert [(r.counts.read, r.counts.balances, r.counts.new) for r in receipts] == [(930, True, 0)] * len(files)
    check_history(centre)
    assert {row["identity.nationality"] for row in centre.store.records(SEEKER)} >= {f"Pays {last} 2"}
    assert_nothing_is_left(centre, database, tmp_path)


def test_a_push_killed_at_any_moment_hands_each_referral_over_once(centre, database, nursery, tmp_path):
    """Every referral that was made is in one file or waits; no file is half there, and none is left under another name."""
    draw = random.Random(2010)
    folder = tmp_path / "out"
    takes = longest(nursery, PUSHER, database, folder, "first")

    names: set[str] = {f"Pfirst-{part}-{person}" for part in range(3) for person in range(4)}
    seen = Counter[str]()
    for turn in range(4 * KILLS):
        if turn >= KILLS and len(seen) > 1:
            break
        within = takes if turn < KILLS else takes * draw.choice((0.05, 0.2, 0.5))
        said = killed(nursery, draw.uniform(0, within), PUSHER, database, folder, turn)
        seen[said[-1].split()[0] if said else "nothing"] += 1
        names |= {line.split()[2] for line in said if line.startswith("referred")}
        with centre.store.writing():
            pass
        with Workspace(database) as next_one:
            next_one.deliver(on=ON, by="awa")
        if turn % 20 == 0 or turn == KILLS - 1:
            check_parcels(centre, folder, names)
    assert len(seen) > 1, "every kill fell at the same place"

    centre.push("anpe", to=folder, on=ON, by="awa")

    check_parcels(centre, folder, names)
    assert {str(one.state) for one in centre.referrals()} == {"sent"}
    assert_nothing_is_left(centre, database, tmp_path)


def check_parcels(centre: Workspace, folder: Path, names: set[str]) -> None:
    """The files hold exactly the referrals that the workspace says were sent, each once."""
    assert [path.name for path in folder.iterdir() if not path.name.endswith(".csv")] == []
    rows = [row.split(";") for path in folder.iterdir() for row in path.read_text("cp1252").splitlines()[1:]]
    made = {one.referral.reference: one for one in centre.referrals()}
    with centre.store.reading() as connection:
        left = set(connection.execute(select(sent.c.key)).scalars())
        waiting = connection.execute(select(func.count()).where(outbox.c.content.is_not(None))).scalar()
        pushes = connection.execute(select(func.count()).where(journal_table.c.act == "push")).scalar()
        parcels = connection.execute(select(func.count()).select_from(outbox)).scalar()
    assert waiting == 0
    assert Counter(row[0] for row in rows) == Counter(left)
    assert {row[0]: row[2] for row in rows}.items() <= {n: one.referral.identity.family_name for n, one in made.items()}.items()
    assert names <= {one.referral.identity.family_name for one in made.values()}
    assert pushes == parcels == len(list(folder.iterdir()))
    assert centre.verify_journal() is None
    assert centre.store.is_sound()


def assert_nothing_is_left(centre: Workspace, database: str, folder: Path) -> None:
    """No temporary table and no file beside the database."""
    if "://" in database:
        with centre.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").scalar() == 0
    centre.close()
    assert {path.name for path in folder.iterdir() if path.is_file()} <= {"centre.sqlite", "said"}


def editions(path: Path, folder: Path, name: object) -> list[Path]:
    """The same seekers three times, each time of another country: every file changes nearly every record."""
    folder.mkdir(exist_ok=True)
    text = path.read_bytes().decode("cp1252")
    made = [folder / f"demandeurs_20090{turn + 1}.csv" for turn in range(3)]
    for turn, file in enumerate(made):
        file.write_bytes(text.replace(";Malienne;", f";Pays {name} {turn};").encode("cp1252"))
    return made
