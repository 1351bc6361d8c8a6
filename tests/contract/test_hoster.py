"""The forge as a whole, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import AuthenticationError, ValidationError


def test_search(world: World) -> None:
    """Repositories, issues and merge requests are found by words."""
    assert [found.full_name for found in world.client.search_repositories("widgets")] == ["acme/widgets"]
    assert [issue.title for issue in world.client.search_issues("squeaks")] == ["It squeaks"]
    (mr,) = world.client.search_merge_requests("Oil")
    assert mr.repository == world.repository
    assert mr.head_branch_name == "feature"


def test_rate_limit_and_version(world: World) -> None:
    """What is left, and what runs there."""
    limits = world.client.rate_limit
    assert all(limit.remaining <= limit.limit for limit in limits.values())
    assert limits
    assert world.client.version


def test_the_escape_hatch(world: World) -> None:
    """Any request of the API goes through the same credential, cache and errors."""
    path = world.repository.url.removeprefix(world.forge.api_url)
    answer = world.client.request("GET", path)
    assert answer.status == 200
    assert answer.data["name"] == "widgets"
    assert world.client.request("GET", path).from_cache
    with pytest.raises(ValidationError, match="not on"):
        world.client.request("GET", "https://elsewhere.example.com/x")


def test_a_wrong_token(world: World) -> None:
    """A token that the forge does not accept is told as such."""
    with pytest.raises(AuthenticationError, match="does not accept this token"):
        _ = world.client.with_token("no-such-token-0123456789").user.username  # type: ignore[attr-defined]


def test_no_token(world: World) -> None:
    """Who must say who they are is told to give a token."""
    with pytest.raises(AuthenticationError, match="give the client a token"):
        world.as_user(None).get_repo("acme/widgets").create_issue("anonymous")


def test_a_second_look_is_free(world: World) -> None:
    """What did not change is answered from the cache; on GitHub that costs no rate limit."""
    assert world.issue.title == "It squeaks"
    assert len(list(world.repository.issues)) == 1
    units = world.forge.units
    assert world.issue.title == "It squeaks"
    assert len(list(world.repository.issues)) == 1
    stats = world.client.transport.cache.stats  # type: ignore[attr-defined]
    assert stats.revalidated == 2
    if world.hoster == "github":
        assert world.forge.units == units


def test_everything_has_the_common_parts(world: World) -> None:
    """Each kind of thing tells hoster, client, addresses, identifier and data, and can be made of its own data."""
    issue, mr, repository = world.issue, world.mr, world.repository
    comment = issue.add_comment("hello")
    things = [
        issue, mr, repository, comment, world.client.user, world.client.get_organization("acme"), mr.head,
        repository.get_label("bug"), repository.create_milestone("1.0"),
        repository.register_hook("https://bot.example.com/hook"),
    ]  # fmt: skip
    for thing in things:
        assert thing.hoster == world.hoster
        assert thing.client is world.client
        assert thing.identifier
        assert thing.url.startswith(world.forge.api_url)
        assert thing.web_url.startswith(world.forge.url)
        assert isinstance(thing.data, dict)
        assert thing.refresh() is thing
        assert thing.supports("refresh")
        with pytest.raises(ValidationError, match="did you mean 'refresh'"):
            thing.supports("refrsh")
        again = type(thing).from_data(dict(thing.data), world.client, getattr(thing, "_scope", None))
        assert again == thing
        assert hash(again) == hash(thing)
        assert type(thing).__name__ in repr(thing)
