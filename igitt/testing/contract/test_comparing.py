"""Comparing two states of a repository, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementDoesntExistError
from igitt.testing.contract import World


def test_both_ahead(world: World) -> None:
    """Where two branches parted, each side is counted, and the head's commits and files are told."""
    repository = world.repository
    start = repository.get_branch("main").commit
    world.forge.add_commit("acme/widgets", "Paint", {"paint.txt": "red\n"}, branch="main")
    world.forge.add_commit("acme/widgets", "Oil more", {"oil.txt": "drop\ndrop\n"}, branch="feature")
    found = repository.compare("main", "feature")
    assert (found.ahead, found.behind) == (2, 1)
    assert found.merge_base == start
    assert [commit.message.partition("\n")[0] for commit in found.commits] == ["Oil it", "Oil more"]
    lines = None if "comparisons count no lines" in world.differs else 2
    assert [(file.path, file.status, file.additions) for file in found.files] == [("oil.txt", "added", lines)]
    back = repository.compare("feature", "main")
    assert (back.ahead, back.behind, [file.path for file in back.files]) == (1, 2, ["paint.txt"])


def test_the_same(world: World) -> None:
    """A branch has nothing that itself has not."""
    tip = world.repository.get_branch("main").commit
    found = world.repository.compare("main", tip.sha)
    assert (found.ahead, found.behind, found.commits, found.files) == (0, 0, (), ())
    assert found.merge_base == tip


def test_how_many_requests(world: World) -> None:
    """As few as the forge allows: some count one direction at a time, or tell the merge base elsewhere."""
    sent = world.sent(lambda: world.repository.compare("main", "feature"))
    assert len(sent) == world.cost("compare")


def test_names_with_signs(world: World) -> None:
    """Names with slashes and other signs are compared too."""
    world.repository.create_branch("fix/#1-50%", "feature")
    assert world.repository.compare("main", "fix/#1-50%").ahead == 1


def test_many_commits(world: World) -> None:
    """All commits arrive, oldest first, also where there are more than a page."""
    for number in range(260):
        world.forge.add_commit("acme/widgets", f"Step {number}", {"step": str(number)}, branch="long")
    found = world.repository.compare("main", "long")
    assert found.ahead == len(found.commits) == 260
    assert [commit.message for commit in found.commits] == [f"Step {number}" for number in range(260)]


def test_what_is_not_there(world: World) -> None:
    """A name that means no commit is an error."""
    with pytest.raises(ElementDoesntExistError):
        world.repository.compare("main", "nowhere")
