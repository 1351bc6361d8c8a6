"""What GitLab's ``changes`` say: one delivery reports several, and each becomes an event.

The same for issues and merge requests; a field without a line here is an attribute like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from igitt.errors import IGittError, InvalidPayloadError
from igitt.gitlab import payloads
from igitt.gitlab.webhooks.reading import GitLabDelivery
from igitt.interfaces.actions import Action, IssueActions, MergeRequestActions, ReviewActions
from igitt.interfaces.convert import day
from igitt.interfaces.event import Event
from igitt.webhooks.delivery import Changes, parts, word
from igitt.webhooks.lazy import Moment

__all__ = ["ISSUES", "MERGE_REQUESTS", "Updates"]

#: What changes by itself whenever something else does, or inside GitLab only.
_IGNORED = frozenset({
    "author_id", "closed_at", "created_at", "head_pipeline_id", "id", "iid", "last_edited_at", "last_edited_by_id",
    "merge_commit_sha", "merge_error", "merge_params", "merge_status", "merge_user_id", "moved_to_id", "prepared_at",
    "project_id", "relative_position", "reviewer_ids", "source_branch", "source_project_id", "state", "state_id",
    "target_project_id", "updated_at", "updated_by_id", "url",
})  # fmt: skip
_DRAFT = re.compile(r"^\s*(?:\[draft\]|\(draft\)|draft:|\[wip\]|wip:)\s*", re.IGNORECASE)
_DRAFT_KEYS = ("draft", "work_in_progress")


@dataclass(frozen=True, slots=True)
class Updates:
    """How the changes of a kind are called.

    Attributes:
        attributes: the action for every field that has none of its own.
        sets: by key of a list, the actions for what came and what went.
        flags: by key, the actions for true and for false.
        fields: by key, the action for a new value.
    """

    attributes: Action
    sets: dict[str, tuple[Action, Action]]
    flags: dict[str, tuple[Action, Action]]
    fields: dict[str, Action]

    def events(self, reading: GitLabDelivery, subject: Any, at: Moment | None, *, all_of_it: bool) -> Iterator[Event]:
        """The events of the payload's changes.

        Args:
            reading: the delivery.
            subject: what changed.
            at: when.
            all_of_it: whether fields without an action of their own count; a closing or merging changes some itself.
        """
        changed = reading.changed()
        if "draft" in self.flags:
            _tell_draft(changed)
            _tell_auto_merge(changed, merged=not all_of_it)
        for key, (came, went) in self.sets.items():
            if key in changed:
                yield from _set(reading, subject, key, changed.pop(key), (came, went), at)
        for key, (on, off) in self.flags.items():
            if key in changed:
                old, new = changed.pop(key)
                milestone = _milestone(reading, new or old) if key == "milestone_id" else None
                further = [milestone] if milestone is not None else []
                name = key.removesuffix("_id")
                yield reading.event(on if new else off, subject, *further, changes={name: (old, new)}, at=at)
        grouped: dict[Action, Changes] = {}
        for key, change in changed.items():
            action = self.fields.get(key)
            if action is None and key not in _IGNORED and (all_of_it or key in {"title", "description"}):
                action = self.attributes
            if action is not None:
                grouped.setdefault(action, {})[_FIELDS.get(key, key)] = _values(key, change)
        for action, changes in grouped.items():
            yield reading.event(action, subject, changes=changes, at=at)


_FIELDS = {"target_branch": "base_branch_name"}


def _tell_draft(changed: dict[str, tuple[Any, Any]]) -> None:
    """Whether it became a draft is in a field, formerly in another one, and before that only in its title."""
    told = [changed.pop(key) for key in _DRAFT_KEYS if key in changed]
    title = changed.get("title")
    if title is not None and all(isinstance(text, str) for text in title):
        drafts = (_DRAFT.match(title[0]) is not None, _DRAFT.match(title[1]) is not None)
        if drafts[0] != drafts[1]:
            told = told or [drafts]
            if _DRAFT.sub("", title[0]) == _DRAFT.sub("", title[1]):
                del changed["title"]
    if told:
        changed["draft"] = told[0]


def _tell_auto_merge(changed: dict[str, tuple[Any, Any]], *, merged: bool) -> None:
    """Whether it merges by itself is in a field, or only in the strategy for that, which merging removes."""
    sides = changed.get("merge_params")
    if "merge_when_pipeline_succeeds" not in changed and sides is not None and not merged:
        before, after = ("auto_merge_strategy" in side if isinstance(side, dict) else False for side in sides)
        if before != after:
            changed["merge_when_pipeline_succeeds"] = (before, after)


def _set(
    reading: GitLabDelivery,
    subject: Any,
    key: str,
    change: tuple[Any, Any],
    actions: tuple[Action, Action],
    at: Moment | None,
) -> Iterator[Event]:
    """One event for each that came or went, with the whole set before and after."""
    name = "title" if key == "labels" else "username"
    old, new = (parts({key: side}, key) for side in change)
    before = {word(item, name): item for item in old}
    after = {word(item, name): item for item in new}
    changes: Changes = {key: (set(before), set(after))}
    again = [one for one in after if one in before and after[one].get("re_requested")]
    for action, found in (
        (actions[0], [after[one] for one in after if one not in before or one in again]),
        (actions[1], [before[one] for one in before if one not in after]),
    ):
        for item in found:
            thing = word(item, name) if key == "labels" else reading.make("User", partial(payloads.user, item))
            yield reading.event(action, subject, thing, changes=changes, at=at)
    if key == "reviewers":
        for one, item in after.items():
            if item.get("state") == "requested_changes" != (before.get(one) or {}).get("state"):
                review = reading.review("requested_changes", item, subject)
                yield reading.event(ReviewActions.CHANGES_REQUESTED, subject, review, at=at)


def _milestone(reading: GitLabDelivery, identifier: Any) -> Any:
    """The milestone, of which only the id is sent."""
    if not isinstance(identifier, int) or reading.repository is None:
        return None
    return reading.changing("Milestone", partial(dict, id=identifier), identifier)


def _values(key: str, change: tuple[Any, Any]) -> tuple[Any, Any]:
    """Days and times as Python has them."""
    try:
        if key == "due_date":
            return day(change[0]), day(change[1])
        if key in {"time_estimate", "total_time_spent", "time_change"}:
            return timedelta(seconds=change[0] or 0), timedelta(seconds=change[1] or 0)
    except (IGittError, TypeError, OverflowError) as error:
        raise InvalidPayloadError(
            f"the payload's change of {key!r} has a value that is none: {change!r:.80}"
        ) from error
    return change


ISSUES = Updates(
    attributes=IssueActions.ATTRIBUTES_CHANGED,
    sets={
        "labels": (IssueActions.LABELED, IssueActions.UNLABELED),
        "assignees": (IssueActions.ASSIGNED, IssueActions.UNASSIGNED),
    },
    flags={
        "milestone_id": (IssueActions.MILESTONED, IssueActions.DEMILESTONED),
        "discussion_locked": (IssueActions.LOCKED, IssueActions.UNLOCKED),
        "type": (IssueActions.TYPED, IssueActions.UNTYPED),
        "issue_type": (IssueActions.TYPED, IssueActions.UNTYPED),
    },
    fields={
        "weight": IssueActions.WEIGHT_CHANGED,
        "due_date": IssueActions.DUE_DATE_CHANGED,
        "confidential": IssueActions.CONFIDENTIALITY_CHANGED,
        "severity": IssueActions.SEVERITY_CHANGED,
        "health_status": IssueActions.SEVERITY_CHANGED,
        "escalation_status": IssueActions.SEVERITY_CHANGED,
        "time_estimate": IssueActions.TIME_CHANGED,
        "total_time_spent": IssueActions.TIME_CHANGED,
        "time_change": IssueActions.TIME_CHANGED,
    },
)
MERGE_REQUESTS = Updates(
    attributes=MergeRequestActions.ATTRIBUTES_CHANGED,
    sets={
        "labels": (MergeRequestActions.LABELED, MergeRequestActions.UNLABELED),
        "assignees": (MergeRequestActions.ASSIGNED, MergeRequestActions.UNASSIGNED),
        "reviewers": (MergeRequestActions.REVIEW_REQUESTED, MergeRequestActions.REVIEW_REQUEST_REMOVED),
    },
    flags={
        "milestone_id": (MergeRequestActions.MILESTONED, MergeRequestActions.DEMILESTONED),
        "discussion_locked": (MergeRequestActions.LOCKED, MergeRequestActions.UNLOCKED),
        "draft": (MergeRequestActions.CONVERTED_TO_DRAFT, MergeRequestActions.READY),
        "merge_when_pipeline_succeeds": (
            MergeRequestActions.AUTO_MERGE_ENABLED,
            MergeRequestActions.AUTO_MERGE_DISABLED,
        ),
        "blocking_discussions_resolved": (ReviewActions.THREAD_RESOLVED, ReviewActions.THREAD_UNRESOLVED),
    },
    fields={
        "target_branch": MergeRequestActions.TARGET_CHANGED,
        "time_estimate": MergeRequestActions.TIME_CHANGED,
        "total_time_spent": MergeRequestActions.TIME_CHANGED,
        "time_change": MergeRequestActions.TIME_CHANGED,
    },
)
