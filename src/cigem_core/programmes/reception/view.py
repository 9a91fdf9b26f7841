"""Everything known of someone: each value with its source and its day, contradictions side by side, nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import field, frozen

from cigem_core.model.fields import Field, flatten, kind_of
from cigem_core.model.migrants import Migrant
from cigem_core.text import Text


@frozen(kw_only=True)
class Telling:
    """A record that tells of someone: whose it is, and since which day each of its fields says what it says."""

    source: str
    record: Any = field(repr=False)
    since: Mapping[str, date] = field(factory=dict)


@frozen(kw_only=True)
class SaidOf:
    """A value, who says it, and since when."""

    value: Any = field(repr=False)
    source: str
    on: date | None


@frozen(kw_only=True)
class KnownOf:
    """What is known under one name: every value, in the order of the records."""

    name: str
    label: Text
    said: tuple[SaidOf, ...]

    @property
    def is_contradicted(self) -> bool:
        """Whether two records say different things of it."""
        return len({_comparable(one.value) for one in self.said}) > 1


def gather(tellings: Iterable[Telling]) -> tuple[KnownOf, ...]:
    """What some records say of one person: what a migrant's file speaks of first, then what only agencies do."""
    found: dict[str, list[SaidOf]] = {}
    labels: dict[str, Text] = {}
    shared = kind_of(Migrant).fields
    for one in tellings:
        kind = kind_of(type(one.record))
        stored = flatten(one.record)
        for name, declared in kind.fields.items():
            value = declared.restore(stored[name])
            if value in (None, ()) or _names_a_record(declared):
                continue
            called = name if _is_shared(declared, shared) else f"{kind.name}.{name}"
            labels.setdefault(called, declared.label)
            found.setdefault(called, []).append(SaidOf(value=value, source=one.source, on=one.since.get(name)))
    order = {name: place for place, name in enumerate(shared)}
    names = sorted(found, key=lambda name: order.get(name, len(order)))
    return tuple(KnownOf(name=name, label=labels[name], said=tuple(found[name])) for name in names)


def since(versions: Sequence[tuple[date, Mapping[str, Any]]]) -> dict[str, date]:
    """Since which day each field says what it says now; versions with their days, oldest first."""
    held: dict[str, tuple[Any, date]] = {}
    for on, content in versions:
        for name, value in content.items():
            if name not in held or held[name][0] != value:
                held[name] = (value, on)
    return {name: on for name, (_, on) in held.items()}


def _names_a_record(declared: Field) -> bool:
    """Keys and references say who, not what."""
    return declared.is_key or declared.is_scope or declared.refers_to is not None


def _is_shared(declared: Field, shared: Mapping[str, Field]) -> bool:
    known = shared.get(declared.name)
    return known is not None and (known.python, known.many) == (declared.python, declared.many)


def _comparable(value: Any) -> Any:
    """Lists say the same in any order."""
    return frozenset(value) if isinstance(value, tuple) else value
