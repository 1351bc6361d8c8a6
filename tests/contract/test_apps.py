"""Apps, which only GitHub has: their installations and their check runs."""

from __future__ import annotations

from typing import Any

import pytest
from support.world import World

from igitt.auth import GitHubJsonWebToken
from igitt.github import GitHubCheckRun
from igitt.interfaces import Annotation, Status

pytestmark = pytest.mark.parametrize("world", ["github"], indirect=True)


@pytest.fixture
def app(world: World) -> Any:
    """A GitHub App of which two accounts know."""
    made = world.forge.add_app("lint", permissions={"checks": "write", "contents": "read"}, events=["push"])
    world.forge.install(made, "acme")
    world.forge.install(made, "bob")
    return made


@pytest.fixture
def own(world: World, app: Any) -> Any:
    """The App's own client."""
    return world.as_user(GitHubJsonWebToken(app.private_key, app.id, clock=world.clock))


def of_acme(world: World, own: Any) -> Any:
    """The installation at acme, as the App finds it."""
    number = next(one.id for one in world.forge.world.installations.values() if one.account.login == "acme")
    return own.Installation(own, number)


def test_an_installation(world: World, app: Any, own: Any) -> None:
    """What it is, where, and what it may do."""
    found = of_acme(world, own)
    assert (found.app_id, found.account, found.is_suspended) == (app.id, world.client.get_organization("acme"), False)
    assert found.permissions.items() >= {"checks": "write", "contents": "read"}.items()
    assert (found.webhooks, found.repository_selection) == ({"push"}, "all")


def test_an_installation_by_its_own_token(world: World, app: Any, own: Any) -> None:
    """What only the App may ask is asked with the App's JWT; another installation is no more than that one."""
    number = of_acme(world, own).identifier
    client = own.as_installation(number)
    found, other = client.Installation(client, number), world.forge.world.installations
    asked = world.sent(lambda: found.permissions)
    assert asked == [f"GET /app/installations/{number}"]
    assert found.permissions["checks"] == "write"
    assert client.as_installation(number) is client
    elsewhere = next(one.id for one in other.values() if one.account.login == "bob")
    assert client.as_installation(elsewhere).token.installation_id == elsewhere
    assert client.Installation(client, elsewhere).account == world.client.get_user("bob")


def test_its_repositories(world: World, own: Any) -> None:
    """All that it may see, asked for with its own token."""
    found = of_acme(world, own)
    assert [one.full_name for one in found.repositories] == ["acme/widgets"]
    token = own.installation_token(found.identifier)
    assert token.permissions == {"checks": "write", "contents": "read", "metadata": "read"}
    assert world.as_user(token).get_repo("acme/widgets").description == "Things that turn"
    assert found.token.value
    assert own.as_installation(found.identifier).get_repo("acme/widgets").description == "Things that turn"


def test_suspending(world: World, own: Any) -> None:
    """It may do nothing, and then again; deleted, it is gone."""
    found = of_acme(world, own)
    assert len(world.sent(found.suspend)) == 1
    assert found.is_suspended
    found.unsuspend()
    assert not found.is_suspended
    found.delete()
    assert [one.account.login for one in world.forge.world.installations.values()] == ["bob"]


def test_a_users_installations(world: World, app: Any) -> None:
    """Those that a user may see, and the repositories of each that the user may see."""
    user = world.client.user
    (found,) = user.get_installations()
    assert found.app_id == app.id
    assert [one.full_name for one in user.installed_repositories(found.identifier)] == ["acme/widgets"]


def test_a_check_run(world: World, own: Any) -> None:
    """It waits, runs and ends with remarks, and can be asked for again."""
    client = own.as_installation(of_acme(world, own).identifier)
    sha = world.repository.get_branch("main").commit.sha
    run = GitHubCheckRun.create(client, "acme/widgets", sha, "lint", status=Status.RUNNING)
    assert (run.name, run.sha, run.status, run.conclusion, run.finished) == ("lint", sha, Status.RUNNING, None, None)
    assert run.started is not None
    remark = Annotation("README.md", 1, "No full stop")
    run.edit(status=Status.FAILED, title="Lint", summary="One remark", annotations=[remark])
    assert (run.status, run.conclusion, run.title, run.summary) == (Status.FAILED, "failure", "Lint", "One remark")
    assert [(one.path, one.start_line, one.message) for one in run.annotations] == [("README.md", 1, "No full stop")]
    assert list(client.get_repo("acme/widgets").get_commit(sha).check_runs) == [run]
    assert len(world.sent(run.rerequest)) == 1
