"""Review threads: comments on the diff, each with the answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import model

if TYPE_CHECKING:
    from igitt.testing.sandbox.model import Comment, MergeRequest


def threads_of(one: MergeRequest) -> list[list[Comment]]:
    """The comments on the diff, each with the answers to it."""
    found: dict[int, list[Comment]] = {}
    for comment in one.review_comments:
        found.setdefault(comment.in_reply_to or comment.id, []).append(comment)
    return list(found.values())


class ReviewThread:
    """A thread of a pull request."""

    kind = "PullRequestReviewThread"

    def __init__(self, pull: Any, found: list[Comment]) -> None:
        first = found[0]
        self.asking = pull.asking
        self.pull_request = pull
        self.found = found
        self.id = f"PRRT_kwDO{first.in_reply_to or first.id}"
        self.path = first.path or ""
        self.line = self.original_line = first.line
        self.start_line = self.original_start_line = first.extra.get("start_line")
        self.start_diff_side = first.extra.get("start_side")
        self.diff_side = first.side
        self.subject_type = "LINE"
        self.is_outdated = False

    @property
    def is_resolved(self) -> bool:
        """Whether it is settled."""
        return self.found[0].resolved

    @property
    def is_collapsed(self) -> bool:
        """A page folds what is settled."""
        return self.is_resolved

    @property
    def resolved_by(self) -> Any:
        """Who settled it."""
        return self.asking.thing(self.found[0].extra.get("resolved_by"))

    @property
    def repository(self) -> Any:
        """Where it is."""
        return self.pull_request.repository

    @property
    def may_settle(self) -> bool:
        """Whether the one who asks may settle it: who opened the pull request, and who may write."""
        one = self.pull_request.one
        return self.asking.me is one.author or self.asking.level(one.repository) >= model.WRITE

    @property
    def viewer_can_resolve(self) -> bool:
        """Whether the one who asks may settle it."""
        return self.may_settle and not self.is_resolved

    @property
    def viewer_can_unresolve(self) -> bool:
        """Whether the one who asks may open it again."""
        return self.may_settle and self.is_resolved

    @property
    def viewer_can_reply(self) -> bool:
        """Whether the one who asks may answer."""
        return self.asking.me is not None

    def comments(self) -> list[Any]:
        """What was said."""
        found: list[Any] = self.asking.things(self.found)
        return found

    def settle(self, *, done: bool) -> None:
        """Settles it, or opens it again."""
        self.found[0].resolved = done
        self.found[0].extra["resolved_by"] = self.asking.me if done else None
