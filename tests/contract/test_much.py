"""More of everything than fits on a page, and nothing at all, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.auth import GitHubJsonWebToken
from igitt.errors import ElementDoesntExistError
from igitt.github import GitHubCheckRun
from igitt.interfaces import CommitStatus, Status

FILES = 330  # more than three pages of GitHub's merge requests, and more than one of its commits


def test_a_large_change(world: World) -> None:
    """A change of many files arrives whole: as a commit, as a merge request, as a comparison, and as a diff."""
    changes: dict[str, str | None] = {f"many/{number:03}.txt": f"{number}\n" for number in range(FILES)}
    world.forge.add_commit("acme/widgets", "Much", changes, branch="much", author="bob")
    world.forge.add_merge_request("acme/widgets", "Much", head="much", author="bob")
    mr = world.repository.filter_merge_requests(head="much").first()
    assert mr is not None
    assert mr.affected_files == set(changes)
    assert mr.diffstat == (FILES, 0)
    commit = world.repository.get_commit("much")
    assert {change.path for change in commit.files} == set(changes)
    assert len(list(commit.files)) == FILES
    assert commit.get_patch_for_file("many/329.txt") is not None
    assert mr.diff().count("\n+++ ") == FILES


def test_many_statuses(world: World) -> None:
    """A check that reports last counts, on whatever page it stands."""
    commit = world.repository.get_commit("feature")
    for number in range(101):
        commit.set_status(CommitStatus(Status.SUCCESS, context=f"ci/{number}"))
    assert commit.combined_status is Status.SUCCESS
    assert len({status.context for status in commit.get_statuses()}) == 101
    commit.set_status(CommitStatus(Status.FAILED, context="ci/0"))
    assert commit.combined_status is Status.FAILED
    assert not world.mr.tests_passed


def test_many_people_and_words(world: World) -> None:
    """Labels, members, branches and tags beyond the first page are there."""
    home = world.forge.repository("acme/widgets")
    for number in range(105):
        world.forge.world.add_label(home, f"label-{number:03}")
        home.branches[f"branch-{number:03}"] = home.branches["main"]
        world.forge.add_user(f"user-{number:03}")
        home.members[f"user-{number:03}"] = 30
    repository = world.repository
    assert len(repository.get_labels()) == 107
    assert len({branch.name for branch in repository.branches}) == 107
    assert len({user.username for user in repository.collaborators}) == 107
    assert "label-104" in {label.name for label in world.issue.available_labels}
    assert "user-104" in {user.username for user in world.issue.available_assignees}


@pytest.fixture
def installed(world: World) -> World:
    """A world in which an App is installed, with many repositories and checks; nothing on GitLab."""
    if world.hoster == "github":
        for number in range(104):
            world.forge.add_repository(f"acme/r-{number}", files={})
        app = world.forge.add_app("lint", permissions={"checks": "write", "contents": "read", "statuses": "read"})
        own = world.forge.client(GitHubJsonWebToken(app.private_key, app.id), clock=world.clock)
        world.client = own.as_installation(world.forge.install(app, "acme").id)
    return world


def test_lists_inside_objects(installed: World) -> None:
    """What GitHub wraps is read to its last page too: an installation's repositories, and check runs."""
    if installed.hoster != "github":
        return
    assert len(list(installed.client.repositories)) == len(installed.client.repositories) == 105
    commit = installed.repository.get_commit("feature")
    for number in range(101):
        GitHubCheckRun.create(
            installed.client, "acme/widgets", commit.sha, f"c{number}",
            status=Status.RUNNING if number == 100 else Status.SUCCESS,
        )  # fmt: skip
    assert len(list(commit.check_runs)) == 101
    assert commit.combined_status is Status.PENDING


def test_nothing_at_all(world: World) -> None:
    """An empty repository has nothing, which is no error; what is asked for by name is not there."""
    world.forge.add_repository("acme/empty", files={})
    empty = world.client.get_repo("acme/empty")
    for found in (
        empty.commits, empty.filter_commits(author="alice"), empty.branches, empty.tags, empty.releases,
        empty.contributors, empty.list_files(), empty.list_files(recursive=True), empty.issues, empty.merge_requests,
        empty.pipelines, empty.milestones, empty.forks, empty.hooks,
    ):  # fmt: skip
        assert list(found) == []
        assert len(found) == 0
        assert found.first() is None
    assert empty.languages == {}
    assert empty.latest_release is None
    assert empty.get_labels() is not None
    for look in (
        lambda: empty.get_commit("main").message,
        lambda: empty.get_content("README.md").text,
        lambda: empty.get_branch("main").commit.sha,
    ):
        with pytest.raises(ElementDoesntExistError):
            look()
