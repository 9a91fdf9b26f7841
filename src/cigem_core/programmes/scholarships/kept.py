"""Rounds that a workspace keeps: the call in the wording that counts, the round as it stands, the last draw, the awards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.applications import Application
from cigem_core.model.bulk import stored
from cigem_core.model.fields import kind_of
from cigem_core.model.scholarships import (
    InstalmentPaid,
    ScholarshipAppeal,
    ScholarshipAward,
    ScholarshipCall,
    ScholarshipDraw,
    ScholarshipStep,
    ScholarshipWithdrawal,
    ScreeningDecision,
)
from cigem_core.plugins import Plugins
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.scholarships.files import Applications
from cigem_core.programmes.scholarships.keeping import kept_intake
from cigem_core.programmes.scholarships.order import commit
from cigem_core.programmes.scholarships.payments import Paid
from cigem_core.programmes.scholarships.readings import reviewed_points
from cigem_core.programmes.scholarships.refusals import draws_are_bound, no_draw, not_kept
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Ruling
from cigem_core.programmes.scholarships.vocabulary import Vocabulary, installed_table
from cigem_core.sdk.frames import column_of
from cigem_core.store import Store


class KeptRounds:
    """What is kept of rounds, read back; and the draw that follows a change, which every step keeps the same way."""

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self.store, self.plugins = store, plugins

    @property
    def words(self) -> Vocabulary:
        """What the country's table of applications can say."""
        return Vocabulary(installed_table(Application, self.plugins))

    def calls(self) -> list[str]:
        """The references of the calls that are kept."""
        return [one.reference for one in self.store.find(ScholarshipCall)]

    def kept(self, reference: str) -> ScholarshipCall:
        """The call as it is kept; UnknownName proposes the nearest."""
        found = self.store.find(ScholarshipCall, reference=reference)
        if not found:
            raise UnknownName(not_kept(reference, nearest(reference, self.calls())))
        return found[0]

    def call(self, reference: str) -> Call:
        """The call of that reference, in the wording that counts."""
        return Call.from_toml(self.kept(reference).wording)

    def round(self, reference: str) -> Round:
        """The round as it stands: its applications, what officers decided, what appeals changed, and who withdrew."""
        call = self.call(reference)
        kind, records = kind_of(Application), self.store.find(Application, call=reference)
        intake = kept_intake(self.store, Application, reference, len(records))
        return Round(
            call=call,
            applications=Applications.of(_frame(kind, stored(kind, records)), call, self.words, intake),
            decisions=tuple(
                Ruling(application=one.application, is_eligible=one.eligible, because=one.because)
                for one in self.store.find(ScreeningDecision, call=reference)
            ),
            withdrawn=tuple(sorted(one.application for one in self.withdrawals(reference))),
            appealed=self._appealed(reference),
            reviewed=reviewed_points(self.store, call),
        )

    def _appealed(self, reference: str) -> dict[str, bool]:
        """Application → whether it stood on the list committed to, for those whose standing appeals changed since."""
        appeals = [one for one in self.store.find(ScholarshipAppeal, call=reference) if one.granted]
        found: dict[str, bool] = {}
        for one in sorted(appeals, key=lambda one: one.granted_as or 0):
            for number, was in [*((n, False) for n in one.joined), *((n, True) for n in one.left)]:
                found.setdefault(number, was)
        return found

    def withdrawals(self, reference: str) -> list[ScholarshipWithdrawal]:
        """Who takes no part any more."""
        return self.store.find(ScholarshipWithdrawal, call=reference)

    def last(self, reference: str) -> ScholarshipDraw | None:
        """The last draw, if any was made."""
        made = self.store.find(ScholarshipDraw, call=reference)
        return max(made, key=lambda one: one.number, default=None)

    def drawn(self, reference: str) -> ScholarshipDraw:
        """The last draw; OperatorError where none was made."""
        last = self.last(reference)
        if last is None:
            raise no_draw(reference)
        return last

    def last_round(self, reference: str) -> tuple[Round, Draw]:
        """The round and its last draw, made again; OperatorError where none was made."""
        last = self.drawn(reference)
        held = self.round(reference)
        return held, held.draw(last.seed, leave_undecided=last.undecided_left)

    def held_seats(self, reference: str) -> dict[str, ScholarshipAward]:
        """Application → what it holds by the last draw; OperatorError where none was made."""
        last = self.drawn(reference)
        return {one.application: one for one in self.store.find(ScholarshipAward, call=reference, draw=last.number)}

    def awards(self, reference: str) -> Mapping[str, str]:
        """Application → seat, by the last draw; OperatorError where none was made."""
        return {number: one.seat for number, one in self.held_seats(reference).items()}

    def steps(self, reference: str) -> dict[str, list[ScholarshipStep]]:
        """Application → what was noted of it since its award, in order."""
        found: dict[str, list[ScholarshipStep]] = {}
        for one in sorted(self.store.find(ScholarshipStep, call=reference), key=lambda one: one.position):
            found.setdefault(one.application, []).append(one)
        return found

    def payments(self, reference: str) -> tuple[Paid, ...]:
        """What was paid so far."""
        return tuple(
            Paid(application=one.application, payer=one.payer, due_on=one.due_on, paid_on=one.paid_on, units=one.units)
            for one in self.store.find(InstalmentPaid, call=reference)
        )

    def check_uncommitted(self, reference: str) -> None:
        """What changes the list is refused once its digest is published."""
        if self.kept(reference).committed:
            raise draws_are_bound(reference)

    def keep_draw(
        self, drawn: Draw, last: ScholarshipDraw | None, left: bool, more: Iterable[Any] = (), *, act: str, on: date, by: str,
        **facts: Any,
    ) -> None:  # fmt: skip
        """Keep a draw with who got which seat, and what else belongs to the act."""
        number, reference = last.number + 1 if last else 1, drawn.call.reference
        before = self.held_seats(reference) if last else {}
        listed = [*(award.application for award in drawn.placed), *(application for application, _ in drawn.waiting)]
        made = ScholarshipDraw(
            call=reference, number=number, seed=drawn.seed, undecided_left=left,
            list_digest=commit(listed), call_digest=drawn.call.digest, drawn_on=on,
        )  # fmt: skip
        term = None if drawn.call.answer_days is None else on + timedelta(days=drawn.call.answer_days)
        awards = [
            ScholarshipAward(
                call=reference, application=one.application, draw=number, seat=one.seat,
                rank_of_choice=one.rank_of_choice, seat_type=one.seat_type, score=one.score,
                answer_by=before[one.application].answer_by if one.application in before else term,
            )
            for one in drawn.placed
        ]  # fmt: skip
        self.store.keep(*more, made, *awards, act=act, on=on, by=by, call=reference, seed=drawn.seed, **facts)


def check_there(held: Round, *numbers: str) -> None:
    """UnknownName, with the nearest, for a number that is no application's."""
    there = held.applications.column("application")
    if unknown := [number for number in numbers if number not in set(there)]:
        raise UnknownName(not_kept(unknown[0], nearest(unknown[0], there)))


def _frame(kind: Any, columns: Mapping[str, Any]) -> Any:
    import polars as pl

    return pl.DataFrame([column_of(field, columns[field.name]) for field in kind.fields.values()])
