"""What is published of a round, for anyone to recheck: the call, what counted of each application, the result, `verify.py`.

Applications stand by their numbers, with what each article said of them and the points it gave: never a birth, a name or
the mark itself, save where the call parts equal scores by it. The digest of the list is published before the seed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import field, frozen

from cigem_core import notebook
from cigem_core.errors import OperatorError, unwritable
from cigem_core.programmes.scholarships.conditions import each, meets, points
from cigem_core.programmes.scholarships.draw import Draw, fulfilling
from cigem_core.programmes.scholarships.round import Round
from cigem_core.programmes.scholarships.screening import Reason
from cigem_core.text import Text

_FILES = ("call.toml", "inputs.json", "result.json")


@frozen(kw_only=True)
class Package:
    """What is published of a round, file by file, and its digest."""

    files: Mapping[str, bytes] = field(repr=False)
    digest: str

    def _repr_html_(self) -> str:
        rows = [(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in self.files.items()]
        return notebook.table(["file", "bytes", "SHA-256"], rows, title=repr(self))

    def write(self, folder: str | Path) -> Path:
        """Write it to an empty folder, with `verify.py`; OperatorError where something stands there already."""
        to = Path(folder)
        try:
            to.mkdir(parents=True, exist_ok=True)
            if any(to.iterdir()):
                raise OperatorError(
                    Text(fr=f"{to} n'est pas vide ; donner un autre dossier", en=f"{to} is not empty; name another folder")
                )
            for name, content in self.files.items():
                (to / name).write_bytes(content)
        except OSError as error:
            raise unwritable(to, error) from None
        return to


def package(held: Round, drawn: Draw) -> Package:
    """What is published of a round and its draw."""
    lists = {name: lines for name, lines in held.screening.as_dict().items() if name != "notices"}
    result = {"screen": lists, "draw": drawn.as_dict()}
    files = {
        "call.toml": held.call.text.encode(),
        "inputs.json": _json({"applications": _inputs(held)}),
        "result.json": _json(result),
    }
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in _FILES}
    whole = hashlib.sha256("".join(f"{name} {digests[name]}\n" for name in _FILES).encode()).hexdigest()
    manifest = {
        "call": held.call.reference,
        "seed": drawn.seed,
        "commitment": held.commitment,
        "files": digests,
        "package": whole,
    }
    return Package(files={**files, "manifest.json": _json(manifest), "verify.py": verifier()}, digest=whole)


def verifier() -> bytes:
    """The program that rechecks a package by itself."""
    return resources.files("cigem_core.programmes.scholarships").joinpath("verifier.py").read_bytes()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _inputs(held: Round) -> list[dict[str, Any]]:
    """What counted of each application, by its number."""
    call, applications, screening = held.call, held.applications, held.screening
    numbers: list[str] = applications.column("application")
    rules = [each(applications.column(one.field), partial(meets, one, on=call.counted_on)) for one in call.requirements]
    given = [each(applications.column(one.field), partial(points, one)) for one in call.criteria]
    then = [applications.column(name) for name in call.then]
    accepted = {seat.code: fulfilling(applications, seat.accepts) for seat in call.seats}
    members = {reserve.name: fulfilling(applications, reserve.when) for reserve in call.reserves}
    days, gone = applications.column("deposited_on"), set(held.withdrawn)
    lines = []
    for at, number in enumerate(numbers):
        refusal = screening.refused.get(number)
        reason = refusal.reason if refusal else None
        decision = screening.decided.get(number)
        day = "early" if days[at] < call.opens else "late" if days[at] > call.closes else "in time"
        lines.append(
            {
                "application": number,
                "deposited": day,
                "counts": refusal.counts if refusal and reason is Reason.DOUBLE else None,
                "missing": list(refusal.pieces) if refusal and reason is Reason.INCOMPLETE else [],
                "rules": [answers[at] for answers in rules],
                "decided": decision.is_eligible if decision else None,
                "points": [*(score[at] for score in given), *([held.reviewed.get(number, 0)] if call.review else [])],
                "then": [None if values[at] is None else str(values[at]) for values in then],
                "choices": list(screening.choices[number]),
                "accepted": [seat for seat in screening.choices[number] if number in accepted[seat]],
                "reserves": [name for name, some in members.items() if number in some],
                "withdrawn": number in gone,
                # Whether it stood on the list committed to, where an appeal granted since says otherwise.
                "listed": held.appealed.get(number),
            }
        )
    return sorted(lines, key=lambda line: str(line["application"]))
