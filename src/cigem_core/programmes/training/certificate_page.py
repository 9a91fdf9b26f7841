"""A certificate to print on A4, in French: whom it names, for what, and by which number it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cigem_core.model.identity import Identity, Sex
from cigem_core.model.training import TrainingSession
from cigem_core.model.training_acts import Certificate
from cigem_core.pages import page, written
from cigem_core.pages.writing import long_day


def certificate_page(
    certificate: Certificate, identity: Identity | None, session: TrainingSession, *, issuer: Sequence[str], place: str
) -> str:
    """The certificate as HTML; one that was revoked says so before all else."""
    day = long_day(certificate.issued_on) if certificate.issued_on else ""
    what = certificate.title or certificate.module or certificate.session
    revoked = certificate.revoked_on
    return page(
        "certificate.html", title="Attestation de formation", issuer=list(issuer),
        stamp=f"ANNULÉE le {revoked:%d/%m/%Y}" if revoked else None,
        before="Le centre atteste que", whom=names_of(identity) or certificate.enrolment,
        after=[*_born(identity), f"a suivi la formation « {what} » et a été {_gendered('certifié', identity)}."],
        particulars=[(name, value) for name, value in _particulars(certificate, session) if value],
        given=", ".join(filter(None, (place, f"le {day}" if day else ""))), signatures=["Pour le centre"],
        foot=f"Attestation n° {certificate.reference}, à vérifier auprès du centre en donnant ce numéro.",
    )  # fmt: skip


def names_of(identity: Identity | None) -> str:
    """Someone's names as they are read aloud."""
    return " ".join(name for name in (identity.given_names, identity.family_name) if name) if identity else ""


def _born(identity: Identity | None) -> list[str]:
    """When and where someone was born, as far as it is known."""
    if identity is None or identity.birth is None:
        return []
    said = written(identity.birth)
    when = f"le {said}" if isinstance(identity.birth.said, date) else said if str(said).startswith("vers") else f"en {said}"
    where = f" à {identity.birthplace}" if identity.birthplace else ""
    return [f"{_gendered('né', identity)} {when}{where},"]


def _gendered(word: str, identity: Identity | None) -> str:
    if identity is None or identity.sex is None:
        return f"{word}(e)"
    return f"{word}e" if identity.sex is Sex.FEMALE else word


def _particulars(certificate: Certificate, session: TrainingSession) -> list[tuple[str, Any]]:
    days = [written(day) for day in (session.begins_on, session.ends_on) if day is not None]
    rate = f"{100 * certificate.rate:.1f} %".replace(".", ",") if certificate.rate is not None else None
    mark = f"{written(certificate.mark)} / 20" if certificate.mark is not None else None
    return [
        ("Durée", f"{certificate.hours} heures" if certificate.hours else None),
        ("Session", " – ".join(days) or certificate.session),
        ("Lieu", session.venue),
        ("Assiduité", rate),
        ("Note", mark),
        ("Inscription", f"{certificate.enrolment}, session {certificate.session}"),
    ]
