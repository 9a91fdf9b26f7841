"""Checks in a process of its own: elsewhere, at another hour and in another language the samples read the same, and offline."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cigem_core.errors import SourceRefused
from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.batch import Batch, gather
from cigem_core.testing.kit.subject import NotReviewed, Subject, name_in

ELSEWHERE: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Anchorage", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"},
    {"PYTHONHASHSEED": "0", "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
)
"""Where and when a process may run: other hashes, other hours, other languages."""


def deterministic(subject: Subject) -> dict[str, Any]:
    """The same samples give the same digests: in blocks of any size, in any locale and time zone, whatever Python hashes."""
    here = digests(subject.adapter, map(str, subject.samples))
    sizes = (257, 4_096) if subject.is_whole else (4_096,)
    for size in sizes:
        for table, source in subject.arranged:
            whole, parts = table.read(source), gather(table.scan(source, block=size))
            _same(f"{source.name} in blocks of {size} bytes", digest_of(parts), digest_of(whole))
    places = ELSEWHERE[: subject.size(1, len(ELSEWHERE))]
    for place in places:
        said = _elsewhere(subject, place)
        _same(f"the samples under {dict(place)}", said["digests"], here)
    return {"processes": len(places), "blocks": list(sizes)}


def offline(subject: Subject) -> dict[str, Any]:
    """The adapter is imported and reads its samples where every connection is refused."""
    said = _elsewhere(subject, ELSEWHERE[0])
    if said["asked"]:
        raise AssertionError(f"a connection was asked for: {', '.join(said['asked'])}")
    return {}


def _same(what: str, found: Any, expected: Any) -> None:
    if found != expected:
        raise AssertionError(f"{what} do not read the same")


def _elsewhere(subject: Subject, place: Mapping[str, str]) -> Any:
    """What a process of its own says of the samples; asked once for each place."""
    known: dict[str, Any] = vars(subject).setdefault("_elsewhere", {})
    key = json.dumps(place, sort_keys=True)
    if key not in known:
        known[key] = _asked(subject, place)
    return known[key]


def _asked(subject: Subject, place: Mapping[str, str]) -> Any:
    if subject.module is None:
        raise NotReviewed("the adapter stands in no plugin's module (one with CIGEM_API): it cannot be imported apart")
    arguments = [subject.module, name_in(subject.module, subject.adapter), *map(str, subject.samples)]
    done = subprocess.run(  # noqa: S603  ourselves, with the adapter under its contract
        [sys.executable, "-m", "cigem_core.testing.kit.apart", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **place},
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(f"in a process of its own: {done.stderr[-600:]}")
    return json.loads(done.stdout.splitlines()[-1])


def digests(adapter: Adapter, samples: Iterable[str]) -> list[str]:
    """What the samples read as, read together."""
    return [digest_of(batch) for batch in adapter.read(*samples).files]


def digest_of(batch: Batch) -> str:
    """Everything a batch holds, as one digest."""
    digest = hashlib.sha256(batch.sha256.encode())
    frames = (batch.accepted, batch.quarantined.select(sorted(batch.quarantined.columns)), *batch.children.values())
    for frame in frames:
        digest.update(json.dumps(frame.to_dicts(), default=str, sort_keys=True).encode())
    for fault in batch.faults:
        digest.update(f"{fault.address}{fault.rule}{fault.value}{fault.remedy}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


_ASKING = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_NAMING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


def _refuse_connections(asked: list[str]) -> None:
    """From here on nobody in this process reaches another machine; pipes between processes stay."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_outward = event in _NAMING or (event in _ASKING and isinstance(arguments[-1], tuple))
        if is_outward:
            asked.append(event)
            raise OSError("no connection is allowed here")

    sys.addaudithook(hook)


def main(arguments: Sequence[str]) -> None:
    """Read some samples, offline, and say what they read as."""
    from importlib import import_module

    asked: list[str] = []
    _refuse_connections(asked)
    module, name, *samples = arguments
    adapter: Adapter = getattr(import_module(module), name)
    try:
        said = digests(adapter, samples)
    except SourceRefused as refused:
        sys.exit(refused.text.en)
    print(json.dumps({"digests": said, "asked": asked}))  # noqa: T201  this is its answer


if __name__ == "__main__":
    main(sys.argv[1:])
