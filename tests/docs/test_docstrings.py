"""Every example in a docstring runs, whether or not a page shows it."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import igitt
from igitt.cache import Cache

PACKAGE = Path(igitt.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """The name that a module is imported by."""
    return ".".join(("igitt", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_examples(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of a module give what they show."""
    monkeypatch.setattr("igitt.registry._registered", {})
    module = importlib.import_module(name_of(path))
    finder = doctest.DocTestFinder(exclude_empty=True)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    said: list[str] = []
    found = finder.find(module, module.__name__)
    try:
        for examples in found:
            runner.run(examples, out=said.append)
    finally:
        Cache.use_memory()
    assert not said, "".join(said)
    assert sum(len(examples.examples) for examples in found) == len(
        re.findall(r"^\s*>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
