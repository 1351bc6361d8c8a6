"""Finding forks, issues and merge requests of a repository, the same on every provider."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from igitt.errors import ValidationError
from igitt.testing.contract import World


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_ones_own_fork(world: World) -> None:
    """Somebody's fork is found by whose it is, also under another name, and nobody's is None."""
    bobs = world.as_user("bob").get_repo("acme/widgets")
    assert bobs.get_fork() is None
    assert bobs.get_fork("carol") is None
    made = bobs.create_fork()
    assert bobs.get_fork() == made
    assert world.repository.get_fork("bob") == made
    assert world.repository.get_fork(world.client.get_user("bob")) == made
    assert world.repository.get_fork() is None
    made.name = "cogs"
    assert bobs.get_fork().full_name == "bob/cogs"


def test_no_fork_by_its_name_alone(world: World) -> None:
    """A repository that only has the same name is no fork."""
    world.client.create_repository("widgets")
    assert world.repository.get_fork() is None


def test_issues_in_time(world: World) -> None:
    """Issues are found by when they were opened and changed, without merge requests."""
    begin = world.clock.now
    world.clock.now += 1000
    late = world.repository.create_issue("It rattles")
    repository = world.repository
    assert [issue.title for issue in repository.search_issues()] == ["It rattles", "It squeaks"]
    assert [issue.title for issue in repository.search_issues(created_after=_at(begin + 500))] == ["It rattles"]
    assert [issue.title for issue in repository.search_issues(created_before=_at(begin + 500))] == ["It squeaks"]
    between = repository.search_issues(created_after=_at(begin + 1), created_before=_at(begin + 500))
    assert list(between) == []
    world.clock.now += 1000
    world.issue.title = "It squeals"
    changed = repository.search_issues(updated_after=_at(begin + 1500))
    assert [issue.number for issue in changed] == [world.issue_number]
    assert next(iter(changed)).repository == repository
    late.close()
    assert [issue.title for issue in repository.search_issues(state="closed")] == ["It rattles"]
    assert [issue.title for issue in repository.search_issues(state="open")] == ["It squeals"]


def test_merge_requests_in_time(world: World) -> None:
    """Merge requests are found the same way, without issues; merged ones are not among the closed."""
    now, repository = world.clock.now, world.repository
    assert [mr.number for mr in repository.search_mrs(created_before=_at(now + 1))] == [world.mr_number]
    assert list(repository.search_mrs(created_after=_at(now + 500))) == []
    assert [mr.head_branch_name for mr in repository.search_mrs(state="open")] == ["feature"]
    world.mr.merge()
    found = {state: len(list(repository.search_mrs(state=state))) for state in ("open", "closed", "merged", "all")}
    assert found == {"open": 0, "closed": 0, "merged": 1, "all": 1}


def test_what_is_no_search(world: World) -> None:
    """A state or time that there is not is refused before anything is sent."""
    with pytest.raises(ValidationError):
        world.repository.search_issues(state="merged")
    with pytest.raises(ValidationError):
        world.repository.search_mrs(created_after="yesterday, I think")
