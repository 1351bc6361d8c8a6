"""One change that a webhook reported, as a bot reads it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.interfaces.queued import queued, unqueued

if TYPE_CHECKING:
    from igitt.interfaces.actions import Action
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.installation import Installation
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Event"]


class Event(ABC):
    """One change, in neutral words. Its objects are made from the payload, so that reading what it holds sends nothing.

    Two events are equal when they report the same change of the same delivery. Objects are made when they are first
    read; what no forge sends, as a number in the place of a name, is an
    :class:`~igitt.errors.InvalidPayloadError` then, if it was not one before.
    """

    __slots__ = ()

    #: As it came: a router looks at these without making an object.
    _action: Action
    _delivery: Any
    _told: tuple[Any, ...]

    def __repr__(self) -> str:
        return f"<Event {self.hoster} {self.name} {self.delivery}: {self.action!r}>"

    @property
    @abstractmethod
    def action(self) -> Action:
        """What happened, such as ``IssueActions.LABELED``."""

    @property
    @abstractmethod
    def objects(self) -> tuple[Any, ...]:
        """What a handler is called with: the subject first, then what the action names (``(issue, "bug")``)."""

    @property
    @abstractmethod
    def subject(self) -> Any:
        """What it happened to; a mapping for things that igitt has no class for, None for nothing."""

    @property
    @abstractmethod
    def sender(self) -> User | None:
        """The user who did it; None where the forge does not say."""

    @property
    @abstractmethod
    def repository(self) -> Repository | None:
        """Where it happened; None outside of repositories."""

    @property
    @abstractmethod
    def organization(self) -> Organization | None:
        """The organization (GitLab: group) that it belongs to, where the payload names one."""

    @property
    @abstractmethod
    def installation(self) -> Installation | None:
        """The App's installation that the delivery was for (GitHub only)."""

    @property
    @abstractmethod
    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """By neutral field name, the value before and after; None for one that the forge does not send."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The forge's name of it: GitHub's ``X-GitHub-Event``, GitLab's ``object_kind`` or ``event_name``."""

    @property
    @abstractmethod
    def delivery(self) -> str:
        """The delivery's id, which stays the same when it is sent again; empty if none came."""

    @property
    @abstractmethod
    def hoster(self) -> str:
        """The forge's name, such as ``"github"``."""

    @property
    @abstractmethod
    def payload(self) -> Mapping[str, Any]:
        """The payload as it came."""

    @property
    @abstractmethod
    def timestamp(self) -> datetime | None:
        """When it happened; None if the payload does not say."""

    @property
    @abstractmethod
    def instance(self) -> str:
        """The base URL of the forge's API."""

    @property
    @abstractmethod
    def position(self) -> int:
        """Which of its delivery's events it is, from 0."""

    def to_json(self) -> str:
        """The event as a text for a queue: the payload, and which of its events this is, without any secret.

        Example:
            >>> import igitt
            >>> github = igitt.GitHub("ghp_x")
            >>> payload = {"action": "created", "repository": {"full_name": "org/repo"}}
            >>> (event,) = github.read_payload("star", payload)
            >>> again = Event.from_json(event.to_json(), github)
            >>> again == event, again.action, again.repository
            (True, <RepositoryActions.STARRED: 'starred'>, <GitHubRepository org/repo>)
        """
        return queued(self)

    @classmethod
    def from_json(cls, text: str | bytes, client: Hoster) -> Event:
        """The event that :meth:`to_json` wrote, with its objects made again from the payload; sends nothing.

        The client's cache is updated as when the delivery arrived; older data never replace newer data.
        Whoever can write to the queue is trusted: the text is not signed.

        Args:
            text: the text.
            client: a client of the same instance; an App's own will do for all its installations.

        Raises:
            InvalidPayloadError: when it is not the text of an event.
            ValidationError: when the client is of another forge or instance.

        Example:
            >>> again = Event.from_json(event.to_json(), client)
            >>> again == event, again.action
            (True, <IssueActions.OPENED: 'opened'>)
        """
        return unqueued(text, client)

    def __eq__(self, other: object) -> bool:
        return self._identity == other._identity if isinstance(other, Event) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity[:-1])

    @property
    def _identity(self) -> tuple[Any, ...]:
        """What all the rest follows from."""
        return self.instance, self.name, self.delivery, self.position, self.payload
