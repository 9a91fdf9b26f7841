"""A small program, written from docs/embedding.md and the README alone: it takes a file in, counts, refers and hands over."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from cigem_anpe import anpe
from cigem_core import CigemError, Identity, JobSeeker, Occupation, Receipt, Workspace
from cigem_core.sdk import Event, Source, hookimpl
from cigem_core.testing.hosts import hosting

ON, WHERE = date(2009, 10, 1), Path("centre.sqlite")
HEARD: list[tuple[str, str | None, str]] = []


class Board:
    """What is told to the screens."""

    CIGEM_API = "1.0"

    @hookimpl
    def cigem_happened(self, event: Event) -> None:
        """Note what was done."""
        HEARD.append((event.act, event.agency, event.by))


def taken(name: str, content: bytes) -> Receipt:
    """A file in, its receipt out."""
    with Workspace(WHERE) as centre:
        return centre.pull("anpe", Source(name=name, content=content), axis="employment-data", on=ON, by="desk")


def faults_by_rule(receipt: Receipt) -> dict[str, int]:
    """How often each rule was broken."""
    counted: pl.DataFrame = receipt.faults.frame().group_by("rule").len().sort("rule")
    return dict(counted.iter_rows())


def seekers_by_region() -> pl.DataFrame:
    """How many job seekers each region has."""
    with Workspace(WHERE) as centre:
        return centre.frame(JobSeeker, fields=["residence.region"]).group_by("residence.region").len()


def first_numbers(count: int) -> Sequence[str]:
    """The first numbers of job seekers."""
    with Workspace(WHERE) as centre:
        return [one.reference for one, _ in zip(centre.records(JobSeeker, agency="anpe"), range(count), strict=False)]


def handed_over(folder: Path) -> int:
    """Refer someone, and hand over what waits; how many left."""
    awa = Identity(family_name="Diarra", given_names="Awa")
    with Workspace(WHERE) as centre:
        centre.refer(awa, to="anpe", need=Occupation("7212"), on=ON, by="desk")
        return centre.push("anpe", to=folder, on=ON, by="desk").sent


def refused(name: str, content: bytes) -> tuple[str, str]:
    """What stands in the way of a file: a code for programs, a sentence for people."""
    try:
        taken(name, content)
    except CigemError as error:
        return error.code, error.text.fr
    return "", ""


def heard_of_a_file(name: str, content: bytes) -> list[tuple[str, str | None, str]]:
    """What a listener is told of one exchange."""
    with Workspace(WHERE, plugins=hosting(anpe, listeners=(Board(),))) as centre:
        centre.pull("anpe", Source(name=name, content=content), on=ON, by="moussa")
    return HEARD


if __name__ == "__main__":
    Workspace.create(WHERE, on=ON, by="desk").close()
    september = Path("demandeurs_200909.csv")
    receipt = taken(september.name, september.read_bytes())
    sys.stdout.write(
        json.dumps(
            {
                "counts": [receipt.counts.read, receipt.counts.accepted, receipt.counts.quarantined],
                "faults": faults_by_rule(receipt),
                "regions": seekers_by_region().height,
                "numbers": first_numbers(2),
                "sent": handed_over(Path("out")),
                "refused": refused("notes.csv", b"a;b\n1;2\n"),
                "heard": heard_of_a_file(september.name, september.read_bytes()),
            }
        )
    )
