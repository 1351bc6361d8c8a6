"""Commits and statuses, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.interfaces import Commit, CommitStatus, Status
from igitt.testing.contract import World


@pytest.fixture
def commit(world: World) -> Commit:
    """The head of the merge request."""
    return world.mr.head


def test_reading(world: World, commit: Commit) -> None:
    """Message, parents and author come with one request."""

    def read() -> None:
        assert commit.message == "Oil it\n\nNow it turns."
        assert len(commit.parents) == 1
        assert commit.parent == commit.parents[0]
        assert commit.authored_at.tzinfo is not None

    assert len(world.sent(read)) == 1
    assert commit.repository == world.repository
    assert commit.parent is not None
    assert commit.parent.parent is None


def test_by_branch(world: World, commit: Commit) -> None:
    """A branch's name stands for its newest commit."""
    named = world.repository.get_commit("feature")
    assert len(world.sent(lambda: named.sha)) == 1
    assert named.sha == named.identifier == commit.sha
    assert world.sent(lambda: named.sha) == []


@pytest.mark.parametrize("cut", [8, 12, None])
def test_one_commit_by_several_names(world: World, commit: Commit, cut: int | None) -> None:
    """The whole hash and its beginning are one commit without asking; a branch is once it was read."""
    by_branch, by_hash = world.repository.get_commit("feature"), world.repository.get_commit(commit.sha[:cut])
    assert world.sent(lambda: (by_branch == by_hash, hash(by_hash), hash(world.repository.get_commit("main")))) == []
    assert by_hash == commit
    by_branch.refresh()
    assert by_branch == by_hash
    assert {by_branch, by_hash, commit} == {commit}
    assert world.repository.get_commit("main").refresh() != by_branch


def test_a_status_by_branch(world: World, commit: Commit) -> None:
    """A status is set on the commit that a branch stands for."""
    world.repository.get_commit("feature").set_status(CommitStatus(Status.SUCCESS, "Fine", "ci/by-branch"))
    assert "ci/by-branch" in {status.context for status in commit.get_statuses()}


def test_diff(commit: Commit) -> None:
    """Files, patches and the whole diff."""
    assert [change.path for change in commit.files] == ["oil.txt"]
    assert "+drop" in (commit.get_patch_for_file("oil.txt") or "")
    assert "+drop" in commit.unified_diff
    with pytest.raises(ValidationError, match=r"nowhere\.txt"):
        commit.get_patch_for_file("nowhere.txt")


def test_statuses(commit: Commit) -> None:
    """The newest status of each context counts."""
    assert commit.combined_status is Status.PENDING
    assert list(commit.get_statuses()) == []
    commit.set_status(CommitStatus(Status.PENDING, "running", "ci/build", "https://ci.example.com/1"))
    commit.set_status(CommitStatus(Status.SUCCESS, "built", "ci/build", "https://ci.example.com/1"))
    assert list(commit.get_statuses()) == [
        CommitStatus(Status.SUCCESS, "built", "ci/build", "https://ci.example.com/1")
    ]
    assert commit.combined_status is Status.SUCCESS
    commit.set_status(CommitStatus(Status.FAILED, "broken", "ci/lint"))
    assert commit.combined_status is Status.FAILED


def test_a_status_twice(commit: Commit) -> None:
    """Reporting the same again is harmless."""
    for _ in range(2):
        commit.set_status(CommitStatus(Status.SUCCESS, "built", "ci/build"))
    for _ in range(2):
        commit.set_status(CommitStatus(Status.PENDING, "again", "ci/other"))
    assert {status.context for status in commit.get_statuses()} == {"ci/build", "ci/other"}


def test_a_long_description_is_cut(commit: Commit) -> None:
    """A description that the forge would refuse arrives shortened, its beginning whole; any other as it is."""
    commit.set_status(CommitStatus(Status.SUCCESS, "x" * 400, "ci/long"))
    (status,) = commit.get_statuses()
    assert status.description.startswith("x" * 130)
    assert status.description.endswith("…") or status.description == "x" * 400


def test_acknowledging(commit: Commit) -> None:
    """The review's own status goes from pending to good or bad; pending does not take a verdict back."""
    commit.pending()
    assert commit.combined_status is Status.PENDING
    commit.ack()
    assert commit.combined_status is Status.SUCCESS
    commit.pending()
    assert commit.combined_status is Status.SUCCESS
    commit.unack()
    assert commit.combined_status is Status.FAILED


def test_a_status_needs_sense() -> None:
    """A wrong status, context or address is refused at once."""
    with pytest.raises(ValidationError, match="Status"):
        CommitStatus("success")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="context"):
        CommitStatus(Status.SUCCESS, context="")
    with pytest.raises(ValidationError, match="address"):
        CommitStatus(Status.SUCCESS, url="ci/1")


def test_listing(world: World) -> None:
    """The commits of a branch, newest first, by path too."""
    newest = world.repository.filter_commits(ref="feature").first()
    assert newest is not None
    assert newest.message.startswith("Oil it")
    assert [
        commit.message.splitlines()[0] for commit in world.repository.filter_commits(ref="feature", path="oil.txt")
    ] == ["Oil it"]
    assert len(list(world.repository.commits)) == 1


def test_an_empty_repository_has_no_commits(world: World) -> None:
    """Nothing was committed yet: that is an empty list."""
    repository = world.client.create_repository("empty")
    assert list(repository.commits) == []
    assert len(repository.commits) == 0


def test_an_unknown_hash(world: World) -> None:
    """A wrong hash is an error."""
    with pytest.raises(ElementDoesntExistError):
        _ = world.repository.get_commit("f" * 40).message


def test_who_committed(world: World) -> None:
    """A commit's author and committer are accounts, found by their mail address where the forge knows no better."""
    commit = world.repository.get_branch("feature").commit
    assert (commit.author, commit.committer) == (world.client.get_user("bob"), world.client.get_user("bob"))


def test_who_made_it_as_git_keeps_it(world: World) -> None:
    """Names, addresses and times of author and committer, also of somebody whom the forge does not know."""
    commit = world.mr.head
    assert (commit.author_name, commit.author_email) == ("Bob", "bob@example.com")
    assert (commit.committer_name, commit.committer_email) == ("Bob", "bob@example.com")
    assert commit.committed_at == commit.authored_at
    (listed, *_) = world.repository.filter_commits(ref="feature")
    before = len(world.forge.requests)
    assert listed.author_name == "Bob"
    assert len(world.forge.requests) == before


def test_the_merge_requests_of_a_commit(world: World) -> None:
    """One that is open, and none for a commit that is in none."""
    assert [found.number for found in world.mr.head.merge_requests] == [world.mr_number]
    world.forge.add_commit("acme/widgets", "Alone", {"alone.txt": "x"}, branch="alone", author="bob")
    assert list(world.repository.get_commit("alone").merge_requests) == []
