"""Tags."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.commit import Commit

__all__ = ["Tag"]


class Tag(Element):
    """A tag of a repository, known by its name; upper and lower case are different."""

    __slots__ = ()
    kind = "tag"
    named_by = ("name",)

    name = Attribute[str]("The name, with its slashes and without ``refs/tags/``.")
    commit: Attribute[Commit] = Attribute("The commit that it points to.")
    message = Attribute[str]("The message of an annotated tag; empty for a lightweight one.")

    @abstractmethod
    def delete(self) -> None:
        """Remove it.

        Raises:
            IGittError: when it is not there, or is protected.

        Example:
            >>> tag.delete()
            >>> len(repository.tags)
            0
        """

    def __str__(self) -> str:
        return self.name
