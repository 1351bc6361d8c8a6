"""What a delivery of the sandbox's GitHub saves: the next read costs nothing, and never shows what is out of date."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from support.world import World, make_world

from igitt.cache import Entry
from igitt.interfaces import WebhookEvents

SECRET = "s3cret"


@pytest.fixture
def world() -> Iterator[World]:
    """A small world on GitHub, with a hook for issues."""
    with make_world("github") as made:
        made.repository.register_hook("https://bot.example.com/", SECRET, {WebhookEvents.ISSUE})
        yield made


def renamed(world: World, title: str) -> Any:
    """Let bob give the issue a title a minute later, and return the delivery."""
    world.clock.now += 60
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).title = title
    return world.forge.deliveries[-1]


def deliver(world: World, delivery: Any) -> None:
    """Hand the delivery to the bot."""
    (event,) = world.client.parse_webhook(delivery.headers, delivery.body, SECRET)
    assert event.subject.number == world.issue_number


def read(world: World) -> tuple[str, int]:
    """Return the issue's title as a fresh object reads it, and what that spends of the rate limit."""
    before = world.forge.units
    return world.issue.title, world.forge.units - before


def test_reading_after_a_delivery_is_free(world: World) -> None:
    """The issue of a delivery is read without spending a unit, again and again."""
    deliver(world, renamed(world, "New"))
    assert [read(world), read(world)] == [("New", 0), ("New", 0)]


def test_a_delivery_replaces_what_was_read(world: World) -> None:
    """What the cache knew before is older than a delivery, which is what is read next, for nothing."""
    assert read(world) == ("It squeaks", 1)
    deliver(world, renamed(world, "New"))
    assert read(world) == ("New", 0)


def test_deliveries_in_the_wrong_order(world: World) -> None:
    """The one that arrives late changes nothing."""
    late, newest = renamed(world, "First"), renamed(world, "Second")
    deliver(world, newest)
    deliver(world, late)
    assert read(world) == ("Second", 0)


def test_a_delivery_that_lies_in_the_past(world: World) -> None:
    """After a delivery that the forge has outrun, the newer state is shown, for what any read costs."""
    late = renamed(world, "First")
    renamed(world, "Second")
    deliver(world, late)
    assert read(world) == ("Second", 1)
    deliver(world, late)
    assert read(world) == ("Second", 0)


def test_what_is_kept_is_what_came(world: World) -> None:
    """The entry is the delivery's issue, changed by nobody who changes the payload; copies and sizes of it hold."""
    delivery = renamed(world, "New")
    (event,) = world.client.parse_webhook(delivery.headers, delivery.body, SECRET)
    event.payload["issue"]["title"] = "Mangled"
    cache = world.client.transport.cache
    entry = cache.get(world.client.transport.place(world.issue.api_path)[1])
    told = json.loads(delivery.body)["issue"]
    assert (entry.data, json.loads(entry.body), entry.from_webhook) == (told, told, True)
    assert entry.__sizeof__() >= len(entry.body)
    copied = pickle.loads(pickle.dumps(entry))  # noqa: S301 - made here
    assert (copied.body, copied.headers, copied.etag) == (entry.body, entry.headers, None)
    assert read(world) == ("New", 0)


def test_a_store_of_texts_gets_the_text(world: World) -> None:
    """A store of the bot's own holds entries that any process reads."""
    shelf: dict[str, str] = {}
    world.client.transport.cache.use(shelf.get, shelf.__setitem__, shelf.pop)
    delivery = renamed(world, "New")
    deliver(world, delivery)
    kept = [Entry.loads(text).data for text in shelf.values()]
    assert json.loads(delivery.body)["issue"] in kept
    assert read(world) == ("New", 0)
