"""Real recorded answers of both forges, read through the public objects.

Each of the recorded exchanges is served as it was, to the operation that asks for it; what the objects then say is held
against what a person reads in the recording. A request that the recording does not hold fails the test.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from igitt import GitHub, GitLab
from igitt.errors import AuthenticationError, ElementDoesntExistError, IGittError, ValidationError
from igitt.interfaces import CommentType, CommitStatus, IssueStates, MergeRequestStates, MilestoneStates, Status

Exchange = dict[str, Any]
Check = Callable[[Any, Exchange], object]


class Recording(BaseAdapter):
    """Answers the one request that was recorded, whatever its filters, and refuses every other, a further page too."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        self.bodies: list[Any] = []

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        exchange = self.exchange
        asked, recorded = (unquote(urlsplit(str(url)).path).lower() for url in (request.url, exchange["url"]))
        page, recorded_page = (
            "".join(parse_qs(urlsplit(str(url)).query).get("page", [])) for url in (request.url, exchange["url"])
        )
        if (request.method, asked) != (exchange["method"], recorded) or page not in {"", recorded_page}:
            raise AssertionError(f"{request.method} {request.url} is not {exchange['method']} {exchange['url']}")
        self.bodies.append(json.loads(request.body) if request.body else None)
        response = requests.Response()
        response.status_code = exchange["status"]
        hidden = {"content-encoding", "content-length", "transfer-encoding"}
        headers = {name: value for name, value in exchange["response_headers"].items() if name.lower() not in hidden}
        response.headers = CaseInsensitiveDict(
            {name: value if isinstance(value, str) else value[0] for name, value in headers.items()}
        )
        body = exchange["response_body"]
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        response.raw = io.BytesIO(text.encode())
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        """Nothing is open."""


def client_for(exchange: Exchange) -> Any:
    session = requests.Session()
    session.mount("https://", Recording(exchange))
    parts = urlsplit(exchange["url"])
    options: dict[str, Any] = {"session": session, "cache": False, "retries": 0, "read_ahead": 1, "max_wait": 0}
    if exchange["provider"] == "github":
        return GitHub("ghp_" + "0" * 36, **options)
    return GitLab("glpat-" + "0" * 20, f"{parts.scheme}://{parts.netloc}", **options)


def only_first_page(things: Any) -> list[Any]:
    """The things up to the first request that the recording does not hold."""
    found: list[Any] = []
    with contextlib.suppress(AssertionError):
        found.extend(iter(things))
    return found


def path_parts(exchange: Exchange) -> list[str]:
    path = urlsplit(exchange["url"]).path
    return [unquote(part) for part in path.removeprefix("/api/v4").strip("/").split("/")]


def repo_of(client: Any, exchange: Exchange) -> Any:
    parts = path_parts(exchange)
    if exchange["provider"] == "gitlab":
        return client.get_repo(int(parts[1]) if parts[1].isdecimal() else parts[1])
    return client.get_repo(int(parts[1])) if parts[0] == "repositories" else client.get_repo("/".join(parts[1:3]))


