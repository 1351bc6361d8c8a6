"""What only GitHub does with files: trees that are cut short, modes, and branches that move meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.world import World, make_world

from igitt.errors import ConflictError
from igitt.testing.sandbox import gitdata


@pytest.fixture
def world() -> Iterator[World]:
    """A small world on GitHub."""
    with make_world("github") as made:
        yield made


def test_a_tree_that_is_cut_short(world: World) -> None:
    """A tree too large for one answer is read folder by folder, and no file is missing."""
    files = {f"{top}/{inner}/{number}.txt": "x" for top in "ab" for inner in "cd" for number in range(3)}
    world.repository.commit_files(files, "Many")
    world.forge.tree_limit = 3
    assert {file.path for file in world.repository.list_files(recursive=True)} == {*files, "README.md"}
    assert {file.path for file in world.repository.list_files("b", recursive=True)} == {
        path for path in files if path.startswith("b/")
    }


def test_a_file_stays_executable(world: World) -> None:
    """A file that is changed among others keeps its mode."""
    home = world.forge.repository("acme/widgets")
    tip, alice = home.branches["main"], world.forge.add_user("alice")
    modes = {"README.md": "100755"}
    home.branches["main"] = gitdata.store(
        world.forge.world, home, "May run", home.commits[tip].files, [tip], alice, modes=modes
    ).sha
    world.repository.commit_files({"README.md": "#!/bin/sh\n", "new": "x"}, "Run")
    assert home.commits[home.branches["main"]].modes == modes


def test_a_branch_that_moves_meanwhile(world: World) -> None:
    """A branch that somebody else pushed to is not overwritten."""
    world.forge.fail(
        422, method="PATCH", path="/git/refs/heads/main$", body='{"message": "Update is not a fast forward"}'
    )
    with pytest.raises(ConflictError, match="moved on"):
        world.repository.commit_files({"x": "x"}, "X")
