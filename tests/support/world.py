"""The contract suite's world (:class:`igitt.testing.contract.World`) on each forge of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from igitt.testing import Sandbox
from igitt.testing.contract import Clock, World, people_world

__all__ = ["COSTS", "PROVIDERS", "Clock", "World", "make_world"]

PROVIDERS = ("github", "gitlab")
#: What costs another number of requests than on most forges.
COSTS: dict[str, Mapping[str, int]] = {
    "github": {"compare": 1, "commit many files": 5, "commit into nothing": 7, "commits into nothing": 2},
    "gitlab": {"compare": 3, "commit many files": 2, "commit into nothing": 2, "commits into nothing": 1},
}


@contextmanager
def make_world(hoster: str, *, socket: bool = False) -> Iterator[World]:
    """A small world on one provider; with a socket also for programs such as git."""
    clock = Clock()
    with Sandbox(socket=socket, clock=clock.time) as sandbox:
        forge = getattr(sandbox, hoster)
        yield people_world(hoster, forge, clock, costs=COSTS[hoster])
