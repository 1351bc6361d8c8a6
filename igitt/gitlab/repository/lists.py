"""What a project of GitLab holds: its lists, and its single things by number or name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt._base.checks import is_whole
from igitt._objects.shared.things import CommonRepository
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.gitlab.base import Grouped, account_of, from_states, label_names, ordered, username
from igitt.gitlab.lists import ArrangedList
from igitt.interfaces.attributes import computed
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import as_names, to_instant
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.milestone import Milestone
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.interfaces.label import Label

__all__ = ["GitLabRepositoryLists"]

_STATES = {"open": "opened", "closed": "closed", "all": "all"}


class GitLabRepositoryLists(Grouped, CommonRepository):
    """The reading half of :class:`igitt.gitlab.repository.repository.GitLabRepository`."""

    __slots__ = ()
    kind = ""  # a half, no thing of its own

    @computed
    def languages(self) -> dict[str, float]:
        """Its programming languages in percent."""
        return dict(self.client.get(f"{self.api_path}/languages"))

    @computed
    def milestones(self) -> PaginatedList[Milestone]:
        """Its own milestones, in every state."""
        return self.client.list(f"{self.api_path}/milestones", self.client.Milestone, self)

    @computed
    def collaborators(self) -> PaginatedList[User]:
        """Its members, also through its groups."""
        return self.client.list(f"{self.api_path}/members/all", self.client.User)

    @computed
    def contributors(self) -> PaginatedList[User]:
        """Who wrote commits in it, by the mail addresses of the commits: one request for each address."""

        def accounts(found: list[dict[str, Any]]) -> list[User]:
            users = [account_of(self.client, data.get("email")) for data in found]
            return list(dict.fromkeys(user for user in users if user is not None))

        return ArrangedList(self.client.list_of(f"{self.api_path}/repository/contributors", dict), accounts)

    @computed
    def available_assignees(self) -> PaginatedList[User]:
        """The users that its issues can be assigned to: its members."""
        return self.client.list(f"{self.api_path}/users", self.client.User)

    def get_milestone(self, number: int) -> Milestone:
        """The milestone of that number, which is one request: GitLab's paths want the id."""
        if not is_whole(number):
            raise ValidationError(f"a milestone is known by its number, not by {number!r}")
        found = self.client.list(
            f"{self.api_path}/milestones", self.client.Milestone, self, params={"iids[]": number}
        ).first()
        if found is None or found.number != number:
            raise ElementDoesntExistError(f"{self._label()} has no milestone {number}", 404)
        return found

    def filter_issues(
        self,
        state: str = "open",
        *,
        labels: Iterable[Label | str] = (),
        assignee: User | str | None = None,
        author: User | str | None = None,
        milestone: Milestone | str | None = None,
        since: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[Issue]:
        """``GET /projects/:id/issues``."""
        params = {
            "scope": "all",
            "state": from_states(_STATES, state),
            "labels": ",".join(label_names(labels)) or None,
            "assignee_username": username(assignee),
            "author_username": username(author),
            "milestone": milestone.title if isinstance(milestone, Milestone) else milestone,
            "updated_after": to_instant(since),
            **ordered(sort, ascending=ascending),
        }
        return self.client.list(f"{self.api_path}/issues", self.client.Issue, self, params=params)

    def filter_merge_requests(
        self,
        state: str = "open",
        *,
        base: str | None = None,
        head: str | None = None,
        author: User | str | None = None,
        assignee: User | str | None = None,
        reviewer: User | str | None = None,
        milestone: Milestone | str | None = None,
        labels: Iterable[Label | str] = (),
        updated_after: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[MergeRequest]:
        """``GET /projects/:id/merge_requests``."""
        params = {
            "scope": "all",
            "state": from_states({**_STATES, "merged": "merged"}, state),
            "target_branch": base,
            "source_branch": head,
            "author_username": username(author),
            "assignee_username": username(assignee),
            "reviewer_username": username(reviewer),
            "milestone": None if milestone is None else as_names([milestone], "title", "milestone")[0],
            "labels": ",".join(label_names(labels)) or None,
            "updated_after": to_instant(updated_after),
            **ordered(sort, ascending=ascending),
        }
        return self.client.list(f"{self.api_path}/merge_requests", self.client.MergeRequest, self, params=params)

    def filter_commits(
        self,
        author: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        path: str | None = None,
        ref: str | None = None,
    ) -> PaginatedList[Commit]:
        """``GET /projects/:id/repository/commits``."""
        params = {
            "author": author,
            "since": to_instant(since),
            "until": to_instant(until),
            "path": path,
            "ref_name": ref,
        }
        return self.client.list(f"{self.api_path}/repository/commits", self.client.Commit, self, params=params)
