"""Days, births and moments, guessed from cells: every way of writing one that is no slip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cigem_core.errors import DeclarationError
from cigem_core.formats.tables import DATE
from cigem_core.model.fields import Field
from cigem_core.scaffold.evidence import Guess, is_rare, made
from cigem_core.scaffold.offers import Offer
from cigem_core.scaffold.samples import SampleColumn, quoted
from cigem_core.sdk.dates import DateFormat
from cigem_core.sdk.lenses import column

_DAYS = ("dd/mm/yyyy", "yyyy-mm-dd", "dd-mm-yyyy", "dd.mm.yyyy", "yyyy/mm/dd", "mm/dd/yyyy")


def day(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A calendar day, in the formats of the cells."""
    counts, real = _days_in(cells)
    formats = [form for form, count in counts.items() if not is_rare(count, cells.filled.len()) or not counts.total() - count]
    formats = formats or (["dd/mm/yyyy"] if real else [])
    if not formats:
        return None
    listed = ", ".join(map(quoted, formats))
    asked = _ambiguous(cells, formats)
    return made(
        cells, f".date({listed})", column(cells.header).date(*formats), evidence=_of_formats(counts, real), questions=asked
    )


def _days_in(cells: SampleColumn) -> tuple[Counter[str], int]:
    """How many cells are days, by their format, each counted once; and how many are real dates."""
    texts, real = cells.filled.to_list(), 0
    if cells.what is not None:
        real = int((cells.what == DATE).sum())
        texts = cells.cells.filter(cells.cells.is_not_null() & (cells.what != DATE)).to_list()
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update([form for form in _DAYS if DateFormat(form).reads(text)][:1])
    return counts, real


def _of_formats(counts: Mapping[str, int], real: int) -> str:
    told = [f"{count} {form}" for form, count in counts.items()] + ([f"{real} real dates"] if real else [])
    return "; " + ", ".join(told) if told else ""


def _ambiguous(cells: SampleColumn, formats: Sequence[str]) -> tuple[str, ...]:
    """Whether days and months may stand the other way round."""
    if "dd/mm/yyyy" not in formats or not cells.filled.len():
        return ()
    days = cells.filled.str.extract(r"^([0-9]{2})/[0-9]{2}/[0-9]{4}$").drop_nulls().cast(int)
    return () if days.is_empty() or (days > 12).any() else ("no day is above 12: is it dd/mm/yyyy or mm/dd/yyyy?",)


def birth(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A day, a year, or about a year."""
    counts, real = _days_in(cells)
    years = Counter(form for text in cells.filled.to_list() if (form := year_in(text)))
    few = max(1, 0.002 * cells.filled.len())
    formats = [form for form, count in counts.items() if count > few] or (["dd/mm/yyyy"] if real or not years else [])
    # The plainest way to write a year comes first: the first one writes.
    formats += sorted((form for form, count in years.most_common(_WAYS) if count > few), key=len)
    formats = list(_compatible(formats))
    if not formats:
        return None
    listed, told = ", ".join(map(quoted, formats)), {**counts, **{form: years[form] for form in formats if form in years}}
    return made(
        cells,
        f".birth({listed})",
        column(cells.header).birth(*formats),
        evidence=_of_formats(told, real),
        questions=_ambiguous(cells, formats),
    )


_WAYS = 5
"""Ways of writing a year that are taken over, the commonest first."""


def year_in(text: str) -> str | None:
    """The format of a text that tells a year and nothing finer: `vers yyyy`, `00/00/yyyy`."""
    if any(DateFormat(form).reads(text) for form in _DAYS):
        return None
    form, count = re.subn(r"(?<![0-9])(?:1[89]|20)[0-9]{2}(?![0-9])", "yyyy", text)
    around = form.replace("yyyy", "", 1)
    if count != 1 or re.search("[1-9]", around) or len(around) > 8:
        return None
    return " ".join(form.split())


def _compatible(formats: Sequence[str]) -> Iterator[str]:
    """The formats that can stand together."""
    taken: list[str] = []
    for form in formats:
        try:
            column("x").birth(*taken, form)
        except DeclarationError:
            continue
        taken.append(form)
        yield form


def moment(wanted: Field, cells: SampleColumn, offers: Sequence[Offer]) -> Guess | None:  # noqa: ARG001
    """A moment with its time zone."""
    return made(cells, ".moment()", column(cells.header).moment())
