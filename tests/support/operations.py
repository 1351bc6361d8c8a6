"""The operations that the compatibility page promises, and which of them the contract suite uses on each forge."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from igitt.interfaces import Element, Hoster

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "_ext" / "compatibility.py"
SUITE = ("/tests/contract/", "/igitt/testing/contract/")


def _is_suites(filename: str) -> bool:
    return any(part in filename for part in SUITE)


def load_page() -> ModuleType:
    """What makes the rows of the compatibility page; the documentation is no package that could be imported."""
    spec = importlib.util.spec_from_file_location("docs_compatibility", PAGE)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def noting(used: set[str]) -> Generator[None]:
    """Note what the suite's own lines read, call and assign, as ``"GitHubIssue.title"``; not what igitt does inside."""
    with _noting(Element, used), _noting(Hoster, used), _noting_class_methods(used):
        yield


@contextmanager
def _noting(base: type, used: set[str]) -> Generator[None]:
    read, write = base.__getattribute__, base.__setattr__

    def note(self: object, name: str) -> None:
        # Two frames up: the line that asked.
        if name[0] != "_" and _is_suites(sys._getframe(2).f_code.co_filename):  # noqa: SLF001  there is no other way to know
            used.add(f"{type(self).__name__}.{name}")

    def reading(self: object, name: str) -> Any:
        note(self, name)
        return read(self, name)

    def writing(self: object, name: str, value: object) -> None:
        note(self, name)
        write(self, name, value)

    base.__getattribute__, base.__setattr__ = reading, writing  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        del base.__getattribute__, base.__setattr__


@contextmanager
def _noting_class_methods(used: set[str]) -> Generator[None]:
    """They are read off the class, where no attribute of an object is asked for."""
    methods = [(cls, name, found) for cls, name, found in _class_methods(Element) if name[0] != "_"]
    for cls, name, found in methods:
        setattr(cls, name, classmethod(_noted(found.__func__, used)))
    try:
        yield
    finally:
        for cls, name, found in methods:
            setattr(cls, name, found)


def _class_methods(cls: type) -> Iterator[tuple[type, str, Any]]:
    yield from ((cls, name, found) for name, found in vars(cls).items() if isinstance(found, classmethod))
    for inner in cls.__subclasses__():
        yield from _class_methods(inner)


def _noted(function: Callable[..., Any], used: set[str]) -> Callable[..., Any]:
    @wraps(function)
    def call(cls: type, *args: Any, **options: Any) -> Any:
        if _is_suites(sys._getframe(1).f_code.co_filename):  # noqa: SLF001  as above
            used.add(f"{cls.__name__}.{function.__name__}")
        return function(cls, *args, **options)

    return call


def missing(used: Iterable[str]) -> dict[str, tuple[int, list[str]]]:
    """By forge how many operations it has, and those of them that were not used."""
    page = load_page()
    seen = [tuple(one.split(".")) for one in used]
    found: dict[str, tuple[int, list[str]]] = {}
    for forge in page.FORGES:
        rows = [row for interface in page.interfaces() for row in page.rows(interface)]
        able = [row for row in rows if not row.forges[forge].startswith("no: ")]
        left = [row for row in able if not any(_is(row, forge, *one) for one in seen)]
        found[forge] = len(able), [f"{row.interface}.{row.name}" for row in left]
    return found


def _is(row: Any, forge: str, cls: str, name: str) -> bool:
    """Tell whether a use is of a row: what every element has counts on each of them."""
    if name != row.name or not cls.startswith(forge):
        return False
    return row.interface == "Element" or cls == forge + ("" if row.interface == "Hoster" else row.interface)
