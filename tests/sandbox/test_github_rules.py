"""GitHub's rules beside the shapes: ETags, limits, pages, redirects, rights, Apps and deliveries."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from igitt.testing import Sandbox

ISSUE = "/repos/acme/widgets/issues/1"


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub with one repository and one issue."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    forge.add_repository("acme/widgets", members={"bob": "write", "carol": "read"}, labels=["bug"])
    forge.add_issue("acme/widgets", "It broke", author="dave")
    return forge


# ---- conditional requests


def test_etag_covers_the_token(forge: Any, github_as: Callable[..., Any]) -> None:
    """The ETag is GitHub's digest over Accept, Authorization and body, so another token's never matches."""
    answer = github_as("alice")("GET", ISSUE)
    sent = answer.request.headers
    digest = hashlib.sha256(f"{sent['Accept']}:{sent['Authorization']}:".encode() + answer.content).hexdigest()
    assert answer.headers["ETag"] == f'W/"{digest}"'
    again = github_as("alice")("GET", ISSUE, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 200


def test_not_modified(forge: Any, github_as: Callable[..., Any]) -> None:
    """A 304 has the validators, no body, and costs a token nothing, but the anonymous a unit."""
    for who, units in (("alice", 1), (None, 2)):
        send = github_as(who)
        forge.reset_log()
        first = send("GET", ISSUE)
        second = send("GET", ISSUE, headers={"If-None-Match": first.headers["ETag"]})
        assert (second.status_code, second.content) == (304, b"")
        assert second.headers["ETag"] == first.headers["ETag"]
        assert second.headers["Last-Modified"] == first.headers["Last-Modified"]
        assert forge.units == units


def test_if_modified_since(sandbox: Sandbox, forge: Any, github_as: Callable[..., Any]) -> None:
    """Last-Modified works across tokens and counts only without If-None-Match; a bad date is ignored."""
    stamp = github_as("alice")("GET", ISSUE).headers["Last-Modified"]
    send = github_as("alice")
    assert send("GET", ISSUE, headers={"If-Modified-Since": stamp}).status_code == 304
    both = {"If-Modified-Since": stamp, "If-None-Match": '"other"'}
    assert send("GET", ISSUE, headers=both).status_code == 200
    assert send("GET", ISSUE, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    sandbox.advance(5)
    send("PATCH", ISSUE, json={"title": "It broke again"})
    assert send("GET", ISSUE, headers={"If-Modified-Since": stamp}).status_code == 200


def test_lists_have_no_last_modified(forge: Any, github_as: Callable[..., Any]) -> None:
    """A list has an ETag only."""
    headers = github_as("alice")("GET", "/repos/acme/widgets/issues").headers
    assert "ETag" in headers
    assert "Last-Modified" not in headers


# ---- pages


def test_link_header(forge: Any, github_as: Callable[..., Any]) -> None:
    """Links name the repository by id; one page has none; the last page has no `next`."""
    for number in range(4):
        forge.add_issue("acme/widgets", f"issue {number}")
    send = github_as("alice")
    assert "Link" not in send("GET", "/repos/acme/widgets/issues").headers
    first = send("GET", "/repos/acme/widgets/issues?per_page=2&state=all")
    number = forge.repository("acme/widgets").id
    base = f"{forge.api_url}/repositories/{number}/issues?per_page=2&state=all"
    assert first.links == {
        "next": {"url": f"{base}&page=2", "rel": "next"},
        "last": {"url": f"{base}&page=3", "rel": "last"},
    }
    middle = send("GET", first.links["next"]["url"])
    assert set(middle.links) == {"prev", "next", "last", "first"}
    last = send("GET", middle.links["next"]["url"])
    assert set(last.links) == {"prev", "first"}
    numbers = [one["number"] for page in (first, middle, last) for one in page.json()]
    assert numbers == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [3, 2]),
        ("state=closed", [1]),
        ("state=all&direction=asc", [1, 2, 3]),
        ("labels=bug", [2]),
        ("creator=erin", [2]),
        ("assignee=bob", [2]),
        ("assignee=none", [3]),
        ("milestone=none", [3, 2]),
    ],
)
def test_issue_filters(forge: Any, github_as: Callable[..., Any], query: str, numbers: list[int]) -> None:
    """The filters of the issue list work, and pull requests are in it."""
    send = github_as("alice")
    send("PATCH", ISSUE, json={"state": "closed"})
    forge.add_issue("acme/widgets", "two", author="erin", labels=["bug"], assignees=["bob"])
    forge.add_merge_request("acme/widgets", "three", head="feature")
    found = send("GET", f"/repos/acme/widgets/issues?{query}").json()
    assert [one["number"] for one in found] == numbers
    assert all(("pull_request" in one) is (one["number"] == 3) for one in found)


# ---- limits


def test_primary_limit(sandbox: Sandbox, forge: Any, github_as: Callable[..., Any]) -> None:
    """An exhausted limit is 403 with remaining 0 until the reset; `/rate_limit` stays free."""
    send = github_as("alice")
    forge.limit(10, remaining=1, reset_in=60)
    assert send("GET", "/user").headers["X-RateLimit-Remaining"] == "0"
    refused = send("GET", "/user")
    assert refused.status_code == 403
    assert "API rate limit exceeded" in refused.json()["message"]
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    core = send("GET", "/rate_limit").json()["resources"]["core"]
    assert (core["limit"], core["remaining"]) == (10, 0)
    sandbox.advance(61)
    assert send("GET", "/user").headers["X-RateLimit-Remaining"] == "9"


def test_limits_are_kept_apart(forge: Any, github_as: Callable[..., Any]) -> None:
    """Callers and resources have limits of their own."""
    alice, bob = github_as("alice"), github_as("bob")
    alice("GET", "/user")
    assert alice("GET", "/user").headers["X-RateLimit-Used"] == "2"
    assert bob("GET", "/user").headers["X-RateLimit-Used"] == "1"
    search = alice("GET", "/search/issues?q=broke").headers
    assert (search["X-RateLimit-Resource"], search["X-RateLimit-Limit"], search["X-RateLimit-Used"]) == (
        "search",
        "30",
        "1",
    )
    assert github_as()("GET", "/users/bob").headers["X-RateLimit-Limit"] == "60"


@pytest.mark.parametrize("retry_after", [None, 3])
def test_secondary_limit(forge: Any, github_as: Callable[..., Any], retry_after: int | None) -> None:
    """The secondary limit is a 403 with its message, with or without Retry-After."""
    send = github_as("alice")
    forge.limit_secondary(retry_after=retry_after)
    refused = send("GET", "/user")
    assert refused.status_code == 403
    assert "secondary rate limit" in refused.json()["message"]
    assert refused.headers.get("Retry-After") == (None if retry_after is None else "3")
    assert send("GET", "/user").ok


# ---- refusals


def test_errors(forge: Any, github_as: Callable[..., Any]) -> None:
    """Refusals have GitHub's status, message and keys."""
    alice, carol, nobody, wrong = github_as("alice"), github_as("carol"), github_as(), github_as("wrong")
    forge.add_repository("acme/secret", private=True)
    cases = [
        (wrong("GET", "/user"), 401, "Bad credentials"),
        (nobody("GET", "/user"), 401, "Requires authentication"),
        (nobody("POST", f"{ISSUE}/comments", json={"body": "x"}), 401, "Requires authentication"),
        (carol("GET", "/repos/acme/secret"), 404, "Not Found"),
        (carol("PATCH", "/repos/acme/widgets", json={"name": "x"}), 403, "Must have admin rights to Repository."),
        (alice("GET", "/user/"), 404, "Not Found"),
        (alice("POST", f"{ISSUE}/comments", data=b"{"), 400, "Problems parsing JSON"),
        (alice("POST", f"{ISSUE}/comments", data=b"[]"), 400, "Body should be a JSON object"),
        (alice("POST", "/repos/acme/widgets/labels", json={"name": "BUG"}), 422, "Validation Failed"),
        (alice("DELETE", f"{ISSUE}/labels/none"), 404, "Label does not exist"),
        (alice("GET", "/user", headers={"User-Agent": None}), 403, None),
        (alice("GET", "/user", headers={"X-GitHub-Api-Version": "2020-01-01"}), 400, None),
    ]
    for answer, status, message in cases:
        assert answer.status_code == status, (answer.request.method, answer.url, answer.text)
        if message:
            assert answer.json()["message"] == message
            assert answer.json()["status"] == str(status)
    exists = alice("POST", "/repos/acme/widgets/labels", json={"name": "BUG"}).json()["errors"]
    assert exists == [{"resource": "Label", "field": "name", "code": "already_exists"}]


