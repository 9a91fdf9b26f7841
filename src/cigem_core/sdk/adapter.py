"""An adapter: everything the library knows of one agency's files, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from cigem_core.errors import DeclarationError, SourceRefused
from cigem_core.formats.books.grid import at_hand
from cigem_core.formats.books.sheets import SheetLabels, SheetTable
from cigem_core.formats.rest.api import Api
from cigem_core.formats.source import Source
from cigem_core.model.fields import CENTRE, Field, Kind, kinds
from cigem_core.model.receipts import Assumed
from cigem_core.policy import ALL, Mask
from cigem_core.report import Faults, NotRun
from cigem_core.sdk.batch import ENTRY_COLUMN
from cigem_core.sdk.declaration import Declaration
from cigem_core.sdk.frames import full_key
from cigem_core.sdk.reading.corrected import corrected, is_corrections
from cigem_core.sdk.table import Table
from cigem_core.text import Text

if TYPE_CHECKING:
    import polars as pl

    from cigem_core.sdk.batch import Batch


def _tables(given: Iterable[Table]) -> tuple[Table, ...]:
    return tuple(given)


_PLAN = ("enrolment", "training_session", "training_module")


@frozen(eq=False)
class Adapter:
    """The tables an agency hands over (`pull`) and those it is handed (`push`)."""

    agency: str
    pull: tuple[Table, ...] = field(default=(), converter=_tables, kw_only=True)
    push: tuple[Table, ...] = field(default=(), converter=_tables, kw_only=True)
    api: Api | None = field(default=None, kw_only=True)
    """The agency's service, where it offers one: resources are read from it, letters posted to it."""
    token_is_optional: bool = field(default=False, kw_only=True)
    """Whether the service may be spoken to without a token."""

    def __attrs_post_init__(self) -> None:
        agency = self.agency
        if agency == CENTRE:
            raise DeclarationError(
                Text(
                    fr=f"« {CENTRE} » désigne le centre lui-même ; donner à la structure un autre code",
                    en=f"'{CENTRE}' is the centre itself; give the agency another code",
                )
            )
        if not agency.isascii() or not agency.replace("-", "").isalnum() or agency != agency.lower():
            raise DeclarationError(
                Text(
                    fr=f"le code d'une structure est en minuscules sans accents, pas « {agency} »",
                    en=f"an agency's code is lower-case letters, digits and hyphens, not '{agency}'",
                )
            )
        self._order(self.pull)
        self._check_pushed()
        self._check_plan()
        self._check_kinds()
        self._check_numbers()

    def _check_pushed(self) -> None:
        """What is pushed is addressed by the centre, or a row of the agency's own workbook that such a record asks for."""
        for table in self.push:
            kind = table.kind
            if kind.is_addressed or (kind.asked_by and isinstance(table.format, SheetTable)):
                continue
            known = ", ".join(one.name for one in kinds() if one.is_addressed)
            raise DeclarationError(
                Text(
                    fr=f"{self.agency} : rien ne transmet le type « {kind.name} » ; push= prend les types adressés ({known}), ou "
                    "la feuille d'un classeur dont ils demandent les lignes",
                    en=f"{self.agency}: nothing hands over the kind '{kind.name}'; push= takes addressed kinds ({known}), or the "
                    "sheet of a workbook whose rows they ask for",
                )
            )

    def _check_plan(self) -> None:
        """Enrolments are pushed into a training plan that is read whole: its seats are counted."""
        read = {table.kind.name for table in self.pull}
        absent = [kind for kind in _PLAN if kind not in read]
        if absent and any(table.kind.name == _PLAN[0] for table in self.push):
            listed = ", ".join(absent)
            raise DeclarationError(
                Text(
                    fr=f"{self.agency} : pour transmettre des inscriptions, lire aussi dans le plan : {listed} (pull=)",
                    en=f"{self.agency}: to push enrolments, read these of the plan as well: {listed} (pull=)",
                )
            )

    def _check_kinds(self) -> None:
        """Rows come home from corrections by their kind: two lists of one kind could not be told apart."""
        kinds = [table.kind.name for table in self.pull]
        if twice := next((kind for kind in kinds if kinds.count(kind) > 1), None):
            raise DeclarationError(
                Text(
                    fr=f"{self.agency} : deux tables lisent le type « {twice} », et leurs corrections se confondraient ; "
                    "en faire deux adaptateurs, ou une seule table",
                    en=f"{self.agency}: two tables read the kind '{twice}', and their corrections could not be told apart; "
                    "make two adapters of them, or one table",
                )
            )

    def _check_numbers(self) -> None:
        """What is pushed goes by the number it has here, and no cell holds a key that is made of others."""
        made = {table.kind.name for table in self.pull if table.known_by}
        referring = [(table, f) for table in self.pull for f in table.kind.references if f.name in table.lenses]
        for table in self.push:
            if table.known_by:
                raise DeclarationError(
                    Text(
                        fr=f"{self.agency} : ce qui est transmis ({table.kind.name}) porte son numéro ; known_by= est pour pull=",
                        en=f"{self.agency}: what is pushed ({table.kind.name}) bears its number; known_by= is for pull=",
                    )
                )
        for table, f in referring:
            if f.refers_to in made and f.issuer == "agency":
                raise DeclarationError(
                    Text(
                        fr=f"{self.agency} : {table.kind.name}.{f.name} désigne des fiches sans numéros (known_by) ; le laisser "
                        f"sans colonne, ou lire les deux listes en une ({f.refers_to})",
                        en=f"{self.agency}: {table.kind.name}.{f.name} points at records without numbers (known_by); read no "
                        f"column for it, or read both lists as one ({f.refers_to})",
                    )
                )

    def table_for(self, given: Any) -> tuple[Table, Source]:
        """Which table a source is one of: by its name, or else by its header; SourceRefused when it is none.

        A corrections file comes under any name: it is known by its header first.
        """
        source = Source.of(given)
        named = [table for table in self.pull if table.format.matches(source.name)]
        if is_corrections(source) and (table := _best(self.pull, source)):
            return table, source
        if len(named) == 1:
            return named[0], source
        source.check()
        if table := _best(named or self.pull, source, whole=not named):
            return table, source
        names = ", ".join(sorted({str(getattr(table.format, "name", table.kind.name)) for table in self.pull}))
        if source.is_workbook():
            raise SourceRefused(
                Text(
                    fr=f"{source.name} : aucune feuille n'a la colonne « {ENTRY_COLUMN} », ni toutes les colonnes d'une table ; "
                    "si ce sont des corrections, remettre leurs titres, ou écrire à nouveau le fichier "
                    f"(cigem corrections {self.agency}) ; sinon, {self.agency} remet : {names}",
                    en=f"{source.name}: no sheet has the column '{ENTRY_COLUMN}', nor all the columns of a table; "
                    "if these are corrections, put their titles back, or write the file again "
                    f"(cigem corrections {self.agency}); if not, {self.agency} hands over: {names}",
                )
            )
        raise SourceRefused(
            Text(
                fr=f"{source.name} n'est reconnu ni par son nom ni par ses colonnes ; {self.agency} remet : {names}",
                en=f"{source.name} is recognised neither by its name nor by its columns; {self.agency} hands over: {names}",
            )
        )

    def _tables_for(self, source: Source) -> list[tuple[Table, Source]]:
        """The tables that stand in a source: those of all its sheets, where it is a workbook of the agency's."""
        in_books = [(table, table.format) for table in self.pull if isinstance(table.format, (SheetTable, SheetLabels))]
        if not in_books or not source.is_workbook():
            return [self.table_for(source)]
        named = [(table, form.name_in(source) or form.sheet_name) for table, form in in_books]
        if not any(form.name_in(source) for _, form in in_books):
            return [self.table_for(source)]
        return [(table, evolve(source, sheet=sheet)) for table, sheet in named]

    def arrange(self, given: Sequence[Any]) -> list[tuple[Table, Source]]:
        """Sources with their tables, referred tables first; sources of one kind stay in the order given."""
        found = [pair for one in given for source in corrected(at_hand(one), self.pull) for pair in self._tables_for(source)]
        order = self._order(self.pull)
        return sorted(found, key=lambda pair: order[pair[0].kind.name])

    def read(self, *sources: Any, mask: Mask = ALL) -> Reading:
        """Read sources together, without store or convention: references are looked up among them.

        Kinds the mask does not speak of are passed over.
        """
        from cigem_core.sdk.batch import gather

        keys = Keys()
        batches: dict[str, list[Batch]] = {}
        for table, source in self.arrange(sources):
            if not mask.takes(table.kind):
                continue
            parts = []
            keys.look_ahead(table, source, mask)
            for part in table.scan(source, mask, known=keys):
                keys.take(part)
                parts.append(part)
            batches.setdefault(table.kind.name, []).append(gather(iter(parts)))
        return Reading(agency=self.agency, files=tuple(b for found in batches.values() for b in found))

    def _order(self, tables: Sequence[Table]) -> dict[str, int]:
        """Kind → place: what is referred to comes first."""
        waiting = {table.kind.name: {f.refers_to for f in table.kind.references if f.name in table.lenses} for table in tables}
        order: dict[str, int] = {}
        while waiting:
            ready = [kind for kind, needs in waiting.items() if not (needs & waiting.keys() - {kind})]
            if not ready:
                listed = ", ".join(sorted(waiting))
                raise DeclarationError(
                    Text(
                        fr=f"{self.agency} : ces tables se désignent en rond : {listed}",
                        en=f"{self.agency}: these tables refer to one another in a circle: {listed}",
                    )
                )
            for kind in ready:
                order[kind] = len(order)
                del waiting[kind]
        return order


