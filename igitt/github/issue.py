"""GitHub's issues (source: https://docs.github.com/en/rest/issues/issues)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from igitt._base.paths import segment
from igitt._objects.resource import Editable, EditableRelated, EditableRelatedSet, EditableSetField, Field, Related
from igitt._objects.shared.things import CommonIssue
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.github.base import Reactable, logins, milestone_number
from igitt.github.closing import closing_merge_requests
from igitt.github.timeline import timeline
from igitt.interfaces.attributes import Attribute, computed, computed_set
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import (
    as_names,
    flag,
    from_words,
    instant,
    integer,
    names,
    nonempty,
    optional_instant,
    optional_text,
    text,
    to_instant,
    to_text,
)
from igitt.interfaces.element import Unsupported, unsupported
from igitt.interfaces.enums import CommentType, IssueStates, MergeRequestStates
from igitt.interfaces.issue import Issue
from igitt.interfaces.issue_event import IssueEvent, checked_names
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt.interfaces.label import Label

__all__ = ["ASSIGNABLE", "GitHubIssue", "left_out"]

_SUBSCRIBE = """
mutation($id: ID!, $state: SubscriptionState!) {
  updateSubscription(input: {subscribableId: $id, state: $state}) { subscribable { viewerSubscription } }
}
"""


#: https://docs.github.com/en/rest/issues/issues#update-an-issue
_REASONS = ("completed", "not_planned", "duplicate")
#: https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue
ASSIGNABLE = "there is no such user, or they cannot be assigned here; see available_assignees"


def _reason(value: Any) -> str | None:
    """Why it was closed; that it was opened again is no reason."""
    return None if value in {None, "reopened"} else text(value)


def left_out(users: Iterable[Any], data: Any) -> str:
    """Whom GitHub's answer does not name among the assignees, although they were to be."""
    found = data.get("assignees") if isinstance(data, dict) else None
    there = {name.casefold() for name in names(found, "login")}
    # A program may be assigned by one name and shown by another.
    wanted = [name for name in logins(users) if not name.endswith("[bot]")]
    return ", ".join(repr(name) for name in wanted if name.casefold() not in there)


