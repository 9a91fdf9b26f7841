"""What became of those trained, at the desk: results, and work some months later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cigem_core.model.training import TrainingResult
from cigem_core.model.training_acts import InsertionAnswer, LaterStanding, SessionResult
from cigem_core.programmes.training.accounts import PlanAccounts
from cigem_core.programmes.training.follow_up import FollowUp, hand_out, take_back
from cigem_core.programmes.training.follow_up_form import write_follow_up_form
from cigem_core.programmes.training.insertion import InsertionRate, insertion_rate
from cigem_core.programmes.training.outcomes import FoundResults
from cigem_core.programmes.training.results import ToAsk, asked_this_week, keep_result, results_from, standings_of


class Afterwards(PlanAccounts):
    """How sessions ended for those who were in them, and where they stand months later."""

    def results_from(self, agency: str, *, plan: str | None = None) -> FoundResults:
        """What an agency's records tell of those enrolled, and on what evidence; it changes nothing."""
        return results_from(self._store, self.roster(plan), agency)

    def record_result(
        self, who: str, result: TrainingResult, *, mark: Decimal | None = None, on: date, by: str, plan: str | None = None
    ) -> SessionResult:
        """Keep how someone's session ended, by hand."""
        return keep_result(self._store, self.plan(plan), who, result, mark, on=on, by=by)

    def to_ask(self, *, on: date, months: Sequence[int] = (6, 12), plan: str | None = None) -> list[ToAsk]:
        """Who is to be asked in the week of a day where they stand, and how; nobody of whom nothing is known is dropped."""
        return asked_this_week(self._store, self.roster(plan), on=on, months=months)

    def follow_up(self, answers: Mapping[str, LaterStanding], *, months: int, on: date, by: str, plan: str | None = None) -> None:
        """Record where people stand some months after their session: enrolment → situation."""
        carried = self.plan(plan)
        for number in answers:
            carried.enrolment(number)
        said = (
            InsertionAnswer(plan=str(carried.ref), enrolment=number, months=months, standing=standing, answered_on=on)
            for number, standing in sorted(answers.items())
        )
        self._store.keep(*said, act="follow-up", on=on, by=by)

    def insertion(self, session: str, *, months: int, plan: str | None = None) -> InsertionRate:
        """The rate of a session, with what it would be if all who were not reached had no work, or had."""
        roster = self.roster(plan)
        enrolled = [one.reference for one in roster.enrolled(roster.plan.session(session).reference)]
        return insertion_rate(enrolled, standings_of(self._store, roster, months))

    def hand_out_follow_up(self, to: Path | str, *, on: date, months: Sequence[int] = (6, 12), plan: str | None = None) -> Path:
        """Write the list of those to be asked in the week of a day, to be filled in: a workbook where it ends in `.xlsx`.

        It holds names and telephones, and is for its owner alone. Raises OperatorError for a file that is there already.
        """
        return hand_out(self._store, self.roster(plan), Path(to), on=on, months=months)

    def follow_up_form(self, to: Path | str, *, months: Sequence[int] = (6, 12), plan: str | None = None) -> Path:
        """Write the form that asks where people stand, an XLSForm for KoboToolbox or ODK; it names nobody.

        Its answers come back by `take_back_follow_up`. Raises OperatorError for a file that is there already.
        """
        return write_follow_up_form(self.plan(plan).plan.reference, months, Path(to))

    def take_back_follow_up(self, sheet: Any, *, on: date, by: str, plan: str | None = None) -> FollowUp:
        """Read a list that was filled in, text or workbook, or a form's answers, JSON or XML, and keep what was answered.

        Wrong rows are told with their addresses.
        """
        return take_back(self._store, self.plan(plan), sheet, on=on, by=by)