def _best(tables: Sequence[Table], source: Source, *, whole: bool = False) -> Table | None:
    """The one table most of whose columns a source has; all of them, where nothing else tells what it is."""
    found = {table: table.columns_found(source) for table in tables}
    if whole:
        found = {table: columns for table, columns in found.items() if columns >= len(table.headers) - len(table.not_needed)}
    best = max(found.values(), default=0)
    fitting = [table for table, columns in found.items() if columns == best]
    return fitting[0] if best and len(fitting) == 1 else None


@frozen(kw_only=True, eq=False)
class Reading:
    """What some sources of one agency hold: a Batch per file, and per kind with `reading[JobSeeker]`."""

    agency: str
    files: tuple[Batch, ...]

    def __getitem__(self, kind: type | str) -> Batch:
        from cigem_core.model.fields import kind_of
        from cigem_core.sdk.batch import gather

        wanted = kind_of(kind)
        found = [batch for batch in self.files if batch.table.kind is wanted]
        if not found:
            raise KeyError(wanted.name)
        return gather(iter(found))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds read."""
        return tuple(dict.fromkeys(batch.table.kind for batch in self.files))

    @property
    def faults(self) -> Faults:
        """Every fault of every file."""
        return Faults(fault for batch in self.files for fault in batch.faults)

    @property
    def not_run(self) -> tuple[NotRun, ...]:
        """The rules that could not be asked."""
        return tuple(dict.fromkeys(rule for batch in self.files for rule in batch.not_run))

    @property
    def assumed(self) -> tuple[Assumed, ...]:
        """What was found out about files that nobody declared."""
        return tuple(dict.fromkeys(Assumed(batch.file, said) for batch in self.files for said in batch.assumed))

    @property
    def read(self) -> int:
        """How many records there were."""
        return sum(batch.read for batch in self.files)


@define
class Keys:
    """The keys met so far in the sources read together, by kind: accepted, and in quarantine."""

    accepted: dict[str, list[pl.Series]] = field(factory=dict)
    claimed: dict[str, list[pl.Series]] = field(factory=dict)

    def look_ahead(self, table: Table, source: Source, mask: Mask) -> None:
        """Remember the keys of a source whose records refer to others of its own, which may stand below them."""
        if any(f.refers_to == table.kind.name and f.name in table.lenses for f in table.kind.references):
            for part in table.scan(source, mask):
                self.take(part)

    def take(self, batch: Batch) -> None:
        """Remember the keys of a batch."""
        kind = batch.table.kind
        self.accepted.setdefault(kind.name, []).append(batch.accepted.select(full_key(kind)).to_series())
        self.claimed.setdefault(kind.name, []).append(batch.claims)

    def known(self, reference: Field, keys: pl.Series) -> pl.Series | None:
        """What is known of each key; None when no source of the referred kind was read."""
        kind = str(reference.refers_to)
        if kind not in self.accepted or reference.issuer != "agency":
            return None
        return self.standing(keys, self.accepted[kind], self.claimed[kind])

    @staticmethod
    def standing(keys: pl.Series, accepted: Sequence[pl.Series], claimed: Sequence[pl.Series]) -> pl.Series:
        """KNOWN for the keys of accepted records, PENDING for those of rows in quarantine, UNKNOWN for others."""
        import polars as pl

        from cigem_core.sdk.reading.validation import KNOWN, PENDING, UNKNOWN

        here = keys.is_in(pl.concat(accepted).implode())
        waiting = keys.is_in(pl.concat(claimed).implode())
        status = pl.select(pl.when(here).then(KNOWN).when(waiting).then(PENDING).otherwise(UNKNOWN))
        return status.to_series().cast(pl.Int8)

    def repeated(self, kind: Kind) -> Mapping[int, str | None]:  # noqa: ARG002  without a store there is no entry
        """No entry is known without a store."""
        return {}

    def short(self, table: Declaration) -> Mapping[int, Mapping[str, str]]:  # noqa: ARG002  without a store there is no entry
        """No entry is known without a store."""
        return {}

    def holders(self, kind: Kind, names: Sequence[str]) -> Mapping[str, tuple[frozenset[str], tuple[str, ...]]]:  # noqa: ARG002
        """Nobody is known without a store."""
        return {}

    def came_without(self, kind: Kind, entries: Sequence[int], keys: Sequence[str]) -> Mapping[int | str, frozenset[str]]:  # noqa: ARG002
        """No entry is known without a store."""
        return {}

    def kept(self, kind: Kind, names: Sequence[str]) -> pl.DataFrame | None:  # noqa: ARG002
        """Nothing is kept without a store."""
        return None

    def held(self, kind: Kind) -> pl.Series:
        """The keys of accepted records."""
        import polars as pl

        return pl.concat([pl.Series([], dtype=pl.String), *self.accepted.get(kind.name, [])])
