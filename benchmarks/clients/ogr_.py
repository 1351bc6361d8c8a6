"""ogr, which has one set of words for both forges; at GitHub it knows the public instance alone."""

import functools

from attempt import GITLAB, GITLAB_TOKEN, tried
from ogr import GitlabService
from ogr.abstract import CommitStatus

services = {"gitlab": lambda: GitlabService(token=GITLAB_TOKEN, instance_url=GITLAB)}
for forge, make in services.items():
    service = tried(f"{forge}: service", make)
    project = tried(f"{forge}: get_project", functools.partial(service.get_project, namespace="acme", repo="widgets"))
    number = 1
    for name, call, *wanted in [
        ("username", lambda s: s.user.get_username(), "alice"),
        ("description", lambda _: project.description, "Things that turn"),
        ("default_branch", lambda _: project.default_branch, "main"),
        ("get_branches", lambda _: set(project.get_branches()) >= {"main", "feature"}, True),
        ("get_owners", lambda _: project.get_owners()),
        ("who_can_merge_pr", lambda _: "bob" in project.who_can_merge_pr(), True),
        ("can_merge_pr", lambda _: project.can_merge_pr("bob"), True),
        ("get_file_content", lambda _: project.get_file_content("README.md"), "# Widgets\n"),
        ("get_files", lambda _: "src/a.py" in project.get_files(ref="main", recursive=True), True),
        ("get_issue_list", lambda _: [one.title for one in project.get_issue_list()], ["It squeaks"]),
        ("get_issue", lambda _: project.get_issue(1).author, "bob"),
        ("issue comments", lambda _: [one.body for one in project.get_issue(1).get_comments()], ["Which one?"]),
        ("issue.comment", lambda _: project.get_issue(1).comment("Hello").body, "Hello"),
        ("issue.add_label", lambda _: project.get_issue(1).add_label("idea")),
        ("issue.close", lambda _: project.get_issue(1).close().status.name, "closed"),
        ("create_issue", lambda _: project.create_issue("Made", "x", labels=["bug"]).title, "Made"),
        ("get_pr_list", lambda _: [one.title for one in project.get_pr_list()], ["Oil"]),
        ("get_pr", lambda _: project.get_pr(number).source_branch, "feature"),
        ("pr.get_all_commits", lambda _: len(project.get_pr(number).get_all_commits()), 1),
        ("pr.comment", lambda _: project.get_pr(number).comment("Fine").body, "Fine"),
        ("pr.add_label", lambda _: project.get_pr(number).add_label("bug")),
        ("create_pr", lambda _: project.create_pr("Grease", "x", "main", "grease").title, "Grease"),
        ("set_commit_status", lambda _: project.set_commit_status(
            project.get_pr(number).head_commit, CommitStatus.success, "https://ci.example.com/", "Fine", "ci")),
        ("get_commit_statuses", lambda _: len(
            project.get_commit_statuses(project.get_pr(number).head_commit)) >= 1, True),
        ("commit_comment", lambda _: project.commit_comment(project.get_pr(number).head_commit, "Hm")),
        ("pr.merge", lambda _: project.get_pr(number).merge()),
        ("get_tags", lambda _: [one.name for one in project.get_tags()], ["v1.0.0"]),
        ("get_sha_from_tag", lambda _: project.get_sha_from_tag("v1.0.0")),
        ("get_releases", lambda _: [one.tag_name for one in project.get_releases()], ["v1.0.0"]),
        ("get_latest_release", lambda _: project.get_latest_release().title, "One"),
        ("create_release", lambda _: project.create_release("v2.0.0", "Two", "x", ref="main").tag_name, "v2.0.0"),
        ("fork_create", lambda _: project.fork_create()),
        ("is_forked", lambda _: project.is_forked()),
        ("get_forks", lambda _: len(project.get_forks()) >= 1, True),
        ("project_create", lambda s: s.project_create("made")),
        ("git urls", lambda _: project.get_git_urls()["git"]),
    ]:  # fmt: skip
        tried(f"{forge}: {name}", functools.partial(call, service), *wanted)
