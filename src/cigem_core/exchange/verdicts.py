"""What an agency's service says of a letter it refuses: faults for people, and facts to keep, without a value in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cigem_core.formats.rest import Refused
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.adapter import Adapter
from cigem_core.spelling import fold
from cigem_core.store.outbox import Parcel
from cigem_core.text import Text

_CODE = re.compile(r"[A-Za-z]+(?:[_.-][A-Za-z]+)*")
_LONGEST = 40
UNSAID = "?"


def faults_of(letter: Parcel, refused: Refused) -> Iterator[Fault]:
    """What the agency refused, on the fields that caused it; its own words may quote what was sent."""
    row = ", ".join(letter.references)
    for error in refused.errors:
        said = error.message or error.code
        remedy = Text(fr=f"refusé par {letter.agency} : {said}", en=f"refused by {letter.agency}: {said}")
        address = Address(file=str(letter.path), row=row, column=error.field or None, at=letter.id)
        yield Fault(address=address, rule=Rule.REMOTE, remedy=remedy)
    if not refused.errors:
        remedy = Text(
            fr=f"refusé par {letter.agency}, qui ne dit pas pourquoi (code {refused.status})",
            en=f"refused by {letter.agency}, which does not say why (status {refused.status})",
        )
        yield Fault(address=Address(file=str(letter.path), row=row, at=letter.id), rule=Rule.REMOTE, remedy=remedy)


def facts_of(adapter: Adapter, letter: Parcel, refused: Refused) -> dict[str, Any]:
    """The same as it is kept: fields we declare, and codes in which nothing of the letter stands."""
    declared = {header for table in adapter.push for lens in table.lenses.values() for header in lens.headers}
    words = _words(letter)
    words = _words(letter) - {word for header in declared for word in _split(header)}
    fields = [{"field": one.field if one.field in declared else UNSAID, "code": _code(one.code, words)} for one in refused.errors]
    return {"refused": fields or [{"field": UNSAID, "code": str(refused.status)}]}


def _code(code: str, words: set[str]) -> str:
    """A code as services write them; what may be somebody's name or number is not kept."""
    looks_so = len(code) <= _LONGEST and _CODE.fullmatch(code)
    return code if looks_so and not _split(code) & words else UNSAID


def _words(letter: Parcel) -> set[str]:
    return _split((letter.content or b"").decode("utf-8", "replace"))


def _split(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", fold(text)))
