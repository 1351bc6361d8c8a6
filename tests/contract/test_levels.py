"""What people may do, also through what is around a repository, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import ValidationError
from igitt.interfaces import AccessLevel

#: What a level becomes on each forge: GitHub has five roles, GitLab no TRIAGE.
BECOMES = {
    AccessLevel.MINIMAL: (None, AccessLevel.MINIMAL),
    AccessLevel.CAN_VIEW: (None, AccessLevel.CAN_VIEW),
    AccessLevel.PLANNER: (None, AccessLevel.PLANNER),
    AccessLevel.CAN_READ: (AccessLevel.CAN_READ, AccessLevel.CAN_READ),
    AccessLevel.TRIAGE: (AccessLevel.TRIAGE, AccessLevel.CAN_READ),
    AccessLevel.SECURITY_MANAGER: (AccessLevel.TRIAGE, AccessLevel.SECURITY_MANAGER),
    AccessLevel.CAN_WRITE: (AccessLevel.CAN_WRITE, AccessLevel.CAN_WRITE),
    AccessLevel.MAINTAINER: (AccessLevel.MAINTAINER, AccessLevel.MAINTAINER),
    AccessLevel.ADMIN: (AccessLevel.ADMIN, AccessLevel.ADMIN),
}


@pytest.mark.parametrize("level", BECOMES, ids=str)
def test_giving_a_level(world: World, level: AccessLevel) -> None:
    """A level that is given is told again; one that a forge has no word for is the next lower one, or refused."""
    expected = BECOMES[level][world.hoster == "gitlab"]
    if expected is None:
        with pytest.raises(ValidationError, match=str(level)):
            world.repository.add_collaborator("carol", level)
        return
    world.repository.add_collaborator("carol", level)
    found = world.repository.get_permission_level(world.client.get_user("carol"))
    assert found is expected
    assert (found >= AccessLevel.CAN_WRITE) is (level >= AccessLevel.CAN_WRITE)


@pytest.mark.parametrize("number", [0, 5, 10, 15, 20, 25, 30, 40, 50, 60])
def test_gitlabs_levels(number: int) -> None:
    """Every number that GitLab has is a level of that number."""
    assert int(AccessLevel(number)) == number


@pytest.mark.parametrize(
    ("number", "level"), [(22, "can_read"), (45, "maintainer"), (99, "instance_admin"), (-1, "none")]
)
def test_a_level_that_nobody_knows(number: int, level: str) -> None:
    """A number that a forge invents is the level below it: nobody gets a right from nothing."""
    assert str(AccessLevel(number)) == level


def test_rights_from_around(world: World) -> None:
    """Who belongs to what is around a repository is a collaborator, with the level that comes from there."""
    if world.hoster == "gitlab":
        world.forge.add_organization("acme/tools/deep", members={"dora": "maintainer"})
        world.forge.add_repository("acme/tools/deep/gears")
        gears = world.client.get_repo("acme/tools/deep/gears")
        assert gears.get_permission_level("dora") is AccessLevel.MAINTAINER
        assert {"alice", "dora"} <= {user.username for user in gears.collaborators}
    found = world.repository.get_permission_level("alice")
    assert found >= AccessLevel.ADMIN
    assert "alice" in {user.username for user in world.repository.collaborators}
