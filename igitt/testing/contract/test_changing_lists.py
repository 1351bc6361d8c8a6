"""Lists that a loop changes while it reads them: each thing is met once, the same on every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from igitt.errors import ValidationError
from igitt.testing.contract import World

MANY = 25


@pytest.fixture
def crowd(world: World) -> World:
    """A world with several pages of issues."""
    for number in range(MANY):
        world.forge.add_issue("acme/widgets", f"issue {number}", author="bob")
    return world


def small(world: World, **options: Any) -> Any:
    """The repository, by a client whose pages are small."""
    return world.as_user("bob", page_size=10, pace_writes=False, **options).get_repo("acme/widgets")


@pytest.mark.parametrize("read_ahead", [1, 8])
@pytest.mark.parametrize("cache", [True, False])
@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("ascending", [True, False])
def test_closing_all_that_one_meets(crowd: World, read_ahead: int, every: int, *, cache: bool, ascending: bool) -> None:
    """Who closes what he meets, or each second one, meets every issue once."""
    repository = small(crowd, read_ahead=read_ahead, cache=cache)
    expected = {issue.number for issue in repository.filter_issues("open")}
    met = []
    for place, issue in enumerate(repository.filter_issues("open", ascending=ascending)):
        met.append(issue.number)
        if place % every == 0:
            issue.close()
    assert len(met) == len(expected)
    assert set(met) == expected


def test_closing_by_another_client(crowd: World) -> None:
    """It is not the list's own client that has to write."""
    other = crowd.as_user("alice", pace_writes=False).get_repo("acme/widgets")
    met = []
    for issue in small(crowd).filter_issues("open"):
        met.append(issue.number)
        other.get_issue(issue.number).close()
    assert len(met) == len(set(met)) == MANY + 1


@pytest.mark.parametrize("update", [lambda issue: issue.add_comment("hello"), lambda issue: issue.close()])
def test_moving_all_that_one_meets(crowd: World, update: Callable[[Any], Any]) -> None:
    """In a list by the newest change, what is changed jumps to the front or to the end."""
    for ascending in (True, False):
        met = []
        for issue in small(crowd).filter_issues("all", sort="updated", ascending=ascending):
            crowd.clock.now += 60
            met.append(issue.number)
            update(issue)
        assert len(met) == len(set(met)) == MANY + 1


def test_making_more(crowd: World) -> None:
    """Who makes an issue for each that he meets comes to an end, and meets each old one once."""
    repository = small(crowd)
    old = {issue.number for issue in repository.issues}
    met = []
    for issue in repository.issues:
        crowd.clock.now += 60
        met.append(issue.number)
        repository.create_issue(f"follows {issue.number}", "")
    assert len(met) == len(set(met))
    assert old <= set(met)
    assert len(met) <= 2 * len(old)


def test_what_reading_costs(crowd: World) -> None:
    """Closing all that one meets costs as many pages as there are, and one look more at the end."""
    repository = small(crowd)

    def close() -> None:
        for issue in repository.filter_issues("open"):
            issue.close()

    assert len([line for line in crowd.sent(close) if line.startswith("GET") and line.endswith("/issues")]) <= 4


@pytest.mark.parametrize("page_size", [0, 101, True, "10", 2.5])
def test_no_page_size(world: World, page_size: Any) -> None:
    """A page has from 1 to 100 things."""
    with pytest.raises(ValidationError, match="page_size is how many"):
        world.as_user("bob", page_size=page_size)
