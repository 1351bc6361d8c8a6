"""The reviewing of GitLab's merge requests.

Sources: https://docs.gitlab.com/api/merge_request_approvals/, …/api/draft_notes/, …/api/discussions/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from igitt._http.pagination import StaticList
from igitt._objects.resource import Field
from igitt._objects.steps import Patience
from igitt.errors import (
    AuthenticationError,
    ConflictError,
    ElementDoesntExistError,
    IGittError,
    PermissionDeniedError,
    RequestTimeoutError,
    ValidationError,
)
from igitt.gitlab.base import GitLabPart, told_as
from igitt.gitlab.diffs import line_range, mail, places
from igitt.gitlab.lists import ArrangedList
from igitt.interfaces.attributes import Attribute, EditableSet, computed, computed_set
from igitt.interfaces.comment import Comment
from igitt.interfaces.commit import Commit, FileChange
from igitt.interfaces.convert import flag, text, without_none
from igitt.interfaces.element import unsupported
from igitt.interfaces.lists import PaginatedList
from igitt.interfaces.merge_request_reviews import MergeRequestReviews
from igitt.interfaces.review import Discussion, LineComment, Review, checked_review
from igitt.interfaces.shapes import shaped
from igitt.interfaces.user import User

__all__ = ["GitLabMergeRequestReviews"]

_SUGGESTION = re.compile(r"^( {0,3}(?:`{3,}|~{3,})suggestion)[ \t]*$", re.MULTILINE)
#: https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/#multi-line-suggestions
_SUGGESTED_ABOVE = 100


class GitLabMergeRequestReviews(GitLabPart, MergeRequestReviews):
    """The part of a merge request that is about reviewing it."""

    __slots__ = ()
    if TYPE_CHECKING:
        commits: Attribute[PaginatedList[Commit]]
        files: Attribute[PaginatedList[FileChange]]
        reviewers: EditableSet[User, User | str]

        def request_review(self, *users: User | str) -> None: ...

    auto_merge_enabled = Field("merge_when_pipeline_succeeds", flag)

    def patch(self) -> str:
        """Its commits as mails, which igitt writes, with two requests for each commit: GitLab's API has none.

        The list of commits is made of what a merge request keeps of them, which is not their parents.
        """
        with shaped("the commits of a merge request"):
            found: list[Any] = [commit for commit in self.commits if len(commit.data.get("parent_ids") or ()) < 2]
        return "".join(
            mail(commit.data, commit.unified_diff, number, len(found)) for number, commit in enumerate(found, 1)
        )

    @computed_set
    def approvals(self) -> set[User]:
        """Whose approval stands; ``GET …/approvals``."""
        people = self._approvals().get("approved_by") or ()
        return {self.client.User.from_data(entry["user"], self.client) for entry in people if entry.get("user")}

    def _approvals(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{self.api_path}/approvals")
        return found

    @computed
    def reviews(self) -> PaginatedList[Review]:
        """What each reviewer and everybody who approves thinks; two requests, of which neither has pages."""
        return ArrangedList(StaticList(), lambda _: self._opinions())

    def _opinions(self) -> list[Review]:
        """Approvals first, as GitLab has their times; then other reviewers who said anything."""
        with shaped("the reviews of a merge request"):
            found: dict[Any, dict[str, Any]] = {}
            for entry in self._approvals().get("approved_by") or ():
                if entry.get("user"):
                    found[entry["user"].get("id")] = {**entry, "state": "approved"}
            for entry in self.client.get(f"{self.api_path}/reviewers"):
                if entry.get("user") and entry.get("state") != "unreviewed":
                    found.setdefault(entry["user"].get("id"), entry)
            return [self.client.Review.from_data(entry, self.client, self) for entry in found.values()]

    @computed
    def review_comments(self) -> PaginatedList[Comment]:
        """The comments on its diff, oldest first, out of all its comments."""
        params = {"order_by": "created_at", "sort": "asc"}
        return self.client.list(
            f"{self.api_path}/notes",
            self.client.Comment,
            self,
            params=params,
            keep=lambda note: note.get("type") == "DiffNote",
        )

    @computed
    def discussions(self) -> PaginatedList[Discussion]:
        """Its threads, oldest first; comments that stand alone and GitLab's own notes are none."""
        return self.client.list(f"{self.api_path}/discussions", self.client.Discussion, self, keep=_is_thread)

    def review(
        self,
        body: str = "",
        event: str = "comment",
        comments: Iterable[LineComment] = (),
        *,
        quick_actions: bool = False,
    ) -> Review:
        """Review it: ``POST …/draft_notes`` for the text and each comment, and ``…/draft_notes/bulk_publish``.

        An approval is ``…/approve`` besides. GitLab notes a request for changes with reviewers only, so one who is none
        becomes one first. When anything is refused, nothing is left behind.
        """
        lines = checked_review(body, event, comments)
        notes = [{"note": _note(one), "position": position} for one, position in self._positions(lines)]
        if body.strip():
            notes.insert(0, {"note": body})
        me = self.client.user
        author = dict(me.data)
        if event == "request_changes" and me not in self.reviewers:
            self.request_review(me)
        drafts: list[int] = []
        approved = False
        path = f"{self.api_path}/draft_notes"
        try:
            drafts.extend(
                self._request("POST", path, json=note, quick_actions=quick_actions).data["id"] for note in notes
            )
            if event == "approve":
                self.approve()
                approved = True
            if drafts:
                states = {"comment": "reviewed", "request_changes": "requested_changes"}
                self._request("POST", f"{path}/bulk_publish", json=without_none(reviewer_state=states.get(event)))
        except IGittError:
            for draft in drafts:
                with suppress(IGittError):
                    self._request("DELETE", f"{path}/{draft}")
            if approved:
                with suppress(IGittError):
                    self.unapprove()
            raise
        return self.client.Review.from_data({"user": author}, self.client, self)

    def _positions(self, comments: list[LineComment]) -> Iterator[tuple[LineComment, dict[str, Any]]]:
        """Where comments are in the diff, which GitLab takes as the lines of both files."""
        if not comments:
            return
        refs = self.data.get("diff_refs") or {}
        files: dict[str, Any] = {change.path: change for change in self.files}
        for one in comments:
            change = files.get(one.path)
            shown = places(change.patch or "") if change else ()
            by_number = {pair[one.side == "right"]: pair for pair in shown}
            lines = range(one.line - one.length + 1, one.line + 1)
            gone = next((number for number in lines if number not in by_number), None)
            if change is None or gone is not None:
                raise ValidationError(f"the diff does not show line {gone} of {one.path!r} on its {one.side} side")
            first, place = by_number[lines[0]], by_number[one.line]
            several = line_range(change.path, change.patch or "", first, place) if one.length > 1 else None
            yield (
                one,
                {
                    **{key: refs.get(key) for key in ("base_sha", "start_sha", "head_sha")},
                    "position_type": "text",
                    "old_path": change.old_path,
                    "new_path": change.path,
                    **without_none(old_line=place[0], new_line=place[1], line_range=several),
                },
            )

    def approve(self, sha: str | None = None) -> None:
        """Approve it: ``POST …/approve``. Why GitLab refuses, which it does not say, is asked for."""
        try:
            self._request("POST", f"{self.api_path}/approve", json=without_none(sha=sha))
        except AuthenticationError as error:
            if not self._approvals().get("user_has_approved"):
                reason = "this user may not approve it; the project's settings say who may"
                raise told_as(PermissionDeniedError, error, reason) from error

    def unapprove(self) -> None:
        """Take the own approval back: ``POST …/unapprove``."""
        try:
            self._request("POST", f"{self.api_path}/unapprove")
        except ElementDoesntExistError:
            self._approvals()  # which says so itself if it is the merge request that does not exist

    @unsupported("GitLab has rebase() for this")
    def update_branch(self, sha: str | None = None) -> None:
        """Merge the target branch into the head branch."""

    def rebase(self) -> None:
        """Put the head branch on top of the target: ``PUT …/rebase``, and asking until it is done, for ``max_wait``."""
        self._request("PUT", f"{self.api_path}/rebase")
        patience, params = Patience(self.client.transport), {"include_rebase_in_progress": True}
        while (data := self.client.get(self.api_path, params=params)).get("rebase_in_progress"):
            if not patience.wait():
                error = RequestTimeoutError(
                    f"GitLab is rebasing it still, after {patience.waited:.0f} s (max_wait); its data's "
                    "rebase_in_progress and merge_error tell how that ends",
                    data=data,
                    url=self.url,
                )
                error.outcome_unknown = True
                raise error
        self._absorb(data)
        if data.get("merge_error"):
            raise ConflictError(text(data["merge_error"]), data=data, url=self.url)


def _note(comment: LineComment) -> str:
    """The text of a comment, whose suggestions need the number of lines above its own that they replace."""
    above = comment.length - 1
    found, count = _SUGGESTION.subn(rf"\1:-{above}+0", comment.body)
    if count and above > _SUGGESTED_ABOVE:
        raise ValidationError(f"GitLab takes suggestions for up to {_SUGGESTED_ABOVE + 1} lines, not {comment.length}")
    return found


def _is_thread(data: dict[str, Any]) -> bool:
    notes = data.get("notes") or []
    return bool(notes) and not data.get("individual_note") and not notes[0].get("system")
