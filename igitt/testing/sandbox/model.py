"""What a forge knows, as plain data: the one neutral model that both halves of the sandbox render.

Accounts, repositories, issues, commits and so on live here as dataclasses without behaviour beyond
small look-ups. Nothing that names a URL, a JSON key or a header of one forge may enter; that belongs
to the package of that forge. Times are timezone-aware UTC ``datetime`` objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from igitt.testing.sandbox.credentials import App
    from igitt.testing.sandbox.objects import Person

NONE, READ, PLAN, TRIAGE, WRITE, MAINTAIN, OWN, ADMIN = 0, 10, 15, 20, 30, 40, 50, 60

#: Every word either forge has for a role, with the level it means (GitLab's numbers).
LEVELS: dict[str, int] = {
    "none": NONE, "member": READ, "read": READ, "pull": READ, "guest": READ, "planner": PLAN,
    "triage": TRIAGE, "reporter": TRIAGE, "write": WRITE, "push": WRITE, "developer": WRITE,
    "maintain": MAINTAIN, "maintainer": MAINTAIN, "admin": OWN, "owner": OWN,
}  # fmt: skip

Kind = Literal["issue", "merge_request"]


@dataclass(slots=True, eq=False)
class Account:
    """What can own a repository: a person, a bot, or an organization (GitLab: a group).

    ``login`` is the whole path (``"acme/tools"`` for a nested group).
    """

    id: int
    login: str
    name: str | None
    created: datetime
    updated: datetime
    email: str | None = None
    description: str | None = None
    website: str | None = None
    location: str | None = None
    company: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class User(Account):
    """A person or, with ``bot`` set, an automatic account such as ``triage[bot]``."""

    admin: bool = False
    bot: bool = False
    todos: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Organization(Account):
    """A GitHub organization or a GitLab group; ``members`` maps a lower-case login to a level."""

    parent: Organization | None = None
    private: bool = False
    members: dict[str, int] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)

    @property
    def lineage(self) -> list[Organization]:
        """This organization and its parents, innermost first."""
        found: list[Organization] = []
        current: Organization | None = self
        while current is not None:
            found.append(current)
            current = current.parent
        return found


@dataclass(slots=True, eq=False)
class Team:
    """A team of an organization; ``members`` maps a lower-case login to "member" or "maintainer"."""

    id: int
    organization: Organization
    name: str
    slug: str
    created: datetime
    updated: datetime
    description: str | None = None
    privacy: str = "closed"
    parent: Team | None = None
    members: dict[str, str] = field(default_factory=dict)
    repositories: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Label:
    """A label; ``color`` is six hex digits without ``#``."""

    id: int
    name: str
    color: str
    created: datetime
    updated: datetime
    description: str | None = None
    default: bool = False


@dataclass(slots=True, eq=False)
class Milestone:
    """A milestone; ``number`` counts inside its repository or group, ``state`` is open or closed."""

    id: int
    number: int
    title: str
    creator: User
    created: datetime
    updated: datetime
    description: str | None = None
    state: str = "open"
    due: datetime | None = None
    start: datetime | None = None
    closed_at: datetime | None = None
    organization: Organization | None = None


@dataclass(slots=True, eq=False)
class Reaction:
    """A reaction (GitLab: award emoji); ``content`` is the word of the forge that holds it."""

    id: int
    content: str
    user: User
    created: datetime


@dataclass(slots=True, eq=False)
class TimelineEvent:
    """One line of an issue's history, e.g. ``labeled`` with ``data={"label": Label}``."""

    id: int
    event: str
    actor: User
    created: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Comment:
    """A comment on an issue, a merge request, a diff or a commit; ``system`` notes are GitLab's."""

    id: int
    repository: Repository
    target: Issue | Commit
    author: User
    body: str
    created: datetime
    updated: datetime
    kind: Literal["issue", "review", "commit"] = "issue"
    system: bool = False
    path: str | None = None
    line: int | None = None
    side: str = "RIGHT"
    position: int | None = None
    commit_sha: str | None = None
    in_reply_to: int | None = None
    review: Review | None = None
    discussion: str = ""
    resolved: bool = False
    app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Review:
    """A review of a merge request; ``state`` is APPROVED, CHANGES_REQUESTED, COMMENTED, PENDING or DISMISSED."""

    id: int
    author: User
    body: str
    state: str
    commit_sha: str
    submitted: datetime | None


