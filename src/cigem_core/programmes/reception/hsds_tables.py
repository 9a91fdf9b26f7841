"""The tabular form of HSDS 3: one table a file, tied together by their ids, in a folder or in one JSON document."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cigem_core.errors import SourceRefused
from cigem_core.formats.guard import LIMITS, guarded
from cigem_core.formats.source import Source
from cigem_core.programmes.reception.hsds_services import Offered
from cigem_core.text import Text

Rows = Sequence[Mapping[str, Any]]

_OF_SERVICES = ("service_areas", "languages", "required_documents")


def tables_in(folder: Path) -> Mapping[str, Rows]:
    """The tables of a folder by their names; SourceRefused where there is none of services."""
    if not (folder / "services.csv").is_file():
        raise SourceRefused(
            Text(
                fr=f"{folder.name} n'a pas de services.csv : ce n'est pas un répertoire HSDS 3 en tables",
                en=f"{folder.name} has no services.csv: this is no HSDS 3 directory in tables",
            )
        )
    names = ("services", "organizations", "service_at_location", "locations", "addresses", *_OF_SERVICES)
    return {name: rows_in(Source.of(folder / f"{name}.csv")) for name in names if (folder / f"{name}.csv").is_file()}


def rows_in(source: Source) -> Rows:
    """The rows of one table."""
    content, _ = source.whole(LIMITS.largest)
    found: Any = guarded(rows_of, content, name=source.name, size=len(content))
    return [dict(row) for row in found]


def rows_of(content: bytes) -> list[Any]:
    """The rows of a CSV as HSDS publishes them: commas, UTF-8, a header."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [{name: value for name, value in row.items() if name} for row in lines]


def joined(tables: Mapping[str, Any]) -> Iterator[Offered]:
    """The services of some tables, each with what the other tables say of it."""
    organizations, places = _by_id(tables.get("organizations")), _by_id(tables.get("locations"))
    addresses = _grouped(tables.get("addresses"), "location_id")
    parts = {name: _grouped(tables.get(name), "service_id") for name in _OF_SERVICES}
    offered_at = _grouped(tables.get("service_at_location"), "service_id")
    for service in _rows_in(tables.get("services")):
        key = service.get("id")
        at = [places[link.get("location_id")] for link in offered_at[key] if link.get("location_id") in places]
        located = [{**place, "addresses": addresses[place.get("id")]} for place in at]
        told = {**service, **{name: rows[key] for name, rows in parts.items()}}
        yield Offered.of(told, organization=organizations.get(service.get("organization_id"), {}), locations=located)


def _rows_in(given: Any) -> list[Mapping[str, Any]]:
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, (list, tuple)) else []


def _by_id(given: Any) -> dict[Any, Mapping[str, Any]]:
    return {row["id"]: row for row in _rows_in(given) if isinstance(row.get("id"), (str, int))}


def _grouped(given: Any, name: str) -> defaultdict[Any, list[Mapping[str, Any]]]:
    found: defaultdict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _rows_in(given):
        if isinstance(row.get(name), (str, int)):
            found[row[name]].append(row)
    return found
