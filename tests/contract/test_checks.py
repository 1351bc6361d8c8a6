"""When tests have passed, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.interfaces import CommitStatus, MergeRequestStates, Status

#: What the checks of a commit say, and whether its tests passed.
CASES = [
    ([], False),
    ([Status.SUCCESS], True),
    ([Status.SUCCESS, Status.SUCCESS], True),
    ([Status.SUCCESS, Status.SKIPPED], True),
    ([Status.SUCCESS, Status.PENDING], False),
    ([Status.SUCCESS, Status.RUNNING], False),
    ([Status.SUCCESS, Status.FAILED], False),
    ([Status.SUCCESS, Status.ERROR], False),
    ([Status.SUCCESS, Status.CANCELED], False),
    ([Status.RUNNING], False),
    ([Status.FAILED, Status.RUNNING], False),
    ([Status.CANCELED], False),
]
#: How many letters of a description a forge takes.
LONGEST = {"github": 140, "gitlab": 255}


@pytest.mark.parametrize(("reported", "passed"), CASES)
def test_tests_passed(world: World, reported: list[Status], passed: bool) -> None:
    """Tests passed when something reported success and nothing runs, failed or was cancelled."""
    head = world.mr.head
    for number, status in enumerate(reported):
        head.set_status(CommitStatus(status, context=f"ci/{number}"))
    assert world.mr.tests_passed is passed


def test_tests_of_an_older_commit(world: World) -> None:
    """What an older commit's tests said does not count for a newer one."""
    world.mr.head.set_status(CommitStatus(Status.SUCCESS, context="ci"))
    assert world.mr.tests_passed is True
    world.forge.add_commit("acme/widgets", "More", {"more.txt": "x\n"}, branch="feature", author="bob")
    assert world.mr.tests_passed is False


@pytest.mark.parametrize("extra", [-1, 0, 1, 500])
def test_long_descriptions(world: World, extra: int) -> None:
    """A description is cut where the forge would refuse it, and only then; letters of any script count as one."""
    longest = LONGEST[world.hoster]
    commit = world.repository.get_commit("feature")
    commit.set_status(CommitStatus(Status.SUCCESS, "ü" * (longest + extra), "ci"))
    (status,) = commit.get_statuses()
    assert status.description == ("ü" * (longest + extra) if extra <= 0 else "ü" * (longest - 1) + "…")


def test_the_commit_that_merging_made(world: World) -> None:
    """There is none before it is merged, and then it is the tip of the target."""
    mr = world.mr
    assert mr.merge_commit_sha is None
    mr.merge()
    assert mr.state is MergeRequestStates.MERGED
    assert mr.merge_commit_sha == world.mr.merge_commit_sha == world.repository.get_commit("main").sha
