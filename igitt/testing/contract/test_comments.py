"""Comments, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementDoesntExistError
from igitt.interfaces import CommentType
from igitt.testing.contract import World


def test_saying_something(world: World) -> None:
    """A comment is one request, and is read back from the list."""
    issue = world.issue
    comment = issue.add_comment("Have you oiled it?")
    assert comment.body == "Have you oiled it?"
    assert comment.author is not None
    assert comment.author.username == "alice"
    assert comment.type is CommentType.ISSUE
    assert comment.repository == world.repository
    assert [found.body for found in issue.comments] == ["Have you oiled it?"]
    assert list(issue.comments) == [comment]


def test_listing_has_no_notes_of_the_forge_itself(world: World) -> None:
    """What GitLab notes by itself about labels is no comment."""
    issue = world.issue
    issue.add_labels("idea")
    issue.close()
    assert list(issue.comments) == []


def test_changing(world: World) -> None:
    """The text is changed by assigning it."""
    comment = world.issue.add_comment("oild")
    comment.body = "oiled"
    assert comment.body == world.issue.get_comment(comment.number).body == "oiled"
    assert comment.updated >= comment.created


def test_deleting(world: World) -> None:
    """A deleted comment is gone."""
    comment = world.issue.add_comment("never mind")
    comment.delete()
    assert list(world.issue.comments) == []
    with pytest.raises(ElementDoesntExistError):
        comment.refresh()


def test_replying(world: World) -> None:
    """An answer lands on the same issue."""
    comment = world.issue.add_comment("first")
    answer = world.issue.get_comment(comment.number).reply("second")
    assert answer.body == "second"
    assert [found.body for found in world.issue.comments] == ["first", "second"]
    assert len(world.sent(lambda: comment.reply("third"))) == 1
    assert world.issue.comments[-1].body == "third"


def test_reacting(world: World) -> None:
    """A comment can have emoji too."""
    comment = world.issue.add_comment("oil")
    reaction = comment.add_reaction("heart")
    assert [found.name for found in comment.reactions] == ["heart"]
    reaction.delete()
    assert list(comment.reactions) == []


def test_on_a_merge_request(world: World) -> None:
    """A merge request's comments are its own, and know it."""
    comment = world.mr.add_comment("Nice")
    assert comment.type is CommentType.MERGE_REQUEST
    assert [found.body for found in world.mr.comments] == ["Nice"]
    assert [found.type for found in world.mr.comments] == [CommentType.MERGE_REQUEST]
    assert list(world.issue.comments) == []


def test_on_a_commit(world: World) -> None:
    """A commit can be commented as a whole, on a file, and on a line."""
    commit = world.mr.head
    whole = commit.comment("Fine")
    assert whole.type is CommentType.COMMIT
    commit.comment("This one", "oil.txt")
    commit.comment("Only a drop?", "oil.txt", 1)
    commit.comment("Where?", "oil.txt", 40)
    bodies = [comment.body for comment in commit.comments]
    assert bodies[:3] == ["Fine", "This one", "Only a drop?"]
    assert "Where?" in bodies[3]


def test_many_comments_page_through(world: World) -> None:
    """More comments than fit on a page arrive all, in order, and each page is asked for once."""
    issue = world.issue
    for number in range(103):
        issue.add_comment(str(number))
    comments = issue.comments
    assert [comment.body for comment in comments] == [str(number) for number in range(103)]
    assert len(world.sent(lambda: list(comments))) == world.cost("103 comments", 2)
    assert len(comments) == 103
    assert comments[102].body == "102"
