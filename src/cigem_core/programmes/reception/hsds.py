"""Directories in the Human Services Data Specification (HSDS 3, Open Referral): pages, full documents, tables.

    read_hsds(Source.of("services.json"))

What an organisation, a page or a service at a location holds are its services. A document that speaks of something else
(a place, a taxonomy) is refused, saying of what. A service that lacks what HSDS requires goes to quarantine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.guard import LIMITS, guarded
from cigem_core.formats.source import Source
from cigem_core.programmes.reception.directory import ReadDirectory, directory_name, in_directory
from cigem_core.programmes.reception.hsds_services import Offered, service_of
from cigem_core.programmes.reception.hsds_tables import joined, rows_in, tables_in
from cigem_core.text import Text


def is_hsds(source: Source) -> bool:
    """Whether it is called JSON, or its bytes begin as a JSON document does."""
    if source.table is not None:
        return False
    if source.name.lower().endswith(".json"):
        return True
    head = source.first(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"{", b"["))


def read_hsds(source: Source) -> ReadDirectory:
    """The services of a JSON document; SourceRefused where it cannot be read, or speaks of no service."""
    content, _ = source.whole(LIMITS.largest)
    document = guarded(json.loads, content.decode("utf-8-sig", "replace"), name=source.name, size=len(content))
    return gathered(list(offered(document)), source.name, _subject(document))


def read_tables(folder: Path) -> ReadDirectory:
    """The services of a folder of tables."""
    subject = Text(fr="services.csv est vide", en="services.csv is empty")
    return gathered(list(joined(tables_in(folder))), folder.name, subject)


def is_services_table(source: Source) -> bool:
    """Whether it is the table of services alone, out of a folder of tables."""
    if source.table is not None or source.name != "services.csv":
        return False
    return b"organization_id" in source.first(256).partition(b"\n")[0]


def read_services_table(source: Source) -> ReadDirectory:
    """The services of that table, of which nothing says who offers them or where."""
    subject = Text(fr="la table est vide", en="the table is empty")
    return gathered(list(joined({"services": rows_in(source)})), source.name, subject)


def gathered(found: list[Offered], file: str, subject: Text) -> ReadDirectory:
    """Services sorted out: those that can be taken, and the faults of the others."""
    if not found:
        raise SourceRefused(
            Text(fr=f"{file} ne contient aucune prestation : {subject.fr}", en=f"{file} holds no service: {subject.en}")
        )
    name = directory_name(file)
    sorted_out = [service_of(one, file, place) for place, one in enumerate(_once(found), start=1)]
    services = tuple(in_directory(service, name) for service, faults in sorted_out if service and not faults)
    faults = tuple(fault for _, some in sorted_out for fault in some)
    return ReadDirectory(name=name, services=services, quarantined=len(sorted_out) - len(services), faults=faults)


def _once(found: list[Offered]) -> list[Offered]:
    """The same service at several places is one service."""
    merged: dict[object, Offered] = {}
    for at, one in enumerate(found):
        key = one.service.get("id") or at
        known = merged.get(key if isinstance(key, (str, int)) else at)
        merged[key if isinstance(key, (str, int)) else at] = known.also_at(one.locations) if known else one
    return list(merged.values())


def offered(document: Any) -> Iterator[Offered]:
    """Every service a document holds, with the organisation and the places it stands under."""
    if isinstance(document, list):
        for one in document:
            yield from offered(one)
    elif isinstance(document, Mapping):
        if _is_tables(document):
            yield from joined({name.removesuffix(".csv"): rows for name, rows in document.items()})
        else:
            yield from _in_object(document)


def _in_object(document: Mapping[str, Any]) -> Iterator[Offered]:
    if isinstance(document.get("contents"), list):
        yield from offered(document["contents"])
    elif isinstance(document.get("service"), Mapping):
        place = document.get("location")
        yield Offered.of(document["service"], locations=[place] if isinstance(place, Mapping) else [])
    elif isinstance(document.get("services"), list):
        for one in document["services"]:
            if isinstance(one, Mapping):
                yield Offered.of(one, organization=document)
    elif _is_service(document):
        yield Offered.of(document)


def _is_service(document: Mapping[str, Any]) -> bool:
    marks = {"status", "organization_id", "organization", "eligibility_description", "assured_date", "service_areas"}
    return "location_type" not in document and bool(marks & document.keys())


def _is_tables(document: Mapping[str, Any]) -> bool:
    """Whether it is the tables of the tabular form, by the names of their files."""
    return bool(document) and all(name.endswith(".csv") and isinstance(rows, list) for name, rows in document.items())


@frozen
class _Described:
    marks: frozenset[str]
    text: Text


_SUBJECTS = (
    _Described(frozenset({"openapi_url"}), Text(fr="il présente un service en ligne", en="it presents an API")),
    _Described(frozenset({"location_type"}), Text(fr="il décrit un lieu", en="it describes a place")),
    _Described(
        frozenset({"location_id"}), Text(fr="il relie des lieux sans les prestations", en="it links places without services")
    ),
    _Described(
        frozenset({"taxonomy_detail", "taxonomy_id", "term_uri"}), Text(fr="il décrit un terme", en="it describes a term")
    ),
    _Described(
        frozenset({"website", "legal_status", "year_incorporated", "tax_status"}),
        Text(fr="il décrit des organismes sans leurs prestations", en="it describes organisations without their services"),
    ),
    _Described(frozenset({"uri", "version"}), Text(fr="il décrit une nomenclature", en="it describes a taxonomy")),
)


def _subject(document: Any) -> Text:
    """What a document without services speaks of."""
    if isinstance(document, Mapping) and isinstance(document.get("contents"), list):
        document = document["contents"]
    first = next(iter(document), None) if isinstance(document, list) else document
    keys = frozenset(first) if isinstance(first, Mapping) else frozenset[str]()
    known = next((one.text for one in _SUBJECTS if one.marks & keys), None)
    return known or Text(fr="ce n'est pas un document HSDS 3 de prestations", en="this is no HSDS 3 document of services")
