"""The reviewing of GitHub's pull requests (source: https://docs.github.com/en/rest/pulls/reviews).

What REST does not have, such as which reviews are the credential's own, is asked for by GraphQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from igitt._http.connection import ConnectionList
from igitt._objects.resource import Field
from igitt.errors import ConflictError, ValidationError
from igitt.github.base import GitHubPart
from igitt.github.discussion import THREADS
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import flag, without_none
from igitt.interfaces.element import unsupported
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request_reviews import MergeRequestReviews
from igitt.interfaces.review import Discussion, LineComment, Review, checked_review
from igitt.interfaces.user import User

__all__ = ["GitHubMergeRequestReviews", "commit_words"]

#: The verdicts of which a person's latest counts; a mere comment takes none back.
_VERDICTS = frozenset({"APPROVED", "CHANGES_REQUESTED", "DISMISSED"})
_OWN_APPROVALS = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviews(last: 100, states: [APPROVED]) { nodes { fullDatabaseId viewerDidAuthor } }
    }
  }
}
"""

_METHODS = frozenset({"merge", "squash", "rebase"})
_AUTO_MERGE = """
mutation(
  $id: ID!, $method: PullRequestMergeMethod!, $sha: GitObjectID, $commitHeadline: String, $commitBody: String
) {
  enablePullRequestAutoMerge(input: {
    pullRequestId: $id, mergeMethod: $method, expectedHeadOid: $sha,
    commitHeadline: $commitHeadline, commitBody: $commitBody
  }) {
    pullRequest { autoMergeRequest { mergeMethod } }
  }
}
"""
_NO_AUTO_MERGE = """
mutation($id: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $id}) { pullRequest { autoMergeRequest { mergeMethod } } }
}
"""


def commit_words(message: str | None) -> tuple[str | None, str | None]:
    """A message as GitHub takes it: the first line, and what comes after; None for what GitHub is to write."""
    if not message:
        return None, None
    headline, _, body = message.partition("\n")
    return headline, body.strip()


def _start(comment: LineComment) -> dict[str, Any]:
    """Where a comment on several lines begins; GitHub refuses a beginning that is the end."""
    return {} if comment.length == 1 else {"start_line": comment.start_line, "start_side": comment.side.upper()}


