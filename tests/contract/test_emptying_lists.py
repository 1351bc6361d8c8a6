"""Who deletes or marks done what a list gives while he walks it meets each thing once, the same on every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.world import World

MANY = 23

#: By what the list is of: makes one more, gives the list anew, takes away what it gave, and tells its things apart.
Emptied = tuple[
    Callable[[Any, int], object], Callable[[Any], Any], Callable[[Any, Any], object], Callable[[Any], object]
]
LISTS: dict[str, Emptied] = {
    "comments of an issue": (
        lambda repo, number: repo.get_issue(1).add_comment(f"comment {number}"),
        lambda repo: repo.get_issue(1).comments,
        lambda _, comment: comment.delete(),
        lambda comment: comment.number,
    ),
    "comments of a merge request": (
        lambda repo, number: repo.merge_requests[0].add_comment(f"comment {number}"),
        lambda repo: repo.merge_requests[0].comments,
        lambda _, comment: comment.delete(),
        lambda comment: comment.number,
    ),
    "branches": (
        lambda repo, number: repo.create_branch(f"topic-{number}", "main"),
        lambda repo: repo.branches,
        lambda repo, branch: branch.name.startswith("topic-") and repo.delete_branch(branch.name),
        lambda branch: branch.name,
    ),
    "tags": (
        lambda repo, number: repo.create_tag(f"v{number}", "main"),
        lambda repo: repo.tags,
        lambda repo, tag: repo.delete_tag(tag.name),
        lambda tag: tag.name,
    ),
    "labels": (
        lambda repo, number: repo.create_label(f"label-{number}", "#123456"),
        lambda repo: repo.labels,
        lambda _, label: label.delete(),
        lambda label: label.name,
    ),
    "milestones": (
        lambda repo, number: repo.create_milestone(f"milestone {number}"),
        lambda repo: repo.milestones,
        lambda _, milestone: milestone.delete(),
        lambda milestone: milestone.number,
    ),
    "hooks": (
        lambda repo, number: repo.register_hook(f"https://bot.example.com/{number}", "secret"),
        lambda repo: repo.hooks,
        lambda _, hook: hook.delete(),
        lambda hook: hook.target_url,
    ),
    "releases": (
        lambda repo, number: repo.create_release(f"r{number}", ref="main"),
        lambda repo: repo.releases,
        lambda _, release: release.delete(),
        lambda release: release.tag_name,
    ),
    "deploy keys": (
        lambda repo, number: repo.add_deploy_key(f"key {number}", f"ssh-ed25519 {_key(number)} x"),
        lambda repo: repo.deploy_keys,
        lambda _, key: key.delete(),
        lambda key: key.title,
    ),
}


def _key(number: int) -> str:
    return f"AAAAC3NzaC1lZDI1NTE5AAAAI{number:043d}"


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("read_ahead", [1, 8])
@pytest.mark.parametrize("what", LISTS)
def test_deleting_what_one_meets(world: World, what: str, read_ahead: int, every: int) -> None:
    """Each thing is met once, whether all of them are deleted or each second one."""
    make, listed, delete, name = LISTS[what]
    repository: Any = world.as_user("alice", page_size=5, pace_writes=False, read_ahead=read_ahead).get_repo(
        "acme/widgets"
    )
    for number in range(MANY):
        make(repository, number)
    expected = [name(thing) for thing in listed(repository)]
    met = []
    for place, thing in enumerate(listed(repository)):
        met.append(name(thing))
        if place % every == 0:
            delete(repository, thing)
    assert sorted(met) == sorted(expected)
    assert len(met) >= MANY
    if every == 1 and what != "branches":
        assert list(listed(repository)) == []


@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("cache", [True, False])
def test_marking_done_what_one_meets(world: World, every: int, *, cache: bool) -> None:
    """Each notification is met once, whether all of them are marked or some."""
    for number in range(MANY):
        issue = world.forge.add_issue("acme/widgets", f"issue {number}", author="carol")
        world.repository.get_issue(issue.number).assign("bob")
    bob = world.as_user("bob", page_size=5, pace_writes=False, cache=cache)
    expected = [found.identifier for found in bob.notifications]
    met = []
    for place, notification in enumerate(bob.notifications):
        met.append(notification.identifier)
        if place % every == 0:
            notification.mark_done()
    assert sorted(map(str, met)) == sorted(map(str, expected))
    assert len(met) == MANY
    if every == 1:
        assert len(list(world.as_user("bob").notifications)) == 0
