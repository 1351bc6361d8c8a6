"""GitHub's notifications (source: https://docs.github.com/en/rest/activity/notifications)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from igitt._objects.resource import Field, Related
from igitt.github.base import GitHubResource
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import flag, from_words, instant, integer, text
from igitt.interfaces.element import Element
from igitt.interfaces.enums import Reason
from igitt.interfaces.notification import Notification
from igitt.interfaces.repository import Repository

__all__ = ["GitHubNotification"]

#: https://docs.github.com/en/rest/activity/notifications#about-notification-reasons
_REASONS = {
    "approval_requested": Reason.APPROVAL_REQUIRED,
    "assign": Reason.ASSIGNED,
    "ci_activity": Reason.BUILD_FAILED,
    "comment": Reason.COMMENTED,
    "invitation": Reason.INVITED,
    "manual": Reason.SUBSCRIBED,
    "mention": Reason.MENTIONED,
    "review_requested": Reason.REVIEW_REQUESTED,
    "security_alert": Reason.SECURITY_ALERT,
    "state_change": Reason.STATE_CHANGED,
    "team_mention": Reason.TEAM_MENTIONED,
}
_KINDS = {"Issue": "issue", "PullRequest": "merge request", "Commit": "commit", "Release": "release"}
_PAGES = {"issue": "issues", "merge request": "pull", "commit": "commit"}


class GitHubNotification(GitHubResource, Notification):
    """A notification, which GitHub calls a thread.

    Args:
        client: the client, or a token for github.com.
        identifier: its number.
    """

    __slots__ = ()

    def __init__(self, client: Any, identifier: int | str) -> None:
        super().__init__(client, {"id": integer(identifier)})

    reason = Field("reason", from_words(Reason, _REASONS))
    subject_type = Field("subject.type", lambda value: _KINDS.get(value, text(value)))
    pending = Field("unread", flag)
    repository = Related[Repository | None]("repository", "Repository")
    updated = Field("updated_at", instant)

    @property
    def api_path(self) -> str:
        """``notifications/threads/{id}``."""
        return f"notifications/threads/{integer(self._key_value)}"

    @property
    def _key_value(self) -> Any:
        """GitHub writes the number as a text."""
        return integer(super()._key_value)

    @property
    def _identity(self) -> Any:
        return str(self._data.get("id"))

    def _address(self) -> dict[str, Any]:
        return {"id": self._key_value}

    def _place(self) -> str | None:
        """The end of the subject's address: a number or a hash."""
        url = Field("subject.url", text).__get__(self, type(self))
        return unquote(url.rstrip("/").rpartition("/")[2]) or None

    @computed
    def subject(self) -> Element | None:
        """What it is about; sends nothing."""
        place, home = self._place(), self.repository
        if place is None or home is None or self.subject_type not in _PAGES:
            return None
        cls: type[Element] = getattr(self.client, self.subject_type.title().replace(" ", ""))
        found: Any = cls(self.client, home, place)
        title = (self._data.get("subject") or {}).get("title")
        if title and found.kind in {"issue", "merge request"}:
            found._data = {**found._data, "title": title}
        return found

    @computed
    def web_url(self) -> str:
        """The page of what it is about, or of the repository; the API gives none."""
        home = self.repository
        if home is None:
            return f"{self.client.web_url}/notifications"
        page, place = _PAGES.get(self.subject_type), self._place()
        return f"{home.web_url}/{page}/{place}" if page and place else home.web_url

    def mark_done(self) -> None:
        """Take it off the list; ``DELETE /notifications/threads/{id}``."""
        self._request("DELETE", self.api_path)
        self._absorb({"unread": False}, complete=False)

    def unsubscribe(self) -> None:
        """Ignore it until the user takes part or is mentioned; also where the whole repository is watched."""
        self._request("PUT", f"{self.api_path}/subscription", json={"ignored": True})
