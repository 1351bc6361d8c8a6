"""Recording and replay: what is kept, what is played, and what is said when the two do not fit."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import importlib.util
import json
import logging
import sys
import threading
import unittest
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

import igitt
from igitt.auth import GitHubInstallationToken, GitHubJsonWebToken
from igitt.errors import ValidationError
from igitt.testing import RecordedTestCase, Recording
from igitt.testing.testcase import RecordingError

BINARY = bytes(range(256))


class Handler(BaseHTTPRequestHandler):
    """A server with a few answers, which counts its requests."""

    protocol_version = "HTTP/1.1"
    count = 0

    def answer(self) -> None:
        """Answer by the path."""
        type(self).count += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        headers = {}
        if path == "/gzip":
            content, headers = gzip.compress(b'{"packed": "hidden-in-here"}'), {"Content-Encoding": "gzip"}
        elif path == "/binary":
            content = BINARY
        elif path == "/login":
            content, headers = b'{"access_token": "given-by-the-forge", "n": 1}', {"Set-Cookie": "session=crumbs"}
        elif path == "/moved":
            content, headers = b"", {"Location": "/count"}
        else:
            content = json.dumps({"count": self.count, "said": body.decode("latin-1")}).encode()
        self.send_response(302 if path == "/moved" else 200)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the parent's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


class Forge:
    """The server, which can be gone."""

    def __init__(self) -> None:
        self.handler = type("Counting", (Handler,), {"count": 0})
        self.server = type("Server", (ThreadingHTTPServer,), {"request_queue_size": 50})(("127.0.0.1", 0), self.handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.is_up = True

    @property
    def count(self) -> int:
        """How many requests came."""
        return self.handler.count

    def stop(self) -> None:
        """Be gone: a request that still gets here fails."""
        if self.is_up:
            self.is_up = False
            self.server.shutdown()
            self.server.server_close()


@pytest.fixture(autouse=True)
def replaying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have these tests themselves say when to record."""
    monkeypatch.delenv("IGITT_RECORD", raising=False)


@pytest.fixture
def forge() -> Iterator[Forge]:
    """Return a server on this machine."""
    made = Forge()
    yield made
    made.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the recording goes."""
    return tmp_path / "recordings" / "one.json"


Flow = Callable[[Recording, str, requests.Session], Any]


def run(file: Path, forge: Forge, flow: Flow, record: str | None = None) -> Any:
    """Run a flow in a recording, with the server's address and a session."""
    with Recording(file, record=record) as recording, requests.Session() as session:
        return flow(recording, recording.given("forge", lambda: forge.url), session)


def twice(file: Path, forge: Forge, flow: Flow) -> tuple[Any, Any]:
    """What a flow gives when it is recorded, and when it is replayed with the server gone."""
    recorded = run(file, forge, flow, "once")
    forge.stop()
    return recorded, run(file, forge, flow)


def test_replay_needs_no_forge(file: Path, forge: Forge) -> None:
    """What was recorded is answered again, in its order, after the server has gone; redirects are followed."""

    def flow(recording: Recording, url: str, session: requests.Session) -> list[Any]:
        answers = [
            session.get(f"{url}/count"),
            session.post(f"{url}/count", json={"a": 1}),
            session.get(f"{url}/count"),
        ]
        return [answer.json() for answer in [*answers, session.get(f"{url}/moved")]]

    recorded, replayed = twice(file, forge, flow)
    assert recorded == replayed
    assert [answer["count"] for answer in replayed] == [1, 2, 3, 5]
    assert forge.url not in file.read_text()
    assert "https://forge.sandbox/count" in file.read_text()


def test_bodies_of_all_kinds(file: Path, forge: Forge) -> None:
    """A compressed body is kept as the text that it is, a binary one byte for byte, in both directions."""

    def flow(recording: Recording, url: str, session: requests.Session) -> list[Any]:
        said = session.post(f"{url}/x", data=BINARY).json()["said"]
        chunks = session.post(f"{url}/x", data=iter([b"a", b"b"]), headers={"Content-Length": "2"}).json()["said"]
        streamed = b"".join(session.get(f"{url}/binary", stream=True).iter_content(100))
        return [session.get(f"{url}/gzip").json(), streamed, said.encode("latin-1"), chunks]

    recorded, replayed = twice(file, forge, flow)
    assert recorded == replayed == [{"packed": "hidden-in-here"}, BINARY, BINARY, "ab"]
    assert "hidden-in-here" in file.read_text()


