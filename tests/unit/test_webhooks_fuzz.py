"""Whatever is in a delivery, reading it raises nothing but igitt's own errors.

``IGITT_FUZZ`` tells how many deliveries each test mutates, so that a night may try more than a suite has time for.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igitt import GitHub, GitLab
from igitt._base import json as _json
from igitt.cache import ResponseCache
from igitt.errors import IGittError
from igitt.interfaces import WebhookEvents
from igitt.testing import Sandbox
from igitt.webhooks import Event

#: Hoster, name of the event, payload.
Told = tuple[str, str, dict[str, Any]]

SECRET = "s3cret"
COUNT = int(os.environ.get("IGITT_FUZZ", "200"))
FUZZ = settings(
    max_examples=COUNT,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
NESTED = json.loads("[" * 300 + "]" * 300)
DROP, EMPTIED = "<drop>", "<empty>"
#: What a part of a payload is replaced by; two of them mean something else.
JUNK: list[Any] = [
    DROP, EMPTIED, None, True, False, 0, -1, 10**30, 1.5, float("inf"), "", " ", "..", "a/b/../c", "x" * 30_000,
    "\ud800", "0001-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "9999-12-31T23:59:59-14:00", "https://[", [], [None],
    [[]], ["x"], [{}], {}, {"": None}, {"login": {}}, {"from": []}, NESTED, {"name": NESTED}, "\x00", "\u0663",
]  # fmt: skip
MUTATIONS = st.lists(st.tuples(st.integers(0, 9_999), st.sampled_from(JUNK)), min_size=1, max_size=4)
#: What a subject may be asked for, once it is there.
READ = ("number", "title", "description", "state", "labels", "author", "assignees", "created", "updated", "milestone",
        "username", "full_name", "sha", "body", "head_branch_name", "is_draft")  # fmt: skip


class DeadEnd(requests.Session):
    """A session through which nothing leaves; igitt tells that as one of its own errors."""

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """Fail as a network does."""
        raise requests.ConnectionError("no way out")


@pytest.fixture(scope="module", autouse=True, params=["standard", "orjson"])
def codec(request: pytest.FixtureRequest) -> Iterator[None]:
    """Read JSON with the standard library, which takes more than orjson does, and with orjson."""
    if request.param == "orjson":
        pytest.importorskip("orjson")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "standard":
            patch.setitem(sys.modules, "orjson", None)
        spec = importlib.util.find_spec("igitt._base.json")
        assert spec is not None
        assert spec.loader is not None
        fresh = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(fresh)
        for name in ("loads", "dumps"):
            patch.setattr(_json, name, getattr(fresh, name))
        yield


@cache
def made() -> list[Told]:
    """Return deliveries that the sandbox makes on both forges."""
    found: list[Told] = []
    with Sandbox(socket=False) as sandbox:
        for forge in (sandbox.github, sandbox.gitlab):
            forge.add_organization("acme", members={"alice": "owner"})
            forge.add_repository("acme/widgets", members={"bob": "write"}, files={"README.md": "#"})
            client = forge.client("alice", cache=False)
            home = client.get_repo("acme/widgets")
            every = {WebhookEvents.PUSH, WebhookEvents.ISSUE, WebhookEvents.ISSUE_COMMENT, WebhookEvents.MERGE_REQUEST}
            home.register_hook("https://bot.example.com/", SECRET, {*every, WebhookEvents.MILESTONE})
            home.create_label("bug", "#ff0000")
            issue = home.create_issue("It squeaks", "Loudly.")
            issue.edit(title="It still squeaks", labels={"bug"}, milestone=home.create_milestone("1.0"))
            issue.add_comment("Oil?")
            forge.add_merge_request("acme/widgets", "Oil", head="oil", author="bob")
            issue.close()
            found += [
                (forge.hoster, one.headers.get("X-GitHub-Event", ""), json.loads(one.body)) for one in forge.deliveries
            ]
    assert len(found) > 10
    return found


@cache
def recorded(folder: Path) -> list[Told]:
    """Return the payloads of the reference data."""
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [
        (entry["provider"], entry["event"], json.loads((folder / entry["path"]).read_text(encoding="utf-8")))
        for entry in index
    ]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return where something is in a payload: the containers, each with its keys."""
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found.append((value, key))
            found += places(inner)
    return found


