"""GitLab's to-do items (source: https://docs.gitlab.com/api/todos/)."""

from __future__ import annotations

from typing import Any, Self

from igitt._objects.resource import Field, Related
from igitt.errors import ElementDoesntExistError, UnsupportedOperationError
from igitt.gitlab.base import GitLabResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import from_words, instant, integer, text
from igitt.interfaces.element import Element, partly
from igitt.interfaces.enums import Reason
from igitt.interfaces.issue import Issue
from igitt.interfaces.notification import Notification
from igitt.interfaces.repository import Repository

__all__ = ["GitLabNotification"]

#: https://docs.gitlab.com/api/todos/#list-all-to-do-items
_REASONS = {
    "assigned": Reason.ASSIGNED,
    "directly_addressed": Reason.MENTIONED,
    "mentioned": Reason.MENTIONED,
    "marked": Reason.MARKED,
    "approval_required": Reason.APPROVAL_REQUIRED,
    "build_failed": Reason.BUILD_FAILED,
    "member_access_requested": Reason.INVITED,
    "review_requested": Reason.REVIEW_REQUESTED,
    "review_submitted": Reason.COMMENTED,
    "unmergeable": Reason.UNMERGEABLE,
    "merge_train_removed": Reason.UNMERGEABLE,
}
_KINDS = {"Issue": "issue", "WorkItem": "issue", "MergeRequest": "merge request", "Commit": "commit"}
_STATES = ("pending", "done")


class GitLabNotification(GitLabResource, Notification):
    """A to-do item.

    Args:
        client: the client, or a token for gitlab.com.
        identifier: its number.
    """

    __slots__ = ()

    def __init__(self, client: Any, identifier: int | str) -> None:
        super().__init__(client, {"id": integer(identifier)})

    reason = Field("action_name", from_words(Reason, _REASONS))
    subject_type = Field("target_type", lambda value: _KINDS.get(value, text(value)))
    pending = Field("state", lambda value: value == "pending")
    repository = Related[Repository | None]("project", "Repository")
    updated = Field("updated_at", instant)
    web_url = Field("target_url", text)

    @property
    def api_path(self) -> str:
        """``todos/{id}``, which GitLab knows for writing only."""
        return f"todos/{integer(self._key_value)}"

    def refresh(self) -> Self:
        """Read it again, out of the lists: GitLab gives no single one.

        Raises:
            ElementDoesntExistError: when the user has none of that number.
        """
        for state in _STATES:
            for found in self.client.list_of("todos", dict, params={"state": state}):
                if found.get("id") == self._key_value:
                    self._absorb(found)
                    return self
        raise ElementDoesntExistError(f"there is no to-do item {self._key_value}", 404)

    @computed
    def subject(self) -> Element | None:
        """What it is about; sends nothing."""
        target = Field[Any]("target", lambda value: value).__get__(self, type(self))
        cls = getattr(self.client, self.subject_type.title().replace(" ", ""), None)
        if cls is None or self.subject_type not in _KINDS.values() or not isinstance(target, dict) or not target:
            return None
        found: Element = cls.from_data(target, self.client, self.repository)
        return found

    def mark_done(self) -> None:
        """Take it off the list; ``POST /todos/:id/mark_as_done``."""
        self._absorb(self._request("POST", f"{self.api_path}/mark_as_done").data)

    @partly("from what is neither an issue nor a merge request: GitLab has no subscriptions to it")
    def unsubscribe(self) -> None:
        """Unsubscribe from the issue or merge request that it is about."""
        subject = self.subject
        if not isinstance(subject, Issue):
            raise UnsupportedOperationError(
                f"gitlab does not support notification.unsubscribe: there are no subscriptions to a {self.subject_type}"
            )
        subject.unsubscribe()
