"""What both ways into the sandbox do alike: keep-alive, faults, logs, limits and the log of requests."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import requests

from igitt.testing import Sandbox


@pytest.fixture(params=["socket", "adapter"])
def way(request: Any) -> Iterator[tuple[Any, requests.Session]]:
    """Return GitHub and a session of alice's, once over a port and once in the process."""
    with Sandbox(socket=request.param == "socket") as sandbox, requests.Session() as session:
        if request.param == "adapter":
            session.mount(sandbox.github.url, sandbox.adapter())
        sandbox.github.add_repository("acme/widgets", members={"alice": "write"})
        sandbox.github.add_issue("acme/widgets", "It broke")
        session.headers["Authorization"] = f"Bearer {sandbox.github.token_for('alice')}"
        yield sandbox.github, session


def test_what_is_written_is_read(way: tuple[Any, requests.Session]) -> None:
    """A comment that was posted is in the list."""
    forge, session = way
    url = f"{forge.api_url}/repos/acme/widgets/issues/1/comments"
    assert session.post(url, json={"body": "höre"}).status_code == 201
    assert [one["body"] for one in session.get(url).json()] == ["höre"]


def test_status_fault_leaves_the_state_alone(way: tuple[Any, requests.Session]) -> None:
    """A failed write did not happen, and only so many fail as were asked for."""
    forge, session = way
    url = f"{forge.api_url}/repos/acme/widgets/issues/1/comments"
    forge.fail(503, method="POST", path="/comments$", times=2, headers={"Retry-After": "7"})
    answers = [session.post(url, json={"body": "x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [503, 503, 201]
    assert answers[0].headers["Retry-After"] == "7"
    assert len(session.get(url).json()) == 1


def test_fault_after_the_effect(way: tuple[Any, requests.Session]) -> None:
    """With `after_effect` the write happened although the answer says 502."""
    forge, session = way
    url = f"{forge.api_url}/repos/acme/widgets/issues/1/comments"
    forge.fail(502, method="POST", after_effect=True)
    assert session.post(url, json={"body": "x"}).status_code == 502
    assert len(session.get(url).json()) == 1


def test_reset(way: tuple[Any, requests.Session]) -> None:
    """A reset is a connection error, after which the next request works."""
    forge, session = way
    forge.fail(reset=True)
    with pytest.raises(requests.ConnectionError):
        session.get(f"{forge.api_url}/user")
    assert session.get(f"{forge.api_url}/user").ok


def test_truncated_body(way: tuple[Any, requests.Session]) -> None:
    """A truncated body fails while it is read."""
    forge, session = way
    forge.fail(truncate=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(f"{forge.api_url}/user")


def test_delay(way: tuple[Any, requests.Session]) -> None:
    """A delay holds the answer back."""
    forge, session = way
    forge.fail(delay=0.05)
    answer = session.get(f"{forge.api_url}/user")
    assert answer.ok
    assert answer.elapsed.total_seconds() >= 0.05


def test_log_and_units(way: tuple[Any, requests.Session]) -> None:
    """Each request is logged with its cost; a 304 to a token is free."""
    forge, session = way
    url = f"{forge.api_url}/repos/acme/widgets/issues/1?x=1"
    tag = session.get(url).headers["ETag"]
    assert session.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert forge.units == 1
    last = forge.requests[-1]
    assert (last.method, last.path, last.query) == ("GET", "/repos/acme/widgets/issues/1", "x=1")
    assert (last.status, last.units, last.credential, last.user) == (304, 0, "user", "alice")
    forge.reset_log()
    assert forge.requests == []
    assert forge.units == 0


def test_head(way: tuple[Any, requests.Session]) -> None:
    """HEAD has the headers of GET and no body."""
    forge, session = way
    answer = session.head(f"{forge.api_url}/repos/acme/widgets")
    assert answer.ok
    assert answer.headers["ETag"]
    assert answer.content == b""


def test_connection_is_kept() -> None:
    """Over a port, many requests use one connection."""
    with Sandbox() as sandbox, requests.Session() as session:
        for _ in range(5):
            session.get(f"{sandbox.github.api_url}/versions")
        pools: Any = session.get_adapter(sandbox.github.url).poolmanager.pools  # type: ignore[attr-defined]
        (pool,) = (pools[key] for key in pools.keys())  # noqa: SIM118  the container is no mapping
        assert (pool.num_requests, pool.num_connections) == (5, 1)


def test_many_threads_write() -> None:
    """Numbers stay unique when many threads open issues at once."""
    with Sandbox() as sandbox:
        forge = sandbox.github
        forge.add_repository("acme/widgets")
        headers = {"Authorization": f"Bearer {forge.token_for('alice')}"}

        def post(number: int) -> int:
            body = {"title": f"issue {number}"}
            answer = requests.post(f"{forge.api_url}/repos/acme/widgets/issues", json=body, headers=headers, timeout=10)
            return int(answer.json()["number"])

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(post, range(40))) == list(range(1, 41))


def test_delivery_is_posted_to_loopback_only() -> None:
    """A hook on 127.0.0.1 gets a real POST with the signed body; any other is only kept."""
    got: list[tuple[str, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.headers["X-Hub-Signature-256"], body))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server, Sandbox(socket=False) as sandbox:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        forge = sandbox.github
        forge.add_repository("acme/widgets")
        forge.add_hook("acme/widgets", f"http://127.0.0.1:{server.server_port}/hook", "secret", ["issues"])
        forge.add_hook("acme/widgets", "https://example.com/hook", "secret", ["issues"])
        forge.add_issue("acme/widgets", "It broke")
        forge.wait_for_deliveries()
        near, far = sorted(forge.deliveries, key=lambda one: "example" in one.url)
        server.shutdown()
    assert got == [(near.headers["X-Hub-Signature-256"], near.body)]
    assert (near.status, far.status) == (202, 0)


def test_callback_may_call_back(sandbox: Sandbox, github_as: Callable[..., Any]) -> None:
    """A bot that answers a delivery from the callback sees the change and writes to the forge."""
    forge, send = sandbox.github, github_as("bot")
    forge.add_repository("acme/widgets", members={"bot": "write"})
    forge.add_hook("acme/widgets", "https://example.com/hook", None, ["issues"])
    forge.on_delivery(
        lambda one: (
            send("POST", "/repos/acme/widgets/issues/1/labels", json={"labels": ["triage"]})
            if one.action == "opened"
            else None
        )
    )
    forge.add_issue("acme/widgets", "It broke")
    assert [one.action for one in forge.deliveries] == ["opened", "labeled"]
    assert send("GET", "/repos/acme/widgets/issues/1").json()["labels"][0]["name"] == "triage"


def test_unknown_host_is_refused(sandbox: Sandbox) -> None:
    """The adapter lets nothing out of the process."""
    with requests.Session() as session:
        session.mount("https://", sandbox.adapter())
        with pytest.raises(requests.ConnectionError, match=r"no forge at https://api\.example\.com"):
            session.get("https://api.example.com/user")


def test_mistakes_in_the_scene_are_told(sandbox: Sandbox) -> None:
    """A wrong name in a set-up call gives one clear line."""
    with pytest.raises(KeyError, match="add_repository makes one"):
        sandbox.github.add_issue("acme/nothing", "It broke")
    with pytest.raises(ValueError, match="unknown role 'boss'"):
        sandbox.github.add_repository("acme/widgets", members={"alice": "boss"})
    with pytest.raises(ValueError, match="owner/name"):
        sandbox.github.add_repository("widgets")


def test_clock_waits_without_waiting(sandbox: Sandbox) -> None:
    """A client's waiting moves the sandbox's time on."""
    before = sandbox.now()
    sandbox.clock.sleep(30)
    assert sandbox.clock.time() == sandbox.now() == before + 30


def test_igitt_client(sandbox: Sandbox) -> None:
    """`forge.client` gives igitt's own client for a login, in the process, with the sandbox's clock."""
    sandbox.github.add_repository("acme/widgets", members={"alice": "write"})
    sandbox.github.add_issue("acme/widgets", "It broke")
    with sandbox.github.client("alice", cache=False) as client:
        issue = client.get_repo("acme/widgets").get_issue(1)
        assert issue.title == "It broke"
        sandbox.github.limit(10, remaining=0, reset_in=30)
        before = sandbox.now()
        issue.refresh()
        assert sandbox.now() - before >= 30


def test_mistake_of_the_sandbox_is_a_500(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a port, an exception inside is a 500 with its traceback, and the connection lives on."""
    with Sandbox() as sandbox, requests.Session() as session:
        url = f"{sandbox.github.api_url}/versions"
        with monkeypatch.context() as patch:
            patch.setattr(sandbox.github, "check", lambda _: 1 / 0)
            answer = session.get(url)
        assert answer.status_code == 500
        assert "ZeroDivisionError" in answer.text
        assert session.get(url).ok
