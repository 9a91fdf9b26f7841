"""Where values stand in trees, and the columns those places make.

A place is reached by keys. A value there gives the column `a.b`, an object the columns below it, a list the columns
`a.b[]` or `a.b[].c`, one item of the cell for each item of the list. Where one record has a value and another an
object or a list, each has its own columns, so that nothing is lost and nothing hides. A list inside an item of a list
is kept whole, as its JSON text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field, frozen

from cigem_core.formats.tables import ITEM
from cigem_core.formats.trees.digits import Digits, as_json

if TYPE_CHECKING:
    import polars as pl

Path = tuple[str, ...]
ValueKind = Literal["text", "number", "boolean", "json"]


@frozen
class ColumnPath:
    """A column of a tree: the keys to a value, or to a list and from its items on."""

    name: str
    path: Path
    inner: Path | None = None
    """The keys from an item of the list at `path`; None where there is no list."""


def kind_of_value(value: Any) -> ValueKind:
    """What a value of JSON is."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, Digits) else "text" if isinstance(value, str) else "json"


@define
class Shape:
    """What was seen at one place, over all the records of a document."""

    value: bool = False
    kinds: set[ValueKind] = field(factory=set)
    """What its values were, as far as they were looked at one by one."""
    is_object: bool = False
    keys: dict[str, Shape] = field(factory=dict)
    item: Shape | None = None
    """What was seen in the items of lists that stand here."""

    def see(self, value: Any, *, inside: bool = False) -> None:
        """Note what stands here in one record; `inside` an item of a list, lists are values."""
        if isinstance(value, dict):
            self._see_object(value, inside)
        elif isinstance(value, list) and not inside:
            self.item = self.item or Shape()
            for item in value:
                self.item.see(item, inside=True)
        elif value is not None and value != []:
            self.value = True
            self.kinds.add(kind_of_value(value))

    def _see_object(self, value: Mapping[str, Any], inside: bool) -> None:
        self.is_object = True
        for key, below in value.items():
            if below is not None:
                self.below(key).see(below, inside=inside)

    def below(self, key: str) -> Shape:
        """What was seen under a key."""
        if key not in self.keys:
            self.keys[key] = Shape()
        return self.keys[key]

    def kind_at(self, path: Path, inner: Path | None) -> ValueKind | None:
        """What all the values at a place were; None where they were of several kinds, or were not looked at."""
        here: Shape | None = self
        for key in path:
            here = here and here.keys.get(key)
        if inner is not None:
            here = here and here.item
            for key in inner:
                here = here and here.keys.get(key)
        return next(iter(here.kinds)) if here and len(here.kinds) == 1 else None

    def leaves(self) -> Iterator[Shape]:
        """The places that have nothing below them."""
        below = [*self.keys.values(), *([self.item] if self.item else [])]
        for shape in below:
            yield from shape.leaves()
        if not below:
            yield self

    def places(self, naming: PathNaming) -> Iterator[ColumnPath]:
        """The columns of a document whose records look like this."""
        for key, shape in self.keys.items():
            yield from shape._places(naming, naming.key(key), (key,))

    def _places(self, naming: PathNaming, name: str, path: Path) -> Iterator[ColumnPath]:
        if self.value or not (self.keys or self.item):
            yield ColumnPath(name, path)
        for key, shape in self.keys.items():
            yield from shape._places(naming, naming.below(name, key), (*path, key))
        if self.item:
            yield from self.item._inner(naming, f"{name}{ITEM}", path, (), name + naming.separator)

    def _inner(self, naming: PathNaming, name: str, path: Path, inner: Path, prefix: str) -> Iterator[ColumnPath]:
        if self.value or not self.keys:
            yield ColumnPath(name, path, inner)
        for key, shape in self.keys.items():
            bare = key.removeprefix(prefix) if naming.repeats_prefix else key
            yield from shape._inner(naming, naming.below(name, bare), path, (*inner, key), prefix)


@frozen
class PathNaming:
    """How keys are joined into the names of columns."""

    separator: str
    repeats_prefix: bool
    """Whether keys inside the items of a list repeat the list's own name, as KoboToolbox's do."""
    lists: tuple[str, ...] = ()
    """The lists that are read, by their names."""

    def as_lists(self, record: Any) -> Any:
        """A record in which what is read as a list is one: an object by itself, and one of items by their numbers."""
        for name in self.lists:
            for place, key in _places_of(record, name, self.separator):
                place[key] = _as_list(place[key])
        return record

    def key(self, key: str) -> str:
        """A key as it stands in names, where only lists have `[]`."""
        return key.replace(ITEM, "[ ]")

    def below(self, name: str, key: str) -> str:
        """The name of what stands under a key of what has that name."""
        return f"{name}{self.separator}{self.key(key)}"


def _places_of(value: Any, name: str, separator: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Where what has that name stands, be it one key or keys inside one another."""
    if not isinstance(value, dict):
        return
    if value.get(name) is not None:
        yield value, name
    parts = name.split(separator)
    for count in range(1, len(parts)):
        yield from _places_of(value.get(separator.join(parts[:count])), separator.join(parts[count:]), separator)


def _as_list(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value:
        numbered = [key.isascii() and key.isdigit() for key in value]
        if all(numbered):
            return [value[key] for key in sorted(value, key=_in_order)]
        # Items by names of theirs, or numbered ones and something else beside: whether it is a list nobody can tell.
        return value if any(numbered) or all(isinstance(one, dict) for one in value.values()) else [value]
    return [value]


def _in_order(number: str) -> tuple[int, str]:
    """Digits, however many, as they follow one another."""
    bare = number.lstrip("0")
    return len(bare), bare


def texts_of(place: ColumnPath, records: Sequence[Any]) -> list[Any]:
    """The cells of a column: texts, or lists of texts where the place is in a list."""
    if place.inner is None:
        return [_text(at(record, place.path)) for record in records]
    inner = place.inner
    lists = (found if isinstance(found := at(record, place.path), list) else () for record in records)
    return [[_text_inside(at(item, inner)) for item in items] for items in lists]


def at(value: Any, path: Path) -> Any:
    """What stands at the end of the keys; None where they lead nowhere."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _text(value: Any) -> str | None:
    """A value as text; objects and lists have columns of their own."""
    if isinstance(value, str):
        return str(value) if isinstance(value, Digits) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def _text_inside(value: Any) -> str | None:
    return as_json(value) if isinstance(value, list) and value else _text(value)


def series_of(place: ColumnPath, records: Sequence[Any]) -> pl.Series:
    """The cells of a column as a series of text, or of lists of text."""
    import polars as pl

    texts = texts_of(place, records)
    if place.inner is None:
        return pl.Series(place.name, texts, dtype=pl.String)
    # Polars makes a list a series of its own: those without items, of which there may be millions, are not asked for.
    held = [at for at, items in enumerate(texts) if items]
    some = pl.Series(place.name, [texts[at] for at in held], dtype=pl.List(pl.String))
    if len(held) == len(texts):
        return some
    numbers = pl.Series([None], dtype=pl.UInt32).new_from_index(0, len(texts)).scatter(held, range(len(held)))
    return (
        some.gather(numbers).fill_null([])
        if held
        else pl.Series(place.name, [[]], dtype=some.dtype).new_from_index(0, len(texts))
    )
