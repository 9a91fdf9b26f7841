"""The object people hold: a workspace opens a store and offers the rooms below as short verbs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import evolve

from cigem_core import plugins as installed
from cigem_core.backup import Backup, back_up
from cigem_core.errors import OperatorError, UnknownName, nearest
from cigem_core.exchange.corrections import Corrections, write_corrections
from cigem_core.exchange.delivery import Delivered, deliver
from cigem_core.exchange.following import followed
from cigem_core.exchange.posting import Posted, post, readdress, take_back
from cigem_core.exchange.progress import Progress, silent
from cigem_core.exchange.pull import pull as receive
from cigem_core.exchange.push import push
from cigem_core.exchange.referrals import Need, refer
from cigem_core.exchange.services import Services
from cigem_core.export import Exported, export
from cigem_core.model.conventions import Axis, Convention
from cigem_core.model.fields import build, kind_of
from cigem_core.model.identity import Residence
from cigem_core.model.receipts import Dispatch, Head, Receipt
from cigem_core.model.referrals import FollowedReferral, Referral
from cigem_core.model.refs import Ref, hold
from cigem_core.model.training import Enrolment
from cigem_core.model.values import Occupation
from cigem_core.plugins import Plugins
from cigem_core.policy import axis_named, check
from cigem_core.restore import Restored, restore
from cigem_core.store import Store
from cigem_core.store.acts import check_who_and_when as _who_and_when
from cigem_core.store.journal import Break, Line, lines
from cigem_core.store.objects import Version, objects
from cigem_core.store.outbox import Parcel, State, parcels
from cigem_core.store.quarantined import Entry, dismiss
from cigem_core.store.records import named
from cigem_core.store.seeking import Found, WaitingRow, seek, seek_waiting
from cigem_core.store.wordings import install
from cigem_core.text import Text

if TYPE_CHECKING:
    from cigem_core.observatory.desk import Figures
    from cigem_core.programmes.agreements.desk import Agreements
    from cigem_core.programmes.reception.desk import Reception
    from cigem_core.programmes.reception.people import People
    from cigem_core.programmes.scholarships.desk import Scholarships
    from cigem_core.programmes.training.desk import Training

if TYPE_CHECKING:
    import polars as pl

R = TypeVar("R")


class Workspace:
    """A centre's records, in one database.

        with Workspace("centre.sqlite") as centre:
            receipt = centre.pull("chambre", "annonces_200909.csv", on=date(2009, 10, 1), by="awa")

    Opens the workspace at that path; `Workspace.create` makes one. Raises WorkspaceError when there is
    none, or it was written by another version. Opening it changes nothing, and nothing leaves.
    """

    def __init__(self, where: str | Path, *, plugins: Plugins | None = None, services: Services | None = None) -> None:
        self.store = Store.open(where)
        self.plugins = plugins or installed.load()
        self.services = services or Services()
        self.store.listeners.append(self.plugins.tell)

    @classmethod
    def create(
        cls,
        where: str | Path,
        *,
        on: date,
        by: str,
        bare: bool = False,
        conventions: Sequence[str] = (),
        plugins: Plugins | None = None,
    ) -> Self:
        """Make a workspace with the conventions plugins ship, unless `bare`; or bring one up to date.

        Into one that exists nothing of a plugin comes unless `conventions` names it, and never over a wording that was
        installed once: the centre's own decision stands. Raises UnknownName where no plugin ships one of that reference.
        """
        _who_and_when(on, by)
        is_new = Store.create_or_update(where)
        centre = cls(where, plugins=plugins)
        shipped = {one.reference: one for one in centre.plugins.conventions}
        named = [_shipped(shipped, reference) for reference in conventions]
        wanted = named if bare or not is_new else list(shipped.values())
        known = {one.reference for one in centre.conventions()}
        centre.install(*(one for one in wanted if one.reference not in known), on=on, by=by)
        return centre

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    @cached_property
    def agreements(self) -> Agreements:
        """The desk of conventions over time: what was done with them, and what is owed under them."""
        from cigem_core.programmes.agreements.desk import Agreements

        return Agreements(self.store, self.plugins, lambda agency, year: self.figures.shared("openness", str(year), agency))

    @cached_property
    def reception(self) -> Reception:
        """The reception desk: arrivals, visits, assessments, projects, services, referrals, and the caseload."""
        from cigem_core.programmes.reception.desk import Reception

        return Reception(self.store, self.plugins)

    @cached_property
    def people(self) -> People:
        """The centre's own files on people, and everything known of each."""
        from cigem_core.programmes.reception.people import People

        return People(self.store, self.plugins)

    @cached_property
    def training(self) -> Training:
        """The desk of training plans: who goes to which session, who attends, what is earned."""
        from cigem_core.programmes.training.desk import Training

        return Training(self.store, self.plugins)

    @cached_property
    def figures(self) -> Figures:
        """The desk of the observatory: what the records amount to."""
        from cigem_core.observatory.desk import Figures

        return Figures(self.store, self.plugins)

    @cached_property
    def scholarships(self) -> Scholarships:
        """The desk of scholarships: rounds from the call to the last payment."""
        from cigem_core.programmes.scholarships.desk import Scholarships

        return Scholarships(self.store, self.plugins)

    def install(self, *conventions: Convention, on: date, by: str) -> None:
        """Install conventions, or new wordings of them; ConventionError when one cannot be applied."""
        _who_and_when(on, by)
        for convention in conventions:
            check(convention)
        origins = {one.digest: origin for one in conventions if (origin := self.plugins.origin_of(one))}
        with self.store.writing() as connection:
            install(connection, *conventions, on=on, by=by, origins=origins)

    def conventions(self) -> tuple[Convention, ...]:
        """The conventions installed: of each the wordings that may decide, with where it stands."""
        return self.store.conventions()

    def pull(
        self,
        agency: str,
        *sources: Any,
        on: date,
        by: str,
        axis: Axis | str | None = None,
        progress: Progress = silent,
        again: bool = False,
        dry_run: bool = False,
    ) -> Receipt:
        """Receive files from an agency: paths, bytes, Arrow tables, or the address of its service. Kept all together.

        A file whose name tells an older day than one taken before is refused, unless `again` is said. With `dry_run` nothing
        is kept: the receipt says what would be, and its `journal` is None.
        The axis may be left out where only one fits. Raises UnknownName, ConventionError, SourceRefused, or RemoteError
        where a service cannot be read whole; then nothing was kept.
        """
        _who_and_when(on, by)
        if not sources:
            raise OperatorError(Text(fr="donner au moins un fichier à recevoir", en="name at least one file to receive"))
        chosen = self._axis(axis)
        return receive(
            self.store, self.plugins, agency, sources, axis=chosen, on=on, by=by,
            progress=progress, services=self.services, again=again, dry_run=dry_run,
        )  # fmt: skip

    def corrections(self, agency: str, path: str | Path, *, on: date, by: str) -> Corrections:
        """Write the rows an agency must mend in its own layout, cells marked and explained, to `.xlsx` or `.csv`.

        The mended file is pulled by the same door, under any name. It holds personal values: it goes back to the
        agency that gave them, and to no one else, as far as the clauses in force that day let it. Raises ConventionError
        where none does.
        """
        _who_and_when(on, by)
        return write_corrections(self.store, self.plugins, agency, Path(path), on=on, by=by)

    def dismiss(self, *entries: int, because: str, on: date, by: str) -> None:
        """Close rows in quarantine that will not be corrected, and say why."""
        _who_and_when(on, by)
        _says(because)
        if not entries:
            raise OperatorError(Text(fr="donner au moins un numéro d'anomalie", en="name at least one entry"))
        with self.store.writing() as connection:
            dismiss(connection, entries, because=because, on=on, by=by)

    def refer(
        self,
        who: Any,
        *,
        to: str,
        on: date,
        by: str,
        need: Occupation | None = None,
        residence: Residence | None = None,
        because: str | None = None,
        session: str | None = None,
        axis: Axis | str | None = None,
        again: bool = False,
    ) -> Referral:
        """Refer someone to an agency: a record (`centre.records`) or its ref, or the Identity of someone met here.

        `need` is the occupation or trade, `session` the training session meant. The referral leaves with the next
        `push`. Raises OperatorError where the person was referred there for the same need before, unless it is meant
        (`again`), or the agency has no such session; ConventionError when no clause lets it, or nothing of the person may
        go there.
        """
        _who_and_when(on, by)
        said = Need(who=who, occupation=need, residence=residence, session=session, because=because, again=again)
        return refer(self.store, self.plugins, said, to=to, axis=self._axis(axis), on=on, by=by)

    def push(
        self, agency: str, *, to: str | Path, on: date, by: str, into: Any = None, axis: Axis | str | None = None,
        kind: type | str | None = None, dry_run: bool = False,
    ) -> Dispatch:  # fmt: skip
        """Hand an agency what is addressed to it, referrals above all, in its own layout; each leaves once.

        `kind` names what is handed over, where an agency takes several addressed kinds. `to` is the folder a file is written
        to, or the address of the agency's service; `into` is the workbook to add to, for an agency that takes one. What its
        service did not take comes back as faults; what it could not be asked waits in the outbox. With `dry_run` nothing
        leaves and nothing is kept: the dispatch says what would. Raises ConventionError when no clause in force lets it,
        OperatorError where the folder cannot be written.
        """
        from cigem_core.programmes.training.enrolling import enrolled

        _who_and_when(on, by)
        return push(
            self.store, self.plugins, agency, to, on=on, by=by, axis=self._axis(axis), kind=kind, into=into,
            services=self.services, fillings={kind_of(Enrolment).name: enrolled}, dry_run=dry_run,
        )  # fmt: skip

    def outbox(self, *, agency: str | None = None, everything: bool = False) -> Sequence[Parcel]:
        """What waits to leave, or was refused, without its content; with `everything`, what left too."""
        states: tuple[State, ...] = () if everything else ("waiting", "refused")
        with self.store.reading() as connection:
            return [evolve(parcel, content=None) for parcel in parcels(connection, agency=agency, states=states)]

    def deliver(self, *, on: date, by: str) -> Delivered:
        """Put the files that wait where they are to go: somebody was killed before, or their folder was away.

        A file that is not what the journal says was decided, or that no convention lets leave any longer, waits on.
        """
        _who_and_when(on, by)
        return deliver(self.store, on=on, by=by)

    def retry(self, agency: str, *, on: date, by: str, to: str | None = None) -> Posted:
        """Send the letters that wait for an agency once more; each has one effect there, however often it is sent.

        `to` is the new address of a service that has moved: letters that wait at another one go there from now on.
        """
        _who_and_when(on, by)
        adapter = self.plugins.adapter(agency)
        if to is not None:
            readdress(self.store, adapter, self.services.place(adapter, to), on=on, by=by)
        deliver(self.store, on=on, by=by)
        return post(self.store, adapter, self.services, on=on, by=by)

    def withdraw(self, *numbers: int, because: str, on: date, by: str, never_arrived: bool = False) -> list[str]:
        """Take back parcels that an agency refused, or that were never sent: their referrals wait again; the referrals.

        One that was refused after an attempt without an answer may have arrived: `never_arrived` says that the agency was
        asked and has none. Raises OperatorError where one of them may have arrived.
        """
        _who_and_when(on, by)
        _says(because)
        return take_back(self.store, numbers, because=because, on=on, by=by, never_arrived=never_arrived)

    def referrals(self, *, to: str | None = None) -> Iterator[FollowedReferral]:
        """The centre's referrals, each with where it stands after the answers it got."""
        return followed(self.store, to=to)

    def export(self, folder: str | Path, *, on: date, by: str) -> Exported:
        """Write everything the workspace holds to an empty folder, as CSV and Parquet with a data package.

        It holds personal data; the journal says that it was made, when and by whom.
        """
        _who_and_when(on, by)
        return export(self.store, Path(folder), on=on, by=by)

    def backup(self, path: str | Path, *, on: date, by: str) -> Backup:
        """Copy the whole workspace to a file that is not there yet, as it is at one moment, and check the copy.

        It holds personal data. A workspace on a server is copied by the server's own tools.
        """
        _who_and_when(on, by)
        return back_up(self.store, Path(path), on=on, by=by)

    @staticmethod
    def restore(backup: str | Path, where: str | Path | None = None, *, on: date, by: str) -> Restored:
        """Make a workspace of a backup where there is nothing yet, in another epoch; then open it as any other.

        Numbers it gives bear the mark of the epoch, so that none given since the backup is given again. It says which
        referrals may have left since. A database that a server's own tools restored is named by its URL, and stays there.
        """
        _who_and_when(on, by)
        return restore(backup, where, on=on, by=by)

    def records(self, kind: type[R], *, agency: str | None = None) -> Iterator[R]:
        """The current records of a kind, as objects; each knows whose it is (`ref_of`)."""
        with self.store.reading() as connection:
            yield from objects(connection, kind_of(kind), agency=agency)

    def record(self, ref: Ref | str) -> Any | None:
        """The current record that a ref names, as an object; None where there is none.

            centre.record("chambre:job_seeker:2009-00001")

        Raises OperatorError where the text is no ref, UnknownName when nobody knows that agency.
        """
        asked = Ref.parse(ref) if isinstance(ref, str) else ref
        with self.store.reading() as connection:
            found = named(connection, asked)
        if found is None:
            self.plugins.check_giver(asked.agency)
            return None
        row, current = found
        made = build(kind_of(str(asked.kind)), row)
        hold([made], [current.parts])
        return made

    def seek(self, text: str, *, limit: int | None = None) -> list[Found]:
        """The records of anybody that answer to names, a telephone or a number, in any order and by parts of them.

        centre.seek("diarra awa")
        centre.seek("76 12 34")
        """
        with self.store.reading() as connection:
            return seek(connection, text, limit=limit)

    def seek_waiting(self, text: str) -> list[WaitingRow]:
        """The rows in quarantine that hold every word of a text: nobody has taken them in yet."""
        with self.store.reading() as connection:
            return seek_waiting(connection, text)

    def frame(
        self, kind: type[Any] | str, *, fields: Iterable[str] | None = None, agency: str | None = None, at: date | None = None
    ) -> pl.DataFrame:
        """The records of a kind as typed columns of a Polars frame (`.to_pandas()`, `.to_arrow()` from there).

            centre.frame(JobSeeker, fields=["identity.birth", "residence.region"], at=date(2009, 12, 31))

        `at` is a day in the past, at whose end the workspace is looked at. `agency`, `scope` and `key` come first, then
        each field under its dotted name; the currency of an amount, the list of a code and the precision of a birth
        stand in columns beside it. Raises UnknownName for a field that the kind has not.
        """
        return self.store.frame(kind, fields=fields, agency=agency, at=at)

    def history(self, ref: Ref | str) -> list[Version]:
        """Who made a record say what, and when: its versions, oldest first."""
        return self.store.history(Ref.parse(ref) if isinstance(ref, str) else ref)

    def journal(self, *, since: date | None = None, limit: int | None = None) -> list[Line]:
        """What happened, oldest first: since a day, or the last lines."""
        with self.store.reading() as connection:
            return lines(connection, since=since, limit=limit)

    def verify_journal(self, held: Head | None = None) -> Break | None:
        """The first line of the journal that was altered, lost or cut off; None when it is whole.

        Hand in the head a receipt holds (`receipt.journal`): without it a journal rewritten or cut off at its end
        looks whole.
        """
        return self.store.verify_journal(held)

    def _axis(self, written: Axis | str | None) -> Axis | None:
        return axis_named(self.conventions(), written) if written is not None else None

    def quarantine(self, *, agency: str | None = None) -> list[Entry]:
        """The rows that wait for a correction."""
        return self.store.entries(agency=agency)


def _shipped(shipped: Mapping[str, Convention], reference: str) -> Convention:
    if reference in shipped:
        return shipped[reference]
    near = nearest(reference, shipped)
    raise UnknownName(
        Text(
            fr=f"aucune extension n'apporte de convention « {reference} » ; {near.fr}",
            en=f"no plugin ships a convention '{reference}'; {near.en}",
        )
    )


def _says(because: str) -> None:
    """A reason is read years later, by someone who knows nothing else."""
    if not because.strip() or not because.isprintable():
        raise OperatorError(Text(fr="dire pourquoi, sur une ligne (because=)", en="say why, on one line (because=)"))
