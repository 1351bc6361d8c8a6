"""Every store that comes with igitt, made by its name: in a test, and in the processes that a test starts.

Run as a script, it is such a process: ``python stores.py <what to do, as JSON>``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt.stores import (
    DiskCacheStore,
    DjangoStore,
    FlaskCachingStore,
    MemoryStore,
    RedisStore,
    SQLAlchemyStore,
    SQLiteStore,
)

#: Stores of one process; those of the processes of one machine or more; and those that need a server.
ALONE = ("memory", "flask-simple", "django-locmem")
SHARED = ("sqlite", "diskcache", "flask-files", "django-database", "sqlalchemy-sqlite")
SERVED = ("redis", "flask-redis", "django-redis", "django-postgresql", "sqlalchemy-postgresql")


@dataclass
class Place:
    """Where a test's stores are. `name` keeps them apart from other tests' on the same server."""

    folder: str
    name: str
    redis_url: str = ""
    database_url: str = ""


def new_place(kind: str, folder: Path, request: pytest.FixtureRequest) -> Place:
    """A place for the stores of one test; skips the test where their server is not there."""
    found = Place(str(folder), f"igitt_{uuid.uuid4().hex}")
    if kind.endswith("redis"):
        found.redis_url = request.getfixturevalue("redis_url")
    if kind.endswith("postgresql"):
        found.database_url = request.getfixturevalue("database_url")
    return found


def make(kind: str, place: Place, *, max_age: float | None = 3600.0, clock: Clock = SYSTEM_CLOCK) -> Any:
    """A store of that kind; another one of the same place has the same values, if the kind is shared."""
    folder = Path(place.folder)
    family, _, backend = kind.partition("-")
    makers: dict[str, Callable[[], Any]] = {
        "memory": lambda: MemoryStore(clock=clock),
        "sqlite": lambda: SQLiteStore(folder / "store.db", max_age=max_age, timeout=30, clock=clock),
        "diskcache": lambda: DiskCacheStore(folder / "disk", max_age=max_age, timeout=30),
        "redis": lambda: RedisStore(place.redis_url, max_age=max_age, prefix=f"{place.name}:"),
        "flask": lambda: FlaskCachingStore(flask_cache(backend, place), max_age=max_age),
        "django": lambda: django_store(backend, place, max_age),
        "sqlalchemy": lambda: SQLAlchemyStore(
            f"sqlite:///{folder}/alchemy.db" if backend == "sqlite" else driven(place.database_url),
            table=place.name,
            max_age=max_age,
            clock=clock,
        ),
    }
    return makers[family]()


def driven(url: str) -> str:
    """A database's URL with the name of the driver that the tests have."""
    return f"postgresql+psycopg://{url.partition('://')[2]}"


def flask_cache(backend: str, place: Place) -> Any:
    """A Flask-Caching cache of an application of its own."""
    from flask import Flask  # noqa: PLC0415 - only some tests need it
    from flask_caching import Cache  # noqa: PLC0415 - as above

    kinds = {"simple": "SimpleCache", "files": "FileSystemCache", "redis": "RedisCache"}
    config = {"CACHE_TYPE": kinds[backend], "CACHE_KEY_PREFIX": place.name, "CACHE_THRESHOLD": 10_000}
    config |= {"CACHE_DIR": f"{place.folder}/flask"} if backend == "files" else {}
    config |= {"CACHE_REDIS_URL": place.redis_url} if backend == "redis" else {}
    return Cache(Flask("bot"), config=config)


def django_store(backend: str, place: Place, max_age: float | None) -> DjangoStore:
    """A store in a cache of Django's, under settings of its own."""
    configure_django(place)
    if backend in {"database", "postgresql"}:
        from django.core.management import call_command  # noqa: PLC0415 - needs the settings

        call_command("createcachetable", verbosity=0)
    return DjangoStore("database" if backend == "postgresql" else backend, max_age=max_age)


