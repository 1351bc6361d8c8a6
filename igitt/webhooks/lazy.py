"""Objects of a payload that are made when somebody reads them, which for most never happens.

What one is made from is the provider's business, and with which client the delivery's. Nothing here sends a request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

__all__ = ["Data", "Moment", "Surrounding", "Thing", "made"]

Data = Mapping[str, Any]
#: Returns a time.
Moment = Callable[[], datetime | None]
_NOT_YET: Any = object()


class Thing:
    """An object that a payload holds.

    Args:
        client: the client that it is made with.
        cls: the name of its class on the client.
        data: what it is made from, or a function that returns that.
        scope: what it belongs to.
    """

    __slots__ = ("_found", "client", "cls", "data", "scope")

    def __init__(self, client: Any, cls: str, data: Data | Callable[[], Data | None], scope: Any) -> None:
        self.client = client
        self.cls = cls
        self.data = data
        self.scope = scope
        self._found = _NOT_YET

    def get(self) -> Any:
        """The object, each time the same one; None where its function returns none.

        Raises:
            InvalidPayloadError: when a part of what it is made from is of a wrong type.
        """
        if self._found is _NOT_YET:
            data = self.data() if callable(self.data) else self.data
            cls = getattr(self.client, self.cls)
            self._found = None if data is None else cls.from_data(data, self.client, made(self.scope))
        return self._found

    def told(self) -> tuple[Any, Data | None]:
        """Its class, and what it would be made from; raises what :meth:`get` does."""
        return getattr(self.client, self.cls), self.data() if callable(self.data) else self.data

    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled is the object, which leaves its client behind."""
        return made, (self.get(),)


def made(thing: Any) -> Any:
    """The object of a thing, or of the things in a list; anything else stays as it is."""
    if thing.__class__ is Thing:
        return thing.get()
    if thing.__class__ is list:
        return [one.get() if one.__class__ is Thing else one for one in thing]
    return thing


class Surrounding:
    """What a delivery has around its events, such as its sender: a thing that is looked up when it is read.

    Args:
        find: finds it in a delivery.
    """

    def __init__(self, find: Callable[[Any], Any]) -> None:
        self.find = find
        self.name = find.__name__

    def __get__(self, delivery: Any, owner: type) -> Any:
        found = delivery.__dict__[self.name] = self.find(delivery)
        return found
