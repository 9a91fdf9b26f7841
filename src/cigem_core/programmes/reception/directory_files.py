"""The directory a file holds, whichever of the kinds it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cigem_core.formats.source import Source
from cigem_core.programmes.reception.directory import ReadDirectory, directory_name, in_directory, services_table
from cigem_core.programmes.reception.hsds import is_hsds, is_services_table, read_hsds, read_services_table, read_tables


def read_directory(given: Any) -> ReadDirectory:
    """The services of a file: a CSV of ours, or what HSDS 3 calls a directory; SourceRefused where it is neither."""
    if isinstance(given, (str, Path)) and Path(given).is_dir():
        return read_tables(Path(given))
    source = Source.of(given)
    if is_hsds(source):
        return read_hsds(source)
    if is_services_table(source):
        return read_services_table(source)
    batch = services_table().read(source)
    name = directory_name(source.name)
    services = tuple(in_directory(service, name) for service in batch.records())
    return ReadDirectory(
        name=name, services=services, quarantined=batch.quarantined.height, faults=batch.faults, not_run=batch.not_run
    )  # fmt: skip