def test_newer_api_version(forge: Any, github_as: Callable[..., Any]) -> None:
    """The version of 2026 has no singular assignee; the answer names the version used."""
    answer = github_as("alice")("GET", ISSUE, headers={"X-GitHub-Api-Version": "2026-03-10"})
    assert "assignee" not in answer.json()
    assert answer.headers["X-GitHub-Api-Version-Selected"] == "2026-03-10"


def test_renamed_repository(forge: Any, github_as: Callable[..., Any]) -> None:
    """An old name redirects: 301 for reads, 307 for writes, both to the numeric id, where both work."""
    send = github_as("alice")
    send("PATCH", "/repos/acme/widgets", json={"name": "gadgets"})
    read, write = send("GET", f"{ISSUE}?x=1"), send("PATCH", ISSUE, json={"title": "new"})
    target = f"{forge.api_url}/repositories/{forge.repository('acme/gadgets').id}/issues/1"
    assert (read.status_code, read.headers["Location"]) == (301, f"{target}?x=1")
    assert (write.status_code, write.headers["Location"]) == (307, target)
    assert read.json()["message"] == "Moved Permanently"
    assert send("PATCH", target, json={"title": "new"}).json()["title"] == "new"


def test_reader_may_not_label(forge: Any, github_as: Callable[..., Any]) -> None:
    """Someone without a role opens issues and comments, but labels and people of theirs are ignored."""
    send = github_as("dave")
    made = send("POST", "/repos/acme/widgets/issues", json={"title": "t", "labels": ["bug"]}).json()
    assert made["labels"] == []
    assert made["author_association"] == "NONE"
    assert send("POST", f"{ISSUE}/labels", json={"labels": ["bug"]}).status_code == 403
    assert send("PATCH", ISSUE, json={"title": "mine"}).json()["title"] == "mine"


