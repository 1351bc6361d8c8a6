"""Groups within groups, and what they share, on the forges that have them."""

from __future__ import annotations

from typing import Any

import pytest
from support.world import World

from igitt.errors import UnsupportedOperationError
from igitt.interfaces import Repository

DEEP = "acme/tools/deep"


@pytest.fixture
def gears(world: World) -> Any:
    """A repository three groups deep; on GitHub, which has no such thing, the test is over."""
    if not world.client.get_organization("acme").supports("labels"):
        pytest.skip("GitHub has no groups within groups")
    world.forge.add_repository(f"{DEEP}/gears", members={"bob": "write"})
    return world.client.get_repo(f"{DEEP}/gears")


def test_a_repository_deep_down(world: World, gears: Repository) -> None:
    """However deep a repository is, all of it works, and it knows what is around it."""
    issue = gears.create_issue("A tooth is missing", labels=["bug"])
    assert issue.repository == gears
    assert gears.get_issue(issue.number).title == "A tooth is missing"
    gears.create_branch("next", "main")
    commit = gears.commit_files({"a.txt": "1"}, f"Fix\n\nCloses {DEEP}/gears#{issue.number}", "next")
    assert commit.closes_issues == {issue}
    mr = gears.create_merge_request("Mend", "main", "next")
    assert mr.target_repository == gears
    assert world.client.load(mr.reference) == mr
    assert (gears.full_name, gears.top_level_org.name) == (f"{DEEP}/gears", "acme")
    assert gears.owner == world.client.get_organization(DEEP)
    assert gears in list(world.client.get_organization(DEEP).repositories)


def test_groups_within_groups(world: World, gears: Repository) -> None:
    """A group's groups are told one step at a time, as organizations and as teams."""
    acme = world.client.get_organization("acme")
    assert [one.name for one in acme.suborgs] == ["acme/tools"]
    assert [one.name for one in world.client.get_organization("acme/tools").suborgs] == [DEEP]
    (team,) = acme.teams
    assert team.organization == acme
    assert {user.username for user in world.client.get_organization(DEEP).members} >= {"alice"}
    assert gears.get_permission_level("alice") > gears.get_permission_level("bob")


def test_a_groups_labels_and_milestones(world: World, gears: Repository) -> None:
    """What groups around a repository share can be put on its issues, and issues are found by it."""
    world.client.request("POST", "groups/acme/labels", json={"name": "status::doing", "color": "#00ff00"})
    world.client.request("POST", "groups/acme/milestones", json={"title": "Spring 1.0"})
    acme = world.client.get_organization("acme")
    assert [label.name for label in acme.labels] == ["status::doing"]
    (spring,) = acme.milestones
    assert spring.project == acme
    assert "status::doing" in gears.get_labels()
    issue = gears.create_issue("Turn", labels=["status::doing"], milestone=spring)
    assert issue.labels == {"status::doing"}
    assert issue.milestone == spring
    again = gears.get_issue(issue.number)
    assert again.milestone == spring
    assert again.milestone is not None
    assert again.milestone.project.refresh() == acme
    assert list(gears.filter_issues(milestone=spring)) == [issue]
    assert list(gears.filter_issues(labels=["status::doing"])) == [issue]
    assert list(spring.issues) == [issue]
    assert next(iter(spring.issues)).repository.refresh() == gears
    other = gears.create_issue("Turn back")
    other.milestone = spring
    assert gears.get_issue(other.number).milestone == spring
    other.milestone = None
    assert gears.get_issue(other.number).milestone is None
    mr_source = gears.create_branch("next", "main")
    gears.commit_files({"a.txt": "1"}, "Turn", mr_source.name)
    mr = gears.create_merge_request("Turn", "main", "next")
    mr.edit(milestone=spring, labels={"status::doing"})
    assert list(spring.merge_requests) == [mr]


def test_scoped_labels(world: World) -> None:
    """A label whose name has a scope is a label like others on both forges."""
    repository, issue = world.repository, world.issue
    made = repository.create_label("priority::high", "#ff0000")
    assert repository.get_label("priority::high").refresh() == made
    issue.add_labels("priority::high")
    issue.labels |= {"team::a/b"}
    assert world.issue.labels == {"bug", "priority::high", "team::a/b"}
    assert [found.number for found in repository.filter_issues(labels=["priority::high"])] == [issue.number]
    issue.remove_labels("priority::high", "team::a/b")
    assert world.issue.labels == {"bug"}


def test_an_organization_without_groups(world: World) -> None:
    """GitHub's organizations have none inside, and say why they share no labels."""
    if world.hoster != "github":
        return
    acme = world.client.get_organization("acme")
    assert list(acme.suborgs) == []
    with pytest.raises(UnsupportedOperationError, match="each repository"):
        _ = acme.labels
