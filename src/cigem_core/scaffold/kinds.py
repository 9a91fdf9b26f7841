"""A kind of record drafted from the columns of a table that is like no kind there is: its fields, its key, and their lenses."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from attrs import evolve, frozen

from cigem_core.formats.tables import ITEM
from cigem_core.model.fields import KEPT, Kind, Sensitivity, kind_of, kinds
from cigem_core.model.values import PartialDate, Phone
from cigem_core.scaffold.evidence import made
from cigem_core.scaffold.matching import SURE, Match, Matched, Matcher
from cigem_core.scaffold.samples import SampleColumn, SampleTable
from cigem_core.scaffold.tags import is_tag
from cigem_core.scaffold.types import Typed, typed
from cigem_core.scaffold.words import OF_KEYS, names_of, snake, tokens
from cigem_core.sdk.lenses import column
from cigem_core.text import Text


@frozen(kw_only=True, eq=False)
class _DraftedKind:
    """A column of a drafted kind: what it holds, and the field that will hold it."""

    column: SampleColumn
    typed: Typed
    name: str


def drafted(matcher: Matcher, table: SampleTable, name: str) -> Matched | None:
    """A kind of its own for a table, with what tells its fields; None where no columns tell its records apart.

    What says who someone is, where they live and where they returned from becomes the groups that every kind shares.
    """
    groups = _groups(matcher, table)
    taken = {header for match in groups.values() for header in match.headers}
    people = _names_in(table, groups)
    called = camel(name)
    drafts = list(_drafts(matcher, [c for c in table.columns if c.header not in taken and c.header.strip()], people, called))
    keys = _keys(table, drafts)
    if not keys:
        return None
    own = [_match(one, keys, is_of_someone=bool(groups)) for one in drafts]
    ordered = [*(m for m in own if m.wanted.is_key), *groups.values(), *(m for m in own if not m.wanted.is_key)]
    matches = {match.wanted.name: match for match in ordered}
    said = _title(table.title)
    kind = Kind(
        name=name, label=Text(fr=said, en=said), python=type(called, (), {}),
        fields={field: match.wanted for field, match in matches.items()},
    )  # fmt: skip
    return Matched(table=table, kind=kind, matches=matches, is_drafted=True)


def name_for(title: str, agency: str, taken: Iterable[str]) -> str:
    """What the kind of a table is called: by its title, without days; by its agency too where another has that name."""
    words = [word.rstrip("s") if len(word) > 3 else word for word in snake(_title(title)).split("_")]
    name, known = "_".join(words), {one.name for one in kinds()} | set(taken)
    of_agency = f"{snake(agency)}_{name}"
    return next(one for one in _numbered(name, of_agency) if one not in known and not keyword.iskeyword(one))


def _numbered(name: str, longer: str) -> Iterator[str]:
    yield from (name, longer)
    yield from (f"{longer}_{number}" for number in range(2, 1000))


def _title(title: str) -> str:
    """A table's title in words: no stamps of a day, no numbers."""
    return " ".join(re.findall(r"[^\W\d_]+", title)).lower() or "record"


def camel(name: str) -> str:
    """A name as a class has it."""
    return "".join(part.title() for part in name.split("_"))


def _groups(matcher: Matcher, table: SampleTable) -> dict[str, Match]:
    """The fields of the groups that every kind shares; nothing where a table says no more than one thing of someone."""
    anyone = kind_of("job_seeker")
    inside = {name: field for name, field in anyone.fields.items() if "." in name}
    found = matcher.match(table, evolve(anyone, fields=inside)).matches
    sure = {name: match for name, match in found.items() if match.likeness >= SURE}
    named = [name for name in sure if name.startswith("identity.")]
    return sure if len(named) > 1 else {}


def _names_in(table: SampleTable, groups: Mapping[str, Match]) -> frozenset[str]:
    """The words of whatever names people, in the columns known to: they are codes of nothing."""
    headers = {match.headers[0] for name, match in groups.items() if name in ("identity.family_name", "identity.given_names")}
    texts = (text for one in table.columns if one.header in headers for text in one.filled.unique().to_list())
    return frozenset(word for text in texts for word in tokens(text))


