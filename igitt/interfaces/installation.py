"""Installations of a GitHub App. GitLab has nothing of the kind."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Installation"]


class Installation(Element):
    """An App at an account: what it may do there, and where."""

    __slots__ = ()
    kind = "installation"
    named_by = ("identifier",)

    app_id = Attribute[int]("The App's number.")
    account: Attribute[User | Organization | None] = Attribute("Where it is installed; None for an enterprise.")
    permissions: Attribute[dict[str, str]] = Attribute("What it may do: resource to level.")
    webhooks: Attribute[NamedSet[str]] = Attribute("The events that it receives, by GitHub's names.")
    repository_selection = Attribute[str]("``all`` or ``selected``.")
    repositories: Attribute[PaginatedList[Repository]] = Attribute(
        "The repositories that it may see, all pages; needs the installation's own token."
    )
    is_suspended = Attribute[bool]("Whether it is suspended.")

    @abstractmethod
    def suspend(self) -> None:
        """Suspend it until :meth:`unsuspend` (needs the App's JWT).

        Example:
            >>> installation.suspend()
            >>> installation.is_suspended
            True
        """

    @abstractmethod
    def unsuspend(self) -> None:
        """End its suspension (needs the App's JWT).

        Example:
            >>> installation.suspend()
            >>> installation.unsuspend()
            >>> installation.is_suspended
            False
        """

    @abstractmethod
    def delete(self) -> None:
        """Uninstall the App from the account (needs the App's JWT).

        Example:
            >>> installation.delete()
            >>> len(app.installations)
            0
        """
