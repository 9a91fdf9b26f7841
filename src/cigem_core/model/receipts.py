"""Receipts: what one exchange did, row by row accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from attrs import asdict, field, frozen

from cigem_core import notebook
from cigem_core.model.axes import Axis
from cigem_core.report import Faults, NotRun, fault_as_dict
from cigem_core.text import Language, Text, counted


@frozen(kw_only=True)
class Counts:
    """Records, not lines: read = accepted + quarantined, accepted = new + changed + unchanged."""

    read: int = 0
    accepted: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: count + getattr(other, name) for name, count in asdict(self).items()})

    @property
    def balances(self) -> bool:
        """Whether every record read is accounted for."""
        return self.read == self.accepted + self.quarantined and self.accepted == self.new + self.changed + self.unchanged


@frozen
class Head:
    """How far the journal had come: its length, and the digest of its last line.

    A chain alone does not show that its end was cut off. The partner who holds a receipt can show it.
    """

    length: int
    digest: str


@frozen(kw_only=True)
class FileReceipt:
    """What became of one file."""

    path: str
    """The base name of the file, or the resource."""
    sha256: str
    kinds: Mapping[str, Counts]


@frozen
class Assumed:
    """Something of a file that was found out, for nobody declared it: its encoding, its delimiter, its header."""

    file: str
    what: Text


@frozen(kw_only=True)
class Receipt:
    """What one exchange did. Its faults hold personal values: they go back to the agency and are not stored."""

    agency: str
    axis: Axis
    convention: str
    clause: str
    on: date
    by: str
    files: tuple[FileReceipt, ...]
    pending: int = 0
    returned: int = 0
    """Records that changed back to what was known of them before: an older list may have been sent anew."""
    mended_again: int = 0
    """Rows that somebody had mended already, otherwise: what they said is history now."""
    overtaken: int = 0
    """Records that corrections and another file of this exchange say otherwise: the file has the last word."""
    not_run: tuple[NotRun, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    """What was found out about files that their adapter does not declare."""
    faults: Faults = field(default=Faults(), converter=Faults, repr=False)
    journal: Head | None = None
    """The line this exchange wrote; None until it is kept."""

    @property
    def counts(self) -> Counts:
        """All files and kinds together."""
        return sum((counts for file in self.files for counts in file.kinds.values()), Counts())

    def __str__(self) -> str:
        total = self.counts
        lines = (
            f"{_fr(total.read, 'lue(s)')} = {_fr(total.accepted, 'acceptée(s)')} + {total.quarantined} en quarantaine",
            f"{_fr(total.new, 'nouvelle(s)')}, {_fr(total.changed, 'modifiée(s)')}, {_fr(total.unchanged, 'inchangée(s)')}",
            *([_fr(self.returned, "revenue(s) à un état d'avant")] if self.returned else []),
            *([_fr(self.mended_again, "déjà corrigée(s) autrement")] if self.mended_again else []),
            *([_fr(self.overtaken, "corrigée(s) et dite(s) autrement par le fichier")] if self.overtaken else []),
            f"{self.convention} {self.clause}",
            "sha256 " + ", ".join(file.sha256[:12] for file in self.files),
        )
        return " · ".join(lines)

    def _repr_html_(self) -> str:
        """What became of each file's records, and the faults without the values: a notebook is saved with what it shows."""
        rows = [(file.path, kind, *asdict(counts).values()) for file in self.files for kind, counts in file.kinds.items()]
        told = [f"{one.file}: {one.what.en}" for one in self.assumed]
        told += [f"{one.rule} was not asked: {one.reason.en}" for one in self.not_run]
        return notebook.stacked(
            notebook.table(["file", "kind", *asdict(Counts())], rows, title=_title(self)),
            notebook.listed("Found out, or not asked", told) if told else "",
            self.faults,
        )

    def _assumed(self, language: Language) -> dict[str, Any]:
        """What was found out, where there is anything: most adapters declare all of it."""
        told = [{"file": one.file, "what": one.what.in_(language)} for one in self.assumed]
        return {"assumed": told} if told else {}

    def as_dict(self, language: Language = "fr") -> dict[str, Any]:
        """The receipt as JSON writes it, faults included."""
        return {
            "agency": self.agency,
            "axis": str(self.axis),
            "convention": self.convention,
            "clause": self.clause,
            "on": self.on.isoformat(),
            "by": self.by,
            **asdict(self.counts),
            "pending": self.pending,
            "returned": self.returned,
            "mended_again": self.mended_again,
            "overtaken": self.overtaken,
            "files": [
                {"path": f.path, "sha256": f.sha256, "kinds": {kind: asdict(counts) for kind, counts in f.kinds.items()}}
                for f in self.files
            ],
            "not_run": [{"rule": n.rule, "reason": n.reason.in_(language)} for n in self.not_run],
            **self._assumed(language),
            "faults": [fault_as_dict(fault, language) for fault in self.faults],
            "journal": self.journal and {"head": self.journal.digest, "length": self.journal.length},
        }


