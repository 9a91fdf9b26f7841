"""A clock in hand: pauses pass at once and are remembered; what the network takes is real."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from attrs import define, field

from cigem_core.formats.rest.clock import Clock


@define
class HandClock:
    """Time that is moved by hand, or by whoever waits."""

    began: datetime = field(factory=lambda: datetime.now(UTC))
    chance: float = 0.5
    """What stands for chance."""
    pauses: list[float] = field(factory=list)
    """How long was waited, each time."""
    moved: float = 0.0

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.moved += seconds

    @property
    def clock(self) -> Clock:
        """What is handed in."""
        return Clock(
            monotonic=lambda: time.monotonic() + self.moved,
            now=lambda: self.began + timedelta(seconds=self.moved),
            sleep=self.wait,
            chance=lambda: self.chance,
        )
