"""What a forge works out late, the same on every provider."""

from __future__ import annotations

from support.world import World


def test_whether_it_can_be_merged(world: World) -> None:
    """While a forge still computes whether a merge request can be merged, it is asked again, in no hurry."""
    world.forge.compute_mergeable_delay = 3
    mr = world.mr
    assert mr.mergeable is True
    assert world.clock.slept
    assert sum(world.clock.slept) <= 60


def test_a_conflict_that_shows_late(world: World) -> None:
    """A conflict is told as such once the forge knows."""
    world.forge.add_commit("acme/widgets", "Meanwhile", {"oil.txt": "flood\n"}, branch="main", author="alice")
    world.forge.compute_mergeable_delay = 2
    assert world.mr.mergeable is False


def test_who_does_not_wait(world: World) -> None:
    """Without patience it stays open whether it can be merged, and nobody waits."""
    world.forge.compute_mergeable_delay = 100
    mr = world.as_user("alice", max_wait=0).get_repo("acme/widgets").get_mr(world.mr_number)
    assert mr.mergeable is None
    assert world.clock.slept == []


def test_a_forge_that_never_knows(world: World) -> None:
    """A forge that never makes up its mind costs ``max_wait`` at most."""
    world.forge.compute_mergeable_delay = 10_000
    mr = world.as_user("alice", max_wait=20).get_repo("acme/widgets").get_mr(world.mr_number)
    assert mr.mergeable is None
    assert 0 < sum(world.clock.slept) <= 20
