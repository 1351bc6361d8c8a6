"""Issues that commits and merge requests name and close, the same on every provider."""

from __future__ import annotations

from support.world import World

from igitt.interfaces import Commit


def commit_saying(world: World, message: str) -> Commit:
    """A commit with that message."""
    sha: str = world.forge.add_commit("acme/widgets", message, {"x.txt": message}, branch="words").sha
    return world.repository.get_commit(sha)


def test_a_commit_names_issues(world: World) -> None:
    """By number, repository and URL; each once, and each in its own repository; with one request for all."""
    url = world.client.web_url
    commit = commit_saying(
        world,
        f"Fixes #1, fixes acme/other#2 and fixes #3\n\nCloses: {url}/acme/widgets/issues/4.\n"
        f"Resolves https://elsewhere.example.com/acme/widgets/issues/5; see #6, {url}/acme/other/issues/7",
    )
    repository, other = world.repository, world.client.get_repo("acme/other")
    one, three, four, six = (repository.get_issue(number) for number in (1, 3, 4, 6))

    def read() -> None:
        assert commit.will_fix_issues == {one, other.get_issue(2), three}
        assert commit.will_close_issues == {four}
        assert commit.will_resolve_issues == set()
        assert commit.closes_issues == {one, other.get_issue(2), three, four}
        assert commit.mentioned_issues == {one, other.get_issue(2), three, four, six, other.get_issue(7)}

    assert len(world.sent(read)) == 1


def test_a_commit_that_names_nothing(world: World) -> None:
    """No keyword, no issue."""
    commit = commit_saying(world, "Prefixes in use`#1` are C#7 and &#39;")
    assert commit.closes_issues == commit.mentioned_issues == set()


def test_a_verified_commit(world: World) -> None:
    """A signature that the forge found good shows, and no signature is none."""
    commit = commit_saying(world, "Signed")
    assert commit.verified is False
    world.forge.repository("acme/widgets").extra["signed"] = {commit.sha}
    assert world.repository.get_commit(commit.sha).verified is True


def test_a_merge_request_closes_issues(world: World) -> None:
    """The forge itself tells which, in one request."""
    mr = world.mr
    assert mr.closes_issues == set()
    mr.description = f"Closes #{world.issue_number}, and thanks for #12345."
    requests = world.sent(lambda: mr.closes_issues)
    assert len(requests) == 1
    assert mr.closes_issues == {world.issue}


def test_a_merge_request_closes_many_issues(world: World) -> None:
    """More than a page of them."""
    numbers = [world.forge.add_issue("acme/widgets", f"Squeak {number}").number for number in range(130)]
    mr = world.mr
    mr.description = "\n".join(f"Closes #{number}" for number in numbers)
    assert {issue.number for issue in mr.closes_issues} == set(numbers)


def test_many_merge_requests_close_an_issue(world: World) -> None:
    """More than a page of them, too."""
    home = world.forge.repository("acme/widgets")
    home.branches |= {f"b{number}": home.branches["feature"] for number in range(105)}
    for number in range(105):
        body = f"Closes #{world.issue_number}"
        world.forge.add_merge_request("acme/widgets", "Oil", head=f"b{number}", author="bob", body=body)
    assert {mr.head_branch_name for mr in world.issue.mrs_closed_by} == {f"b{number}" for number in range(105)}


def test_a_merge_request_names_issues(world: World) -> None:
    """In its title, in its description and in its commits' messages."""
    world.forge.add_commit("acme/widgets", "See acme/other#2", {"oil.txt": "more\n"}, branch="feature", author="bob")
    mr = world.mr
    mr.edit(title="Oil #3", description="For #4")
    named = {world.repository.get_issue(3), world.repository.get_issue(4)}
    assert mr.mentioned_issues == named | {world.client.get_repo("acme/other").get_issue(2)}
