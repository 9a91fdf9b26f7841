"""Records read one by one from a tree, gathered into blocks of columns.

The document is gone through twice: once for its columns, once for the cells of those that are chosen. What is not
chosen passes through the parser and is let go with its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import field, frozen

from cigem_core.errors import SourceRefused
from cigem_core.formats.places import Naming, Place, Shape, cells_of
from cigem_core.formats.tables import FIRST, LAST, ROW, Block, Choose, Columns, Misfit
from cigem_core.report import Rule
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

BLOCK = 50_000
"""Records of a block."""

MOST = 16_384
"""Columns of a document, as many as a spreadsheet has: where there are more, keys are made of data."""


@frozen(eq=False)
class Item:
    """One record of a document: its value, what is doubtful about it, and where it stands in the text."""

    value: Any = field(repr=False)
    start: int
    end: int
    doubt: Rule | None = None

    @property
    def misfits(self) -> Rule | None:
        """The rule it breaks as a whole, where it does."""
        return self.doubt if self.doubt or isinstance(self.value, dict) else Rule.STRUCTURE


class Tree(Protocol):
    """A document that can be gone through more than once."""

    @property
    def name(self) -> str:
        """The name its agency gave it."""

    def items(self) -> Iterator[Item]:
        """The records in their order; SourceRefused where the document breaks."""

    def text_of(self, item: Item) -> str:
        """A record as it came."""


def open_records(tree: Tree, sha256: str, naming: Naming, choose: Choose, block: int = BLOCK) -> OpenTree:
    """Go through a document for its columns, and ask which of them are read."""
    shape = Shape()
    for item in tree.items():
        if not item.misfits:
            shape.see(item.value)
    places = places_of(tree.name, shape, naming)
    header = tuple(place.name for place in places)
    return OpenTree(tree.name, header, sha256, tree, tuple(places), choose(header), block)


def places_of(name: str, shape: Shape, naming: Naming) -> Sequence[Place]:
    """The columns of a document; SourceRefused where there are too many to be any."""
    places = tuple(islice(shape.places(naming), MOST + 1))
    if len(places) > MOST:
        raise SourceRefused(
            Text(
                fr=f"{name} : plus de {MOST} colonnes ; des clés du document sont sans doute des données",
                en=f"{name}: more than {MOST} columns; keys of the document are probably data",
            )
        )
    return places


@frozen(eq=False)
class OpenTree:
    """A document being read record by record."""

    name: str
    header: Sequence[str]
    sha256: str
    _tree: Tree = field(repr=False)
    _places: Sequence[Place] = field(repr=False)
    _columns: Columns
    _block: int
    heading: ClassVar[None] = None
    letters: ClassVar[Mapping[str, str]] = {}
    assumed: ClassVar[tuple[Text, ...]] = ()

    def close(self) -> None:
        """There is nothing to let go of."""

    def blocks(self) -> Iterator[Block]:
        """The records, some at a time; a document without records is one block without rows."""
        read = {name: self._places[position] for position, name in sorted(self._columns.names.items())}
        items, start = self._tree.items(), 0
        while (some := list(islice(items, self._block))) or not start:
            yield self._block_of(some, read, start)
            start += len(some)
            if not some:
                return

    def _block_of(self, items: Sequence[Item], read: Mapping[str, Place], start: int) -> Block:
        sound = [(row, item) for row, item in enumerate(items, start + 1) if not item.misfits]
        cells = numbered(cells_of(read, [item.value for _, item in sound]), [row for row, _ in sound])
        misfits = tuple(self._misfit(row, item) for row, item in enumerate(items, start + 1) if item.misfits)
        return Block(cells=cells, misfits=misfits, first=start + 1, last=start + len(items))

    def _misfit(self, row: int, item: Item) -> Misfit:
        rule = item.misfits or Rule.STRUCTURE
        text = self._tree.text_of(item) if self._columns.whole else None
        return Misfit(rule=rule, row=row, first=row, last=row, expected=len(self.header), text=text)


def numbered(cells: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    """The cells with the place of each record: it has no lines of its own."""
    import polars as pl

    places = pl.Series(ROW, rows, dtype=pl.Int64)
    return pl.DataFrame([*cells.get_columns(), places, places.alias(FIRST), places.alias(LAST)])
