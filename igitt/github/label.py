"""GitHub's labels and milestones (source: https://docs.github.com/en/rest/issues/labels and …/milestones)."""

from __future__ import annotations

from datetime import date
from typing import Any

from igitt._base.paths import segment
from igitt._objects.resource import Editable, Field
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import color, day, from_words, instant, integer, nonempty, text, to_day, to_text
from igitt.interfaces.element import Unsupported
from igitt.interfaces.enums import MilestoneStates
from igitt.interfaces.issue import Issue
from igitt.interfaces.label import Label
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository

__all__ = ["GitHubLabel", "GitHubMilestone"]


def bare_color(value: str) -> str:
    """A colour as GitHub writes it, without the ``#``."""
    return color(value)[1:]


class GitHubLabel(GitHubPart, Label):
    """A label of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the label's name.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "labels"
    _is_renamed = _has_own_id = True
    _key = "name"
    _key_type = str

    name = Editable("name", text, nonempty, write="new_name")
    color = Editable("color", color, bare_color)
    description = Editable("description", text, to_text)

    @computed
    def web_url(self) -> str:
        """The page that lists what has it; the API gives none."""
        return f"{self._owner.web_url}/labels/{segment(self._key_value)}"

    def delete(self) -> None:
        """Remove it."""
        self._request("DELETE", self.api_path)


class GitHubMilestone(GitHubPart, Milestone):
    """A milestone of a repository.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the milestone's number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "milestones"
    _has_own_id = True
    _key = "number"

    number = Field("number", integer)
    title = Editable("title", text, nonempty)
    description = Editable("description", text, to_text)
    state = Field("state", from_words(MilestoneStates, {}))
    # GitHub keeps a moment and shows its day; noon in UTC is that day wherever GitHub's own clocks are.
    due_date = Editable[date | None]("due_on", day, lambda value: value and f"{to_day(value)}T12:00:00Z")
    start_date = Unsupported[date | None]("GitHub's milestones have no start")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def project(self) -> Repository | Organization:
        """The repository that it belongs to."""
        return self._owner

    def _planned(self, *, merge_requests: bool) -> PaginatedList[Any]:
        def belongs(data: Any) -> bool:
            return ("pull_request" in data) is merge_requests

        kind = "MergeRequest" if merge_requests else "Issue"
        params = {"milestone": self.number, "state": "all"}
        return self.client.list(f"{self._owner.api_path}/issues", kind, self._owner, params=params, keep=belongs)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """Its issues, open and closed."""
        return self._planned(merge_requests=False)

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """Its pull requests, in every state."""
        return self._planned(merge_requests=True)

    def close(self) -> None:
        """Mark it as reached."""
        self._write({"state": "closed"})

    def reopen(self) -> None:
        """Mark it as not reached yet."""
        self._write({"state": "open"})

    def delete(self) -> None:
        """Remove it."""
        self._request("DELETE", self.api_path)