def test_no_secret_is_written(file: Path, forge: Forge) -> None:
    """What went in headers, queries, forms and JSON, either way, is not in the file, and the replay matches."""

    def flow(recording: Recording, url: str, session: requests.Session) -> str:
        mine = recording.secret(lambda: "my-own-secret")
        session.headers.update({"PRIVATE-TOKEN": mine, "Cookie": "crumb=crumbs"})
        session.get(f"{url}/x", headers={"X-Early": "not known yet: given-by-the-forge"})
        got = session.post(f"{url}/login?private_token={mine}", data={"password": "p4ssw0rd-p4ssw0rd"}).json()
        session.post(f"{url}/x", json={"echo": f"{mine} and {got['access_token']}", "token": got["access_token"]})
        session.get(f"{url}/x", auth=("alice", mine), headers={"X-Note": got["access_token"]})
        return got["access_token"]

    recorded, replayed = twice(file, forge, flow)
    text = file.read_text()
    assert recorded == "given-by-the-forge"
    for secret in ("my-own-secret", "given-by-the-forge", "p4ssw0rd", "crumbs", "bXktb3duLXNlY3JldA"):
        assert secret not in text
    exchanges = json.loads(text)["exchanges"]
    assert exchanges[2]["request"]["json"]["token"] == replayed == exchanges[3]["request"]["headers"]["X-Note"]


def test_secrets_that_differ_each_time(file: Path, forge: Forge) -> None:
    """A JWT and a password that are made anew for each run match the recorded ones; another text does not."""
    keys: list[str] = []

    def flow(recording: Recording, url: str, session: requests.Session) -> Any:
        keys.append(recording.app_key())
        token = jwt.encode({"iss": str(len(keys)), "iat": len(keys)}, keys[-1], "RS256")
        body = {"jwt": token, "note": f"signed {token}", "secret": f"made up {len(keys)}", "text": recording.path.name}
        return session.put(f"{url}/x?jwt={token}", json=body).json()["count"]

    assert twice(file, forge, flow) == (1, 1)
    assert all(key.startswith("-----BEGIN RSA PRIVATE KEY-----") for key in keys)
    renamed = file.rename(file.with_name("another.json"))
    with pytest.raises(RecordingError, match="no answer left"):
        run(renamed, forge, flow)


def test_it_does_not_log_secrets(file: Path, forge: Forge, caplog: pytest.LogCaptureFixture) -> None:
    """Also with every logger talking, nothing is said about a token."""
    caplog.set_level(logging.DEBUG)

    def flow(recording: Recording, url: str, session: requests.Session) -> None:
        session.get(f"{url}/login", headers={"PRIVATE-TOKEN": "sent-to-the-forge"})

    twice(file, forge, flow)
    assert "given-by-the-forge" not in caplog.text
    assert "sent-to-the-forge" not in caplog.text


def test_a_missing_recording(file: Path) -> None:
    """Without a recording and without being asked to make one, it says how to."""
    with pytest.raises(RecordingError, match=r"one\.json: set the environment variable IGITT_RECORD=once"):
        Recording(file)
    with pytest.raises(RecordingError, match="'once' or 'all', not 'always'"):
        Recording(file, record="always")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"igitt": 99}', '{"igitt": 1, "recorded_at": 5}'])
def test_a_damaged_recording(file: Path, text: str) -> None:
    """A file that is no recording is told apart from none."""
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(RecordingError, match="cannot be read"):
        Recording(file)


