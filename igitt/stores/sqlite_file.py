"""A file of SQLite's as a file: how it comes to be, whose it is, and how processes agree about replacing it.

What is in it is :mod:`igitt.stores.sqlite`'s matter.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import tempfile
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["alone", "blank", "create", "identity", "prepare", "strangers"]

#: Not there on Windows, where nobody can replace a file that is open.
fcntl: Any = import_module("fcntl") if os.name == "posix" else None
#: What marks a file as ours, so that no other program's database is ever written to.
_APPLICATION = 0x69676974
#: The value comes last: what stands before it is read without it. An `id` is made of the key, which saves an index.
#: Another layout takes another table's name: an older release may use the same file at the same time.
_LAYOUT = """
PRAGMA journal_mode = WAL;
CREATE TABLE entries (id INTEGER PRIMARY KEY, key TEXT NOT NULL, used INTEGER NOT NULL, expires REAL NOT NULL, value);
CREATE INDEX entries_used ON entries (used);
CREATE INDEX entries_expires ON entries (expires);
"""


def identity(path: Path) -> tuple[int, int] | None:
    """Which file it is; None if there is none, or an empty one."""
    try:
        found = os.stat(path)  # noqa: PTH116 - Path.stat takes twice as long, and this is done at every call
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino) if found.st_size else None


def create(path: Path) -> None:
    """Put a new store in place, in one step."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # of mode 0600
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(name)) as connection:
            connection.executescript(f"PRAGMA application_id = {_APPLICATION};{_LAYOUT}")
        with alone(path.parent):
            if identity(path) is not None:
                return
            # What belonged to a file that was deleted would be taken for the new one's.
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Generator[None]:
    """Within this context, no other process replaces a file of that folder; the lock ends with its holder."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make a new connection ready; raises ProgrammingError where the file is not ours."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise sqlite3.ProgrammingError(f"{path.name} is the database of another program")
    # A crash of the machine may lose the last writes, which only means to ask the forge again.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {4 * 1024 * 1024}")


def blank(path: Path) -> bool:
    """Whether a file begins with zeros only, as some file systems leave it when the machine lost its power."""
    with path.open("rb") as file:
        return not any(file.read(100))


def strangers(path: Path) -> str:
    """Who else than this user may change a file or folder, in words; empty if nobody may, or there is nothing.

    What somebody else made, or may write to, is his to fill. Files of the superuser are taken as the user's own. Where
    there are no such owners and modes (Windows), nothing is reported.
    """
    if not hasattr(os, "geteuid"):
        return ""
    try:
        found = path.lstat()
    except OSError:
        return ""
    if stat.S_ISLNK(found.st_mode) and found.st_uid not in {0, os.geteuid()}:
        return f"it is a link of another user's (number {found.st_uid})"
    with contextlib.suppress(OSError):
        found = path.stat()
    if found.st_uid not in {0, os.geteuid()}:
        return f"it belongs to another user (number {found.st_uid})"
    if found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
        return "every user of this machine may write to it; chmod o-w"
    return ""
