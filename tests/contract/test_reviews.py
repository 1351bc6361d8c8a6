"""Reviewing merge requests, the same on every provider."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from support.world import World

from igitt.errors import (
    ElementDoesntExistError,
    PermissionDeniedError,
    UnsupportedOperationError,
    ValidationError,
)
from igitt.interfaces import (
    CommentType,
    LineComment,
    MergeRequest,
    ReviewStates,
    suggestion,
)


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


def test_approving_without_the_right(world: World) -> None:
    """GitLab lets only members approve, and says so; on GitHub everybody may."""
    mr = world.as_user("carol").get_repo("acme/widgets").get_mr(world.mr_number)
    if world.hoster == "gitlab":
        with pytest.raises(PermissionDeniedError, match="may not approve"):
            mr.approve()
    else:
        mr.approve()
        assert approving(world.mr) == {"carol"}


def test_reviewing(world: World) -> None:
    """A reviewer says something of the whole and of a line; both are read back."""
    mr = world.mr
    mr.request_review("alice")
    review = mr.review("Nearly.", comments=[LineComment("oil.txt", 1, "One drop only?")])
    assert review.state is ReviewStates.COMMENTED
    assert review.author is not None
    assert review.author.username == "alice"
    assert review.merge_request == world.mr
    assert list(world.mr.reviews) == [review]
    (comment,) = world.mr.review_comments
    assert (comment.body, comment.type) == ("One drop only?", CommentType.REVIEW)
    assert comment.repository == world.repository
    answer = comment.reply("Two.")
    assert [found.body for found in world.mr.review_comments] == ["One drop only?", "Two."]
    assert answer.type is CommentType.REVIEW


def test_requesting_changes(world: World) -> None:
    """A verdict is noted, also of one who was not asked, and approves nothing."""
    review = world.mr.review("No.", "request_changes")
    assert review.state is ReviewStates.CHANGES_REQUESTED
    assert [found.state for found in world.mr.reviews] == [ReviewStates.CHANGES_REQUESTED]
    assert approving(world.mr) == set()


def test_approving_by_a_review(world: World) -> None:
    """An approval may come with words, and needs none."""
    assert world.mr.review(event="approve").state is ReviewStates.APPROVED
    world.mr.unapprove()
    assert [found.state for found in world.mr.reviews][:1] != [ReviewStates.APPROVED]
    review = world.mr.review("Fine.", "approve", [LineComment("oil.txt", 1, "Good.")])
    assert review.state is ReviewStates.APPROVED
    assert approving(world.mr) == {"alice"}
    assert [found.body for found in world.mr.review_comments] == ["Good."]


def test_reviewing_old_and_unchanged_lines(world: World) -> None:
    """A comment is placed on either side of the diff, and on a line that did not change."""
    world.forge.add_commit("acme/widgets", "List", {"list.txt": "a\nb\nc\n"}, branch="main")
    world.forge.add_commit("acme/widgets", "Shorten", {"list.txt": "a\nc\nd\n"}, branch="short", author="bob")
    world.forge.add_merge_request("acme/widgets", "Shorten", head="short", base="main", author="bob")
    mr = world.repository.filter_merge_requests(head="short")[0]
    mr.review(
        comments=[
            LineComment("list.txt", 2, "gone", side="left"),
            LineComment("list.txt", 2, "stays"),
            LineComment("list.txt", 3, "new"),
        ]
    )
    assert {comment.body for comment in mr.review_comments} == {"gone", "stays", "new"}


def test_reviewing_several_lines(world: World) -> None:
    """A comment may be on several lines of either side; the forge keeps both ends."""
    world.forge.add_commit("acme/widgets", "List", {"list.txt": "a\nb\nc\n"}, branch="main")
    world.forge.add_commit("acme/widgets", "Shorten", {"list.txt": "a\nc\nd\n"}, branch="short", author="bob")
    world.forge.add_merge_request("acme/widgets", "Shorten", head="short", base="main", author="bob")
    mr = world.repository.filter_merge_requests(head="short")[0]
    mr.review(
        comments=[
            LineComment("list.txt", 3, "new", start_line=2),
            LineComment("list.txt", 2, "old", side="left", start_line=1),
            LineComment("list.txt", 2, "one", start_line=2),
        ]
    )
    found = {comment.body: comment.data for comment in mr.review_comments}
    if world.hoster == "github":
        told = {body: [data.get(key) for key in ("start_line", "line", "side")] for body, data in found.items()}
        assert told == {"new": [2, 3, "RIGHT"], "old": [1, 2, "LEFT"], "one": [None, 2, "RIGHT"]}
        return
    ends = {body: data["position"].get("line_range") for body, data in found.items()}
    assert ends["one"] is None
    # A line's code is of the file's path, and of both files' numbers.
    name = hashlib.sha1(b"list.txt", usedforsecurity=False).hexdigest()
    assert ends["new"] == {
        "start": {"line_code": f"{name}_3_2", "type": None, "old_line": 3, "new_line": 2},
        "end": {"line_code": f"{name}_4_3", "type": "new", "old_line": None, "new_line": 3},
    }
    assert ends["old"] == {
        "start": {"line_code": f"{name}_1_1", "type": None, "old_line": 1, "new_line": 1},
        "end": {"line_code": f"{name}_2_2", "type": "old", "old_line": 2, "new_line": None},
    }


def test_reviewing_lines_that_the_diff_does_not_show_together(world: World) -> None:
    """A comment from one part of the diff to the next is refused, and nothing is left behind."""
    lines = [f"{number}\n" for number in range(1, 31)]
    world.forge.add_commit("acme/widgets", "List", {"list.txt": "".join(lines)}, branch="main")
    changed = "".join(["first\n", *lines[1:-1], "last\n"])
    world.forge.add_commit("acme/widgets", "Ends", {"list.txt": changed}, branch="ends", author="bob")
    world.forge.add_merge_request("acme/widgets", "Ends", head="ends", base="main", author="bob")
    mr = world.repository.filter_merge_requests(head="ends")[0]
    with pytest.raises(ValidationError):
        mr.review(comments=[LineComment("list.txt", 30, "All of it", start_line=1)])
    assert list(mr.review_comments) == []
    mr.review(comments=[LineComment("list.txt", 30, "The end", start_line=29)])
    assert [comment.body for comment in mr.review_comments] == ["The end"]


def test_suggesting_a_change(world: World) -> None:
    """What is suggested replaces the lines of the comment, however many; each forge is told so in its own way."""
    world.forge.add_commit("acme/widgets", "List", {"list.txt": "a\nb\nc\n"}, branch="lists", author="bob")
    world.forge.add_merge_request("acme/widgets", "List", head="lists", base="main", author="bob")
    mr = world.repository.filter_merge_requests(head="lists")[0]
    mr.review(
        comments=[
            LineComment("list.txt", 1, suggestion("A")),
            LineComment("list.txt", 3, "Larger:\n" + suggestion("B\nC\n") + "Please.", start_line=2),
            LineComment("list.txt", 2, "No ```suggestion\nhere"),
        ]
    )
    first, second = {"github": ("", ""), "gitlab": (":-0+0", ":-1+0")}[world.hoster]
    assert {comment.body.strip() for comment in mr.review_comments} == {
        f"```suggestion{first}\nA\n```",
        f"Larger:\n```suggestion{second}\nB\nC\n```\nPlease.",
        "No ```suggestion\nhere",
    }


def test_a_suggestion_that_has_a_fence() -> None:
    """A fence within the text does not end the suggestion; the empty one removes the lines."""
    assert suggestion("```\nx\n```") == "````suggestion\n```\nx\n```\n````\n"
    assert suggestion("") == "```suggestion\n```\n"
    nothing: Any = None
    with pytest.raises(ValidationError, match="not NoneType"):
        suggestion(nothing)


def test_reviewing_a_line_that_is_not_there(world: World) -> None:
    """A line outside the diff is refused, and nothing of the review is left behind."""
    for where in (
        LineComment("oil.txt", 40, "x"),
        LineComment("oil.txt", 40, "x", start_line=1),
        LineComment("oil.txt", 1, "x", side="left"),
        LineComment("x", 1, "x"),
    ):
        with pytest.raises(ValidationError):
            world.mr.review("Look:", comments=[LineComment("oil.txt", 1, "first"), where])
    assert list(world.mr.review_comments) == []
    assert list(world.mr.reviews) == []
    assert list(world.mr.comments) == []


def test_refused_reviews_leave_nothing_behind(world: World) -> None:
    """Who may not approve says nothing either, now or with the next review."""
    if world.hoster == "gitlab":
        mr = world.as_user("carol").get_repo("acme/widgets").get_mr(world.mr_number)
        with pytest.raises(PermissionDeniedError, match="may not approve it"):
            mr.review("Fine.", "approve", [LineComment("oil.txt", 1, "Good.")])
        mr.review("Well.")
        assert [comment.body for comment in world.mr.comments] == ["Well."]
    else:
        with pytest.raises(ValidationError, match="own pull request"):
            world.as_user("bob").get_repo("acme/widgets").get_mr(world.mr_number).review("Fine.", "approve")
        assert list(world.mr.reviews) == []


def test_reviewing_without_a_word(world: World) -> None:
    """Nothing is sent for a review that says nothing or whose verdict is none."""

    def review() -> None:
        with pytest.raises(ValidationError, match="needs a text"):
            world.mr.review()
        with pytest.raises(ValidationError, match="needs a text"):
            world.mr.review(" ", "request_changes")
        with pytest.raises(ValidationError, match="reject"):
            world.mr.review("No.", "reject")

    assert world.sent(review) == []
    for path, line, body, side in (
        ("a", 0, "x", "left"),
        ("a", 1, "x", "top"),
        ("a", 1, " ", "left"),
        ("", 1, "x", "left"),
    ):
        with pytest.raises(ValidationError):
            LineComment(path, line, body, side)
    starts: list[Any] = [0, 3, True, "1"]
    for start in starts:
        with pytest.raises(ValidationError, match="cannot begin"):
            LineComment("a", 2, "x", start_line=start)


def test_what_a_review_tells(world: World) -> None:
    """GitHub keeps words, head and comments of a review, and can make it void; GitLab keeps its verdict."""
    world.mr.review("Fine.", "approve", [LineComment("oil.txt", 1, "Good.")])
    (review,) = world.mr.reviews
    assert review.submitted is not None or world.hoster == "gitlab"
    if world.hoster == "gitlab":
        assert (review.body, review.commit) == ("", None)
        assert not review.supports("comments")
        with pytest.raises(UnsupportedOperationError, match="unapprove"):
            review.dismiss("Outdated")
    else:
        assert (review.body, review.commit) == ("Fine.", world.mr.head)
        assert [comment.body for comment in review.comments] == ["Good."]
        review.dismiss("Outdated")
        assert review.state is ReviewStates.DISMISSED
        assert approving(world.mr) == set()
    assert world.client.load(review.reference) == review
    assert review.refresh().merge_request == world.mr


def test_discussions(world: World) -> None:
    """A comment on a line begins a thread, which is answered in its place, resolved, and opened again."""
    world.mr.review(comments=[LineComment("oil.txt", 1, "One drop only?")])
    (thread,) = world.mr.discussions
    assert (thread.is_resolved, thread.resolved_by, thread.path, thread.line) == (False, None, "oil.txt", 1)
    assert thread.merge_request == world.mr
    assert [comment.body for comment in thread.comments] == ["One drop only?"]
    assert thread.comments[0] == world.mr.review_comments[0]
    assert thread.comments[0].type is CommentType.REVIEW
    assert thread.web_url == thread.comments[0].web_url
    answer = thread.reply("Two.")
    assert [comment.body for comment in thread.comments] == ["One drop only?", "Two."]
    assert thread.comments[-1] == answer
    assert len(world.sent(thread.resolve)) == 1
    assert thread.is_resolved is world.mr.discussions[0].is_resolved is True
    assert thread.resolved_by is not None
    assert thread.resolved_by.username == "alice"
    thread.resolve()
    thread.unresolve()
    assert thread.is_resolved is world.mr.discussions[0].is_resolved is False
    assert world.mr.discussions[0].resolved_by is None


def test_comments_of_discussions_are_whole(world: World) -> None:
    """A comment out of a thread is as good as any other: it tells its author, is changed and answered."""
    world.mr.review(comments=[LineComment("oil.txt", 1, "One drop only?")])
    comment = world.mr.discussions[0].comments[0]
    assert comment.author is not None
    assert comment.author.username == "alice"
    assert comment.created <= comment.updated
    comment.body = "Just one drop?"
    comment.reply("Two.")
    assert [each.body for each in world.mr.discussions[0].comments] == ["Just one drop?", "Two."]
    assert len(world.mr.discussions[0].comments) == 2


def test_many_discussions(world: World) -> None:
    """All pages of threads and of a thread arrive, each thing once."""
    world.mr.review(comments=[LineComment("oil.txt", 1, f"{number}") for number in range(101)])
    threads = list(world.mr.discussions)
    assert [thread.comments[0].body for thread in threads] == [str(number) for number in range(101)]
    assert (len(world.mr.discussions), world.mr.discussions[100]) == (101, threads[100])
    for number in range(100):
        threads[7].reply(f"answer {number}")
    assert len(list(world.mr.discussions[7].comments)) == len(world.mr.discussions[7].comments) == 101


def test_discussions_are_found_again(world: World) -> None:
    """A thread is known by its id, which a queue can hold; one that is none is an error."""
    world.mr.review(comments=[LineComment("oil.txt", 1, "Why?")])
    (thread,) = world.mr.discussions
    again = world.client.load(thread.reference)
    assert again == thread
    assert [comment.body for comment in again.comments] == ["Why?"]
    nothing = type(thread)(world.client, world.mr, "0" * 40)
    with pytest.raises(ElementDoesntExistError):
        _ = nothing.is_resolved


def test_what_is_no_discussion(world: World) -> None:
    """Comments on the whole, and what GitLab notes by itself, are no threads."""
    mr = world.mr
    mr.add_comment("Nice")
    mr.add_labels("bug")
    assert list(mr.discussions) == []
    assert len(mr.discussions) == 0


def test_settling_without_the_right(world: World) -> None:
    """A stranger settles nothing."""
    world.mr.review(comments=[LineComment("oil.txt", 1, "Why?")])
    (thread,) = world.as_user("carol").get_repo("acme/widgets").get_mr(world.mr_number).discussions
    with pytest.raises(PermissionDeniedError, match=r"correct permissions|403"):
        thread.resolve()
    assert world.mr.discussions[0].is_resolved is False
