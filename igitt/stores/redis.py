"""Redis (or Valkey) as a store, shared by the processes of many machines."""

from __future__ import annotations

from itertools import islice
from typing import Any

from igitt.errors import ValidationError
from igitt.stores.base import MONTH, Value, failing, library, seconds

__all__ = ["RedisStore"]

#: How long to wait for a server, in seconds: a cache that takes longer than the forge itself is of no use.
_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}


class RedisStore:
    """Keeps texts or bytes on a Redis server. Safe to use from many threads, and over forks.

    Let the server drop what was not used for long: set its ``maxmemory``, with ``maxmemory-policy allkeys-lru``.

    Args:
        server: a client of the library ``redis``, or a URL (``redis://``, ``rediss://``, ``unix://``). A client that is
            made of a URL waits half a second for a connection and one for an answer, and does not try again.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        prefix: put before each key, and what :meth:`clear` goes by.

    Raises:
        ImportError: when ``redis`` is not installed.
        ValidationError: when it is neither a client nor a URL.
    """

    def __init__(self, server: Any, *, max_age: float | None = MONTH, prefix: str = "igitt:") -> None:
        redis = library("redis", "redis")
        self._error: type[Exception] = redis.RedisError
        if isinstance(server, str):
            retry = library("redis.retry", "redis").Retry(library("redis.backoff", "redis").NoBackoff(), 0)
            try:
                server = redis.Redis.from_url(server, **_PATIENCE, retry=retry)
            except ValueError as error:
                raise ValidationError(f"RedisStore takes a redis:// URL: {error}") from None
        if not hasattr(server, "scan_iter"):
            raise ValidationError(f"RedisStore takes a client or a URL, not {type(server).__name__}")
        if not prefix:
            raise ValidationError("RedisStore(prefix='') would clear what others keep there; name a prefix")
        self._client = server
        self._age = None if (age := seconds("max_age", max_age)) is None else _milliseconds(age)
        self._prefix = prefix

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix}>"

    def get(self, key: str) -> Value | None:
        """The value under `key`; None if there is none or its time is over. Raises StoreError."""
        with failing("Redis", self._error, OSError):
            found: Value | None = self._client.get(self._prefix + key)
            return found

    def set(self, key: str, value: Value) -> None:
        """Keep `value` under `key`. Raises StoreError."""
        with failing("Redis", self._error, OSError):
            self._client.set(self._prefix + key, value, px=self._age)

    def add(self, key: str, value: Value, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; return whether that was so. Raises StoreError."""
        with failing("Redis", self._error, OSError):
            return bool(self._client.set(self._prefix + key, value, px=_milliseconds(seconds), nx=True))

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there. Raises StoreError."""
        with failing("Redis", self._error, OSError):
            self._client.delete(self._prefix + key)

    def clear(self) -> None:
        """Forget every key with the prefix. Raises StoreError."""
        pattern = "".join(f"\\{letter}" if letter in "*?[]^\\" else letter for letter in self._prefix)
        with failing("Redis", self._error, OSError):
            keys = self._client.scan_iter(f"{pattern}*", count=1000)
            while some := list(islice(keys, 500)):
                # One by one in a pipeline, and not one UNLINK of many: in a cluster, they are on several servers.
                with self._client.pipeline(transaction=False) as pipeline:
                    for key in some:
                        pipeline.unlink(key)
                    pipeline.execute()

    def close(self) -> None:
        """Let go of the connections. The store may go on to be used, and then opens them again."""
        with failing("Redis", self._error, OSError):
            self._client.close()


def _milliseconds(given: float) -> int:
    return max(1, round(given * 1000))
