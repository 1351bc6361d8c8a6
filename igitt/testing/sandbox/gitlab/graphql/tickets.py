"""Issues and merge requests of GitLab's GraphQL, and what is said below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from igitt.testing.sandbox import gitdata, model
from igitt.testing.sandbox.gitlab import context, pipelines
from igitt.testing.sandbox.gitlab.graphql.things import Change, Goal, Person, Run, Tag, Thing, person, visible
from igitt.testing.sandbox.gitlab.shapes import tickets
from igitt.testing.sandbox.model import Issue, MergeRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from igitt.testing.sandbox.model import Comment, Repository
    from igitt.testing.sandbox.wire import Request


def project(request: Request, one: Repository) -> Any:
    """The project that something stands in."""
    from igitt.testing.sandbox.gitlab.graphql.projects import Project  # noqa: PLC0415  which holds what is here

    return Project(request, one)


class Ticket(Thing):
    """An issue or a merge request."""

    def __init__(self, request: Request, one: Issue) -> None:
        if isinstance(one, MergeRequest):
            super().__init__(request, one, lambda: tickets.merge_request_full(request.forge, one, request.viewer.user))
        else:
            super().__init__(request, one, lambda: tickets.issue_full(request.forge, one, request.viewer.user))
        self.kind = "MergeRequest" if isinstance(one, MergeRequest) else "Issue"

    @property
    def id(self) -> str:
        """The global id."""
        number = self.one.merge_request_id if isinstance(self.one, MergeRequest) else self.one.id
        return f"gid://gitlab/{self.kind}/{number}"

    @property
    def author(self) -> Person | None:
        """Who opened it."""
        return person(self.request, self.one.author)

    def assignees(self) -> list[Any]:
        """Who shall do it."""
        return [person(self.request, one) for one in self.one.assignees]

    def reviewers(self) -> list[Any]:
        """Who shall look at it."""
        return [person(self.request, one, "MergeRequestReviewer") for one in self.one.reviewers]

    def labels(self) -> list[Tag]:
        """Its labels."""
        own = self.one.repository.labels
        homes = [
            self.one.repository if one.name.lower() in own else self.one.repository.owner for one in self.one.labels
        ]
        return [Tag(self.request, one, home) for one, home in zip(self.one.labels, homes, strict=True)]

    @property
    def milestone(self) -> Goal | None:
        """Its milestone."""
        one = self.one.milestone
        return Goal(self.request, one, one.organization or self.one.repository) if one else None

    @property
    def iid(self) -> str:
        """Its number in the project."""
        return str(self.one.number)

    def reference(self, full: bool = False) -> str:
        """``#1`` or ``!1``, in full with the project."""
        mark = tickets.mark(self.one)
        return f"{self.one.repository.full_name if full else ''}{mark}{self.one.number}"

    discussion_locked = property(lambda self: bool(self.one.locked))
    time_estimate = property(lambda self: self.one.time_estimate)
    total_time_spent = property(lambda self: self.one.time_spent)
    merge_commit_sha = property(lambda self: self.one.merge_sha)
    diff_head_sha = property(lambda self: self.one.head_sha)

    def _seen(self) -> list[Comment]:
        may = context.level_of(self.request, self.one.repository) >= model.PLAN
        return [one for one in tickets.notes_of(self.one) if may or not one.extra.get("internal")]

    def notes(self) -> list[Remark]:
        """What was said."""
        return [Remark(self.request, one) for one in self._seen()]

    def discussions(self) -> list[Thread]:
        """The same by threads."""
        return threads(self.request, self._seen())

    def related_merge_requests(self) -> list[Ticket]:
        """The merge requests that name it."""
        return [Ticket(self.request, one) for one in tickets.related(self.one)]

    # ---- of a merge request

    @property
    def merge_user(self) -> Person | None:
        """Who merged it."""
        return person(self.request, self.one.merged_by)

    @property
    def conflicts(self) -> bool:
        """Whether it does not fit."""
        return bool(self.has_conflicts)

    @property
    def detailed_merge_status(self) -> str:
        """What stands against it."""
        word = tickets.merge_state(self.request.forge, self.one)
        self.one.mergeable_reads += 1
        return word.upper()

    @property
    def mergeable(self) -> bool:
        """Whether nothing does."""
        return tickets.merge_state(self.request.forge, self.one) == "mergeable"

    @property
    def source_project(self) -> Any:
        """Where it comes from."""
        source = self.one.source
        return project(self.request, source) if source is not None and visible(self.request, [source]) else None

    @property
    def project(self) -> Any:
        """Where it goes."""
        return project(self.request, self.one.repository)

    target_project = project

    @property
    def approved(self) -> bool:
        """Whether nobody has to approve it any more."""
        return bool(self.one.approvals)

    def approved_by(self) -> list[Any]:
        """Who did."""
        return [person(self.request, one) for one in self.one.approvals]

    def commits(self) -> list[Change]:
        """Its commits, newest first."""
        home = self.one.repository
        return [Change(self.request, home, one) for one in reversed(gitdata.request_commits(self.one))]

    @property
    def commit_count(self) -> int:
        """How many."""
        return len(gitdata.request_commits(self.one))

    @property
    def head_pipeline(self) -> Run | None:
        """The pipeline of its newest commit."""
        found = pipelines.head_of(self.one)
        return Run(self.request, found) if found else None

    def pipelines(self) -> list[Run]:
        """Those of its commits."""
        own = {one.sha for one in gitdata.request_commits(self.one)}
        return [Run(self.request, one) for one in pipelines.all_of(self.one.repository)[::-1] if one.sha in own]


class Remark(Thing):
    """A note."""

    kind = "Note"

    def __init__(self, request: Request, one: Comment) -> None:
        super().__init__(request, one, lambda: tickets.note(request.forge, one))

    @property
    def author(self) -> Person | None:
        """Who said it."""
        return person(self.request, self.one.author)

    @property
    def resolved(self) -> bool:
        """Whether it is settled."""
        return bool(self.one.resolved)

    @property
    def resolved_by(self) -> Person | None:
        """By whom."""
        return person(self.request, self.one.extra.get("resolved_by"))

    @property
    def project(self) -> Any:
        """Where it stands."""
        return project(self.request, self.one.repository)

    @property
    def url(self) -> str | None:
        """Its place on the page."""
        if not isinstance(self.one.target, Issue):
            return None
        return f"{tickets.web_url(self.request.forge, self.one.target)}#note_{self.one.id}"

    @property
    def discussion(self) -> Thread:
        """The thread that it is in."""
        return next(one for one in threads(self.request, self.one.target.comments) if self.one in one.found)


class Thread:
    """Notes that belong together."""

    kind = "Discussion"

    def __init__(self, request: Request, found: list[Comment]) -> None:
        self.request = request
        self.found = found
        self.id = self.reply_id = f"gid://gitlab/Discussion/{found[0].discussion}"
        self.created_at = found[0].created
        can = [one for one in found if tickets.resolvable(one)]
        self.resolvable = bool(can)
        self.resolved = bool(can) and all(one.resolved for one in can)
        self.resolved_by = person(request, found[0].extra.get("resolved_by")) if self.resolved else None

    def notes(self) -> list[Remark]:
        """They."""
        return [Remark(self.request, one) for one in self.found]


def threads(request: Request, notes: Iterable[Comment]) -> list[Thread]:
    """Notes by their threads."""
    found: dict[str, list[Comment]] = {}
    for one in notes:
        found.setdefault(one.discussion, []).append(one)
    return [Thread(request, one) for one in found.values()]
