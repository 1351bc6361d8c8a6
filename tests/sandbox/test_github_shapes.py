"""Every GitHub route once, so that each answer is held against GitHub's description, and each payload its own.

What listens to the wire (`support.watching`) fails the test whose answer is not as described.
"""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from igitt.testing import Sandbox

R = "/repos/acme/widgets"
TEXT = base64.b64encode(b"hi").decode()
RULE = dict.fromkeys(("required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"))

P = f"{R}/branches/feature/protection"
READS = f"""
{""} /versions /meta /rate_limit /user /users/bob /users/acme /users/alice/repos /users/bob/orgs /user/repos /user/orgs
{R}/actions/runs {R}/actions/runs/[run] {R}/actions/runs/[run]/jobs
{R}/check-runs/[check] {R}/check-runs/[check]/annotations /notifications?all=true /notifications/threads/[thread]
/user/installations /user/installations/[installation]/repositories /user/memberships/orgs /user/teams
/orgs/acme /orgs/acme/members?role=admin /orgs/acme/members/bob /orgs/acme/repos /orgs/acme/teams /orgs/acme/teams/core
/orgs/acme/teams/core/members /orgs/acme/teams/core/memberships/bob /orgs/acme/teams/core/repos
/orgs/acme/issues?filter=all /orgs/acme/hooks /orgs/acme/hooks/[org_hook] /orgs/acme/memberships/bob
/orgs/acme/installations /issues?filter=all /organizations /repositories /apps/triage /repositories/[repository]
{R} {R}/topics {R}/languages {R}/contributors {R}/forks {R}/collaborators {R}/collaborators/bob
{R}/collaborators/bob/permission {R}/assignees {R}/assignees/bob {R}/labels {R}/labels/bug {R}/milestones
{R}/milestones/1 {R}/milestones/1/labels {R}/teams {R}/issues?state=all {R}/issues/1 {R}/issues/2 {R}/issues/1/labels
{R}/issues/1/comments {R}/issues/comments {R}/issues/comments/[comment] {R}/issues/1/events {R}/issues/1/timeline
{R}/issues/2/timeline {R}/issues/events {R}/issues/1/reactions {R}/issues/comments/[comment]/reactions {R}/pulls
{R}/pulls/2 {R}/pulls/2/files {R}/pulls/2/commits {R}/pulls/2/requested_reviewers {R}/pulls/2/comments
{R}/pulls/comments {R}/pulls/comments/[review_comment] {R}/pulls/2/reviews {R}/pulls/2/reviews/[review]
{R}/pulls/2/reviews/[review]/comments {R}/commits {R}/commits/main {R}/commits/[sha]/status {R}/commits/main/statuses
{R}/commits/main/comments {R}/comments {R}/comments/[commit_comment] {R}/commits/main/check-runs
{R}/commits/main/check-suites {R}/commits/[sha]/pulls {R}/commits/[sha]/branches-where-head {R}/branches
{R}/branches/feature {R}/compare/main...feature {R}/hooks {R}/hooks/[hook] {R}/hooks/[hook]/config {R}/contents/a.py
{R}/contents/d {R}/contents {R}/hooks/[hook]/deliveries {R}/hooks/[hook]/deliveries/[hook_delivery]
/search/issues?q=one /search/repositories?q=widgets /search/users?q=bob
/orgs/acme/hooks/[org_hook]/config /orgs/acme/hooks/[org_hook]/deliveries
/orgs/acme/hooks/[org_hook]/deliveries/[org_delivery] {R}/statuses/[sha] /orgs/acme/outside_collaborators
/orgs/acme/public_members {R}/comments/[commit_comment]/reactions {R}/pulls/comments/[review_comment]/reactions
{R}/releases {R}/releases/latest {R}/releases/tags/v1 {R}/releases/[release] {R}/releases/[release]/assets
{R}/git/trees/main {R}/git/trees/[sha]?recursive=1 {R}/git/blobs/[blob]
{R}/issues/1/assignees/bob /user/issues /zen {R}/git/ref/heads/main {R}/issues/events/[event] /user/[carol]
{R}/tags {R}/keys {R}/keys/[deploy_key] {R}/git/ref/tags/v1
{R}/git/matching-refs/heads {R}/git/tags/[tag] {R}/rules/branches/main {P} {P}/enforce_admins
{P}/required_status_checks {P}/required_status_checks/contexts {P}/required_pull_request_reviews {P}/restrictions
/user/keys /user/followers /user/following /users/bob/following /gists
/user/subscriptions /users/bob/subscriptions /users/bob/followers /users/bob/gists /users/bob/keys
{R}/security-advisories {R}/readme {R}/readme/d {R}/releases/assets/[asset]
"""

