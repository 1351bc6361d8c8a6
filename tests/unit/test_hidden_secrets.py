"""No credential where local variables are printed, in an error's cause, or in a page that shows what was sent."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from support.credentials import FakeClock
from support.wire import SECRET, Door, Reply, lost, refused

import igitt
from igitt.auth import (
    BasicAuthorizationToken,
    GitHubAppOAuth2,
    GitHubToken,
    GitHubUserToken,
    GitLabJobToken,
    GitLabOAuthToken,
    GitLabPrivateToken,
)
from igitt.errors import IGittError

FAILURES: dict[str, Callable[[], Reply]] = {
    "refused": refused,
    "lost": lost,
    "TLS": lambda: Reply(error=requests.exceptions.SSLError("bad certificate")),
    "proxy": lambda: Reply(error=requests.exceptions.ProxyError("no tunnel")),
    "timeout": lambda: Reply(error=requests.exceptions.ReadTimeout("slow")),
    "401": lambda: Reply(401, {"message": "Bad credentials"}),
    "403": lambda: Reply(403, {"message": "No."}),
    "429": lambda: Reply(429),
    "502": lambda: Reply(502),
    "no JSON": lambda: Reply(200, body=b"<html>"),
    "echo": lambda: Reply(400, body=f"<h1>Bad</h1> you sent {SECRET}".encode(), headers={"X-Sent": SECRET}),
    "echo in JSON": lambda: Reply(422, {"message": f"what is {SECRET}?", "errors": [SECRET]}),
}
TOKENS: dict[str, Callable[[], Any]] = {
    "GitHub": lambda: GitHubToken(SECRET),
    "user": lambda: GitHubUserToken(SECRET),
    "private": lambda: GitLabPrivateToken(SECRET),
    "job": lambda: GitLabJobToken(SECRET),
    "OAuth": lambda: GitLabOAuthToken(SECRET),
    "basic": lambda: BasicAuthorizationToken("bob", SECRET),
}


def shown(error: BaseException) -> str:
    """What a logger that prints local variables shows of an error, the frames of this file apart."""
    assert error.__traceback__ is not None
    error.with_traceback(error.__traceback__.tb_next)
    text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    chain, link = "", error
    while link is not None:
        chain += f"{link!r} {vars(link)} {getattr(link, 'request', None) and link.request.headers}"
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return text + chain


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("kind", TOKENS)
def test_no_token_in_an_error(kind: str, failure: str) -> None:
    """Neither frames, nor causes, nor words, data and headers of an error show the credential."""
    door = Door(script=lambda _: FAILURES[failure]())
    token = TOKENS[kind]()
    session = door.session()
    client: Any = (
        igitt.GitLab(token, "https://gitlab.example.com", session=session, retries=0, max_wait=0, cache=False)
        if token.hoster == "gitlab"
        else door.github(token, retries=0, max_wait=0, cache=False)
    )
    with pytest.raises(IGittError) as caught:
        client.get("user")
    error = caught.value
    secret = next(iter(token.headers.values())).rpartition(" ")[2]
    told = shown(error)
    assert secret not in told
    assert kind == "basic" or SECRET not in told
    assert getattr(error.__cause__, "request", None) is None


@pytest.mark.parametrize("failure", ["refused", "lost", "429", "502", "echo"])
def test_no_refresh_token_in_an_error(failure: str) -> None:
    """A renewal that fails shows neither the refresh token nor the application's secret."""
    door = Door(script=lambda _: FAILURES[failure]())
    clock = FakeClock()
    application = GitHubAppOAuth2(
        "Iv1.abc", "c1ient5ecret" * 3, url="https://ghe.example.com", session=door.session(), clock=clock
    )
    ended = datetime.fromtimestamp(clock.time() - 1, UTC)
    token = GitHubUserToken(SECRET, "ghr_" + "4ef4e5" * 6, ended, application, clock=clock)
    with pytest.raises(IGittError) as caught:
        assert token.value
    told = shown(caught.value)
    assert door.asked
    assert "4ef4e5" not in told
    assert "c1ient5ecret" not in told


@pytest.mark.parametrize("kind", TOKENS)
def test_headers_are_used_like_any(kind: str) -> None:
    """A credential's headers are ordinary texts for `requests`, and show nothing of themselves."""
    headers = TOKENS[kind]().headers
    assert all(isinstance(value, str) and len(value) > 8 for value in headers.values())
    assert "5ec4e7" not in repr(headers)
    assert TOKENS[kind]().value == SECRET
