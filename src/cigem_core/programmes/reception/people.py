"""The centre's files on people: opened, amended, tied to agencies' records, searched, and seen whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import evolve

from cigem_core.errors import OperatorError
from cigem_core.model.fields import CENTRE, build, kind_of
from cigem_core.model.identity import Identity
from cigem_core.model.migrants import Attachment, Condition, Migrant, NextLeg, Situation
from cigem_core.model.refs import Ref
from cigem_core.programmes.reception import situations
from cigem_core.programmes.reception.base import Desk, file_of, found, main_of, year_of
from cigem_core.programmes.reception.resemblance import Suggested, suggested_for
from cigem_core.programmes.reception.searching import FileLine, lines, search
from cigem_core.programmes.reception.view import KnownOf, Telling, gather, since
from cigem_core.store import records
from cigem_core.store.acts import Act
from cigem_core.text import Text


class People(Desk):
    """Everyone the centre has a file on."""

    def open(self, *, on: date, by: str, **said: Any) -> Migrant:
        """Open a file with whatever is known; nothing is required of a person."""
        with self.store.acting("open-file", on=on, by=by) as act:
            return _opened(act, on, **said)

    def open_from(self, record: Ref | str, *, because: str, on: date, by: str) -> Migrant:
        """Open a file from an agency's record, which is attached to it.

        What the record says stays the agency's: it is seen in the file, and goes on only where its convention lets it.
        """
        with self.store.acting("open-file", on=on, by=by) as act:
            migrant = _opened(act, on)
            _attach(act, migrant.reference, _there(act, record), because, on, by)
        return migrant

    def amend(self, number: str, *, on: date, by: str, **changes: Any) -> Migrant:
        """Write down more of someone, or something else; the history keeps what was written before."""
        with self.store.acting("amend-file", on=on, by=by, migrant=number) as act:
            migrant = evolve(file_of(act, number), **changes)
            act.keep(migrant)
        return migrant

    def file(self, number: str) -> Migrant:
        """The file of that number; UnknownName proposes the nearest."""
        return self.one(Migrant, number)

    def situate(
        self, number: str, condition: Condition, *, on: date, by: str, until: date | None = None, leg: NextLeg | None = None
    ) -> Situation:
        """Give someone a situation, from the day on; several may hold at once."""
        with self.store.acting("situate", on=on, by=by, migrant=number) as act:
            file_of(act, number)
            held = act.find(Situation, migrant=number)
            begun = situations.begin(held, number, condition, since=on, until=until, leg=leg)
            act.keep(begun)
        return begun

    def end_situation(self, number: str, condition: Condition, *, on: date, by: str) -> Situation:
        """End a situation that holds."""
        with self.store.acting("end-situation", on=on, by=by, migrant=number) as act:
            file_of(act, number)
            ended = situations.end(act.find(Situation, migrant=number), number, condition, on=on)
            act.keep(ended)
        return ended

    def situations(self, number: str) -> list[Situation]:
        """The situations of someone, in the order they were written down."""
        return sorted(self.store.find(Situation, migrant=number), key=lambda one: one.number)

    def attach(self, number: str, record: Ref | str, *, because: str, on: date, by: str) -> Attachment:
        """Tie an agency's record to a file; OperatorError where it is tied to another."""
        with self.store.acting("attach", on=on, by=by, migrant=number) as act:
            file_of(act, number)
            return _attach(act, number, _there(act, record), because, on, by)

    def detach(self, record: Ref | str, *, because: str, on: date, by: str) -> Attachment:
        """Untie an agency's record from the file it is tied to."""
        with self.store.acting("detach", on=on, by=by) as act:
            ref = str(_parsed(record))
            held = next((one for one in act.find(Attachment, record=ref) if one.holds), None)
            if held is None:
                raise OperatorError(Text(fr=f"{ref} n'est rattachée à aucun dossier", en=f"{ref} is attached to no file"))
            act.facts["migrant"] = held.migrant
            untied = evolve(held, detached_on=on, detached_by=by, detached_because=because)
            act.keep(untied)
        return untied

    def attachments(self, number: str) -> list[Attachment]:
        """The records that are or were tied to a file."""
        return self.store.find(Attachment, migrant=number)

    def suggestions(self, number: str) -> list[Suggested]:
        """Records of agencies, and other files, that plainly speak of the same person; nothing is done about them."""
        migrant = self.one(Migrant, number)
        tied = {one.record for one in self.attachments(number) if one.holds}
        with self.store.reading() as connection:
            return suggested_for(connection, migrant, [record for _, record in self._told(number)[1:]], tied)

    def join(self, double: str, into: str, *, because: str, on: date, by: str) -> Migrant:
        """Write down that a file is a double of another: from now on one acts on the other. It can be taken apart again."""
        with self.store.acting("join", on=on, by=by, migrant=into, double=double) as act:
            main, other = file_of(act, into), file_of(act, double)
            if main.reference == other.reference:
                raise OperatorError(Text(fr=f"{into} est un seul dossier", en=f"{into} is one file"))
            doubles = act.find(Migrant, joined_to=double)
            if doubles:
                listed = ", ".join(one.reference for one in doubles)
                raise OperatorError(
                    Text(
                        fr=f"{double} a lui-même des doubles : {listed} ; les joindre d'abord à {into}",
                        en=f"{double} has doubles itself: {listed}; join them to {into} first",
                    )
                )
            joined = evolve(other, joined_to=into, joined_because=because)
            act.keep(joined)
        return joined

    def part(self, double: str, *, on: date, by: str) -> Migrant:
        """Take a double apart again: it stands on its own, with all that was its own."""
        with self.store.acting("part", on=on, by=by, migrant=double) as act:
            other = found(act, Migrant, double)
            if other.joined_to is None:
                raise OperatorError(Text(fr=f"{double} n'est le double d'aucun dossier", en=f"{double} is no file's double"))
            alone = evolve(other, joined_to=None, joined_because=None)
            act.keep(alone)
        return alone

    def check_main(self, number: str) -> Migrant:
        """The file of that number, to act upon; OperatorError where it is a double of another."""
        return main_of(self.one(Migrant, number))

    def refs(self, number: str) -> set[Ref]:
        """The refs of every record that tells of someone."""
        return {ref for ref, _ in self._told(number)}

    def numbers(self, number: str) -> list[str]:
        """A file and its doubles."""
        self.one(Migrant, number)
        return [number, *(one.reference for one in self.store.find(Migrant, joined_to=number))]

    def view(self, number: str) -> tuple[KnownOf, ...]:
        """Everything known of someone: each value with its source and its day, contradictions side by side."""
        return gather(self._telling(ref, record) for ref, record in self._told(number))

    def search(self, name: str, *, limit: int | None = 50) -> list[FileLine]:
        """The files whose names hold these words or parts of words, in any order, whatever the accents and the case."""
        with self.store.reading() as connection:
            return search(connection, name, limit=limit)

    def all(self, *, limit: int | None = None) -> list[FileLine]:
        """Every file with its names, by number; doubles say whose they are."""
        with self.store.reading() as connection:
            return lines(connection, limit=limit)

    def identity(self, number: str) -> Identity | None:
        """Who someone is, by the first record that has a name: the file, then its attachments."""
        told = [record.identity for _, record in self._told(number) if getattr(record, "identity", None)]
        named = [one for one in told if one.family_name or one.given_names]
        return next(iter([*named, *told]), None)

    def speaks(self, number: str) -> Ref:
        """The record by which someone is named to an agency: the file, where it has a name; else an attachment that has."""
        told = self._told(number)
        for ref, record in told:
            who = getattr(record, "identity", None)
            if who is not None and (who.family_name or who.given_names):
                return ref
        return told[0][0]

    def _told(self, number: str) -> list[tuple[Ref, Any]]:
        """The records that tell of someone: the file, its doubles, and what is attached to them."""
        files = [self.one(Migrant, number), *self.store.find(Migrant, joined_to=number)]
        tied = [one for one in self.store.find(Attachment, migrant=[f.reference for f in files]) if one.holds]
        told: list[tuple[Ref, Any]] = [(Ref(CENTRE, "migrant", one.reference), one) for one in files]
        for one in tied:
            ref = Ref.parse(one.record)
            if (record := self._record(ref)) is not None:
                told.append((ref, record))
        return told

    def _record(self, ref: Ref) -> Any | None:
        with self.store.reading() as connection:
            there = records.named(connection, ref)
        return None if there is None else build(kind_of(str(ref.kind)), there[0])

    def _telling(self, ref: Ref, record: Any) -> Telling:
        versions = [(one.on, one.said) for one in self.store.history(ref)]
        return Telling(source=str(ref), record=record, since=since(versions))


