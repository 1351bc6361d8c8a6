"""GitHub's issues (source: https://docs.github.com/en/rest/issues/issues)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

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
    from_words,
    instant,
    integer,
    names,
    nonempty,
    optional_instant,
    text,
    to_text,
)
from igitt.interfaces.element import Unsupported, unsupported
from igitt.interfaces.enums import CommentType, IssueStates, MergeRequestStates
from igitt.interfaces.issue_event import IssueEvent, checked_names
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.user import User

__all__ = ["ASSIGNABLE", "GitHubIssue", "left_out"]

_SUBSCRIBE = """
mutation($id: ID!, $state: SubscriptionState!) {
  updateSubscription(input: {subscribableId: $id, state: $state}) { subscribable { viewerSubscription } }
}
"""


#: https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue
ASSIGNABLE = "there is no such user, or they cannot be assigned here; see available_assignees"


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
    due_date = Unsupported[date | None]("GitHub's issues have no due date")
    confidential = Unsupported[bool]("GitHub's issues are as public as their repository")
    weight = Unsupported[int | None]("GitHub's issues have no weight")
    time_estimate = Unsupported[timedelta]("GitHub does not track time")
    total_time_spent = Unsupported[timedelta]("GitHub does not track time")

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
        return self.client.list(f"{self._issue_path}/comments", "Comment", self)

    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Say something."""
        data = self._request("POST", f"{self._issue_path}/comments", json={"body": nonempty(body, "a comment")}).data
        return self.client.Comment.from_data(data, self.client, self)

    @computed
    def events(self) -> PaginatedList[IssueEvent]:
        """What happened to it, oldest first."""
        return timeline(self.client, self._issue_path)

    def filter_events(self, *names: str) -> PaginatedList[IssueEvent]:
        """What happened to it of some kinds, oldest first; GitHub gives all kinds in one list, and igitt chooses."""
        return timeline(self.client, self._issue_path, checked_names(names))

    @computed
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        return self._reactions()

    @computed_set
    def mrs_closed_by(self) -> set[MergeRequest]:
        """The pull requests that close it when they are merged, asked for by GraphQL: REST does not tell."""
        return closing_merge_requests(self)

    def add_labels(self, *labels: Any) -> None:
        """Add labels in one request; GitHub creates those that do not exist."""
        if labels:
            body = {"labels": as_names(labels, "name", "label")}
            data = self._request("POST", f"{self._issue_path}/labels", json=body).data
            self._absorb({"labels": data}, complete=False)

    def remove_labels(self, *labels: Any) -> None:
        """Take labels off: one request for each, since GitHub takes several off only by writing the whole set."""
        for name in dict.fromkeys(as_names(labels, "name", "label")):
            try:
                data = self._request("DELETE", f"{self._issue_path}/labels/{segment(name)}").data
            except ElementDoesntExistError:
                self.refresh()  # which says so itself if it is the issue that does not exist
            else:
                self._absorb({"labels": data}, complete=False)

    def assign(self, *users: Any) -> None:
        """Add assignees in one request.

        Raises:
            ValidationError: when GitHub left one out, which it does without a word with who cannot be assigned.
        """
        self._change_assignees("POST", users)

    def unassign(self, *users: Any) -> None:
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

    def close(self) -> None:
        """Close it."""
        self._write({"state": "closed"})

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
