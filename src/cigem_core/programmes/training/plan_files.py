"""A plan of the centre's own in tables of its own, as text or workbooks: modules, sessions, budget and who pays it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from cigem_core.errors import OperatorError
from cigem_core.formats.delimited.csv import Csv
from cigem_core.formats.sole import SoleTable
from cigem_core.model.codes import occupations
from cigem_core.model.fields import CENTRE, Kind, kind, refers, scope
from cigem_core.model.fields import field as value
from cigem_core.model.refs import Ref
from cigem_core.model.training import BudgetLine, TrainingModule, TrainingPlan, TrainingSession
from cigem_core.model.training_acts import Funding
from cigem_core.model.values import Amount
from cigem_core.programmes.training.money import check_shares
from cigem_core.programmes.training.own_plan import OwnPlan, read_own_plan
from cigem_core.sdk.adapter import Adapter, Reading
from cigem_core.sdk.batch import ENTRY_COLUMN, Batch
from cigem_core.sdk.lenses import column
from cigem_core.sdk.rules import RowRule, not_before
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

PLAN, DAY = "N° du plan", "dd/mm/yyyy"
_MOST = 10**9
"""Of a quantity and of a unit cost: their product is an amount that every database holds."""


@kind("planned_cost", fr="coût prévu", en="planned cost", centre=True)
@frozen(kw_only=True)
class PlannedCost:
    """A line of the budget as a file lists it: so many, at so much each."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    module: str = refers(TrainingModule, "Module", fr="Module", required=True, part_of_key=True)
    heading: str = value("Heading", fr="Rubrique", required=True, part_of_key=True)
    quantity: Decimal = value("Quantity", fr="Quantité", required=True)
    unit_cost: int = value("Unit cost", fr="Coût unitaire", required=True)
    currency: str = value("Currency", fr="Devise", required=True)


@kind("plan_funder", fr="financeur du plan", en="funder of a plan", centre=True)
@frozen(kw_only=True)
class PlanFunder:
    """Who pays which share of a plan, as a file lists them."""

    plan: str = scope(TrainingPlan, "Training plan", fr="Plan de formation")
    name: str = value("Funder", fr="Financeur", required=True, part_of_key=True)
    percent: Decimal = value("Share in percent", fr="Part en pour cent", required=True)


def _file(name: str) -> SoleTable:
    return SoleTable(Csv(name, delimiter=";", encodings=("utf-8-sig", "cp1252")))


def _rule(name: str, fields: Sequence[str], broken: Callable[[], pl.Expr], fr: str, en: str) -> RowRule:
    def asked(_: Kind) -> pl.Expr:
        return broken()

    def remedy(_: Callable[[str], str]) -> Text:
        return Text(fr=fr, en=en)

    return RowRule(name=name, fields=tuple(fields), takes=(str, int, Decimal), broken=asked, remedy=remedy)


def _is_no_currency() -> pl.Expr:
    import polars as pl

    return ~pl.col("currency").str.contains(r"^[A-Z]{3}$")


def _is_broken_money() -> pl.Expr:
    import polars as pl

    quantity = pl.col("quantity")
    in_full = quantity.cast(pl.Decimal(38, 6), strict=False) * pl.col("unit_cost").cast(pl.Decimal(38, 6), strict=False)
    return (in_full % 1 != 0) | quantity.str.contains(r"\.[0-9]{7}|[eE]")  # a millionth is as fine as it is reckoned


def _is_no_share() -> pl.Expr:
    import polars as pl

    return pl.col("percent").cast(pl.Decimal(38, 6), strict=False) <= 0


plans = Table(TrainingPlan, _file("plan.csv"), {
    "reference":  column(PLAN).required(),
    "convention": column("Convention"),
    "promoter":   column("Promoteur"),
    "region":     column("Région"),
})  # fmt: skip

modules = Table(TrainingModule, _file("modules*.csv"), {
    "plan":          column(PLAN).reference().required(),
    "reference":     column("Code module").required(),
    "title":         column("Intitulé"),
    "occupation":    column("Code métier").codelist(occupations),
    "hours":         column("Volume horaire").number(minimum=0),
    "provider":      column("Opérateur"),
    "certification": column("Certification"),
})  # fmt: skip

sessions = Table(TrainingSession, _file("sessions*.csv"), {
    "plan":      column(PLAN).reference().required(),
    "reference": column("Code session").required(),
    "module":    column("Code module").reference().required(),
    "venue":     column("Lieu"),
    "begins_on": column("Date début").date(DAY),
    "ends_on":   column("Date fin").date(DAY),
    "places":    column("Places").number(minimum=1),
}, rules=[not_before("ends_on", "begins_on")])  # fmt: skip

budget = Table(PlannedCost, _file("budget*.csv"), {
    "plan":      column(PLAN).reference().required(),
    "module":    column("Code module").reference().required(),
    "heading":   column("Rubrique").required(),
    "quantity":  column("Quantité").decimal(",", minimum=0, maximum=_MOST).required(),
    "unit_cost": column("Coût unitaire").units(minimum=0, maximum=_MOST).required(),
    "currency":  column("Devise").required(),
}, rules=[
    _rule("currency", ["currency"], _is_no_currency,
          "écrire un code ISO 4217 de trois lettres, comme EUR", "expected a code of ISO 4217 in three letters, like EUR"),
    _rule("whole amount", ["quantity", "unit_cost"], _is_broken_money,
          "la quantité × le coût unitaire doit faire un montant entier", "quantity × unit cost must make a whole amount"),
])  # fmt: skip

