"""Branches."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element

if TYPE_CHECKING:
    from igitt.interfaces.commit import Commit

__all__ = ["Branch"]


class Branch(Element):
    """A branch of a repository, known by its name; upper and lower case are different."""

    __slots__ = ()
    kind = "branch"
    named_by = ("name",)

    name = Attribute[str]("The name, with its slashes and without ``refs/heads/``.")
    commit: Attribute[Commit] = Attribute("The commit that it points to.")
    is_protected = Attribute[bool]("Whether a rule of the forge keeps it from being deleted or rewritten.")

    @abstractmethod
    def protect(self) -> None:
        """Keep it from being deleted or rewritten; one that is protected already stays as it is on GitLab.

        On GitHub this is a rule without further requirements, which replaces an existing one. On GitLab only
        maintainers may push and merge from then on.

        Raises:
            PermissionDeniedError: when this credential may not administer the repository.

        Example:
            >>> branch.protect()
            >>> branch.is_protected
            True
        """

    @abstractmethod
    def unprotect(self) -> None:
        """Remove its own protection, if it has one. A rule for many branches (``release/*``) stays.

        Example:
            >>> branch.protect()
            >>> branch.unprotect()
            >>> branch.is_protected
            False
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it.

        Raises:
            IGittError: when it is not there, or is protected or the default branch.

        Example:
            >>> branch.delete()
            >>> [one.name for one in repository.branches]
            ['main']
        """

    def __str__(self) -> str:
        return self.name
