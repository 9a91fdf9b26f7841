"""What the journal's acts and facts are called by people; the codes stand in `--json`."""

from __future__ import annotations

from cigem_core.text import Text

ACTS = {
    code: Text(fr=fr, en=en)
    for code, fr, en in (
        ("add-step", "étape ajoutée", "step added"),
        ("amend-arrival", "groupe précisé", "arrival amended"),
        ("amend-file", "dossier précisé", "file amended"),
        ("announce", "groupe annoncé", "arrival announced"),
        ("answer-later", "réponse ultérieure", "later answer"),
        ("answer-referral", "réponse à une orientation", "referral answered"),
        ("appeal", "recours", "appeal"),
        ("assess", "bilan", "assessment"),
        ("assign_review", "dossiers confiés", "reviews assigned"),
        ("attach", "fiche rattachée", "record attached"),
        ("backup", "sauvegarde", "backup"),
        ("certify", "attestations", "certificates"),
        ("close-project", "projet clos", "project closed"),
        ("commit", "engagement publié", "commitment"),
        ("confirm-service", "prestation confirmée", "service confirmed"),
        ("corrections", "corrections écrites", "corrections written"),
        ("decide", "décision", "decision"),
        ("deliver", "remise", "delivery"),
        ("detach", "fiche détachée", "record detached"),
        ("dismiss", "anomalies closes", "entries dismissed"),
        ("do-step", "étape faite", "step done"),
        ("draw", "tirage", "draw"),
        ("drop-step", "étape retirée", "step dropped"),
        ("end-situation", "situation finie", "situation ended"),
        ("export", "export", "export"),
        ("follow-up", "suivi", "follow-up"),
        ("fund", "financement", "funding"),
        ("give", "aide donnée", "aid given"),
        ("hand", "remise d'une fiche", "sheet handed"),
        ("hours", "heures", "hours"),
        ("install", "convention installée", "convention installed"),
        ("intake", "candidatures reçues", "applications taken in"),
        ("join", "dossiers réunis", "files joined"),
        ("judge", "recours jugé", "appeal judged"),
        ("lapse", "délais passés", "lapsed"),
        ("leave", "départ", "departure"),
        ("load-services", "prestations chargées", "services loaded"),
        ("miss", "absence", "absence"),
        ("moderate", "notes arbitrées", "scores settled"),
        ("name-passengers", "passagers nommés", "passengers named"),
        ("open", "espace de travail ouvert", "workspace opened"),
        ("open-file", "dossier ouvert", "file opened"),
        ("open-plan", "plan ouvert", "plan opened"),
        ("open-project", "projet ouvert", "project opened"),
        ("open_call", "appel ouvert", "call opened"),
        ("part", "dossiers séparés", "files parted"),
        ("pay", "paiement", "payment"),
        ("publish", "publication", "publication"),
        ("pull", "réception", "received"),
        ("push", "transmission", "handed over"),
        ("readdress", "nouvelle adresse", "readdressed"),
        ("reading_sheets", "feuilles de lecture", "reading sheets"),
        ("readings", "lectures", "readings"),
        ("receive", "accueil", "reception"),
        ("refer", "orientation", "referral"),
        ("renew", "renouvellement", "renewal"),
        ("restore", "restauration", "restored"),
        ("results", "résultats", "results"),
        ("revise-project", "projet revu", "project revised"),
        ("revoke", "attestation révoquée", "certificate revoked"),
        ("roll-call", "feuille de présence", "roll call"),
        ("sent", "envoi", "sent"),
        ("situate", "situation notée", "situation noted"),
        ("visit", "visite", "visit"),
        ("withdraw", "retrait", "withdrawn"),
        ("withdraw-referral", "orientation retirée", "referral withdrawn"),
    )
}
"""Act → what it is called."""

FACTS = {
    "agency": Text(fr="structure", en="agency"),
    "convention": Text(fr="convention", en="convention"),
    "clause": Text(fr="clause", en="clause"),
    "referral": Text(fr="orientation", en="referral"),
    "entries": Text(fr="anomalies", en="entries"),
    "kept": Text(fr="gardé", en="kept"),
    "pending": Text(fr="en attente", en="pending"),
    "parcels": Text(fr="envois", en="parcels"),
    "because": Text(fr="motif", en="because"),
    "rows": Text(fr="lignes", en="rows"),
}
"""What an officer looks for in a line."""


COUNTS = {
    "new": Text(fr="nouveau", en="new"),
    "changed": Text(fr="modifié", en="changed"),
    "unchanged": Text(fr="inchangé", en="unchanged"),
    "records": Text(fr="n°", en="no."),
}
"""What is said of the records that were kept."""


def act_called(code: str) -> Text:
    """What an act is called; its code where nobody named it."""
    return ACTS.get(code) or Text(fr=code, en=code)
