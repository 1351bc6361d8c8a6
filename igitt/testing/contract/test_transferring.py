"""Giving a repository to another owner, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import IGittError, PermissionDeniedError
from igitt.testing.contract import World


@pytest.mark.parametrize("given", ["object", "name"])
def test_to_an_organization(world: World, given: str) -> None:
    """With one request the repository is in the other place, and the object goes on with it there."""
    world.forge.add_organization("cogs", members={"alice": "owner"})
    repository = world.repository
    to = world.client.get_organization("cogs") if given == "object" else "cogs"
    assert len(world.sent(lambda: repository.transfer(to))) == 1
    assert repository.full_name == "cogs/widgets"
    assert repository.owner == world.client.get_organization("cogs")
    assert repository.get_issue(world.issue_number).title == "It squeaks"
    assert world.client.get_repo("cogs/widgets") == repository


def test_to_a_user(world: World) -> None:
    """A user can be the new owner, and the old name still leads there."""
    world.repository.transfer(world.client.get_user("alice"))
    assert world.client.get_repo("alice/widgets").exists()
    assert world.repository.refresh().full_name == "alice/widgets"


def test_what_is_refused(world: World) -> None:
    """An owner that is not there, a name that is taken, and who may not."""
    world.client.create_repository("widgets")
    for to in ("nobody-of-that-name", "alice", ""):
        with pytest.raises(IGittError):
            world.repository.transfer(to)
    with pytest.raises(PermissionDeniedError):
        world.as_user("bob").get_repo("acme/widgets").transfer("bob")
    assert world.repository.full_name == "acme/widgets"
