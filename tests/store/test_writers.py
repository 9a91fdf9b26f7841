"""Many writers at once, and writers that are killed: nothing is lost, nothing doubled, nothing left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cigem_core import Workspace
from cigem_core.model.employment import JobSeeker
from cigem_core.model.fields import kind_of
from cigem_core.store.schema import batch, batch_file, current, version
from cigem_core.store.schema import journal as journal_table

ON = date(2009, 10, 1)
SEEKER = kind_of(JobSeeker)
WRITERS, KEYS = 8, 500
HISTORIES = int(os.environ.get("CIGEM_HISTORIES", "50"))
PULLS = 2000 if HISTORIES >= 10_000 else 50
KILLS = 1000 if HISTORIES >= 10_000 else 20

WRITER = """
import random, sys
from datetime import date
from cigem_core import Workspace
where, header, writer, pulls, keys = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
columns = header.split(";")
draw = random.Random(writer)
with Workspace(where) as centre:
    for turn in range(pulls):
        rows = []
        for key in sorted(draw.sample(range(keys), 20)):
            cells = {"N° inscription": f"KAY-{key:04d}", "Date inscription": "01/09/2009", "Nom": f"W{writer}T{turn}",
                     "Prénom(s)": "Awa", "Migrant de retour": "N"}
            rows.append(";".join(cells.get(column, "") for column in columns))
        text = "\\r\\n".join([header, *rows, ""])
        receipt = centre.pull("anpe", text.encode("cp1252"), on=date(2009, 10, 1), by=f"w{writer}", axis="employment-data")
        assert receipt.counts.accepted == 20, receipt
        print(receipt.journal.length, receipt.journal.digest, receipt.counts.new, receipt.counts.changed, flush=True)
"""

PULLER = """
import sys
from datetime import date
from cigem_core import Workspace
with Workspace(sys.argv[1]) as centre:
    print("ready", flush=True)
    for path in sys.argv[2:]:
        centre.pull("anpe", path, on=date(2009, 10, 1), by="awa", axis="employment-data")
        print(path, flush=True)
"""


def child(program: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own, that speaks to us line by line."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_history(centre: Workspace) -> None:
    """Every sequence is gapless, ends at the current record, and the journal tells of every batch."""
    now = current(SEEKER)
    by_key = select(version.c.key, func.min(version.c.sequence), func.max(version.c.sequence), func.count())
    with centre.store.reading() as connection:
        histories = connection.execute(by_key.where(version.c.kind == SEEKER.name).group_by(version.c.key)).all()
        latest = dict(connection.execute(select(now.c.key, now.c.sequence)).all())
        told = connection.execute(select(func.count()).where(journal_table.c.act == "pull")).scalar()
        batches = connection.execute(select(func.count()).select_from(batch)).scalar()
        said = connection.execute(select(func.sum(batch_file.c.new + batch_file.c.changed))).scalar()
        assert said == sum(number for *_, number in histories)
    assert all((first, last) == (1, number) for _, first, last, number in histories)
    assert {key: last for key, _, last, _ in histories} == latest
    assert told == batches
    assert centre.verify_journal() is None
    assert centre.store.is_sound()


@pytest.mark.soak
def test_many_writers_lose_and_double_nothing(centre, database, september):
    """Eight processes over the same keys: writers come one after the other, and nobody is turned away."""
    header = september[0].read_bytes().decode("cp1252").partition("\r\n")[0]
    writers = [child(WRITER, database, header, number, PULLS, KEYS) for number in range(WRITERS)]

    ends = [writer.communicate() for writer in writers]

    assert [error for _, error in ends if error] == []
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    receipts = [line.split() for out, _ in ends for line in out.splitlines()]
    assert len(receipts) == WRITERS * PULLS
    assert len({length for length, *_ in receipts}) == WRITERS * PULLS
    check_history(centre)
    with centre.store.reading() as connection:
        held = dict(connection.execute(select(journal_table.c.line, journal_table.c.digest)).all())
        versions = connection.execute(select(func.count()).select_from(version)).scalar()
    assert all(held[int(length)] == digest for length, digest, *_ in receipts)
    assert versions == sum(int(new) + int(changed) for *_, new, changed in receipts)


@pytest.mark.soak
def test_a_writer_killed_at_any_moment_leaves_all_of_a_pull_or_nothing(centre, database, september, tmp_path, monkeypatch):
    """What it said it kept is kept, what it did not finish is not there, and the same files complete it."""
    draw = random.Random(2009)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for variable in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(scratch))
    longest = time_of(child(PULLER, database, *editions(september[0], tmp_path / "in", "first")))

    moments = []
    for kill in range(KILLS):
        files = editions(september[0], tmp_path / "in", kill)
        before = centre.store.head().length
        puller = child(PULLER, database, *files)
        assert puller.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0, longest))
        puller.send_signal(signal.SIGKILL)
        said = len(puller.communicate()[0].splitlines())
        with centre.store.writing():
            pass  # a server may not have noticed yet that nobody is there any more
        kept = centre.store.head().length - before
        assert said <= kept <= said + 1
        assert list(scratch.iterdir()) == []
        check_history(centre)
        moments.append(kept)
    assert len(set(moments)) > 1, "every kill fell at the same place"

    receipts = [pull(centre, path) for path in files]

    assert [(r.counts.read, r.counts.balances, r.counts.new) for r in receipts] == [(930, True, 0)] * len(files)
    check_history(centre)
    assert {row["identity.nationality"] for row in centre.store.records(SEEKER)} >= {f"Pays {kill} 2"}
    if "://" in database:
        with centre.store.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").scalar() == 0
    centre.close()
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} <= {"centre.sqlite"}


def editions(path: Path, folder: Path, name: object) -> list[Path]:
    """The same seekers three times, each time of another country: every file changes nearly every record."""
    folder.mkdir(exist_ok=True)
    text = path.read_bytes().decode("cp1252")
    made = [folder / f"demandeurs_20090{turn + 1}.csv" for turn in range(3)]
    for turn, file in enumerate(made):
        file.write_bytes(text.replace(";Malienne;", f";Pays {name} {turn};").encode("cp1252"))
    return made


def time_of(puller: subprocess.Popen[str]) -> float:
    """How long it takes when nobody kills it."""
    assert puller.stdout.readline() == "ready\n"
    started = time.monotonic()
    _, errors = puller.communicate()
    assert puller.returncode == 0, errors
    return time.monotonic() - started


def pull(centre: Workspace, path: Path):
    return centre.pull("anpe", path, on=ON, by="awa", axis="employment-data")
