"""Clients that were written for the real GitHub and know nothing of the sandbox read and write it, unchanged."""

from collections.abc import Iterator
from typing import Any

import pytest

from igitt.testing import Sandbox

github = pytest.importorskip("github", reason="PyGithub is in the extra `clients`")


@pytest.fixture
def server() -> Iterator[Sandbox]:
    """Return a sandbox on ports with a repository, an issue and a pull request."""
    with Sandbox() as sandbox:
        forge = sandbox.github
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository("acme/widgets", members={"bob": "write"}, labels=["bug"], files={"a.py": "x = 1\n"})
        for number in range(35):
            forge.add_issue("acme/widgets", f"issue {number}", author="bob")
        forge.add_merge_request("acme/widgets", "Add a file", head="feature", author="bob")
        yield sandbox


@pytest.fixture
def client(server: Sandbox) -> Iterator[Any]:
    """Return PyGithub's client of alice."""
    with github.Github(
        auth=github.Auth.Token(server.github.token_for("alice")),
        base_url=server.github.api_url, retry=None, seconds_between_requests=0, seconds_between_writes=0,
    ) as made:  # fmt: skip
        yield made


def test_pygithub_reads(client: Any) -> None:
    """PyGithub reads users, repositories and lists of several pages."""
    assert client.get_user().login == "alice"
    repository = client.get_repo("acme/widgets")
    assert repository.default_branch == "main"
    assert len(list(repository.get_issues())) == 36
    assert repository.get_pull(36).mergeable is True
    assert [one.filename for one in repository.get_pull(36).get_files()] == ["feature.txt"]
    assert repository.get_contents("a.py").decoded_content == b"x = 1\n"
    assert [one.login for one in client.get_organization("acme").get_members(role="admin")] == ["alice"]
    assert client.search_issues("repo:acme/widgets is:pr").totalCount == 1


def test_pygithub_writes(server: Sandbox, client: Any) -> None:
    """PyGithub opens, labels, comments, reacts, closes, sets a status, reviews and merges."""
    repository = client.get_repo("acme/widgets")
    issue = repository.create_issue("By PyGithub", body="text", labels=["bug"], assignees=["bob"])
    issue.add_to_labels("new")
    comment = issue.create_comment("hello")
    comment.create_reaction("heart")
    issue.edit(state="closed", state_reason="not_planned")
    model = server.github.repository("acme/widgets").issues[issue.number]
    assert [label.name for label in model.labels] == ["bug", "new"]
    assert (model.state, model.comments[0].reactions[0].content) == ("closed", "heart")
    pull = repository.get_pull(36)
    pull.create_review(event="APPROVE", body="fine")
    repository.get_commit(pull.head.sha).create_status("success", context="ci")
    assert repository.get_commit(pull.head.sha).get_combined_status().state == "success"
    assert pull.merge().merged is True
    repository.create_file("b.py", "Add b", "y = 2\n")
    assert repository.get_branch("main").commit.commit.message == "Add b"


def test_pygithub_app(server: Sandbox) -> None:
    """PyGithub signs as an App, mints an installation's token and writes as the bot."""
    app = server.github.add_app("triage", permissions={"issues": "write"})
    server.github.install(app, "acme")
    auth = github.Auth.AppAuth(app.id, app.private_key)
    with github.GithubIntegration(
        auth=auth, base_url=server.github.api_url, retry=None, seconds_between_requests=0, seconds_between_writes=0
    ) as integration:
        installation = integration.get_repo_installation("acme", "widgets")
        with installation.get_github_for_installation() as bot:
            comment = bot.get_repo("acme/widgets").get_issue(1).create_comment("seen")
    assert comment.user.login == "triage[bot]"
