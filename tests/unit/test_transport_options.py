"""A client's options hold for every request: time, reading only, sessions, secrets, and a process of its own."""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import Any

import pytest
import requests
from support.wire import SECRET, WEB, Door, Reply, lost

import igitt
from igitt.auth import (
    BasicAuthorizationToken,
    GitHubToken,
    GitHubUserToken,
    GitLabJobToken,
    GitLabOAuthToken,
    GitLabPrivateToken,
    Token,
)
from igitt.errors import (
    ConnectionFailedError,
    IGittError,
    InvalidResponseError,
    RateLimitError,
    ReadOnlyError,
    RequestTimeoutError,
    ValidationError,
)


def test_there_is_a_timeout_unless_given() -> None:
    """No request waits forever; the timeout is the caller's to choose."""
    for options, expected in (({}, (10.0, 30.0)), ({"timeout": 5}, 5), ({"timeout": (1, 2)}, (1, 2))):
        door = Door(Reply(200, {}))
        door.github(**options).request("GET", "x")
        assert door.options[0]["timeout"] == expected


@pytest.mark.parametrize("wrong", [0, -1, "5", None, (1,), (1, 0), True])
def test_a_wrong_timeout(wrong: Any) -> None:
    """What is no timeout is refused when the client is made."""
    with pytest.raises(ValidationError, match="timeout"):
        Door().github(timeout=wrong)


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
def test_a_silent_server(beginning: bytes) -> None:
    """A server that says nothing, or stops in the middle, ends in a timeout error."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(beginning)
                connection.recv(4096)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with (
            igitt.GitHub("ghp_x", url, timeout=0.05, retries=0, cache=False) as client,
            pytest.raises(RequestTimeoutError) as caught,
        ):
            client.request("GET", "user")
        assert isinstance(caught.value, TimeoutError)
        client.close()
        thread.join(5)


# --- options and secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_read_only(method: str) -> None:
    """A read-only client refuses every write before it is sent, and reads."""
    door = Door(Reply(200, {}))
    client = door.github(read_only=True)
    with pytest.raises(ReadOnlyError, match="read_only"):
        client.request(method, "x", json={})
    assert door.asked == []
    assert client.request("GET", "x").status == 200


def test_a_read_only_client_reads_by_graphql() -> None:
    """A GraphQL query is a POST that writes nothing; a mutation writes."""
    door = Door(script=lambda _: Reply(200, {"data": {"viewer": {"login": "a"}}}))
    client = door.github(read_only=True)
    assert client.graphql("query { viewer { login } }") == {"viewer": {"login": "a"}}
    assert client.graphql('# mutation\n{ search(text: "} mutation {") { mutation } }') == {"viewer": {"login": "a"}}
    for text in (
        "mutation { x }",
        "# a comment first\nmutation M($a: In = {b: {c: 1}}) { x }",
        "fragment F on Issue { id } mutation { x }",
        'query Q { a(b: "{") } mutation M { x }',
    ):
        with pytest.raises(ReadOnlyError):
            client.graphql(text)
    assert len(door.asked) == 2


@pytest.mark.parametrize("wrong", ["", " ", None, 5, {"query": "{ x }"}])
def test_no_query(wrong: Any) -> None:
    """What is no GraphQL query is refused before it is sent."""
    door = Door()
    with pytest.raises(ValidationError, match="GraphQL"):
        door.github().graphql(wrong)
    assert door.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"errors": [{"message": "No field x"}], "data": None}, ValidationError),
        ({"errors": ["x"]}, ValidationError),
        ({"errors": "x"}, ValidationError),
        ([5], InvalidResponseError),
        (None, InvalidResponseError),
        ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, RateLimitError),
    ],
)
def test_graphql_that_fails(answer: Any, kind: type[IGittError]) -> None:
    """GraphQL reports its errors with status 200; each is one of ours, also when its shape is strange."""
    door = Door(Reply(200, answer, {"X-RateLimit-Limit": "9", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"}))
    with pytest.raises(kind) as caught:
        door.github(max_wait=0).graphql("{ x }")
    assert caught.value.status == 200
    if isinstance(caught.value, RateLimitError):
        assert caught.value.reset_at is not None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://github.com", True),
        ("https://acme.ghe.com", True),
        ("https://our-github.com", False),
        ("https://ghe.example.com", False),
    ],
)
def test_an_enterprise_server_is_not_told_a_version(url: str, told: bool) -> None:
    """Only GitHub's own hosts know every version of the API; a name that merely ends alike is a server's."""
    assert ("X-GitHub-Api-Version" in igitt.GitHub(url=url).transport.dialect.headers) is told


@pytest.mark.parametrize(
    ("client", "token"),
    [
        (igitt.GitHub, GitLabPrivateToken("glpat-x")),
        (igitt.GitHub, GitLabJobToken("x")),
        (igitt.GitHub, GitLabOAuthToken("x")),
        (igitt.GitLab, GitHubToken("ghp_x")),
        (igitt.GitLab, GitHubUserToken("ghu_x")),
    ],
)
def test_another_forges_token(client: type[igitt.GitHub | igitt.GitLab], token: Token) -> None:
    """A token of the other forge is refused at once, and never sent; a name and password suit both."""
    with pytest.raises(ValidationError, match="must not be sent"):
        client(token)
    assert client(BasicAuthorizationToken("alice", "x")).token is not None


@pytest.mark.parametrize(
    "options",
    [
        {"token": 5},
        {"token": ""},
        {"token": "two words"},
        {"read_ahead": 0},
        {"read_ahead": "8"},
        {"cache": "no"},
        {"session": "no"},
        {"api_version": 5},
    ],
)
def test_wrong_options(options: dict[str, Any]) -> None:
    """Every option that makes no sense is refused when the client is made."""
    with pytest.raises(ValidationError):
        igitt.GitHub(**{"url": WEB, **options})


def test_wrong_option_names() -> None:
    """An option that does not exist is a mistake of the caller's program."""
    with pytest.raises(TypeError):
        Door().github(retry=3)


