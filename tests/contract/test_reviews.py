"""Reviewing merge requests, the same on every provider."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.world import World

from igitt.errors import ElementDoesntExistError, PermissionDeniedError, ReadOnlyError
from igitt.interfaces import MergeRequest


def approving(mr: MergeRequest) -> set[str]:
    """Who approves of it, by name."""
    return {user.username for user in mr.approvals}


def test_patch(world: World) -> None:
    """The commits come as mails, with their author, subject, text and diff."""
    text = world.mr.patch()
    assert text.startswith(f"From {world.mr.head.sha} ")
    assert "\nSubject: [PATCH] Oil it\n" in text
    assert "\nNow it turns.\n---\n" in text
    assert "\n+++ b/oil.txt\n" in text
    assert "\n+drop\n" in text


@pytest.mark.skipif(shutil.which("git") is None, reason="git reads the patch here, and is not installed")
def test_patch_of_several_commits_is_what_git_reads(world: World, tmp_path: Path) -> None:
    """``git am`` makes the same commits of the patch, in order and with their authors."""
    world.forge.add_commit("acme/widgets", "Fürs Öl", {"oil.txt": "drop\ndrip\n"}, branch="feature", author="bob")

    def git(*arguments: str, given: str | None = None) -> str:
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *arguments]
        return subprocess.run(  # noqa: S603 - git, and what is written above
            command, cwd=tmp_path, input=given, capture_output=True, text=True, check=True, encoding="utf-8"
        ).stdout

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "Start")
    git("am", "-q", given=world.mr.patch())
    assert git("log", "-2", "--reverse", "--format=%s by %an").splitlines() == ["Oil it by Bob", "Fürs Öl by Bob"]
    assert (tmp_path / "oil.txt").read_text() == "drop\ndrip\n"


def test_approving_and_taking_it_back(world: World) -> None:
    """An approval shows until it is taken back; doing either twice is no error."""
    mr = world.mr
    assert approving(mr) == set()
    assert len(world.sent(mr.approve)) == 1
    assert approving(mr) == {"alice"}
    mr.approve(sha=mr.head.sha)
    assert approving(world.mr) == {"alice"}
    mr.unapprove()
    assert approving(mr) == set()
    mr.unapprove()
    assert approving(mr) == set()


def test_taking_back_leaves_the_others_approvals(world: World) -> None:
    """Only the own approval is taken back."""
    world.forge.add_user("dora")
    world.forge.repository("acme/widgets").members["dora"] = 30
    world.as_user("dora").get_repo("acme/widgets").get_mr(world.mr_number).approve()
    world.mr.approve()
    assert approving(world.mr) == {"alice", "dora"}
    world.mr.unapprove()
    assert approving(world.mr) == {"dora"}


def test_approving_what_is_not_there(world: World) -> None:
    """No merge request, no approval."""
    nothing = world.repository.get_mr(4711)
    with pytest.raises(ElementDoesntExistError):
        nothing.approve()
    with pytest.raises(ElementDoesntExistError):
        nothing.unapprove()


def test_approving_read_only(world: World) -> None:
    """A client that only reads neither approves nor takes back."""
    world.mr.approve()
    mr = world.as_user("alice", read_only=True).get_repo("acme/widgets").get_mr(world.mr_number)
    for write in (mr.approve, mr.unapprove):
        with pytest.raises(ReadOnlyError):
            write()
    assert approving(world.mr) == {"alice"}


def test_approving_without_the_right(world: World) -> None:
    """GitLab lets only members approve, and says so; on GitHub everybody may."""
    mr = world.as_user("carol").get_repo("acme/widgets").get_mr(world.mr_number)
    if world.hoster == "gitlab":
        with pytest.raises(PermissionDeniedError, match="may not approve"):
            mr.approve()
    else:
        mr.approve()
        assert approving(world.mr) == {"carol"}
