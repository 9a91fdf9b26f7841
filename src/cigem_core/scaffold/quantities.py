"""Words, numbers, amounts and telephone numbers, guessed from cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from attrs import evolve

from cigem_core.model.fields import Field
from cigem_core.scaffold.evidence import Guess, is_rare, made, needs
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, quoted
from cigem_core.sdk.lenses import Lens, column
from cigem_core.sdk.numbers import PhonePlan


def words(cells: SampleColumn) -> Guess:
    """Several words in a cell: the separator that most cells hold."""
    counts = {mark: int(cells.filled.str.contains(mark, literal=True).sum()) for mark in ",;|/ "}
    mark = max(",;|/", key=lambda one: counts[one])
    mark = mark if counts[mark] else " "
    evidence = f"; {counts[mark]} cells hold {quoted(mark)}"
    return made(cells, f".words({quoted(mark)})", column(cells.header).words(mark), evidence=evidence)


def number(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A whole number."""
    return _bounded(cells, "number", (), lambda **bounds: column(cells.header).number(**bounds), r"^[+-]?[0-9]+$")


def decimal(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A number with decimals: the mark that most cells hold."""
    texts = cells.filled
    points = int(texts.str.contains(".", literal=True).sum()) if cells.what is None else 0
    mark = "." if points > int(texts.str.contains(",", literal=True).sum()) else ","
    return _bounded(
        cells, "decimal", (mark,), lambda **bounds: column(cells.header).decimal(mark, **bounds), r"^[+-]?[0-9]+([.,][0-9]+)?$"
    )


def amount(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A whole amount; its currency from the column's name, or asked."""
    found = re.search(r"\b(EUR|USD|XOF|XAF|GNF|MRU|DZD|MAD)\b", cells.header)
    sure = found or re.search(r"F\s*CFA", cells.header)
    currency = found[1] if found else "XOF"
    made = _bounded(
        cells, "amount", (currency,), lambda **b: column(cells.header).amount(currency, **b), r"^[+-]?[0-9 \u00a0\u202f\u2009]+$"
    )
    return made if sure else evolve(made, questions=(f"is the currency {currency}?", *made.questions))


def _bounded(cells: SampleColumn, verb: str, first: Sequence[str], lens: Callable[..., Lens], digits: str) -> Guess:
    """A number whose lower bound is 0 or 1 where only slips lie below it."""
    texts = cells.filled
    bare = (
        texts.filter(texts.str.contains(digits)).str.replace_all(r"[ \u00a0\u202f\u2009]", "").str.replace(",", ".", literal=True)
    )
    numbers = [float(text) for text in bare.to_list()]
    below = {least: sum(number < least for number in numbers) for least in (0, 1)}
    zeros = sum(number == 0 for number in numbers)
    limit = 0 if below[0] else 1
    minimum = limit if (below[0] or zeros) and is_rare(below[limit], len(numbers)) else None
    given = [*map(quoted, first), *([f"minimum={minimum}"] if minimum is not None else [])]
    evidence = "" if minimum is None else f"; {below[minimum]} of them below {minimum}"
    bounded = lens() if minimum is None else lens(minimum=minimum)
    return made(cells, f".{verb}({', '.join(given)})", bounded, evidence=evidence)


def phone(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A telephone number of the plan that reads most cells."""
    plans = [
        (offer, made(cells, f".phone({offer.name})", column(cells.header).phone(offer.value)))
        for offer in offers
        if isinstance(offer.value, PhonePlan)
    ]
    if not plans:
        return None
    offer, best = max(plans, key=lambda pair: pair[1].read)
    return evolve(best, imports=frozenset({(offer.module, offer.name)}), needs=needs(offer))