APP_READS = f"""/app /app/installations /app/installations/[installation] /orgs/acme/installation {R}/installation
/app/hook/config /app/hook/deliveries /app/hook/deliveries/[delivery] /app/installation-requests
/users/bob/installation"""

WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/user", {"bio": "x"}),
    ("PATCH", "/notifications/threads/[thread]", None),
    ("PUT", "/notifications/threads/[thread]/subscription", {"ignored": True}),
    ("DELETE", "/notifications/threads/[thread]", None),
    ("POST", "/user/repos", {"name": "new", "auto_init": True}),
    ("POST", "/orgs/acme/repos", {"name": "new"}),
    ("PATCH", "/orgs/acme", {"description": "x"}),
    ("PUT", "/orgs/acme/memberships/carol", {"role": "admin"}),
    ("DELETE", "/orgs/acme/memberships/bob", None),
    ("DELETE", "/orgs/acme/members/bob", None),
    ("POST", "/orgs/acme/teams", {"name": "Two"}),
    ("PATCH", "/orgs/acme/teams/core", {"description": "x"}),
    ("DELETE", "/orgs/acme/teams/core", None),
    ("PUT", "/orgs/acme/teams/core/memberships/carol", {"role": "member"}),
    ("DELETE", "/orgs/acme/teams/core/memberships/bob", None),
    ("PUT", "/orgs/acme/teams/core/repos/acme/widgets", {"permission": "push"}),
    ("DELETE", "/orgs/acme/teams/core/repos/acme/widgets", None),
    ("POST", "/orgs/acme/hooks", {"name": "web", "config": {"url": "https://h.example/new"}}),
    ("PATCH", R, {"description": "d", "private": True}),
    ("DELETE", R, None),
    ("PUT", f"{R}/topics", {"names": ["a"]}),
    ("POST", f"{R}/forks", {}),
    ("PUT", f"{R}/collaborators/carol", {"permission": "push"}),
    ("DELETE", f"{R}/collaborators/carol", None),
    ("POST", f"{R}/labels", {"name": "new", "color": "ff0000"}),
    ("PATCH", f"{R}/labels/bug", {"new_name": "worse"}),
    ("DELETE", f"{R}/labels/bug", None),
    ("POST", f"{R}/milestones", {"title": "v2", "due_on": "2027-01-01T00:00:00Z"}),
    ("PATCH", f"{R}/milestones/1", {"state": "closed"}),
    ("DELETE", f"{R}/milestones/1", None),
    ("POST", f"{R}/issues", {"title": "new", "labels": ["bug"], "assignees": ["bob"], "milestone": 1}),
    ("PATCH", f"{R}/issues/1", {"state": "closed", "state_reason": "not_planned", "title": "t"}),
    ("PUT", f"{R}/issues/1/lock", {"lock_reason": "spam"}),
    ("DELETE", f"{R}/issues/1/lock", None),
    ("POST", f"{R}/issues/1/labels", {"labels": ["y"]}),
    ("PUT", f"{R}/issues/1/labels", {"labels": ["z"]}),
    ("DELETE", f"{R}/issues/1/labels/bug", None),
    ("DELETE", f"{R}/issues/1/labels", None),
    ("POST", f"{R}/issues/1/assignees", {"assignees": ["carol"]}),
    ("DELETE", f"{R}/issues/1/assignees", {"assignees": ["bob"]}),
    ("POST", f"{R}/issues/1/comments", {"body": "hi"}),
    ("PATCH", f"{R}/issues/comments/[comment]", {"body": "ho"}),
    ("DELETE", f"{R}/issues/comments/[comment]", None),
    ("POST", f"{R}/issues/1/reactions", {"content": "heart"}),
    ("POST", f"{R}/issues/comments/[comment]/reactions", {"content": "heart"}),
    ("DELETE", f"{R}/issues/comments/[comment]/reactions/[reaction]", None),
    ("POST", f"{R}/pulls", {"title": "second", "head": "two", "base": "main", "draft": True}),
    ("PATCH", f"{R}/pulls/2", {"title": "t", "state": "closed"}),
    ("PUT", f"{R}/pulls/2/merge", {}),
    ("PUT", f"{R}/pulls/2/update-branch", {}),
    ("POST", f"{R}/pulls/2/requested_reviewers", {"reviewers": ["carol"], "team_reviewers": ["core"]}),
    ("DELETE", f"{R}/pulls/2/requested_reviewers", {"reviewers": ["carol"]}),
    ("POST", f"{R}/pulls/2/reviews", {"event": "APPROVE", "body": "ok"}),
    ("PUT", f"{R}/pulls/2/reviews/[review]", {"body": "k"}),
    ("POST", f"{R}/pulls/2/reviews/[review]/events", {"event": "COMMENT", "body": "k"}),
    ("DELETE", f"{R}/pulls/2/reviews/[review]", None),
    ("PUT", f"{R}/pulls/2/reviews/[review]/dismissals", {"message": "k"}),
    ("POST", f"{R}/pulls/2/comments", {"path": "feature.txt", "line": 1, "body": "nit", "commit_id": "x"}),
    ("POST", f"{R}/pulls/2/comments/[review_comment]/replies", {"body": "r"}),
    ("PATCH", f"{R}/pulls/comments/[review_comment]", {"body": "z"}),
    ("DELETE", f"{R}/pulls/comments/[review_comment]", None),
    ("POST", f"{R}/pulls/comments/[review_comment]/reactions", {"content": "eyes"}),
    ("POST", f"{R}/statuses/[sha]", {"state": "success", "context": "ci"}),
    ("POST", f"{R}/commits/[sha]/comments", {"body": "c"}),
    ("PATCH", f"{R}/comments/[commit_comment]", {"body": "d"}),
    ("DELETE", f"{R}/comments/[commit_comment]", None),
    ("POST", f"{R}/comments/[commit_comment]/reactions", {"content": "eyes"}),
    ("POST", f"{R}/hooks", {"name": "web", "config": {"url": "https://h.example/new", "secret": "s"}}),
    ("PATCH", f"{R}/hooks/[hook]", {"active": False}),
    ("PATCH", f"{R}/hooks/[hook]/config", {"content_type": "form"}),
    ("POST", f"{R}/hooks/[hook]/pings", None),
    ("POST", f"{R}/hooks/[hook]/deliveries/[hook_delivery]/attempts", None),
    ("DELETE", f"{R}/hooks/[hook]", None),
    ("POST", f"{R}/git/refs", {"ref": "refs/heads/nb", "sha": "[sha]"}),
    ("POST", f"{R}/releases", {"tag_name": "v9", "name": "Nine"}),
    ("PATCH", f"{R}/releases/[release]", {"body": "b"}),
    ("PATCH", f"{R}/releases/[release]", {"tag_name": "v1.1"}),
    ("POST", f"{R}/releases/generate-notes", {"tag_name": "v9"}),
    ("PATCH", f"{R}/releases/assets/[asset]", {"label": "l"}),
    ("DELETE", f"{R}/releases/assets/[asset]", None),
    ("DELETE", f"{R}/releases/[release]", None),
    ("POST", f"{R}/git/blobs", {"content": TEXT, "encoding": "base64"}),
    ("POST", f"{R}/git/trees", {"base_tree": "[sha]", "tree": [{"path": "t", "mode": "100644", "content": "t"}]}),
    ("POST", f"{R}/git/commits", {"message": "m", "tree": "[sha]", "parents": ["[sha]"]}),
    ("PUT", f"{R}/contents/n.txt", {"message": "m", "content": TEXT}),
    ("DELETE", f"{R}/contents/a.py", {"message": "m", "sha": "[blob]"}),
    ("PUT", f"{R}/branches/two/protection", RULE),
    ("POST", f"{R}/keys", {"title": "ci", "key": "ssh-ed25519 AAAA"}),
    ("DELETE", f"{R}/keys/[deploy_key]", None),
    ("POST", f"{R}/transfer", {"new_owner": "alice"}),
    ("POST", f"{R}/git/refs", {"ref": "refs/tags/v2", "sha": "[sha]"}),
    ("POST", f"{R}/git/tags", {"tag": "v2", "message": "two", "object": "[sha]", "type": "commit"}),
    ("DELETE", f"{R}/git/refs/tags/v1", None),
    ("POST", f"{P}/enforce_admins", None),
    ("DELETE", f"{P}/enforce_admins", None),
    ("PATCH", f"{P}/required_status_checks", {"strict": True, "contexts": ["ci"]}),
    ("POST", f"{P}/required_status_checks/contexts", {"contexts": ["lint"]}),
    ("PUT", f"{P}/required_status_checks/contexts", {"contexts": ["lint"]}),
    ("DELETE", f"{P}/required_status_checks/contexts", {"contexts": ["lint"]}),
    ("PATCH", f"{P}/required_pull_request_reviews", {"required_approving_review_count": 2}),
    ("DELETE", f"{P}/required_status_checks", None),
    ("DELETE", f"{P}/required_pull_request_reviews", None),
    ("DELETE", f"{P}/restrictions", None),
    ("DELETE", P, None),
    ("PATCH", f"{R}/git/refs/heads/two", {"sha": "[sha]", "force": True}),
    ("DELETE", f"{R}/git/refs/heads/two", None),
    ("DELETE", f"{R}/issues/1/reactions/[issue_reaction]", None),
    ("DELETE", f"{R}/pulls/comments/[review_comment]/reactions/[review_reaction]", None),
    ("DELETE", f"{R}/comments/[commit_comment]/reactions/[commit_reaction]", None),
    ("PATCH", "/orgs/acme/hooks/[org_hook]", {"events": ["push"]}),
    ("PATCH", "/orgs/acme/hooks/[org_hook]/config", {"secret": "new"}),
    ("POST", "/orgs/acme/hooks/[org_hook]/pings", None),
    ("POST", "/orgs/acme/hooks/[org_hook]/deliveries/[org_delivery]/attempts", None),
    ("DELETE", "/orgs/acme/hooks/[org_hook]", None),
]

