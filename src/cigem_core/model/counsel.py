"""What is said and found out at the centre: visits, sheets handed over, assessments, and the documents they rest on."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from cigem_core.model.fields import field, key, kind, refers
from cigem_core.model.migrants import Migrant
from cigem_core.model.values import Labelled


class VisitReason(Labelled):
    """Why someone came."""

    FIRST_RECEPTION = "first-reception", "premier accueil"
    INFORMATION = "information", "information"
    LEGAL_MIGRATION = "legal-migration", "migration légale"
    PROJECT = "project", "projet individuel"
    REFERRAL = "referral", "suite d'une orientation"
    SOCIAL = "social", "appui social"
    OTHER = "other", "autre"


@kind("visit", fr="visite", en="visit", centre=True)
@frozen(kw_only=True)
class Visit:
    """Someone at the desk: why, before whom, and what was asked and answered."""

    reference: str = key("Visit number", fr="Numéro de la visite")
    migrant: str | None = refers(Migrant, "Migrant", fr="Migrant")
    visited_on: date | None = field("Visited on", fr="Visite du")
    reason: VisitReason | None = field("Reason", fr="Motif")
    officer: str | None = field("Officer", fr="Agent")
    minutes: int | None = field("Minutes", fr="Durée en minutes")
    asked: str | None = field("What was asked", fr="Demande", sensitivity="personal")
    answered: str | None = field("What was answered", fr="Réponse", sensitivity="personal")


class PaperKind(Labelled):
    """What sort of document the desk worked with."""

    SHEET = "sheet", "fiche d'information"
    INSTRUMENT = "instrument", "grille d'évaluation"


@kind("desk_paper", fr="document de travail", en="desk paper", centre=True)
@frozen(kw_only=True)
class DeskPaper:
    """A wording the desk worked with, kept once under its digest, whatever becomes of the file it came from."""

    fingerprint: str = key("Digest of the wording", fr="Empreinte du texte")
    sort: PaperKind | None = field("Sort", fr="Nature")
    name: str | None = field("Name", fr="Nom")
    wording: str | None = field("Wording", fr="Texte")


@kind("handing", fr="remise d'une fiche d'information", en="handing over of an information sheet", centre=True)
@frozen(kw_only=True)
class Handing:
    """An information sheet handed to a migrant on a day, in the wording it then had."""

    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True, part_of_key=True)
    sheet: str = field("Sheet", fr="Fiche", required=True, part_of_key=True)
    handed_on: date = field("Handed on", fr="Remise le", required=True, part_of_key=True)
    fingerprint: str | None = refers(DeskPaper, "Wording", fr="Texte")
    officer: str | None = field("Officer", fr="Agent")


@kind("assessment", fr="bilan", en="assessment", centre=True)
@frozen(kw_only=True)
class Assessment:
    """A migrant's answers to an instrument on a day; scores are computed from them, never stored."""

    reference: str = key("Assessment number", fr="Numéro du bilan")
    migrant: str = refers(Migrant, "Migrant", fr="Migrant", required=True)
    instrument: str | None = field("Instrument", fr="Grille")
    fingerprint: str | None = refers(DeskPaper, "Wording", fr="Texte")
    assessed_on: date | None = field("Assessed on", fr="Fait le")
    officer: str | None = field("Officer", fr="Agent")


@kind("assessment_answer", fr="réponse à un bilan", en="answer of an assessment", centre=True)
@frozen(kw_only=True)
class AssessmentAnswer:
    """What was answered to one question of an instrument."""

    assessment: str = refers(Assessment, "Assessment", fr="Bilan", required=True, part_of_key=True)
    question: str = field("Question", fr="Question", required=True, part_of_key=True)
    answer: str | None = field("Answer", fr="Réponse", sensitivity="sensitive")
