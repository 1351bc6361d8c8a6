"""GitLab's GraphQL on the sandbox (source of the forms: https://docs.gitlab.com/api/graphql/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

pytest.importorskip("graphql")

if TYPE_CHECKING:
    from collections.abc import Callable

    from igitt.testing import Sandbox
    from igitt.testing.sandbox.gitlab import GitLabForge


@pytest.fixture
def forge(sandbox: Sandbox) -> GitLabForge:
    """A GitLab with an issue and a merge request."""
    made = sandbox.gitlab
    made.add_repository("acme/w", members={"alice": "owner", "bob": "developer", "carol": "guest"})
    made.add_issue("acme/w", "Bug", "It breaks", labels=["bug"], assignees=["alice"])
    made.add_commit("acme/w", "Add", {"a.txt": "hello", "d/b.txt": "x"})
    made.add_merge_request("acme/w", "Mend it", head="topic", author="bob")
    return made


@pytest.fixture
def ask(forge: GitLabForge) -> Callable[..., dict[str, Any]]:
    """Sends a document, as alice unless told."""

    def send(query: str, who: str | None = "alice", **variables: Any) -> dict[str, Any]:
        session = requests.Session()
        session.mount(forge.url, forge._adapter())  # noqa: SLF001 - the sandbox without a socket
        headers = {"Authorization": f"Bearer {forge.token_for(who)}"} if who else {}
        body = {"query": query, "variables": variables}
        answer = session.post(f"{forge.url}/api/graphql", json=body, headers=headers, timeout=5)
        assert answer.status_code == 200
        data: dict[str, Any] = answer.json()
        return data

    return send


def test_the_selection_is_answered(ask: Callable[..., dict[str, Any]]) -> None:
    """Each field that is asked for, by its own name or alias, and no other."""
    query = """query($path: ID!) { me: currentUser { username } project(fullPath: $path) { fullPath openIssuesCount
      issue(iid: "1") { title state labels { nodes { title } } reference(full: true) author { username } }
      mergeRequests(state: opened) { count nodes { iid sourceBranch draft detailedMergeStatus } }
      repository { rootRef blobs(paths: ["a.txt", "no.txt"]) { nodes { path rawTextBlob } }
        tree { blobs { nodes { path } } trees { nodes { path } } } } } }"""
    assert ask(query, path="acme/w") == {
        "data": {
            "me": {"username": "alice"},
            "project": {
                "fullPath": "acme/w",
                "openIssuesCount": 1,
                "issue": {
                    "title": "Bug",
                    "state": "opened",
                    "labels": {"nodes": [{"title": "bug"}]},
                    "reference": "acme/w#1",
                    "author": {"username": "alice"},
                },
                "mergeRequests": {
                    "count": 1,
                    "nodes": [
                        {"iid": "1", "sourceBranch": "topic", "draft": False, "detailedMergeStatus": "MERGEABLE"}
                    ],
                },
                "repository": {
                    "rootRef": "main",
                    "blobs": {"nodes": [{"path": "a.txt", "rawTextBlob": "hello"}]},
                    "tree": {
                        "blobs": {"nodes": [{"path": "README.md"}, {"path": "a.txt"}]},
                        "trees": {"nodes": [{"path": "d"}]},
                    },
                },
            },
        }
    }


def test_what_is_not_there_is_null(forge: GitLabForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Without an error: an unknown path, an old one, a private project for strangers, nobody who asks."""
    forge.add_repository("acme/secret", private=True, members={"alice": "owner"})
    forge.client("alice").request("PUT", "projects/acme%2Fw", json={"path": "moved"})
    query = """{ currentUser { id } no: project(fullPath: "acme/none") { id } old: project(fullPath: "acme/w") { id }
      secret: project(fullPath: "acme/secret") { name } moved: project(fullPath: "acme/moved") { path } }"""
    found = ask(query, None)
    assert found["data"] == {"currentUser": None, "no": None, "old": None, "secret": None, "moved": {"path": "moved"}}
    assert "errors" not in found
    assert ask(query)["data"]["secret"] == {"name": "secret"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        # https://github.com/raycast/extensions/issues/29995
        ("{ currentUser { nothing } }", "Field 'nothing' doesn't exist on type 'CurrentUser'"),
        (
            '{ project(fullPath: "acme/w") { mergeRequests(search: "x") { count } } }',
            "Field 'mergeRequests' doesn't accept argument 'search'",
        ),
        (
            '{ project(fullPath: "acme/w") { environments { nodes { id } } } }',
            "the sandbox does not play Project.environments of GitLab's GraphQL",
        ),
    ],
)
def test_wrong_documents(ask: Callable[..., dict[str, Any]], query: str, message: str) -> None:
    """A document with a fault is not executed."""
    found = ask(query)
    assert "data" not in found
    assert found["errors"][0]["message"] == message


