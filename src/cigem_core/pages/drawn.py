"""A drawing made fit for a page: its names its own, nothing in it but shapes and texts, and told in words as one picture."""

from __future__ import annotations

import re
from hashlib import sha256
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "symbol", "use"})
_KEPT = _SHAPES | {"defs", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop"}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FONT = '"Liberation Sans", Arial, Helvetica, sans-serif'


def tidied(svg: str, title: str, description: str) -> str:
    """The drawing as one picture with a name and a description; parts that are no shape or text are left out."""
    root = ElementTree.fromstring(svg)  # noqa: S314  drawn a moment ago by our own library, no stranger's file
    prefix = "c" + sha256("\0".join((svg, title, description)).encode()).hexdigest()[:10]
    _clean(root, prefix)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    for at, (name, text) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(f"{{{SVG}}}{name}", {"id": f"{prefix}-{name}"})
        told.text = text
        root.insert(at, told)
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element, prefix: str) -> None:
    for child in list(element):
        if _tag(child) not in _KEPT:
            element.remove(child)
            continue
        _clean(child, prefix)
    for name, value in list(element.attrib.items()):
        if name == "role" or name.startswith(("aria-", "on", "{")) or (name == "href" and not value.startswith("#")):
            del element.attrib[name]
        else:
            element.set(name, _own(name, value, prefix))


def _tag(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(f"{{{SVG}}}")


def _own(name: str, value: str, prefix: str) -> str:
    """Names of parts are the drawing's own, for several stand on one page."""
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        return f"#{prefix}-{value[1:]}"
    if name == "font-family":
        return _FONT
    return _REFERENCE.sub(rf"url(#{prefix}-\1)", value)
