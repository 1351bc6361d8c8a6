"""The cache on servers of others: Redis and PostgreSQL, as a bot would plug them in."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from igitt.cache import ResponseCache
from igitt.testing import Sandbox

pytestmark = pytest.mark.service


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A GitHub with an issue."""
    with Sandbox(socket=False) as made:
        made.github.add_repository("acme/widgets")
        made.github.add_issue("acme/widgets", "It squeaks ☂", labels=["bug"])
        yield made


def second_look_is_free(sandbox: Sandbox, cache: ResponseCache) -> None:
    """Read with one client, then with another one that shares nothing with it but the store."""
    token = sandbox.github.token_for("alice")
    first = sandbox.github.client(token, cache=cache)
    assert first.get_repo("acme/widgets").get_issue(1).title == "It squeaks ☂"
    units = sandbox.github.units
    again = sandbox.github.client(token, cache=cache)
    assert again.get_repo("acme/widgets").get_issue(1).title == "It squeaks ☂"
    assert sandbox.github.units == units
    assert (cache.stats.revalidated, cache.stats.errors) == (1, 0)


def test_redis(sandbox: Sandbox, redis_url: str) -> None:
    """A Redis client's own get, set and delete are a store."""
    server = redis.Redis.from_url(redis_url)
    cache = ResponseCache()
    cache.use(server.get, server.set, server.delete)
    before = set(server.scan_iter("igitt:*"))
    second_look_is_free(sandbox, cache)
    assert set(server.scan_iter("igitt:*")) - before
    cache.clear()
    assert set(server.scan_iter("igitt:*")) <= before
    server.close()


def test_a_redis_that_goes_away(sandbox: Sandbox, redis_url: str) -> None:
    """A connection that broke costs a warning, and no request."""
    server = redis.Redis.from_url(redis_url)
    cache = ResponseCache()
    cache.use(server.get, server.set, server.delete)
    client = sandbox.github.client("alice", cache=cache)
    assert client.get_repo("acme/widgets").get_issue(1).labels == {"bug"}
    gone = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
    cache.use(gone.get, gone.set)
    assert client.get_repo("acme/widgets").get_issue(1).labels == {"bug"}
    assert cache.stats.errors == 2
    server.close()


def test_postgresql(sandbox: Sandbox, database_url: str) -> None:
    """A table with a key and a text is a store."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE answers (key text PRIMARY KEY, value text NOT NULL)")

        def read(key: str) -> str | None:
            row = connection.execute("SELECT value FROM answers WHERE key = %s", [key]).fetchone()
            return row[0] if row else None

        def write(key: str, value: str) -> None:
            upsert = "INSERT INTO answers VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            connection.execute(upsert, [key, value])

        cache = ResponseCache()
        cache.use(read, write)
        second_look_is_free(sandbox, cache)
