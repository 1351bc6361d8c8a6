"""The contract suite: one set of tests, run against every provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.world import PROVIDERS, World, make_world


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A small world on each provider."""
    with make_world(request.param) as made:
        yield made
