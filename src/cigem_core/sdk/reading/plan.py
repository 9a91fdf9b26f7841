"""A table under a mask: which columns of a source are read, which are kept aside, and which rules can be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

from cigem_core.errors import ConventionError, SourceRefused
from cigem_core.formats.source import Source
from cigem_core.formats.tables import FIRST, ITEM, LAST, ROW, ChosenColumns
from cigem_core.model.fields import Field
from cigem_core.policy import Mask
from cigem_core.report import NotRun, Rule
from cigem_core.sdk.batch import ENTRY, ENTRY_COLUMN, ORIGIN_COLUMN, SURPLUS, names_entry
from cigem_core.sdk.declaration import Child, Declaration
from cigem_core.sdk.families import Family
from cigem_core.sdk.lenses import Lens
from cigem_core.sdk.reading.inner import names_of, shown, titles, within
from cigem_core.sdk.reading.members import handed_over
from cigem_core.sdk.reading.misshapen import SHAPE, Misshapen, misshapen
from cigem_core.sdk.remedies import hidden_names, masked, missing_columns, not_there, one_column, too_many_columns, twice_there
from cigem_core.sdk.rules import GroupRule, RowRule
from cigem_core.spelling import fold, looks_like, title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.forms.rules import FormRules


@frozen(eq=False)
class ChildPlan:
    """A child of a table under the mask: the lenses that may be read."""

    child: Child
    lenses: Mapping[str, Lens]

    @property
    def headers(self) -> list[str]:
        """The columns of its list that are read."""
        return _headers(self.lenses)


def permitted_headers(table: Declaration, mask: Mask) -> list[str]:
    """The declared columns of a table that may cross."""
    return titles(Plan(table, mask, Source(name=table.kind.name)).headers)


def hides(table: Declaration, mask: Mask) -> bool:
    """Whether any field of the records of a table, or of those inside them, may not cross."""
    return mask.hides(table.kind, *(child.kind for child in table.children))


def crossing(table: Declaration, mask: Mask) -> Callable[[str], bool]:
    """Which columns of a stored row may cross under a mask: those declared, and those nobody declared that it lets cross.

    A column of a list is named by its items' places (`contacts[0].valeur`).
    """
    plan = Plan(table, mask, Source(name=table.kind.name))
    permitted = {title_key(header) for header in plan.headers}
    shows = plan._shows(permitted)

    def crosses(column: str) -> bool:
        declared = re.sub(r"\[[0-9]+\]", ITEM, column, count=1)
        return title_key(declared) in permitted or (plan.carries(column) and not shows(declared))

    return crosses


MOST_COLUMNS = 2_000
"""Columns of a table; the widest an agency sends are a form's answers, with some hundreds. Each costs every block a question."""


