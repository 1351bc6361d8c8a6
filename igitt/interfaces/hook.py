"""Webhooks that a repository or an organization has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from enum import Enum
from secrets import token_hex
from typing import Any, TypedDict, Unpack

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet
from igitt.interfaces.element import Element
from igitt.interfaces.enums import WebhookEvents
from igitt.interfaces.naming import near

__all__ = ["NEW", "Hook", "HookFields", "NewSecret", "checked_events", "secret_for"]


class NewSecret(Enum):
    """A request for a new secret of a hook's own; see :data:`NEW`."""

    NEW = "new"


#: As the secret of a new hook: one that is generated for it, 32 random bytes in hexadecimal digits, and shown once.
NEW = NewSecret.NEW


def secret_for(secret: str | NewSecret | None) -> str | None:
    """The secret as it is sent: a new one where one is asked for.

    Raises:
        ValidationError: when it is not a text.
    """
    if secret is not None and not isinstance(secret, str | NewSecret):
        raise ValidationError(f"the secret of a hook is a text, NEW or None, not {type(secret).__name__}")
    return token_hex(32) if isinstance(secret, NewSecret) else secret


class HookFields(TypedDict, total=False):
    """What :meth:`Hook.edit` writes."""

    target_url: str
    events: Iterable[WebhookEvents]
    is_active: bool
    secret: str


class Hook(Element):
    """A webhook: events are posted to an address."""

    __slots__ = ()
    kind = "hook"
    named_by = ("target_url",)

    target_url = EditableAttribute[str]("The address that is posted to.")
    events: EditableSet[WebhookEvents, WebhookEvents] = EditableSet("What is reported; ``|=`` and ``-=`` write.")
    is_active = Attribute[bool]("Whether it delivers at the moment.")

    @property
    def new_secret(self) -> str | None:
        """The secret that ``register_hook(…, secret=NEW)`` made, for keeping; no other object of the hook has it."""
        made: str | None = getattr(self, "_new_secret", None)
        return made

    @abstractmethod
    def edit(self, **fields: Unpack[HookFields]) -> None:
        """Write several fields in one request; ``secret`` can only be written, never read.

        Example:
            >>> hook.edit(events={WebhookEvents.ISSUE, WebhookEvents.PUSH}, secret="a new secret")
            >>> WebhookEvents.ISSUE in hook.events
            True
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it, so that nothing is posted any more.

        Example:
            >>> hook.delete()
            >>> len(repository.hooks)
            0
        """


def checked_events(events: Any) -> set[WebhookEvents]:
    """The events as a set.

    Args:
        events: members of :class:`WebhookEvents`, one or many.

    Raises:
        ValidationError: when one is something else, or there are none.
    """
    found: set[WebhookEvents] = set()
    for event in [events] if isinstance(events, str | WebhookEvents) or not isinstance(events, Iterable) else events:
        if not isinstance(event, WebhookEvents) or event is WebhookEvents.UNKNOWN:
            known = (f"WebhookEvents.{name}" for name in WebhookEvents.__members__ if name != "UNKNOWN")
            raise ValidationError(
                f"a hook reports members of igitt.interfaces.WebhookEvents, not {event!r}; "
                f"{near(f'WebhookEvents.{str(event).upper()}', known)}"
            )
        found.add(event)
    if not found:
        raise ValidationError("a hook has to report at least one event")
    return found
