"""Submissions of forms, as KoboToolbox's JSON or as the XML every OpenRosa server holds: the same columns from both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO, ClassVar

from attrs import evolve, field, frozen

from cigem_core.errors import OperatorError, SourceRefused
from cigem_core.formats.guard import LIMITS
from cigem_core.formats.naming import name_on, names_like
from cigem_core.formats.source import Source
from cigem_core.formats.tables import Choose, OpenTable
from cigem_core.formats.trees.documents import Json
from cigem_core.formats.trees.places import PathNaming
from cigem_core.formats.trees.records import BLOCK, open_records
from cigem_core.formats.trees.xml_pieces import XmlPiece, pieces
from cigem_core.text import Text


def _paths(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen
class Submissions:
    """What was answered to a form: `GET /api/v2/assets/{uid}/data.json`, one XML submission, or a list of them.

    `repeats` names the form's repeats, `formation/evaluation`: in XML nothing else tells a repeat from a group. Columns
    are named as in KoboToolbox's JSON (`stagiaire/nom`, `formation/evaluation[]/module`, `meta/instanceID`). In XML the
    form's identifier is `_xform_id_string`, the submission's other attributes are `@version` and the like, and `_uuid`
    is the instance's identifier without `uuid:`, where the submission does not say it itself.
    """

    name: str
    resource: str = field(kw_only=True)
    repeats: tuple[str, ...] = field(default=(), converter=_paths, kw_only=True)
    lists: tuple[str, ...] = field(default=(), kw_only=True)
    """The lists that a table reads: where one item came as an object, it is a list of one."""

    separator: ClassVar[str] = "/"
    is_sparse = True
    """A column no record has is empty, not missing: questions that were not asked are left out."""

    def __attrs_post_init__(self) -> None:
        self.pattern  # noqa: B018  an unknown stamp is found now

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the names of these files look like; letter case is free."""
        return names_like(self.name)

    @property
    def json(self) -> Json:
        """The same submissions as KoboToolbox answers them."""
        return Json(
            self.name, resource=self.resource, records="results", separator=self.separator, repeats_prefix=True, lists=self.lists
        )

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of these."""
        return self.pattern.fullmatch(name) is not None

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""
        return name_on(self.name, on)

    def with_lists(self, lists: tuple[str, ...]) -> Submissions:
        """The same submissions, in which these are lists."""
        return evolve(self, lists=lists)

    def open(self, source: Source, choose: Choose, block: int = BLOCK) -> OpenTable:
        """Find every column of the document, JSON or XML; SourceRefused where it cannot be read to its end."""
        head = source.first(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip()
        return self._open_xml(source, choose, block) if head.startswith(b"<") else self.json.open(source, choose, block)

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:  # noqa: ARG002
        """Refuse: submissions are sent to their form one by one."""
        raise OperatorError(
            Text(
                fr=f"{self.name} : les envois d'un formulaire ne s'écrivent pas en fichier ; les transmettre un à un",
                en=f"{self.name}: a form's submissions are not written as a file; send them one by one",
            )
        )

    def _open_xml(self, source: Source, choose: Choose, block: int) -> OpenTable:
        content, sha256 = source.whole(LIMITS.largest)
        declared = frozenset(tuple(repeat.split("/")) for repeat in self.repeats)

        def opened(parts: Callable[[], Iterable[XmlPiece]]) -> OpenTable:
            return open_records(source.name, sha256, parts, PathNaming("/", repeats_prefix=False), choose, block)

        try:
            return opened(lambda: pieces(source.name, content, declared))
        except SourceRefused as refused:
            if "at" not in refused.concerned:
                raise
            # Said again of the whole document, so that the place is where it breaks.
            return opened(lambda: [XmlPiece(source.name, content, declared)])
