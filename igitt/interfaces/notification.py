"""What waits for a user: GitHub's notifications, GitLab's to-do items."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.interfaces.attributes import Attribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import Reason

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.repository import Repository

__all__ = ["Notification"]


class Notification(Element):
    """Something that the credential's user was notified of."""

    __slots__ = ()
    kind = "notification"

    reason = Attribute[Reason]("Why the user was notified.")
    subject_type = Attribute[str](
        "What it is about: ``issue``, ``merge request``, ``commit``, ``release`` … (see :attr:`Element.kind`), or the "
        "forge's own word for what igitt has no class for."
    )
    subject: Attribute[Element | None] = Attribute(
        "What it is about; None where igitt has no class for it, or the forge sends no address."
    )
    pending = Attribute[bool]("Whether it still waits: unread on GitHub, not done on GitLab.")
    repository: Attribute[Repository | None] = Attribute("Where it happened; None for what belongs to a group.")
    updated = Attribute[datetime]("When it last changed.")

    @classmethod
    def fetch_all(cls, client: Hoster | Token | str) -> PaginatedList[Notification]:
        """What waits for the user: IGitt's way to :attr:`igitt.interfaces.Hoster.notifications`.

        Args:
            client: the client, or a token for the public instance.

        Example:
            >>> from igitt.github import GitHubNotification
            >>> notification in GitHubNotification.fetch_all(client)
            True
        """
        bound: Any = cls
        found: PaginatedList[Notification] = bound._client_of(client).notifications
        return found

    @abstractmethod
    def mark_done(self) -> None:
        """Mark it as done; doing so twice is harmless.

        Example:
            >>> notification.mark_done()
            >>> notification.pending
            False
        """

    @abstractmethod
    def unsubscribe(self) -> None:
        """Unsubscribe from what it is about, until somebody mentions the user there.

        Raises:
            UnsupportedOperationError: when the forge has no subscriptions to such a thing.

        Example:
            >>> notification.unsubscribe()
        """
