"""A convention as a page that officers can sign, on A4; and whether such a page says what is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import product

from attrs import evolve, frozen

from cigem_core.model.conventions import Clause, Convention
from cigem_core.model.fields import kind_of
from cigem_core.model.obligations import CENTRE
from cigem_core.model.party_signatures import PartySignature, by_party
from cigem_core.model.standing import UNTOUCHED
from cigem_core.pages import PrintedTable, Prose, page
from cigem_core.policy import compile_mask
from cigem_core.programmes.agreements.signing import holds
from cigem_core.text import Language, Text

_WHO = {
    "pull": Text(fr="La structure remet au centre", en="The agency hands over to the centre"),
    "push": Text(fr="Le centre transmet à la structure", en="The centre hands to the agency"),
    "onward": Text(fr="Le centre peut transmettre à d'autres", en="The centre may hand on to others"),
}
_DPV = "https://w3id.org/dpv#"
_PURPOSES = {"ServiceProvision": "fourniture d'un service", "ProvideOfficialStatistics": "statistiques officielles"}
"""Purposes of the Data Privacy Vocabulary as a French page says them; others by their English name."""
_DIGEST = re.compile(r"SHA-256[^0-9a-f]*([0-9a-f]{64})")


def paper(convention: Convention, language: Language = "fr", signatures: Iterable[PartySignature] = ()) -> str:
    """The convention as HTML: the parties, its days, who hands over what and why, what is owed, its digest, two signatures.

    A party that signed the wording with its key stands there as having signed; another has room for its pen.
    """
    signed = by_party(signatures, convention.digest)
    convention = evolve(convention, standing=UNTOUCHED)  # what is signed is the wording
    return page(
        "letter.html", title=convention.title, language=language, reference=convention.reference,
        issuer=[Text(fr="Convention de partenariat", en="Partnership agreement")], body=_body(convention),
        signatures=[
            _signed(Text(fr="Pour le centre", en="For the centre"), signed.get(CENTRE)),
            _signed(_for(convention), signed.get(convention.agency.code)),
        ],
        foot=Text(fr=f"Empreinte : SHA-256 {convention.digest}", en=f"Digest: SHA-256 {convention.digest}"),
    )  # fmt: skip


def _for(convention: Convention) -> Text:
    name = convention.agency.name
    return Text(fr=f"Pour la structure : {name.fr}", en=f"For the agency: {name.en}")


def _signed(party: Text, one: PartySignature | None) -> Text:
    if one is None:
        return party
    return Text(
        fr=f"{party.fr}, signé le {one.on:%d/%m/%Y} (Ed25519). Clé {one.key} — signature {one.signature}",
        en=f"{party.en}, signed on {one.on} (Ed25519). Key {one.key}; signature {one.signature}",
    )


def _body(convention: Convention) -> list[Prose | PrintedTable]:
    name, signed = convention.agency.name, convention.signed
    parties = [
        Text(fr=f"Entre le centre et : {name.fr}.", en=f"Between the centre and: {name.en}."),
        Text(fr=f"En vigueur {convention.period.fr}.", en=f"In force {convention.period.en}."),
        Text(fr=f"Signée le {signed.on:%d/%m/%Y}.", en=f"Signed on {signed.on}."),
    ]
    if convention.amends:
        effect = convention.counts_from
        parties.append(
            Text(
                fr=f"{convention.amends}, qui prend effet le {effect:%d/%m/%Y}.",
                en=f"{convention.amends}, which takes effect on {effect}.",
            )
        )
    if convention.illustrative:
        parties.append(convention.illustrative)
    rows = [
        (clause.article, _WHO[clause.direction], *_what(clause, kind), _for_what(clause))
        for clause in convention.clauses
        for kind in sorted(clause.fields)  # as a wording is kept: a page reads alike from its file and from the workspace
    ]
    fields = PrintedTable(
        caption=Text(fr="Ce qui passe", en="What crosses"),
        header=[
            Text(fr="Article", en="Article"), Text(fr="Qui", en="Who"), Text(fr="Fiche", en="Record"),
            Text(fr="Champs", en="Fields"), Text(fr="Axe : finalité", en="Axis: purpose"),
        ],
        rows=rows,
    )  # fmt: skip
    owed = PrintedTable(
        caption=Text(fr="Ce que les parties se doivent", en="What the parties owe each other"),
        header=[Text(fr="Article", en="Article"), Text(fr="Qui doit", en="Who owes"), Text(fr="Quoi", en="What")],
        rows=[(one.article, _party(convention, one.of), one.label) for one in convention.obligations],
        empty=Text(fr="Rien n'est stipulé.", en="Nothing is stipulated."),
    )
    return [Prose(parties), fields, owed]


def _party(convention: Convention, of: str) -> Text:
    return Text(fr="le centre", en="the centre") if of == CENTRE else convention.agency.name


def _for_what(clause: Clause) -> Text:
    """The axis of a clause, and its purpose in words where it is one of DPV's."""
    axis, purpose = clause.axis.label, clause.purpose
    if not purpose:
        return axis
    name = purpose.removeprefix(_DPV)
    english = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() if purpose.startswith(_DPV) else name
    return Text(fr=f"{axis.fr} : {_PURPOSES.get(name, english)}", en=f"{axis.en}: {english}")


