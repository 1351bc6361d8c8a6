"""Branches, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, IGittError, ValidationError
from igitt.testing.contract import World

NAMES = ["next", "fix/42", "a/b/c", "100%", "issue#7", "grün", "a+b"]


def test_reading(world: World) -> None:
    """The branches come by name in one request, each with its commit."""
    sent = world.sent(lambda: [(branch.name, branch.commit.sha) for branch in world.repository.branches])
    assert len(sent) == 1
    branches = list(world.repository.branches)
    assert [branch.name for branch in branches] == ["feature", "main"]
    assert branches[0].commit.message.startswith("Oil it")
    assert branches[0].commit == world.mr.commits[0]
    assert str(branches[0]) == branches[0].identifier == "feature"
    assert branches[0].web_url.endswith(("/tree/feature", "/branch/feature"))


def test_one_branch(world: World) -> None:
    """A branch by name is asked for when it is read, and a wrong one is not there."""
    assert world.sent(lambda: world.repository.get_branch("feature")) == []
    branch = world.repository.get_branch("feature")
    assert len(world.sent(lambda: (branch.commit.sha, branch.is_protected))) == 1
    assert branch.commit.parent == world.repository.get_branch("main").commit
    with pytest.raises(ElementDoesntExistError, match=world.said("Branch [Nn]ot [Ff]ound")):
        _ = world.repository.get_branch("nowhere").commit


def test_capitals(world: World) -> None:
    """Git distinguishes upper and lower case, so two such branches are different."""
    repository = world.repository
    assert repository.get_branch("Main") != repository.get_branch("main")
    assert repository.get_branch("main") == world.repository.get_branch("main")
    assert len({repository.get_branch("main"), world.repository.get_branch("main")}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_making_and_removing(world: World, name: str) -> None:
    """A branch of any name starts from another one, is found again and goes."""
    made = world.repository.create_branch(name, "feature")
    assert made.name == name
    assert made.commit.sha == world.repository.get_branch("feature").commit.sha
    assert world.repository.get_branch(name).commit == made.commit
    assert name in {branch.name for branch in world.repository.branches}
    world.repository.delete_branch(name)
    assert name not in {branch.name for branch in world.repository.branches}


def test_from_where(world: World) -> None:
    """A branch starts from the default branch, or from a whole hash with a single request."""
    repository = world.repository
    tip, default = repository.get_branch("feature").commit.sha, repository.get_branch("main").commit.sha
    assert repository.create_branch("one").commit.sha == default
    assert len(world.sent(lambda: repository.create_branch("two", tip))) == 1
    assert world.repository.get_branch("two").commit.sha == tip


def test_what_cannot_be_made(world: World) -> None:
    """A name that is taken, a start that is not there and an empty name are refused."""
    with pytest.raises(ElementAlreadyExistsError, match="already exists"):
        world.repository.create_branch("feature")
    with pytest.raises(IGittError, match="nowhere"):
        world.repository.create_branch("new", "nowhere")
    with pytest.raises(ValidationError, match="not empty"):
        world.repository.create_branch(" ")
    assert {branch.name for branch in world.repository.branches} == {"feature", "main"}


def test_protecting(world: World) -> None:
    """A protected branch says so, is not removed, and can be free again; twice is harmless."""
    branch = world.repository.get_branch("feature")
    assert branch.is_protected is False
    assert len(world.sent(branch.protect)) == 1
    assert branch.is_protected is True
    branch.protect()
    assert {found.name for found in world.repository.branches if found.is_protected} >= {"feature"}
    with pytest.raises(IGittError, match=r"Cannot delete|403"):
        world.repository.delete_branch("feature")
    assert len(world.sent(branch.unprotect)) == 1
    assert branch.is_protected is False
    branch.unprotect()
    assert world.repository.get_branch("feature").is_protected is False
    branch.delete()
    with pytest.raises(ElementDoesntExistError, match=world.said("Branch [Nn]ot [Ff]ound")):
        world.repository.get_branch("feature").refresh()


def test_protecting_what_is_not_there(world: World) -> None:
    """To free a branch that is not there is an error, other than to free one that is free."""
    with pytest.raises(ElementDoesntExistError, match=world.said("Branch [Nn]ot [Ff]ound")):
        world.repository.get_branch("nowhere").unprotect()


def test_reference(world: World) -> None:
    """A branch's reference leads back to it."""
    branch = world.repository.get_branch("feature")
    assert world.client.load(branch.reference) == branch
    assert world.client.load(branch.reference).commit == branch.commit
