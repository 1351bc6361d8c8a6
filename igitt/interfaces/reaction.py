"""Reactions: an emoji that somebody put on an issue, a merge request or a comment."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.user import User

__all__ = ["Reaction"]


class Reaction(Element):
    """One user's emoji."""

    __slots__ = ()
    kind = "reaction"
    named_by = ("name",)

    name = Attribute[str](
        "The emoji by its neutral name: ``+1``, ``-1``, ``laugh``, ``confused``, ``heart``, ``hooray``, ``rocket``, "
        "``eyes``; GitLab knows many more, by its own names."
    )
    user: Attribute[User | None] = Attribute("The user who added it.")

    @abstractmethod
    def delete(self) -> None:
        """Remove it.

        Example:
            >>> reaction = issue.add_reaction("+1")
            >>> reaction.delete()
            >>> len(issue.reactions)
            0
        """
