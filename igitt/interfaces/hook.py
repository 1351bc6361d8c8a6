"""Webhooks that a repository or an organization has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TypedDict, Unpack

from igitt.interfaces.attributes import Attribute, EditableAttribute
from igitt.interfaces.element import Element
from igitt.interfaces.enums import WebhookEvents

__all__ = ["Hook", "HookFields"]


class HookFields(TypedDict, total=False):
    """What :meth:`Hook.edit` writes."""

    target_url: str
    events: set[WebhookEvents]
    is_active: bool
    secret: str


class Hook(Element):
    """A subscription: what happens is posted to an address."""

    __slots__ = ()
    kind = "hook"

    target_url = EditableAttribute[str]("The address that is posted to.")
    events = EditableAttribute[set[WebhookEvents]]("What is reported.")
    is_active = Attribute[bool]("Whether anything is reported at the moment.")

    @abstractmethod
    def edit(self, **fields: Unpack[HookFields]) -> None:
        """Write several fields in one request; ``secret`` can be written and never read."""

    @abstractmethod
    def delete(self) -> None:
        """End the subscription."""


def checked_events(events: Iterable[WebhookEvents]) -> set[WebhookEvents]:
    """The events as a set, or an error for what is none."""
    return {WebhookEvents(event) for event in events}
