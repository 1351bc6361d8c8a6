"""Which deliveries were handled already, so that one that is sent again does nothing twice.

A delivery is noted when all of it went well, never before: what failed, or was cut short by the end of the process, is
done when the forge or a person sends it again. Of two copies at the same time, one process handles one.

A store outside the process is not trusted: what it holds carries a MAC by the hook's secret, and what fails it was not
noted. So whoever can write there can have a delivery handled again, and none skipped.
"""

from __future__ import annotations

import hashlib
import hmac
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
#: How many events that look alike may happen in that minute.
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
        self._proves = store is not None
        self._lock = threading.Lock()
        self._in_hand: set[str] = set()

    def admits(self, identity: Identity, now: float) -> bool:
        """Whether this is no replay: its signature is new, or was first seen under this id or within the last minute.

        Args:
            identity: the delivery's.
            now: seconds since the epoch.
        """
        name = identity.signature
        if not name:
            return True
        found = _noted(self._read(identity, name))
        if found is None:
            self._write(identity, name, f"{now:.3f} {identity.digest}")
            return True
        first, known = found
        if identity.digest in known:
            return True
        if abs(now - first) > SAME_BODY or len(known) >= _MOST_ALIKE:
            return False
        self._write(identity, name, " ".join((f"{first:.3f}", *known, identity.digest)))
        return True

    def take(self, identity: Identity, *, again: bool = False) -> bool:
        """Claim a delivery; False if it is claimed already, or (unless `again`) was handled before."""
        with self._lock:
            if identity.key in self._in_hand:
                return False
            self._in_hand.add(identity.key)
        known = None if again else self._read(identity, identity.key)
        if known:
            self.drop(identity)
        return not known

    def done(self, identity: Identity) -> None:
        """Note that all of a delivery went well."""
        self._write(identity, identity.key, "1")
        self.drop(identity)

    def drop(self, identity: Identity) -> None:
        """Let go of a delivery: sent again, it is handled again."""
        with self._lock:
            self._in_hand.discard(identity.key)

    def _read(self, identity: Identity, name: str) -> str | None:
        """What was noted under a name; None for what somebody else may have written."""
        try:
            found = self._get(name)
        except KeyError:
            return None
        except Exception as error:  # noqa: BLE001 - a store is foreign code; handling twice is better than not at all
            _log.warning("the store of deliveries cannot be read: %s", type(error).__name__)
            return None
        if isinstance(found, bytes | bytearray):
            found = found.decode("utf-8", "replace")
        if not isinstance(found, str):
            return None
        return found if not self._proves else _opened(identity, name, found)

    def _write(self, identity: Identity, name: str, text: str) -> None:
        if self._proves and (proofs := identity.proofs()):
            text = f"{_mac(proofs[0], name, text)} {text}"
        try:
            self._set(name, text)
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("the store of deliveries cannot be written: %s", type(error).__name__)


def _opened(identity: Identity, name: str, found: str) -> str | None:
    told, _, text = found.partition(" ")
    fits = False
    for key in identity.proofs():  # all of them, so that the time does not reveal which
        fits |= hmac.compare_digest(_mac(key, name, text).encode(), told.encode("utf-8", "replace"))
    return text if fits else None


def _mac(key: bytes, name: str, text: str) -> str:
    return hmac.digest(key, f"{name}\n{text}".encode("utf-8", "replace"), hashlib.sha256).hex()


def _noted(text: str | None) -> tuple[float, list[str]] | None:
    """When a signature was first seen, and under which ids; None if it was not."""
    try:
        first, *known = (text or "").split(" ")
        return float(first), known
    except ValueError:
        return None