def at(year: int, month: int, day: int, hour: int, minute: int, second: int, micro: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


CHECKS: dict[tuple[str, str, str, int], Check] = {}


def reads(provider: str, method: str, template: str, status: int) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS[provider, method, template, status] = check
        return check

    return register


# --- GitHub ----------------------------------------------------------------------------------------------------------


@reads("github", "GET", "/repos/{owner}/{repo}", 200)
def github_repository(client: Any, exchange: Exchange) -> None:
    repository = repo_of(client, exchange)
    assert (repository.identifier, repository.name) == (103703892, "hello-world")
    assert repository.full_name == "octokit-fixture-org/hello-world"
    assert repository.description == ""
    assert repository.default_branch == exchange["response_body"]["default_branch"]
    assert repository.owner == client.get_organization("octokit-fixture-org")
    assert repository.is_private is False
    assert repository.clone_url == "https://github.com/octokit-fixture-org/hello-world.git"


@reads("github", "GET", "/repos/{owner}/{repo}", 301)
def github_moved(client: Any, exchange: Exchange) -> None:
    with pytest.raises(AssertionError, match="repositories/515436299"):
        repo_of(client, exchange).refresh()


@reads("github", "GET", "/repos/{owner}/{repo}", 404)
def github_missing(client: Any, exchange: Exchange) -> None:
    assert not repo_of(client, exchange).exists()
    with pytest.raises(ElementDoesntExistError, match="Not Found"):
        repo_of(client, exchange).refresh()


@reads("github", "GET", "/repos/{owner}/{repo}/labels", 200)
def github_labels(client: Any, exchange: Exchange) -> None:
    labels = {label.name: label for label in repo_of(client, exchange).labels}
    assert len(labels) == 9
    assert (labels["bug"].color, labels["bug"].description) == ("#d73a4a", "Something isn't working")
    assert labels["bug"].identifier == 4341279232


@reads("github", "POST", "/repos/{owner}/{repo}/labels", 201)
def github_new_label(client: Any, exchange: Exchange) -> None:
    label = repo_of(client, exchange).create_label("test-label", "#663399")
    assert (label.name, label.color, label.description) == ("test-label", "#663399", "")


@reads("github", "POST", "/repos/{owner}/{repo}/labels", 422)
def github_bad_label(client: Any, exchange: Exchange) -> None:
    with pytest.raises(ValidationError, match="Validation Failed") as caught:
        repo_of(client, exchange).create_label("foo", "#123456")
    assert caught.value.errors == {"color": ["invalid"]}


@reads("github", "DELETE", "/repos/{owner}/{repo}/labels/{name}", 204)
def github_label_gone(client: Any, exchange: Exchange) -> None:
    repo_of(client, exchange).delete_label("test-label-updated")


@reads("github", "GET", "/repos/{owner}/{repo}/hooks", 200)
def github_hooks(client: Any, exchange: Exchange) -> None:
    hooks = list(repo_of(client, exchange).hooks)
    assert [hook.identifier for hook in hooks] == [data["id"] for data in exchange["response_body"]]
    assert all(hook.is_active == data["active"] for hook, data in zip(hooks, exchange["response_body"], strict=True))
    assert all(isinstance(hook.target_url, str) for hook in hooks)


@reads("github", "POST", "/repos/{owner}/{repo}/hooks", 201)
def github_new_hook(client: Any, exchange: Exchange) -> None:
    data = exchange["response_body"]
    hook = client.Hook.from_data(client.request("POST", "repos/github3py/delete_contents/hooks", json={}).data, client)
    assert hook.target_url == data["config"]["url"] == "https://httpbin.org/post"
    assert hook.identifier == 19702378


@reads("github", "GET", "/repos/{owner}/{repo}/milestones", 200)
def github_milestones(client: Any, exchange: Exchange) -> None:
    milestones = list(repo_of(client, exchange).milestones)
    assert len(milestones) == 6
    first = milestones[0]
    assert (first.number, first.title, first.description, first.due_date) == (14, "foo", "", None)
    assert first.state is MilestoneStates.OPEN


@reads("github", "GET", "/user", 200)
def github_user(client: Any, exchange: Exchange) -> None:
    user = client.user
    assert (user.username, user.identifier, user.name, user.is_bot) == ("lachmanfrantisek", 20214043, "", False)


@reads("github", "GET", "/users/{username}", 200)
def github_somebody(client: Any, exchange: Exchange) -> None:
    user = client.get_user("sigmavirus24")
    assert (user.name, user.identifier) == ("Ian Cordasco", 240830)
    assert user == client.get_user("SigmaVirus24")


@reads("github", "GET", "/orgs/{org}", 200)
def github_organization(client: Any, exchange: Exchange) -> None:
    organization = client.get_organization("octokit-fixture-org")
    assert (organization.identifier, organization.description) == (31898100, "")
    assert organization.web_url == "https://github.com/octokit-fixture-org"


@reads("github", "GET", "/repos/{owner}/{repo}/installation", 200)
def github_installation(client: Any, exchange: Exchange) -> None:
    data = client.request("GET", "repos/packit/hello-world/installation").data
    installation = client.Installation.from_data(data, client)
    assert installation.identifier == 1924121
    assert installation.account.hoster == "github"
    assert installation.permissions == data["permissions"]
    assert installation.webhooks == set(data["events"])
    assert installation.is_suspended is False
    assert installation.repository_selection in {"all", "selected"}


@reads("github", "POST", "/app/installations/{installation_id}/access_tokens", 201)
def github_access_token(client: Any, exchange: Exchange) -> None:
    data = client.request("POST", "app/installations/1924121/access_tokens").data
    assert data["expires_at"] == "2019-11-01T14:35:53Z"


@reads("github", "GET", "/app", 200)
def github_app(client: Any, exchange: Exchange) -> None:
    assert client.request("GET", "app").data["slug"] == "testing-github3-py-apps"


@reads("github", "GET", "/installation/repositories", 200)
def github_installation_repositories(client: Any, exchange: Exchange) -> None:
    found = client.list("installation/repositories", "Repository", items="repositories")
    assert [repository.full_name for repository in found][:1] == ["gh3test/my-new-repo"]
    assert len(found) == len(exchange["response_body"]) == 2


@reads("github", "GET", "/repos/{owner}/{repo}/issues", 200)
@reads("github", "GET", "/repositories/{id}/issues", 200)
def github_issues(client: Any, exchange: Exchange) -> None:
    issues = only_first_page(repo_of(client, exchange).filter_issues())
    bodies = exchange["response_body"]
    assert [(issue.number, issue.title) for issue in issues[:3]] == [(data["number"], data["title"]) for data in bodies]
    assert all(issue.state is IssueStates.OPEN for issue in issues)
    assert all(issue.description == "" for issue in issues)
    assert all(issue.author.username == "octokit-fixture-user-a" for issue in issues)


@reads("github", "GET", "/repos/{owner}/{repo}/issues/{issue_number}", 200)
def github_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).get_issue(132)
    data = exchange["response_body"]
    assert issue.title == "fnc `who_can_merge_pr` fails with traceback"
    assert issue.state is IssueStates.CLOSED
    assert issue.labels == {label["name"] for label in data["labels"]}
    assert issue.closed_at is not None
    assert issue.closed_at.isoformat() == data["closed_at"].replace("Z", "+00:00")
    assert {user.username for user in issue.assignees} == {user["login"] for user in data["assignees"]}
    assert issue.repository.full_name == "packit/ogr"


