"""A GitHub App whose processes share their tokens, as a user's type checker sees it."""

from collections.abc import Iterator
from typing import Any, assert_type

import igitt
from igitt.auth import GitHubApp, GitHubInstallationToken, GitHubJsonWebToken, SharedTokenStore, TokenStore
from igitt.stores import SQLiteStore


def share(shelf: dict[str, str], redis: Any) -> None:
    TokenStore.use(shelf.get, shelf.__setitem__, shelf.pop)
    TokenStore.use(redis.get, redis.set, redis.delete, add=lambda key, text, seconds: redis.set(key, text, ex=seconds))
    TokenStore.use_store(SQLiteStore("tokens.db"), key=["new", b"old"])
    assert_type(TokenStore.in_use, bool)
    TokenStore.stop()


def clients(key: str) -> Iterator[igitt.GitHub]:
    own = SharedTokenStore()
    app = GitHubApp(12345, key, token_store=own, timeout=5)
    for installation in app.installations:
        assert_type(installation.is_suspended, bool)
        yield app.client_for(installation)
    jwt = GitHubJsonWebToken(key, 12345, token_store=own)
    yield igitt.GitHub(GitHubInstallationToken(5, jwt))
