"""One change that a webhook reported.

A value and nothing more: how a delivery becomes events is the providers' business, and what is done with them the
bot's. Nothing secret may enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from igitt.interfaces.event import Event as AnyEvent
from igitt.webhooks.lazy import Moment, made

if TYPE_CHECKING:
    from igitt.interfaces.actions import Action
    from igitt.interfaces.installation import Installation
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User
    from igitt.webhooks.delivery import Delivery

__all__ = ["Event"]


class Event(AnyEvent):
    """An event as it was made from a delivery; its objects are made when they are first read.

    Args:
        delivery: the delivery that reported it.
        position: which of its delivery's events it is.
        action: what happened.
        told: its objects.
        subject: what it happened to.
        changes: what changed.
        at: returns the time of it.
    """

    __slots__ = ("_action", "_at", "_changes", "_delivery", "_position", "_subject", "_told")
    _delivery: Delivery

    def __init__(  # noqa: PLR0917 - names would take as long as all the rest
        self,
        delivery: Delivery,
        position: int,
        action: Action,
        told: tuple[Any, ...],
        subject: Any,
        changes: Mapping[str, tuple[Any, Any]],
        at: Moment | None,
    ) -> None:
        self._delivery = delivery
        self._action = action
        self._told = told
        self._subject = subject
        self._changes = changes
        self._at = at
        self._position = position

    @property
    def action(self) -> Action:
        """What happened, such as ``IssueActions.LABELED``."""
        return self._action

    @property
    def objects(self) -> tuple[Any, ...]:
        """What a handler is called with: the subject first, then what the action names (``(issue, "bug")``)."""
        return tuple([made(thing) for thing in self._told])

    @property
    def subject(self) -> Any:
        """What it happened to; a small value for things that igitt has no class for, None for nothing."""
        return made(self._subject)

    @property
    def sender(self) -> User | None:
        """The user who did it; None where the forge does not say."""
        found: User | None = made(self._delivery.sender)
        return found

    @property
    def repository(self) -> Repository | None:
        """Where it happened; None outside of repositories."""
        found: Repository | None = made(self._delivery.repository)
        return found

    @property
    def organization(self) -> Organization | None:
        """The organization (GitLab: group) that it belongs to, where the payload names one."""
        found: Organization | None = made(self._delivery.organization)
        return found

    @property
    def installation(self) -> Installation | None:
        """The App's installation that the delivery was for (GitHub only)."""
        found: Installation | None = made(self._delivery.installation)
        return found

    @property
    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """By neutral field name, the value before and after; None for one that the forge does not send."""
        return self._changes

    @property
    def name(self) -> str:
        """The forge's name of it: GitHub's ``X-GitHub-Event``, GitLab's ``object_kind`` or ``event_name``."""
        return self._delivery.name

    @property
    def delivery(self) -> str:
        """The delivery's id, which stays the same when it is sent again; empty if none came."""
        return self._delivery.identifier

    @property
    def hoster(self) -> str:
        """``"github"`` or ``"gitlab"``."""
        hoster: str = self._delivery.hoster
        return hoster

    @property
    def payload(self) -> Mapping[str, Any]:
        """The payload as it came."""
        return self._delivery.payload

    @property
    def timestamp(self) -> datetime | None:
        """When it happened; None if the payload does not say."""
        return self._at() if self._at is not None else None

    @property
    def instance(self) -> str:
        """The base URL of the forge's API."""
        instance: str = self._delivery.instance
        return instance

    @property
    def position(self) -> int:
        """Which of its delivery's events it is, from 0."""
        return self._position
