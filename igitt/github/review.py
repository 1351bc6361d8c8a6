"""GitHub's reviews (source: https://docs.github.com/en/rest/pulls/reviews)."""

from __future__ import annotations

from typing import Any

from igitt._objects.resource import Field, Related
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import Commit
from igitt.interfaces.convert import from_words, nonempty, optional_instant, optional_text, text
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.review import Review, ReviewStates
from igitt.interfaces.user import User

__all__ = ["GitHubReview"]

#: In upper case in the API, in lower case in webhooks.
_STATES = {
    word: state
    for state in ReviewStates
    for word in (state.name, state.name.lower())
    if state is not ReviewStates.UNKNOWN
}


class GitHubReview(GitHubPart, Review):
    """A review of a pull request.

    Args:
        client: the client, or a token for github.com.
        scope: the pull request.
        key: its number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "reviews"

    state = Field("state", from_words(ReviewStates, _STATES))
    author = Related[User | None]("user", "User")
    body = Field("body", text)
    submitted = Field("submitted_at", optional_instant)

    def _locate(self) -> Any:
        number = text(self._data.get("pull_request_url")).rpartition("/")[2]
        repository = super()._locate()
        return self.client.MergeRequest(self.client, repository, number) if number else repository

    @computed
    def commit(self) -> Commit | None:
        """The head that was reviewed."""
        sha = Field("commit_id", optional_text).__get__(self, type(self))
        return self.client.Commit(self.client, self._repository, sha) if sha else None

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """The comments on the diff that came with it."""
        return self.client.list(f"{self.api_path}/comments", self.client.Comment, self._owner)

    @computed
    def merge_request(self) -> MergeRequest:
        """The pull request."""
        return self._owner

    def dismiss(self, message: str) -> None:
        """Make its verdict void: ``PUT …/reviews/{id}/dismissals``."""
        body = {"message": nonempty(message), "event": "DISMISS"}
        self._absorb(self._request("PUT", f"{self.api_path}/dismissals", json=body).data)
