"""Names with everything in them that an address would take for something else, the same on every provider."""

from __future__ import annotations

import pytest

from igitt.interfaces import CommitStatus, Status
from igitt.testing.contract import World

NAMES = ["needs info", "area/parser", "größe ü", "100%", "c#", "a?b&c=d", "50%2F50", "+1", "'quoted'", "日本語", "..x"]
#: What git lets be in the name of a branch or tag.
REFS = ["area/parser", "größe", "100%", "c#", "a&b=d", "50%2F50", "+1", "日本語"]
PATHS = ["a b/c.txt", "größe/日本.txt", "100%.txt", "c#.txt", "a?b&c=d.txt", "50%2F50.txt", "+1.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_labels(world: World, name: str) -> None:
    """A label of any name is made, found, put on, filtered by, taken off, renamed and removed."""
    repository, issue = world.repository, world.issue
    made = repository.create_label(name, "#123456")
    assert (made.name, repository.get_label(name).color) == (name, "#123456")
    issue.add_labels(name)
    assert world.issue.labels == {"bug", name}
    assert [found.number for found in repository.filter_issues(labels=[name])] == [issue.number]
    issue.remove_labels(name)
    assert world.issue.labels == {"bug"}
    repository.get_label(name).edit(description="x")
    assert repository.get_label(name).refresh().description == "x"
    repository.delete_label(name)
    assert name not in repository.get_labels()


@pytest.mark.parametrize("name", REFS)
def test_branches_and_tags(world: World, name: str) -> None:
    """A branch and a tag of any name are made, found, read from, compared and removed."""
    repository = world.repository
    branch = repository.create_branch(name, "feature")
    assert (branch.name, repository.get_branch(name).refresh()) == (name, branch)
    assert branch.commit == repository.get_commit(name).refresh()
    assert repository.get_content("oil.txt", name).text == "drop\n"
    assert {file.path for file in repository.list_files(ref=name)} == {"README.md", "oil.txt"}
    assert repository.compare("main", name).ahead == 1
    repository.create_file("more.txt", content="x", message="More", branch=name)
    assert repository.filter_commits(ref=name).first() == repository.get_commit(name).refresh()
    mr = repository.create_merge_request("More", "main", name)
    assert mr.head_branch_name == name
    tag = repository.create_tag(name + "-1", name)
    assert repository.get_tag(name + "-1").refresh().commit == tag.commit
    repository.delete_tag(name + "-1")
    repository.delete_branch(name)
    assert name not in {found.name for found in repository.branches}


@pytest.mark.parametrize("path", PATHS)
def test_files(world: World, path: str) -> None:
    """A file of any path is made, read, listed, changed and removed."""
    repository = world.repository
    repository.create_file(path, content="1", message="Make")
    assert repository.get_content(path).text == "1"
    repository.update_file(path, content="2", message="Change")
    assert path in {file.path for file in repository.list_files(recursive=True)}
    folder = path.rpartition("/")[0]
    assert path in {file.path for file in repository.list_files(folder)}
    newest = repository.filter_commits(path=path).first()
    assert newest is not None
    assert newest.message == "Change"
    assert [change.path for change in newest.files] == [path]
    assert world.client.load(repository.get_content(path).reference).text == "2"
    repository.delete_file(path, message="Remove")
    assert path not in {file.path for file in repository.list_files(recursive=True)}


@pytest.mark.parametrize("name", NAMES)
def test_milestones_and_statuses(world: World, name: str) -> None:
    """A milestone of any title is found by it, and a status of any context takes its earlier one's place."""
    repository = world.repository
    milestone = repository.create_milestone(name)
    world.issue.milestone = milestone
    assert [found.number for found in repository.filter_issues(milestone=name)] == [world.issue_number]
    commit = repository.get_commit("main")
    commit.set_status(CommitStatus(Status.PENDING, context=name))
    commit.set_status(CommitStatus(Status.SUCCESS, context=name))
    assert [(status.context, status.status) for status in commit.get_statuses()] == [(name, Status.SUCCESS)]


def test_text(world: World) -> None:
    """Titles, texts and comments come back as they were written."""
    strange = "# ü 日本 %2F 'q' \"d\" <b>&amp;</b> \\ \t 100% a+b 🎉"
    issue = world.repository.create_issue(strange, strange)
    assert (world.repository.get_issue(issue.number).title, issue.description) == (strange, strange)
    comment = issue.add_comment(strange)
    assert issue.get_comment(comment.number).refresh().body == strange
