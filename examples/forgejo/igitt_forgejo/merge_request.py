"""Forgejo's pull requests and their reviews (source: https://codeberg.org/api/swagger).

Each is an issue too: comments, labels and reactions are kept with the issue of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Self

from igitt.errors import ConflictError, ValidationError
from igitt.interfaces import (
    Comment,
    Commit,
    FileChange,
    Issue,
    LineComment,
    MergeRequest,
    MergeRequestStates,
    MergeStatus,
    PaginatedList,
    Repository,
    Review,
    ReviewStates,
    Team,
    User,
    computed,
)
from igitt.provider import (
    Editable,
    EditableRelatedSet,
    Field,
    ReferringMergeRequest,
    Related,
    RelatedSet,
    WholeList,
    checked_review,
    computed_set,
    flag,
    from_words,
    integer,
    issues_named,
    nonempty,
    optional_instant,
    optional_text,
    shaped,
    text,
    without_none,
)
from igitt_forgejo.base import JSON, ForgejoPart, logins
from igitt_forgejo.code import encoded_path, file_change, with_patches
from igitt_forgejo.issue import ForgejoIssue

__all__ = ["DRAFT", "ForgejoMergeRequest", "ForgejoReview"]

#: How the title of a draft begins; Forgejo knows drafts by nothing else.
DRAFT = "WIP: "
_DRAFT = re.compile(r"\s*(?:WIP:|\[WIP\])\s*", re.IGNORECASE)
_METHODS = {"merge": "merge", "squash": "squash", "rebase": "rebase"}
_EVENTS = {"approve": "APPROVED", "request_changes": "REQUEST_CHANGES", "comment": "COMMENT"}
_STATES = {
    "APPROVED": ReviewStates.APPROVED,
    "REQUEST_CHANGES": ReviewStates.CHANGES_REQUESTED,
    "COMMENT": ReviewStates.COMMENTED,
    "PENDING": ReviewStates.PENDING,
    "REQUEST_REVIEW": ReviewStates.PENDING,
}


class ForgejoMergeRequest(ReferringMergeRequest, ForgejoIssue, MergeRequest):  # pyright: ignore[reportIncompatibleVariableOverride]  # a computed is an Attribute
    """A pull request of a repository.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the repository: an object, its full name, id or URL.
        key: its number.
    """

    __slots__ = ()
    _collection = "pulls"
    _lacks = {
        "auto_merge_enabled": "Forgejo does not tell what it will merge by itself",
        "discussions": "Forgejo's API has no threads",
        "is_first_contribution": "Forgejo does not tell whether it is its author's first",
        "pipelines": "Forgejo's runs of workflows are not told by pull request",
    }

    base_branch_name = Editable("base.ref", text, write="base")
    head_branch_name = Field("head.ref", text)
    source_repository = Related[Repository | None]("head.repo", "Repository")
    merged_at = Field("merged_at", optional_instant)
    merged_by = Related[User | None]("merged_by", "User")
    reviewer_teams = RelatedSet[Team]("requested_reviewers_teams", "Team")
    reviewers = EditableRelatedSet[User](
        "requested_reviewers",
        "User",
        logins,
        write="reviewers",
        ways=("request_review", "remove_reviewers"),
        whole=False,
    )

    @classmethod
    def from_data(cls, data: JSON, client: Any, scope: Any = None) -> Self:
        """Make one of JSON that is at hand, also of an issue's, whose id is not the pull request's."""
        if isinstance(data, dict) and data.get("pull_request") and "head" not in data:
            data = {key: value for key, value in data.items() if key != "id"}
        return super().from_data(data, client, scope)

    def _lookup(self, key: str) -> Any:
        # Lists of issues tell of a pull request that it was merged, and not by whom.
        told = self._data.get("pull_request")
        if key == "merged_at" and isinstance(told, dict) and key in told:
            return told[key]
        return super()._lookup(key)

    @computed
    def state(self) -> MergeRequestStates:  # pyright: ignore[reportIncompatibleVariableOverride]  # its own set of words
        """Open, closed or merged."""
        if Field("state", text).__get__(self, type(self)) == "open":
            return MergeRequestStates.OPEN
        return MergeRequestStates.MERGED if self.merged_at else MergeRequestStates.CLOSED

    @computed
    def is_draft(self) -> bool:
        """Whether its title says that it is still being worked on."""
        return _DRAFT.match(self.title) is not None

    @computed
    def target_repository(self) -> Repository:
        """Where it is to be merged."""
        found: Repository = self._owner
        return found

    @computed
    def base(self) -> Commit:
        """The commit that it is compared with."""
        return self._commit("base")

    @computed
    def head(self) -> Commit:
        """Its newest commit; its statuses are the target repository's."""
        return self._commit("head")

    def _commit(self, end: str) -> Commit:
        return self.client.Commit(self.client, self._owner, Field(f"{end}.sha", text).__get__(self, type(self)))

    @computed
    def commits(self) -> PaginatedList[Commit]:
        """Its commits, oldest first; Forgejo gives them newest first, so all pages are read."""

        def read() -> list[Commit]:
            return list(self.client.list(f"{self.api_path}/commits", "Commit", self._owner))[::-1]

        return WholeList(f"{self._label()}/commits", read)

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changes; the patches are cut out of its diff, which is a second request."""

        def read() -> list[FileChange]:
            return with_patches(list(self.client.list_of(f"{self.api_path}/files", file_change)), self.diff())

        return WholeList(f"{self._label()}/files", read)

    @computed
    def diffstat(self) -> tuple[int, int]:
        """Lines added and lines removed."""
        data = self._data if "additions" in self._data else self.data
        return integer(data.get("additions", 0)), integer(data.get("deletions", 0))

    @computed
    def merge_commit_sha(self) -> str | None:
        """The commit that merging made."""
        return None if self.merged_at is None else Field("merge_commit_sha", optional_text).__get__(self, type(self))

    @computed
    def mergeable(self) -> bool | None:
        """Whether it could be merged now."""
        if self.state is not MergeRequestStates.OPEN:
            return False
        return Field("mergeable", flag).__get__(self, type(self))

    @computed
    def approvals_required(self) -> int:
        """What the protection of its target branch wants: ``GET …/branches/{branch}``."""
        found = self.client.get(f"{self._owner.api_path}/branches/{encoded_path(self.base_branch_name)}")
        with shaped("a branch"):
            return integer(found.get("required_approvals") or 0)

    @computed
    def merge_status(self) -> MergeStatus:
        """Forgejo tells no more than whether it can be merged, so what is not, and is no draft, is blocked."""
        if self.state is not MergeRequestStates.OPEN:
            return MergeStatus.CLOSED
        if self.is_draft:
            return MergeStatus.DRAFT
        return MergeStatus.MERGEABLE if self.mergeable else MergeStatus.BLOCKED

    def diff(self) -> str:
        """Its unified diff: ``GET …/pulls/{number}.diff``."""
        return self._request("GET", f"{self.api_path}.diff", accept="text/plain").text

    def patch(self) -> str:
        """Its commits as mails: ``GET …/pulls/{number}.patch``."""
        return self._request("GET", f"{self.api_path}.patch", accept="text/plain").text

    @computed_set
    def closes_issues(self) -> set[Issue]:
        """The issues that merging it closes, as its title, its description and its commits say: one request."""
        texts = [self.title, self.description, *(commit.message for commit in self.commits)]
        return {issue for said in texts for issue in issues_named(self, said, closed=True)}

    # --- writing -----------------------------------------------------------------------------------------------------

    def merge(
        self,
        message: str | None = None,
        sha: str | None = None,
        method: str = "merge",
        *,
        remove_source_branch: bool | None = None,
        when_pipeline_succeeds: bool = False,
    ) -> None:
        """Merge it: ``POST …/pulls/{number}/merge``."""
        if method not in _METHODS:
            raise ValidationError(f"igitt merges by {', '.join(sorted(_METHODS))}, not by {method!r}")
        title, _, rest = (message or "").partition("\n")
        body = without_none(
            Do=_METHODS[method],
            MergeTitleField=title or None,
            MergeMessageField=rest.strip() or None,
            head_commit_id=sha,
            delete_branch_after_merge=remove_source_branch,
            merge_when_checks_succeed=when_pipeline_succeeds or None,
        )
        self._send("POST", f"{self.api_path}/merge", body)
        self._outdate()

    def enable_auto_merge(self, method: str = "merge", sha: str | None = None, message: str | None = None) -> None:
        """Have Forgejo merge it when its checks succeed."""
        self.merge(message, sha, method, when_pipeline_succeeds=True)

    def disable_auto_merge(self) -> None:
        """Have Forgejo no longer wait: ``DELETE …/pulls/{number}/merge``."""
        self._send("DELETE", f"{self.api_path}/merge")

    def mark_ready(self) -> None:
        """Take what marks a draft off the title."""
        if self.is_draft:
            self._write({"title": _DRAFT.sub("", self.title, count=1)})

    def convert_to_draft(self) -> None:
        """Begin the title with what marks a draft."""
        if not self.is_draft:
            self._write({"title": f"{DRAFT}{self.title}"})

    def update_branch(self, sha: str | None = None) -> None:
        """Merge the base into the head branch: ``POST …/pulls/{number}/update``."""
        self._update("merge", sha)

    def rebase(self) -> None:
        """Put the commits of the head branch on top of the target branch."""
        self._update("rebase", None)

    def _update(self, style: str, sha: str | None) -> None:
        if sha is not None and self.refresh().head.sha != sha:
            raise ConflictError(f"the head is not {sha} any more; nothing was changed", 409)
        self._request("POST", f"{self.api_path}/update", params={"style": style})
        self._outdate()

    def request_review(self, *users: Any) -> None:
        """Ask users to review it."""
        self._change_reviewers("POST", users)

    def remove_reviewers(self, *users: Any) -> None:
        """Ask users no longer to review it."""
        self._change_reviewers("DELETE", users)

    def _change_reviewers(self, method: Any, users: tuple[Any, ...]) -> None:
        if users:
            self._send(method, f"{self.api_path}/requested_reviewers", {"reviewers": logins(users)})
            self._outdate()

    # --- reviews -----------------------------------------------------------------------------------------------------

    @computed
    def reviews(self) -> PaginatedList[Review]:
        """What was said of it, oldest first."""
        return self.client.list(f"{self.api_path}/reviews", "Review", self)

    @computed
    def review_comments(self) -> PaginatedList[Comment]:
        """The comments on its diff: one request for the reviews, and one for each."""

        def read() -> list[Comment]:
            return [comment for review in self.reviews for comment in review.comments]

        return WholeList(f"{self._label()}/comments", read)

    @computed_set
    def approvals(self) -> set[User]:
        """Whose latest verdict is an approval that nobody dismissed."""
        latest: dict[User, ReviewStates] = {}
        for review in self.reviews:
            if review.author is not None and review.state not in {ReviewStates.COMMENTED, ReviewStates.PENDING}:
                latest[review.author] = review.state
        return {user for user, state in latest.items() if state is ReviewStates.APPROVED}

    def review(
        self,
        body: str = "",
        event: str = "comment",
        comments: Iterable[LineComment] = (),
        *,
        quick_actions: bool = False,
    ) -> Review:
        """Review it: ``POST …/pulls/{number}/reviews``, all in one request."""
        said_of = checked_review(body, event, comments)
        several = next((one for one in said_of if one.length > 1), None)
        if several is not None:
            raise ValidationError(
                f"Forgejo takes comments on one line each, not on {several.length} lines of {several.path!r}: "
                "leave start_line out"
            )
        lines = [
            {"path": one.path, "body": one.body, "new_position" if one.side == "right" else "old_position": one.line}
            for one in said_of
        ]
        said = without_none(event=_EVENTS[event], body=body, comments=lines or None)
        data = self._send("POST", f"{self.api_path}/reviews", said)
        return self.client.Review.from_data(data, self.client, self)

    def approve(self, sha: str | None = None) -> None:
        """Approve it: ``POST …/pulls/{number}/reviews``."""
        self._send("POST", f"{self.api_path}/reviews", without_none(event="APPROVED", commit_id=sha))

    def unapprove(self) -> None:
        """Dismiss one's own approvals."""
        me = self.client.user
        for review in self.reviews:
            if review.author == me and review.state is ReviewStates.APPROVED:
                review.dismiss("Approval taken back")