def _drafts(matcher: Matcher, columns: Sequence[SampleColumn], people: frozenset[str], called: str) -> Iterator[_DraftedKind]:
    taken = {"reference"}
    for one in columns:
        if ITEM in one.header and any(ITEM in other.header and other.header != one.header for other in columns):
            continue  # Lists of records of their own are left to the author.
        name = _field_name(one.header, taken)
        taken.add(name)
        yield _DraftedKind(column=one, typed=typed(one, matcher.offers, names=people, called=called + camel(name)), name=name)


def _field_name(header: str, taken: Iterable[str]) -> str:
    """A column's name as a field's; one that the kind's own declaration needs gets a line behind it."""
    bare = re.sub(r"\([^)]{3,}\)", "", header.replace(ITEM, ""))
    name = snake(bare)[:_LONG].rstrip("_")
    used = {*taken, *_USED, *KEPT}
    while name in used or keyword.iskeyword(name):
        name += "_"
    return name


_LONG = 40

_USED = {"field", "key", "kind", "group", "several", "refers", "date", "datetime", "frozen", "str", "int", "bool", "tuple",
         "identity", "residence", "migration"}  # fmt: skip
"""Names that mean something in the class."""


def _keys(table: SampleTable, drafts: Sequence[_DraftedKind]) -> list[str]:
    """The columns that tell records apart: the one that looks most like a number of them, or the fewest together."""
    able = [one for one in drafts if one.typed.python in (str, int, date, PartialDate) or one.typed.codes is not None]
    whole = [one for one in able if not one.column.is_list and one.column.filled.len() == table.height]
    alone = [one for one in whole if one.typed.python in (str, int) and _tell_apart([one], table)]
    if alone:
        return [max(alone, key=_like_a_key).name]
    for count in (2, 3):
        for some in combinations(whole[:_TRIED], count):
            if _tell_apart(some, table):
                return [one.name for one in some]
    return []


_TRIED = 10
"""Columns of which combinations are tried."""


def _tell_apart(some: Sequence[_DraftedKind], table: SampleTable) -> bool:
    """Whether no two records, or next to none, hold the same."""
    import polars as pl

    frame = pl.DataFrame([one.column.cells.alias(str(at)) for at, one in enumerate(some)])
    return frame.unique().height >= _DISTINCT * table.height


_DISTINCT = 0.99


def _like_a_key(one: _DraftedKind) -> tuple[bool, bool, bool]:
    """Called like a number; one word, with digits in it; not a count."""
    called = {frozenset(tokens(said)) for said in OF_KEYS}
    by_name = any(words & name for words, worth in names_of(one.column.header) if worth > SURE for name in called)
    texts = one.column.filled
    return by_name, bool(texts.str.contains(r"^\S*[0-9]\S*$").all()), one.typed.python is str


def _match(one: _DraftedKind, keys: Sequence[str], *, is_of_someone: bool) -> Match:
    label = _label(one.column)
    is_key = one.name in keys
    if is_key and len(keys) == 1:
        asks = () if _like_a_key(one)[0] else ("does it tell records apart, for ever?",)
        wanted = Typed(python=str, guess=made(one.column, "", column(one.column.header), questions=asks))
        field = wanted.field("reference", label, is_key=True, is_required=True)
        return Match(wanted=field, headers=(one.column.header,), guess=wanted.guess, likeness=1.0)
    field = one.typed.field(one.name, label, is_key=is_key, sensitivity=_sensitivity(one, is_of_someone))
    return Match(wanted=field, headers=(one.column.header,), guess=one.typed.guess, likeness=1.0)


def _label(cells: SampleColumn) -> Text:
    said = next((hint for hint in cells.hints if not is_tag(hint)), cells.header)
    return Text(fr=said, en=said)


def _sensitivity(one: _DraftedKind, is_of_someone: bool) -> Sensitivity:
    """What may be somebody's is taken for personal, until its author says that it is not."""
    is_free = one.typed.python in (str, PartialDate) and one.typed.codes is None
    return "personal" if one.typed.python is Phone or (is_free and (is_of_someone or _has_sentences(one.column))) else "none"


def _has_sentences(cells: SampleColumn) -> bool:
    return bool((cells.filled.str.count_matches(" ") >= 2).any())
