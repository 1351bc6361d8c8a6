"""Merge requests, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ConflictError, ElementAlreadyExistsError, ValidationError
from igitt.interfaces import CommitStatus, MergeRequestStates, Status
from igitt.testing.contract import World


def test_reading(world: World) -> None:
    """Everything about a merge request is read with one request."""
    mr = world.mr

    def read() -> None:
        assert mr.title == "Oil"
        assert mr.description == "Turns now."
        assert mr.state is MergeRequestStates.OPEN
        assert mr.base_branch_name == "main"
        assert mr.head_branch_name == "feature"
        assert mr.author is not None
        assert mr.author.username == "bob"
        assert mr.is_draft is False
        assert mr.merged_at is None
        assert mr.target_repository == world.repository
        assert mr.source_repository is not None
        assert len(mr.head.sha) == 40

    assert len(world.sent(read)) == 1
    assert mr.source_repository == world.repository
    assert mr.head != mr.base


def test_it_is_no_issue(world: World) -> None:
    """Issue 1 and merge request 1 are two things."""
    assert world.repository.get_issue(7) != world.repository.get_mr(7)


def test_commits_and_files(world: World) -> None:
    """What a merge request changes is told by commits, files, diff and counts."""
    mr = world.mr
    assert [commit.message.splitlines()[0] for commit in mr.commits] == ["Oil it"]
    (change,) = mr.files
    assert (change.path, change.status, change.patch) == ("oil.txt", "added", change.patch)
    assert "+drop" in (change.patch or "")
    assert mr.affected_files == {"oil.txt"}
    assert mr.diffstat == (1, 0)
    assert "+drop" in mr.diff()


def test_labels_and_assignees(world: World) -> None:
    """A merge request has all that an issue has."""
    mr = world.mr
    mr.add_labels("bug")
    mr.labels |= {"idea"}
    mr.assign("bob")
    mr.title = "Oil everything"
    again = world.mr
    assert again.labels == {"bug", "idea"}
    assert {user.username for user in again.assignees} == {"bob"}
    assert again.title == "Oil everything"
    mr.edit(description="changed", labels={"bug"})
    assert (world.mr.description, world.mr.labels) == ("changed", {"bug"})
    mr.add_reaction("rocket")
    assert [found.name for found in mr.reactions] == ["rocket"]


def test_changing_the_target(world: World) -> None:
    """The target branch is changed by assigning it."""
    world.forge.add_commit("acme/widgets", "Start", {"x": "y"}, branch="next")
    mr = world.mr
    mr.base_branch_name = "next"
    assert mr.base_branch_name == world.mr.base_branch_name == "next"


def test_closing_and_reopening(world: World) -> None:
    """A closed merge request is not a merged one."""
    mr = world.mr
    mr.close()
    assert mr.state is world.mr.state is MergeRequestStates.CLOSED
    mr.reopen()
    assert mr.state is world.mr.state is MergeRequestStates.OPEN


def test_merging(world: World) -> None:
    """A merge happens once, and shows."""
    mr = world.mr
    assert mr.mergeable is True
    mr.merge(sha=mr.head.sha)
    assert mr.state is world.mr.state is MergeRequestStates.MERGED
    assert world.mr.merged_at is not None
    merged_by = world.mr.merged_by
    assert merged_by is not None
    assert merged_by.username == "alice"
    with pytest.raises(ConflictError, match=world.said("not mergeable|cannot be merged now")):
        world.mr.merge()


def test_merging_with_a_stale_head(world: World) -> None:
    """Nothing unreviewed slips in: a wrong hash is a conflict, and nothing is merged."""
    with pytest.raises(ConflictError, match=world.said("modified|does not match HEAD")):
        world.mr.merge(sha="0" * 40)
    assert world.mr.state is MergeRequestStates.OPEN


def test_merging_by_an_unknown_method(world: World) -> None:
    """A method that no forge has is refused before anything is sent."""
    with pytest.raises(ValidationError, match="octopus"):
        world.mr.merge(method="octopus")


def test_merging_and_removing_the_branch(world: World) -> None:
    """The source branch goes when asked."""
    world.mr.merge(remove_source_branch=True)
    assert "feature" not in world.forge.repository("acme/widgets").branches


def test_drafts(world: World) -> None:
    """A merge request becomes a draft and is ready again; its title stays."""
    mr = world.mr
    mr.convert_to_draft()
    assert mr.is_draft is world.mr.is_draft is True
    mr.mark_ready()
    assert mr.is_draft is world.mr.is_draft is False
    assert world.mr.title == "Oil"


def test_reviewers(world: World) -> None:
    """Users are asked for a review, and no longer."""
    mr = world.mr
    mr.request_review("alice")
    assert {user.username for user in mr.reviewers} == {user.username for user in world.mr.reviewers} == {"alice"}
    mr.remove_reviewers("alice")
    assert world.mr.reviewers == set()


def test_its_own_commits(world: World) -> None:
    """Base and head are the merge request's own: not the tip of the target, nor of a branch of that name made again."""
    base, head = world.mr.base.sha, world.mr.head.sha
    world.forge.add_commit("acme/widgets", "Meanwhile", {"new.txt": "x\n"}, branch="main", author="alice")
    assert (world.mr.base.sha, world.mr.head.sha) == (base, head)
    assert world.repository.get_branch("main").commit.sha != base
    world.mr.merge(remove_source_branch=True)
    world.repository.create_branch("feature", "main")
    world.repository.create_file("other.txt", content="x", message="Other", branch="feature")
    assert world.mr.head.sha == head
    assert world.mr.affected_files == {"oil.txt"}


