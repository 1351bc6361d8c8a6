"""The store in a file: bounded, private, and right whatever happens to the file, to its lock and to its processes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Door, forge

from igitt.cache import ResponseCache, SQLiteStore
from igitt.errors import StoreError, ValidationError

MEGABYTE = 1024 * 1024
#: How many times a writer is killed; 50 takes about 15 seconds.
KILLS = int(os.environ.get("IGITT_KILLS", "5"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "igitt.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    """A store of one megabyte."""
    with SQLiteStore(path, max_bytes=MEGABYTE) as made:
        yield made


def script(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - this interpreter


def read_twice(store: SQLiteStore) -> ResponseCache:
    """Ask for the same thing twice by way of a store; the answer is right both times."""
    cache = ResponseCache()
    cache.use_store(store)
    client = Door(script=forge()).github(cache=cache)
    assert [client.request("GET", "x").data for _ in range(2)] == [{"title": "x"}] * 2
    return cache


# --- its bounds ------------------------------------------------------------------------------------------------------


def test_it_is_bounded(store: SQLiteStore, path: Path) -> None:
    """The file does not grow beyond the bound, and what was written last is there."""
    for number in range(200):
        store.set(str(number), f"{number}" * 7_000)
    assert store.bytes <= MEGABYTE
    store.close()
    assert path.stat().st_size <= MEGABYTE + 64 * 1024
    assert store.get("199") == "199" * 7_000
    assert store.get("0") is None
    assert 30 < len(store) < 60


def test_what_was_used_longest_ago_goes_first(path: Path) -> None:
    """A value that is read stays, though it was written first."""
    clock = FakeClock()
    with SQLiteStore(path, max_bytes=MEGABYTE, clock=clock) as store:
        for number in range(100):
            clock.now += 700
            store.set(str(number), "x" * 30_000)
            assert store.get("0") == "x" * 30_000
        assert store.get("1") is None


def test_one_large_value_does_not_throw_out_the_rest(store: SQLiteStore) -> None:
    """A value of more than an eighth of the bound is not kept, nor is what it would have replaced."""
    store.set("a", "small")
    store.set("b", "small")
    store.set("b", "x" * 200_000)
    assert (store.get("a"), store.get("b")) == ("small", None)


def test_what_is_over_makes_room(path: Path) -> None:
    """Values whose time is over are neither given nor counted, and go with the next writes."""
    clock = FakeClock()
    with SQLiteStore(path, max_age=60, clock=clock) as store:
        for number in range(20):
            store.set(str(number), "x" * 30_000)
        full = store.bytes
        clock.now += 61
        assert (store.get("0"), len(store)) == (None, 0)
        for _ in range(3):
            store.set("new", "y")
        assert store.bytes < full / 5


@pytest.mark.parametrize("wrong", [0, -1, 1000, True, 1e9, "1"])
def test_a_wrong_bound(path: Path, wrong: Any) -> None:
    """The bound is a number of bytes that a file of SQLite's fits in."""
    with pytest.raises(ValidationError, match="max_bytes"):
        SQLiteStore(path, max_bytes=wrong)


# --- its file --------------------------------------------------------------------------------------------------------


def test_it_is_private(store: SQLiteStore, path: Path) -> None:
    """Nobody else may read the file, nor those beside it."""
    store.set("a", "1")
    found = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert found == dict.fromkeys(["igitt.db", "igitt.db-wal", "igitt.db-shm"], 0o600)


def test_it_leaves_nothing_open(path: Path) -> None:
    """A store that was made, and not used yet, or was closed, has no file beside its own; it may be used again."""
    store = SQLiteStore(path)
    assert [file.name for file in path.parent.iterdir()] == ["igitt.db"]
    store.set("a", "1")
    store.close()
    assert [file.name for file in path.parent.iterdir()] == ["igitt.db"]
    assert store.get("a") == "1"
    store.close()


def test_two_stores_of_one_file(store: SQLiteStore, path: Path) -> None:
    """Two stores of one process share a file as those of two processes do."""
    with SQLiteStore(path) as other:
        store.set("a", "1")
        assert other.get("a") == "1"
    store.set("a", "2")
    assert store.get("a") == "2"


