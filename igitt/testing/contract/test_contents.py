"""Files of a repository, the same on every provider."""

from __future__ import annotations

from typing import Any

import pytest

from igitt.errors import (
    ConflictError,
    ElementAlreadyExistsError,
    ElementDoesntExistError,
    ValidationError,
)
from igitt.testing.contract import World

STRANGE = "docs/a b#c%20/ü?.md"
SHA = "097bbeec9d6fd565e250f92553b246a1e29c0c61"
BINARY = b"\x89PNG\r\n\xff\x00\xfe"


def test_reading_a_file(world: World) -> None:
    """A file's attributes come by one request; its text, bytes and size fit together."""
    file = world.repository.get_content("README.md")

    def read() -> None:
        assert (file.path, file.text, file.bytes, file.size) == ("README.md", "# Widgets\n", b"# Widgets\n", 10)
        assert file.sha == file.identifier == SHA

    assert len(world.sent(read)) == 1
    assert file.web_url.endswith("README.md")
    assert str(file) == "README.md"


def test_a_file_elsewhere(world: World) -> None:
    """A file is read at a branch or commit, and the same path at another place is another content."""
    there = world.repository.get_content("oil.txt", "feature")
    assert there.text == "drop\n"
    sha = world.mr.head.sha
    assert there.get_content(sha).text == "drop\n"
    with pytest.raises(ElementDoesntExistError, match=world.said("Not Found")):
        _ = there.get_content().text
    with pytest.raises(ElementDoesntExistError, match=world.said("(?i)commit (not )?found")):
        world.repository.get_content("README.md", "nowhere").refresh()
    assert there == world.repository.get_content("oil.txt", "feature")
    assert there != there.get_content()
    assert there != world.repository.get_content("OIL.txt", "feature")


def test_a_file_by_reference(world: World) -> None:
    """A content's reference leads back to the same path at the same place."""
    file = world.repository.get_content(STRANGE, "feature")
    assert world.client.load(file.reference) == file
    assert world.client.load(world.repository.get_content("x").reference) == world.repository.get_content("x")


@pytest.mark.parametrize("path", ["", "/", "a/../b", "a//b", ".", 5])
def test_a_wrong_path(world: World, path: str) -> None:
    """A path that is none, or that climbs, is refused before anything is sent."""

    def get() -> None:
        with pytest.raises(ValidationError, match=r"a part of a path|a path is a text"):
            world.repository.get_content(path)

    assert world.sent(get) == []


def test_a_folder_is_no_file(world: World) -> None:
    """Reading a folder as a file says that there is no such file."""
    world.repository.create_file("docs/index.md", content="x", message="Begin")
    with pytest.raises(ElementDoesntExistError, match=r"is a folder|File Not Found"):
        world.repository.get_content("docs").refresh()


def test_creating_a_file(world: World) -> None:
    """A file is made as a commit, in folders that come with it; it shows what was written without asking again."""
    made = world.repository.create_file(STRANGE, content="grüße", message="Greet")
    assert world.sent(lambda: (made.text, made.size, made.path)) == []
    assert (made.text, made.size, made.path) == ("grüße", 7, STRANGE)
    again = world.repository.get_content(STRANGE)
    assert (again.text, again.sha) == ("grüße", made.sha)
    newest = world.repository.commits.first()
    assert newest is not None
    assert newest.message == "Greet"


def test_creating_a_file_is_one_request(world: World) -> None:
    """Making a file is one request where the branch is named."""
    assert (
        len(world.sent(lambda: world.repository.create_file("new.txt", content="1", message="One", branch="feature")))
        == 1
    )
    assert world.repository.get_content("new.txt", "feature").text == "1"


def test_creating_a_file_that_is_there(world: World) -> None:
    """A file is not overwritten by making it."""
    with pytest.raises(ElementAlreadyExistsError, match="already"):
        world.repository.create_file("README.md", content="mine", message="Mine")
    assert world.repository.get_content("README.md").text == "# Widgets\n"


def test_bytes(world: World) -> None:
    """What is no text is written and read as bytes, and its text is refused with advice."""
    file = world.repository.create_file("logo.png", content=BINARY, message="Draw")
    assert world.repository.get_content("logo.png").bytes == file.bytes == BINARY
    with pytest.raises(ValidationError, match="bytes"):
        _ = file.text


