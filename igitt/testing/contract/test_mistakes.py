"""What a newcomer gets wrong, and what igitt says to it, the same on every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, ValidationError
from igitt.interfaces import AccessLevel, IssueStates, MergeRequestStates
from igitt.testing.contract import World

#: What is refused before anything is sent, and a word of what is said.
AT_ONCE: dict[str, tuple[Callable[[World], object], str]] = {
    "labels none": (lambda world: setattr(world.issue, "labels", None), "list or set"),
    "labels text": (lambda world: setattr(world.issue, "labels", "bug"), "list or set"),
    "label list": (lambda world: world.issue.add_labels(["a", "b"]), "each on its own"),  # type: ignore[arg-type]
    "assignees text": (lambda world: setattr(world.issue, "assignees", "bob"), "list or set"),
    "assignees none": (lambda world: setattr(world.issue, "assignees", None), "list or set"),
    "text number": (lambda world: setattr(world.issue, "description", 5), "a text, not 5"),
    "title number": (lambda world: setattr(world.issue, "title", 5), "not 5"),
    "body number": (lambda world: world.repository.create_issue("x", 5), "a text, not 5"),  # type: ignore[arg-type]
    "topics text": (lambda world: setattr(world.repository, "topics", "oil"), "list or set"),
    "level word": (lambda world: world.repository.add_collaborator("bob", "write"), "AccessLevel"),  # type: ignore[arg-type]
    "status word": (lambda world: world.repository.get_commit("f" * 40).set_status("success"), "CommitStatus"),  # type: ignore[arg-type]
    "state": (lambda world: world.repository.filter_issues("pending"), "all, closed, open"),
    "order": (lambda world: world.repository.filter_issues(sort="votes"), "'votes'"),
    "order of merge requests": (lambda world: world.repository.filter_merge_requests(sort="votes"), "'votes'"),
    "time": (lambda world: world.repository.filter_issues(since="soon"), "'soon'"),
    "colour": (lambda world: world.repository.create_label("x", "red"), "'red'"),
    "number": (lambda world: world.repository.get_issue("#1"), "'#1'"),  # type: ignore[arg-type]
    "milestone": (lambda world: setattr(world.issue, "milestone", "v1"), "get_milestone"),
    "field": (lambda world: world.issue.edit(titel="x"), "assignees"),  # type: ignore[call-arg]
    "comment": (lambda world: world.issue.add_comment(""), "not empty"),
    "path": (lambda world: world.repository.create_file("../x", content="x", message="X"), "'..'"),
    "events": (lambda world: world.repository.register_hook("https://x.example.com", "s", {"push"}), "WebhookEvents"),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("mistake", AT_ONCE)
def test_mistakes_that_are_seen_at_once(world: World, mistake: str) -> None:
    """A value that no forge takes is named before anything is sent, with what is right instead."""
    act, word = AT_ONCE[mistake]

    def try_it() -> None:
        with pytest.raises(ValidationError) as caught:
            act(world)
        assert word in str(caught.value)

    assert world.sent(try_it) == []


NOT_THERE: dict[str, Callable[[World], Any]] = {
    "branch": lambda world: world.repository.delete_branch("nowhere"),
    "tag": lambda world: world.repository.delete_tag("nowhere"),
    "label": lambda world: world.repository.delete_label("nowhere"),
    "start of a branch": lambda world: world.repository.create_branch("new", "nowhere"),
    "start of a tag": lambda world: world.repository.create_tag("new", "nowhere"),
    "comparison": lambda world: world.repository.compare("main", "nowhere"),
    "file": lambda world: world.repository.update_file("nowhere", content="x", message="X"),
    "milestone": lambda world: world.repository.get_milestone(77).title,
    "commit": lambda world: world.repository.get_commit("nowhere").message,
    "release": lambda world: world.repository.get_release("nowhere").name,
    "user": lambda world: world.client.get_user("nobody-of-that-name").name,
    "collaborators of nothing": lambda world: world.client.get_repo("acme/nothing").remove_collaborator("bob"),
}


@pytest.mark.parametrize("thing", NOT_THERE)
def test_what_is_not_there(world: World, thing: str) -> None:
    """What is asked for by a name that there is not does not exist, on both forges alike."""
    with pytest.raises(ElementDoesntExistError):
        NOT_THERE[thing](world)


THERE: dict[str, Callable[[World], Any]] = {
    "label": lambda world: world.repository.create_label("bug", "#000000"),
    "branch": lambda world: world.repository.create_branch("feature"),
    "tag": lambda world: [world.repository.create_tag("t", "main") for _ in "ab"],
    "milestone": lambda world: [world.repository.create_milestone("v1") for _ in "ab"],
    "file": lambda world: world.repository.create_file("README.md", content="x", message="X"),
    "merge request": lambda world: world.repository.create_merge_request("Oil", "main", "feature"),
    "release": lambda world: [world.repository.create_release("v1") for _ in "ab"],
    "repository": lambda world: world.client.create_repository("widgets", organization="acme"),
}


@pytest.mark.parametrize("thing", THERE)
def test_what_is_there_already(world: World, thing: str) -> None:
    """What is made twice exists already, on both forges alike."""
    with pytest.raises(ElementAlreadyExistsError):
        THERE[thing](world)


def test_what_is_forgiven(world: World) -> None:
    """What is so already raises nothing: a fork, a user without access, a hook that is not there, a closed issue."""
    bobs = world.as_user("bob").get_repo("acme/widgets")
    assert bobs.create_fork() == bobs.create_fork()
    repository = world.repository
    repository.remove_collaborator("carol")
    repository.delete_hook("https://nowhere.example.com/")
    world.issue.close()
    world.issue.close()
    if world.issue.supports("unlock"):
        world.issue.unlock()
    world.issue.remove_labels("nothing of that name")
    world.issue.unassign("carol")


def test_states_and_levels_by_what_they_are(world: World) -> None:
    """A state may be given as what an object tells, and a level by its number."""
    repository = world.repository
    assert [issue.number for issue in repository.filter_issues(IssueStates.OPEN)] == [world.issue_number]  # type: ignore[arg-type]
    assert [mr.number for mr in repository.filter_merge_requests(MergeRequestStates.OPEN)] == [world.mr_number]  # type: ignore[arg-type]
    repository.add_collaborator("carol", 40)  # type: ignore[arg-type]
    assert repository.get_permission_level("carol") is (
        AccessLevel.CAN_WRITE if "no maintainers" in world.differs else AccessLevel.MAINTAINER
    )


def test_emptying_a_text(world: World) -> None:
    """None empties a text as "" does."""
    world.issue.description = None  # type: ignore[assignment]
    assert world.issue.description == ""
