"""The contract of an adapter, as named tests: three lines in a plugin's own tests.

    from cigem_chamber import chamber
    from cigem_core.testing import contract

    test_contract = contract(chamber, samples="../samples")

Each check is a test of its own (`test_contract[one-bad-cell]`). It passes; or it is skipped as unsupported, with the
reason; or it fails, also where nothing is known (*not reviewed*). The tier follows from what passed. `pytest
--contract-evidence` writes it beside the adapter, for `cigem adapters`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cigem_core.sdk.adapter import Adapter
from cigem_core.sdk.evidence import CHECKS

if TYPE_CHECKING:
    from cigem_core.testing.kit.subject import Subject

PROPERTY = "cigem-contract"
"""The name under which a test's report carries what a check said."""


def contract(
    adapter: Adapter,
    *,
    samples: str | Path | Sequence[str | Path],
    service: Callable[..., Any] | None = None,
    unsupported: Mapping[str, str] | None = None,
) -> Callable[..., None]:
    """The test of an adapter's contract: assign it to a name that begins with `test_`.

    `samples` are files, or a folder of them, as seen from the test's own folder. `service` makes a service like the
    agency's that goes wrong when told to (see `testing.apej`), where the adapter declares one. `unsupported` says, check by
    check, why what is not reviewed need not be.
    """
    if unknown := set(unsupported or ()) - set(CHECKS):
        raise ValueError(f"no check is called {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}")
    made: dict[Path, Subject] = {}

    def subject(folder: Path) -> Subject:
        from cigem_core.testing.kit.subject import Subject

        if folder not in made:
            made[folder] = Subject(
                adapter=adapter, samples=files(folder, samples), service=service, unsupported=dict(unsupported or {})
            )
        return made[folder]

    @pytest.mark.parametrize("check", CHECKS)
    def test_contract(check: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
        _ask(subject(request.path.parent), check, record_property)

    test_contract.__doc__ = f"The contract of {adapter.agency}'s adapter."
    return test_contract


def _ask(subject: Subject, check: str, record_property: Callable[[str, object], None]) -> None:
    from attrs import asdict

    from cigem_core.testing.kit.checks import mark

    said, error = mark(subject, check)
    facts = {"agency": subject.adapter.agency, "module": subject.module, "whole": subject.is_whole}
    record_property(PROPERTY, {**facts, "check": check, "mark": asdict(said)})
    if error is not None:
        raise error
    if said.outcome == "not-reviewed":
        pytest.fail(f"not reviewed: {said.because}", pytrace=False)
    if said.outcome == "unsupported":
        pytest.skip(f"unsupported: {said.because}")


def files(folder: Path, samples: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    """The files meant, folders opened; FileNotFoundError where one is not there."""
    listed = [samples] if isinstance(samples, (str, Path)) else list(samples)
    found: list[Path] = []
    for one in listed:
        path = (folder / one).resolve()
        if not path.exists():
            raise FileNotFoundError(f"there are no samples at {path}")
        found += sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    return tuple(found)
