"""GitLab makes a new issue of one that is moved, and closes the old one: what was kept is the new one from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.world import World, make_world

from igitt.errors import ConflictError
from igitt.interfaces import IssueStates


@pytest.fixture
def world() -> Iterator[World]:
    """A GitLab with a second project."""
    with make_world("gitlab") as made:
        made.forge.add_repository("acme/gears", members={"bob": "maintain"})
        for number in range(3):
            made.forge.add_issue("acme/gears", f"Another {number}")
        yield made


def _move(world: World) -> None:
    there = int(world.client.get_repo("acme/gears").identifier)
    path = f"projects/acme%2Fwidgets/issues/{world.issue_number}/move"
    world.client.request("POST", path, json={"to_project_id": there})  # type: ignore[attr-defined]


WRITES: dict[str, Callable[[Any], object]] = {
    "title": lambda issue: issue.edit(title="New"),
    "comment": lambda issue: issue.add_comment("Still here"),
    "labels": lambda issue: issue.add_labels("idea"),
    "close": lambda issue: issue.close(),
    "reaction": lambda issue: issue.add_reaction("+1"),
}


@pytest.mark.parametrize("looked", [True, False])
@pytest.mark.parametrize("write", WRITES)
def test_writing_to_what_was_moved(world: World, write: str, looked: bool) -> None:
    """Home and number change together; a write goes to the new one and nothing reopens the old one."""
    issue = world.issue.refresh()
    _move(world)
    if looked:
        assert issue.refresh().title == "It squeaks"
        assert (issue.number, issue.repository.full_name) == (4, "acme/gears")
        assert issue.state is IssueStates.OPEN
    elif write not in {"title", "close", "labels"}:
        issue = next(found for found in world.repository.filter_issues("closed"))  # which tells where it went
    WRITES[write](issue)
    assert (issue.number, issue.repository.full_name) == (4, "acme/gears")
    new = world.client.get_repo("acme/gears").get_issue(4)
    done = {
        "title": new.title == "New",
        "comment": [comment.body for comment in new.comments] == ["Still here"],
        "labels": "idea" in new.labels,
        "close": new.state is IssueStates.CLOSED,
        "reaction": len(new.reactions) == 1,
    }
    assert done[write]
    assert issue == new


def test_where_the_new_one_may_not_be_seen(world: World) -> None:
    """The old one can be read as it is; writing to it says where it went, and sends nothing."""
    issue = world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).refresh()
    _move(world)
    world.client.get_repo("acme/gears").delete()
    assert issue.refresh().state is IssueStates.CLOSED
    assert issue.repository.full_name == "acme/widgets"
    sent = []
    with pytest.raises(ConflictError, match="moved to another project"):
        sent += world.sent(lambda: issue.add_comment("x"))
    assert "POST /projects/1/issues/1/notes" not in sent
