"""Nothing relies on what a newer version of GitHub's API leaves out: 2026-03-10 drops fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.world import World, make_world


@pytest.fixture
def world() -> Iterator[World]:
    """A small world on GitHub."""
    with make_world("github") as made:
        yield made


def test_a_newer_version(world: World) -> None:
    """Issues, merge requests, files and limits are read and written as ever."""
    client = world.as_user("alice", api_version="2026-03-10")
    repository = client.get_repo("acme/widgets")
    issue, mr = repository.get_issue(world.issue_number), repository.get_mr(world.mr_number)
    issue.assign("bob")
    assert {user.username for user in repository.get_issue(issue.number).assignees} == {"bob"}
    issue.edit(assignees=["alice", "bob"], title="Louder")
    assert len(issue.assignees) == 2
    assert mr.merge_commit_sha is None
    mr.merge(method="squash")
    assert repository.get_mr(mr.number).merge_commit_sha == repository.get_commit("main").sha
    assert client.rate_limit["core"].remaining
    assert {file.path for file in repository.list_files()} == {"README.md", "oil.txt"}
    repository.edit(description="x", has_issues=True)
    assert repository.refresh().description == "x"
