"""Signatures of the parties over a wording (extra `sign`): made with a key, asked, and kept with their line in the journal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from attrs import evolve

from cigem_core.errors import ConventionError, OperatorError
from cigem_core.model.conventions import Convention
from cigem_core.model.obligations import CENTRE
from cigem_core.model.party_signatures import PartySignature
from cigem_core.seal import is_signature, public_key, signature_of
from cigem_core.store import Store
from cigem_core.store.wordings import SIGN, installed
from cigem_core.text import Text


def sign(wording: Convention, party: str, private: Path, *, on: date) -> PartySignature:
    """Sign a wording with a party's private key; OperatorError where that is no party of it, or the file holds no key."""
    parties = (CENTRE, wording.agency.code)
    if party not in parties:
        raise OperatorError(
            Text(
                fr=f"les parties de {wording.reference} sont {' et '.join(parties)}, pas « {party} »",
                en=f"the parties of {wording.reference} are {' and '.join(parties)}, not '{party}'",
            )
        )
    said = PartySignature(convention=wording.reference, digest=wording.digest, party=party, on=on)
    signature, key = signature_of(said.message, private)
    return evolve(said, signature=signature, key=key)


def holds(one: PartySignature) -> bool:
    """Whether a signature is that of its key over what it says."""
    return is_signature(one.message, one.signature, one.key)


def keep(store: Store, one: PartySignature, *, on: date, by: str, public: Path | None = None) -> PartySignature:
    """Keep a party's signature, with its line in the journal.

    `public` is the key that party gave: nobody else's signature is taken for its own. Raises ConventionError where the
    wording that was signed is none that was installed, or the signature does not hold.
    """
    with store.acting(SIGN, on=on, by=by) as act:
        wording = next((c.wording for c in installed(act.connection, one.convention) if c.wording.digest == one.digest), None)
        if wording is None:
            raise ConventionError(
                Text(
                    fr=f"{one.convention} : le texte signé n'est aucun de ceux qui furent installés : un mot y a été changé",
                    en=f"{one.convention}: what was signed is no wording that was installed: a word was changed in it",
                )
            )
        if one.party not in (CENTRE, wording.agency.code):
            raise _refused(one, "ce n'est pas une partie", "that is no party of it")
        if public is not None and public_key(public) != one.key:
            raise _refused(one, "ce n'est pas la clé donnée", "that is not the key which was given")
        if not holds(one):
            raise _refused(one, "la signature ne tient pas", "the signature does not hold")
        act.agency = wording.agency.code
        act.facts |= one.as_dict()
    return one


def _refused(one: PartySignature, fr: str, en: str) -> ConventionError:
    return ConventionError(
        Text(fr=f"signature de {one.convention} par {one.party} : {fr}", en=f"signature of {one.convention} by {one.party}: {en}")
    )