def other_database(path: Path) -> None:
    """Make the database of another program."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entries (id INTEGER PRIMARY KEY)")
    connection.close()


@pytest.mark.parametrize(
    "make", [other_database, lambda path: path.write_text("my diary"), lambda path: path.write_bytes(b"SQLite")]
)
def test_somebody_elses_file(path: Path, make: Callable[[Path], object]) -> None:
    """A file that is not a store is refused, and stays as it is."""
    make(path)
    before = path.read_bytes()
    with pytest.raises(ValidationError, match="another path"):
        SQLiteStore(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["igitt.db"]


@pytest.mark.parametrize("wrong", ["", ":memory:", ".", "no/such/folder/igitt.db", 5, None])
def test_what_is_no_path(wrong: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be a file is refused at once."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValidationError, match="SQLiteStore"):
        SQLiteStore(wrong)


def overwrite(path: Path, start: int, what: bytes) -> None:
    """Write into the middle of a file."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(what)


def without_table(path: Path) -> None:
    """Take the table out."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE entries")
    connection.close()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "its head is garbage": lambda path: overwrite(path, 0, b"garbage!" * 500),
    "its head is zeros": lambda path: overwrite(path, 0, bytes(4096)),
    "its pages are garbage": lambda path: overwrite(path, 4096, random.Random(5).randbytes(path.stat().st_size - 4096)),  # noqa: S311 - no secret
    "its pages are zeros": lambda path: overwrite(path, 4096, bytes(path.stat().st_size - 4096)),
    "its end is missing": lambda path: os.truncate(path, 8192),
    "it is empty": lambda path: os.truncate(path, 0),
    "it is gone": lambda path: path.unlink(),
    "its table is gone": without_table,
}


@pytest.mark.parametrize("in_use", [True, False])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file(store: SQLiteStore, path: Path, damage: str, in_use: bool) -> None:
    """Whatever happened to the file, each request is right, and soon everything is kept again."""
    for number in range(50):
        store.set(str(number), f"value {number} " * 500)
    store.close()
    if in_use:
        assert store.get("7") == "value 7 " * 500
    DAMAGES[damage](path)
    for number in range(50):
        assert store.get(str(number)) in {None, f"value {number} " * 500}
    read_twice(store)
    assert read_twice(store).stats.errors == 0
    for number in range(50):
        store.set(str(number), "new" * 500)
        assert store.get(str(number)) == "new" * 500


def test_a_damaged_file_is_moved_aside(store: SQLiteStore, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The damaged file is kept for whoever wants to look at it, and the log says so; the new one is private, too."""
    store.set("a", "1")
    store.close()
    DAMAGES["its head is garbage"](path)
    assert store.get("a") is None
    assert (path.parent / "igitt.db.damaged").read_bytes().startswith(b"garbage!")
    assert "igitt.db.damaged" in caplog.text
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_zeros_at_the_start(path: Path) -> None:
    """What a file system may leave after a loss of power is no reason not to start."""
    path.write_bytes(bytes(8192))
    with SQLiteStore(path) as store:
        store.set("a", "1")
        assert store.get("a") == "1"


def test_an_empty_file_at_the_start(path: Path) -> None:
    """An empty file becomes a store, and private."""
    path.touch(0o644)
    with SQLiteStore(path) as store:
        store.set("a", "1")
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_folder_is_gone(store: SQLiteStore, path: Path) -> None:
    """A store that cannot come back is an error of the store's, and no request's."""
    store.close()
    path.unlink()
    path.parent.rmdir()
    with pytest.raises(StoreError):
        store.get("a")
    assert read_twice(store).stats.errors > 0
    path.parent.mkdir()


def test_a_row_under_another_key(store: SQLiteStore, path: Path) -> None:
    """A value is given for its own key only."""
    store.set("a", "1")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET key = 'b'")
    connection.close()
    assert store.get("a") is None


@pytest.mark.parametrize("wrong", [object(), "\ud800"])
def test_what_cannot_be_kept(store: SQLiteStore, wrong: Any) -> None:
    """A value that is neither a text nor bytes is the store's error, and leaves the store as it was."""
    store.set("a", "1")
    with pytest.raises((StoreError, TypeError)):
        store.set("a", wrong)
    assert store.get("a") == "1"


# --- its lock and its processes --------------------------------------------------------------------------------------


