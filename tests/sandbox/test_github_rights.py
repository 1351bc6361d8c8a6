"""Who may do what on GitHub: scopes, permissions of fine-grained tokens and Apps, roles, archives, Apps' keys."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest

from igitt.testing import Sandbox

R = "/repos/acme/widgets"
SECRET = "/repos/acme/secret"


@pytest.fixture
def forge(sandbox: Sandbox) -> Any:
    """Return a GitHub with a public and a private repository; alice owns, mary maintains, bob writes."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner"})
    members = {"bob": "write", "mary": "maintain"}
    for name, private in (("acme/widgets", False), ("acme/secret", True)):
        forge.add_repository(name, members=members, private=private)
        forge.add_issue(name, "It broke", author="bob")
    return forge


# ---- scopes


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body", "status"),
    [
        ([], "GET", R, None, 200),
        ([], "GET", SECRET, None, 404),
        ([], "POST", f"{R}/issues", {"title": "t"}, 404),
        ([], "GET", "/user/emails", None, 404),
        ([], "GET", "/user/orgs", None, 403),
        ([], "GET", "/notifications", None, 403),
        (["public_repo"], "POST", f"{R}/issues", {"title": "t"}, 201),
        (["public_repo"], "POST", f"{SECRET}/issues", {"title": "t"}, 404),
        (["public_repo"], "GET", f"{R}/hooks", None, 404),
        (["public_repo"], "DELETE", R, None, 403),
        (["repo"], "GET", SECRET, None, 200),
        (["repo"], "POST", f"{SECRET}/issues", {"title": "t"}, 201),
        (["repo"], "DELETE", R, None, 403),
        (["repo", "delete_repo"], "DELETE", R, None, 204),
        (["repo"], "GET", f"{R}/hooks", None, 200),
        (["read:repo_hook"], "GET", f"{R}/hooks", None, 200),
        (["read:repo_hook"], "POST", f"{R}/hooks", {"config": {"url": "https://h.example/"}}, 404),
        (["repo"], "POST", "/orgs/acme/teams", {"name": "core"}, 404),
        (["read:org"], "GET", "/orgs/acme/teams", None, 200),
        (["write:org"], "POST", "/orgs/acme/teams", {"name": "core"}, 404),
        (["admin:org"], "POST", "/orgs/acme/teams", {"name": "core"}, 201),
        (["user"], "PATCH", "/user", {"bio": "x"}, 200),
        (["read:user"], "PATCH", "/user", {"bio": "x"}, 404),
        (["read:org"], "GET", "/user/orgs", None, 200),
        (["repo"], "GET", "/notifications", None, 200),
    ],
)
def test_scopes(
    forge: Any,
    github_as: Callable[..., Any],
    scopes: list[str],
    method: str,
    path: str,
    body: Any,
    status: int,
) -> None:
    """A classic token does what its scopes and those inside them allow, and reads what is public."""
    send = github_as(forge.token_for("alice", scopes=scopes))
    answer = send(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["X-OAuth-Scopes"] == ", ".join(sorted(scopes))


def test_scopes_narrow_lists(forge: Any, github_as: Callable[..., Any]) -> None:
    """What a token may not see is in no list either."""
    for scopes, names in ((["public_repo"], {"widgets"}), (["repo"], {"widgets", "secret"})):
        send = github_as(forge.token_for("alice", scopes=scopes))
        assert {one["name"] for one in send("GET", "/orgs/acme/repos").json()} == names


def test_which_scopes_are_accepted(forge: Any, github_as: Callable[..., Any]) -> None:
    """The header names what would do."""
    send = github_as(forge.token_for("alice", scopes=[]))
    answer = send("GET", "/orgs/acme/teams")
    assert "read:org" in answer.headers["X-Accepted-OAuth-Scopes"]


def test_statuses_have_a_scope(forge: Any, github_as: Callable[..., Any]) -> None:
    """`repo:status` sets a status of a private repository and reads nothing else of it."""
    sha = forge.repository("acme/secret").branches["main"]
    send = github_as(forge.token_for("alice", scopes=["repo:status"]))
    assert send("POST", f"{SECRET}/statuses/{sha}", json={"state": "success"}).status_code == 201
    assert send("GET", f"{SECRET}/contents/README.md").status_code == 404


def test_workflows_need_a_scope(forge: Any, github_as: Callable[..., Any]) -> None:
    """Files of workflows are written with the scope for them only."""
    path, body = f"{R}/contents/.github/workflows/ci.yml", {"message": "m", "content": "b246IHB1c2gK"}
    assert github_as(forge.token_for("alice", scopes=["repo"]))("PUT", path, json=body).status_code == 404
    assert github_as(forge.token_for("alice", scopes=["repo", "workflow"]))("PUT", path, json=body).status_code == 201


def test_an_oauth_application_has_the_scopes_that_were_asked_for(forge: Any, github_as: Callable[..., Any]) -> None:
    """Without scopes an application reads what is public, and the same goes for writes."""
    application = forge.add_application("triage")
    token = forge.give_token(application, forge.add_user("alice"), [])
    send = github_as()
    headers = {"Authorization": f"Bearer {token.value}"}
    assert send("GET", R, headers=headers).status_code == 200
    assert send("GET", SECRET, headers=headers).status_code == 404
    assert send("POST", f"{R}/issues", json={"title": "t"}, headers=headers).status_code == 404


# ---- permissions


def _fine(forge: Any, who: str = "alice", **options: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {forge.token_for(who, **options)}"}


def test_a_fine_grained_token(forge: Any, github_as: Callable[..., Any]) -> None:
    """It does what its permissions allow, of what its owner has, in the repositories that were chosen."""
    send = github_as()
    headers = _fine(forge, permissions={"issues": "write"}, owner="acme", repositories=["acme/secret"])
    assert send("POST", f"{SECRET}/issues", json={"title": "t"}, headers=headers).status_code == 201
    answer = send("GET", f"{SECRET}/contents/README.md", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by personal access token")
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "contents=read"
    assert send("GET", R, headers=headers).status_code == 200
    assert send("POST", f"{R}/issues", json={"title": "t"}, headers=headers).status_code == 403
    assert "X-OAuth-Scopes" not in answer.headers


def test_a_fine_grained_token_of_oneself(forge: Any, github_as: Callable[..., Any]) -> None:
    """Without an owner it is for what the user has, and what an organization keeps private is not there."""
    send, headers = github_as(), _fine(forge, permissions={"issues": "write", "contents": "read"})
    assert send("GET", SECRET, headers=headers).status_code == 404


def test_a_fine_grained_token_has_its_users_role(forge: Any, github_as: Callable[..., Any]) -> None:
    """Permissions do not go beyond the role."""
    send = github_as()
    headers = _fine(forge, "bob", permissions={"administration": "write"}, owner="acme")
    assert send("PATCH", R, json={"has_wiki": False}, headers=headers).status_code == 403


def test_an_app_for_a_user(forge: Any, github_as: Callable[..., Any]) -> None:
    """What an App does for a user needs the App's permission, its installation, and the user's right."""
    app = forge.add_app("triage", permissions={"issues": "write"})
    send = github_as()

    def ask(login: str, method: str, path: str, body: Any = None) -> int:
        token = forge.give_token(forge.applications[app.client_id], forge.add_user(login), [])
        status: int = send(method, path, json=body, headers={"Authorization": f"Bearer {token.value}"}).status_code
        return status

    assert ask("bob", "GET", SECRET) == 404
    assert ask("bob", "POST", f"{R}/issues", {"title": "t"}) == 403
    forge.install(app, "acme")
    assert ask("bob", "GET", SECRET) == 200
    assert ask("bob", "POST", f"{R}/issues", {"title": "t"}) == 201
    assert ask("bob", "PUT", f"{R}/contents/x", {"message": "m", "content": ""}) == 403
    assert ask("eve", "GET", SECRET) == 404


def test_every_app_has_a_key_of_its_own(forge: Any, github_as: Callable[..., Any], app_jwt: Any) -> None:
    """A JWT that another App's key signed is refused."""
    one, two = forge.add_app("one"), forge.add_app("two")
    assert github_as(app_jwt(one))("GET", "/app").json()["slug"] == "one"
    claims = jwt.decode(app_jwt(one), options={"verify_signature": False})
    wrong = github_as(jwt.encode(claims, two.private_key, "RS256"))("GET", "/app")
    assert (wrong.status_code, wrong.json()["message"]) == (401, "A JSON web token could not be decoded")


# ---- roles and states


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("mary", {"description": "d", "has_wiki": False, "allow_squash_merge": False}, 200),
        ("mary", {"archived": True}, 403),
        ("mary", {"private": True}, 403),
        ("mary", {"name": "other"}, 403),
        ("mary", {"default_branch": "main"}, 403),
        ("bob", {"description": "d"}, 403),
        ("alice", {"name": "other", "private": True}, 200),
    ],
)
def test_settings_by_role(forge: Any, github_as: Callable[..., Any], who: str, body: Any, status: int) -> None:
    """A maintainer changes what it may, and the rest is for administrators."""
    assert github_as(who)("PATCH", R, json=body).status_code == status


def test_a_maintainer_sets_topics(forge: Any, github_as: Callable[..., Any]) -> None:
    """Topics are a maintainer's, too."""
    assert github_as("mary")("PUT", f"{R}/topics", json={"names": ["a"]}).status_code == 200
    assert github_as("bob")("PUT", f"{R}/topics", json={"names": ["a"]}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", R, {"description": "d"}),
        ("POST", f"{R}/issues", {"title": "t"}),
        ("PATCH", f"{R}/issues/1", {"state": "closed"}),
        ("POST", f"{R}/issues/1/comments", {"body": "b"}),
        ("POST", f"{R}/issues/1/reactions", {"content": "heart"}),
        ("POST", f"{R}/labels", {"name": "n"}),
        ("POST", f"{R}/milestones", {"title": "n"}),
        ("POST", f"{R}/releases", {"tag_name": "v1"}),
        ("PUT", f"{R}/contents/x", {"message": "m", "content": ""}),
        ("POST", f"{R}/hooks", {"config": {"url": "https://h.example/"}}),
        ("PUT", f"{R}/topics", {"names": []}),
        ("PUT", f"{R}/collaborators/eve", {}),
    ],
)
def test_an_archived_repository_is_read_only(
    forge: Any, github_as: Callable[..., Any], method: str, path: str, body: Any
) -> None:
    """Nothing is written to what is archived, by whatever way, until it is taken back."""
    forge.repository("acme/widgets").archived = True
    forge.add_user("eve")
    send = github_as("alice")
    answer = send(method, path, json=body)
    assert (answer.status_code, answer.json()["message"]) == (403, "Repository was archived so is read-only.")
    assert send("PATCH", R, json={"archived": False}).status_code == 200
    assert send(method, path, json=body).status_code < 300


def test_a_merged_pull_request_is_not_reopened(forge: Any, github_as: Callable[..., Any]) -> None:
    """What is merged stays merged, as a pull request and as an issue; what lost its branch stays closed."""
    send = github_as("alice")
    one = forge.add_merge_request("acme/widgets", "Fix", head="fix")
    send("PUT", f"{R}/pulls/{one.number}/merge", json={})
    for kind in ("pulls", "issues"):
        answer = send("PATCH", f"{R}/{kind}/{one.number}", json={"state": "open"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "state")
    two = forge.add_merge_request("acme/widgets", "Other", head="other")
    send("PATCH", f"{R}/pulls/{two.number}", json={"state": "closed"})
    send("DELETE", f"{R}/git/refs/heads/other")
    for kind in ("pulls", "issues"):
        assert send("PATCH", f"{R}/{kind}/{two.number}", json={"state": "open"}).status_code == 422
