"""What is deleted through itself and not by its name, the same on every provider."""

from __future__ import annotations

from igitt.testing.contract import World


def test_a_label(world: World) -> None:
    """A label goes, and is off its issues."""
    assert world.issue.labels == {"bug"}
    assert len(world.sent(world.repository.get_label("bug").delete)) == world.cost("delete a label")
    assert world.repository.get_labels() == {"idea"}
    assert world.issue.labels == set()


def test_a_tag(world: World) -> None:
    """A tag goes, and its commit stays."""
    tag = world.repository.create_tag("v1.0", "feature")
    commit = tag.commit
    assert len(world.sent(tag.delete)) == 1
    assert list(world.repository.tags) == []
    assert world.repository.get_commit(commit.sha).message.startswith("Oil it")


def test_a_hook(world: World) -> None:
    """A hook goes, and the other one of the repository stays."""
    hook, other = (world.repository.register_hook(f"https://bot.example.com/{name}") for name in "ab")
    assert len(world.sent(hook.delete)) == 1
    assert list(world.repository.hooks) == [other]


def test_an_issue(world: World) -> None:
    """An issue goes where the forge lets it go."""
    issue = world.issue
    if issue.supports("delete"):
        assert len(world.sent(issue.delete)) == 1
        assert list(world.repository.issues) == []


def test_a_merge_request(world: World) -> None:
    """A merge request goes where the forge lets it go."""
    mr = world.mr
    if mr.supports("delete"):
        assert len(world.sent(mr.delete)) == 1
        assert list(world.repository.merge_requests) == []