def test_once_and_all(file: Path, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    """`once` leaves a recording alone, `all` makes it anew, and the environment says it over the code."""

    def flow(recording: Recording, url: str, session: requests.Session) -> int:
        return session.get(f"{url}/count").json()["count"]

    assert [run(file, forge, flow, mode) for mode in ("once", "once", "all", None)] == [1, 1, 2, 2]
    monkeypatch.setenv("IGITT_RECORD", "all")
    assert run(file, forge, flow) == 3


def test_a_request_that_is_not_recorded(file: Path, forge: Forge) -> None:
    """It is an error at once, through a client that would retry; it names the request and those that are near."""

    def flow(recording: Recording, url: str, session: requests.Session, path: str = "repos/a/b/issues/5") -> None:
        clock = NeverSleeps()
        with igitt.GitHub("ghp_" + "a" * 36, url, clock=clock) as client:
            client.request("POST", path, json={"labels": ["bug"]})

    run(file, forge, flow, "once")
    with pytest.raises(RecordingError) as caught:
        run(file, forge, lambda *args: flow(*args, path="repos/a/b/issues/6"))
    assert 'POST https://forge.sandbox/api/v3/repos/a/b/issues/6 {"labels":["bug"]}' in str(caught.value)
    assert "Nearest in it:\n  POST https://forge.sandbox/api/v3/repos/a/b/issues/5" in str(caught.value)
    with pytest.raises(RecordingError, match=r"issues/5.*\(played already\)"):
        run(file, forge, lambda *args: [flow(*args), flow(*args)])
    assert forge.count == 1


def test_a_refusal_that_was_swallowed(file: Path, forge: Forge) -> None:
    """Code that survives the error does not make the test pass."""

    def flow(recording: Recording, url: str, session: requests.Session, further: bool = False) -> None:
        session.get(f"{url}/count")
        if further:
            with contextlib.suppress(Exception):  # what a careless bot does
                session.get(f"{url}/more")

    run(file, forge, flow, "once")
    with pytest.raises(RecordingError, match="/more"):
        run(file, forge, lambda *args: flow(*args, further=True))


def test_an_exchange_that_nothing_plays(file: Path, forge: Forge) -> None:
    """A test that asks for less than was recorded fails and hears what is left."""

    def flow(recording: Recording, url: str, session: requests.Session, paths: str = "abc") -> None:
        for path in paths:
            session.get(f"{url}/{path}")

    run(file, forge, flow, "once")
    with pytest.raises(RecordingError, match=r"any more:\n  GET https://forge\.sandbox/b\n.*--igitt-prune"):
        run(file, forge, lambda *args: flow(*args, paths="ac"))


def test_a_test_that_fails_writes_nothing(file: Path, forge: Forge) -> None:
    """A recording of a failed test would be half of one; its error stays the one that is seen, in a replay too."""

    def flow(recording: Recording, url: str, session: requests.Session) -> None:
        session.get(f"{url}/count")
        raise LookupError("the test's own")

    with pytest.raises(LookupError):
        run(file, forge, flow, "once")
    assert not file.parent.exists() or not list(file.parent.iterdir())
    run(file, forge, lambda _, url, session: [session.get(f"{url}/{path}") for path in ("count", "more")], "once")
    with pytest.raises(LookupError):
        run(file, forge, flow)


def test_nothing_to_record(file: Path, forge: Forge) -> None:
    """A test whose requests went past the recording hears why."""
    with pytest.raises(RecordingError, match="were not given"), Recording(file, record="once"):
        requests.get(f"{forge.url}/count", timeout=5)


def test_what_is_given(file: Path, forge: Forge) -> None:
    """Values are those of the recording; functions are called only then; a secret is there only then."""

    def flow(recording: Recording, url: str, session: requests.Session) -> tuple[Any, ...]:
        session.get(f"{url}/count")
        values = recording.given("number", lambda: forge.count + 41), recording.given("name", "acme/widgets")
        return url, *values, recording.secret(lambda: f"secret of {forge.url}"), recording.secret("known anyway")

    recorded, replayed = twice(file, forge, flow)
    assert recorded == (forge.url, 42, "acme/widgets", f"secret of {forge.url}", "known anyway")
    assert replayed == ("https://forge.sandbox", 42, "acme/widgets", "REDACTED-1", "REDACTED-2")
    with pytest.raises(RecordingError, match="made without 'color'"):
        run(file, forge, lambda recording, *_: recording.given("color", "red"))
    with pytest.raises(ValidationError, match="longer"):
        run(file, forge, lambda recording, *_: recording.secret("abc"), "all")


def test_the_clock(file: Path, forge: Forge) -> None:
    """In a replay it is the time of the recording, moving on with what is played; sleeping takes none of ours."""

    def flow(recording: Recording, url: str, session: requests.Session) -> tuple[float, float]:
        begun = recording.clock.time()
        session.get(f"{url}/count")
        return begun, recording.clock.time()

    recorded, replayed = twice(file, forge, flow)
    assert replayed[0] == pytest.approx(recorded[0], abs=0.1)
    assert replayed[0] <= replayed[1] <= recorded[1] + 0.1
    text = json.loads(file.read_text())
    text["recorded_at"] = "2001-02-03T04:05:06.000+00:00"
    text["exchanges"][0]["at"] = 3600.0
    file.write_text(json.dumps(text))
    begun, after = run(file, forge, flow)
    assert (begun, after) == (981173106.0, 981176706.0)
    with Recording(file) as recording:
        recording.clock.sleep(86400)
        assert recording.clock.time() == begun + 86400
        requests.get("https://forge.sandbox/count", timeout=5)


def test_an_installation_token_does_not_run_out(file: Path) -> None:
    """A token that was minted long ago serves its replay: one mint for two requests, at any date."""
    api, minted = "https://api.github.com", {"token": "REDACTED-1", "expires_at": "2001-02-03T05:05:06Z"}

    def exchange(at: float, method: str, path: str, answer: object) -> dict[str, Any]:
        return {
            "at": at,
            "request": {"method": method, "url": f"{api}/{path}", "headers": {}},
            "response": {"status": 200, "reason": "OK", "headers": {}, "json": answer},
        }

    exchanges = [
        exchange(1, "POST", "app/installations/7/access_tokens", minted),
        exchange(2, "GET", "repos/a/b", {"id": 1, "full_name": "a/b"}),
        exchange(1800, "GET", "repos/a/c", {"id": 2, "full_name": "a/c"}),
    ]
    file.parent.mkdir()
    begun = "2001-02-03T04:05:06.000+00:00"
    file.write_text(json.dumps({"igitt": 1, "test": "", "recorded_at": begun, "given": {}, "exchanges": exchanges}))
    with Recording(file) as recording:
        token = GitHubInstallationToken(
            7, GitHubJsonWebToken(recording.app_key(), 1, clock=recording.clock), clock=recording.clock
        )
        with igitt.GitHub(token, **recording.options) as client:
            assert client.get_repo("a/b").identifier == 1
            assert client.get_repo("a/c").identifier == 2
            assert not token.is_expired


def test_the_cache_is_fresh(file: Path, forge: Forge) -> None:
    """A recording sees nothing of what the process-wide cache holds, and leaves nothing in it."""
    shelf: dict[str, str] = {}
    igitt.Cache.use(shelf.get, shelf.__setitem__, shelf.pop)
    try:

        def flow(recording: Recording, url: str, session: requests.Session) -> None:
            igitt.Cache.set("igitt:1:inside", igitt.cache.Entry(b"{}"))
            assert igitt.Cache.get("igitt:1:outside") is None
            session.get(f"{url}/count")

        igitt.Cache.set("igitt:1:outside", igitt.cache.Entry(b"{}"))
        twice(file, forge, flow)
        assert set(shelf) == {"igitt:1:outside"}
        assert igitt.Cache.get("igitt:1:outside") is not None
    finally:
        igitt.Cache.use_memory()


def test_many_threads(file: Path, forge: Forge) -> None:
    """Requests of many threads at once are all kept, and all played, each to the one that asks for it."""

    def flow(recording: Recording, url: str, session: requests.Session) -> list[str]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda n: requests.post(f"{url}/x", data=str(n), timeout=9).json()["said"], range(40)))

    recorded, replayed = twice(file, forge, flow)
    assert recorded == replayed == [str(number) for number in range(40)]