class ForgejoReview(ForgejoPart, Review):
    """A review of a pull request.

    Args:
        client: the client, or a token for codeberg.org.
        scope: the pull request.
        key: its number.
    """

    __slots__ = ()
    _listed_whole = True
    _collection = "reviews"

    author = Related[User | None]("user", "User")
    body = Field("body", text)
    submitted = Field("submitted_at", optional_instant)

    def _locate(self) -> Any:
        number = text(self._data.get("pull_request_url")).rpartition("/")[2]
        repository = super()._locate()
        return self.client.MergeRequest(self.client, repository, number) if number else repository

    @computed
    def state(self) -> ReviewStates:
        """The verdict."""
        if Field("dismissed", flag).__get__(self, type(self)):
            return ReviewStates.DISMISSED
        return Field("state", from_words(ReviewStates, _STATES)).__get__(self, type(self))

    @computed
    def commit(self) -> Commit | None:
        """The head that was reviewed."""
        sha = Field("commit_id", text).__get__(self, type(self))
        return self.client.Commit(self.client, self._repository, sha) if sha else None

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """The comments on the diff that came with it."""
        return self.client.list(f"{self.api_path}/comments", "Comment", self._owner)

    @computed
    def merge_request(self) -> MergeRequest:
        """The pull request."""
        found: MergeRequest = self._owner
        return found

    def dismiss(self, message: str) -> None:
        """Make its verdict void: ``POST …/reviews/{id}/dismissals``."""
        self._absorb(self._send("POST", f"{self.api_path}/dismissals", {"message": nonempty(message)}))
