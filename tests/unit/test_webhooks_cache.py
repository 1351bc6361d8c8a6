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
        # It has no label, so that its date covers all of it.
        made.issue_number = made.forge.add_issue("acme/widgets", "It squeaks", "Loudly.", author="bob").number
        yield made


def renamed(world: World, title: str) -> Any:
    """Let bob give the issue a title a minute later, and return the delivery."""
    world.clock.now += 60
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).title = title
    world.clock.now += 2  # that is how long a delivery is on its way
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


# --- what a delivery must not make anybody believe -------------------------------------------------------------------


def theirs(world: World) -> Any:
    """The issue as bob writes it."""
    return world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number)


@pytest.mark.parametrize("later", [0, 1, 30, 4000])
def test_two_changes_in_one_second_of_which_one_is_lost(world: World, later: float) -> None:
    """A date of the second in which the delivery came proves nothing: a further change in it is seen."""
    world.clock.now += 60
    theirs(world).title = "First"
    delivery = world.forge.deliveries[-1]
    theirs(world).title = "Second"  # whose delivery is lost
    deliver(world, delivery)
    world.clock.now += later
    assert read(world)[0] == "Second"


@pytest.mark.parametrize("write", ["comment", "assign", "title"])
def test_a_delivery_from_before_a_write(world: World, write: str) -> None:
    """Two changes in one second, one of them by this client, and the delivery of the other one comes late."""
    theirs(world).title = "First"
    late = world.forge.deliveries[-1]
    issue = world.issue
    if write == "comment":
        issue.add_comment("x")
    elif write == "assign":
        issue.assign("bob")
    else:
        issue.edit(title="Second")
    true = (world.issue.refresh().title, len(world.issue.refresh().assignees), world.issue.refresh().data["comments"])
    issue.add_reaction("+1")  # after which nothing of it is cached
    world.clock.now += 2
    deliver(world, late)
    found = world.issue.refresh()
    assert (found.title, len(found.assignees), found.data["comments"]) == true


@pytest.mark.parametrize("fresh_for", [0.0, 3600.0])
def test_a_delivery_from_the_future(world: World, fresh_for: float) -> None:
    """What is dated later than now is not kept: it would be served, or asked for by its date, until then."""
    cache = world.client.transport.cache
    cache.use_memory(fresh_for=fresh_for)
    read(world)
    delivery = renamed(world, "New")
    world.clock.now -= 3600  # this machine's clock is right, and the delivery's date is not
    deliver(world, delivery)
    theirs(world).title = "Now"
    assert read(world)[0] == "Now"


def test_a_delivery_of_another_instance(world: World) -> None:
    """An object whose address is another instance's is no object of this one, though it has the same name."""
    delivery = renamed(world, "New")
    told = json.loads(delivery.body.replace(b"https://github.sandbox", b"https://ghe.example.com"))
    told["issue"]["title"] = "Theirs"
    world.client.read_payload("issues", told)
    list(world.client.handle_webhook("issues", told))
    assert read(world)[0] == "New"


def test_a_labelled_issue_is_asked_for(world: World) -> None:
    """A label's new name does not change the issue's date: with its delivery lost, the new name is seen."""
    world.repository.get_issue(world.issue_number).add_labels("bug")
    world.clock.now += 2
    deliver(world, world.forge.deliveries[-1])
    world.as_user("alice").get_repo("acme/widgets").get_label("bug").name = "defect"
    assert world.issue.labels == {"defect"}


def test_a_label_of_the_same_second(world: World) -> None:
    """A delivery that is not kept itself ends the trust in one that was kept before it, and has the same date."""
    world.clock.now += 60
    theirs(world).title = "New"
    first = world.forge.deliveries[-1]
    theirs(world).add_labels("bug")
    second = world.forge.deliveries[-1]
    world.clock.now += 2
    deliver(world, first)
    deliver(world, second)
    assert world.issue.labels == {"bug"}


def test_what_a_delivery_brought_is_asked_for_by_its_etag_from_then_on(world: World) -> None:
    """The 304 to the date tells the ETag, which covers what the date does not."""
    deliver(world, renamed(world, "New"))
    assert read(world) == ("New", 0)
    theirs(world).add_labels("bug")
    assert world.issue.labels == {"bug"}


def test_the_trust_in_a_delivery_ends(world: World) -> None:
    """After a minute its date alone is not believed any more."""
    deliver(world, renamed(world, "New"))
    world.clock.now += 61
    assert read(world) == ("New", 1)
    assert read(world) == ("New", 0)
