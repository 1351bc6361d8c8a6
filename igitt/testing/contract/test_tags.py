"""Tags, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, IGittError, ValidationError
from igitt.testing.contract import World


@pytest.mark.parametrize("name", ["v1.0", "release/2", "50%", "über#1"])
@pytest.mark.parametrize("message", ["", "The first one\n\nIt turns."])
def test_making_and_removing(world: World, name: str, message: str) -> None:
    """A tag of any name, with and without a message, is found again and goes."""
    made = world.repository.create_tag(name, "feature", message)
    tip = world.repository.get_branch("feature").commit
    assert (made.name, made.message, made.commit) == (name, message, tip)
    found = world.repository.get_tag(name)
    assert (found.commit, found.message) == (tip, message)
    assert found == made
    listed = list(world.repository.tags)
    assert [tag.name for tag in listed] == [name]
    assert (listed[0].commit, listed[0].message, str(listed[0])) == (tip, message, name)
    world.repository.delete_tag(name)
    assert list(world.repository.tags) == []


def test_reading(world: World) -> None:
    """The tags' names and commits come in one request, and a tag alone in one too."""
    for name in ("v1", "v2"):
        world.repository.create_tag(name)
    repository = world.repository
    assert len(world.sent(lambda: [(tag.name, tag.commit.sha) for tag in repository.tags])) == 1
    assert world.sent(lambda: repository.get_tag("v1")) == []
    tag = repository.get_tag("v1")
    assert len(world.sent(lambda: (tag.commit.sha, tag.message))) == 1
    assert tag.commit == repository.get_branch("main").commit
    assert tag.web_url.endswith("/v1")
    assert world.client.load(tag.reference).commit == tag.commit


def test_a_tag_as_a_ref(world: World) -> None:
    """Commits and branches can be asked for by a tag's name."""
    world.repository.create_tag("v1", "feature", "One")
    assert world.repository.get_commit("v1").message.startswith("Oil it")
    assert world.repository.create_branch("again", "v1").commit == world.repository.get_tag("v1").commit


def test_what_cannot_be_made(world: World) -> None:
    """A name that is taken, a commit that is not there and an empty name are refused."""
    world.repository.create_tag("v1")
    with pytest.raises(ElementAlreadyExistsError, match="already exists"):
        world.repository.create_tag("v1")
    with pytest.raises(IGittError, match="nowhere"):
        world.repository.create_tag("v2", "nowhere")
    with pytest.raises(ValidationError, match="not empty"):
        world.repository.create_tag("")
    with pytest.raises(ElementDoesntExistError, match=world.said("Not Found")):
        _ = world.repository.get_tag("v2").commit
    with pytest.raises(IGittError, match=world.said("no tag 'v2'|Tag Not Found")):
        world.repository.delete_tag("v2")
    assert world.repository.get_tag("V1") != world.repository.get_tag("v1")
