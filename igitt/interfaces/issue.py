"""Issues."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from igitt.errors import ValidationError
from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet, computed
from igitt.interfaces.convert import described
from igitt.interfaces.element import optional
from igitt.interfaces.enums import IssueStates, MergeRequestStates
from igitt.interfaces.issue_links import IssueLinks
from igitt.interfaces.sets import NamedSet

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.comment import Comment
    from igitt.interfaces.hoster import Hoster
    from igitt.interfaces.issue_event import IssueEvent
    from igitt.interfaces.label import Label
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.milestone import Milestone
    from igitt.interfaces.reaction import Reaction
    from igitt.interfaces.repository import Repository
    from igitt.interfaces.user import User

__all__ = ["Issue", "IssueFields", "renamed"]


class IssueFields(TypedDict, total=False):
    """What :meth:`Issue.edit` writes."""

    title: str
    description: str
    body: str
    labels: Iterable[Label | str]
    assignees: Iterable[User | str]
    milestone: Milestone | None
    confidential: bool
    due_date: date | None
    weight: int | None


def renamed(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields, with the text by the name of its attribute."""
    if "body" not in fields:
        return fields
    if "description" in fields:
        raise ValidationError("body and description are the same text: give one of them")
    return {("description" if name == "body" else name): value for name, value in fields.items()}


