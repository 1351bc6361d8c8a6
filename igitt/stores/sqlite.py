"""A file as a store, shared by the processes of one machine: SQLite, of the standard library, and nothing else.

The file is private (mode 0600), bounded in bytes, and safe against ``kill -9``: what was being written is there or is
not. Readers wait for no writer. Only what concerns the file is here; what is kept in it is the caller's.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Self, TypeVar

from igitt._base.checks import is_whole
from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt._base.forks import around_forks
from igitt.errors import StoreError, ValidationError
from igitt.stores.base import MONTH, Value, seconds
from igitt.stores.sqlite_file import alone, blank, create, identity, prepare, strangers

__all__ = ["SQLiteStore"]

T = TypeVar("T")
_log = logging.getLogger("igitt.cache")
#: A value that was read is noted as used if that was noted longer ago, in seconds: reading should seldom cause a write.
_TOUCH = 600
#: How many are let go at a time, so that no one write pays for many.
_BATCH = 16
_SMALLEST = 128 * 1024
_READ = "SELECT key, value, used FROM entries WHERE id = ? AND expires > ?"
_WRITE = (
    "INSERT INTO entries (id, key, used, expires, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET key = excluded.key, used = excluded.used, expires = excluded.expires, value = excluded.value"
)
_PURGE = f"DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE expires <= ? LIMIT {_BATCH})"  # noqa: S608 - a constant
_EVICT = f"DELETE FROM entries WHERE id IN (SELECT id FROM entries ORDER BY used LIMIT {_BATCH})"  # noqa: S608 - as above
_FILLED = (
    "SELECT (page_count - freelist_count) * page_size"
    " FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
)


class _Lane:
    """A connection, opened when it is first needed, and the lock of who uses it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.file: tuple[int, int] = (0, 0)
        #: The process that opened it; 0 when it is closed.
        self.process = 0

    def close(self) -> None:
        """Let go of the connection; the lock is held."""
        if self.connection is not None and self.process == os.getpid():
            self.connection.close()
            self.connection, self.process = None, 0


