"""ghapi, whose methods come from GitHub's description."""

from attempt import GITHUB_API, GITHUB_TOKEN, each
from ghapi.all import GhApi

api = GhApi(owner="acme", repo="widgets", token=GITHUB_TOKEN, gh_host=GITHUB_API, sync=True)
each([
    ("users.get_authenticated", lambda: api.users.get_authenticated().login, "alice"),
    ("rate_limit.get", lambda: api.rate_limit.get().rate.limit > 0, True),
    ("repos.get", lambda: api.repos.get().full_name, "acme/widgets"),
    ("repos.update", lambda: api.repos.update(description="Things").description, "Things"),
    ("repos.get_readme", lambda: api.repos.get_readme().name, "README.md"),
    ("repos.get_content", lambda: [one.name for one in api.repos.get_content("src")], ["a.py"]),
    ("repos.list_branches", lambda: {one.name for one in api.repos.list_branches()} >= {"feature"}, True),
    ("repos.list_commits", lambda: len(api.repos.list_commits()) > 0, True),
    ("repos.get_commit", lambda: len(api.repos.get_commit("feature").files), 1),
    ("repos.list_tags", lambda: [one.name for one in api.repos.list_tags()], ["v1.0.0"]),
    ("create_or_update_file", lambda: api.repos.create_or_update_file_contents("made.txt", "Add", "eAo=")),
    ("issues.list_for_repo", lambda: len(api.issues.list_for_repo(state="all")) >= 2, True),
    ("issues.get", lambda: api.issues.get(1).user.login, "bob"),
    ("issues.create", lambda: api.issues.create(title="Made", labels=["bug"]).number),
    ("issues.create_comment", lambda: api.issues.create_comment(1, "Hello").body, "Hello"),
    ("issues.update", lambda: api.issues.update(1, state="closed").state, "closed"),
    ("issues.add_labels", lambda: len(api.issues.add_labels(1, ["idea"])), 2),
    ("issues.create_label", lambda: api.issues.create_label("made", color="ff00ff").name, "made"),
    ("issues.list_milestones", lambda: [one.title for one in api.issues.list_milestones()], ["Soon"]),
    ("pulls.list", lambda: [one.title for one in api.pulls.list()], ["Oil"]),
    ("pulls.get", lambda: api.pulls.get(2).head.ref, "feature"),
    ("pulls.list_files", lambda: [one.filename for one in api.pulls.list_files(2)], ["oil.txt"]),
    ("pulls.create", lambda: api.pulls.create(title="Grease", head="grease", base="main").number),
    ("pulls.create_review", lambda: api.pulls.create_review(2, event="APPROVE", body="Good").state, "APPROVED"),
    ("pulls.merge", lambda: api.pulls.merge(2).merged, True),
    ("git.get_ref", lambda: api.git.get_ref("heads/main").ref, "refs/heads/main"),
    ("git.list_matching_refs", lambda: len(api.git.list_matching_refs("heads/")) >= 2, True),
    ("git.get_tree", lambda: len(api.git.get_tree("main", recursive=True).tree) >= 2, True),
    ("repos.list_releases", lambda: [one.tag_name for one in api.repos.list_releases()], ["v1.0.0"]),
    ("repos.get_latest_release", lambda: api.repos.get_latest_release().tag_name, "v1.0.0"),
    ("repos.generate_release_notes", lambda: api.repos.generate_release_notes("v3.0.0").body),
    ("repos.create_webhook", lambda: api.repos.create_webhook(config={"url": "https://bot.example.com/"}).id),
    ("repos.list_collaborators", lambda: {one.login for one in api.repos.list_collaborators()} >= {"bob"}, True),
    ("repos.create_commit_status", lambda: api.repos.create_commit_status(
        api.git.get_ref("heads/main").object.sha, "success")),
    ("actions.list_workflow_runs_for_repo", lambda: api.actions.list_workflow_runs_for_repo().total_count >= 1, True),
    ("actions.list_repo_secrets", lambda: api.actions.list_repo_secrets().total_count >= 0, True),
    ("activity.star_repo", lambda: api.activity.star_repo_for_authenticated_user()),
    ("activity.list_repo_events", lambda: list(api.activity.list_repo_events())),
    ("search.issues_and_pull_requests", lambda: api.search.issues_and_pull_requests(
        q="repo:acme/widgets is:issue").total_count >= 1, True),
    ("orgs.get", lambda: api.orgs.get("acme").login, "acme"),
])  # fmt: skip
