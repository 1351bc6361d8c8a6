"""python-gitlab: its command, and its library."""

import base64
import os
from collections.abc import Callable

import gitlab
from attempt import GITLAB, GITLAB_TOKEN, command, each, tried

os.environ |= {"GITLAB_URL": GITLAB, "GITLAB_PRIVATE_TOKEN": GITLAB_TOKEN}
P = "acme/widgets"


def run(name: str, *words: str, wanted: str = "") -> None:
    """Try the command."""
    command(f"gitlab {name}", "gitlab", *words, wanted=wanted)


run("current-user get", "current-user", "get", wanted="alice")
run("project get", "-v", "project", "get", "--id", P, wanted="acme/widgets")
run("project list", "project", "list", "--membership", "true", wanted="id:")
run("project-issue list", "-v", "project-issue", "list", "--project-id", P, wanted="It squeaks")
run("project-issue get", "-v", "project-issue", "get", "--project-id", P, "--iid", "1", wanted="Loudly.")
run("project-issue create", "project-issue", "create", "--project-id", P, "--title", "Made", "--labels", "bug,idea")
run("project-issue update", "project-issue", "update", "--project-id", P, "--iid", "1", "--state-event", "close")
run("project-issue-note create", "project-issue-note", "create", "--project-id", P, "--issue-iid", "1", "--body", "Hi")
run("project-label create", "project-label", "create", "--project-id", P, "--name", "made", "--color", "#ff00ff")
run("project-branch list", "project-branch", "list", "--project-id", P, wanted="feature")
run("project-tag list", "project-tag", "list", "--project-id", P, wanted="v1.0.0")
run("project-merge-request list", "-v", "project-merge-request", "list", "--project-id", P, wanted="Oil")
run("project-merge-request create", "project-merge-request", "create", "--project-id", P, "--source-branch", "grease",
    "--target-branch", "main", "--title", "Grease")  # fmt: skip
run("project-release list", "project-release", "list", "--project-id", P, wanted="v1.0.0")
run("project-variable create", "project-variable", "create", "--project-id", P, "--key", "KIND", "--value", "x-value-y")
run("group list", "group", "list", wanted="id:")
run("JSON", "--output", "json", "project", "get", "--id", P, wanted='"acme/widgets"')


def refused(call: Callable[[], object]) -> None:
    """Have something refused."""
    try:
        call()
    except gitlab.exceptions.GitlabError as error:
        if error.response_code == 403:
            return
        raise
    raise AssertionError("it was let in")


