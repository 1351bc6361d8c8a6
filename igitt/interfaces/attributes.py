"""How an interface declares an attribute.

``number = Attribute[int]("…")`` in an abstract class promises a read-only attribute, ``title =
EditableAttribute[str]("…")`` one that can be assigned. Both are abstract: a provider has to supply its own descriptor
of the same kind (:mod:`igitt._objects.resource` has them), otherwise its class cannot be defined. A read-only
descriptor has no ``__set__``: so mypy, pyright and the run time all refuse an assignment that the forge would refuse.
:class:`computed` is for what follows from other attributes.

No I/O here, and no knowledge of how a value is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, Self, TypeVar, overload

from igitt.errors import IGittError, UnsupportedOperationError
from igitt.interfaces.sets import NamedSet
from igitt.interfaces.shapes import MISSHAPEN, misshapen

__all__ = ["Attribute", "EditableAttribute", "EditableSet", "computed", "computed_set"]

#: Why a forge does not have what its provider left out.
NOTHING = "it has nothing of the kind"

T = TypeVar("T")
G = TypeVar("G")


class Attribute(Generic[T]):
    """A read-only attribute of type ``T`` that each provider has to supply.

    Args:
        doc: what the attribute means, for readers and for the documentation.
        optional: whether a provider whose forge has nothing of the kind may leave it out; reading it raises
            :class:`~igitt.errors.UnsupportedOperationError` there.
    """

    __isabstractmethod__ = True
    name = "?"

    def __init__(self, doc: str = "", *, optional: bool = False) -> None:
        self.__doc__ = doc
        if optional:
            self.__isabstractmethod__ = False
            self.unsupported = NOTHING

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name, and take the documentation over from the interface."""
        self.name = name
        if not self.__doc__:
            self.__doc__ = next((vars(base)[name].__doc__ for base in owner.__mro__[1:] if name in vars(base)), None)

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> T: ...
    def __get__(self, obj: object | None, owner: type) -> Self | T:
        """The value on an object, the descriptor itself on a class."""
        if obj is None:
            return self
        return self.read(obj)

    def read(self, obj: Any) -> T:
        """The value of this attribute of `obj`; supplied by the provider's descriptor.

        Example:
            >>> class Loud(Attribute[str]):
            ...     def read(self, obj):
            ...         return f"{obj.word}!"
            >>> class Dog:
            ...     word = "Woof"
            ...     noise = Loud("What it says.")
            >>> Dog().noise
            'Woof!'
        """
        if hasattr(self, "unsupported"):
            raise UnsupportedOperationError(f"{obj.hoster} does not support {obj.kind} {self.name}: {self.unsupported}")
        raise NotImplementedError(f"{type(obj).__name__}.{self.name} is declared, but no provider supplies it")

    def _refuse(self, obj: object, _value: object = None) -> NoReturn:
        if hasattr(self, "unsupported"):
            self.read(obj)
        raise AttributeError(f"{type(obj).__name__}.{self.name} is read-only")


class EditableAttribute(Attribute[T]):
    """An attribute of type ``T`` that each provider has to supply and that can be assigned, which writes at once."""

    def __set__(self, obj: Any, value: T) -> None:
        """Write the value to the forge."""
        self._refuse(obj, value)


class EditableSet(Attribute[NamedSet[T]], Generic[T, G]):
    """A small set inside of a thing, of things ``T``, that can be assigned: things or names, ``G``, in any collection.

    ``|=`` and ``-=`` send what was added and removed; assigning another collection replaces the whole set.
    """

    # Pyright sees only side by side that what is assigned may be of another type than what is read.
    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: object, owner: type) -> NamedSet[T]: ...
    def __get__(self, obj: object | None, owner: type) -> Self | NamedSet[T]:
        """The set on an object, the descriptor itself on a class."""
        return self if obj is None else self.read(obj)

    def __set__(self, obj: Any, value: Iterable[G]) -> None:
        """Write the set, or its difference, to the forge."""
        self._refuse(obj, value)


class computed(Attribute[T]):  # noqa: N801 - a decorator, named like `property`
    """A read-only attribute that follows from others: a property that satisfies an :class:`Attribute`."""

    __isabstractmethod__ = False

    def __init__(self, function: Callable[[Any], T]) -> None:
        super().__init__(function.__doc__ or "")
        self.function = function

    def read(self, obj: Any) -> T:
        """What the function returns for the object; a response of an unexpected shape raises an error that says so.

        Example:
            >>> type(mr).tests_passed.read(mr) == mr.tests_passed
            True
        """
        try:
            return self.function(obj)
        except IGittError:
            raise
        except MISSHAPEN as error:
            raise misshapen(error, f"{self.name} of {type(obj).__name__}") from error


class computed_set(Attribute[NamedSet[T]]):  # noqa: N801 - a decorator, as computed
    """A read-only attribute that is a small set and follows from others; the function returns what is in it."""

    __isabstractmethod__ = False

    def __init__(self, function: Callable[[Any], Iterable[T]]) -> None:
        super().__init__(function.__doc__ or "")
        self.things = function

    def read(self, obj: Any) -> NamedSet[T]:
        """Compute the set; a response of an unexpected shape raises an error that says so.

        Example:
            >>> type(mr).affected_files.read(mr) == mr.affected_files
            True
        """
        try:
            return NamedSet(self.things(obj), origin=(obj, self.name))
        except IGittError:
            raise
        except MISSHAPEN as error:
            raise misshapen(error, f"{self.name} of {type(obj).__name__}") from error