def test_a_session_that_was_there_before(file: Path, forge: Forge) -> None:
    """A connection that was open before the recording began leads past it neither while recording nor in a replay."""
    session = requests.Session()
    session.get(f"{forge.url}/before").close()

    def flow(recording: Recording, url: str, _: requests.Session) -> int:
        return session.get(f"{url}/count").json()["count"]

    assert (run(file, forge, flow, "once"), run(file, forge, flow), forge.count) == (2, 2, 2)
    session.close()


def test_other_ways_to_the_network(file: Path, forge: Forge) -> None:
    """A replay stops what does not go through `requests` too, before it looks up a name."""
    run(file, forge, lambda _, url, session: session.get(f"{url}/count"), "once")

    def flow(recording: Recording, url: str, session: requests.Session) -> None:
        session.get(f"{url}/count")
        connection = http.client.HTTPSConnection("api.github.com")
        with pytest.raises(Exception, match=r"one\.json"):
            connection.request("GET", "/") or connection.getresponse()
        connection.close()

    run(file, forge, flow)


def test_other_servers_of_this_machine(file: Path, forge: Forge) -> None:
    """What a test asks of its own servers is none of the recording's business."""
    other = Forge()

    def flow(recording: Recording, url: str, session: requests.Session) -> int:
        session.get(f"{url}/count")
        return session.get(f"{other.url}/count").json()["count"]

    assert twice(file, forge, flow) == (1, 2)
    other.stop()


