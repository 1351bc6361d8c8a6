"""How an interface declares an attribute.

``number = Attribute[int]("…")`` in an abstract class promises a read-only attribute, ``title =
EditableAttribute[str]("…")`` one that can be assigned. Both are abstract: a provider has to give its own descriptor of
the same kind (:mod:`igitt.resource` has them), otherwise its class cannot be defined. A read-only descriptor has no
``__set__``: so mypy, pyright and the run time all refuse an assignment that the forge would refuse. :class:`computed`
is for what follows from other attributes.

No I/O here, and no knowledge of how a value is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NoReturn, Self, TypeVar, overload

__all__ = ["Attribute", "EditableAttribute", "computed"]

T = TypeVar("T")


class Attribute(Generic[T]):
    """A read-only attribute of type ``T`` that each provider has to give.

    Args:
        doc: what the attribute means, for readers and for the documentation.
    """

    __isabstractmethod__ = True
    name = "?"

    def __init__(self, doc: str = "") -> None:
        self.__doc__ = doc

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
        """The value of this attribute of `obj`; given by the provider's descriptor."""
        raise NotImplementedError(f"{type(obj).__name__}.{self.name} is declared, but no provider gives it")

    def _refuse(self, obj: object, _value: object = None) -> NoReturn:
        raise AttributeError(f"{type(obj).__name__}.{self.name} is read-only")


class EditableAttribute(Attribute[T]):
    """An attribute of type ``T`` that each provider has to give and that can be assigned, which writes at once."""

    def __set__(self, obj: Any, value: T) -> None:
        """Write the value to the forge."""
        self._refuse(obj, value)


class computed(Attribute[T]):  # noqa: N801 - a decorator, named like `property`
    """A read-only attribute that follows from others: a property that satisfies an :class:`Attribute`."""

    __isabstractmethod__ = False

    def __init__(self, function: Callable[[Any], T]) -> None:
        super().__init__(function.__doc__ or "")
        self.read = function  # type: ignore[method-assign, assignment]  # one call less on each access than a wrapper
