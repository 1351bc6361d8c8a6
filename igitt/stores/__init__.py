"""Ready stores, for the cache and for tokens: something that keeps texts under short keys, bounded, for many processes.

Each has ``get(key)``, ``set(key, value)``, ``delete(key)``, ``clear()``, and ``add(key, value, seconds)``, which keeps
a value for a time if there is none yet, and returns whether that was so: a lock. A text may come back as its bytes.
None of them knows anything of HTTP: what is kept, and when it may be used, is decided in :mod:`igitt.cache`. Each is
loaded when it is first asked for, and the library that it stands on when one is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from igitt._base.lazy import lazy_names
from igitt.stores.memory import MemoryStore

if TYPE_CHECKING:
    from igitt.stores.diskcache import DiskCacheStore
    from igitt.stores.django import DjangoStore
    from igitt.stores.flask import FlaskCachingStore
    from igitt.stores.redis import RedisStore
    from igitt.stores.sqlalchemy import SQLAlchemyStore
    from igitt.stores.sqlite import SQLiteStore

__all__ = [
    "DiskCacheStore",
    "DjangoStore",
    "FlaskCachingStore",
    "MemoryStore",
    "RedisStore",
    "SQLAlchemyStore",
    "SQLiteStore",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "DiskCacheStore": "igitt.stores.diskcache",
        "DjangoStore": "igitt.stores.django",
        "FlaskCachingStore": "igitt.stores.flask",
        "RedisStore": "igitt.stores.redis",
        "SQLAlchemyStore": "igitt.stores.sqlalchemy",
        "SQLiteStore": "igitt.stores.sqlite",
    },
)
