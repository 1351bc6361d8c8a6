"""The one lazy thing about events: an object of a payload is made when somebody reads it, which for most nobody does.

What it is made of is the provider's business, and whose it is the delivery's. Nothing here sends a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

__all__ = ["Data", "Moment", "Thing", "made"]

Data = Mapping[str, Any]
#: Gives a time.
Moment = Callable[[], datetime | None]


class Thing:
    """An object that a payload tells of.

    Args:
        client: the client that it is made with.
        cls: the name of its class on the client.
        data: what it is made of, or a function that gives that.
        scope: what it belongs to.
    """

    __slots__ = ("_found", "client", "cls", "data", "scope")
    _found: Any

    def __init__(self, client: Any, cls: str, data: Data | Callable[[], Data | None], scope: Any) -> None:
        self.client = client
        self.cls = cls
        self.data = data
        self.scope = scope

    def get(self) -> Any:
        """The object, each time the same one; None where its function gives none.

        Raises:
            InvalidPayloadError: when a part of what it is made of is of a wrong type.
        """
        try:
            return self._found
        except AttributeError:
            pass
        data = self.data() if callable(self.data) else self.data
        cls = getattr(self.client, self.cls)
        self._found = None if data is None else cls.from_data(data, self.client, made(self.scope))
        return self._found

    def __reduce__(self) -> tuple[Any, ...]:
        """What travels is the object, which leaves its client behind."""
        return made, (self.get(),)


def made(thing: Any) -> Any:
    """The object of a thing, or of the things in a list; what is no thing stays what it is."""
    if thing.__class__ is Thing:
        return thing.get()
    if thing.__class__ is list:
        return [one.get() if one.__class__ is Thing else one for one in thing]
    return thing
