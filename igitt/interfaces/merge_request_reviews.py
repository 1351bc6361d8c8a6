"""Reviewing a merge request, as a part of its interface: approvals, reviews and the comments on its diff.

Only what :class:`~igitt.interfaces.merge_request.MergeRequest` inherits belongs here; the things that it returns are in
:mod:`igitt.interfaces.review`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt.interfaces.comment import Comment
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.review import Discussion, LineComment, Review
    from igitt.interfaces.user import User

__all__ = ["MergeRequestReviews"]


class MergeRequestReviews(Element):
    """The part of a merge request for reviewing it."""

    __slots__ = ()

    approvals: Attribute[NamedSet[User]] = Attribute("The users whose approval stands.")
    auto_merge_enabled = Attribute[bool]("Whether it waits to be merged by the forge; see :meth:`enable_auto_merge`.")
    reviews: Attribute[PaginatedList[Review]] = Attribute(
        "Its reviews, oldest first; on GitLab the current verdict of each reviewer."
    )
    review_comments: Attribute[PaginatedList[Comment]] = Attribute("The comments on its diff, oldest first.")
    discussions: Attribute[PaginatedList[Discussion]] = Attribute("Its threads that can be resolved, oldest first.")

    @abstractmethod
    def patch(self) -> str:
        """Its commits as mails, oldest first, as ``git am`` reads them; merges of other branches are left out.

        Example:
            >>> print(mr.patch().splitlines()[3])
            Subject: [PATCH] Turn faster
        """

    @abstractmethod
    def approve(self, sha: str | None = None) -> None:
        """Approve it as the credential's own user; harmless if this user has already approved it.

        Args:
            sha: the commit that is approved. GitLab refuses one that is no longer the head; GitHub records it.

        Raises:
            PermissionDeniedError: when GitLab does not let this user approve it.
            ValidationError: when GitHub does not let this user, such as its author.
            ConflictError: when GitLab finds that `sha` is no longer the head.

        Example:
            >>> mr.approve(sha=mr.head.sha)
            >>> "alice" in mr.approvals
            True
        """

    @abstractmethod
    def unapprove(self) -> None:
        """Take back the credential user's own approval; harmless without one.

        Raises:
            PermissionDeniedError: when the forge does not let this user take it back.

        Example:
            >>> mr.approve()
            >>> mr.unapprove()
            >>> len(mr.approvals)
            0
        """

    @abstractmethod
    def review(
        self,
        body: str = "",
        event: str = "comment",
        comments: Iterable[LineComment] = (),
        *,
        quick_actions: bool = False,
    ) -> Review:
        """Review it as the credential's own user.

        Where the user has a pending review on the forge's page, GitLab submits it along with this one, and GitHub
        refuses.

        Args:
            body: the text.
            event: the verdict: ``"comment"``, ``"approve"`` or ``"request_changes"``. But for an approval, there must
                be a text or comments.
            comments: comments on lines of the diff, each on one or on several that the diff shows together.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.

        Raises:
            ValidationError: when there is nothing to say, a line is not in the diff, or GitHub does not let this user
                say that (about their own merge request).
            PermissionDeniedError: when GitLab does not let this user approve it; nothing is said then.

        Example:
            >>> review = mr.review("Nearly.", "request_changes", [LineComment("widget.py", 2, "Too fast?")])
            >>> str(review.state), review.body
            ('changes requested', 'Nearly.')
        """

    @abstractmethod
    def enable_auto_merge(self, method: str = "merge", sha: str | None = None, message: str | None = None) -> None:
        """Have the forge merge it as soon as its checks and rules let it; at once where nothing stands in the way.

        Args:
            method: ``"merge"``, ``"squash"`` or ``"rebase"``; see :meth:`MergeRequest.merge`.
            sha: do so only if this is still the head.
            message: the message of the merge commit; the forge writes one if not given.

        Raises:
            ConflictError: when GitLab cannot, or `sha` is no longer its head.
            ValidationError: when GitHub cannot, such as in a repository that does not allow it.

        Example:
            >>> project.get_mr(1).enable_auto_merge("squash")
            >>> str(project.get_mr(1).state)
            'merged'
        """

    @abstractmethod
    def disable_auto_merge(self) -> None:
        """Stop the forge from merging it automatically; harmless if it would not have.

        Raises:
            PermissionDeniedError: when this user may not do so.

        Example:
            >>> mr.disable_auto_merge()
            >>> mr.auto_merge_enabled
            False
        """

    @optional
    def update_branch(self, sha: str | None = None) -> None:
        """Merge the target branch into the head branch (GitHub, which does so a moment later).

        Args:
            sha: do so only if this is still the head.

        Example:
            >>> _ = repository.create_file("NEWS.md", content="# News", message="Tell the news")
            >>> mr.update_branch()
        """

    @optional
    def rebase(self) -> None:
        """Rebase the head branch onto the target branch, and wait until that is done (GitLab).

        Raises:
            ConflictError: when that is not possible.

        Example:
            >>> project.get_mr(1).rebase()
        """