class SQLiteStore:
    """Keeps texts or bytes in a file, for all processes of this machine; safe to use from many threads and over forks.

    A file that SQLite finds damaged is moved aside (``.damaged`` is put after its name), and a new one is begun. The
    file must be on a local disk: SQLite's way of sharing does not work over a network. ``len(store)`` tells how many
    values there are, ``store.bytes`` how much of the file is in use.

    Args:
        path: the file. It is made if it is not there; its folder must be.
        max_bytes: the bound of what is kept, in bytes. What was not used for longest goes first. A value of more than
            an eighth of it is not kept. While it is written to, SQLite keeps a few megabytes more in a file beside.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        timeout: for how long a call waits for others, in seconds; a write takes less than a millisecond.
        clock: where the time comes from; for tests.

    Raises:
        ValidationError: when the path cannot be used, is the file of another program, belongs to another user, or every
            user may write to it or to its folder.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = SQLiteStore(f"{folder.name}/igitt.db", max_bytes=100_000_000)
        >>> store.set("greeting", "hello")
        >>> store.get("greeting")
        'hello'
        >>> store.add("lock", "mine", 30), store.add("lock", "theirs", 30)
        (True, False)
        >>> store.close()
        >>> folder.cleanup()
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_bytes: int = 256 * 1024 * 1024,
        max_age: float | None = MONTH,
        timeout: float = 0.5,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        if not is_whole(max_bytes) or max_bytes < _SMALLEST:
            raise ValidationError(f"max_bytes is a number of bytes, at least {_SMALLEST}, not {max_bytes!r}")
        self.path = _usable(path)
        self.max_bytes = max_bytes
        self.max_age = seconds("max_age", max_age)
        self.timeout = seconds("timeout", timeout) or 0.0
        self._clock = clock
        # Two connections, so that no reader waits for a writer. One for each thread would not be faster: a read takes
        # ten microseconds, of which Python has the most.
        self._reader = _Lane()
        self._writer = _Lane()
        self._touched: dict[int, int] = {}
        self._known = False
        try:
            self._run(self._reader, lambda connection: connection.execute(_READ, (0, 0.0)).fetchone())
        except StoreError as error:
            raise ValidationError(f"SQLiteStore({str(self.path)!r}): {error.message}; name another path") from error
        self._known = True
        # Nothing stays open until it is used: a server may fork its workers first.
        self.close()
        _STORES.add(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    # --- values ------------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Value | None:
        """The value under `key`, as it was given; None if there is none or its time is over.

        Raises:
            StoreError: when the file cannot be read.
        """
        number, now = _number(key), self._clock.time()
        row = self._run(self._reader, lambda connection: connection.execute(_READ, (number, now)).fetchone())
        if row is None or row[0] != key:
            return None
        if row[2] < now - _TOUCH and len(self._touched) < 1000:
            self._touched[number] = int(now)
        found: Value = row[1]
        return found

    def set(self, key: str, value: Value) -> None:
        """Keep `value` under `key`.

        Raises:
            StoreError: when the file cannot be written, or others keep it locked.
        """
        if len(value) > self.max_bytes // 8:
            self.delete(key)
            return
        self._run(self._writer, lambda connection: self._write(connection, key, value, self.max_age))

    def add(self, key: str, value: Value, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; return whether that was so.

        Raises:
            StoreError: as :meth:`set`; then it is not known who has it.
        """
        return self._run(self._writer, lambda connection: self._write(connection, key, value, seconds, only_new=True))

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there."""
        statement = "DELETE FROM entries WHERE id = ?"
        self._run(self._writer, lambda connection: connection.execute(statement, (_number(key),)))

    def clear(self) -> None:
        """Forget everything, for every process. The file keeps its size, and its room is used again."""
        self._run(self._writer, lambda connection: connection.execute("DELETE FROM entries"))

    def __len__(self) -> int:
        statement, now = "SELECT count(*) FROM entries WHERE expires > ?", self._clock.time()
        row = self._run(self._reader, lambda connection: connection.execute(statement, (now,)).fetchone())
        return int(row[0])

    @property
    def bytes(self) -> int:
        """How much of the file is in use, in bytes."""
        return self._run(self._reader, _filled)

    def close(self) -> None:
        """Let go of the file. The store may go on to be used, and then opens it again."""
        for lane in (self._reader, self._writer):
            with lane.lock:
                lane.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        for lane in (getattr(self, "_reader", None), getattr(self, "_writer", None)):
            if lane is not None:
                lane.close()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _write(
        self, connection: sqlite3.Connection, key: str, value: Value, age: float | None, *, only_new: bool = False
    ) -> bool:
        now = self._clock.time()
        row = (_number(key), key, int(now), math.inf if age is None else now + age, value)
        with _transaction(connection):
            if only_new:
                written = connection.execute(f"{_WRITE} WHERE entries.expires <= ?", (*row, now)).rowcount == 1
            else:
                written = connection.execute(_WRITE, row).rowcount == 1
            touched, self._touched = self._touched, {}
            if touched:
                # A copy, made in one step: a reader that began before may still note something.
                pairs = [(when, number) for number, when in list(touched.items())]
                connection.executemany("UPDATE entries SET used = ? WHERE id = ?", pairs)
            connection.execute(_PURGE, (now,))
            while _filled(connection) > self.max_bytes and connection.execute(_EVICT).rowcount:
                pass
        return written

    def _run(self, lane: _Lane, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives; a connection that fails is not used again, and a damaged file is replaced, once."""
        if not lane.lock.acquire(timeout=self.timeout):
            raise StoreError(f"{self.path} is in use for longer than {self.timeout} s")
        try:
            try:
                return work(self._connection(lane))
            except sqlite3.DatabaseError as error:
                if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise
                lane.close()
                if not self._damaged(error):
                    raise
            self._set_aside(lane.file)
            return work(self._connection(lane))
        except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
            # The text of an error of SQLite's quotes no value.
            raise StoreError(f"{self.path} cannot be used: {error}") from error
        finally:
            lane.lock.release()

    def _connection(self, lane: _Lane) -> sqlite3.Connection:
        """The lane's connection to the file that is there now: somebody may have replaced or deleted it."""
        process = os.getpid()
        if not {self._reader.process, self._writer.process} <= {0, process}:
            raise StoreError(f"{self.path} was in use when this process was forked; use it in the workers only")
        file = identity(self.path)
        if lane.connection is not None:
            if file == lane.file:
                return lane.connection
            lane.close()
        if file is None:
            create(self.path)
            file = identity(self.path) or (0, 0)
        lane.file, lane.process = file, process
        lane.connection = sqlite3.connect(
            self.path, timeout=self.timeout, isolation_level=None, check_same_thread=False
        )
        prepare(lane.connection, self.path)
        return lane.connection

    def _damaged(self, error: sqlite3.DatabaseError) -> bool:
        """Whether the file must be replaced. What was never known as ours is not, unless it is empty of everything."""
        code = _code(error)
        if code == sqlite3.SQLITE_NOTADB:
            return self._known or blank(self.path)
        # A table that is missing, though the file has our mark.
        return code == sqlite3.SQLITE_CORRUPT or (code == sqlite3.SQLITE_ERROR and "no such table" in str(error))

    def _set_aside(self, file: tuple[int, int]) -> None:
        with alone(self.path.parent):
            if identity(self.path) != file:
                return  # another process has done it
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self.path}{suffix}").replace(f"{self.path}.damaged{suffix}")
        _log.warning("the store %s was damaged: it is %s.damaged now, and a new one is begun", self.path, self.path)


