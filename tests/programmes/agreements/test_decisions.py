"""Whether a field may cross on a day, decided by the gate and by others who know nothing of it: a few lines, and Cedar."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scale import is_long, many
from wordings_made import DAYS, FIRST, FOURTH, KINDS, wordings

from cigem_core.errors import ConventionError
from cigem_core.model.axes import AXES
from cigem_core.model.conventions import Convention
from cigem_core.model.fields import Kind
from cigem_core.model.standing import ConventionAct, standing
from cigem_core.policy import permit

DIRECTIONS = ("pull", "push", "onward")
Asked = tuple[str, str, Kind, str, date]
"""Direction, axis, kind, field, day."""


@st.composite
def histories(draw) -> list[Convention]:
    """The wordings of one convention with where it stands: amended, suspended, resumed, ended."""
    first = draw(wordings())
    made = {first.counts_from: first}
    for _ in range(draw(st.integers(0, 3))):
        one = evolve(draw(wordings()), begins=first.begins, ends=first.ends)
        effect = max(first.begins, one.counts_from)
        made.setdefault(effect, evolve(one, takes_effect=effect))
    days = sorted(draw(st.lists(DAYS, max_size=4, unique=True)))
    acts = [ConventionAct(convention="C-1", deed=("suspend", "resume")[at % 2], on=day) for at, day in enumerate(days)]
    if draw(st.booleans()):
        acts.append(ConventionAct(convention="C-1", deed="terminate", on=draw(DAYS), until=draw(st.none() | DAYS)))
    return [evolve(one, standing=standing(acts)) for one in made.values()]


def decided(history: Sequence[Convention], asked: Asked) -> bool:
    direction, axis, kind, name, on = asked
    try:
        granted = permit(history, agency="chambre", direction=direction, on=on, axis=axis, kinds=[kind])
    except ConventionError:
        return False
    return granted.mask.permits(kind, name)


def reckoned(history: Sequence[Convention], asked: Asked) -> bool:
    """The same from what the documents say, word for word: the last wording, its days, and the last entry that speaks of it."""
    direction, axis, kind, name, on = asked
    in_effect = [one for one in history if (one.takes_effect or one.begins) <= on]
    if not in_effect:
        return False
    now = max(in_effect, key=lambda one: one.takes_effect or one.begins)
    if on < now.begins or (now.ends and on > now.ends) or (now.standing.terminated and on > now.standing.terminated):
        return False
    if any(s.begins <= on and (s.resumed is None or on < s.resumed) for s in now.standing.suspensions):
        return False
    for clause in now.clauses:
        if clause.direction == direction and clause.axis == axis:
            said = [e for e in clause.fields.get(kind.name, ()) if e.lstrip("!") in ("*", name, name.rpartition(".")[0] or "*")]
            if said and not said[-1].startswith("!"):
                return True
    return False


def questions(history: Sequence[Convention], seed: int, number: int) -> list[Asked]:
    """Questions that meet the days on which something changes as often as others."""
    pick = random.Random(seed)
    edges = [one.counts_from for one in history] + [d for one in history for d in (one.begins, one.ends) if d]
    edges += [d for s in history[0].standing.suspensions for d in (s.begins, s.resumed) if d]
    axes = [str(axis) for axis in (*AXES, FOURTH.axis)] + [str(c.axis) for one in history for c in one.clauses] * 3
    asked = []
    for _ in range(number):
        kind = pick.choice(KINDS)
        day = pick.choice(edges) + timedelta(days=pick.choice([-1, 0, 1, 40])) if pick.random() < 0.6 else _day(pick)
        asked.append((pick.choice(DIRECTIONS), pick.choice(axes), kind, pick.choice(list(kind.fields)), day))
    return asked


def _day(pick: random.Random) -> date:
    return FIRST + timedelta(days=pick.randrange(1_200))


@settings(max_examples=many(12, long=2_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.integers(0, 1 << 30))
def test_the_gate_decides_as_the_documents_say(history, seed):
    asked = questions(history, seed, 50)

    assert [decided(history, one) for one in asked] == [reckoned(history, one) for one in asked]


def policies(history: Sequence[Convention]) -> str:
    """The history as Cedar policies: each entry permits what no later entry of its clause forbids, while its wording decides."""
    ordered = sorted(history, key=lambda one: one.counts_from)
    written = []
    for at, one in enumerate(ordered):
        until = ordered[at + 1].counts_from.toordinal() if at + 1 < len(ordered) else 10**7
        lasts = min(d.toordinal() for d in (one.ends, one.standing.terminated, date.max) if d)
        while_it = f"context.day >= {one.counts_from.toordinal()} && context.day < {until} && context.day <= {lasts}"
        for clause in one.clauses:
            for kind, entries in clause.fields.items():
                for n, entry in enumerate(entries):
                    if not entry.startswith("!"):
                        later = "".join(f" && !(resource in {_entity(kind, e[1:])})" for e in entries[n + 1 :] if e[0] == "!")
                        asked = f'principal == Agency::"chambre", action == Action::"{clause.direction}"'
                        when = f'context.axis == "{clause.axis}" && {while_it}{later}'
                        written.append(f"permit({asked}, resource in {_entity(kind, entry)}) when {{ {when} }};")
    for pause in ordered[0].standing.suspensions:
        ends = pause.resumed.toordinal() if pause.resumed else 10**7
        written.append(
            f"forbid(principal, action, resource) when {{ context.day >= {pause.begins.toordinal()} && context.day < {ends} }};"
        )
    return "\n".join(written)


def _entity(kind: str, entry: str) -> str:
    return f'Kind::"{kind}"' if entry == "*" else f'Part::"{kind}/{entry}"'


ENTITIES = [
    *({"uid": {"type": "Kind", "id": kind.name}, "attrs": {}, "parents": []} for kind in KINDS),
    *(
        {"uid": {"type": "Part", "id": f"{kind.name}/{group}"}, "attrs": {}, "parents": [{"type": "Kind", "id": kind.name}]}
        for kind in KINDS
        for group in {name.rpartition(".")[0] for name in kind.fields} - {""}
    ),
    *(
        {
            "uid": {"type": "Part", "id": f"{kind.name}/{name}"}, "attrs": {},
            "parents": [{"type": "Part", "id": f"{kind.name}/{name.rpartition('.')[0]}"} if "." in name
                        else {"type": "Kind", "id": kind.name}],
        }
        for kind in KINDS
        for name in kind.fields
    ),
]  # fmt: skip


@settings(max_examples=many(4, long=1_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.integers(0, 1 << 30))
def test_the_gate_decides_as_cedar_does(history, seed):
    """An engine of others, told the same conventions in its own language: 100,000 decisions in the long run."""
    cedarpy = pytest.importorskip("cedarpy")
    asked = questions(history, seed, 100 if is_long() else 25)
    requests = [
        {
            "principal": 'Agency::"chambre"', "action": f'Action::"{direction}"', "resource": f'Part::"{kind.name}/{name}"',
            "context": {"axis": axis, "day": on.toordinal()},
        }
        for direction, axis, kind, name, on in asked
    ]  # fmt: skip

    answers = cedarpy.is_authorized_batch(requests, policies(history), json.dumps(ENTITIES))

    assert [answer.allowed for answer in answers] == [decided(history, one) for one in asked]
    assert not any(answer.diagnostics.errors for answer in answers)


def test_an_amendment_decides_nothing_before_it_takes_effect():
    """Alone in a workspace too: who has only the amendment has no wording for the days before."""
    alone = evolve(
        wordings_example(), begins=date(2009, 6, 12), ends=None, takes_effect=date(2010, 1, 1), amends="avenant n° 1"
    )  # fmt: skip
    asked = ("pull", "training", KINDS[0], "reference")

    assert [decided([alone], (*asked, day)) for day in (date(2009, 12, 31), date(2010, 1, 1))] == [False, True]


def wordings_example() -> Convention:
    return Convention.from_toml("""
reference = "C-1"
title = {fr = "Convention", en = "Convention"}
agency = {code = "chambre", name = {fr = "Chambre", en = "Chamber"}}
begins = 2009-06-12
signed = {on = 2009-06-12, certainty = "stated"}

[[clause]]
article = "art. 4"
axis = "training"
direction = "pull"
fields.job_seeker = "*"
""")