@frozen(kw_only=True)
class Remark:
    """What of a record did not leave, and why: a column, or the whole of it where `column` is None."""

    reference: str
    column: str | None
    reason: Text


@frozen(kw_only=True)
class Dispatch:
    """What one exchange handed over: of the records that waited, each was sent or withheld."""

    agency: str
    axis: Axis
    convention: str
    clause: str
    on: date
    by: str
    waiting: int = 0
    sent: int = 0
    withheld: int = 0
    refused: int = 0
    """Those the agency's service did not take as they are."""
    delayed: int = 0
    """Those its service could not be reached for, or did not answer: they wait in the outbox."""
    files: tuple[Path, ...] = ()
    sha256: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    faults: Faults = field(default=Faults(), converter=Faults, repr=False)
    trouble: Text | None = None
    """Why some are delayed."""
    journal: Head | None = None
    """The line this exchange wrote; None where nothing was sent."""

    def __str__(self) -> str:
        lines = (
            f"{self.waiting} en attente = {_fr(self.sent, 'transmise(s)')} + {_fr(self.withheld, 'retenue(s)')}"
            + (f" + {_fr(self.refused, 'refusée(s)')}" if self.refused else "")
            + (f" + {_fr(self.delayed, 'retardée(s)')}" if self.delayed else ""),
            f"{self.convention} {self.clause}",
            *(path.name for path in self.files),
        )
        return " · ".join(lines)

    def _repr_html_(self) -> str:
        """How many left, and what did not, without the values."""
        names = ["waiting", "sent", "withheld", "refused", "delayed"]
        rows = [(one.reference, one.column, one.reason.en) for one in self.remarks]
        return notebook.stacked(
            notebook.table(names, [[getattr(self, name) for name in names]], title=_title(self)),
            notebook.table(["reference", "column", "did not leave because"], rows) if rows else "",
            self.faults,
        )

    def as_dict(self, language: Language = "fr") -> dict[str, Any]:
        """The dispatch as JSON writes it."""
        return {
            "agency": self.agency,
            "axis": str(self.axis),
            "convention": self.convention,
            "clause": self.clause,
            "on": self.on.isoformat(),
            "by": self.by,
            "waiting": self.waiting,
            "sent": self.sent,
            "withheld": self.withheld,
            "refused": self.refused,
            "delayed": self.delayed,
            "files": [{"path": str(p), "sha256": s} for p, s in zip(self.files, self.sha256, strict=True)],
            "remarks": [{"reference": r.reference, "column": r.column, "reason": r.reason.in_(language)} for r in self.remarks],
            "faults": [fault_as_dict(fault, language) for fault in self.faults],
            "trouble": self.trouble and self.trouble.in_(language),
            "journal": self.journal and {"head": self.journal.digest, "length": self.journal.length},
        }


def _title(done: Receipt | Dispatch) -> str:
    """Of which exchange a notebook speaks."""
    return f"{done.agency} · {done.on.isoformat()} · {done.convention} {done.clause}"


def _fr(number: int, words: str) -> str:
    """What is counted, in French: receipts are an officer's."""
    return counted(number, words, words).fr
