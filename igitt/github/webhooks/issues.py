"""What GitHub reports about issues, pull requests, reviews and comments.

One table a kind, from GitHub's words to the neutral ones; a word that is the same in both needs no line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from igitt.github.webhooks.reading import GitHubDelivery, edits, neutral
from igitt.github.webhooks.values import merge_group
from igitt.interfaces.actions import (
    Action,
    CommentActions,
    DiscussionActions,
    IssueActions,
    MergeGroupActions,
    MergeRequestActions,
    ReviewActions,
)
from igitt.interfaces.convert import names
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import STATES, Changes, bodies, part, parts, required, when, word
from igitt.webhooks.told import Told

__all__ = ["EVENTS"]

_ISSUE_WORDS: dict[str, Action] = {
    "edited": IssueActions.ATTRIBUTES_CHANGED,
    "field_added": IssueActions.FIELD_SET,
    "field_removed": IssueActions.FIELD_UNSET,
}
_PULL_WORDS: dict[str, Action] = {
    "edited": MergeRequestActions.ATTRIBUTES_CHANGED,
    "synchronize": MergeRequestActions.SYNCHRONIZED,
    "ready_for_review": MergeRequestActions.READY,
}
_REVIEW_WORDS: dict[str, Action] = {
    "resolved": ReviewActions.THREAD_RESOLVED,
    "unresolved": ReviewActions.THREAD_UNRESOLVED,
}
_REVIEW_STATES: dict[str, Action] = {
    "approved": ReviewActions.APPROVED,
    "changes_requested": ReviewActions.CHANGES_REQUESTED,
    "commented": ReviewActions.COMMENTED,
}


def _issues(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "issue")
    issue = reading.make("Issue", data, reading.repository)
    action = neutral(IssueActions, reading.action, _ISSUE_WORDS)
    further, changes = _details(reading, data)
    if action in STATES:
        changes["state"] = STATES[action]
    if action is IssueActions.TRANSFERRED:
        moved = part(reading.payload, "changes")
        place = reading.make("Repository", part(moved, "new_repository"))
        further = [reading.make("Issue", part(moved, "new_issue"), place)]
    yield reading.event(action, issue, *further, changes=changes, at=when(data, "updated_at", "created_at"))


def _pulls(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "pull_request")
    pull = reading.make("MergeRequest", data, reading.repository)
    at = when(data, "updated_at", "created_at")
    action = neutral(MergeRequestActions, reading.action, _PULL_WORDS)
    if action is MergeRequestActions.CLOSED and data.get("merged"):
        action = MergeRequestActions.MERGED
    further, changes = _details(reading, data)
    if action in STATES:
        changes["state"] = STATES[action]
    if action is MergeRequestActions.SYNCHRONIZED:
        changes["head"] = (word(reading.payload, "before"), word(reading.payload, "after"))
    target = part(part(reading.payload, "changes"), "base")
    if target is not None:
        change = (word(part(target, "ref"), "from"), word(part(data, "base"), "ref"))
        yield reading.event(MergeRequestActions.TARGET_CHANGED, pull, changes={"base_branch_name": change}, at=at)
        if not changes:
            return
    yield reading.event(action, pull, *further, changes=changes, at=at)


def _details(reading: GitHubDelivery, data: dict[str, Any]) -> tuple[list[Any], Changes]:
    """What the action names besides the issue or pull request, and what it changed."""
    payload, action = reading.payload, reading.action
    added = not action.startswith(("un", "de")) and "removed" not in action
    if action in {"labeled", "unlabeled"}:
        name = word(part(payload, "label"), "name")
        return [name], {"labels": _sets(names(data.get("labels")), name, added=added)}
    if action in {"assigned", "unassigned"}:
        user = reading.user(payload, "assignee")
        login = word(part(payload, "assignee"), "login")
        return [user], {"assignees": _sets(names(data.get("assignees"), "login"), login, added=added)}
    if action in {"milestoned", "demilestoned"}:
        milestone = part(payload, "milestone") or part(data, "milestone")
        title = word(milestone, "title")
        found = reading.make("Milestone", milestone, reading.repository)
        return [found], {"milestone": (None, title) if added else (title, None)}
    if action in {"review_requested", "review_request_removed"}:
        login = word(part(payload, "requested_reviewer"), "login")
        team = reading.make("Team", part(payload, "requested_team"), reading.organization)
        now = names(data.get("requested_reviewers"), "login")
        changes = {"reviewers": _sets(now, login, added=added)} if login else {}
        return [reading.user(payload, "requested_reviewer") or team], changes
    if action in {"typed", "untyped"}:
        return [word(part(payload, "type"), "name")], {}
    return [], edits(payload, data)


def _sets(now: set[str], name: str, *, added: bool) -> tuple[set[str], set[str]]:
    """A set before and after one name came or went; the payload's own set may be older than its event."""
    return (now - {name}, now | {name}) if added else (now | {name}, now - {name})


