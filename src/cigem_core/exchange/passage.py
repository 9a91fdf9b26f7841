"""What of a record addressed to an agency may leave: its convention lets it in, and the giver's lets it go on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import define, field
from sqlalchemy import Connection

from cigem_core.errors import ConventionError, UnknownName, WorkspaceError
from cigem_core.model.conventions import Axis, Convention, axes_in
from cigem_core.model.fields import CENTRE, Kind, kind_of
from cigem_core.model.referrals import Referral
from cigem_core.policy import Permit, permit
from cigem_core.store import records
from cigem_core.store.outbox import Parcel
from cigem_core.store.wordings import wording, wordings
from cigem_core.text import Text

REFERRAL = kind_of(Referral)
_NAMING = ("identity.family_name", "identity.given_names", "their_reference")
"""What tells an agency of whom something speaks: a name, or the number of its own record."""


@define(kw_only=True)
class Passage:
    """The way to one agency on one day, for records of one addressed kind."""

    kind: Kind = REFERRAL
    connection: Connection
    conventions: Sequence[Convention]
    granted: Permit
    on: date
    _onward: dict[tuple[str, str], frozenset[str]] = field(factory=dict)

    @property
    def to(self) -> str:
        """The agency it leads to."""
        return self.granted.convention.agency.code

    def of(self, addressed: Mapping[str, Any]) -> dict[str, Any]:
        """What of a record may leave, in stored forms; what the record of the person it speaks of says, it says today."""
        said = dict(addressed)
        if name := addressed.get("subject.kind"):
            giver, kind = addressed["subject.agency"], kind_of(name)
            scope = addressed["subject.scope"] or ""
            found = records.find(self.connection, kind, addressed["subject.key"], agency=giver, scope=scope)
            source = found[0] if found else {}
            for shared in self.goes_on(giver, kind):
                if said[shared] is None:
                    said[shared] = source.get(shared)
        permits = self.granted.mask.permits
        return {name: said[name] if permits(self.kind, name) else None for name in self.kind.fields}

    def goes_on(self, giver: str, kind: Kind) -> frozenset[str]:
        """The fields of a giver's record that may go to this agency; to the giver itself nothing goes *on*."""
        if (giver, kind.name) not in self._onward:
            shared = {name for name, known in kind.fields.items() if name in self.kind.fields and not known.is_key}
            if giver not in (self.to, CENTRE):
                shared = {name for name in shared if name in self._let_go(giver, kind)}
            self._onward[giver, kind.name] = frozenset(shared)
        return self._onward[giver, kind.name]

    @property
    def onward(self) -> dict[str, list[str]]:
        """What other agencies let go on so far: `agency kind` → the fields that may be among what leaves."""
        return {
            f"{giver} {kind}": sorted(name for name in names if self.granted.mask.permits(self.kind, name))
            for (giver, kind), names in self._onward.items()
            if giver not in (self.to, CENTRE)
        }

    def _let_go(self, giver: str, kind: Kind) -> frozenset[str]:
        """What an agency lets go on, of what it may hand over today: what no clause lets come is not let go on either."""
        try:
            let = permit(self.conventions, agency=giver, direction="onward", on=self.on, axis=self.granted.axis, kinds=[kind])
        except ConventionError:
            return frozenset()
        handed = self._handed_over(giver, kind)
        return frozenset(f.name for f in let.mask.permitted(kind) if f.name in handed)

    def _handed_over(self, giver: str, kind: Kind) -> frozenset[str]:
        """The fields of a kind that some axis lets an agency hand over that day."""
        found: set[str] = set()
        for axis in axes_in(self.conventions):
            try:
                came = permit(self.conventions, agency=giver, direction="pull", on=self.on, axis=axis, kinds=[kind])
            except ConventionError:
                continue
            found |= {f.name for f in came.mask.permitted(kind)}
        return frozenset(found)

    def refusal(self, addressed: Mapping[str, Any], leaves: Mapping[str, Any]) -> Text | None:
        """Why a record cannot leave: it would say nothing of whom it speaks, neither a name nor the agency's own number."""
        naming = [name for name in _NAMING if name in self.kind.fields]
        if not naming or any(_can_be_read(leaves[name]) for name in naming):
            return None
        giver = addressed.get("subject.agency")
        if giver == CENTRE:
            key = addressed.get("subject.key")
            return Text(
                fr=f"rien ne dirait à {self.to} de qui il s'agit : compléter {key} d'un nom (cigem migrants amend {key} …)",
                en=f"nothing would tell {self.to} who this is: add a name to {key} (cigem migrants amend {key} …)",
            )
        if giver in (None, self.to):
            return Text(
                fr=f"rien ne dirait à {self.to} de qui il s'agit ; donner au moins un nom",
                en=f"nothing would tell {self.to} who this is; give a name at least",
            )
        return Text(
            fr=f"aucun nom donné par {giver} ne peut aller à {self.to} : il faut un nom, et une clause de chacune",
            en=f"no name given by {giver} may go to {self.to}: it takes a name, and a clause of each",
        )


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML, and so workbooks and forms, cannot hold (XML 1.0, 2.2), and CSV had better not."""


def unwritable(leaves: Mapping[str, Any]) -> Text | None:
    """Why no workbook and no form can hold a record; None where they can. It keeps no other back."""
    name = next((name for name, said in leaves.items() if _UNWRITABLE.search(_as_text(said))), None)
    if name is None:
        return None
    return Text(
        fr=f"{name} contient un caractère que ni un classeur ni un formulaire ne peut contenir ; corriger la fiche",
        en=f"{name} holds a character that no workbook and no form can hold; mend the record",
    )


def _as_text(said: Any) -> str:
    return "\n".join(map(str, said)) if isinstance(said, (list, tuple)) else said if isinstance(said, str) else ""


def _can_be_read(text: str | None) -> bool:
    """Whether a text holds a letter or a digit: spaces, even those of no width, name nobody."""
    return any(character.isalnum() for character in text or "")


def still_lets(connection: Connection, parcel: Parcel, on: date, *, onward: Onward) -> None:
    """Ask both conventions again for what waits: the receiver's, and those of the agencies that gave what goes on (`onward`).

    What waits was decided under wordings that may have been amended since, or have come to their end: ConventionError.
    """
    agency, axis, kind = parcel.agency, Axis(parcel.axis), _kind_in(parcel)
    conventions = wordings(connection)
    now = permit(conventions, agency=agency, direction="push", on=on, axis=axis, kinds=[kind])
    passage = Passage(kind=kind, connection=connection, conventions=conventions, granted=now, on=on)
    for named, fields in onward.items():
        giver, of = named.split(" ")
        if not passage.goes_on(giver, kind_of(of)).issuperset(fields):
            raise ConventionError(_held_back(giver, parcel), agency=agency)
    if now.convention.digest == parcel.convention_digest:
        return
    then = wording(connection, parcel.convention_digest)
    before = permit([then], agency=agency, direction="push", on=parcel.on or on, axis=axis, kinds=[kind])
    if not all(now.mask.permits(kind, field.name) for field in before.mask.permitted(kind)):
        raise ConventionError(_no_longer(now.convention.reference, parcel), agency=agency)


def _kind_in(parcel: Parcel) -> Kind:
    """The kind of what a parcel holds; WorkspaceError where the package that declared it is installed no more."""
    try:
        return kind_of(parcel.kind or REFERRAL.name)
    except UnknownName as error:
        raise WorkspaceError(error.text) from error


Onward = Mapping[str, Sequence[str]]
"""`agency kind` → fields of its records that were let go on."""


def _held_back(giver: str, parcel: Parcel) -> Text:
    return _stays(
        parcel,
        fr=f"la convention de {giver} ne laisse plus aller plus loin tout ce que l'envoi {parcel.id} en dit",
        en=f"the convention of {giver} no longer lets go on all that parcel {parcel.id} says of its people",
    )


def _no_longer(reference: str, parcel: Parcel) -> Text:
    return _stays(
        parcel,
        fr=f"{reference} ne laisse plus passer tout ce que dit l'envoi {parcel.id}",
        en=f"{reference} no longer lets through all that parcel {parcel.id} says",
    )


def _stays(parcel: Parcel, *, fr: str, en: str) -> Text:
    if parcel.path is None:
        # Nobody can tell whether a file was fetched from its folder: it cannot be taken back, and stays.
        return Text(fr=f"{fr} ; il reste dans la boîte d'envoi", en=f"{en}; it stays in the outbox")
    return Text(
        fr=f"{fr} ; le reprendre (cigem outbox withdraw) et transmettre à nouveau",
        en=f"{en}; take it back (cigem outbox withdraw) and push again",
    )
