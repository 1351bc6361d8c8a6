"""What GitLab reports about issues, merge requests, approvals, comments and emoji."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from igitt.gitlab import payloads
from igitt.gitlab.webhooks.reading import GitLabDelivery
from igitt.gitlab.webhooks.updates import ISSUES, MERGE_REQUESTS, Updates
from igitt.interfaces.actions import (
    Action,
    CommentActions,
    EpicActions,
    IssueActions,
    MergeRequestActions,
    ReactionActions,
    ReviewActions,
)
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import STATES, Changes, bodies, part, required, when, word
from igitt.webhooks.lazy import Moment, Thing
from igitt.webhooks.told import Told

__all__ = ["EVENTS"]

_ISSUE_WORDS: dict[str, Action] = {
    "open": IssueActions.OPENED,
    "close": IssueActions.CLOSED,
    "reopen": IssueActions.REOPENED,
}
_EPIC_WORDS: dict[str, Action] = {
    "open": EpicActions.OPENED,
    "close": EpicActions.CLOSED,
    "reopen": EpicActions.REOPENED,
    "update": EpicActions.EDITED,
}
_MERGE_REQUEST_WORDS: dict[str, Action] = {
    "open": MergeRequestActions.OPENED,
    "close": MergeRequestActions.CLOSED,
    "reopen": MergeRequestActions.REOPENED,
    "merge": MergeRequestActions.MERGED,
}
#: ``approved``: it was the last approval that was needed; ``approval``: others are still missing.
_VERDICTS: dict[str, tuple[Action, ...]] = {
    "approval": (ReviewActions.APPROVED,),
    "approved": (ReviewActions.APPROVED, ReviewActions.FULLY_APPROVED),
    "unapproval": (ReviewActions.UNAPPROVED,),
    "unapproved": (ReviewActions.UNAPPROVED,),
}
# Before 16.11 only new notes were reported, without an action.
_NOTE_WORDS: dict[str, Action] = {
    "": CommentActions.CREATED,
    "create": CommentActions.CREATED,
    "update": CommentActions.EDITED,
}
_EMOJI_WORDS: dict[str, Action] = {"award": ReactionActions.ADDED, "revoke": ReactionActions.REMOVED}


def _issue(reading: GitLabDelivery) -> Iterator[Event]:
    """An issue of a project; without one it is a group's: an epic, which has no address that an issue could have."""
    required(reading.payload, "object_attributes")
    if reading.repository is None:
        yield from _epic(reading)
        return
    issue = reading.issue(reading.attributes)
    at = when(reading.attributes, "actioned_at", "updated_at", "created_at")
    yield from _life(reading, issue, _ISSUE_WORDS.get(reading.action, IssueActions.OTHER), ISSUES, at)
    moved = reading.attributes.get("moved_to_id")
    if moved is not None and (reading.action == "close" or "moved_to_id" in reading.changed()):
        yield reading.event(IssueActions.TRANSFERRED, issue, Told("issue", {"id": moved}), at=at)


def _epic(reading: GitLabDelivery) -> Iterator[Event]:
    changes = reading.changed()
    action = _EPIC_WORDS.get(reading.action, EpicActions.OTHER)
    at = when(reading.attributes, "updated_at", "created_at")
    yield reading.event(action, Told("epic", reading.attributes), changes=changes, at=at)


def _life(
    reading: GitLabDelivery, subject: Any, action: Action, updates: Updates, at: Moment | None
) -> Iterator[Event]:
    """Opened, closed or updated: a closing reports further changes too, an opening every field that was filled in."""
    if reading.action == "update":
        told = list(updates.events(reading, subject, at, all_of_it=True))
        if not told and not reading.changed():
            told = [reading.event(updates.attributes, subject, at=at)]
        yield from told
        return
    changes: Changes = {"state": STATES[action]} if action in STATES else {}
    yield reading.event(action, subject, changes=changes, at=at)
    if changes:
        yield from updates.events(reading, subject, at, all_of_it=False)


