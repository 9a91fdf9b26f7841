"""Fields declared once, on attrs classes; every reader of a declaration has its own room.

    @kind("placement", fr="placement", en="placement")
    @frozen(kw_only=True)
    class Placement:
        reference: str = key("Placement number", fr="N° placement")
        seeker: str = refers(JobSeeker, "Job seeker", fr="Demandeur", required=True)

A declaration knows its label, its type, whether it is a key or required, what it refers to
and how sensitive it is. It knows no file, no table and no mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from cigem_core.errors import DeclarationError, OperatorError, UnknownName, nearest
from cigem_core.model.codes import CodeList, countries, occupations, sectors
from cigem_core.model.values import VALUE_TYPES, Country, Listed, Occupation, Sector, ValueType
from cigem_core.text import Text

Sensitivity = Literal["none", "personal", "sensitive"]
T = TypeVar("T")


@frozen(kw_only=True)
class Field:
    """What is known of one field of a kind. `name` is dotted inside a group: `identity.birth`."""

    name: str
    label: Text
    value: ValueType
    python: type
    many: bool = False
    codes: type[StrEnum] | None = None
    is_key: bool = False
    is_required: bool = False
    refers_to: str | None = None
    """The kind this field points at, by name."""
    issuer: Literal["agency", "centre"] = "agency"
    """Who gave the key it points with: the agency whose file it is, or the centre."""
    is_scope: bool = False
    """Whether it names what a key is unique inside of: the plan of a module."""
    sensitivity: Sensitivity = "none"

    def store(self, value: Any) -> Any:
        """The stored form of a value; a field with several values stores a list.

        Raises OperatorError where it is no value of this field: what was stored could not be read back by anyone.
        """
        if value is None or value == ():
            return None
        if not self.many:
            return self._stored(value)
        if not isinstance(value, (tuple, list)):
            raise _not_expected(self.name, f"tuple[{self.python.__name__}, ...]", value)
        return [self._stored(item) for item in value]

    def _stored(self, value: Any) -> Any:
        # A boolean is no number and a moment is no day, although Python takes one for the other.
        subclassed = (isinstance(value, bool), isinstance(value, datetime))
        if not isinstance(value, self.python) or subclassed != (self.python is bool, self.python is datetime):
            raise _not_expected(self.name, self.python.__name__, value)
        try:
            stored = self.value.store(value)
            reads_back = self.value.restore(stored) == value
        except (ValueError, TypeError, ArithmeticError):
            reads_back = False
        if not reads_back or (isinstance(value, Listed) and value.code not in _LISTS[type(value)]().by_code):
            raise _not_readable(self.name, self.python.__name__)
        return stored

    def restore(self, stored: Any) -> Any:
        """The value of a stored form."""
        if self.many:
            return tuple(self.value.restore(item) for item in stored or ())
        return None if stored is None else self.value.restore(stored)


_LISTS: dict[type[Listed], Callable[[], CodeList]] = {Occupation: occupations, Country: countries, Sector: sectors}


def _not_expected(name: str, expected: str, value: Any) -> OperatorError:
    given = type(value).__name__
    return OperatorError(
        Text(fr=f"{name} : attendu {expected}, reçu {given}", en=f"{name}: expected {expected}, got {given}"), field=name
    )


def _not_readable(name: str, expected: str) -> OperatorError:
    return OperatorError(
        Text(
            fr=f"{name} : cette valeur de {expected} ne peut être relue ; attendu une valeur complète, d'un code de sa liste",
            en=f"{name}: this {expected} cannot be read back; expected a whole value, by a code of its list",
        ),
        field=name,
    )


@frozen(kw_only=True, cache_hash=True)
class Kind:
    """A kind of record: its class, its names, and its fields in order."""

    name: str
    label: Text
    python: type
    is_centres: bool = False
    """Whether only the centre keeps such records: no agency's file holds any."""
    is_addressed: bool = False
    """Whether each of them is the centre's word to one agency, and leaves for it once."""
    asked_by: str | None = None
    """Of rows an agency keeps, and the centre asks it for: the addressed kind that asks, by name."""
    fields: dict[str, Field] = attrs.field(eq=False, repr=False)

    @cached_property
    def keys(self) -> tuple[Field, ...]:
        """The fields that together name a record among those of its agency; most kinds have one."""
        return tuple(f for f in self.fields.values() if f.is_key)

    @cached_property
    def scope(self) -> Field | None:
        """The field that names what its keys are unique inside of; None where they are unique in the agency."""
        return next((f for f in self.fields.values() if f.is_scope), None)

    @cached_property
    def references(self) -> tuple[Field, ...]:
        """The fields that point at other records."""
        return tuple(f for f in self.fields.values() if f.refers_to)

    def field(self, name: str) -> Field:
        """The field of that name; UnknownName proposes the nearest."""
        if name not in self.fields:
            near = nearest(name, self.fields)
            raise UnknownName(
                Text(
                    fr=f"{self.python.__name__} n'a pas de champ « {name} » ; {near.fr}",
                    en=f"{self.python.__name__} has no field '{name}'; {near.en}",
                )
            )
        return self.fields[name]


