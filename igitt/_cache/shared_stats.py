"""What the caches of several processes did, reported through the store that they share.

A store can only be asked for keys that are known. So there is a fixed number of places, and each process has one by its
name; two that come to the same place show as one of them, which is no more than a gap in a statistic.
"""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from igitt._base import json as _json
from igitt._base.guarded_store import Shelf

__all__ = ["Tally", "tallies"]

_PLACES = 128
#: Seconds between two tellings.
_EACH = 10.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What one process did.

    Attributes:
        process: the machine and the number of the process there.
        at: when it reported, in seconds since the epoch.
        figures: its :class:`igitt.cache.CacheStats` by name.
    """

    process: str
    at: float
    figures: Mapping[str, int]


class Teller:
    """Reports to a store every few seconds what a cache did. A process that ends before its first one is left out."""

    def __init__(self) -> None:
        self._due = 0.0

    def tell(self, shelf: Shelf, figures: Any, now: float) -> None:
        """Tell, if it is time to.

        Args:
            shelf: the store.
            figures: a dataclass of numbers.
            now: the time, in seconds since the epoch.
        """
        if now < self._due:
            return
        first, self._due = not self._due, now + _EACH
        if not first:
            process = f"{socket.gethostname()} {os.getpid()}"
            place = _place(zlib.crc32(process.encode()) % _PLACES)
            shelf.write(place, _json.dumps([process, now, asdict(figures)]).decode())


def tallies(read: Callable[[str], Any]) -> list[Tally]:
    """The reports of the processes that use a store, newest first.

    Args:
        read: the store's getter.
    """
    shelf, found = Shelf(read, lambda *_: None), []
    for number in range(_PLACES):
        try:
            process, at, figures = _json.loads(shelf.read(_place(number)) or "")
            counted = {str(name): int(figure) for name, figure in figures.items()}
            found.append(Tally(str(process), float(at), counted))
        except (ValueError, TypeError, AttributeError, OverflowError):
            continue
    return sorted(found, key=lambda tally: -tally.at)


def _place(number: int) -> str:
    return f"igitt:stats:{number}"
