"""What reading endless files takes, measured in a process of its own.

    python tests/formats/bounds.py FORMAT [SCALE]

A line of JSON for each: what came of it, CPU seconds with those of the workers, and the mebibytes of the process.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from formats.endless import endless

from cigem_core import JobSeeker
from cigem_core.errors import CigemError
from cigem_core.formats.rest import documents
from cigem_core.formats.rest.api import Paging
from cigem_core.formats.rest.transport import Went
from cigem_core.formats.rest.wire import _unpacked
from cigem_core.sdk import Csv, Json, Submissions, Table, Workbook, column

LENSES = {"reference": column("Ref").required(), "identity.family_name": column("Nom"), "remarks": column("Motif")}
CSV = Table(JobSeeker, Csv("s.csv", delimiter=";", encodings=("utf-8-sig", "cp1252")), LENSES)
WILD = Table(JobSeeker, Csv("s.csv"), LENSES)
BOOK = Table(JobSeeker, Workbook("s.xlsx").sheet("S1"), LENSES)
LIST = Table(JobSeeker, Json("s.json", resource="jeunes"), {"reference": column("id").required()})
FORM = Table(JobSeeker, Submissions("s.xml", resource="s"), {"reference": column("_xform_id_string").required()})

PAGING = Paging(data="jeunes", total="total", pages=None, next=None)


def read(kind: str, content: bytes) -> str:
    """Read, or refused with a sentence."""
    try:
        if kind == "rest":
            return of_service(content)
        batch = {"csv": CSV, "wild": WILD, "json": LIST, "xml": FORM, "xlsx": BOOK, "xls": BOOK}[kind].read(content)
    except CigemError as refused:
        return f"refused: {refused.text.en}"
    return f"read {batch.read} = {batch.accepted.height} + {batch.quarantined.height}"


def of_service(content: bytes) -> str:
    """A page of a service's list, as it travelled."""
    body = _unpacked(content, "gzip" if content.startswith(b"\x1f\x8b") else "", 64 << 20)
    if isinstance(body, Went):
        return f"refused: {body.name}"
    try:
        return f"read {len(documents.listing(body, PAGING, page=0, size=1).items)}"
    except ValueError as refused:
        return f"refused: {refused}"


def main(kind: str, scale: float) -> None:
    """Each file of a format, one after the other."""
    table = endless(scale)["csv" if kind == "wild" else kind]
    read(kind, b"Ref;Nom;Motif\n1;a;b\n")
    for name, made in table.items():
        content = made()
        before, held = spent(), highest(reset=True)
        began = time.monotonic()
        said = read(kind, content)
        seconds, wall, most = spent() - before, time.monotonic() - began, highest()
        told = {"name": name, "bytes": len(content), "said": said, "cpu": round(seconds, 2), "wall": round(wall, 2)}
        sys.stdout.write(json.dumps(told | {"mib": round((most - held) / 1024)}) + "\n")
        sys.stdout.flush()


def spent() -> float:
    """CPU seconds of this process and its workers, those that are gone included."""
    now = os.times()
    mine = psutil.Process()
    living = 0.0
    for child in mine.children():
        try:
            used = child.cpu_times()
            living += used.user + used.system
        except psutil.NoSuchProcess:
            continue
    return now.user + now.system + now.children_user + now.children_system + living


def highest(*, reset: bool = False) -> int:
    """The most kibibytes this process had since it was reset; what it has now, where it is."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    told = Path("/proc/self/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)" if reset else r"VmHWM:\s+(\d+)", told)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
