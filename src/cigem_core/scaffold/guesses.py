"""The lens of a field, guessed from the cells of a column, with what speaks for it and what is left to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from attrs import evolve

from cigem_core.model.fields import Field
from cigem_core.model.values import Amount, PartialDate, Phone
from cigem_core.scaffold.codings import coded, flag, listed
from cigem_core.scaffold.days import birth, day, moment
from cigem_core.scaffold.evidence import Guess, made
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.quantities import amount, decimal, number, phone, words
from cigem_core.scaffold.samples import SampleColumn
from cigem_core.sdk.lenses import column


def guess(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:
    """The best lens for a field from a column; None where its cells are something else."""
    if cells.is_list and not wanted.many and wanted.python is not str:
        return None
    maker = _MAKERS.get(wanted.python, coded if wanted.codes else listed)
    found = maker(wanted, cells, offers)
    if found is None or not cells.is_list or wanted.many:
        return found
    glued = evolve(found, code=f'{found.code}.joined(" ")', lens=column(cells.header).joined(" "))
    return evolve(glued, evidence="; a list, taken as one text")


def _text(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    if wanted.many:
        return words(cells)
    if wanted.refers_to:
        return made(cells, ".reference()", column(cells.header).reference())
    return made(cells, "", column(cells.header))


_MAKERS: dict[type, Callable[[Field, SampleColumn, Sequence[Offer]], Guess | None]] = {
    str: _text, int: number, Decimal: decimal, bool: flag, date: day, datetime: moment,
    PartialDate: birth, Amount: amount, Phone: phone,
}  # fmt: skip
