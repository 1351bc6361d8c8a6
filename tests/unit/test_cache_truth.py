"""Whatever happens, what is read through the cache is what the forge has: a model that is driven at random.

A small forge holds things of every sort that matters here: with a date of their own that covers them, with parts that
change without it, a list, a text. It speaks as GitHub (whose ETags cover the credential, by the known rule or by one
that nobody knows), as one that has only dates, or as GitLab (whose ETags cover the body alone). Bots read, write, get
other tokens and other stores, hear of changes by deliveries or do not; clocks run, and go wrong; answers get lost.

What no client can tell is left out: a further change within the second in which a delivery was written, of which no
delivery comes. So a delivery tells the state when it is sent, and is at once followed by the next second.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.credentials import FakeClock
from support.wire import WEB, Asked, Door, Reply, lost

import igitt
from igitt._base.answer import Answer
from igitt.auth import GitHubToken, GitLabPrivateToken
from igitt.cache import ResponseCache
from igitt.errors import IGittError
from igitt.webhooks.cache_update import plant

NOW = 1_790_000_000.0
ISSUES = ("repos/a/b/issues/1", "repos/a/b/issues/2")
PULL, RELEASE, BRANCH, LIST, DIFF = (
    "repos/a/b/pulls/3",
    "repos/a/b/releases/4",
    "repos/a/b/branches/main",
    "list",
    "diff",
)
PATHS = (*ISSUES, PULL, RELEASE, BRANCH, LIST, DIFF)
#: How an instance tells whether an answer still holds.
MODES = ("github", "github, salted", "github, silent 304s", "dates only", "gitlab")


class GitHubBot(GitHubToken):
    """A token whose secret changes while whose it is stays."""

    secret = "ghs_0"

    @property
    def headers(self) -> dict[str, str]:
        """What carries it."""
        return {"Authorization": f"Bearer {self.secret}"}

    @property
    def fingerprint(self) -> str:
        """Which secret it is."""
        return f"fingerprint of {self.secret}"

    @property
    def identity(self) -> str:
        """Whose it is."""
        return "the bot"


class GitLabBot(GitLabPrivateToken):
    """The same for GitLab."""

    secret = "glpat-0"

    @property
    def headers(self) -> dict[str, str]:
        """What carries it."""
        return {"PRIVATE-TOKEN": self.secret}

    @property
    def fingerprint(self) -> str:
        """Which secret it is."""
        return f"fingerprint of {self.secret}"

    @property
    def identity(self) -> str:
        """Whose it is."""
        return "the bot"


class Forge:
    """The truth, and how it is told."""

    def __init__(self, mode: str, clock: FakeClock) -> None:
        self.mode, self.clock = mode, clock
        self.titles = dict.fromkeys((*ISSUES, PULL, RELEASE), 0)
        self.dates = dict.fromkeys((*ISSUES, PULL, RELEASE, BRANCH), clock.now - 1000)
        self.label = self.assets = self.head = 0
        self.mergeable = True
        self.faults: list[Reply] = []
        self.units = 0

    def data(self, path: str) -> Any:
        """A thing as the API answers it."""
        title = {"title": f"Title {self.titles.get(path, 0)}", "body": "", "user": {"login": "alice"}}
        label = {"name": f"label {self.label}"}
        more: dict[str, Any] = {
            ISSUES[0]: {"labels": []},
            ISSUES[1]: {"labels": [label]},
            PULL: {"labels": [], "mergeable": self.mergeable},
            RELEASE: {"assets": [{"name": f"asset {number}"} for number in range(self.assets)]},
        }
        if path == BRANCH:
            return {"name": "main", "commit": {"sha": f"{self.head:040}"}}
        if path == LIST:
            return [self.data(one) for one in ISSUES]
        if path == DIFF:
            return f"+{self.head}"
        date = datetime.fromtimestamp(self.dates[path], UTC).isoformat()
        return {**title, "updated_at": date, **more[path]}

    def body(self, path: str) -> bytes:
        """The bytes of that."""
        found = self.data(path)
        return found.encode() if isinstance(found, str) else json.dumps(found).encode()

    def change(self, path: str) -> None:
        """Somebody changes a thing, and its date with it."""
        self.titles[path] += 1
        self.dates[path] = self.clock.now

    def __call__(self, asked: Asked) -> Reply:
        """Answer."""
        if self.faults:
            return self.faults.pop()
        path = asked.path.removeprefix("/").partition("api/v4/")[2] or asked.path.strip("/")
        if asked.method != "GET":
            self.change(path)
            return Reply(200, self.data(path))
        body, headers = self.body(path), {"Date": formatdate(self.clock.now, usegmt=True)}
        tag, modified = self.tag(asked, body), self.dates.get(path)
        if self.mode != "gitlab":
            headers |= {"Vary": "Accept, Authorization", "X-RateLimit-Limit": "9", "X-RateLimit-Remaining": "9"}
            headers |= {} if modified is None else {"Last-Modified": formatdate(modified, usegmt=True)}
        headers |= {} if tag is None else {"ETag": tag}
        known, since = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
        held = known == tag if known is not None else False
        if known is None and since is not None and "Last-Modified" in headers:
            held = parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
        if held:
            if self.mode == "github, silent 304s":
                headers.pop("ETag", None)
            return Reply(304, headers=headers)
        self.units += 1
        return Reply(200, body=body, headers=headers)

    def tag(self, asked: Asked, body: bytes) -> str | None:
        """The ETag of an answer, None where there are none."""
        if self.mode == "dates only":
            return None
        if self.mode == "gitlab":
            return f'W/"{hashlib.md5(body).hexdigest()}"'  # noqa: S324 - no secret; as GitLab's look
        salt = "salt" if self.mode == "github, salted" else ""
        parts = salt + "".join(f"{asked.headers[name]}:" for name in ("accept", "authorization"))
        return f'W/"{hashlib.sha256(parts.encode() + body).hexdigest()}"'


def stores() -> dict[str, Callable[[ResponseCache], object]]:
    """Where a cache may keep things."""
    shelf: dict[str, Any] = {}
    return {
        "memory": lambda cache: cache.use_memory(),
        "little memory": lambda cache: cache.use_memory(max_bytes=12_000),
        "texts": lambda cache: cache.use(shelf.get, shelf.__setitem__, shelf.pop),
        "texts without a delete": lambda cache: cache.use(shelf.get, shelf.__setitem__),
    }


def told(answer: Answer, path: str) -> Any:
    """What an answer says."""
    return answer.text if path == DIFF else answer.data


class Truth(RuleBasedStateMachine):
    """Reads through the cache, beside the truth."""

    @initialize(mode=st.sampled_from(MODES), store=st.sampled_from(sorted(stores())))
    def begin(self, mode: str, store: str) -> None:
        """A forge, a bot and its cache."""
        self.there, self.here = FakeClock(NOW), FakeClock(NOW)
        self.forge = Forge(mode, self.there)
        self.door = Door(script=self.forge)
        self.cache = ResponseCache(clock=self.here)
        stores()[store](self.cache)
        self.reads = self.secrets = 0
        self.token: Any = GitLabBot("glpat-0") if mode == "gitlab" else GitHubBot("ghs_0")
        self.client = self.made()

    def made(self) -> igitt.GitHub | igitt.GitLab:
        """A client of the bot's."""
        if isinstance(self.token, GitLabBot):
            return igitt.GitLab(self.token, WEB, session=self.door.session(), cache=self.cache, clock=self.here)
        return self.door.github(self.token, cache=self.cache, clock=self.here)

    @rule(path=st.sampled_from(PATHS), times=st.integers(1, 2))
    def read(self, path: str, times: int) -> None:
        """What is read is what is there."""
        for _ in range(times):
            answer = self.client.request("GET", path)
            assert told(answer, path) == self.forge.data(path), (path, answer)
            self.reads += 1

    @rule(path=st.sampled_from((*ISSUES, PULL, RELEASE)))
    def somebody_changes(self, path: str) -> None:
        """A change that moves the date."""
        self.forge.change(path)

    @rule(what=st.sampled_from(("label", "assets", "head", "mergeable")))
    def something_else_changes(self, what: str) -> None:
        """A change that does not."""
        now = getattr(self.forge, what)
        setattr(self.forge, what, not now if what == "mergeable" else now + 1)

    @rule()
    def a_push_is_taken_back(self) -> None:
        """The branch is an older commit again, and its date an older one too."""
        self.forge.head = max(0, self.forge.head - 1)
        self.forge.dates[BRANCH] -= 500

    @rule(path=st.sampled_from((*ISSUES, PULL, RELEASE)))
    def write(self, path: str) -> None:
        """The bot changes something, and sees it."""
        self.client.request("PATCH", path, json={})
        self.read(path, 1)

    @rule()
    def rotate(self) -> None:
        """The token is renewed."""
        self.secrets += 1
        self.token.secret = f"{self.token.secret.rstrip('0123456789')}{self.secrets}"

    @rule()
    def begin_anew(self) -> None:
        """Another client of the same bot, as in another process."""
        self.client = self.made()

    @rule(seconds=st.sampled_from((0.4, 1, 3, 59, 61, 3700)))
    def time_passes(self, seconds: float) -> None:
        """Both clocks go on."""
        self.there.now += seconds
        self.here.now += seconds

    @rule(seconds=st.sampled_from((-3600, -2, 2, 300)))
    def this_clock_steps(self, seconds: float) -> None:
        """This machine's clock is set; then the bot hears from the forge."""
        self.here.now += seconds
        self.read(DIFF, 1)

    @precondition(lambda self: self.forge.mode != "gitlab")
    @rule(whole=st.booleans(), delay=st.sampled_from((0.0, 1.0, 5.0)), future=st.booleans())
    def a_delivery_comes(self, whole: bool, delay: float, future: bool) -> None:
        """A delivery of the issue that has no labels, or one that was tampered with; other deliveries are lost."""
        path = ISSUES[0]
        data, modified = self.forge.data(path), datetime.fromtimestamp(self.forge.dates[path], UTC)
        if future:
            data, modified = {**data, "title": "of tomorrow"}, datetime.fromtimestamp(self.there.now + 7200, UTC)
        self.time_passes(delay)
        raw = json.dumps({"issue": data}).encode()
        plant(self.client.transport, path, data, modified, raw=raw if whole else b"", key="issue" if whole else "")
        self.time_passes(1)

    @rule(kind=st.sampled_from(("lost", "500", "half", "404")))
    def a_fault(self, kind: str) -> None:
        """Something goes wrong once; whatever is read then is right or raises."""
        faults = {
            "lost": lost(), "500": Reply(500), "404": Reply(404, {"message": "Not Found"}),
            "half": Reply(200, body=b'{"title"', headers={"ETag": '"half"'}, length=900, lax=True),
        }  # fmt: skip
        self.forge.faults = [faults[kind]]
        for path in PATHS:
            try:
                assert told(self.client.request("GET", path), path) == self.forge.data(path)
            except IGittError:
                assert kind == "404"
        self.forge.faults = []

    @invariant()
    def nothing_failed(self) -> None:
        """The store is fine."""
        assert not hasattr(self, "cache") or self.cache.stats.errors == 0


TestTruth = pytest.mark.filterwarnings("ignore::DeprecationWarning")(Truth.TestCase)
TestTruth.settings = settings(
    max_examples=int(os.environ.get("IGITT_EXAMPLES", "60")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", ["github", "github, silent 304s"])
def test_a_rotation_costs_nothing_after_changes(mode: str) -> None:
    """Ten things changed under the old token, and were read; with the new one nothing is paid for again."""
    clock = FakeClock(NOW)
    forge = Forge(mode, clock)
    token = GitHubBot("ghs_0")
    client = Door(script=forge).github(token, clock=clock)
    for _ in range(10):
        for path in PATHS:
            client.request("GET", path)
        for path in forge.titles:
            forge.change(path)
        forge.label, forge.head = forge.label + 1, forge.head + 1
        clock.now += 100
    for path in PATHS:
        client.request("GET", path)
    for number in range(1, 4):
        token.secret = f"ghs_{number}"
        before = forge.units
        for path in PATHS * 2:
            assert told(client.request("GET", path), path) == forge.data(path)
        assert forge.units == before
