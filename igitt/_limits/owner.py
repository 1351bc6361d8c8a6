"""Whose limits are whose: all clients of one cache share what is known of budgets, in whatever store that cache has.

So processes that share a store share the limits, too. A client without a cache has limits of its own.
"""

from __future__ import annotations

import threading
import weakref
from typing import Protocol

from igitt._base.proven import ProvenStore
from igitt._limits.budgets import Limits

__all__ = ["Sharing", "limits_of"]


class Sharing(Protocol):
    """What may have a store that other processes use as well."""

    @property
    def shared(self) -> ProvenStore | None:
        """The store as it is now; None for none."""


_LOCK = threading.Lock()
_OWNED: weakref.WeakKeyDictionary[Sharing, Limits] = weakref.WeakKeyDictionary()


def limits_of(cache: Sharing) -> Limits:
    """The limits that all clients of a cache share."""
    with _LOCK:
        found = _OWNED.get(cache)
        if found is None:
            alive = weakref.ref(cache)  # the limits must not keep it

            def shared() -> ProvenStore | None:
                home = alive()
                return None if home is None else home.shared

            found = _OWNED[cache] = Limits(shared)
        return found
