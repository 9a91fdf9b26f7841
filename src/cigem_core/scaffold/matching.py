"""Which kind of record a table holds, and which column tells which field: by their names first, by the cells as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from cigem_core.formats.tables import ITEM
from cigem_core.model.fields import Field, Kind, kinds
from cigem_core.model.identity import Sex
from cigem_core.model.values import Country, Level, Occupation, Phone, Place
from cigem_core.scaffold.evidence import Guess, accepts
from cigem_core.scaffold.guesses import guess
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, SampleTable, quoted
from cigem_core.scaffold.types import Typed, typed
from cigem_core.scaffold.words import is_called, likeness, role_of, says_nothing
from cigem_core.sdk.births import columns
from cigem_core.sdk.lenses import Column, path_of

ALIKE, SURE, FITS = 0.45, 0.85, 0.5
"""Likeness from which names are compared at all, and from which nothing is asked; the share of cells that must be read."""


@frozen(kw_only=True, eq=False)
class Match:
    """A field, the columns that tell it, and how."""

    wanted: Field
    headers: tuple[str, ...]
    guess: Guess
    likeness: float


@frozen(kw_only=True, eq=False)
class Matched:
    """A table, the kind it was taken for, and what tells its fields."""

    table: SampleTable
    kind: Kind
    matches: Mapping[str, Match]
    child: Matched | None = None
    """The records its lists hold."""
    score: float = 0.0
    beside: Mapping[str, Typed] = field(factory=dict)
    """What the columns hold that nobody asks for, by their cells."""
    is_drafted: bool = False
    """Whether the kind is its own, to be declared beside it."""

    @property
    def cargo(self) -> list[str]:
        """The columns nobody asks for."""
        taken = {header for match in self.every() for header in match.guess.lens.headers}
        return [column.header for column in self.table.columns if column.header not in taken]

    @property
    def is_like(self) -> bool:
        """Whether the table is like its kind: a number and little else may be of any."""
        named = [match for match in self.matches.values() if match.likeness > ALIKE]
        numbers = sum(match.likeness for match in named if match.wanted.is_key or match.wanted.name.endswith(".key"))
        is_share = _SHARE * len(named) >= len(self.table.columns)
        return self.score - (0 if is_share else numbers) >= _LEAST

    def every(self) -> list[Match]:
        """What tells its fields and those of its children."""
        return [*self.matches.values(), *(self.child.matches.values() if self.child else [])]

    @property
    def missing(self) -> list[Field]:
        """The fields it cannot do without and that no column tells; what names the workbook is told by it."""
        return [
            f for f in self.kind.fields.values() if (f.is_key or f.is_required) and f.name not in self.matches and not f.is_scope
        ]


@define
class Matcher:
    """Compares tables with kinds; a column is tried once for each type of field."""

    offers: Sequence[Offer]
    kinds: Sequence[Kind]
    """Those that a draft may be of."""
    tried: dict[tuple[object, ...], Guess | None] = field(factory=dict)

    def match(self, table: SampleTable, kind: Kind | None = None) -> Matched:
        """The kind that tells most of a table's columns, or the one that was named."""
        candidates = [kind] if kind else [known for known in self.kinds if not (known.is_centres or is_child(known))]
        return self._by_cells(max((self._as(table, one) for one in candidates), key=lambda found: found.score))

    def _by_cells(self, found: Matched) -> Matched:
        """What the columns left over hold; one without a telling name is taken, and asked about, for the one field of a type."""
        left = [one for one in found.table.columns if one.header in found.cargo and not one.is_list and one.filled.len()]
        beside = {one.header: typed(one, self.offers) for one in left}
        nameless = {one.header: beside[one.header] for one in left if says_nothing(one.header) and not one.hints}
        free = [f for f in found.kind.fields.values() if f.name not in found.matches]
        matches = dict(found.matches)
        for python in _TELLING:
            headers = [header for header, one in nameless.items() if one.python is python]
            fields = [f for f in free if f.python is python]
            if len(headers) == len(fields) == 1:
                guess = beside.pop(headers[0]).guess
                matches[fields[0].name] = Match(wanted=fields[0], headers=(headers[0],), guess=guess, likeness=ALIKE)
        ordered = {name: matches[name] for name in found.kind.fields if name in matches}
        return evolve(found, matches=ordered, beside=beside)

    def _as(self, table: SampleTable, kind: Kind) -> Matched:
        pairs = self._pairs(table.columns, kind)
        births = self._births(table, kind)
        taken = {header for match in births.values() for header in match.headers}
        matches = {**births, **_best(pairs, taken, set(births))}
        matches = {name: self._narrowed(match, table) for name, match in matches.items()}
        paths = {path for column in table.columns for path in _folders(column.header)}
        called = 1.5 * is_called(table.title, kind) + 0.75 * any(is_called(path, kind) for path in paths)
        score = sum(match.likeness for match in matches.values()) + called
        ordered = {name: matches[name] for name in kind.fields if name in matches}
        found = Matched(table=table, kind=kind, matches=ordered, score=score)
        return evolve(found, child=self._child(found))

    def _pairs(self, cells: Iterable[SampleColumn], kind: Kind) -> list[Match]:
        found = []
        for column in cells:
            for wanted in kind.fields.values():
                alike = likeness(column.header, kind, wanted, column.hints)
                made = self._guess(wanted, column) if alike >= ALIKE else None
                if made and _fits(wanted, made, alike):
                    # Of two columns that may be the key, the one that is different everywhere.
                    own = alike + (0.01 * _tells_apart(column) + 0.01 * ("uuid" in column.header) if wanted.is_key else 0)
                    found.append(
                        Match(wanted=wanted, headers=(column.header,), guess=made, likeness=own * (0.5 + made.share / 2))
                    )
        return sorted(found, key=lambda match: -match.likeness)

    def _guess(self, wanted: Field, column: SampleColumn) -> Guess | None:
        key = (id(column.cells), column.header, wanted.python, wanted.many, wanted.refers_to is None)
        if key not in self.tried:
            self.tried[key] = guess(wanted, column, self.offers)
        return self.tried[key]

    def _births(self, table: SampleTable, kind: Kind) -> dict[str, Match]:
        """A birth told by several columns."""
        name = "identity.birth"
        roles = {role: c for c in table.columns if not c.is_list and (role := role_of(c.header))}
        if name not in kind.fields or not {"date", "year"} <= set(roles) or roles["date"] is roles["year"]:
            return {}
        dated = self._guess(kind.fields[name], roles["date"])
        if dated is None:
            return {}
        form = next((f for f in ("yyyy-mm-dd", "dd/mm/yyyy") if f in dated.code), "yyyy-mm-dd")
        roles = {role: roles[role] for role in ("date", "year", "approximate") if role in roles}
        lens = columns(**{role: c.header for role, c in roles.items()}).birth(form, minimum=_OLDEST)
        listed = ", ".join(f"{role}={quoted(column.header)}" for role, column in roles.items())
        count = int(table_filled(roles.values()))
        made = evolve(
            dated, code=f"columns({listed}).birth({quoted(form)}, minimum={_OLDEST})", lens=lens, filled=count, read=count,
            evidence="; years before 1900 are taken for slips", questions=(),
        )  # fmt: skip
        return {name: Match(wanted=kind.fields[name], headers=tuple(c.header for c in roles.values()), guess=made, likeness=1.0)}

    def _narrowed(self, match: Match, table: SampleTable) -> Match:
        """Of a list of contacts, only those that are telephone numbers, where another of its columns says which."""
        [header, *more] = match.headers
        cells = next((c for c in table.columns if c.header == header), None)
        if cells is None or more or match.wanted.python is not Phone or not cells.is_list:
            return match
        for other in table.columns:
            if path_of(other.header) == path_of(header) and other is not cells and (said := _saying(cells, other, match.guess)):
                assert isinstance(match.guess.lens, Column)
                code = match.guess.code.replace(".phone(", f".where({quoted(other.header)}, {quoted(said)}).phone(")
                filled = int((other.filled == said).sum())
                lens = match.guess.lens.where(other.header, said)
                return evolve(match, guess=evolve(match.guess, code=code, lens=lens, filled=filled))
        return match

    def _child(self, found: Matched) -> Matched | None:
        """The kind whose records the lists of this one hold."""
        left = [c for c in found.table.columns if c.header in found.cargo and c.is_list and c.filled.len()]
        candidates = []
        for kind in (k for k in kinds() if is_child(k) and not k.is_centres and k.references[0].refers_to == found.kind.name):
            for path in sorted({str(path_of(c.header)) for c in left}):
                items = [c.items() for c in left if path_of(c.header) == path]
                matches = _best(self._pairs(items, kind), set(), {f.name for f in kind.keys})
                candidates.append(Matched(table=found.table, kind=kind, matches=matches, score=len(matches)))
        return max((c for c in candidates if c.score), key=lambda c: c.score, default=None)


