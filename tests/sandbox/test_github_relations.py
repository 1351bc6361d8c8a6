"""GitHub's sub-issues, dependencies and types, stars and subscriptions, and what is searched and filtered by."""

from collections.abc import Callable
from typing import Any

import pytest

from igitt.testing import Sandbox

R = "/repos/acme/widgets"


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub with five issues and a pull request."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    files = {"a.py": "def spam():\n", "src/b.py": "spam = 1\n", "c.txt": "ham\n"}
    forge.add_repository("acme/widgets", members={"bob": "write", "carol": "read"}, files=files)
    forge.add_repository("acme/secret", private=True, files={"d.py": "spam"})
    for number in range(1, 6):
        forge.add_issue("acme/widgets", f"Issue {number}", author="carol")
    forge.add_merge_request("acme/widgets", "Pull", head="topic", author="carol")
    return forge


@pytest.fixture
def ids(forge: Any) -> dict[int, int]:
    """Return the ids of the issues by number."""
    return {number: one.id for number, one in forge.repository("acme/widgets").issues.items()}


@pytest.fixture
def send(forge: Any, github_as: Callable[..., Any]) -> Any:
    """Return `send` of who may write."""
    return github_as("bob")


def test_sub_issues(send: Any, ids: dict[int, int], github_as: Callable[..., Any]) -> None:
    """They are put below an issue, ordered, counted and taken away; an issue has one parent, and no circle."""
    path = f"{R}/issues/1/sub_issues"
    for number in (2, 3):
        assert send("POST", path, json={"sub_issue_id": ids[number]}).status_code == 201
    send("PATCH", f"{R}/issues/2", json={"state": "closed"})
    assert send("GET", f"{R}/issues/1").json()["sub_issues_summary"] == {
        "total": 2, "completed": 1, "percent_completed": 50,
    }  # fmt: skip
    assert send("GET", f"{R}/issues/2/parent").json()["number"] == 1
    assert send("GET", f"{R}/issues/2").json()["parent_issue_url"].endswith("/issues/1")
    send("PATCH", f"{path}/priority", json={"sub_issue_id": ids[3], "before_id": ids[2]})
    assert [one["number"] for one in send("GET", path).json()] == [3, 2]
    for number, body in ((1, 1), (2, 1), (4, 2), (1, 2)):
        answer = send("POST", f"{R}/issues/{number}/sub_issues", json={"sub_issue_id": ids[body]})
        assert answer.status_code == 422, (number, body)
    body = {"sub_issue_id": ids[2], "replace_parent": True}
    assert send("POST", f"{R}/issues/4/sub_issues", json=body).status_code == 201
    assert [one["number"] for one in send("GET", path).json()] == [3]
    assert send("DELETE", f"{R}/issues/1/sub_issue", json={"sub_issue_id": ids[3]}).status_code == 200
    assert send("GET", f"{R}/issues/3/parent").status_code == 404
    assert send("GET", f"{R}/issues/6/sub_issues").status_code == 404
    assert github_as("carol")("POST", path, json={"sub_issue_id": ids[5]}).status_code == 403


def test_dependencies(send: Any, ids: dict[int, int]) -> None:
    """What blocks an issue is told on both sides, with what is still open of it."""
    path = f"{R}/issues/1/dependencies/blocked_by"
    for number in (2, 3):
        assert send("POST", path, json={"issue_id": ids[number]}).status_code == 201
    assert send("POST", path, json={"issue_id": ids[2]}).status_code == 422
    assert send("POST", path, json={"issue_id": 1}).status_code == 404
    assert [one["number"] for one in send("GET", path).json()] == [2, 3]
    assert [one["number"] for one in send("GET", f"{R}/issues/2/dependencies/blocking").json()] == [1]
    send("PATCH", f"{R}/issues/2", json={"state": "closed"})
    assert send("GET", f"{R}/issues/1").json()["issue_dependencies_summary"] == {
        "blocked_by": 1, "total_blocked_by": 2, "blocking": 0, "total_blocking": 0,
    }  # fmt: skip
    assert send("DELETE", f"{path}/{ids[2]}").status_code == 200
    assert send("DELETE", f"{path}/{ids[2]}").status_code == 404


def test_types(send: Any, github_as: Callable[..., Any]) -> None:
    """Issues have the types of their organization, and are listed by them."""
    types = [one["name"] for one in github_as("alice")("GET", "/orgs/acme/issue-types").json()]
    assert types == [one["name"] for one in send("GET", f"{R}/issue-types").json()] == ["Task", "Bug", "Feature"]
    assert send("POST", f"{R}/issues", json={"title": "new", "type": "Bug"}).json()["type"]["name"] == "Bug"
    assert send("PATCH", f"{R}/issues/1", json={"type": "Task"}).json()["type"]["name"] == "Task"
    assert send("PATCH", f"{R}/issues/1", json={"type": "Nonsense"}).status_code == 422
    for kind, numbers in (("Bug", [7]), ("*", [7, 1]), ("none", [6, 5, 4, 3, 2])):
        assert [one["number"] for one in send("GET", f"{R}/issues?type={kind}").json()] == numbers


