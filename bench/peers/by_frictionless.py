"""frictionless: a schema with constraints, and a check of its own for what two cells say to each other."""
# mypy: disable-error-code="import-not-found, untyped-decorator", allow-subclassing-any

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define
from common import REASONS, REQUIRED, SEXES, SITUATIONS, YES_NO, Found, fold, lists_beside
from frictionless import Check, Checklist, Dialect, Resource, Schema, errors, formats, system
from rows import COLUMNS, Truth

from peers import _cells

NOTE = "row rules and folded names in a check of our own"

DAYS = ("Date inscription", "Date de retour")
REGION, COUNTRY, BIRTH = "Région", "Pays de provenance", "Date ou année de naissance"
OURS = {"birth": (BIRTH, "row"), "return": ("Date de retour", "row"), "region": (REGION, "enum"), "country": (COUNTRY, "enum")}
RULES = {"type-error": "type", "unique-error": "unique", "primary-key": "unique"}


@define(kw_only=True)
class RowRules(Check):
    """What a schema cannot say: names with free case and accents, and dates that contradict each other."""

    type = "row-rules"
    Errors = [errors.CellError]  # noqa: RUF012
    regions: dict[str, str]
    countries: dict[str, str]

    def validate_row(self, row: Any) -> Iterator[Any]:
        for name, column, names in (("region", REGION, self.regions), ("country", COUNTRY, self.countries)):
            if row[column] and fold(row[column]) not in names:
                yield errors.CellError.from_row(row, note=name, field_name=column)
        registered, birth, returned = row["Date inscription"], row[BIRTH], row["Date de retour"]
        if registered and birth:
            try:
                late = _cells.born_after(_cells.birth(birth), registered)
            except _cells.WrongCell:
                late = False
                yield errors.CellError.from_row(row, note="not a birth", field_name=BIRTH)
            if late:
                yield errors.CellError.from_row(row, note="birth", field_name=BIRTH)
        if registered and returned and returned > registered:
            yield errors.CellError.from_row(row, note="return", field_name="Date de retour")


def schema(levels: list[str], occupations: list[str]) -> Schema:
    """The columns as Table Schema has them."""
    enums = {
        "Sexe": SEXES,
        "Niveau d'étude": levels,
        "Code métier": occupations,
        "Migrant de retour": YES_NO,
        "Motif du retour": REASONS,
        "Situation": SITUATIONS,
    }
    declared: list[dict[str, Any]] = []
    for name in COLUMNS:
        constraints: dict[str, Any] = {"required": True} if name in REQUIRED else {}
        constraints |= {"enum": list(enums[name])} if name in enums else {}
        column: dict[str, Any] = {"name": name, "type": "string", "constraints": constraints}
        if name in DAYS:
            column |= {"type": "date", "format": "%d/%m/%Y"}
        if name == "Expérience (années)":
            column |= {"type": "number", "decimalChar": ","}
            constraints["minimum"] = 0
        if name == "Téléphone":
            constraints["pattern"] = r"(?:\+223|00223)?[\s.]*[2456789](?:[\s.]*[0-9]){7}"
        declared.append(column)
    declared[0]["constraints"]["unique"] = True
    return Schema.from_descriptor({"fields": declared})


def check(file: str) -> Found:
    lists = lists_beside(file)
    rules = RowRules(regions=lists.regions, countries=lists.countries)
    dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])
    with system.use_context(trusted=True):
        resource = Resource(path=file, encoding="cp1252", dialect=dialect, schema=schema(lists.levels, lists.occupations))
        report = resource.validate(Checklist(checks=[rules]), limit_errors=10_000_000)
    task = report.tasks[0]
    faults = {fault for error in task.errors for fault in [_truth(error)]}
    return Found(task.stats["rows"], sorted(faults))


def _truth(error: Any) -> Truth:
    """An error's row, column and rule. A row of the wrong width gives one per cell."""
    row = int(error.row_number)
    if error.type in ("missing-cell", "extra-cell"):
        return row, "", error.type
    if error.type == "cell-error":
        column, rule = OURS.get(error.note, (error.field_name, "type"))
        return row, column, rule
    if error.type == "constraint-error":
        return row, error.field_name, error.note.split('"')[1]
    return row, getattr(error, "field_name", ""), RULES.get(error.type, error.type)
