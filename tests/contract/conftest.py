"""The contract suite: one set of tests, run against every provider."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.world import PROVIDERS, World, make_world

import igitt
import igitt.testing.contract
from igitt._http.writes import Write, Writes

PACKAGE = str(Path(igitt.__file__).parent)
SUITE = str(Path(igitt.testing.contract.__file__).parent)
#: What only carries requests of others.
CARRIERS = ("client.py", "resource.py", "writes.py", "graphql.py", "identity.py")


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A small world on each provider."""
    with make_world(request.param) as made:
        yield made


@pytest.fixture(autouse=True)
def no_unknown_writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No write leaves a provider's code whose operation its table does not know."""
    unknown: list[str] = []
    find = Writes.find

    def noting(self: Writes, method: str, path: str, body: object) -> tuple[Write | None, dict[str, str]]:
        found = find(self, method, path, body)
        if found[0] is None and _is_ours(sys._getframe(1)):  # noqa: SLF001 - there is no other way to know who asked
            unknown.append(f"{method} {path}")
        return found

    monkeypatch.setattr(Writes, "find", noting)
    yield
    assert unknown == []


def _is_ours(frame: Any) -> bool:
    """Whether the request comes from igitt's own operations, and not from a test by the escape hatch."""
    while frame is not None:
        name = frame.f_code.co_filename
        if not (name.startswith(PACKAGE) and name.endswith(CARRIERS)):
            return str(name).startswith(PACKAGE) and not str(name).startswith(SUITE)
        frame = frame.f_back
    return False
