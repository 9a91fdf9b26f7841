"""The checks of a contract, by their names, and what one of them says of an adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cigem_core.sdk.evidence import CHECKS, CheckMark
from cigem_core.testing.kit import apart, keeping, laws, reading, remote, roads, wrong
from cigem_core.testing.kit.subject import NotReviewed, Subject, Unsupported

Check = Callable[[Subject], Mapping[str, Any]]

ASKED: Mapping[str, Check] = {
    "balance": reading.balance,
    "addresses": reading.addresses,
    "one-bad-cell": wrong.one_bad_cell,
    "idempotent": keeping.idempotent,
    "hostile": reading.hostile,
    "gate": keeping.gate,
    "reads-back": laws.reads_back,
    "settles": laws.settles,
    "writes-back": roads.writes_back,
    "cargo": roads.cargo,
    "exactly-once": remote.exactly_once,
    "deterministic": apart.deterministic,
    "offline": apart.offline,
}
assert tuple(ASKED) == CHECKS


def mark(subject: Subject, name: str) -> tuple[CheckMark, BaseException | None]:
    """What one check says, and the error it failed by."""
    try:
        return CheckMark("pass", facts=dict(ASKED[name](subject))), None
    except Unsupported as reason:
        return CheckMark("unsupported", str(reason)), None
    except NotReviewed as reason:
        said = subject.unsupported.get(name)
        return (CheckMark("unsupported", said), None) if said else (CheckMark("not-reviewed", str(reason)), None)
    except Exception as error:  # noqa: BLE001  whatever an adapter raises under its contract, the check failed by it
        return CheckMark("fail", f"{type(error).__name__}: {error}"[:500]), error