# ---- pull requests


def test_merge(forge: Any, github_as: Callable[..., Any]) -> None:
    """Merging wants the right head, moves the base, closes as merged, and works once."""
    pull = forge.add_merge_request("acme/widgets", "Add a file", head="feature")
    send, path = github_as("bob"), "/repos/acme/widgets/pulls/2"
    assert send("GET", f"{path}/merge").status_code == 404
    assert send("PUT", f"{path}/merge", json={"sha": "0" * 40}).status_code == 409
    done = send("PUT", f"{path}/merge", json={"sha": pull.head_sha}).json()
    assert done["merged"] is True
    assert send("GET", "/repos/acme/widgets/branches/main").json()["commit"]["sha"] == done["sha"]
    data = send("GET", path).json()
    assert (data["state"], data["merged"], data["merge_commit_sha"]) == ("closed", True, done["sha"])
    assert send("PUT", f"{path}/merge", json={}).status_code == 405


def test_mergeable_is_computed_late(forge: Any, github_as: Callable[..., Any]) -> None:
    """With a delay the first reads see null; a conflict makes it false."""
    forge.add_merge_request("acme/widgets", "Change it", head="feature")
    forge.compute_mergeable_delay = 1
    send = github_as("bob")
    assert [send("GET", "/repos/acme/widgets/pulls/2").json()["mergeable"] for _ in range(2)] == [None, True]
    forge.add_commit("acme/widgets", "theirs", {"README.md": "a"}, branch="feature")
    forge.add_commit("acme/widgets", "ours", {"README.md": "b"})
    forge.compute_mergeable_delay = 0
    assert send("GET", "/repos/acme/widgets/pulls/2").json()["mergeable_state"] == "dirty"