funders = Table(PlanFunder, _file("financeurs*.csv"), {
    "plan":    column(PLAN).reference().required(),
    "name":    column("Financeur").required(),
    "percent": column("Part (%)").decimal(",", maximum=100).required(),
}, rules=[
    _rule("share", ["percent"], _is_no_share, "écrire une part de plus de 0", "expected a share of more than 0"),
])  # fmt: skip

_FILES = Adapter("plan", pull=[plans, modules, sessions, budget, funders])


@frozen(kw_only=True)
class PlanFiles:
    """What the files of a plan hold, and the plan they make; None where a cell must be mended first."""

    reading: Reading = field(repr=False)
    plan: OwnPlan | None


def read_plan(written: Sequence[Path | str]) -> PlanFiles:
    """The plan of a TOML file, or of its tables: `modules.csv`, `sessions.csv`, `budget.csv`, `financeurs.csv`, `plan.csv`.

    Wrong cells are in the reading, each with its address and its remedy; with any of them there is no plan. Raises
    SourceRefused where a file is none of these, OperatorError where they do not speak of one plan.
    """
    if len(written) == 1 and str(written[0]).lower().endswith(".toml"):
        return PlanFiles(reading=Reading(agency=CENTRE, files=()), plan=read_own_plan(Path(written[0])))
    reading = _FILES.read(*written)
    says_more = TrainingPlan in {one.python for one in reading.kinds}
    reading = Reading(agency=CENTRE, files=tuple(_told(one, says_more=says_more) for one in reading.files))
    return PlanFiles(reading=reading, plan=None if reading.faults else _made(reading))


def _told(batch: Batch, *, says_more: bool) -> Batch:
    """What was read, without what nobody here needs to be told.

    A plan's particulars may be left out, and nothing is amiss; and sheets of a workbook are known by their columns, as those of
    corrections are, though nothing here was ever sent back.
    """
    not_run = [one for one in batch.not_run if says_more or not one.rule.endswith(".plan")]
    assumed = [one for one in batch.assumed if ENTRY_COLUMN not in one.en]
    return evolve(batch, not_run=tuple(not_run), assumed=tuple(assumed))


def refused(found: PlanFiles) -> OperatorError:
    """Why nothing is kept of files with faults: the first of them, and how many there are."""
    faults = found.reading.faults
    first, many = faults[0], len(faults)
    at = first.address
    fr, en = (f", colonne « {at.column} »", f", column '{at.column}'") if at.column else ("", "")
    file = f"{at.file}, « {at.sheet} »" if at.sheet else at.file
    return OperatorError(
        Text(
            fr=f"rien n'est gardé, {many} anomalie(s) ; la première : {file}, ligne {at.row}{fr} : {first.remedy.fr}",
            en=f"nothing is kept, {many} fault(s); the first: {file}, row {at.row}{en}: {first.remedy.en}",
        )
    )


def _made(reading: Reading) -> OwnPlan:
    number = _number(reading)
    if TrainingModule not in {one.python for one in reading.kinds}:
        raise OperatorError(
            Text(
                fr=f"plan {number} : donner aussi le fichier de ses modules (modules.csv)",
                en=f"plan {number}: name the file of its modules too (modules.csv)",
            )
        )
    whose = str(Ref(CENTRE, "training_plan", number))
    paying = [Funding(plan=whose, funder=one.name, percent=one.percent) for one in _records(reading, PlanFunder)]
    if paying:
        check_shares(paying)
    return OwnPlan(
        reference=number, plan=next(iter(_records(reading, TrainingPlan)), None), funders=paying,
        modules=list(_records(reading, TrainingModule)), sessions=list(_records(reading, TrainingSession)),
        budget=[_budget_line(one) for one in _records(reading, PlannedCost)],
    )  # fmt: skip


def _number(reading: Reading) -> str:
    """The plan all files speak of."""
    said = {
        str(number): batch.file
        for batch in reading.files
        for number in batch.accepted["plan" if "plan" in batch.accepted.columns else "reference"].unique(maintain_order=True)
    }
    if len(said) == 1:
        return next(iter(said))
    listed = ", ".join(f"{number} ({file})" for number, file in said.items())
    raise OperatorError(
        Text(
            fr=f"ces fichiers ne parlent pas d'un seul plan : {listed or 'aucune ligne'}",
            en=f"these files do not speak of one plan: {listed or 'no row'}",
        )
    )


def _records(reading: Reading, wanted: type) -> Iterable[Any]:
    return reading[wanted].records() if wanted in {one.python for one in reading.kinds} else ()


def _budget_line(one: PlannedCost) -> BudgetLine:
    return BudgetLine(
        plan=one.plan, module=one.module, heading=one.heading, quantity=one.quantity,
        unit_cost=Amount(one.unit_cost, one.currency), amount=Amount(int(one.quantity * one.unit_cost), one.currency),
    )  # fmt: skip
