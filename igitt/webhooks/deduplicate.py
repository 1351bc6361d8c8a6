"""Which deliveries were handled already, so that one that is sent again does nothing twice.

A delivery is noted when all of it went well, never before: what failed, or was cut short by the end of the process, is
done when the forge or a person sends it again. Two copies at the same time are told apart within a process.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from igitt.errors import ValidationError
from igitt.stores.memory import MemoryStore
from igitt.webhooks.identity import SAME_BODY, Identity

__all__ = ["Seen", "Store"]

_log = logging.getLogger("igitt.webhooks")
#: A store's getter and setter, as :meth:`igitt.cache.ResponseCache.use` takes them.
Store = tuple[Callable[[str], Any], Callable[[str, str], object]]
_MEMORY = 4 * 1024 * 1024
#: How many things may happen in that minute that look alike.
_MOST_ALIKE = 20


class Seen:
    """The deliveries that were handled.

    Args:
        store: where they are noted; some ten thousand in this process's memory if not given.
    """

    def __init__(self, store: Store | None = None) -> None:
        memory = MemoryStore(_MEMORY)
        get, note = store if store is not None else (memory.get, memory.set)
        if not callable(get) or not callable(note):
            raise ValidationError(f"seen= is a pair of functions, such as a dict's get and __setitem__, not {store!r}")
        self._get, self._set = get, note
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()

    def admits(self, identity: Identity, now: float) -> bool:
        """Whether this is no replay: its signature is new, or was first seen under this id or within the last minute.

        Args:
            identity: the delivery's.
            now: seconds since the epoch.
        """
        if not identity.signature:
            return True
        found = _noted(self._read(identity.signature))
        if found is None:
            self._write(identity.signature, f"{now:.3f} {identity.digest}")
            return True
        first, known = found
        if identity.digest in known:
            return True
        if abs(now - first) > SAME_BODY or len(known) >= _MOST_ALIKE:
            return False
        self._write(identity.signature, " ".join((f"{first:.3f}", *known, identity.digest)))
        return True

    def take(self, key: str, *, again: bool = False) -> bool:
        """Take a delivery in hand; False if it is in hand already, or (but for `again`) was handled before."""
        with self._lock:
            if key in self._in_hand:
                return False
            self._in_hand.add(key)
        known = None if again else self._read(key)
        if known:
            self.drop(key)
        return not known

    def done(self, key: str) -> None:
        """Note that all of a delivery went well."""
        self._write(key, "1")
        self.drop(key)

    def drop(self, key: str) -> None:
        """Let go of a delivery: sent again, it is handled again."""
        with self._lock:
            self._in_hand.discard(key)

    def _read(self, key: str) -> Any:
        try:
            return self._get(key)
        except KeyError:
            return None
        except Exception as error:  # noqa: BLE001 - a store is foreign code; handling twice is better than not at all
            _log.warning("the store of deliveries cannot be read: %s", type(error).__name__)
            return None

    def _write(self, key: str, text: str) -> None:
        try:
            self._set(key, text)
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("the store of deliveries cannot be written: %s", type(error).__name__)


def _noted(value: Any) -> tuple[float, list[str]] | None:
    """When a signature was seen first, and under which ids; None if it was not."""
    try:
        text = value.decode() if isinstance(value, bytes) else value
        first, *known = text.split(" ")
        return float(first), known
    except (AttributeError, ValueError):
        return None
