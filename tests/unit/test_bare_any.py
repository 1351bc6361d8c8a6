"""No public method of a client, a thing or a credential takes or gives a bare Any: a user's types do not end there."""

import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest

import igitt.auth
import igitt.github
import igitt.gitlab
from igitt.interfaces import Attribute

#: What may be anything, by method and parameter, and why.
EXCEPTIONS = {
    ("get", "return"): "decoded JSON, whatever the forge sends",
    ("get", "options"): "keywords of request()",
    ("request", "options"): "keywords of the transport, which names one that is unknown",
    ("list", "cls"): "a class or its name, as the overloads say",
    ("list", "options"): "keywords of the list",
    ("list_of", "options"): "keywords of the list",
    ("load", "return"): "the thing that a reference names, of whichever kind",
    ("oauth", "options"): "keywords of the client's class",
}
CLASSES = sorted(
    {
        found
        for package in (igitt.github, igitt.gitlab, igitt.auth)
        for name in package.__all__
        if inspect.isclass(found := getattr(package, name))
    },
    key=lambda cls: cls.__name__,
)


def methods(cls: type) -> Iterator[tuple[str, FunctionType]]:
    """The public functions of a class, of its attributes and properties too, with what it inherits from igitt."""
    for base in cls.__mro__:
        for name, found in vars(base).items() if base.__module__.startswith("igitt") else ():
            function: Any = getattr(found, "__func__", found)
            if isinstance(found, Attribute):
                function = vars(found).get("function") or vars(found).get("things")
            elif isinstance(found, property):
                function = found.fget
            if not name.startswith("_") and isinstance(function, FunctionType):
                yield name, inspect.unwrap(function)


@pytest.mark.parametrize("cls", CLASSES, ids=[cls.__name__ for cls in CLASSES])
def test_no_bare_any(cls: type) -> None:
    """Each parameter and each result has a type of its own."""
    found = {
        f"{function.__qualname__}: {place}"
        for name, function in methods(cls)
        for place, annotation in function.__annotations__.items()
        if annotation in {"Any", Any} and (name, place) not in EXCEPTIONS
    }
    assert not found
