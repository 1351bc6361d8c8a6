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
/version /metadata /namespaces /namespaces/acme /user /user/status /user/emails /users /users?username=BOB /users/[bob]
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
{P}/variables {P}/variables/KEY {G}/variables {G}/variables/KEY {P}/environments {P}/environments/[environment]
{P}/deployments {P}/deployments/[deployment] {P}/deployments/[deployment]/merge_requests {P}/triggers
{P}/triggers/[trigger] {P}/access_tokens {P}/access_tokens/[access_token] {G}/access_tokens
{G}/access_tokens/[group_access_token] {P}/deploy_tokens {P}/deploy_tokens/[deploy_token] {G}/deploy_tokens
{G}/deploy_tokens/[group_deploy_token] {P}/protected_tags {P}/protected_tags/v* {P}/approval_rules
{P}/approval_rules/[rule] {G}/approval_rules {P}/approvals {M}/approval_rules {M}/approval_rules/[request_rule]
{I}/links/[link] {P}/jobs {P}/pipelines/latest {P}/pipelines/[own_pipeline]/variables
{P}/pipelines/[own_pipeline]/bridges {P}/pipelines/[own_pipeline]/test_report {P}/ci/lint
{P}/repository/files/README.md/blame?ref=main /user/keys /user/keys/[key] /user/gpg_keys /user/gpg_keys/[gpg_key]
/user/emails /user/emails/[email] /users/[bob]/keys /users/[alice]/keys/[key] /users/[bob]/gpg_keys
/users/[alice]/gpg_keys/[gpg_key] /events {P}/events /users/[bob]/events {P}/snippets {P}/snippets/[snippet]
/snippets /snippets/all /snippets/public /snippets/[own_snippet] {P}/releases/v1/assets/links/[release_link]
"""
ROOT_READS = """
/admin/ci/variables /deploy_tokens /topics /topics/[topic] /keys/[key] /users/[bob]/emails /users/[bob] /users
/users/[bob]/custom_attributes /issues/[issue]
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
    ("POST", f"{P}/variables", {"key": "OTHER", "value": "long-enough", "masked": True}),
    ("PUT", f"{P}/variables/KEY", {"value": "new", "protected": True}),
    ("DELETE", f"{P}/variables/KEY", None),
    ("POST", f"{G}/variables", {"key": "OTHER", "value": "x"}),
    ("PUT", f"{G}/variables/KEY", {"value": "new"}),
    ("DELETE", f"{G}/variables/KEY", None),
    ("POST", f"{P}/environments", {"name": "review/x", "external_url": "https://x.example"}),
    ("PUT", f"{P}/environments/[environment]", {"external_url": "https://y.example"}),
    ("POST", f"{P}/environments/[environment]/stop", None),
    ("DELETE", f"{P}/environments/[stopped]", None),
    ("POST", f"{P}/deployments",
     {"environment": "staging", "sha": "[sha]", "ref": "main", "tag": False, "status": "running"}),
    ("PUT", f"{P}/deployments/[deployment]", {"status": "success"}),
    ("DELETE", f"{P}/deployments/[failed]", None),
    ("POST", f"{P}/triggers", {"description": "cd"}),
    ("PUT", f"{P}/triggers/[trigger]", {"description": "cd"}),
    ("DELETE", f"{P}/triggers/[trigger]", None),
    ("POST", f"{P}/access_tokens", {"name": "bot", "scopes": ["api"], "access_level": 30}),
    ("POST", f"{P}/access_tokens/[access_token]/rotate", None),
    ("DELETE", f"{P}/access_tokens/[access_token]", None),
    ("POST", f"{G}/access_tokens", {"name": "bot", "scopes": ["read_api"]}),
    ("POST", f"{G}/access_tokens/[group_access_token]/rotate", {"expires_at": "2026-12-01"}),
    ("DELETE", f"{G}/access_tokens/[group_access_token]", None),
    ("POST", f"{P}/deploy_tokens", {"name": "d", "scopes": ["read_repository"]}),
    ("DELETE", f"{P}/deploy_tokens/[deploy_token]", None),
    ("POST", f"{G}/deploy_tokens", {"name": "d", "scopes": ["read_repository"]}),
    ("DELETE", f"{G}/deploy_tokens/[group_deploy_token]", None),
    ("POST", f"{P}/protected_tags", {"name": "release-*", "create_access_level": 30}),
    ("DELETE", f"{P}/protected_tags/v*", None),
    ("PATCH", f"{P}/protected_branches/main", {"allow_force_push": True}),
    ("POST", f"{P}/approval_rules", {"name": "two", "approvals_required": 1, "user_ids": ["[bob]"]}),
    ("PUT", f"{P}/approval_rules/[rule]", {"approvals_required": 0}),
    ("DELETE", f"{P}/approval_rules/[rule]", None),
    ("POST", f"{P}/approvals", {"reset_approvals_on_push": False}),
    ("POST", f"{G}/approval_rules", {"name": "two", "approvals_required": 1}),
    ("PUT", f"{G}/approval_rules/[group_rule]", {"approvals_required": 0}),
    ("POST", f"{M}/approval_rules", {"name": "two", "approvals_required": 1}),
    ("PUT", f"{M}/approval_rules/[rule]", {"approvals_required": 0}),
    ("DELETE", f"{M}/approval_rules/[request_rule]", None),
    ("POST", f"{I}/links", {"target_project_id": "[project]", "target_issue_iid": "3", "link_type": "blocks"}),
    ("DELETE", f"{I}/links/[link]", None),
    ("POST", f"{P}/pipeline", {"ref": "main", "variables": [{"key": "A", "value": "b"}]}),
    ("POST", f"{M}/pipelines", None),
    ("PUT", f"{P}/pipelines/[own_pipeline]/metadata", {"name": "nightly"}),
    ("DELETE", f"{P}/pipelines/[own_pipeline]", None),
    ("POST", f"{P}/jobs/[job]/erase", None),
    ("POST", f"{P}/jobs/[manual]/play", None),
    ("POST", f"{P}/jobs/[job]/artifacts/keep", None),
    ("DELETE", f"{P}/jobs/[job]/artifacts", None),
    ("DELETE", f"{P}/artifacts", None),
    ("POST", f"{P}/ci/lint", {"content": "build:\n  script: make\n", "include_jobs": True}),
    ("POST", f"{P}/snippets", {"title": "s", "file_name": "a.py", "content": "x", "visibility": "private"}),
    ("PUT", f"{P}/snippets/[snippet]", {"title": "t"}),
    ("DELETE", f"{P}/snippets/[snippet]", None),
    ("POST", "/snippets", {"title": "s", "file_name": "a.py", "content": "x"}),
    ("PUT", "/snippets/[own_snippet]", {"title": "t", "content": "y"}),
    ("DELETE", "/snippets/[own_snippet]", None),
    ("PUT", f"{P}/labels/bug/promote", None),
    ("PUT", f"{P}/labels/promote", {"name": "bug"}),
    ("POST", f"{P}/milestones/[milestone]/promote", None),
    ("PUT", f"{P}/releases/v1/assets/links/[release_link]", {"name": "b"}),
    ("DELETE", f"{P}/releases/v1/assets/links/[release_link]", None),
    ("POST", "/markdown", {"text": "Hello"}),
    ("POST", f"{P}/repository/commits/[second]/cherry_pick", {"branch": "main"}),
    ("POST", f"{P}/repository/commits/[second]/revert", {"branch": "two"}),
    ("POST", "/user/keys", {"title": "k", "key": "ssh-ed25519 CCCC"}),
    ("DELETE", "/user/keys/[key]", None),
    ("POST", "/user/gpg_keys", {"key": "-----BEGIN PGP PUBLIC KEY BLOCK-----\nb\n-----END PGP PUBLIC KEY BLOCK-----"}),
    ("DELETE", "/user/gpg_keys/[gpg_key]", None),
    ("POST", "/user/emails", {"email": "second@example.com"}),
    ("DELETE", "/user/emails/[email]", None),
    ("PUT", "/user/status", {"emoji": "coffee", "message": "out"}),
    ("PATCH", "/user/status", {"message": "back", "clear_status_after": "1_day"}),
    ("POST", "/personal_access_tokens/self/rotate", None),
    ("DELETE", "/personal_access_tokens/self", None),
]  # fmt: skip

