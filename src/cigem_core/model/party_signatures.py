"""What a party signs of a convention: the digest of a wording, on a day; and that it did (Ed25519)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.obligations import CENTRE
from cigem_core.text import Text

FORM = "cigem convention signature 1"
_TEXTS = ("convention", "digest", "party", "key", "signature")


@frozen(kw_only=True)
class PartySignature:
    """One party's signature of one wording."""

    convention: str
    digest: str
    """Of the wording: a wording in which a word was altered has another."""
    party: str
    """`centre`, or the agency's code."""
    on: date
    key: str = ""
    """The party's public key, in base64."""
    signature: str = ""
    """In base64."""

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        said = {"convention": self.convention, "digest": self.digest, "party": self.party, "on": self.on.isoformat()}
        return FORM.encode() + b"\n" + json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()

    def as_dict(self) -> dict[str, str]:
        """As it is handed from one party to the other, and as the journal keeps it."""
        return {"form": FORM, "on": self.on.isoformat(), **{name: getattr(self, name) for name in _TEXTS}}

    @classmethod
    def from_dict(cls, said: Any) -> PartySignature:
        """Read back what `as_dict` wrote; OperatorError where it is none."""
        try:
            if said["form"] != FORM or not all(type(said[name]) is str for name in _TEXTS):
                raise ValueError(said["form"])
            return cls(on=date.fromisoformat(said["on"]), **{name: said[name] for name in _TEXTS})
        except (KeyError, TypeError, ValueError):
            raise OperatorError(
                Text(
                    fr="ce n'est pas la signature d'une convention (cigem conventions sign … --to SIGNATURE.json)",
                    en="this is no signature of a convention (cigem conventions sign … --to SIGNATURE.json)",
                )
            ) from None


def by_party(signatures: Iterable[PartySignature], digest: str) -> dict[str, PartySignature]:
    """Of a wording, the last signature of each party, the centre first."""
    found = {one.party: one for one in signatures if one.digest == digest}
    return dict(sorted(found.items(), key=lambda item: (item[0] != CENTRE, item[0])))


def is_signed_by_both(signatures: Iterable[PartySignature], digest: str, agency: str) -> bool:
    """Whether centre and agency signed a wording."""
    return {CENTRE, agency} <= by_party(signatures, digest).keys()
