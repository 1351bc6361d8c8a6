"""A merge request is an issue too: what it has of one, the same on every provider."""

from __future__ import annotations

from datetime import timedelta

import pytest

from igitt.errors import UnsupportedOperationError
from igitt.interfaces import Issue, MergeRequest
from igitt.testing.contract import World


def test_what_it_could_have(world: World) -> None:
    """Who may be assigned, and the labels that there are."""
    mr = world.mr
    assert {user.username for user in mr.available_assignees} >= {"alice", "bob"}
    assert {label.name for label in mr.available_labels} == {"bug", "idea"}


def test_taking_assignees_off(world: World) -> None:
    """One goes, the other stays, and removing nobody is fine."""
    mr = world.mr
    mr.assign("alice")
    mr.unassign("bob")
    assert {user.username for user in mr.assignees} == {"alice"}
    mr.unassign("alice")
    assert world.mr.assignees == set()


def test_a_comment_by_its_number(world: World) -> None:
    """A comment is found by its number, and is none of an issue's."""
    made = world.mr.add_comment("Nice")
    found = world.mr.get_comment(made.number)
    assert (found, found.body) == (made, "Nice")


def test_locking(world: World) -> None:
    """Only members go on talking, until it is unlocked."""
    mr = world.mr
    assert len(world.sent(mr.lock)) == 1
    assert world.forge.repository("acme/widgets").merge_requests[mr.number].locked
    assert len(world.sent(mr.unlock)) == 1
    assert not world.forge.repository("acme/widgets").merge_requests[mr.number].locked


def test_what_closes_an_issue(world: World) -> None:
    """An issue knows the merge requests that close it, in one request; a merge request has none."""
    assert world.issue.mrs_closed_by == set()
    world.mr.description = f"Closes #{world.issue_number}"
    issue = world.issue
    assert len(world.sent(lambda: issue.mrs_closed_by)) == 1
    assert issue.mrs_closed_by == {world.mr}
    assert world.mr.mrs_closed_by == set()


@pytest.mark.parametrize("kind", [Issue, MergeRequest])
def test_booking_time(world: World, kind: type[Issue]) -> None:
    """Time is added and taken back, where the forge counts it."""
    thing = world.mr if kind is MergeRequest else world.issue
    if not thing.supports("add_to_total_time_spent"):
        with pytest.raises(UnsupportedOperationError):
            thing.add_to_total_time_spent(timedelta(hours=1))
        return
    thing.add_to_total_time_spent(timedelta(hours=26, minutes=5))
    assert thing.total_time_spent == timedelta(hours=26, minutes=5)
    assert len(world.sent(lambda: thing.add_to_total_time_spent(-timedelta(minutes=5)))) == 1
    assert thing.total_time_spent == timedelta(hours=26)
