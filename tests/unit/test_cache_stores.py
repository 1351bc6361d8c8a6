"""Stores of the cache: any kind, broken or slow ones too, and the one that comes with it."""

from __future__ import annotations

import gzip
import json
import logging
import pickle
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from support.credentials import FakeClock
from support.wire import Door, Reply, forge

from igitt.cache import Entry, MemoryStore, ResponseCache
from igitt.errors import ValidationError


def test_keys_fit_every_store() -> None:
    """Keys are short, of small letters, digits and colons, and hold no secret; values are JSON texts without one."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__)
    client = Door(script=forge(**{"Set-Cookie": "session=1"})).github(cache=cache)
    client.request("GET", "repos/ä/ü/contents/" + "long/" * 100, params={"q": "Ä " * 300})
    ((key, value),) = shelf.items()
    assert re.fullmatch(r"[a-z0-9:]{1,200}", key)
    assert isinstance(value, str)
    assert json.loads(value)
    token = client.token
    assert token is not None
    assert token.value not in value
    assert "session=1" not in value


@pytest.mark.parametrize("kind", ["text", "bytes", "KeyError"])
def test_stores_of_all_kinds(kind: str) -> None:
    """A store may give bytes back, and may tell a miss by None or by a KeyError."""
    shelf: dict[str, str] = {}
    read: Callable[[str], Any] = {
        "text": shelf.get,
        "bytes": lambda key: shelf[key].encode() if key in shelf else None,
        "KeyError": shelf.__getitem__,
    }[kind]
    cache = ResponseCache()
    cache.use(read, shelf.__setitem__)
    client = Door(script=forge()).github(cache=cache)
    assert [client.request("GET", "x").from_cache for _ in range(2)] == [False, True]
    assert cache.stats.errors == 0


@pytest.mark.parametrize("with_delete", [True, False])
def test_deleting_in_a_store(with_delete: bool) -> None:
    """With a delete function the entry goes; without one, an empty text takes its place, which is a miss."""
    shelf: dict[str, Any] = {}
    cache = ResponseCache()
    cache.use(shelf.get, shelf.__setitem__, shelf.__delitem__ if with_delete else None)
    cache.set("k", Entry(b"{}"))
    cache.delete("k")
    cache.delete("k")
    assert shelf == ({} if with_delete else {"k": ""})
    assert cache.get("k") is None
    assert cache.stats.errors == 0


class BrokenError(Exception):
    """What somebody else's store raises."""


def fail(*_: object) -> Any:
    """Fail as somebody else's store."""
    raise BrokenError("postgresql://user:hunter2@db")


