"""Every GitLab route once, so that each answer is held against GitLab's description, and each payload its own.

What listens to the wire (`support.watching`) fails the test whose answer is not as described.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from igitt.testing import Sandbox

P = "/projects/acme%2Fwidgets"
I = f"{P}/issues/1"  # noqa: E741  beside P and M
M = f"{P}/merge_requests/1"
C = f"{P}/repository/commits/[sha]"
G = "/groups/acme"

READS = f"""
/version /metadata /namespaces /namespaces/acme /user /user/status /users /users?username=BOB /users/[bob]
/users/[bob]/status /users/[bob]/projects /users/alice/projects /personal_access_tokens/self /todos /projects
/projects?membership=true {P} {P}?statistics=true {P}/forks {P}/languages {P}/users {P}/starrers
{P}/members {P}/members/all {P}/members/[bob] {P}/members/all/[alice] {P}/labels?with_counts=true {P}/labels/bug
{P}/labels/[label] {P}/milestones {P}/milestones/[milestone] {P}/milestones/[milestone]/issues
{P}/milestones/[milestone]/merge_requests /issues?scope=all {P}/issues {I} {I}/notes {I}/notes/[note] {I}/discussions
{I}/discussions/[thread] {I}/discussions/[thread]/notes/[note] {I}/award_emoji {I}/award_emoji/[award]
{I}/notes/[note]/award_emoji {I}/notes/[note]/award_emoji/[note_award] {I}/time_stats {I}/closed_by
{I}/related_merge_requests {I}/participants {I}/links {I}/resource_label_events {I}/resource_label_events/[label_event]
{I}/resource_state_events {I}/resource_state_events/[state_event] {I}/resource_milestone_events
{I}/resource_milestone_events/[milestone_event] /merge_requests?scope=all {P}/merge_requests {M} {M}/commits {M}/diffs
{M}/draft_notes {M}/draft_notes/[draft]
{M}/changes {M}/raw_diffs {M}/versions {M}/reviewers {M}/pipelines {M}/participants {M}/closes_issues {M}/related_issues
{M}/approvals {M}/approval_state {M}/merge_ref {M}/notes {M}/notes/[mr_note] {M}/discussions {M}/award_emoji
{M}/award_emoji/[mr_award] {M}/notes/[mr_note]/award_emoji {M}/notes/[mr_note]/award_emoji/[mr_note_award]
{M}/discussions/[mr_thread] {M}/discussions/[mr_thread]/notes/[mr_note] {M}/time_stats {M}/resource_label_events
{M}/resource_label_events/[mr_label_event] {M}/resource_state_events {M}/resource_state_events/[mr_state_event]
{M}/resource_milestone_events {M}/resource_milestone_events/[mr_milestone_event] {P}/repository/commits
{P}/repository/commits?with_stats=true&all=true {C} {C}/diff {C}/refs {C}/merge_requests {C}/comments {C}/statuses
{C}/discussions {C}/discussions/[commit_thread] {C}/discussions/[commit_thread]/notes/[commit_note] {P}/pipelines
{P}/pipelines/[pipeline] {P}/pipelines/[own_pipeline]/jobs {P}/jobs/[job]
{P}/repository/branches {P}/repository/branches/feature {P}/repository/tags
{P}/protected_branches {P}/protected_branches/main {P}/deploy_keys {P}/deploy_keys/[deploy_key]
{P}/releases {P}/releases/v1 {P}/releases/v1/assets/links
{P}/repository/tags/v1 {P}/repository/tree?recursive=true {P}/repository/compare?from=main&to=feature
{P}/repository/contributors {P}/repository/merge_base?refs[]=main&refs[]=feature {P}/repository/files/README.md?ref=main
{P}/repository/files/README.md/raw {P}/hooks {P}/hooks/[hook] {P}/hooks/[hook]/events /groups {G} {G}/projects
{G}/subgroups {G}/descendant_groups {G}/members {G}/billable_members
{G}/members/all {G}/members/[alice] {G}/members/all/[alice] {G}/issues
{G}/merge_requests {G}/labels {G}/labels/group {G}/milestones {G}/milestones/[group_milestone]
{G}/milestones/[group_milestone]/issues {G}/milestones/[group_milestone]/merge_requests {G}/hooks {G}/hooks/[group_hook]
{G}/hooks/[group_hook]/events /search?scope=issues&search=one {G}/search?scope=projects&search=wid
{P}/search?scope=notes&search=hello {P}/search?scope=commits&search=initial {P}/search?scope=blobs&search=readme
{P}/search?scope=milestones&search=v {P}/search?scope=users&search=a {P}/search?scope=merge_requests&search=fix
{G}/-/search?scope=projects&search=wid {P}/-/search?scope=notes&search=hello
"""

WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/projects", {"name": "New Thing", "initialize_with_readme": True}),
    ("PUT", P, {"description": "d", "topics": ["a"], "merge_method": "ff"}),
    ("DELETE", P, None),
    ("POST", f"{P}/deploy_keys", {"title": "ci", "key": "ssh-ed25519 AAAA"}),
    ("DELETE", f"{P}/deploy_keys/[deploy_key]", None),
    ("PUT", f"{P}/transfer", {"namespace": "alice"}),
    ("POST", f"{P}/archive", None),
    ("POST", f"{P}/unarchive", None),
    ("POST", f"{P}/fork", {"namespace_path": "alice"}),
    ("DELETE", "/projects/alice%2Fforked/fork", None),
    ("POST", "/projects/alice%2Fown/fork/[project]", None),
    ("POST", f"{P}/star", None),
    ("POST", f"{P}/members", {"user_id": "[carol]", "access_level": 20}),
    ("PUT", f"{P}/members/[bob]", {"access_level": 40}),
    ("DELETE", f"{P}/members/[bob]", None),
    ("POST", f"{G}/members", {"username": "carol", "access_level": 30}),
    ("PUT", f"{G}/members/[alice]", {"access_level": 50}),
    ("DELETE", f"{G}/members/[alice]", None),
    ("POST", f"{P}/labels", {"name": "new", "color": "#f00", "priority": 1}),
    ("PUT", f"{P}/labels/bug", {"new_name": "worse", "color": "red"}),
    ("DELETE", f"{P}/labels/bug", None),
    ("PUT", f"{P}/labels", {"name": "bug", "description": "x"}),
    ("DELETE", f"{P}/labels?name=bug", None),
    ("POST", f"{P}/labels/bug/subscribe", None),
    ("POST", f"{G}/labels", {"name": "new", "color": "#ff0000"}),
    ("PUT", f"{G}/labels/group", {"color": "blue"}),
    ("PUT", f"{G}/labels", {"name": "group", "color": "blue"}),
    ("DELETE", f"{G}/labels/group", None),
    ("DELETE", f"{G}/labels?name=group", None),
    ("POST", f"{G}/labels/group/subscribe", None),
    ("POST", f"{P}/milestones", {"title": "v2", "due_date": "2027-01-01", "start_date": "2026-01-01"}),
    ("PUT", f"{P}/milestones/[milestone]", {"state_event": "close"}),
    ("DELETE", f"{P}/milestones/[milestone]", None),
    ("POST", f"{G}/milestones", {"title": "v2"}),
    ("PUT", f"{G}/milestones/[group_milestone]", {"title": "v3", "description": "x"}),
    ("DELETE", f"{G}/milestones/[group_milestone]", None),
    ("POST", f"{P}/issues", {"title": "n", "labels": "x,y", "assignee_ids": ["[bob]"], "milestone_id": "[milestone]"}),
    ("PUT", I, {"state_event": "close", "add_labels": "x", "due_date": "2027-01-01", "weight": 3}),
    ("DELETE", I, None),
    ("POST", f"{I}/move", {"to_project_id": "[own]"}),
    ("POST", f"{I}/notes", {"body": "hi"}),
    ("PUT", f"{I}/notes/[note]", {"body": "ho"}),
    ("DELETE", f"{I}/notes/[note]", None),
    ("POST", f"{I}/discussions", {"body": "hi"}),
    ("POST", f"{I}/discussions/[thread]/notes", {"body": "ho"}),
    ("PUT", f"{I}/discussions/[thread]/notes/[note]", {"body": "ho"}),
    ("DELETE", f"{I}/discussions/[thread]/notes/[note]", None),
    ("POST", f"{I}/award_emoji", {"name": "heart"}),
    ("DELETE", f"{I}/award_emoji/[award]", None),
    ("POST", f"{I}/notes/[note]/award_emoji", {"name": "heart"}),
    ("DELETE", f"{I}/notes/[note]/award_emoji/[note_award]", None),
    ("POST", f"{I}/subscribe", None),
    ("POST", f"{M}/subscribe", None),
    ("POST", f"{I}/time_estimate", {"duration": "3h30m"}),
    ("POST", f"{I}/reset_time_estimate", None),
    ("POST", f"{I}/add_spent_time", {"duration": "1d"}),
    ("POST", f"{I}/reset_spent_time", None),
    ("POST", f"{M}/time_estimate", {"duration": "3h30m"}),
    ("POST", f"{M}/reset_time_estimate", None),
    ("POST", f"{M}/add_spent_time", {"duration": "1d"}),
    ("POST", f"{M}/reset_spent_time", None),
    ("POST", f"{I}/todo", None),
    ("POST", f"{M}/todo", None),
    ("POST", "/todos/[todo]/mark_as_done", None),
    ("POST", "/todos/mark_as_done", None),
    ("POST", f"{P}/pipelines/[own_pipeline]/retry", None),
    ("POST", f"{P}/pipelines/[own_pipeline]/cancel", None),
    ("POST", f"{P}/jobs/[job]/retry", None),
    ("POST", f"{P}/jobs/[job]/cancel", None),
    ("POST", f"{P}/merge_requests", {"title": "Draft: second", "source_branch": "two", "target_branch": "main"}),
    ("PUT", M, {"title": "Draft: t", "reviewer_ids": ["[carol]"]}),
    ("PUT", f"{M}/merge", {"squash": True, "should_remove_source_branch": True}),
    ("PUT", f"{M}/rebase", None),
    ("DELETE", M, None),
    ("POST", f"{M}/approve", None),
    ("POST", f"{M}/draft_notes", {"note": "soon"}),
    ("DELETE", f"{M}/draft_notes/[draft]", None),
    ("POST", f"{M}/draft_notes/bulk_publish", {"note": "now", "reviewer_state": "reviewed"}),
    ("POST", f"{M}/notes", {"body": "hi"}),
    ("PUT", f"{M}/notes/[mr_note]", {"body": "ho"}),
    ("DELETE", f"{M}/notes/[mr_note]", None),
    ("POST", f"{M}/discussions", {"body": "hi"}),
    ("PUT", f"{M}/discussions/[mr_thread]", {"resolved": True}),
    ("POST", f"{M}/discussions/[mr_thread]/notes", {"body": "ho"}),
    ("PUT", f"{M}/discussions/[mr_thread]/notes/[mr_note]", {"body": "ho"}),
    ("DELETE", f"{M}/discussions/[mr_thread]/notes/[mr_note]", None),
    ("POST", f"{M}/award_emoji", {"name": "heart"}),
    ("DELETE", f"{M}/award_emoji/[mr_award]", None),
    ("POST", f"{M}/notes/[mr_note]/award_emoji", {"name": "heart"}),
    ("DELETE", f"{M}/notes/[mr_note]/award_emoji/[mr_note_award]", None),
    ("POST", f"{P}/repository/commits", {
        "branch": "main", "commit_message": "m", "actions": [{"action": "create", "file_path": "n", "content": "x"}],
    }),
    ("POST", f"{C}/comments", {"note": "c", "path": "README.md", "line": 1, "line_type": "new"}),
    ("POST", f"{C}/discussions", {"body": "d"}),
    ("POST", f"{C}/discussions/[commit_thread]/notes", {"body": "d"}),
    ("PUT", f"{C}/discussions/[commit_thread]/notes/[commit_note]", {"body": "d"}),
    ("DELETE", f"{C}/discussions/[commit_thread]/notes/[commit_note]", None),
    ("POST", f"{P}/statuses/[sha]", {"state": "running", "name": "lint", "target_url": "https://ci.example/1"}),
    ("POST", f"{P}/repository/branches", {"branch": "nb", "ref": "main"}),
    ("DELETE", f"{P}/repository/branches/two", None),
    ("PUT", f"{P}/repository/branches/two/protect", None),
    ("PUT", f"{P}/transfer", {"namespace": "alice"}),
    ("POST", f"{P}/protected_branches", {"name": "two"}),
    ("DELETE", f"{P}/protected_branches/main", None),
    ("PUT", f"{P}/repository/branches/two/unprotect", None),
    ("POST", f"{P}/repository/tags", {"tag_name": "v2", "ref": "main", "message": "two"}),
    ("POST", f"{P}/releases", {"tag_name": "v9", "ref": "main"}),
    ("PUT", f"{P}/releases/v1", {"name": "Uno"}),
    ("POST", f"{P}/releases/v1/assets/links", {"name": "a", "url": "https://h.example/a"}),
    ("DELETE", f"{P}/releases/v1", None),
    ("DELETE", f"{P}/repository/tags/v1", None),
    ("POST", f"{P}/repository/files/a%2Fb.txt", {"branch": "main", "commit_message": "m", "content": "x"}),
    ("PUT", f"{P}/repository/files/README.md", {"branch": "main", "commit_message": "m", "content": "x"}),
    ("DELETE", f"{P}/repository/files/README.md", {"branch": "main", "commit_message": "m"}),
    ("POST", f"{P}/hooks", {"url": "https://h.example/new", "token": "s", "issues_events": True}),
    ("PUT", f"{P}/hooks/[hook]", {"url": "https://h.example/z", "note_events": True}),
    ("POST", f"{P}/hooks/[hook]/test/push_events", None),
    ("POST", f"{P}/hooks/[hook]/events/[delivery]/resend", None),
    ("DELETE", f"{P}/hooks/[hook]", None),
    ("POST", f"{G}/hooks", {"url": "https://h.example/new", "subgroup_events": True}),
    ("PUT", f"{G}/hooks/[group_hook]", {"url": "https://h.example/z"}),
    ("POST", f"{G}/hooks/[group_hook]/test/issues_events", None),
    ("POST", f"{G}/hooks/[group_hook]/events/[group_delivery]/resend", None),
    ("DELETE", f"{G}/hooks/[group_hook]", None),
    ("POST", "/groups", {"name": "Sub", "path": "sub", "parent_id": "[acme]"}),
    ("PUT", G, {"description": "x"}),
    ("DELETE", G, None),
    ("POST", "/personal_access_tokens/self/rotate", None),
    ("DELETE", "/personal_access_tokens/self", None),
]  # fmt: skip

# Set up before, each in an own test: undoing what the stage did.
UNDO = [
    (f"{P}/unstar", f"{P}/star"), (f"{I}/unsubscribe", f"{I}/subscribe"), (f"{M}/unsubscribe", f"{M}/subscribe"),
    (f"{M}/unapprove", f"{M}/approve"), (f"{P}/labels/bug/unsubscribe", f"{P}/labels/bug/subscribe"),
    (f"{G}/labels/group/unsubscribe", f"{G}/labels/group/subscribe"),
]  # fmt: skip


@pytest.fixture
def stage(sandbox: Sandbox) -> dict[str, Any]:
    """Return the ids of a small GitLab in which everything exists once."""
    forge = sandbox.gitlab
    forge.add_user("carol", "Carol", "carol@example.com")
    acme = forge.add_organization("acme", members={"alice": "owner", "bob": "developer"})
    forge.add_organization("acme/tools")
    project = forge.add_repository("acme/widgets", members={"bob": "write"}, labels=["bug"], topics=["x"])
    own = forge.add_repository("alice/own", private=True)
    forge.add_repository("alice/forked", parent=project)
    hooks = [forge.add_hook(path, "https://h.example/x", "s", ["*"]) for path in ("acme/widgets", "acme")]
    forge.add_issue("acme/widgets", "one", "- [ ] a\n- [x] b", labels=["bug"], assignees=["alice"], author="bob")
    forge.add_merge_request("acme/widgets", "Fix one", head="feature", author="bob", body="Closes #1", labels=["bug"])
    forge.add_commit("acme/widgets", "second", {"two.txt": "2"}, branch="two")
    ids = {name: forge.world.user(name).id for name in ("alice", "bob", "carol")}  # type: ignore[union-attr]
    ids |= {"acme": acme.id, "project": project.id, "own": own.id, "sha": project.branches["main"]}
    ran = forge.add_pipeline("acme/widgets", "main", {"build": "running", "test": "failed"})
    ids |= {"own_pipeline": ran.id, "job": ran.statuses["test"].id}
    ids |= {"label": project.labels["bug"].id, "hook": hooks[0].id, "group_hook": hooks[1].id}
    for name, hook in (("delivery", hooks[0]), ("group_delivery", hooks[1])):
        ids[name] = next(one.id for one in forge.deliveries if one.hook is hook)
    return ids


@pytest.fixture
def fill(stage: dict[str, Any], gitlab_as: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return a function that puts ids in place of `[names]`, after making what only the API can make."""
    send = gitlab_as("alice")

    def put(value: Any) -> Any:
        text = re.sub(r'"\[([a-z_]+)\]"', lambda found: json.dumps(stage.get(found[1], found[0])), json.dumps(value))
        return json.loads(re.sub(r"\[([a-z_]+)\]", lambda found: str(stage[found[1]]), text))

    def made(path: str, /, **body: Any) -> Any:
        answer = send("POST", put(path), json=body)
        assert answer.ok, f"{path}: {answer.text}"
        return answer.json()

    stage["milestone"] = made(f"{P}/milestones", title="v1")["id"]
    stage["group_milestone"] = made(f"{G}/milestones", title="v0", due_date="2026-12-01")["id"]
    made(f"{G}/labels", name="group", color="#00ff00")
    for kind, home in (("", I), ("mr_", M)):
        thread = made(f"{home}/discussions", body="hello")
        stage[f"{kind}thread"], stage[f"{kind}note"] = thread["id"], thread["notes"][0]["id"]
        stage[f"{kind}award"] = made(f"{home}/award_emoji", name="eyes")["id"]
        stage[f"{kind}note_award"] = made(put(f"{home}/notes/[{kind}note]/award_emoji"), name="eyes")["id"]
        body: dict[str, Any] = {"add_labels": "y", "milestone_id": stage["milestone"], "state_event": "close"}
        send("PUT", home, json=body)
        send("PUT", home, json={"state_event": "reopen"})
        for event in ("label", "state", "milestone"):
            lines = send("GET", f"{home}/resource_{event}_events").json()
            stage[f"{kind}{event}_event"] = lines[0]["id"]
    send("PUT", M, json=put({"reviewer_ids": ["[carol]"]}))
    stage["draft"] = made(f"{M}/draft_notes", note="later")["id"]
    thread = made(f"{C}/discussions", body="c")
    stage["commit_thread"], stage["commit_note"] = thread["id"], thread["notes"][0]["id"]
    stage["pipeline"] = made(f"{P}/statuses/[sha]", state="pending", name="ci")["pipeline_id"]
    made(f"{P}/repository/tags", tag_name="v1", ref="main")
    stage["deploy_key"] = made(f"{P}/deploy_keys", title="cd", key="ssh-ed25519 BBBB")["id"]
    made(f"{P}/releases", tag_name="v1", name="One")
    stage["todo"] = send("GET", "/todos").json()[0]["id"]
    return put


