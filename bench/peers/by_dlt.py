"""dlt: a resource of the file's rows, checked by a pydantic model, loaded into a database of its own.

Rows the model refuses are discarded, as dlt's schema contract has it.
"""
# mypy: disable-error-code="import-not-found, untyped-decorator"

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import dlt
from common import Found

from peers.by_pydantic import HEADERS, model

NOTE = "discards rows without naming them"
NAMES = {header: name for name, header in HEADERS.items()}


def keep(file: str, base: str) -> Found:
    rows = 0

    def cells() -> Iterator[dict[str, str]]:
        nonlocal rows
        with open(file, encoding="cp1252", newline="") as lines:
            for record in csv.DictReader(lines, delimiter=";"):
                rows += 1
                yield {NAMES[name]: cell.strip() for name, cell in record.items() if name in NAMES and cell and cell.strip()}

    seekers = dlt.resource(
        cells,
        name="seeker",
        columns=model(file, aliases=None),
        schema_contract={"columns": "discard_value", "data_type": "discard_row"},
        primary_key="reference",
        write_disposition="append",
    )
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(Path(base).with_suffix(".pipelines")),
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{base}"),
        dataset_name="main",
    )
    pipeline.run(seekers).raise_on_failed_jobs()
    return Found(rows, [])
