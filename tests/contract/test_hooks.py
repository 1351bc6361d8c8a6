"""Webhooks of a repository, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import ValidationError
from igitt.interfaces import WebhookEvents

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
    """A hook goes by its address; none of that address is no error."""
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
