"""A forge that costs next to nothing: what every benchmark asks, in a process of its own.

It speaks HTTP/1.1 with keep-alive, answers issues with the headers and the shape of GitHub's, and knows neither igitt
nor the sandbox. What a benchmark measures is therefore the client alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

ISSUES = 50_000
PER_PAGE = 100
API = "/api/v3"
REPOSITORY = "acme/widgets"


def _user(base: str, login: str) -> dict[str, Any]:
    api = f"{base}{API}/users/{login}"
    lists = ("followers", "subscriptions", "orgs", "repos", "received_events")
    return {
        "login": login, "id": 1_000_001, "node_id": "U_kgDOABCDEF", "avatar_url": f"{base}/avatars/u/1000001?v=4",
        "gravatar_id": "", "url": api, "html_url": f"{base}/{login}",
        **{f"{name}_url": f"{api}/{name}" for name in lists},
        "following_url": f"{api}/following{{/other_user}}", "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}", "events_url": f"{api}/events{{/privacy}}",
        "type": "User", "user_view_type": "public", "site_admin": False,
    }  # fmt: skip


def issue_json(base: str) -> bytes:
    """The JSON of an issue, about 5 KB as real ones have, with ``@N@`` for its number."""
    repository = f"{base}{API}/repos/{REPOSITORY}"
    url = f"{repository}/issues/@N@"
    label = {"id": 7, "node_id": "LA_kwDO", "url": f"{repository}/labels/bug", "color": "d73a4a", "default": True}
    reactions = dict.fromkeys(("total_count", "+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"), 0)
    data = {
        "url": url, "repository_url": repository, "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events", "html_url": f"{base}/{REPOSITORY}/issues/@N@",
        "id": 1_900_000_000, "node_id": "I_kwDO",
        "number": "@N@", "title": "The widget squeaks when it turns for the @N@th time", "user": _user(base, "alice"),
        "labels": [{**label, "name": name, "description": f"About {name}"} for name in ("bug", "help wanted", "idea")],
        "state": "open", "locked": False, "assignee": _user(base, "bob"), "assignees": [_user(base, "bob")],
        "milestone": None, "comments": 3, "created_at": "2025-03-04T05:06:07Z", "updated_at": "2025-03-05T05:06:07Z",
        "closed_at": None, "author_association": "MEMBER", "active_lock_reason": None,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "body": "It squeaks, loudly, and only on Tuesdays.\r\n\r\n" * 24, "closed_by": None,
        "reactions": {"url": f"{url}/reactions", **reactions}, "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None, "state_reason": None,
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":")).replace('"number":"@N@"', '"number":@N@').encode()


_HEADERS = """\
HTTP/1.1 200 OK\r
Date: Tue, 04 Mar 2025 05:06:08 GMT\r
Content-Type: application/json; charset=utf-8\r
Content-Length: {length}\r
Cache-Control: private, max-age=60, s-maxage=60\r
Vary: Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With\r
ETag: W/"{etag}"\r
{more}X-GitHub-Media-Type: github.v3; format=json\r
x-github-api-version-selected: 2022-11-28\r
X-RateLimit-Limit: 5000\r
X-RateLimit-Remaining: 4987\r
X-RateLimit-Reset: 1741068000\r
X-RateLimit-Used: 13\r
X-RateLimit-Resource: core\r
Access-Control-Expose-Headers: ETag, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining\r
Access-Control-Allow-Origin: *\r
Strict-Transport-Security: max-age=31536000; includeSubdomains; preload\r
X-Frame-Options: deny\r
X-Content-Type-Options: nosniff\r
X-XSS-Protection: 0\r
Referrer-Policy: origin-when-cross-origin, strict-origin-when-cross-origin\r
Content-Security-Policy: default-src 'none'\r
Server: github.com\r
X-GitHub-Request-Id: 0C0A:1D2E:3F4A5B:6C7D8E:67C68A10\r
\r
"""


class _Forge:
    """Answers, made once where they are small enough to be kept."""

    def __init__(self, base: str, latency: float, issues: int) -> None:
        self.base = base
        self.latency = latency
        self.pages = issues // PER_PAGE
        self.issue = issue_json(base)
        self.ready: dict[str, bytes] = {}

    def answer(self, target: str) -> bytes:
        """The whole answer to a GET."""
        found = self.ready.get(target)
        if found is None:
            path, _, query = target.partition("?")
            made = self._page(path, query) if path.endswith("/issues") else self._single(path.rsplit("/", 1)[1])
            found = made
            if len(self.ready) < 600:
                self.ready[target] = found
        return found

    def _single(self, number: str) -> bytes:
        return _whole(self.issue.replace(b"@N@", number.encode()), "Last-Modified: Wed, 05 Mar 2025 05:06:07 GMT\r\n")

    def _page(self, path: str, query: str) -> bytes:
        parameters = dict(part.split("=") for part in query.split("&"))
        number = int(parameters.get("page", "1"))
        numbers = range((number - 1) * PER_PAGE + 1, number * PER_PAGE + 1)
        body = b"[" + b",".join(self.issue.replace(b"@N@", b"%d" % count) for count in numbers) + b"]"
        relations = {"prev": number - 1, "next": number + 1, "last": self.pages, "first": 1}
        if number == self.pages:
            relations = {name: page for name, page in relations.items() if name in {"prev", "first"}}
        links = ", ".join(
            f'<{self.base}{path}?per_page={PER_PAGE}&page={page}>; rel="{name}"'
            for name, page in relations.items()
            if page
        )
        return _whole(body, f"Link: {links}\r\n")

    def serve(self, connection: socket.socket) -> None:
        """Answer one connection's requests until it closes."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffered = b""
        with connection, contextlib.suppress(OSError):
            while True:
                while b"\r\n\r\n" not in buffered:
                    received = connection.recv(65536)
                    if not received:
                        return
                    buffered += received
                head, _, buffered = buffered.partition(b"\r\n\r\n")
                if self.latency:
                    time.sleep(self.latency)
                connection.sendall(self.answer(head.split(b" ", 2)[1].decode()))


def _whole(body: bytes, more: str) -> bytes:
    etag = hashlib.sha256(body[:4096]).hexdigest()
    return _HEADERS.format(length=len(body), etag=etag, more=more).encode() + body


def _run(latency: float, issues: int, told: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        forge = _Forge(f"http://127.0.0.1:{listening.getsockname()[1]}", latency, issues)
        told.send(forge.base)
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=forge.serve, args=(connection,), daemon=True).start()


@contextlib.contextmanager
def server(latency: float = 0.0, issues: int = ISSUES) -> Iterator[str]:
    """Run the forge in a process of its own, and give its web address.

    Args:
        latency: seconds before each answer.
        issues: how many there are, in pages of 100.
    """
    context = multiprocessing.get_context("spawn")
    told, telling = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(latency, issues, telling), daemon=True)
    process.start()
    try:
        yield told.recv()
    finally:
        process.terminate()
        process.join()