client = gitlab.Gitlab(GITLAB, private_token=GITLAB_TOKEN)
project = tried("projects.get", lambda: client.projects.get(P))
issue = tried("issues.get", lambda: project.issues.get(1))
mr = tried("mergerequests.get", lambda: project.mergerequests.get(1))
each([
    ("auth", lambda: client.auth()),
    ("version", lambda: client.version()),
    ("users.list", lambda: client.users.list(username="bob")[0].name, "Bob"),
    ("groups.get", lambda: client.groups.get("acme").path, "acme"),
    ("group.projects", lambda: [one.path for one in client.groups.get("acme").projects.list()], ["widgets"]),
    ("projects.create", lambda: client.projects.create({"name": "made"}).path, "made"),
    ("project.save", lambda: setattr(project, "description", "Things") or project.save()),
    ("forks.create", lambda: project.forks.create({}).id),
    ("members_all", lambda: {one.username for one in project.members_all.list()} >= {"bob"}, True),
    ("members.create", lambda: project.members.create(
        {"user_id": client.users.list(username="carol")[0].id, "access_level": 30})),
    ("repository_tree", lambda: {one["name"] for one in project.repository_tree()} >= {"src"}, True),
    ("repository_compare", lambda: len(project.repository_compare("main", "feature")["commits"]), 1),
    ("repository_archive", lambda: len(project.repository_archive()) > 0, True),
    ("files.get", lambda: project.files.get("README.md", "main").decode(), b"# Widgets\n"),
    ("files.raw", lambda: project.files.raw("README.md", ref="main"), b"# Widgets\n"),
    ("files.create", lambda: project.files.create(
        {"file_path": "made.txt", "branch": "main", "content": "x", "commit_message": "Add"})),
    ("files.create in base64", lambda: project.files.create(
        {"file_path": "b.bin", "branch": "main", "content": base64.b64encode(b"\0").decode(), "encoding": "base64",
         "commit_message": "Add b"})),
    ("commits.list", lambda: len(project.commits.list(get_all=True)) > 0, True),
    ("commits.create", lambda: project.commits.create(
        {"branch": "main", "commit_message": "Two", "actions": [
            {"action": "create", "file_path": "two.txt", "content": "2"}]}).title, "Two"),
    ("commit.diff", lambda: [one["new_path"] for one in project.commits.get("feature").diff()], ["oil.txt"]),
    ("commit.statuses", lambda: project.commits.get("feature").statuses.create({"state": "success"})),
    ("commit.comments", lambda: project.commits.get("feature").comments.create({"note": "Hm"})),
    ("commit.cherry_pick", lambda: project.commits.get("grease").cherry_pick("main")),
    ("commit.revert", lambda: project.commits.get("main").revert("main")),
    ("branches.create", lambda: project.branches.create({"branch": "made", "ref": "main"}).delete()),
    ("protectedbranches", lambda: project.protectedbranches.create({"name": "grease"}).delete()),
    ("protectedtags", lambda: project.protectedtags.create({"name": "v*"}).delete()),
    ("tags.create", lambda: project.tags.create({"tag_name": "v1.1.0", "ref": "main"}).name, "v1.1.0"),
    ("issues.list", lambda: len(project.issues.list(state="all", get_all=True)) >= 1, True),
    ("issues.create", lambda: project.issues.create({"title": "By library", "labels": ["bug"]}).labels, ["bug"]),
    ("issue.save", lambda: setattr(issue, "state_event", "reopen") or issue.save()),
    ("issue.notes", lambda: issue.notes.create({"body": "Hello"}).body, "Hello"),
    ("issue.discussions", lambda: issue.discussions.create({"body": "A thread"}).id),
    ("issue.awardemojis", lambda: issue.awardemojis.create({"name": "heart"}).name, "heart"),
    ("issue.links", lambda: issue.links.create({"target_project_id": project.id, "target_issue_iid": 2})),
    ("issue.time_estimate", lambda: issue.time_estimate("3h")),
    ("issue.unsubscribe", lambda: issue.unsubscribe()),
    ("issue.resourcelabelevents", lambda: issue.resourcelabelevents.list()),
    ("labels.list", lambda: {one.name for one in project.labels.list()} >= {"bug"}, True),
    ("milestones.list", lambda: [one.title for one in project.milestones.list()], ["Soon"]),
    ("boards.list", lambda: project.boards.list()),
    ("mergerequests.list", lambda: len(project.mergerequests.list(state="opened")) >= 1, True),
    ("mr.changes", lambda: [one["new_path"] for one in mr.changes()["changes"]], ["oil.txt"]),
    ("mr.commits", lambda: len(list(mr.commits())), 1),
    ("mr.notes", lambda: mr.notes.create({"body": "Fine"})),
    ("mr.discussions", lambda: mr.discussions.create({"body": "Why?"})),
    ("mr.approve", lambda: mr.approve()),
    ("mr.approvals", lambda: mr.approvals.get().approved, True),
    ("mr.pipelines", lambda: mr.pipelines.list()),
    ("mr.rebase", lambda: mr.rebase()),
    ("mr.merge", lambda: mr.merge() and project.mergerequests.get(1).state, "merged"),
    ("pipelines.list", lambda: len(project.pipelines.list()) >= 1, True),
    ("pipelines.create", lambda: project.pipelines.create({"ref": "main"})),
    ("jobs.list", lambda: len(project.jobs.list()) >= 1, True),
    ("job.trace", lambda: project.jobs.list()[0].trace()),
    ("releases.create", lambda: project.releases.create({"tag_name": "v2.0.0", "ref": "main", "description": "Two"})),
    ("release.links", lambda: project.releases.get("v2.0.0").links.create(
        {"name": "a", "url": "https://example.com/a"})),
    ("hooks.create", lambda: project.hooks.create({"url": "https://bot.example.com/", "token": "s3cret"})),
    ("variables.create", lambda: project.variables.create({"key": "LEVEL", "value": "value-of-it"})),
    ("keys", lambda: project.keys.list()),
    ("access_tokens", lambda: project.access_tokens.list()),
    ("deploytokens", lambda: project.deploytokens.list()),
    ("events", lambda: project.events.list()),
    ("search", lambda: len(project.search("issues", "squeaks")) >= 1, True),
    ("todos", lambda: client.todos.list()),
    ("upload", lambda: project.upload("a.txt", filedata="x")["markdown"]),
    ("ci_lint", lambda: project.ci_lint.create({"content": "test:\n  script: [true]\n"})),
    ("users.create by an administrator (refused)", lambda: refused(lambda: client.users.create(
        {"email": "d@example.com", "username": "dora", "name": "Dora", "password": "s3cret-s3cret"}))),
    ("graphql", lambda: gitlab.GraphQL(GITLAB, token=GITLAB_TOKEN).execute(
        "{currentUser{username}}")["currentUser"]["username"], "alice"),
])  # fmt: skip