def test_what_is_said_of_an_issue_of_the_same_number(world: World) -> None:
    """A comment on a merge request is none of the issue that may have its number, nor the other way round."""
    numbers = {one.number for one in world.repository.filter_issues("all")}
    issue = world.repository.get_issue(world.mr_number) if world.mr_number in numbers else world.issue
    issue.add_comment("of the issue")
    world.mr.add_comment("of the merge request")
    assert [comment.body for comment in issue.comments] == ["of the issue"]
    assert [comment.body for comment in world.mr.comments] == ["of the merge request"]


def test_tests_passed(world: World) -> None:
    """Tests passed only when something reported, and nothing runs or failed."""
    assert world.mr.tests_passed is False
    head = world.mr.head
    head.set_status(CommitStatus(Status.PENDING, context="ci/a"))
    assert world.mr.tests_passed is False
    head.set_status(CommitStatus(Status.SUCCESS, context="ci/a"))
    assert world.mr.tests_passed is True
    head.set_status(CommitStatus(Status.FAILED, context="ci/b"))
    assert world.mr.tests_passed is False


def test_creating(world: World) -> None:
    """A merge request is opened from a branch, also as a draft, with labels."""
    world.forge.add_commit("acme/widgets", "More", {"more.txt": "x\n"}, branch="more", author="alice")
    mr = world.repository.create_merge_request(
        "More", "main", "more", "text", draft=True, labels=["bug"], assignees=["bob"]
    )
    assert (mr.base_branch_name, mr.head_branch_name, mr.is_draft) == ("main", "more", True)
    assert world.repository.get_mr(mr.number).labels == {"bug"}
    assert mr in list(world.repository.merge_requests)
    with pytest.raises(ElementAlreadyExistsError, match="already exists"):
        world.repository.create_merge_request("Again", "main", "more")


def test_creating_from_a_fork(world: World) -> None:
    """A merge request comes from another repository and lives in the target."""
    bob = world.as_user("bob")
    fork = bob.get_repo("acme/widgets").create_fork()
    assert fork.full_name == "bob/widgets"
    world.forge.add_commit("bob/widgets", "Forked", {"fork.txt": "x\n"}, branch="forked", author="bob")
    mr = bob.get_repo("acme/widgets").create_merge_request("Fork", "main", "forked", source_repository=fork)
    assert mr.repository == bob.get_repo("acme/widgets")
    assert mr.source_repository == fork
    assert world.repository.get_mr(mr.number).title == "Fork"


def test_creating_from_nothing(world: World) -> None:
    """A branch that does not exist is an error of validation."""
    with pytest.raises(ValidationError, match=r"head: invalid|does not exist"):
        world.repository.create_merge_request("Nothing", "main", "no-such-branch")


def test_filtering(world: World) -> None:
    """State, branches, author and labels narrow the list; merged is not closed."""
    repository = world.repository
    world.forge.add_commit("acme/widgets", "Second", {"b.txt": "x\n"}, branch="second", author="alice")
    second = repository.create_merge_request("Second", "main", "second", labels=["bug"])

    def titles(**filters: object) -> set[str]:
        return {mr.title for mr in repository.filter_merge_requests(**filters)}  # type: ignore[arg-type]

    assert titles() == {"Oil", "Second"}
    assert titles(head="second") == {"Second"}
    assert titles(base="elsewhere") == set()
    assert titles(author="bob") == {"Oil"}
    assert titles(labels=["bug"]) == {"Second"}
    second.close()
    world.mr.merge()
    assert titles(state="closed") == {"Second"}
    assert titles(state="merged") == {"Oil"}
    assert titles(state="all") == {"Oil", "Second"}
    assert titles() == set()
