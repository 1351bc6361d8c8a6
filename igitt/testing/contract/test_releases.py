"""Releases and their files, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.errors import (
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    ValidationError,
)
from igitt.testing.contract import World


def test_creating_a_release(world: World) -> None:
    """A release is made with its tag, and is the latest one."""
    repository = world.repository
    made = repository.create_release("v1.0", "First", "It turns.", ref="feature")
    assert (made.tag_name, made.name, made.description, made.assets) == ("v1.0", "First", "It turns.", [])
    assert made.created.timestamp() == int(world.clock.now)
    assert "v1.0" in made.web_url
    assert str(made) == "First"
    assert list(repository.releases) == [made]
    assert repository.latest_release == made
    assert repository.get_content("oil.txt", "v1.0").text == "drop\n"


def test_what_a_release_needs(world: World) -> None:
    """A release needs a tag alone: its title is the tag's name, and a new tag is made at the default branch."""
    made = world.repository.create_release("v1")
    assert (made.name, made.description) == ("v1", "")
    assert world.repository.get_content("README.md", "v1").text == "# Widgets\n"
    assert len(world.sent(lambda: world.repository.create_release("v2", ref="main"))) == 1


def test_a_release_by_its_tag(world: World) -> None:
    """A release is known by its tag, whatever is in that; getting it sends nothing and reading it one request."""
    tag = "rel/1.0 ü#%"
    made = world.repository.create_release(tag, "Strange")
    found = world.repository.get_release(tag)
    assert found == made
    assert len(world.sent(lambda: (found.name, found.description, found.created, found.assets))) == 1
    assert found.name == "Strange"
    assert world.client.load(found.reference) == made
    assert world.client.load(world.repository.get_release(tag).reference).name == "Strange"


def test_a_release_that_is_there(world: World) -> None:
    """A tag has one release."""
    world.repository.create_release("v1")
    with pytest.raises(ElementAlreadyExistsError, match=r"already.exists"):
        world.repository.create_release("v1")


def test_a_release_of_nothing(world: World) -> None:
    """A release needs something to be made of, and a tag that says something."""
    with pytest.raises(ValidationError, match=r"target_commitish: invalid|Target nowhere is invalid"):
        world.repository.create_release("v1", ref="nowhere")
    with pytest.raises(ValidationError, match="not empty"):
        world.repository.create_release(" ")


def test_no_release(world: World) -> None:
    """Where there is no release, the list is empty and the latest is None; a missing repository is an error."""
    assert list(world.repository.releases) == []
    assert world.repository.latest_release is None
    with pytest.raises(ElementDoesntExistError):
        _ = world.client.get_repo("acme/nothing").latest_release
    with pytest.raises(ElementDoesntExistError):
        world.repository.get_release("v1").refresh()


def test_the_order_of_releases(world: World) -> None:
    """The newest release comes first; finding the latest is one request."""
    for number in range(3):
        world.clock.sleep(60)
        world.repository.create_release(f"v{number}")
    assert [one.tag_name for one in world.repository.releases] == ["v2", "v1", "v0"]
    assert len(world.sent(lambda: world.repository.latest_release)) == 1


def test_editing_a_release(world: World) -> None:
    """Title and description are changed, both by one request; a release known by its tag alone can be changed too."""
    made = world.repository.create_release("v1")
    assert len(world.sent(lambda: made.edit(name="One", description="Better."))) == 1
    assert (made.name, made.description) == ("One", "Better.")
    again = world.repository.get_release("v1")
    again.name = "Uno"
    again.description = "Mejor."
    found = world.repository.get_release("v1")
    assert (found.name, found.description) == ("Uno", "Mejor.")


def test_deleting_a_release(world: World) -> None:
    """A release is removed and its tag stays."""
    world.repository.create_release("v1")
    world.repository.get_release("v1").delete()
    assert list(world.repository.releases) == []
    assert world.repository.get_content("README.md", "v1").text == "# Widgets\n"
    with pytest.raises(ElementDoesntExistError):
        world.repository.get_release("v1").delete()


def test_uploading_files(world: World) -> None:
    """Files are put to a release and told by it."""
    release = world.repository.create_release("v1")
    made = release.upload_asset("tool-1.0.bin", b"\x00\xff\r\n--x", "application/x-tool")
    release.upload_asset("notes.txt", "grüße")
    assert made.name == "tool-1.0.bin"
    assert made.url.startswith(world.client.web_url)
    assert made.size in {7, None}
    again = world.repository.get_release("v1").assets
    assert {one.name for one in again} == {one.name for one in release.assets} == {"tool-1.0.bin", "notes.txt"}
    assert made in again


def test_uploading_a_file_twice(world: World) -> None:
    """A release has one file of a name."""
    release = world.repository.create_release("v1")
    release.upload_asset("a.txt", "1")
    with pytest.raises(ElementAlreadyExistsError, match=r"already_exists|already been taken"):
        release.upload_asset("a.txt", "2")


@pytest.mark.parametrize(("name", "content"), [("", "x"), ("a.txt", None), ("a.txt", 5)])
def test_uploading_nothing(world: World, name: str, content: str) -> None:
    """A file without name or content is refused before anything is sent."""
    release = world.repository.create_release("v1")

    def upload() -> None:
        with pytest.raises(ValidationError):
            release.upload_asset(name, content)

    assert world.sent(upload) == []


def test_drafts(world: World) -> None:
    """On GitHub a draft is found by its tag, is seen by nobody else, and gets the tag when it is published."""
    repository = world.repository
    if not repository.get_release("v1").supports("is_draft"):
        return
    repository.create_release("v0")
    made = repository.create_release("v1", "One", "Soon.", draft=True)
    assert (made.is_draft, made.released_at) == (True, None)
    assert made in list(repository.releases)
    assert "v1" not in {tag.name for tag in repository.tags}
    found = repository.get_release("v1")
    assert (found.name, found.is_draft) == ("One", True)
    assert found == made
    strangers = world.as_user("carol").get_repo("acme/widgets")
    assert [one.tag_name for one in strangers.releases] == ["v0"]
    with pytest.raises(ElementDoesntExistError):
        strangers.get_release("v1").refresh()
    assert repository.latest_release is not None
    assert repository.latest_release.tag_name == "v0"
    world.clock.sleep(60)
    assert len(world.sent(lambda: made.edit(is_draft=False, description="Now."))) == 1
    assert (made.is_draft, made.released_at, made.description) == (False, made.created, "Now.")
    assert made.created.timestamp() == int(world.clock.now)
    assert "v1" in {tag.name for tag in repository.tags}
    assert repository.latest_release == made


def test_releases_that_are_not_for_everybody(world: World) -> None:
    """A pre-release is never the latest one, until it is none any more."""
    repository = world.repository
    if not repository.get_release("v1").supports("is_prerelease"):
        return
    first = repository.create_release("v1")
    world.clock.sleep(60)
    second = repository.create_release("v2", prerelease=True)
    assert (first.is_prerelease, second.is_prerelease, second.is_upcoming) == (False, True, False)
    assert repository.latest_release == first
    second.is_prerelease = False
    assert repository.latest_release == second
