"""Comments on issues, merge requests, diffs, commits and snippets."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute, EditableAttribute
from igitt.interfaces.element import Element, optional
from igitt.interfaces.enums import CommentType

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.reaction import Reaction
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Comment"]


class Comment(Element):
    """A comment on an issue, a merge request or a commit."""

    __slots__ = ()
    kind = "comment"
    named_by = ("number",)

    number = Attribute[int]("The forge's number of it.")
    type = Attribute[CommentType]("What it was written on.")
    body = EditableAttribute[str]("The text, in the forge's Markdown.")
    author: Attribute[User | None] = Attribute("Its author; None when the account is gone.")
    created = Attribute[datetime]("When it was written.")
    updated = Attribute[datetime]("When it was changed last.")
    repository: Attribute[Repository] = Attribute("The repository that it belongs to.")
    reactions: Attribute[PaginatedList[Reaction]] = Attribute("The emoji on it.")

    @abstractmethod
    def add_reaction(self, name: str) -> Reaction:
        """Add an emoji to it, or return the one that this user has added already.

        Args:
            name: see :attr:`Reaction.name`.

        Example:
            >>> comment.add_reaction("heart").name
            'heart'
        """

    @abstractmethod
    def reply(self, body: str, *, quick_actions: bool = False) -> Comment:
        """Reply to it: in its thread where the forge has threads there, otherwise below it.

        Args:
            body: the text.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.

        Example:
            >>> comment.reply("At the hinge.").body
            'At the hinge.'
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it.

        Example:
            >>> comment.delete()
            >>> len(issue.comments)
            0
        """

    @optional
    def hide(self, reason: str = "outdated") -> None:
        """Minimize it, with a reason that readers see (GitHub).

        Args:
            reason: ``"abuse"``, ``"duplicate"``, ``"off-topic"``, ``"outdated"``, ``"resolved"`` or ``"spam"``.

        Raises:
            ValidationError: when it is any other.

        Example:
            >>> comment.hide("resolved")
        """

    def __str__(self) -> str:
        return self.body
