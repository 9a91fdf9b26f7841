"""Applications as answers to a form of KoboToolbox or ODK, and the form itself, written for one call.

The form asks what the call asks for and nothing else: its seats are the choices, its documents are ticked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cigem_bourses.words import SERIES, SITUATIONS
from cigem_core import Application, Sex
from cigem_core.scholarships import Call, piece_key
from cigem_core.sdk import Sheet, Submissions, Table, column, columns, fold, write_workbook, writing_new
from cigem_mali import MALI_2009, PHONES

DAY = "yyyy-mm-dd"

_BIRTH = columns(date="naissance", year="annee_naissance", approximate="environ")

answers = Table(Application, Submissions("dossiers*.*", resource="dossiers"), {
    "reference":            column("dossier").required(),
    "deposited_on":         column("depot").date(DAY).required(),
    "identity.family_name": column("nom").required(),
    "identity.given_names": column("prenoms").required(),
    "identity.sex":         column("sexe").codes({"M": Sex.MALE, "F": Sex.FEMALE}),
    "identity.birth":       _BIRTH.birth(DAY, yes="oui", no="non"),
    "residence.region":     column("region").codelist(MALI_2009, written="code"),
    "residence.district":   column("cercle"),
    "identity.phones":      column("telephone").phone(PHONES),
    "student_number":       column("matricule"),
    "series":               column("serie").one_of(*SERIES),
    "certified_in":         column("annee_bac").year(),
    "mean":                 column("moyenne").decimal(".", minimum=0, maximum=20),
    "repeats":              column("redoublements").number(minimum=0),
    "social":               column("situation").words(" ", of=SITUATIONS),
    "pieces":               column("pieces").words(" "),
    "choices.first":        column("choix_1"),
    "choices.second":       column("choix_2"),
    "choices.third":        column("choix_3"),
    "choices.fourth":       column("choix_4"),
    "choices.fifth":        column("choix_5"),
})  # fmt: skip


def write_form(call: Call, to: str | Path) -> Path:
    """Write the XLSForm of one call, to be put on KoboToolbox or ODK; OperatorError where the file is there already.

    A form that comes home as `dossiers.json` is read like any other file of applications.
    """
    path = Path(to)
    with writing_new(path, 0o666):
        write_workbook(path, [_survey(call), _choices(call), _settings(call)])
    return path


_COLUMNS = (
    "type", "name", "label::Français (fr)", "hint::Français (fr)", "required", "relevant", "constraint",
    "constraint_message::Français (fr)",
)  # fmt: skip


def _survey(call: Call) -> Sheet:
    rows = [
        _row("text", "dossier", "N° dossier", required=True),
        _row("date", "depot", "Date de dépôt", required=True),
        _row("text", "nom", "Nom", required=True),
        _row("text", "prenoms", "Prénom(s)", required=True),
        _row("text", "matricule", "N° matricule"),
    ]
    for name, asked in _QUESTIONS.items():
        if name in call.fields:
            rows += asked
    rows += [_row("select_one siege", f"choix_{n}", f"Choix {n}", required=n == 1) for n in range(1, 6)]
    return Sheet(name="survey", header=_COLUMNS, rows=rows)


def _row(
    kind: str, name: str, label: str, *, hint: str = "", required: bool = False, relevant: str = "",
    bounds: tuple[str, str] = ("", ""),
) -> tuple[str, ...]:  # fmt: skip
    return kind, name, label, hint, "yes" if required else "", relevant, *bounds


_QUESTIONS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "sex": [_row("select_one sexe", "sexe", "Sexe")],
    "birth": [
        _row("date", "naissance", "Date de naissance", hint="La laisser vide si seule l'année est connue"),
        _row("integer", "annee_naissance", "Année de naissance", relevant="${naissance} = ''"),
        _row("select_one oui_non", "environ", "L'année est-elle approximative ?", relevant="${annee_naissance} != ''"),
    ],
    "region": [_row("select_one region", "region", "Région")],
    "bac_series": [_row("select_one serie", "serie", "Série du bac")],
    "bac_year": [_row("integer", "annee_bac", "Année du bac")],
    "bac_mean": [_row("decimal", "moyenne", "Moyenne du bac", bounds=(". >= 0 and . <= 20", "De 0 à 20"))],
    "repeats": [_row("integer", "redoublements", "Redoublements", bounds=(". >= 0", "0 ou plus"))],
    "social": [_row("select_multiple situation", "situation", "Situation sociale")],
    "pieces": [_row("select_multiple piece", "pieces", "Pièces du dossier")],
}


def _choices(call: Call) -> Sheet:
    lists: dict[str, Mapping[str, str]] = {
        "siege": {seat.code: f"{seat.title.fr} ({seat.country})" for seat in call.seats},
        "sexe": {"F": "Femme", "M": "Homme"},
        "oui_non": {"oui": "Oui", "non": "Non"},
        "region": {code.code: code.name for code in MALI_2009.by_code.values()},
        "serie": {one: one for one in SERIES},
        "situation": {one: one.capitalize() for one in SITUATIONS},
        "piece": {piece_key(one): one for one in call.pieces},
    }
    rows = [(listed, name, label) for listed, words in lists.items() for name, label in words.items()]
    return Sheet(name="choices", header=("list_name", "name", "label::Français (fr)"), rows=rows)


def _settings(call: Call) -> Sheet:
    header = ("form_title", "form_id", "version", "default_language")
    return Sheet(name="settings", header=header, rows=[(call.title.fr, _id_of(call), call.digest[:12], "Français (fr)")])


def _id_of(call: Call) -> str:
    """The call's reference as forms name themselves: letters, digits and underscores."""
    return "dossiers_" + re.sub(r"[^a-z0-9]+", "_", fold(call.reference)).strip("_")
