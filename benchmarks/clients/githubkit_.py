"""githubkit, which holds each answer against GitHub's description."""

import os

from attempt import GITHUB_API, GITHUB_TOKEN, each, tried
from githubkit import AppAuthStrategy, GitHub, TokenAuthStrategy

client = GitHub(TokenAuthStrategy(GITHUB_TOKEN), base_url=GITHUB_API, http_cache=False, auto_retry=False)
rest, at = client.rest, {"owner": "acme", "repo": "widgets"}
each([
    (name, lambda call=call: call().parsed_data, *wanted)
    for name, call, *wanted in [
        ("users.get_authenticated", rest.users.get_authenticated, lambda r: r.login == "alice"),
        ("users.get_by_username", lambda: rest.users.get_by_username("bob")),
        ("rate_limit.get", rest.rate_limit.get),
        ("repos.get", lambda: rest.repos.get(**at), lambda r: r.full_name == "acme/widgets"),
        ("repos.update", lambda: rest.repos.update(**at, description="Things")),
        ("repos.get_readme", lambda: rest.repos.get_readme(**at)),
        ("repos.get_content", lambda: rest.repos.get_content(**at, path="src")),
        ("repos.create_or_update_file_contents", lambda: rest.repos.create_or_update_file_contents(
            **at, path="b.py", message="Add", content="eAo=")),
        ("repos.list_branches", lambda: rest.repos.list_branches(**at), lambda r: len(r) >= 2),
        ("repos.get_branch", lambda: rest.repos.get_branch(**at, branch="main")),
        ("repos.list_tags", lambda: rest.repos.list_tags(**at)),
        ("repos.list_commits", lambda: rest.repos.list_commits(**at)),
        ("repos.get_commit", lambda: rest.repos.get_commit(**at, ref="feature")),
        ("repos.compare_commits", lambda: rest.repos.compare_commits(**at, basehead="main...feature")),
        ("repos.list_collaborators", lambda: rest.repos.list_collaborators(**at)),
        ("repos.list_contributors", lambda: rest.repos.list_contributors(**at)),
        ("repos.get_all_topics", lambda: rest.repos.get_all_topics(**at)),
        ("repos.list_releases", lambda: rest.repos.list_releases(**at), lambda r: len(r) == 1),
        ("repos.get_latest_release", lambda: rest.repos.get_latest_release(**at)),
        ("repos.create_release", lambda: rest.repos.create_release(**at, tag_name="v2.0.0")),
        ("repos.generate_release_notes", lambda: rest.repos.generate_release_notes(**at, tag_name="v3.0.0")),
        ("repos.create_webhook", lambda: rest.repos.create_webhook(**at, config={"url": "https://bot.example.com/"})),
        ("repos.create_commit_status", lambda: rest.repos.create_commit_status(
            **at, sha=rest.git.get_ref(**at, ref="heads/main").parsed_data.object_.sha, state="success")),
        ("repos.get_combined_status_for_ref", lambda: rest.repos.get_combined_status_for_ref(**at, ref="main")),
        ("repos.create_deployment", lambda: rest.repos.create_deployment(**at, ref="main", required_contexts=[])),
        ("checks.list_for_ref", lambda: rest.checks.list_for_ref(**at, ref="main")),
        ("issues.list_for_repo", lambda: rest.issues.list_for_repo(**at, state="all"), lambda r: len(r) >= 2),
        ("issues.get", lambda: rest.issues.get(**at, issue_number=1)),
        ("issues.create", lambda: rest.issues.create(**at, title="Made", labels=["bug"])),
        ("issues.update", lambda: rest.issues.update(**at, issue_number=1, state="closed")),
        ("issues.create_comment", lambda: rest.issues.create_comment(**at, issue_number=1, body="Hello")),
        ("issues.list_comments", lambda: rest.issues.list_comments(**at, issue_number=1)),
        ("issues.add_labels", lambda: rest.issues.add_labels(**at, issue_number=1, labels=["idea"])),
        ("issues.add_assignees", lambda: rest.issues.add_assignees(**at, issue_number=1, assignees=["bob"])),
        ("issues.list_events_for_timeline", lambda: rest.issues.list_events_for_timeline(**at, issue_number=1)),
        ("issues.list_labels_for_repo", lambda: rest.issues.list_labels_for_repo(**at)),
        ("issues.create_milestone", lambda: rest.issues.create_milestone(**at, title="Later")),
        ("reactions.create_for_issue", lambda: rest.reactions.create_for_issue(**at, issue_number=1, content="heart")),
        ("pulls.list", lambda: rest.pulls.list(**at), lambda r: len(r) == 1),
        ("pulls.get", lambda: rest.pulls.get(**at, pull_number=2)),
        ("pulls.list_files", lambda: rest.pulls.list_files(**at, pull_number=2)),
        ("pulls.list_commits", lambda: rest.pulls.list_commits(**at, pull_number=2)),
        ("pulls.create_review", lambda: rest.pulls.create_review(**at, pull_number=2, event="APPROVE", body="Good")),
        ("pulls.list_reviews", lambda: rest.pulls.list_reviews(**at, pull_number=2)),
        ("pulls.create", lambda: rest.pulls.create(**at, title="Grease", head="grease", base="main")),
        ("pulls.merge", lambda: rest.pulls.merge(**at, pull_number=2), lambda r: r.merged),
        ("git.get_ref", lambda: rest.git.get_ref(**at, ref="heads/main")),
        ("git.list_matching_refs", lambda: rest.git.list_matching_refs(**at, ref="heads/")),
        ("git.get_tree", lambda: rest.git.get_tree(**at, tree_sha="main")),
        ("actions.list_workflow_runs_for_repo", lambda: rest.actions.list_workflow_runs_for_repo(**at)),
        ("actions.list_repo_variables", lambda: rest.actions.list_repo_variables(**at)),
        ("actions.get_repo_public_key", lambda: rest.actions.get_repo_public_key(**at)),
        ("search.repos", lambda: rest.search.repos(q="widgets")),
        ("search.issues_and_pull_requests", lambda: rest.search.issues_and_pull_requests(
            q="repo:acme/widgets is:issue")),
        ("orgs.get", lambda: rest.orgs.get("acme")),
        ("orgs.list_members", lambda: rest.orgs.list_members("acme")),
        ("teams.create", lambda: rest.teams.create("acme", name="core")),
        ("activity.list_notifications", lambda: rest.activity.list_notifications_for_authenticated_user()),
        ("activity.list_repo_events", lambda: rest.activity.list_repo_events(**at)),
    ]
])  # fmt: skip
app = GitHub(AppAuthStrategy(os.environ["APP_ID"], os.environ["APP_KEY"]), base_url=GITHUB_API, auto_retry=False)
each([
    ("paginate", lambda: len(list(client.rest.paginate(rest.issues.list_for_repo, **at, state="all", per_page=1))) >= 3,
     True),
    ("graphql", lambda: client.graphql("{viewer{login}}")["viewer"]["login"], "alice"),
    ("apps.get_authenticated", lambda: app.rest.apps.get_authenticated().parsed_data.slug, "triage"),
])  # fmt: skip
number = app.rest.apps.list_installations().parsed_data[0].id
installed = app.with_auth(app.auth.as_installation(number))
tried("an installation", lambda: installed.rest.issues.get(**at, issue_number=1).parsed_data)
