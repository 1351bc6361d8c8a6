"""The default store: this process's memory, bounded in bytes, least recently used out first."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from typing import Protocol, TypeVar

from igitt.clock import SYSTEM_CLOCK, Clock
from igitt.errors import ValidationError

__all__ = ["MemoryStore"]


class Sized(Protocol):
    """Anything that can say how much memory it takes: a text, or the cache's own entries."""

    def __sizeof__(self) -> int: ...


V = TypeVar("V", bound=Sized)

#: What a key and its place in the table take besides the value, measured with `tracemalloc` on CPython 3.11.
_OVERHEAD = 200


class MemoryStore:
    """Keeps values in memory, at most `max_bytes` of them; safe to use from many threads.

    Args:
        max_bytes: the bound, in bytes. A value of more than an eighth of it is not kept, so that one large answer does
            not throw everything else out.
        clock: where the time comes from; for tests.

    Example:
        >>> store = MemoryStore(max_bytes=1_000_000)
        >>> store.set("greeting", "hello")
        >>> store.get("greeting")
        'hello'
    """

    def __init__(self, max_bytes: int = 16 * 1024 * 1024, *, clock: Clock = SYSTEM_CLOCK) -> None:
        if max_bytes < 0:
            raise ValidationError(f"a store cannot hold {max_bytes} bytes; give a positive number")
        self.max_bytes = max_bytes
        self._values: OrderedDict[str, tuple[object, int]] = OrderedDict()
        self._bytes = 0
        self._clock = clock
        # when what was added ends; only locks and the like do
        self._ends: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> object | None:
        """The value under `key`, None if there is none."""
        with self._lock:
            held = self._values.get(key)
            if held is None or self._over(key):
                return None
            self._values.move_to_end(key)
            return held[0]

    def set(self, key: str, value: Sized) -> None:
        """Keep `value` under `key`, and let go of the least recently used ones if there is no room."""
        with self._lock:
            self._keep(key, value)

    def add(self, key: str, value: Sized, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; tell whether that was so."""
        with self._lock:
            if key in self._values and not self._over(key):
                return False
            self._keep(key, value)
            if key in self._values:
                self._ends[key] = self._clock.time() + seconds
            return True

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._ends.clear()
            self._bytes = 0

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        if self._lock.locked():  # what that one left half done is dropped
            self._values, self._ends, self._bytes = OrderedDict(), {}, 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def bytes(self) -> int:
        """How much is held, in bytes."""
        return self._bytes

    def _keep(self, key: str, value: Sized) -> None:
        size = value.__sizeof__() + _OVERHEAD
        self._drop(key)
        if size > self.max_bytes // 8:
            return
        self._values[key] = (value, size)
        self._bytes += size
        while self._bytes > self.max_bytes:
            self._drop(next(iter(self._values)))

    def _drop(self, key: str) -> None:
        held = self._values.pop(key, None)
        if held is not None:
            self._bytes -= held[1]
            self._ends.pop(key, None)

    def _over(self, key: str) -> bool:
        return bool(self._ends) and self._ends.get(key, math.inf) <= self._clock.time()