def mutated(payload: dict[str, Any], mutations: list[tuple[int, Any]]) -> dict[str, Any]:
    """Return a payload of which some parts are gone or replaced."""
    found = copy.deepcopy(payload)
    # What stands near the top is what the tables read, so it is hit more often.
    where = [(found, key) for key in found] * 3
    where += [(inner, key) for inner in found.values() if isinstance(inner, dict) for key in inner] * 2
    where += places(found)
    for position, junk in mutations:
        container, key = where[position % len(where)]
        if key not in (container if isinstance(container, dict) else range(len(container))):
            continue  # an earlier mutation took it away
        if junk == DROP:
            del container[key]
        else:
            container[key] = type(container[key])() if junk == EMPTIED else junk
    return found


def read(event: Event) -> None:
    """Read what a bot would read of an event."""
    assert repr(event)
    assert str(event.action)
    for thing in {id(one): one for one in (event.subject, *event.objects, event.sender, event.repository)}.values():
        for name in READ:
            with suppress(IGittError):
                value = getattr(thing, name, None)
                assert isinstance(value, str) or repr(value)


def deliver(hoster: str, name: str, body: bytes, *, text_store: bool) -> tuple[Event, ...]:
    """Deliver signed bytes, with entries of the cache as objects or as texts."""
    known = ResponseCache()
    if text_store:
        shelf: dict[str, Any] = {}
        known.use(shelf.get, shelf.__setitem__, shelf.pop)
    cls = {"github": GitHub, "gitlab": GitLab}[hoster]
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": name, "X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Delivery": "1"}
    if hoster == "gitlab":
        headers = {"X-Gitlab-Event": "System Hook", "X-Gitlab-Token": SECRET}
    with cls("token", session=DeadEnd(), cache=known, retries=0) as client:
        events: tuple[Event, ...] = client.parse_webhook(headers, body, SECRET)
        for event in events:
            read(event)
        assert known.stats.errors == 0
    return events


def survive(told: Told, mutations: list[tuple[int, Any]], *, text_store: bool) -> None:
    """Deliver a mutated payload: events, or one of igitt's errors."""
    hoster, name, payload = told
    with suppress(IGittError):
        deliver(hoster, name, json.dumps(mutated(payload, mutations)).encode(), text_store=text_store)


@FUZZ
@given(st.integers(0, 9_999), MUTATIONS, st.booleans())
def test_mutated_deliveries(index: int, mutations: list[tuple[int, Any]], text_store: bool) -> None:
    """What the sandbox sends may lack anything and hold anything."""
    told = made()
    survive(told[index % len(told)], mutations, text_store=text_store)


@FUZZ
@given(index=st.integers(0, 9_999), mutations=MUTATIONS, text_store=st.booleans())
def test_mutated_recordings(shared_data: Path, index: int, mutations: list[tuple[int, Any]], text_store: bool) -> None:
    """What the forges sent may, too."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    told = recorded(folder)
    survive(told[index % len(told)], mutations, text_store=text_store)


@FUZZ
@given(
    st.sampled_from(["github", "gitlab"]),
    st.sampled_from(["issues", "push", "ping", "", "\x00"]),
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [b"[" * 100_000, b'{"a":' * 100_000, b"null", b"[]", b'"x"', b"\xff\xfe", b'{"object_kind": 5}']
        ),
        st.dictionaries(st.text(max_size=9), st.none() | st.floats() | st.text(max_size=9), max_size=5).map(
            lambda value: json.dumps(value).encode()
        ),
    ),
)
def test_bodies_of_any_kind(hoster: str, name: str, body: bytes) -> None:
    """A body that is signed may still be anything."""
    with suppress(IGittError):
        deliver(hoster, name, body, text_store=False)


@FUZZ
@given(st.dictionaries(st.sampled_from(["X-GitHub-Event", "X-Hub-Signature-256", "webhook-signature", "webhook-id",
       "webhook-timestamp", "X-Gitlab-Token", "X-Gitlab-Event", "Content-Type", "X-Hub-Signature"]), st.text()),
       st.one_of(st.text(), st.binary(), st.none(), st.lists(st.text() | st.binary())))  # fmt: skip
def test_headers_of_any_kind(headers: dict[str, str], secret: Any) -> None:
    """Headers and secrets may be anything; what is not signed is never read."""
    with GitHub("token", session=DeadEnd(), cache=False) as client, pytest.raises(IGittError):
        client.parse_webhook(headers, b"{}", secret)
