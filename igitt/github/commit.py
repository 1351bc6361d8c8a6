"""GitHub's commits (source: https://docs.github.com/en/rest/commits)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Self

from igitt._base.paths import segment
from igitt._http.error_mapping import told_as
from igitt._objects.resource import Field, Related
from igitt._objects.shared.mentions import ReferringCommit
from igitt._text.patches import position_in_patch
from igitt.errors import ConflictError, ElementDoesntExistError, PermissionDeniedError, ValidationError
from igitt.github.base import GitHubPart
from igitt.github.cut import MOST_FILES, CutList, other_files
from igitt.interfaces.attributes import computed
from igitt.interfaces.check_run import CheckRun
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import CommitStatus, FileChange, checked_status, combine
from igitt.interfaces.convert import flag, from_words, instant, text
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.user import User

__all__ = ["GitHubCommit", "check_status", "file_change"]

#: https://docs.github.com/en/rest/commits/statuses: GitHub knows four states, so the others go to their nearest.
_WRITTEN = {
    Status.SUCCESS: "success",
    Status.SKIPPED: "success",
    Status.FAILED: "failure",
    Status.ERROR: "error",
    Status.CANCELED: "error",
}
_READ = from_words(Status, {"failure": Status.FAILED})
_CONCLUSIONS = from_words(
    Status,
    {
        "failure": Status.FAILED,
        "timed_out": Status.FAILED,
        "action_required": Status.FAILED,
        "startup_failure": Status.ERROR,
        "cancelled": Status.CANCELED,
        "stale": Status.CANCELED,
        "neutral": Status.SKIPPED,
    },
)
#: What no further check can make better.
_LOST = frozenset({Status.ERROR, Status.FAILED})
_DESCRIPTION_LIMIT = 140
#: What GitHub says of a place that the diff does not show: "pull_request_review_thread.line must be part of the diff".
_OUTSIDE = re.compile(r"part of the diff|review_thread\.", re.IGNORECASE)


def file_change(data: Any) -> FileChange:
    """A file of a commit or a pull request."""
    path = text(data.get("filename"))
    status = text(data.get("status"))
    return FileChange(
        path=path,
        old_path=text(data.get("previous_filename") or path),
        status="modified" if status == "changed" else status,
        additions=data.get("additions"),
        deletions=data.get("deletions"),
        patch=data.get("patch"),
    )


class GitHubCommit(GitHubPart, ReferringCommit):
    """A commit.

    Args:
        client: the client, or a token for github.com.
        scope: the repository.
        key: the hash, or a branch or tag.
    """

    __slots__ = ()
    _collection = "commits"
    _key = "sha"
    _key_type = str
    _parents = "parents"

    message = Field("commit.message", text)
    author = Related[User | None]("author", "User")
    committer = Related[User | None]("committer", "User")
    author_name = Field("commit.author.name", text)
    author_email = Field("commit.author.email", text)
    committer_name = Field("commit.committer.name", text)
    committer_email = Field("commit.committer.email", text)
    authored_at = Field("commit.author.date", instant)
    committed_at = Field("commit.committer.date", instant)

    def refresh(self) -> Self:
        """Read it again; GitHub refuses in a repository without commits, where there is none of that name either."""
        try:
            return super().refresh()
        except ConflictError as error:
            raise told_as(ElementDoesntExistError, error, "this repository has no commit yet") from error

    @computed
    def identifier(self) -> int | str:
        """The whole hash."""
        return self.sha

    @computed
    def verified(self) -> bool:
        """Whether GitHub found its signature good; a push reports a commit without that."""
        if "verification" not in (self._data.get("commit") or ()) and not self._complete:
            self.refresh()
        return Field("commit.verification.verified", flag).__get__(self, type(self))

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changed; beyond GitHub's 3,000 files, those that differ in the trees, without patches."""

        def others(came: list[Any]) -> Iterator[Any]:
            above = self.parents[0].sha if self.parents else None
            return other_files(self._owner, above, self.sha, came)

        return CutList(
            self.client,
            self.api_path,
            file_change,
            most=MOST_FILES,
            number=lambda: None,
            others=others,
            items="files",
        )

    @computed
    def unified_diff(self) -> str:
        """Its unified diff."""
        return self._request("GET", self.api_path, accept="application/vnd.github.diff").text

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said of it."""
        return self.client.list(f"{self.api_path}/comments", self.client.Comment, self)

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """``GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls``; of what is merged, the one that merged it."""
        return self.client.list(f"{self.api_path}/pulls", self.client.MergeRequest, self._repository)

    @computed
    def check_runs(self) -> PaginatedList[CheckRun]:
        """The newest run of each check; ``GET /repos/{owner}/{repo}/commits/{ref}/check-runs``."""
        return self.client.list(f"{self.api_path}/check-runs", "CheckRun", self._repository, items="check_runs")

    def get_statuses(self) -> PaginatedList[CommitStatus]:
        """The newest status of each context."""
        return self.client.list_of(f"{self.api_path}/status", _status, items="statuses")

    @computed
    def combined_status(self) -> Status:
        """One status out of the statuses and the check runs."""
        found = [status.status for status in self.get_statuses()]
        try:
            found += [run.status for run in self.check_runs]
        except PermissionDeniedError as error:
            if combine(found) in _LOST:
                return combine(found)  # whatever the check runs say, they make it no better
            raise told_as(
                PermissionDeniedError,
                error,
                f"this token may not read check runs ({error.message}), so nobody knows whether all succeeded: "
                "use an App with the permission Checks (read), or a classic token (fine-grained ones cannot have it); "
                "get_statuses() has the commit statuses alone",
            ) from error
        return combine(found)

    def set_status(self, status: CommitStatus) -> None:
        """Report a check's result; ``POST /repos/{owner}/{repo}/statuses/{sha}``, at most 1000 a commit and context."""
        status = checked_status(status)
        body = {
            "state": _WRITTEN.get(status.status, "pending"),
            "context": status.context,
            "description": _cut(status.description),
            "target_url": status.url,
        }
        self._request("POST", f"{self._repository.api_path}/statuses/{segment(self.sha)}", json=body)

    def comment(
        self,
        message: str,
        file: str | None = None,
        line: int | None = None,
        mr_number: int | None = None,
        *,
        quick_actions: bool = False,
    ) -> Comment:
        """Say something of it, of one of its files, or of a line of its diff.

        GitHub places comments on commits by the position in the diff, so the diff is asked for where a line is given; a
        line outside of it is named in the text instead.
        """
        base = self._repository.api_path
        if mr_number is not None:
            return self._comment_in_merge_request(message, file, line, mr_number)
        body: dict[str, Any] = {"body": message}
        if file is not None:
            body["path"] = file
            if line is not None:
                position = position_in_patch(self.get_patch_for_file(file) or "", line)
                if position is None:
                    body = {"body": _named(message, file, line)}
                else:
                    body["position"] = position
        try:
            data = self._request("POST", f"{base}/commits/{segment(self._key_value)}/comments", json=body).data
        except ValidationError as error:
            if error.status is None or "path" not in body:
                raise
            body = {"body": _named(message, str(file), line)}
            data = self._request("POST", f"{base}/commits/{segment(self._key_value)}/comments", json=body).data
        return self.client.Comment.from_data(data, self.client, self)

    def _comment_in_merge_request(self, message: str, file: str | None, line: int | None, number: int) -> Comment:
        merge_request: Any = self.client.MergeRequest(self.client, self._repository, number)
        if file is None:
            return merge_request.add_comment(message)
        place = {"subject_type": "file"} if line is None else {"line": line, "side": "RIGHT"}
        body = {"body": message, "commit_id": self.sha, "path": file, **place}
        try:
            data = self._request("POST", f"{merge_request.api_path}/comments", json=body).data
        except ValidationError as error:
            if not _OUTSIDE.search(error.message) and error.errors.keys().isdisjoint({"line", "path"}):
                raise
            return merge_request.add_comment(_named(message, file, line))
        return self.client.Comment.from_data(data, self.client, merge_request)


def _named(message: str, file: str, line: int | None) -> str:
    return f"`{file}`{'' if line is None else f', line {line}'}:\n\n{message}"


def _cut(description: str) -> str:
    return description if len(description) <= _DESCRIPTION_LIMIT else description[: _DESCRIPTION_LIMIT - 1] + "…"


def _status(data: Any) -> CommitStatus:
    url = data.get("target_url")
    return CommitStatus(
        _READ(data.get("state")),
        text(data.get("description")),
        text(data.get("context")) or "default",
        url if isinstance(url, str) and url.startswith(("http://", "https://")) else None,
    )


def check_status(data: Any) -> Status:
    """How a check run, a workflow run or a job stands."""
    if data.get("status") != "completed":
        return Status.RUNNING if data.get("status") == "in_progress" else Status.PENDING
    return _CONCLUSIONS(data.get("conclusion"))
