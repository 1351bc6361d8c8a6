"""What clients without methods of their own ask GitHub for, by path: name, method, path, body."""

from __future__ import annotations

from typing import Any

__all__ = ["OPERATIONS"]

_AT = "/repos/acme/widgets"

OPERATIONS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("who am I", "GET", "/user", None),
    ("a user", "GET", "/users/bob", None),
    ("the rate limit", "GET", "/rate_limit", None),
    ("a repository", "GET", _AT, None),
    ("its readme", "GET", f"{_AT}/readme", None),
    ("a folder", "GET", f"{_AT}/contents/src", None),
    ("writing a file", "PUT", f"{_AT}/contents/made.txt", {"message": "Add", "content": "eAo="}),
    ("branches", "GET", f"{_AT}/branches", None),
    ("tags", "GET", f"{_AT}/tags", None),
    ("commits", "GET", f"{_AT}/commits", None),
    ("a commit", "GET", f"{_AT}/commits/feature", None),
    ("its statuses", "GET", f"{_AT}/commits/feature/status", None),
    ("its check runs", "GET", f"{_AT}/commits/feature/check-runs", None),
    ("comparing", "GET", f"{_AT}/compare/main...feature", None),
    ("issues", "GET", f"{_AT}/issues?state=all&per_page=2", None),
    ("an issue", "GET", f"{_AT}/issues/1", None),
    ("opening an issue", "POST", f"{_AT}/issues", {"title": "Made", "labels": ["bug"]}),
    ("closing it", "PATCH", f"{_AT}/issues/1", {"state": "closed"}),
    ("comments", "GET", f"{_AT}/issues/1/comments", None),
    ("commenting", "POST", f"{_AT}/issues/1/comments", {"body": "Hello"}),
    ("labelling", "POST", f"{_AT}/issues/1/labels", {"labels": ["idea"]}),
    ("taking a label off", "DELETE", f"{_AT}/issues/1/labels/idea", None),
    ("assigning", "POST", f"{_AT}/issues/1/assignees", {"assignees": ["bob"]}),
    ("a reaction", "POST", f"{_AT}/issues/1/reactions", {"content": "heart"}),
    ("its timeline", "GET", f"{_AT}/issues/1/timeline", None),
    ("labels", "GET", f"{_AT}/labels", None),
    ("milestones", "GET", f"{_AT}/milestones", None),
    ("pull requests", "GET", f"{_AT}/pulls", None),
    ("a pull request", "GET", f"{_AT}/pulls/2", None),
    ("its files", "GET", f"{_AT}/pulls/2/files", None),
    ("a review", "POST", f"{_AT}/pulls/2/reviews", {"event": "APPROVE", "body": "Good"}),
    ("opening a pull request", "POST", f"{_AT}/pulls", {"title": "Grease", "head": "grease", "base": "main"}),
    ("merging", "PUT", f"{_AT}/pulls/2/merge", {"merge_method": "squash"}),
    ("a ref", "GET", f"{_AT}/git/ref/heads/main", None),
    ("releases", "GET", f"{_AT}/releases", None),
    ("the latest release", "GET", f"{_AT}/releases/latest", None),
    ("making a release", "POST", f"{_AT}/releases", {"tag_name": "v2.0.0"}),
    ("a hook", "POST", f"{_AT}/hooks", {"config": {"url": "https://bot.example.com/"}}),
    ("workflow runs", "GET", f"{_AT}/actions/runs", None),
    ("collaborators", "GET", f"{_AT}/collaborators", None),
    ("searching issues", "GET", "/search/issues?q=repo:acme/widgets+is:issue", None),
    ("searching code", "GET", "/search/code?q=x+repo:acme/widgets", None),
    ("an organization", "GET", "/orgs/acme", None),
    ("its members", "GET", "/orgs/acme/members", None),
    ("notifications", "GET", "/notifications", None),
]
