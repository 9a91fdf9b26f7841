"""Many writers at once: nothing is lost, nothing doubled, and nobody is turned away."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from histories import check_history
from scale import many
from sqlalchemy import func, select

from cigem_core.store.schema import journal as journal_table
from cigem_core.store.schema import version

ON = date(2009, 10, 1)
WRITERS, KEYS = many(3, long=8, each=1250), 500
PULLS = many(4, long=50, each=5)

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


def child(program: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own, that speaks to us line by line."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.soak
def test_many_writers_lose_and_double_nothing(centre, database, september):
    """Several processes over the same keys: writers come one after the other, and nobody is turned away."""
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
