"""Time and chance, handed in: tests hold them in hand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from attrs import frozen

from cigem_core.formats.rest.api import Patience


def _now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Clock:
    """What time it is, how to wait, and a number between 0 and 1 that nobody foresees."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


@frozen(kw_only=True)
class Deadline:
    """How long an exchange may still take."""

    clock: Clock
    until: float
    silence: float

    def left(self) -> float:
        """Seconds that may still pass with nothing coming; TimeoutError when time is up."""
        left = self.until - self.clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.silence)


def backoff(patience: Patience, attempt: int, clock: Clock) -> float:
    """How long to wait after an attempt, counted from 1: anything up to a bound that doubles (full jitter)."""
    bound: float = min(patience.pause, patience.base * 2.0 ** (attempt - 1))
    return bound * clock.chance()


def asked_pause(header: str | None, clock: Clock) -> float | None:
    """How long a service asks to be left alone (Retry-After, in seconds or as a date); None where it does not say."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - clock.now()).total_seconds())
