"""Why a file was not read: a word that can cross from one process to another, and its sentence."""

from __future__ import annotations

from typing import Literal

from cigem_core.text import Text

Reason = Literal["broken", "kind", "locked", "doctype", "deep", "large", "bomb", "sparse", "cell", "time"]


class Unreadable(Exception):
    """A file that is not read, and the word for why; nothing of its content is said."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def sentence(reason: str, name: str) -> Text:
    """What is wrong with a file, and what to do."""
    fr, en = _SENTENCES.get(reason, _SENTENCES["broken"])
    return Text(fr=f"{name} : {fr}", en=f"{name}: {en}")


_SENTENCES = {
    "broken": (
        "ce fichier est endommagé ; l'enregistrer à nouveau et le renvoyer",
        "this file is damaged; save it again and send it again",
    ),
    "kind": (
        "ce n'est pas un classeur XLSX, XLSM, XLS ou ODS ; l'enregistrer au format XLSX",
        "this is no XLSX, XLSM, XLS or ODS workbook; save it as XLSX",
    ),
    "locked": (
        "ce fichier demande un mot de passe ; l'enregistrer sans mot de passe",
        "this file asks for a password; save it without one",
    ),
    "doctype": (
        "le XML déclare un type de document (DOCTYPE), ce qui n'est pas admis ; l'enregistrer à nouveau",
        "its XML declares a document type (DOCTYPE), which is not allowed; save it again",
    ),
    "deep": (
        "ce fichier est imbriqué trop profondément pour être lu",
        "this file is nested too deeply to be read",
    ),
    "large": (
        "ce fichier demande plus de mémoire qu'il n'en est permis ; l'envoyer en plusieurs fois",
        "this file takes more memory than is allowed; send it in several files",
    ),
    "bomb": (
        "ce fichier compressé se déploie démesurément ; l'enregistrer à nouveau",
        "this compressed file unfolds out of all proportion; save it again",
    ),
    "sparse": (
        "des cellules sont trop éloignées des autres ; supprimer les lignes et colonnes inutiles, puis l'enregistrer",
        "some cells stand too far from the others; delete the rows and columns that are not needed, and save it",
    ),
    "cell": (
        "une cellule est trop longue pour être lue ; la raccourcir",
        "one cell is too long to be read; shorten it",
    ),
    "time": (
        "la lecture de ce fichier a pris plus de temps qu'il n'en est permis ; l'envoyer en plusieurs fois",
        "reading this file took longer than is allowed; send it in several files",
    ),
}
