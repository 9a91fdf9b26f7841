"""A list of a service as a sample: read over HTTP with the agency's token, and declared with how its pages are asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from attrs import evolve

from cigem_core.errors import MissingToken, SourceRefused
from cigem_core.formats.rest import Api, Client, Paging, Resource, connect, get, read, token_of
from cigem_core.formats.source import Source
from cigem_core.scaffold import trees
from cigem_core.scaffold.samples import quoted
from cigem_core.scaffold.trees import Tree
from cigem_core.text import Text


def is_address(given: Any) -> bool:
    """Whether a sample is to be asked of a service."""
    return isinstance(given, str) and given.partition("://")[0].lower() in ("http", "https")


def look(url: str, agency: str) -> Tree:
    """The list that stands at an address; its last segment is the list, what is before it the service."""
    base, _, name = url.rstrip("/").rpartition("/")
    if not name or not urlsplit(base).netloc:
        raise SourceRefused(
            Text(
                fr="donner l'adresse d'une liste : https://hôte/chemin/liste",
                en="give the address of a list: https://host/path/list",
            )
        )
    api = Api(agency=agency, resources=[Resource(name)], scheme="Bearer" if _has_token(agency) else None)
    with connect(api, base, token=token_of if api.scheme else None) as client:
        paging = _paging(get(client, name))
    with connect(evolve(api, paging=paging), base, token=token_of if api.scheme else None) as client:
        return _read(client, name, paging)


def _read(client: Client, name: str, paging: Paging) -> Tree:
    document = read(client, name).document
    tree = trees.look(Source(name=f"{name}.json", content=document))
    scheme = "" if client.api.scheme else ", scheme=None"
    asked = ", ".join(f"{key}={value!r}" for key, value in _said(paging).items())
    listed = f", paging=Paging({asked})".replace("'", '"') if asked else ""
    service = f"service = Api(agency={quoted(client.api.agency)}{scheme}{listed}, resources=[Resource({quoted(name)})])"
    return evolve(tree, service=service)


def _has_token(agency: str) -> bool:
    try:
        token_of(agency)
    except MissingToken:
        return False
    return True


def _paging(document: Any) -> Paging:
    """How a list's pages are told, by what its first page says of itself."""
    if not isinstance(document, dict):
        return Paging(data="", total=None, pages=None, next=None)
    data = next((key for key, value in document.items() if isinstance(value, list)), "data")
    flat = {
        **document,
        **{f"{k}.{inner}": v for k, value in document.items() if isinstance(value, dict) for inner, v in value.items()},
    }
    total, pages, following = (next((key for key in flat if key.rpartition(".")[2] in names), None) for names in _NAMES)
    return Paging(data=data, total=total, pages=pages, next=following)


_NAMES = ({"total", "count", "total_count"}, {"pages", "total_pages"}, {"next", "next_page"})


def _said(paging: Paging) -> dict[str, Any]:
    usual = Paging()
    return {
        key: getattr(paging, key) for key in ("data", "total", "pages", "next") if getattr(paging, key) != getattr(usual, key)
    }
