"""The cache: the responses of a forge, so that asking again costs nothing.

A GET that was sent before is sent with the validator of its response (``If-None-Match``, or ``If-Modified-Since``),
and a ``304 Not Modified`` is served from here. GitHub does not count a 304 against the rate limit. Nothing is served
without asking unless ``fresh_for`` or ``stale_if_error`` allows it, so a cached response is never an old one.

:data:`Cache` is the process-wide cache that every client uses unless it is given its own :class:`ResponseCache`. Any
store plugs in:

    >>> shelf = {}
    >>> Cache.use(shelf.get, shelf.__setitem__)
    >>> Cache.use_memory()

This room knows entries, keys and stores. It sends nothing, and knows no forge: what depends on the forge (whether an
ETag covers the credential) is :mod:`igitt._http.request`'s, and the way of a GET through the cache
:mod:`igitt._http.revalidation`'s.
"""

from __future__ import annotations

import contextlib
import contextvars
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from igitt._base.checks import is_number
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.forks import mend_after_fork
from igitt._base.guarded_store import Read, Shelf, Write
from igitt._base.proof import Proof
from igitt._base.proven import ProvenStore
from igitt._base.single_flight import Flights
from igitt._cache.backends import Backend, InMemory, InStore
from igitt._cache.entry import VERSION, Entry
from igitt._cache.path_index import Variants
from igitt._limits.owner import limits_of
from igitt.errors import ValidationError
from igitt.stores.memory import MemoryStore

if TYPE_CHECKING:
    from igitt._base.answer import Answer
    from igitt.stores.sqlite import SQLiteStore

__all__ = ["Cache", "CacheStats", "Entry", "MemoryStore", "ResponseCache", "SQLiteStore", "Store"]