@pytest.mark.parametrize("path", READS.split())
def test_read(path: str, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]) -> None:
    """A GET answers 200 in the described shape."""
    answer = gitlab_as("alice")("GET", fill(path))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=lambda value: value if isinstance(value, str) else "")
def test_write(method: str, path: str, body: Any, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]) -> None:
    """A write answers 2xx in the described shape."""
    answer = gitlab_as("alice")(method, fill(path), json=None if body is None else fill(body))
    assert answer.ok, answer.text


@pytest.mark.parametrize(("path", "before"), UNDO)
def test_undo(path: str, before: str, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]) -> None:
    """What takes something back answers 201 in the described shape once there is something to take back."""
    send = gitlab_as("alice")
    send("POST", fill(before))
    answer = send("POST", path)
    assert answer.status_code == 201, answer.text


# Other routes of the table, which GitLab has and its description has not, or which need a bot, a form or
# answer no JSON.
ELSEWHERE = {
    ("PUT", "/projects/{id}/merge_requests/{iid}/reset_approvals"),
    ("POST", "/projects/{id}/merge_requests/{iid}/cancel_merge_when_pipeline_succeeds"),
    ("GET", "/projects/{id}/merge_requests/{iid}/discussions/{discussion_id}"),
    ("PUT", "/projects/{id}/issues/{iid}/discussions/{discussion_id}"),
    ("PUT", "/projects/{id}/repository/commits/{sha}/discussions/{discussion_id}"),
    ("POST", "/api/graphql"),
    ("POST", "/projects/{id}/uploads"),
    ("GET", "/projects/{id}/repository/commits/{sha}/signature"),
    # No JSON: tests/contract/test_archives.py.
    ("GET", "/projects/{id}/repository/archive"),
    ("GET", "/projects/{id}/repository/archive.tar.gz"),
    ("GET", "/projects/{id}/repository/archive.zip"),
    # No part of the API: tests/sandbox/test_oauth_rules.py.
    ("GET", "/oauth/authorize"),
    ("POST", "/oauth/authorize_device"),
    ("POST", "/oauth/token"),
    ("POST", "/oauth/revoke"),
    ("GET", "/oauth/token/info"),
}


