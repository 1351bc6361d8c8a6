"""One change that a webhook told of.

A value and nothing more: how a delivery becomes events is the providers' business, and what is done with them the
bot's. Nothing secret may enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from igitt.interfaces.actions import Action
    from igitt.interfaces.installation import Installation
    from igitt.interfaces.organization import Organization
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Event"]


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One change, in neutral words. Its objects are made of the payload, so that reading what it holds sends nothing.

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