#: How many keys the table of variants remembers; beyond it the oldest are forgotten, and their entries merely stay
#: until they expire.
_VARIANTS = 20_000
#: Of how many paths it is remembered when something was written to them.
_MOST_WRITTEN = 5_000
#: A context variable rather than a thread-local: the threads that read pages ahead and asyncio's tasks inherit it.
_DISABLED: contextvars.ContextVar[frozenset[int]] = contextvars.ContextVar("igitt_cache_disabled", default=frozenset())


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache did since the process began, or since :meth:`ResponseCache.reset_stats`.

    Attributes:
        hits: served without asking (only with ``fresh_for``).
        revalidated: asked, and served from the cache, because nothing had changed.
        misses: sent in full by the forge.
        errors: failures of the store; each was logged, and no request suffered.
        shared: served with what another thread received for the same request at the same time.
        stale: served from the cache because the forge failed (only with ``stale_if_error``).
    """

    hits: int = 0
    revalidated: int = 0
    misses: int = 0
    errors: int = 0
    shared: int = 0
    stale: int = 0


class Store(Protocol):
    """What :meth:`ResponseCache.use_store` takes: texts under keys. All of :mod:`igitt.stores` are such."""

    def get(self, key: str, /) -> Any:
        """The text (or bytes) under a key; None or a KeyError if there is none."""

    def set(self, key: str, value: str, /) -> object:
        """Keep a text."""

    def delete(self, key: str, /) -> object:
        """Drop a key, which need not be there."""


class ResponseCache:
    """Answers under keys, in a store of your choice. Safe to use from many threads.

    Args:
        fresh_for: see :meth:`use`.
        stale_if_error: see :meth:`use`.
        clock: the source of time; for tests.
    """

    def __init__(self, *, fresh_for: float = 0.0, stale_if_error: float = 0.0, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stats = CacheStats()
        # By path, the keys of its variants (queries, media types), so that a write can drop them all.
        self._variants = Variants(_VARIANTS)
        self._written: OrderedDict[str, float] = OrderedDict()
        #: The requests that are on their way to a forge.
        self.flights: Flights[Answer] = Flights()
        self._backend: Backend
        self.use_memory(fresh_for=fresh_for, stale_if_error=stale_if_error)
        mend_after_fork(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._stats}>"

    # --- which store -------------------------------------------------------------------------------------------------

    def use(
        self,
        read_from: Read,
        write_to: Write,
        delete: Callable[[str], object] | None = None,
        *,
        fresh_for: float = 0.0,
        stale_if_error: float = 0.0,
        key: str | bytes | Iterable[str | bytes] | None = None,
    ) -> None:
        """Keep the responses in a store of your own.

        What is known of rate limits is kept there too, so that the processes that share a store do not each find the
        limit by hitting it.

        Args:
            read_from: called with a key; returns the text under it (``bytes`` are fine), None or a KeyError if there is
                none.
            write_to: called with a key of at most 200 characters out of ``[a-z0-9:]`` and a text, which is JSON.
            delete: called with a key; without it, an empty text is written in its place.
            fresh_for: for how many seconds a response may be served again without asking the forge. 0 asks each time,
                which costs no rate limit on GitHub and is never out of date.
            stale_if_error: for how many seconds after the forge confirmed a response it may be served when the forge
                fails (5xx, no connection, no response in time); 0 for never.
            key: what proves that an entry was written by one of your processes, 16 characters or more, the same in each
                of them; several to change it without a pause (the first signs, each is accepted). If not given, it
                follows from the App's private key, from the OAuth application's secret, or from a token that is never
                renewed; where there is none of these, each process trusts its own entries only, and the log says so.
                What is not proven so is a miss.

        Raises:
            ValidationError: when an argument cannot be called, or is not a number of seconds, or not a key.

        Example:
            >>> shelf = {}
            >>> Cache.use(shelf.get, shelf.__setitem__, shelf.pop)
            >>> Cache.use_memory()  # back to the default
        """
        self._use(read_from, write_to, delete, None, fresh_for, stale_if_error, key)

    def use_store(
        self,
        store: Store,
        *,
        fresh_for: float = 0.0,
        stale_if_error: float = 0.0,
        key: str | bytes | Iterable[str | bytes] | None = None,
    ) -> None:
        """Keep the responses in a store object, such as one of :mod:`igitt.stores`.

        Args:
            store: has the methods ``get``, ``set`` and ``delete``; if it has ``clear``, :meth:`clear` calls it.
            fresh_for: see :meth:`use`.
            stale_if_error: see :meth:`use`.
            key: see :meth:`use`.

        Raises:
            ValidationError: as :meth:`use`.
        """
        if isinstance(store, MemoryStore):
            self._put(InMemory(store), fresh_for, stale_if_error)
            return
        functions = [getattr(store, name, None) for name in ("get", "set", "delete")]
        if None in functions:
            raise ValidationError(
                f"a store has the methods get, set and delete, which {store!r} has not; make one, such as "
                "SQLiteStore(path) or igitt.stores.RedisStore(url)"
            )
        self._use(store.get, store.set, store.delete, getattr(store, "clear", None), fresh_for, stale_if_error, key)

    def use_memory(
        self, max_bytes: int = 16 * 1024 * 1024, *, fresh_for: float = 0.0, stale_if_error: float = 0.0
    ) -> None:
        """Keep the responses in this process's memory, the default.

        Args:
            max_bytes: how much of it, in bytes.
            fresh_for: see :meth:`use`.
            stale_if_error: see :meth:`use`.
        """
        self.use_store(MemoryStore(max_bytes), fresh_for=fresh_for, stale_if_error=stale_if_error)

    def _use(  # noqa: PLR0917 - the parts of a store, one by one
        self,
        read_from: Read,
        write_to: Write,
        delete: Callable[[str], object] | None,
        empty: Callable[[], object] | None,
        fresh_for: float,
        stale_if_error: float,
        key: str | bytes | Iterable[str | bytes] | None,
    ) -> None:
        shelf = Shelf(read_from, write_to, delete, failed=lambda: self.count("errors"), clock=self._clock)
        self._put(InStore(ProvenStore(shelf, Proof(key)), empty), fresh_for, stale_if_error)

    def _put(self, backend: Backend, fresh_for: float, stale_if_error: float) -> None:
        self.fresh_for = _seconds("fresh_for", fresh_for)
        self.stale_if_error = _seconds("stale_if_error", stale_if_error)
        self._backend = backend
        #: The store that other processes use as well; None for what is this process's own.
        self.shared = backend.shared

    # --- entries by key ----------------------------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """The entry under `key`; None if there is none, if it cannot be read, or if the store fails."""
        return self._backend.get(key)

    def set(self, key: str, entry: Entry) -> None:
        """Keep `entry` under `key`."""
        self._backend.set(key, entry)

    def update(self, key: str, **changes: Any) -> Entry | None:
        """Change fields of the entry under `key`, if there is one, and return the new one."""
        entry = self.get(key)
        if entry is not None:
            known = {one.name: getattr(entry, one.name) for one in fields(Entry)}
            entry = Entry(**known | changes)
            self.set(key, entry)
        return entry

    def delete(self, key: str) -> None:
        """Drop the entry under `key`; it need not be there."""
        self._backend.delete(key)

    def clear(self) -> None:
        """Drop every entry: all that the store holds where it can be emptied, otherwise all that this process saw.

        What is known of rate limits is dropped too, as it is in the same store.
        """
        limits_of(self).clear()
        with self._lock:
            keys = self._variants.pop_all()
        self._backend.clear(keys)

    # --- what the transport needs ------------------------------------------------------------------------------------

    @property
    def enabled(self) -> bool:
        """Whether this thread (or task) uses the cache at the moment."""
        return id(self) not in _DISABLED.get()

    @contextlib.contextmanager
    def disabled(self) -> Generator[None]:
        """Within this context, this thread (or task) neither reads nor writes the cache.

        Example:
            >>> with Cache.disabled():
            ...     Cache.enabled
            False
        """
        token = _DISABLED.set(_DISABLED.get() | {id(self)})
        try:
            yield
        finally:
            _DISABLED.reset(token)

    @staticmethod
    def key(origin: str, identity: str, url: str, *varying: str) -> str:
        """The key of a response: short, and fit for every store.

        Args:
            origin: the API's base URL.
            identity: whose response it is (:attr:`igitt.auth.Token.identity`); two identities never share an entry.
            url: the URL that was requested, with its query.
            varying: everything else that changes the response, such as the media type and the API version.
        """
        digest = hashlib.blake2b("\n".join((origin, identity, url, *varying)).encode(), digest_size=20)
        return f"igitt:{VERSION}:{digest.hexdigest()}"

    def remember(self, path: str, key: str, entry: Entry) -> None:
        """Keep a response, as one of the variants of `path` (origin, identity and path, without the query).

        It is newer than any that is still on its way.
        """
        self.flights.spoil(path)
        self.set(key, entry)
        self.note(path, key)

    def note(self, path: str, key: str) -> None:
        """Note that a response of `path` is kept under `key`, so that :meth:`forget` finds it."""
        with self._lock:
            self._variants.note(path, str(key))

    def forget(self, path: str) -> None:
        """Drop what a write to `path` makes stale: itself, what lies below it, and every collection above it.

        Args:
            path: as in :meth:`remember`.
        """
        self.flights.spoil(path, everything=True)
        with self._lock:
            keys = self._variants.pop_related(path)
        for key in keys:
            self.delete(key)

    def wrote(self, path: str, now: float) -> None:
        """Note when something was written to `path` or below it: a delivery of an earlier second is out of date.

        Args:
            path: as in :meth:`remember`.
            now: seconds since the epoch by the forge's clock.
        """
        with self._lock:
            for _ in range(3):  # to an issue's comment, an issue, and all issues
                self._written[path] = now
                self._written.move_to_end(path)
                path = path.rpartition("/")[0]
            while len(self._written) > _MOST_WRITTEN:
                self._written.popitem(last=False)

    def written(self, path: str) -> float:
        """When something was written there last, as far as that is remembered; 0 for never."""
        return self._written.get(path, 0.0)

    def count(self, outcome: str) -> None:
        """Add one to a figure of :attr:`stats`."""
        with self._lock:
            self._stats = replace(self._stats, **{outcome: getattr(self._stats, outcome) + 1})
        if outcome != "errors":  # a failing store is not called again
            self._backend.report(self._stats, self._clock.time())

    @property
    def stats(self) -> CacheStats:
        """What the cache did so far."""
        return self._stats

    def reset_stats(self) -> None:
        """Count from zero again."""
        self._stats = CacheStats()

    def after_fork(self) -> None:
        """Stay usable in a process that was forked while other threads were in here."""
        self._lock = threading.Lock()
        self._stats = CacheStats()
        self.flights.after_fork()
        self._backend.after_fork()


def _seconds(name: str, value: float) -> float:
    if not is_number(value) or not value >= 0:
        raise ValidationError(f"{name} is a number of seconds, not {value!r}")
    return value


def __getattr__(name: str) -> Any:
    # Most programs do not need sqlite3, and it takes time to load.
    if name != "SQLiteStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("igitt.stores.sqlite").SQLiteStore


#: The process-wide cache.
Cache = ResponseCache()