def test_one_at_a_time(file: Path, forge: Forge) -> None:
    """A recording inside another is refused, and the outer one goes on."""

    def flow(recording: Recording, url: str, session: requests.Session) -> None:
        with pytest.raises(RecordingError, match="one at a time"):
            Recording(file.with_name("two.json"), record="once").start()
        session.get(f"{url}/count")

    run(file, forge, flow, "once")


class NeverSleeps:
    """A clock that fails whoever sleeps by it."""

    def time(self) -> float:
        """Always the same."""
        return 1_790_000_000.0

    def sleep(self, seconds: float) -> None:
        """Fail."""
        raise AssertionError(f"slept {seconds} s")


MODULE = """
import requests
from igitt.testing import RecordedTestCase

class Cases(RecordedTestCase):
    paths = ("count", "more")
    server = None

    def setUp(self):
        super().setUp()
        self.url = self.given("forge", lambda: self.server)

    def test_asking(self):
        assert self.options["clock"] is self.clock
        assert self.app_key().startswith("-----BEGIN")
        for path in self.paths:
            requests.get(f"{self.url}/{path}?password={self.secret(lambda: 'hush hush')}", timeout=5)

    def test_failing(self):
        requests.get(f"{self.url}/count", timeout=5)
        self.fail("on purpose")

    def test_skipping(self):
        requests.get(f"{self.url}/count", timeout=5)
        self.skipTest("on purpose")
"""


def outcome(cls: type[RecordedTestCase], method: str) -> unittest.TestResult:
    """Run one test of a case as `unittest` does."""
    result = unittest.TestResult()
    cls(method).run(result)
    return result


def test_a_test_case(tmp_path: Path, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case records where the class says so, replays, fails if something is left, and reports failures as such."""
    path = tmp_path / "test_cases.py"
    path.write_text(MODULE)
    spec = importlib.util.spec_from_file_location("test_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "test_cases", module)
    spec.loader.exec_module(module)
    cases = module.Cases
    missing = outcome(cases, "test_asking")
    assert "there is no recording" in missing.failures[0][1]
    cases.record, cases.server = "once", forge.url
    assert outcome(cases, "test_asking").wasSuccessful()
    assert len(outcome(cases, "test_failing").failures) == 1
    assert len(outcome(cases, "test_skipping").skipped) == 1
    assert [file.name for file in (tmp_path / "recordings").iterdir()] == ["Cases.test_asking.json"]
    forge.stop()
    cases.record, cases.server = None, None
    assert outcome(cases, "test_asking").wasSuccessful()
    cases.paths = ("count",)
    assert "does not ask for any more" in outcome(cases, "test_asking").failures[0][1]
    kept = json.loads((tmp_path / "recordings" / "Cases.test_asking.json").read_text())
    assert kept["test"] == "test_cases.py::Cases::test_asking"
