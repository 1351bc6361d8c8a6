"""People, and programs that act like them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from igitt.errors import UnsupportedOperationError
from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element, optional

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.installation import Installation
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository

__all__ = ["EmailAddress", "User"]


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """A mail address of the credential's own user.

    Attributes:
        address: the address.
        is_verified: whether its owner has answered the forge's mail to it.
        is_primary: whether it is the one that the forge writes to; None where that is unknown.
    """

    named_by: ClassVar[tuple[str, ...]] = ("address",)

    address: str
    is_verified: bool
    is_primary: bool | None = None

    def __str__(self) -> str:
        return self.address


class User(Element):
    """An account of the forge. Two are equal when their names are, whatever the case of the letters."""

    __slots__ = ()
    kind = "user"
    named_by = ("username",)
    any_case = True

    username = Attribute[str]("The login name.")
    name = Attribute[str]("The full name; empty when the user has not set one.")
    email = Attribute[str | None]("The public email address; None when the user shows none.")
    avatar_url = Attribute[str | None]("The address of the picture.")
    emails: Attribute[PaginatedList[EmailAddress]] = Attribute(
        "All mail addresses of the credential's own user, with those that the forge has verified; nobody else's.",
        optional=True,
    )
    is_bot = Attribute[bool]("Whether it is a program: a GitHub App, or a token's own user on GitLab.")
    repositories: Attribute[PaginatedList[Repository]] = Attribute("The repositories that the user owns.")
    organizations: Attribute[PaginatedList[Organization]] = Attribute("The organizations that the user is seen in.")

    @optional
    def installed_repositories(self, installation_id: int) -> PaginatedList[Repository]:
        """The repositories of an App's installation that the user may see (GitHub, with the user's own token).

        Args:
            installation_id: the installation's number.

        Example:
            >>> [one.full_name for one in client.user.installed_repositories(installation.identifier)]
            ['acme/widgets']
        """
        raise NotImplementedError

    @optional
    def get_installations(self, jwt: Token | None = None) -> PaginatedList[Installation]:
        """The installations of the token's App that the user may see (GitHub, with the user's own token).

        Args:
            jwt: the App's token, which the installations are to use from then on; the user's if not given.

        Example:
            >>> installation in client.user.get_installations()
            True
        """
        raise NotImplementedError

    @staticmethod
    @abstractmethod
    def _tells_bot(data: Mapping[str, Any]) -> bool:
        """Whether the data at hand show that it is a program; sends nothing.

        Args:
            data: a user's JSON, whole or in part.
        """

    def _only_own(self) -> None:
        if self != self.client.user:
            raise UnsupportedOperationError(
                f"{self.hoster} does not support user emails of others: it shows only the credential's own; see email"
            )

    def __str__(self) -> str:
        return self.username
