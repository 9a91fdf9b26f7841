"""A round on files, without a workspace: the call, the applications, who may apply, the draw, the payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from cigem_core import notebook
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.draw import Draw, another_list, draw
from cigem_core.programmes.scholarships.files import Applications, Intake, read_applications
from cigem_core.programmes.scholarships.order import commit
from cigem_core.programmes.scholarships.payment_file import read_payments
from cigem_core.programmes.scholarships.payments import Balances, Paid, balances
from cigem_core.programmes.scholarships.refusals import not_read
from cigem_core.programmes.scholarships.screening import Ruling, Screening, screen


@frozen(kw_only=True, eq=False, slots=False)
class Round:
    """One call with its applications, and what officers decided of them.

    held = Round.on_files("call.toml")
    held.screening
    held.draw("12-34-56", leave_undecided=True)
    """

    call: Call
    applications: Applications = field(repr=False)
    decisions: tuple[Ruling, ...] = ()
    withdrawn: tuple[str, ...] = ()
    appealed: Mapping[str, bool] = field(factory=dict, repr=False)
    """Application → whether it stood on the list committed to, for those whose standing appeals changed since."""

    reviewed: Mapping[str, int] = field(factory=dict, repr=False)
    """Application → the points reviewers gave, where the call has it read; those not read by all are missing."""

    def __repr__(self) -> str:
        undone = {"decisions": len(self.decisions), "withdrawn": len(self.withdrawn), "appealed": len(self.appealed)}
        since = "".join(f", {number} {name}" for name, number in undone.items() if number)
        return f"Round({self.call.reference}: {len(self.applications):,} applications{since})"

    def _repr_html_(self) -> str:
        return notebook.stacked(notebook.listed(repr(self), []), self.call, self.screening)

    @classmethod
    def on_files(cls, call: str | Path, applications: Any = None) -> Round:
        """The round of a call and its applications, `dossiers.csv` beside it unless another file is named.

        Raises CallError where the call is written wrongly, SourceRefused where a file cannot be read.
        """
        read = Call.from_file(call)
        return cls(call=read, applications=read_applications(applications or Path(call).parent / "dossiers.csv", read))

    def decided(self, *decisions: Ruling) -> Round:
        """The same, with more decisions of officers."""
        return evolve(self, decisions=(*self.decisions, *decisions))

    def without(self, *numbers: str) -> Round:
        """The same, without those that withdrew."""
        return evolve(self, withdrawn=(*self.withdrawn, *numbers))

    @cached_property
    def screening(self) -> Screening:
        """Who may take part, who may not, and who waits for an officer."""
        return screen(self.call, self.applications, self.decisions, self.reviewed)

    @property
    def listed(self) -> frozenset[str]:
        """The list that is committed to: the eligible, as they were before any appeal was granted."""
        was = self.appealed
        return frozenset(self.screening.eligible.keys() - was.keys() | {number for number, there in was.items() if there})

    @property
    def commitment(self) -> str:
        """The digest of the list of the eligible, to be published before the seed is known."""
        return commit(self.listed)

    def draw(self, seed: str, *, leave_undecided: bool = False, committed: str | None = None) -> Draw:
        """Draw under a seed; the same seed gives the same draw.

        Raises OperatorError while applications wait for a decision or a reading, or where the list is another than published.
        """
        if self.call.review and (unread := self.screening.eligible.keys() - self.reviewed.keys()):
            raise not_read(len(unread))
        if committed is not None and committed != self.commitment:
            raise another_list()
        return draw(self.screening, self.applications, seed, leave_undecided=leave_undecided, withdrawn=self.withdrawn)

    def payments(self, source: Any, drawn: Draw) -> tuple[tuple[Paid, ...], Intake]:
        """Read a file of payments of the awards of a draw."""
        return read_payments(source, self.call, {number: award.seat for number, award in drawn.seats.items()})

    def balances(self, paid: Iterable[Paid], drawn: Draw, on: date) -> Balances:
        """How the payers stand with the awards of a draw on a day."""
        return balances(self.call, {number: award.seat for number, award in drawn.seats.items()}, paid, on)
