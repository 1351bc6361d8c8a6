r"""The default store: this process's memory, bounded in bytes.

Two ways in. What is :meth:`~MemoryStore.set` is kept, and the least recently used goes. What is
:meth:`~MemoryStore.offer`\ ed, as the cache does with answers, has to be worth it: going through more things than there
is room for, again and again, would otherwise drop each one just before it is wanted again. There, a newcomer takes the
place of what was left alone for longer than the newcomer itself was before it came back; the others stay, and what is
new waits in a small part of the room.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt.errors import ValidationError

__all__ = ["MemoryStore"]


class Sized(Protocol):
    """Anything that can say how much memory it takes: a text, or the cache's own entries."""

    def __sizeof__(self) -> int: ...


V = TypeVar("V", bound=Sized)

#: What a key and its place in the table take besides the value, measured with `tracemalloc` on CPython 3.11.
_OVERHEAD = 200
#: This part of the room is for what is new; and a value that takes more than that is not kept at all.
_PART = 8
#: For how many keys that are not held it is known when they were asked for: so many for each one held, and these.
_KNOWN, _KNOWN_AT_LEAST = 4, 256


@dataclass(slots=True)
class _Held:
    """A value, its size in bytes, and when it was used last, counted in uses of the store."""

    value: object
    size: int
    used: int


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
        self._clock = clock
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        # Both in the order of use, the least recent first.
        self._values: OrderedDict[str, _Held] = OrderedDict()
        self._new: OrderedDict[str, _Held] = OrderedDict()
        self._bytes = self._new_bytes = 0
        # What may become smaller.
        self._loose: OrderedDict[str, None] = OrderedDict()
        # Of keys that are not held: when they were asked for, and how long after the time before.
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._uses = 0
        # when what was added ends; only locks and the like do
        self._ends: dict[str, float] = {}

    def get(self, key: str) -> object | None:
        """The value under `key`, None if there is none."""
        with self._lock:
            self._uses += 1
            held = self._values.get(key)
            if held is not None and not self._over(key):
                held.used = self._uses
                self._values.move_to_end(key)
                return held.value
            held = self._new.get(key)
            if held is not None:
                self._use_again(key, held)
                return held.value
            before = self._known.get(key)
            self._note(key, self._uses, math.inf if before is None else self._uses - before[0])
            return None

    def set(self, key: str, value: Sized) -> None:
        """Keep `value` under `key`, and let go of the least recently used ones if there is no room."""
        with self._lock:
            self._keep(key, value)

    def offer(self, key: str, value: Sized) -> None:
        """Keep `value` under `key` if it is worth more than what would have to go for it.

        Values that can be had in less room, by a method ``packed``, are packed before any is let go of.
        """
        size = value.__sizeof__() + _OVERHEAD
        if size > self.max_bytes // _PART or self._bytes + size > self.max_bytes:
            value = _packer(value)()  # without the lock, as it takes its time
            size = value.__sizeof__() + _OVERHEAD
        with self._lock:
            gap = 0.0 if key in self._values else self._known.pop(key, (0, math.inf))[1]
            self._drop(key)
            if size <= self.max_bytes // _PART:
                self._admit(key, _Held(value, size, self._uses), gap)

    def add(self, key: str, value: Sized, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; return whether that was so."""
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
            self._begin()

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        if self._lock.locked():  # what that one left half done is dropped
            self._begin()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values) + len(self._new)

    @property
    def bytes(self) -> int:
        """How much is held, in bytes."""
        return self._bytes

    def _keep(self, key: str, value: Sized) -> None:
        size = value.__sizeof__() + _OVERHEAD
        self._drop(key)
        if size > self.max_bytes // _PART:
            return
        self._put(key, _Held(value, size, self._uses))
        while self._bytes > self.max_bytes:
            self._drop(next(iter(self._new if self._new_bytes > self.max_bytes // _PART else self._values)))

    def _admit(self, key: str, held: _Held, gap: float) -> None:
        """Put it where it belongs: among those that stay, if it came back sooner than they were left alone."""
        room = self.max_bytes - self.max_bytes // _PART - held.size + self._new_bytes
        while self._bytes > room and self._loose:
            self._pack(self._loose.popitem(last=False)[0])
        while self._bytes > room and self._values:
            oldest = next(iter(self._values))
            if gap >= self._uses - self._values[oldest].used:
                break
            self._drop(oldest)
        if self._bytes <= room:
            self._put(key, held)
            return
        self._new[key] = held
        self._bytes += held.size
        self._new_bytes += held.size
        while self._new_bytes > self.max_bytes // _PART:
            self._drop(next(iter(self._new)))
        while self._bytes > self.max_bytes:
            self._drop(next(iter(self._values)))

    def _use_again(self, key: str, held: _Held) -> None:
        gap = self._uses - held.used
        self._drop(key)
        held.used = self._uses
        self._admit(key, held, gap)

    def _put(self, key: str, held: _Held) -> None:
        self._values[key] = held
        self._bytes += held.size
        if hasattr(held.value, "packed"):
            self._loose[key] = None

    def _pack(self, key: str) -> None:
        held = self._values[key]
        value = _packer(held.value)()
        size = value.__sizeof__() + _OVERHEAD
        if size < held.size:
            self._bytes += size - held.size
            held.value, held.size = value, size

    def _drop(self, key: str) -> None:
        held = self._values.pop(key, None)
        if held is None:
            held = self._new.pop(key, None)
            self._new_bytes -= held.size if held is not None else 0
        if held is not None:
            self._bytes -= held.size
            self._ends.pop(key, None)
            self._loose.pop(key, None)
            self._note(key, held.used, math.inf)

    def _note(self, key: str, used: int, gap: float) -> None:
        self._known[key] = used, gap
        self._known.move_to_end(key)
        while len(self._known) > _KNOWN_AT_LEAST + _KNOWN * len(self):
            self._known.popitem(last=False)

    def _over(self, key: str) -> bool:
        return bool(self._ends) and self._ends.get(key, math.inf) <= self._clock.time()


def _packer(value: Any) -> Callable[[], Any]:
    """What gives the value in less room, or as it is."""
    return getattr(value, "packed", lambda: value)
