"""Searches that find more than a forge gives at once, the same on every provider."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from support.world import World

from igitt.errors import IncompleteListError, ValidationError

MANY, AT_ONCE = 60, 20


@pytest.fixture
def crowd(world: World) -> World:
    """A world with many more issues, an hour between two of them; GitHub gives only some results of a search."""
    world.forge.search_limit = AT_ONCE
    rattle(world, range(MANY))
    return world


def rattle(world: World, numbers: range) -> None:
    """More issues."""
    for number in numbers:
        world.clock.now += 3600
        world.forge.add_issue("acme/widgets", f"Rattle {number}", author="bob")


def test_everything_is_found(crowd: World) -> None:
    """All results arrive, none of them twice; the first ones in the forge's order."""
    found = crowd.client.search_issues("Rattle")
    titles = [issue.title for issue in found]
    assert len(titles) == len(found) == len(set(titles)) == MANY
    assert titles[:AT_ONCE] == [issue.title for issue in crowd.client.search_issues("Rattle")[:AT_ONCE]]
    assert list(found) == list(found)


def test_finding_in_order(crowd: World) -> None:
    """What is asked for newest first arrives newest first, however much it is."""
    crowd.forge.search_limit = 200
    rattle(crowd, range(MANY, 230))
    found = crowd.repository.search_issues()
    titles = [issue.title for issue in found]
    assert titles == [f"Rattle {number}" for number in reversed(range(230))] + ["It squeaks"]
    assert found[150].title == titles[150]
    assert [issue.title for issue in found[195:205]] == titles[195:205]
    assert found[-1].title == "It squeaks"


def test_finding_in_time(crowd: World) -> None:
    """What lies between two times is found, and nothing else."""
    begin, end = (datetime.fromtimestamp(crowd.clock.now - 3600 * hours, UTC) for hours in (50, 10))
    found = crowd.repository.search_issues(created_after=begin, created_before=end)
    assert [issue.title for issue in found] == [f"Rattle {number}" for number in range(MANY - 11, MANY - 52, -1)]


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [(">=", 31), (">", 30), ("<=", 30), ("<", 29)],
)
def test_finding_by_ones_own_times(crowd: World, qualifier: str, expected: int) -> None:
    """Times that the query itself has are kept when it is split, to the second."""
    if crowd.hoster != "github":
        return
    moment = datetime.fromtimestamp(crowd.clock.now - 3600 * 30, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    crowd.forge.search_limit = 10
    found = crowd.client.search_issues(f"repo:acme/widgets created:{qualifier}{moment} Rattle")
    titles = [issue.title for issue in found]
    assert len(titles) == len(set(titles)) == expected


def test_finding_repositories(crowd: World) -> None:
    """Repositories, which GitHub does not order by age, are all found too."""
    crowd.forge.search_limit = 2
    for number in range(9):
        crowd.clock.now += 3600
        crowd.forge.add_repository(f"acme/gear-{number}")
    found = [repository.full_name for repository in crowd.client.search_repositories("gear")]
    assert sorted(found) == [f"acme/gear-{number}" for number in range(9)]


def test_too_much_at_once(crowd: World) -> None:
    """What no narrower time can tell apart on GitHub is an error, and not left out in silence."""
    if crowd.hoster != "github":
        return
    crowd.forge.search_limit = 10
    for number in range(12):
        crowd.forge.add_issue("acme/widgets", f"Sudden {number}", author="bob")
    found = iter(crowd.client.search_issues("Sudden"))
    assert len([next(found) for _ in range(10)]) == 10
    with pytest.raises(ValidationError, match="12 results"):
        list(found)


def test_a_search_that_was_given_up(crowd: World, caplog: pytest.LogCaptureFixture) -> None:
    """That GitHub took too long and something may be missing is told: in the log, and after what was found."""
    crowd.forge.search_gives_up = True
    found = crowd.client.search_issues("squeaks")
    with caplog.at_level(logging.WARNING, "igitt"):
        assert [issue.title for issue in found.partial()] == ["It squeaks"]
    given_up = crowd.hoster == "github"
    assert ("results may be missing" in caplog.text) is given_up
    assert found.is_complete is not given_up
    if given_up:
        with pytest.raises(IncompleteListError, match="time for searching") as caught:
            list(found)
        assert (caught.value.received, caught.value.expected) == (1, None)
