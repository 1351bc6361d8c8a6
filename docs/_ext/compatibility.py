"""What each forge can do, read off its classes: the rows of the compatibility page.

Nothing of Sphinx here, so that a test can read the same rows; :mod:`_ext.reference` makes tables of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import igitt.interfaces
from igitt._base.forges import built_in
from igitt.interfaces import Attribute, EditableAttribute, EditableSet, Element, Hoster, Unsupported
from igitt.registry import client_class

__all__ = ["FORGES", "Row", "interfaces", "names", "reason", "rows"]

#: The clients of the forges that igitt brings, by the forge's name for people.
FORGES = {one.title: client_class(one) for one in reversed(built_in())}
#: What is no operation of a forge, but how its own classes are written.
_INNER = frozenset({"api_path"})


@dataclass(frozen=True, slots=True)
class Row:
    """A name of an interface, and what it is on each forge.

    Attributes:
        interface: the neutral class.
        name: the method or attribute.
        is_method: which of the two.
        forges: by the forge's name ``yes``, ``read``, ``read, write``, or ``no: `` and the reason.
    """

    interface: str
    name: str
    is_method: bool
    forges: dict[str, str]


def interfaces() -> list[type]:
    """Every neutral class of things, what all of them have first."""
    public = [getattr(igitt.interfaces, name) for name in igitt.interfaces.__all__]
    things = [one for one in public if inspect.isclass(one) and issubclass(one, Element | Hoster)]
    return sorted(things, key=lambda one: (one is not Element, one is not Hoster, one.__name__))


def names(interface: type) -> list[str]:
    """The public names of an interface, and those that only one forge's class of it has."""
    inherited = set() if interface is Element else set(dir(Element))
    found = {name for name in dir(interface) if not name.startswith("_")} - inherited
    for forge in FORGES if interface is not Element else ():
        cls = provided(interface, forge)
        # A client has much that is for both forges' classes only; what is its own alone is what it was given.
        more = vars(cls) if interface is Hoster and cls else dir(cls) if cls else ()
        found |= {name for name in more if not name.startswith("_") and name[0].islower()} - inherited - _INNER
    return sorted(found - {"hoster", "kind"})


def provided(interface: type, forge: str) -> type | None:
    """A forge's class of an interface."""
    if interface is Element:
        return Element
    client = FORGES[forge]
    found: type | None = client if interface is Hoster else getattr(client, interface.__name__, None)
    return found


def reason(cls: type, name: str) -> str | None:
    """Why a forge's class cannot do something, None if it can."""
    found = inspect.getattr_static(cls, name, None)
    if isinstance(found, Unsupported):
        return found.reason
    return getattr(found, "unsupported", None) or getattr(_function(found), "unsupported", None)


def _function(found: Any) -> Any:
    """What a method or a computed attribute is made of, where its marks are."""
    if isinstance(found, Attribute):
        return vars(found).get("read")
    return getattr(found, "__func__", found)


def rows(interface: type) -> Iterator[Row]:
    """One row for each name of an interface."""
    for name in names(interface):
        by_forge = {forge: provided(interface, forge) for forge in FORGES}
        there = [getattr(cls, name) for cls in (interface, *by_forge.values()) if cls and hasattr(cls, name)]
        cells = {forge: _cell(cls, forge, interface, name) for forge, cls in by_forge.items()}
        yield Row(interface.__name__, name, _is_method(there[0]), cells)


def _is_method(found: object) -> bool:
    return isinstance(found, Callable) and not isinstance(found, Attribute)  # type: ignore[arg-type]


def _cell(cls: type | None, forge: str, interface: type, name: str) -> str:
    if cls is None:
        return f"no: {forge} has no {getattr(interface, 'kind', '')}s"
    if not hasattr(cls, name):
        return f"no: {forge} has nothing of the kind"
    found, why = inspect.getattr_static(cls, name), reason(cls, name)
    if why is not None:
        return f"no: {why}"
    can = "yes"
    if not _is_method(getattr(cls, name)):
        settable = isinstance(found, EditableAttribute | EditableSet) or getattr(found, "fset", None) is not None
        can = "read, write" if settable else "read"
    but = getattr(_function(found), "partly", None)
    return f"{can}; not {but}" if but else can
