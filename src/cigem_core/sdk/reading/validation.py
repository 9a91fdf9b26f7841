"""From a file's cells to records and faults: whole columns at a time, rows only where they are wrong.

Each block of a table becomes values and flags in one pass of Polars; only flagged rows are looked at one
by one, to give their faults addresses. Row rules need the row alone. Set rules (one holder per key,
references that lead somewhere) fold over the keys in file order, so the outcome does not depend on blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from cigem_core.errors import SourceRefused
from cigem_core.formats.guard.panics import each_unpanicked, unpanicked
from cigem_core.formats.memory import open_frame
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ROW, Block, Misfit, OpenTable, Span, Unread
from cigem_core.model.fields import Field, Kind
from cigem_core.policy import ALL, Mask
from cigem_core.report import NotRun, Rule
from cigem_core.sdk.batch import CARGO, ENTRY, KEY, REPLACES, SCOPE, TEXT, Batch, check_tiling, spans_of
from cigem_core.sdk.declaration import Declaration
from cigem_core.sdk.frames import full, full_key, key_of, looked_up, scope_of, stays_inside
from cigem_core.sdk.lenses import Column
from cigem_core.sdk.reading.answers import answered
from cigem_core.sdk.reading.cells import written
from cigem_core.sdk.reading.contradictions import contradictions
from cigem_core.sdk.reading.dated import days_of
from cigem_core.sdk.reading.flags import Flag, Labels, checked, faults_of, listed, raised
from cigem_core.sdk.reading.groups import Groups
from cigem_core.sdk.reading.inner import shown
from cigem_core.sdk.reading.items import AT, PLACE, exploded
from cigem_core.sdk.reading.keys import claimed as claimed_by
from cigem_core.sdk.reading.keys import claims as claims_of
from cigem_core.sdk.reading.keys import full_keys, lost_numbers, repeats, with_made
from cigem_core.sdk.reading.members import cell_lenses, gathered
from cigem_core.sdk.reading.misshapen import SHAPE
from cigem_core.sdk.reading.others import Holders, Others
from cigem_core.sdk.reading.plan import ChildPlan, Plan
from cigem_core.sdk.reading.seen import Seen
from cigem_core.sdk.reading.typed import misplaced, no_values, silenced, sound, without_lists
from cigem_core.sdk.reading.unsaid import Past, columns_without, unsaid, with_known
from cigem_core.sdk.remedies import BESIDE, CENTRE_KEY, FOREIGN_KEY, STILL_SHORT, TWO_OF_ONE_ID, not_at_hand

if TYPE_CHECKING:
    import polars as pl

UNKNOWN, PENDING, KNOWN = 0, 1, 2
"""What is known of a referred key: nobody carries it, a row in quarantine does, an accepted record does."""


class Known(Holders, Past, Protocol):
    """Looks keys up beyond the file that is read."""

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:
        """UNKNOWN, PENDING or KNOWN for each distinct key; None when the referred records are not at hand."""

    def repeated(self, kind: Kind) -> Mapping[int, str | None]:
        """The entries of a kind refused for another's key, and not corrected since: entry → that key, None if dismissed."""

    def short(self, table: Declaration) -> Mapping[int, Mapping[str, str]]:
        """The open entries of rows that lacked cells, with those they had: entry → column → text."""

    def held(self, kind: Kind) -> pl.Series:
        """The keys of a kind that are somebody's: those of records, and of open entries refused for something else."""


def scan(table: Declaration, source: Source, mask: Mask, known: Known | None, block: int | None) -> Iterator[Batch]:
    """The batches of a source, one per block; at least one."""
    with unpanicked(source.name):
        plan = Plan(table, mask, source)
        judge = _Judge(plan=plan, opened=_open(plan, source, block), known=known, unread=Unread(plan.file))
    return each_unpanicked(source.name, _batches(judge))


def columns_found(table: Declaration, source: Source) -> int:
    """How many declared columns a source has, by its header alone; 0 where it lacks one it should have."""
    plan = Plan(table, ALL, source, recognises=True)
    try:
        with unpanicked(source.name):
            _open(plan, source, None).close()
    except SourceRefused:
        return 0
    return len(plan.headers) - len(plan.absent)


def _open(plan: Plan, source: Source, block: int | None) -> OpenTable:
    if source.table is not None:
        return open_frame(source, plan.choose)
    return plan.table.format.open(source, plan.choose, **({"block": block} if block else {}))


def _batches(judge: _Judge) -> Iterator[Batch]:
    opened, heading = judge.opened, judge.opened.heading
    line, batch = 1, None
    for block in opened.blocks():
        batch = judge.validate(block, heading=None if batch else heading)
        line = check_tiling(batch, line)
        yield batch
    if batch is None:
        end = heading.last if heading else 0
        yield judge.validate(Block(cells=judge.plan.no_cells(), first=end + 1, last=end), heading=heading)


