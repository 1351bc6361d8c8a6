"""A cache of Django's as a store, whichever backend it has."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

from igitt.errors import StoreError, ValidationError
from igitt.stores.base import MONTH, Value, library
from igitt.stores.beside import StoreBeside

__all__ = ["DjangoStore"]


class DjangoStore(StoreBeside):
    """Keeps texts or bytes in one of Django's ``CACHES``.

    Other than ``cache.get`` and ``cache.set`` themselves, it has an age of its own instead of ``TIMEOUT``, clears only
    what is its own, and lets go of a database connection that broke, which outside of a request nobody else does.

    Args:
        alias: which of ``CACHES``.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        prefix: put before each key.

    Raises:
        ImportError: when Django is not installed.
        ValidationError: when there is no such cache in the settings.
    """

    name = "Django's cache"

    def __init__(self, alias: str = "default", *, max_age: float | None = MONTH, prefix: str = "igitt:") -> None:
        super().__init__(max_age=max_age, prefix=prefix)
        self._caches = library("django.core.cache", "django").caches
        self._close_old_connections = library("django.db", "django").close_old_connections
        if alias not in self._caches.settings:
            raise ValidationError(f"Django's settings have no CACHES[{alias!r}]")
        self._alias = alias

    @contextlib.contextmanager
    def _failing(self) -> Generator[None]:
        try:
            with super()._failing():
                yield
        except StoreError:
            with super()._failing():
                self._close_old_connections()
            raise

    @property
    def _cache(self) -> Any:
        # Django has one for each thread.
        return self._caches[self._alias]

    def _read(self, keys: list[str]) -> list[Any]:
        found = self._cache.get_many(keys)
        return [found.get(key) for key in keys]

    def _write(self, key: str, value: Value, seconds: float | None) -> object:
        return self._cache.set(key, value, seconds)

    def _write_new(self, key: str, value: Value, seconds: float) -> bool:
        return bool(self._cache.add(key, value, seconds))

    def _drop(self, key: str) -> object:
        return self._cache.delete(key)