def test_every_route_is_reached(sandbox: Sandbox) -> None:
    """The lists above, and what is told to be elsewhere, leave out no route."""
    router = sandbox.gitlab.router
    lists = [("GET", one) for one in READS.split()] + [(method, path) for method, path, _ in WRITES]
    lists += [("POST", one) for one, _ in UNDO]
    reached = set(ELSEWHERE)
    for method, path in lists:
        route, _, _ = router.match(method, f"/api/v4{path.partition('?')[0]}".replace("[sha]", "0" * 40))
        assert route is not None, path
        reached.add((method, route.template))
    assert set(router.templates) - reached == set()


# What is told only where there is some, and what only old versions of GitLab had.
SOMETIMES = {"assignees", "reviewers", "merge_request", "source_pipeline", "branch_name", "deleted_at"}


def _missing(recorded: Any, ours: Any, place: str = "") -> list[str]:
    if not isinstance(recorded, dict) or not isinstance(ours, dict):
        return []
    found = [f"{place}/{key}" for key in recorded if key not in ours and key not in SOMETIMES]
    for key in recorded.keys() & ours.keys() - {"changes"}:
        found += _missing(recorded[key], ours[key], f"{place}/{key}")
    return found


RECORDED = {
    "Issue Hook": "go-scm/issue_labeled.json",
    "Merge Request Hook": "go-playground/merge-request-event.json",
    "Note Hook": "go-scm/merge_request_comment_create.json",
    "Push Hook": "xanzy/push.json",
    "Tag Push Hook": "xanzy/tag_push.json",
    "Pipeline Hook": "xanzy/pipeline.json",
}


@pytest.mark.parametrize("header", RECORDED)
def test_payloads(
    header: str, shared_data: Path, sandbox: Sandbox, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]
) -> None:
    """A delivery's payload has every key that real deliveries of the kind have."""
    recorded = json.loads((shared_data / "data" / "webhooks" / "gitlab" / RECORDED[header]).read_text())
    send = gitlab_as("alice")
    for method, path, body in WRITES:
        if method != "DELETE" and "personal_access" not in path and path != f"{P}/transfer":
            send(method, fill(path), json=None if body is None else fill(body))
    found = [one.payload for one in sandbox.gitlab.deliveries if one.event == header]
    assert found, f"no {header} was sent"
    for ours in found:
        assert _missing(recorded, ours) == [], header
