"""Sound files after accidents to their bytes: each is refused with a sentence or read, and nothing else is ever raised.

`CIGEM_HISTORIES=20000` says how many are tried in all (make soak).
"""

from __future__ import annotations

import io
import random
from collections import Counter

import openpyxl
import pytest
from formats import bounds
from scale import many

from cigem_core import JobSeeker
from cigem_core.errors import CigemError
from cigem_core.sdk import Json, Submissions, Table, column
from cigem_core.testing.hostile import damaged, damaged_book

EACH = many(30, long=500, each=4)

LIST = Table(JobSeeker, Json("s.json", resource="s", records="results"), {"reference": column("id").required()})
FORM = Table(JobSeeker, Submissions("s.xml", resource="s"), {"reference": column("n").required()})


def book() -> bytes:
    """A workbook of two records."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "S1"
    for row in (["Ref", "Nom", "Motif"], ["A1", "Keïta", 3], ["A2", "Ba", "x"]):
        made.active.append(row)
    made.save(out)
    return out.getvalue()


SOUND = {
    "csv": 'Ref;Nom;Motif;Note\nA1;Keïta;"a;b";1\nA2;Ba;"x\ny";2\nTOTAL;;3;4\n'.encode() * 2,
    "wild": "Liste\n\nRef,Nom,Motif\nA1,'Keïta',3\nA2,Ba,4\n".encode(),
    "json": (
        '{"count":2,"results":[{"id":"1","nom":"Keïta","l":[{"a":1.5},{"a":-0.0}],"t":"\\ud83d\\ude00"},\n'
        '{"id":"2","nom":null,"o":{"x":true,"y":[[1],2]}}]}'
    ).encode(),
    "xml": (
        '<?xml version="1.0"?>\n<r xmlns:h="u"><d id="f" h:v="1"><meta><instanceID>uuid:1</instanceID></meta>'
        '<n>Keïta &amp; é</n><g><x/></g></d>\n<d id="f"><n>B</n><g><x>1</x></g></d></r>'
    ).encode(),
    "xlsx": book(),
}  # fmt: skip


def read(kind: str, content: bytes) -> str:
    """Read, or refused and with which words."""
    tables = {"csv": bounds.CSV, "wild": bounds.WILD, "json": LIST, "xml": FORM, "xlsx": bounds.BOOK}
    try:
        batch = tables[kind].read(content)
    except CigemError as refused:
        return type(refused).__name__ if refused.text.fr and refused.text.en else "refused without a sentence"
    assert batch.read == batch.accepted.height + batch.quarantined.height
    return "read"


def mutant(kind: str, chance: random.Random) -> bytes:
    """A sound file after an accident."""
    return damaged_book(SOUND[kind], chance) if kind == "xlsx" else damaged(SOUND[kind], chance)


@pytest.mark.soak
@pytest.mark.parametrize("kind", SOUND)
def test_mutants_are_refused_or_read(kind):
    chance = random.Random(20_000)

    said = Counter(read(kind, mutant(kind, chance)) for _ in range(EACH))

    assert read(kind, SOUND[kind]) == "read"
    assert said.keys() <= {"read", "SourceRefused", "UnknownEncoding"}
    assert min(said["read"], said["SourceRefused"]) > 0
