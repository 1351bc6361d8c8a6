"""A GitLab that answers what a test lays out, for what no sandbox shows: odd answers, and the exact requests."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter
from support.credentials import FakeClock

from igitt.cache import ResponseCache
from igitt.gitlab import GitLab

API = "/api/v4/"
PROJECT = "projects/group%2Fsub%2Fproject"


class Turns(list[Any]):
    """Answers that are given one after the other."""


class Forge(BaseAdapter):
    """Answers what a test lays out, a body or a pair of status and body, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.headers: dict[str, str] = {}

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        """Keep the request and give the answer that was laid out for it."""
        parts = urlsplit(request.url)
        what = f"{request.method} {parts.path.partition(API)[2] or parts.path}"
        self.asked.append((what, dict(parse_qsl(parts.query)), json.loads(request.body) if request.body else None))
        answer = self.answers.get(what, (404, {"message": "404 Not Found"}))
        if isinstance(answer, Turns):
            answer = answer.pop(0)
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.raw = BytesIO(body.encode() if isinstance(body, str) else json.dumps(body).encode())
        response.headers.update(self.headers)
        return response

    def close(self) -> None:
        """Nothing is open."""

    @property
    def sent(self) -> list[str]:
        """What was asked, without queries and bodies."""
        return [what for what, _, _ in self.asked]

    @property
    def body(self) -> Any:
        """The last request's body."""
        return self.asked[-1][2]


def client_of(
    forge: Forge, token: Any = "glpat-secret", url: str = "https://gitlab.example.com", **options: Any
) -> GitLab:
    """Return a client of it, with a cache and a clock of its own."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", forge)
    return GitLab(token, url, session=session, cache=ResponseCache(), clock=FakeClock(), retries=0, **options)
