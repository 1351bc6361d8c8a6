"""A store as foreign code: whatever it does, a request goes on.

A :class:`Shelf` calls the functions that somebody gave for reading, writing and deleting texts under keys. It tells a
miss from a failure, logs what fails or is slow, and leaves a store that keeps failing alone for a while, so that a dead
server does not cost every request its timeout. It knows neither entries nor tokens.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt.errors import StoreError, ValidationError

__all__ = ["Read", "Shelf", "Write"]

T = TypeVar("T")

_log = logging.getLogger("igitt.cache")
#: Seconds from which on a store is called slow.
_SLOW = 1.0
#: After so many failures (or slow answers) one after the other a store is left alone, for so many seconds.
_PATIENCE, _PAUSE = 3, 30.0
#: How many keys are remembered that could not be deleted.
_OWED = 10_000


class Read(Protocol):
    """A store's getter: the value under a key; None or KeyError where there is none."""

    def __call__(self, key: str, /) -> Any:
        """Read."""


class Write(Protocol):
    """A store's setter."""

    def __call__(self, key: str, value: str, /) -> object:
        """Write."""


class Shelf:
    """Texts under keys, in a store of somebody's choice. Safe to use from many threads, if the store is.

    Args:
        read: gives the text (or bytes) under a key; None or a KeyError if there is none.
        write: keeps a text under a key.
        delete: drops a key; without it, an empty text is written in its place.
        what: what it is called in the log.
        failed: called at each failure.
        clock: where the time comes from.

    Raises:
        ValidationError: when what was given cannot be called.
    """

    def __init__(
        self,
        read: Read,
        write: Write,
        delete: Callable[[str], object] | None = None,
        *,
        what: str = "the cache's store",
        failed: Callable[[], object] = lambda: None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        for name, function in (("read_from", read), ("write_to", write), ("delete", delete or read)):
            if not callable(function):
                raise ValidationError(f"use({name}=…) takes a function, such as a dict's get, not {function!r}")
        self._read = read
        self._write = write
        self._delete = delete
        self._what = what
        self._failed = failed
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        # What should have been deleted while the store failed: it must not be read when the store is back.
        self._owed: OrderedDict[str, None] = OrderedDict()

    def read(self, key: str) -> str | bytes | None:
        """The text under `key`; None if there is none or the store fails."""
        if not self._rests():
            if self._owed and not self._pay(key):
                return None
            value = self._guarded("reading", self._read, key)
            if value is None or isinstance(value, str | bytes):
                return value or None
            if isinstance(value, bytearray | memoryview):
                return bytes(value)
            self.rubbish()
        return None

    def write(self, key: str, text: str) -> None:
        """Keep `text` under `key`, if the store works."""
        if self._rests():
            # What lies there is older than what could not be written.
            self._owe(key)
        elif self._guarded("writing", self._write, key, text, default=_FAILED) is _FAILED:
            self._owe(key)
        else:
            self._owed.pop(key, None)

    def delete(self, key: str) -> None:
        """Drop `key`; it need not be there. A store that fails is asked again before that key is read."""
        if self._rests() or not self._drop(key):
            self._owe(key)

    def rubbish(self) -> None:
        """Tell that what was read is nothing that was ever written."""
        self._tell("reading", ValueError())

    def attempt(self, doing: str, function: Callable[[], object]) -> None:
        """Call something else that the store can do."""
        self._guarded(doing, function)

    def after_fork(self) -> None:
        """Be usable in a process that was forked while another thread was in here."""
        self._lock = threading.Lock()

    def _drop(self, key: str) -> bool:
        if self._delete is not None:
            return self._guarded("deleting", self._delete, key, default=_FAILED) is not _FAILED
        held = self._guarded("reading", self._read, key, default=_FAILED)
        if not held:
            return True
        return held is not _FAILED and self._guarded("deleting", self._write, key, "", default=_FAILED) is not _FAILED

    def _owe(self, key: str) -> None:
        with self._lock:
            self._owed[key] = None
            if len(self._owed) > _OWED:
                self._owed.popitem(last=False)

    def _pay(self, key: str) -> bool:
        """Whether `key` may be read: nothing is owed for it any more."""
        if key in self._owed:
            if not self._drop(key):
                return False
            with self._lock:
                self._owed.pop(key, None)
        return True

    def _rests(self) -> bool:
        return self._rests_until > 0 and self._clock.time() < self._rests_until

    def _guarded(self, doing: str, function: Callable[..., Any], *arguments: str, default: Any = None) -> Any:
        """What a store's function gives; `default` if it fails, None for a miss."""
        began = self._clock.time()
        try:
            found = function(*arguments)
        except KeyError:
            found = None
        except Exception as error:  # noqa: BLE001 - foreign code; whatever it does must not cost the request
            self._tell(doing, error)
            return default
        taken = self._clock.time() - began
        if taken >= _SLOW:
            _log.warning("%s took %.1f s for %s; every request waits for it", self._what, taken, doing)
            self._rest_after_failures()
        elif self._failures:
            self._failures = 0
        return found

    def _tell(self, doing: str, error: Exception) -> None:
        self._failed()
        # The type only: an error's text may quote a value, and values hold private data.
        kind = type(error.__cause__ if isinstance(error, StoreError) and error.__cause__ else error).__name__
        _log.warning("%s failed at %s (%s); the request goes on without it", self._what, doing, kind)
        self._rest_after_failures()

    def _rest_after_failures(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= _PATIENCE:
                # One more failure after the pause is enough for the next one.
                self._failures = _PATIENCE - 1
                self._rests_until = self._clock.time() + _PAUSE
                _log.warning("%s is left alone for %.0f s", self._what, _PAUSE)


_FAILED: Any = object()
