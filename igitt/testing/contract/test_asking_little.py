"""Nobody is asked for twice, and nothing that is not wanted is read; the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ValidationError
from igitt.testing.contract import World


def test_people_are_remembered(world: World) -> None:
    """Of ten comments by two people each is looked up once at most; minutes later, what is new is seen."""
    for number in range(10):
        world.as_user(("alice", "bob")[number % 2]).get_repo("acme/widgets").get_issue(world.issue_number).add_comment(
            "x"
        )
    comments = list(world.issue.comments)
    asked = world.sent(lambda: [(found.author.is_bot, found.author.email) for found in comments if found.author])
    each = world.cost("a comment's author")
    assert len(asked) == 2 * each
    assert len(set(asked)) == 2 * each
    world.clock.sleep(600)
    again = world.sent(
        lambda: [(found.author.email, found.author.is_bot) for found in list(world.issue.comments)[:4] if found.author]
    )
    assert len(again) == 1 + 2 * each


def test_authors_of_commits(world: World) -> None:
    """The accounts of ten commits by one person are one search at most."""
    for number in range(10):
        world.forge.add_commit("acme/widgets", f"{number}", {f"{number}.txt": "x"}, author="bob")
    commits = list(world.repository.commits)[:10]
    assert len(world.sent(lambda: [commit.author for commit in commits])) <= 1
    assert {commit.author for commit in commits} == {world.client.get_user("bob")}


def test_events_of_some_kinds(world: World) -> None:
    """Only what is wanted comes, and a bot that looks for a label and for comments asks twice."""
    issue = world.issue
    issue.add_labels("idea")
    issue.add_comment("Still?")
    issue.close()
    everything = [(event.name, event.detail) for event in issue.events]
    found: list[tuple[str, str | None]] = []
    asked = world.sent(
        lambda: (
            found.extend((event.name, event.detail) for event in issue.filter_events("labeled")),
            [*issue.comments],
        )
    )
    assert len(asked) == 2
    assert ("labeled", "idea") in found
    assert found == [pair for pair in everything if pair[0] == "labeled"]
    assert {event.name for event in issue.filter_events("closed", "commented")} == {"commented", "closed"}
    with pytest.raises(ValidationError, match="labeled"):
        issue.filter_events()