CENTRE = "centre"
"""The centre itself, where a record needs an agency: the centre's own records are its."""


def key(label: str, *, fr: str) -> Any:
    """The number of a record: required, and unique among those of whoever gave it."""
    return _declare(label, fr, is_key=True, is_required=True)


def field(label: str, *, fr: str, required: bool = False, sensitivity: Sensitivity = "none", part_of_key: bool = False) -> Any:
    """A field; what it may hold follows from its annotation. `part_of_key` where it takes several to name a record."""
    return _declare(label, fr, is_required=required, sensitivity=sensitivity, is_key=part_of_key)


def several(label: str, *, fr: str, sensitivity: Sensitivity = "none") -> Any:
    """A field with several values, annotated as a tuple; empty is `()`."""
    return attrs.field(default=(), metadata={"field": {"label": Text(fr=fr, en=label), "sensitivity": sensitivity}})


def refers(
    to: type | str,
    label: str,
    *,
    fr: str,
    required: bool = False,
    issuer: Literal["agency", "centre"] = "agency",
    part_of_key: bool = False,
) -> Any:
    """A field holding the key of another record; `issuer` says who gave that key."""
    name = to if isinstance(to, str) else kind_of(to).name
    return _declare(label, fr, is_required=required, refers_to=name, issuer=issuer, is_key=part_of_key)


def scope(to: type | str, label: str, *, fr: str) -> Any:
    """The record inside which keys are unique; references to kinds of the same scope stay inside it."""
    name = to if isinstance(to, str) else kind_of(to).name
    return _declare(label, fr, is_required=True, refers_to=name, is_scope=True)


def group() -> Any:
    """A value made of several fields; None when all of them are empty."""
    return attrs.field(default=None, metadata={"group": True})


def _declare(label: str, fr: str, **known: Any) -> Any:
    settings: dict[str, Any] = {} if known.get("is_required") else {"default": None}
    return attrs.field(metadata={"field": {"label": Text(fr=fr, en=label), **known}}, **settings)


_KINDS: dict[str, Kind] = {}

KEPT = frozenset(
    "agency scope key own sequence batch cargo place content digest entry step turn verdict".split()  # noqa: SIM905  one line
)
"""What the tables of every kind hold beside its fields."""

_ADDRESS = ("reference", "to", "axis")
"""What the door asks of whatever leaves by it: a number, for whom, and on which axis it was decided."""


def kind(
    name: str, *, fr: str, en: str, centre: bool = False, addressed: bool = False, asked_by: str | None = None
) -> Callable[[type[T]], type[T]]:
    """Declare an attrs class as a kind of record; `centre` where only the centre itself keeps such records.

    An `addressed` kind leaves by the centre's door: it says whom it is for (`to`) and on which axis (`axis`), under a key
    `reference`. `asked_by` names the addressed kind that asks an agency for rows of this one.
    """

    def declare(cls: type[T]) -> type[T]:
        if (known := _KINDS.get(name)) and _path(known.python) != _path(cls):
            both = f"{_path(known.python)}, {_path(cls)}"
            raise DeclarationError(
                Text(
                    fr=f"deux classes déclarent le type de fiche « {name} » : {both}",
                    en=f"two classes declare the kind '{name}': {both}",
                )
            )
        fields = _fields(cls)
        if taken := sorted(KEPT & fields.keys()):
            listed = ", ".join(taken)
            raise DeclarationError(
                Text(
                    fr=f"{cls.__name__} : l'espace de travail se réserve les noms {listed} ; appeler ces champs autrement",
                    en=f"{cls.__name__}: the workspace keeps the names {listed} for itself; call these fields something else",
                )
            )
        if not any(f.is_key for f in fields.values()):
            raise DeclarationError(
                Text(
                    fr=f"{cls.__name__} doit déclarer une clé (key), ou les champs qui en font une (part_of_key=True)",
                    en=f"{cls.__name__} must declare a key, or the fields that make one (part_of_key=True)",
                )
            )
        if addressed and (missing := [each for each in _ADDRESS if each not in fields]):
            listed = ", ".join(missing)
            raise DeclarationError(
                Text(
                    fr=f"{cls.__name__} part vers une structure (addressed=True) : il lui faut les champs {listed}",
                    en=f"{cls.__name__} leaves for an agency (addressed=True): it needs the fields {listed}",
                )
            )
        _KINDS[name] = Kind(
            name=name, label=Text(fr=fr, en=en), python=cls, is_centres=centre, is_addressed=addressed, asked_by=asked_by,
            fields=fields,
        )  # fmt: skip
        return cls

    return declare


