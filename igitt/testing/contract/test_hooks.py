"""Webhooks of a repository, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import InvalidSignatureError, ValidationError
from igitt.interfaces import WebhookEvents
from igitt.interfaces.actions import PushActions
from igitt.testing.contract import World

URL = "https://bot.example.com/hook"


def test_registering(world: World) -> None:
    """A hook is registered once: the second time brings it up to date."""
    hook = world.repository.register_hook(URL, "s3cret", {WebhookEvents.ISSUE})
    assert (hook.target_url, hook.events, hook.is_active) == (URL, {WebhookEvents.ISSUE}, True)
    again = world.repository.register_hook(URL, "s3cret", {WebhookEvents.ISSUE, WebhookEvents.MERGE_REQUEST})
    assert again == hook
    (found,) = world.repository.hooks
    assert found.events == {WebhookEvents.ISSUE, WebhookEvents.MERGE_REQUEST}


def test_editing(world: World) -> None:
    """Events and address change; the secret is never read back."""
    hook = world.repository.register_hook(URL, "s3cret", {WebhookEvents.ISSUE})
    hook.events = {WebhookEvents.PUSH}
    hook.edit(target_url="https://bot.example.com/other", secret="n3w")
    (found,) = world.repository.hooks
    assert (found.target_url, found.events) == ("https://bot.example.com/other", {WebhookEvents.PUSH})
    assert "n3w" not in str(found.data)
    assert "n3w" not in repr(found)


def test_deleting(world: World) -> None:
    """A hook goes by its address; without one of that address nothing happens."""
    world.repository.register_hook(URL)
    world.repository.delete_hook(URL)
    world.repository.delete_hook(URL)
    assert list(world.repository.hooks) == []


@pytest.mark.parametrize("url", ["bot.example.com", "ftp://bot.example.com", ""])
def test_a_wrong_address(world: World, url: str) -> None:
    """An address that cannot be posted to is refused before anything is sent."""

    def register() -> None:
        with pytest.raises(ValidationError, match="web address"):
            world.repository.register_hook(url)

    assert world.sent(register) == []


def test_deliveries_are_signed(world: World) -> None:
    """What happens is delivered, verified and understood by the client."""
    world.repository.register_hook(URL, "s3cret", {WebhookEvents.ISSUE})
    issue = world.repository.create_issue("Fresh")
    delivery = world.forge.deliveries[-1]
    (event, *_) = world.client.parse_webhook(delivery.headers, delivery.body, "s3cret")
    assert event.subject == issue
    assert str(event.action) == "opened"
    assert event.repository == world.repository


def test_a_new_secret_and_new_events(world: World) -> None:
    """Both are written by one request, nothing else of the hook is lost, and deliveries are signed again."""
    hook = world.repository.register_hook(URL, "s3cret", {WebhookEvents.PUSH})
    assert len(world.sent(lambda: hook.edit(secret="fresh", events={WebhookEvents.ISSUE}))) == 1
    assert (hook.target_url, hook.events, hook.is_active) == (URL, {WebhookEvents.ISSUE}, True)
    world.repository.create_issue("Fresh")
    delivery = world.forge.deliveries[-1]
    assert world.client.parse_webhook(delivery.headers, delivery.body, "fresh")
    with pytest.raises(InvalidSignatureError):
        world.client.parse_webhook(delivery.headers, delivery.body, "s3cret")
    hook.edit(events={WebhookEvents.PUSH, WebhookEvents.ISSUE})
    world.repository.create_issue("Fresher")
    delivery = world.forge.deliveries[-1]
    assert world.client.parse_webhook(delivery.headers, delivery.body, "fresh")


@pytest.mark.parametrize("wanted", [{WebhookEvents.PUSH}, {WebhookEvents.PUSH, WebhookEvents.TAG}])
def test_a_hook_for_pushes_hears_of_branches(world: World, wanted: set[WebhookEvents]) -> None:
    """A new branch and its commits arrive once each, and of a later push only its commits."""
    world.repository.register_hook(URL, "s3cret", wanted)
    known = len(world.forge.deliveries)
    for text in ("one", "two"):
        world.forge.add_commit("acme/widgets", text, {"new.txt": text}, branch="fresh", author="bob")
    told = [
        event
        for delivery in world.forge.deliveries[known:]
        for event in world.client.parse_webhook(delivery.headers, delivery.body, "s3cret")
    ]
    assert [event.action for event in told] == [PushActions.BRANCH_CREATED, PushActions.PUSHED, PushActions.PUSHED]
    assert [event.objects[:2] for event in told] == [(world.repository, "fresh")] * 3
    assert [len(event.objects[2]) for event in told[1:]] == [1, 1]
    assert told[0].changes["head"][0] == "0" * 40
    assert told[1].changes["head"][1] == told[2].changes["head"][0]


def test_a_hook_for_tags_hears_of_no_branch(world: World) -> None:
    """Whoever asks for tags alone gets no event of a branch."""
    world.repository.register_hook(URL, "s3cret", {WebhookEvents.TAG})
    known = len(world.forge.deliveries)
    world.forge.add_commit("acme/widgets", "Start", {"new.txt": "one"}, branch="fresh", author="bob")
    told = [world.client.parse_webhook(one.headers, one.body, "s3cret") for one in world.forge.deliveries[known:]]
    assert not any(told)
