"""The sessions of a plan on a calendar: a bar from the first day to the last, as full as its places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cigem_core.pages import chart
from cigem_core.programmes.training.plans import CarriedPlan
from cigem_core.programmes.training.settlement import SessionResults
from cigem_core.text import Language, Text

_ROW = 18
"""Height of a session's row, in pixels."""


def sessions_chart(plan: CarriedPlan, results: Sequence[SessionResults], *, on: date | None, language: Language) -> Any:
    """The calendar as a figure; None where no session says its days."""
    bars = [
        {
            "session": f"{one.session} ({len(one.enrolled)}/{plan.sessions[one.session].places or '–'})",
            "begins": f"{one.begins_on}T00:00:00", "ends": f"{one.ends_on}T23:59:59", "state": _state(one, on).in_(language),
        }
        for one in in_order(results)
        if one.begins_on is not None and one.ends_on is not None
    ]  # fmt: skip
    if not bars:
        return None
    told = "; ".join(f"{bar['session']} {bar['begins'][:10]} – {bar['ends'][:10]}" for bar in bars)
    return chart(
        {
            "height": _ROW * len(bars),
            "data": {"values": bars},
            "mark": "bar",
            "encoding": {
                "y": {"field": "session", "type": "nominal", "title": None, "sort": None},
                "x": {"field": "begins", "type": "temporal", "title": None},
                "x2": {"field": "ends"},
                "color": {"field": "state", "type": "nominal", "title": None, "legend": {"orient": "top"}},
            },
        },
        title=Text(fr="Les sessions (inscrits/places)", en="The sessions (enrolled/places)"),
        description=Text(fr=told, en=told),
        language=language,
    )


def in_order(results: Sequence[SessionResults]) -> list[SessionResults]:
    """Sessions by their first days; those without one last."""
    return sorted(results, key=lambda one: (one.begins_on is None, one.begins_on, one.session))


def _state(one: SessionResults, on: date | None) -> Text:
    if one.cancelled_on is not None:
        return Text(fr="annulée", en="cancelled")
    if on is None or (one.begins_on is not None and on < one.begins_on):
        return Text(fr="à venir", en="to come")
    if one.ends_on is not None and one.ends_on < on:
        return Text(fr="finie", en="ended")
    return Text(fr="en cours", en="under way")
