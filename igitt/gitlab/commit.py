"""GitLab's commits and their statuses (source: https://docs.gitlab.com/api/commits/)."""

from __future__ import annotations

import re
from typing import Any

from igitt._base.paths import segment
from igitt._objects.resource import Field
from igitt._objects.shared.mentions import ReferringCommit
from igitt.errors import ElementDoesntExistError, ValidationError
from igitt.gitlab.base import GitLabPart, account_of
from igitt.gitlab.diffs import count, file_change, left_out, new_lines, unified
from igitt.gitlab.lists import ArrangedList, DiffList
from igitt.interfaces.attributes import computed
from igitt.interfaces.check_run import CheckRun
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import CommitStatus, FileChange, checked_status, combine
from igitt.interfaces.convert import from_words, instant, optional_integer, text, without_none
from igitt.interfaces.element import Unsupported
from igitt.interfaces.enums import Status
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request import MergeRequest
from igitt.interfaces.user import User

__all__ = ["GitLabCommit", "read_status"]

#: How many files GitLab gives unless set otherwise (https://docs.gitlab.com/administration/diff_limits/).
_MOST_FILES = 1_000
#: https://docs.gitlab.com/api/commits/#set-commit-pipeline-status: what it lacks goes to its nearest.
_WRITTEN = {
    Status.RUNNING: "running",
    Status.SUCCESS: "success",
    Status.FAILED: "failed",
    Status.ERROR: "failed",
    Status.CANCELED: "canceled",
    Status.SKIPPED: "skipped",
}
#: How a status, a job or a pipeline stands.
read_status = from_words(
    Status,
    {
        "preparing": Status.PENDING,
        "waiting_for_resource": Status.PENDING,
        "waiting_for_callback": Status.PENDING,
        "scheduled": Status.PENDING,
        "canceling": Status.CANCELED,
    },
)
_TRANSITION = re.compile(r"cannot transition status via :\w+ from :(\w+)", re.IGNORECASE)
_DESCRIPTION_LIMIT = 255
#: How GitLab refuses a place on a diff that has changed meanwhile, or that it does not show.
_NO_PLACE = re.compile(r"\bline_code\b|\bposition\b")


