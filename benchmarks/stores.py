"""What each store takes to keep and to give an entry of the cache: a list's page of 30 KB, and a text of that size.

Redis is at ``REDIS_URL``, PostgreSQL at ``DATABASE_URL``; a store whose library or server is not there is left out.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import ratios, rounds, table
from server import issue_json

from igitt._cache.entry import Entry, kept_headers
from igitt.errors import StoreError
from igitt.stores import DiskCacheStore, DjangoStore, FlaskCachingStore, MemoryStore, RedisStore, SQLAlchemyStore
from igitt.stores import SQLiteStore as SQLite

PROJECT = Path(__file__).resolve().parent.parent
#: How many entries are written and read a round.
COUNT = 100
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
DATABASE = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres").partition("://")[2]


class Shelf:
    """A plain dict, which everything is compared to."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.get = self.values.get
        self.set = self.values.__setitem__
        self.clear = self.values.clear


def flask() -> Any:
    """Flask-Caching in memory."""
    from flask import Flask  # noqa: PLC0415 - need not be installed
    from flask_caching import Cache  # noqa: PLC0415 - as above

    return FlaskCachingStore(Cache(Flask("bot"), config={"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": 10_000}))


def django() -> Any:
    """Django's cache in memory."""
    from django.conf import settings  # noqa: PLC0415 - need not be installed

    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    settings.configure(CACHES={"default": kept})
    return DjangoStore()


def stores(folder: str) -> dict[str, Any]:
    """Every store that works here, empty."""
    makers: dict[str, Callable[[], Any]] = {
        "a dict": Shelf,
        "memory": MemoryStore,
        "SQLite": lambda: SQLite(f"{folder}/igitt.db"),
        "Redis": lambda: RedisStore(REDIS, prefix="igitt-benchmark:"),
        "Django, in memory": django,
        "Flask-Caching, in memory": flask,
        "diskcache": lambda: DiskCacheStore(f"{folder}/disk"),
        "SQLAlchemy, SQLite": lambda: SQLAlchemyStore(f"sqlite:///{folder}/alchemy.db"),
        "SQLAlchemy, PostgreSQL": lambda: SQLAlchemyStore(f"postgresql+psycopg://{DATABASE}", table="igitt_benchmark"),
    }
    found = {}
    for name, make in makers.items():
        try:
            found[name] = make()
            found[name].clear()
        except (ImportError, StoreError) as error:
            print(f"{name} is left out: {error}")
            found.pop(name, None)
    return found


def writing(store: Any, text: str) -> Callable[[], None]:
    """Keep a number of entries."""

    def run() -> None:
        for number in range(COUNT):
            store.set(f"igitt:2:{number:040}", text)

    return run


def reading(store: Any, text: str) -> Callable[[], None]:
    """Get them again."""

    def run() -> None:
        for number in range(COUNT):
            if len(store.get(f"igitt:2:{number:040}")) != len(text):
                raise RuntimeError(f"{store!r} lost an entry")

    return run


def main(times: int = 5) -> None:
    """Measure and print."""
    one = issue_json("https://github.com")
    page = b"[" + b",".join(one.replace(b"@N@", str(number).encode()) for number in range(1, 6)) + b"]"
    entry = Entry(page, {"etag": 'W/"' + "0" * 64 + '"', "content-type": "application/json; charset=utf-8"}).dumps()
    tell_sizes()
    with tempfile.TemporaryDirectory() as folder:
        found = stores(folder)
        show(f"An entry of {len(page)} bytes, which is {len(entry)} characters as it is kept", entry, found, times)
        show("A text of 30000 characters", "x" * 30_000, found, times)


def tell_sizes() -> None:
    """Print what recorded answers of the real forges take as they are kept, if the recordings are there."""
    path = Path(os.environ.get("IGITT_SHARED", PROJECT.parent / "shared")) / "data" / "exchanges.jsonl"
    if not path.is_file():
        print(f"no recordings at {path}, so no sizes of real answers")
        return
    recorded = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    reads = [one for one in recorded if one["method"] == "GET" and one["status"] == 200 and one["response_body"]]
    bodies = [
        (body if isinstance(body, str) else json.dumps(body, separators=(",", ":"), ensure_ascii=False)).encode()
        for body in (one["response_body"] for one in reads)
    ]
    kept = [
        len(Entry(body, kept_headers(one["response_headers"]), "0" * 32, 1.7e9).dumps())
        for one, body in zip(reads, bodies, strict=True)
    ]
    mean = sum(map(len, bodies)) / len(reads)
    print(f"{len(reads)} recorded answers: {mean:,.0f} bytes each, {sum(kept) / len(reads):,.0f} as they are kept")


def show(title: str, text: str, found: dict[str, Any], times: int) -> None:
    """Measure every store with a text, and print what it took."""
    sets = rounds({name: writing(store, text) for name, store in found.items()}, times)
    gets = rounds({name: reading(store, text) for name, store in found.items()}, times)
    for store in found.values():
        store.clear()
    figures = [(taken, ratios(taken, "a dict"), ratios(taken, "memory")) for taken in (gets, sets)]
    rows = [
        [name]
        + [
            cell
            for taken, to_dict, to_memory in figures
            for cell in (f"{min(taken[name]) / COUNT * 1e6:.1f}", f"{to_memory[name]:.1f}", f"{to_dict[name]:.0f}")
        ]
        for name in found
    ]
    columns = ["", "get us (best)", "to memory", "to a dict", "set us (best)", "to memory", "to a dict"]
    table(title, columns, rows)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