_OLDEST = 1900

_LEAST, _SHARE = 1.5, 3
"""The score below which a table is like no kind; where its number is most of it, a third of its columns must be known too."""

_TELLING = (Phone, Sex, Place, Level, Country, Occupation)
"""Types whose cells are like no others."""


def _fits(wanted: Field, made: Guess, alike: float) -> bool:
    """Whether a column's cells are a field's; of a column that is named like it, some of its codes are enough."""
    return made.share >= FITS or (wanted.codes is not None and alike >= SURE and made.read > 0)


def is_child(kind: Kind) -> bool:
    """Whether records of a kind live inside others, at a place among their like."""
    return len(kind.keys) > 1 and any(f.refers_to for f in kind.keys) and any(f.python is int for f in kind.keys)


def table_filled(cells: Iterable[SampleColumn]) -> int:
    """How many rows hold something in one of some columns."""
    import polars as pl

    frame = pl.DataFrame([column.cells.is_not_null().alias(str(at)) for at, column in enumerate(cells)])
    return int(frame.select(pl.any_horizontal(pl.all()).sum()).item())


def _best(pairs: Iterable[Match], taken: set[str], known: set[str]) -> dict[str, Match]:
    """Each field and each column once, the most alike first."""
    found: dict[str, Match] = {}
    for match in pairs:
        if not set(match.headers) & taken and match.wanted.name not in found and match.wanted.name not in known:
            found[match.wanted.name] = match
            taken |= set(match.headers)
    return found


def _tells_apart(column: SampleColumn) -> bool:
    return column.filled.len() == column.cells.len() and column.filled.n_unique() >= 0.99 * column.cells.len()


def _folders(header: str) -> list[str]:
    return [part for part in header.replace(".", "/").split("/")[:-1] if ITEM not in part]


def _saying(cells: SampleColumn, other: SampleColumn, made: Guess) -> str | None:
    """The text of another column of a list beside which its items are read, and beside no other."""
    import polars as pl

    pairs = pl.DataFrame({"cell": cells.cells, "said": other.cells}).explode("cell", "said").drop_nulls()
    if pairs.is_empty():
        return None
    read = pairs.with_columns(accepts(pairs["cell"], made.lens).alias("read"))
    shares = read.group_by("said").agg(pl.col("read").mean(), pl.len()).filter(pl.col("len") > 2).sort("read", descending=True)
    [best, *others] = shares.rows() or [(None, 0.0, 0)]
    is_telling = best[0] is not None and best[1] > FITS and len(best[0]) <= _WORD and all(share < FITS for _, share, _ in others)
    return str(best[0]) if is_telling else None


_WORD = 20
