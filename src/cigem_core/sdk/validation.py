"""From a file's cells to records and faults: whole columns at a time, rows only where they are wrong.

Each block of a table becomes values and flags in one pass of Polars; only flagged rows are looked at one
by one, to give their faults addresses. Row rules need the row alone. Set rules (one holder per key,
references that lead somewhere) fold over the keys in file order, so the outcome does not depend on blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.memory import open_frame
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Columns, Misfit, OpenTable, Span
from cigem_core.model.codes import fold
from cigem_core.model.fields import Field, Kind
from cigem_core.policy import ALL, Mask
from cigem_core.report import Address, Fault, NotRun, Rule
from cigem_core.sdk.batch import (
    CARGO,
    ENTRY,
    ENTRY_COLUMN,
    KEY,
    ORIGIN_COLUMN,
    SURPLUS,
    TEXT,
    Batch,
    check_tiling,
    spans_of,
)
from cigem_core.sdk.frames import key_of
from cigem_core.sdk.remedies import (
    BESIDE,
    CENTRE_KEY,
    FOREIGN_KEY,
    UNIQUE,
    masked_rule,
    misfit_remedy,
    missing_columns,
    not_at_hand,
    one_column,
    twice_there,
)
from cigem_core.sdk.table import Table, header_key
from cigem_core.text import WHITE_SPACE, Text

if TYPE_CHECKING:
    import polars as pl

_BETWEEN = "\x1f"
"""Between the cells of a key in several parts, while a file is read (Unicode's unit separator)."""

UNKNOWN, PENDING, KNOWN = 0, 1, 2
"""What is known of a referred key: nobody carries it, a row in quarantine does, an accepted record does."""


class Known(Protocol):
    """Looks keys up beyond the file that is read."""

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:
        """UNKNOWN, PENDING or KNOWN for each distinct key; None when the referred records are not at hand."""

    def repeated(self, kind: Kind) -> Mapping[int, str]:
        """The open entries of a kind refused because their key was another's: entry → that key."""


def scan(table: Table, source: Source, mask: Mask, known: Known | None, block: int | None) -> Iterator[Batch]:
    """The batches of a source, one per block; at least one."""
    plan = _Plan(table, mask, source)
    return _batches(plan, _open(plan, source, block), _Seen(), known)


def columns_found(table: Table, source: Source) -> int:
    """How many declared columns a source has, by its header alone; 0 where it lacks one it should have."""
    plan = _Plan(table, ALL, source)
    try:
        _open(plan, source, None).close()
    except SourceRefused:
        return 0
    return len(plan.headers)


def _open(plan: _Plan, source: Source, block: int | None) -> OpenTable:
    if source.table is not None:
        return open_frame(source, plan.choose)
    return plan.table.format.open(source, plan.choose, **({"block": block} if block else {}))


def _batches(plan: _Plan, opened: OpenTable, seen: _Seen, known: Known | None) -> Iterator[Batch]:
    line, batch = 1, None
    for number, block in enumerate(opened.blocks()):
        batch = plan.validate(block, seen, known, opened, heading=None if number else opened.heading)
        line = check_tiling(batch, line)
        yield batch
    if batch is None:
        empty = Block(cells=plan.no_cells(), first=opened.heading.last + 1, last=opened.heading.last)
        yield plan.validate(empty, seen, known, opened, heading=opened.heading)


@define
class _Seen:
    """The keys of a file so far, with their hashes: texts are compared only where hashes are equal."""

    blocks: list[tuple[pl.Series, pl.Series]] = field(factory=list)

    def repeated(self, keys: pl.Series) -> pl.Series:
        """Which keys stood before, in this block or an earlier one; the keys are then remembered."""
        import polars as pl

        again = ~keys.is_first_distinct() & keys.is_not_null()
        mine = keys.drop_nulls()
        hashes = mine.hash()
        earlier = [texts.filter(hashed.is_in(hashes.implode())) for texts, hashed in self.blocks]
        self.blocks.append((mine, hashes))
        if met := [texts for texts in earlier if texts.len()]:
            again = again | keys.is_in(pl.concat(met).implode()).fill_null(False)
        return again


@frozen(eq=False)
class _Flag:
    """One rule asked of every row of a block: whose cell is blamed, and where it is broken."""

    header: str | None
    remedy: Text
    rule: Rule
    broken: pl.Series
    field: str | None = None
    """The field whose cells are wrong by themselves; None for rules that look further."""


class _Plan:
    """A table under a mask, compiled: what to read, what to ask, whom to blame."""

    def __init__(self, table: Table, mask: Mask, source: Source) -> None:
        self.table, self.mask, self.file, self.sheet = table, mask, source.name, source.sheet
        self.key_columns = [table.lenses[part.name].headers[0] for part in table.kind.keys]
        self.key_positions: list[int] = []
        self.cargo: list[str] = []
        self.surplus: list[str] = []
        self.corrects = False
        self._read([f for f in mask.permitted(table.kind) if f.name in table.lenses])

    def _read(self, fields: Sequence[Field]) -> None:
        """Settle which fields are read, and which rules can then be asked."""
        self.fields = list(fields)
        self.lenses = {f.name: self.table.lenses[f.name] for f in fields}
        self.headers = [header for lens in self.lenses.values() for header in lens.headers]
        there = set(self.lenses)
        self.rules = [rule for rule in self.table.rules if there.issuperset(rule.fields)]
        hidden = {name: lens.headers[0] for name, lens in self.table.lenses.items() if name not in there}
        asked = [(rule.name, rule.fields) for rule in self.table.rules]
        asked += [(f"required {name}", (name,)) for name, lens in self.table.lenses.items() if lens.is_required]
        self.not_run = [
            masked_rule(rule, [hidden[name] for name in fields if name in hidden])
            for rule, fields in asked
            if not there.issuperset(fields)
        ]

    def choose(self, found: Sequence[str]) -> Columns:
        """Find the declared columns in a header, whatever their order, letter case or stray spaces."""
        keys = [header_key(header) for header in found]
        self.corrects = header_key(ENTRY_COLUMN) in keys
        if self.corrects:
            # What was masked when the rows were written is absent here, and not missing.
            self._read([f for f in self.fields if f.is_key or all(header_key(h) in keys for h in self.lenses[f.name].headers)])
        wanted = {header_key(header): header for header in self.headers}
        hidden = {header_key(header) for header in self.table.headers} - set(wanted)
        missing = [header for key, header in wanted.items() if key not in keys]
        if missing and len(found) == 1 and len(wanted) > 1:
            raise SourceRefused(one_column(self.file, getattr(self.table.format, "delimiter", None)), missing=missing)
        if missing:
            raise SourceRefused(missing_columns(self.file, missing), missing=missing)
        if twice := [header for key, header in wanted.items() if keys.count(key) > 1]:
            raise SourceRefused(twice_there(self.file, twice[0]))
        names = {position: wanted[key] for position, key in enumerate(keys) if key in wanted}
        alike = {_looks_like(header) for header in hidden}
        undeclared = [p for p, key in enumerate(keys) if key not in wanted and _looks_like(key) not in alike]
        self.surplus = []
        if self.corrects:
            names[keys.index(header_key(ENTRY_COLUMN))] = ENTRY
            self.surplus = [f"{SURPLUS}{p}" for p in undeclared if _is_unnamed(found[p])]
            names |= {p: f"{SURPLUS}{p}" for p in undeclared if _is_unnamed(found[p])}
            undeclared = [p for p in undeclared if p not in names and keys[p] != header_key(ORIGIN_COLUMN)]
        if self.mask.cargo:
            taken = dict.fromkeys(self.table.headers, 1)
            for position in undeclared:
                names[position] = _cargo_name(found[position], position, taken)
        self.cargo = [names[p] for p in undeclared if p in names]
        self.key_positions = [keys.index(header_key(header)) for header in self.key_columns]
        whole = len(self.lenses) == len(self.table.lenses) and (self.mask.cargo or not undeclared)
        return Columns(names=names, whole=whole)

    def no_cells(self) -> pl.DataFrame:
        """A table with these columns and no rows."""
        import polars as pl

        texts = dict.fromkeys((*self.headers, *self.cargo, *self.surplus, *([ENTRY] if self.corrects else [])), pl.String)
        return pl.DataFrame(schema={**texts, ROW: pl.Int64, FIRST: pl.Int64, LAST: pl.Int64})

    def validate(self, block: Block, seen: _Seen, known: Known | None, opened: OpenTable, heading: Span | None) -> Batch:
        """Sort the rows of one block out."""
        import polars as pl

        cells = self._with_entries(block.cells)
        trimmed = cells.select(pl.col(self.headers).str.strip_chars())
        trimmed = trimmed.select(pl.when(pl.all() != "").then(pl.all()))
        values = trimmed.select(lens.decode(pl.col).alias(name) for name, lens in self.lenses.items())
        flags = self._of_cells(trimmed, values)
        flags += self._of_rows(trimmed, values, flags)
        claimed = self._claimed(trimmed, values)
        if not self.table.repeats:
            again = self._repeated(trimmed, cells, block, seen) | self._still_repeated(claimed, cells, known)
            flags.append(_Flag(self.key_columns[0], UNIQUE, Rule.UNIQUE, again))
        if self.surplus:
            beside = cells.select(pl.any_horizontal(pl.col(self.surplus).str.strip_chars() != "")).to_series()
            flags.append(_Flag(None, BESIDE, Rule.EXTRA_CELL, beside.fill_null(False)))
        of_references, pending, not_run = self._of_references(values, known)
        flags += of_references
        bad = pl.select(pl.any_horizontal([flag.broken for flag in flags])).to_series()
        good = cells.filter(~bad)
        accepted = values.filter(~bad).hstack([good[ROW], good[ENTRY], self._cargo(good)])
        faults = [*self._faults(flags, trimmed, cells[ROW]), *map(self._misfit_fault, block.misfits)]
        return Batch(
            table=self.table,
            file=self.file,
            sha256=opened.sha256,
            accepted=accepted,
            quarantined=self._quarantined(cells.with_columns(claimed.alias(KEY)).filter(bad), block.misfits),
            faults=tuple(sorted(faults, key=lambda fault: int(fault.address.row))),
            pending=int((pending & ~bad).sum()),
            not_run=(*self.not_run, *not_run),
            spans=spans_of(block, heading),
        )

    def _with_entries(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells with the number of the entry each row corrects: null in ordinary files, or where there is none."""
        import polars as pl

        if ENTRY not in cells.columns:
            return cells.with_columns(pl.lit(None, dtype=pl.Int64).alias(ENTRY))
        # A number greater than any entry's names none, and no database is asked for it.
        return cells.with_columns(pl.col(ENTRY).str.strip_chars().cast(pl.Int32, strict=False).cast(pl.Int64))

    def _of_cells(self, trimmed: pl.DataFrame, values: pl.DataFrame) -> list[_Flag]:
        """What is wrong with cells by themselves."""
        import polars as pl

        # A field and a column may have one name: beside the cells, values stand under another.
        both = trimmed.hstack(values.rename(lambda name: f"={name}"))
        asked = [(name, check) for name, lens in self.lenses.items() for check in lens.checks(pl.col, pl.col(f"={name}"))]
        broken = both.select(check.broken.fill_null(False).alias(str(i)) for i, (_, check) in enumerate(asked))
        return [
            _Flag(check.header, check.remedy, check.rule, series, field=name)
            for (name, check), series in zip(asked, broken.get_columns(), strict=True)
        ]

    def _of_rows(self, trimmed: pl.DataFrame, values: pl.DataFrame, wrong: list[_Flag]) -> list[_Flag]:
        """Which rows contradict themselves; a rule is skipped where a field of it is empty or already wrong."""
        import polars as pl

        flags: list[_Flag] = []
        for rule in self.rules:
            already = {name: [flag.broken for flag in wrong if flag.field == name] for name in rule.fields}
            sound = values.select(
                pl.when(~pl.any_horizontal(already[name] or [pl.lit(False)])).then(pl.col(name)).alias(name)
                for name in rule.fields
            )
            broken = sound.select(rule.broken(self.table.kind).fill_null(False)).to_series()
            remedy = rule.remedy(lambda name: self.lenses[name].headers[0])
            for header, is_that_one in self.lenses[rule.blamed].blamed(pl.col).items():
                here = trimmed.select(is_that_one).to_series()
                flags.append(_Flag(header, remedy, Rule.ROW, broken & here))
        return flags

    def _of_references(self, values: pl.DataFrame, known: Known | None) -> tuple[list[_Flag], pl.Series, list[NotRun]]:
        """Which references lead nowhere, which rows wait for one in quarantine, and which could not be looked up."""
        import polars as pl

        flags: list[_Flag] = []
        not_run: list[NotRun] = []
        pending = pl.Series([False], dtype=pl.Boolean).new_from_index(0, values.height)
        for reference in (f for f in self.fields if f.refers_to):
            keys = values[reference.name]
            distinct = keys.drop_nulls().unique()
            found = known.known(reference, distinct) if known else None
            if found is None:
                not_run.append(not_at_hand(self.table.kind.name, reference))
                continue
            status = keys.replace_strict(distinct, found, default=None, return_dtype=pl.Int8)
            header = self.lenses[reference.name].headers[0]
            remedy = FOREIGN_KEY if reference.issuer == "agency" else CENTRE_KEY
            flags.append(_Flag(header, remedy, Rule.FOREIGN_KEY, (status == UNKNOWN).fill_null(False)))
            pending = pending | (status == PENDING).fill_null(False)
        return flags, pending, not_run

    def _repeated(self, trimmed: pl.DataFrame, cells: pl.DataFrame, block: Block, seen: _Seen) -> pl.Series:
        """Which rows carry a key that stood before; rows wrong for other reasons count as holders too."""
        import polars as pl

        here = trimmed.select(pl.concat_str(self.key_columns, separator=_BETWEEN)).to_series()
        claims = {misfit.row: key for misfit in block.misfits if (key := self._claim(misfit))}
        if not claims:
            return seen.repeated(here)
        rows = [*cells[ROW].to_list(), *claims]
        keys = [*here.to_list(), *claims.values()]
        both = pl.DataFrame({"row": rows, "key": keys}, schema={"row": pl.Int64, "key": pl.String})
        in_order = both.with_row_index("at").sort("row")
        again = in_order.with_columns(seen.repeated(in_order["key"]).alias("again")).sort("at")
        return again["again"].head(cells.height)

    def _claimed(self, trimmed: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
        """The key each row carries, be it wrong for other reasons; of a key in several parts, only when all are sound."""
        import polars as pl

        if len(self.key_columns) == 1:
            return trimmed[self.key_columns[0]]
        parts = zip(self.table.kind.keys, self.key_columns, strict=True)
        unsound = [values[part.name].is_null() & (trimmed[header].is_not_null() | part.is_required) for part, header in parts]
        return values.select(pl.when(~pl.any_horizontal(unsound)).then(key_of(self.table.kind))).to_series()

    def _still_repeated(self, claimed: pl.Series, cells: pl.DataFrame, known: Known | None) -> pl.Series:
        """Which rows of a corrections file still carry the key they were refused for: it is another's record."""
        import polars as pl

        refused = known.repeated(self.table.kind) if known and self.corrects else {}
        key = cells[ENTRY].replace_strict(list(refused), list(refused.values()), default=None, return_dtype=pl.String)
        return (key == claimed).fill_null(False)

    def _claim(self, misfit: Misfit) -> str | None:
        """The key of a row whose cells cannot be aligned, where the whole row may be seen: the cells at its place."""
        if misfit.text is None or misfit.cells is None or len(misfit.cells) <= max(self.key_positions):
            return None
        parts = [misfit.cells[position].strip(WHITE_SPACE) for position in self.key_positions]
        return _BETWEEN.join(parts) if all(parts) else None

    def _cargo(self, cells: pl.DataFrame) -> pl.Series:
        import polars as pl

        if not self.cargo:
            return pl.Series(CARGO, [None], dtype=pl.String).new_from_index(0, cells.height)
        return cells.select(pl.struct(sorted(self.cargo)).struct.json_encode().alias(CARGO)).to_series()

    def _faults(self, flags: Sequence[_Flag], trimmed: pl.DataFrame, rows: pl.Series) -> Iterator[Fault]:
        """Rows are looked at one by one only here, where they are wrong."""
        for flag in flags:
            for at in flag.broken.arg_true():
                yield Fault(
                    address=Address(file=self.file, sheet=self.sheet, row=rows[at], column=flag.header),
                    rule=flag.rule,
                    value=None if flag.header is None else trimmed[flag.header][at] or "",
                    remedy=flag.remedy,
                )

    def _misfit_fault(self, misfit: Misfit) -> Fault:
        return Fault(
            address=Address(file=self.file, sheet=self.sheet, row=misfit.row), rule=misfit.rule, remedy=misfit_remedy(misfit)
        )

    def _quarantined(self, cells: pl.DataFrame, misfits: Sequence[Misfit]) -> pl.DataFrame:
        import polars as pl

        aligned = cells.with_columns(pl.lit(None, dtype=pl.String).alias(TEXT))
        if not misfits:
            return aligned
        loose = pl.DataFrame(
            [(m.row, m.first, m.last, self._claim(m) if len(self.key_columns) == 1 else None, m.text) for m in misfits],
            schema={ROW: pl.Int64, FIRST: pl.Int64, LAST: pl.Int64, KEY: pl.String, TEXT: pl.String},
            orient="row",
        )
        return pl.concat([aligned, loose], how="diagonal").sort(ROW)


def _is_unnamed(header: str) -> bool:
    return not header.strip() or header.startswith(SURPLUS)


def _cargo_name(found: str, position: int, taken: dict[str, int]) -> str:
    """The name an undeclared column is kept under; a second one of that name is numbered."""
    base = found.strip().lstrip("#") or f"colonne {position + 1}"
    name = base
    while name in taken:
        taken[base] += 1
        name = f"{base} ({taken[base]})"
    taken[name] = 1
    return name


def _looks_like(header: str) -> str:
    """A header without what the eye passes over: a masked column slightly misnamed is still that column."""
    return "".join(c for c in fold(header) if c.isalnum())
