"""Users, organizations and teams, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementDoesntExistError
from igitt.testing.contract import World


def test_myself(world: World) -> None:
    """The credential's own user."""
    me = world.client.user
    assert (me.username, me.name, me.is_bot) == ("alice", "Alice", False)
    assert me.identifier
    assert me == world.client.get_user("alice") == world.client.get_user()


def test_somebody(world: World) -> None:
    """Any user by name, whatever the case of the letters."""
    bob = world.client.get_user("bob")
    assert bob.name == "Bob"
    assert bob == world.client.get_user("BOB")
    assert len({bob, world.client.get_user("Bob")}) == 1
    assert str(bob) == "bob"
    assert bob.web_url == f"{world.forge.url}/bob"
    assert bob.avatar_url is None or bob.avatar_url.startswith("http")


def test_nobody(world: World) -> None:
    """A wrong name is an error."""
    with pytest.raises(ElementDoesntExistError):
        _ = world.client.get_user("nobody-of-that-name").name


def test_a_users_repositories_and_organizations(world: World) -> None:
    """What a user owns and belongs to."""
    world.client.create_repository("gears")
    assert [found.full_name for found in world.client.get_user("alice").repositories] == ["alice/gears"]
    assert "acme" in {found.name for found in world.client.user.organizations}


def test_my_repositories(world: World) -> None:
    """Repositories by what one may do there."""
    world.client.create_repository("gears")
    assert {found.full_name for found in world.client.owned_repositories} == {"alice/gears"}
    assert {"alice/gears", "acme/widgets"} <= {found.full_name for found in world.client.admin_repositories}
    bob = world.as_user("bob")
    assert {found.full_name for found in bob.write_repositories} == {"acme/widgets"}
    assert {found.full_name for found in bob.admin_repositories} == set()
    assert {found.full_name for found in bob.repositories} == {"acme/widgets"}
    assert "acme" in {found.name for found in world.client.organizations}


def test_an_organization(world: World) -> None:
    """An organization's people and repositories."""
    acme = world.client.get_organization("acme")
    assert acme.name == "acme"
    assert isinstance(acme.description, str)
    assert {user.username for user in acme.owners} == {"alice"}
    assert {user.username for user in acme.masters} == {"alice"}
    assert "alice" in {user.username for user in acme.members}
    assert acme.billable_users >= 1
    assert {found.full_name for found in acme.repositories} == {"acme/widgets"}
    assert acme == world.client.get_organization("ACME")


def test_an_organizations_issues(world: World) -> None:
    """The issues of all its repositories, filtered too."""
    acme = world.client.get_organization("acme")
    assert [issue.title for issue in acme.issues] == ["It squeaks"]
    (issue,) = acme.filter_issues(label="bug")
    assert issue.repository == world.repository
    assert list(acme.filter_issues(label="idea")) == []
    issue.assign("bob")
    assert [found.title for found in acme.filter_issues("all", assignee="bob")] == ["It squeaks"]
    assert list(acme.filter_issues(assignee="alice")) == []


def test_teams(world: World) -> None:
    """A team's members come and go."""
    world.forge.add_team("acme", "core", members=["bob"])
    (team,) = (one for one in world.client.get_organization("acme").teams if one.name == "core")
    assert team.name == "core"
    assert team.organization == world.client.get_organization("acme")
    assert team.is_member("bob")
    assert not team.is_member("carol")
    team.add_member("carol")
    assert team.is_member("carol")
    assert {"bob", "carol"} <= {user.username for user in team.members}
    team.remove_member("carol")
    assert not team.is_member("carol")
