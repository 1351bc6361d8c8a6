"""What reviewers say about a merge request: reviews, and the comments on lines that come with them.

The part of a merge request that returns them is in :mod:`igitt.interfaces.merge_request_reviews`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from igitt._base.checks import is_whole
from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import ForgeEnum

if TYPE_CHECKING:
    from igitt.interfaces.comment import Comment
    from igitt.interfaces.commit import Commit
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.user import User

__all__ = ["Discussion", "LineComment", "Review", "ReviewStates", "checked_review"]

_EVENTS = ("comment", "approve", "request_changes")


class ReviewStates(ForgeEnum):
    """The verdict of a review. ``PENDING`` is one that only its author sees so far."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    COMMENTED = "commented"
    PENDING = "pending"
    DISMISSED = "dismissed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LineComment:
    """A comment on a line of a merge request's diff, to be made with a review.

    Attributes:
        path: the file, as it is called now (a removed one: as it was).
        line: the line's number in the file, from 1; the diff must show it.
        body: the text.
        side: ``"right"`` counts lines in the file as it is now, ``"left"`` as it was: for lines that were removed.
    """

    path: str
    line: int
    body: str
    side: str = "right"

    def __post_init__(self) -> None:
        """Refuse what no forge takes."""
        if self.side not in {"left", "right"}:
            raise ValidationError(f"the side of a comment is 'left' or 'right', not {self.side!r}")
        if not is_whole(self.line) or self.line < 1:
            raise ValidationError(f"lines are counted from 1, so a comment cannot be on line {self.line!r}")
        if not self.path or not self.body.strip():
            raise ValidationError("a comment on a line needs the path of a file and a text")


class Review(Element):
    """What one user said about a merge request at one time; GitLab keeps only what each user said last."""

    __slots__ = ()
    kind = "review"

    state = Attribute[ReviewStates]("The verdict.")
    author: Attribute[User | None] = Attribute("The reviewer; None when the account is gone.")
    body = Attribute[str]("The text; empty on GitLab, where it is a comment of the merge request.")
    submitted = Attribute[datetime | None]("When it was given, None as long as it is pending or where GitLab forgot.")
    commit: Attribute[Commit | None] = Attribute("The head that was reviewed; None where it is not known (GitLab).")
    comments: Attribute[PaginatedList[Comment]] = Attribute(
        "The comments on the diff that came with it (GitHub).", optional=True
    )
    merge_request: Attribute[MergeRequest] = Attribute("What it is about.")

    @optional
    def dismiss(self, message: str) -> None:
        """Make its verdict void (GitHub).

        Args:
            message: why; it is shown on the page.

        Example:
            >>> review = mr.review("Too fast.", "request_changes")
            >>> review.dismiss("It is not.")
            >>> str(review.state)
            'dismissed'
        """


class Discussion(Element):
    """A thread that can be resolved: on a line of the diff, on GitLab also on the whole of a merge request."""

    __slots__ = ()
    kind = "discussion"

    is_resolved = Attribute[bool]("Whether it is resolved.")
    resolved_by: Attribute[User | None] = Attribute("The user who resolved it; None while it is unresolved.")
    path = Attribute[str | None]("The file that it is on; None where it is on the whole of a merge request.")
    line = Attribute[int | None]("The line in that file; None where the diff does not show it any more.")
    comments: Attribute[PaginatedList[Comment]] = Attribute("Its comments, oldest first.")
    merge_request: Attribute[MergeRequest] = Attribute("What it is about.")

    @abstractmethod
    def resolve(self) -> None:
        """Mark it as resolved; harmless if it is already.

        Example:
            >>> _ = mr.review(comments=[LineComment("widget.py", 2, "Too fast?")])
            >>> thread = mr.discussions[0]
            >>> thread.resolve()
            >>> thread.is_resolved
            True
        """

    @abstractmethod
    def unresolve(self) -> None:
        """Mark it as unresolved again.

        Example:
            >>> _ = mr.review(comments=[LineComment("widget.py", 2, "Too fast?")])
            >>> thread = mr.discussions[0]
            >>> thread.resolve()
            >>> thread.unresolve()
            >>> thread.is_resolved
            False
        """

    @abstractmethod
    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Answer in it.

        Args:
            body: the text.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.

        Example:
            >>> _ = mr.review(comments=[LineComment("widget.py", 2, "Too fast?")])
            >>> thread = mr.discussions[0]
            >>> thread.reply("Not at all.").body
            'Not at all.'
        """


def checked_review(body: str, event: str, comments: Iterable[LineComment]) -> list[LineComment]:
    """The comments of a review, once it is known to say something.

    Raises:
        ValidationError: when it says nothing, or has an unknown verdict, or a comment of another type.
    """
    if event not in _EVENTS:
        raise ValidationError(f"a review's event is one of {', '.join(_EVENTS)}, not {event!r}")
    found = list(comments)
    for one in found:
        if not isinstance(one, LineComment):
            raise ValidationError(f"a review's comments are of igitt.interfaces.LineComment, not {one!r}")
    if event != "approve" and not body.strip() and not found:
        raise ValidationError("a review needs a text or comments, unless it approves")
    return found
