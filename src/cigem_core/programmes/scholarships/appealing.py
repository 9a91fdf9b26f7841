"""Appeals that are kept: one step is run again, who would move is listed and kept as told, and only then is it judged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve

from cigem_core.errors import nearest
from cigem_core.model.applications import Application
from cigem_core.model.bulk import built, stored
from cigem_core.model.fields import kind_of
from cigem_core.model.scholarships import ScholarshipAppeal, ScreeningDecision
from cigem_core.programmes.scholarships.appeals import Appeal, Move, appeal_reading, appeal_screening
from cigem_core.programmes.scholarships.files import Applications
from cigem_core.programmes.scholarships.kept import KeptRounds, check_there
from cigem_core.programmes.scholarships.one_cell import read_cell
from cigem_core.programmes.scholarships.refusals import (
    appeal_open,
    no_appeal,
    not_a_cell,
    not_asked_for,
    not_to_decide,
    others_would_move,
    say_why,
)
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.vocabulary import ASKABLE
from cigem_core.sdk.frames import column_of
from cigem_core.sdk.lenses import Column

if TYPE_CHECKING:
    import polars as pl

_ALWAYS_ASKED = {"deposited_on": "deposited_on", "student_number": "student_number"}
"""Fields that may be read again although no call names them."""


def lodge(
    kept: KeptRounds, reference: str, application: str, *, asks: str | None, cell: str | None, eligible: bool | None,
    because: str, on: date, by: str,
) -> Appeal:  # fmt: skip
    """Lodge an appeal, or weigh the open one again: what would follow, and everyone who would move; nothing moves yet.

    Either a field is read again as another cell, or an officer's decision is taken again.
    """
    say_why(because)
    before = open_appeal(kept, reference, application)
    others = [one for one in kept.store.find(ScholarshipAppeal, call=reference) if one.granted is None]
    if waiting := [one for one in others if one.application != application]:
        raise appeal_open(waiting[0].application)
    position = before.position if before else len(_appeals(kept, reference, application)) + 1
    asked = ScholarshipAppeal(
        call=reference, application=application, position=position, against="reading" if asks else "screening",
        asks=asks, cell=cell, eligible=None if asks else eligible, because=because, moves_digest="",
    )  # fmt: skip
    weighed = weigh(kept, asked)
    told = evolve(asked, moves_digest=moves_digest(weighed.moves))
    kept.store.keep(told, act="appeal", on=on, by=by, call=reference, application=application, moves=len(weighed.moves))
    return weighed


def weigh(kept: KeptRounds, appeal: ScholarshipAppeal) -> Appeal:
    """Run again the one step an appeal is against: what would follow today."""
    held, drawn = kept.last_round(appeal.call)
    check_there(held, appeal.application)
    if appeal.asks is None:
        _check_undetermined(held, appeal.application)
        return appeal_screening(held, drawn, appeal.application, eligible=bool(appeal.eligible), because=appeal.because)
    name, value, _ = _read_again(kept, held, appeal.asks, appeal.cell or "")
    return appeal_reading(held, drawn, appeal.application, name, value)


def judge(kept: KeptRounds, reference: str, application: str, *, granted: bool, because: str, on: date, by: str) -> Appeal:
    """Grant an appeal, and draw again under the same seed, or reject it.

    It is granted only while exactly those would move who were listed: otherwise it must be weighed again first.
    """
    say_why(because)
    appeal = open_appeal(kept, reference, application)
    if appeal is None:
        raise no_appeal(application)
    weighed, last = weigh(kept, appeal), kept.drawn(reference)
    if not granted:
        done = evolve(appeal, granted=False, judged_because=because)
        kept.store.keep(done, act="judge", on=on, by=by, call=reference, application=application, outcome="rejected")
        return weighed
    if moves_digest(weighed.moves) != appeal.moves_digest:
        raise others_would_move(application)
    # What came on the list, or off it, is told of a list that was published.
    listed = [one.screening.eligible.keys() for one in (kept.round(reference), weighed.granted)]
    before, after = listed if kept.kept(reference).committed else (set[str](), set[str]())
    rank = sum(one.granted is True for one in kept.store.find(ScholarshipAppeal, call=reference)) + 1
    done = evolve(
        appeal, granted=True, granted_as=rank, judged_because=because,
        joined=tuple(sorted(after - before)), left=tuple(sorted(before - after)),
    )  # fmt: skip
    drawn = weighed.granted.draw(last.seed, leave_undecided=True)
    changes = [done, *_granted(kept, appeal)]
    kept.keep_draw(
        drawn, last, last.undecided_left, changes, act="judge", on=on, by=by, application=application, outcome="granted"
    )  # fmt: skip
    return weighed


def open_appeal(kept: KeptRounds, reference: str, application: str) -> ScholarshipAppeal | None:
    """The appeal of an application that nobody judged yet."""
    return next((one for one in _appeals(kept, reference, application) if one.granted is None), None)


def open_appeals(kept: KeptRounds, reference: str) -> list[ScholarshipAppeal]:
    """Every appeal that nobody judged yet."""
    return [one for one in kept.store.find(ScholarshipAppeal, call=kept.kept(reference).reference) if one.granted is None]


def _appeals(kept: KeptRounds, reference: str, application: str) -> list[ScholarshipAppeal]:
    return kept.store.find(ScholarshipAppeal, call=reference, application=application)


def moves_digest(moves: Iterable[Move]) -> str:
    """Which list of those who would move was told."""
    listed = "".join(f"{one.application}|{one.before or ''}|{one.after or ''}\n" for one in moves)
    return hashlib.sha256(listed.encode()).hexdigest()


def _check_undetermined(held: Round, application: str) -> None:
    """An officer decides where the rules leave something open, and nowhere else."""
    if application not in held.screening.to_review and application not in held.screening.decided:
        raise not_to_decide(application)


def _granted(kept: KeptRounds, appeal: ScholarshipAppeal) -> list[Any]:
    """What is kept of the step that was run again: the decision, or the record as it is read now."""
    if appeal.asks is None:
        return [
            ScreeningDecision(
                call=appeal.call, application=appeal.application, eligible=bool(appeal.eligible), because=appeal.because
            )
        ]
    _, _, there = _read_again(kept, kept.round(appeal.call), appeal.asks, appeal.cell or "")
    kind, records = kind_of(Application), kept.store.find(Application, call=appeal.call, reference=appeal.application)
    columns = {**stored(kind, records), **there}
    return built(kind, columns, height=len(records))


def _read_again(kept: KeptRounds, held: Round, asks: str, cell: str) -> tuple[str, Any, dict[str, list[Any]]]:
    """A cell by the rules every file is read by: the field, its value as calls say it, and as records store it.

    Raises OperatorError where the call does not ask for the field, or the cell cannot stand there.
    """
    askable = {name: ASKABLE[name].field for name in sorted(held.call.fields)} | _ALWAYS_ASKED
    if asks not in askable:
        raise not_asked_for(asks, nearest(asks, askable))
    lens = kept.words.table.lenses[askable[asks]]
    assert isinstance(lens, Column)
    value, remedy = read_cell(lens, cell)
    if remedy is not None:
        raise not_a_cell(lens.header, remedy)
    there = {askable[asks]: [value]}
    return asks, _said(kept, held, there)[asks].to_list()[0], there


def _said(kept: KeptRounds, held: Round, there: dict[str, list[Any]]) -> pl.DataFrame:
    """One application that says nothing but some fields, as calls say them."""
    import polars as pl

    fields = kind_of(Application).fields.values()
    frame = pl.DataFrame([column_of(field, there.get(field.name, [None])) for field in fields])
    return Applications.of(frame, held.call, kept.words).frame
