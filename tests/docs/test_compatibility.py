"""The page that tells what works where: it has everything, and what it says is what happens."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from support.operations import load_page

import igitt
from igitt import interfaces
from igitt.errors import UnsupportedOperationError
from igitt.interfaces import Attribute, Element, Hoster

PROJECT = Path(__file__).resolve().parent.parent.parent
CLIENTS = {"GitHub": igitt.GitHub("ghp_x"), "GitLab": igitt.GitLab("glpat-x")}
#: What tells all of these kinds of things to the test: data that no forge was asked for.
ANYTHING = {"id": 1, "iid": 1, "number": 1, "name": "x", "path_with_namespace": "a/b", "noteable_type": "Issue"}


compatibility = load_page()
ROWS = [row for interface in compatibility.interfaces() for row in compatibility.rows(interface)]
REFUSED = [(row, forge) for row in ROWS for forge, cell in row.forges.items() if cell.startswith("no: ")]


def _promised(cls: type) -> set[str]:
    """Every public method and attribute that a neutral class declares, its bases' included."""
    return {
        name
        for base in cls.__mro__
        for name, found in vars(base).items()
        if not name.startswith("_") and (callable(found) or isinstance(found, Attribute | classmethod | property))
    }


def test_names_everything() -> None:
    """Every public operation and attribute of every public interface has its row, and each forge a word in it."""
    kinds = [getattr(interfaces, name) for name in interfaces.__all__]
    things = [one for one in kinds if inspect.isclass(one) and issubclass(one, Element | Hoster)]
    told = {(row.interface, row.name) for row in ROWS}
    every = {name for kind, name in told if kind == "Element"}
    missing = {
        (cls.__name__, name)
        for cls in things
        for name in _promised(cls)
        if (cls.__name__, name) not in told and name not in every
    }
    assert missing == set()
    assert len(told) == len(ROWS) > 400
    assert {tuple(row.forges) for row in ROWS} == {("GitHub", "GitLab")}


def test_every_name_works_somewhere() -> None:
    """But for what merge requests inherit, no name is refused by both forges."""
    nowhere = {row.name for row in ROWS if all(cell.startswith("no: ") for cell in row.forges.values())}
    assert nowhere <= {name for name in _promised(interfaces.Issue) if hasattr(interfaces.Issue, name)}


@pytest.mark.parametrize(("row", "forge"), REFUSED, ids=lambda one: getattr(one, "name", one))
def test_what_it_refuses_is_refused(row: Any, forge: str) -> None:
    """What the page says no to, `supports` denies, and using it raises the reason that the page gives."""
    cls = compatibility.provided(getattr(interfaces, row.interface), forge)
    if cls is None:
        assert not hasattr(CLIENTS[forge], row.interface)
        return
    if not hasattr(cls, row.name):
        return
    thing = cls.from_data(ANYTHING, CLIENTS[forge], CLIENTS[forge].get_repo("a/b"))
    assert not thing.supports(row.name)
    with pytest.raises(UnsupportedOperationError) as caught:
        getattr(thing, row.name)(*[None] * 9) if row.is_method else getattr(thing, row.name)
    assert row.forges[forge].removeprefix("no: ") in str(caught.value)


@pytest.mark.parametrize("forge", CLIENTS)
def test_what_it_promises_is_there(forge: str) -> None:
    """What the page says yes to, the forge's class has and `supports` affirms; only what it calls writable is."""
    for row in ROWS:
        cls = compatibility.provided(getattr(interfaces, row.interface), forge)
        if row.forges[forge].startswith("no: ") or row.interface in {"Hoster", "Element"}:
            continue
        assert cls.supports(cls.from_data(ANYTHING, CLIENTS[forge], CLIENTS[forge].get_repo("a/b")), row.name), row
        found = inspect.getattr_static(cls, row.name)
        writable = hasattr(found, "__set__") and getattr(found, "fset", True) is not None
        assert row.forges[forge].startswith("read, write") is (writable and not row.is_method), row


def test_it_is_found() -> None:
    """The page holds the tables, and the index leads to it."""
    page = (PROJECT / "docs" / "compatibility.rst").read_text(encoding="utf-8")
    assert ".. compatibility::" in page
    assert ".. differences::" in page
    assert "\n   compatibility\n" in (PROJECT / "docs" / "index.rst").read_text(encoding="utf-8")
