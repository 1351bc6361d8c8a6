"""A forge's door for tests of the core: answers by a script and keeps what was asked, without socket and clock."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from support.credentials import FakeClock
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

import igitt
from igitt.cache import ResponseCache

WEB = "https://ghe.example.com"
API = f"{WEB}/api/v3"
SECRET = "ghp_" + "5ec4e7" * 6


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def path(self) -> str:
        """The path below the API's."""
        return urlsplit(self.url).path.removeprefix("/api/v3")

    @property
    def query(self) -> dict[str, str]:
        """The query."""
        return dict(parse_qsl(urlsplit(self.url).query))


@dataclass
class Reply:
    """An answer, or what happens in its place.

    `data` is sent as JSON, `body` as it is; `error` is raised instead; `length` is a Content-Length, right or wrong,
    which urllib3 before 2.0 does not look at (`lax`).
    """

    status: int = 200
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    error: Exception | None = None
    length: int | None = None
    lax: bool = False


def refused() -> Reply:
    """Nobody listens: the forge saw nothing."""
    reason = NewConnectionError(None, "Connection refused")  # type: ignore[arg-type]
    return Reply(error=requests.ConnectionError(MaxRetryError(None, "/", reason)))  # type: ignore[arg-type]


def lost() -> Reply:
    """The connection broke after the request was sent: the forge may have carried it out."""
    broken = ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
    return Reply(error=requests.ConnectionError(broken))


Script = Callable[[Asked], Reply]


class Door(HTTPAdapter):
    """A `requests` adapter that answers with the next reply, or with what a function makes of the request."""

    def __init__(self, *replies: Reply, script: Script | None = None) -> None:
        super().__init__()
        self.replies = list(replies)
        self.script = script
        self.asked: list[Asked] = []
        self.options: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, *positional: Any, **options: Any) -> requests.Response:  # noqa: D102
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        asked = Asked(str(request.method), str(request.url), headers, body)
        self.asked.append(asked)
        self.options.append(options)
        if self.script is None and not self.replies:
            raise AssertionError(f"nobody expected {asked.method} {asked.url}")
        reply = self.script(asked) if self.script is not None else self.replies.pop(0)
        if reply.error is not None:
            raise reply.error
        body = reply.body if reply.body is not None else b"" if reply.data is None else json.dumps(reply.data).encode()
        found = {"Content-Length": str(len(body) if reply.length is None else reply.length), **reply.headers}
        if reply.status in {204, 304}:
            found.pop("Content-Length")
        raw = urllib3.HTTPResponse(
            io.BytesIO(body), found, reply.status, preload_content=False, enforce_content_length=not reply.lax
        )
        return self.build_response(request, raw)

    def told(self) -> list[str]:
        """What was asked, as ``"METHOD path"``."""
        return [f"{asked.method} {asked.path}" for asked in self.asked]

    def github(self, token: Any = SECRET, **options: Any) -> igitt.GitHub:
        """A GitHub client behind this door, with a clock that does not wait and a cache of its own."""
        options.setdefault("clock", FakeClock())
        options.setdefault("cache", ResponseCache())
        return igitt.GitHub(token, WEB, session=self.session(), **options)

    def session(self) -> requests.Session:
        """A session that has no other way out."""
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", self)
        session.mount("http://", self)
        return session


def forge(etag: str = '"1"', **headers: str) -> Callable[[Asked], Reply]:
    """A forge whose answer never changes: 304 for who knows its ETag or date."""

    def answer(asked: Asked) -> Reply:
        found = {"ETag": etag, **headers}
        known = asked.headers.get("if-none-match") == etag or (
            "if-none-match" not in asked.headers
            and asked.headers.get("if-modified-since") == headers.get("Last-Modified", 0)
        )
        return Reply(304, headers=found) if known else Reply(200, {"title": "x"}, found)

    return answer


def travelled(thing: Any) -> Any:
    """What arrives in another process."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - it was made here


def slept(client: Any) -> list[float]:
    """The pauses that a client made."""
    clock: FakeClock = client.transport.clock
    return clock.slept
