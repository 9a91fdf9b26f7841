"""The pytest plugin (entry point `pytest11`): tells the tier of each adapter whose contract was asked, and writes it down.

It imports nothing but pytest until a contract is asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cigem_core.sdk.evidence import Evidence

_PROPERTY = "cigem-contract"
_SAID = pytest.StashKey[dict[str, dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """How evidence is asked for."""
    parser.getgroup("cigem").addoption(
        "--contract-evidence", action="store_true", help="write what contract tests showed beside each adapter (contract.json)"
    )


class _Reports:
    """What the tests of this run said, from whichever process they ran in."""

    def __init__(self, config: pytest.Config) -> None:
        self.said = config.stash.setdefault(_SAID, {})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a check said."""
        for name, value in report.user_properties if report.when == "call" else ():
            if name == _PROPERTY and isinstance(value, dict):
                of_agency = self.said.setdefault(
                    value["agency"], {"module": value["module"], "whole": value["whole"], "marks": {}}
                )
                of_agency["marks"][value["check"]] = value["mark"]


def pytest_configure(config: pytest.Config) -> None:
    """Listen to reports; with xdist, where all of them arrive."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Reports(config), "cigem-contract-reports")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """A line for each adapter, and what the next tier lacks."""
    said = config.stash.get(_SAID, {})
    if not said:
        return
    terminalreporter.section("contracts")
    for agency, of_agency in sorted(said.items()):
        evidence = _evidence(agency, of_agency)
        terminalreporter.write_line(f"{agency}: {evidence.tier or 'no tier'}{_lacking(evidence)}")
        if config.getoption("--contract-evidence"):
            terminalreporter.write_line(_kept(of_agency["module"], evidence))


def _evidence(agency: str, said: dict[str, Any]) -> Evidence:
    import sys
    from importlib import import_module

    from cigem_core import __version__
    from cigem_core.sdk.evidence import CheckMark, Evidence, source_of
    from cigem_core.sdk.hooks import API_VERSION

    module = said["module"]
    if module and module not in sys.modules:  # with xdist the adapter was imported in other processes
        import_module(module)
    marks = {name: CheckMark(**mark) for name, mark in said["marks"].items()}
    source = source_of(module) if module else ""
    return Evidence(agency=agency, marks=marks, source=source, core=__version__, api=API_VERSION, whole=said["whole"])


def _lacking(evidence: Evidence) -> str:
    from cigem_core.sdk.evidence import ALWAYS, NEEDS

    tiers = list(NEEDS)
    at = tiers.index(evidence.tier) + 1 if evidence.tier else 0
    wanted = [*ALWAYS, *(name for tier in tiers[: at + 1] for name in NEEDS[tier])]
    short = [name for name in wanted if name not in evidence.marks or evidence.marks[name].outcome != "pass"]
    said = ", ".join(
        f"{name} ({evidence.marks[name].outcome})" if name in evidence.marks else f"{name} (not asked)" for name in short
    )
    return f"; {tiers[at]} lacks {said}" if at < len(tiers) and short else ""


def _kept(module: str | None, evidence: Evidence) -> str:
    from cigem_core.sdk.evidence import CHECKS, folder_of, written

    folder: Path | None = folder_of(module) if module else None
    if folder is None:
        return f"{evidence.agency}: nothing is written, for the adapter stands in no package of its own"
    if missing := [name for name in CHECKS if name not in evidence.marks]:
        return f"{evidence.agency}: nothing is written, for these checks were not asked: {', '.join(missing)}"
    return f"{evidence.agency}: written to {written(folder, evidence)}"
