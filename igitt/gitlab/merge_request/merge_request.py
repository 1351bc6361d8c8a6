"""GitLab's merge requests (source: https://docs.gitlab.com/api/merge_requests/)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from igitt._objects.resource import Editable, Field, Related
from igitt._objects.shared.mentions import ReferringMergeRequest
from igitt._objects.steps import Patience
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ElementDoesntExistError,
    IGittError,
    InvalidResponseError,
    PermissionDeniedError,
    ValidationError,
)
from igitt.gitlab.base import People, told_as
from igitt.gitlab.diffs import count, file_change
from igitt.gitlab.issue import GitLabIssue
from igitt.gitlab.lists import DiffList, ReversedList
from igitt.gitlab.merge_request.reviews import GitLabMergeRequestReviews
from igitt.interfaces.attributes import computed, computed_set
from igitt.interfaces.commit import Commit, FileChange
from igitt.interfaces.convert import flag, from_words, integer, optional_instant, optional_text, text, without_none
from igitt.interfaces.element import Unsupported
from igitt.interfaces.enums import MergeRequestStates, MergeStatus
from igitt.interfaces.issue import Issue
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.organization import Team
from igitt.interfaces.pipeline import Pipeline
from igitt.interfaces.repository import Repository
from igitt.interfaces.sets import NamedSet
from igitt.interfaces.user import User

__all__ = ["GitLabMergeRequest", "draft_title"]

#: Old releases know the second word, new ones the first.
_LATER = {"auto_merge": True, "merge_when_pipeline_succeeds": True}
#: How GitLab refuses what it may accept in a moment.
_NOT_NOW = frozenset({405, 406, 409, 422})
_OVER = frozenset({"closed", "merged"})
_NOTHING_WAITS = frozenset({405, 406})
_METHODS = frozenset({"merge", "squash", "rebase"})
#: https://docs.gitlab.com/api/merge_requests/#merge-status: while it says one of these, it has not made up its mind.
_COMPUTING = frozenset({"unchecked", "checking", "preparing", "approvals_syncing", "cannot_be_merged_recheck"})
_MERGEABLE = frozenset({"mergeable", "can_be_merged"})
_MERGE_STATES = {
    "mergeable": MergeStatus.MERGEABLE,
    "can_be_merged": MergeStatus.MERGEABLE,
    "conflict": MergeStatus.CONFLICT,
    "cannot_be_merged": MergeStatus.CONFLICT,
    "need_rebase": MergeStatus.BEHIND,
    "draft_status": MergeStatus.DRAFT,
    "ci_must_pass": MergeStatus.CHECKS,
    "ci_still_running": MergeStatus.CHECKS,
    "status_checks_must_pass": MergeStatus.CHECKS,
    "not_approved": MergeStatus.APPROVALS,
    "requested_changes": MergeStatus.APPROVALS,
    "discussions_not_resolved": MergeStatus.DISCUSSIONS,
    "not_open": MergeStatus.CLOSED,
}
#: https://docs.gitlab.com/user/project/merge_requests/drafts/
_DRAFT = re.compile(r"^\s*(?:(?:\[draft\]|\(draft\)|draft:)\s*)+", re.IGNORECASE)


def draft_title(title: str) -> str:
    """The title that makes a merge request a draft: GitLab knows it by that alone."""
    return title if _DRAFT.match(title) else f"Draft: {title}"


class GitLabMergeRequest(ReferringMergeRequest, GitLabIssue, GitLabMergeRequestReviews, MergeRequest):  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]  # a computed is an Attribute; edit() as MergeRequest has it
    """A merge request of a project.

    While it is a draft, its title begins with ``Draft: ``, and giving it another title without that makes it ready.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project that it is to be merged into: an object, its full name, id or URL.
        key: its number, which GitLab calls its ``iid``.
    """

    __slots__ = ()
    _collection = "merge_requests"
    _comments_only: ClassVar[dict[str, str]] = {}

    state = Field("state", from_words(MergeRequestStates, {"opened": MergeRequestStates.OPEN}))
    base_branch_name = Editable("target_branch", text)
    head_branch_name = Field("source_branch", text)
    merged_at = Field("merged_at", optional_instant)
    reviewers = People("reviewers", "reviewer_ids", ("request_review", "remove_reviewers"))
    due_date = Unsupported[date | None]("GitLab's merge requests have no due date")
    confidential = Unsupported[bool]("GitLab's merge requests are as public as their project")
    weight = Unsupported[int | None]("GitLab's merge requests have no weight")
    type = Unsupported[str | None]("GitLab's merge requests have no type")
    blocks = Unsupported[PaginatedList[Issue]]("GitLab's merge requests block no issues")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    blocked_by = Unsupported[PaginatedList[Issue]]("GitLab's merge requests wait for no issues")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    related_issues = Unsupported[PaginatedList[Issue]]("see mentioned_issues and closes_issues")  # pyright: ignore[reportAssignmentType]  # Unsupported is an Attribute too
    reviewer_teams = Unsupported[NamedSet[Team]]("GitLab asks people for reviews; groups stand in approval rules only")
    is_first_contribution = Field("first_contribution", flag)

    @computed
    def is_draft(self) -> bool:
        """Whether its author is still at it; old releases call that "work in progress"."""
        key = "draft" if "draft" in self._data or "work_in_progress" not in self._data else "work_in_progress"
        return Field(key, flag).__get__(self, type(self))

    @computed
    def merged_by(self) -> User | None:
        """Who merged it."""
        key = "merge_user" if "merge_user" in self._data or "merged_by" not in self._data else "merged_by"
        return Related[User | None](key, "User").read(self)

    @computed
    def merge_commit_sha(self) -> str | None:
        """The commit that merging made: of the merge, or of the squashed commits where they were put on top."""
        found = Field("merge_commit_sha", optional_text).__get__(self, type(self))
        return found or Field("squash_commit_sha", optional_text).__get__(self, type(self))

    @computed
    def target_repository(self) -> Repository:
        """Where it is to be merged."""
        return self._owner

    @computed
    def source_repository(self) -> Repository | None:
        """Where the head branch is; None when that fork was deleted."""
        source = Field("source_project_id", lambda value: value).__get__(self, type(self))
        if source is None:
            return None
        here = source == Field("target_project_id", lambda value: value).__get__(self, type(self))
        return self._owner if here else self.client.Repository(self.client, source)

    @computed
    def base(self) -> Commit:
        """The commit that it is compared with."""
        return self.client.Commit(self.client, self._owner, self._compared("diff_refs.base_sha"))

    @computed
    def head(self) -> Commit:
        """Its newest commit, in the project that its branch is in: there GitLab keeps the statuses."""
        where = self.source_repository or self._owner
        return self.client.Commit(self.client, where, self._compared("sha"))

    def _compared(self, key: str) -> str:
        """A hash that GitLab computes when the merge request is new, so igitt asks again, within ``max_wait``."""
        field = Field(key, optional_text)

        def read() -> str | None:
            found = field.__get__(self, type(self))
            if found is None and (self._data.get("prepared_at") or self._data.get("state") in _OVER):
                # GitLab is done with it, and there is nothing that it could still find.
                branch = self._data.get("source_branch")
                raise ElementDoesntExistError(
                    f"GitLab knows no commits of this merge request: was its branch {branch!r} deleted?", 404
                )
            return found

        sha = self._until_known(read)
        if not sha:
            raise InvalidResponseError(
                "GitLab has not compared the branches of this merge request yet; ask again later"
            )
        return sha

    @computed
    def commits(self) -> PaginatedList[Commit]:
        """Its commits, oldest first; GitLab gives them the other way round."""
        newest_first: PaginatedList[Commit] = self.client.list(
            f"{self.api_path}/commits", self.client.Commit, self._owner
        )
        return ReversedList(newest_first)

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changes; where that is beyond the instance's limits, an error after what came: :meth:`diff` has all.

        The merge request's ``changes_count`` has it (source: https://docs.gitlab.com/api/merge_requests/#get-single-mr).
        """
        return DiffList(self.client, f"{self.api_path}/diffs", file_change, self._why_cut)

    def _why_cut(self, came: list[Any]) -> str | None:
        told = text(self._data.get("changes_count") or self.refresh()._data.get("changes_count"))
        if not told.endswith("+") and not (told.isdecimal() and int(told) > len(came)):
            return None
        return f"as GitLab keeps no more of a merge request that changes {told} files; .diff() has them all"

    @computed
    def diffstat(self) -> tuple[int, int]:
        """Lines added and lines removed, which igitt counts: GitLab's REST API does not have them."""
        listed = self.files.partial()
        files = list(listed)
        if listed.is_complete is False or any(change.additions is None for change in files):
            return count(self.diff())
        return sum(change.additions or 0 for change in files), sum(change.deletions or 0 for change in files)

    @computed
    def mergeable(self) -> bool | None:
        """Whether it could be merged now. GitLab computes that when asked, so igitt asks again, within ``max_wait``."""

        def read() -> bool | None:
            status = text(self.data.get("detailed_merge_status") or self.data.get("merge_status"))
            if self.state is not MergeRequestStates.OPEN:
                return False
            return None if status in _COMPUTING else status in _MERGEABLE

        return self._until_known(read)

    @computed
    def merge_status(self) -> MergeStatus:
        """What GitLab's ``detailed_merge_status`` says."""
        if self.state is not MergeRequestStates.OPEN:
            return MergeStatus.CLOSED
        found = text(self.data.get("detailed_merge_status") or self.data.get("merge_status"))
        if found in _COMPUTING and self.mergeable is not None:
            found = text(self.data.get("detailed_merge_status") or self.data.get("merge_status"))
        return MergeStatus.CHECKING if found in _COMPUTING else _MERGE_STATES.get(found, MergeStatus.BLOCKED)

    @computed
    def approvals_required(self) -> int:
        """``GET …/approvals``; 0 where the instance has no approval rules."""
        return integer(self._approvals().get("approvals_required") or 0)

    def diff(self) -> str:
        """Its unified diff; ``GET …/raw_diffs``."""
        return self._request("GET", f"{self.api_path}/raw_diffs", accept="text/plain").text

    @computed_set
    def mrs_closed_by(self) -> set[MergeRequest]:
        """None: merge requests close issues, not each other."""
        return set()

    @computed
    def pipelines(self) -> PaginatedList[Pipeline]:
        """The pipelines of its commits, newest first; those of a fork are among them."""
        return self.client.list(f"{self.api_path}/pipelines", self.client.Pipeline)

    @computed_set
    def closes_issues(self) -> set[Issue]:
        """The issues that merging it closes; those of an external tracker, which are no issues of GitLab, left out."""
        return set(
            self.client.list(f"{self.api_path}/closes_issues", self.client.Issue, keep=lambda data: "iid" in data)
        )

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
        """Merge it: ``PUT …/merge``; whether that makes a merge commit or rebases is the project's setting."""
        body = without_none(
            sha=sha,
            should_remove_source_branch=remove_source_branch,
            **{"squash_commit_message" if method == "squash" else "merge_commit_message": message},
        )
        self._merge(method, {**body, **(_LATER if when_pipeline_succeeds else {})})

    def enable_auto_merge(self, method: str = "merge", sha: str | None = None, message: str | None = None) -> None:
        """Have GitLab merge it later: ``PUT …/merge``, with the option to wait."""
        self.merge(message, sha, method, when_pipeline_succeeds=True)

    def disable_auto_merge(self) -> None:
        """Have GitLab no longer wait: ``POST …/cancel_merge_when_pipeline_succeeds``.

        Some releases answer with the merge request, others with how it went; then igitt looks.
        """
        path = f"{self.api_path}/cancel_merge_when_pipeline_succeeds"
        try:
            data = self._request("POST", path, accepted=_NOTHING_WAITS).data
        except IGittError as error:
            raise _refusal(error, anonymous=self.client.token is None) from error
        if isinstance(data, dict) and "iid" in data:
            self._absorb(data)
        elif self.refresh().auto_merge_enabled:
            raise ConflictError("GitLab still waits to merge it", data=data, url=self.url)

    def _merge(self, method: str, body: Mapping[str, Any]) -> None:
        """Merge it at once or later, as the body says."""
        if method not in _METHODS:
            raise ValidationError(f"GitLab cannot merge by {method!r}; there are {', '.join(sorted(_METHODS))}")
        asked = {"squash": method == "squash", **body}
        patience = Patience(self.client.transport)
        while True:
            try:
                data = self._request("PUT", f"{self.api_path}/merge", json=asked).data
                break
            except IGittError as error:
                if error.status not in _NOT_NOW or not self._computing() or not patience.wait():
                    raise _refusal(error, anonymous=self.client.token is None) from error
        self._absorb(data)
        while not self._took(later="auto_merge" in body):
            # GitLab says "locked" while it merges.
            if self._data.get("state") != "locked" or not patience.wait():
                reason = text(self._data.get("merge_error")) or "its data's detailed_merge_status says more"
                raise ConflictError(f"GitLab accepted to merge it, and did not: {reason}", data=data, url=self.url)
            self.refresh()

    def _computing(self) -> bool:
        """Whether GitLab has not made up its mind yet about merging it, as after it was made or pushed to."""
        data = self.refresh().data
        status = text(data.get("detailed_merge_status") or data.get("merge_status"))
        return data.get("state") == "opened" and status in _COMPUTING

    def _took(self, *, later: bool) -> bool:
        """Whether merging it happened, or is waited for; looked up where the answer denies it."""
        data = self._data
        if "state" not in data or not (data["state"] == "merged" or (later and self.auto_merge_enabled)):
            data = self.refresh().data
        return data.get("state") == "merged" or (later and self.auto_merge_enabled)

    def mark_ready(self) -> None:
        """Say that it is no draft any more, by its title."""
        if self.is_draft:
            self._write({"title": _DRAFT.sub("", self.title)})

    def convert_to_draft(self) -> None:
        """Say that it is a draft, by its title."""
        if not self.is_draft:
            self._write({"title": draft_title(self.title)})

    def request_review(self, *users: User | Team | str) -> None:
        """Ask users to review it; igitt reads first, as GitLab takes only the whole set. A free one keeps one."""
        self._add_people("reviewers", "reviewer_ids", users)

    def remove_reviewers(self, *users: User | Team | str) -> None:
        """Ask users no longer to review it: one request that reads and one that writes at most."""
        self._remove_people("reviewers", "reviewer_ids", users)


def _refusal(error: IGittError, *, anonymous: bool) -> IGittError:
    """What GitLab's refusal to merge means: its statuses are about the merge here, and not about the request."""
    named = isinstance(error.data, dict) and "error" in error.data
    if isinstance(error, AuthenticationError) and not named and not anonymous:
        return told_as(PermissionDeniedError, error, "this user may not merge it; the protected branch says who may")
    if error.status in {405, 406, 422}:
        reason = "its data's detailed_merge_status says why"
        return told_as(ConflictError, error, f"it cannot be merged now ({error.message}); {reason}")
    return error
