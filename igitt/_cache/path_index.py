"""Which keys the cache keeps answers of a path under, so that a write or a delivery finds those that it makes stale.

Only paths and keys are known here; what lies under a key is :mod:`igitt.cache`'s.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict

__all__ = ["Variants"]


class Variants:
    """Keys by path, of so many paths at most; the one that was used longest ago is forgotten first.

    Whoever shares it among threads locks it.

    Args:
        most: how many paths.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: OrderedDict[str, set[str]] = OrderedDict()
        # The same paths in order: what lies below one stands together, and nobody has to look at all the others.
        self._sorted: list[str] = []

    def __len__(self) -> int:
        return len(self._keys)

    def note(self, path: str, key: str) -> None:
        """Know a key of a path."""
        if path not in self._keys:
            self._keys[path] = set()
            insort(self._sorted, path)
        self._keys[path].add(key)
        self._keys.move_to_end(path)
        while len(self._keys) > self._most:
            self._pop(next(iter(self._keys)))

    def pop_related(self, path: str) -> list[str]:
        """Forget a path, what lies below it, and what it lies below; and give their keys."""
        above = [path[:end] for end, letter in enumerate(path) if letter == "/"]
        first, end = bisect_left(self._sorted, f"{path}/"), bisect_left(self._sorted, f"{path}0")  # "0" follows "/"
        below = self._sorted[first:end]
        known = [one for one in (*above, path, *below) if one in self._keys]
        return [key for one in known for key in self._pop(one)]

    def pop_all(self) -> list[str]:
        """Forget everything, and give the keys."""
        keys = [key for one in self._keys.values() for key in one]
        self._keys.clear()
        self._sorted.clear()
        return keys

    def _pop(self, path: str) -> set[str]:
        del self._sorted[bisect_left(self._sorted, path)]
        return self._keys.pop(path)
