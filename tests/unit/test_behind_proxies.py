"""Forges that write another address than clients use, proxies that are down, and sessions of the caller's own."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
import requests
from support.credentials import pem_of, rsa_key
from support.wire import Asked, Door, Reply, slept

import igitt
from igitt.auth import GitHubJsonWebToken, GitLabJobToken
from igitt.errors import (
    AuthenticationError,
    ConnectionFailedError,
    IGittError,
    InvalidResponseError,
    ValidationError,
)

TOKEN = "glpat-" + "0" * 20


def gitlab(door: Door, url: str, token: Any = TOKEN) -> igitt.GitLab:
    """A GitLab client behind a door."""
    return igitt.GitLab(token, url, session=door.session(), cache=False, retries=0)


def moved(location: str) -> Callable[[Asked], Reply]:
    """A forge whose old path redirects."""

    def answer(asked: Asked) -> Reply:
        if "old" in asked.url:
            return Reply(301, headers={"Location": location})
        return Reply(200, {"id": 7, "asked": asked.url})

    return answer


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("https://g.example.com", "http://inner:8080/api/v4/projects/7", "https://g.example.com/api/v4/projects/7"),
        ("https://g.example.com", "http://g.example.com/api/v4/projects/7", "https://g.example.com/api/v4/projects/7"),
        ("http://g.example.com", "https://g.example.com/api/v4/projects/7", "http://g.example.com/api/v4/projects/7"),
        ("https://g.example.com/git", "http://inner/api/v4/projects/7", "https://g.example.com/git/api/v4/projects/7"),
        ("https://g.example.com", "http://inner/git/api/v4/projects/7", "https://g.example.com/api/v4/projects/7"),
        ("https://g.example.com", "/api/v4/projects/7", "https://g.example.com/api/v4/projects/7"),
    ],
)
def test_a_redirect_with_another_address(url: str, location: str, target: str, method: str) -> None:
    """A redirect inside the API is followed at the client's own origin and path, as links are; the method stays."""
    door = Door(script=moved(location))
    assert gitlab(door, url).request(method, "projects/old").data["asked"] == target
    assert [asked.method for asked in door.asked] == [method, method]
    assert {asked.url.split("/api/")[0] for asked in door.asked} == {url}


@pytest.mark.parametrize(
    "location",
    ["https://storage.example.net/blob", "https://evil.example.com/", "//x/y"],
)
def test_a_redirect_out_of_the_api(location: str) -> None:
    """A credential goes to no other place."""
    door = Door(script=moved(location))
    with pytest.raises(InvalidResponseError, match="without one"):
        gitlab(door, "https://g.example.com").request("GET", "projects/old")
    assert len(door.asked) == 1


def test_github_com_is_never_stood_in_for() -> None:
    """At an API without a path of its own, no path tells that a redirect stays inside: a download is another host's."""
    door = Door(Reply(302, headers={"Location": "https://codeload.github.com/acme/widgets/legacy.tar.gz"}))
    client = igitt.GitHub("t", session=door.session(), cache=False)
    with pytest.raises(InvalidResponseError, match="codeload"):
        client.request("GET", "repos/acme/widgets/tarball")


def test_http_that_redirects_to_https() -> None:
    """The error of a client that was made with http:// names the address to make it with."""
    door = Door(script=lambda asked: Reply(301, headers={"Location": asked.url.replace("http:", "https:")}))
    with pytest.raises(InvalidResponseError, match=r"to https://g\.example\.com: make the client with that as its url"):
        gitlab(door, "http://g.example.com").request("GET", "user")
    assert len(door.asked) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """The proxy is named without its password, and nothing was sent: also a POST is tried again."""
    monkeypatch.setenv("HTTP_PROXY", "http://user:pa55word@127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://user:pa55word@127.0.0.1:9")
    client = Door().github()
    client = igitt.GitLab(TOKEN, "http://gitlab.example.test", cache=False, clock=client.transport.clock)
    with pytest.raises(ConnectionFailedError, match=r"through the proxy 127\.0\.0\.1") as caught:
        client.request(method, "user")
    assert "pa55word" not in str(caught.value)
    assert len(slept(client)) == 3


def test_a_session_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the session says of certificates and proxies is used, whatever the environment says; else the latter."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/other.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://other:3128")
    monkeypatch.setenv("https_proxy", "http://other:3128")

    def used(**options: Any) -> tuple[Any, Any]:
        door = Door(Reply(200, {}))
        session = door.session()
        session.trust_env = True
        for name, value in options.items():
            setattr(session, name, value)
        igitt.GitHub("t", "https://ghe.example.com", session=session, cache=False).get("user")
        return door.options[0]["verify"], door.options[0]["proxies"].get("https")

    assert used(verify="/own.pem", proxies={"https": "http://own:1"}) == ("/own.pem", "http://own:1")
    assert used(verify=False, proxies={"all": "http://own:1"}) == (False, None)
    assert used() == ("/etc/other.pem", "http://other:3128")


def test_a_session_with_a_cache_is_refused() -> None:
    """A session that keeps answers would give old ones without a word."""
    caching = requests.Session()
    caching.cache = object()  # type: ignore[attr-defined]
    adapting = requests.Session()
    adapting.get_adapter("https://x").cache = object()  # type: ignore[attr-defined]
    for session in (caching, adapting):
        with pytest.raises(ValidationError, match="cache of its own"):
            igitt.GitLab(session=session)


def test_a_session_that_reads_answers() -> None:
    """A session that has read the answer's body itself, such as one that logs, is understood; also of gzip."""

    class Logging(requests.Session):
        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            response = super().send(request, **options)
            assert response.text
            return response

    packed = gzip.compress(b'{"a": 1}')
    door = Door(Reply(200, body=packed, headers={"Content-Encoding": "gzip"}))
    session = Logging()
    session.mount("https://", door)
    client = igitt.GitLab(TOKEN, "https://g.example.com", session=session, cache=False)
    assert client.get("user") == {"a": 1}


def test_what_the_kind_of_token_tells() -> None:
    """A 401 says what is likely wrong with a token of that kind."""
    door = Door(script=lambda _: Reply(401, {"message": "401 Unauthorized"}))
    for client, words in (
        (gitlab(door, "https://g.example.com", GitLabJobToken("glcbt-64_abc")), "CI job's token reaches only a few"),
        (gitlab(door, "https://g.example.com"), "was it revoked"),
        (door.github(GitHubJsonWebToken(pem_of(rsa_key()), 5)), "do app_id and private key belong together"),
    ):
        with pytest.raises(AuthenticationError, match=words):
            client.request("GET", "user")


def test_every_error_is_ours() -> None:
    """A redirect that is no URL is told as such."""
    with pytest.raises(IGittError):
        gitlab(Door(script=moved("http://[::1")), "https://g.example.com").request("GET", "projects/old")