def test_stars(send: Any, github_as: Callable[..., Any]) -> None:
    """A star is given once and counted, told with its time where that is asked for, and taken back."""
    path = "/user/starred/acme/widgets"
    assert send("GET", path).status_code == 404
    for _ in range(2):
        assert send("PUT", path).status_code == 204
    assert send("GET", path).status_code == 204
    assert send("GET", R).json()["stargazers_count"] == 1
    assert [one["login"] for one in send("GET", f"{R}/stargazers").json()] == ["bob"]
    timed = send("GET", "/user/starred", headers={"Accept": "application/vnd.github.v3.star+json"}).json()
    assert (timed[0]["repo"]["name"], "starred_at" in timed[0]) == ("widgets", True)
    assert [one["name"] for one in github_as("carol")("GET", "/users/bob/starred").json()] == ["widgets"]
    assert send("PUT", "/user/starred/acme/secret").status_code == 404
    assert send("DELETE", path).status_code == 204
    assert send("GET", R).json()["stargazers_count"] == 0


def test_subscriptions(send: Any) -> None:
    """Who watches is listed; who ignores is not."""
    path = f"{R}/subscription"
    assert send("GET", path).status_code == 404
    assert send("PUT", path, json={}).json()["subscribed"] is True
    assert [one["login"] for one in send("GET", f"{R}/subscribers").json()] == ["bob"]
    assert send("PUT", path, json={"ignored": True}).json()["ignored"] is True
    assert send("GET", f"{R}/subscribers").json() == []
    assert send("DELETE", path).status_code == 204


def test_emails(forge: Any, github_as: Callable[..., Any]) -> None:
    """One's own addresses, the primary one first."""
    forge.add_user("erin", "Erin", "erin@example.com")
    found = github_as("erin")("GET", "/user/emails").json()
    assert (found[0]["email"], found[0]["primary"], found[0]["verified"]) == ("erin@example.com", True, True)


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("spam", {"a.py", "src/b.py"}),
        ("spam path:src", {"src/b.py"}),
        ("spam filename:a.py", {"a.py"}),
        ("ham extension:txt", {"c.txt"}),
        ("spam repo:acme/other", set()),
        ("spam -path:src", {"a.py"}),
    ],
)
def test_code(send: Any, query: str, paths: set[str]) -> None:
    """Files are found by words and where they are; what is private is not."""
    answer = send("GET", "/search/code", params={"q": query})
    assert {one["path"] for one in answer.json()["items"]} == paths
    assert list(answer.json())[:3] == ["total_count", "incomplete_results", "items"]


def test_code_needs_words_and_somebody(send: Any, github_as: Callable[..., Any]) -> None:
    """A search without a word, and one without a token, are refused."""
    assert send("GET", "/search/code?q=path:src").status_code == 422
    assert github_as()("GET", "/search/code?q=spam").status_code == 401


@pytest.mark.parametrize(
    ("qualifier", "numbers"),
    [
        ("comments:1", {1}),
        ("comments:>=1", {1, 2}),
        ("comments:0..1", {1, 3, 4, 5, 6}),
        ("comments:nonsense", set()),
        ("reactions:>0", {3}),
        ("interactions:>0", {1, 2, 3}),
        ('reason:"not planned"', {4}),
        ("reason:completed", {5}),
        ("review:none", set()),
        ("review:approved", {6}),
        ("review:changes_requested", set()),
        ("reviewed-by:bob", {6}),
        ("review-requested:alice", {6}),
        ("team:acme/core", {2}),
        ("status:success", {6}),
        ("status:failure", set()),
    ],
)
def test_qualifiers(forge: Any, send: Any, qualifier: str, numbers: set[int]) -> None:
    """A qualifier narrows what is found."""
    home = forge.repository("acme/widgets")
    for number, count in ((1, 1), (2, 2)):
        for _ in range(count):
            forge.add_comment(home.issues[number], "text")
    home.issues[2].body = "for @acme/core"
    send("POST", f"{R}/issues/3/reactions", json={"content": "heart"})
    send("PATCH", f"{R}/issues/4", json={"state": "closed", "state_reason": "not_planned"})
    send("PATCH", f"{R}/issues/5", json={"state": "closed"})
    send("POST", f"{R}/pulls/6/reviews", json={"event": "APPROVE"})
    send("POST", f"{R}/pulls/6/requested_reviewers", json={"reviewers": ["alice"]})
    send("POST", f"{R}/statuses/{home.branches['topic']}", json={"state": "success"})
    found = send("GET", "/search/issues", params={"q": f"repo:acme/widgets {qualifier}"}).json()
    assert {one["number"] for one in found["items"]} == numbers
    assert list(found)[:3] == ["total_count", "incomplete_results", "items"]


def test_commits_by_committer(send: Any) -> None:
    """Commits are listed by who committed them."""
    ann = {"name": "Ann", "email": "ann@example.com"}
    send("PUT", f"{R}/contents/new", json={"message": "m", "content": "", "committer": ann})
    assert len(send("GET", f"{R}/commits?committer=ann@example.com").json()) == 1
    assert len(send("GET", f"{R}/commits?committer=bob").json()) == 0
    assert len(send("GET", f"{R}/commits?author=ann@example.com").json()) == 1


@pytest.mark.parametrize("content", ["tada", "thumbsup", ""])
def test_unknown_reactions(send: Any, content: str) -> None:
    """A reaction that GitHub does not have is refused."""
    assert send("POST", f"{R}/issues/1/reactions", json={"content": content}).status_code == 422
