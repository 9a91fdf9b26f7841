"""The desk of scholarships: `centre.scholarships`, a round kept in a workspace, step by step, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from cigem_core.formats.source import Source
from cigem_core.model.applications import Application, ScholarshipPayment
from cigem_core.model.scholarships import ApplicationState, ScholarshipAppeal, ScholarshipCall, ScreeningDecision
from cigem_core.plugins import Plugins
from cigem_core.programmes.scholarships import answering, appealing, renewing, reviewing
from cigem_core.programmes.scholarships.appeals import Appeal, Move
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.draw import Draw
from cigem_core.programmes.scholarships.files import Intake, read_files, table_for
from cigem_core.programmes.scholarships.handing_over import orders_of, statement_of
from cigem_core.programmes.scholarships.keeping import keep_applications, keep_payments, kept_intake
from cigem_core.programmes.scholarships.kept import KeptRounds, check_there
from cigem_core.programmes.scholarships.mending import write_corrections_of
from cigem_core.programmes.scholarships.orders import InstalmentDue
from cigem_core.programmes.scholarships.payment_file import read_payment_batch
from cigem_core.programmes.scholarships.payments import Balances, Paid, balances
from cigem_core.programmes.scholarships.refusals import after_the_end, draws_are_bound, not_there, not_to_decide, say_why
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.standing import standing, standings
from cigem_core.programmes.scholarships.vocabulary import installed_table, mask_of
from cigem_core.sdk.table import Table
from cigem_core.store import Store


class Scholarships:
    """Rounds of scholarships: a call is opened, applications come in, are screened, drawn, answered, and paid.

    A call is named by its reference; UnknownName proposes the nearest where none of that reference is kept.
    """

    def __init__(self, store: Store, plugins: Plugins) -> None:
        self._store, self._plugins = store, plugins
        self._rounds = KeptRounds(store, plugins)

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
        return self._rounds.calls()

    def call(self, reference: str) -> Call:
        """The call of that reference, in the wording that counts."""
        return self._rounds.call(reference)

    def round(self, reference: str) -> Round:
        """The round as it stands: its applications, what officers decided, what appeals changed, and who withdrew."""
        return self._rounds.round(reference)

    def intake(self, reference: str, *files: Any, on: date, by: str) -> list[Intake]:
        """Take applications in from files, CSV or XLSX, or as they come home corrected: all of them, or none.

        Raises SourceRefused where one cannot be read, OperatorError once the list is committed to.
        """
        self._rounds.check_uncommitted(reference)
        call, mask = self.call(reference), mask_of(self.call(reference).fields & self._rounds.words.words.keys())
        batches = [one for file in files for one in read_files(table_for(call, self._table(file)), file, mask)]
        with self._store.acting("intake", on=on, by=by, call=reference) as act:
            numbers = [number for batch in batches for number in batch.accepted["reference"]]
            others = [one for one in act.find(Application, reference=set(numbers)) if one.call != reference]
            if others:
                raise not_there(len(others), reference)
            return [keep_applications(act, batch, call) for batch in batches]

    def corrections(self, reference: str, folder: str | Path, *, on: date, by: str) -> dict[str, Path]:
        """Write the rows that must be mended, a workbook for each file they came in; mended, it is taken in like any other."""
        return write_corrections_of(self._rounds, reference, folder, on=on, by=by)

    def _table(self, file: Any) -> Table:
        """The table of applications that such a file holds: rows, or answers to a form."""
        return installed_table(Application, self._plugins, file=Source.of(file).name)

    def decide(self, reference: str, application: str, *, eligible: bool, because: str, on: date, by: str) -> None:
        """Decide of an application whose rules are undetermined, and say why."""
        say_why(because)
        held = self.round(reference)
        decided = {one.application for one in held.decisions}
        if application not in held.screening.to_review and application not in decided:
            check_there(held, application)
            raise not_to_decide(application)
        self._rounds.check_uncommitted(reference)
        one = ScreeningDecision(call=reference, application=application, eligible=eligible, because=because)
        self._store.keep(one, act="decide", on=on, by=by, call=reference, application=application)

    def assign_review(
        self, reference: str, reviewers: Mapping[str, AbstractSet[str]], *, seed: str, on: date, by: str
    ) -> dict[str, tuple[str, ...]]:
        """Draw who reads which eligible application: under conflicts (reviewer → whom they may not read), with an even load."""
        return reviewing.assign_review(self._rounds, reference, reviewers, seed=seed, on=on, by=by)

    def reading_sheets(self, reference: str, folder: str | Path, *, on: date, by: str) -> dict[str, Path]:
        """Write what each reviewer is to read, blind where the call says so; filled in, `readings` takes it in."""
        return reviewing.write_reading_sheets(self._rounds, reference, folder, on=on, by=by)

    def readings(self, reference: str, file: Any, *, on: date, by: str) -> Intake:
        """Take a file of points in; points that were given are never altered."""
        return reviewing.take_readings(self._rounds, reference, file, on=on, by=by)

    def review(self, reference: str) -> reviewing.ReviewReport:
        """How far the review is, what is to be moderated, and how severe each reviewer is."""
        return reviewing.review_report(self._rounds, reference)

    def moderate(self, reference: str, application: str, reviewer: str, *, on: date, by: str) -> None:
        """Hand an application whose readings lie too far apart to a further reviewer."""
        reviewing.moderate(self._rounds, reference, application, reviewer, on=on, by=by)

    def commit(self, reference: str, *, on: date, by: str) -> str:
        """Commit to the list of the eligible: the digest to publish before the seed is known."""
        kept, digest = self._rounds.kept(reference), self.round(reference).commitment
        if kept.committed not in (None, digest):
            raise draws_are_bound(reference)
        known = evolve(kept, committed=digest)
        self._store.keep(known, act="commit", on=on, by=by, call=reference, digest=digest)
        return digest

    def draw(self, reference: str, seed: str, *, leave_undecided: bool = False, on: date, by: str) -> Draw:
        """Draw, and keep who got which seat. Once the list is committed to, the first seed is the seed."""
        kept = self._rounds.kept(reference)
        last = self._rounds.last(reference)
        if kept.committed and last is not None and last.seed != seed:
            raise draws_are_bound(reference)
        drawn = self.round(reference).draw(seed, leave_undecided=leave_undecided, committed=kept.committed)
        self._rounds.keep_draw(drawn, last, leave_undecided, act="draw", on=on, by=by)
        return drawn

    def withdraw(self, reference: str, *applications: str, because: str | None = None, on: date, by: str) -> Draw | None:
        """Take applications out at their applicants' wish; a draw that was made is made again without them, same seed."""
        return answering.withdraw(self._rounds, reference, *applications, because=because, on=on, by=by)

    def has_drawn(self, reference: str) -> bool:
        """Whether a draw was made."""
        return self._rounds.last(reference) is not None

    def awards(self, reference: str) -> Mapping[str, str]:
        """Application → seat, by the last draw; OperatorError where none was made."""
        return self._rounds.awards(reference)

    def last_round(self, reference: str) -> tuple[Round, Draw]:
        """The round and its last draw, made again; OperatorError where none was made."""
        return self._rounds.last_round(reference)

    def state(self, reference: str, application: str) -> ApplicationState:
        """Where an application stands today; UnknownName where none of that number is kept."""
        return standing(self._rounds, reference, application)

    def states(self, reference: str) -> dict[str, ApplicationState]:
        """Application → where it stands today, by number."""
        return standings(self._rounds, reference)

    def terms(self, reference: str) -> dict[str, date | None]:
        """Award → the day by which it is to be answered; None where the call sets no term."""
        return {number: one.answer_by for number, one in sorted(self._rounds.held_seats(reference).items())}

    def note(
        self, reference: str, application: str, act: str, *, because: str | None = None, on: date, by: str
    ) -> ApplicationState:
        """Note what became of a scholarship (accept, decline, renew, suspend, graduate, insert, end); the state it leads to.

        Raises OperatorError, naming what is possible, where this is not, or where the term of the answer has passed. Who
        declines withdraws: the draw is made again.
        """
        return answering.note(self._rounds, reference, application, act, because=because, on=on, by=by)

    def lapse(self, reference: str, *, on: date, by: str) -> tuple[list[str], tuple[Move, ...]]:
        """Let the awards lapse that nobody answered by their day, and draw again: which, and who moves by it."""
        return answering.lapse(self._rounds, reference, on=on, by=by)

    def appeal(
        self,
        reference: str,
        application: str,
        *,
        asks: str | None = None,
        cell: str | None = None,
        eligible: bool | None = None,
        because: str,
        on: date,
        by: str,
    ) -> Appeal:
        """Lodge an appeal: `asks` a field to be read again as `cell`, or else an officer's decision to be `eligible`.

        One step is run again, and everyone who would move is listed; nothing moves before it is judged.
        """
        return appealing.lodge(
            self._rounds, reference, application, asks=asks, cell=cell, eligible=eligible, because=because, on=on, by=by
        )

    def appeals(self, reference: str) -> list[tuple[ScholarshipAppeal, Appeal]]:
        """The appeals that nobody judged yet, each with what would follow today."""
        return [(one, appealing.weigh(self._rounds, one)) for one in appealing.open_appeals(self._rounds, reference)]

    def judge(self, reference: str, application: str, *, granted: bool, because: str, on: date, by: str) -> Appeal:
        """Grant an appeal, and draw again under the same seed, or reject it; OperatorError where others would move by now."""
        return appealing.judge(self._rounds, reference, application, granted=granted, because=because, on=on, by=by)

    def renew(self, reference: str, file: Any, *, on: date, by: str) -> tuple[list[renewing.Renewed], Intake]:
        """Take a year's results in and renew, or suspend, by the call's rule; results that came before change nothing."""
        return renewing.renew(self._rounds, reference, file, on=on, by=by)

    def orders(self, reference: str, *, on: date) -> dict[str, list[InstalmentDue]]:
        """Payer → what it has to pay by a day, of the scholarships that go on."""
        return orders_of(self._rounds, reference, on=on)

    def statement(self, reference: str, application: str, *, on: date) -> list[InstalmentDue]:
        """Every instalment of one award, with what was paid of it by a day; UnknownName where it is none."""
        return statement_of(self._rounds, reference, application, on=on)

    def pay(self, reference: str, file: Any, *, on: date, by: str) -> Intake:
        """Take a file of payments in; a line that came before is no second payment."""
        call, table = self.call(reference), installed_table(ScholarshipPayment, self._plugins)
        paid, batch = read_payment_batch(file, call, self.awards(reference), table=table)
        with self._store.acting("pay", on=on, by=by, call=reference) as act:
            return keep_payments(act, batch, call, paid)

    def payments(self, reference: str) -> tuple[Paid, ...]:
        """What was paid so far."""
        return self._rounds.payments(reference)

    def paid_so_far(self, reference: str) -> Intake:
        """What the files of payments came to: lines kept, and those that wait for a correction."""
        return kept_intake(self._store, ScholarshipPayment, reference, len(self.payments(reference)))

    def balances(self, reference: str, *, on: date) -> Balances:
        """How every payer stands with every award on a day."""
        return balances(self.call(reference), self.awards(reference), self.payments(reference), on)
