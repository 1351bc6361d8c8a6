"""The reviewing of GitHub's pull requests (source: https://docs.github.com/en/rest/pulls/reviews).

What REST does not tell, such as which reviews are the credential's own, is asked for by GraphQL.
"""

from __future__ import annotations

from typing import Any

from igitt.github.base import GitHubPart, without_none
from igitt.interfaces.attributes import computed
from igitt.interfaces.merge_request_reviews import MergeRequestReviews
from igitt.interfaces.user import User

__all__ = ["GitHubMergeRequestReviews"]

#: The verdicts of which a person's latest counts; a mere comment takes none back.
_VERDICTS = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
_OWN_APPROVALS = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviews(last: 100, states: [APPROVED]) { nodes { databaseId viewerDidAuthor } }
    }
  }
}
"""


class GitHubMergeRequestReviews(GitHubPart, MergeRequestReviews):
    """The part of a pull request that is about reviewing it."""

    __slots__ = ()

    def patch(self) -> str:
        """Its commits as mails."""
        return self.client.request("GET", self.api_path, accept="application/vnd.github.patch").text

    @computed
    def approvals(self) -> set[User]:
        """Whose latest verdict is an approval; GitHub gives reviews oldest first."""
        latest: dict[Any, dict[str, Any]] = {}
        for review in self.client.list_of(f"{self.api_path}/reviews", dict):
            if review.get("state") in _VERDICTS and review.get("user"):
                latest[review["user"].get("id")] = review
        approving = [review["user"] for review in latest.values() if review["state"] == "APPROVED"]
        return {self.client.User.from_data(user, self.client) for user in approving}

    def approve(self, sha: str | None = None) -> None:
        """Approve it: ``POST …/pulls/{number}/reviews``."""
        body = without_none(event="APPROVE", commit_id=sha)
        self.client.request("POST", f"{self.api_path}/reviews", json=body)

    def unapprove(self) -> None:
        """Dismiss one's own approvals: one request finds them, by GraphQL, as an App has no user, and one for each."""
        found = self._ask(_OWN_APPROVALS).get("reviews") or {}
        for review in found.get("nodes") or ():
            if review and review.get("viewerDidAuthor"):
                path = f"{self.api_path}/reviews/{review['databaseId']}/dismissals"
                self.client.request("PUT", path, json={"message": "Approval taken back", "event": "DISMISS"})

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """What GraphQL tells of this pull request."""
        owner, _, name = self._repository.full_name.partition("/")
        variables = {"owner": owner, "name": name, "number": self._key_value, **variables}
        found = self.client.graphql(query, variables).get("repository") or {}
        asked: dict[str, Any] = found.get("pullRequest") or {}
        return asked
