"""A list of a service as a sample: read over HTTP with the agency's token, and declared with how its pages are asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import evolve

from cigem_core.errors import MissingToken, SourceRefused
from cigem_core.formats.rest import Api, Client, Paging, Resource, connect, get, read, token_of
from cigem_core.formats.source import Source
from cigem_core.scaffold import trees
from cigem_core.scaffold.samples import WIDE, quoted
from cigem_core.scaffold.trees import Tree
from cigem_core.text import Text


def is_address(given: Any) -> bool:
    """Whether a sample is to be asked of a service."""
    return isinstance(given, str) and given.partition("://")[0].lower() in ("http", "https")


def look(url: str, agency: str, token_header: str | None = None) -> Tree:
    """The list that stands at an address; its last segment is the list, what is before it the service.

    Parameters of the address are the list's own (`?country=ML`); of one that stands there several times, each value is asked
    for in turn. `token_header` is where the service looks for the token, alone; None where it is a bearer token.
    """
    address, _, asked = url.partition("?")
    base, _, name = address.rstrip("/").rpartition("/")
    if not name or not urlsplit(base).netloc:
        raise SourceRefused(
            Text(
                fr="donner l'adresse d'une liste : https://hôte/chemin/liste",
                en="give the address of a list: https://host/path/list",
            )
        )
    api = Api(agency=agency, resources=[Resource(name, query=_query(asked))])
    if token_header is not None:
        api = evolve(api, scheme="", token_header=token_header)
    if not _has_token(agency):
        api = evolve(api, scheme=None)
    token = None if api.scheme is None else token_of
    with connect(api, base, token=token) as client:
        query = next(api.resources[0].queries)
        first = get(client, name, query=query)
        paging = _paging(first)
        if not isinstance(first, dict) and first == get(client, name, query={**query, **paging.query(1, paging.per_page)}):
            paging = Paging(page=None, data=paging.data)
    with connect(evolve(api, paging=paging), base, token=token) as client:
        return _read(client, api.resources[0], paging)


def _query(asked: str) -> dict[str, str | tuple[str, ...]]:
    """The parameters of an address, but for those that ask for a page."""
    given = {name: tuple(texts) for name, texts in parse_qs(asked).items() if name not in _OF_PAGES}
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()}


_OF_PAGES = {"page", "per_page", "limit", "offset", "start", "cursor"}


def _read(client: Client, resource: Resource, paging: Paging) -> Tree:
    name, api = resource.name, client.api
    document = read(client, name).document
    tree = trees.look(Source(name=f"{name}.json", content=document))
    asked = ", ".join(f"{key}={_coded(value)}" for key, value in _said(paging).items())
    query = ", ".join(f"{quoted(key)}: {_coded(value)}" for key, value in resource.query.items())
    carried = {None: ["scheme=None"], "": ['scheme=""', f"token_header={quoted(api.token_header)}"]}
    said = [f"agency={quoted(api.agency)}", *carried.get(api.scheme, ()), *([f"paging=Paging({asked})"] if asked else [])]
    said.append(f"resources=[Resource({quoted(name)}{f', query={{{query}}}' if query else ''})]")
    service = f"service = Api({', '.join(said)})"
    if len(service) > WIDE:
        service = "service = Api(\n" + "".join(f"    {one},\n" for one in said) + ")"
    return evolve(tree, service=service, asks=_asks(resource))


def _coded(value: Any) -> str:
    """A value as code: a text, several, or nothing."""
    if isinstance(value, tuple):
        return f"({', '.join(map(quoted, value))})"
    return quoted(value) if isinstance(value, str) else repr(value)


def _asks(resource: Resource) -> tuple[str, ...]:
    """What is left to ask of the parameters."""
    alone = [(name, text) for name, text in resource.query.items() if isinstance(text, str)]
    return tuple(
        f"{resource.name}: only {name}={text} was read; are there more? "
        f'query={{{quoted(name)}: ({quoted(text)}, "…")}} asks for each in turn.'
        for name, text in alone
    )


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
    usual = Paging() if paging.page is not None else Paging(page=None)
    said = {
        key: getattr(paging, key) for key in ("data", "total", "pages", "next") if getattr(paging, key) != getattr(usual, key)
    }
    return said if paging.page is not None else {"page": None, **said}
