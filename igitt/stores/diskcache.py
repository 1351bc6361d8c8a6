"""A folder of the library diskcache as a store, shared by the processes of one machine."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from igitt.errors import ValidationError
from igitt.stores.base import MONTH, Value, failing, library, seconds
from igitt.stores.sqlite_file import strangers

__all__ = ["DiskCacheStore"]

#: What :meth:`DiskCacheStore.clear` goes by, in a cache that holds other things too.
_TAG = "igitt"
#: Where diskcache keeps what it unpickles.
_FILES = ("cache.db", "cache.db-wal", "cache.db-shm")


class DiskCacheStore:
    """Keeps texts or bytes in a folder of diskcache's. Safe to use from many threads and processes.

    diskcache unpickles what it finds in its folder: let nobody else write there. A folder that is made here is private.

    Args:
        cache: a ``diskcache.Cache`` or ``FanoutCache``, or the path of a folder, which is made if it is not there.
        max_bytes: the bound of a folder that is given as a path, in bytes; what was not used for longest goes first.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        timeout: for how long a call waits for others, in seconds, in a folder that is given as a path.

    Raises:
        ImportError: when ``diskcache`` is not installed.
        ValidationError: when the folder cannot be used, belongs to another user, or every user may write to it.
    """

    def __init__(
        self,
        cache: Any,
        *,
        max_bytes: int = 256 * 1024 * 1024,
        max_age: float | None = MONTH,
        timeout: float = 0.5,
    ) -> None:
        diskcache = library("diskcache", "diskcache")
        self._errors: tuple[type[Exception], ...] = (diskcache.Timeout, sqlite3.Error, OSError)
        self._age = seconds("max_age", max_age)
        if isinstance(cache, str | os.PathLike):
            folder = Path(cache).expanduser()
            for place in (folder, *(folder / name for name in _FILES)):
                if why := strangers(place):
                    raise ValidationError(f"DiskCacheStore({str(folder)!r}): {place.name}: {why}; name another folder")
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                cache = diskcache.Cache(
                    folder, timeout=timeout, size_limit=max_bytes, eviction_policy="least-recently-used"
                )
            except self._errors as error:
                raise ValidationError(f"DiskCacheStore({str(folder)!r}): {error}") from error
        if not hasattr(cache, "evict"):
            raise ValidationError(f"DiskCacheStore takes a diskcache.Cache or a folder, not {type(cache).__name__}")
        self._cache = cache

    def get(self, key: str) -> Value | None:
        """The value under `key`; None if there is none or its time is over. Raises StoreError."""
        with failing("diskcache", *self._errors):
            found: Value | None = self._cache.get(key)
            return found

    def set(self, key: str, value: Value) -> None:
        """Keep `value` under `key`. Raises StoreError."""
        with failing("diskcache", *self._errors):
            self._cache.set(key, value, expire=self._age, tag=_TAG)

    def add(self, key: str, value: Value, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; return whether that was so. Raises StoreError."""
        with failing("diskcache", *self._errors):
            return bool(self._cache.add(key, value, expire=seconds, tag=_TAG))

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there. Raises StoreError."""
        with failing("diskcache", *self._errors):
            self._cache.delete(key)

    def clear(self) -> None:
        """Forget everything that was kept here; what others keep in the same cache stays. Raises StoreError."""
        with failing("diskcache", *self._errors):
            self._cache.evict(_TAG)

    def close(self) -> None:
        """Let go of the files. The store may go on to be used, and then opens them again."""
        with failing("diskcache", *self._errors):
            self._cache.close()
