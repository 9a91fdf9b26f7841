"""A lens tried on the cells of a column: as code and as a value, with what speaks for it."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field, frozen

from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, quoted
from cigem_core.sdk.lenses import Column, Lens


@frozen(kw_only=True, eq=False)
class Guess:
    """A lens as code and as a value, the evidence for it, and what is left to ask."""

    code: str
    lens: Lens = field(repr=False)
    read: int
    filled: int
    evidence: str = ""
    questions: tuple[str, ...] = ()
    imports: frozenset[tuple[str, str]] = frozenset()
    """Modules, and the names taken from them."""
    needs: frozenset[str] = frozenset()
    """Distributions that must be installed."""

    @property
    def share(self) -> float:
        """How much of what is filled it reads; 1 where nothing is."""
        return self.read / self.filled if self.filled else 1.0

    @property
    def told(self) -> str:
        """The evidence in words."""
        return f"{self.read} of {self.filled} cells read{self.evidence}"


RARE = 0.01
"""The share of cells beyond which what is unlike the others is no slip."""


def is_rare(count: int, of: int) -> bool:
    """Whether so few cells may be slips."""
    return count <= max(1, RARE * of)


def start(cells: SampleColumn) -> str:
    """The column itself, as code."""
    return f"column({quoted(cells.header)})"


def made(cells: SampleColumn, verb: str, lens: Lens, **known: Any) -> Guess:
    """A guess, once its lens was tried on the cells."""
    filled = _spelled(cells, lens)
    return Guess(code=start(cells) + verb, lens=lens, read=_read(filled, lens), filled=filled.len(), **known)


def _spelled(cells: SampleColumn, lens: Lens) -> Any:
    """The cells that hold something, as the column's text would say them."""
    import polars as pl

    if cells.what is None or cells.is_list:
        return cells.filled
    frame = pl.DataFrame({"cell": cells.cells, "what": cells.what})
    return frame.select(lens.spelled(cells.header, pl.col("cell"), pl.col("what"))).to_series().drop_nulls()


def accepts(texts: Any, lens: Lens) -> Any:
    """Which texts a lens of one column reads."""
    import polars as pl

    alone = evolve(lens, only=None) if isinstance(lens, Column) else lens
    return pl.DataFrame({"cell": texts}).select(alone.decode(lambda _: pl.col("cell")).is_not_null()).to_series()


def _read(texts: Any, lens: Lens) -> int:
    return int(accepts(texts, lens).sum())


def needs(offer: Offer) -> frozenset[str]:
    """What must be installed for an offer."""
    return frozenset([offer.distribution] if offer.distribution else [])
