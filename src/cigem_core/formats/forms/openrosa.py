"""OpenRosa: a filled-in form as the XML document its server takes (https://docs.getodk.org/openrosa-form-submission/)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from cigem_core.errors import DeclarationError, nearest
from cigem_core.model.forms import ITEM, Form, Question, repeat_of
from cigem_core.text import Text

Answers = Mapping[str, "str | Sequence[str | None]"]
"""The name of a question's column → its answer, or those of all items where it is in a repeat."""

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile("uuid:.+")


def write_submission(form: Form, answers: Answers, *, instance_id: str, deprecated_id: str | None = None) -> bytes:
    """A submission of a form; unanswered questions are left out.

    `instance_id` names it for ever, so that a second sending is known as such; `deprecated_id` names the one it replaces.
    DeclarationError where an answer goes to no question, or holds what XML cannot.
    """
    _check(form, answers)
    root = ElementTree.Element(form.root, {"id": form.id, **({"version": form.version} if form.version else {})})
    for question in form.questions:
        _write(root, question, answers.get(question.path))
    meta = ElementTree.SubElement(root, "meta")
    ElementTree.SubElement(meta, "instanceID").text = _named(instance_id)
    if deprecated_id:
        ElementTree.SubElement(meta, "deprecatedID").text = _named(deprecated_id)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    # A carriage return that stands as itself is read as a line feed (XML 1.0, 2.11).
    return document.replace(b"\r", b"&#13;")


def _named(id: str) -> str:
    return id if _ID.fullmatch(id) else f"uuid:{id}"


def _check(form: Form, answers: Answers) -> None:
    for path, answer in answers.items():
        if path not in form.by_path:
            near = nearest(path, form.by_path)
            _refuse(f"{form.id} n'a pas de question « {path} » ; {near.fr}", f"{form.id} has no question '{path}'; {near.en}")
        if isinstance(answer, str) == (repeat_of(path) is not None) or path.count(ITEM) > 1:
            _refuse(
                f"« {path} » reçoit une réponse, ou une liste de réponses là où le formulaire répète",
                f"'{path}' takes one answer, or a list of answers where the form repeats",
            )
        if any(_NOT_XML.search(text) for text in ([answer] if isinstance(answer, str) else answer) if text):
            _refuse(
                f"« {path} » contient un caractère que le formulaire ne peut porter : l'ôter",
                f"'{path}' holds a character a form cannot carry; take it out",
            )


def _write(root: ElementTree.Element, question: Question, answer: str | Sequence[str | None] | None) -> None:
    if isinstance(answer, str):
        _place(root, question.path.split("/"), 0).text = answer or None
        return
    for item, text in enumerate(answer or ()):
        element = _place(root, question.path.split("/"), item)
        element.text = text or None


def _place(at: ElementTree.Element, names: Sequence[str], item: int) -> ElementTree.Element:
    """The element of a question, made with the groups around it where they are not there yet."""
    for name in names:
        wanted = item if name.endswith(ITEM) else 0
        bare = name.removesuffix(ITEM)
        while len(at.findall(bare)) <= wanted:
            ElementTree.SubElement(at, bare)
        at = at.findall(bare)[wanted]
    return at


def _refuse(fr: str, en: str) -> None:
    raise DeclarationError(Text(fr=fr, en=en))