class GitLabCommit(GitLabPart, ReferringCommit):
    """A commit.

    Args:
        client: the client, or a token for gitlab.com.
        scope: the project.
        key: the hash, or a branch or tag.
    """

    __slots__ = ()
    _collection = "repository/commits"
    _key_type = str
    _parents = "parent_ids"

    message = Field("message", text)
    author_name = Field("author_name", text)
    author_email = Field("author_email", text)
    committer_name = Field("committer_name", text)
    committer_email = Field("committer_email", text)
    authored_at = Field("authored_date", instant)
    committed_at = Field("committed_date", instant)
    check_runs = Unsupported[PaginatedList[CheckRun]](
        "GitLab has no check runs; get_statuses() has what was reported, and pipelines what was run"
    )

    @computed
    def author(self) -> User | None:
        """The account of its author, looked up by the mail address, which is all that GitLab keeps of one."""
        return account_of(self.client, Field("author_email", text).__get__(self, type(self)))

    @computed
    def committer(self) -> User | None:
        """The account of its committer, looked up by the mail address."""
        return account_of(self.client, Field("committer_email", text).__get__(self, type(self)))

    @computed
    def identifier(self) -> int | str:
        """The whole hash."""
        return self.sha

    @computed
    def files(self) -> PaginatedList[FileChange]:
        """What it changed; where that is beyond the instance's limits, an error after what came."""
        return DiffList(self.client, f"{self.api_path}/diff", file_change, self._why_cut)

    def _why_cut(self, came: list[Any]) -> str | None:
        """GitLab counts the lines of the whole commit only."""
        if len(came) < _MOST_FILES and any(left_out(data) for data in came):
            return None  # what lacks lines says so itself
        told = optional_integer((self._lookup("stats") or {}).get("total"))
        if told is None or sum(sum(count(text(data.get("diff")))) for data in came) >= told:
            return None
        return f"as GitLab sends no more of a commit that changes {told} lines"

    @computed
    def unified_diff(self) -> str:
        """Its unified diff, put together from its files: GitLab's API has no address for the whole."""
        return unified(DiffList(self.client, f"{self.api_path}/diff", dict, self._why_cut))

    @computed
    def verified(self) -> bool:
        """Whether it is signed and GitLab verified that; ``GET …/signature``, which an unsigned commit lacks."""
        try:
            data = self.client.get(f"{self.api_path}/signature")
        except ElementDoesntExistError:
            return False
        return text(data.get("verification_status")).startswith("verified")

    @computed
    def merge_requests(self) -> PaginatedList[MergeRequest]:
        """``GET /projects/:id/repository/commits/:sha/merge_requests``."""
        return self.client.list(f"{self.api_path}/merge_requests", self.client.MergeRequest, self._repository)

    # --- statuses ----------------------------------------------------------------------------------------------------

    def _statuses(self) -> PaginatedList[dict[str, Any]]:
        """The newest of each name: GitLab gives one for each branch that the commit is on."""
        return ArrangedList(self.client.list_of(f"{self.api_path}/statuses", dict), _newest)

    def get_statuses(self) -> PaginatedList[CommitStatus]:
        """The newest status of each name; the jobs of GitLab's own pipelines are among them."""
        return ArrangedList(self._statuses(), lambda found: [_status(data) for data in found])

    @computed
    def combined_status(self) -> Status:
        """One status for all; a job that is allowed to fail does not stop anything, as in GitLab's pipelines."""
        return combine(
            Status.SKIPPED
            if data.get("allow_failure") and data.get("status") != "success"
            else read_status(data.get("status"))
            for data in self._statuses()
        )

    def set_status(self, status: CommitStatus) -> None:
        """Report a check's result; ``POST /projects/:id/statuses/:sha``.

        GitLab refuses to repeat a state that is not final, which is ignored here; it keeps the first description then.
        """
        status = checked_status(status)
        state = _WRITTEN.get(status.status, "pending")
        description = status.description
        if len(description) > _DESCRIPTION_LIMIT:
            description = description[: _DESCRIPTION_LIMIT - 1] + "…"
        body = without_none(state=state, name=status.context, description=description, target_url=status.url)
        try:
            self._request("POST", f"{self._owner.api_path}/statuses/{segment(self.sha)}", json=body)
        except ValidationError as error:
            refused = _TRANSITION.search(error.message)
            if refused is None or refused[1] != state:
                raise

    # --- comments ----------------------------------------------------------------------------------------------------

    @computed
    def comments(self) -> PaginatedList[Comment]:
        """What was said of it."""
        return self.client.list(f"{self.api_path}/comments", self.client.Comment, self)

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

        GitLab places comments on added lines only, so the diff is asked for where a file is given: without a line, the
        comment is placed at the first added one, and what cannot be placed is named in the text instead.
        """
        if mr_number is not None:
            return self._comment_in_merge_request(message, file, line, mr_number, quick_actions)
        body: dict[str, Any] = {"note": message}
        if file is not None:
            lines = new_lines(self.get_patch_for_file(file) or "")
            added = [number for number, old in lines.items() if old is None]
            place = line if line is not None else next(iter(added), None)
            if place in added:
                body.update(path=file, line=place, line_type="new")
            else:
                body["note"] = _named(message, file, line)
        return self._created(self.client.Comment, "comments", body, quick_actions=quick_actions)

    def _comment_in_merge_request(
        self, message: str, file: str | None, line: int | None, number: int, quick_actions: bool
    ) -> Comment:
        """Begin a thread on the merge request's diff; ``POST …/merge_requests/:iid/discussions``."""
        merge_request: Any = self.client.MergeRequest(self.client, self._repository, number)
        if file is None:
            return merge_request.add_comment(message, quick_actions)
        change = next((change for change in merge_request.files if file in {change.path, change.old_path}), None)
        lines = new_lines(change.patch or "") if change is not None else {}
        if change is None or (line is not None and line not in lines):
            return merge_request.add_comment(_named(message, file, line), quick_actions)
        refs = merge_request.data.get("diff_refs") or {}
        position = {
            **{key: refs.get(key) for key in ("base_sha", "start_sha", "head_sha")},
            "old_path": change.old_path,
            "new_path": change.path,
            "position_type": "file" if line is None else "text",
        }
        if line is not None:
            position.update(without_none(new_line=line, old_line=lines[line]))
        body = {"body": message, "position": position}
        try:
            path = f"{merge_request.api_path}/discussions"
            data = self._request("POST", path, json=body, quick_actions=quick_actions).data
        except ValidationError as error:
            if not _NO_PLACE.search(error.message):
                raise
            return merge_request.add_comment(_named(message, file, line), quick_actions)
        note = {**data["notes"][0], "discussion_id": data["id"]}
        return self.client.Comment.from_data(note, self.client, merge_request)


def _named(message: str, file: str, line: int | None) -> str:
    return f"`{file}`{'' if line is None else f', line {line}'}:\n\n{message}"


def _newest(statuses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The one with the highest id of each name, in the order of their first appearance."""
    found: dict[str, dict[str, Any]] = {}
    for data in statuses:
        name = text(data.get("name"))
        if name not in found or (data.get("id") or 0) > (found[name].get("id") or 0):
            found[name] = data
    return list(found.values())


def _status(data: dict[str, Any]) -> CommitStatus:
    url = data.get("target_url")
    return CommitStatus(
        read_status(data.get("status")),
        text(data.get("description")),
        text(data.get("name")) or "default",
        url if isinstance(url, str) and url.startswith(("http://", "https://")) else None,
    )