def _usable(path: str | os.PathLike[str]) -> Path:
    try:
        found = Path(path).expanduser().absolute()
    except (TypeError, RuntimeError) as error:
        raise ValidationError(f"SQLiteStore takes the path of a file, not {path!r}") from error
    if str(path) in {"", ":memory:"} or found.is_dir():
        raise ValidationError(
            f"SQLiteStore takes the path of a file, not {str(path)!r}; MemoryStore keeps values in memory"
        )
    if not found.parent.is_dir():
        raise ValidationError(f"SQLiteStore({str(path)!r}): there is no folder {str(found.parent)!r}; make it first")
    for place in (found.parent, found, *(Path(f"{found}{suffix}") for suffix in ("-wal", "-shm"))):
        if why := strangers(place):
            raise ValidationError(f"SQLiteStore({str(path)!r}): {place.name}: {why}; name another path")
    return found


def _number(key: str) -> int:
    """The row of a key. Two keys of one row are distinguished by the key that it holds."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _code(error: sqlite3.Error) -> int:
    """The primary code of an error; its upper bits are details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _filled(connection: sqlite3.Connection) -> int:
    return int(connection.execute(_FILLED).fetchone()[0])


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


# --- forks: SQLite's locks do not pass to the child, so that a connection from before may ruin the file ---------------

_STORES: weakref.WeakSet[SQLiteStore] = weakref.WeakSet()
#: Connections that belong to the parent: to close them here would break its locks, so they are never let go.
_INHERITED: list[sqlite3.Connection] = []
_forking = threading.Lock()
_held: list[_Lane] = []


def _before_fork() -> None:
    _forking.acquire()
    for store in list(_STORES):
        for lane in (store._reader, store._writer):
            # One that does not get free stays open, and the child refuses to use it.
            if lane.lock.acquire(timeout=2 * store.timeout):
                _held.append(lane)
                lane.close()


def _after_fork() -> None:
    while _held:
        _held.pop().lock.release()
    _forking.release()


def _after_fork_in_child() -> None:
    # A fork that Python did not know of beforehand has not taken the locks.
    if _forking.locked():
        _after_fork()
    for store in list(_STORES):
        for lane in (store._reader, store._writer):
            if lane.connection is not None:
                _INHERITED.append(lane.connection)
                lane.connection, lane.lock = None, threading.Lock()


around_forks(_before_fork, _after_fork, _after_fork_in_child)