@reads("github", "POST", "/repos/{owner}/{repo}/issues", 201)
def github_new_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).create_issue("Sesame seeds split without a pop!")
    assert (issue.number, issue.state) == (2, IssueStates.OPEN)
    assert issue.description.endswith("no pop 😭")


@reads("github", "PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", 200)
def github_edited_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).get_issue(637)
    issue.edit(title="Integration test for editing an issue", assignees=["itsmemattchung"])
    assert issue.title == "Integration test for editing an issue"
    assert {user.username for user in issue.assignees} == {"itsmemattchung", "sigmavirus24"}
    assert issue.milestone is None


@reads("github", "POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels", 200)
def github_added_labels(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).get_issue(1)
    issue.add_labels("Foo", "bAr", "baZ")
    assert issue.labels == {"Foo", "bAr", "baZ"}


@reads("github", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}", 200)
def github_merge_request(client: Any, exchange: Exchange) -> None:
    mr = repo_of(client, exchange).get_mr(9)
    data = exchange["response_body"]
    assert (mr.title, mr.state) == ("github support", MergeRequestStates.MERGED)
    assert mr.merged_at == at(2019, 2, 4, 16, 55, 46)
    assert (mr.base_branch_name, mr.head.sha) == (data["base"]["ref"], data["head"]["sha"])
    assert mr.diffstat == (data["additions"], data["deletions"])
    assert mr.merged_by.username == data["merged_by"]["login"]
    assert mr.mergeable is False


@reads("github", "GET", "/repos/{owner}/{repo}/pulls", 200)
def github_merge_requests(client: Any, exchange: Exchange) -> None:
    found = only_first_page(repo_of(client, exchange).merge_requests)
    assert [mr.number for mr in found] == [data["number"] for data in exchange["response_body"]]
    assert found[0].title == "test: fork(master) <- fork"
    assert found[0].target_repository.full_name == "mfocko/hello-world"


@reads("github", "PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", 200)
def github_edited_merge_request(client: Any, exchange: Exchange) -> None:
    mr = repo_of(client, exchange).get_mr(2)
    mr.base_branch_name = "master"
    assert (mr.title, mr.state, mr.description) == ("Update test", MergeRequestStates.CLOSED, "")


