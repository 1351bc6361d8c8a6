"""What happened to issues and merge requests, the same on every provider."""

from __future__ import annotations

from datetime import UTC

import pytest

from igitt.interfaces import Issue
from igitt.testing.contract import World


def history(issue: Issue) -> list[tuple[str, str | None]]:
    """What happened, in words that both forges have."""
    return [(event.name, event.detail) for event in issue.events if event.name not in {"noted", "subscribed"}]


@pytest.fixture(params=["issue", "mr"])
def ticket(world: World, request: pytest.FixtureRequest) -> Issue:
    """An issue, and a merge request."""
    found: Issue = getattr(world, request.param)
    return found


def test_history(world: World, ticket: Issue) -> None:
    """Labels, people, titles, comments and states, in their order."""
    milestone = world.repository.create_milestone("1.0")
    before = len(history(ticket))

    def at(seconds: float) -> None:
        world.clock.now += seconds

    at(5)
    ticket.add_labels("idea")
    at(5)
    ticket.remove_labels("idea")
    at(5)
    ticket.assign("bob")
    at(5)
    ticket.title = "It **sings**"
    at(5)
    ticket.milestone = milestone
    at(5)
    ticket.milestone = None
    at(5)
    ticket.add_comment("Indeed: assigned to @carol")
    at(5)
    ticket.close()
    at(5)
    ticket.reopen()
    assert history(ticket)[before:] == [
        ("labeled", "idea"),
        ("unlabeled", "idea"),
        ("assigned", "bob"),
        ("renamed", "It **sings**"),
        ("milestoned", "1.0"),
        ("demilestoned", "1.0"),
        ("commented", "Indeed: assigned to @carol"),
        ("closed", None),
        ("reopened", None),
    ]
    last = ticket.events[-1]
    assert last.actor == world.client.get_user("alice")
    assert last.created is not None
    assert last.created.tzinfo is UTC


def test_a_new_one_tells_its_label(world: World) -> None:
    """What an issue was opened with may be in its history, and nothing else is."""
    assert history(world.issue) in ([("labeled", "bug")], [])


def test_a_long_history(world: World) -> None:
    """More than a page comes whole, and in few requests."""
    issue = world.issue
    for number in range(120):
        issue.add_comment(f"Squeak {number}")
    requests = world.sent(lambda: list(issue.events))
    assert len(requests) <= 5
    comments = [event.detail for event in issue.events if event.name == "commented"]
    assert comments == [f"Squeak {number}" for number in range(120)]


def test_asking_for_reviews(world: World) -> None:
    """Who was asked for a review, and was let off."""
    mr = world.mr
    mr.request_review("alice")
    world.clock.now += 5
    mr.remove_reviewers("alice")
    assert history(mr)[-2:] == [("review_requested", "alice"), ("review_request_removed", "alice")]
