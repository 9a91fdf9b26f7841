"""What an adapter declares of a table: how one kind of record stands in an agency's files. `Table` reads and writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, runtime_checkable

from attrs import field, frozen

from cigem_core.errors import DeclarationError, OperatorError, nearest
from cigem_core.formats.source import Source
from cigem_core.formats.tables import ITEM, Choose, OpenTable
from cigem_core.model.fields import Field, Kind, kind_of
from cigem_core.model.forms import Form
from cigem_core.sdk.codecs import ReferenceCodec
from cigem_core.sdk.families import Family
from cigem_core.sdk.lenses import Column, Lens
from cigem_core.sdk.rules import GroupRule, RowRule
from cigem_core.spelling import title_key
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl


class TableFormat(Protocol):
    """What a table stands in: the files of an agency, sheets of its workbooks, documents, answers of its API."""

    @property
    def resource(self) -> str | None:
        """What faults call the source, where it has no file's name: the resource of an API, the form."""

    @property
    def is_sparse(self) -> bool:
        """Whether records speak only of what they hold, so that an absent column is an empty one."""

    def matches(self, name: str) -> bool:
        """Whether a file of that name is one of them."""

    def open(self, source: Source, choose: Choose, block: int = ...) -> OpenTable:
        """Start reading; SourceRefused when the file cannot be read at all."""

    def file_name(self, on: date) -> str:
        """The name a file written on a day gets."""

    def write(self, file: BinaryIO, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a file of text; OperatorError where it cannot hold one of the texts."""


def _lenses(given: Mapping[str, Lens]) -> Mapping[str, Lens]:
    return dict(given)


def _columns(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _families(given: Iterable[Family]) -> tuple[Family, ...]:
    return tuple(given)


def _rules(given: Iterable[RowRule | GroupRule]) -> tuple[RowRule | GroupRule, ...]:
    return tuple(given)


@frozen(eq=False)
class Child:
    """The items of one list, as records of another kind: its reference to the parent and its position make its key.

    Its lenses read columns of the list: `column("formation/evaluation[]/note")`.
    """

    kind: Kind = field(converter=kind_of)
    lenses: Mapping[str, Lens] = field(converter=_lenses)

    @property
    def path(self) -> str:
        """The list, such as `formation/evaluation[]`."""
        return next(lens.path for lens in self.lenses.values() if lens.path)

    @property
    def parent(self) -> Field:
        """The field that refers to the record the list stands in."""
        return next(f for f in self.kind.keys if f.refers_to)

    @property
    def place(self) -> Field:
        """The field that holds the item's place in the list, from 0."""
        return next(f for f in self.kind.keys if not f.refers_to)


def _children(given: Iterable[Child]) -> tuple[Child, ...]:
    return tuple(given)


@frozen(eq=False)
class Declaration:
    """What is declared of one kind of record in one kind of file: field → lens, and the rules between fields of a row.

    Mistakes in a declaration raise DeclarationError here, when the adapter is imported.
    """

    kind: Kind = field(converter=kind_of)
    format: TableFormat
    lenses: Mapping[str, Lens] = field(converter=_lenses)
    rules: tuple[RowRule | GroupRule, ...] = field(default=(), converter=_rules, kw_only=True)
    children: tuple[Child, ...] = field(default=(), converter=_children, kw_only=True)
    """The lists whose items are records of their own, which live with the record that holds them."""
    repeats: bool = field(default=False, kw_only=True)
    """Whether a key may stand again in a file, the later row being a later version."""
    known_by: tuple[str, ...] = field(default=(), converter=_columns, kw_only=True)
    """Of lists whose rows have no number: the fields that together say which record a row is. Their digest is its key."""
    replaces: tuple[str, ...] = field(default=(), converter=_columns, kw_only=True)
    """Columns that hold other ids of the same record: of what an edit replaces, or of what never changes."""
    families: tuple[Family, ...] = field(default=(), converter=_families, kw_only=True)
    """The columns that are alike, such as one a day; a child of the table holds what stands in them."""
    form: Callable[[], Form] | None = field(default=None, kw_only=True)
    """The form its records are answers to: its own rules are asked too."""
    latest: str | None = field(default=None, kw_only=True)
    """The field that holds the moment of a record's last change: an older one never overwrites a newer one."""
    dated: Column | None = field(default=None, kw_only=True)
    """The column that says of which day a file is: its latest day counts, and a file older than one taken is refused."""

    def __attrs_post_init__(self) -> None:
        _check_lenses(self)
        _check_known_by(self)
        _check_rules(self)
        for child in self.children:
            _check_child(self, child)
        for one in self.families:
            _check_family(self, one)
        _check_dated(self)
        # A column may tighten the model, never loosen it: what the model requires, the column does.
        required = {name for name in self.lenses if self.kind.fields[name].is_required} | {*self.known_by}
        tightened = {name: lens.required() if name in required else lens for name, lens in self.lenses.items()}
        object.__setattr__(self, "lenses", tightened)
        if (lists := _lists_of(self)) and isinstance(self.format, _Lists):
            _check_items(self, self.format.separator)
            object.__setattr__(self, "format", self.format.with_lists(lists))

    def encode(self, records: pl.DataFrame) -> pl.DataFrame:
        """The cells that write accepted records, by the agency's headers, in the order of the declaration."""
        import polars as pl

        cells: dict[str, pl.Expr] = {}
        for name, lens in self.lenses.items():
            if name in records.columns:
                cells |= lens.encode(pl.col(name))
        # Of which day a file is, whoever sends it says.
        cells |= {header: pl.lit("") for header in self.day_columns if header not in cells}
        return records.select(
            (expression if ITEM in header else expression.fill_null("")).alias(header) for header, expression in cells.items()
        )

    @property
    def headers(self) -> tuple[str, ...]:
        """Every declared column, in the order of the declaration."""
        every = [self.lenses, *(child.lenses for child in self.children)]
        found = [header for lenses in every for lens in lenses.values() for header in lens.headers]
        return tuple(dict.fromkeys([*found, *self.replaces, *self.day_columns]))

    @property
    def naming(self) -> tuple[str, ...]:
        """The fields whose columns say which record a row is: its key, or what that is made of."""
        return self.known_by or tuple(part.name for part in self.kind.keys)

    @property
    def naming_columns(self) -> tuple[str, ...]:
        """The columns without which no row is known."""
        needed = (name for name in self.naming if self.known_by or self.kind.fields[name].is_required)
        if not self.known_by:
            return tuple(self.lenses[name].headers[0] for name in needed)
        return tuple(header for name in needed for header in self.lenses[name].headers)

    @property
    def day_columns(self) -> tuple[str, ...]:
        """The column that says of which day a file is, where there is one."""
        return self.dated.headers if self.dated else ()

    @property
    def not_needed(self) -> frozenset[str]:
        """The columns that a file may come without."""
        lone = (lens for lens in self.lenses.values() if isinstance(lens, Column) and lens.may_be_absent)
        return frozenset(lens.header for lens in lone)


@runtime_checkable
class _Lists(Protocol):
    """A format of documents, which is told what is a list in them."""

    @property
    def separator(self) -> str:
        """What joins keys into the names of columns."""

    def with_lists(self, lists: tuple[str, ...]) -> TableFormat:
        """The same format, in which these are lists."""


def _lists_of(table: Declaration) -> tuple[str, ...]:
    """The lists that a table looks into, by their names."""
    every = [lens.path for lenses in (table.lenses, *(child.lenses for child in table.children)) for lens in lenses.values()]
    return tuple(dict.fromkeys(path.removesuffix(ITEM) for path in every if path))


def _check_items(table: Declaration, separator: str) -> None:
    """The name of an item's column goes on as the document's names do: written otherwise it would be empty for ever."""
    for header in table.headers:
        path, is_item, inner = header.partition(ITEM)
        goes_on = not inner or (inner.startswith(separator) and inner != separator)
        if is_item and not (path and not path.endswith(separator) and goes_on):
            _refuse(
                f"colonne « {header} » : une liste s'écrit « liste{ITEM} », une clé de ses items « liste{ITEM}{separator}clé »",
                f"column '{header}': a list is written 'list{ITEM}', and a key of its items 'list{ITEM}{separator}key'",
            )


def _check_lenses(table: Declaration) -> None:
    name, kind = table.kind.python.__name__, table.kind
    for written, lens in table.lenses.items():
        if written not in kind.fields:
            near = nearest(written, kind.fields)
            _refuse(f"{name} n'a pas de champ « {written} » ; {near.fr}", f"{name} has no field '{written}'; {near.en}")
        _check_lens(name, kind.field(written), lens)
    made = [part.name for part in kind.keys] if table.known_by else []
    if absent := [f.name for f in kind.fields.values() if (f.is_required or f.is_key) and f.name not in {*table.lenses, *made}]:
        listed = ", ".join(absent)
        _refuse(
            f"la table de {name} ne lit pas {listed}, qui est obligatoire",
            f"the table of {name} does not read {listed}, which is required",
        )
    seen: set[str] = set()
    for header in (header for lens in table.lenses.values() for header in lens.headers):
        if title_key(header) in seen:
            _refuse(
                f"la table de {name} lit deux fois la colonne « {header} »",
                f"the table of {name} reads the column '{header}' twice",
            )
        seen.add(title_key(header))


def _check_known_by(table: Declaration) -> None:
    """A key is made for a kind that has one text for it, of fields of which each row has one."""
    if not table.known_by:
        return
    name, keys = table.kind.python.__name__, table.kind.keys
    if len(keys) > 1 or keys[0].python is not str or keys[0].name in table.lenses:
        _refuse(
            f"known_by= fait une clé d'un seul texte, que nulle colonne ne donne ; celle de {name} n'est pas ainsi",
            f"known_by= makes a key of one text, which no column gives; that of {name} is none",
        )
    if table.replaces:
        _refuse(
            f"la table de {name} : replaces= nomme des numéros, et known_by= dit qu'il n'y en a pas",
            f"the table of {name}: replaces= names ids, and known_by= says that there are none",
        )
    for written in table.known_by:
        if written not in table.lenses:
            near = nearest(written, table.lenses)
            _refuse(
                f"known_by= nomme « {written} », que la table de {name} ne lit pas ; {near.fr}",
                f"known_by= names '{written}', which the table of {name} does not read; {near.en}",
            )
        lens = table.lenses[written]
        if table.kind.fields[written].many or lens.path is not None or (isinstance(lens, Column) and lens.may_be_absent):
            _refuse(
                f"known_by= prend des champs dont chaque ligne a une seule valeur ; {name}.{written} n'en est pas un",
                f"known_by= takes fields of which each row has one value; {name}.{written} is none",
            )


def _check_lens(name: str, field: Field, lens: Lens, *, of_item: bool = False) -> None:
    if field.python not in lens.fills:
        what = field.value.name
        held = ", ".join(sorted(filled.__name__ for filled in lens.fills))
        _refuse(
            f"{name}.{field.name} contient : {what} ; sa colonne donne : {held}",
            f"{name}.{field.name} holds: {what}; its column gives: {held}",
        )
    if not isinstance(lens, Column):
        return
    if lens.may_be_absent and (field.is_key or field.is_required or lens.is_required):
        _refuse(
            f"{name}.{field.name} est obligatoire : sa colonne ne peut manquer (.if_there())",
            f"{name}.{field.name} is required: its column cannot be absent (.if_there())",
        )
    if bool(field.refers_to) != isinstance(lens.codec, ReferenceCodec):
        _refuse(
            f"{name}.{field.name} : .reference() va avec un champ qui désigne une autre fiche, et lui seul",
            f"{name}.{field.name}: .reference() goes with a field that points at another record, and only there",
        )
    if field.many != (lens.item_is_many if of_item else lens.is_many):
        fr, en = ("plusieurs valeurs", "several values") if field.many else ("une seule valeur", "one value")
        _refuse(
            f"{name}.{field.name} a {fr} ; .words(), .phone() et les listes en donnent plusieurs, les autres une",
            f"{name}.{field.name} has {en}; .words(), .phone() and lists give several, the others one",
        )


def _check_rules(table: Declaration) -> None:
    name = table.kind.python.__name__
    for rule in table.rules:
        for written in rule.fields:
            if written not in table.lenses:
                near = nearest(written, table.lenses)
                _refuse(
                    f"la règle {rule.name} parle de « {written} », que la table de {name} ne lit pas ; {near.fr}",
                    f"the rule {rule.name} speaks of '{written}', which the table of {name} does not read; {near.en}",
                )
            if rule.takes is not None and table.kind.field(written).python not in rule.takes:
                what = table.kind.field(written).value.name
                _refuse(
                    f"la règle {rule.name} ne prend pas {written}, qui est de type {what}",
                    f"the rule {rule.name} does not take {written}, which is a {what}",
                )

        for written, values in rule.among.items():
            _check_values(table.kind.field(written), values, rule.name)


def _check_values(field: Field, values: Iterable[Any], rule: str) -> None:
    try:
        for value in values:
            field.store(value)
    except OperatorError as error:
        said = error.text
        _refuse(f"la règle {rule} : {said.fr}", f"the rule {rule}: {said.en}")


def _check_child(table: Declaration, child: Child) -> None:
    name, parent = child.kind.python.__name__, [f for f in child.kind.keys if f.refers_to == table.kind.name]
    if len(child.kind.keys) != 2 or len(parent) != 1:
        _refuse(
            f"{name} n'est pas une sous-fiche de {table.kind.name} : sa clé est faite d'une référence à elle et d'une position",
            f"{name} is no child of {table.kind.name}: its key is made of a reference to it and a position",
        )
    for written, lens in child.lenses.items():
        _check_lens(name, child.kind.field(written), lens, of_item=True)
        if lens.path is None or lens.path != child.path:
            _refuse(
                f"{name}.{written} : les colonnes d'une sous-fiche sont celles d'une même liste, comme « {child.path} »",
                f"{name}.{written}: the columns of a child are those of one list, such as '{child.path}'",
            )


def _check_family(table: Declaration, one: Family) -> None:
    wanted = {one.heading().header, one.cell().header}
    if not any(wanted == {h for lens in child.lenses.values() for h in lens.headers} for child in table.children):
        _refuse(
            f"une sous-fiche de {table.kind.name} doit lire les en-têtes et les cases de « {one.name} », et rien d'autre",
            f"a child of {table.kind.name} must read the headings and the cells of '{one.name}', and nothing else",
        )


def _check_dated(table: Declaration) -> None:
    if table.dated is not None and (table.dated.path or not {date, datetime}.intersection(table.dated.fills)):
        header = table.dated.header
        _refuse(
            f"dated= prend une colonne de dates ou de moments ; « {header} » n'en est pas une (.date(), .moment())",
            f"dated= takes a column of dates or moments; '{header}' is none (.date(), .moment())",
        )


def _refuse(fr: str, en: str) -> None:
    raise DeclarationError(Text(fr=fr, en=en))
