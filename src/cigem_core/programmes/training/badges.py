"""Certificates as Open Badges 3.0: a signed credential anyone checks alone, with the centre's public key.

Needs the extra `badges` (openbadgeslib), imported when used. A badge tells the training and the certificate's number; of the
person nothing, unless their names are asked for.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import frozen

from cigem_core.errors import MissingExtra, OperatorError
from cigem_core.model.training_acts import Certificate
from cigem_core.seal import private_key, public_key
from cigem_core.text import Text

_ALGORITHM = "EdDSA"
_NUMBER = "identifier"
"""The kind of identifier a certificate's number is, in the standard's words."""


@frozen(kw_only=True)
class BadgeIssuer:
    """Who issues badges: a name, and the address by which the world knows it."""

    name: str
    url: str


@frozen(kw_only=True)
class CheckedBadge:
    """What a badge that holds tells."""

    certificate: str
    title: str
    issuer: str


def badge_of(certificate: Certificate, private: Path, issuer: BadgeIssuer, *, names: str | None = None) -> str:
    """A certificate as a signed credential (JWT); OperatorError where it was revoked, or the file holds no Ed25519 key."""
    if certificate.revoked_on is not None:
        fr = f"{certificate.reference} est annulée : elle ne fait plus d'insigne"
        raise OperatorError(Text(fr=fr, en=f"{certificate.reference} was revoked: it makes no badge any more"))
    if not issuer.url.startswith(("https://", "http://", "did:")):
        raise OperatorError(Text(fr="l'émetteur a une adresse, https://…", en="the issuer has an address, https://…"))
    parts = _parts()
    private_key(private)
    title = certificate.title or certificate.module or certificate.session
    hours = f" · {certificate.hours} h" if certificate.hours else ""
    achievement = parts.Achievement(
        id=_urn(f"{certificate.plan}/{certificate.module}"), name=title, description=f"{title}{hours}",
        criteria_narrative=f"Session {certificate.session}, {certificate.plan}", achievement_type="Certificate",
    )  # fmt: skip
    told = [(certificate.reference, _NUMBER), *([(names, "name")] if names else [])]
    issued = certificate.issued_on
    credential = parts.OpenBadgeCredential(
        issuer=parts.Issuer(id=issuer.url, name=issuer.name), recipient_id=None, achievement=achievement, name=title,
        id=_urn(f"{certificate.plan}/{certificate.reference}"),
        issuance_date=datetime.combine(issued, time(), UTC) if issued else None,
        identifiers=[parts.IdentityObject(identity_hash=text, identity_type=kind, hashed=False) for text, kind in told],
    )  # fmt: skip
    token: str = parts.OB3Signer(privkey_pem=private.read_bytes(), algorithm=_ALGORITHM).sign(credential)
    return token


def check_badge(token: str, public: Path) -> CheckedBadge:
    """What a badge tells, checked by the standard's own verifier; OperatorError where that key did not sign it as it stands."""
    parts = _parts()
    public_key(public)
    try:
        found = parts.OB3Verifier(public.read_bytes()).verify(token.strip())
    except parts.LibOpenBadgesException:
        raise OperatorError(
            Text(
                fr="cet insigne n'est pas celui que le titulaire de la clé a signé, ou pas tel quel",
                en="this badge is not what the holder of the key signed, or not as it stands",
            )
        ) from None
    number = next((one.identity_hash for one in found.identifiers if one.identity_type == _NUMBER), "")
    return CheckedBadge(certificate=number, title=found.achievement.name, issuer=found.issuer.name)


def _urn(said: str) -> str:
    """An identifier that is the same whenever the same thing is said."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"cigem certificate {said}").urn


@frozen
class _BadgeLibrary:
    """What is used of the library."""

    Achievement: Any
    IdentityObject: Any
    Issuer: Any
    OpenBadgeCredential: Any
    OB3Signer: Any
    OB3Verifier: Any
    LibOpenBadgesException: Any


def _parts() -> _BadgeLibrary:
    try:
        # By name: whoever does not install the extra has nothing of it to check types against.
        errors, credential, signer, verifier = map(import_module, _MODULES)
    except ModuleNotFoundError:
        raise MissingExtra(
            Text(
                fr="les insignes demandent une extension : pip install cigem-core[badges]",
                en="badges need an extra: pip install cigem-core[badges]",
            )
        ) from None
    return _BadgeLibrary(
        credential.Achievement, credential.IdentityObject, credential.Issuer, credential.OpenBadgeCredential, signer.OB3Signer,
        verifier.OB3Verifier, errors.LibOpenBadgesException,
    )  # fmt: skip


_MODULES = ("openbadgeslib.errors", "openbadgeslib.ob3.credential", "openbadgeslib.ob3.signer", "openbadgeslib.ob3.verifier")
