"""A cache of Flask-Caching's as a store, whichever backend it has."""

from __future__ import annotations

import math
from typing import Any

from igitt.errors import ValidationError
from igitt.stores.base import MONTH, Value
from igitt.stores.beside import StoreBeside

__all__ = ["FlaskCachingStore"]


class FlaskCachingStore(StoreBeside):
    """Keeps texts or bytes in a Flask-Caching cache.

    Other than ``cache.get`` and ``cache.set`` themselves, it has an age of its own instead of
    ``CACHE_DEFAULT_TIMEOUT``, clears only what is its own, and works without an application context, which a bot's own
    threads do not have. With its ``FileSystemCache``, :meth:`add` takes several steps, so that two may both succeed.

    Args:
        cache: the ``flask_caching.Cache``, after its ``init_app``.
        app: the Flask application, where the cache serves several.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        prefix: put before each key.

    Raises:
        ValidationError: when it is not such a cache, or has no application yet.
    """

    name = "Flask-Caching"

    def __init__(self, cache: Any, app: Any = None, *, max_age: float | None = MONTH, prefix: str = "igitt:") -> None:
        super().__init__(max_age=max_age, prefix=prefix)
        found = getattr(app if app is not None else getattr(cache, "app", None), "extensions", {})
        backend = found.get("cache", {}).get(cache)
        if backend is None:
            raise ValidationError("FlaskCachingStore takes a flask_caching.Cache that was given its application")
        self._backend: Any = backend
        # Its `add` takes what is over for what is there.
        self._files = any(base.__name__ == "FileSystemCache" for base in type(backend).__mro__)

    def _read(self, keys: list[str]) -> list[Any]:
        return list(self._backend.get_many(*keys))

    def _write(self, key: str, value: Value, seconds: float | None) -> object:
        # 0 is for ever here, and None the default of 300 seconds.
        return self._backend.set(key, value, timeout=0 if seconds is None else math.ceil(seconds))

    def _write_new(self, key: str, value: Value, seconds: float) -> bool:
        if self._files and self._backend.get(key) is None:
            self._backend.delete(key)
        return bool(self._backend.add(key, value, timeout=math.ceil(seconds)))

    def _drop(self, key: str) -> object:
        return self._backend.delete(key)
