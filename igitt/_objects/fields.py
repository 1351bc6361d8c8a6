"""The descriptors that providers' tables are written with.

``title = Editable("title", text)`` in a provider's class is the whole of an attribute: reading looks the key up in the
object's JSON and converts, and assigning has the object send one request. Nothing here knows a forge or a path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, TypeVar, overload

from igitt.errors import IGittError, InvalidResponseError
from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet
from igitt.interfaces.sets import NamedSet, as_things
from igitt.interfaces.shapes import MISSHAPEN, misshapen

__all__ = [
    "Editable",
    "EditableRelated",
    "EditableRelatedSet",
    "EditableSetField",
    "Field",
    "Related",
    "RelatedSet",
    "Writable",
    "WritableSet",
]

T = TypeVar("T")
_MISSING = object()


class Field(Attribute[T]):
    """A read-only attribute: a datum, converted.

    Args:
        key: where it is in the JSON; ``"head.ref"`` is inside an object.
        parse: makes the value of what the JSON holds there, None included.
    """

    __isabstractmethod__ = False

    def __init__(self, key: str, parse: Callable[[Any], T]) -> None:
        super().__init__()
        self.key, *self.inner = key.split(".")
        self.parse = parse

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> T: ...
    def __get__(self, obj: Any, owner: type) -> Self | T:
        if obj is None:
            return self
        value = obj._data.get(self.key, _MISSING)
        if value is _MISSING:
            try:
                value = obj._lookup(self.key)
            except IGittError:
                raise
            except MISSHAPEN as error:
                raise misshapen(error, f"{self.name} of {obj.kind_with_article()}") from error
        for key in self.inner:
            value = value.get(key) if isinstance(value, dict) else None
        try:
            return self.parse(value)
        except MISSHAPEN as error:
            raise InvalidResponseError(f"the forge sent {value!r:.80} as the {self.name} of a {obj.kind}") from error


class Writable(EditableAttribute[T]):
    """The half of an attribute that writes: assigning it sends one request.

    Args:
        write: the key under which the forge wants to read the value.
        dump: makes what the forge wants to read of a value; it may refuse with a ValidationError.
    """

    write: str
    dump: Callable[[T], Any] | None

    def __set__(self, obj: Any, value: T) -> None:
        obj._edit({self.name: value})

    def encode(self, value: T, obj: Any) -> dict[str, Any]:  # noqa: ARG002 - for those that need the object's client
        """The part of a request's body that writes `value` (`obj` is the one that is written)."""
        return {self.write: value if self.dump is None else self.dump(value)}


class Editable(Field[T], Writable[T]):
    """An attribute that can be assigned: a datum, converted both ways.

    Args:
        key: where it is in the JSON.
        parse: makes the value of what the JSON holds there.
        dump: makes what the forge wants to read of a value.
        write: the key under which the forge wants to read it, where that is another.
    """

    def __init__(
        self, key: str, parse: Callable[[Any], T], dump: Callable[[T], Any] | None = None, *, write: str | None = None
    ) -> None:
        super().__init__(key, parse)
        self.dump = dump
        self.write = write or key


class Related(Attribute[T]):
    """A read-only attribute that is an object of its own, made of the JSON inside this one's; None where there is none.

    Args:
        key: where its JSON is.
        cls: the name of its class on the client.
        scoped: whether it belongs to what this object belongs to (an issue's milestone: to the issue's repository).
    """

    __isabstractmethod__ = False

    def __init__(self, key: str, cls: str, *, scoped: bool = False) -> None:
        super().__init__()
        self.field = Field[Any](key, _as_is)
        self.cls = cls
        self.scoped = scoped

    def read(self, obj: Any) -> T:
        """Make the object."""
        made: T = self.make(obj, self.field.__get__(obj, type(obj)))
        return made

    def make(self, obj: Any, data: Any) -> Any:
        """The object for a piece of JSON."""
        if not isinstance(data, dict) or not data:
            return None
        client = obj.client
        return getattr(client, self.cls).from_data(data, client, obj._owner if self.scoped else None)