APP_WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/app/installations/[installation]/access_tokens", {"repositories": ["widgets"]}),
    ("PUT", "/app/installations/[installation]/suspended", None),
    ("DELETE", "/app/installations/[installation]/suspended", None),
    ("DELETE", "/app/installations/[installation]", None),
    ("PATCH", "/app/hook/config", {"url": "https://h.example/app"}),
    ("POST", "/app/hook/deliveries/[delivery]/attempts", None),
]


@pytest.fixture
def stage(sandbox: Sandbox) -> dict[str, Any]:
    """Return the ids of a small GitHub in which everything exists once."""
    forge = sandbox.github
    forge.add_organization("acme", members={"alice": "owner", "bob": "member"})
    forge.add_user("carol", "Carol", "carol@example.com")
    forge.add_team("acme", "core", members=["bob"])
    files = {"a.py": "x = 1\n", "d/b.txt": "hi\n", "d/README": "d", "README.md": "r"}
    repository = forge.add_repository(
        "acme/widgets", members={"bob": "write", "carol": "triage"}, labels=["bug"], files=files, topics=["x"]
    )
    forge.protect_branch("acme/widgets", "feature", checks=["ci"], approvals=1, pushers=["bob"])
    forge.add_repository("alice/own", private=True)
    app = forge.add_app("triage", permissions={"issues": "write"}, events=["issues"], webhook_secret="s")
    installation = forge.install(app, "acme")
    forge.install(app, "bob")
    forge.add_issue("acme/widgets", "one", labels=["bug"], assignees=["bob"], author="bob")
    forge.add_merge_request("acme/widgets", "pull", head="feature", author="bob")
    forge.add_commit("acme/widgets", "second", {"two.txt": "2"}, branch="two")
    ids = {"repository": repository.id, "sha": repository.branches["main"], "installation": installation.id}
    ran = forge.add_pipeline("acme/widgets", "main", {"build": "running", "test": "failed"})
    ids |= {"run": ran.id, "home": repository}
    ids |= {"hook": forge.add_hook("acme/widgets", "https://h.example/x", "s", ["issues"]).id, "app": app}
    ids |= {"org_hook": forge.add_hook("acme", "https://h.example/y", None, ["issues"]).id}
    return ids | {"delivery": forge.deliveries[0].id}


