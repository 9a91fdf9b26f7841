"""Renewal: a year's results come in as a file, and each scholarship goes on or is suspended by the call's rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from cigem_core.model.fields import Kind
from cigem_core.model.scholarships import ApplicationState, ScholarshipStep, StudyResult
from cigem_core.programmes.scholarships.answering import next_step
from cigem_core.programmes.scholarships.files import Intake, read_file
from cigem_core.programmes.scholarships.keeping import keep_results
from cigem_core.programmes.scholarships.kept import KeptRounds
from cigem_core.programmes.scholarships.refusals import no_renewal
from cigem_core.programmes.scholarships.renewal import goes_on, renewal_said
from cigem_core.programmes.scholarships.standing import standings
from cigem_core.programmes.scholarships.states import APPLICATION
from cigem_core.programmes.scholarships.terms import RenewalRule
from cigem_core.programmes.scholarships.vocabulary import installed_table
from cigem_core.report import Rule
from cigem_core.sdk.rules import RowRule
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

_GOING_ON = (ApplicationState.ACCEPTED, ApplicationState.STUDYING, ApplicationState.SUSPENDED)
"""Only a scholarship that was accepted, and has not ended, is renewed."""


@frozen(kw_only=True)
class Renewed:
    """What a year's results did to one scholarship."""

    application: str
    year: int
    state: ApplicationState


def renew(kept: KeptRounds, reference: str, file: Any, *, on: date, by: str) -> tuple[list[Renewed], Intake]:
    """Take a file of results in, CSV or XLSX, and renew or suspend; what came before changes nothing.

    Raises OperatorError where the call has no rule of renewal, SourceRefused where the file cannot be read.
    """
    call = kept.call(reference)
    rule = call.renewal
    if rule is None:
        raise no_renewal(reference)
    states = standings(kept, reference)
    holders = [number for number, state in states.items() if state in _GOING_ON]
    batch = read_file(_results_of(holders, installed_table(StudyResult, kept.plugins)), file)
    with kept.store.acting("renew", on=on, by=by, call=reference) as act:
        known = set(act.find(StudyResult, application=set(holders)))
        new: list[StudyResult] = [one for one in batch.records() if one not in known]
        keep_results(act, batch, call)
        told, steps = _decided(kept, reference, rule, _together(known, new), new, states, on)
        act.keep(*steps)
    return told, Intake.of(batch)


def _together(known: Iterable[StudyResult], new: Iterable[StudyResult]) -> dict[str, list[StudyResult]]:
    """Application → its results; of one year the newer counts."""
    by_year = {(one.application, one.year): one for one in (*known, *new)}
    found: dict[str, list[StudyResult]] = defaultdict(list)
    for (application, _), one in sorted(by_year.items()):
        found[application].append(one)
    return found


def _decided(
    kept: KeptRounds,
    reference: str,
    rule: RenewalRule,
    results: dict[str, list[StudyResult]],
    new: Iterable[StudyResult],
    states: dict[str, ApplicationState],
    on: date,
) -> tuple[list[Renewed], list[ScholarshipStep]]:
    """What follows for each that has something new: one step, by all that is known of it."""
    told, steps = [], []
    for application in sorted({one.application for one in new}):
        act = "renew" if goes_on(rule, results[application]) else "suspend"
        state = states[application]
        if act in APPLICATION.possible(state):
            state = APPLICATION.after(state, act)
            because = f"article {rule.article} : {renewal_said(rule).fr}"
            steps.append(next_step(kept, reference, application, act, because=because, on=on))
        told.append(Renewed(application=application, year=results[application][-1].year, state=state))
    return told, steps


def _results_of(holders: Iterable[str], table: Table) -> Table:
    """The table of results, for those who hold a scholarship that goes on."""
    there = list(holders)

    def broken(_: Kind) -> pl.Expr:
        import polars as pl

        return ~pl.col("application").is_in(there)

    remedy = Text(
        fr="écrire le numéro d'un dossier dont la bourse est acceptée et court encore",
        en="expected the number of an application whose scholarship was accepted and goes on",
    )
    rule = RowRule(
        name="holder(application)", fields=("application",), takes=(str,), broken=broken, remedy=lambda _: remedy,
        rule=Rule.FOREIGN_KEY,
    )  # fmt: skip
    return evolve(table, kind=table.kind.python, rules=(*table.rules, rule))
