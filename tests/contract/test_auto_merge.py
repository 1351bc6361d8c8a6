"""Bringing merge requests to their end without waiting for it oneself, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import ConflictError, PermissionDeniedError, UnsupportedOperationError, ValidationError
from igitt.interfaces import CommitStatus, MergeRequestStates, Status


def let_it_wait(world: World) -> None:
    """The world's repository allows auto-merge, which GitHub wants to be asked."""
    world.forge.repository("acme/widgets").extra["merge settings"] = {"allow_auto_merge": True}


def test_merging_when_the_checks_pass(world: World) -> None:
    """What waits for a check is merged when it succeeds, and not before."""
    let_it_wait(world)
    mr = world.mr
    mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    assert mr.auto_merge_enabled is False
    mr.enable_auto_merge()
    assert mr.auto_merge_enabled is world.mr.auto_merge_enabled is True
    assert world.mr.state is MergeRequestStates.OPEN
    world.mr.head.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    assert world.mr.state is MergeRequestStates.MERGED
    assert world.mr.auto_merge_enabled is False


def test_merging_when_nothing_stands_in_the_way(world: World) -> None:
    """Where there is nothing to wait for, it is merged at once."""
    let_it_wait(world)
    mr = world.mr
    mr.enable_auto_merge("squash", sha=mr.head.sha)
    assert mr.state is world.mr.state is MergeRequestStates.MERGED


def test_merging_later_in_ones_own_words(world: World) -> None:
    """Merging may wait for the checks, and the commit says then what was given."""
    let_it_wait(world)
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    mr = world.mr
    mr.merge("Oil the widgets\n\nThey squeaked.", mr.head.sha, when_pipeline_succeeds=True)
    assert mr.auto_merge_enabled
    assert world.mr.state is MergeRequestStates.OPEN
    world.mr.head.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    made = world.repository.get_commit(world.mr.merge_commit_sha or "")
    assert made.message == "Oil the widgets\n\nThey squeaked."


def test_removing_the_branch_later(world: World) -> None:
    """GitLab deletes the branch when it merges later; GitHub cannot be told, which is said before anything is sent."""
    let_it_wait(world)
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    if world.hoster == "github":
        mr = world.mr

        def merge() -> None:
            with pytest.raises(UnsupportedOperationError, match="setting"):
                mr.merge(when_pipeline_succeeds=True, remove_source_branch=True)

        assert world.sent(merge) == []
        return
    head = world.mr.head
    world.mr.merge(when_pipeline_succeeds=True, remove_source_branch=True)
    assert "feature" in {branch.name for branch in world.repository.branches}
    head.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    assert "feature" not in {branch.name for branch in world.repository.branches}


def test_no_longer_waiting(world: World) -> None:
    """What waits to be merged can be taken back by one request, and then stays open whatever the checks say."""
    let_it_wait(world)
    mr = world.mr
    mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    mr.enable_auto_merge()
    assert len(world.sent(mr.disable_auto_merge)) == 1
    assert mr.auto_merge_enabled is world.mr.auto_merge_enabled is False
    mr.head.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    assert world.mr.state is MergeRequestStates.OPEN


def test_not_waiting_at_all(world: World) -> None:
    """That nothing waited is no error; that somebody else may not say so is one."""
    let_it_wait(world)
    mr = world.mr
    mr.disable_auto_merge()
    assert mr.auto_merge_enabled is False
    mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    mr.enable_auto_merge()
    with pytest.raises(PermissionDeniedError, match=r"correct permissions|may not merge it"):
        world.as_user("carol").get_repo("acme/widgets").get_mr(world.mr_number).disable_auto_merge()
    assert world.mr.auto_merge_enabled is True


def test_waiting_by_an_unknown_method(world: World) -> None:
    """A method that no forge has is refused before anything is sent."""

    def wait() -> None:
        with pytest.raises(ValidationError, match="octopus"):
            world.mr.enable_auto_merge("octopus")

    assert world.sent(wait) == []


def test_waiting_with_a_stale_head(world: World) -> None:
    """A wrong hash is refused, and nothing is merged later."""
    let_it_wait(world)
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    with pytest.raises((ConflictError, ValidationError), match=r"modified|does not match HEAD"):
        world.mr.enable_auto_merge(sha="0" * 40)
    assert world.mr.auto_merge_enabled is False


def test_waiting_where_that_is_not_allowed(world: World) -> None:
    """GitHub's repositories have to allow it; GitLab's need not."""
    world.mr.head.set_status(CommitStatus(Status.PENDING, context="ci"))
    if world.hoster == "github":
        with pytest.raises(ValidationError, match="not allowed"):
            world.mr.enable_auto_merge()
    else:
        world.mr.enable_auto_merge()
    assert world.mr.auto_merge_enabled is (world.hoster == "gitlab")


def test_keeping_up_with_the_target(world: World) -> None:
    """GitHub merges the target into the head branch, GitLab rebases; what each cannot do, it says."""
    world.forge.add_commit("acme/widgets", "Meanwhile", {"new.txt": "x\n"}, branch="main", author="alice")
    mr = world.mr
    before = mr.head.sha
    can, cannot = (mr.update_branch, mr.rebase) if world.hoster == "github" else (mr.rebase, mr.update_branch)
    with pytest.raises(UnsupportedOperationError, match="does not support merge request"):
        cannot()
    assert (mr.supports("update_branch"), mr.supports("rebase")) == (world.hoster == "github", world.hoster == "gitlab")
    can()
    assert mr.head.sha == world.mr.head.sha != before
    assert world.mr.affected_files == {"oil.txt"}
    mr.merge()
    assert {"new.txt", "oil.txt"} <= world.forge.repository("acme/widgets").commits[
        world.forge.repository("acme/widgets").branches["main"]
    ].files.keys()


def test_keeping_up_with_a_stale_head(world: World) -> None:
    """On GitHub a wrong hash changes nothing."""
    mr = world.mr
    if mr.supports("update_branch"):
        with pytest.raises(ValidationError, match="expected head sha didn't match"):
            mr.update_branch(sha="0" * 40)


def test_keeping_up_with_a_conflict(world: World) -> None:
    """GitLab says that it cannot rebase."""
    world.forge.add_commit("acme/widgets", "Meanwhile", {"oil.txt": "flood\n"}, branch="main", author="alice")
    if world.mr.supports("rebase"):
        with pytest.raises(ConflictError, match="Rebase failed"):
            world.mr.rebase()
