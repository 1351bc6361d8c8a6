"""Time, as a thing that can be handed in.

Everything in igitt that reads the time or waits does it through a :class:`Clock`, so that tests of token renewal, rate
limits and retries need no waiting.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Protocol

__all__ = ["SYSTEM_CLOCK", "Clock"]


class Clock(Protocol):
    """What igitt needs of a clock."""

    @abstractmethod
    def time(self) -> float:
        """Seconds since the epoch, UTC."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock's time."""


class SystemClock:
    """The machine's own time."""

    def time(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Block this thread for `seconds`."""
        time.sleep(seconds)


SYSTEM_CLOCK: Clock = SystemClock()