class RelatedSet(Related[NamedSet[T]]):
    """A read-only attribute that is a small set of objects, made of a list inside this one's JSON."""

    ways: tuple[str, str] | None = None

    def read(self, obj: Any) -> NamedSet[T]:
        """Make the objects."""
        found = self.field.__get__(obj, type(obj))
        things = [self.make(obj, item) for item in found if item] if isinstance(found, list) else ()
        return NamedSet(things, origin=(obj, self.name), ways=self.ways)


class EditableRelated(Related[T], Writable[T]):
    """An object inside this one's JSON that can be assigned.

    Args:
        key: where its JSON is.
        cls: the name of its class on the client.
        dump: makes what the forge wants to read of an object.
        write: the key under which the forge wants to read it.
        scoped: see :class:`Related`.
    """

    def __init__(self, key: str, cls: str, dump: Callable[[T], Any], *, write: str, scoped: bool = False) -> None:
        super().__init__(key, cls, scoped=scoped)
        self.dump = dump
        self.write = write


class WritableSet(EditableSet[T, Any], Writable[Any]):
    """The half of a small set that writes: a difference where one is known, else the whole set.

    Args:
        ways: the object's methods that add and remove; without them a difference is applied to what is read again.
        whole: whether the forge takes the whole set; else the difference is taken from what is read again.
    """

    ways: tuple[str, str] | None
    whole = True

    def __set__(self, obj: Any, value: Any) -> None:
        difference = self.difference(obj, value)
        if difference is None:
            obj._edit({self.name: value})
        else:
            self.change(obj, *difference)

    def difference(self, obj: Any, value: Any) -> tuple[Sequence[Any], Sequence[Any]] | None:
        """What to add and to remove where `value` was made of what was read from `obj`; None for a whole set."""
        found = value.changes_of(obj, self.name) if type(value) is NamedSet else None
        if found is None and not self.whole:
            now, wanted = getattr(obj.refresh(), self.name), NamedSet(as_things(value, self.name))
            found = tuple(wanted - now), tuple(now - wanted)
        return found

    def change(self, obj: Any, added: Sequence[Any], removed: Sequence[Any]) -> None:
        """Add and remove, and leave alone what others did since the set was read."""
        if self.ways is not None:
            for way, things in zip(self.ways, (added, removed), strict=True):
                if things:
                    getattr(obj, way)(*things)
        elif added or removed:
            now = getattr(obj.refresh(), self.name)
            wanted = (now - removed) | added
            if wanted != now:
                obj._edit({self.name: list(wanted)})

    def settled(self, obj: Any, value: Any) -> Any:
        """The whole set that `value` means, for what is written together with other fields."""
        difference = self.difference(obj, value)
        if difference is None:
            return value
        added, removed = difference
        return list((getattr(obj.refresh(), self.name) - removed) | added)


class EditableSetField(Field[NamedSet[T]], WritableSet[T]):
    """A small set of texts or words inside this one's JSON that can be assigned.

    Args:
        key: where the list is.
        parse: makes the members of what the JSON holds there.
        dump: makes what the forge wants to read of a collection.
        ways: see :class:`WritableSet`.
    """

    def __init__(
        self,
        key: str,
        parse: Callable[[Any], Iterable[T]],
        dump: Callable[[Any], Any],
        *,
        ways: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(key, parse)  # type: ignore[arg-type]  # __get__ makes a NamedSet of what comes
        self.dump = dump
        self.write = key
        self.ways = ways

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> NamedSet[T]: ...
    def __get__(self, obj: Any, owner: type) -> Self | NamedSet[T]:
        if obj is None:
            return self
        found: Any = super().__get__(obj, owner)
        return NamedSet(found, origin=(obj, self.name), ways=self.ways)


class EditableRelatedSet(RelatedSet[T], WritableSet[T]):
    """A small set of objects inside this one's JSON that can be assigned.

    Args:
        key: where the list is.
        cls: the name of their class on the client.
        dump: makes what the forge wants to read of them.
        write: the key under which the forge wants to read it.
        ways, whole: see :class:`WritableSet`.
    """

    def __init__(
        self,
        key: str,
        cls: str,
        dump: Callable[[Any], Any] | None,
        *,
        write: str,
        ways: tuple[str, str] | None = None,
        whole: bool = True,
    ) -> None:
        super().__init__(key, cls)
        self.dump = dump
        self.whole = whole
        self.write = write
        self.ways = ways


def _as_is(value: Any) -> Any:
    return value