def _issue_comment(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "issue")
    kind = "MergeRequest" if part(data, "pull_request") is not None else "Issue"
    yield from _comment(reading, reading.make(kind, data, reading.repository))


def _review_comment(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "pull_request")
    yield from _comment(reading, reading.make("MergeRequest", data, reading.repository))


def _commit_comment(reading: GitHubDelivery) -> Iterator[Event]:
    yield from _comment(reading, reading.commit(word(required(reading.payload, "comment"), "commit_id")))


def _comment(reading: GitHubDelivery, subject: Any) -> Iterator[Event]:
    data = required(reading.payload, "comment")
    comment = reading.make("Comment", data, reading.repository)
    changes = bodies(edits(reading.payload, data))
    action = neutral(CommentActions, reading.action, {})
    yield reading.event(action, subject, comment, changes=changes, at=when(data, "updated_at", "created_at"))


def _review(reading: GitHubDelivery) -> Iterator[Event]:
    pull = reading.make("MergeRequest", required(reading.payload, "pull_request"), reading.repository)
    data = required(reading.payload, "review")
    review = reading.make("Review", data, pull)
    action = neutral(ReviewActions, reading.action, _REVIEW_WORDS)
    if reading.action == "submitted":
        action = _REVIEW_STATES.get(word(data, "state").lower(), ReviewActions.OTHER)
    changes = edits(reading.payload, data)
    yield reading.event(action, pull, review, changes=changes, at=when(data, "submitted_at"))


def _thread(reading: GitHubDelivery) -> Iterator[Event]:
    pull = reading.make("MergeRequest", required(reading.payload, "pull_request"), reading.repository)
    data = required(reading.payload, "thread")
    first = (parts(data, "comments") or [{}])[0]
    # As GraphQL tells it, the only API that knows threads; who acts is who resolved it.
    told: dict[str, Any] = {"id": word(data, "node_id"), "path": first.get("path"), "line": first.get("line")}
    if reading.action in {"resolved", "unresolved"}:
        resolved = reading.action == "resolved"
        told |= {"isResolved": resolved, "resolvedBy": {"login": reading.actor} if resolved else None}
    thread = reading.make("Discussion", told, pull)
    yield reading.event(neutral(ReviewActions, reading.action, _REVIEW_WORDS), pull, thread)


def _merge_group(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "merge_group")
    action = neutral(MergeGroupActions, reading.action, {})
    yield reading.event(action, merge_group(data), reading.commit(word(data, "head_sha")))


def _discussion(reading: GitHubDelivery) -> Iterator[Event]:
    data = required(reading.payload, "discussion")
    further = [word(part(reading.payload, "label"), "name")] if "label" in reading.payload else []
    action = neutral(DiscussionActions, reading.action, {})
    changes = edits(reading.payload, data)
    subject = Told("forum discussion", data)
    yield reading.event(action, subject, *further, changes=changes, at=when(data, "updated_at", "created_at"))


def _discussion_comment(reading: GitHubDelivery) -> Iterator[Event]:
    """A forum's comments have no address in the REST API, so there is no object for them."""
    subject = Told("forum discussion", required(reading.payload, "discussion"))
    data = required(reading.payload, "comment")
    changes = bodies(edits(reading.payload, data))
    action = neutral(CommentActions, reading.action, {})
    yield reading.event(
        action, subject, Told("comment", data), changes=changes, at=when(data, "updated_at", "created_at")
    )


def _relation(mine: str, other: str) -> Callable[[GitHubDelivery], Iterator[Event]]:
    """A relation between two issues; each side is reported in its own repository."""

    def read(reading: GitHubDelivery) -> Iterator[Event]:
        turned = reading.action.startswith(("parent_issue", "blocking"))
        first, second = (other, mine) if turned else (mine, other)
        subject = reading.make("Issue", required(reading.payload, first), reading.repository)
        place = reading.make("Repository", part(reading.payload, f"{second}_repo")) or reading.repository
        related = reading.make("Issue", part(reading.payload, second), place)
        yield reading.event(IssueActions.RELATION_CHANGED, subject, related)

    return read


EVENTS: dict[str, Callable[[GitHubDelivery], Iterator[Event]]] = {
    "issues": _issues,
    "pull_request": _pulls,
    "issue_comment": _issue_comment,
    "pull_request_review_comment": _review_comment,
    "commit_comment": _commit_comment,
    "pull_request_review": _review,
    "pull_request_review_thread": _thread,
    "merge_group": _merge_group,
    "discussion": _discussion,
    "discussion_comment": _discussion_comment,
    "sub_issues": _relation("parent_issue", "sub_issue"),
    "issue_dependencies": _relation("blocked_issue", "blocking_issue"),
}
