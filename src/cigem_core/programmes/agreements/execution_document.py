"""The report of execution as JSON: references, counts and digests, which each party compares with the receipts it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import asdict, frozen

from cigem_core.errors import OperatorError
from cigem_core.model.receipts import Counts, Head
from cigem_core.programmes.agreements.execution import Exchanged, ExchangedFile, Execution, crossed
from cigem_core.text import Text

FORM = "cigem execution report 1"
"""How such a document begins, so that it is told from a receipt."""


def document(found: Execution) -> dict[str, Any]:
    """What was found of a year, as JSON gives it."""
    return {
        "form": FORM, "convention": found.convention, "agency": found.agency, "year": found.year, "on": found.on.isoformat(),
        "wordings": [_wording(one) for one in found.wordings],
        "crossed": [one.as_dict() for one in found.crossed],
        "quarantine": {
            "rate": found.quarantine_rate.as_dict(), "corrected": found.correction_rate.as_dict(),
            "open": found.detained_as("open"), "dismissed": found.detained_as("dismissed"),
            "median_days": found.median_days_to_correct,
        },
        "referrals": {
            "left": found.referrals, "answered": len(found.days_to_answer), "median_days": found.median_days_to_answer,
        },
        "obligations": [
            {"article": article, "of": of, "owes": owes, **{str(state): number for state, number in states.items()}}
            for (article, of, owes), states in found.states.items()
        ],
        "terms": [one.as_dict() for one in found.obligations],
        "openness": found.openness.as_dict(),
        "exchanges": [_exchange(one) for one in found.exchanges],
    }  # fmt: skip


def _wording(one: Any) -> dict[str, Any]:
    return {"digest": one.digest, "counts_from": one.counts_from.isoformat(), "amends": one.amends}


def _exchange(one: Exchanged) -> dict[str, Any]:
    return {
        "act": one.act, "on": one.on.isoformat(), "clause": one.clause, "convention_digest": one.convention_digest,
        "journal": {"length": one.journal.length, "head": one.journal.digest},
        "files": [{"kind": file.kind, "sha256": file.sha256, **asdict(file.counts)} for file in one.files],
        "left": list(one.left), "records": one.records,
    }  # fmt: skip


@frozen
class Discrepancy:
    """Something a report says otherwise than it should, or than a receipt does."""

    text: Text


@frozen(kw_only=True)
class Recheck:
    """A report compared with itself and with receipts."""

    discrepancies: tuple[Discrepancy, ...]
    confirmed: int
    """The exchanges that a receipt says alike."""
    unconfirmed: tuple[Head, ...]
    """Those of which no receipt was handed in."""

    @property
    def holds(self) -> bool:
        """Whether nothing stands against the report."""
        return not self.discrepancies


def recheck(report: Mapping[str, Any], receipts: Iterable[Mapping[str, Any]]) -> Recheck:
    """Add a report up again and lay receipts beside it: those of its convention and year, each once.

    Raises OperatorError where the first is no report, or one of the others no receipt.
    """
    said = _exchanges(report)
    wrong = [*_sums(report, said)]
    by_line = {one.journal.length: one for one in said}
    confirmed: set[int] = set()
    for receipt in receipts:
        line, day = _line(receipt)
        if receipt.get("convention") != report["convention"] or day.year != report["year"]:
            wrong.append(_told(line, "le récépissé est d'une autre convention ou d'une autre année",
                               "the receipt is of another convention or another year"))  # fmt: skip
        elif (one := by_line.get(line.length)) is None:
            wrong.append(_told(line, "le rapport ne dit rien de cet échange", "the report says nothing of this exchange"))
        elif differing := [*_differing(one, receipt)]:
            names = ", ".join(differing)
            wrong.append(_told(line, f"le récépissé dit autre chose : {names}", f"the receipt says otherwise: {names}"))
        else:
            confirmed.add(line.length)
    unconfirmed = tuple(one.journal for one in said if one.journal.length not in confirmed)
    return Recheck(discrepancies=tuple(wrong), confirmed=len(confirmed), unconfirmed=unconfirmed)


def _sums(report: Mapping[str, Any], said: Sequence[Exchanged]) -> Iterable[Discrepancy]:
    if [one.as_dict() for one in crossed(said)] != report.get("crossed"):
        yield Discrepancy(
            Text(
                fr="les totaux par mois ne sont pas la somme des échanges que dit le rapport",
                en="the totals by month are not the sum of the exchanges that the report tells",
            )
        )
    for one in said:
        if not all(file.counts.balances for file in one.files):
            yield _told(one.journal, "les comptes ne sont pas équilibrés", "the counts do not balance")


def _differing(one: Exchanged, receipt: Mapping[str, Any]) -> Iterable[str]:
    """The names of what a receipt says otherwise; a receipt of what was posted to a service names no file."""
    if receipt["journal"].get("head") != one.journal.digest:
        yield "journal"
    if receipt.get("on") != one.on.isoformat():
        yield "on"
    if receipt.get("clause") != one.clause:
        yield "clause"
    if "read" in receipt:
        kept = sorted((file.sha256, file.kind, tuple(asdict(file.counts).values())) for file in one.files)
        if kept != sorted(_kept(receipt)):
            yield "files"
    elif receipt.get("files") and sorted(file.get("sha256") for file in receipt["files"]) != sorted(one.left):
        yield "files"


def _kept(receipt: Mapping[str, Any]) -> Iterable[tuple[str, str, tuple[int, ...]]]:
    for file in receipt.get("files", ()):
        for kind, counts in file["kinds"].items():
            yield file["sha256"], kind, tuple(asdict(Counts(**counts)).values())


def _told(line: Head, fr: str, en: str) -> Discrepancy:
    return Discrepancy(Text(fr=f"ligne {line.length} du journal : {fr}", en=f"line {line.length} of the journal: {en}"))


def _line(receipt: Mapping[str, Any]) -> tuple[Head, date]:
    try:
        told = receipt["journal"]
        return Head(int(told["length"]), str(told["head"])), date.fromisoformat(receipt["on"])
    except (KeyError, TypeError, ValueError):
        raise OperatorError(
            Text(
                fr="un des fichiers n'est pas un récépissé écrit par --json (pull, push), ou d'un échange où rien n'est parti",
                en="one of the files is not a receipt written by --json (pull, push), or is of an exchange where nothing left",
            )
        ) from None


def _exchanges(report: Mapping[str, Any]) -> list[Exchanged]:
    try:
        if report["form"] != FORM:
            raise ValueError(report["form"])
        return [
            Exchanged(
                act=one["act"], on=date.fromisoformat(one["on"]), clause=one["clause"],
                convention_digest=one["convention_digest"], journal=Head(one["journal"]["length"], one["journal"]["head"]),
                files=tuple(
                    ExchangedFile(kind=file.pop("kind"), sha256=file.pop("sha256"), counts=Counts(**file))
                    for file in map(dict, one["files"])
                ),
                left=tuple(one["left"]), records=one["records"],
            )
            for one in report["exchanges"]
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise OperatorError(
            Text(
                fr="ce n'est pas un rapport d'exécution en JSON (cigem conventions report … --to RAPPORT.json)",
                en="this is no report of execution in JSON (cigem conventions report … --to REPORT.json)",
            )
        ) from None
