"""Things found by what people call them, and IGitt's names of operations, the same on every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from igitt import webhooks
from igitt.errors import IGittWarning, UnsupportedOperationError
from igitt.interfaces import AccessLevel, CommentActions, IssueActions, MergeRequestActions, WebhookEvents
from igitt.testing.contract import World

HOOK = "https://bot.example.com/hook"


def furnished(world: World) -> World:
    """The world with one of everything that has a name."""
    repository = world.repository
    repository.create_milestone("1.0")
    repository.register_hook(HOOK, "s" * 20, {WebhookEvents.PUSH})
    repository.create_tag("v1", "main")
    repository.create_release("v1", "First")
    world.issue.assign("bob")
    return world


LISTS: dict[str, tuple[Callable[[World], Any], object, object]] = {
    "labels": (lambda world: world.repository.labels, "bug", "nothing"),
    "labels by colour's owner": (lambda world: world.issue.available_labels, "idea", "nothing"),
    "milestones": (lambda world: world.repository.milestones, "1.0", "2.0"),
    "milestones by number": (lambda world: world.repository.milestones, None, 99),
    "hooks": (lambda world: world.repository.hooks, HOOK, "https://other.example.com"),
    "branches": (lambda world: world.repository.branches, "feature", "nowhere"),
    "tags": (lambda world: world.repository.tags, "v1", "v2"),
    "releases": (lambda world: world.repository.releases, "v1", "v2"),
    "files": (lambda world: world.repository.list_files(), "README.md", "nothing.txt"),
    "commits": (lambda world: world.repository.commits, None, "f" * 40),
    "changes": (lambda world: world.mr.files, "oil.txt", "nothing.txt"),
    "issues": (lambda world: world.repository.issues, 1, 999),
    "assignable": (lambda world: world.issue.available_assignees, "Bob", "nosuch"),
    "collaborators": (lambda world: world.repository.collaborators, "bob", "nosuch"),
    "assignees": (lambda world: world.issue.assignees, "BOB", "carol"),
    "label names": (lambda world: world.issue.labels, "bug", "idea"),
    "repositories": (lambda world: world.client.repositories, "acme/widgets", "acme/nothing"),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_know_names(world: World, name: str) -> None:
    """What people call a thing finds it in its list."""
    make, there, absent = LISTS[name]
    found = make(furnished(world))
    if name == "milestones by number":
        there = found[0].number
    if name == "commits":
        there = found[0].sha
        assert there[:8] in found
    assert there in found
    assert absent not in found


def test_what_is_no_name(world: World) -> None:
    """A number among labels, a text among issues: False, and a line that says what would do."""
    with pytest.warns(IGittWarning, match="never the name of a label; compare with .name"):
        assert 5 not in world.repository.labels
    with pytest.warns(IGittWarning, match="never the name of an issue; compare with .number"):
        assert "1" not in world.repository.issues


def test_labels_by_label(world: World) -> None:
    """A label is among the names that an issue has."""
    repository = world.repository
    assert repository.get_label("bug") in world.issue.labels
    assert repository.get_label("idea") not in world.issue.labels
    issue = world.issue
    issue.labels |= {repository.get_label("idea")}
    assert world.issue.labels == {"bug", "idea"}


def test_igitts_operations(world: World) -> None:
    """They do what they did."""
    client: Any = world.client
    made = client.Issue.create(client, "acme/widgets", "By its old name", "Body")
    assert (made.title, made.description) == ("By its old name", "Body")
    assert client.Issue.create(client, world.repository, "Again").title == "Again"
    with pytest.raises(UnsupportedOperationError, match="create_merge_request"):
        client.MergeRequest.create(client, "acme/widgets", "No")
    assert list(client.Notification.fetch_all(client)) == list(client.notifications)
    assert list(client.master_repositories) == list(client.admin_repositories)
    assert list(world.repository.filter_issues("opened")) == list(world.repository.filter_issues("open"))
    assert list(world.repository.filter_merge_requests("opened")) == list(world.repository.merge_requests)


def test_a_strangers_level(world: World) -> None:
    """Who was not let in may look at what is public, and at nothing else; nobody may do nothing."""
    repository = world.repository
    assert repository.get_permission_level("carol") is AccessLevel.CAN_VIEW
    assert repository.get_permission_level("nosuch") is AccessLevel.NONE
    repository.add_collaborator("carol", AccessLevel.CAN_READ)
    assert repository.get_permission_level("carol") is AccessLevel.CAN_READ
    world.forge.add_repository("acme/secret", private=True)
    assert world.client.get_repo("acme/secret").get_permission_level("carol") is AccessLevel.NONE


def test_what_a_merge_request_will_do(world: World) -> None:
    """By keyword, of what the forge says that it closes; a number that is only named is not closed."""
    other = world.repository.create_issue("Another")
    mr = world.mr
    mr.description = f"Fixes #{world.issue_number}, closes #{other.number}. See #999."
    assert mr.will_fix_issues == {world.issue}
    assert mr.will_close_issues == {other}
    assert mr.will_resolve_issues == set()
    assert mr.closes_issues == {world.issue, other}
    assert other.number in mr.closes_issues


def test_igitts_word_for_comments(world: World) -> None:
    """A function for comments on issues runs for those, one for merge requests for those, each once."""
    url = "https://bot.example.com/hook"
    world.repository.register_hook(url, "s" * 20, {WebhookEvents.ISSUE_COMMENT, WebhookEvents.MERGE_REQUEST_COMMENT})
    ran: list[str] = []
    bot = webhooks.Router(world.client, secret="s" * 20, background=False)

    @bot.on(IssueActions.COMMENTED)
    def on_issue(issue: Any, comment: Any) -> None:
        ran.append(f"issue {issue.number} {comment.body}")

    @bot.on(MergeRequestActions.COMMENTED)
    def on_mr(mr: Any, comment: Any) -> None:
        ran.append(f"mr {mr.number} {comment.body}")

    @bot.on(CommentActions.CREATED, MergeRequestActions.COMMENTED)
    def on_any(comment: Any) -> None:
        ran.append(f"any {comment.body}")

    stranger = world.as_user("bob").get_repo("acme/widgets")
    stranger.get_issue(world.issue_number).add_comment("one")
    stranger.get_mr(world.mr_number).add_comment("two")
    for delivery in world.forge.deliveries:
        bot.deliver(delivery.headers, delivery.body)
    assert sorted(ran) == sorted([
        f"issue {world.issue_number} one", f"mr {world.mr_number} two", "any one", "any two",
    ])  # fmt: skip