# What administrators do.
ROOT_WRITES: list[tuple[str, str, Any]] = [
    ("POST", "/users", {"email": "new@example.com", "name": "New", "username": "new", "reset_password": True}),
    ("PUT", "/users/[bob]", {"bio": "b", "username": "robert"}),
    ("DELETE", "/users/[bob]", None),
    ("POST", "/users/[bob]/block", None),
    ("POST", "/users/[bob]/unblock", None),
    ("POST", "/users/[bob]/ban", None),
    ("POST", "/users/[bob]/deactivate", None),
    ("POST", "/users/[bob]/activate", None),
    ("POST", "/users/[bob]/keys", {"title": "k", "key": "ssh-ed25519 CCCC"}),
    ("DELETE", "/users/[alice]/keys/[key]", None),
    ("POST", "/users/[bob]/gpg_keys",
     {"key": "-----BEGIN PGP PUBLIC KEY BLOCK-----\nb\n-----END PGP PUBLIC KEY BLOCK-----"}),
    ("DELETE", "/users/[alice]/gpg_keys/[gpg_key]", None),
    ("POST", "/users/[bob]/emails", {"email": "second@example.com"}),
    ("DELETE", "/users/[alice]/emails/[email]", None),
    ("POST", "/topics", {"name": "new", "title": "New"}),
    ("PUT", "/topics/[topic]", {"description": "d"}),
    ("DELETE", "/topics/[topic]", None),
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
    forge.add_user("root", "Administrator", "admin@example.com", admin=True)
    acme = forge.add_organization("acme", members={"alice": "owner", "bob": "developer"})
    forge.add_organization("acme/tools")
    project = forge.add_repository("acme/widgets", members={"bob": "write"}, labels=["bug"], topics=["x"])
    own = forge.add_repository("alice/own", private=True)
    forge.add_repository("alice/forked", parent=project)
    hooks = [forge.add_hook(path, "https://h.example/x", "s", ["*"]) for path in ("acme/widgets", "acme")]
    ids: dict[str, Any] = {}
    ids["issue"] = forge.add_issue(
        "acme/widgets", "one", "- [ ] a\n- [x] b", labels=["bug"], assignees=["alice"], author="bob"
    ).id
    forge.add_merge_request("acme/widgets", "Fix one", head="feature", author="bob", body="Closes #1", labels=["bug"])
    forge.add_commit("acme/widgets", "second", {"two.txt": "2"}, branch="two")
    ids |= {name: forge.world.user(name).id for name in ("alice", "bob", "carol")}  # type: ignore[union-attr]
    ids |= {"acme": acme.id, "project": project.id, "own": own.id, "sha": project.branches["main"]}
    lint = {".gitlab-ci.yml": "build:\n  script: make\n"}
    ids["second"] = forge.add_commit("acme/widgets", "third", {"three.txt": "3"}, branch="two").sha
    forge.add_commit("acme/widgets", "fourth", lint, branch="feature", author="bob")
    ids["sha"] = forge.add_commit("acme/widgets", "lint", lint).sha
    states = {"build": "running", "test": "failed", "deploy": "manual"}
    ran = forge.add_pipeline(
        "acme/widgets", "main", states, logs={"test": "it failed"}, artifacts={"test": {"report.txt": "bad"}}
    )
    ids |= {"own_pipeline": ran.id, "job": ran.statuses["test"].id, "manual": ran.statuses["deploy"].id}
    for title in ("two", "three"):
        forge.add_issue("acme/widgets", title)
    ids |= {"label": project.labels["bug"].id, "hook": hooks[0].id, "group_hook": hooks[1].id}
    for name, hook in (("delivery", hooks[0]), ("group_delivery", hooks[1])):
        ids[name] = next(one.id for one in forge.deliveries if one.hook is hook)
    return ids


def _make_settings(made: Callable[..., Any], stage: dict[str, Any]) -> None:
    """Make what stands around a project: variables, tokens, rules, environments, keys."""
    for home, word in ((P, ""), (G, "group_")):
        made(f"{home}/variables", key="KEY", value="value")
        stage[f"{word}access_token"] = made(f"{home}/access_tokens", name="t", scopes=["api"])["id"]
        stage[f"{word}deploy_token"] = made(f"{home}/deploy_tokens", name="t", scopes=["read_registry"])["id"]
        stage[f"{word}rule"] = made(f"{home}/approval_rules", name="one", approvals_required=0)["id"]
    stage["request_rule"] = made(f"{M}/approval_rules", name="own", approvals_required=0)["id"]
    stage["environment"] = made(f"{P}/environments", name="production")["id"]
    stage["stopped"] = made(f"{P}/environments", name="old")["id"]
    made(f"{P}/environments/[stopped]/stop")
    deployed = {"environment": "production", "sha": stage["sha"], "ref": "main", "tag": False}
    made(f"{P}/deployments", **deployed, status="success")
    stage["deployment"] = made(f"{P}/deployments", **deployed, status="running")["id"]
    stage["failed"] = made(f"{P}/deployments", **deployed, status="failed")["id"]
    file = {"title": "s", "file_name": "a.py", "content": "x", "visibility": "public"}
    stage["snippet"] = made(f"{P}/snippets", **file)["id"]
    stage["own_snippet"] = made("/snippets", **file)["id"]
    stage["trigger"] = made(f"{P}/triggers", description="ci")["id"]
    made(f"{P}/protected_tags", name="v*")
    stage["link"] = made(f"{I}/links", target_project_id=stage["project"], target_issue_iid="2")["id"]
    stage["key"] = made("/user/keys", title="laptop", key="ssh-ed25519 DDDD")["id"]
    pgp = "-----BEGIN PGP PUBLIC KEY BLOCK-----\na\n-----END PGP PUBLIC KEY BLOCK-----"
    stage["gpg_key"] = made("/user/gpg_keys", key=pgp)["id"]
    stage["email"] = made("/user/emails", email="alice@work.example")["id"]


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
    stage["release_link"] = made(f"{P}/releases/v1/assets/links", name="z", url="https://h.example/z")["id"]
    _make_settings(made, stage)
    root = gitlab_as("root")
    stage["topic"] = root("POST", "/topics", json={"name": "x", "title": "X"}).json()["id"]
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


@pytest.mark.parametrize("path", ROOT_READS.split())
def test_read_of_an_administrator(path: str, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]) -> None:
    """A GET answers an administrator with 200 in the described shape."""
    answer = gitlab_as("root")("GET", fill(path))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("method", "path", "body"), ROOT_WRITES, ids=str)
