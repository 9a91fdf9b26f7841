"""What is wrong in a block, whole columns at a time, and from there to faults with their addresses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from cigem_core.formats.tables import ITEM, Misfit, OpenTable
from cigem_core.report import Address, Fault, Rule
from cigem_core.sdk.lenses import REQUIRED, Column, Lens
from cigem_core.sdk.reading.inner import shown
from cigem_core.sdk.reading.items import AT, PLACE, any_of, gathered
from cigem_core.sdk.reading.plan import Plan
from cigem_core.sdk.remedies import misfit_remedy
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


@frozen(eq=False)
class Flag:
    """One rule asked of every row of a block: whose cell is blamed, and where it is broken."""

    header: str | None
    remedy: Text
    rule: Rule
    broken: pl.Series
    field: str | None = None
    """The field whose cells are wrong by themselves; None for rules that look further."""
    items: pl.DataFrame | None = None
    """Of a list, the items it is broken for: `#at`, `#place`, and the cell under its header."""

    def of_items(self, items: pl.DataFrame, height: int) -> Flag:
        """The same flag, asked of the items of a list, for the rows that hold them."""
        wrong = items.select(AT, PLACE, str(self.header)).filter(self.broken)
        return evolve(self, broken=any_of(items, self.broken, height), items=wrong)


def checked(texts: pl.DataFrame, values: pl.DataFrame, lenses: Mapping[str, Lens]) -> list[Flag]:
    """What is wrong with cells by themselves, given the values they were decoded to."""
    import polars as pl

    # A field and a column may have one name: beside the cells, values stand under another.
    both = texts.hstack(values.rename(lambda name: f"={name}"))
    asked = [(name, check) for name, lens in lenses.items() for check in lens.checks(pl.col, pl.col(f"={name}"))]
    broken = both.select(check.broken.fill_null(False).alias(str(i)) for i, (_, check) in enumerate(asked))
    return [
        Flag(check.header, check.remedy, check.rule, series, field=name)
        for (name, check), series in zip(asked, broken.get_columns(), strict=True)
    ]


def listed(name: str, lens: Column, items: pl.DataFrame, height: int) -> tuple[pl.Series, list[Flag]]:
    """The values of a field whose cells stand in a list, and what is wrong with its items."""
    import polars as pl

    values = items.select(lens.decode(pl.col).alias(name))
    flags = [flag.of_items(items, height) for flag in checked(items, values, {name: lens.optional()})]
    several = gathered(items, values[name], height).alias(name)
    if lens.is_required:
        flags.append(Flag(str(lens.path).removesuffix(ITEM), REQUIRED, Rule.REQUIRED, several.is_null(), field=name))
    return several if lens.glue is None else several.list.join(lens.glue), flags


def raised(flags: Sequence[Flag], height: int) -> pl.Series:
    """Which rows have any flag."""
    import polars as pl

    none = pl.repeat(False, height, eager=True)
    return pl.select(pl.any_horizontal([none, *(flag.broken for flag in flags)])).to_series()


@frozen(eq=False)
class Labels:
    """How the rows and cells of a block are called by whoever looks at them."""

    plan: Plan
    opened: OpenTable
    texts: pl.DataFrame

    def of_header(self) -> tuple[Fault, ...]:
        """The columns of families whose headers cannot be: faults of the header's row."""
        row = self.opened.heading.row if self.opened.heading else 1
        return tuple(
            Fault(
                address=Address(file=self.plan.file, sheet=self.plan.sheet, row=row, column=header),
                rule=rule, value=header, remedy=remedy,
            )
            for header, rule, remedy in self.plan.wrong_headers
        )  # fmt: skip

    @cached_property
    def _handed_over(self) -> Mapping[str, str]:
        return self.plan.handed_over

    @cached_property
    def _own_ids(self) -> list[str | None]:
        ids = self.texts[self.plan.key_columns[0]].to_list()
        # What a key is made of is somebody's name, and no number.
        return [None] * len(ids) if self.plan.table.known_by else ids

    def address(self, at: int, row: int, column: str | None) -> Address:
        """Where a cell stands: by its row, or by the record's own id where a source has no rows."""
        plan = self.plan
        if plan.is_sparse:
            own = self._own_ids[at]
            return Address(file=plan.file, row=own or str(row), column=column and shown(column), at=row)
        letter = self.opened.letters.get(self._handed_over.get(column or "", column or ""))
        return Address(
            file=plan.file, sheet=plan.sheet, row=row, column=column and shown(column), cell=letter and f"{letter}{row}"
        )


def faults_of(
    flags: Sequence[Flag], texts: pl.DataFrame, rows: pl.Series, misfits: Sequence[Misfit], labels: Labels
) -> tuple[Fault, ...]:
    """The faults of a block in the order of its rows; what one cell is told twice it is told once."""
    found: dict[tuple[Address, Rule], Fault] = {}
    for fault in (*_of_flags(flags, texts, rows, labels), *(_misfit_fault(misfit, labels) for misfit in misfits)):
        found.setdefault((fault.address, fault.rule), fault)
    return tuple(sorted(found.values(), key=lambda fault: fault.address.place))


def _of_flags(flags: Sequence[Flag], texts: pl.DataFrame, rows: pl.Series, labels: Labels) -> Iterator[Fault]:
    """Rows are looked at one by one only here, where they are wrong."""
    import polars as pl

    places = pl.int_range(texts.height, eager=True)
    for flag in flags:
        for at, header, value in _cells(flag, texts, places, labels.plan):
            address = labels.address(at, rows[at], header)
            yield Fault(address=address, rule=flag.rule, value=value, remedy=flag.remedy)


def _cells(flag: Flag, texts: pl.DataFrame, places: pl.Series, plan: Plan) -> Iterator[tuple[int, str | None, str | None]]:
    """The cells a flag blames: the row, the column, and what stands there."""
    if flag.items is not None:
        for at, place, value in flag.items.iter_rows():
            yield at, plan.heading_of(str(flag.header), place), value or ""
        return
    if not flag.broken.any():
        return
    held = texts[flag.header].filter(flag.broken) if flag.header in texts.columns else itertools.repeat(None)
    for at, value in zip(places.filter(flag.broken), held, strict=False):
        yield at, flag.header, None if flag.header is None else value or ""


def _misfit_fault(misfit: Misfit, labels: Labels) -> Fault:
    plan = labels.plan
    row = str(misfit.row) if plan.is_sparse else misfit.row
    at = misfit.row if plan.is_sparse else None
    address = Address(file=plan.file, sheet=plan.sheet, row=row, at=at)
    return Fault(address=address, rule=misfit.rule, remedy=misfit_remedy(misfit))
