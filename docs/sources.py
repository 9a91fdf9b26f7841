"""The pages that are made from the code: the dictionary of every field, and the list of what the reference describes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cigem_core.model import (  # noqa: F401  their kinds are listed
    applications,
    arrivals,
    counsel,
    employment,
    projects,
    referrals,
    scholarships,
    training,
    youth,
)
from cigem_core.model.fields import Field, Kind, kinds
from cigem_core.model.participation import PARTICIPATION
from cigem_core.model.referral_life import LIFE
from cigem_core.programmes.reception.groups import PRESENCES
from cigem_core.programmes.scholarships.states import APPLICATION
from cigem_core.sdk import Transitions

LIVES: dict[str, Transitions[Any]] = {
    "Referral, orientation": LIFE,
    "Someone of an announced group, personne d'un groupe annoncé": PRESENCES,
    "Place in a training session, place dans une session": PARTICIPATION,
    "Application, dossier de bourse": APPLICATION,
}
"""What has states, and the table they are folded by."""

MODULES = {
    "Front door": ["cigem_core.workspace", "cigem_core.exchange.services", "cigem_core.store.store"],
    "Writing adapters": [
        "cigem_core.sdk.adapter", "cigem_core.sdk.table", "cigem_core.sdk.declaration", "cigem_core.sdk.lenses",
        "cigem_core.sdk.rules", "cigem_core.sdk.families", "cigem_core.sdk.births",
        "cigem_core.sdk.numbers", "cigem_core.sdk.dates", "cigem_core.sdk.batch", "cigem_core.sdk.hooks",
    ],
    "Formats": [
        "cigem_core.formats.delimited.csv", "cigem_core.formats.delimited.wild", "cigem_core.formats.books.sheets",
        "cigem_core.formats.trees.documents", "cigem_core.formats.trees.submissions", "cigem_core.formats.forms.xlsform",
        "cigem_core.formats.books.workbook", "cigem_core.formats.posts", "cigem_core.formats.rest.api",
        "cigem_core.formats.rest.tokens", "cigem_core.formats.source",
    ],
    "Model": [
        "cigem_core.model.fields", "cigem_core.model.values", "cigem_core.model.codes", "cigem_core.model.identity",
        "cigem_core.model.employment", "cigem_core.model.youth", "cigem_core.model.training", "cigem_core.model.referrals",
        "cigem_core.model.training_acts", "cigem_core.model.participation",
        "cigem_core.model.migrants", "cigem_core.model.arrivals", "cigem_core.model.counsel", "cigem_core.model.projects",
        "cigem_core.model.applications", "cigem_core.model.scholarships",
        "cigem_core.model.axes", "cigem_core.model.conventions", "cigem_core.model.receipts", "cigem_core.model.refs",
        "cigem_core.model.states", "cigem_core.model.indicators", "cigem_core.model.documents",
    ],
    "Training": ["cigem_core.programmes.training.roll_call"],
    "Scholarships": [
        "cigem_core.programmes.scholarships.call", "cigem_core.programmes.scholarships.terms",
        "cigem_core.programmes.scholarships.round",
        "cigem_core.programmes.scholarships.allocation", "cigem_core.programmes.scholarships.desk",
    ],
    "Around": [
        "cigem_core.policy", "cigem_core.report", "cigem_core.errors", "cigem_core.plugins", "cigem_core.scaffold.drafting",
        "cigem_core.testing.laws", "cigem_core.testing.strategies", "cigem_core.text", "cigem_core.spelling",
        "cigem_core.newfiles",
    ],
}  # fmt: skip
"""Where what visitors use lives; nothing is described twice."""


def dictionary() -> str:
    """Every kind and every field, from their declarations."""
    opening = [
        "# Data dictionary",
        "",
        "Every field of every kind the library declares, made from the declarations; a plugin's kinds are in its own pages.",
        "What is *personal* or *sensitive* stands in no journal, log or error, and no drafted sample copies it.",
        "",
    ]
    return "\n".join([*opening, *(line for kind in kinds() if _is_own(kind) for line in _kind(kind))])


def _is_own(kind: Kind) -> bool:
    return kind.python.__module__.startswith("cigem_core.")


def _kind(kind: Kind) -> Iterator[str]:
    yield from (
        f"## {kind.label.en} · {kind.label.fr}",
        "",
        f"`{kind.python.__name__}`, stored as `{kind.name}`. {_said(kind)}",
        "",
    )
    yield from ("| field | English | français | holds | |", "| --- | --- | --- | --- | --- |")
    for field in kind.fields.values():
        yield f"| `{field.name}` | {field.label.en} | {field.label.fr} | {_holds(field)} | {_marks(field)} |"
    yield ""


def _said(kind: Kind) -> str:
    return (kind.python.__doc__ or "").partition("\n")[0]


def _holds(field: Field) -> str:
    """What a field may hold, with the members of its enumeration."""
    if field.codes is not None:
        return " · ".join(str(member) for member in field.codes)
    what = f"key of a `{field.refers_to}`" if field.refers_to else field.value.name
    return f"several: {what}" if field.many else what


def _marks(field: Field) -> str:
    marks = {"key": field.is_key, "required": field.is_required and not field.is_key, "scope": field.is_scope}
    told = [mark for mark, holds in marks.items() if holds]
    return ", ".join(told + ([field.sensitivity] if field.sensitivity != "none" else []))


def reference() -> str:
    """A section for each module visitors use."""
    lines = [
        "# Reference",
        "",
        "What is public, made from the docstrings; the pages before this one say how it goes together.",
        "",
    ]
    for title, modules in MODULES.items():
        lines += [f"## {title}", ""]
        for module in modules:
            lines += [f"### {module}", "", "```{eval-rst}", f".. automodule:: {module}", "```", ""]
    return "\n".join(lines)


def states() -> str:
    """The page of states: of each record that has some, the diagram and the same as a table, both made of its transitions."""
    lines = [
        "# States",
        "",
        "What may happen to a record, and where it leads; an act that no row has is refused, and the possible ones named.",
    ]
    for name, table in LIVES.items():
        lines += ["", f"## {name}", "", "```text", table.diagram(), "```", "", *_rows(table)]
    return "\n".join(lines) + "\n"


def _rows(table: Transitions[Any]) -> Iterator[str]:
    yield "| from | act | to |"
    yield "| --- | --- | --- |"
    for state in type(table.start):
        for act, to in table.moves.get(state, {}).items():
            yield f"| {state.label.fr} | {table.word(act).fr} | {to.label.fr} |"
        if table.is_end(state):
            yield f"| {state.label.fr} | *fin* | |"