class Issue(IssueLinks):
    """Something to be done, and the discussion of it.

    Example:
        >>> from igitt.testing import Sandbox
        >>> with Sandbox(socket=False) as sandbox:
        ...     _ = sandbox.gitlab.add_repository("acme/widgets", members={"alice": "write"})
        ...     repository = sandbox.gitlab.client("alice").get_repo("acme/widgets")
        ...     issue = repository.create_issue("It squeaks")
        ...     issue.labels |= {"bug"}
        ...     issue.number, issue.title, sorted(issue.labels), str(issue.state)
        (1, 'It squeaks', ['bug'], 'open')
    """

    __slots__ = ()
    kind = "issue"
    named_by = ("number",)

    number = Attribute[int]("The number within its repository.")
    title = EditableAttribute[str]("The title.")
    description = EditableAttribute[str]("The text, in the forge's Markdown; empty when there is none.")
    state = Attribute[IssueStates | MergeRequestStates]("Open or closed; see :meth:`close` and :meth:`reopen`.")
    author: Attribute[User | None] = Attribute("The user who opened it; None when the account is gone.")
    assignees: EditableSet[User, User | str] = EditableSet(
        "Its assignees. ``|=`` and ``-=`` add and remove; assigning takes users or their names and replaces them all."
    )
    labels: EditableSet[str, Label | str] = EditableSet(
        "The names of its labels: ``issue.labels |= {'bug'}`` adds one and leaves the others alone, also those that "
        "somebody else changed meanwhile. The set that was read never changes."
    )
    milestone: EditableAttribute[Milestone | None] = EditableAttribute("What it is planned for.")
    created = Attribute[datetime]("When it was opened.")
    updated = Attribute[datetime]("When anything about it changed last.")
    closed_at = Attribute[datetime | None]("When it was closed, None while it is open.")
    close_reason = Attribute[str | None]("Why it was closed; see :meth:`close` (GitHub).", optional=True)
    is_locked = Attribute[bool]("Whether only members may comment; see :meth:`lock`.")
    type = Attribute[str | None]("The kind of issue that it is, by the forge's own name; None for none.", optional=True)
    repository: Attribute[Repository] = Attribute("The repository that it belongs to.")
    comments: Attribute[PaginatedList[Comment]] = Attribute(
        "Its comments, oldest first; on GitLab without the system notes."
    )
    reactions: Attribute[PaginatedList[Reaction]] = Attribute("The emoji on it.")
    available_labels: Attribute[PaginatedList[Label]] = Attribute("The labels that it could have.")
    available_assignees: Attribute[PaginatedList[User]] = Attribute("The users that it could be assigned to.")
    mrs_closed_by: Attribute[NamedSet[MergeRequest]] = Attribute(
        "The merge requests that close it when they are merged."
    )
    events: Attribute[PaginatedList[IssueEvent]] = Attribute("What happened to it, oldest first.")
    due_date = EditableAttribute[date | None]("The day by which it should be done (GitLab).", optional=True)
    confidential = EditableAttribute[bool]("Whether only members see it (GitLab).", optional=True)
    weight = EditableAttribute[int | None]("Its weight: how much work it is (GitLab).", optional=True)
    time_estimate = EditableAttribute[timedelta](
        "How long it should take; nothing for unknown (GitLab).", optional=True
    )
    total_time_spent = EditableAttribute[timedelta]("How long it took so far (GitLab).", optional=True)

    def edit(self, **fields: Unpack[IssueFields]) -> None:
        """Write several fields at once, in one request where the forge can; `body` is another name of `description`.

        Example:
            >>> issue.edit(title="It squeaks loudly", labels={"bug"}, assignees=["alice"])
            >>> issue.title, issue.labels
            ('It squeaks loudly', {'bug'})
        """
        self._edit(renamed(fields))

    @computed
    def merge_requests_closed_by(self) -> NamedSet[MergeRequest]:
        """Another spelling of :attr:`mrs_closed_by`."""
        return self.mrs_closed_by

    @classmethod
    def create(
        cls,
        client: Hoster | Token | str,
        repository: Repository | str,
        title: str,
        body: str = "",
        *,
        description: str | None = None,
    ) -> Issue:
        """Open an issue: IGitt's way to :meth:`igitt.interfaces.Repository.create_issue`.

        Args:
            client: the client, or a token for the public instance.
            repository: the repository, or its full name, id or URL.
            title: the title.
            body: the text.
            description: another name of `body`.

        Example:
            >>> from igitt.github import GitHubIssue
            >>> GitHubIssue.create(client, "acme/widgets", "It wobbles").number
            4
        """
        bound: Any = cls
        made: Any = bound._client_of(client)
        home = made.Repository(made, repository) if isinstance(repository, str | int) else repository
        found: Issue = home.create_issue(title, described(body, description))
        return found

    @abstractmethod
    def filter_events(self, *names: str) -> PaginatedList[IssueEvent]:
        """Its events of some kinds, oldest first; on GitLab, only the lists that hold these are read.

        Args:
            names: see :attr:`igitt.interfaces.IssueEvent.name`, such as ``"labeled"``.

        Raises:
            ValidationError: without a name.

        Example:
            >>> issue.add_labels("bug")
            >>> [(event.name, str(event.actor)) for event in issue.filter_events("labeled")]
            [('labeled', 'alice')]
        """

    @abstractmethod
    def add_labels(self, *labels: Label | str) -> None:
        """Add labels and leave the others alone, in one request; a label that does not exist yet is created.

        Example:
            >>> issue.add_labels("bug", "loud")
            >>> sorted(issue.labels)
            ['bug', 'loud']
        """

    @abstractmethod
    def remove_labels(self, *labels: Label | str) -> None:
        """Remove labels; those that it does not have are ignored.

        Example:
            >>> issue.add_labels("bug", "loud")
            >>> issue.remove_labels("loud", "unknown")
            >>> issue.labels
            {'bug'}
        """

    @abstractmethod
    def assign(self, *users: User | str) -> None:
        """Add assignees and leave the others alone.

        Example:
            >>> issue.assign("alice", "bob")
            >>> sorted(str(user) for user in issue.assignees)
            ['alice', 'bob']
        """

    @abstractmethod
    def unassign(self, *users: User | str) -> None:
        """Remove assignees; users that it is not assigned to are ignored.

        Example:
            >>> issue.assign("alice", "bob")
            >>> issue.unassign("alice")
            >>> "alice" in issue.assignees, "bob" in issue.assignees
            (False, True)
        """

    @abstractmethod
    def get_comment(self, number: int) -> Comment:
        """The comment of that number; sends nothing.

        Example:
            >>> issue.get_comment(comment.number).body
            'Where?'
        """

    @abstractmethod
    def add_comment(self, body: str, quick_actions: bool = False) -> Comment:
        """Add a comment.

        What strangers wrote goes into it by :func:`igitt.quote`.

        Args:
            body: the text.
            quick_actions: whether GitLab is to carry out lines such as ``/close``; otherwise they are shown as they
                are. GitHub has no such commands.

        Example:
            >>> issue.add_comment("Since when?").body
            'Since when?'
        """

    @optional
    def filter_comments(
        self, *, since: datetime | str | None = None, author: User | str | None = None
    ) -> PaginatedList[Comment]:
        """Its comments, oldest first, by time and by author.

        Args:
            since: only those written or changed at that time or later.
            author: only those by this user.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     forge = sandbox.gitlab
            ...     _ = forge.add_repository("acme/widgets", members={"bot": "write"})
            ...     issue = forge.client("bot").get_repo("acme/widgets").create_issue("It squeaks")
            ...     _ = issue.add_comment("Seen.")
            ...     [comment.body for comment in issue.filter_comments(author="bot")]
            ['Seen.']
        """
        raise NotImplementedError

    @optional
    def upsert_comment(self, body: str, marker: str) -> Comment:
        """Write the one comment that is the bot's own, or edit it where it exists already.

        The comment holds a marker that readers do not see. Only a comment by the client's own account counts, whatever
        others write. Two workers at once leave one comment: each looks again, and the older one stays.

        Args:
            body: the text.
            marker: what distinguishes this comment from the bot's others, such as ``"coverage"``.

        Raises:
            ValidationError: when the marker cannot stand in a comment of HTML, or the text is empty.

        Example:
            >>> from igitt.testing import Sandbox
            >>> with Sandbox(socket=False) as sandbox:
            ...     forge = sandbox.github
            ...     _ = forge.add_repository("acme/widgets", members={"bot": "write"})
            ...     issue = forge.client("bot").get_repo("acme/widgets").create_issue("It squeaks")
            ...     first = issue.upsert_comment("Covered: 80 %", "coverage")
            ...     second = issue.upsert_comment("Covered: 90 %", "coverage")
            ...     first == second, len(issue.comments)
            (True, 1)
        """
        raise NotImplementedError

    @abstractmethod
    def add_reaction(self, name: str) -> Reaction:
        """Add an emoji to it, or return the one that this user has added already.

        Args:
            name: see :attr:`igitt.interfaces.Reaction.name`.

        Example:
            >>> issue.add_reaction("+1").name
            '+1'
        """

    @abstractmethod
    def close(self, reason: str | None = None) -> None:
        """Close it.

        Args:
            reason: ``"completed"``, ``"not_planned"`` or ``"duplicate"``, where the forge records one (GitHub).

        Raises:
            UnsupportedOperationError: when the forge records no reason; nothing was sent.
            ValidationError: when it is any other.

        Example:
            >>> issue.close("not_planned")
            >>> str(issue.state), issue.close_reason
            ('closed', 'not_planned')
        """

    @abstractmethod
    def reopen(self) -> None:
        """Open it again.

        Example:
            >>> issue.close()
            >>> issue.reopen()
            >>> str(issue.state)
            'open'
        """

    @abstractmethod
    def lock(self, reason: str | None = None) -> None:
        """Let only members comment.

        Args:
            reason: GitHub's ``off-topic``, ``too heated``, ``resolved`` or ``spam``; GitLab has none and ignores it.

        Example:
            >>> issue.lock("resolved")
            >>> issue.is_locked
            True
        """

    @abstractmethod
    def unlock(self) -> None:
        """Let everybody comment again.

        Example:
            >>> issue.lock()
            >>> issue.unlock()
            >>> issue.is_locked
            False
        """

    @abstractmethod
    def subscribe(self) -> None:
        """Subscribe to its notifications; harmless if subscribed already.

        Example:
            >>> issue.subscribe()
        """

    @abstractmethod
    def unsubscribe(self) -> None:
        """Unsubscribe from its notifications; harmless if not subscribed.

        Example:
            >>> issue.unsubscribe()
        """

    @optional
    def delete(self) -> None:
        """Remove it for good (GitLab).

        Example:
            >>> project.get_issue(1).delete()
            >>> len(project.issues)
            1
        """

    @optional
    def add_to_total_time_spent(self, time: timedelta) -> None:
        """Add time spent on it; a negative time subtracts (GitLab).

        Example:
            >>> from datetime import timedelta
            >>> task = project.get_issue(1)
            >>> task.add_to_total_time_spent(timedelta(hours=2))
            >>> str(task.total_time_spent)
            '2:00:00'
        """

    def __str__(self) -> str:
        return self.title
