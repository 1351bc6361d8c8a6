"""What bots ask of issues and merge requests: reasons, one comment of their own, what stands in the way of merging."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.world import World

from igitt.errors import UnsupportedOperationError, ValidationError
from igitt.interfaces import AccessLevel, CommitStatus, MergeStatus, Status


def test_closing_with_a_reason(world: World) -> None:
    """A forge that keeps reasons gives it back; another refuses before anything is sent."""
    issue = world.issue
    if issue.supports("close_reason"):
        issue.close("not_planned")
        assert world.issue.close_reason == "not_planned"
        with pytest.raises(ValidationError, match="completed, not_planned, duplicate, not 'bored'"):
            issue.close("bored")
        issue.reopen()
        assert world.issue.close_reason is None
    else:
        before = len(world.forge.requests)
        with pytest.raises(UnsupportedOperationError, match="close_reason"):
            issue.close("not_planned")
        assert len(world.forge.requests) == before
        assert str(world.issue.state) == "open"
    issue.close()
    assert str(world.issue.state) == "closed"


def test_whether_it_is_locked(world: World) -> None:
    """An issue and a merge request tell it, before and after."""
    for thing in (world.issue, world.mr):
        assert thing.is_locked is False
        thing.lock()
        assert thing.refresh().is_locked is True
        thing.unlock()
        assert thing.refresh().is_locked is False


def test_comments_by_time_and_author(world: World) -> None:
    """Each filter alone, both together, and a naive time is refused."""
    issue = world.issue
    issue.add_comment("first")
    world.clock.now += 100
    world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number).add_comment("second")
    world.clock.now += 100
    issue.add_comment("third")
    since = datetime.fromtimestamp(world.clock.now - 150, UTC)
    assert [one.body for one in issue.filter_comments()] == ["first", "second", "third"]
    assert [one.body for one in issue.filter_comments(since=since)] == ["second", "third"]
    assert [one.body for one in issue.filter_comments(author="alice")] == ["first", "third"]
    assert [one.body for one in issue.filter_comments(author="BOB", since=since)] == ["second"]
    with pytest.raises(ValidationError, match="time zone"):
        issue.filter_comments(since=since.replace(tzinfo=None))


def test_one_comment_of_the_bots_own(world: World) -> None:
    """Written once, edited later, left alone when it says the same, and never somebody else's."""
    stranger = world.as_user("bob").get_repo("acme/widgets").get_issue(world.issue_number)
    stranger.add_comment("<!-- coverage -->\nhaha")
    first = world.issue.upsert_comment("80 %", "coverage")
    assert "80 %" in first.body
    second = world.issue.upsert_comment("90 %", "coverage")
    assert second == first
    sent = world.sent(lambda: world.issue.upsert_comment("90 %", "coverage"))
    assert not [one for one in sent if not one.startswith("GET")]
    other = world.issue.upsert_comment("fast", "speed")
    assert other != first
    bodies = [one.body for one in world.issue.comments]
    assert len(bodies) == 3
    assert "haha" in bodies[0]
    for marker in ("", "a--b", "-->", "two words", 5):
        with pytest.raises(ValidationError, match="a marker is a word"):
            world.issue.upsert_comment("x", marker)  # type: ignore[arg-type]


def test_two_workers_leave_one_comment(world: World) -> None:
    """Who wrote at the same time looks again: the older comment stays, whichever worker looks."""
    other = world.as_user("alice").get_repo("acme/widgets").get_issue(world.issue_number)
    issue = world.issue
    add = type(issue).add_comment

    def late(*args: Any, **keywords: Any) -> Any:
        other.upsert_comment("theirs", "coverage")
        return add(issue, *args, **keywords)

    # The class has slots, so the method is replaced on a class of its own.
    issue.__class__ = type("Slow", (type(issue),), {"__slots__": (), "add_comment": staticmethod(late)})
    issue.upsert_comment("ours", "coverage")
    (comment,) = [one for one in world.issue.comments if "coverage" in one.body]
    assert "ours" in comment.body


def test_what_stands_in_the_way(world: World) -> None:
    """A merge request that can be merged, a draft, a conflict, a closed one."""
    assert world.mr.merge_status is MergeStatus.MERGEABLE
    world.mr.convert_to_draft()
    assert world.mr.merge_status is MergeStatus.DRAFT
    world.mr.mark_ready()
    world.forge.add_commit("acme/widgets", "Flood", {"oil.txt": "flood\n"}, branch="main", author="alice")
    assert world.mr.merge_status is MergeStatus.CONFLICT
    world.mr.close()
    assert world.mr.merge_status is MergeStatus.CLOSED