class Plan:
    """What is read of one source of a table; settled once its header is known."""

    def __init__(self, table: Declaration, mask: Mask, source: Source, *, recognises: bool = False) -> None:
        # What was declared, and the same by the names its columns have within frames.
        self.given, table = table, within(table)
        self.table, self.mask = table, mask
        self.sheet = source.sheet or (None if source.table is not None else getattr(table.format, "sheet_name", None))
        # A column nobody declared may hold a hidden field under another name: then only those the clause names cross.
        self.is_narrowed = hides(table, mask)
        # A corrections file from which a column was deleted is recognised, for its refusal to name that column.
        self.forgives = recognises and source.table is not None
        self.file = source.name if source.table is not None else table.format.resource or source.name
        self.is_sparse = table.format.is_sparse and source.table is None
        self.key_columns = [table.lenses[name].headers[0] for name in table.naming]
        self.key_positions: list[int] = []
        self.cargo: list[str] = []
        self.surplus: list[str] = []
        self.absent: list[str] = []
        self.left_out: list[Field] = []
        self.misshapen: dict[str, Misshapen] = {}
        """Columns of a document that stand where a declared one should, in another shape."""
        self.members: dict[Family, dict[str, str]] = {}
        self.wrong_headers: list[tuple[str, Rule, Text]] = []
        self.corrects = False
        self.children = [
            ChildPlan(child, {name: lens for name, lens in child.lenses.items() if mask.permits(child.kind, name)})
            for child in table.children
            if mask.takes(child.kind)
        ]
        if hidden := [f for f in table.known_by if mask.takes(table.kind) and not mask.permits(table.kind, f)]:
            raise ConventionError(hidden_names(table.kind.name, hidden))
        self.permitted = [f for f in mask.permitted(table.kind) if f.name in table.lenses]
        self._read(self.permitted)

    def _read(self, fields: Sequence[Field], unread: Callable[[Sequence[str]], Text] = masked) -> None:
        """Settle which fields are read, and which rules can then be asked."""
        self.fields = list(fields)
        self.lenses = {f.name: self.table.lenses[f.name] for f in fields}
        of_children = [header for child in self.children for header in child.headers]
        hidden = {name: lens.headers[0] for name, lens in self.table.lenses.items() if name not in self.lenses}
        self.dated = None if set(self.table.day_columns) & set(hidden.values()) else self.table.dated
        days = self.dated.headers if self.dated else ()
        self.headers = list(dict.fromkeys([*_headers(self.lenses), *of_children, *self.table.replaces, *days]))
        there = set(self.lenses)
        able = [rule for rule in self.table.rules if there.issuperset(rule.fields)]
        self.rules = [rule for rule in able if isinstance(rule, RowRule)]
        self.group_rules = [rule for rule in able if isinstance(rule, GroupRule)]
        asked = [(rule.name, rule.fields) for rule in self.table.rules]
        asked += [(f"required {name}", (name,)) for name, lens in self.table.lenses.items() if lens.is_required]
        self.not_run = [
            NotRun(rule=rule, reason=unread([hidden[name] for name in fields if name in hidden]))
            for rule, fields in asked
            if not there.issuperset(fields)
        ]
        if self.table.dated and not self.dated:
            self.not_run.append(NotRun(rule="dated", reason=unread([self.table.dated.header])))

    @cached_property
    def form_rules(self) -> FormRules | None:
        """The rules of the form, where the table is one of answers."""
        if self.table.form is None:
            return None
        from cigem_core.sdk.forms.rules import FormRules

        return FormRules(self.table.form())

    @cached_property
    def called(self) -> frozenset[str]:
        """The columns of numbers by which someone or something is called: keys, references, identity numbers."""
        names = [f for f in self.fields if f.is_key or f.refers_to or f.name.rpartition(".")[2] in _CALLED]
        return frozenset(header for f in names for header in self.lenses[f.name].headers)

    def aside(self, columns: Sequence[str]) -> list[str]:
        """Of the columns nobody declared, the questions of the form: its rules look at them too."""
        if self.form_rules is None:
            return []
        return [name for name in self.cargo if name in self.form_rules.form.by_path and name in columns]

    def carries(self, header: str) -> bool:
        """Whether a column nobody declared may cross."""
        if isinstance(self.mask.cargo, bool):
            return self.mask.cargo and not self.is_narrowed
        return title_key(header) in {title_key(name) for name in self.mask.cargo}

    @property
    def takes_all(self) -> bool:
        """Whether every column may cross, whatever it is called."""
        return self.mask.cargo is True and not self.is_narrowed

    @property
    def by_header(self) -> dict[str, Lens]:
        """The lens that reads each column; cargo has none."""
        every = [*self.lenses.values(), *(lens for child in self.children for lens in child.lenses.values())]
        every += [self.dated] if self.dated else []
        return {header: lens for lens in reversed(every) for header in lens.headers}

    def choose(self, found: Sequence[str]) -> ChosenColumns:
        """Find the declared columns in a header, whatever their order, letter case or stray spaces."""
        if len(found) > MOST_COLUMNS:
            raise SourceRefused(too_many_columns(self.file, len(found), MOST_COLUMNS), columns=len(found))
        keys = [title_key(ENTRY_COLUMN if names_entry(header) else header) for header in found]
        self.corrects = title_key(ENTRY_COLUMN) in keys
        if self.corrects and self.mask.fields is None:
            self._leave_out_absent(keys)
        elif self.table.not_needed:
            self._leave_out(keys)
        wanted = {title_key(header): header for header in self.headers}
        members = self._members(found)
        self._check_header(keys, wanted)
        names = {position: wanted[key] for position, key in enumerate(keys) if key in wanted}
        self.absent = [header for header in self.headers if header not in names.values()]
        undeclared = [at for at in self._undeclared(found, keys, set(wanted)) if at not in members]
        if self.corrects:
            names, undeclared = self._of_corrections(found, keys, names, undeclared)
        taken = dict.fromkeys(self.table.headers, 1)
        crossing = [position for position in undeclared if self.carries(found[position])]
        for position, base in zip(crossing, names_of([found[at].strip() for at in crossing]), strict=True):
            names[position] = _cargo_name(base, position, taken)
        self.cargo = [names[position] for position in crossing]
        self.misshapen = {}
        if self.table.format.is_sparse:
            declared = {at: name for at, name in names.items() if at not in crossing}
            for one in misshapen(found, self.headers, declared):
                name = names.setdefault(one.position, f"{SHAPE}{one.position}{ITEM if ITEM in found[one.position] else ''}")
                self.misshapen[name] = one
        names |= {at: name for at, name in members.items() if name}
        self.key_positions = [keys.index(key) for key in map(title_key, self.key_columns) if key in keys]
        reads_all = not self.is_narrowed and len(self.lenses) + len(self.left_out) == len(self.table.lenses)
        whole = reads_all and len(crossing) == len(undeclared)
        return ChosenColumns(names=names, whole=whole, key=self._key_position(keys))

    def _key_position(self, keys: Sequence[str]) -> int | None:
        """Where the first part of the key stands that may not be empty."""
        parts = self.table.naming_columns or self.key_columns
        found = [keys.index(key) for header in parts if (key := title_key(header)) in keys]
        return found[0] if found else None

    def _members(self, found: Sequence[str]) -> dict[int, str | None]:
        """The columns of families by their places; None for those nothing is read of."""
        of_families: dict[int, str | None] = {}
        # A header is looked for more than once: under each encoding, in each row of a sheet.
        self.members, self.wrong_headers = {}, []
        for one in self.table.families:
            if any(one.heading().header in child.headers for child in self.children):
                places, wrong = one.judged(found)
                self.members[one] = {handed_over(one, at): found[at].strip() for at in places}
                self.wrong_headers += wrong
                of_families |= {at: handed_over(one, at) for at in places}
            for at in (at for at, header in enumerate(found) if one.is_meant(header)):
                of_families.setdefault(at, None)
        return of_families

    @property
    def handed_over(self) -> Mapping[str, str]:
        """What the columns of families are handed over as, by their headers."""
        return {header: name for headers in self.members.values() for name, header in headers.items()}

    def heading_of(self, header: str, place: int) -> str:
        """How the column of a list's item is called: `contacts[0].valeur`, or of a family the header itself."""
        for one, headers in self.members.items():
            if header.startswith(one.name + ITEM):
                return list(headers.values())[place]
        return header.replace(ITEM, f"[{place}]", 1)

    def _leave_out(self, keys: Sequence[str]) -> None:
        """Leave out the fields whose columns need not be there and are not; it is told, for a misspelt one looks the same."""
        not_needed = self.table.not_needed
        maybe = [f for f in self.permitted if self._header_of(f) in not_needed]
        self.left_out = [f for f in maybe if title_key(self._header_of(f)) not in keys]
        self._read([f for f in self.permitted if f not in self.left_out], unread=not_there)
        if self.left_out:
            self.not_run.append(NotRun(rule="columns", reason=not_there([self._header_of(f) for f in self.left_out])))

    def _header_of(self, field: Field) -> str:
        return self.table.lenses[field.name].headers[0]

    def _leave_out_absent(self, keys: Sequence[str]) -> None:
        """Of a corrections file read without a convention, leave out what may have been masked when it was written.

        Under a convention what it lets through stands there (`permitted_headers`): what is absent was deleted, and
        its rules would fall silent. A key, or what the model requires, can never be masked.
        """
        self.children = [child for child in self.children if any(title_key(h) in keys for h in child.headers)]
        there = [f for f in self.fields if any(title_key(h) in keys for h in self.lenses[f.name].headers)]
        names = self.table.known_by
        self._read([f for f in self.fields if f in there or f.is_key or f.is_required or f.name in names], unread=not_there)

    def _check_header(self, keys: Sequence[str], wanted: Mapping[str, str]) -> None:
        """Refuse a source that lacks a declared column, or has one twice."""
        of_families = {header for one in self.table.families for header in (one.heading().header, one.cell().header)}
        missing = [header for key, header in wanted.items() if key not in keys and header not in of_families]
        if not self.wrong_headers:
            missing += [one.needed for one, columns in self.members.items() if one.needed and not columns]
        if self.is_sparse:
            # Such a record holds what it speaks of and no more; but a source without any key is none of these.
            needed = {*self.table.naming_columns}
            missing = [header for header in missing if header in needed and keys] or self._of_another(keys, needed)
        elif self.corrects and self.mask.fields is None:
            named = {f.name for f in self.fields if f.is_key or f.is_required} | {*self.table.known_by}
            needed = {header for name in named for header in self.lenses[name].headers}
            missing = [header for header in missing if header in needed and not self.forgives]
        if missing and len(keys) == 1 and len(wanted) > 1 and hasattr(self.table.format, "delimiter"):
            raise SourceRefused(one_column(self.file, getattr(self.table.format, "delimiter", None)), missing=missing)
        if missing:
            listed = titles(missing)
            raise SourceRefused(missing_columns(self.file, listed, of_document=self.is_sparse), missing=listed)
        if twice := [header for key, header in wanted.items() if keys.count(key) > 1]:
            raise SourceRefused(twice_there(self.file, shown(twice[0])))

    def _of_another(self, keys: Sequence[str], needed: Collection[str]) -> list[str]:
        """The columns that records lack which have other keys and, but for the number, none of what is declared.

        They are of another list that has numbers too: taken for these, they would stand in the place of others' records.
        """
        declared = [header for header in self.table.headers if header not in needed]
        roads = [_road(header)[:1] for header in (*declared, *needed)]
        others = [key for key in keys if _road(key)[:1] not in [_road(header)[:1] for header in needed]]
        known = any(_road(key)[:1] in roads for key in others)
        return declared if declared and others and not known and self.table.form is None else []

    def _undeclared(self, found: Sequence[str], keys: Sequence[str], wanted: set[str]) -> list[int]:
        """The columns nobody declared; what looks like a masked one, or holds or is held by one, is not among them."""
        shows = self._shows(wanted)
        return [p for p, key in enumerate(keys) if key not in wanted and not shows(found[p])]

    def _shows(self, wanted: Collection[str]) -> Callable[[str], bool]:
        """Whether a column shows a masked one: it looks like it, holds it, or is held by it."""
        hidden = [header for header in self.table.headers if title_key(header) not in wanted]
        alike = {looks_like(header) for header in hidden}
        roads = [_road(header) for header in hidden] if self.table.format.is_sparse else []
        return lambda header: looks_like(title_key(header)) in alike or any(_meet(_road(header), road) for road in roads)

    def _of_corrections(
        self, found: Sequence[str], keys: Sequence[str], names: dict[int, str], undeclared: list[int]
    ) -> tuple[dict[int, str], list[int]]:
        """The columns of a corrections file: the entry each row corrects, and cells that stand beside."""
        # Under a narrowed mask a column without a title may hold whatever is hidden.
        beside = {} if self.is_narrowed else {p: f"{SURPLUS}{p}" for p in undeclared if _is_unnamed(found[p])}
        self.surplus = list(beside.values())
        names = names | {keys.index(title_key(ENTRY_COLUMN)): ENTRY} | beside
        return names, [p for p in undeclared if p not in names and keys[p] != title_key(ORIGIN_COLUMN)]

    def no_cells(self) -> pl.DataFrame:
        """A table with these columns and no rows."""
        import polars as pl

        names = (*self.headers, *self.cargo, *self.surplus, *([ENTRY] if self.corrects else []))
        texts = {name: pl.List(pl.String) if ITEM in name else pl.String() for name in names}
        return pl.DataFrame(schema={**texts, ROW: pl.Int64(), FIRST: pl.Int64(), LAST: pl.Int64()})


_CALLED = frozenset({"nina", "their_reference"})
"""Fields that hold numbers of elsewhere."""


def _headers(lenses: Mapping[str, Lens]) -> list[str]:
    return list(dict.fromkeys(header for lens in lenses.values() for header in lens.headers))


def _is_unnamed(header: str) -> bool:
    return not header.strip() or header.startswith(SURPLUS)


def _cargo_name(base: str, position: int, taken: dict[str, int]) -> str:
    """The name an undeclared column is kept under; a second one of that name is numbered."""
    base = base or f"colonne {position + 1}"
    name = base
    while name in taken:
        taken[base] = taken.get(base, 1) + 1
        name = f"{base} ({taken[base]})"
    taken[name] = 1
    return name


def _road(header: str) -> list[str]:
    """The steps on the way to a value of a document."""
    return [fold(step) for step in re.split(r"[./]|\[\]", header) if step]


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one value holds the other."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
