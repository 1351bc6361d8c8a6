"""Every example in a docstring runs, whether or not a page shows it."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import igitt
from igitt import interfaces
from igitt.cache import Cache

PACKAGE = Path(igitt.__file__).parent
DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """The name that a module is imported by."""
    return ".".join(("igitt", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def vars_of_interfaces() -> dict[str, Any]:
    """What ``from igitt.interfaces import *`` gives."""
    return {name: getattr(interfaces, name) for name in interfaces.__all__}


@pytest.fixture
def world_class(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What an example in an interface's docstring finds; see ``docs/_ext/examples.py``."""
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("_ext.examples").World


def methods() -> Iterator[tuple[str, str]]:
    """Each public method that an interface declares, by its name, with its docstring."""
    for path in sorted((PACKAGE / "interfaces").glob("*.py")):
        module = importlib.import_module(name_of(path))
        for title, cls in vars(module).items():
            if not inspect.isclass(cls) or cls.__module__ != module.__name__ or title.startswith("_"):
                continue
            for name, found in vars(cls).items():
                method = inspect.unwrap(getattr(found, "__func__", found))
                if inspect.isfunction(method) and not name.startswith("_"):
                    yield f"{title}.{name}", getattr(found, "__doc__", None) or ""


def test_every_method_of_an_interface_has_an_example() -> None:
    """A public method of an interface shows how it is called; what no forge can do says so instead."""
    told = dict(methods())
    assert len(told) > 150
    assert [name for name, doc in told.items() if ">>> " not in doc and not doc.startswith("Not supported: ")] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_examples(path: Path, monkeypatch: pytest.MonkeyPatch, world_class: Any) -> None:
    """The examples of a module give what they show."""
    monkeypatch.setattr("igitt.registry._registered", {})
    module = importlib.import_module(name_of(path))
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    found = finder.find(module, module.__name__)
    try:
        for examples in found:
            with contextlib.ExitStack() as stack:
                if name_of(path).startswith("igitt.interfaces"):
                    world = stack.enter_context(world_class())
                    text = "".join(example.source for example in examples.examples)
                    examples.globs.update(vars_of_interfaces() | world.names(text))
                runner.run(examples, out=said.append)
    finally:
        Cache.use_memory()
    assert not said, "".join(said)
    assert sum(len(examples.examples) for examples in found) == len(
        re.findall(r"^\s*>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