def test_write_of_an_administrator(
    method: str, path: str, body: Any, fill: Callable[[Any], Any], gitlab_as: Callable[..., Any]
) -> None:
    """A write answers an administrator with 2xx in the described shape."""
    answer = gitlab_as("root")(method, fill(path), json=None if body is None else fill(body))
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
    *(
        ("GET", f"/projects/{{id}}/repository/archive.{end}")
        for end in ("tar.gz", "tgz", "gz", "tar", "zip", "tar.bz2", "tbz", "tbz2", "tb2", "bz2")
    ),
    # Not described in full, in other forms, or no JSON: tests/sandbox/test_gitlab_routes.py.
    *(
        (method, f"/{kind}/{{id}}/custom_attributes/{{key}}")
        for method in ("GET", "PUT", "DELETE")
        for kind in ("users", "projects", "groups")
    ),
    ("GET", "/projects/{id}/custom_attributes"),
    ("GET", "/groups/{id}/custom_attributes"),
    *((method, f"/admin/ci/variables{key}") for method in ("GET", "PUT", "DELETE") for key in ("", "/{key}")),
    ("POST", "/admin/ci/variables"),
    ("GET", "/keys"),
    ("GET", "/namespaces/{namespace_id}/exists"),
    ("GET", "/snippets/{snippet_id}/raw"),
    ("GET", "/projects/{id}/snippets/{snippet_id}/raw"),
    ("POST", "/topics/merge"),
    ("PUT", "/user/avatar"),
    ("GET", "/uploads/-/system/{kind}/avatar/{owner_id}/{file}"),
    ("POST", "/users/{user_id}/unban"),
    ("DELETE", "/users/{id}/identities/{provider}"),
    ("DELETE", "/users/{user_id}/identities/{provider}"),
    ("POST", "/projects/{id}/trigger/pipeline"),
    ("POST", "/projects/{id}/ref/{ref}/trigger/pipeline"),
    ("GET", "/projects/{id}/jobs/{job_id}/trace"),
    ("GET", "/projects/{id}/jobs/{job_id}/artifacts"),
    ("GET", "/projects/{id}/jobs/{job_id}/artifacts/{path:path}"),
    ("GET", "/projects/{id}/jobs/artifacts/{ref}/download"),
    ("GET", "/projects/{id}/jobs/artifacts/{ref}/raw/{path:path}"),
    ("GET", "/projects/{id}/repository/blobs/{sha}"),
    ("GET", "/projects/{id}/repository/blobs/{sha}/raw"),
    # Files and notes of releases: tests/contract/test_running.py.
    ("GET", "/projects/{id}/uploads/{secret}/{filename}"),
    ("GET", "/projects/{id}/repository/changelog"),
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
    lists = [("GET", one) for one in (READS + ROOT_READS).split()]
    lists += [(method, path) for method, path, _ in WRITES + ROOT_WRITES]
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
