"""What a client remembers of people: a list of a hundred comments is written by a few, and each is asked for once.

Kept for minutes only, so that a new name or address is seen; bounded, and shared by threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

__all__ = ["People"]

#: How many are remembered, and for how many seconds.
_MOST = 5_000
_LASTS = 300.0


class People:
    """What recent responses said about people, by a key such as ``("id", 5)`` or ``("mail", "bob@example.com")``.

    Args:
        now: gives the seconds since the epoch.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, Any], tuple[float, Any]] = OrderedDict()

    def recall(self, key: tuple[str, Any], ask: Callable[[], Any]) -> Any:
        """What is known under a key, or what `ask` says, which is remembered; an error and None are not."""
        with self._lock:
            found = self._known.get(key)
            if found is not None and 0 <= self._now() - found[0] < _LASTS:
                self._known.move_to_end(key)
                return found[1]
        answer = ask()
        if answer is not None:  # an account that is not there may be at any moment
            with self._lock:
                self._known[key] = (self._now(), answer)
                self._known.move_to_end(key)
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        return answer
