"""Repositories, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import ElementAlreadyExistsError, ElementDoesntExistError, ValidationError
from igitt.interfaces import AccessLevel, Repository
from igitt.testing.contract import World


def test_reading(world: World) -> None:
    """Everything plain about a repository is read with one request."""
    repository = world.repository

    def read() -> None:
        assert repository.full_name == "acme/widgets"
        assert repository.name == "widgets"
        assert repository.description == "Things that turn"
        assert repository.default_branch == "main"
        assert repository.visibility == "public"
        assert repository.is_private is False
        assert repository.is_archived is False
        assert repository.is_fork is False
        assert repository.parent is None
        assert repository.has_issues is True
        assert repository.topics == set()
        assert repository.created <= repository.updated
        assert repository.clone_url.endswith("acme/widgets.git")
        assert "@" not in repository.clone_url
        assert repository.ssh_url.endswith("acme/widgets.git")

    assert len(world.sent(read)) == 1


def test_three_ways_to_address_one(world: World) -> None:
    """By name, by id and by URL it is the same repository, once it is known."""
    by_name = world.repository
    by_id = world.client.get_repo(int(by_name.identifier))
    by_url = world.client.get_repo(f"{world.forge.url}/acme/widgets.git")
    assert by_url == by_name == world.client.get_repo("Acme/Widgets")
    assert by_id == by_name
    assert len({by_name, by_id, by_url}) == 1
    assert by_id.full_name == "acme/widgets"
    assert by_id.get_issue(1).title == "It squeaks"


@pytest.mark.parametrize(
    "name", ["widgets", "", "acme/", "/", "acme//widgets", "https://example.com/", 3.5, None, True]
)
def test_what_is_no_repository(world: World, name: object) -> None:
    """A wrong name is refused before anything is sent, and named."""
    with pytest.raises(ValidationError):
        world.client.get_repo(name)  # type: ignore[arg-type]


def test_exists(world: World) -> None:
    """A repository exists if this credential may see it."""
    assert world.repository.exists()
    assert not world.client.get_repo("acme/nothing").exists()


def test_one_that_does_not_exist(world: World) -> None:
    """Reading a wrong one is an error that says what may be wrong."""
    with pytest.raises(ElementDoesntExistError, match="name may be wrong"):
        _ = world.client.get_repo("acme/nothing").description


def test_a_private_one_is_hidden(world: World) -> None:
    """A stranger sees no difference between a private repository and none."""
    world.forge.add_repository("acme/secret", private=True)
    assert world.client.get_repo("acme/secret").is_private
    assert not world.as_user("carol").get_repo("acme/secret").exists()
    assert not world.as_user(None).get_repo("acme/secret").exists()
    assert world.as_user(None).get_repo("acme/widgets").exists()


def test_editing(world: World) -> None:
    """Description and more are written at once."""
    repository = world.repository
    repository.description = "New"
    repository.edit(description="Newer", has_issues=False)
    assert (world.repository.description, world.repository.has_issues) == ("Newer", False)
    repository.topics = {"wheels", "oil"}
    assert world.repository.topics == repository.topics == {"wheels", "oil"}
    repository.visibility = "private"
    assert world.repository.is_private is True
    with pytest.raises(ValidationError, match="hidden"):
        repository.visibility = "hidden"


def test_archiving(world: World) -> None:
    """An archived repository can come back."""
    repository = world.repository
    repository.archive()
    assert world.repository.is_archived
    repository.unarchive()
    assert not world.repository.is_archived


def test_creating_and_deleting(world: World) -> None:
    """A repository is made for the user or an organization, and goes."""
    mine = world.client.create_repository("gears", description="Round", private=True)
    assert (mine.full_name, mine.is_private, mine.description) == ("alice/gears", True, "Round")
    ours = world.client.create_repository("cogs", organization="acme", initialize=True)
    assert ours.full_name == "acme/cogs"
    assert len(ours.commits) == 1
    with pytest.raises(ElementAlreadyExistsError):
        world.client.create_repository("gears")
    ours.delete()
    assert not world.client.get_repo("acme/cogs").exists()


def test_owner(world: World) -> None:
    """Who a repository belongs to."""
    assert world.repository.owner == world.client.get_organization("acme")
    assert world.repository.top_level_org.name == "acme"
    mine = world.client.create_repository("gears")
    assert mine.owner == world.client.get_user("alice")


def test_forks(world: World) -> None:
    """A fork knows its parent, and the parent its forks."""
    fork = world.as_user("bob").get_repo("acme/widgets").create_fork()
    assert fork.is_fork
    assert fork.refresh().parent == world.repository
    assert [found.full_name for found in world.repository.forks] == ["bob/widgets"]


def test_languages(world: World) -> None:
    """Languages are shares in percent."""
    assert all(0 <= share <= 100 for share in world.repository.languages.values())


def test_people(world: World) -> None:
    """Who may do what, and who can be assigned."""
    repository: Repository = world.repository
    assert repository.get_permission_level("alice") >= AccessLevel.ADMIN
    assert repository.get_permission_level("bob") == AccessLevel.CAN_WRITE
    assert repository.get_permission_level("nobody-of-that-name") is AccessLevel.NONE
    let_in = {"bob"} if "owners are no collaborators" in world.differs else {"alice", "bob"}
    assert let_in <= {user.username for user in repository.collaborators}
    repository.add_collaborator("carol", AccessLevel.CAN_READ)
    assert "carol" in {user.username for user in repository.collaborators}
    repository.add_collaborator("carol", AccessLevel.MAINTAINER)
    assert repository.get_permission_level("carol") == (
        AccessLevel.CAN_WRITE if "no maintainers" in world.differs else AccessLevel.MAINTAINER
    )
    repository.remove_collaborator("carol")
    assert "carol" not in {user.username for user in repository.collaborators}
    assert {"alice", "bob"} <= {user.username for user in repository.available_assignees}
    if repository.supports("contributors"):
        assert isinstance([user.username for user in repository.contributors], list)


def test_clone_url_with_the_credential(world: World) -> None:
    """Only the address that was asked for holds the token, and nothing else shows it."""
    repository = world.repository
    token = world.client.token  # type: ignore[attr-defined]
    assert token.value in repository.authenticated_clone_url()
    assert repository.token is token
    assert token.value not in f"{repository!r} {repository.clone_url} {world.client!r} {token!r} {token}"
    with pytest.raises(ValidationError, match="anonymous"):
        world.as_user(None).get_repo("acme/widgets").authenticated_clone_url()


def test_renamed(world: World) -> None:
    """A repository that was renamed is still reached by its old name, for reading and for writing."""
    world.repository.name = "wheels"
    old = world.client.get_repo("acme/widgets")
    assert old.get_issue(world.issue_number).title == "It squeaks"
    old.get_issue(world.issue_number).title = "It squeals"
    assert world.client.get_repo("acme/wheels").get_issue(world.issue_number).title == "It squeals"
    assert old.refresh().full_name == "acme/wheels"
    assert old == world.client.get_repo("acme/wheels")


def test_a_url_of_another_instance(world: World) -> None:
    """A repository somewhere else is refused: this client's credential would go to the wrong one of that name."""
    for url in ("https://code.example.com/acme/widgets", "git@code.example.com:acme/widgets.git"):
        with pytest.raises(ValidationError, match=r"code\.example\.com"):
            world.client.get_repo(url)
