"""GitHub's review threads, which only GraphQL knows.

Source: https://docs.github.com/en/graphql/reference/objects#pullrequestreviewthread
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from igitt._http.connection import ConnectionList
from igitt._objects.resource import Field
from igitt.errors import ElementDoesntExistError
from igitt.github.base import GitHubPart
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import flag, nonempty, optional_integer, optional_text, text
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.review import Discussion
from igitt.interfaces.user import User

__all__ = ["THREADS", "GitHubDiscussion"]

_ACTOR = "{ __typename login ... on User { databaseId } ... on Bot { databaseId } }"
_COMMENTS = f"""{{
  totalCount
  pageInfo {{ hasNextPage endCursor }}
  nodes {{
    id fullDatabaseId body createdAt updatedAt url path
    author {_ACTOR}
    pullRequestReview {{ fullDatabaseId }}
  }}
}}"""
#: Who resolved it is a user by GitHub's schema, and can be asked for nothing else.
_RESOLVER = "{ __typename login databaseId }"
_THREAD = f"{{ id isResolved path line resolvedBy {_RESOLVER} comments(first: 100) {_COMMENTS} }}"
#: The threads of a pull request, after a cursor.
THREADS = f"""
query($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      reviewThreads(first: 50, after: $after) {{
        totalCount
        pageInfo {{ hasNextPage endCursor }}
        nodes {_THREAD}
      }}
    }}
  }}
}}
"""
_ONE = f"query($id: ID!) {{ node(id: $id) {{ ... on PullRequestReviewThread {_THREAD} }} }}"
_MORE = f"""
query($id: ID!, $after: String) {{
  node(id: $id) {{ ... on PullRequestReviewThread {{ comments(first: 100, after: $after) {_COMMENTS} }} }}
}}
"""


class GitHubDiscussion(GitHubPart, Discussion):
    """A thread on a line of a pull request's diff.

    Args:
        client: the client, or a token for github.com.
        scope: the pull request.
        key: its id in GraphQL.
    """

    __slots__ = ()
    _key_type = str

    identifier = Field("id", text)
    is_resolved = Field("isResolved", flag)
    path = Field("path", optional_text)
    line = Field("line", optional_integer)

    @property
    def api_path(self) -> str:
        """That of all comments on the diff: it has none of its own in REST."""
        return f"{self._owner.api_path}/comments"

    @computed
    def web_url(self) -> str:
        """The place of its first comment."""
        first = self.comments.first()
        return self._owner.web_url if first is None else first.web_url

    @computed
    def resolved_by(self) -> User | None:
        """Who said that it is settled."""
        data = Field("resolvedBy", _user).__get__(self, type(self))
        return self.client.User.from_data(data, self.client) if data else None

    @computed
    def merge_request(self) -> MergeRequest:
        """The pull request."""
        return self._owner

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said, oldest first."""
        first = Field[Any]("comments", lambda value: value).__get__(self, type(self))
        return ConnectionList(
            self.client, _MORE, {"id": self._key_value}, ("node", "comments"), self._comment, first=first
        )

    def _comment(self, node: Mapping[str, Any]) -> Comment:
        """A comment out of GraphQL's words, in those of REST; what they lack is asked for when it is read."""
        review = node.get("pullRequestReview") or {}
        data = {
            "id": optional_integer(node.get("fullDatabaseId")),
            "node_id": node.get("id"),
            "body": node.get("body"),
            "user": _user(node.get("author")),
            "created_at": node.get("createdAt"),
            "updated_at": node.get("updatedAt"),
            "html_url": node.get("url"),
            "path": node.get("path"),
            "pull_request_review_id": optional_integer(review.get("fullDatabaseId")),
        }
        return self.client.Comment.from_data(data, self.client, self._owner)

    def refresh(self) -> Self:
        """Read it again, by GraphQL."""
        found = self.client.graphql(_ONE, {"id": self._key_value}).get("node")
        if not found:
            raise ElementDoesntExistError("GitHub has no such discussion, or this token may not see it", 404)
        self._absorb(found)
        return self

    def resolve(self) -> None:
        """Say that it is settled."""
        self._settle("resolveReviewThread")

    def unresolve(self) -> None:
        """Say that it is not settled after all."""
        self._settle("unresolveReviewThread")

    def _settle(self, mutation: str) -> None:
        query = f"mutation($id: ID!) {{ {mutation}(input: {{threadId: $id}}) {{ thread {_THREAD} }} }}"
        self._absorb((self.client.graphql(query, {"id": self._key_value}).get(mutation) or {}).get("thread"))

    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Say something in it: ``POST …/pulls/{number}/comments/{comment_id}/replies``, below its first comment."""
        first = self.comments.first()
        if first is None:
            raise ElementDoesntExistError("this discussion has no comment any more that could be answered", 404)
        path = f"{self.api_path}/{first.number}/replies"
        data = self._request("POST", path, json={"body": nonempty(body)}).data
        self._outdate()
        return self.client.Comment.from_data(data, self.client, self._owner)


def _user(actor: Any) -> dict[str, Any] | None:
    """A user in REST's words; REST ends the names of bots with ``[bot]``."""
    if not isinstance(actor, dict) or not actor.get("login"):
        return None
    bot = actor.get("__typename") == "Bot"
    user = {"login": f"{actor['login']}[bot]" if bot else actor["login"], "type": actor.get("__typename")}
    return user if actor.get("databaseId") is None else {**user, "id": actor["databaseId"]}
