"""GitLab's milestones (source: https://docs.gitlab.com/api/milestones/ and …/group_milestones/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from igitt._objects.resource import Editable, Field
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.convert import day, from_words, instant, integer, nonempty, text, to_day, to_text
from igitt.interfaces.enums import MilestoneStates
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.organization import Organization
from igitt.interfaces.repository import Repository

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.element import Element
    from igitt.interfaces.hoster import Hoster

__all__ = ["GitLabMilestone"]


class GitLabMilestone(GitLabPart, Milestone):
    """A milestone of a project or a group.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project or group; a text or number is the project's.
        key: the milestone's id (:attr:`identifier`), which GitLab's paths want; :attr:`number` is another one.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "milestones"

    number = Field("iid", integer)
    title = Editable("title", text, nonempty)
    description = Editable("description", text, to_text)
    state = Field("state", from_words(MilestoneStates, {"active": MilestoneStates.OPEN}))
    due_date = Editable[date | None]("due_date", day, to_day)
    start_date = Editable[date | None]("start_date", day, to_day)
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one of JSON that is at hand; one of a group belongs to it, also where it came with a project's issue."""
        if isinstance(data, dict) and data.get("group_id") is not None and getattr(scope, "kind", "") == "repository":
            scope = None
        return super().from_data(data, client, scope)

    @computed
    def project(self) -> Repository | Organization:
        """The project or group that it belongs to."""
        return self._owner

    def _planned(self, collection: str, cls: str) -> PaginatedList[Any]:
        scope = self._owner if self._owner.kind == "repository" else None
        return self.client.list(f"{self.api_path}/{collection}", cls, scope)

    @computed
    def issues(self) -> PaginatedList[Issue]:
        """Its issues, open and closed."""
        return self._planned("issues", "Issue")

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """Its merge requests, in every state."""
        return self._planned("merge_requests", "MergeRequest")

    def close(self) -> None:
        self._write({"state_event": "close"})

    def reopen(self) -> None:
        self._write({"state_event": "activate"})

    def delete(self) -> None:
        self._request("DELETE", self.api_path)
