"""The documentation's own forges, for tests of what it shows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def forges() -> Iterator[Any]:
    """github.com and gitlab.com, played by a sandbox; see ``docs/_ext/forges.py``."""
    spec = importlib.util.spec_from_file_location("docs_forges", PROJECT / "docs" / "_ext" / "forges.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.Forges() as found:
        yield found


@pytest.fixture
def readme() -> str:
    """The text of README.rst."""
    return (PROJECT / "README.rst").read_text(encoding="utf-8")
