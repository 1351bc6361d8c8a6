"""GitLab's half: what its routes do, by its documentation - rules, rights, pipelines, users, environments, links."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import requests

from igitt.testing import Sandbox

P = "/projects/acme%2Fwidgets"
CI = {
    ".gitlab-ci.yml": "stages: [build, test]\n\nbuild:\n  stage: build\n  script: make\n\ntest:\n  script: make test\n"
}
Send = Callable[..., requests.Response]


@pytest.fixture
def bob(gitlab: Any, gitlab_as: Callable[..., Any]) -> Send:
    """Return `send` of a developer."""
    return gitlab_as("bob")  # type: ignore[no-any-return]


@pytest.fixture
def root(gitlab: Any, gitlab_as: Callable[..., Any]) -> Send:
    """Return `send` of an administrator."""
    gitlab.add_user("root", "Administrator", "root@example.com", admin=True)
    return gitlab_as("root")  # type: ignore[no-any-return]


# ---- what is refused before anything else


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (f"{P}/issues?order_by=bogus", "order_by does not have a valid value"),
        (f"{P}/merge_requests?order_by=bogus", "order_by does not have a valid value"),
        (f"{P}/merge_requests?state=open", "state does not have a valid value"),
        (f"{P}/issues?sort=up", "sort does not have a valid value"),
        (f"{P}/issues?page=x", "page is invalid"),
        (f"{P}/issues?per_page=0", "per_page has a value not allowed"),
        (f"{P}/issues?created_after=soon", "created_after is invalid"),
        (f"{P}/issues?confidential=perhaps", "confidential is invalid"),
        (f"{P}/repository/branches?sort=bogus", "sort does not have a valid value"),
        ("/users?order_by=bogus&per_page=x", "order_by does not have a valid value, per_page is invalid"),
        ("/projects?order_by=bogus", "order_by does not have a valid value"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(path: str, error: str, alice: Send) -> None:
    """A word, number, flag or time that the description does not allow is a 400 with its name."""
    answer = alice("GET", path)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    ("scopes", "method", "path", "wanted"),
    [
        (["read_user"], "GET", P, "api read_api"),
        (["read_user"], "GET", "/user", None),
        (["read_repository"], "GET", f"{P}/repository/files/README.md/raw", None),
        (["read_repository"], "GET", f"{P}/issues", "api read_api"),
        (["write_repository"], "POST", f"{P}/issues", "api"),
        (["write_repository"], "GET", P, "api read_api"),
        (["read_api"], "GET", f"{P}/issues", None),
        (["read_api"], "PUT", f"{P}/issues/1", "api"),
        (["self_rotate"], "GET", "/personal_access_tokens/self", None),
        (["self_rotate"], "POST", "/personal_access_tokens/self/rotate", None),
        (["self_rotate"], "GET", "/user", "api read_api read_user"),
        (["api"], "PUT", f"{P}/issues/1?title=x", None),
    ],
)
def test_a_token_reaches_as_far_as_its_scopes(
    scopes: list[str], method: str, path: str, wanted: str | None, gitlab: Any, gitlab_as: Callable[..., Any]
) -> None:
    """A token without the scope is told with 403 which ones would do."""
    answer = gitlab_as(gitlab.token_for("alice", scopes=scopes))(method, path)
    told = answer.json() if answer.status_code == 403 else {}
    assert told.get("scope") == wanted
    assert (told.get("error") == "insufficient_scope") is (wanted is not None)


def test_sudo_wants_a_scope_of_its_own(root: Send, gitlab: Any, gitlab_as: Callable[..., Any]) -> None:
    """An administrator's token for the API alone plays nobody else; one for sudo does."""
    plain = gitlab_as(gitlab.token_for("root", scopes=["api"]))
    able = gitlab_as(gitlab.token_for("root", scopes=["api", "sudo"]))
    assert plain("GET", "/user?sudo=bob").json()["scope"] == "sudo"
    assert able("GET", "/user?sudo=bob").json()["username"] == "bob"


