"""A limit on a whole response: a server that sends a byte now and then holds a request no longer than its total time.

A socket's timeout is for each part that arrives, so it says nothing about the whole. Here the stream that a response is
read from, headers and body alike, looks at the time at each part. No thread watches, and nothing here knows igitt.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
import time
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter

__all__ = ["BoundedAdapter", "bound"]


class _Stream(io.RawIOBase):
    """A socket's stream that ends at a moment.

    Args:
        inner: what is read from.
        sock: its socket.
        until: when it ends, by :func:`time.monotonic`.
    """

    def __init__(self, inner: Any, sock: Any, until: float) -> None:
        super().__init__()
        self._read = getattr(inner, "readinto1", inner.readinto)
        self._inner = inner
        self._sock = sock
        self._until = until
        self._patience = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the response took longer than its total time")
        if self._patience is None or left < self._patience:
            self._sock.settimeout(left)
        found: int | None = self._read(buffer)
        return found

    def close(self) -> None:
        if not self.closed:
            with contextlib.suppress(OSError):
                self._sock.settimeout(self._patience)  # the connection may serve another request
            self._inner.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response that has `total` seconds, from when it is waited for."""

    def __init__(self, sock: Any, *positional: Any, total: float, **keywords: Any) -> None:
        super().__init__(sock, *positional, **keywords)
        self.fp = io.BufferedReader(_Stream(self.fp.detach(), sock, time.monotonic() + total))


class BoundedAdapter(HTTPAdapter):
    """An adapter of `requests` whose responses have an end.

    Args:
        total: how many seconds a response may take from the request's end to its own.
        options: the keywords of :class:`requests.adapters.HTTPAdapter`.
    """

    def __init__(self, total: float, **options: Any) -> None:
        self._total = total
        super().__init__(**options)

    def init_poolmanager(self, *positional: Any, **keywords: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*positional, **keywords)
        self._bind(self.poolmanager)

    def proxy_manager_for(self, *positional: Any, **keywords: Any) -> Any:
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*positional, **keywords)
        self._bind(manager)
        return manager

    def _bind(self, manager: Any) -> None:
        total = self._total
        found = manager.pool_classes_by_scheme
        if any(hasattr(pool, "answers_within") for pool in found.values()):
            return

        def bounded(pool: Any) -> Any:
            def connect(self: Any) -> Any:
                connection = pool._new_conn(self)
                connection.response_class = partial(_Response, total=total)
                return connection

            return type(pool.__name__, (pool,), {"_new_conn": connect, "answers_within": total})

        manager.pool_classes_by_scheme = {scheme: bounded(pool) for scheme, pool in found.items()}


def bound(response: requests.Response, until: float) -> None:
    """Let the body of a response of somebody else's session end at a moment, where that reads from a socket.

    Args:
        response: the response, whose body was not read yet.
        until: when it is to end, by :func:`time.monotonic`.
    """
    inner = getattr(response.raw, "_fp", None)
    stream = getattr(inner, "fp", None)
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, socket.SocketIO):
        sock = getattr(stream.raw, "_sock", None)
        if sock is not None:
            setattr(inner, "fp", io.BufferedReader(_Stream(stream, sock, until)))  # noqa: B010 - of no public type