@pytest.fixture
def fill(stage: dict[str, Any], github_as: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return a function that puts ids in place of `[names]`, after making what only the API can make."""
    send = github_as("alice")

    def made(path: str, /, **body: Any) -> Any:
        return send("POST", R + path, json=body).json()["id"]

    made("/milestones", title="v1")
    stage["issue_reaction"] = made("/issues/1/reactions", content="+1")
    github_as("bob")("POST", f"{R}/issues/1/assignees", json={"assignees": ["alice"]})
    stage["thread"] = send("GET", "/notifications").json()[0]["id"]
    home = stage["home"]
    remark = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}
    stage["check"] = 1
    home.extra["check_runs"] = [{
        "id": 1, "sha": stage["sha"], "name": "lint", "app": stage["app"], "status": "completed", "text": None,
        "conclusion": "success", "started": home.created, "completed": home.created, "title": "t", "summary": "s",
        "details_url": None, "annotations": [remark],
    }]  # fmt: skip
    stage["deploy_key"] = made("/keys", title="cd", key="ssh-ed25519 BBBB")
    stage["event"] = send("GET", f"{R}/issues/1/events").json()[0]["id"]
    body = {"tag": "v1", "message": "one", "object": stage["sha"], "type": "commit"}
    stage["tag"] = send("POST", f"{R}/git/tags", json=body).json()["sha"]
    send("POST", f"{R}/git/refs", json={"ref": "refs/tags/v1", "sha": stage["tag"]})
    stage["release"] = made("/releases", tag_name="v1", name="One")
    uploads = f"https://github.sandbox/api/uploads{R}/releases/{stage['release']}/assets?name=a.txt"
    stage["asset"] = send("POST", uploads, data=b"a").json()["id"]
    stage["blob"] = send("GET", f"{R}/contents/a.py").json()["sha"]
    stage["carol"] = send("GET", "/users/carol").json()["id"]
    stage["comment"] = made("/issues/1/comments", body="hello")
    stage["reaction"] = made(f"/issues/comments/{stage['comment']}/reactions", content="eyes")
    line = {"path": "feature.txt", "line": 1, "body": "nit"}
    stage["review_comment"] = made("/pulls/2/comments", commit_id=stage["sha"], **line)
    stage["review"] = made("/pulls/2/reviews", body="pending", comments=[line])
    stage["commit_comment"] = made(f"/commits/{stage['sha']}/comments", body="c")
    made(f"/statuses/{stage['sha']}", state="pending", context="ci")
    stage["review_reaction"] = made(f"/pulls/comments/{stage['review_comment']}/reactions", content="eyes")
    stage["commit_reaction"] = made(f"/comments/{stage['commit_comment']}/reactions", content="eyes")
    send("POST", f"{R}/hooks/{stage['hook']}/pings")
    send("POST", f"/orgs/acme/hooks/{stage['org_hook']}/pings")
    stage["org_delivery"] = send("GET", f"/orgs/acme/hooks/{stage['org_hook']}/deliveries").json()[0]["id"]
    stage["hook_delivery"] = send("GET", f"{R}/hooks/{stage['hook']}/deliveries").json()[0]["id"]

    def put(value: Any) -> Any:
        return json.loads(re.sub(r"\[(\w+)\]", lambda found: str(stage[found[1]]), json.dumps(value)))

    return put


@pytest.mark.parametrize("path", ["", *READS.split()])
def test_read(path: str, fill: Callable[[Any], Any], github_as: Callable[..., Any]) -> None:
    """A GET answers 2xx in the described shape."""
    answer = github_as("alice")("GET", fill(path))
    assert answer.ok, answer.text


@pytest.mark.parametrize("path", APP_READS.split())
def test_app_read(
    path: str, fill: Callable[[Any], Any], stage: Any, github_as: Callable[..., Any], app_jwt: Any
) -> None:
    """A GET with the App's JWT answers 2xx in the described shape."""
    answer = github_as(app_jwt(stage["app"]))("GET", fill(path))
    assert answer.ok, answer.text


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda value: value if isinstance(value, str) else "")
def test_write(
    method: str,
    path: str,
    body: Any,
    fill: Callable[[Any], Any],
    sandbox: Sandbox,
    github_as: Callable[..., Any],
) -> None:
    """A write answers 2xx in the described shape."""
    if path.endswith("/update-branch"):  # which needs something new on the base branch
        sandbox.github.add_commit("acme/widgets", "Meanwhile", {"meanwhile.txt": "x"})
    answer = github_as("alice")(method, fill(path), json=None if body is None else fill(body))
    assert answer.ok, answer.text