class GitHubMergeRequestReviews(GitHubPart, MergeRequestReviews):
    """The part of a pull request that is about reviewing it."""

    __slots__ = ()
    if TYPE_CHECKING:

        def merge(self, message: str | None = None, sha: str | None = None, method: str = "merge") -> None: ...

    auto_merge_enabled = Field("auto_merge", flag)

    def patch(self) -> str:
        """Its commits as mails."""
        return self._request("GET", self.api_path, accept="application/vnd.github.patch").text

    @computed_set
    def approvals(self) -> set[User]:
        """Whose latest verdict is an approval; GitHub gives reviews oldest first."""
        latest: dict[Any, dict[str, Any]] = {}
        for review in self.client.list_of(f"{self.api_path}/reviews", dict):
            if review.get("state") in _VERDICTS and review.get("user"):
                latest[review["user"].get("id")] = review
        approving = [review["user"] for review in latest.values() if review["state"] == "APPROVED"]
        return {self.client.User.from_data(user, self.client) for user in approving}

    @computed
    def reviews(self) -> PaginatedList[Review]:
        """What was said of it, oldest first."""
        return self.client.list(f"{self.api_path}/reviews", self.client.Review, self)

    @computed
    def review_comments(self) -> PaginatedList[Comment]:
        """The comments on its diff, oldest first."""
        return self.client.list(f"{self.api_path}/comments", self.client.Comment, self)

    @computed
    def discussions(self) -> PaginatedList[Discussion]:
        """The threads on its diff, oldest first, asked for by GraphQL: REST does not know them."""

        def make(node: Any) -> Discussion:
            return self.client.Discussion.from_data(node, self.client, self)

        place = ("repository", "pullRequest", "reviewThreads")
        return ConnectionList(self.client, THREADS, self._names(), place, make)

    def review(
        self,
        body: str = "",
        event: str = "comment",
        comments: Iterable[LineComment] = (),
        *,
        quick_actions: bool = False,
    ) -> Review:
        """Review it: ``POST …/pulls/{number}/reviews``, all in one request."""
        lines = [
            {"path": one.path, "line": one.line, "side": one.side.upper(), "body": one.body, **_start(one)}
            for one in checked_review(body, event, comments)
        ]
        said = without_none(event=event.upper(), body=body or None, comments=lines or None)
        return self._created(self.client.Review, "reviews", said)

    def approve(self, sha: str | None = None) -> None:
        """Approve it: ``POST …/pulls/{number}/reviews``."""
        body = without_none(event="APPROVE", commit_id=sha)
        self._request("POST", f"{self.api_path}/reviews", json=body)

    def unapprove(self) -> None:
        """Dismiss one's own approvals: one request finds them, by GraphQL, as an App has no user, and one for each."""
        found = self._ask(_OWN_APPROVALS).get("reviews") or {}
        for review in found.get("nodes") or ():
            if review and review.get("viewerDidAuthor"):
                path = f"{self.api_path}/reviews/{review['fullDatabaseId']}/dismissals"
                self._request("PUT", path, json={"message": "Approval taken back", "event": "DISMISS"})

    def enable_auto_merge(self, method: str = "merge", sha: str | None = None, message: str | None = None) -> None:
        """Have GitHub merge it, which GraphQL does: one request, another where the id is not known.

        GitHub refuses where nothing stands in the way; then it is merged as ever.
        """
        if method not in _METHODS:
            raise ValidationError(f"GitHub cannot merge by {method!r}; there are {', '.join(sorted(_METHODS))}")
        headline, body = commit_words(message)
        variables = {"method": method.upper(), "sha": sha, "commitHeadline": headline, "commitBody": body}
        try:
            answer = self.client.graphql(_AUTO_MERGE, {"id": self._node, **variables})
        except ValidationError as error:
            if "clean status" not in error.message:
                raise
            self.merge(message, sha, method)
        else:
            found = (answer.get("enablePullRequestAutoMerge") or {}).get("pullRequest") or {}
            if found.get("autoMergeRequest"):
                self._absorb({"auto_merge": {"merge_method": method}}, complete=False)
            elif not (self.refresh().auto_merge_enabled or self._data.get("merged_at")):
                raise ConflictError("GitHub did not take it to be merged later", data=answer, url=self.url)

    def disable_auto_merge(self) -> None:
        """Have GitHub no longer wait, which GraphQL does; a refusal is one only where it does wait."""
        try:
            self.client.graphql(_NO_AUTO_MERGE, {"id": self._node})
        except ValidationError:
            self.refresh()
            if self.auto_merge_enabled:
                raise
        self._absorb({"auto_merge": None}, complete=False)

    def update_branch(self, sha: str | None = None) -> None:
        """Merge the base into the head branch: ``PUT …/pulls/{number}/update-branch``."""
        self._request("PUT", f"{self.api_path}/update-branch", json=without_none(expected_head_sha=sha))
        self._outdate()

    @unsupported("GitHub rebases only when it merges; update_branch() merges the base into the head branch")
    def rebase(self) -> None:
        """Put the commits of the head branch on top of the target branch."""

    def _ask(self, query: str) -> dict[str, Any]:
        """What GraphQL says about this pull request."""
        found = self.client.graphql(query, self._names()).get("repository") or {}
        asked: dict[str, Any] = found.get("pullRequest") or {}
        return asked

    def _names(self) -> dict[str, Any]:
        """What GraphQL knows this pull request by."""
        owner, _, name = self._repository.full_name.partition("/")
        return {"owner": owner, "name": name, "number": self._key_value}