@define(kw_only=True)
class _Judge:
    """Sorts the records of one source out."""

    plan: Plan
    opened: OpenTable
    known: Known | None
    unread: Unread
    rows: int = 0
    seen: Seen = field(factory=Seen)
    groups: Groups = field(factory=Groups)
    others: Others = field(factory=Others)
    """Of tables whose records are edited: whose each id is."""

    @property
    def table(self) -> Declaration:
        """The table the source is one of."""
        return self.plan.table

    def validate(self, block: Block, heading: Span | None) -> Batch:
        """Sort the rows of one block out."""
        of_shapes = misplaced(block.cells, self.plan)
        plain = block.cells.drop(name for name in block.cells.columns if name.startswith(SHAPE))
        told_apart = gathered(plain, self.plan.members, dict(cell_lenses(self.table)))
        cells = self._with_entries(written(told_apart, self.plan))
        held, of_form, not_asked = answered(self.plan, cells, hides=block.hides)
        wrong = no_values(block.cells, held, self.plan)
        texts = sound(held, wrong)
        kinds = getattr(self.opened, "kinds", {})
        lists = {path: exploded(texts, headers) for path, headers in self._lists().items()}
        items, of_items = without_lists(lists, self.plan, kinds, texts.height)
        values, of_cells = self._of_cells(texts, items)
        days, of_days = days_of(self.plan, texts)
        flags = wrong + of_shapes + of_items + silenced(of_form + of_cells + of_days, wrong + of_shapes)
        flags += contradictions(self.plan, texts, values, flags)
        claimed = claimed_by(self.plan, texts, values)
        flags += self._of_keys(texts, values, cells, claimed, block)
        keys = full_keys(self.plan, values, claimed)
        flags += self.groups.too_many(self.plan, self.known, values, keys)
        of_references, pending, not_run = self._of_references(values)
        flags += of_references
        children, of_children = self._children(items, texts.height)
        flags += of_children
        bad = raised(flags, texts.height)
        silent = unsaid(self.plan, self.known, texts, cells[ENTRY], keys)
        good, accepted = cells.filter(~bad), with_known(values, silent, self.known, self.table.kind, keys).filter(~bad)
        other_ids = self._replaces(texts)
        beside = [good[ROW], good[ENTRY], self._cargo(good), *(ids.filter(~bad) for ids in other_ids)]
        labels = Labels(self.plan, self.opened, held)
        self.rows += cells.height + len(block.misfits)
        self.unread.blame(sum(int(flag.broken.sum()) for flag in flags), self.rows)
        faults = faults_of(flags, held, cells[ROW], block.misfits, labels)
        if block.first == 1 or heading is not None:
            faults = (*labels.of_header(), *faults)
        lacked = columns_without(self.plan, silent, cells.height)
        marks = [claimed.alias(KEY), values.with_columns(scope_of(self.table.kind))["scope"].alias(SCOPE), lacked, *other_ids]
        return Batch(
            table=self.plan.given,
            file=self.plan.file,
            sha256=self.opened.sha256,
            accepted=accepted.hstack(beside),
            quarantined=self._quarantined(cells.with_columns(marks).filter(bad), block.misfits),
            children=self._kept(children, accepted.hstack([good[ROW]]), (~bad).arg_true()),
            faults=faults,
            pending=int((pending & ~bad).sum()),
            not_run=(*self.plan.not_run, *not_asked, *not_run),
            assumed=self.opened.assumed,
            kinds=kinds,
            spans=spans_of(block, heading),
            days=days,
        )

    def _with_entries(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells with the number of the entry each row corrects: null in ordinary files, or where there is none."""
        import polars as pl

        if ENTRY not in cells.columns:
            return cells.with_columns(pl.lit(None, dtype=pl.Int64).alias(ENTRY))
        # A number greater than any entry's names none, and no database is asked for it.
        numbered = pl.col(ENTRY).str.strip_chars().cast(pl.Int32, strict=False).cast(pl.Int64)
        by_key = lost_numbers(self.plan, self.known.short(self.table) if self.known else {})
        return cells.with_columns(numbered if by_key is None else pl.coalesce(numbered, by_key))

    def _lists(self) -> dict[str, list[str]]:
        """The lists that are looked into, with their columns."""
        found: dict[str, list[str]] = {}
        lenses = self.plan.by_header
        for header in self.plan.headers:
            lens = lenses.get(header)
            if lens is not None and lens.path is not None:
                found.setdefault(lens.path, []).append(header)
        return found

    def _of_cells(self, texts: pl.DataFrame, items: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, list[Flag]]:
        """The values of the fields, and what is wrong with cells by themselves."""
        import polars as pl

        lenses = self.plan.lenses
        of_rows = {name: lens for name, lens in lenses.items() if lens.path is None}
        values = texts.select(lens.decode(pl.col).alias(name) for name, lens in of_rows.items())
        flags = checked(texts, values, of_rows)
        for name, lens in lenses.items():
            if isinstance(lens, Column) and lens.path is not None:
                several, of_items = listed(name, lens, items[lens.path], texts.height)
                values, flags = values.with_columns(several), flags + of_items
        return with_made(self.plan, values.select(list(lenses))), flags

    def _of_keys(
        self, texts: pl.DataFrame, values: pl.DataFrame, cells: pl.DataFrame, claimed: pl.Series, block: Block
    ) -> list[Flag]:
        """Which rows carry another's key, and which rows of a corrections file have cells beside their columns."""
        import polars as pl

        flags = []
        if not self.table.repeats:
            still = self._still_repeated(claimed, values, cells)
            again = still | self._repeated(claimed, cells, block, still)
            flags.append(Flag(self.plan.key_columns[0], repeats(self.plan), Rule.UNIQUE, again))
        if self.plan.corrects and self.known and (short := self.known.short(self.table)):
            flags.append(Flag(None, STILL_SHORT, Rule.MISSING_CELL, _untouched(texts, cells[ENTRY], short)))
        if self.table.repeats and self.table.replaces:
            flags.append(
                Flag(self.plan.key_columns[0], TWO_OF_ONE_ID, Rule.UNIQUE, self.others.of(self.plan, self.known, texts, values))
            )
        if self.plan.surplus:
            beside = cells.select(pl.any_horizontal(pl.col(self.plan.surplus).str.strip_chars() != "")).to_series()
            flags.append(Flag(None, BESIDE, Rule.EXTRA_CELL, beside.fill_null(False)))
        return flags

    def _of_references(self, values: pl.DataFrame) -> tuple[list[Flag], pl.Series, list[NotRun]]:
        """Which references lead nowhere, which rows wait for one in quarantine, and which could not be looked up."""
        import polars as pl

        flags: list[Flag] = []
        not_run: list[NotRun] = []
        pending = pl.repeat(False, values.height, eager=True)
        for reference in (f for f in self.plan.fields if f.refers_to):
            referred = values.select(_referred(self.table.kind, reference).alias("key"))
            keys = referred["key"]
            distinct = keys.drop_nulls().unique()
            found = self.known.known(reference, distinct) if self.known else None
            if found is None:
                not_run.append(not_at_hand(self.table.kind.name, reference))
                continue
            status = referred.select(looked_up(pl.col("key"), distinct, found)).to_series()
            if reference.refers_to == self.table.kind.name:
                own = values.select(full_key(self.table.kind)).to_series()
                status = status.set((keys == own).fill_null(False), UNKNOWN)  # no record stands inside itself
            header = self.plan.lenses[reference.name].headers[0]
            remedy = FOREIGN_KEY if reference.issuer == "agency" else CENTRE_KEY
            flags.append(Flag(header, remedy, Rule.FOREIGN_KEY, (status == UNKNOWN).fill_null(False)))
            pending = pending | (status == PENDING).fill_null(False)
        return flags, pending, not_run

    def _children(
        self, items: Mapping[str, pl.DataFrame], height: int
    ) -> tuple[list[tuple[ChildPlan, pl.DataFrame]], list[Flag]]:
        """The records that stand in lists: they are accepted or not with the record that holds them."""
        import polars as pl

        found, flags = [], []
        for child in self.plan.children:
            cells = items[child.child.path]
            values = cells.select(lens.decode(pl.col).alias(name) for name, lens in child.lenses.items())
            of_items = checked(cells, values, child.lenses)
            flags += [flag.of_items(cells, height) for flag in of_items]
            found.append((child, values.hstack([cells[AT], cells[PLACE]])))
        return found, flags

    def _kept(
        self, children: list[tuple[ChildPlan, pl.DataFrame]], accepted: pl.DataFrame, places: pl.Series
    ) -> dict[str, pl.DataFrame]:
        """The children of accepted records, with the key of their parent and the row it stands in."""
        import polars as pl

        key = accepted.select(key_of(self.table.kind)).to_series().alias(KEY)
        keys = pl.DataFrame([places.cast(pl.Int64).alias(AT), key, accepted[ROW]])
        return {
            plan.child.kind.name: values.join(keys, on=AT, how="inner", maintain_order="left").select(
                pl.col(KEY).alias(plan.child.parent.name),
                pl.col(PLACE).cast(pl.Int64).alias(plan.child.place.name),
                *plan.lenses,
                ROW,
            )
            for plan, values in children
        }

    def _repeated(self, claimed: pl.Series, cells: pl.DataFrame, block: Block, still: pl.Series) -> pl.Series:
        """Which rows carry a key that stood before; rows wrong for other reasons count as holders too.

        A row that still carries another's key holds none: the other may well stand after it.
        """
        import polars as pl

        here = pl.select(pl.when(~still).then(claimed)).to_series()
        claims = claims_of(self.plan, block.misfits)
        if not claims:
            return self.seen.repeated(here)
        loose = pl.DataFrame({"row": list(claims), "key": list(claims.values())}, schema={"row": pl.Int64, "key": pl.String})
        both = pl.concat([pl.DataFrame({"row": cells[ROW], "key": here}), loose])
        in_order = both.with_row_index("at").sort("row")
        again = in_order.with_columns(self.seen.repeated(in_order["key"]).alias("again")).sort("at")
        return again["again"].head(cells.height)

    def _still_repeated(self, claimed: pl.Series, values: pl.DataFrame, cells: pl.DataFrame) -> pl.Series:
        """Which rows of a corrections file, refused for carrying another's key, still carry one that is somebody's.

        So may one be that lost its number and carries such a key: whose it is cannot be told.
        """
        import polars as pl

        kind, known = self.table.kind, self.known if self.plan.corrects else None
        refused = known.repeated(kind) if known else {}
        if known is None or not refused:
            return pl.Series([False]).new_from_index(0, cells.height)
        keys = full_keys(self.plan, values, claimed)
        numbers = cells[ENTRY]
        theirs = numbers.is_in(list(refused)) | (numbers.is_null() & keys.is_in([key for key in refused.values() if key]))
        return (theirs & keys.is_in(known.held(kind).implode())).fill_null(False)

    def _replaces(self, texts: pl.DataFrame) -> list[pl.Series]:
        """The other ids of each record, for tables whose records are edited."""
        import polars as pl

        if not self.table.replaces:
            return []
        bare = [pl.col(header).str.strip_prefix("uuid:") for header in self.table.replaces]
        listed = pl.concat_list(bare).list.drop_nulls()
        return [texts.select(pl.when(listed.list.len() > 0).then(listed).alias(REPLACES)).to_series()]

    def _cargo(self, cells: pl.DataFrame) -> pl.Series:
        import polars as pl

        cargo = [name for name in self.plan.cargo if name in cells.columns]
        if not cargo:
            return pl.Series(CARGO, [None], dtype=pl.String).new_from_index(0, cells.height)
        told = [pl.col(name).alias(shown(name)) for name in sorted(cargo, key=shown)]
        return cells.select(pl.struct(told).struct.json_encode().alias(CARGO)).to_series()

    def _quarantined(self, cells: pl.DataFrame, misfits: Sequence[Misfit]) -> pl.DataFrame:
        import polars as pl

        aligned = cells.with_columns(pl.lit(None, dtype=pl.String).alias(TEXT))
        if not misfits:
            return aligned
        claims = claims_of(self.plan, misfits) if len(self.table.kind.keys) == 1 else {}
        loose = pl.DataFrame(
            [(m.row, m.first, m.last, claims.get(m.row), "", m.text) for m in misfits],
            schema={"#row": pl.Int64, "#first": pl.Int64, "#last": pl.Int64, KEY: pl.String, SCOPE: pl.String, TEXT: pl.String},
            orient="row",
        ).with_columns(columns_without(self.plan, {}, len(misfits)))
        return pl.concat([aligned, loose], how="diagonal").sort(ROW)


def _untouched(texts: pl.DataFrame, entries: pl.Series, short: Mapping[int, Mapping[str, str]]) -> pl.Series:
    """Which rows of a corrections file hold what their entry held, and still lack what it lacked."""
    import polars as pl

    found = []
    for entry, row in zip(entries, texts.iter_rows(named=True), strict=True):
        came = short.get(entry) if entry is not None else None
        held = {name: text for name, text in row.items() if isinstance(text, str) and text}
        found.append(came is not None and held == {name: text for name, text in came.items() if name in texts.columns})
    return pl.Series(found, dtype=pl.Boolean)


def _referred(kind: Kind, reference: Field) -> pl.Expr:
    """The key a reference holds, inside the scope of its record where the referred kind has that scope."""
    import polars as pl

    key = pl.col(reference.name)
    return full(scope_of(kind), key) if stays_inside(kind, reference) else key
