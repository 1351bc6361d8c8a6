"""People and forks that are gone, the same on every provider."""

from __future__ import annotations

from typing import Any

import pytest
from support.world import World

from igitt.interfaces import Attribute, Element

#: What an answer says of somebody; a forge may say nothing of somebody who is gone.
PEOPLE = ("user", "author", "committer", "assignee", "owner", "merged_by", "merge_user", "closed_by")


def without_people(data: Any) -> Any:
    """What a forge tells of a thing when everybody in it is gone."""
    if isinstance(data, list):
        return [without_people(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {key: None if key in PEOPLE and isinstance(value, dict) and "id" in value else without_people(value)
            for key, value in data.items()}  # fmt: skip


def people(thing: Element) -> set[Any]:
    """Who a thing tells of, without asking again."""
    names = ("author", "user", "committer", "assignees", "merged_by", "reviewers")
    told = [getattr(thing, name) for name in names if isinstance(getattr(type(thing), name, None), Attribute)]
    return {frozenset(one) if isinstance(one, set) else one for one in told}


def test_everybody_is_gone(world: World) -> None:
    """A thing whose author is gone tells None, or nobody, and everything else as ever."""
    issue, mr = world.issue, world.mr
    comment = issue.add_comment("Hello")
    reaction = comment.add_reaction("heart")
    commit = world.repository.get_commit("feature")
    for thing in (issue, mr, comment, reaction):
        assert thing.data
        gone: Any = type(thing).from_data(without_people(thing.data), world.client, getattr(thing, "_scope"))  # noqa: B009
        assert people(gone) <= {None, frozenset()}
        assert repr(gone)
        assert gone == thing
    data: Any = without_people(dict(commit.data))
    if world.hoster == "github":
        found = type(commit).from_data(data, world.client, world.repository)
        assert (found.author, found.committer) == (None, None)
        assert found.authored_at == commit.authored_at


def test_a_commit_of_nobody_known(world: World) -> None:
    """A commit by a mail address that belongs to no account has no author."""
    if world.hoster == "gitlab":
        world.forge.world.accounts["bob"].email = "elsewhere@example.com"
    else:
        return
    assert world.repository.get_commit("feature").author is None


@pytest.fixture
def orphan(world: World) -> Any:
    """A merge request from a fork that was deleted since."""
    bobs = world.as_user("bob").get_repo("acme/widgets")
    fork = bobs.create_fork()
    fork.create_branch("mine", "main")
    fork.create_file("more.txt", content="x", message="More", branch="mine")
    mr = bobs.create_merge_request("More", "main", "mine", source_repository=fork)
    fork.delete()
    return world.repository.get_mr(mr.number)


def test_a_fork_is_gone(world: World, orphan: Any) -> None:
    """A merge request of a fork that is gone still tells all but the fork, also in a list."""
    assert orphan.source_repository is None
    assert orphan.head_branch_name == "mine"
    assert orphan.affected_files == {"more.txt"}
    assert orphan.target_repository == world.repository
    assert orphan.head.sha
    assert orphan.author is not None
    assert [mr.source_repository for mr in world.repository.merge_requests if mr == orphan] == [None]
    assert orphan.tests_passed is False
    assert orphan.comments.first() is None
