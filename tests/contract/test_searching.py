"""Searching by the forge's own queries, making organizations, and what users see of Apps, on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.auth import GitHubJsonWebToken
from igitt.errors import ElementAlreadyExistsError, UnsupportedOperationError


def test_raw_search(world: World) -> None:
    """Issues and merge requests come out of one list, each as what it is."""
    world.forge.add_issue("acme/widgets", "Squirrels", "They squeak too.")
    world.forge.add_merge_request("acme/widgets", "Squirrels go", head="feature", base="main", author="bob")
    found = list(world.client.raw_search("Squirrels"))
    assert sorted((thing.kind, thing.title) for thing in found) == [
        ("issue", "Squirrels"), ("merge request", "Squirrels go"),
    ]  # fmt: skip
    assert all(thing.repository.full_name == "acme/widgets" for thing in found)
    assert list(world.client.raw_search("nothing of the kind")) == []


def test_raw_search_of_many(world: World) -> None:
    """All pages arrive."""
    for number in range(120):
        world.forge.add_issue("acme/widgets", f"Squirrel {number}")
    assert len({issue.number for issue in world.client.raw_search("Squirrel")}) == 120


def test_making_an_organization(world: World) -> None:
    """GitLab makes groups at any depth; GitHub says that it cannot."""
    acme = world.client.get_organization("acme")
    organization = type(acme)
    if not acme.supports("create"):
        with pytest.raises(UnsupportedOperationError, match="page"):
            organization.create(world.client, "acme/tools")
        return
    made = organization.create(world.client, "acme/tools", "Tools", description="To turn things")
    assert (made.name, made.description) == ("acme/tools", "To turn things")
    assert made == world.client.get_organization("acme/tools")
    assert organization.create(world.client, "acme/tools/small").name == "acme/tools/small"
    with pytest.raises(ElementAlreadyExistsError):
        organization.create(world.client, "acme/tools")


def test_installations_of_a_user(world: World) -> None:
    """A user's token sees the App's installations and their repositories; GitLab has none."""
    user = world.client.user
    if not user.supports("get_installations"):
        for ask in (user.get_installations, lambda: user.installed_repositories(1)):
            with pytest.raises(UnsupportedOperationError, match="App"):
                ask()
        return
    app = world.forge.add_app("triage", permissions={"issues": "write"}, owner="acme")
    installed = world.forge.install(app, "acme")
    (found,) = user.get_installations()
    assert (found.identifier, found.app_id) == (installed.id, app.id)
    assert list(user.installed_repositories(installed.id)) == [world.repository]
    (again,) = user.get_installations(GitHubJsonWebToken(app.private_key, app.id))
    assert [repository.full_name for repository in again.repositories] == ["acme/widgets"]