def test_forms_of_several_parts_are_taken_everywhere(alice: Send) -> None:
    """An issue, a note and a discussion may come as multipart/form-data."""
    made = alice("POST", f"{P}/issues", files={"title": (None, "By form"), "labels": (None, "bug")}).json()
    assert (made["title"], made["labels"]) == ("By form", ["bug"])
    note = alice("POST", f"{P}/issues/{made['iid']}/notes", files={"body": (None, "Hé")}).json()
    assert note["body"] == "Hé"
    text = alice("POST", f"{P}/issues", data="title=x", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415


# ---- rules of branches, tags and approvals


def test_a_developer_commits_to_no_protected_branch(bob: Send, alice: Send) -> None:
    """The API of files says 400, that of commits 403, git as both; a maintainer may, and so may all by a rule."""
    file = {"branch": "main", "commit_message": "m", "content": "x"}
    actions = {"branch": "main", "commit_message": "m", "actions": [
        {"action": "create", "file_path": "b", "content": "x"}]}  # fmt: skip
    answer = bob("POST", f"{P}/repository/files/a", json=file)
    assert (answer.status_code, answer.json()["message"]) == (400, "You are not allowed to push into this branch")
    answer = bob("POST", f"{P}/repository/commits", json=actions)
    assert answer.status_code == 403
    assert answer.json()["message"] == "403 Forbidden - You are not allowed to push into this branch"
    assert alice("POST", f"{P}/repository/files/a", json=file).status_code == 201
    alice("PATCH", f"{P}/protected_branches/main", json={"allowed_to_push": [{"access_level": 30}]})
    assert bob("POST", f"{P}/repository/commits", json=actions).status_code == 201


def test_only_whom_a_rule_names_merges(bob: Send, alice: Send) -> None:
    """A protected branch takes merges of maintainers, until its rule says developers; nobody is nobody."""
    merge = f"{P}/merge_requests/1/merge"
    assert bob("PUT", merge).status_code == 401
    alice("PATCH", f"{P}/protected_branches/main", json={"allowed_to_merge": [{"access_level": 0}]})
    assert alice("PUT", merge).status_code == 401
    alice("PATCH", f"{P}/protected_branches/main", json={"merge_access_level": 30})
    rule = alice("GET", f"{P}/protected_branches/main").json()
    assert rule["merge_access_levels"][0]["access_level_description"] in {"Developers + Maintainers", "No one"}


def test_a_rule_with_stars_protects_what_it_fits(bob: Send, alice: Send) -> None:
    """A branch that a pattern fits is protected, and tags likewise."""
    alice("POST", f"{P}/protected_branches", json={"name": "release/*"})
    alice("POST", f"{P}/repository/branches", json={"branch": "release/1", "ref": "main"})
    assert alice("GET", f"{P}/repository/branches/release%2F1").json()["protected"] is True
    file = {"branch": "release/1", "commit_message": "m", "content": "x"}
    assert bob("POST", f"{P}/repository/files/a", json=file).status_code == 400
    alice("POST", f"{P}/protected_tags", json={"name": "v*"})
    assert bob("POST", f"{P}/repository/tags", json={"tag_name": "v1", "ref": "main"}).status_code == 400
    assert bob("POST", f"{P}/repository/tags", json={"tag_name": "nightly", "ref": "main"}).status_code == 201
    assert alice("POST", f"{P}/repository/tags", json={"tag_name": "v1", "ref": "main"}).json()["protected"] is True
    assert bob("DELETE", f"{P}/repository/tags/v1").status_code == 403


def test_nothing_is_merged_without_the_approvals_that_rules_want(alice: Send, bob: Send, gitlab: Any) -> None:
    """A rule keeps a merge request from being merged until whom it names have approved."""
    alice("POST", f"{P}/approval_rules", json={"name": "QA", "approvals_required": 1, "usernames": ["alice"]})
    request = f"{P}/merge_requests/1"
    told = bob("GET", f"{request}/approvals").json()
    assert (told["approved"], told["approvals_required"], told["approvals_left"]) == (False, 1, 1)
    assert alice("GET", request).json()["detailed_merge_status"] == "not_approved"
    bob("POST", f"{request}/approve")
    assert alice("PUT", f"{request}/merge").status_code == 405, "bob is not of the rule"
    alice("POST", f"{request}/approve")
    state = alice("GET", f"{request}/approval_state").json()["rules"][0]
    assert (state["approved"], [user["username"] for user in state["approved_by"]]) == (True, ["alice"])
    assert alice("PUT", f"{request}/merge").json()["state"] == "merged"


def test_a_merge_request_may_have_a_rule_of_its_own(alice: Send) -> None:
    """What is changed for a merge request leaves its project's rule as it is."""
    rule = alice("POST", f"{P}/approval_rules", json={"name": "QA", "approvals_required": 2}).json()
    changed = alice("PUT", f"{P}/merge_requests/1/approval_rules/{rule['id']}", json={"approvals_required": 0}).json()
    assert (changed["approvals_required"], changed["overridden"]) == (0, True)
    assert alice("GET", f"{P}/approval_rules/{rule['id']}").json()["approvals_required"] == 2


def test_who_deletes_issues(bob: Send, alice: Send, gitlab: Any, gitlab_as: Callable[..., Any]) -> None:
    """Owners and planners delete issues; a developer does not, the author among them."""
    gitlab.repository("acme/widgets").members["pam"] = 15
    pam = gitlab_as("pam")
    assert bob("DELETE", f"{P}/issues/1").status_code == 403
    assert pam("DELETE", f"{P}/issues/1").status_code == 204


def test_an_empty_project_is_started_by_a_branch(alice: Send) -> None:
    """A branch in an empty project makes the default branch first, with an empty README."""
    made = alice("POST", "/projects", json={"name": "empty"}).json()
    answer = alice("POST", f"/projects/{made['id']}/repository/branches", json={"branch": "topic", "ref": "main"})
    assert answer.status_code == 201
    assert [one["path"] for one in alice("GET", f"/projects/{made['id']}/repository/tree").json()] == ["README.md"]


def test_content_that_is_no_base64_is_decoded_as_far_as_it_goes(alice: Send) -> None:
    """What stands in the place of base64 makes no server error."""
    file = {"branch": "feature", "commit_message": "m", "content": "aGk=!", "encoding": "base64"}
    assert alice("POST", f"{P}/repository/files/a", json=file).status_code == 201
    assert alice("GET", f"{P}/repository/files/a/raw?ref=feature").text == "hi"


# ---- pipelines


def test_a_pipeline_is_made_of_the_jobs_that_the_configuration_names(alice: Send, gitlab: Any) -> None:
    """One is made of a branch that has a configuration, and waits; without one, or of no branch, it is a 400."""
    assert alice("POST", f"{P}/pipeline", json={"ref": "main"}).json()["message"] == {
        "base": ["Missing CI config file"]
    }
    assert alice("POST", f"{P}/pipeline", json={"ref": "gone"}).json()["message"] == {"base": ["Reference not found"]}
    gitlab.add_commit("acme/widgets", "ci", CI)
    pairs = [{"key": "A", "value": "b"}]
    made = alice("POST", f"{P}/pipeline", json={"ref": "main", "variables": pairs}).json()
    assert (made["source"], made["status"]) == ("api", "pending")
    told = alice("GET", f"{P}/pipelines/{made['id']}/variables").json()
    assert [(one["key"], one["value"]) for one in told] == [("A", "b")]
    jobs = alice("GET", f"{P}/pipelines/{made['id']}/jobs").json()
    assert [(one["name"], one["stage"], one["status"]) for one in jobs] == [
        ("build", "build", "pending"), ("test", "test", "created"),
    ]  # fmt: skip


def test_a_trigger_needs_its_own_token_only(alice: Send, gitlab: Any, gitlab_as: Callable[..., Any]) -> None:
    """Who has a trigger's token makes a pipeline with it; with a wrong one nothing is there."""
    gitlab.add_commit("acme/widgets", "ci", CI)
    token = alice("POST", f"{P}/triggers", json={"description": "cd"}).json()["token"]
    nobody = gitlab_as()
    data = {"token": token, "ref": "main", "variables[A]": "b"}
    made = nobody("POST", f"{P}/trigger/pipeline", data=data)
    assert (made.status_code, made.json()["source"]) == (201, "trigger")
    assert nobody("POST", f"{P}/ref/main/trigger/pipeline", data={"token": token}).status_code == 201
    assert nobody("POST", f"{P}/trigger/pipeline", data={"token": "wrong", "ref": "main"}).status_code == 404


def test_jobs_have_logs_and_artifacts(alice: Send, gitlab: Any) -> None:
    """What a test says that a job wrote and left behind is read back, whole and by file, until it is erased."""
    made = gitlab.add_pipeline(
        "acme/widgets", "main", {"build": "success"}, logs={"build": "made\n"}, artifacts={"build": {"out/a": "A"}}
    )
    job = f"{P}/jobs/{made.statuses['build'].id}"
    assert alice("GET", f"{job}/trace").text == "made\n"
    for path in (f"{job}/artifacts", f"{P}/jobs/artifacts/main/download?job=build"):
        with zipfile.ZipFile(io.BytesIO(alice("GET", path).content)) as packed:
            assert packed.read("out/a") == b"A"
    assert alice("GET", f"{job}/artifacts/out/a").text == "A"
    assert alice("GET", f"{P}/jobs/artifacts/main/raw/out/a?job=build").text == "A"
    assert alice("POST", f"{job}/erase").status_code == 201
    assert (alice("GET", f"{job}/trace").text, alice("GET", f"{job}/artifacts").status_code) == ("", 404)


def test_a_job_waits_for_who_plays_it(alice: Send, gitlab: Any) -> None:
    """A manual job is started once; another cannot be."""
    made = gitlab.add_pipeline("acme/widgets", "main", {"build": "success", "deploy": "manual"})
    job = f"{P}/jobs/{made.statuses['deploy'].id}"
    assert alice("POST", f"{job}/play").json()["status"] == "pending"
    assert alice("POST", f"{job}/play").json()["message"] == "400 Bad request - Unplayable Job"


def test_a_configuration_is_looked_over(alice: Send) -> None:
    """Lint knows text that is no mapping, and one that names no job."""
    lint = f"{P}/ci/lint"
    assert alice("POST", lint, json={"content": "build:\n  script: make\n"}).json()["valid"] is True
    assert alice("POST", lint, json={"content": "invalid"}).json()["errors"] == ["Invalid configuration format"]
    assert alice("POST", lint, json={"content": "image: x\n"}).json()["valid"] is False


# ---- commits once more


def test_a_commit_is_picked_and_taken_back(alice: Send, gitlab: Any) -> None:
    """A pick says where it is from, a second one has nothing to do, and one that does not fit conflicts."""
    one = gitlab.add_commit("acme/widgets", "Add n", {"n": "1\n"}, branch="feature")
    commit = f"{P}/repository/commits/{one.sha}"
    picked = alice("POST", f"{commit}/cherry_pick", json={"branch": "main"}).json()
    assert picked["message"] == f"Add n\n\n(cherry picked from commit {one.sha})"
    again = alice("POST", f"{commit}/cherry_pick", json={"branch": "main"})
    assert (again.status_code, again.json()["error_code"]) == (400, "empty")
    gitlab.add_commit("acme/widgets", "Other n", {"n": "2\n"})
    assert alice("POST", f"{commit}/revert", json={"branch": "main"}).json()["error_code"] == "conflict"
    assert alice("POST", f"{commit}/revert", json={"branch": "feature", "dry_run": True}).json() == {
        "dry_run": "success"
    }
    back = alice("POST", f"{commit}/revert", json={"branch": "feature"}).json()
    assert back["title"] == 'Revert "Add n"'
    assert alice("GET", f"{P}/repository/files/n?ref=feature").status_code == 404


def test_blobs_and_headers_of_files(alice: Send, gitlab: Any) -> None:
    """A blob is read by its name, and a HEAD tells of a file what a GET does."""
    gitlab.add_commit("acme/widgets", "n", {"n": "one\n"}, branch="feature")
    told = alice("HEAD", f"{P}/repository/files/n?ref=feature").headers
    assert (told["X-Gitlab-File-Path"], told["X-Gitlab-Size"]) == ("n", "4")
    blob = f"{P}/repository/blobs/{told['X-Gitlab-Blob-Id']}"
    assert base64.b64decode(alice("GET", blob).json()["content"]) == b"one\n"
    assert alice("GET", f"{blob}/raw").text == "one\n"


# ---- variables, environments, links, tokens


def test_variables_are_kept_by_scope_and_masked(alice: Send, bob: Send) -> None:
    """One key may have a value for each environment; what is masked has to fit; developers see none."""
    path = f"{P}/variables"
    alice("POST", path, json={"key": "A", "value": "1"})
    alice("POST", path, json={"key": "A", "value": "2", "environment_scope": "prod"})
    assert alice("POST", path, json={"key": "A", "value": "3"}).json()["message"] == {
        "key": ["(A) has already been taken"]
    }
    assert alice("GET", f"{path}/A").status_code == 409
    assert alice("GET", f"{path}/A?filter[environment_scope]=prod").json()["value"] == "2"
    assert alice("POST", path, json={"key": "B", "value": "short", "masked": True}).status_code == 400
    assert alice("POST", path, json={"key": "b-c", "value": "x"}).status_code == 400
    hidden = alice("POST", path, json={"key": "H", "value": "12345678", "masked_and_hidden": True}).json()
    assert (hidden["hidden"], hidden["value"]) == (True, None)
    assert bob("GET", path).status_code == 403


def test_variables_of_the_instance_are_an_administrators(root: Send, alice: Send) -> None:
    """They are made, changed and taken away like others."""
    path = "/admin/ci/variables"
    assert alice("GET", path).status_code == 403
    root("POST", path, json={"key": "A", "value": "1"})
    assert root("PUT", f"{path}/A", json={"value": "2"}).json()["value"] == "2"
    assert [one["key"] for one in root("GET", path).json()] == ["A"]
    assert root("DELETE", f"{path}/A").status_code == 204
    assert root("GET", f"{path}/A").status_code == 404


def test_an_environment_is_stopped_before_it_is_deleted(alice: Send, gitlab: Any) -> None:
    """A deployment makes its environment, which tells of the last good one and is deleted once stopped."""
    sha = gitlab.repository("acme/widgets").branches["main"]
    data = {"environment": "production", "sha": sha, "ref": "main", "tag": False, "status": "running"}
    made = alice("POST", f"{P}/deployments", json=data).json()
    one = f"{P}/environments/{made['environment']['id']}"
    assert alice("GET", one).json()["last_deployment"] is None
    alice("PUT", f"{P}/deployments/{made['id']}", json={"status": "success"})
    told = alice("GET", one).json()
    assert (told["tier"], told["last_deployment"]["id"]) == ("production", made["id"])
    assert alice("PUT", f"{P}/deployments/{made['id']}", json={"status": "running"}).status_code == 400
    assert alice("DELETE", one).status_code == 403
    assert alice("POST", f"{one}/stop").json()["state"] == "stopped"
    assert alice("DELETE", one).status_code == 204
    assert alice("GET", f"{P}/deployments").json() == []


def test_a_link_is_seen_from_both_ends(alice: Send, gitlab: Any) -> None:
    """What blocks is blocked by from the other end; a second link is a conflict; taken away it is gone from both."""
    two, home = gitlab.add_issue("acme/widgets", "Two").number, gitlab.repository("acme/widgets").id
    body = {"target_project_id": home, "target_issue_iid": two, "link_type": "blocks"}
    made = alice("POST", f"{P}/issues/1/links", json=body).json()
    (seen,) = alice("GET", f"{P}/issues/{two}/links").json()
    assert (seen["iid"], seen["link_type"]) == (1, "is_blocked_by")
    assert alice("POST", f"{P}/issues/{two}/links", json=body | {"target_issue_iid": 1}).status_code == 409
    alice("DELETE", f"{P}/issues/{two}/links/{made['id']}")
    assert alice("GET", f"{P}/issues/1/links").json() == []


def test_an_access_token_acts_as_a_bot_of_its_project(alice: Send, bob: Send, gitlab_as: Callable[..., Any]) -> None:
    """It comes with a bot that is a member, reaches as its scopes do, and ends when it is revoked."""
    assert bob("POST", f"{P}/access_tokens", json={"name": "t", "scopes": ["api"]}).status_code == 403
    made = alice("POST", f"{P}/access_tokens", json={"name": "t", "scopes": ["api"], "access_level": 30}).json()
    bot = gitlab_as(made["token"])
    told = bot("GET", "/user").json()
    assert (told["id"], told["bot"]) == (made["user_id"], True)
    assert bot("POST", f"{P}/issues", json={"title": "By the bot"}).status_code == 201
    assert alice("DELETE", f"{P}/access_tokens/{made['id']}").status_code == 204
    assert bot("GET", "/user").status_code == 401
    assert alice("POST", f"{P}/access_tokens", json={"name": "t", "scopes": ["all"]}).status_code == 400


# ---- users


def test_an_administrator_keeps_users(root: Send, alice: Send, gitlab: Any, gitlab_as: Callable[..., Any]) -> None:
    """They are made once, changed, blocked, which stops their tokens, and deleted."""
    new = {"email": "n@example.com", "name": "New", "username": "new", "force_random_password": True}
    assert alice("POST", "/users", json=new).status_code == 403
    assert "password" in root("POST", "/users", json=new | {"force_random_password": False}).json()["error"]
    made = root("POST", "/users", json=new).json()
    assert root("POST", "/users", json=new).json()["message"] == "Email has already been taken"
    again = root("POST", "/users", json=new | {"email": "m@example.com"})
    assert (again.status_code, again.json()["message"]) == (409, "Username has already been taken")
    one, them = f"/users/{made['id']}", gitlab_as("new")
    assert root("PUT", one, json={"bio": "b"}).json()["bio"] == "b"
    assert [root("POST", f"{one}/block").json() for _ in range(2)] == [True, None]
    assert [user["id"] for user in root("GET", "/users?blocked=true").json()] == [made["id"]]
    assert them("GET", "/user").json()["message"] == "403 Forbidden - Your account has been blocked."
    assert [root("POST", f"{one}/unblock").json() for _ in range(2)] == [True, False]
    assert [root("POST", f"{one}/{verb}").status_code for verb in ("ban", "ban", "unban", "unban")] == [
        201, 403, 201, 403,
    ]  # fmt: skip
    assert root("DELETE", one).status_code == 204
    assert (root("GET", one).status_code, them("GET", "/user").status_code) == (404, 401)


def test_pictures_are_uploaded_and_read_back(root: Send, sandbox: Sandbox) -> None:
    """A user is made with a picture, which is at the address that is told; a text is none."""
    new = {"email": "n@example.com", "name": "New", "username": "new", "reset_password": "true"}
    made = root("POST", "/users", data=new, files={"avatar": ("me.png", b"PNG\xff")}).json()
    assert root("GET", made["avatar_url"]).content == b"PNG\xff"
    assert root("PUT", "/user/avatar", files={"avatar": ("me.txt", b"x")}).status_code == 400
    told = root("PUT", "/user/avatar", files={"avatar": ("me.gif", b"GIF")}).json()
    assert root("GET", told["avatar_url"]).content == b"GIF"


def test_what_only_administrators_note(root: Send, alice: Send, gitlab: Any) -> None:
    """Attributes, identities, topics and the owners of keys are theirs to see and to set."""
    number, home = gitlab.world.user("bob").id, gitlab.repository("acme/widgets").id
    for place in (f"/users/{number}", f"/projects/{home}"):
        assert alice("GET", f"{place}/custom_attributes").status_code == 403
        root("PUT", f"{place}/custom_attributes/team", json={"value": "qa"})
        assert root("GET", f"{place}/custom_attributes").json() == [{"key": "team", "value": "qa"}]
        assert root("DELETE", f"{place}/custom_attributes/team").status_code == 204
        assert root("GET", f"{place}/custom_attributes/team").status_code == 404
    told = root("PUT", f"/users/{number}", json={"provider": "ldap", "extern_uid": "7"}).json()
    assert told["identities"][0]["provider"] == "ldap"
    assert root("DELETE", f"/users/{number}/identities/ldap").status_code == 204
    key = alice("POST", "/user/keys", json={"title": "k", "key": "ssh-ed25519 AAAA"}).json()
    assert alice("POST", "/user/keys", json={"title": "k", "key": "ssh-ed25519 AAAA"}).status_code == 400
    assert root("GET", f"/keys/{key['id']}").json()["user"]["username"] == "alice"
    topics = [root("POST", "/topics", json={"name": name, "title": name}).json()["id"] for name in "ab"]
    merged = root("POST", "/topics/merge", json={"source_topic_id": topics[0], "target_topic_id": topics[1]}).json()
    assert (merged["id"], [one["id"] for one in root("GET", "/topics").json()]) == (topics[1], [topics[1]])


def test_a_status_of_the_day_is_kept(alice: Send) -> None:
    """A PUT replaces it, a PATCH changes a part of it."""
    alice("PUT", "/user/status", json={"emoji": "coffee", "message": "out"})
    told = alice("PATCH", "/user/status", json={"availability": "busy"}).json()
    assert (told["emoji"], told["message"], told["availability"]) == ("coffee", "out", "busy")
    assert json.loads(alice("GET", "/users/alice/status").text)["message"] == "out"


# ---- what happened, snippets, filters


def test_events_tell_what_people_did(alice: Send, bob: Send, gitlab: Any) -> None:
    """Issues, notes and pushes are told, the newest first, by action and by kind."""
    bob("POST", f"{P}/issues/1/notes", json={"body": "Hello"})
    alice("PUT", f"{P}/issues/1", json={"state_event": "close"})
    gitlab.add_commit("acme/widgets", "Add n", {"n": "1"}, branch="feature", author="bob")
    told = [(one["action_name"], one["target_type"], one["author_username"]) for one in alice("GET", "/events").json()]
    assert told[0] == ("closed", "Issue", "alice")
    pushed = alice("GET", f"{P}/events?action=pushed").json()[0]["push_data"]
    assert (pushed["ref"], pushed["commit_title"], pushed["commit_count"]) == ("feature", "Add n", 1)
    (noted,) = alice("GET", f"/users/{gitlab.world.user('bob').id}/events?target_type=note").json()
    assert (noted["action_name"], noted["note"]["body"]) == ("commented on", "Hello")


def test_snippets_are_read_by_whom_they_are_for(alice: Send, bob: Send) -> None:
    """A private snippet is its author's; its text is read back whole."""
    body = {"title": "s", "files": [{"file_path": "a.py", "content": "x"}], "visibility": "private"}
    made = alice("POST", "/snippets", json=body).json()
    assert alice("GET", f"/snippets/{made['id']}/raw").text == "x"
    assert bob("GET", f"/snippets/{made['id']}").status_code == 404
    alice("PUT", f"/snippets/{made['id']}", json={"file_name": "b.py", "visibility": "public"})
    told = bob("GET", f"/snippets/{made['id']}").json()
    assert (told["file_name"], told["visibility"]) == ("b.py", "public")
    assert bob("PUT", f"/snippets/{made['id']}", json={"title": "t"}).status_code == 403
    home = alice("POST", f"{P}/snippets", json=body).json()
    assert alice("GET", f"{P}/snippets/{home['id']}/raw").text == "x"


def test_lists_obey_what_they_are_asked_for(alice: Send, gitlab: Any) -> None:
    """Due days, weights, approvals, who merged, names by a pattern, stars and ids leave what fits."""
    day = gitlab.world.now().date().isoformat()
    alice("PUT", f"{P}/issues/1", json={"due_date": day, "weight": 3})
    gitlab.add_issue("acme/widgets", "Other")
    for query in ("due_date=today", "due_date=week", "due_date=month", "weight=3", "weight=any"):
        assert [one["iid"] for one in alice("GET", f"{P}/issues?{query}").json()] == [1], query
    assert alice("GET", f"{P}/issues?due_date=overdue").json() == []
    alice("POST", f"{P}/merge_requests/1/approve")
    alice("PUT", f"{P}/merge_requests/1/merge")
    found = {"approved_by_usernames[]=alice": 1, "approved_by_usernames[]=bob": 0, "merge_user_username=alice": 1,
             "merge_user_username=bob": 0, "environment=production": 0}  # fmt: skip
    for query, count in found.items():
        assert len(alice("GET", f"{P}/merge_requests?{query}").json()) == count, query
    sha = gitlab.repository("acme/widgets").branches["main"]
    body = {"environment": "production", "sha": sha, "ref": "main", "tag": False, "status": "success"}
    alice("POST", f"{P}/deployments", json=body)
    assert len(alice("GET", f"{P}/merge_requests?environment=production").json()) == 1
    assert [one["name"] for one in alice("GET", f"{P}/repository/branches?regex=^fea").json()] == ["feature"]
    assert alice("GET", "/projects?starred=true").json() == []
    alice("POST", f"{P}/star")
    number = alice("GET", "/projects?starred=true").json()[0]["id"]
    assert alice("GET", f"/projects?id_after={number}").json() == []


def test_archives_come_in_other_forms(alice: Send) -> None:
    """By ``format`` or by the end of the path; a form that is none is not there."""
    archive = f"{P}/repository/archive"
    assert alice("GET", f"{archive}?format=bz2").content.startswith(b"BZh")
    assert alice("GET", f"{archive}.tbz2").content.startswith(b"BZh")
    assert alice("GET", f"{archive}.zip").content.startswith(b"PK")
    assert alice("GET", f"{archive}?format=rar").status_code == 404


def test_a_label_is_promoted_with_all_of_its_name(alice: Send, gitlab: Any) -> None:
    """The group has it then, and an issue of another project carries the group's."""
    gitlab.add_repository("acme/gadgets")
    gitlab.add_issue("acme/gadgets", "Broken", labels=["bug"])
    alice("PUT", f"{P}/labels/bug/promote")
    assert [one["name"] for one in alice("GET", "/groups/acme/labels").json()] == ["bug"]
    assert alice("GET", "/projects/acme%2Fgadgets/issues/1").json()["labels"] == ["bug"]
    assert gitlab.repository("acme/gadgets").labels == {}


def test_whether_a_namespace_is_taken(alice: Send) -> None:
    """One that is comes with another that is free."""
    assert alice("GET", "/namespaces/acme/exists").json() == {"exists": True, "suggests": ["acme1"]}
    assert alice("GET", "/namespaces/nobody/exists").json() == {"exists": False, "suggests": []}
