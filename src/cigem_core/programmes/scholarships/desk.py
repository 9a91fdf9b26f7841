"""The desk of scholarships: `centre.scholarships`, a round kept in a workspace, step by step, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from cigem_core.errors import UnknownName, nearest
from cigem_core.model.applications import Application, ScholarshipPayment
from cigem_core.model.bulk import stored
from cigem_core.model.fields import kind_of
from cigem_core.model.scholarships import (
    ApplicationState,
    InstalmentPaid,
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
from cigem_core.programmes.scholarships.files import Applications, Intake, read_file, table_for
from cigem_core.programmes.scholarships.keeping import keep_applications, keep_payments, kept_intake
from cigem_core.programmes.scholarships.order import commit
from cigem_core.programmes.scholarships.payment_file import read_payment_batch
from cigem_core.programmes.scholarships.payments import Balances, Paid, balances
from cigem_core.programmes.scholarships.refusals import (
    after_the_end,
    draws_are_bound,
    follows_by_itself,
    no_draw,
    not_kept,
    not_there,
    not_to_decide,
    say_why,
)
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Decision
from cigem_core.programmes.scholarships.states import AFTER_THE_AWARD, APPLICATION
from cigem_core.programmes.scholarships.vocabulary import Vocabulary, installed_table, mask_of
from cigem_core.sdk.frames import column_of
from cigem_core.store import Store


class Scholarships:
    """Rounds of scholarships: a call is opened, applications come in, are screened, drawn, and paid."""

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store, self._plugins = store, plugins

    def open(self, call: Call | str | Path, *, on: date, by: str) -> Call:
        """Open a call, or amend one that has not closed yet; its digest stands in the journal.

        Raises CallError where it is written wrongly, OperatorError where the one kept has closed or is committed to.
        """
        read = call if isinstance(call, Call) else Call.from_file(call)
        with self._store.acting("open_call", on=on, by=by, call=read.reference, digest=read.digest) as act:
            before = next(iter(act.find(ScholarshipCall, reference=read.reference)), None)
            if before is not None and before.wording_digest != read.digest:
                act.facts["amends"] = before.wording_digest
                if on > Call.from_toml(before.wording).closes or before.committed:
                    raise after_the_end(read.reference)
            committed = before.committed if before else None
            act.keep(
                ScholarshipCall(reference=read.reference, wording=read.text, wording_digest=read.digest, committed=committed)
            )
        return read

    def calls(self) -> list[str]:
        """The references of the calls that are kept."""
        return [one.reference for one in self._store.find(ScholarshipCall)]

    def call(self, reference: str) -> Call:
        """The call of that reference, in the wording that counts; UnknownName proposes the nearest."""
        return Call.from_toml(self._kept(reference).wording)

    def _kept(self, reference: str) -> ScholarshipCall:
        found = self._store.find(ScholarshipCall, reference=reference)
        if not found:
            raise UnknownName(not_kept(reference, nearest(reference, self.calls())))
        return found[0]

    @property
    def _words(self) -> Vocabulary:
        return Vocabulary(installed_table(Application, self._plugins))

    def intake(self, reference: str, *files: Any, on: date, by: str) -> list[Intake]:
        """Take applications in from files, CSV or XLSX: all of them, or none. SourceRefused where one cannot be read."""
        call, words = self.call(reference), self._words
        table, mask = table_for(call, words.table), mask_of(call.fields & words.words.keys())
        batches = [read_file(table, file, mask) for file in files]
        with self._store.acting("intake", on=on, by=by, call=reference) as act:
            numbers = [number for batch in batches for number in batch.accepted["reference"]]
            others = [one for one in act.find(Application, reference=set(numbers)) if one.call != reference]
            if others:
                raise not_there(len(others), reference)
            return [keep_applications(act, batch, reference) for batch in batches]

    def round(self, reference: str) -> Round:
        """The round as it stands: its applications, what officers decided, and who withdrew."""
        call = self.call(reference)
        kind, records = kind_of(Application), self._store.find(Application, call=reference)
        columns = stored(kind, records)
        frame = _frame(kind, columns)
        intake = kept_intake(self._store, Application, reference, len(records))
        decided = self._store.find(ScreeningDecision, call=reference)
        gone = self._store.find(ScholarshipWithdrawal, call=reference)
        return Round(
            call=call,
            applications=Applications.of(frame, call, self._words, intake),
            decisions=tuple(
                Decision(application=one.application, is_eligible=one.eligible, because=one.because) for one in decided
            ),
            withdrawn=tuple(sorted(one.application for one in gone)),
        )

    def decide(self, reference: str, application: str, *, eligible: bool, because: str, on: date, by: str) -> None:
        """Decide of an application whose rules are undetermined, and say why."""
        say_why(because)
        held = self.round(reference)
        decided = {one.application for one in held.decisions}
        if application not in held.screening.to_review and application not in decided:
            raise not_to_decide(application)
        self._check_uncommitted(reference)
        one = ScreeningDecision(call=reference, application=application, eligible=eligible, because=because)
        self._store.keep(one, act="decide", on=on, by=by, call=reference, application=application)

    def commit(self, reference: str, *, on: date, by: str) -> str:
        """Commit to the list of the eligible: the digest to publish before the seed is known."""
        kept, digest = self._kept(reference), self.round(reference).commitment
        if kept.committed not in (None, digest):
            raise draws_are_bound(reference)
        known = evolve(kept, committed=digest)
        self._store.keep(known, act="commit", on=on, by=by, call=reference, digest=digest)
        return digest

    def draw(self, reference: str, seed: str, *, leave_undecided: bool = False, on: date, by: str) -> Draw:
        """Draw, and keep who got which seat. Once the list is committed to, the first seed is the seed."""
        kept = self._kept(reference)
        last = self._last(reference)
        if kept.committed and last is not None and last.seed != seed:
            raise draws_are_bound(reference)
        drawn = self.round(reference).draw(seed, leave_undecided=leave_undecided, committed=kept.committed)
        self._keep_draw(drawn, last, leave_undecided, act="draw", on=on, by=by)
        return drawn

    def withdraw(self, reference: str, *applications: str, because: str | None = None, on: date, by: str) -> Draw | None:
        """Take applications out at their applicants' wish; a draw that was made is made again without them, same seed."""
        held = self.round(reference)
        there = set(held.applications.column("application"))
        if unknown := [number for number in applications if number not in there]:
            raise UnknownName(not_kept(unknown[0], nearest(unknown[0], there)))
        last = self._last(reference)
        gone = [ScholarshipWithdrawal(call=reference, application=number, because=because) for number in applications]
        if last is None:
            self._store.keep(*gone, act="withdraw", on=on, by=by, call=reference)
            return None
        drawn = held.without(*applications).draw(last.seed, leave_undecided=last.undecided_left)
        self._keep_draw(drawn, last, last.undecided_left, gone, act="withdraw", on=on, by=by)
        return drawn

    def awards(self, reference: str) -> Mapping[str, str]:
        """Application → seat, by the last draw; OperatorError where none was made."""
        last = self._last(reference)
        if last is None:
            raise no_draw(reference)
        return {one.application: one.seat for one in self._store.find(ScholarshipAward, call=reference, draw=last.number)}

    def state(self, reference: str, application: str) -> ApplicationState:
        """Where an application stands today; UnknownName where none of that number is kept."""
        held = self.round(reference)
        there = held.applications.column("application")
        if application not in there:
            raise UnknownName(not_kept(application, nearest(application, there)))
        acts = ["deposit", *self._before(reference, held, application)]
        return APPLICATION.fold([*acts, *(one.act for one in self._steps(reference, application))])

    def note(
        self, reference: str, application: str, act: str, *, because: str | None = None, on: date, by: str
    ) -> ApplicationState:
        """Note what became of a scholarship (accept, decline, renew, suspend, graduate, insert, end); the state it leads to.

        Raises OperatorError, naming what is possible, where this is not. Who declines withdraws: the draw is made again.
        """
        after = APPLICATION.after(self.state(reference, application), act, about=application)
        if act not in AFTER_THE_AWARD:
            raise follows_by_itself(act)
        if act == "decline":
            self.withdraw(reference, application, because=because, on=on, by=by)
            return after
        position = len(self._steps(reference, application)) + 1
        step = ScholarshipStep(call=reference, application=application, position=position, act=act, on_day=on, because=because)
        self._store.keep(step, act=act, on=on, by=by, call=reference, application=application)
        return after

    def _steps(self, reference: str, application: str) -> list[ScholarshipStep]:
        found = self._store.find(ScholarshipStep, call=reference, application=application)
        return sorted(found, key=lambda one: one.position)

    def _before(self, reference: str, held: Round, application: str) -> list[str]:
        """The acts that screening and the last draw amount to."""
        screening = held.screening
        if application in screening.refused:
            return ["refuse"]
        if application in screening.to_review:
            return ["hold"]
        acts = ["hold", "admit"] if application in screening.decided else ["admit"]
        if application in held.withdrawn:
            return [*acts, "withdraw"]
        last = self._last(reference)
        if last is None:
            return acts
        return [*acts, "award" if application in self.awards(reference) else "wait"]

    def last_round(self, reference: str) -> tuple[Round, Draw]:
        """The round and its last draw, made again; OperatorError where none was made."""
        last, held = self._last(reference), self.round(reference)
        if last is None:
            raise no_draw(reference)
        return held, held.draw(last.seed, leave_undecided=last.undecided_left)

    def pay(self, reference: str, file: Any, *, on: date, by: str) -> Intake:
        """Take a file of payments in; a line that came before is no second payment."""
        call, table = self.call(reference), installed_table(ScholarshipPayment, self._plugins)
        paid, batch = read_payment_batch(file, call, self.awards(reference), table=table)
        with self._store.acting("pay", on=on, by=by, call=reference) as act:
            return keep_payments(act, batch, reference, paid)

    def payments(self, reference: str) -> tuple[Paid, ...]:
        """What was paid so far."""
        return tuple(
            Paid(application=one.application, payer=one.payer, due_on=one.due_on, paid_on=one.paid_on, units=one.units)
            for one in self._store.find(InstalmentPaid, call=reference)
        )

    def paid_so_far(self, reference: str) -> Intake:
        """What the files of payments came to: lines kept, and those that wait for a correction."""
        return kept_intake(self._store, ScholarshipPayment, reference, len(self.payments(reference)))

    def balances(self, reference: str, *, on: date) -> Balances:
        """How every payer stands with every award on a day."""
        return balances(self.call(reference), self.awards(reference), self.payments(reference), on)

    def _last(self, reference: str) -> ScholarshipDraw | None:
        made = self._store.find(ScholarshipDraw, call=reference)
        return max(made, key=lambda one: one.number, default=None)

    def _check_uncommitted(self, reference: str) -> None:
        if self._kept(reference).committed:
            raise draws_are_bound(reference)

    def _keep_draw(
        self, drawn: Draw, last: ScholarshipDraw | None, left: bool, more: Iterable[Any] = (), *, act: str, on: date, by: str
    ) -> None:
        number = last.number + 1 if last else 1
        reference = drawn.call.reference
        listed = [*(award.application for award in drawn.placed), *(application for application, _ in drawn.waiting)]
        made = ScholarshipDraw(
            call=reference, number=number, seed=drawn.seed, undecided_left=left,
            list_digest=commit(listed), call_digest=drawn.call.digest,
        )  # fmt: skip
        awards = [
            ScholarshipAward(
                call=reference, application=one.application, draw=number, seat=one.seat,
                rank_of_choice=one.rank_of_choice, seat_type=one.seat_type, score=one.score,
            )
            for one in drawn.placed
        ]  # fmt: skip
        self._store.keep(*more, made, *awards, act=act, on=on, by=by, call=reference, seed=drawn.seed)


def _frame(kind: Any, columns: Mapping[str, Any]) -> Any:
    import polars as pl

    return pl.DataFrame([column_of(field, columns[field.name]) for field in kind.fields.values()])
