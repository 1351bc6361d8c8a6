"""What reviewers say about a merge request: reviews, and the comments on lines that come with them.

The part of a merge request that returns them is in :mod:`igitt.interfaces.merge_request_reviews`.
"""

from __future__ import annotations

import re
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

__all__ = ["Discussion", "LineComment", "Review", "ReviewStates", "checked_review", "suggestion"]

_BACKTICKS = re.compile(r"`{3,}")
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
    """A comment on a line of a merge request's diff, or on several, to be made with a review.

    Attributes:
        path: the file, as it is called now (a removed one: as it was).
        line: the line's number in the file, from 1; the diff must show it. Of several lines the last.
        body: the text; :func:`suggestion` makes one that whoever reads it can accept.
        side: ``"right"`` counts lines in the file as it is now, ``"left"`` as it was: for lines that were removed.
        start_line: of several lines the first, on the same side; None for a comment on one line.

    Raises:
        ValidationError: when no forge would take it.

    Example:
        >>> LineComment("widget.py", 4, "All of this?", start_line=2)
        LineComment(path='widget.py', line=4, body='All of this?', side='right', start_line=2)
    """

    path: str
    line: int
    body: str
    side: str = "right"
    start_line: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no forge takes."""
        if self.side not in {"left", "right"}:
            raise ValidationError(f"the side of a comment is 'left' or 'right', not {self.side!r}")
        if not is_whole(self.line) or self.line < 1:
            raise ValidationError(f"lines are counted from 1, so a comment cannot be on line {self.line!r}")
        start = self.line if self.start_line is None else self.start_line
        if not is_whole(start) or not 1 <= start <= self.line:
            raise ValidationError(f"a comment that ends on line {self.line} cannot begin on line {start!r}")
        if not self.path or not self.body.strip():
            raise ValidationError("a comment on a line needs the path of a file and a text")

    @property
    def length(self) -> int:
        """How many lines it is on."""
        return 1 if self.start_line is None else self.line - self.start_line + 1


def suggestion(text: str) -> str:
    r"""A change for a comment on lines of a diff, which whoever reads it can accept with a click.

    For GitHub and GitLab alike: what it replaces are the lines that the comment is on. There may be words around it.
    Sources: https://docs.github.com/en/pull-requests/how-tos/review-changes,
    https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/

    Args:
        text: what is to be there instead; the empty text removes the lines.

    Raises:
        ValidationError: when it is no text.

    Example:
        >>> print(suggestion("speed = 2\n"))
        ```suggestion
        speed = 2
        ```
        <BLANKLINE>
        >>> comment = LineComment("widget.py", 2, "Slower: \n" + suggestion("speed = 1"), start_line=1)
        >>> comment.length
        2
    """
    if not isinstance(text, str):
        raise ValidationError(f"what is suggested is a text, not {type(text).__name__}")
    # A fence that the text itself could not close.
    fence = "`" * max([3, *(len(found) + 1 for found in _BACKTICKS.findall(text))])
    lines = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{fence}suggestion\n{lines}{fence}\n"


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
