"""An event goes through a queue as a text, and comes out the same."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.credentials import pem_of, rsa_key
from support.world import PROVIDERS, World, make_world

import igitt
from igitt.auth import GitHubJsonWebToken
from igitt.cache import ResponseCache
from igitt.errors import InvalidPayloadError, UnknownEventError, ValidationError
from igitt.interfaces import IssueActions, WebhookEvents
from igitt.webhooks import Event

SECRET = "h00k-s3cret-of-this-test"
EVENTS = {WebhookEvents.ISSUE, WebhookEvents.ISSUE_COMMENT, WebhookEvents.PUSH}


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The small world on each forge, with a hook that tells of everything."""
    with make_world(request.param) as found:
        found.repository.register_hook("https://bot.example.com/", SECRET, EVENTS)
        found.forge.reset_log()
        yield found


def told(world: World, client: Any = None) -> list[Event]:
    """The events of all deliveries."""
    found = client or world.client
    events: list[Event] = []
    for delivery in world.forge.deliveries:
        try:
            events.extend(found.parse_webhook(delivery.headers, delivery.body, SECRET))
        except UnknownEventError:
            continue
    return events


def same(one: Event, other: Event) -> bool:
    """Whether every field is equal, not only those that equality looks at."""
    fields = [name for name, value in vars(Event).items() if isinstance(value, property) and name[0] != "_"]
    assert len(fields) == 15
    return all(getattr(one, name) == getattr(other, name) for name in fields)


def test_there_and_back(world: World) -> None:
    """Every field comes back: the action, the objects, the changes, the time; and nothing is sent."""
    issue = world.as_user("bob").get_repo("acme/widgets").get_issue(1)
    issue.edit(title="It squeaks louder", labels={"bug", "idea"}, assignees={"bob"})
    issue.add_comment("Hear!")
    issue.close()
    world.forge.add_commit("acme/widgets", "More oil", {"oil.txt": "drops\n"}, branch="feature", author="bob")
    events = told(world)
    assert len(events) >= 5
    before = len(world.forge.requests)
    for event in events:
        text = event.to_json()
        again = Event.from_json(text, world.client)
        assert same(again, event)
        assert (again == event, hash(again) == hash(event)) == (True, True)
        assert Event.from_json(text.encode(), world.client) == event
    assert len(world.forge.requests) == before
    assert len(set(events)) == len(events)


def test_events_of_one_delivery_stay_apart() -> None:
    """Of a delivery that tells several changes, each text brings back its own."""
    with make_world("gitlab") as world:
        world.repository.register_hook("https://bot.example.com/", SECRET, EVENTS)
        world.forge.reset_log()
        world.issue.edit(title="Squeak", labels={"idea"})
        events = told(world)
        assert len({event.delivery for event in events}) == 1
        assert len({event.action for event in events}) == len(events) >= 3
        assert [Event.from_json(event.to_json(), world.client) for event in events] == events


def test_no_secret_in_the_text(world: World) -> None:
    """Neither the hook's secret nor the client's credential is written down."""
    world.issue.add_labels("idea")
    token = world.forge.token_for("alice")
    events = told(world, world.client.with_token(token))  # type: ignore[attr-defined]
    assert events
    for event in events:
        assert SECRET not in event.to_json()
        assert token not in event.to_json()


def test_events_can_be_pickled_and_copied(world: World) -> None:
    """Queues that pickle their jobs take events, too."""
    world.issue.add_labels("idea")
    (event,) = told(world)
    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - it was made here
    assert copy.copy(event) == event