def test_diff_and_patch(forge: Any, github_as: Callable[..., Any]) -> None:
    """Media types give a diff and a patch, with a type and an ETag of their own."""
    forge.add_merge_request("acme/widgets", "Add a file", head="feature")
    send, path = github_as("bob"), "/repos/acme/widgets/pulls/2"
    diff = send("GET", path, headers={"Accept": "application/vnd.github.diff"})
    assert diff.headers["Content-Type"] == "application/vnd.github.diff; charset=utf-8"
    assert "diff --git a/feature.txt b/feature.txt\nnew file mode 100644" in diff.text
    patch = send("GET", path, headers={"Accept": "application/vnd.github.patch"})
    assert "Subject: [PATCH] Add a file" in patch.text
    assert len({diff.headers["ETag"], patch.headers["ETag"], send("GET", path).headers["ETag"]}) == 3


def test_status_of_a_commit(forge: Any, github_as: Callable[..., Any]) -> None:
    """The newest status of each context counts; failure wins."""
    sha, send = forge.repository("acme/widgets").branches["main"], github_as("bob")
    for context, state in (("ci", "pending"), ("ci", "success"), ("lint", "failure")):
        send("POST", f"/repos/acme/widgets/statuses/{sha}", json={"state": state, "context": context})
    combined = send("GET", f"/repos/acme/widgets/commits/{sha}/status").json()
    assert (combined["state"], combined["total_count"]) == ("failure", 2)
    assert {one["context"]: one["state"] for one in combined["statuses"]} == {"ci": "success", "lint": "failure"}
    assert len(send("GET", f"/repos/acme/widgets/commits/{sha}/statuses").json()) == 3


# ---- places that only links name


def test_addresses_in_answers_work(forge: Any, github_as: Callable[..., Any]) -> None:
    """What an answer names as its address can be read, also where no description lists it."""
    forge.add_team("acme", "core", members=["bob"])
    send = github_as("alice")
    team = send("GET", "/orgs/acme/teams/core").json()
    assert send("GET", team["url"]).json()["slug"] == "core"
    assert [one["login"] for one in send("GET", team["members_url"].partition("{")[0]).json()] == ["bob"]
    assert send("GET", team["repositories_url"]).json() == []
    member = send("GET", "/orgs/acme/teams/core/memberships/bob").json()
    assert send("GET", member["url"]).json() == member
    issue = send("GET", ISSUE).json()
    for name in ("url", "repository_url", "comments_url", "events_url", "timeline_url"):
        assert send("GET", issue[name]).ok, name
    pull = send("GET", forge.add_merge_request("acme/widgets", "p", head="f") and "/repos/acme/widgets/pulls/2").json()
    for name in ("issue_url", "comments_url", "review_comments_url", "commits_url", "statuses_url"):
        assert send("GET", pull[name]).ok, name


def test_redelivery_and_selection(forge: Any, github_as: Callable[..., Any]) -> None:
    """An owner's hook can send again, and an installation's repositories can be changed, which it is told."""
    hook = forge.add_hook("acme", "https://h.example/x", None, ["issues"])
    forge.add_issue("acme/widgets", "Again")
    send, base = github_as("alice"), f"/orgs/acme/hooks/{hook.id}/deliveries"
    number = send("GET", base).json()[0]["id"]
    assert send("GET", f"{base}/{number}").json()["request"]["payload"]["action"] == "opened"
    assert send("POST", f"{base}/{number}/attempts").status_code == 202
    app = forge.add_app("triage")
    installation = forge.install(app, "acme", [])
    repository = forge.repository("acme/widgets")
    path = f"/user/installations/{installation.id}/repositories/{repository.id}"
    assert send("PUT", path).status_code == 204
    assert installation.repositories == {repository.id}
    assert send("DELETE", path).status_code == 204
    told = [(one.event, one.action) for one in forge.deliveries if one.hook is app]
    assert told == [
        ("installation", "created"),
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
    ]


def test_graphql_door(forge: Any, github_as: Callable[..., Any]) -> None:
    """GraphQL answers any query in the shape of its errors, with status 200."""
    answer = github_as("alice")("POST", f"{forge.url}/api/graphql", json={"query": "{ nobody { login } }"})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"] == "Field 'nobody' doesn't exist on type 'Query'"
    assert answer.headers["X-RateLimit-Resource"] == "graphql"