def _merge_request(reading: GitLabDelivery) -> Iterator[Event]:
    required(reading.payload, "object_attributes")
    data = reading.attributes
    subject = reading.merge_request(data)
    at = when(data, "actioned_at", "updated_at", "created_at")
    author = part(reading.payload, "user")
    verdicts = _VERDICTS.get(reading.action)
    if verdicts:
        if data.get("system") and reading.action.startswith("un"):
            verdicts = (ReviewActions.APPROVALS_RESET,)
        for verdict in verdicts:
            yield reading.event(verdict, subject, reading.review(reading.action, author, subject), at=at)
        return
    if reading.action == "update" and word(data, "oldrev"):
        head = (word(data, "oldrev"), word(part(data, "last_commit"), "id"))
        yield reading.event(MergeRequestActions.SYNCHRONIZED, subject, changes={"head": head}, at=at)
        yield from MERGE_REQUESTS.events(reading, subject, at, all_of_it=True)
    elif reading.action == "update" and not reading.changed() and _demands_changes(reading):
        review = reading.review("requested_changes", author, subject)
        yield reading.event(ReviewActions.CHANGES_REQUESTED, subject, review, at=at)
    else:
        action = _MERGE_REQUEST_WORDS.get(reading.action, MergeRequestActions.OTHER)
        yield from _life(reading, subject, action, MERGE_REQUESTS, at)


def _demands_changes(reading: GitLabDelivery) -> bool:
    """Whether who acts is a reviewer that asks for changes: the reviewer's state shows that, and no change does."""
    actor = word(part(reading.payload, "user"), "username")
    reviewers = reading.payload.get("reviewers")
    return isinstance(reviewers, list) and any(
        isinstance(one, dict) and one.get("username") == actor and one.get("state") == "requested_changes"
        for one in reviewers
    )


def _note(reading: GitLabDelivery) -> Iterator[Event]:
    """A system note is GitLab's own record of a change that has an event of its own."""
    required(reading.payload, "object_attributes")
    data = reading.attributes
    if data.get("system"):
        return
    subject = _noteable(reading)
    comment = _comment(reading, data, subject)
    action = _NOTE_WORDS.get(reading.action, CommentActions.OTHER)
    changes = bodies(reading.changed())
    yield reading.event(action, subject, comment, changes=changes, at=when(data, "updated_at", "created_at"))


def _noteable(reading: GitLabDelivery) -> Any:
    """What a note or an emoji is on; what is known of it where igitt has no class for it."""
    payload = reading.payload
    for key, make in (("issue", reading.issue), ("work_item", reading.issue), ("merge_request", reading.merge_request)):
        data = part(payload, key)
        if data is not None:
            return make(data) if reading.repository is not None else Told("epic", payloads.trimmed(data))
    if part(payload, "commit") is not None or reading.attributes.get("commit_id"):
        return reading.commit(part(payload, "commit") or {"id": word(reading.attributes, "commit_id")})
    for key in ("snippet", "wiki_page", "epic"):
        data = part(payload, key)
        if data is not None:
            return Told(key.replace("_", " "), payloads.trimmed(data))
    return None


def _comment(reading: GitLabDelivery, data: dict[str, Any], subject: Any) -> Any:
    """A comment belongs to what it is on; one on a snippet to the project, and other ones have no address in igitt."""
    found = payloads.note(data, reading.payload)
    if isinstance(subject, Thing):
        return reading.make("Comment", found, subject)
    if getattr(subject, "kind", "") == "snippet" and reading.repository is not None and found.get("noteable_id"):
        return reading.make("Comment", {"noteable_type": "Snippet", **found}, reading.repository)
    return Told("comment", found)


def _emoji(reading: GitLabDelivery) -> Iterator[Event]:
    data = required(reading.payload, "object_attributes")
    subject = _noteable(reading)
    note = part(reading.payload, "note")
    if note is not None:
        subject = _comment(reading, note, subject)
    found = {"id": data.get("id"), "name": data.get("name"), "user": payloads.user(part(reading.payload, "user"))}
    known = isinstance(subject, Thing) and subject.cls != "Commit"
    reaction = reading.make("Reaction", found, subject) if known else Told("reaction", found)
    action = _EMOJI_WORDS.get(reading.action or word(reading.payload, "event_name"), ReactionActions.OTHER)
    yield reading.event(action, subject, reaction, at=when(data, "updated_at", "created_at"))


EVENTS: dict[str, Callable[[GitLabDelivery], Iterator[Event]]] = {
    "issue": _issue,
    "work_item": _issue,
    "merge_request": _merge_request,
    "note": _note,
    "emoji": _emoji,
}
