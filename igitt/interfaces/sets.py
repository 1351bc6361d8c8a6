"""Small sets that a forge keeps inside of things: an issue's labels and assignees, a repository's topics.

Such a set is what was read, and never changes. ``issue.labels |= {"bug"}`` makes a set that remembers what was added to
it, and assigning that one sends the addition alone: what others did meanwhile stays. No I/O here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from igitt.errors import ValidationError
from igitt.interfaces.naming import means

__all__ = ["NamedSet", "as_things"]

T = TypeVar("T")

if TYPE_CHECKING:
    _Frozen = frozenset
else:
    # Not frozenset itself: {"alice"} & issue.assignees would then be computed by the left side, which knows no names.
    _Frozen = AbstractSet

#: What a set that can be changed does, and whether that adds.
_CHANGING = {
    "add": True, "update": True, "append": True, "extend": True, "insert": True, "remove": False, "discard": False,
    "pop": False, "clear": False, "difference_update": False, "intersection_update": False,
    "symmetric_difference_update": True,
}  # fmt: skip


class NamedSet(_Frozen[T]):
    """A frozen set as it was read from a forge, which also knows its things by their names.

    ``"alice" in issue.assignees`` and ``{"alice"} & issue.assignees`` compare names. ``|=``, ``-=``, ``&=`` and ``^=``
    on an attribute that can be assigned write: what is added and what is removed is sent, never the whole set, so
    nobody else's change is undone. ``add()`` and its like raise.

    Args:
        things: what is in it.
        origin: the object that it was read from, and the name of the attribute.
        ways: the methods of that object that add and remove.

    Example:
        >>> labels = NamedSet({"bug", "loud"})
        >>> "bug" in labels, sorted(labels - {"loud"}), labels == {"loud", "bug"}
        (True, ['bug'], True)
    """

    __slots__ = ("_added", "_derived", "_origin", "_removed", "_things", "_ways")

    _things: frozenset[T]
    _origin: tuple[Any, str] | None
    _ways: tuple[str, str] | None
    _derived: bool
    _added: tuple[Any, ...]
    _removed: tuple[Any, ...]

    def __new__(
        cls,
        things: Iterable[T] = (),
        *,
        origin: tuple[Any, str] | None = None,
        ways: tuple[str, str] | None = None,
    ) -> Self:
        """Make one."""
        self = object.__new__(cls)
        self._things = frozenset(things)
        self._origin, self._ways = origin, ways
        self._derived = False
        self._added = self._removed = ()
        return self

    if not TYPE_CHECKING:

        @property
        def __class__(self):  # noqa: ANN204 - the type that it is, and to isinstance() one more
            """A frozen set, for callers that ask with isinstance."""
            return frozenset

        def __getattr__(self, name: str) -> Any:
            """Refuse what a frozen set cannot do, and say what writes."""
            if name not in _CHANGING:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return self._refusal(name)

    def _refusal(self, name: str) -> Callable[..., NoReturn]:
        def refuse(*_args: object, **_keywords: object) -> NoReturn:
            where = "this set"
            way = "make another one with | and -"
            if self._origin is not None:
                thing, attribute = self._origin
                where = f"{attribute} of {thing.kind_with_article()}"
                way = "it cannot be written"
                if self._ways is not None or attribute in thing._editable():
                    adds = _CHANGING[name]
                    way = f"write {thing.kind.replace(' ', '_')}.{attribute} {'|=' if adds else '-='} {{…}}"
                    if self._ways is not None:
                        way += f", or call {self._ways[not adds]}()"
            raise ValidationError(f"{where} is a frozen set, so {name}() would change nothing at the forge; {way}")

        return refuse

    # --- reading -----------------------------------------------------------------------------------------------------

    def __contains__(self, thing: object) -> bool:
        return any(means(one, thing) for one in self._things)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def __repr__(self) -> str:
        return repr(set(self._things))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return len(self) == len(other) and self <= other

    def __hash__(self) -> int:
        """As a frozenset's; a set of things, which is equal to the set of their names, has none."""
        if all(isinstance(one, str) for one in self._things):
            return hash(self._things)
        raise TypeError("a set of things that have names has no hash; frozenset(…) of it has one")

    def __le__(self, other: AbstractSet[object]) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return all(any(means(one, thing) for thing in other) for one in self._things)

    def __lt__(self, other: AbstractSet[object]) -> bool:
        return len(self) < len(other) and self <= other

    def __ge__(self, other: AbstractSet[object]) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return all(thing in self for thing in other)

    def __gt__(self, other: AbstractSet[object]) -> bool:
        return len(self) > len(other) and self >= other

    def issubset(self, other: Iterable[object], /) -> bool:
        """Whether all of it is among others.

        Example:
            >>> NamedSet({"bug"}).issubset(["bug", "loud"])
            True
        """
        return self <= frozenset(other)

    def issuperset(self, other: Iterable[object], /) -> bool:
        """Whether all others are in it.

        Example:
            >>> NamedSet({"bug", "loud"}).issuperset(["bug"])
            True
        """
        return self >= frozenset(other)

    def isdisjoint(self, other: Iterable[object], /) -> bool:
        """Whether nothing of it is among others.

        Example:
            >>> NamedSet({"bug"}).isdisjoint(["loud"])
            True
        """
        return not any(thing in self for thing in other)

    def copy(self) -> Self:
        """The set itself, which never changes.

        Example:
            >>> labels = NamedSet({"bug"})
            >>> labels.copy() is labels
            True
        """
        return self

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """The things travel, and what they were read from does not."""
        return NamedSet, (tuple(self._things),)

    # --- making others -----------------------------------------------------------------------------------------------

    def _changed(self, added: Collection[Any], removed: Collection[Any]) -> Self:
        """Another set, which knows how it differs from what was read."""
        staying = [one for one in self._things if not any(means(one, thing) for thing in removed)]
        new = [thing for thing in added if not any(means(one, thing) for one in staying)]
        found = type(self)((*staying, *new), origin=self._origin, ways=self._ways)
        found._derived = True
        found._added = (*_without(self._added, removed), *_without(added, self._added))
        found._removed = (*_without(self._removed, added), *_without(removed, self._removed))
        return found

    def __or__(self, other: Iterable[Any]) -> Self:
        return self._changed(as_things(other), ())

    def __sub__(self, other: Iterable[Any]) -> Self:
        return self._changed((), as_things(other))

    def __and__(self, other: Iterable[Any]) -> Self:
        kept = as_things(other)
        return self._changed((), [one for one in self._things if not any(means(one, thing) for thing in kept)])

    def __xor__(self, other: Iterable[Any]) -> Self:
        turned = as_things(other)
        return self._changed(
            [thing for thing in turned if thing not in self], [thing for thing in turned if thing in self]
        )

    def __ror__(self, other: Iterable[Any]) -> frozenset[Any]:
        return frozenset(as_things(other)) | frozenset(one for one in self._things if not _among(one, other))

    def __rand__(self, other: Iterable[Any]) -> frozenset[Any]:
        return frozenset(thing for thing in as_things(other) if thing in self)

    def __rsub__(self, other: Iterable[Any]) -> frozenset[Any]:
        return frozenset(thing for thing in as_things(other) if thing not in self)

    def __rxor__(self, other: Iterable[Any]) -> frozenset[Any]:
        return self.__rsub__(other) | frozenset(one for one in self._things if not _among(one, other))

    def union(self, *others: Iterable[Any]) -> Self:
        """What is in it or in another one; see ``|``.

        Example:
            >>> sorted(NamedSet({"bug"}).union(["loud"], ["old"]))
            ['bug', 'loud', 'old']
        """
        return self | [thing for other in others for thing in as_things(other)]

    def difference(self, *others: Iterable[Any]) -> Self:
        """What is in it and in no other one; see ``-``.

        Example:
            >>> NamedSet({"bug", "loud"}).difference(["loud"])
            {'bug'}
        """
        return self - [thing for other in others for thing in as_things(other)]

    def intersection(self, *others: Iterable[Any]) -> Self:
        """What is in it and in every other one; see ``&``.

        Example:
            >>> NamedSet({"bug", "loud"}).intersection(["loud", "old"])
            {'loud'}
        """
        found = self
        for other in others:
            found &= other
        return found

    def symmetric_difference(self, other: Iterable[Any], /) -> Self:
        """What is either in it or in another one; see ``^``.

        Example:
            >>> sorted(NamedSet({"bug", "loud"}).symmetric_difference(["loud", "old"]))
            ['bug', 'old']
        """
        return self ^ other

    # --- writing -----------------------------------------------------------------------------------------------------

    def changes_of(self, thing: object, attribute: str) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
        """What was added and removed since it was read from this attribute of `thing`.

        None where it is from elsewhere, or just as it was read: then the whole set is what is meant.

        Example:
            >>> issue.add_labels("bug")
            >>> changed = issue.labels - {"bug"} | {"loud"}
            >>> changed.changes_of(issue, "labels")
            (('loud',), ('bug',))
        """
        if not self._derived or self._origin is None or self._origin[1] != attribute or self._origin[0] is not thing:
            return None
        return self._added, self._removed


def as_things(things: Iterable[Any], what: str = "names") -> list[Any]:
    """The things of a collection.

    Raises:
        ValidationError: when it is a text, which is one thing and no set, or nothing that holds things.
    """
    if isinstance(things, str) or not isinstance(things, Iterable):
        raise ValidationError(f"{what} are given as a list or set, as in {{{things!r}}}, not as {things!r}")
    return list(things)


def _among(one: object, things: Iterable[Any]) -> bool:
    return any(means(one, thing) for thing in things)


def _without(things: Collection[Any], others: Collection[Any]) -> Iterator[Any]:
    return (thing for thing in things if not any(means(thing, other) for other in others))