def test_an_issues_life(forge: GitLabForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Made, changed, commented and closed by mutations, which tell faults of their input in the payload."""
    make = """mutation($i: CreateIssueInput!) { createIssue(input: $i) { clientMutationId errors
      issue { iid id title labels { nodes { title } } } } }"""
    made = ask(make, i={"projectPath": "acme/w", "title": "New", "labels": ["bug"], "clientMutationId": "m"})
    found = made["data"]["createIssue"]
    assert (found["errors"], found["clientMutationId"], found["issue"]["iid"]) == ([], "m", "2")
    assert found["issue"]["labels"] == {"nodes": [{"title": "bug"}]}
    query = """mutation($id: NoteableID!) { createNote(input: {noteableId: $id, body: "Hello"}) { note { body } errors }
      updateIssue(input: {projectPath: "acme/w", iid: "2", stateEvent: CLOSE, title: "Newer"}) {
        issue { state title userNotesCount } errors } }"""
    data = ask(query, id=found["issue"]["id"])["data"]
    assert data["createNote"] == {"note": {"body": "Hello"}, "errors": []}
    assert data["updateIssue"]["issue"] == {"state": "closed", "title": "Newer", "userNotesCount": 1}
    long = ask(make, i={"projectPath": "acme/w", "title": "x" * 256})["data"]["createIssue"]
    assert long["issue"] is None
    assert long["errors"] == ["Title is too long (maximum is 255 characters)"]


def test_a_merge_requests_life(forge: GitLabForge, ask: Callable[..., dict[str, Any]]) -> None:
    """A draft, no draft, and merged at the commit that is named."""
    sha = forge.repository("acme/w").merge_requests[1].head_sha
    query = """mutation($sha: String!) {
      a: mergeRequestSetDraft(input: {projectPath: "acme/w", iid: "1", draft: true}) { mergeRequest { title draft } }
      b: mergeRequestSetDraft(input: {projectPath: "acme/w", iid: "1", draft: false}) { mergeRequest { title draft } }
      mergeRequestAccept(input: {projectPath: "acme/w", iid: "1", sha: $sha}) { errors mergeRequest { state } } }"""
    data = ask(query, sha=sha)["data"]
    assert data["a"]["mergeRequest"] == {"title": "Draft: Mend it", "draft": True}
    assert data["b"]["mergeRequest"] == {"title": "Mend it", "draft": False}
    assert data["mergeRequestAccept"] == {"errors": [], "mergeRequest": {"state": "merged"}}


def test_mutations_need_rights(forge: GitLabForge, ask: Callable[..., dict[str, Any]]) -> None:
    """Who may not is told what who cannot see is told, and nothing is changed."""
    query = 'mutation { mergeRequestUpdate(input: {projectPath: "acme/w", iid: "1", title: "x"}) { errors } }'
    found = ask(query, "carol")
    assert found["data"] == {"mergeRequestUpdate": None}
    assert found["errors"][0]["message"].startswith("The resource that you are attempting to access does not exist or")
    assert forge.repository("acme/w").merge_requests[1].title == "Mend it"