def test_which_rule_blocks_it(world: World) -> None:
    """Checks that are missing and approvals that are missing are told apart, whatever kind of rule wants them."""
    forge, project = world.forge, world.repository
    if world.hoster == "github":
        forge.protect_branch("acme/widgets", checks=["ci"], enforce_admins=True)
    else:
        wanted = {"only_allow_merge_if_pipeline_succeeds": True}
        world.client.request("PUT", f"/projects/{project.identifier}", json=wanted)
    assert world.mr.merge_status is MergeStatus.CHECKS
    world.mr.head.set_status(CommitStatus(Status.SUCCESS, "It turns", "ci"))
    assert world.mr.merge_status is MergeStatus.MERGEABLE
    if world.hoster == "github":
        forge.protect_branch("acme/widgets", checks=["ci"], approvals=1, enforce_admins=True)
        assert world.mr.merge_status is MergeStatus.APPROVALS
        assert world.mr.approvals_required == 1
        # Who may write sees the checks and not the reviews: what blocks it then, GitHub does not say.
        seen = world.as_user("bob").get_repo("acme/widgets").get_mr(world.mr_number)
        assert seen.merge_status is MergeStatus.BLOCKED


def test_no_approvals_are_required_without_rules(world: World) -> None:
    """Where nothing is demanded, none is."""
    assert world.mr.approvals_required == 0


def test_merge_requests_by_people_milestone_and_time(world: World) -> None:
    """Each of the filters finds what fits and nothing else."""
    repository = world.repository
    milestone = repository.create_milestone("1.0")
    world.forge.add_commit("acme/widgets", "Other", {"other.txt": "x"}, branch="other", author="bob")
    other = repository.create_merge_request(
        "Other", "main", "other", assignees=["bob"], reviewers=["bob"], milestone=milestone, labels=["bug"]
    )
    assert other.milestone == milestone
    assert [user.username for user in other.reviewers] == ["bob"]
    assert set(other.labels) == {"bug"}
    for filters in (
        {"assignee": "bob"}, {"reviewer": "bob"}, {"milestone": milestone}, {"milestone": "1.0"},
        {"assignee": "bob", "reviewer": "bob", "labels": ["bug"]},
    ):  # fmt: skip
        assert list(repository.filter_merge_requests(**filters)) == [other], filters
    for filters in ({"assignee": "alice"}, {"reviewer": "carol"}, {"milestone": "2.0"}):
        assert list(repository.filter_merge_requests(**filters)) == [], filters
    world.clock.now += 1000
    other.edit(title="Later")
    then = datetime.fromtimestamp(world.clock.now, UTC) - timedelta(seconds=10)
    assert list(repository.filter_merge_requests(updated_after=then)) == [other]


def test_a_teams_review(world: World) -> None:
    """A team is asked where the forge has teams as reviewers."""
    if not world.mr.supports("reviewer_teams"):
        return
    world.forge.add_team("acme", "core", members=["bob"])
    (team,) = world.client.get_organization("acme").teams
    world.mr.request_review(team)
    assert set(world.mr.reviewer_teams) == {team}
    world.mr.remove_reviewers(team)
    assert set(world.mr.reviewer_teams) == set()


def test_time_is_written(world: World) -> None:
    """Estimate and sum are set, raised, lowered and taken back, where the forge tracks time."""
    issue = world.issue
    if not issue.supports("time_estimate"):
        return
    for name in ("time_estimate", "total_time_spent"):
        for span in (timedelta(hours=3), timedelta(hours=30, minutes=5), timedelta(minutes=1), timedelta()):
            setattr(issue, name, span)
            assert getattr(world.issue, name) == span
        for wrong in (5, "3h", None, timedelta(hours=-1)):
            with pytest.raises(ValidationError, match="timedelta"):
                setattr(issue, name, wrong)


def test_the_readme(world: World) -> None:
    """What the forge shows on the repository's page, and None where there is none."""
    readme = world.repository.readme
    assert readme is not None
    assert (readme.path, readme.text) == ("README.md", "# Widgets\n")
    world.forge.add_repository("acme/bare", members={"alice": "owner"}, files={"a.txt": "a"})
    assert world.client.get_repo("acme/bare").readme is None


