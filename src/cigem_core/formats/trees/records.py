"""Records of trees, gathered into whole columns.

A document comes in pieces. A piece is read as columns where that is exact, and record by record where it is not; both
give the same cells. What is not chosen passes through the parser and is let go with its piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import define, evolve, field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Choose, ChosenColumns, Misfit, Unread
from cigem_core.formats.trees.places import ColumnPath, Path, PathNaming, Shape, ValueKind, series_of
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

BLOCK = 50_000
"""Records of a block."""

_MOST_CELLS, _CELLS = 1 << 23, 1 << 22
"""Cells of a document, where it has not a byte for each; and those looked at together."""
TOGETHER = 16_384
"""Records taken apart together, where they are read one by one."""

MOST = 4_096
"""Columns of a document: where there are more, keys are made of data."""


@frozen(eq=False)
class Item:
    """One record of a document: its value, what is doubtful about it, and where it stands in its piece."""

    value: Any = field(repr=False)
    start: int
    end: int
    doubt: Rule | None = None
    said: Text | None = None
    """What is doubtful, where the rule alone does not say."""

    @property
    def breaks(self) -> Rule | None:
        """The rule it breaks as a whole, where it does."""
        return self.doubt if self.doubt or isinstance(self.value, dict) else Rule.STRUCTURE


class Piece(Protocol):
    """Some consecutive records of a document."""

    @property
    def content(self) -> bytes:
        """The bytes they stand in."""

    def items(self) -> Iterator[Item]:
        """The records in their order; SourceRefused where the document breaks."""

    def text_of(self, item: Item) -> str:
        """A record as it came."""

    def columns(self, shape: Shape) -> Whole | None:
        """These records as columns; None where one of them does not fit the shape, or might not be read exactly."""


class Whole(Protocol):
    """The records of a piece, read as columns all at once."""

    @property
    def height(self) -> int:
        """How many records there are."""

    def cells(self, place: ColumnPath) -> pl.Series | None:
        """The cells of a column; None where no record has it."""


def first_page(name: str, held: int, announced: int | None) -> SourceRefused:
    """The refusal of a document that says of itself that it is only the first page of a list."""
    whole = "" if announced is None else f" ({held} / {announced})"
    return SourceRefused(
        Text(
            fr=f"{name} : le document n'est qu'une page de la liste{whole} ; la demander tout entière",
            en=f"{name}: the document is only a page of the list{whole}; ask for all of it",
        ),
        held=held,
        announced=announced,
    )


def too_many(name: str) -> SourceRefused:
    """The refusal of a document that has more columns than any form."""
    return SourceRefused(
        Text(
            fr=f"{name} : plus de {MOST} colonnes ; des clés du document sont sans doute des données",
            en=f"{name}: more than {MOST} columns; keys of the document are probably data",
        )
    )


def open_records(
    name: str, sha256: str, pieces: Callable[[], Iterable[Piece]], naming: PathNaming, choose: Choose, block: int = BLOCK
) -> OpenTree:
    """Read a document to its end, keeping the columns that are chosen; SourceRefused where it breaks."""
    gathered = _Gathered(name, naming, choose)
    gathered.take(pieces())
    if gathered.lacks:
        # A column was chosen only once the whole header was known.
        gathered = _Gathered(name, naming, choose, gathered.shape)
        gathered.take(pieces())
    cells, told = gathered.cells(), gathered.told()
    return OpenTree(name, gathered.header, sha256, cells, told, gathered.records, block, gathered.kinds)


@define
class _Gathered:
    """What was read of a document so far."""

    name: str
    naming: PathNaming
    choose: Choose
    shape: Shape = field(factory=Shape)
    places: tuple[ColumnPath, ...] = ()
    chosen: ChosenColumns | None = None
    records: int = 0
    size: int = 0
    """Bytes of the pieces so far."""
    read: list[dict[ColumnPath, pl.Series]] = field(factory=list)
    rows: list[pl.Series] = field(factory=list)
    known: list[frozenset[ColumnPath | Path]] = field(factory=list)
    """The columns that each piece might have had, and the paths to its lists."""
    misfits: list[Misfit] = field(factory=list)
    unread: Unread = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.unread = Unread(self.name)

    def take(self, pieces: Iterable[Piece]) -> None:
        """Read the pieces one after the other; the choice is made again whenever the header grows."""
        self._choose()
        for piece in pieces:
            self.size += len(piece.content)
            whole = piece.columns(self.shape)
            if whole is None:
                self._take_items(piece)
            else:
                self._take_whole(whole)
        self.places = self._places()
        self.chosen = self.choose(self.header)

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(place.name for place in self.places)

    @property
    def kinds(self) -> dict[str, ValueKind]:
        """Column → what all its values were, where they were of one kind."""
        told = {place.name: self.shape.kind_at(place.path, place.inner) for place in self.places}
        return {name: kind for name, kind in told.items() if kind is not None}

    @property
    def lacks(self) -> bool:
        """Whether a piece had a column that was not chosen before, or lists whose items now have more columns."""
        wanted = {place: place.path if place.inner is not None else place for place in self._read_places()}
        pieces = zip(self.known, self.read, strict=True)
        return any(there in known for known, read in pieces for place, there in wanted.items() if place not in read)

    def cells(self) -> pl.DataFrame:
        """The columns chosen, with the place of each record."""
        import polars as pl

        columns = [self._column(name, place) for place, name in self._read_places().items()]
        rows = pl.concat([pl.Series(ROW, [], dtype=pl.Int64), *self.rows]).alias(ROW)
        return pl.DataFrame([*columns, rows, rows.alias(FIRST), rows.alias(LAST)])

    def told(self) -> tuple[Misfit, ...]:
        """The records that cannot be read, as they came only where all columns may be kept."""
        whole = self.chosen is not None and self.chosen.whole
        return tuple(self.misfits if whole else (evolve(misfit, text=None) for misfit in self.misfits))

    def _column(self, name: str, place: ColumnPath) -> pl.Series:
        import polars as pl

        parts = [
            read[place] if place in read else absent(place, rows.len()) for read, rows in zip(self.read, self.rows, strict=True)
        ]
        return pl.concat([absent(place, 0), *parts]).alias(name)

    def _read_places(self) -> dict[ColumnPath, str]:
        names = self.chosen.names if self.chosen else {}
        return {self.places[position]: name for position, name in sorted(names.items())}

    def _take_whole(self, whole: Whole) -> None:
        import polars as pl

        self._choose()
        found = {place: whole.cells(place) for place in self._read_places()}
        rows = pl.int_range(self.records + 1, self.records + whole.height + 1, dtype=pl.Int64, eager=True)
        self._keep({place: cells for place, cells in found.items() if cells is not None}, rows)
        self.records += whole.height

    def _take_items(self, piece: Piece) -> None:
        import polars as pl

        items = piece.items()
        while some := self._sound(piece, islice(items, max(1, min(TOGETHER, _CELLS // (1 + len(self.places)))))):
            values = [value for _, value in some if value is not None]
            self._choose()
            rows = pl.Series([row for row, value in some if value is not None], dtype=pl.Int64)
            self._keep({place: series_of(place, values) for place in self._read_places()}, rows)

    def _sound(self, piece: Piece, items: Iterable[Item]) -> list[tuple[int, Any]]:
        """Some records by their rows; of those that cannot be read, which are kept beside, None."""
        some: list[tuple[int, Any]] = []
        for item in items:
            self.records += 1
            value = None if item.breaks else self.naming.as_lists(item.value)
            some.append((self.records, value))
            if not value:
                self.unread.add(self.records)
            if value is None:
                self.misfits.append(self._misfit(piece, self.records, item))
            else:
                self.shape.see(value)
        return some

    def _keep(self, read: dict[ColumnPath, pl.Series], rows: pl.Series) -> None:
        self.read.append(read)
        self.rows.append(rows)
        self.known.append(frozenset(place if place.inner is None else place.path for place in self.places))

    def _choose(self) -> None:
        """Ask again which columns are read, where there are more of them."""
        places = self._places()
        if places == self.places and self.chosen:
            return
        self.places = places
        try:
            self.chosen = self.choose(self.header)
        except SourceRefused:
            # What is missing may still come: only the whole header settles it.
            self.chosen = ChosenColumns(names={}, whole=False)

    def _places(self) -> tuple[ColumnPath, ...]:
        """The columns so far; SourceRefused where there are too many to be any."""
        places = tuple(islice(self.shape.places(self.naming), MOST + 1))
        if len(places) > MOST or len(places) * self.records > max(_MOST_CELLS, self.size):
            raise too_many(self.name)
        return places

    def _misfit(self, piece: Piece, row: int, item: Item) -> Misfit:
        return Misfit(
            rule=item.breaks or Rule.STRUCTURE,
            row=row,
            first=row,
            last=row,
            expected=len(self.places),
            text=piece.text_of(item),
            said=item.said or _NO_RECORD,
        )


_NO_RECORD = Text(
    fr="cette fiche n'est pas lisible telle quelle : la demander à nouveau à la structure",
    en="this record cannot be read as it is; ask the agency for it again",
)


def absent(place: ColumnPath, height: int) -> pl.Series:
    """The cells of a column that none of some records has."""
    import polars as pl

    if place.inner is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, height)
    return pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, height)


@frozen(eq=False)
class OpenTree:
    """A document that was read, handed over block by block."""

    name: str
    header: Sequence[str]
    sha256: str
    _cells: pl.DataFrame = field(repr=False)
    _misfits: Sequence[Misfit] = field(repr=False)
    records: int
    """How many there are."""
    _block: int
    kinds: Mapping[str, ValueKind]
    """Column → what all its values were, where they were of one kind."""
    heading: ClassVar[None] = None
    letters: ClassVar[Mapping[str, str]] = {}
    assumed: ClassVar[tuple[Text, ...]] = ()

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """The records, some at a time; a document without records is one block without rows."""
        for first in range(1, max(self.records, 1) + 1, self._block):
            last = min(first + self._block - 1, self.records)
            start, end = (int(self._cells[ROW].search_sorted(row)) for row in (first, last + 1))
            misfits = tuple(misfit for misfit in self._misfits if first <= misfit.row <= last)
            yield Block(cells=self._cells.slice(start, end - start), misfits=misfits, first=first, last=last)
