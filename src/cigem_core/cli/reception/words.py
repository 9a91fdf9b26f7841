"""The words officers choose from, in French and by their codes, without loading the model for `--help`; a test compares them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cigem_core.text import Text


def _typed(labels: Mapping[str, str]) -> Mapping[str, Text]:
    """Code → the word to type: the label in one piece."""
    return {code: Text(fr=re.sub("[ ']", "-", label), en=code) for code, label in labels.items()}


CONDITIONS = _typed({
    "returning": "de retour", "in-transit": "en transit", "candidate-to-departure": "candidat au départ", "student": "étudiant",
    "resident": "résident", "visitor": "visiteur",
})  # fmt: skip
MEANS = _typed({"flight": "vol", "convoy": "convoi", "boat": "bateau", "train": "train", "other": "autre"})
AIDS = _typed({"meal": "repas", "night": "nuit", "transport": "transport", "kit": "trousse", "cash": "espèces"})
GOALS = _typed({
    "job": "emploi", "training": "formation", "business": "activité propre", "studies": "études",
    "legal-departure": "départ légal", "none-yet": "pas encore",
})  # fmt: skip
RESULTS = _typed({
    "achieved": "réalisé", "partly-achieved": "réalisé en partie", "abandoned": "abandonné", "moved-away": "parti ailleurs",
    "lost-sight-of": "perdu de vue",
})  # fmt: skip
REASONS = _typed({
    "first-reception": "premier accueil", "information": "information", "legal-migration": "migration légale",
    "project": "projet individuel", "referral": "suite d'une orientation", "social": "appui social", "other": "autre",
})  # fmt: skip
REFUSALS = _typed({
    "full": "plus de place", "not-eligible": "conditions non remplies", "papers-missing": "pièces manquantes",
    "out-of-scope": "hors de son domaine", "did-not-come": "ne s'est pas présenté", "declined": "la personne n'en veut plus",
    "other": "autre",
})  # fmt: skip
WAYS = _typed({
    "phone": "téléphone", "letter": "courrier", "message": "message", "visit": "visite", "migrant": "par la personne elle-même",
})  # fmt: skip
SAFE_WAYS = _typed({
    "phone": "par téléphone", "message": "par message seulement", "through-someone": "par une autre personne",
    "visit-only": "seulement au centre", "not-at-all": "ne pas contacter",
})  # fmt: skip
ANSWERS = _typed({"receive": "recevoir", "accept": "accepter", "refuse": "refuser", "begin": "commencer", "finish": "terminer"})