def test_an_old_text_takes_nothing_back() -> None:
    """An event that waited long in its queue does not put the state of its time in the newer one's place."""
    with make_world("github") as world:
        world.repository.register_hook("https://bot.example.com/", SECRET, EVENTS)
        world.forge.reset_log()
        world.issue.add_labels("idea")
        (event,) = told(world)
        text = event.to_json()
        world.clock.now += 60
        world.issue.title = "It squeaks no more"
        cache = ResponseCache()
        worker = world.as_user("alice", cache=cache)
        assert worker.load(world.issue.reference).title == "It squeaks no more"
        again = Event.from_json(text, worker)
        assert again.subject.title == "It squeaks"
        before = world.forge.requests[-1:]
        assert worker.load(world.issue.reference).title == "It squeaks no more"
        assert world.forge.requests[-1].status == 304
        assert world.forge.requests[-1:] != before


def test_an_apps_client_serves_all_installations() -> None:
    """A worker needs the App's key only: the payload says whose client its objects get."""
    github = igitt.GitHub(GitHubJsonWebToken(pem_of(rsa_key()), 5))
    payload = {
        "action": "labeled", "label": {"name": "bug"}, "installation": {"id": 77},
        "repository": {"full_name": "acme/widgets"}, "issue": {"number": 5, "labels": []},
    }  # fmt: skip
    (event,) = github.read_payload("issues", payload, "d-1")
    again = Event.from_json(event.to_json(), github)
    assert again == event
    assert again.action is IssueActions.LABELED
    assert again.subject.client is github.as_installation(77)


def test_half_a_character_passes() -> None:
    """What JSON can hold and UTF-8 cannot is queued as ASCII."""
    github = igitt.GitHub("ghp_x")
    payload = {"action": "created", "repository": {"full_name": "acme/widgets", "description": "\ud83d"}}
    (event,) = github.read_payload("star", payload)
    assert event.to_json().isascii()


def test_other_places_are_refused() -> None:
    """An event of one forge or instance is not made with the client of another."""
    github = igitt.GitHub("ghp_x")
    (event,) = github.read_payload("star", {"action": "created", "repository": {"full_name": "acme/widgets"}})
    for client in (igitt.GitLab("glpat-x"), igitt.GitHub("ghp_x", "https://ghe.example.com")):
        with pytest.raises(ValidationError, match=r"event is of github at https://api\.github\.com"):
            Event.from_json(event.to_json(), client)
    with pytest.raises(ValidationError, match="made with a client, not with str"):
        Event.from_json(event.to_json(), "ghp_x")  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [
    {"version": 2}, {"hoster": 5}, {"url": None}, {"name": []}, {"delivery": 7}, {"position": "0"}, {"position": 9},
    {"payload": []}, {"payload": {"repository": 5}},
])  # fmt: skip
def test_a_text_that_was_changed(change: dict[str, Any]) -> None:
    """Whatever is wrong in the text is an InvalidPayloadError."""
    github = igitt.GitHub("ghp_x")
    (event,) = github.read_payload("star", {"action": "created", "repository": {"full_name": "acme/widgets"}})
    record = json.loads(event.to_json())
    with pytest.raises(InvalidPayloadError):
        Event.from_json(json.dumps({**record, **change}), github)


@pytest.mark.parametrize("junk", ["", "{", "null", "5", "[]", "{}", b"\xff", None, 5, "[" * 100_000])
def test_junk_is_refused(junk: Any) -> None:
    """What is no event's text is an InvalidPayloadError."""
    with pytest.raises(InvalidPayloadError, match="event"):
        Event.from_json(junk, igitt.GitHub("ghp_x"))


def test_all_real_payloads(shared_data: Path) -> None:
    """Every event of every recorded payload comes back with the text of its queue."""
    folder = shared_data / "data" / "webhooks"
    if not folder.is_dir():
        pytest.skip(f"no payloads at {folder}")
    clients = {"github": igitt.GitHub("ghp_x", cache=False), "gitlab": igitt.GitLab("glpat-x", cache=False)}
    count = 0
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        client = clients[entry["provider"]]
        payload = json.loads((folder / entry["path"]).read_bytes())
        for event in client.read_payload(entry["event"], payload):
            count += 1
            assert Event.from_json(event.to_json(), client) == event, entry["path"]
    assert count > 200
