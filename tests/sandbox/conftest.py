"""A sandbox without sockets, a clock that stands still, and sessions that reach it."""

from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
import requests

from igitt.testing import Sandbox

START = 1_790_000_000.5


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Return a sandbox without sockets whose clock only moves by `advance`."""
    with Sandbox(socket=False, clock=lambda: START) as made:
        yield made


@pytest.fixture
def app_jwt() -> Callable[..., str]:
    """Return a function that signs an App's JWT, good unless claims say otherwise."""

    def sign(app: Any, **claims: Any) -> str:
        good = {"iat": int(START) - 60, "exp": int(START) + 300, "iss": str(app.id)}
        return jwt.encode(good | claims, app.private_key, "RS256")

    return sign


@pytest.fixture
def github_as(sandbox: Sandbox) -> Iterator[Callable[..., Callable[..., requests.Response]]]:
    """Return a function that gives `send(method, path)` to GitHub for a login, a credential or nobody."""
    sessions = []

    def make(who: str | None = None) -> Callable[..., requests.Response]:
        forge, session = sandbox.github, requests.Session()
        sessions.append(session)
        session.mount(forge.url, sandbox.adapter())
        ready = who is None or who.startswith(("ghs_", "ghp_", "ey")) or who == "wrong"
        token = who if ready else forge.token_for(who)
        if token:
            session.headers["Authorization"] = f"Bearer {token}"

        def send(method: str, path: str, **options: Any) -> requests.Response:
            url = path if path.startswith("http") else forge.api_url + path
            return session.request(method, url, **({"allow_redirects": False} | options))

        return send

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def gitlab_as(sandbox: Sandbox) -> Iterator[Callable[..., Callable[..., requests.Response]]]:
    """Return a function that gives `send(method, path)` to GitLab for a login, a token or nobody."""
    sessions = []

    def make(who: str | None = None) -> Callable[..., requests.Response]:
        forge, session = sandbox.gitlab, requests.Session()
        sessions.append(session)
        session.mount(forge.url, sandbox.adapter())
        token = who if who is None or who.startswith("glpat-") else forge.token_for(who)
        if token:
            session.headers["PRIVATE-TOKEN"] = token

        def send(method: str, path: str, **options: Any) -> requests.Response:
            url = path if path.startswith("http") else forge.api_url + path
            return session.request(method, url, **({"allow_redirects": False} | options))

        return send

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def gitlab(sandbox: Sandbox) -> Any:
    """Return a GitLab with a public project, an issue and a merge request."""
    made = sandbox.gitlab
    made.add_organization("acme", members={"alice": "owner"})
    made.add_repository("acme/widgets", members={"bob": "write"}, labels=["bug"])
    made.add_issue("acme/widgets", "It broke", author="bob", labels=["bug"])
    made.add_merge_request("acme/widgets", "Fix it", head="feature", author="bob", body="Closes #1")
    return made


@pytest.fixture
def alice(gitlab: Any, gitlab_as: Callable[..., Any]) -> Callable[..., requests.Response]:
    """Return `send` of the group's owner."""
    return gitlab_as("alice")
