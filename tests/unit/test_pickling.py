"""Objects travel, credentials do not."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.wire import SECRET, WEB, Door, Reply, travelled

import igitt
from igitt.auth import BasicAuthorizationToken, GitHubToken, GitLabPrivateToken
from igitt.errors import IGittError, ValidationError
from igitt.interfaces import Issue


@pytest.fixture(autouse=True)
def _no_resolver() -> Iterator[None]:
    yield
    igitt.use_clients(None)


def test_identity_and_data_travel() -> None:
    """An object comes back with what it knew, equal to what it was, and without a credential."""
    client = Door(Reply(200, {"number": 5, "title": "x", "user": {"login": "alice"}})).github()
    issue = client.get_repo("a/b").get_issue(5).refresh()
    packed = pickle.dumps(issue)
    assert SECRET.encode() not in packed
    back = travelled(issue)
    assert (back.title, back.number, repr(back), back.url) == ("x", 5, repr(issue), issue.url)
    assert back == issue
    assert hash(back) == hash(issue)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol(protocol: int) -> None:
    """Every way of pickling keeps the credential out."""
    packed = pickle.dumps(Door().github().get_repo("a/b").get_issue(5), protocol)
    assert SECRET.encode() not in packed
    assert pickle.loads(packed).number == 5  # noqa: S301 - it was made here


def test_without_a_client() -> None:
    """What needs the forge says how to give the object a client."""
    back = travelled(Door().github().get_repo("a/b").get_issue(5))
    with pytest.raises(IGittError, match=r"bind\(client\).*use_clients"):
        _ = back.title


def test_binding() -> None:
    """A bound object asks with its new client, and so does what it belongs to."""
    back = travelled(Door().github().get_repo("a/b").get_issue(5))
    door = Door(Reply(200, {"title": "x"}), Reply(200, {"description": "d"}))
    assert back.bind(door.github("ghp_other")) is back
    assert (back.title, back.repository.description) == ("x", "d")
    assert door.asked[0].headers["authorization"] == "Bearer ghp_other"


def test_binding_to_another_instance_is_refused() -> None:
    """A client of another instance would make another thing of it, and send a credential where it does not belong."""
    back = travelled(Door().github().get_repo("a/b").get_issue(5))
    with pytest.raises(ValidationError, match=r"other\.example\.com"):
        back.bind(igitt.GitHub("ghp_x", "https://other.example.com"))


def test_a_resolver_for_the_process() -> None:
    """``use_clients`` names a function that finds a client by forge and instance."""
    back = travelled(Door().github().get_repo("a/b").get_issue(5))
    door = Door(Reply(200, {"title": "x"}))
    asked: list[Any] = []

    def resolve(hoster: str, url: str) -> Any:
        asked.append((hoster, url))
        return door.github()

    igitt.use_clients(resolve)
    assert back.title == "x"
    assert asked == [("github", f"{WEB}/api/v3")]


def test_a_resolver_that_is_none() -> None:
    """What is no function is refused at once."""
    with pytest.raises(ValidationError, match="function"):
        igitt.use_clients("client")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "token",
    [GitHubToken(SECRET), GitLabPrivateToken(SECRET), BasicAuthorizationToken("alice", SECRET)],
    ids=lambda token: type(token).__name__,
)
def test_a_token_refuses_to_travel(token: Any) -> None:
    """Tokens are neither pickled nor copied, and say why."""
    for travel in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="secret"):
            travel(token)


def test_a_client_refuses_to_travel() -> None:
    """Clients are not pickled, and say what is."""
    with pytest.raises(TypeError, match="objects can"):
        pickle.dumps(Door().github())


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_keeps_its_client(duplicate: Callable[[Issue], Issue]) -> None:
    """A copy within the process is the same thing, goes on working, and changes alone."""
    door = Door()
    issue = door.github().get_repo("a/b").get_issue(5)
    twin = duplicate(issue)
    assert twin == issue
    assert twin is not issue
    assert twin.client is issue.client
