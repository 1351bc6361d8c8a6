"""python-gitlab, which was written for the real GitLab and knows nothing of the sandbox, reads and writes it."""

from collections.abc import Iterator
from typing import Any

import pytest

from igitt.testing import Sandbox

gitlab = pytest.importorskip("gitlab", reason="python-gitlab is in the extra `clients`")


@pytest.fixture
def server() -> Iterator[Sandbox]:
    """Return a sandbox on ports with a project of a nested group, issues and a merge request."""
    with Sandbox() as sandbox:
        forge = sandbox.gitlab
        forge.add_organization("acme", members={"alice": "owner"})
        forge.add_repository("acme/tools/saw", members={"bob": "developer"}, labels=["bug"], files={"a.py": "x = 1\n"})
        for number in range(35):
            forge.add_issue("acme/tools/saw", f"issue {number}", author="bob")
        forge.add_merge_request("acme/tools/saw", "Add a file", head="feature", author="bob")
        yield sandbox


@pytest.fixture
def client(server: Sandbox) -> Iterator[Any]:
    """Return python-gitlab's client of alice."""
    forge = server.gitlab
    with gitlab.Gitlab(forge.url, private_token=forge.token_for("alice"), keep_base_url=True) as made:
        yield made


@pytest.fixture
def project(client: Any) -> Any:
    """Return the project as python-gitlab has it."""
    return client.projects.get("acme/tools/saw")


def test_reads(client: Any, project: Any) -> None:
    """It reads users, groups, projects, files and lists of several pages, by offset and by keyset."""
    client.auth()
    assert client.user.username == "alice"
    assert client.version()[0].startswith("18.")
    assert project.namespace["full_path"] == "acme/tools"
    assert len(project.issues.list(get_all=True)) == 35
    lazy = project.issues.list(iterator=True)
    assert (lazy.total, lazy.total_pages) == (35, 2)
    assert [one.path for one in client.projects.list(iterator=True, pagination="keyset", order_by="id")] == ["saw"]
    assert project.files.get("a.py", ref="main").decode() == b"x = 1\n"
    assert [one["new_path"] for one in project.mergerequests.get(1).changes()["changes"]] == ["feature.txt"]
    group = client.groups.get("acme")
    assert [one.full_path for one in group.descendant_groups.list()] == ["acme/tools"]
    assert [one.username for one in project.members_all.list()] == ["alice", "bob"]
    assert [one["title"] for one in project.search("issues", "issue 17")] == ["issue 17"]


def test_writes_issues(server: Sandbox, client: Any, project: Any) -> None:
    """It opens, labels, comments, awards, times, closes and deletes."""
    bob = client.users.list(username="bob")[0]
    issue = project.issues.create({"title": "By python-gitlab", "labels": ["bug", "new"], "assignee_ids": [bob.id]})
    note = issue.notes.create({"body": "hello"})
    note.awardemojis.create({"name": "heart"})
    issue.time_estimate("3h30m")
    issue.unsubscribe()
    milestone = project.milestones.create({"title": "v1"})
    issue.milestone_id, issue.state_event = milestone.id, "close"
    issue.save()
    model = server.gitlab.repository("acme/tools/saw").issues[issue.iid]
    assert [label.name for label in model.labels] == ["bug", "new"]
    assert (model.state, model.time_estimate, model.milestone and model.milestone.title) == ("closed", 12600, "v1")
    assert [one.body for one in issue.notes.list(get_all=True) if not one.system] == ["hello"]
    assert [one.action for one in issue.resourcelabelevents.list()] == ["add", "add"]
    discussion = issue.discussions.create({"body": "thread"})
    discussion.notes.create({"body": "reply"})
    assert [one["body"] for one in issue.discussions.get(discussion.id).attributes["notes"]] == ["thread", "reply"]
    issue.delete()
    with pytest.raises(gitlab.GitlabGetError, match="404"):
        project.issues.get(issue.iid)


def test_writes_merge_requests(project: Any) -> None:
    """It commits, opens, reports statuses, approves and merges."""
    actions = [{"action": "create", "file_path": "b.py", "content": "y = 2\n"}]
    body = {"branch": "second", "start_branch": "main", "commit_message": "Add b", "actions": actions}
    commit = project.commits.create(body)
    request = project.mergerequests.create({"title": "b", "source_branch": "second", "target_branch": "main"})
    commit.statuses.create({"state": "success", "name": "ci"})
    assert [one.status for one in project.commits.get(commit.id).statuses.list()] == ["success"]
    assert [one.id for one in request.commits()] == [commit.id]
    request.approve()
    request.notes.create({"body": "fine"})
    request.merge(should_remove_source_branch=True)
    assert project.mergerequests.get(request.iid).state == "merged"
    assert [one.name for one in project.branches.list()] == ["feature", "main"]
    with pytest.raises(gitlab.GitlabMRClosedError):
        request.merge()


def test_writes_projects(server: Sandbox, client: Any, project: Any) -> None:
    """It makes groups, projects, labels, members and hooks, and forks."""
    made = client.groups.create({"name": "Deep", "path": "deep", "parent_id": client.groups.get("acme").id})
    inside = client.projects.create({"name": "Nail", "namespace_id": made.id, "initialize_with_readme": True})
    assert inside.path_with_namespace == "acme/deep/nail"
    inside.members.create({"user_id": client.users.list(username="bob")[0].id, "access_level": 40})
    inside.labels.create({"name": "x", "color": "#123456"})
    hook = inside.hooks.create({"url": "https://h.example", "token": "s", "issues_events": True})
    inside.issues.create({"title": "told"})
    assert [one.payload["object_kind"] for one in server.gitlab.deliveries if one.hook.id == hook.id] == ["issue"]
    fork = project.forks.create({"namespace_path": "alice"})
    assert fork.forked_from_project["path_with_namespace"] == "acme/tools/saw"
    inside.delete()
    with pytest.raises(gitlab.GitlabGetError):
        client.projects.get("acme/deep/nail")


def test_limits_and_faults(server: Sandbox, client: Any) -> None:
    """It reads an error in plain text, and repeats on its own after a 503 when asked to."""
    server.gitlab.fail(503)
    assert client.projects.list(retry_transient_errors=True, get_all=False)
    server.gitlab.limit(1, remaining=0)
    with pytest.raises(gitlab.GitlabHttpError) as caught:
        client.http_get("/user", obey_rate_limit=False)
    assert caught.value.response_code == 429
