"""One change that a webhook told of.

A value and nothing more: how a delivery becomes events is the providers' business, and what is done with them the
bot's. Nothing secret may enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.webhooks.queue import queued, unqueued

if TYPE_CHECKING:
    from igitt.interfaces.actions import Action
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.installation import Installation
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Event"]


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One change, in neutral words. Its objects are made of the payload, so that reading what it holds sends nothing.

    Two events are equal when they tell the same change of the same delivery.

    Attributes:
        action: what happened, such as ``IssueActions.LABELED``.
        objects: what a handler is called with: the subject first, then what the action names (``(issue, "bug")``).
        subject: what it happened to; a mapping for things that igitt has no class for, None for nothing.
        sender: who did it; None where the forge does not tell.
        repository: where; None outside of repositories.
        organization: the organization (GitLab: group) that it belongs to, where the payload tells.
        installation: the App's installation that the delivery was for (GitHub only).
        changes: by neutral field name, the value before and after; None for one that the forge does not tell.
        name: the forge's name of the event: GitHub's ``X-GitHub-Event``, GitLab's ``object_kind`` or ``event_name``.
        delivery: the delivery's id, which stays the same when it is sent again; empty if none came.
        hoster: ``"github"`` or ``"gitlab"``.
        payload: the payload as it came.
        timestamp: when it happened, as the payload tells; None if it does not.
        instance: the base URL of the forge's API.
        position: which of its delivery's events it is, from 0.
    """

    action: Action
    objects: tuple[Any, ...]
    subject: Any
    sender: User | None
    repository: Repository | None
    organization: Organization | None
    installation: Installation | None
    changes: Mapping[str, tuple[Any, Any]]
    name: str
    delivery: str
    hoster: str
    payload: Mapping[str, Any] = field(repr=False)
    timestamp: datetime | None
    instance: str = ""
    position: int = 0

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
        """The event that :meth:`to_json` wrote, with its objects made anew of the payload; sends nothing.

        The client's cache is told of the delivery as when it arrived; older data never take the place of newer ones.
        Whoever can write to the queue is trusted: nothing is signed any more.

        Args:
            text: the text.
            client: a client of the same instance; an App's own will do for all its installations.

        Raises:
            InvalidPayloadError: when it is no event's text.
            ValidationError: when the client is of another forge or instance.
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
