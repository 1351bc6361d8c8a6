"""What an organization has beside its people and repositories, the same on every provider."""

from __future__ import annotations

import pytest
from support.world import World

from igitt.errors import ElementAlreadyExistsError, UnsupportedOperationError
from igitt.interfaces import Organization


def test_hooks(world: World) -> None:
    """The hooks of the organization itself, and not those of its repositories."""
    assert list(world.client.get_organization("acme").hooks) == []
    world.forge.add_hook("acme", "https://bot.example.com/acme", "s3cret", ["*"])
    world.repository.register_hook("https://bot.example.com/widgets")
    (hook,) = world.client.get_organization("acme").hooks
    assert hook.target_url == "https://bot.example.com/acme"
    hook.delete()
    assert list(world.client.get_organization("acme").hooks) == []


def test_inside_it(world: World) -> None:
    """What is inside an organization: on GitLab its subgroups, on GitHub nothing can be."""
    acme = world.client.get_organization("acme")
    assert set(acme.suborgs) == set()
    if world.hoster == "gitlab":
        world.forge.add_organization("acme/tools/deep")
        assert {inner.name for inner in acme.suborgs} == {"acme/tools"}


def test_making_one(world: World) -> None:
    """It is there with its name and description, inside another one too, and not twice."""
    cls = type(world.client.get_organization("acme"))
    if not world.client.get_organization("acme").supports("create"):
        with pytest.raises(UnsupportedOperationError, match="page"):
            cls.create(world.client, "new")
        return
    made = cls.create(world.client, "acme/new", "New things", description="To come")
    assert isinstance(made, Organization)
    assert (made.name, made.description) == ("acme/new", "To come")
    assert made == world.client.get_organization("acme/new")
    assert {user.username for user in made.owners} == {"alice"}
    with pytest.raises(ElementAlreadyExistsError):
        cls.create(world.client, "acme/new")


def test_labels_and_milestones(world: World) -> None:
    """What all repositories share, where there is such a thing."""
    acme = world.client.get_organization("acme")
    if not acme.supports("labels"):
        assert not acme.supports("milestones")
        return
    assert [*acme.labels, *acme.milestones] == []
    home = world.forge.world.organization("acme")
    world.forge.world.add_label(home, "shared", "ff0000")
    world.forge.world.add_milestone(home, "1.0", world.forge.world.user("alice"))
    assert [(label.name, label.color) for label in acme.labels] == [("shared", "#ff0000")]
    assert [milestone.title for milestone in acme.milestones] == ["1.0"]


def test_a_teams_description(world: World) -> None:
    """A team says what it is for."""
    world.forge.add_team("acme", "core", members=["bob"], description="Keeps it going")
    (team,) = world.client.get_organization("acme").teams
    assert team.description == "Keeps it going"