@pytest.mark.parametrize("content", [None, 5, "\ud800"])
def test_wrong_content(world: World, content: str) -> None:
    """What can be no file's content is refused before anything is sent."""

    def create() -> None:
        with pytest.raises(ValidationError, match=r"holds a text or bytes|UTF-8"):
            world.repository.create_file("x", content=content, message="X", branch="main")

    assert world.sent(create) == []


def test_updating_a_file(world: World) -> None:
    """A file is changed by its object or by its path, on a branch."""
    file = world.repository.get_content("README.md")
    old = file.sha
    file.update("# Gadgets\n", "Rename")
    assert (file.text, file.size) == ("# Gadgets\n", 10)
    assert file.sha != old
    file.update("# Wheels\n", "Rename again")
    assert world.repository.get_content("README.md").text == "# Wheels\n"
    there = world.repository.update_file("oil.txt", content="drop\ndrop\n", message="More", branch="feature")
    assert there.text == world.repository.get_content("oil.txt", "feature").text == "drop\ndrop\n"


def test_updating_what_changed_meanwhile(world: World) -> None:
    """What somebody else wrote since the file was read is not overwritten."""
    mine = world.repository.get_content("README.md").refresh()
    world.forge.add_commit("acme/widgets", "Theirs", {"README.md": "theirs\n"}, author="bob")
    with pytest.raises(ConflictError, match=r"does not match|has changed since"):
        mine.update("mine\n", "Mine")
    assert world.repository.get_content("README.md").text == "theirs\n"


def test_deleting_a_file(world: World) -> None:
    """A file is removed by its object or by its path; one that is not there cannot be."""
    world.repository.get_content("README.md").delete("Away")
    with pytest.raises(ElementDoesntExistError, match=world.said("Not Found")):
        world.repository.get_content("README.md").refresh()
    world.repository.delete_file("oil.txt", message="Dry", branch="feature")
    with pytest.raises(ElementDoesntExistError, match=world.said("Not Found|doesn't exist")):
        world.repository.delete_file("oil.txt", message="Dry", branch="feature")
    with pytest.raises(ElementDoesntExistError, match=world.said("Not Found|doesn't exist")):
        world.repository.update_file("oil.txt", content="x", message="Wet", branch="feature")


def test_writing_to_a_branch_that_is_not_there(world: World) -> None:
    """Nothing is written to a branch that does not exist."""
    with pytest.raises(ElementDoesntExistError, match=world.said("nowhere not found|on a branch")):
        world.repository.create_file("x", content="x", message="X", branch="nowhere")
    with pytest.raises(ElementDoesntExistError, match=world.said("Branch not found|on a branch")):
        world.repository.commit_files({"x": "x"}, "X", "nowhere")


def test_listing_files(world: World) -> None:
    """A folder's files, without folders; recursively also those inside them."""
    world.repository.commit_files({"docs/a.md": "a", "docs/deep/b.md": "bb", "c.md": "c"}, "Write")
    repository = world.repository
    assert {file.path for file in repository.list_files()} == {"README.md", "c.md"}
    assert [file.path for file in repository.list_files("docs")] == ["docs/a.md"]
    deep = repository.list_files("/docs/", recursive=True)
    assert {file.path for file in deep} == {"docs/a.md", "docs/deep/b.md"}
    assert len(deep) == 2
    assert len(repository.list_files(recursive=True)) == 4
    assert {file.path for file in repository.list_files(ref="feature")} == {"README.md", "oil.txt"}
    found = {file.path: file for file in deep}["docs/deep/b.md"]
    assert (found.text, found.size, found.sha) == ("bb", 2, repository.get_content("docs/deep/b.md").sha)


def test_listing_files_is_one_request(world: World) -> None:
    """However deep, a listing of few files is one request, and reading their paths and hashes no more."""
    world.repository.commit_files({"docs/a.md": "a", "docs/deep/b.md": "bb"}, "Write")

    def read() -> None:
        assert all(file.path and file.sha for file in world.repository.list_files(recursive=True))

    assert len(world.sent(read)) == 1