def test_a_locked_file(store: SQLiteStore, path: Path) -> None:
    """While somebody keeps the file locked, reading goes on; writing gives up soon, and costs no request."""
    store.set("a", "1")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert store.get("a") == "1"
    began = time.monotonic()
    with pytest.raises(StoreError, match="locked"):
        store.set("a", "2")
    assert time.monotonic() - began < 2
    assert read_twice(store).stats.errors > 0
    holder.execute("COMMIT")
    holder.close()
    store.set("a", "2")
    assert store.get("a") == "2"


FULL_DISK = """
import resource, sys
from igitt.errors import StoreError
from igitt.stores import SQLiteStore

with SQLiteStore(sys.argv[1]) as store:
    store.set("a", "1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        for number in range(100):
            store.set(str(number), "x" * 30_000)
        print("never full")
    except StoreError:
        print("full", store.get("a"), store.get("0") == "x" * 30_000)
"""


def test_a_full_disk(path: Path) -> None:
    """Where there is no more room, writing fails, and what was kept can be read."""
    told, errors = script(FULL_DISK, path).communicate(timeout=30)
    assert (told, errors) == ("full 1 True\n", "")


FORKS = """
import os, sys, threading
from igitt.stores import SQLiteStore

store = SQLiteStore(sys.argv[1], timeout=30)
store.set("common", "c" * 5000)
done = threading.Event()

def work(number):
    while not done.is_set():
        store.set(f"t{number}", "t" * 5000)
        assert store.get("common") == "c" * 5000

threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
codes = []
for number in range(8):
    child = os.fork()
    if not child:
        ok = store.get("common") == "c" * 5000
        store.set(f"child{number}", str(number))
        ok = ok and store.get(f"child{number}") == str(number)
        os._exit(0 if ok else 1)
    codes.append(os.waitpid(child, 0)[1])
done.set()
for thread in threads:
    thread.join()
print(codes, [store.get(f"child{number}") for number in range(8)], store.get("common") == "c" * 5000)
store.close()
"""


def test_forks(path: Path) -> None:
    """Children that are forked while threads read and write have the store, and so has their parent."""
    told, errors = script(FORKS, path).communicate(timeout=60)
    assert (told, "Traceback" in errors) == (f"{[0] * 8} {[str(number) for number in range(8)]} True\n", False)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


UNTOLD_FORK = """
import ctypes, os, sys
from igitt.errors import StoreError
from igitt.stores import SQLiteStore

store = SQLiteStore(sys.argv[1])
store.set("a", "1")
child = ctypes.PyDLL(None).fork()
if not child:
    code = 0
    for attempt in range(2):
        try:
            store.get("a")
        except StoreError as error:
            code += "forked" in str(error)
        store.close()
    os._exit(code)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), store.get("a"))
store.close()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a libc's fork")
def test_a_fork_that_python_does_not_hear_of(path: Path) -> None:
    """A server that forks behind Python's back gets an error in the child, never a file that two use as one."""
    told, errors = script(UNTOLD_FORK, path).communicate(timeout=30)
    assert (told, errors) == ("2 1\n", "")


WRITER = """
import sys
from igitt.stores import SQLiteStore

store = SQLiteStore(sys.argv[1], max_bytes=2_000_000, timeout=30)
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    number += 1
    store.set(f"k{number % 50}", f"{number % 50}:" + str(number) * 3000)
    if number % 200 == 0:
        store.clear()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_writers_that_are_killed(path: Path) -> None:
    """Two writers are killed in the middle of it, again and again: the store opens, and each value is whole."""
    chance = random.Random(7)  # noqa: S311 - no secret
    seen = 0
    for _ in range(KILLS):
        writers = [script(WRITER, path, start) for start in (0, 25)]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.08))
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            assert writer.communicate(timeout=10)[1] == ""
        with SQLiteStore(path, max_bytes=2_000_000) as store:
            for number in range(50):
                found = store.get(f"k{number}")
                assert found is None or is_whole(number, str(found))
                seen += found is not None
            store.set("after", "1")
            assert store.get("after") == "1"
    assert seen > KILLS
    assert not (path.parent / "igitt.db.damaged").exists()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def is_whole(key: int, value: str) -> bool:
    """Whether a value is one that a writer wrote under that key."""
    own, _, repeated = value.partition(":")
    length = len(repeated) // 3000
    return own == str(key) and repeated == repeated[:length] * 3000 and int(repeated[:length]) % 50 == key