@reads("github", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", 200)
def github_mr_commits(client: Any, exchange: Exchange) -> None:
    commits = list(repo_of(client, exchange).get_mr(278).commits)
    assert [commit.sha for commit in commits] == [data["sha"] for data in exchange["response_body"]]
    assert commits[0].message == exchange["response_body"][0]["commit"]["message"]


@reads("github", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", 200)
def github_mr_files(client: Any, exchange: Exchange) -> None:
    files = list(repo_of(client, exchange).get_mr(235).files)
    assert [(file.path, file.additions) for file in files] == [
        (data["filename"], data["additions"]) for data in exchange["response_body"]
    ]


@reads("github", "GET", "/repos/{owner}/{repo}/commits/{ref}", 200)
def github_commit(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("29ca3caefc781b4b41245df3e01086ffa4b4639e")
    data = exchange["response_body"]
    assert commit.message == data["commit"]["message"]
    assert [parent.sha for parent in commit.parents] == [parent["sha"] for parent in data["parents"]]
    assert {file.path for file in commit.files} == {file["filename"] for file in data["files"]}


@reads("github", "GET", "/repos/{owner}/{repo}/commits/{ref}/status", 200)
def github_statuses(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("2a6c97f6f5dc9166cc2e5d0d95415a386805ca07")
    statuses = {status.context: status for status in commit.get_statuses()}
    assert {status.status for status in statuses.values()} == {Status.FAILED, Status.SUCCESS}
    assert statuses["example/2"] == CommitStatus(
        Status.SUCCESS, "create-status success test", "example/2", "https://example.com"
    )


@reads("github", "POST", "/repos/{owner}/{repo}/statuses/{sha}", 201)
def github_new_status(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("2a6c97f6f5dc9166cc2e5d0d95415a386805ca07")
    commit.set_status(CommitStatus(Status.SUCCESS, "create-status success test", "example/2", "https://example.com"))
    assert client.transport.sender.wire.session.adapters["https://"].bodies[-1] == exchange["request_body"]


@reads("github", "GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", 200)
def github_comments(client: Any, exchange: Exchange) -> None:
    comments = list(repo_of(client, exchange).get_issue(61).comments)
    assert [comment.number for comment in comments] == [data["id"] for data in exchange["response_body"]]
    assert comments[0].body == "test comment"
    assert comments[0].type in {CommentType.ISSUE, CommentType.MERGE_REQUEST}


@reads("github", "POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", 201)
def github_new_comment(client: Any, exchange: Exchange) -> None:
    comment = repo_of(client, exchange).get_mr(423).add_comment("Testing pull request comment")
    assert (comment.number, comment.type) == (955722176, CommentType.MERGE_REQUEST)


@reads("github", "PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", 200)
def github_edited_comment(client: Any, exchange: Exchange) -> None:
    comment = repo_of(client, exchange).get_issue(1).get_comment(559764806)
    comment.body = "testing comment-update\r\n\r\nedit"
    assert comment.updated > comment.created


@reads("github", "GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", 200)
def github_reactions(client: Any, exchange: Exchange) -> None:
    reactions = list(repo_of(client, exchange).get_issue(1).get_comment(3714264292).reactions)
    assert [reaction.name for reaction in reactions] == [data["content"] for data in exchange["response_body"]]
    assert reactions[0].user.username == exchange["response_body"][0]["user"]["login"]


# --- GitLab ----------------------------------------------------------------------------------------------------------


@reads("gitlab", "GET", "/projects/{id}", 200)
def gitlab_repository(client: Any, exchange: Exchange) -> None:
    repository = repo_of(client, exchange)
    data = exchange["response_body"]
    assert (repository.identifier, repository.full_name) == (26978624, "kpostlet/ogr-tests")
    assert repository.default_branch == data["default_branch"]
    assert repository.is_fork is ("forked_from_project" in data)
    assert repository.clone_url == data["http_url_to_repo"]


@reads("gitlab", "GET", "/projects/{id}", 404)
def gitlab_missing(client: Any, exchange: Exchange) -> None:
    assert not repo_of(client, exchange).exists()


@reads("gitlab", "POST", "/projects/{id}/fork", 201)
def gitlab_fork(client: Any, exchange: Exchange) -> None:
    fork = repo_of(client, exchange).create_fork()
    assert fork.full_name == "ogr-tests-mfocko/ogr-tests"
    assert fork.parent.full_name == exchange["response_body"]["forked_from_project"]["path_with_namespace"]


@reads("gitlab", "GET", "/projects/{id}/labels", 200)
def gitlab_labels(client: Any, exchange: Exchange) -> None:
    labels = {label.name: label for label in repo_of(client, exchange).labels}
    assert len(labels) == 5
    assert (labels["bug"].color, labels["bug"].description) == ("#d9534f", "Bug reported by user")


@reads("gitlab", "POST", "/projects/{id}/labels", 201)
def gitlab_new_label(client: Any, exchange: Exchange) -> None:
    label = repo_of(client, exchange).create_label("feature", "#5843AD")
    assert (label.name, label.color, label.description) == ("feature", "#5843ad", "")


@reads("gitlab", "GET", "/projects/{id}/milestones", 200)
def gitlab_milestones(client: Any, exchange: Exchange) -> None:
    (milestone,) = repo_of(client, exchange).milestones
    assert (milestone.identifier, milestone.number, milestone.title) == (12, 3, "10.0")
    assert milestone.state is MilestoneStates.OPEN
    assert milestone.due_date.isoformat() == exchange["response_body"][0]["due_date"]


@reads("gitlab", "GET", "/projects/{id}/hooks/{hook_id}", 200)
def gitlab_hook(client: Any, exchange: Exchange) -> None:
    hook = client.Hook(client, repo_of(client, exchange), 1)
    assert hook.target_url == "http://example.com/hook"
    assert hook.events


@reads("gitlab", "GET", "/user", 200)
def gitlab_user(client: Any, exchange: Exchange) -> None:
    user = client.user
    assert (user.username, user.identifier, user.name, user.is_bot) == ("mfocko", 375555, "Matej Focko", False)


@reads("gitlab", "GET", "/user", 401)
def gitlab_stranger(client: Any, exchange: Exchange) -> None:
    with pytest.raises(AuthenticationError, match="does not accept this token"):
        _ = client.user.username


@reads("gitlab", "GET", "/groups/{id}", 200)
def gitlab_group(client: Any, exchange: Exchange) -> None:
    group = client.get_organization("packit-service")
    assert (group.name, group.identifier, group.description) == ("packit-service", 6032704, "")


@reads("gitlab", "GET", "/projects/{id}/issues", 200)
def gitlab_issues(client: Any, exchange: Exchange) -> None:
    issues = only_first_page(repo_of(client, exchange).issues)
    bodies = exchange["response_body"]
    assert [(issue.number, issue.title) for issue in issues[:20]] == [(data["iid"], data["title"]) for data in bodies]
    assert all(issue.state is IssueStates.OPEN for issue in issues)


@reads("gitlab", "GET", "/projects/{id}/issues/{issue_iid}", 200)
def gitlab_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).get_issue(1)
    data = exchange["response_body"]
    assert (issue.title, issue.description) == ("My first issue", "This is testing issue")
    assert issue.state is IssueStates.CLOSED
    assert issue.identifier == 24641737
    assert issue.labels == set(data["labels"])
    assert issue.author.username == data["author"]["username"]


@reads("gitlab", "POST", "/projects/{id}/issues", 201)
def gitlab_new_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).create_issue("This is a example issue on gitlab")
    assert (issue.number, issue.description) == (96, "Description for issue")


@reads("gitlab", "PUT", "/projects/{id}/issues/{issue_iid}", 200)
def gitlab_edited_issue(client: Any, exchange: Exchange) -> None:
    issue = repo_of(client, exchange).get_issue(1)
    issue.close()
    assert issue.state is IssueStates.CLOSED


@reads("gitlab", "GET", "/projects/{id}/merge_requests", 200)
def gitlab_merge_requests(client: Any, exchange: Exchange) -> None:
    found = only_first_page(repo_of(client, exchange).merge_requests)
    assert [mr.number for mr in found] == [data["iid"] for data in exchange["response_body"]]
    assert found[0].title == "test PR: fork:one-more-branch -> upstream"


@reads("gitlab", "GET", "/projects/{id}/merge_requests/{merge_request_iid}", 200)
def gitlab_merge_request(client: Any, exchange: Exchange) -> None:
    mr = repo_of(client, exchange).get_mr(25)
    data = exchange["response_body"]
    assert (mr.title, mr.state) == ("Check commit status.", MergeRequestStates.OPEN)
    assert mr.head.sha == data["sha"] == "9ea58e21114d8ea9fdd4bdb733d3a6db1d9d244a"
    assert (mr.base_branch_name, mr.head_branch_name) == (data["target_branch"], data["source_branch"])


@reads("gitlab", "POST", "/projects/{id}/merge_requests", 201)
def gitlab_new_merge_request(client: Any, exchange: Exchange) -> None:
    source = repo_of(client, exchange)
    target = client.get_repo(exchange["response_body"]["target_project_id"])
    mr = target.create_merge_request(
        "test PR: fork:one-more-branch -> upstream", "master", "x", source_repository=source
    )
    assert (mr.number, mr.state) == (47, MergeRequestStates.OPEN)
    assert mr.repository.identifier == exchange["response_body"]["target_project_id"]


@reads("gitlab", "PUT", "/projects/{id}/merge_requests/{merge_request_iid}/merge", 200)
def gitlab_merged(client: Any, exchange: Exchange) -> None:
    mr = repo_of(client, exchange).get_mr(71)
    mr.merge()
    assert mr.state is MergeRequestStates.MERGED
    assert mr.merged_at == at(2021, 4, 27, 7, 18, 37, 595000)


@reads("gitlab", "GET", "/projects/{id}/repository/commits/{sha}", 200)
def gitlab_commit(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("11b37d913374b14f8519d16c2a2cca3ebc14ac64")
    data = exchange["response_body"]
    assert (commit.sha, commit.message) == (data["id"], "new\n")
    assert [parent.sha for parent in commit.parents] == data["parent_ids"]


@reads("gitlab", "GET", "/projects/{id}/repository/commits/{sha}/comments", 200)
def gitlab_commit_comments(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("11b37d913374b14f8519d16c2a2cca3ebc14ac64")
    comments = only_first_page(commit.comments)
    assert comments[0].body == "Comment to line 3"
    assert comments[0].type is CommentType.COMMIT
    assert comments[0].author.username == exchange["response_body"][0]["author"]["username"]


@reads("gitlab", "GET", "/projects/{id}/repository/commits/{sha}/statuses", 200)
def gitlab_statuses(client: Any, exchange: Exchange) -> None:
    commit = repo_of(client, exchange).get_commit("11b37d913374b14f8519d16c2a2cca3ebc14ac64")
    statuses = {status.context: status for status in commit.get_statuses()}
    assert statuses["default"].status is Status.SUCCESS
    assert statuses["default"].description == "testing status"


@reads("gitlab", "GET", "/projects/{id}/issues/{noteable_id}/notes", 200)
def gitlab_comments(client: Any, exchange: Exchange) -> None:
    # Where it is the second page that was recorded, the first one's things are missing.
    comments = only_first_page(repo_of(client, exchange).get_issue(1).comments.partial())
    said = [data for data in exchange["response_body"] if not data["system"]]
    assert [comment.number for comment in comments[: len(said)]] == [data["id"] for data in said]


@reads("gitlab", "POST", "/projects/{id}/merge_requests/{noteable_id}/notes", 201)
def gitlab_new_comment(client: Any, exchange: Exchange) -> None:
    comment = repo_of(client, exchange).get_mr(2).add_comment("08/30/2021")
    assert (comment.number, comment.body, comment.type) == (664139821, "08/30/2021", CommentType.MERGE_REQUEST)


@reads("gitlab", "PUT", "/projects/{id}/issues/{noteable_id}/notes/{note_id}", 200)
def gitlab_edited_comment(client: Any, exchange: Exchange) -> None:
    comment = repo_of(client, exchange).get_issue(3).get_comment(252288682)
    comment.body = "comment to be updated\n\nedited"
    assert comment.updated > comment.created


@reads("gitlab", "GET", "/projects/{id}/issues/{issue_iid}/notes/{note_id}/award_emoji", 200)
def gitlab_reactions(client: Any, exchange: Exchange) -> None:
    (reaction,) = repo_of(client, exchange).get_issue(12).get_comment(2132763676).reactions
    assert reaction.name == "tractor"
    assert reaction.user.username == exchange["response_body"][0]["user"]["username"]


#: What the neutral objects do not cover yet is read by the escape hatch.
BY_REQUEST = {
    "/repos/{owner}/{repo}/contents/{path}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    "/projects/{id}/repository/files/{file_path}",
    "/todos",
}


def test_every_recorded_exchange_is_read(shared_data: Path) -> None:
    """Each recorded exchange is read through the public objects, and says what a person reads in it."""
    exchanges = [json.loads(line) for line in (shared_data / "data" / "exchanges.jsonl").read_text().splitlines()]
    failed = []
    for number, exchange in enumerate(exchanges):
        client = client_for(exchange)
        key = (exchange["provider"], exchange["method"], exchange["template"], exchange["status"])
        try:
            if exchange["template"] in BY_REQUEST:
                assert client.request(exchange["method"], exchange["url"]).data == exchange["response_body"]
            else:
                CHECKS[key](client, exchange)
        except (AssertionError, IGittError, KeyError, AttributeError, TypeError) as error:
            failed.append(f"{number} {' '.join(map(str, key))}: {type(error).__name__} {str(error)[:300]}")
    assert not failed, "\n".join(failed)
    assert len(exchanges) == 64
