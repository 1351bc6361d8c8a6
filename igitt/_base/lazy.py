"""What loads its module when somebody first asks for it: the names of a package, and the attributes of a class."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import FunctionType
from typing import Any

__all__ = ["Late", "lazy_names", "load"]


def load(home: str) -> Any:
    """What stands at ``"module:name"``, or the module itself where no name is given."""
    module, _, name = home.partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found


def lazy_names(package: str, homes: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package whose public names stand in other modules.

    Args:
        package: the package's ``__name__``.
        homes: the module of each name.
    """

    def find(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = load(f"{home}:{name}")
        setattr(sys.modules[package], name, found)
        return found

    def names() -> list[str]:
        return sorted(getattr(sys.modules[package], "__all__", ()))

    return find, names


class Late:
    """A class attribute whose value is loaded when it is first read, from the class or from an object of it.

    Args:
        home: where it stands, as for :func:`load`.

    Example:
        >>> class Clock:
        ...     zone = Late("datetime:UTC")
        >>> Clock.zone
        datetime.timezone.utc
    """

    __slots__ = ("_attribute", "_owner", "home")

    def __init__(self, home: str) -> None:
        self.home = home
        self._owner: type | None = None
        self._attribute = ""

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn where to put the value once it is there."""
        if self._owner is None:
            self._owner, self._attribute = owner, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        found = load(self.home)
        if self._owner is not None:
            # A function would become a method there.
            setattr(self._owner, self._attribute, staticmethod(found) if isinstance(found, FunctionType) else found)
        return found
