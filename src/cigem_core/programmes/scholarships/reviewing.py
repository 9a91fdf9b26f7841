"""Review that is kept: who reads what, what was given for each rubric, and the further readings that part what lies apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from cigem_core.model.fields import Kind
from cigem_core.model.scholarships import ReviewAssignment, RubricScore
from cigem_core.programmes.scholarships.call import Call
from cigem_core.programmes.scholarships.files import Intake, read_file
from cigem_core.programmes.scholarships.keeping import keep_results
from cigem_core.programmes.scholarships.kept import KeptRounds
from cigem_core.programmes.scholarships.orders import file_part, write_rows
from cigem_core.programmes.scholarships.readings import readings_of
from cigem_core.programmes.scholarships.refusals import already_assigned, no_review, scores_stand
from cigem_core.programmes.scholarships.review import assign, severity, to_moderate
from cigem_core.programmes.scholarships.terms import ReviewRule
from cigem_core.programmes.scholarships.vocabulary import installed_table
from cigem_core.report import Rule
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.rules import RowRule
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(kw_only=True)
class ReviewReport:
    """Where the review of a round stands."""

    assigned: int
    read: int
    """Readings assigned, and those that are whole."""
    to_moderate: tuple[str, ...]
    """Applications whose readings lie too far apart, and that no further reading parted yet."""
    severity: Mapping[str, Decimal]
    """Reviewer → the points they give more, or less, than the others who read the same."""


def assign_review(
    kept: KeptRounds, reference: str, reviewers: Mapping[str, AbstractSet[str]], *, seed: str, on: date, by: str
) -> dict[str, tuple[str, ...]]:
    """Draw who reads each eligible application that nobody is to read yet; `reviewers` → those they may not read."""
    rule = rule_of(kept.call(reference))
    kept.check_uncommitted(reference)
    there = {one.application for one in kept.store.find(ReviewAssignment, call=reference)}
    eligible = kept.round(reference).screening.eligible.keys() - there
    if not eligible:
        raise already_assigned(reference)
    drawn = assign(eligible, sorted(reviewers), each=rule.readers, seed=seed, conflicts=reviewers)
    made = [ReviewAssignment(call=reference, application=n, reviewer=who) for n, readers in drawn.items() for who in readers]
    kept.store.keep(*made, act="assign_review", on=on, by=by, call=reference, seed=seed)
    return drawn


def moderate(kept: KeptRounds, reference: str, application: str, reviewer: str, *, on: date, by: str) -> None:
    """Hand an application whose readings lie apart to a further reviewer, who did not read it."""
    report = review_report(kept, reference)
    there = kept.store.find(ReviewAssignment, call=reference, application=application)
    if application not in report.to_moderate or reviewer in {one.reviewer for one in there}:
        raise already_assigned(reference)
    one = ReviewAssignment(call=reference, application=application, reviewer=reviewer, moderates=True)
    kept.store.keep(one, act="moderate", on=on, by=by, call=reference, application=application)


def take_readings(kept: KeptRounds, reference: str, file: Any, *, on: date, by: str) -> Intake:
    """Take a file of points in; points that were given are not altered: OperatorError where a file says others."""
    call = kept.call(reference)
    rule_of(call)
    kept.check_uncommitted(reference)
    pairs = {(one.application, one.reviewer) for one in kept.store.find(ReviewAssignment, call=reference)}
    batch = read_file(_table_of(call, pairs, installed_table(RubricScore, kept.plugins)), file)
    with kept.store.acting("readings", on=on, by=by, call=reference) as act:
        known = {
            (o.application, o.reviewer, o.rubric): o.points for o in act.find(RubricScore, application={n for n, _ in pairs})
        }
        given = [((o.application, o.reviewer, o.rubric), o.points) for o in batch.records()]
        if others := sum(known.get(what, points) != points for what, points in given):
            raise scores_stand(others)
        keep_results(act, batch, call)
    return Intake.of(batch)


def review_report(kept: KeptRounds, reference: str) -> ReviewReport:
    """How far the review is, what is to be moderated, and how severe each reviewer is."""
    rule = rule_of(kept.call(reference))
    assigned, plain, further = readings_of(kept.store, reference, rule)
    parted = {one.application for one in further}
    waiting = [number for number in to_moderate(plain, more_than=rule.more_than) if number not in parted]
    return ReviewReport(assigned=assigned, read=len(plain) + len(further), to_moderate=tuple(waiting), severity=severity(plain))


def rule_of(call: Call) -> ReviewRule:
    """How a call has applications read; OperatorError where it does not."""
    if call.review is None:
        raise no_review(call.reference)
    return call.review


def _table_of(call: Call, pairs: Iterable[tuple[str, str]], table: Table) -> Table:
    """The table of points under a call: its rubrics, their most, and who reads what."""
    rule = rule_of(call)
    lens = table.lenses["rubric"]
    assert isinstance(lens, Column)
    lenses = {**table.lenses, "rubric": lens.one_of(*(rubric.name for rubric in rule.rubrics))}
    listed = [f"{application}\x1f{reviewer}" for application, reviewer in pairs]
    most = {rubric.name: rubric.most for rubric in rule.rubrics}

    def unassigned(_: Kind) -> pl.Expr:
        import polars as pl

        return ~pl.concat_str("application", "reviewer", separator="\x1f").is_in(listed)

    def beyond(_: Kind) -> pl.Expr:
        import polars as pl

        return pl.col("points") > pl.col("rubric").replace_strict(most, default=None, return_dtype=pl.Int64)

    rules = (
        _rule("assigned(application, reviewer)", ("application", "reviewer"), unassigned, _ASSIGNED, Rule.FOREIGN_KEY),
        _rule("most(points, rubric)", ("points", "rubric"), beyond, _MOST, Rule.MAXIMUM),
    )
    return evolve(table, kind=table.kind.python, lenses=lenses, rules=(*table.rules, *rules))


def _rule(name: str, fields: tuple[str, ...], broken: Any, remedy: Text, rule: Rule) -> RowRule:
    return RowRule(name=name, fields=fields, takes=(str, int), broken=broken, remedy=lambda _: remedy, rule=rule)


_ASSIGNED = Text(fr="écrire le numéro d'un dossier confié à ce lecteur", en="expected an application this reviewer is to read")
_MOST = Text(fr="écrire au plus les points de ce critère", en="expected at most the points of this rubric")


def write_reading_sheets(kept: KeptRounds, reference: str, folder: str | Path, *, on: date, by: str) -> dict[str, Path]:
    """Write what each reviewer is to read, a line for each rubric whose points are still to be given: reviewer → file.

    Where the call is blind, no name is in it. OperatorError where a file stands there already.
    """
    call, rule, to = kept.call(reference), rule_of(kept.call(reference)), Path(folder)
    frame = kept.round(reference).applications.frame
    named = {
        number: (family, given) for number, family, given in frame.select("application", "family_name", "given_names").rows()
    }
    assigned = sorted(kept.store.find(ReviewAssignment, call=reference), key=lambda one: (one.reviewer, one.application))
    known = {(one.application, one.reviewer, one.rubric) for one in kept.store.find(RubricScore)}
    lines: dict[str, list[tuple[str, ...]]] = {}
    for one in assigned:
        names = () if rule.blind else named[one.application]
        for rubric in rule.rubrics:
            if (one.application, one.reviewer, rubric.name) not in known:
                lines.setdefault(one.reviewer, []).append((one.application, one.reviewer, rubric.name, "", *names))
    header = ("N° dossier", "Lecteur", "Critère", "Points", *(() if rule.blind else ("Nom", "Prénom(s)")))
    kept.store.keep(act="reading_sheets", on=on, by=by, call=call.reference, reviewers=len(lines))
    return {who: write_rows(to / f"lectures-{file_part(who)}.csv", header, rows) for who, rows in lines.items()}