def _what(clause: Clause, name: str) -> tuple[Text, Text]:
    kind = kind_of(name)
    crossing = compile_mask(clause).permitted(kind)
    if len(crossing) == len(kind.fields):
        return kind.label, Text(fr="tous les champs", en="all fields")
    return kind.label, Text(fr=", ".join(f.label.fr for f in crossing), en=", ".join(f.label.en for f in crossing))


@frozen(kw_only=True)
class PageCheck:
    """Whether a page says what is installed, and in words."""

    holds: bool
    text: Text


def verified(html: str, installed: Iterable[Convention], signatures: Iterable[PartySignature] = ()) -> PageCheck:
    """Ask a page: its digest names a wording, and every word on it is that wording's. Marks and spaces are not compared.

    Signatures that stand on it are those that were kept, and each is that of its key.
    """
    found = _DIGEST.search(_words(html))
    if found is None:
        return _no("cette page ne porte pas l'empreinte d'une convention", "this page holds no digest of a convention")
    wordings = [one for one in installed if one.digest == found[1]]
    if not wordings:
        return _no("aucun texte installé n'a cette empreinte", "no wording that was installed has this digest")
    wording, said = wordings[-1], _words(html)
    for signed in _may_stand(wording, signatures):
        languages: tuple[Language, ...] = ("fr", "en")
        if any(said == _words(paper(wording, language, signed)) for language in languages):
            return _signed_by(wording, signed)
    return _no(
        f"la page n'est plus celle de {wording.reference} : un mot y a été changé",
        f"the page is no longer that of {wording.reference}: a word was changed in it",
    )


def _may_stand(wording: Convention, signatures: Iterable[PartySignature]) -> Iterator[list[PartySignature]]:
    """The signatures that may stand on a page of a wording: it may have been printed before one was there."""
    kept = [one for one in signatures if one.digest == wording.digest]
    parties = (CENTRE, wording.agency.code)
    for some in product(*([None, *(one for one in kept if one.party == party)] for party in parties)):
        yield [one for one in some if one]


def _signed_by(wording: Convention, signed: Iterable[PartySignature]) -> PageCheck:
    fr, en = f"la page dit le texte installé de {wording.reference}", f"the page says {wording.reference} as installed"
    for one in signed:
        if not holds(one):
            return _no(f"la signature de {one.party} ne tient pas", f"the signature of {one.party} does not hold")
        fr, en = f"{fr}, signé par {one.party} le {one.on:%d/%m/%Y}", f"{en}, signed by {one.party} on {one.on}"
    return PageCheck(holds=True, text=Text(fr=fr, en=en))


def _no(fr: str, en: str) -> PageCheck:
    return PageCheck(holds=False, text=Text(fr=fr, en=en))


def _words(html: str) -> str:
    """What a reader sees, with single spaces."""
    seen = re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", seen)).split())
