"""The recipes on the page about the cache: each keeps answers in its store, and what it says of its store is so."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.recipes import pieces, recipe
from support.stores import Place, configure_django, driven
from support.wire import Door, forge

from igitt.cache import Cache
from igitt.stores import SQLAlchemyStore

PAGE = "cache.rst"
FUNCTIONS = "Any other: two functions"


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the page has defined before its recipes, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    Cache.reset_stats()
    yield {"Cache": Cache, "os": os}
    Cache.use_memory()
    Cache.reset_stats()


def second_look_is_free() -> None:
    """Read with two clients that share nothing but the process's cache: the second time, nothing has changed."""
    Cache.clear()
    for from_cache in (False, True):
        client = Door(script=forge()).github(cache=Cache)
        found = client.request("GET", "x")
        assert (found.data, found.from_cache) == ({"title": "x"}, from_cache)
    assert (Cache.stats.revalidated, Cache.stats.errors) == (1, 0)
    Cache.clear()
    Cache.reset_stats()


@pytest.mark.parametrize("title", ["A file: SQLite", "Flask", "diskcache", "A database: SQLAlchemy"])
def test_recipes(title: str, names: dict[str, Any]) -> None:
    """Each recipe works as it stands."""
    exec(recipe(PAGE, title), names)  # noqa: S102 - the page's own words
    second_look_is_free()


@pytest.mark.service
def test_redis(names: dict[str, Any], redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipes for Redis, with a store and with a client's functions, work on a server."""
    monkeypatch.setenv("REDIS_URL", redis_url)
    for piece in (recipe(PAGE, "Redis"), pieces(PAGE, FUNCTIONS)[-1]):
        exec(piece, names)  # noqa: S102 - the page's own words
        second_look_is_free()
    names["client"].close()


@pytest.mark.service
def test_postgresql(names: dict[str, Any], database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe for SQLAlchemy works on PostgreSQL."""
    made: list[SQLAlchemyStore] = []

    class Noted(SQLAlchemyStore):
        def __init__(self, url: str) -> None:
            super().__init__(url)
            made.append(self)

    monkeypatch.setattr("igitt.stores.SQLAlchemyStore", Noted)
    monkeypatch.setenv("CACHE_URL", driven(database_url))
    exec(recipe(PAGE, "A database: SQLAlchemy"), names)  # noqa: S102 - the page's own words
    second_look_is_free()
    made[0].close()


def test_django(names: dict[str, Any], tmp_path: Path) -> None:
    """The recipe for Django works with the cache of its settings."""
    configure_django(Place(str(tmp_path), "recipe"))
    exec(recipe(PAGE, "Django"), names)  # noqa: S102 - the page's own words
    second_look_is_free()


def test_functions_forget(names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's own functions forget after its five minutes, and the answer comes whole again; a store keeps it."""
    configure_django(Place(str(tmp_path), "forgetful"))
    later = time.time() + 301
    for piece, kept in ((pieces(PAGE, FUNCTIONS)[1], False), (recipe(PAGE, "Django"), True)):
        exec(piece, names)  # noqa: S102 - the page's own words
        client = Door(script=forge()).github(cache=Cache)
        with monkeypatch.context() as patch:
            assert client.request("GET", "x").data == {"title": "x"}
            patch.setattr(time, "time", lambda: later)
            found = client.request("GET", "x")
        assert (found.data, found.from_cache) == ({"title": "x"}, kept)


def test_functions(names: dict[str, Any], tmp_path: Path) -> None:
    """Two functions of a dict, of Django and of Flask-Caching do as well."""
    configure_django(Place(str(tmp_path), "recipe"))
    exec(recipe(PAGE, "Flask"), names)  # noqa: S102 - the page's own words
    for piece in pieces(PAGE, FUNCTIONS)[:-1]:
        exec(piece, names)  # noqa: S102 - the page's own words
        second_look_is_free()
