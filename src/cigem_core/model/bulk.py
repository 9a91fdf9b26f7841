"""Many records at once: objects made of columns, and columns made of objects.

Objects are made slot by slot, a whole column at a time, which costs a twentieth of calling their class once a row.
"""

from __future__ import annotations

import gc
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import repeat
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any

import attrs
from attrs import frozen

from cigem_core.errors import OperatorError
from cigem_core.model.fields import Field, Kind, build, flatten, groups_of
from cigem_core.text import Text

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def built(kind: Kind, columns: Mapping[str, Sequence[Any]], *, height: int) -> list[Any]:
    """The objects that columns of stored forms describe, by dotted field name; fields without a column are empty."""
    plan = _plan(kind)
    if plan is None:
        names = list(columns)
        return [build(kind, dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    # Nothing made here can be garbage before it is handed over, and looking for it takes longer than the rest.
    looked = gc.isenabled()
    gc.disable()
    try:
        return plan.fill(columns, height)
    finally:
        if looked:
            gc.enable()


def stored(kind: Kind, records: Sequence[Any]) -> dict[str, list[Any]]:
    """The stored forms of objects, a list per field; OperatorError names a field that holds no value of its own."""
    inside: dict[str, list[Any]] = {"": list(records)}
    return {name: _stored(kind, field, records, inside) for name, field in kind.fields.items()}


def _restored(field: Field, column: Sequence[Any]) -> Iterable[Any]:
    if field.many:
        one = {item: field.value.restore(item) for listed in column if listed for item in listed}
        return (tuple(map(one.__getitem__, listed)) if listed else () for listed in column)
    if field.value.name in ("text", "integer", "boolean", "date"):
        return column
    # Of most columns the values are few: each is restored once.
    known = {text: field.restore(text) for text in set(column)}
    return map(known.__getitem__, column)


@frozen(kw_only=True)
class _Slots:
    """How the objects of a class are filled: its fields and the groups inside it, by the slots that hold them."""

    python: type
    slots: tuple[tuple[Field, Callable[[Any, Any], None]], ...]
    """Each field, and what sets its slot."""
    groups: tuple[tuple[Callable[[Any, Any], None], _Slots], ...]
    spare: tuple[Callable[[Any, Any], None], ...]
    """Slots of attributes that are no fields."""

    def fill(self, columns: Mapping[str, Sequence[Any]], height: int) -> list[Any]:
        """Make that many objects."""
        made: list[Any] = list(map(object.__new__, repeat(self.python, height)))
        for field, put in self.slots:
            column = columns.get(field.name)
            empty = () if field.many else None
            _each(put, made, repeat(empty) if column is None else _restored(field, column))
        for put, inside in self.groups:
            _each(put, made, inside.filled_or_none(columns, height))
        for put in self.spare:
            _each(put, made, repeat(None))
        return made

    def filled_or_none(self, columns: Mapping[str, Sequence[Any]], height: int) -> Iterable[Any]:
        """The objects of a group; None where all its fields are empty."""
        there = [field for field, _ in self.slots if field.name in columns]
        known = [[value or None for value in columns[f.name]] if f.many else columns[f.name] for f in there]
        if not known:
            return repeat(None, height)
        made, empty = self.fill(columns, height), (None,) * len(known)
        if any(None not in column for column in known):
            return made
        return (one if row != empty else None for one, row in zip(made, zip(*known, strict=True), strict=True))


def _each(put: Callable[[Any, Any], None], objects: list[Any], values: Iterable[Any]) -> None:
    deque(map(put, objects, values), maxlen=0)


@cache
def _plan(kind: Kind) -> _Slots | None:
    return _plan_of(kind.python, "", groups_of(kind.python), kind)


def _plan_of(cls: type, prefix: str, groups: Mapping[str, type], kind: Kind) -> _Slots | None:
    """How a class is filled; None where it does something of its own when one is made, or has no slots."""
    if getattr(cls, "__attrs_post_init__", None) is not None:
        return None
    slots, inside, spare = [], [], []
    for attribute in attrs.fields(cls):
        slot = getattr(cls, attribute.name, None)
        if not isinstance(slot, MemberDescriptorType):
            return None
        name = prefix + attribute.name
        if name in kind.fields:
            slots.append((kind.fields[name], slot.__set__))
        elif name in groups:
            nested = _plan_of(groups[name], f"{name}.", groups, kind)
            if nested is None or nested.groups:
                return None
            inside.append((slot.__set__, nested))
        elif attribute.default is None:
            spare.append(slot.__set__)
        else:
            return None
    return _Slots(python=cls, slots=tuple(slots), groups=tuple(inside), spare=tuple(spare))


def _stored(kind: Kind, field: Field, records: Sequence[Any], inside: dict[str, list[Any]]) -> list[Any]:
    try:
        values = _reached(kind, field.name, inside)
        types = set(map(type, values)) - {type(None)}
        if not types:
            return values
        if len(types) > 1:
            raise TypeError(field.name)
        known = {value: field.store(value) for value in set(values)}
        found = list(map(known.__getitem__, values))
    except (TypeError, AttributeError, OperatorError):
        # One of them holds what it should not: it is found, and named; or a list stands for a tuple.
        found = [flatten(record)[field.name] for record in records]
        known = dict(enumerate(found))
    for value in known.values():
        for text in (value or ()) if field.many else (value,):
            if isinstance(text, str):
                _check_text(field.name, text)
    return found


def _reached(kind: Kind, name: str, inside: dict[str, list[Any]]) -> list[Any]:
    """What each record holds under a dotted name; TypeError where a group is of another class."""
    before, _, last = name.rpartition(".")
    if before not in inside:
        inside[before] = _reached(kind, before, inside)
        if not set(map(type, inside[before])) <= {groups_of(kind.python)[before], type(None)}:
            raise TypeError(before)
    found = attrgetter(last)
    return [None if one is None else found(one) for one in inside[before]]


def _check_text(name: str, text: str) -> None:
    if _UNWRITABLE.search(text):
        raise OperatorError(
            Text(
                fr=f"{name} contient un caractère qui ne s'écrit dans aucun fichier ; l'ôter",
                en=f"{name} holds a character that no file can hold; take it out",
            )
        )