@pytest.mark.parametrize("broken", ["read", "write", "delete", "all"])
def test_a_broken_store_costs_a_warning(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    """Requests go on without the store; the log says so without the store's own words, which may hold secrets."""
    shelf: dict[str, Any] = {}
    parts = {"read": shelf.get, "write": shelf.__setitem__, "delete": shelf.__delitem__}
    parts = {name: fail if broken in {name, "all"} else part for name, part in parts.items()}
    cache = ResponseCache()
    cache.use(parts["read"], parts["write"], parts["delete"])
    client = Door(script=forge()).github(cache=cache)
    client.request("GET", "x")
    client.request("GET", "x")
    client.request("PATCH", "x", json={})
    assert cache.stats.errors > 0
    assert "BrokenError" in caplog.text
    assert "hunter2" not in caplog.text


def kept(**changes: Any) -> str:
    """An entry as a store keeps it, with something wrong in it."""
    return json.dumps({**json.loads(Entry(b"{}").dumps()), **changes})


class Odd:
    """Something that is not even true or false."""

    def __bool__(self) -> bool:
        raise BrokenError


@pytest.mark.parametrize(
    "rubbish",
    [
        "{",
        "null",
        "[]",
        "5",
        '"x"',
        "{}",
        b"\xff",
        5,
        1.5,
        object(),
        Odd(),
        [],
        {"version": 1},
        '{"version": 0}',
        "[" * 100_000,
        kept(coding="base64", body="?"),
        kept(body=5),
        kept(headers=[]),
        kept(stored_at=10**400),
        kept(version=0),
    ],
)
def test_rubbish_in_the_store_is_a_miss(rubbish: Any) -> None:
    """Whatever the store gives back that is no entry is a miss, and is replaced."""
    cache = ResponseCache()
    shelf: dict[str, Any] = {}
    cache.use(lambda key: shelf.get(key, rubbish), shelf.__setitem__)
    client = Door(script=forge()).github(cache=cache)
    assert client.request("GET", "x").data == {"title": "x"}
    assert client.request("GET", "x").from_cache


def test_a_slow_store_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """A store that takes long costs a warning: every request waits for it."""
    clock = FakeClock()
    shelf: dict[str, Any] = {}
    cache = ResponseCache(clock=clock)

    def read(key: str) -> Any:
        clock.now += 3
        return shelf.get(key)

    cache.use(read, shelf.__setitem__)
    Door(script=forge()).github(cache=cache).request("GET", "x")
    assert "took 3.0 s" in caplog.text
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


@pytest.mark.parametrize("wrong", [(5, print), (print, None), (print, print, 5)])
def test_a_store_that_cannot_be_called(wrong: tuple[Any, ...]) -> None:
    """What is no function is refused at once."""
    with pytest.raises(ValidationError, match="takes a function"):
        ResponseCache().use(*wrong)


@pytest.mark.parametrize("wrong", [-1, "5", None, True])
def test_a_wrong_freshness(wrong: Any) -> None:
    """What is no number of seconds is refused."""
    with pytest.raises(ValidationError, match="fresh_for"):
        ResponseCache(fresh_for=wrong)


# --- the memory store ------------------------------------------------------------------------------------------------


def test_the_memory_is_bounded() -> None:
    """What was used least recently goes first, and the bound in bytes holds."""
    store = MemoryStore(max_bytes=10_000)
    for number in range(50):
        store.set(str(number), "x" * 500)
        store.get("0")
    assert store.bytes <= 10_000
    assert store.get("0") == "x" * 500
    assert store.get("1") is None
    assert store.get("49") is not None
    assert 5 < len(store) < 20


def test_one_large_answer_does_not_throw_out_the_rest() -> None:
    """A value of more than an eighth of the bound is not kept, nor is what it would have replaced."""
    store = MemoryStore(max_bytes=8_000)
    store.set("a", "small")
    store.set("b", "small")
    store.set("b", "x" * 2_000)
    assert (store.get("a"), store.get("b")) == ("small", None)


def test_an_entry_evicted_between_costs_a_full_answer() -> None:
    """An entry that is gone when it is wanted again is asked for in full, and the others are confirmed."""
    cache = ResponseCache()
    cache.use_memory(max_bytes=30_000)
    door = Door(script=lambda asked: Reply(200, {"pad": secrets.token_hex(900)}, {"ETag": f'"{asked.path}"'}))
    client = door.github(cache=cache)
    for number in [*range(30), *range(30)]:
        client.request("GET", f"x/{number}")
    known = ["if-none-match" in asked.headers for asked in door.asked[30:]]
    assert 5 < known.count(True) < 25


def test_replacing_and_clearing_count_right() -> None:
    """The bytes held are those of what is there."""
    store = MemoryStore()
    store.set("a", "x" * 1000)
    store.set("a", "x")
    assert store.bytes < 400
    store.delete("a")
    assert (store.bytes, len(store)) == (0, 0)
    store.set("a", "x")
    store.clear()
    assert (store.bytes, len(store), store.get("a")) == (0, 0, None)


def test_a_negative_bound() -> None:
    """A store cannot hold less than nothing."""
    with pytest.raises(ValidationError):
        MemoryStore(-1)


# --- a store that is down --------------------------------------------------------------------------------------------


class Dead:
    """A store that is down, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.shelf: dict[str, Any] = {}
        self.down = True

    def _work(self, function: Any, *arguments: Any) -> Any:
        self.asked += 1
        if self.down:
            raise ConnectionError("the secret text of a value")
        return function(*arguments)

    def get(self, key: str) -> Any:
        """Read."""
        return self._work(self.shelf.get, key)

    def set(self, key: str, value: str) -> Any:
        """Write."""
        return self._work(self.shelf.__setitem__, key, value)

    def delete(self, key: str) -> Any:
        """Drop."""
        return self._work(self.shelf.pop, key, None)


def test_a_dead_store_is_left_alone_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """After three failures in a row nothing is asked of it for half a minute; then it is tried, and used again."""
    clock, store = FakeClock(), Dead()
    cache = ResponseCache(clock=clock)
    cache.use_store(store)
    client = Door(script=forge()).github(cache=cache, clock=clock)
    for _ in range(10):
        assert client.request("GET", "x").data == {"title": "x"}
    assert store.asked == 3
    assert "left alone" in caplog.text
    assert "secret" not in caplog.text
    clock.now += 30
    client.request("GET", "x")
    assert store.asked == 4
    store.down = False
    clock.now += 30
    client.request("GET", "x")
    assert client.request("GET", "x").from_cache


def test_what_could_not_be_dropped_is_not_served(caplog: pytest.LogCaptureFixture) -> None:
    """An entry that a write made stale while the store was down is not served when it is back."""
    clock, store = FakeClock(), Dead()
    store.down = False
    cache = ResponseCache(clock=clock)
    cache.use_store(store, fresh_for=3600)
    values = iter(["old", "written", "new"])
    door = Door(script=lambda _: Reply(200, {"v": next(values)}, {"ETag": '"1"'}))
    client = door.github(cache=cache, clock=clock)
    assert client.request("GET", "x").data == {"v": "old"}
    store.down = True
    client.request("PATCH", "x", json={})
    store.down = False
    clock.now += 60
    assert client.request("GET", "x").data == {"v": "new"}
    assert "failed" in caplog.text


@pytest.mark.parametrize("store", [object(), {}, None, 5])
def test_what_is_no_store(store: Any) -> None:
    """A store has three methods; what has not is named."""
    with pytest.raises(ValidationError, match="get, set and delete"):
        ResponseCache().use_store(store)


@pytest.mark.parametrize("wrong", [-1, float("nan"), True, "60", None])
def test_seconds(wrong: Any) -> None:
    """Both times are numbers of seconds."""
    with pytest.raises(ValidationError, match="stale_if_error"):
        ResponseCache(stale_if_error=wrong)
    with pytest.raises(ValidationError, match="fresh_for"):
        ResponseCache().use({}.get, {}.__setitem__, fresh_for=wrong)


def test_entries_are_compact() -> None:
    """A page of issues takes a fraction of its own size in a store, and comes back byte for byte."""
    body = json.dumps([{"id": number, "title": f"Issue {number}", "state": "open"} for number in range(500)]).encode()
    entry = Entry(body, {"etag": '"1"'}, "fingerprint", 5.0, covered=("accept", "authorization"))
    text = entry.dumps()
    assert len(text) < len(body) / 4
    assert Entry.loads(text) == Entry.loads(text.encode()) == entry
    for cut in (len(text) // 2, len(text) // 3):
        with pytest.raises(ValueError, match=r".*"):
            Entry.loads(text[:cut] + text[cut + 4 :])


@pytest.mark.parametrize("texts", [False, True])
def test_what_came_compressed_is_kept_so(texts: bool) -> None:
    """A body that came compressed by gzip takes no more room in memory or in a store, and is read as it was."""
    body = json.dumps([{"id": number, "title": f"Issue {number}"} for number in range(2000)]).encode()
    packed = gzip.compress(body[:9000]) + gzip.compress(body[9000:])
    headers = {"ETag": 'W/"1"', "Content-Encoding": "gzip", "Content-Type": "application/json"}
    door = Door(Reply(200, body=packed, headers=headers), Reply(304), Reply(304, headers={"ETag": 'W/"2"'}), Reply(304))
    shelf: dict[str, Any] = {}
    store, cache = MemoryStore(), ResponseCache()
    if texts:
        cache.use(shelf.get, shelf.__setitem__)
    else:
        cache.use_store(store)
    client = door.github(cache=cache)
    for _ in range(4):
        answer = client.request("GET", "x")
        assert answer.content == body
        assert "content-encoding" not in answer.headers or not answer.from_cache
    kept = sum(map(len, shelf.values())) if texts else store.bytes
    assert 0 < kept < len(body) / 3
    assert door.asked[3].headers["if-none-match"] == 'W/"2"'


def test_a_compressed_entry_travels() -> None:
    """An entry that is kept compressed is copied, changed and written like any other."""
    store, cache = MemoryStore(), ResponseCache()
    cache.use_store(store)
    headers = {"ETag": '"1"', "Content-Encoding": "gzip"}
    Door(Reply(200, body=gzip.compress(b"[5]"), headers=headers)).github(cache=cache).request("GET", "x")
    (key,) = store._values  # noqa: SLF001 - a store of objects tells its keys to nobody
    entry = cache.get(key)
    assert entry is not None
    assert entry.data == pickle.loads(pickle.dumps(entry)).data == Entry.loads(entry.dumps()).data == [5]  # noqa: S301
    changed = cache.update(key, credential="another")
    assert changed is not None
    assert (changed.data, changed.credential) == ([5], "another")
