"""A store that is down, slow or full of garbage: every request is right, and soon quick again."""

from __future__ import annotations

import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from support.stores import (
    ALONE,
    SERVED,
    SHARED,
    Place,
    configure_django,
    drop_table,
    flask_cache,
    let_go,
    make,
    new_place,
)
from support.wire import Door, forge

from igitt.cache import ResponseCache
from igitt.errors import StoreError, ValidationError
from igitt.stores import DiskCacheStore, DjangoStore, FlaskCachingStore, RedisStore, SQLAlchemyStore

served = [pytest.param(kind, marks=pytest.mark.service) for kind in SERVED]
GARBAGE = ["{", "null", '{"v": 2}', "x" * 100_000, b"\xff\x00", '{"v": 2, "body": "eJw=", "coding": "zlib"}']
#: Nobody listens there.
CLOSED = "127.0.0.1:1"


@pytest.mark.parametrize("kind", [*ALONE, *SHARED, *served])
def test_garbage(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whatever somebody wrote under a key, the answer is right, and takes its place."""
    place = new_place(kind, tmp_path, request)
    store = make(kind, place)
    keys: list[str] = []

    def write(key: str, value: str) -> None:
        keys.append(key)
        store.set(key, value)

    for garbage in GARBAGE:
        cache = ResponseCache()
        cache.use(store.get, write, store.delete)
        client = Door(script=forge()).github(cache=cache)
        assert client.request("GET", "x").data == {"title": "x"}
        for key in keys:
            store.set(key, garbage)
        assert client.request("GET", "x").data == {"title": "x"}
        assert client.request("GET", "x").from_cache
    store.clear()
    let_go(store)
    if kind.endswith("postgresql"):
        drop_table(place)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing, as ``host:port``."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def no_table(folder: Path) -> DjangoStore:
    """Django's database cache, whose table nobody has made."""
    configure_django(Place(str(folder), "x"))
    return DjangoStore("database")


def no_redis(folder: Path) -> DjangoStore:
    """Django's Redis cache, without a server."""
    configure_django(Place(str(folder), "x", redis_url=f"redis://{CLOSED}/0?socket_connect_timeout=0.2"))
    return DjangoStore("redis")


def unwritable(folder: Path) -> DiskCacheStore:
    """A folder of diskcache's that has become a file."""
    store = DiskCacheStore(folder / "disk")
    store.set("a", "1")
    store.close()
    for file in (folder / "disk").iterdir():
        file.unlink()
    (folder / "disk").rmdir()
    (folder / "disk").touch()
    return store


DOWN: dict[str, Callable[[Path], Any]] = {
    "redis": lambda _: RedisStore(f"redis://{CLOSED}/0"),
    "flask-redis": lambda folder: FlaskCachingStore(
        flask_cache("redis", Place(str(folder), "x", redis_url=f"redis://{CLOSED}/0?socket_connect_timeout=0.2"))
    ),
    "django-redis": no_redis,
    "django-database": no_table,
    "diskcache": unwritable,
    "sqlalchemy-sqlite": lambda folder: SQLAlchemyStore(f"sqlite:///{folder}/no/such/folder/x.db"),
    "sqlalchemy-postgresql": lambda _: SQLAlchemyStore(f"postgresql+psycopg://{CLOSED}/x"),
}


def ten_requests(store: Any, caplog: pytest.LogCaptureFixture) -> float:
    """Send ten requests by way of a store that fails; gives the seconds that they took."""
    caplog.set_level(logging.WARNING, "igitt.cache")
    cache = ResponseCache()
    cache.use_store(store)
    client = Door(script=forge()).github(cache=cache)
    began = time.monotonic()
    assert [client.request("GET", f"x/{number}").data for number in range(10)] == [{"title": "x"}] * 10
    taken = time.monotonic() - began
    assert cache.stats.errors > 0
    assert "is left alone" in caplog.text
    assert "StoreError" not in caplog.text  # what failed beneath it says more
    return taken


@pytest.mark.parametrize("kind", DOWN)
def test_down(kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A store that does not work is the store's error, is left alone soon, and costs no request."""
    store = DOWN[kind](tmp_path)
    with pytest.raises(StoreError):
        store.get("a")
    with pytest.raises(StoreError):
        store.add("a", "1", 5)
    assert ten_requests(store, caplog) < 10
    let_go(store)


def test_slow(silent: str, caplog: pytest.LogCaptureFixture) -> None:
    """A server that does not answer is given up soon."""
    store = RedisStore(f"redis://{silent}/0?socket_timeout=0.1")
    assert ten_requests(store, caplog) < 3
    let_go(store)


def test_a_database_that_is_down_is_tried_once_a_call() -> None:
    """Each try may take seconds, so a call makes one."""
    tries: list[int] = []

    def connect() -> Any:
        tries.append(1)
        raise psycopg.OperationalError("connection refused")

    store = SQLAlchemyStore(sqlalchemy.create_engine("postgresql+psycopg://", creator=connect))
    for call in range(1, 4):
        with pytest.raises(StoreError):
            store.get("a")
        assert len(tries) == call


SECRETIVE: dict[str, Callable[[], Any]] = {
    "redis": lambda: RedisStore(f"redis://:hunter2@{CLOSED}/0"),
    "sqlalchemy": lambda: SQLAlchemyStore(f"postgresql+psycopg://bot:hunter2@{CLOSED}/x"),
}


@pytest.mark.parametrize("kind", SECRETIVE)
def test_a_password_is_told_nowhere(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a store's own text, nor its error, nor the log has the password of its URL."""
    store = SECRETIVE[kind]()
    with pytest.raises(StoreError) as caught:
        store.set("a", "my secret value")
    ten_requests(store, caplog)
    told = f"{store!r} {caught.value} {caught.value.args} {caught.value.__cause__} {caplog.text}"
    assert "hunter2" not in told
    assert "my secret value" not in told
    let_go(store)


WRONG: dict[str, Callable[[Path], Any]] = {
    "redis: no URL": lambda _: RedisStore("127.0.0.1:6379"),
    "redis: no client": lambda _: RedisStore(5),
    "redis: no prefix": lambda _: RedisStore(f"redis://{CLOSED}/0", prefix=""),
    "sqlalchemy: no URL": lambda _: SQLAlchemyStore("hunter2"),
    "sqlalchemy: no dialect": lambda _: SQLAlchemyStore("nosuchdatabase://x"),
    "sqlalchemy: no engine": lambda _: SQLAlchemyStore(5),
    "flask: no cache": lambda _: FlaskCachingStore(5),
    "diskcache: no cache": lambda _: DiskCacheStore(5),
    "diskcache: no folder": lambda folder: DiskCacheStore(folder / "no" / "such" / "folder"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_no_store_is_made_of(kind: str, tmp_path: Path) -> None:
    """What cannot be a store's server is refused at once, in a word about what would do."""
    with pytest.raises(ValidationError, match="Store") as caught:
        WRONG[kind](tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_cache_of_django_that_is_not_there(tmp_path: Path) -> None:
    """An alias that the settings do not have is refused at once."""
    configure_django(Place(str(tmp_path), "x"))
    with pytest.raises(ValidationError, match="nowhere"):
        DjangoStore("nowhere")


@pytest.mark.parametrize(
    ("module", "extra", "make_one"),
    [
        ("redis", "redis", lambda: RedisStore("redis://x")),
        ("sqlalchemy", "sqlalchemy", lambda: SQLAlchemyStore("sqlite://")),
        ("diskcache", "diskcache", lambda: DiskCacheStore("x")),
        ("django.core.cache", "django", DjangoStore),
    ],
)
def test_a_library_that_is_missing(
    module: str, extra: str, make_one: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the extra that brings the library."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"\[{extra}\]"):
        make_one()
