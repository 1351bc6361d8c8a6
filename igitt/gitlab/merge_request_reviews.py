"""The reviewing of GitLab's merge requests.

Sources: https://docs.gitlab.com/api/merge_request_approvals/, …/api/draft_notes/, …/api/discussions/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.errors import AuthenticationError, ElementDoesntExistError, PermissionDeniedError
from igitt.gitlab.base import GitLabPart, told_as, without_none
from igitt.gitlab.diffs import mail
from igitt.interfaces.attributes import Attribute, computed
from igitt.interfaces.commit import Commit
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request_reviews import MergeRequestReviews
from igitt.interfaces.user import User

__all__ = ["GitLabMergeRequestReviews"]


class GitLabMergeRequestReviews(GitLabPart, MergeRequestReviews):
    """The part of a merge request that is about reviewing it."""

    __slots__ = ()
    if TYPE_CHECKING:
        commits: Attribute[PaginatedList[Commit]]

    def patch(self) -> str:
        """Its commits as mails, which igitt writes, with one request for each commit: GitLab's API has none."""
        found: list[Any] = [commit for commit in self.commits if len(commit.parents) < 2]
        return "".join(
            mail(commit.data, commit.unified_diff, number, len(found)) for number, commit in enumerate(found, 1)
        )

    @computed
    def approvals(self) -> set[User]:
        """Whose approval stands; ``GET …/approvals``."""
        people = self._approvals().get("approved_by") or ()
        return {self.client.User.from_data(entry["user"], self.client) for entry in people if entry.get("user")}

    def _approvals(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self.api_path}/approvals")
        return found

    def approve(self, sha: str | None = None) -> None:
        """Approve it: ``POST …/approve``. Why GitLab refuses, which it does not tell, is asked for."""
        try:
            self.client.request("POST", f"{self.api_path}/approve", json=without_none(sha=sha))
        except AuthenticationError as error:
            if not self._approvals().get("user_has_approved"):
                reason = "this user may not approve it; who may, the project's settings tell"
                raise told_as(PermissionDeniedError, error, reason) from error

    def unapprove(self) -> None:
        """Take the own approval back: ``POST …/unapprove``."""
        try:
            self.client.request("POST", f"{self.api_path}/unapprove")
        except ElementDoesntExistError:
            self._approvals()  # which says so itself if it is the merge request that does not exist
