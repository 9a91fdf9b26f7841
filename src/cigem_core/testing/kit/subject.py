"""What a contract is about: an adapter, its samples, and what its author says of what cannot be asked."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from cigem_core.formats.source import Source
from cigem_core.sdk.adapter import Adapter, Reading
from cigem_core.sdk.table import Table
from cigem_core.testing.kit.specimens import Specimen, small

if TYPE_CHECKING:
    from cigem_core.testing.mishaps import Event, Plan

SMALL, WHOLE = "small", "full"
VARIABLE = "CIGEM_CONTRACT"
"""`full` asks the heavy checks in full, as before a release."""


class Unsupported(Exception):
    """A check that does not apply to this adapter, and why."""


class NotReviewed(Exception):
    """A check that could apply, of which nothing is known; what its author can do."""


class ServiceDouble(Protocol):
    """A service like the agency's, which goes wrong when it is told to (see `testing.apej`)."""

    effects: Counter[str]
    """How often each referral was created, by its number."""

    @property
    def url(self) -> str:
        """Its address."""

    def plan(self, faults: Plan | Sequence[Event] | None) -> None:
        """From now on, what goes wrong."""

    def __enter__(self) -> Any: ...

    def __exit__(self, *_: Any) -> None: ...


@frozen(kw_only=True, eq=False, slots=False)
class Subject:
    """An adapter under its contract."""

    adapter: Adapter
    samples: tuple[Path, ...]
    service: Callable[..., ServiceDouble] | None = None
    unsupported: Mapping[str, str] = field(factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether the heavy checks are asked in full."""
        return os.environ.get(VARIABLE) == WHOLE

    def size(self, small: int, whole: int) -> int:
        """How much of something is tried."""
        return whole if self.is_whole else small

    @cached_property
    def reading(self) -> Reading:
        """All samples, read together."""
        return self.adapter.read(*self.samples)

    @cached_property
    def arranged(self) -> tuple[tuple[Table, Source], ...]:
        """Each table that has a sample, with it; a workbook once for each of its sheets."""
        return tuple(self.adapter.arrange(self.samples))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, those handed over and those handed back; one that is both, once."""
        return tuple(dict.fromkeys((*self.adapter.pull, *self.adapter.push)))

    @cached_property
    def specimens(self) -> Mapping[Table, Specimen]:
        """A small sound file of each table that can be read from files."""
        return {table: specimen for table in self.adapter.pull if (specimen := small(table, self.sample_of(table)))}

    def sample_of(self, table: Table) -> Source | None:
        """The first sample of a table."""
        return next((source for other, source in self.arranged if other is table), None)

    @cached_property
    def module(self) -> str | None:
        """The plugin's module that holds the adapter, for whoever must import it again."""
        return next(_holding(self.adapter), None)


def _holding(adapter: Adapter) -> Iterator[str]:
    for name, module in list(sys.modules.items()):
        held = getattr(module, "__dict__", {})
        if "CIGEM_API" in held and any(value is adapter for value in held.values()):
            yield name


def name_in(module: str, adapter: Adapter) -> str:
    """What a module calls the adapter."""
    return next(name for name, value in vars(sys.modules[module]).items() if value is adapter)
