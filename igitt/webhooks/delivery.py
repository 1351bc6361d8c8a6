"""A payload while a provider reads it: parts that are checked when they are taken, and the events that come of it.

What is missing or null is None; what is there but of a wrong type is an :class:`~igitt.errors.InvalidPayloadError`.
Nothing here sends a request, and no event is known by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from igitt._base.checks import is_whole
from igitt.errors import IGittError, InvalidPayloadError
from igitt.interfaces.actions import Action, IssueActions, MergeRequestActions
from igitt.interfaces.convert import optional_instant
from igitt.interfaces.enums import IssueStates, MergeRequestStates
from igitt.interfaces.event import Event
from igitt.webhooks import event as events
from igitt.webhooks.lazy import Data, Moment, Surrounding, Thing

__all__ = ["STATES", "Changes", "Delivery", "bodies", "moment", "number", "part", "parts", "required", "when", "word"]

#: By neutral field name, the value before and after.
Changes = dict[str, tuple[Any, Any]]

_NONE: Changes = {}
#: What an action says of the state before and after.
STATES: dict[Action, tuple[Any, Any]] = {
    IssueActions.CLOSED: (IssueStates.OPEN, IssueStates.CLOSED),
    IssueActions.REOPENED: (IssueStates.CLOSED, IssueStates.OPEN),
    MergeRequestActions.CLOSED: (MergeRequestStates.OPEN, MergeRequestStates.CLOSED),
    MergeRequestActions.MERGED: (MergeRequestStates.OPEN, MergeRequestStates.MERGED),
    MergeRequestActions.REOPENED: (MergeRequestStates.CLOSED, MergeRequestStates.OPEN),
}


def part(data: Mapping[str, Any] | None, key: str) -> dict[str, Any] | None:
    """The object under a key; None without one."""
    value = data.get(key) if data else None
    if value is not None and not isinstance(value, dict):
        raise InvalidPayloadError(f"the payload's {key!r} is {type(value).__name__} where an object belongs")
    return value


def required(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under a key, without which the event means nothing."""
    value = part(data, key)
    if value is None:
        raise InvalidPayloadError(f"the payload has no {key!r}; is it of this event?")
    return value


def parts(data: Mapping[str, Any] | None, key: str) -> list[dict[str, Any]]:
    """The objects in the list under a key."""
    value = data.get(key) if data else None
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise InvalidPayloadError(f"the payload's {key!r} is not a list of objects")
    return value


def word(data: Mapping[str, Any] | None, key: str) -> str:
    """The text under a key; empty without one."""
    value = data.get(key) if data else None
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidPayloadError(f"the payload's {key!r} is {type(value).__name__} where a text belongs")
    return value


def number(data: Mapping[str, Any] | None, key: str) -> int | None:
    """The number under a key; None without one."""
    value = data.get(key) if data else None
    if value is not None and not is_whole(value):
        raise InvalidPayloadError(f"the payload's {key!r} is {type(value).__name__} where a number belongs")
    return value


def when(data: Mapping[str, Any] | None, *keys: str) -> Moment:
    """Returns the time of an event when it is asked for; see :func:`moment`."""
    return partial(moment, data, *keys)


def moment(data: Mapping[str, Any] | None, *keys: str) -> datetime | None:
    """The first time under one of the keys; None where there is none that can be read."""
    for key in keys:
        value = data.get(key) if data else None
        if value:
            try:
                return optional_instant(value)
            except IGittError:
                return None
    return None


def bodies(changes: Changes) -> Changes:
    """What changed in a comment, whose text either forge sends as if it were a description."""
    found = [changes[key] for key in ("note", "description") if key in changes]
    return {"body": found[0]} if found else {}


class Delivery:
    """One payload on its way to events, and what surrounds them.

    Args:
        client: the client that the objects are made with.
        name: the forge's name of the event.
        payload: the decoded payload.
        identifier: the delivery's id.
    """

    #: Where it happened, whose that is, who did it, and for which installation of an App.
    repository: Any = None
    organization: Any = None
    sender: Any = None
    installation: Any = None

    def __init__(self, client: Any, name: str, payload: Mapping[str, Any], identifier: str) -> None:
        self.client = client
        self.name = name
        self.payload = payload
        self.identifier = identifier
        #: Every object in it, for updating the cache.
        self.things: list[Thing] = []
        #: How many events were made.
        self.count = 0

    @Surrounding
    def hoster(self) -> str:
        """The forge that sent it."""
        hoster: str = self.client.hoster
        return hoster

    @Surrounding
    def instance(self) -> str:
        """The base URL of its API."""
        url: str = self.client.url
        return url

    @Surrounding
    def doer(self) -> tuple[str, bool]:
        """The login name of the user who did it, in lower case, and whether that is a bot, as far as the payload shows.

        Both come from the data alone; without data, there is no name.
        """
        thing = self.sender
        if thing is None:
            return "", False
        cls, data = thing.told()
        if not data:
            return "", False
        return str(data.get(cls._key) or "").casefold(), cls._tells_bot(data)

    def __getstate__(self) -> dict[str, Any]:
        """An event that is pickled takes no client along."""
        kept = ("doer", "hoster", "identifier", "installation", "instance", "name", "organization", "payload",
                "repository", "sender")  # fmt: skip
        return {name: getattr(self, name) for name in kept}

    def make(self, cls: str, data: Data | Callable[[], Data | None] | None, scope: Any = None) -> Any:
        """The thing of the class that the client calls `cls`; None without data.

        Args:
            cls: the name of the class.
            data: what it is made from, or a function that returns that when somebody reads it.
            scope: what it belongs to.
        """
        if data is None:
            return None
        thing = Thing(self.client, cls, data, scope)
        self.things.append(thing)
        return thing

    def event(
        self,
        action: Action,
        *objects: Any,
        changes: Changes = _NONE,
        subject: Any = None,
        at: Moment | None = None,
    ) -> Event:
        """An event; its subject is the first object unless another is given."""
        position = self.count
        self.count = position + 1
        if subject is None and objects:
            subject = objects[0]
        return events.Event(self, position, action, objects, subject, changes, at)