@pytest.mark.parametrize(
    ("method", "path", "body"), APP_WRITES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_app_write(
    method: str,
    path: str,
    body: Any,
    fill: Callable[[Any], Any],
    stage: Any,
    github_as: Callable[..., Any],
    app_jwt: Any,
) -> None:
    """A write with the App's JWT answers 2xx in the described shape."""
    answer = github_as(app_jwt(stage["app"]))(method, fill(path), json=body)
    assert answer.ok, answer.text


def test_what_an_application_may_do_to_a_token(sandbox: Sandbox, stage: Any, github_as: Callable[..., Any]) -> None:
    """A check of a user's token has the described shape; so has what comes of a token that is not known any more."""
    forge, app = sandbox.github, stage["app"]
    application = forge.applications[app.client_id]
    token = forge.give_token(application, forge.add_user("alice"), []).value
    send, path = github_as(), f"/applications/{app.client_id}/token"
    options = {"auth": (app.client_id, app.client_secret), "json": {"access_token": token}}
    for method, wanted in (("POST", 200), ("DELETE", 204), ("DELETE", 422), ("POST", 404)):
        answer = send(method, path, **options)
        assert answer.status_code == wanted
    options["json"] = {"access_token": forge.give_token(application, forge.add_user("alice"), []).value}
    answer = send("DELETE", f"/applications/{app.client_id}/grant", **options)
    assert answer.status_code == 204
    answer = send("POST", path, **options | {"auth": (app.client_id, "wrong")})
    assert answer.status_code == 401


def test_the_app_of_a_manifest(sandbox: Sandbox, github_as: Callable[..., Any]) -> None:
    """What a manifest's code is traded for has the described shape; a manifest without its parts makes none."""
    manifest = {"name": "New", "url": "https://x.example.com", "redirect_url": "https://x.example.com/made"}
    page, send = f"{sandbox.github.url}/settings/apps/new?state=s", github_as()
    callback = sandbox.github.answer_manifest(page, json.dumps(manifest))
    answer = send("POST", f"/app-manifests/{callback.partition('code=')[2].partition('&')[0]}/conversions")
    assert (answer.status_code, answer.json()["webhook_secret"]) == (201, None)
    for text in ("{}", "[]", "no JSON"):
        with pytest.raises(ValueError, match="Invalid GitHub App configuration"):
            sandbox.github.answer_manifest(page, text)


def test_installation_repositories(stage: Any, github_as: Callable[..., Any], app_jwt: Any) -> None:
    """The envelope of an installation's repositories has the described shape, and its token can be revoked."""
    path = f"/app/installations/{stage['installation']}/access_tokens"
    send = github_as(github_as(app_jwt(stage["app"]))("POST", path).json()["token"])
    answer = send("GET", "/installation/repositories")
    assert [one["full_name"] for one in answer.json()["repositories"]] == ["acme/widgets"]
    assert send("DELETE", "/installation/token").status_code == 204
    assert send("GET", "/installation/repositories").status_code == 401


def test_whether_it_is_merged(fill: Callable[[Any], Any], github_as: Callable[..., Any]) -> None:
    """A merged pull request is told from another one by the status alone."""
    send = github_as("alice")
    assert send("GET", f"{R}/pulls/2/merge").status_code == 404
    send("PUT", f"{R}/pulls/2/merge", json={})
    assert send("GET", f"{R}/pulls/2/merge").status_code == 204


# Other tests answer these, and the contract suite: what logs in, archives, what an App alone may do, actions, aliases.
ELSEWHERE = re.compile(
    r"^/(login|settings|applications|app-manifests|organizations|_codeload|_storage|_results|\{owner\})/|graphql|/(tar|zip)ball(/|$)|/uploads|/merge$"
    r"|/(sub_issues?|dependencies|parent|issue-types|starred|stargazers|subscription|subscribers|emails|code)(/|$)"
    r"|/actions/|/environments|/deployments|/dispatches$|/check-runs|^(/user)?/installation|/git/refs$"
)


def test_every_route_is_reached(sandbox: Sandbox) -> None:
    """The lists above, and what is told to be elsewhere, leave out no route."""
    router = sandbox.github.router
    lists = [("GET", one) for one in ["", *READS.split(), *APP_READS.split()]]
    lists += [(method, path) for method, path, _ in [*WRITES, *APP_WRITES]]
    reached = set()
    for method, path in lists:
        route, _, _ = router.match(method, f"/api/v3{path.partition('?')[0]}")
        assert route is not None, path
        reached.add((method, route.template))
    left = set(router.templates) - reached
    assert {(method, path) for method, path in left if not ELSEWHERE.search(path)} == set()


def test_payloads(
    shared_data: Path, sandbox: Sandbox, fill: Callable[[Any], Any], stage: Any, github_as: Callable[..., Any]
) -> None:
    """Each delivery's payload has the shape that GitHub describes for its event and action."""
    spec = json.loads((shared_data / "spec" / "github-webhooks.json").read_text())
    stage["app"].events[:] = ["*"]
    sandbox.github.add_hook("acme/widgets", "https://h.example/all", "s", ["*"])
    send = github_as("alice")
    for method, path, body in WRITES:
        if (method, path) not in {("DELETE", R), ("PATCH", R)}:
            send(method, fill(path), json=None if body is None else fill(body))
    names = spec["webhooks"]
    seen = set()
    for one in sandbox.github.deliveries:
        key = "-".join(filter(None, [one.event, one.action])).replace("_", "-")
        seen.add(key)
        if key not in names:
            assert key.startswith("repository-"), f"GitHub has no event {key}"
            continue
        schema = names[key]["post"]["requestBody"]["content"]["application/json"]["schema"]
        validator = jsonschema.Draft202012Validator({**schema, "components": spec["components"]})
        assert [error.message for error in validator.iter_errors(one.payload)] == [], key
    assert {"issues-labeled", "pull-request-review-requested", "issue-comment-created", "push", "status"} <= seen
