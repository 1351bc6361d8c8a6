"""The memory store under a working set that is larger than it, a scan, and a change of what is wanted."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable

import pytest
from support.wire import Asked, Door, Reply

from igitt._cache.entry import Entry
from igitt.cache import ResponseCache
from igitt.stores import MemoryStore

#: What a value of 1,000 bytes takes in the store.
SLOT = 1_200
TEXT = "A rattle is heard when it is cold, and nobody knows where it comes from. "


class Value:
    """Something of a thousand bytes."""

    def __sizeof__(self) -> int:
        return 1_000


def hits(store: MemoryStore, keys: Iterable[str]) -> int:
    """Ask for each key, offer what is not there, and tell how many were."""
    found = 0
    for key in keys:
        if store.get(key) is None:
            store.offer(key, Value())
        else:
            found += 1
    return found


def names(prefix: str, count: int) -> list[str]:
    """Keys."""
    return [f"{prefix}{number}" for number in range(count)]


@pytest.mark.parametrize(("times", "least"), [(1.0, 1.0), (1.25, 0.65), (2.0, 0.42), (4.0, 0.2)])
def test_a_working_set_that_is_larger_than_the_bound(times: float, least: float) -> None:
    """Of a set that is asked for again and again in order, about as much is served as there is room for."""
    keys = names("k", 400)
    store = MemoryStore(int(400 * SLOT / times))
    hits(store, keys)
    for _ in range(5):
        assert hits(store, keys) >= least * len(keys)
        assert store.bytes <= store.max_bytes


def test_a_working_set_in_no_order() -> None:
    """The same where nothing is asked for in any order."""
    dice, keys = random.Random(7), names("k", 400)  # noqa: S311 - no secret
    store = MemoryStore(200 * SLOT)
    hits(store, keys)
    assert hits(store, dice.choices(keys, k=4_000)) > 0.42 * 4_000


def test_a_scan_does_not_empty_the_store() -> None:
    """To go once through much leaves what is wanted again and again."""
    store, wanted = MemoryStore(115 * SLOT), names("k", 100)
    hits(store, wanted)
    hits(store, wanted)
    assert hits(store, names("scanned", 5_000)) == 0
    assert hits(store, wanted) > 90


def test_what_is_wanted_changes() -> None:
    """Another set takes the place of the one that is left alone, from its third round on at the latest."""
    store = MemoryStore(115 * SLOT)
    for _ in range(10):
        hits(store, names("old", 100))
    new = names("new", 100)
    assert [hits(store, new) for _ in range(4)][2:] == [100, 100]


def test_what_is_new_is_there_for_a_while() -> None:
    """In a full store too, what was just read is there when it is read again at once."""
    store = MemoryStore(115 * SLOT)
    hits(store, names("k", 200))
    assert hits(store, ["x", "x", "y", "x", "y"]) == 3


def test_what_is_set_is_kept_by_recency() -> None:
    """Whoever sets a value, such as the memory of deliveries, finds the last ones."""
    store = MemoryStore(100 * SLOT)
    for number in range(1_000):
        store.set(str(number), Value())
    assert [store.get(str(number)) is not None for number in (0, 899, 901, 999)] == [False, False, True, True]


def test_what_is_known_of_absent_keys_is_bounded() -> None:
    """Keys that are asked for and never kept take no room without end."""
    store = MemoryStore(10 * SLOT)
    for number in range(20_000):
        store.get(str(number))
        store.set(f"other{number}", Value())
    assert len(store._known) < 500  # noqa: SLF001 - nothing else shows it


def test_figures_hold_whatever_happens() -> None:
    """The bytes held are those of what is there, after any calls in any order."""
    dice = random.Random(3)  # noqa: S311 - no secret
    store = MemoryStore(60 * SLOT)
    for _ in range(20_000):
        key, what = str(dice.randrange(200)), dice.randrange(5)
        if what == 0:
            store.set(key, Value())
        elif what == 1:
            store.delete(key)
        elif what == 2:
            store.offer(key, Entry(TEXT.encode() * dice.randrange(1, 30)))
        elif store.get(key) is None:
            store.offer(key, Value())
        assert 0 <= store.bytes <= store.max_bytes
    for number in range(200):
        store.delete(str(number))
    assert (store.bytes, len(store)) == (0, 0)


def test_many_threads() -> None:
    """Threads that use one store at once leave it whole."""
    store = MemoryStore(60 * SLOT)
    wrong: list[BaseException] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - no secret
        try:
            hits(store, (str(dice.randrange(150)) for _ in range(3_000)))
        except BaseException as error:  # noqa: BLE001 - it is what is looked at
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, store.bytes <= store.max_bytes) == ([], True)


# --- answers ---------------------------------------------------------------------------------------------------------


def page(number: int, size: int) -> bytes:
    """A page of a list as JSON, of about so many bytes."""
    return b"[" + b",".join(b'{"id":%d,"body":"%s"}' % (one, TEXT.encode()) for one in range(size // 90)) + b"]"


def reread(count: int, size: int, max_bytes: int) -> tuple[int, int]:
    """Read so many pages twice; tell how many were confirmed the second time, and the bytes held."""

    def answer(asked: Asked) -> Reply:
        tag = f'"{asked.path}"'
        return Reply(304) if asked.headers.get("if-none-match") == tag else Reply(200, body=body, headers={"ETag": tag})

    store, cache, body = MemoryStore(max_bytes), ResponseCache(), page(1, size)
    cache.use_store(store)
    client = Door(script=answer).github(cache=cache)
    for _ in range(2):
        before = cache.stats.revalidated
        for number in range(count):
            assert client.request("GET", f"x/{number}").content == body
    return cache.stats.revalidated - before, store.bytes


@pytest.mark.parametrize(("count", "size"), [(40, 546_000), (4, 5_000_000), (230, 80_000)])
def test_what_came_uncompressed_is_packed_before_any_goes(count: int, size: int) -> None:
    """Answers that came as they are, and are a little more than the bound, are all there the next time."""
    confirmed, held = reread(count, size, 16 * 1024 * 1024)
    assert confirmed == count
    assert held <= 16 * 1024 * 1024


def test_what_has_room_stays_as_it_came() -> None:
    """Nothing is packed as long as there is room: unpacking takes time."""
    confirmed, held = reread(10, 80_000, 16 * 1024 * 1024)
    assert (confirmed, held > 10 * 70_000) == (10, True)
