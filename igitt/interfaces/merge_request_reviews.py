"""What reviewing a merge request takes, as a part of its interface: approving, and what was said of the change.

Only what :class:`~igitt.interfaces.merge_request.MergeRequest` inherits belongs here; the things that it gives are in
:mod:`igitt.interfaces.review`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.user import User

__all__ = ["MergeRequestReviews"]


class MergeRequestReviews(Element):
    """The part of a merge request that is about reviewing it."""

    __slots__ = ()

    approvals: Attribute[set[User]] = Attribute("Whose approval stands.")

    @abstractmethod
    def patch(self) -> str:
        """Its commits as mails, oldest first, as ``git am`` reads them; merges of other branches are left out."""

    @abstractmethod
    def approve(self, sha: str | None = None) -> None:
        """Approve it as the credential's own user; to have approved before is no error.

        Args:
            sha: the commit that is approved. GitLab refuses one that is not the head any more; GitHub notes it.

        Raises:
            PermissionDeniedError: when GitLab does not let this user approve it.
            ValidationError: when GitHub does not, such as the author's own.
            ConflictError: when `sha` is not GitLab's head any more.
        """

    @abstractmethod
    def unapprove(self) -> None:
        """Take the own approval back; to have given none is no error.

        Raises:
            PermissionDeniedError: when the forge does not let this user take it back.
        """
