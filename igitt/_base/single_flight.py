"""The same question asked by many threads at once is asked of the forge once.

The first thread leads, the others wait for what it gets. Whoever asks after a write never joins a question that was on
its way before it, as its response may be older than the write. Nothing here knows HTTP.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Generic, TypeVar

__all__ = ["Flight", "Flights"]

R = TypeVar("R")


class Flight(Future[R | None], Generic[R]):
    """A question on its way. Its result is the response, None if nobody but the leader can use it, or the error.

    Attributes:
        path: what it is about.
        leader: the thread that asks.
        spoiled: whether what it is about changed since it began, so that its response must not be kept.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.leader = threading.get_ident()
        self.spoiled = False


class Flights(Generic[R]):
    """The questions on their way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[str, Flight[R]] = {}

    def join(self, key: str, path: str) -> tuple[Flight[R], bool]:
        """The flight for `key`, and whether the caller leads it, who then must :meth:`end` it."""
        own: Flight[R] = Flight(path)
        # `setdefault` of a dict is atomic, and there is no lock that a fork could leave locked.
        flight = self._under_way.setdefault(key, own)
        if flight is not own and flight.leader == own.leader:
            # An adapter or hook asks from inside the very same question; it could not learn that its response is old.
            own.spoiled = True
            return own, True
        return flight, flight is own

    def end(self, key: str, flight: Flight[R]) -> None:
        """Let nobody else join, and whoever joined and has no response yet go on alone."""
        if self._under_way.get(key) is flight:
            self._under_way.pop(key, None)
        if not flight.done():
            flight.set_result(None)

    def spoil(self, path: str, *, everything: bool = False) -> None:
        """What lies at `path`, above or below it changed: a response that is on its way may be older.

        Args:
            path: what changed.
            everything: whether nobody may join any question that is on its way now: after a write that is how to be
                sure that it is seen.
        """
        for key, flight in list(self._under_way.items()):
            concerned = related(flight.path, path)
            flight.spoiled = flight.spoiled or concerned
            if everything or concerned:
                self._under_way.pop(key, None)

    def after_fork(self) -> None:
        """Forget the threads that do not exist in a forked process."""
        self._under_way = {}


def related(known: str, path: str) -> bool:
    """Whether one of two paths is the other's, or lies below it."""
    return known == path or known.startswith(path + "/") or path.startswith(known + "/")
