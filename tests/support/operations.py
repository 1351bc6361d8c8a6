"""The operations that the compatibility page promises, and which of them the contract suite uses on each forge."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from igitt.interfaces import Element, Hoster

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "_ext" / "compatibility.py"
SUITE = "/tests/contract/"


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
    with _noting(Element, used), _noting(Hoster, used):
        yield


@contextmanager
def _noting(base: type, used: set[str]) -> Generator[None]:
    read, write = base.__getattribute__, base.__setattr__

    def note(self: object, name: str) -> None:
        # Two frames up: the line that asked.
        if name[0] != "_" and SUITE in sys._getframe(2).f_code.co_filename:  # noqa: SLF001  there is no other way to know
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
