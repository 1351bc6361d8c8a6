"""What mypy and pyright see of a bot: exact types, and no assignment that a forge would refuse.

Checked by both type checkers, never run.
"""

from datetime import datetime
from typing import Any, assert_type

from igitt import Cache, GitHub, GitLab
from igitt.github import GitHubIssue
from igitt.interfaces import (
    Comment,
    Commit,
    CommitStatus,
    FileChange,
    Hoster,
    Issue,
    IssueStates,
    Label,
    MergeRequest,
    MergeRequestStates,
    Milestone,
    NamedSet,
    PaginatedList,
    Repository,
    Status,
    User,
)
from igitt.stores import MemoryStore, RedisStore, SQLAlchemyStore, SQLiteStore
from igitt.webhooks import Event


def a_client_is_a_hoster(url: str) -> None:
    clients: list[Hoster] = [GitHub("ghp_x"), GitLab("glpat-x", url, timeout=5, read_only=True)]
    for client in clients:
        assert_type(client.user, User)
        assert_type(client.get_repo("org/repo"), Repository)
        assert_type(client.repositories, PaginatedList[Repository])


def stores(path: str, url: str, shelf: dict[str, str]) -> None:
    assert_type(SQLiteStore(path).get("key"), str | bytes | None)
    assert_type(RedisStore(url).add("key", "value", 5), bool)
    Cache.use_store(SQLiteStore(path, max_bytes=10_000_000), fresh_for=5)
    Cache.use_store(RedisStore(url, max_age=None))
    Cache.use_store(SQLAlchemyStore(url))
    Cache.use_store(MemoryStore())
    Cache.use(shelf.get, shelf.__setitem__, shelf.pop)


def reading(repository: Repository) -> None:
    issue = repository.get_issue(5)
    assert_type(issue, Issue)
    assert_type(issue.title, str)
    assert_type(issue.number, int)
    assert_type(issue.author, User | None)
    assert_type(issue.labels, NamedSet[str])
    assert_type(issue.assignees, NamedSet[User])
    assert_type(issue.milestone, Milestone | None)
    assert_type(issue.created, datetime)
    assert_type(issue.closed_at, datetime | None)
    assert_type(issue.state, IssueStates | MergeRequestStates)
    assert_type(issue.comments, PaginatedList[Comment])
    assert_type(issue.comments[0], Comment)
    assert_type(issue.comments[0:3], list[Comment])
    assert_type(issue.comments.first(), Comment | None)
    assert_type(list(repository.labels), list[Label])
    assert_type(issue.refresh().title, str)


def merge_requests(mr: MergeRequest) -> None:
    assert_type(mr.state, MergeRequestStates)
    assert_type(mr.head, Commit)
    assert_type(mr.mergeable, bool | None)
    assert_type(mr.files, PaginatedList[FileChange])
    assert_type(mr.diffstat, tuple[int, int])
    assert_type(mr.affected_files, NamedSet[str])
    assert_type(mr.tests_passed, bool)
    assert_type(mr.head.get_statuses(), PaginatedList[CommitStatus])
    mr.head.set_status(CommitStatus(Status.SUCCESS))


def what_compares(issue: Issue, mr: MergeRequest, repository: Repository) -> list[bool]:
    return [
        issue.state == "open",
        mr.state != "merged",
        "bob" in issue.assignees,
        "bug" in issue.available_labels,
        "bug" in repository.labels,
        issue.author in issue.assignees,
        bool({"bob"} & issue.assignees),
    ]


def a_providers_own_class_is_as_exact(issue: GitHubIssue) -> None:
    assert_type(issue.title, str)
    assert_type(issue.number, int)
    assert_type(issue.author, User | None)
    assert_type(issue.labels, NamedSet[str])
    assert_type(issue.comments, PaginatedList[Comment])
    assert_type(issue.repository, Repository)


def writing(issue: Issue, user: User) -> None:
    issue.title = "New"
    issue.labels |= {"bug"}
    issue.milestone = None
    issue.assignees = {user}
    issue.assignees = {"alice"}
    issue.assignees = ["alice", user]
    issue.assignees |= {"alice"}
    issue.assignees -= {"bob", user}
    issue.labels = ["bug"]
    issue.labels -= {"bug"}
    issue.labels = issue.labels & {"bug"}
    issue.edit(title="x", labels={"bug"}, assignees=["alice", user])


def what_a_forge_refuses(issue: Issue, repository: Repository) -> None:
    issue.number = 5  # type: ignore[misc]
    issue.author = None  # type: ignore[misc]
    issue.title = 5  # type: ignore[assignment]
    repository.full_name = "x/y"  # type: ignore[misc]
    issue.edit(titel="x")  # type: ignore[call-arg]
    print(issue.titel)  # type: ignore[attr-defined]
    issue.labels.add("bug")  # type: ignore[attr-defined]
    issue.assignees.append("alice")  # type: ignore[attr-defined]
    issue.assignees = {5}  # type: ignore[arg-type]


def events(client: Hoster, headers: dict[str, str], body: bytes) -> None:
    for event in client.parse_webhook(headers, body, "secret"):
        assert_type(event, Event)
        assert_type(event.sender, User | None)
        assert_type(event.repository, Repository | None)
        assert_type(event.subject, Any)