def configure_django(place: Place) -> None:
    """Give Django the settings of a place, in place of any others that this process had."""
    import django  # noqa: PLC0415 - only some tests need it
    from asgiref.local import Local  # noqa: PLC0415 - as above
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.core.cache import caches  # noqa: PLC0415 - as above
    from django.db import connections  # noqa: PLC0415 - as above

    room = "django.core.cache.backends"
    kept = {"OPTIONS": {"MAX_ENTRIES": 10_000}, "KEY_PREFIX": place.name}
    found: dict[str, Any] = {
        "default": {"BACKEND": f"{room}.locmem.LocMemCache", "LOCATION": place.name},
        "locmem": {"BACKEND": f"{room}.locmem.LocMemCache", "LOCATION": place.name, **kept},
        "database": {"BACKEND": f"{room}.db.DatabaseCache", "LOCATION": place.name, **kept},
        "redis": {"BACKEND": f"{room}.redis.RedisCache", "LOCATION": place.redis_url, "KEY_PREFIX": place.name},
    }
    base: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"{place.folder}/django.db",
        "OPTIONS": {"timeout": 20},
    }
    if django.VERSION >= (5, 1):
        # Otherwise SQLite refuses one of two writes at a time, which Django's cache does not tell.
        base["OPTIONS"]["transaction_mode"] = "IMMEDIATE"
    if place.database_url:
        url = urlsplit(place.database_url)
        base = {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "HOST": url.hostname}
        base |= {"PORT": url.port or "", "USER": url.username, "PASSWORD": url.password or ""}
    if not settings.configured:
        settings.configure()
    django.setup()
    settings.CACHES = found
    caches._settings = None  # noqa: SLF001 - settings are not meant to change
    caches.settings = caches.configure_settings(None)
    caches._connections = Local()  # noqa: SLF001 - as above
    connections.close_all()
    with suppress(AttributeError):
        del connections["default"]
    connections.settings = connections.configure_settings({"default": base})


def end_thread(store: Any) -> None:
    """Close what Django has open for this thread."""
    if isinstance(store, DjangoStore):
        from django.db import connections  # noqa: PLC0415 - only here

        connections.close_all()


def let_go(store: Any) -> None:
    """Close what a store has open, if anything."""
    end_thread(store)
    if hasattr(store, "close"):
        store.close()


def drop_table(place: Place) -> None:
    """Take the table of a place out of the database."""
    import psycopg  # noqa: PLC0415 - only some tests need it

    with psycopg.connect(place.database_url) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {place.name}".encode())


def end_connections(place: Place) -> None:
    """End every connection to the database that was last used for the table of a place, as a server that restarts."""
    import psycopg  # noqa: PLC0415 - only some tests need it

    with psycopg.connect(place.database_url) as connection:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE %s AND pid <> pg_backend_pid()"
        assert connection.execute(query, [f"%{place.name}%"]).fetchall()


# --- processes that a test starts ------------------------------------------------------------------------------------


def start(kind: str, place: Place, **todo: Any) -> subprocess.Popen[str]:
    """Start a process that does things with a store of that kind and place; :func:`told` is what it found."""
    work = json.dumps({"kind": kind, "place": asdict(place), **todo})
    return subprocess.Popen([sys.executable, __file__, work], stdout=subprocess.PIPE, text=True)  # noqa: S603 - this interpreter


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a process has found, once it has ended."""
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(out)
    return found


def main() -> None:
    """Be such a process."""
    todo = json.loads(sys.argv[1])
    store = make(todo["kind"], Place(**todo["place"]))
    found: dict[str, Any] = {"read": [plain(store.get(key)) for key in todo.get("read", [])]}
    for key, value in todo.get("write", {}).items():
        store.set(key, value)
    found["added"] = [key for key in todo.get("add", []) if store.add(key, "mine", 60)]
    if "forks" in todo:
        found["forks"] = [forked(store, number) for number in range(todo["forks"])]
        found["after"] = [plain(store.get(f"child{number}")) for number in range(todo["forks"])]
    if "token" in todo:
        found |= walk(store, todo["url"], todo["token"])
    if "app" in todo:
        found["title"] = walk_as_app(store, todo["url"], *todo["app"])
    let_go(store)
    print(json.dumps(found))  # noqa: T201 - to the process that waits for it


def forked(store: Any, number: int) -> int:
    """Use a store in a child, which is forked after this process has used it; 0 if everything was there."""
    child = os.fork()
    if not child:
        store.set(f"child{number}", "ü")
        os._exit(0 if plain(store.get(f"child{number}")) == "ü" else 1)
    return os.waitpid(child, 0)[1]


def walk(store: Any, url: str, token: str) -> dict[str, Any]:
    """Read an issue by way of a store."""
    import igitt  # noqa: PLC0415 - only this needs all of it
    from igitt.cache import ResponseCache  # noqa: PLC0415 - as above

    cache = ResponseCache()
    cache.use_store(store)
    with igitt.GitHub(token, url, cache=cache) as client:
        title = client.get_repo("acme/widgets").get_issue(1).title
    return {"title": title, "revalidated": cache.stats.revalidated, "errors": cache.stats.errors}


def walk_as_app(store: Any, url: str, app: int, key: str, installation: int) -> str:
    """Read an issue as an App, with a token that is shared by way of a store."""
    from igitt.auth import GitHubApp, SharedTokenStore  # noqa: PLC0415 - only this needs it

    own = SharedTokenStore()
    own.use(store.get, store.set, store.delete, add=store.add)
    with GitHubApp(app, key, url, token_store=own, cache=False) as one:
        return str(one.client_for(installation).get_repo("acme/widgets").get_issue(1).title)


def plain(value: Any) -> Any:
    """A value as a text, whether it came as one or as bytes."""
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    main()