class GitHubIssue(Reactable, CommonIssue):
    """An issue of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository: an object, its full name, id or URL.
        key: the issue's number.
    """

    __slots__ = ()
    _collection = "issues"
    _key = "number"
    _is_transferable = _has_own_id = True
    _comment_type = CommentType.ISSUE

    number = Field("number", integer)
    title = Editable("title", text, nonempty)
    description = Editable("body", text, to_text)
    state: Attribute[IssueStates | MergeRequestStates] = Field("state", from_words(IssueStates, {}))
    author = Related[User | None]("user", "User")
    assignees = EditableRelatedSet[User]("assignees", "User", logins, write="assignees", ways=("assign", "unassign"))
    labels = EditableSetField[str](
        "labels", names, lambda value: sorted(as_names(value, "name", "label")), ways=("add_labels", "remove_labels")
    )
    milestone = EditableRelated[Milestone | None](
        "milestone", "Milestone", milestone_number, write="milestone", scoped=True
    )
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)
    closed_at = Field("closed_at", optional_instant)
    close_reason = Field("state_reason", _reason)
    is_locked = Field("locked", flag)
    type = Field("type.name", optional_text)
    due_date = Unsupported[date | None]("GitHub's issues have no due date")
    confidential = Unsupported[bool]("GitHub's issues are as public as their repository")
    weight = Unsupported[int | None]("GitHub's issues have no weight")
    time_estimate = Unsupported[timedelta]("GitHub does not track time")
    total_time_spent = Unsupported[timedelta]("GitHub does not track time")
    related_issues = Unsupported[PaginatedList[Issue]](
        "GitHub's issues block each other or are parts of each other; see blocks, blocked_by and sub_issues"
    )

    @property
    def _issue_path(self) -> str:
        """The path of the issue; a pull request has one besides its own."""
        return f"{self._owner.api_path}/issues/{self._key_value}"

    @property
    def _reactions_path(self) -> str:
        return self._issue_path

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said, oldest first."""
        return self.client.list(f"{self._issue_path}/comments", self.client.Comment, self)

    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Say something."""
        data = self._request("POST", f"{self._issue_path}/comments", json={"body": nonempty(body, "a comment")}).data
        return self.client.Comment.from_data(data, self.client, self)

    def filter_comments(
        self, *, since: datetime | str | None = None, author: User | str | None = None
    ) -> PaginatedList[Comment]:
        """What was said; GitHub knows the time and igitt the author."""
        wanted = {name.casefold() for name in as_names([] if author is None else [author], "username", "user")}

        def keep(data: Any) -> bool:
            return text((data.get("user") or {}).get("login")).casefold() in wanted

        path, params = f"{self._issue_path}/comments", {"since": to_instant(since)}
        return self.client.list(path, self.client.Comment, self, params=params, keep=keep if wanted else None)

    @computed
    def events(self) -> PaginatedList[IssueEvent]:
        """What happened to it, oldest first."""
        return timeline(self.client, self._issue_path)

    # https://docs.github.com/en/rest/issues/issue-dependencies and …/sub-issues

    @computed
    def blocks(self) -> PaginatedList[Issue]:
        """The issues that wait for it."""
        return self.client.list(f"{self._issue_path}/dependencies/blocking", self.client.Issue)

    @computed
    def blocked_by(self) -> PaginatedList[Issue]:
        """The issues that it waits for."""
        return self.client.list(f"{self._issue_path}/dependencies/blocked_by", self.client.Issue)

    @computed
    def sub_issues(self) -> PaginatedList[Issue]:
        """The issues that it consists of."""
        return self.client.list(f"{self._issue_path}/sub_issues", self.client.Issue)

    @computed
    def parent_issue(self) -> Issue | None:
        """The issue that it is a part of; ``GET …/issues/{issue_number}/parent``."""
        try:
            data = self.client.get(f"{self._issue_path}/parent")
        except ElementDoesntExistError:
            return None
        return self.client.Issue.from_data(data, self.client)

    def filter_events(self, *names: str) -> PaginatedList[IssueEvent]:
        """What happened to it of some kinds, oldest first; GitHub gives all kinds in one list, and igitt chooses."""
        return timeline(self.client, self._issue_path, checked_names(names))

    @computed
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        return self._reactions()

    @computed_set
    def mrs_closed_by(self) -> set[MergeRequest]:
        """The pull requests that close it when they are merged, asked for by GraphQL: REST does not have them."""
        return closing_merge_requests(self)

    def add_labels(self, *labels: Label | str) -> None:
        """Add labels in one request; GitHub creates those that do not exist."""
        if labels:
            body = {"labels": as_names(labels, "name", "label")}
            data = self._request("POST", f"{self._issue_path}/labels", json=body).data
            self._absorb({"labels": data}, complete=False)

    def remove_labels(self, *labels: Label | str) -> None:
        """Take labels off: one request for each, since GitHub takes several off only by writing the whole set."""
        for name in dict.fromkeys(as_names(labels, "name", "label")):
            try:
                data = self._request("DELETE", f"{self._issue_path}/labels/{segment(name)}").data
            except ElementDoesntExistError:
                self.refresh()  # which says so itself if it is the issue that does not exist
            else:
                self._absorb({"labels": data}, complete=False)

    def assign(self, *users: User | str) -> None:
        """Add assignees in one request.

        Raises:
            ValidationError: when GitHub left one out, which it does without a word with who cannot be assigned.
        """
        self._change_assignees("POST", users)

    def unassign(self, *users: User | str) -> None:
        """Take assignees off in one request."""
        self._change_assignees("DELETE", users)

    def _change_assignees(self, method: str, users: tuple[Any, ...]) -> None:
        if users:
            answer = self._request(method, f"{self._issue_path}/assignees", json={"assignees": logins(users)})
            self._absorb({"assignees": answer.data.get("assignees", [])}, complete=False)
            if method == "POST" and (missing := left_out(users, answer.data)):
                raise ValidationError(f"GitHub did not assign {missing}: {ASSIGNABLE}", url=answer.url)

    def _write(self, body: Mapping[str, Any]) -> None:
        super()._write(body)
        if missing := left_out(body.get("assignees") or (), self._data):
            raise ValidationError(f"GitHub did not assign {missing}: {ASSIGNABLE}", url=self.url)

    def close(self, reason: str | None = None) -> None:
        """Close it; as completed, unless another reason is given."""
        if reason is not None and reason not in _REASONS:
            raise ValidationError(f"an issue is closed as one of {', '.join(_REASONS)}, not {reason!r}")
        self._write({"state": "closed"} if reason is None else {"state": "closed", "state_reason": reason})

    def reopen(self) -> None:
        """Open it again."""
        self._write({"state": "open"})

    def lock(self, reason: str | None = None) -> None:
        """Let only members go on talking."""
        self._request("PUT", f"{self._issue_path}/lock", json={"lock_reason": reason} if reason else None)
        self._absorb({"locked": True, "active_lock_reason": reason}, complete=False)

    def unlock(self) -> None:
        """Let everybody talk again."""
        self._request("DELETE", f"{self._issue_path}/lock")
        self._absorb({"locked": False, "active_lock_reason": None}, complete=False)

    def subscribe(self) -> None:
        """Get notified, which GitHub can only by GraphQL: one request, another where the id is not known."""
        self.client.graphql(_SUBSCRIBE, {"id": self._node, "state": "SUBSCRIBED"})

    def unsubscribe(self) -> None:
        """Get no more notifications but those that name the user; likewise."""
        self.client.graphql(_SUBSCRIBE, {"id": self._node, "state": "UNSUBSCRIBED"})

    @unsupported("an issue of GitHub can only be closed; administrators can delete one on its page")
    def delete(self) -> None:
        """Remove it for good."""

    @unsupported("GitHub does not track time")
    def add_to_total_time_spent(self, time: timedelta) -> None:
        """Book time on it."""