def test_a_commit_by_somebody_else(world: World) -> None:
    """A commit names its author; a committer where the forge lets one be named, and nonsense is refused."""
    repository, author = world.repository, ("Carol", "carol@example.com")
    commit = repository.commit_files({"new.txt": "x"}, "New", author=author).refresh()
    assert (commit.author_name, commit.author_email) == author
    committer = ("Robot", "robot@example.com")
    if world.hoster == "gitlab":
        with pytest.raises(UnsupportedOperationError, match="committer"):
            repository.commit_files({"b.txt": "x"}, "New", author=author, committer=committer)
    else:
        commit = repository.commit_files({"b.txt": "x"}, "New", author=author, committer=committer).refresh()
        assert (commit.author_name, commit.author_email) == author
        assert (commit.committer_name, commit.committer_email) == committer
    wrong: Any
    for wrong in ("Bob", ("Bob",), ("Bob", "nobody"), ("", "a@b"), ("B\nob", "a@b"), ("<Bob>", "a@b"), 5):
        with pytest.raises(ValidationError, match="name and a mail address"):
            repository.commit_files({"c.txt": "x"}, "New", author=wrong)


def test_roles_and_teams(world: World) -> None:
    """Whether somebody belongs, what they are, and a team by its name."""
    acme = world.client.get_organization("acme")
    assert acme.is_member("alice")
    assert not acme.is_member("carol")
    assert acme.get_role("alice") is AccessLevel.ADMIN
    assert acme.get_role("carol") is AccessLevel.NONE
    world.forge.add_team("acme", "Core Team", members=["bob"])
    before = len(world.forge.requests)
    team = acme.get_team("Core Team")
    assert len(world.forge.requests) == before
    assert team.is_member("bob")
    assert team.name == "Core Team"


def test_own_mail_addresses(world: World) -> None:
    """The own user's, with the main one among them; nobody else's."""
    found = {one.address: one for one in world.client.user.emails}
    main = found["alice@example.com"]
    assert (main.is_verified, main.is_primary) == (True, True)
    assert "alice@example.com" in world.client.user.emails
    with pytest.raises(UnsupportedOperationError, match="of others"):
        _ = world.client.get_user("bob").emails


def test_merge_settings(world: World) -> None:
    """The ways to merge, and what happens to merged branches."""
    repository = world.repository
    assert {"merge", "squash"} <= repository.merge_methods
    before = repository.deletes_merged_branches
    repository.deletes_merged_branches = not before
    assert world.repository.deletes_merged_branches is not before
    if repository.supports("requires_passing_checks"):
        repository.requires_passing_checks = True
        assert world.repository.requires_passing_checks is True


def test_pages_of_what_has_no_name(world: World) -> None:
    """Any list of the API, whole, with and without an object around it; a query for GraphQL needs its cursor."""
    for number in range(130):
        world.forge.add_issue("acme/widgets", f"Issue {number}", author="bob")
    path = {"github": "repos/acme/widgets/issues", "gitlab": "projects/acme%2Fwidgets/issues"}[world.hoster]
    found = list(world.client.pages(path, {"state": "all"}))
    assert len(found) >= 131
    assert all(isinstance(one, dict) for one in found)
    if world.hoster == "github":
        around = world.client.pages("search/issues", {"q": "repo:acme/widgets is:issue"})
        assert len(list(around)) == 131
    with pytest.raises(ValidationError, match="take the cursor"):
        world.client.graphql_pages("{ viewer { login } }", connection="viewer")
    with pytest.raises(ValidationError, match="which connection"):
        world.client.graphql_pages("query($after: String) { x }")


def test_the_text_by_either_name(world: World) -> None:
    """`description` is what the attribute is called, and `body` what forges say; both at once are refused unsent."""
    repository = world.repository
    assert repository.create_issue("One", description="Since spring.").description == "Since spring."
    issue = repository.create_issue("Two", "Since fall.")
    issue.edit(body="Since winter.")
    assert issue.refresh().description == "Since winter."
    repository.create_branch("next", "main")
    repository.create_file("next.txt", content="x", message="x", branch="next")
    made = repository.create_merge_request("Three", base="main", head="next", description="At last.")
    made.edit(title="Four", body="At least.")
    assert (made.refresh().title, made.description) == ("Four", "At least.")
    before = len(world.forge.requests)
    for write in (
        lambda: repository.create_issue("Five", "a", description="b"),
        lambda: repository.create_merge_request("Five", "main", "next", "a", description="b"),
        lambda: issue.edit(body="a", description="b"),
        lambda: made.edit(body="a", description="b"),
    ):
        with pytest.raises(ValidationError, match="give one of them"):
            write()
    assert len(world.forge.requests) == before


def test_merge_requests_by_either_name(world: World) -> None:
    """`mr` and `merge_request` are the same thing in every name."""
    repository = world.repository
    assert repository.get_merge_request(world.mr_number) == repository.get_mr(world.mr_number)
    assert list(repository.search_merge_requests(state="open")) == list(repository.search_mrs(state="open"))
    assert world.issue.merge_requests_closed_by == world.issue.mrs_closed_by