def test_listing_what_is_not_there(world: World) -> None:
    """A folder or branch that is not there is told when the list is read."""
    for found in (
        world.repository.list_files("nowhere"),
        world.repository.list_files("nowhere", recursive=True),
        world.repository.list_files(ref="nowhere"),
    ):
        with pytest.raises(ElementDoesntExistError):
            list(found)


def test_an_empty_repository(world: World) -> None:
    """An empty repository lists no files, and its first one can be made; a missing one is an error."""
    world.forge.add_repository("acme/empty", files={})
    empty = world.client.get_repo("acme/empty")
    assert list(empty.list_files()) == list(empty.list_files(recursive=True)) == []
    empty.create_file("first.txt", content="1", message="Begin", branch="main")
    assert [file.path for file in empty.list_files()] == ["first.txt"]
    with pytest.raises(ElementDoesntExistError):
        list(world.client.get_repo("acme/nothing").list_files())


def test_committing_many_files(world: World) -> None:
    """Many files are written, changed and removed in one commit, which is given back."""
    before = len(world.repository.commits)
    changes: dict[str, str | bytes | None] = {
        "README.md": "# Changed\n",
        "docs/new.md": "new",
        "logo.png": BINARY,
        STRANGE: "x",
    }
    commit = world.repository.commit_files(changes, "Do much\n\nAll at once.", "main")
    assert commit.message == "Do much\n\nAll at once."
    assert len(world.repository.commits) == before + 1
    newest = world.repository.commits.first()
    assert newest == commit
    for path, content in changes.items():
        raw = content.encode() if isinstance(content, str) else content
        assert world.repository.get_content(path).bytes == raw
    assert commit.author is not None
    assert commit.author.username == "alice"
    world.repository.commit_files({"docs/new.md": None, "logo.png": "text now"}, "Undo")
    with pytest.raises(ElementDoesntExistError):
        world.repository.get_content("docs/new.md").refresh()
    assert world.repository.get_content("logo.png").text == "text now"


def test_the_requests_of_a_commit(world: World) -> None:
    """On GitHub five requests however many texts: what is there (two), tree, commit, branch; on GitLab two."""
    changes = {f"docs/{number}.md": str(number) for number in range(30)}
    sent = world.sent(lambda: world.repository.commit_files({"README.md": "x", **changes}, "Many", "main"))
    assert len(sent) == world.cost("commit many files", 2)


def test_committing_nothing(world: World) -> None:
    """Nothing to commit, and a file to remove that is not there, are errors; nothing is written."""
    before = len(world.repository.commits)
    with pytest.raises(ValidationError, match="nothing to commit"):
        world.repository.commit_files({}, "Nothing")
    with pytest.raises(ElementDoesntExistError, match=r"to remove|doesn't exist"):
        world.repository.commit_files({"nowhere.txt": None, "x": "x"}, "Away")
    assert len(world.repository.commits) == before


def test_committing_to_an_empty_repository(world: World) -> None:
    """The first commit may be of many files; GitHub needs a second one for all but the first of them."""
    world.forge.add_repository("acme/empty", files={})
    empty = world.client.get_repo("acme/empty")
    made: list[Any] = []
    changes: dict[str, str | bytes | None] = {"a": "1", "deep/b": "2", "logo.png": BINARY}
    sent = world.sent(lambda: made.append(empty.commit_files(changes, "Begin", "main")))
    assert len(sent) == world.cost("commit into nothing", 2)
    assert {file.path: file.bytes for file in empty.list_files(recursive=True)} == {
        path: content.encode() if isinstance(content, str) else content for path, content in changes.items()
    }
    assert empty.commits.first() == made[0]
    assert [commit.message for commit in empty.commits] == ["Begin"] * world.cost("commits into nothing")


def test_committing_one_file_to_an_empty_repository(world: World) -> None:
    """One file is one commit on both, and removing one is an error at once."""
    world.forge.add_repository("acme/empty", files={})
    empty = world.client.get_repo("acme/empty")
    with pytest.raises(ElementDoesntExistError, match=r"to remove|doesn't exist"):
        empty.commit_files({"a": "1", "b": None}, "Begin", "main")
    assert list(empty.commits) == []
    made = empty.commit_files({"a": "1"}, "Begin", "main")
    assert list(empty.commits) == [made]
    assert (made.message, made.parents) == ("Begin", [])
