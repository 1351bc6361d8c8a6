"""Which deliveries were handled already, so that one that is sent again does nothing twice.

A delivery is noted when all of it went well, never before: what failed, or was cut short by the end of the process, is
done when the forge or a person sends it again. Two copies at the same time are told apart within a process.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from igitt.errors import ValidationError
from igitt.stores.memory import MemoryStore

__all__ = ["Seen", "Store"]

_log = logging.getLogger("igitt.webhooks")
#: A store's getter and setter, as :meth:`igitt.cache.ResponseCache.use` takes them.
Store = tuple[Callable[[str], Any], Callable[[str, str], object]]
_MEMORY = 4 * 1024 * 1024


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

    @staticmethod
    def key(hoster: str, delivery: str, body: bytes) -> str:
        """The key of a delivery.

        Its id is not enough: GitHub gives one to all the hooks that hear of an event, and older GitLabs to all that a
        push sets off.

        Args:
            hoster: the forge.
            delivery: the delivery's id.
            body: its body, or a digest of it that is the same when it is sent again.
        """
        digest = hashlib.sha256(f"{hoster} {delivery} ".encode("utf-8", "surrogatepass") + body)
        return f"igitt:seen:{digest.hexdigest()}"

    def take(self, key: str) -> bool:
        """Take a delivery in hand; False if it was handled before, or is in hand already."""
        with self._lock:
            if key in self._in_hand:
                return False
            self._in_hand.add(key)
        try:
            known = self._get(key)
        except KeyError:
            known = None
        except Exception as error:  # noqa: BLE001 - a store is foreign code; handling twice is better than not at all
            _log.warning("the store of deliveries cannot be read: %s", type(error).__name__)
            known = None
        if known:
            self.drop(key)
        return not known

    def done(self, key: str) -> None:
        """Note that all of a delivery went well."""
        try:
            self._set(key, "1")
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("the store of deliveries cannot be written: %s", type(error).__name__)
        self.drop(key)

    def drop(self, key: str) -> None:
        """Let go of a delivery: sent again, it is handled again."""
        with self._lock:
            self._in_hand.discard(key)