def test_no_secret_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    """Neither log, nor repr, nor error shows a credential, whatever happens."""
    caplog.set_level(logging.DEBUG)
    door = Door(
        Reply(200, {}),
        Reply(401, {"message": "Bad credentials"}),
        lost(),
        Reply(429, headers={"Retry-After": "1"}),
        Reply(200, {}),
    )
    client = door.github(retries=0)
    shown = [
        repr(client),
        repr(client.token),
        str(client.token),
        repr(client.transport),
        repr(client.request("GET", "x")),
    ]
    for _ in range(2):
        with pytest.raises(igitt.IGittError) as caught:
            client.request("GET", "x?q=private")
        shown += [str(caught.value), repr(caught.value), repr(vars(caught.value))]
    client.request("POST", "x", json={"body": "private"})
    assert SECRET not in "".join(shown) + caplog.text
    assert "private" not in caplog.text
    assert "igitt._http.transport" in caplog.text


def test_a_session_of_ones_own_keeps_its_adapters() -> None:
    """The session's adapters, proxies and TLS settings are used; its headers and cookies are not."""
    door = Door(Reply(200, {}, {"Set-Cookie": "a=b"}), Reply(200, {}))
    session = door.session()
    session.verify = "/some/ca.pem"
    session.proxies = {"https": "http://127.0.0.1:9"}
    session.headers["X-Mine"] = "1"
    client = igitt.GitHub(SECRET, WEB, session=session, cache=False)
    client.request("GET", "x")
    client.request("GET", "x")
    assert door.options[0]["verify"] == "/some/ca.pem"
    assert door.options[0]["proxies"]["https"] == "http://127.0.0.1:9"
    assert "cookie" not in door.asked[1].headers
    client.close()


def test_a_certificate_bundle_that_is_not_there() -> None:
    """A wrong path to certificates is one of our errors, and names the path."""
    session = requests.Session()
    session.trust_env = False
    session.verify = "/no/such/bundle.pem"
    client = igitt.GitHub("ghp_x", "https://127.0.0.1:9", session=session, cache=False, retries=0)
    with pytest.raises(ConnectionFailedError, match=r"/no/such/bundle\.pem"):
        client.request("GET", "x")


def test_proxies_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxies are honoured, and asked for when the client is made and not for every call."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    door = Door(Reply(200, {}), Reply(200, {}))
    session = door.session()
    session.trust_env = True
    client = igitt.GitHub(SECRET, WEB, session=session, cache=False)
    monkeypatch.delenv("HTTPS_PROXY")
    client.request("GET", "x")
    assert door.options[0]["proxies"]["https"] == "http://127.0.0.1:9"


def test_another_credential_for_one_request() -> None:
    """One request may be sent with another token, or with none."""
    door = Door(script=lambda _: Reply(200, {}))
    client = door.github()
    client.request("GET", "x", token=GitHubToken("ghp_other"))
    client.request("GET", "x", token=None)
    assert door.asked[0].headers["authorization"] == "Bearer ghp_other"
    assert "authorization" not in door.asked[1].headers


def test_conditions_of_the_callers_own() -> None:
    """Who sends a condition of his own gets the bare 304, and the cache stays out of it."""
    door = Door(Reply(200, {}, {"ETag": '"1"'}), Reply(304))
    client = door.github()
    client.request("GET", "x")
    answer = client.request("GET", "x", headers={"if-none-match": '"mine"'})
    assert (answer.status, answer.content) == (304, b"")
    assert door.asked[1].headers["if-none-match"] == '"mine"'


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the server's threads stay behind, as they may
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("session", [None, requests.Session()], ids=["its own session", "the caller's session"])
def test_a_forked_process_has_connections_of_its_own(session: requests.Session | None) -> None:
    """A child process opens its own connection, and the parent's goes on working."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepted: list[int] = []

        def answer(connection: socket.socket) -> None:
            with connection:
                while connection.recv(4096):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        def serve() -> None:
            for _ in range(2):
                connection, (_, port) = listening.accept()
                accepted.append(port)
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with igitt.GitHub(
            "ghp_x", f"http://127.0.0.1:{listening.getsockname()[1]}", cache=False, session=session
        ) as client:
            client.request("GET", "x")
            child = os.fork()
            if child == 0:  # pragma: no cover - another process
                status = 1
                try:
                    status = 0 if client.request("GET", "x").status == 200 else 1
                finally:
                    os._exit(status)
            assert os.waitpid(child, 0)[1] == 0
            client.request("GET", "x")
        thread.join(5)
        assert len(accepted) == 2
