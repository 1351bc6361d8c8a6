"""GitHub's comments and reactions.

GitHub has three kinds of comments, each with numbers and paths of its own: on issues and pull requests, on a pull
request's diff, and on commits. Sources: https://docs.github.com/en/rest/issues/comments, …/rest/pulls/comments,
…/rest/commits/comments, …/rest/reactions.
"""

from __future__ import annotations

from typing import Any, Self

from igitt._objects.resource import Editable, Field, Related
from igitt.errors import ConflictError, ValidationError
from igitt.github.base import GitHubPart, Reactable
from igitt.interfaces.attributes import computed
from igitt.interfaces.comment import Comment
from igitt.interfaces.convert import instant, integer, text, to_text
from igitt.interfaces.enums import CommentType
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.reaction import Reaction
from igitt.interfaces.repository import Repository
from igitt.interfaces.user import User

__all__ = ["GitHubComment", "GitHubReaction"]

_COLLECTIONS = {
    CommentType.ISSUE: "issues/comments",
    CommentType.MERGE_REQUEST: "issues/comments",
    CommentType.REVIEW: "pulls/comments",
    CommentType.COMMIT: "comments",
}
_SCOPES = {
    "issue": CommentType.ISSUE,
    "merge request": CommentType.MERGE_REQUEST,
    "commit": CommentType.COMMIT,
}


_REASONS = ("abuse", "duplicate", "off-topic", "outdated", "resolved", "spam")
_HIDE = """
mutation($id: ID!, $reason: ReportedContentClassifiers!) {
  minimizeComment(input: {subjectId: $id, classifier: $reason}) { minimizedComment { isMinimized } }
}
"""


class GitHubComment(Reactable, Comment):
    """A comment.

    Args:
        client: the client, or a token for github.com.
        scope: the issue, pull request or commit that it is on, or the repository.
        key: its number.
        type: what it is on, where the scope does not say.
    """

    __slots__ = ()
    _listed_whole = True
    _key = "id"

    def __init__(self, client: Any, scope: Any, key: int, type: CommentType | None = None) -> None:  # noqa: A002 - the attribute's name
        super().__init__(client, scope, key)
        if type is not None:
            self._data = {**self._data, "_type": type}

    number = Field("id", integer)
    body = Editable("body", text, to_text)
    author = Related[User | None]("user", "User")
    created = Field("created_at", instant)
    updated = Field("updated_at", instant)

    @computed
    def type(self) -> CommentType:
        """What it was written on, according to its own data, or what it was made with."""
        data = self._data
        if "_type" in data:
            return CommentType(data["_type"])
        if "pull_request_url" in data or "pull_request_review_id" in data:
            return CommentType.REVIEW
        if "issue_url" in data:
            on_merge_request = "/pull/" in text(data.get("html_url"))
            return CommentType.MERGE_REQUEST if on_merge_request else CommentType.ISSUE
        if "commit_id" in data:
            return CommentType.COMMIT
        return _SCOPES.get(self._owner.kind, CommentType.ISSUE)

    def _address(self) -> dict[str, Any]:
        return {**super()._address(), "_type": str(self.type)}

    @property
    def api_path(self) -> str:
        """Below the repository, whatever it is on."""
        return f"{self._repository.api_path}/{_COLLECTIONS[self.type]}/{self._key_value}"

    @computed
    def repository(self) -> Repository:
        """The repository that it belongs to."""
        return self._repository

    @computed
    def reactions(self) -> PaginatedList[Reaction]:
        """The emoji on it."""
        return self._reactions()

    def hide(self, reason: str = "outdated") -> None:
        """Fold it away, which GitHub can only by GraphQL.

        Source: https://docs.github.com/en/graphql/reference/mutations#minimizecomment
        """
        if reason not in _REASONS:
            raise ValidationError(f"a comment is hidden as one of {', '.join(_REASONS)}, not {reason!r}")
        variables = {"id": self._node, "reason": reason.replace("-", "_").upper()}
        found = (self.client.graphql(_HIDE, variables).get("minimizeComment") or {}).get("minimizedComment") or {}
        if found.get("isMinimized") is not True:
            raise ConflictError("GitHub did not hide the comment", data=found)

    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Answer it: in its thread if it is on a diff, otherwise below it."""
        kind, scope = self.type, self._scope
        if kind in {CommentType.ISSUE, CommentType.MERGE_REQUEST} and isinstance(scope, Issue):
            return scope.add_comment(body)
        place_of = {CommentType.REVIEW: "pull_request_url", CommentType.COMMIT: "commit_id"}.get(kind, "issue_url")
        base, data = self._repository.api_path, self._data if place_of in self._data else self.data
        if kind is CommentType.REVIEW:
            number = text(data.get("pull_request_url")).rpartition("/")[2]
            answer = self._request("POST", f"{base}/pulls/{number}/comments/{self.number}/replies", json={"body": body})
        elif kind is CommentType.COMMIT:
            place = {key: data[key] for key in ("path", "position") if data.get(key) is not None}
            answer = self._request(
                "POST", f"{base}/commits/{data.get('commit_id')}/comments", json={"body": body, **place}
            )
        else:
            number = text(data.get("issue_url")).rpartition("/")[2]
            answer = self._request("POST", f"{base}/issues/{number}/comments", json={"body": body})
        return type(self).from_data(answer.data, self.client, self._scope)

    def delete(self) -> None:
        """Remove it."""
        self._request("DELETE", self.api_path)


class GitHubReaction(GitHubPart, Reaction):
    """An emoji on an issue, a pull request or a comment.

    Args:
        client: the client, or a token for github.com.
        scope: what it is on.
        key: its number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "reactions"

    name = Field("content", text)
    user = Related[User | None]("user", "User")

    @computed
    def web_url(self) -> str:
        """The page of what it is on; it has none of its own."""
        return str(self._owner.web_url)

    @property
    def api_path(self) -> str:
        """Below what it is on; GitHub keeps a pull request's reactions with its issue."""
        owner: Any = self._owner
        return f"{getattr(owner, '_reactions_path', owner.api_path)}/reactions/{self._key_value}"

    def refresh(self) -> Self:
        """Read it again out of the list that it is in: GitHub has no address for a single one."""
        for reaction in self._owner.reactions:
            if reaction == self:
                self._absorb(dict(reaction._data))
                return self
        return super().refresh()

    def delete(self) -> None:
        """Take it away again."""
        self._request("DELETE", self.api_path)
