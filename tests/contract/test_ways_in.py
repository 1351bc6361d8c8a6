"""Ways in beside the objects: GraphQL, the forge's own search, payloads and data, the same on every provider."""

from __future__ import annotations

import pickle

import pytest
from support.world import World

from igitt.errors import ValidationError
from igitt.interfaces import IssueActions, WebhookEvents

ASK = {
    "github": (
        "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name)"
        " { pullRequest(number: $number) { closingIssuesReferences(first: 1) { nodes { number } } } } }"
    ),
    "gitlab": "query { currentUser { username } }",
}


def test_graphql(world: World) -> None:
    """One POST, and what the forge reports as errors is an error."""
    given = {"owner": "acme", "name": "widgets", "number": world.mr_number} if world.hoster == "github" else None
    assert world.client.graphql(ASK[world.hoster], given)
    with pytest.raises(ValidationError):
        world.client.graphql("{ this is no query }")


def test_raw_search(world: World) -> None:
    """A query of the forge's own kind finds issues."""
    query = "squeaks repo:acme/widgets is:issue" if world.hoster == "github" else "squeaks"
    assert [found.title for found in world.client.raw_search(query)] == ["It squeaks"]


def test_payloads(world: World) -> None:
    """A decoded payload tells its repository and, in both forms, what happened; nothing is sent."""
    world.repository.register_hook("https://bot.example.com/", "s3cret", {WebhookEvents.ISSUE})
    made = world.repository.create_issue("Fresh")
    delivery = world.forge.deliveries[-1]

    def read() -> None:
        assert world.client.get_repo_name(delivery.payload) == "acme/widgets"
        (event,) = world.client.read_payload(delivery.event, delivery.payload)
        assert (event.action, event.subject) == (IssueActions.OPENED, made)
        ((action, things),) = world.client.handle_webhook(delivery.event, delivery.payload)
        assert action is IssueActions.OPENED
        assert made in things

    assert world.sent(read) == []


def test_data_without_a_request(world: World) -> None:
    """A thing is made of its data without a request, and a loaded one has no client until it is given one."""
    known = world.issue
    known.refresh()
    made = type(known).from_data(known.data, world.client, world.repository)
    assert world.sent(lambda: made.title) == []
    assert (made, made.title, made.kind_with_article()) == (known, "It squeaks", "an issue")
    loaded = pickle.loads(pickle.dumps(made))  # noqa: S301 - it was made here
    assert loaded.bind(world.client).repository == world.repository
