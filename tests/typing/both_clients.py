"""What a type checker knows of either concrete client: types do not end at them.

mypy reads this file with the package (``warn_unused_ignores``: each error that is expected here has to be one).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import assert_type

from igitt.github import GitHub, GitHubIssue, GitHubMergeRequest, GitHubRepository
from igitt.gitlab import GitLab, GitLabIssue, GitLabMergeRequest, GitLabRepository
from igitt.interfaces import (
    Comment,
    Issue,
    IssueStates,
    Label,
    MergeRequest,
    MergeRequestStates,
    Milestone,
    PaginatedList,
    Repository,
    User,
)
from igitt.webhooks import Event


def github(client: GitHub) -> Iterator[object]:
    """Everything of GitHub's client has a type."""
    repository = client.get_repo("org/repo")
    assert_type(repository, GitHubRepository)
    issue = GitHub.Issue(client, "org/repo", 1)
    assert_type(issue, GitHubIssue)
    assert_type(issue.state, IssueStates | MergeRequestStates)
    assert_type(issue.created, datetime)
    assert_type(issue.author, User | None)
    assert_type(issue.milestone, Milestone | None)
    assert_type(issue.comments, PaginatedList[Comment])
    assert_type(issue.repository, Repository)
    merge_request = client.MergeRequest(client, "org/repo", 2)
    assert_type(merge_request, GitHubMergeRequest)
    assert_type(merge_request.state, MergeRequestStates)
    assert_type(client.parse_webhook({}, b"", "secret"), tuple[Event, ...])
    assert_type(repository.create_issue("title", labels=["bug"]), Issue)
    assert_type(repository.filter_issues(labels=["bug"]), PaginatedList[Issue])
    assert_type(repository.get_mr(1), MergeRequest)
    assert_type(GitHub.Label.from_data({}, client, repository).name, str)
    yield issue


def gitlab(client: GitLab) -> Iterator[object]:
    """Everything of GitLab's client has a type."""
    repository = client.get_repo("group/project")
    assert_type(repository, GitLabRepository)
    issue = GitLab.Issue(client, "group/project", 1)
    assert_type(issue, GitLabIssue)
    assert_type(issue.state, IssueStates | MergeRequestStates)
    assert_type(issue.due_date, date | None)
    assert_type(issue.weight, int | None)
    assert_type(issue.confidential, bool)
    assert_type(issue.time_estimate, timedelta)
    assert_type(issue.author, User | None)
    merge_request = client.MergeRequest(client, "group/project", 2)
    assert_type(merge_request, GitLabMergeRequest)
    assert_type(merge_request.state, MergeRequestStates)
    assert_type(client.parse_webhook({}, b"", "secret"), tuple[Event, ...])
    assert_type(repository.create_issue("title", labels=["bug"]), Issue)
    assert_type(repository.create_label("bug", "ff0000"), Label)
    assert_type(repository.filter_merge_requests("opened"), PaginatedList[MergeRequest])
    yield issue


def mistakes(hub: GitHub, lab: GitLab, neutral: Issue) -> None:
    """What a forge would refuse, a type checker does."""
    issue, other = GitHub.Issue(hub, "org/repo", 1), GitLab.Issue(lab, "group/project", 1)
    issue.state = 5  # type: ignore[misc, assignment]  # read-only
    other.state = 5  # type: ignore[misc, assignment]  # read-only
    neutral.state = 5  # type: ignore[misc, assignment]  # read-only
    issue.title = 5  # type: ignore[assignment]
    other.weight = "heavy"  # type: ignore[assignment]
    other.due_date = 5  # type: ignore[assignment]
    lab.get_repo("group/project").create_issue(5)  # type: ignore[arg-type]
    hub.get_repo("org/repo").add_collaborator(5)  # type: ignore[arg-type]