def _opened(act: Act, on: date, **said: Any) -> Migrant:
    migrant = Migrant(reference=act.next_number(Migrant, f"MG-{year_of(on)}-"), opened_on=on, **said)
    act.facts["migrant"] = migrant.reference
    act.keep(migrant)
    return migrant


def _parsed(record: Ref | str) -> Ref:
    return Ref.parse(record) if isinstance(record, str) else record


def _there(act: Act, record: Ref | str) -> Ref:
    """The ref of a record that is there, and speaks of someone."""
    ref = _parsed(record)
    there = records.named(act.connection, ref)
    if there is None or ref.agency == CENTRE:
        raise OperatorError(
            Text(fr=f"aucune structure n'a donné de fiche {ref}", en=f"no agency gave a record {ref}"), ref=str(ref)
        )
    return there[1]


def _attach(act: Act, number: str, ref: Ref, because: str, on: date, by: str) -> Attachment:
    held: Sequence[Attachment] = act.find(Attachment, record=str(ref))
    for one in held:
        if one.holds:
            raise OperatorError(
                Text(
                    fr=f"{ref} est déjà rattachée à {one.migrant} ; la détacher d'abord, ou joindre les deux dossiers",
                    en=f"{ref} is attached to {one.migrant} already; detach it first, or join the two files",
                )
            )
    tied = Attachment(record=str(ref), migrant=number, attached_on=on, attached_by=by, because=because)
    act.keep(tied)
    return tied