@cache
def _by_class(cls: type) -> Kind | None:
    return next((known for known in _KINDS.values() if known.python is cls), None)


def kind_of(asked: type | str) -> Kind:
    """The kind of a class, or of a name; UnknownName proposes the nearest."""
    found = _KINDS.get(asked) if isinstance(asked, str) else _by_class(asked)
    if found is None:
        name = asked if isinstance(asked, str) else asked.__name__
        near = nearest(name, _KINDS)
        raise UnknownName(
            Text(fr=f"« {name} » n'est pas un type de fiche ; {near.fr}", en=f"'{name}' is no kind of record; {near.en}")
        )
    return found


@contextmanager
def provisional_kinds() -> Iterator[None]:
    """Kinds declared inside are known there alone: a declaration is tried, and leaves nothing behind."""
    before = dict(_KINDS)
    try:
        yield
    finally:
        _KINDS.clear()
        _KINDS.update(before)


def kinds() -> tuple[Kind, ...]:
    """Every kind declared so far, in the order of declaration."""
    return tuple(_KINDS.values())


def build(record_kind: Kind, stored: dict[str, Any]) -> Any:
    """The object a row of stored forms describes; absent fields are empty."""
    arguments: dict[str, Any] = {}
    for attribute in attrs.fields(record_kind.python):
        if attribute.metadata.get("group"):
            prefix = attribute.name + "."
            inside = {n[len(prefix) :]: f.restore(stored.get(n)) for n, f in record_kind.fields.items() if n.startswith(prefix)}
            known = any(value not in (None, ()) for value in inside.values())
            arguments[attribute.name] = _plain(get_type_hints(record_kind.python)[attribute.name])(**inside) if known else None
        elif attribute.name in record_kind.fields:
            arguments[attribute.name] = record_kind.fields[attribute.name].restore(stored.get(attribute.name))
    return record_kind.python(**arguments)


def flatten(record: Any) -> dict[str, Any]:
    """The stored forms of an object's fields, by dotted name; OperatorError names a field that holds no value of its own."""
    known = kind_of(type(record))
    groups = groups_of(known.python)
    flat = {}
    for name, declared in known.fields.items():
        value, inside = record, ""
        for part in name.split("."):
            value = None if value is None else getattr(value, part)
            inside = f"{inside}.{part}".removeprefix(".")
            if value is not None and inside in groups and not isinstance(value, groups[inside]):
                raise _not_expected(inside, groups[inside].__name__, value)
        flat[name] = declared.store(value)
    return flat


@cache
def groups_of(cls: type, prefix: str = "") -> dict[str, type]:
    """The classes of a kind's groups, by dotted name."""
    hints, found = get_type_hints(cls), dict[str, type]()
    for attribute in attrs.fields(cls):
        if attribute.metadata.get("group"):
            name, python = prefix + attribute.name, _plain(hints[attribute.name])
            found |= {name: python, **groups_of(python, f"{name}.")}
    return found


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _fields(cls: type, prefix: str = "") -> dict[str, Field]:
    found: dict[str, Field] = {}
    hints = get_type_hints(cls)
    for attribute in attrs.fields(cls):
        python = _plain(hints[attribute.name])
        if attribute.metadata.get("group"):
            found |= _fields(python, f"{attribute.name}.")
        elif known := attribute.metadata.get("field"):
            name = prefix + attribute.name
            found[name] = Field(name=name, **_typed(cls, attribute.name, python), **known)
    return found


def _typed(cls: type, name: str, python: Any) -> dict[str, Any]:
    many = get_origin(python) is tuple
    item = get_args(python)[0] if many else python
    if isinstance(item, type) and issubclass(item, StrEnum):
        coded = ValueType(name="code", storage="text", store=lambda member: str(member), restore=item)
        return {"value": coded, "python": item, "many": many, "codes": item}
    if item not in VALUE_TYPES:
        listed = ", ".join(t.__name__ for t in VALUE_TYPES)
        raise DeclarationError(
            Text(
                fr=f"{cls.__name__}.{name} : le type {item!r} n'est pas connu ; il existe : {listed}, ou une StrEnum",
                en=f"{cls.__name__}.{name}: the type {item!r} is unknown; there are: {listed}, or a StrEnum",
            )
        )
    return {"value": VALUE_TYPES[item], "python": item, "many": many}


def _plain(annotation: Any) -> Any:
    """`X` for `X | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not NoneType)
    return annotation
