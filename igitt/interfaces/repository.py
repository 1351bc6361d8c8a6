"""Repositories; GitLab calls them projects."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from igitt.errors import ElementDoesntExistError
from igitt.interfaces.attributes import Attribute, EditableAttribute, EditableSet
from igitt.interfaces.enums import AccessLevel, WebhookEvents
from igitt.interfaces.repository_ci import RepositoryCI
from igitt.interfaces.repository_contents import RepositoryContents
from igitt.interfaces.repository_git import RepositoryGit
from igitt.interfaces.repository_refs import RepositoryRefs
from igitt.interfaces.repository_releases import RepositoryReleases

if TYPE_CHECKING:
    from igitt._base.token import Token
    from igitt.interfaces.commit import Commit
    from igitt.interfaces.hook import Hook, NewSecret
    from igitt.interfaces.issue import Issue
    from igitt.interfaces.label import Label
    from igitt.interfaces.lists import PaginatedList
    from igitt.interfaces.merge_request import MergeRequest
    from igitt.interfaces.milestone import Milestone
    from igitt.interfaces.organization import Organization, Team
    from igitt.interfaces.user import User

__all__ = ["Repository", "RepositoryFields"]


class RepositoryFields(TypedDict, total=False):
    """What :meth:`Repository.edit` writes."""

    name: str
    description: str
    default_branch: str
    visibility: str
    has_issues: bool
    topics: Iterable[str]


class Repository(RepositoryContents, RepositoryReleases, RepositoryRefs, RepositoryGit, RepositoryCI):
    """A repository and everything around it. It is addressed by full name, by numeric id or by any URL of it."""

    __slots__ = ()
    kind = "repository"
    named_by = ("full_name",)
    any_case = True

    full_name = Attribute[str]("The path: ``org/repo``, on GitLab with as many groups as there are.")
    name = EditableAttribute[str]("The last part of the path.")
    description = EditableAttribute[str]("What it is, in its own words.")
    default_branch = EditableAttribute[str]("The branch that is checked out and compared with by default.")
    visibility = EditableAttribute[str]("``public``, ``internal`` or ``private``.")
    is_private = Attribute[bool]("Whether only members see it.")
    is_archived = Attribute[bool]("Whether it is read-only.")
    is_fork = Attribute[bool]("Whether it was made from another one.")
    parent: Attribute[Repository | None] = Attribute("The one it was made from.")
    topics: EditableSet[str, str] = EditableSet("Its topics; ``|=`` and ``-=`` write.")
    languages = Attribute[dict[str, float]]("Its programming languages, each with its share in percent.")
    has_issues = EditableAttribute[bool]("Whether it has issues.")
    merge_methods = Attribute[frozenset[str]](
        "The ways in which its merge requests can be merged: ``merge``, ``squash``, ``rebase``.", optional=True
    )
    deletes_merged_branches = EditableAttribute[bool](
        "Whether a branch is removed once it is merged; on GitLab, whether new merge requests are made so.",
        optional=True,
    )
    requires_passing_checks = EditableAttribute[bool](
        "Whether a merge request waits until its pipeline succeeded (GitLab; GitHub's rules are a branch's).",
        optional=True,
    )
    created = Attribute[datetime]("When it was made.")
    updated = Attribute[datetime]("When it was changed last.")
    clone_url = Attribute[str]("The address for ``git clone`` over HTTPS, without a credential.")
    ssh_url = Attribute[str]("The address for ``git clone`` over SSH.")
    token: Attribute[Token | None] = Attribute("The credential of its client.")
    owner: Attribute[User | Organization] = Attribute("The account or group that it is in.")
    top_level_org: Attribute[Organization] = Attribute("The organization at the root of its path.")
    forks: Attribute[PaginatedList[Repository]] = Attribute("The repositories that were made from it.")
    issues: Attribute[PaginatedList[Issue]] = Attribute("Its open issues, newest first; no merge requests among them.")
    merge_requests: Attribute[PaginatedList[MergeRequest]] = Attribute("Its open merge requests, newest first.")
    commits: Attribute[PaginatedList[Commit]] = Attribute(
        "The commits of its default branch, newest first; none in an empty repository."
    )
    labels: Attribute[PaginatedList[Label]] = Attribute("The labels that its issues can have.")
    milestones: Attribute[PaginatedList[Milestone]] = Attribute("Its milestones, in every state.")
    hooks: Attribute[PaginatedList[Hook]] = Attribute("Its webhooks.")
    collaborators: Attribute[PaginatedList[User]] = Attribute(
        "The users with more rights in it than everybody has; on GitLab also through its groups."
    )
    contributors: Attribute[PaginatedList[User]] = Attribute(
        "The authors of its commits, as far as the forge knows their accounts."
    )
    available_assignees: Attribute[PaginatedList[User]] = Attribute("The users that its issues can be assigned to.")

    def exists(self) -> bool:
        """Whether it is there and this credential may see it.

        Example:
            >>> repository.exists(), client.get_repo("acme/gadgets").exists()
            (True, False)
        """
        try:
            self.refresh()
        except ElementDoesntExistError:
            return False
        return True

    def edit(self, **fields: Unpack[RepositoryFields]) -> None:
        """Write several fields at once.

        Example:
            >>> repository.edit(description="Things that turn well", topics={"turning"})
            >>> repository.topics
            {'turning'}
        """
        self._edit(fields)

    @abstractmethod
    def archive(self) -> None:
        """Make it read-only.

        Example:
            >>> repository.archive()
            >>> repository.is_archived
            True
        """

    @abstractmethod
    def unarchive(self) -> None:
        """Make it writable again.

        Example:
            >>> repository.unarchive()
            >>> repository.is_archived
            False
        """

    @abstractmethod
    def delete(self) -> None:
        """Remove it, with everything in it.

        Example:
            >>> repository.delete()
            >>> repository.exists()
            False
        """

    @abstractmethod
    def create_fork(self, organization: str | None = None, name: str | None = None) -> Repository:
        """Make a copy of it that remembers where it comes from, or return the one that exists already.

        Args:
            organization: where to; the credential's own user if not given.
            name: the copy's name, where it should be another.

        Example:
            >>> fork = repository.create_fork()
            >>> fork.full_name, fork.parent == repository
            ('alice/widgets', True)
        """

    @abstractmethod
    def get_issue(self, number: int) -> Issue:
        """The issue of that number; sends nothing.

        Example:
            >>> repository.get_issue(1).title
            'It squeaks'
        """

    @abstractmethod
    def filter_issues(
        self,
        state: str = "open",
        *,
        labels: Iterable[Label | str] = (),
        assignee: User | str | None = None,
        author: User | str | None = None,
        milestone: Milestone | str | None = None,
        since: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[Issue]:
        """Its issues, without merge requests.

        Args:
            state: ``"open"``, ``"closed"`` or ``"all"``.
            labels: only those that have all of these.
            assignee: only those assigned to this user.
            author: only those that this user opened.
            milestone: only those planned for this one, given itself or by title.
            since: only those that changed at or after this time.
            sort: ``"created"``, ``"updated"`` or, on GitHub, ``"comments"``.
            ascending: oldest or smallest first.

        Example:
            >>> [issue.title for issue in repository.filter_issues("all", labels=["question"], author="bob")]
            ['How do I turn it back?']
        """

    @abstractmethod
    def create_issue(
        self,
        title: str,
        body: str = "",
        *,
        labels: Iterable[Label | str] = (),
        assignees: Iterable[User | str] = (),
        milestone: Milestone | None = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> Issue:
        """Open an issue.

        What strangers wrote goes into its text by :func:`igitt.quote`.

        Args:
            title: the title.
            body: the text.
            labels: its labels.
            assignees: the users to assign it to.
            milestone: its milestone.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.
            description: another name of `body`.

        Raises:
            ValidationError: when the title is empty, an assignee does not exist, or the text is given twice.

        Example:
            >>> issue = repository.create_issue("It wobbles", "A little.", labels=["bug"], assignees=["bob"])
            >>> issue.number, issue.title, issue.labels
            (4, 'It wobbles', {'bug'})
        """

    @abstractmethod
    def get_mr(self, number: int) -> MergeRequest:
        """The merge request of that number; sends nothing.

        Example:
            >>> repository.get_mr(3).title
            'Turn faster'
        """

    def get_merge_request(self, number: int) -> MergeRequest:
        """Another spelling of :meth:`get_mr`.

        Example:
            >>> repository.get_merge_request(3) == repository.get_mr(3)
            True
        """
        return self.get_mr(number)

    @abstractmethod
    def filter_merge_requests(
        self,
        state: str = "open",
        *,
        base: str | None = None,
        head: str | None = None,
        author: User | str | None = None,
        assignee: User | str | None = None,
        reviewer: User | str | None = None,
        milestone: Milestone | str | None = None,
        labels: Iterable[Label | str] = (),
        updated_after: datetime | str | None = None,
        sort: str = "created",
        ascending: bool = False,
    ) -> PaginatedList[MergeRequest]:
        """Its merge requests.

        Args:
            state: ``"open"``, ``"closed"`` (not merged), ``"merged"`` or ``"all"``.
            base: only those into this branch.
            head: only those from this branch.
            author: only those that this user opened.
            assignee: only those assigned to this user.
            reviewer: only those that this user is asked to review.
            milestone: only those that are planned for this one, by its title.
            labels: only those that have all of these.
            updated_after: only those that changed at this time or later.
            sort: ``"created"`` or ``"updated"``.
            ascending: oldest first.

        Example:
            >>> [mr.number for mr in repository.filter_merge_requests(base="main", author="bob")]
            [3]
        """

    @abstractmethod
    def create_merge_request(
        self,
        title: str,
        base: str,
        head: str,
        body: str = "",
        *,
        draft: bool = False,
        source_repository: Repository | None = None,
        labels: Iterable[Label | str] = (),
        assignees: Iterable[User | str] = (),
        reviewers: Iterable[User | Team | str] = (),
        milestone: Milestone | None = None,
        quick_actions: bool = False,
        description: str | None = None,
    ) -> MergeRequest:
        """Propose merging a branch into this repository.

        Args:
            title: the title.
            base: the branch to merge into.
            head: the branch to be merged.
            body: the text.
            draft: whether it is still being worked on.
            source_repository: where `head` is, when that is a fork.
            labels: its labels.
            assignees: the users to assign it to.
            reviewers: the users to request a review from.
            milestone: what it is planned for.
            quick_actions: whether GitLab is to carry out its commands; see :meth:`igitt.interfaces.Issue.add_comment`.
            description: another name of `body`.

        Raises:
            ElementAlreadyExistsError: when there is an open one for the same two branches.
            ValidationError: when a branch does not exist or has nothing new.

        Example:
            >>> _ = repository.create_branch("news")
            >>> _ = repository.create_file("NEWS.md", content="It turns.", message="Tell the news", branch="news")
            >>> mr = repository.create_merge_request("Tell the news", base="main", head="news", draft=True)
            >>> mr.number, mr.is_draft, mr.affected_files
            (4, True, {'NEWS.md'})
        """

    @abstractmethod
    def get_commit(self, sha: str) -> Commit:
        """The commit of that hash, branch or tag; sends nothing.

        Example:
            >>> repository.get_commit("faster").message
            'Turn faster'
        """

    @abstractmethod
    def filter_commits(
        self,
        author: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        path: str | None = None,
        ref: str | None = None,
    ) -> PaginatedList[Commit]:
        """Commits, newest first; none in an empty repository.

        Args:
            author: only those of this author (name or mail address).
            since: only those from this time on.
            until: only those up to this time.
            path: only those that touch this file or folder.
            ref: the branch, tag or commit to start from; the default branch if not given.

        Example:
            >>> [commit.message for commit in repository.filter_commits(ref="faster", path="widget.py")]
            ['Turn faster', 'Initial commit']
        """

    def get_labels(self) -> set[str]:
        """The names of the labels that its issues can have.

        Example:
            >>> sorted(repository.get_labels())
            ['bug', 'question']
        """
        return {label.name for label in self.labels}

    @abstractmethod
    def get_label(self, name: str) -> Label:
        """The label of that name; sends nothing.

        Example:
            >>> repository.get_label("bug").color
            '#ededed'
        """

    @abstractmethod
    def create_label(self, name: str, color: str, description: str = "") -> Label:
        """Make a label.

        Args:
            name: its name.
            color: its colour, ``#rrggbb``.
            description: what it means.

        Raises:
            ElementAlreadyExistsError: when there is one of that name.

        Example:
            >>> repository.create_label("loud", "#ff8800", "Hurts the ears").color
            '#ff8800'
        """

    def delete_label(self, name: str) -> None:
        """Remove the label of that name.

        Example:
            >>> repository.delete_label("bug")
            >>> repository.get_labels()
            {'question'}
        """
        self.get_label(name).delete()

    @abstractmethod
    def get_milestone(self, number: int) -> Milestone:
        """The milestone of that number; sends nothing on GitHub, and on GitLab, whose paths want an id, one request.

        Example:
            >>> repository.get_milestone(milestone.number).title
            '1.0'
        """

    @abstractmethod
    def create_milestone(self, title: str, description: str = "", due_date: date | None = None) -> Milestone:
        """Make a milestone.

        Example:
            >>> repository.create_milestone("2.0", "It turns back.").description
            'It turns back.'
        """

    @abstractmethod
    def register_hook(
        self,
        url: str,
        secret: str | NewSecret | None = None,
        events: Iterable[WebhookEvents] = frozenset({WebhookEvents.PUSH}),
    ) -> Hook:
        """Have events posted to an address, with its TLS certificate verified.

        A hook that already has this address is updated instead.

        Args:
            url: the address.
            secret: what deliveries are signed with; see :func:`igitt.webhooks.verify`. :data:`igitt.interfaces.NEW`
                generates one for this hook alone, which the hook shows as ``new_secret``: keep it.
            events: what is reported.

        Example:
            >>> len(repository.register_hook("https://bot.example.com/", NEW, {WebhookEvents.ISSUE}).new_secret)
            64
        """

    def delete_hook(self, url: str) -> None:
        """Remove the hook with that address, if there is one.

        Example:
            >>> repository.delete_hook(hook.target_url)
            >>> len(repository.hooks)
            0
        """
        for hook in list(self.hooks):
            if hook.target_url == url:
                hook.delete()

    @abstractmethod
    def get_permission_level(self, user: User | str) -> AccessLevel:
        """What a user may do in it.

        Example:
            >>> repository.get_permission_level("bob")
            <AccessLevel.CAN_WRITE: 30>
        """

    @abstractmethod
    def add_collaborator(self, user: User | str, level: AccessLevel = AccessLevel.CAN_WRITE) -> None:
        """Give a user this level of access, be it more or less than before.

        Example:
            >>> repository.add_collaborator("bob", AccessLevel.CAN_READ)
            >>> repository.get_permission_level("bob")
            <AccessLevel.CAN_READ: 20>
        """

    @abstractmethod
    def remove_collaborator(self, user: User | str) -> None:
        """Remove a user from its collaborators, which leaves what everybody may do.

        Example:
            >>> repository.add_collaborator("bob", AccessLevel.ADMIN)
            >>> repository.remove_collaborator("bob")
            >>> repository.get_permission_level("bob") is AccessLevel.ADMIN
            False
        """

    def __str__(self) -> str:
        return self.full_name