@dataclass(slots=True, eq=False)
class Issue:
    """An issue; ``state`` is open or closed (a merge request may also be merged or locked)."""

    id: int
    number: int
    repository: Repository
    title: str
    body: str | None
    author: User
    created: datetime
    updated: datetime
    state: str = "open"
    state_reason: str | None = None
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    milestone: Milestone | None = None
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    events: list[TimelineEvent] = field(default_factory=list)
    subscribers: set[int] = field(default_factory=set)
    locked: bool = False
    lock_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    app: App | None = None
    confidential: bool = False
    due: str | None = None
    weight: int | None = None
    time_estimate: int = 0
    time_spent: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Either "issue" or "merge_request"."""
        return "issue"


@dataclass(slots=True, eq=False)
class MergeRequest(Issue):
    """A merge request (GitHub: pull request). ``id`` is its issue id, ``merge_request_id`` its own."""

    merge_request_id: int = 0
    source: Repository | None = None
    head: str = ""
    base: str = ""
    head_sha: str = ""
    base_sha: str = ""
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_sha: str | None = None
    reviewers: list[User] = field(default_factory=list)
    team_reviewers: list[Team] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    review_comments: list[Comment] = field(default_factory=list)
    approvals: list[User] = field(default_factory=list)
    mergeable_reads: int = 0

    @property
    def kind(self) -> Kind:
        """Always "merge_request"."""
        return "merge_request"


@dataclass(slots=True, eq=False)
class Commit:
    """A commit with the whole tree it leaves behind (``files``: path to text).

    ``modes`` are git's, of what is no plain file; ``committer`` stands there where it is another than the author;
    ``object`` is the whole as git keeps it.
    """

    sha: str
    tree: str
    message: str
    author: User | None
    author_name: str
    author_email: str
    created: datetime
    parents: list[str]
    files: dict[str, str]
    modes: dict[str, str] = field(default_factory=dict)
    committer: Person | None = None
    object: bytes = field(default=b"", repr=False)
    comments: list[Comment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Status:
    """A commit status; ``state`` is the word that the forge uses."""

    id: int
    sha: str
    state: str
    context: str
    creator: User
    created: datetime
    updated: datetime
    description: str | None = None
    url: str | None = None
    ref: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Hook:
    """A webhook of a repository or an organization; ``events`` are the words of the forge."""

    id: int
    url: str
    secret: str | None = field(repr=False)
    events: list[str]
    created: datetime
    updated: datetime
    active: bool = True
    content_type: str = "json"
    insecure_ssl: str = "0"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Repository:
    """A repository (GitLab: project). ``members`` maps a lower-case login to a level."""

    id: int
    owner: User | Organization
    name: str
    created: datetime
    updated: datetime
    pushed: datetime
    title: str | None = None
    description: str | None = None
    homepage: str | None = None
    private: bool = False
    visibility: str = "public"
    archived: bool = False
    default_branch: str = "main"
    has_issues: bool = True
    has_wiki: bool = True
    has_projects: bool = True
    has_discussions: bool = False
    topics: list[str] = field(default_factory=list)
    parent: Repository | None = None
    creator: User | None = None
    members: dict[str, int] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    merge_requests: dict[int, MergeRequest] = field(default_factory=dict)
    last_number: dict[str, int] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, list[Status]] = field(default_factory=dict)
    hooks: dict[int, Hook] = field(default_factory=dict)
    stars: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """The whole path, ``owner/name``."""
        return f"{self.owner.login}/{self.name}"

    def find(self, kind: Kind, number: int) -> Issue | None:
        """The issue or merge request with that number, or None."""
        return self.merge_requests.get(number) if kind == "merge_request" else self.issues.get(number)


@dataclass(slots=True)
class Event:
    """Something that happened: what a forge turns into its webhook deliveries.

    ``kind`` and ``action``: ``issue``/``merge_request`` with opened, updated, deleted and (merge requests) synchronize,
    approved, unapproved; ``comment`` with created, edited, deleted; ``review`` with submitted; ``push`` with
    updated, created, deleted; ``status`` with created; ``label`` with created, edited, deleted; ``milestone`` with
    these and closed, opened; ``deployment`` with created (GitLab: with its status), ``deployment_status`` with created;
    ``repository`` with created, edited, renamed, transferred, archived, unarchived, deleted;
    ``installation`` with created, deleted, suspend,
    unsuspend; ``installation_repositories`` with added, removed.
    ``changes`` maps a field of the model to its old and new value (lists of objects for labels and assignees).
    """

    kind: str
    action: str
    actor: User
    subject: Any
    repository: Repository | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
