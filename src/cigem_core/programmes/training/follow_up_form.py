"""The form that asks where people stand, for KoboToolbox or ODK: written for one plan, its answers read as the list's rows are.

It knows people by their enrolment number alone: names and telephones stay on the list, and leave for no server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from cigem_core.formats.books.workbook import Sheet, write_workbook
from cigem_core.model.training_acts import LaterStanding
from cigem_core.newfiles import PLAIN, writing_new
from cigem_core.sdk.lenses import column
from cigem_core.spelling import fold

LENSES = {
    "enrolment":   column("inscription").reference().required(),
    "months":      column("mois").number(minimum=1, maximum=60).required(),
    "standing":    column("situation").codes({one.value: one for one in LaterStanding}),
    "answered_on": column("repondu_le").date("yyyy-mm-dd"),
}  # fmt: skip
"""How an answer is read."""

_LABEL = "label::Français (fr)"
_COLUMNS = ("type", "name", _LABEL, "hint::Français (fr)", "required", "constraint", "constraint_message::Français (fr)")


def write_follow_up_form(plan: str, months: Iterable[int], to: Path) -> Path:
    """Write the XLSForm for a plan, by its number, and the months after which it asks; OperatorError where the file is there."""
    survey = [
        ("text", "inscription", "N° d'inscription", "Celui de la liste à joindre", "yes", "", ""),
        ("select_one mois", "mois", "Combien de mois après la fin de la session ?", "", "yes", "", ""),
        ("select_one situation", "situation", "Situation", "", "yes", "", ""),
        ("date", "repondu_le", "Répondu le", "", "yes", ". <= today()", "Aujourd'hui au plus tard"),
    ]
    lists: dict[str, Mapping[str, str]] = {
        "mois": {str(many): f"{many} mois" for many in sorted(set(months))},
        "situation": {one.value: one.label.fr.capitalize() for one in LaterStanding},
    }
    choices = [(listed, name, label) for listed, words in lists.items() for name, label in words.items()]
    number = re.sub(r"[^a-z0-9]+", "_", fold(plan)).strip("_")
    settings = (f"Suivi de l'insertion, plan {plan}", f"suivi_{number}", "1", "Français (fr)")
    with writing_new(to, PLAIN):
        write_workbook(to, [
            Sheet(name="survey", header=_COLUMNS, rows=survey),
            Sheet(name="choices", header=("list_name", "name", _LABEL), rows=choices),
            Sheet(name="settings", header=("form_title", "form_id", "version", "default_language"), rows=[settings]),
        ])  # fmt: skip
    return to
