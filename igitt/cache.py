"""The cache: what a forge answered, so that asking again costs nothing.

A GET that was answered before is sent with the validator of that answer (``If-None-Match``, or ``If-Modified-Since``),
and a ``304 Not Modified`` is answered from here. GitHub does not count a 304 against the rate limit. Nothing is served
without asking unless ``fresh_for`` allows it, so a cached answer is never an old one.

:data:`Cache` is the process-wide cache that every client uses unless it is given its own :class:`ResponseCache`. Any
store plugs in:

    >>> shelf = {}
    >>> Cache.use(shelf.get, shelf.__setitem__)
    >>> Cache.use_memory()

This room knows entries, keys and stores. It sends nothing, and knows no forge: what depends on the forge (whether an
ETag covers the credential) is told to it by :mod:`igitt.transport`.
"""

from __future__ import annotations

import base64
import contextlib
import contextvars
import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from igitt import _json
from igitt.clock import SYSTEM_CLOCK, Clock
from igitt.errors import ValidationError
from igitt.stores.memory import MemoryStore

__all__ = ["Cache", "CacheStats", "Entry", "MemoryStore", "ResponseCache"]

_log = logging.getLogger("igitt.cache")
#: Entries of another version are misses: a new release never trips over an old one's entries.
_VERSION = 1
#: The headers that belong to an answer's meaning. Nothing else is kept, above all no cookie and no credential.
_KEPT_HEADERS = frozenset({
    "content-type", "date", "etag", "last-modified", "link", "x-github-media-type",
    "x-next-page", "x-page", "x-per-page", "x-prev-page", "x-total", "x-total-pages",
})  # fmt: skip
#: How many keys the table of variants remembers; beyond it the oldest are forgotten, and their entries merely stay
#: until they expire.
_VARIANTS = 20_000
#: Seconds from which on a store is called slow.
_SLOW = 1.0
#: A context variable and no thread-local: the threads that read pages ahead and asyncio's tasks inherit it.
_DISABLED: contextvars.ContextVar[frozenset[int]] = contextvars.ContextVar("igitt_cache_disabled", default=frozenset())


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer as it came, with what is needed to ask whether it still holds.

    Attributes:
        body: the answer's bytes, decoded from any transfer coding.
        headers: those that belong to its meaning, names in small letters.
        credential: the fingerprint of the token that it was given to; where an ETag covers the credential, it holds for
            that one only.
        stored_at: when, in seconds since the epoch by this machine's clock.
        from_webhook: whether a webhook brought it; such an entry has a date and no ETag.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    credential: str = ""
    stored_at: float = 0.0
    from_webhook: bool = False

    @property
    def etag(self) -> str | None:
        """The entity tag, byte for byte as it came."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """The forge's own date of the answer, as an HTTP date."""
        return self.headers.get("last-modified")

    @property
    def data(self) -> Any:
        """The decoded body, a new object each time, so that no two readers share one; raises ValueError."""
        return _json.loads(self.body)

    def __sizeof__(self) -> int:
        """The memory that the entry takes, for a store that is bounded in bytes."""
        return 600 + len(self.body) + sum(len(name) + len(value) for name, value in self.headers.items())

    def dumps(self) -> str:
        """The entry as JSON text, for a store that keeps texts."""
        try:
            body, coding = self.body.decode(), "text"
        except UnicodeDecodeError:
            body, coding = base64.b64encode(self.body).decode(), "base64"
        record = {
            "version": _VERSION, "coding": coding, "body": body, "headers": dict(self.headers),
            "credential": self.credential, "stored_at": self.stored_at, "from_webhook": self.from_webhook,
        }  # fmt: skip
        return _json.dumps(record).decode()

    @classmethod
    def loads(cls, text: str | bytes) -> Entry:
        """Read what :meth:`dumps` wrote; raises ValueError for anything else."""
        record = _json.loads(text)
        try:
            if record["version"] != _VERSION:
                raise ValueError(f"an entry of version {record['version']}")
            body = base64.b64decode(record["body"]) if record["coding"] == "base64" else record["body"].encode()
            headers = {str(name): str(value) for name, value in record["headers"].items()}
            return cls(
                body, headers, str(record["credential"]), float(record["stored_at"]), bool(record["from_webhook"])
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError(f"no cache entry: {error!r}") from error


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Of an answer's headers, those that an entry keeps, names in small letters."""
    return {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache did since the process began, or since :meth:`ResponseCache.reset_stats`.

    Attributes:
        hits: answered without asking (only with ``fresh_for``).
        revalidated: asked, and answered from the cache, because nothing had changed.
        misses: answered in full by the forge.
        errors: failures of the store; each was logged, and no request suffered.
    """

    hits: int = 0
    revalidated: int = 0
    misses: int = 0
    errors: int = 0


class Read(Protocol):
    """A store's getter: the value under a key; None or KeyError where there is none."""

    def __call__(self, key: str, /) -> Any: ...


class Write(Protocol):
    """A store's setter."""

    def __call__(self, key: str, value: str, /) -> object: ...


class ResponseCache:
    """Answers under keys, in a store of your choice. Safe to use from many threads.

    Args:
        fresh_for: see :meth:`use`.
        clock: where the time comes from; for tests.
    """

    def __init__(self, *, fresh_for: float = 0.0, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stats = CacheStats()
        # path -> the keys of its variants (queries, media types), so that a write can drop them all
        self._variants: OrderedDict[str, set[str]] = OrderedDict()
        self.use_memory(fresh_for=fresh_for)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._stats}>"

    # --- which store -------------------------------------------------------------------------------------------------

    def use(
        self, read_from: Read, write_to: Write, delete: Callable[[str], object] | None = None, *, fresh_for: float = 0.0
    ) -> None:
        """Keep the answers in a store of your own.

        Args:
            read_from: called with a key; gives the text under it (``bytes`` are fine), None or a KeyError if there is
                none.
            write_to: called with a key of at most 200 characters out of ``[a-z0-9:]`` and a text, which is JSON.
            delete: called with a key; without it, an empty text is written in its place.
            fresh_for: for how many seconds an answer may be served again without asking the forge. 0 asks each time,
                which costs no rate limit on GitHub and is never out of date.

        Raises:
            ValidationError: when what was given cannot be called.

        Example:
            >>> shelf = {}
            >>> Cache.use(shelf.get, shelf.__setitem__, shelf.pop)
            >>> Cache.use_memory()  # back to the default
        """
        for name, function in (("read_from", read_from), ("write_to", write_to), ("delete", delete or read_from)):
            if not callable(function):
                raise ValidationError(f"Cache.use({name}=…) takes a function, such as a dict's get, not {function!r}")
        if isinstance(fresh_for, bool) or not isinstance(fresh_for, int | float) or fresh_for < 0:
            raise ValidationError(f"fresh_for is a number of seconds, not {fresh_for!r}")
        self._read: Read = read_from
        self._write: Callable[[str, Any], object] = write_to
        self._delete = delete
        self._memory: MemoryStore | None = None
        self.fresh_for = fresh_for

    def use_memory(self, max_bytes: int = 16 * 1024 * 1024, *, fresh_for: float = 0.0) -> None:
        """Keep the answers in this process's memory, the default.

        Args:
            max_bytes: how much of it, in bytes.
            fresh_for: see :meth:`use`.
        """
        memory = MemoryStore(max_bytes)
        self.use(memory.get, memory.set, memory.delete, fresh_for=fresh_for)
        # Entries stay objects here: writing them out as text and reading them back would be wasted work.
        self._memory = memory

    # --- entries by key ----------------------------------------------------------------------------------------------

    def get(self, key: str) -> Entry | None:
        """The entry under `key`; None if there is none, if it cannot be read, or if the store fails."""
        try:
            value = self._read(key) if self._memory is not None else self._timed("reading", self._read, key)
            if value is None or isinstance(value, Entry):
                return value
            return Entry.loads(value) if value else None
        except KeyError:
            return None
        except Exception as error:  # noqa: BLE001 - a store is foreign code; whatever it does must not cost the request
            self._failed("reading", error)
            return None

    def set(self, key: str, entry: Entry) -> None:
        """Keep `entry` under `key`."""
        try:
            if self._memory is not None:
                self._memory.set(key, entry)
            else:
                self._timed("writing", self._write, key, entry.dumps())
        except Exception as error:  # noqa: BLE001 - see get()
            self._failed("writing", error)

    def update(self, key: str, **changes: Any) -> Entry | None:
        """Change fields of the entry under `key`, if there is one, and give the new one."""
        entry = self.get(key)
        if entry is not None:
            entry = replace(entry, **changes)
            self.set(key, entry)
        return entry

    def delete(self, key: str) -> None:
        """Drop the entry under `key`; it need not be there."""
        try:
            if self._delete is not None:
                self._delete(key)
            elif self.get(key) is not None:
                self._write(key, "")
        except KeyError:
            pass
        except Exception as error:  # noqa: BLE001 - see get()
            self._failed("deleting", error)

    def clear(self) -> None:
        """Drop every entry that this process has seen; with the memory store, that is all."""
        with self._lock:
            keys = [key for variants in self._variants.values() for key in variants]
            self._variants.clear()
        if self._memory is not None:
            self._memory.clear()
            return
        for key in keys:
            self.delete(key)

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
        """The key of an answer: short, and fit for every store.

        Args:
            origin: the API's base URL.
            identity: whose answer it is (:attr:`igitt.auth.Token.identity`); two identities never share an entry.
            url: what was asked, with its query.
            varying: everything else that changes the answer, such as the media type and the API version.
        """
        digest = hashlib.blake2b("\n".join((origin, identity, url, *varying)).encode(), digest_size=20)
        return f"igitt:{_VERSION}:{digest.hexdigest()}"

    def remember(self, path: str, key: str, entry: Entry) -> None:
        """Keep an answer, as one of the variants of `path` (origin, identity and path, without the query)."""
        self.set(key, entry)
        self.note(path, key)

    def note(self, path: str, key: str) -> None:
        """Know that an answer of `path` is kept under `key`, so that :meth:`forget` finds it."""
        with self._lock:
            self._variants.setdefault(path, set()).add(key)
            self._variants.move_to_end(path)
            while len(self._variants) > _VARIANTS:
                self._variants.popitem(last=False)

    def forget(self, path: str) -> None:
        """Drop what a write to `path` makes stale: itself, what lies below it, and every collection above it.

        Args:
            path: as in :meth:`remember`.
        """
        with self._lock:
            stale = [known for known in self._variants if _related(known, path)]
            keys = [key for known in stale for key in self._variants.pop(known)]
        for key in keys:
            self.delete(key)

    def count(self, outcome: str) -> None:
        """Add one to ``hits``, ``revalidated``, ``misses`` or ``errors``."""
        with self._lock:
            self._stats = replace(self._stats, **{outcome: getattr(self._stats, outcome) + 1})

    @property
    def stats(self) -> CacheStats:
        """What the cache did so far."""
        return self._stats

    def reset_stats(self) -> None:
        """Count from zero again."""
        self._stats = CacheStats()

    def _timed(self, doing: str, function: Callable[..., Any], *arguments: str) -> Any:
        """What a store's function gives; a slow one is told of in the log, since every request waits for it."""
        began = self._clock.time()
        found = function(*arguments)
        taken = self._clock.time() - began
        if taken >= _SLOW:
            _log.warning("the cache's store took %.1f s for %s; every request waits for it", taken, doing)
        return found

    def _failed(self, doing: str, error: Exception) -> None:
        self.count("errors")
        # The type only: an error's text may quote a value, and values hold private data.
        _log.warning("the cache's store failed at %s (%s); the request goes on without it", doing, type(error).__name__)


def _related(known: str, path: str) -> bool:
    return known == path or known.startswith(path + "/") or path.startswith(known + "/")


#: The process-wide cache.
Cache = ResponseCache()
