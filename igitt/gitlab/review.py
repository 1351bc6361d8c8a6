"""GitLab's reviews.

GitLab has no object for one: it keeps a state with each reviewer, and a list of who approved. What a user thinks by
these two is that user's review.
Sources: https://docs.gitlab.com/api/merge_requests/#get-single-merge-request-reviewers, …/api/merge_request_approvals/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from igitt._objects.resource import Field, Related
from igitt.errors import ElementDoesntExistError
from igitt.gitlab.base import GitLabPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import from_words, integer, optional_instant
from igitt.interfaces.element import Unsupported, unsupported
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.review import Review, ReviewStates
from igitt.interfaces.user import User

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.element import Element
    from igitt.interfaces.hoster import Hoster

__all__ = ["GitLabReview"]

_STATES = from_words(
    ReviewStates,
    {
        "requested_changes": ReviewStates.CHANGES_REQUESTED,
        "reviewed": ReviewStates.COMMENTED,
        "review_started": ReviewStates.PENDING,
        "unapproved": ReviewStates.DISMISSED,
    },
)


class GitLabReview(GitLabPart, Review):
    """What a user thinks of a merge request.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the merge request.
        key: the user's number.
    """

    __slots__ = ()
    _collection = "reviewers"
    _key = "user_id"

    identifier = Field("user_id", integer)
    state = Field("state", _STATES)
    author = Related[User | None]("user", "User")
    submitted = Field("approved_at", optional_instant)
    comments = Unsupported[PaginatedList[Comment]]("GitLab does not keep which comments came with a review")

    @classmethod
    def from_data(
        cls, data: Mapping[str, Any], client: Hoster | Token | str, scope: Element | str | int | None = None
    ) -> Self:
        """Make one of JSON that is at hand: of a reviewer, or of an approval."""
        if isinstance(data, dict) and isinstance(data.get("user"), dict):
            data = {"user_id": data["user"].get("id"), **data}
        return super().from_data(data, client, scope)

    @computed
    def web_url(self) -> str:
        """The merge request's page; it has none of its own."""
        return self._owner.web_url

    @computed
    def body(self) -> str:
        """Nothing: the words of a review are a comment."""
        return ""

    @computed
    def commit(self) -> Commit | None:
        """None: GitLab does not keep which head was reviewed."""
        return None

    @computed
    def merge_request(self) -> MergeRequest:
        """What it is about."""
        return self._owner

    def refresh(self) -> Self:
        """Read it again out of the two lists that it is in: GitLab has no address for a single one."""
        for review in self._owner.reviews:
            if review._key_value == self._key_value:
                self._absorb(dict(review._data))
                return self
        raise ElementDoesntExistError(
            "GitLab keeps no review of this user, who neither approves nor is a reviewer", 404
        )

    @unsupported("GitLab lets nobody take back another's verdict; unapprove() takes back one's own")
    def dismiss(self, message: str) -> None:
        """Make its verdict void."""
